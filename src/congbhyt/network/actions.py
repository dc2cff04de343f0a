"""Address lines: entering them, deciding and opening them, and what that does to the allow-list."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q

from congbhyt.accounts.authz import Right
from congbhyt.installation.queries import is_sandbox
from congbhyt.kernel.clock import VIETNAM, vietnam_day
from congbhyt.kernel.names import tidy
from congbhyt.network import queries
from congbhyt.network.models import AddressLine
from congbhyt.network.refusals import AddressInForceError, AddressTwiceError, NotYourSiteError
from congbhyt.network.rules import Span, check_span, read_span
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions, authority
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import NotYoursToDecideError
from congbhyt.registration.rules import Kind, LineState, State, Step
from congbhyt.units import actions as units
from congbhyt.units.models import Unit, UnitNetwork
from congbhyt.units.refusals import NoSuchNetworkError


@dataclass(frozen=True, slots=True)
class Typed:
    """One line as it was typed; `site_code` empty: for the unit that asks."""

    address: str
    line_type: str = AddressLine.LineType.STATIC
    provider: str = ""
    site_code: str = ""


@transaction.atomic
def add_line(*, request: Request, typed: Typed, performer: Performer, policy: InForce, at: datetime) -> AddressLine:
    """Add an address to a draft.

    Raises:
        NotYoursToFileError, NotEditableError.
        Refusal: those of `read_span` and `check_span`: no address, reserved, too wide.
        AddressTwiceError: a line of this request holds it already.
        AddressInForceError: the unit may call from there already.
        NotYourSiteError: `site_code` is no site of the unit.
    """
    request = actions.editable(request, performer)
    span = read_span(typed.address)
    check_span(
        span, widest_v4=policy.widest_v4, widest_v6=policy.widest_v6, justified=bool(request.justification),
        sandbox=is_sandbox(),
    )  # fmt: skip
    actions.need_room(request)
    unit = _asking(request)
    line = AddressLine(
        request=request, number=_next_number(request), first=str(span.first), last=str(span.last),
        line_type=typed.line_type, provider=tidy(typed.provider), site=_site(unit, typed.site_code),
    )  # fmt: skip
    _need_new(request, line, span, at)
    line.save(force_insert=True)
    actions.record_edit(request, "line:add", performer=performer, at=at, line=line.number)
    return line


@transaction.atomic
def remove_line(*, request: Request, number: int, performer: Performer, at: datetime) -> None:
    """Take a line out of a draft; the others keep their numbers.

    Raises:
        NotYoursToFileError, NotEditableError.
    """
    request = actions.editable(request, performer)
    request.addresses.filter(number=number).delete()
    actions.record_edit(request, "line:remove", performer=performer, at=at, line=number)


def _asking(request: Request) -> Unit:
    if request.unit is None:
        raise AssertionError("addresses are asked for by units")
    return request.unit


def _next_number(request: Request) -> int:
    return (request.addresses.aggregate(most=Max("number"))["most"] or 0) + 1


def _site(unit: Unit, code: str) -> Unit | None:
    """The site with this code; a parent's request covers those that it names (CV 1923/BHXH-CNTT)."""
    if not code or code == unit.code:
        return None
    site = unit.sites.filter(code=code.strip().upper()).first()
    if site is None:
        raise NotYourSiteError(code=code, unit=unit.name)
    return site


def _need_new(request: Request, line: AddressLine, span: Span, at: datetime) -> None:
    """Sites may share a line, so only lines for the same unit or site count as the same."""
    same_home = request.addresses.filter(site=line.site)
    for other in same_home:
        theirs = other.span
        if theirs.first.version == span.first.version and theirs.first <= span.last and span.first <= theirs.last:  # type: ignore[operator]  # one version
            raise AddressTwiceError(address=span, number=other.number)
    if request.manner == Request.Manner.REPLACEMENT:
        return
    until = _end_of_period(request)  # what ends earlier may be asked for again, before it has ended
    held = line.home.networks.filter(network__in=span.networks, ended_at=None).exclude(valid_to__lte=at)
    if sum(_lasts(network, until) for network in held) == len(span.networks):
        raise AddressInForceError(address=span, home=line.home.name)


@transaction.atomic
def decide(
    *,
    request: Request,
    numbers: Collection[int],
    approve: bool,
    reason: str = "",
    performer: Performer,
    policy: InForce,
    at: datetime,
) -> Request:
    """Approve or refuse lines for the province; the emergency address is in force at once, for its hours.

    Raises:
        Refusal: those of `registration.actions.decide`.
    """
    return actions.decide(
        request=request, numbers=numbers, approve=approve, reason=reason, performer=performer, policy=policy, at=at,
        effect=lambda line: _put_in_force(line, at + policy.emergency_length, performer, at),
    )  # fmt: skip


@transaction.atomic
def open_lines(
    *,
    request: Request,
    numbers: Collection[int],
    let: bool,
    reason: str = "",
    performer: Performer,
    policy: InForce,
    at: datetime,
) -> Request:
    """Open, or refuse to open, approved lines; in force at both doors within seconds.

    When the last line of a request that replaces the unit's list is opened, what was in force before ends.

    Raises:
        Refusal: those of `registration.actions.open_lines`.
    """
    request = actions.open_lines(
        request=request, numbers=numbers, let=let, reason=reason, performer=performer, policy=policy, at=at,
        effect=lambda line: _put_in_force(line, _end_of_period(line.request), performer, at),
    )  # fmt: skip
    if request.manner == Request.Manner.REPLACEMENT and request.state == State.IN_FORCE:
        _replace_others(request, performer, at)
    return request


def _end_of_period(request: Request) -> datetime | None:
    """Midnight after the last day; none: it lasts."""
    if request.valid_to is None:
        return None
    return datetime.combine(request.valid_to + timedelta(days=1), time(), tzinfo=VIETNAM)


def _put_in_force(line: AddressLine, until: datetime | None, performer: Performer, at: datetime) -> None:
    request = line.request
    begins = at
    if request.valid_from and request.valid_from > vietnam_day(at):
        begins = datetime.combine(request.valid_from, time(), tzinfo=VIETNAM)
    line.lasts_until = until
    for network in line.span.networks:
        held = line.home.networks.filter(network=network, ended_at=None).exclude(valid_to__lte=at).first()
        if held and _lasts(held, until):
            continue
        if held:  # what ends earlier gives way without a gap, even if the new period begins later
            units.end_network(home=line.home, network=str(network), by=performer.by, at=at)
        units.add_network(
            home=line.home, network=network, basis=f"{request.label} dòng {line.number}", by=performer.by, at=at,
            valid_from=min(begins, max(held.valid_from, at)) if held else begins, valid_to=until,
        )  # fmt: skip


def _lasts(held: UnitNetwork, until: datetime | None) -> bool:
    """Whether the network that is there lasts as long already."""
    return held.valid_to is None or (until is not None and held.valid_to >= until)


def _replace_others(request: Request, performer: Performer, at: datetime) -> None:
    """End every line of the unit's earlier requests; networks that the new list holds too stay."""
    earlier = Request.objects.filter(unit=request.unit, kind=Kind.ADDRESSES).exclude(pk=request.pk)
    for other in earlier.filter(addresses__state=LineState.IN_FORCE).distinct():
        numbers = other.addresses.filter(state=LineState.IN_FORCE).values_list("number", flat=True)
        actions.end_lines(
            request=other, numbers=list(numbers), step=Step.REPLACE, reason=f"thay bằng {request.label}",
            performer=performer, at=at, effect=lambda line: _take_out(line, performer, at),
        )  # fmt: skip


@transaction.atomic
def revoke(*, request: Request, numbers: Collection[int], reason: str, performer: Performer, at: datetime) -> Request:
    """End addresses now: the unit its own, the agency that decides, or the national centre.

    Raises:
        NotYoursToDecideError: none of these.
        NothingChosenError, StepError, LineDecidedError, FieldError.
    """
    if not may_revoke(request, performer):
        raise NotYoursToDecideError(decider=authority.decider_name(request))
    return actions.end_lines(
        request=request, numbers=numbers, step=Step.REVOKE, reason=reason, performer=performer, at=at,
        effect=lambda line: _take_out(line, performer, at),
    )  # fmt: skip


def may_revoke(request: Request, performer: Performer) -> bool:
    """Whether this performer may end addresses of the request: closing a door needs less leave than opening it."""
    own = performer.unit_id is not None and authority.may_file(performer, request.home, Kind.ADDRESSES)
    decides = Request.objects.filter(authority.decided_by(performer), pk=request.pk).exists()
    opens = performer.agency_id is not None and performer.holds(Right.OPEN_ADDRESSES)
    return own or decides or opens


def _take_out(line: AddressLine, performer: Performer, at: datetime) -> None:
    """End the line's networks, except those that another line in force of the same unit or site holds."""
    kept = {network for other in queries.others_in_force(line) for network in other.span.networks}
    for network in line.span.networks:
        if network not in kept:
            with suppress(NoSuchNetworkError):  # an operator ended it at the command line
                units.end_network(home=line.home, network=str(network), by=performer.by, at=at)


def expire(*, at: datetime, performer: Performer) -> int:
    """End the lines whose period is over; the allow-list has let nobody in since. Returns how many requests moved."""
    over = Q(addresses__state=LineState.IN_FORCE, addresses__lasts_until__lte=at)
    due = list(Request.objects.filter(over).distinct().order_by("pk"))
    for request in due:
        numbers = request.addresses.filter(state=LineState.IN_FORCE, lasts_until__lte=at)
        actions.end_lines(
            request=request, numbers=list(numbers.values_list("number", flat=True)), step=Step.EXPIRE,
            reason="hết thời hạn", performer=performer, at=at, effect=lambda line: _take_out(line, performer, at),
        )  # fmt: skip
    return len(due)
