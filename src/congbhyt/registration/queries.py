"""Reads of requests: inboxes, timelines, and how far each province has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from congbhyt.accounts.authz import Right
from congbhyt.kernel.names import plain
from congbhyt.registration import authority
from congbhyt.registration.models import Request, StepTaken
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import KINDS, Kind, LineState, State, Step
from congbhyt.units.models import Agency, Unit, UnitNetwork


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of requests is narrowed to; what is empty narrows nothing."""

    words: str = ""
    kind: str = ""
    state: str = ""
    late: bool = False
    waiting: bool = False
    order: str = ""


ORDERS: Mapping[str, tuple[str, ...]] = {
    "oldest": ("submitted_at", "pk"),
    "newest": ("-begun_at", "-pk"),
    "home": ("unit__code", "agency__code", "pk"),
}
"""How a list of requests may be sorted."""


def listed(performer: Performer, sought: Sought, *, at: datetime) -> QuerySet[Request]:
    """Requests that the performer may see and that fit; what waits longest first, then the newest."""
    rows = authority.visible(performer)
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    if sought.state:
        rows = rows.filter(state=sought.state)
    if sought.waiting:
        rows = rows.filter(_waits_for(performer))
    if sought.late:
        rows = rows.filter(late(at=at))
    for word in sought.words.split():
        rows = rows.filter(_named(word))
    usual = "oldest" if sought.waiting or sought.state == State.SUBMITTED else "newest"
    return rows.order_by(*ORDERS.get(sought.order, ORDERS[usual]))


def _named(word: str) -> Q:
    """A request's number (DK000012 or 12), or the beginning of a unit's code, or part of its name."""
    digits = plain(word).removeprefix("dk").lstrip("0")
    number = Q(pk=int(digits)) if digits.isdecimal() and len(digits) < 12 else Q(pk__in=[])
    return number | Q(unit__code__istartswith=word) | Q(unit__name__icontains=word) | Q(agency__name__icontains=word)


def late(*, at: datetime) -> Q:
    """Submitted late, not submitted although due, or undecided although overdue at the agency."""
    unsent = Q(state__in=[State.DRAFT, State.RETURNED], due_at__lte=at)
    return unsent | Q(submitted_at__gte=F("due_at")) | Q(state=State.SUBMITTED, decide_by__lte=at)


def _waits_for(performer: Performer) -> Q:
    """What this performer can act on now, as far as right and agency tell."""
    if performer.unit_id:
        return Q(state__in=[State.DRAFT, State.RETURNED])
    waiting = Q(state=State.SUBMITTED) & authority.decided_by(performer)
    if performer.holds(Right.OPEN_ADDRESSES):
        waiting |= Q(state=State.APPROVED, summary__isnull=False)
    return waiting


def waiting_count(performer: Performer) -> int:
    """How many requests this performer can act on now."""
    rows = authority.visible(performer) if performer.unit_id else Request.objects
    return rows.filter(_waits_for(performer)).count()


@dataclass(frozen=True, slots=True)
class LineCounts:
    """How many lines a request has, and in which states."""

    total: int = 0
    waiting: int = 0
    in_force: int = 0
    refused: int = 0


def line_counts(requests: Iterable[Request]) -> Mapping[int, LineCounts]:
    """The lines of each of these requests counted, in one query for each kind of line."""
    keys: dict[str, list[int]] = {}
    for request in requests:
        keys.setdefault(KINDS[Kind(request.kind)].lines, []).append(request.pk)
    found: dict[int, LineCounts] = {}
    for lines, numbers in keys.items():
        state = f"{lines}__state"
        rows = Request.objects.filter(pk__in=numbers).values_list("pk").annotate(
            total=Count(lines),
            waiting_lines=Count(lines, filter=Q(**{state: LineState.WAITING})),
            in_force_lines=Count(lines, filter=Q(**{f"{state}__in": [LineState.IN_FORCE]})),
            refused_lines=Count(lines, filter=Q(**{f"{state}__in": [LineState.REFUSED, LineState.ENDED]})),
        )  # fmt: skip
        found |= {row[0]: LineCounts(*row[1:]) for row in rows}
    return found


def sent_back_for(requests: Iterable[Request]) -> Mapping[int, str]:
    """Why each of these requests was last returned for correction, if it was."""
    steps = StepTaken.objects.filter(request__in=[request.pk for request in requests], step=Step.SEND_BACK)
    return dict(steps.order_by("at", "pk").values_list("request", "reason"))


def timeline(request: Request) -> QuerySet[StepTaken]:
    """What happened to a request, in order, with who did it."""
    return request.steps.select_related("person__unit", "person__agency").order_by("at", "pk")


def open_request(home: Unit | Agency, kind: Kind) -> Request | None:
    """The request of this kind that is under way, of which a unit or agency has one at most."""
    at_home = {"unit": home} if isinstance(home, Unit) else {"agency": home}
    return Request.objects.filter(kind=kind, state__in=authority.OPEN, **at_home).first()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the units of one province have come."""

    agency: Agency
    units: int
    connected: int
    asked: int
    with_people: int
    late: int

    @property
    def share(self) -> int:
        """Percent of units with an address in force."""
        return round(100 * self.connected / self.units) if self.units else 0


def progress(*, at: datetime, area: Collection[int] | None = None) -> list[Progress]:
    """Every agency that receives requests, by code; of the units that agencies of `area` manage or receive."""
    networks = UnitNetwork.objects.filter(ended_at=None, valid_from__lte=at).exclude(valid_to__lte=at)
    asked = Request.objects.filter(kind=Kind.ADDRESSES).exclude(state=State.DRAFT)
    people = Request.objects.filter(kind__in=[Kind.PEOPLE, Kind.ADMINISTRATOR], state=State.IN_FORCE)
    overdue = Request.objects.filter(late(at=at), unit__isnull=False)

    def those(rows: QuerySet[Any]) -> Count:
        """Units that are named in `rows`: asked as one set, because asking unit by unit takes seconds."""
        return Count("pk", filter=Q(pk__in=rows.values("unit")))

    within = Q() if area is None else Q(receiving_agency__in=area) | Q(managing_agency__in=area)
    counted = Unit.objects.filter(within, valid_to=None).values_list("receiving_agency").annotate(
        total=Count("pk"),
        with_address=those(networks),
        who_asked=those(asked),
        who_enrolled=those(people),
        who_are_late=those(overdue),
    )  # fmt: skip
    found = {row[0]: row[1:] for row in counted}
    agencies = Agency.objects.filter(pk__in=found).order_by("code")
    return [Progress(agency, *found[agency.pk]) for agency in agencies]
