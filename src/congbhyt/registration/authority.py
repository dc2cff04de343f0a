"""Who files, sees, decides and opens which request. What each right means stands in accounts/authz.py."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import (
    NoSuchRequestError,
    NotYoursToDecideError,
    NotYoursToFileError,
    OwnRequestError,
)
from congbhyt.registration.rules import KINDS, OPEN_STATES, Kind, State, Step
from congbhyt.units import queries as units
from congbhyt.units.models import Agency, Unit

AREA_RIGHTS = frozenset({Right.APPROVE_REQUESTS, Right.HELP_REQUESTS})
"""With one of these an agency's officer sees the requests of the agency's area and may file for its units."""
OPEN = sorted(state.value for state in OPEN_STATES)
_NATIONAL_KINDS = {
    Right.OPEN_ADDRESSES: (Kind.ADDRESSES, Kind.EMERGENCY),
    Right.APPOINT_APPROVERS: (Kind.APPROVERS,),
}
"""What the national centres see of every province, once it has been submitted."""


def visible(performer: Performer) -> QuerySet[Request]:
    """The requests that this performer may see."""
    rows = Request.objects.select_related("unit", "agency", "summary")
    if performer.person is None:
        return rows
    if performer.unit_id:
        return rows.filter(unit=performer.unit_id) if performer.holds(Right.USER_ADMINISTRATION) else rows.none()
    return rows.filter(_seen_by_officer(performer))


def _seen_by_officer(performer: Performer) -> Q:
    seen = Q(pk__in=[])
    if any(performer.holds(right) for right in AREA_RIGHTS):
        area = units.subtree(performer.agency_id or 0)
        seen |= Q(unit__receiving_agency__in=area) | Q(unit__managing_agency__in=area)
    if performer.holds(Right.USER_ADMINISTRATION):
        seen |= Q(agency=performer.agency_id)
    for right, kinds in _NATIONAL_KINDS.items():
        if performer.holds(right):
            seen |= Q(kind__in=kinds) & ~Q(state=State.DRAFT)
    return seen


def get(number: int, performer: Performer) -> Request:
    """One of the requests that this performer may see.

    Raises:
        NoSuchRequestError: there is none with this number, or it is others'.
    """
    found = visible(performer).filter(pk=number).first()
    if found is None:
        raise NoSuchRequestError
    return found


def may_file(performer: Performer, home: Unit | Agency, kind: Kind) -> bool:
    """Whether this performer files requests of this kind for `home`.

    People of a unit for their own; officers for the units of their area, from the unit's paper; the emergency address
    only officers who approve; approvers are proposed by the agency's own administrator.
    """
    if isinstance(home, Agency) is not (kind is Kind.APPROVERS):
        return False
    if performer.person is None:
        return True
    if isinstance(home, Agency):
        return performer.agency_id == home.pk and performer.holds(Right.USER_ADMINISTRATION)
    if performer.unit_id:
        own = performer.unit_id == home.pk and performer.holds(Right.USER_ADMINISTRATION)
        return own and KINDS[kind].filed_by_unit
    rights = {Right.APPROVE_REQUESTS, Right.OPEN_ADDRESSES} if kind is Kind.EMERGENCY else AREA_RIGHTS
    return any(performer.holds(right) for right in rights) and _in_area(home, performer)


def _in_area(unit: Unit, performer: Performer) -> bool:
    if performer.holds(Right.OPEN_ADDRESSES):
        return True
    area = units.subtree(performer.agency_id or 0)
    return unit.receiving_agency_id in area or unit.managing_agency_id in area


def need_filer(performer: Performer, home: Unit | Agency, kind: Kind) -> None:
    """Make sure that this performer files for `home`.

    Raises:
        NotYoursToFileError.
    """
    if not may_file(performer, home, kind):
        raise NotYoursToFileError(home=home.name)


def may_edit(performer: Performer, request: Request) -> bool:
    """Whether this performer changes, sends or withdraws it: a unit whatever was filed for it, an officer only what
    they filed themselves. Who could change a unit's own request could decide what the unit never asked for.
    """
    if not may_file(performer, request.home, Kind(request.kind)):
        return False
    return performer.agency_id is None or request.unit_id is None or performer.by == request.filed_by


def need_editor(performer: Performer, request: Request) -> None:
    """Make sure that this performer may change, send or withdraw the request.

    Raises:
        NotYoursToFileError.
    """
    if not may_edit(performer, request):
        raise NotYoursToFileError(home=request.home.name)


def decided_by(performer: Performer) -> Q:
    """Which requests are this performer's to decide, as far as right and agency tell."""
    if performer.person is None:
        return Q()
    found = Q(pk__in=[])
    if performer.agency_id and performer.holds(Right.APPROVE_REQUESTS):
        found |= Q(unit__receiving_agency=performer.agency_id)
    if performer.agency_id and performer.holds(Right.APPOINT_APPROVERS):
        found |= Q(kind=Kind.APPROVERS)
    return found


def office_decides(performer: Performer, request: Request) -> bool:
    """Whether right and agency let this performer decide `request`, without asking the database; whether it is one
    of their own is asked when they do.
    """
    if request.unit is None:
        return performer.holds(Right.APPOINT_APPROVERS)
    at_office = performer.person is None or request.unit.receiving_agency_id == performer.agency_id
    return at_office and performer.holds(request.row.decided_with)


def need_decider(performer: Performer, request: Request) -> None:
    """Make sure that this performer decides `request`: the unit's receiving agency, or the national centre.

    Raises:
        NotYoursToDecideError: another agency does, or the right is missing.
        OwnRequestError: of their own unit, begun or sent by them, or naming them.
    """
    if not Request.objects.filter(decided_by(performer), pk=request.pk).exists():
        raise NotYoursToDecideError(decider=decider_name(request))
    if not performer.holds(request.row.decided_with):
        raise NotYoursToDecideError(decider=decider_name(request))
    _need_another(performer, request)


def need_opener(performer: Performer, request: Request) -> None:
    """Make sure that this performer opens what was approved.

    Raises:
        NotYoursToDecideError: the right is missing.
        OwnRequestError: of their own unit, begun or sent by them, or naming them.
    """
    right = request.row.opened_with
    if right is None or not performer.holds(right):
        raise NotYoursToDecideError(decider=f"cán bộ có quyền «{RIGHTS[right or Right.OPEN_ADDRESSES].label}»")
    _need_another(performer, request)


def decider_name(request: Request) -> str:
    """Who decides it, for people."""
    if request.unit is None:
        return f"cán bộ có quyền «{RIGHTS[Right.APPOINT_APPROVERS].label}»"
    return Agency.objects.get(pk=request.unit.receiving_agency_id).name


def _need_another(performer: Performer, request: Request) -> None:
    """Nobody decides about themselves, whichever of their accounts they use (CCCD tells).

    Whoever sends another's request may have changed it before, so they count as who filed it.
    """
    oneself = performer.person.citizen_digest if performer.person else None
    same = Q(by=performer.by) | (Q(person__citizen_digest=bytes(oneself)) if oneself else Q(pk__in=[]))
    if request.steps.filter(same, step__in=[Step.BEGIN, Step.SUBMIT]).exists():
        raise OwnRequestError(why="chính bạn đã lập đề nghị này")
    if oneself is None:
        return
    if request.unit_id and Person.objects.filter(unit=request.unit_id, citizen_digest=bytes(oneself)).exists():
        raise OwnRequestError(why="bạn là người của đơn vị này")
    if request.row.lines == "people" and request.lines.filter(citizen_digest=bytes(oneself)).exists():
        raise OwnRequestError(why="đề nghị có tên bạn")
