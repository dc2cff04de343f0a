"""The bytes of the other functions in use, and of calls that reach none."""

from __future__ import annotations

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.insured.models import Visit
from tests import factories
from tests.factories import COLLEAGUE_CITIZEN, COLLEAGUE_NAME, House
from tests.wire.client import KQ2024, Client, assert_golden

HISTORY = "/api/egw/Lskcb2025"
RECORD = "/api/egw/nhanHoSoKCBChiTiet"
FACILITY = "/api/egw/NhanThongTinCSKCB"


@pytest.fixture(autouse=True)
def known_numbers(house: House) -> None:
    """Give the visits record numbers that a golden answer can hold."""
    for number, visit in enumerate(house.visits, 9000000001):
        Visit.objects.filter(visit_code=visit.visit_code).update(record_number=number, visit_code=f"SYN{number}")


def test_history_by_itself(client: Client, session: str) -> None:
    assert_golden(client.ask(session, path=HISTORY).raw, "lskcb2025_000.json")


def test_history_of_somebody_never_treated_is_null(client: Client, session: str) -> None:
    factories.insure("9900000002", "LÊ THỊ MỚI", "1990", "HC4019900000002")
    heard = client.ask(session, path=HISTORY, maThe="9900000002", hoTen="lê thị mới", ngaySinh="1990")
    assert_golden(heard.raw, "lskcb2025_000_none.json")


def test_history_for_an_officer_without_the_right(client: Client, session: str) -> None:
    heard = client.ask(session, path=HISTORY, hoTenCb=COLLEAGUE_NAME, cccdCb=COLLEAGUE_CITIZEN)
    assert heard.status == 200
    assert_golden(heard.raw, "lskcb2025_403_officer.json")


def test_history_for_an_account_without_the_right(client: Client, session: str, house: House) -> None:
    accounts.revoke_right(holder=house.account, right=Right.HISTORY_LOOKUP, reason="test", by="test", at=factories.NOW)
    heard = client.ask(session, path=HISTORY)
    assert heard.status == 200
    assert_golden(heard.raw, "lskcb2025_403_account.json")


def test_history_of_a_card_under_another_name(client: Client, session: str) -> None:
    assert_golden(client.ask(session, path=HISTORY, hoTen="ĐẶNG VĂN THỬ").raw, "lskcb2025_060.json")


def test_history_without_a_session(client: Client) -> None:
    assert_golden(client.ask("", path=HISTORY).raw, "lskcb2025_401.json")


def test_a_record_of_the_own_unit(client: Client, session: str) -> None:
    heard = client.send(RECORD, b"", query=f"{session}&maHoSo=9000000001")
    assert_golden(heard.raw, "record_200.json")


def test_a_record_that_may_not_be_read_and_one_that_is_not_there(client: Client, session: str) -> None:
    for number in (9000000003, 9000000009):
        heard = client.send(RECORD, b"{}", query=f"{session}&maHoSo={number}")
        assert heard.status == 200
        assert_golden(heard.raw, "record_205.json")


def test_a_record_number_that_is_none(client: Client, session: str) -> None:
    for number in ("", "1 OR 1=1", "9" * 19, "-1", "9000000001.0"):
        heard = client.send(RECORD, b"", query=f"{session}&maHoSo={number}")
        assert_golden(heard.raw, "record_205_form.json")


def test_a_record_without_a_session(client: Client) -> None:
    assert_golden(client.send(RECORD, b"", query="maHoSo=9000000001").raw, "record_401.json")


def test_a_facility(client: Client, session: str) -> None:
    for asked in ("maCSKCB=01998", "macskcb=01998", "MACSKCB=%2001998%20"):
        assert_golden(client.send(FACILITY, b"", query=f"{session}&{asked}").raw, "facility_200.json")


def test_a_facility_asked_in_one_body_without_query(client: Client, session: str) -> None:
    fields = dict(part.split("=", 1) for part in session.split("&"))
    assert_golden(client.post(FACILITY, {**fields, "maCSKCB": "01998"}).raw, "facility_200.json")


def test_a_facility_that_is_not_there(client: Client, session: str) -> None:
    heard = client.send(FACILITY, b"", query=f"{session}&maCSKCB=09999")
    assert heard.status == 200
    assert_golden(heard.raw, "facility_205.json")


def test_a_facility_code_that_is_none(client: Client, session: str) -> None:
    for code in ("", "1", "01999' --", "019999"):
        assert_golden(client.send(FACILITY, b"", query=f"{session}&maCSKCB={code}").raw, "facility_205_form.json")


def test_a_facility_without_a_session(client: Client) -> None:
    assert_golden(client.send(FACILITY, b"", query="maCSKCB=01998").raw, "facility_401.json")


@pytest.mark.parametrize("path", ["/", "/api/egw/", "/api/egw/nhanLichSu", f"{KQ2024}/x", "/admin", "/api/token"])
def test_no_such_function(client: Client, path: str) -> None:
    heard = client.send(path, b"{}")
    assert heard.status == 404
    assert_golden(heard.raw, "no_function_404.json")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "PROPFIND", "post"])
def test_another_method(client: Client, session: str, method: str) -> None:
    heard = client.send(KQ2024, b"", query=session, method=method)
    assert heard.status == 405
    assert heard.headers["Allow"] == "POST, OPTIONS"
    assert_golden(heard.raw, "kq2024_405.json")


def test_a_body_too_large(client: Client, session: str) -> None:
    heard = client.send(KQ2024, b'{"maThe":"' + b"9" * 300_000 + b'"}', query=session)
    assert heard.status == 413
    assert_golden(heard.raw, "kq2024_413.json")


def test_health(client: Client) -> None:
    for address in ("127.0.0.1", "198.51.100.7"):
        heard = Client(client.gateway, address).send("/healthz", method="GET")
        assert heard.status == 200
        assert_golden(heard.raw, "healthz_200.json")
