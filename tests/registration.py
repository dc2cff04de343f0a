"""Who registers, decides and opens in tests: a small country over the house, and performers for its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment.rules import Applicant
from congbhyt.network import actions as network
from congbhyt.network.actions import Typed
from congbhyt.network.summaries import compile_summary
from congbhyt.policy import queries as policies
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions, papers
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.papers import Note
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import Kind
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Unit
from tests import factories
from tests.factories import BY, NOW, House

HEAD = Head(purposes=("card",), contact_name="NGUYỄN VĂN KỸ THUẬT", contact_phone="0000000301")
FROM_PAPER = Head(purposes=("card",), filed_from="CV 12/BV ngày 01/03/2026")


@dataclass
class Country:
    """The house with its province, another province, a local agency and the national centres."""

    house: House
    province: Agency
    elsewhere: Agency
    local: Agency
    it_centre: Agency
    assessment: Agency
    site: Unit
    registrar: Performer
    other_registrar: Performer
    approver: Performer
    second_approver: Performer
    far_approver: Performer
    helper: Performer
    opener: Performer
    appointer: Performer
    province_admin: Performer
    plain: Performer


def settle(at: datetime = NOW) -> Country:
    """Put everybody in place."""
    house = factories.build(at)
    national = _agency("00", "BHXH Việt Nam", Agency.Level.NATIONAL, None, at)
    province = house.agency
    province.parent = national
    province.save()
    elsewhere = _agency("79", "BHXH Nơi Khác", Agency.Level.PROVINCE, national, at)
    local = _agency("0101", "BHXH cơ sở Thử", Agency.Level.LOCAL, province, at)
    it_centre = _agency("00CNTT", "Trung tâm CNTT", Agency.Level.SPECIAL, national, at)
    assessment = _agency("00GD", "Trung tâm Giám định", Agency.Level.SPECIAL, national, at)
    site = units.open_unit(
        code="01995", name="Trạm y tế Thử", kind=Unit.Kind.COMMUNE_STATION, managing_agency=local,
        receiving_agency=province, parent=house.unit, valid_from=date(2020, 1, 1), by=BY, at=at,
    )  # fmt: skip
    admin, approve = Right.USER_ADMINISTRATION, Right.APPROVE_REQUESTS
    return Country(
        house, province, elsewhere, local, it_centre, assessment, site,
        registrar=performer(house.unit, "quantri", 11, admin, at=at),
        other_registrar=performer(house.other, "quantri", 12, admin, at=at),
        approver=performer(province, "pheduyet", 13, approve, at=at),
        second_approver=performer(province, "tiepnhan", 14, approve, at=at),
        far_approver=performer(elsewhere, "pheduyet", 15, approve, at=at),
        helper=performer(local, "hotro", 16, Right.HELP_REQUESTS, at=at),
        opener=performer(it_centre, "moketnoi", 17, Right.OPEN_ADDRESSES, at=at),
        appointer=performer(assessment, "phanquyen", 18, Right.APPOINT_APPROVERS, at=at),
        province_admin=performer(province, "quantri", 19, admin, at=at),
        plain=performer(house.unit, "tiepdon", 20, Right.CARD_LOOKUP, at=at),
    )  # fmt: skip


def _agency(code: str, name: str, level: str, parent: Agency | None, at: datetime) -> Agency:
    return units.open_agency(
        code=code, name=name, level=level, parent=parent, valid_from=date(2020, 1, 1), by=BY, at=at
    )


def performer(home: Unit | Agency, user_name: str, number: int, *rights: Right, at: datetime = NOW) -> Performer:
    """Somebody at `home` with these rights, as the one who acts."""
    person = accounts.register_person(
        full_name=f"NGƯỜI THỬ {number}", citizen_number=f"0990000009{number:02d}", user_name=user_name, home=home,
        social_number=f"99000009{number:02d}", phone=f"00000009{number:02d}", by=BY, at=at,
    )  # fmt: skip
    for right in rights:
        accounts.grant_right(holder=person, right=right, basis="test", by=BY, at=at)
    return Performer(person.actor, person, frozenset(rights))


def policy(at: datetime = NOW) -> InForce:
    """What is in force at `at`."""
    return policies.current().at(at)


def applicant(number: int = 1, *rights: Right, name: str = "") -> Applicant:
    """Somebody to register; each number is another person."""
    return Applicant(
        name or f"PHẠM THỊ SỐ {number}", f"099300000{number:03d}", f"0000001{number:03d}",
        rights or (Right.CARD_LOOKUP,), social_number=f"9900001{number:03d}", position="Nhân viên tiếp đón",
    )  # fmt: skip


def draft_addresses(
    country: Country, *addresses: str, head: Head = HEAD, by: Performer | None = None, at: datetime = NOW
) -> Request:
    """A draft of 01/dk-ip-ctn of the house's unit."""
    filer = by or country.registrar
    home = filer.person.home if filer.person and filer.person.unit_id else country.house.unit
    request = actions.begin(kind=Kind.ADDRESSES, home=home, head=head, performer=filer, at=at)
    for address in addresses or ("203.0.113.7",):
        network.add_line(request=request, typed=Typed(address), performer=filer, policy=policy(at), at=at)
    return request


def submitted_addresses(country: Country, *addresses: str, head: Head = HEAD, at: datetime = NOW) -> Request:
    """One that waits for the province, with its paper noted."""
    request = draft_addresses(country, *addresses, head=head, at=at)
    return with_paper(country, send(country, request, at=at), at=at)


def send(country: Country, request: Request, *, by: Performer | None = None, at: datetime = NOW) -> Request:
    """Submit a draft."""
    return actions.submit(request=request, performer=by or country.registrar, policy=policy(at), at=at)


def with_paper(country: Country, request: Request, *, at: datetime = NOW) -> Request:
    """Note that the second approver received the paper."""
    said = Note("12/BV", date(2026, 3, 1), "Nguyễn Văn Nhận")
    papers.note(request=request, said=said, performer=country.second_approver, at=at)
    return request


def approve(
    country: Country, request: Request, *numbers: int, by: Performer | None = None, at: datetime = NOW
) -> Request:
    """Approve these lines, or all."""
    decide = enrolment.decide if request.row.lines == "people" else network.decide
    return decide(
        request=request, numbers=numbers or all_numbers(request), approve=True, performer=by or country.approver,
        policy=policy(at), at=at,
    )  # fmt: skip


def refuse(
    country: Country, request: Request, *numbers: int, reason: str = "sai địa chỉ", at: datetime = NOW
) -> Request:
    """Refuse these lines, or all."""
    decide = enrolment.decide if request.row.lines == "people" else network.decide
    return decide(
        request=request, numbers=numbers or all_numbers(request), approve=False, reason=reason,
        performer=country.approver, policy=policy(at), at=at,
    )  # fmt: skip


def approved_addresses(country: Country, *addresses: str, head: Head = HEAD, at: datetime = NOW) -> Request:
    """One that waits for the national centre, compiled."""
    request = approve(country, submitted_addresses(country, *addresses, head=head, at=at), at=at)
    compile_summary(agency=country.province, performer=country.approver, at=at)
    return request


def open_all(country: Country, request: Request, *numbers: int, let: bool = True, at: datetime = NOW) -> Request:
    """Open, or refuse to open, these lines, or all that were approved."""
    return network.open_lines(
        request=request, numbers=numbers or all_numbers(request), let=let, reason="" if let else "đường truyền chung",
        performer=country.opener, policy=policy(at), at=at,
    )  # fmt: skip


def opened_addresses(country: Country, *addresses: str, head: Head = HEAD, at: datetime = NOW) -> Request:
    """One that is in force."""
    return open_all(country, approved_addresses(country, *addresses, head=head, at=at), at=at)


def draft_people(
    country: Country, *people: Applicant, kind: Kind = Kind.PEOPLE, by: Performer | None = None, at: datetime = NOW
) -> Request:
    """A draft with these people."""
    filer = by or country.registrar
    assert filer.person
    request = actions.begin(kind=kind, home=filer.person.home, head=Head(), performer=filer, at=at)
    for someone in people:
        enrolment.add_line(request=request, applicant=someone, performer=filer, at=at)
    return request


def submitted_people(country: Country, *people: Applicant, kind: Kind = Kind.PEOPLE, at: datetime = NOW) -> Request:
    """One that waits for the province, with its paper noted."""
    request = draft_people(country, *people, kind=kind, at=at)
    return with_paper(country, send(country, request, at=at), at=at)


def all_numbers(request: Request) -> list[int]:
    """The numbers of every line."""
    return list(request.lines.values_list("number", flat=True))


def later(**length: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(**length)


def person_of(who: Performer) -> Person:
    """The person behind a performer."""
    assert who.person
    return who.person
