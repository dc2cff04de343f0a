"""A small house to test in, reached through the real actions: two units, two officers, three insured."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from unittest.mock import patch

from django.conf import settings

from congbhyt.accounts import actions as accounts
from congbhyt.accounts import secrets
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import ApiAccount, Person
from congbhyt.accounts.secrets import md5
from congbhyt.insured.models import Card, InsuredPerson, Visit
from congbhyt.kernel.dates import BirthDate
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Unit

NOW = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
"""Monday 07:30 in Việt Nam."""
SECRET = "Thu@12345"
WIRE_SECRET = md5(SECRET)
OFFICER_NAME = "NGUYỄN THỊ KIỂM THỬ"
OFFICER_CITIZEN = "099199000001"
COLLEAGUE_NAME = "TRẦN VĂN KHÔNG QUYỀN"
COLLEAGUE_CITIZEN = "099199000002"
CARD = "GD4019900000001"
BY = "operator:test"
_digest_once = cache(secrets.digest)
"""argon2 takes its time on purpose; one digest serves every house of a run."""


@dataclass
class House:
    """What `build` made."""

    agency: Agency
    unit: Unit
    other: Unit
    account: ApiAccount
    other_account: ApiAccount
    officer: Person
    colleague: Person
    patient: InsuredPerson
    visits: list[Visit] = field(default_factory=list)


def build(at: datetime = NOW) -> House:
    """Make the house as of `at`."""
    agency = units.open_agency(
        code="01", name="BHXH Thử Nghiệm", level=Agency.Level.PROVINCE, valid_from=date(2020, 1, 1), by=BY, at=at
    )
    unit = _unit("01999", "Bệnh viện Thử Nghiệm", agency, at)
    other = _unit("01998", "Bệnh viện Bên Kia", agency, at)
    for network in ("127.0.0.0/8", "::1/128"):
        units.add_network(home=unit, network=network, basis="test", by=BY, at=at - timedelta(days=1))
    units.add_network(home=other, network="203.0.113.0/24", basis="test", by=BY, at=at - timedelta(days=1))
    with patch.object(secrets, "digest", _digest_once):
        account, _ = accounts.open_api_account(name="01999_BV", unit=unit, by=BY, at=at, secret=SECRET)
        other_account, _ = accounts.open_api_account(name="01998_BV", unit=other, by=BY, at=at, secret=SECRET)
    officer = _officer(unit, OFFICER_NAME, OFFICER_CITIZEN, "kiemthu", at)
    accounts.grant_right(holder=officer, right=Right.HISTORY_LOOKUP, basis="01/dk-ctn", by=BY, at=at)
    colleague = _officer(unit, COLLEAGUE_NAME, COLLEAGUE_CITIZEN, "khongquyen", at)
    patient = insure("9900000001", "NGUYỄN VĂN THỬ", "01/01/1980", CARD, at=at, citizen="099080000001")
    house = House(agency, unit, other, account, other_account, officer, colleague, patient)
    house.visits = [visit(patient, unit.code, days, at=at) for days in (10, 40)]
    house.visits.append(visit(patient, other.code, 90, at=at))
    return house


def _unit(code: str, name: str, agency: Agency, at: datetime) -> Unit:
    return units.open_unit(
        code=code,
        name=name,
        kind=Unit.Kind.CONTRACTED,
        managing_agency=agency,
        valid_from=date(2020, 1, 1),
        by=BY,
        at=at,
    )


def _officer(unit: Unit, name: str, citizen: str, user_name: str, at: datetime) -> Person:
    return accounts.register_person(
        full_name=name,
        citizen_number=citizen,
        user_name=user_name,
        home=unit,
        social_number="9900000101",
        phone="0000000101",
        by=BY,
        at=at,
    )


def insure(
    social: str,
    name: str,
    birth: str,
    card: str,
    *,
    at: datetime = NOW,
    status: str = "valid",
    days: tuple[int, int | None] = (-200, 400),
    citizen: str = "",
    replaces: str = "",
) -> InsuredPerson:
    """Insure a person with one card whose period is given in days from `at`."""
    born = BirthDate.parse(birth)
    assert born is not None
    person, _ = InsuredPerson.objects.get_or_create(
        social_number=social,
        defaults={
            "full_name": name,
            "birth_day": born.first_day,
            "birth_precision": born.precision,
            "gender": InsuredPerson.Gender.MALE,
            "address": "Phường Thử Nghiệm, TP Thử",
            "citizen_sealed": settings.KEYS.seal(citizen) if citizen else None,
            "citizen_digest": settings.KEYS.digest(citizen) if citizen else None,
        },
    )
    today = at.date()
    Card.objects.create(
        person=person,
        number=card,
        valid_from=today + timedelta(days=days[0]),
        valid_to=None if days[1] is None else today + timedelta(days=days[1]),
        first_registration="01999",
        five_years_on=date(2020, 1, 1),
        status=status,
        agency_code="01",
        replaces=replaces,
    )
    return person


def visit(
    person: InsuredPerson,
    facility: str,
    days_ago: int,
    *,
    at: datetime = NOW,
    code: str = "J02",
    text: str = "Viêm họng cấp",
    others: str = "",
) -> Visit:
    """Enter a visit of an hour and a half, that many days before `at`."""
    began = at - timedelta(days=days_ago)
    entered = Visit.objects.create(
        person=person,
        facility_code=facility,
        visit_code=f"SYN{person.pk}-{facility}-{days_ago}-{code}",
        card_number=CARD,
        admitted_at=began,
        discharged_at=began + timedelta(minutes=90),
        diagnosis_code=code,
        other_codes=others,
        diagnosis=text,
        discharge_status="1",
        outcome="2",
        admission_reason="1",
        total_cost=120000,
        insurer_paid=96000,
        patient_paid=24000,
    )
    return Visit.objects.get(facility_code=facility, visit_code=entered.visit_code)
