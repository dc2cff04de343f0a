"""A unit that manages its people itself (TT 12/2026/TT-BTC Đ3, Đ16), and people who leave.

Its administrator, declared on Mẫu 08/BH, registers people and changes their rights at once; rights that policy
keeps back (`enrolment.approved_rights`, by default history) go into a request of Mẫu 01/dk-ctn.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.queries import administered
from congbhyt.accounts.refusals import OneselfError, PersonExistsError
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment.models import PersonLine
from congbhyt.enrolment.refusals import ApprovalNeededError, NotDelegatedError
from congbhyt.enrolment.rules import Applicant, checked, needing_approval, user_names
from congbhyt.kernel.clock import vietnam_day
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import OPEN_STATES, Kind, LineState
from congbhyt.units.models import Unit


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody registered directly; `gated` rights wait in `request`, which is None when none was editable."""

    person: Person
    gated: tuple[str, ...] = ()
    request: Request | None = None


def manages_itself(performer: Performer, *, policy: InForce) -> bool:
    """Whether this is the declared administrator of a unit, at a time when the law lets units manage their people."""
    if not policy.delegated or performer.unit_id is None or not performer.holds(Right.USER_ADMINISTRATION):
        return False
    return PersonLine.objects.filter(
        person=performer.person, state=LineState.IN_FORCE, request__kind=Kind.ADMINISTRATOR
    ).exists()


def _own_unit(performer: Performer, policy: InForce) -> Unit:
    person = performer.person
    if person is None or person.unit is None or not manages_itself(performer, policy=policy):
        raise NotDelegatedError
    return person.unit


@transaction.atomic
def register(*, applicant: Applicant, performer: Performer, policy: InForce, at: datetime) -> Registered:
    """Register somebody at once with the rights that need no approval; the others go into the unit's draft.

    Raises:
        NotDelegatedError: the unit does not manage its people itself.
        LineFormError, RightNotOfferedError: see `rules.checked`.
        PersonExistsError: the unit has this CCCD; change that person's rights instead.
    """
    unit = _own_unit(performer, policy)
    someone = checked(applicant, Kind.PEOPLE, today=vietnam_day(at))
    accounts.hold_home(unit)
    if Person.objects.filter(unit=unit, citizen_digest=settings.KEYS.digest(someone.citizen_number)).exists():
        raise PersonExistsError(field="Số CCCD này", home=unit.code)
    person = accounts.register_person(
        full_name=someone.full_name, citizen_number=someone.citizen_number, user_name=_free_name(unit, someone),
        home=unit, social_number=someone.social_number, phone=someone.phone, email=someone.email,
        position=someone.position, by=performer.by, at=at,
    )  # fmt: skip
    gated = needing_approval(someone.rights, policy.approved_rights)
    for right in sorted(set(someone.rights) - set(gated)):
        accounts.grant_right(holder=person, right=Right(right), basis="TT 12/2026 Đ16", by=performer.by, at=at)
    enrolment.invite(person, performer, policy, at)
    request = _ask_for(replace(someone, rights=gated), unit, performer, at) if gated else None
    return Registered(person, gated, request)


def _free_name(unit: Unit, someone: Applicant) -> str:
    taken = set(Person.objects.filter(unit=unit).values_list("user_name", flat=True))
    return next(name for name in user_names(someone.full_name) if name not in taken)


def _ask_for(someone: Applicant, unit: Unit, performer: Performer, at: datetime) -> Request | None:
    """Put the gated rights into the unit's draft of 01/dk-ctn; None when one is already with the agency."""
    request = Request.objects.filter(unit=unit, kind=Kind.PEOPLE, state__in=sorted(OPEN_STATES)).first()
    if request is None:
        request = actions.begin(kind=Kind.PEOPLE, home=unit, head=Head(), performer=performer, at=at)
    if not request.is_editable:
        return None
    enrolment.add_line(request=request, applicant=someone, performer=performer, at=at)
    return request


@transaction.atomic
def change_rights(
    number: int, *, wanted: Collection[str], reason: str, performer: Performer, policy: InForce, at: datetime
) -> Person:
    """Give one of the unit's people exactly the wanted rights, as far as these need no approval to give.

    Raises:
        NotDelegatedError, OneselfError, NotAdministeredError, ReasonMissingError.
        ApprovalNeededError: a right is to be given that the agency approves.
    """
    _own_unit(performer, policy)
    person = _another(number, performer)
    held = {grant.right for grant in person.grants.filter(revoked_at=None)}
    given, taken = set(wanted) - held, held - set(wanted)
    if gated := needing_approval(given, policy.approved_rights):
        raise ApprovalNeededError(right=RIGHTS[Right(gated[0])].label)
    for right in sorted(given):
        accounts.grant_right(holder=person, right=Right(right), basis=reason, by=performer.by, at=at)
    for right in sorted(taken):
        accounts.revoke_right(holder=person, right=Right(right), reason=reason, by=performer.by, at=at)
    return person


@transaction.atomic
def leave(number: int, *, reason: str, performer: Performer, at: datetime) -> Person:
    """Take everything back, at once and everywhere, from one of the people whom the performer administers.

    Raises:
        NotAdministeredError, OneselfError, ReasonMissingError.
    """
    enrolment.hold_requests_of([number])
    person = _another(number, performer)
    enrolment.leave(person=person, reason=reason, performer=performer, at=at)
    return person


def _another(number: int, performer: Performer) -> Person:
    administrator = performer.person
    if administrator is None:
        return Person.objects.select_for_update(no_key=True).get(pk=number)
    person = administered(administrator, number, for_update=True)
    same = administrator.citizen_digest and person.citizen_digest
    if person.pk == administrator.pk or (
        same and bytes(person.citizen_digest or b"") == bytes(administrator.citizen_digest or b"")
    ):
        raise OneselfError
    return person
