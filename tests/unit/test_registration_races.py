"""Many at once against a real PostgreSQL: one decision stands, no request is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from congbhyt.accounts.authz import Right
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import campaigns
from congbhyt.network import actions as network
from congbhyt.network.actions import Typed
from congbhyt.registration import actions
from congbhyt.registration.models import Request, StepTaken
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import Kind, Step
from congbhyt.units import actions as units
from congbhyt.units.models import Unit, UnitNetwork
from tests import registration as house
from tests.factories import BY, NOW
from tests.registration import HEAD, Country, applicant
from tests.unit.portal_people import at_once, run_apart

Fresh = Callable[[], dict[str, str]]


def test_of_fifty_decisions_of_one_line_one_stands(fresh_database: Fresh) -> None:
    """Half of the officers approve, half refuse; whoever comes later learns it."""
    raced = run_apart(fresh_database(), __name__, "race_decisions")
    assert raced["told"]["done"] == 1
    assert sum(raced["told"].values()) == 50
    assert set(raced["told"]) <= {"done", "REQUEST_STEP", "REQUEST_LINE_DECIDED"}
    assert raced["decisions"] == 1
    assert raced["state"] in {"approved", "refused"}


def race_decisions() -> dict[str, Any]:
    """Two officers, twenty-five times each, want opposite things at the same moment."""
    country = house.settle()
    request = house.submitted_addresses(country)

    def decide(by: Performer, approve: bool) -> Callable[[], object]:
        return lambda: network.decide(
            request=request, numbers=[1], approve=approve, reason="vì thế", performer=by, policy=house.policy(), at=NOW
        )

    acts = [decide(country.approver, True), decide(country.second_approver, False)] * 25
    told = at_once(acts)
    request.refresh_from_db()
    decisions = StepTaken.objects.filter(request=request, step=Step.DECIDE).count()
    return {"told": told, "decisions": decisions, "state": request.state}


def test_of_fifty_openings_of_one_address_one_stands(fresh_database: Fresh) -> None:
    """One network in the allow-list, one step in the timeline."""
    raced = run_apart(fresh_database(), __name__, "race_openings")
    assert raced["told"]["done"] == 1
    assert raced["networks"] == 1


def race_openings() -> dict[str, Any]:
    """Fifty tries to open the same line."""
    country = house.settle()
    request = house.approved_addresses(country, "198.51.100.20")
    told = at_once([lambda: house.open_all(country, request)] * 50)
    return {"told": told, "networks": UnitNetwork.objects.filter(network="198.51.100.20/32").count()}


def test_of_fifty_drafts_of_one_unit_one_is_begun(fresh_database: Fresh) -> None:
    """The constraint decides, and the others are told which one is open."""
    raced = run_apart(fresh_database(), __name__, "race_drafts")
    assert raced == {"told": {"done": 1, "REQUEST_OPEN_ALREADY": 49}, "requests": 1}


def race_drafts() -> dict[str, Any]:
    """A clerk who clicks fifty times."""
    country = house.settle()
    told = at_once([lambda: house.draft_addresses(country)] * 50)
    return {"told": told, "requests": Request.objects.count()}


def test_five_hundred_units_file_at_once_and_none_is_lost(fresh_database: Fresh) -> None:
    """Each has its request, its line, its two steps; every number is its own."""
    raced = run_apart(fresh_database(), __name__, "race_filing")
    assert raced == {"told": {"done": 500}, "submitted": 500, "lines": 500, "steps": 1000}


def race_filing() -> dict[str, Any]:
    """The last morning before a deadline."""
    country = house.settle()
    people = [_registrar_of_another_unit(country, number) for number in range(500)]

    def file(by: Performer) -> Callable[[], object]:
        return lambda: _file(by)

    told = at_once([file(by) for by in people])
    mine = Request.objects.filter(state="submitted")
    lines = sum(request.lines.count() for request in mine)
    return {"told": told, "submitted": mine.count(), "lines": lines, "steps": StepTaken.objects.count()}


def _registrar_of_another_unit(country: Country, number: int) -> Performer:
    unit = units.open_unit(
        code=f"9{number:04d}", name=f"Đơn vị {number}", kind=Unit.Kind.CONTRACTED, managing_agency=country.province,
        valid_from=date(2020, 1, 1), by=BY, at=NOW,
    )  # fmt: skip
    return house.performer(unit, "quantri", 50, Right.USER_ADMINISTRATION)


def _file(by: Performer) -> None:
    request = actions.begin(kind=Kind.ADDRESSES, home=house.person_of(by).home, head=HEAD, performer=by, at=NOW)
    network.add_line(request=request, typed=Typed("203.0.113.7"), performer=by, policy=house.policy(), at=NOW)
    house.send(_NOBODY, request, by=by)


_NOBODY: Any = None
"""`send` asks the country only for its usual registrar."""


def test_one_account_comes_of_two_approvals_of_one_person(fresh_database: Fresh) -> None:
    """Two requests of one unit that name the same CCCD, decided at the same moment."""
    raced = run_apart(fresh_database(), __name__, "race_same_person")
    assert raced["accounts"] == 1
    assert raced["told"]["done"] >= 1


def race_same_person() -> dict[str, Any]:
    """01/dk-ctn and 08/BH name the same new colleague."""
    country = house.settle()
    one = house.submitted_people(country, applicant(1))
    other = house.submitted_people(country, applicant(1, Right.USER_ADMINISTRATION), kind=Kind.ADMINISTRATOR)

    def approve(request: Request) -> Callable[[], object]:
        return lambda: enrolment.decide(
            request=request, numbers=[1], approve=True, performer=country.approver, policy=house.policy(), at=NOW
        )

    told = at_once([approve(one), approve(other)], threads=2)
    accounts = country.house.unit.people.filter(full_name=applicant(1).full_name).count()
    return {"told": told, "accounts": accounts}


def test_of_two_reviews_opened_at_once_one_runs(fresh_database: Fresh) -> None:
    """The others are told its name."""
    raced = run_apart(fresh_database(), __name__, "race_reviews")
    assert raced == {"told": {"done": 1, "CAMPAIGN_OPEN": 9}}


def race_reviews() -> dict[str, Any]:
    """Ten clicks."""
    country = house.settle()

    def open_review(number: int) -> Callable[[], object]:
        return lambda: campaigns.open_campaign(
            name=f"đợt {number}", due_at=house.later(days=30), performer=country.appointer, at=NOW
        )

    return {"told": at_once([open_review(number) for number in range(10)], threads=10)}
