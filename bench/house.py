"""Data for the benchmarks: one unit, one officer, 20,000 insured with three visits each; all synthetic."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

from congbhyt.accounts.secrets import md5

ACCOUNT = "01999_BV"
SECRET = "Thu@12345"
WIRE_SECRET = md5(SECRET)
OFFICER_CITIZEN = "099199000001"
PEOPLE = 20_000

INSURED = f"""
INSERT INTO insured_insuredperson (id, social_number, full_name, birth_day, birth_precision, gender, address)
SELECT n, (9910000000 + n)::text, 'NGUYỄN VĂN THỬ', '1980-01-01', 'D', 1, 'Phường Thử Nghiệm'
FROM generate_series(1, {PEOPLE}) n;
INSERT INTO insured_card (person_id, number, valid_from, first_registration, area, status, agency_code, replaces)
SELECT n, 'GD401' || (9910000000 + n), current_date - 300, '01999', '', 'valid', '01', ''
FROM generate_series(1, {PEOPLE}) n;
INSERT INTO insured_visit (person_id, facility_code, visit_code, card_number, admitted_at, discharged_at,
    diagnosis_code, other_codes, diagnosis, discharge_status, outcome, admission_reason, total_cost, insurer_paid,
    patient_paid)
SELECT n, '01999', n || '-' || v, 'GD401' || (9910000000 + n), now() - v * interval '30 days',
    now() - v * interval '30 days' + interval '1 hour', 'J02', '', 'Viêm họng cấp', '1', '2', '1', 0, 0, 0
FROM generate_series(1, {PEOPLE}) n, generate_series(1, 3) v;
ANALYZE;
"""

_BUILD = f"""
from congbhyt.config import bootstrap
with bootstrap.database():
    from datetime import date, timedelta
    from django.db import connection
    from congbhyt.accounts import actions as accounts
    from congbhyt.accounts.authz import Right
    from congbhyt.kernel import clock
    from congbhyt.units import actions as units
    at = clock.now() - timedelta(minutes=1)
    agency = units.open_agency(code="01", name="BHXH Đo", level="province", valid_from=date(2020, 1, 1),
                               by="bench", at=at)
    unit = units.open_unit(code="01999", name="Bệnh viện Đo", kind="contracted", managing_agency=agency,
                           valid_from=date(2020, 1, 1), by="bench", at=at)
    units.add_network(home=unit, network="127.0.0.0/8", basis="bench", by="bench", at=at)
    accounts.open_api_account(name="{ACCOUNT}", unit=unit, by="bench", at=at, secret="{SECRET}")
    officer = accounts.register_person(full_name="NGUYỄN THỊ KIỂM THỬ", citizen_number="{OFFICER_CITIZEN}",
        user_name="kiemthu", home=unit, phone="0000000101", by="bench", at=at)
    accounts.grant_right(holder=officer, right=Right.HISTORY_LOOKUP, basis="bench", by="bench", at=at)
    with connection.cursor() as cursor:
        cursor.execute({INSURED!r})
"""


def fill(environment: dict[str, str]) -> None:
    """Make the house in a process of its own, so that the benchmark itself stays free of Django."""
    subprocess.run([sys.executable, "-c", _BUILD], env=environment, check=True)


def open_session(port: int) -> str:
    """Sign in, waiting for the gateway to come up; the session as a query string."""
    body = json.dumps({"username": ACCOUNT, "password": WIRE_SECRET}).encode()
    for _ in range(100):
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{port}/api/token/take", data=body, method="POST")
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # loopback
                key = json.load(answer)["APIKey"]
        except OSError:
            time.sleep(0.2)
        else:
            return f"token={key['access_token']}&id_token={key['id_token']}&username={ACCOUNT}&password={WIRE_SECRET}"
    raise SystemExit("the gateway did not come up")


def take(port: int) -> int:
    """The HTTP status of one sign-in: 200, or 403 from an address that is not registered."""
    body = json.dumps({"username": ACCOUNT, "password": WIRE_SECRET}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/token/take", data=body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # loopback
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
