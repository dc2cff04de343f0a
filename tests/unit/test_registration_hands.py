"""What one pair of hands can and cannot do: four eyes, paper that knows its content, who undoes what a job locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts import administration
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.refusals import LockedAboveError
from congbhyt.audit.actions import Origin
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import campaigns, staff
from congbhyt.enrolment.refusals import LineFormError
from congbhyt.network import actions as network
from congbhyt.network.actions import Typed
from congbhyt.network.documents import request_form
from congbhyt.paper.pdf import as_pdf
from congbhyt.registration import actions, papers
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Paper, Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import (
    FieldError,
    NotYoursToFileError,
    OwnRequestError,
    PaperMissingError,
    RequestFullError,
)
from congbhyt.registration.rules import REASON_LENGTH, Kind
from tests import registration as house
from tests.factories import NOW
from tests.registration import Country, applicant
from tests.unit.test_paper_signatures import LATER, authority, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Country:
    """A province, a hospital, the national centres."""
    return house.settle()


def test_no_officer_changes_what_a_unit_filed(country: Country) -> None:
    """Else they could decide what the unit never asked for; they return it, saying why."""
    request = house.submitted_addresses(country)
    with pytest.raises(NotYoursToFileError):
        actions.withdraw(request=request, performer=country.approver, at=NOW)
    actions.send_back(request=request, reason="thiếu một địa chỉ", performer=country.approver, at=NOW)
    changes: list[Callable[[], object]] = [
        lambda: network.add_line(
            request=request, typed=Typed("203.0.113.99"), performer=country.approver, policy=house.policy(), at=NOW
        ),
        lambda: network.remove_line(request=request, number=1, performer=country.approver, at=NOW),
        lambda: actions.fill_head(request=request, head=house.HEAD, performer=country.approver, at=NOW),
        lambda: house.send(country, request, by=country.approver),
    ]
    for change in changes:
        with pytest.raises(NotYoursToFileError):
            change()


def test_a_unit_takes_over_what_was_filed_for_it(country: Country) -> None:
    """The unit may change and send it; whoever began it still does not decide."""
    request = actions.begin(
        kind=Kind.ADDRESSES, home=country.house.unit, head=house.FROM_PAPER, performer=country.approver, at=NOW
    )
    network.add_line(
        request=request, typed=Typed("203.0.113.99"), performer=country.registrar, policy=house.policy(), at=NOW
    )
    house.with_paper(country, house.send(country, request))
    with pytest.raises(OwnRequestError):
        house.approve(country, request)
    assert house.approve(country, request, by=country.second_approver).state == "approved"


def test_an_operator_who_sends_does_not_decide(country: Country) -> None:
    """At the command line too."""
    lan, minh = Performer.operator("operator:lan"), Performer.operator("operator:minh")
    request = actions.begin(kind=Kind.ADDRESSES, home=country.house.unit, head=Head(), performer=lan, at=NOW)
    network.add_line(request=request, typed=Typed("203.0.113.7"), performer=lan, policy=house.policy(), at=NOW)
    house.with_paper(country, house.send(country, request, by=minh))
    for operator in (lan, minh):
        with pytest.raises(OwnRequestError):
            house.approve(country, request, by=operator)


def test_an_uploaded_form_is_known_by_its_code(country: Country) -> None:
    """The form of what is asked for fits; that of another content does not."""
    request = house.draft_addresses(country)
    form = as_pdf(request_form(request))
    assert _told(request, form, country)[-1] == "Mã đối chiếu khớp."
    network.add_line(
        request=request, typed=Typed("203.0.113.9"), performer=country.registrar, policy=house.policy(), at=NOW
    )
    assert _told(request, form, country)[-1].startswith("Mã đối chiếu khác")


def _told(request: Request, content: bytes, country: Country) -> list[str]:
    """What the approver reads beside the file."""
    paper = papers.upload(request=request, content=content, performer=country.registrar, policy=house.policy(), at=NOW)
    return list(paper.findings)


def test_whom_the_calendar_suspended_the_unit_lets_in_again(country: Country) -> None:
    """As the SMS to them says; whom an operator locked, it does not."""
    administrator, person = house.person_of(country.registrar), country.house.officer
    campaigns.suspend(person, "không sử dụng trong 45 ngày", by="job:enrolment", at=NOW)
    administration.unlock(person.pk, administrator=administrator, reason="đi học về", at=NOW, origin=Origin())
    person.refresh_from_db()
    assert person.state == person.State.ACTIVE
    accounts.lock_person(person=person, reason="điều tra", by="operator:lan", at=NOW)
    with pytest.raises(LockedAboveError):
        administration.unlock(person.pk, administrator=administrator, reason="đi học về", at=NOW, origin=Origin())


def test_leaving_does_not_take_over_the_lock_of_others(country: Country) -> None:
    """Else a unit could let its officer leave, and unlock whom the agency had locked."""
    administrator, person = house.person_of(country.registrar), country.house.officer
    accounts.lock_person(person=person, reason="điều tra", by=country.approver.by, at=NOW)
    staff.leave(person.pk, reason="nghỉ việc", performer=country.registrar, at=NOW)
    assert not person.grants.filter(revoked_at=None).exists()
    with pytest.raises(LockedAboveError):
        administration.unlock(person.pk, administrator=administrator, reason="đi làm lại", at=NOW, origin=Origin())


def test_a_long_reason_revokes_people_too(country: Country) -> None:
    """The form takes more than an account's own record; what is longer is cut there and whole on the line."""
    request = house.approve(country, house.submitted_people(country, applicant(1)))
    reason = "x" * REASON_LENGTH
    enrolment.revoke(request=request, numbers=[1], reason=reason, performer=country.approver, at=NOW)
    line = request.people.select_related("person").get()
    assert line.end_reason == reason
    assert line.person
    assert line.person.state == Person.State.LOCKED


@pytest.mark.parametrize("wrong", [{"email": f"{'a' * 300}@b.vn"}, {"full_name": "PHẠM\x00THỊ"}, {"position": "a\x00"}])
def test_what_no_column_holds_is_refused(country: Country, wrong: dict[str, str]) -> None:
    """A spreadsheet may bring it, where no form of a page stands before."""
    request = house.draft_people(country)
    with pytest.raises(LineFormError):
        enrolment.add_line(
            request=request,
            applicant=replace(applicant(1), **wrong),  # type: ignore[arg-type]  # texts only
            performer=country.registrar,
            at=NOW,
        )


def test_a_request_has_room_for_so_many_lines(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than people can read."""
    monkeypatch.setattr(actions, "MOST_LINES", 2)
    request = house.draft_addresses(country, "203.0.113.1", "203.0.113.2")
    with pytest.raises(RequestFullError):
        network.add_line(
            request=request, typed=Typed("203.0.113.3"), performer=country.registrar, policy=house.policy(), at=NOW
        )


def test_a_yes_with_too_long_a_remark_is_refused(country: Country) -> None:
    """By its length, not by the database."""
    request = house.submitted_addresses(country)
    with pytest.raises(FieldError):
        network.decide(
            request=request, numbers=[1], approve=True, reason="x" * 301, performer=country.approver,
            policy=house.policy(), at=NOW,
        )  # fmt: skip


def test_nothing_is_confirmed_from_the_due_moment_on(country: Country) -> None:
    """Though the job that closes the review comes later."""
    due = house.later(days=30)
    campaigns.open_campaign(name="x", due_at=due, performer=country.appointer, at=NOW)
    assert campaigns.current(at=house.later(days=29.99))
    assert campaigns.current(at=due) is None


@pytest.mark.usefixtures("country")
def test_the_declared_administrator_makes_no_further_administrators() -> None:
    """TT 12/2026 Đ16 knows one; another one needs the agency."""
    assert Right.USER_ADMINISTRATION in house.policy().approved_rights


@pytest.mark.parametrize(("own", "outcome"), [(True, Paper.Outcome.VALID), (False, Paper.Outcome.UNPROVEN)])
def test_a_valid_signature_proves_only_what_it_stands_under(
    country: Country, settings: Any, own: bool, outcome: str
) -> None:
    """Under the form of this request it is leave to approve; under another one's it is none."""
    settings.SIGNATURE_ANCHORS = authority().anchors
    request = house.send(country, house.draft_addresses(country))
    other = house.draft_addresses(country, "203.0.113.9", by=country.other_registrar)
    content = signed(as_pdf(request_form(request if own else other)))
    paper = papers.upload(
        request=request, content=content, performer=country.registrar, policy=house.policy(), at=LATER
    )
    assert paper.outcome == outcome
    if own:
        assert house.approve(country, request, at=LATER).state == "approved"
    else:
        with pytest.raises(PaperMissingError):
            house.approve(country, request, at=LATER)
