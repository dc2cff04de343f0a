"""Requests of the sandbox: every kind in every state, from the first day on, without a flood of messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.models import Grant, Person
from congbhyt.enrolment import campaigns
from congbhyt.enrolment.models import Campaign
from congbhyt.enrolment.staff import manages_itself
from congbhyt.kernel.addresses import read_address
from congbhyt.network.models import AddressLine
from congbhyt.outbox.models import Message
from congbhyt.policy import queries as policies
from congbhyt.registration.models import Request
from congbhyt.registration.rules import KINDS, STATE_LABELS, Kind, LineState, State
from congbhyt.sandbox import generator
from congbhyt.sandbox.loading import load
from congbhyt.sandbox.request_cast import SCENES
from congbhyt.sandbox.requests import performer
from congbhyt.units.models import Unit
from congbhyt.units.queries import allow_list

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BY = "operator:test"
NEVER = {
    *((kind, State.APPROVED) for kind, row in KINDS.items() if row.opened_with is None),
    *((kind, State.REPLACED) for kind in (Kind.EMERGENCY, Kind.PEOPLE, Kind.APPROVERS)),
    (Kind.EMERGENCY, State.DRAFT),
}
"""What no request ever is: opening is for addresses only, an emergency is asked for and sent in one step."""


@pytest.fixture
def loaded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  # it must be there first
    """The sandbox with a small province."""
    monkeypatch.setattr(generator, "INSURED", 60)
    monkeypatch.setattr(generator, "VISITS", 120)
    load(at=AT, by=BY)


def _found() -> Iterable[tuple[str, str]]:
    return Request.objects.values_list("kind", "state")


@pytest.mark.usefixtures("loaded")
def test_every_kind_is_there_in_every_state_that_it_can_reach() -> None:
    wanted = {(kind, state) for kind in KINDS for state in STATE_LABELS} - NEVER
    assert set(_found()) == wanted


@pytest.mark.usefixtures("loaded")
def test_each_scene_ends_as_it_promises() -> None:
    requests = Request.objects.select_related("unit", "agency").order_by("pk")
    ended = [(request.kind, request.home.code, request.state) for request in requests]
    assert ended == [(scene.kind, scene.home, scene.now) for scene in SCENES]


@pytest.mark.usefixtures("loaded")
def test_approved_ones_wait_with_a_summary_and_without_and_one_is_opened_in_part() -> None:
    approved = Request.objects.filter(state=State.APPROVED)
    assert approved.filter(summary=None).count() == 1
    assert approved.exclude(summary=None).count() == 3
    assert AddressLine.objects.filter(request__in=approved, state=LineState.IN_FORCE).count() == 1


@pytest.mark.usefixtures("loaded")
def test_loading_again_adds_nothing_and_nothing_of_it_is_sent() -> None:
    assert not Message.objects.filter(state=Message.State.QUEUED).exists()
    held = Request.objects.count(), Person.objects.count(), Message.objects.count(), Campaign.objects.count()
    load(at=AT + timedelta(days=1), by=BY)
    assert (
        Request.objects.count(), Person.objects.count(), Message.objects.count(), Campaign.objects.count()
    ) == held  # fmt: skip


@pytest.mark.usefixtures("loaded")
def test_a_review_is_open_and_a_part_of_it_is_done() -> None:
    review = campaigns.current(at=AT)
    assert review
    done, waiting = campaigns.progress(review, Unit.objects.get(code="01999"))
    assert (done, waiting > 2) == (1, True)
    assert Campaign.objects.exclude(closed_at=None).count() == 1


@pytest.mark.usefixtures("loaded")
def test_one_unit_manages_its_people_itself() -> None:
    law = policies.current().at(AT)
    assert manages_itself(performer("01998/quantri"), policy=law)
    assert not manages_itself(performer("01999/quantri"), policy=law)


@pytest.mark.usefixtures("loaded")
def test_the_cast_calls_from_where_it_did() -> None:
    owners = allow_list(AT)
    for text, units in (("127.0.0.77", {"01999"}), ("203.0.113.40", {"01998"}), ("198.51.100.40", {"99002"})):
        address = read_address(text)
        assert address is not None
        assert owners.owners(address, AT) == units


@pytest.mark.usefixtures("loaded")
def test_whom_a_job_let_rest_acts_again_after_loading_again() -> None:
    officer = Person.objects.get(handle="01999/kiemthu")
    accounts.lock_person(person=officer, reason="không sử dụng trong 45 ngày", by="job:enrolment", at=AT)
    load(at=AT + timedelta(days=60), by=BY)
    states = dict(Person.objects.filter(handle__in=["01999/kiemthu", "01999/bikhoa"]).values_list("handle", "state"))
    assert states == {"01999/kiemthu": "active", "01999/bikhoa": "locked"}
    officer.refresh_from_db()
    assert officer.last_named_at == AT + timedelta(days=60)


@pytest.mark.usefixtures("loaded")
def test_approvers_keep_their_right_and_the_unit_without_anything_has_its_account() -> None:
    assert Grant.objects.filter(person__handle="99/pheduyet", right="approve_requests", revoked_at=None).count() == 1
    account = Person.objects.get(handle="99012/99012_bv")
    assert account.shared
    assert account.check_password("Kiem-thu-2026!")
