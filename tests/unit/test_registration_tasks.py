"""The worker's tasks of registration, called with a clock that is moved: periods end, reviews open and close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.models import Person
from congbhyt.enrolment import campaigns
from congbhyt.enrolment.models import Campaign, Confirmation
from congbhyt.enrolment.tasks import close_review, end_periods, open_review, suspend_idle
from congbhyt.network.tasks import end_address_periods
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.rules import State
from congbhyt.units.models import UnitNetwork
from tests import registration
from tests.factories import BY, NOW
from tests.portal import Moving
from tests.registration import Country, applicant


@pytest.fixture
def country(db: None, moving: Moving) -> Country:  # noqa: ARG001  # both must be there first
    """Everybody who registers, decides and opens."""
    return registration.settle()


def _state(request: Request) -> str:
    return Request.objects.get(pk=request.pk).state


def test_addresses_end_with_the_last_day_of_their_period(country: Country, moving: Moving) -> None:
    head = Head(valid_to=date(2026, 3, 3), contact_phone="0000000301")
    request = registration.opened_addresses(country, "203.0.113.7", head=head)
    moving.move(days=1)
    end_address_periods.func(timestamp=0)
    assert _state(request) == State.IN_FORCE
    moving.move(days=1)
    end_address_periods.func(timestamp=0)
    assert _state(request) == State.EXPIRED
    assert request.steps.latest("pk").by == "job:network"
    assert not UnitNetwork.objects.filter(network="203.0.113.7", ended_at=None).exists()


def test_people_end_with_the_last_day_of_their_period(country: Country, moving: Moving) -> None:
    someone = replace(applicant(1), valid_to=date(2026, 3, 3))
    until = registration.submitted_people(country, someone)
    registration.approve(country, until)
    moving.move(days=1)
    end_periods.func(timestamp=0)
    assert _state(until) == State.IN_FORCE
    moving.move(days=1)
    end_periods.func(timestamp=0)
    assert _state(until) == State.EXPIRED
    assert Person.objects.get(full_name=someone.full_name).state == Person.State.LOCKED


def test_an_account_that_nobody_uses_rests_after_45_days_and_one_that_programs_name_does_not(
    country: Country, moving: Moving
) -> None:
    used, unused = country.registrar.person, country.other_registrar.person
    assert used
    assert unused
    Person.objects.filter(pk__in=[used.pk, unused.pk]).update(password_set_at=NOW)
    moving.move(days=44)
    suspend_idle.func(timestamp=0)
    Person.objects.filter(pk=used.pk).update(last_named_at=moving.moment)
    moving.move(days=2)
    suspend_idle.func(timestamp=0)
    states = dict(Person.objects.filter(pk__in=[used.pk, unused.pk]).values_list("pk", "state"))
    assert states == {used.pk: Person.State.ACTIVE, unused.pk: Person.State.LOCKED}


@pytest.mark.usefixtures("country")
def test_a_review_opens_each_half_year_and_whom_nobody_confirms_rests(moving: Moving) -> None:
    moving.move(hours=1)
    open_review.func(timestamp=0)
    open_review.func(timestamp=0)
    first = Campaign.objects.get()
    assert (first.opens_at, first.due_at) == (moving.moment, moving.moment + timedelta(days=30))
    moving.move(days=30)
    close_review.func(timestamp=0)
    assert campaigns.current(at=moving.moment) is None
    assert Confirmation.objects.filter(outcome="suspended").count() == Person.objects.filter(state="locked").count() > 0
    moving.move(days=150)
    open_review.func(timestamp=0)
    assert Campaign.objects.count() == 1
    moving.move(days=5)
    open_review.func(timestamp=0)
    assert Campaign.objects.count() == 2


def test_a_review_that_is_not_due_stays_open(country: Country, moving: Moving) -> None:
    administrator = country.registrar.person
    assert administrator
    moving.move(hours=1)
    open_review.func(timestamp=0)
    moving.move(days=29)
    close_review.func(timestamp=0)
    assert campaigns.current(at=moving.moment) is not None
    accounts.lock_person(person=administrator, reason="thử", by=BY, at=moving.moment)
    moving.move(days=2)
    close_review.func(timestamp=0)
    assert Person.objects.get(pk=administrator.pk).locked_reason == "thử"
