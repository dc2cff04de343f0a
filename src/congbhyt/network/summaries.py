"""Compiling what a province has approved on Mẫu 02/th-ip-ctn (CV 1923/BHXH-CNTT §1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from congbhyt.accounts.authz import Right
from congbhyt.audit import actions as audit
from congbhyt.registration.models import Request, Summary
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import NothingToSummariseError, NotYoursToDecideError
from congbhyt.registration.rules import Kind, State
from congbhyt.units import queries as units
from congbhyt.units.models import Agency


def waiting(agency: Agency) -> QuerySet[Request]:
    """Approved address requests of the agency's units that no summary holds, the oldest first."""
    rows = Request.objects.filter(kind=Kind.ADDRESSES, state=State.APPROVED, summary=None)
    return rows.filter(unit__receiving_agency=agency).select_related("unit").order_by("submitted_at", "pk")


@transaction.atomic
def compile_summary(*, agency: Agency, performer: Performer, at: datetime) -> Summary:
    """Put every approved request that waits into one summary for the national centre.

    Raises:
        NotYoursToDecideError: only the agency's approvers.
        NothingToSummariseError: nothing waits.
    """
    if performer.person and not (performer.agency_id == agency.pk and performer.holds(Right.APPROVE_REQUESTS)):
        raise NotYoursToDecideError(decider=agency.name)
    found = list(waiting(agency).select_for_update(of=("self",), no_key=True))
    if not found:
        raise NothingToSummariseError
    summary = Summary.objects.create(agency=agency, made_at=at, made_by=performer.by)
    Request.objects.filter(pk__in=[request.pk for request in found]).update(summary=summary)
    audit.record(
        "registration:summary:make", by=performer.by, at=at, object=f"summary:{summary.pk}", origin=performer.origin,
        details={"requests": [request.pk for request in found]},
    )  # fmt: skip
    return summary


def visible(performer: Performer) -> QuerySet[Summary]:
    """Summaries of the performer's area, or all for the national IT centre; newest first."""
    rows = Summary.objects.select_related("agency__parent").order_by("-made_at", "-pk")
    if performer.holds(Right.OPEN_ADDRESSES):
        return rows
    if performer.agency_id and performer.holds(Right.APPROVE_REQUESTS):
        return rows.filter(agency__in=units.subtree(performer.agency_id))
    return rows.none()


def handed_out(summary: Summary, *, media: str, performer: Performer, at: datetime) -> None:
    """Put on record that somebody took the form of a summary."""
    audit.record(
        "registration:summary:read", by=performer.by, at=at, object=f"summary:{summary.pk}", origin=performer.origin,
        details={"media": media},
    )  # fmt: skip
