"""What the calendar does to accounts: periods end, and those that nobody uses rest (TCVN 14423:2026: 45 days)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest

from congbhyt.accounts.models import Person
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment.campaigns import suspend
from congbhyt.enrolment.models import PersonLine
from congbhyt.kernel.clock import vietnam_day
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import LineState, Step

IDLE = "không sử dụng trong {days} ngày"


def idle(*, policy: InForce, at: datetime) -> QuerySet[Person]:
    """People with an account who, within policy's days, neither signed in nor were named by their unit's programs.

    What happened last to the account counts too (`Greatest` passes over what never happened): who was let in again
    has the same days anew.
    """
    limit = at - timedelta(days=policy.idle_days)
    last = Greatest("created_at", "last_login", "password_set_at", "sessions_valid_from", "last_named_at")
    people = Person.objects.filter(state=Person.State.ACTIVE, shared=False).exclude(password_set_at=None)
    return people.alias(last=last).filter(last__lt=limit)


def suspend_idle(*, policy: InForce, performer: Performer, at: datetime) -> int:
    """Suspend those; their administrator lets them in again. Returns how many."""
    count = 0
    for person in idle(policy=policy, at=at).iterator():
        with transaction.atomic():
            suspend(person, IDLE.format(days=policy.idle_days), by=performer.by, at=at)
        count += 1
    return count


def end_periods(*, performer: Performer, at: datetime) -> int:
    """End the lines of people whose registered period is over; returns how many requests moved."""
    over = PersonLine.objects.filter(state=LineState.IN_FORCE, valid_to__lt=vietnam_day(at))
    due = list(Request.objects.filter(pk__in=over.values("request")).order_by("pk"))
    for request in due:
        actions.end_lines(
            request=request, numbers=list(over.filter(request=request).values_list("number", flat=True)),
            step=Step.EXPIRE, reason="hết thời hạn đăng ký", performer=performer, at=at,
            effect=lambda line: enrolment.take_back(line, performer, at),
        )  # fmt: skip
    return len(due)
