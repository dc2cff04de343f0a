"""People on forms: entering lines, deciding them, and what an approval does to accounts and rights."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.accounts.details import change_details
from congbhyt.accounts.models import Person
from congbhyt.accounts.refusals import RightHeldError, RightNotHeldError
from congbhyt.audit.actions import Origin
from congbhyt.enrolment.models import PersonLine
from congbhyt.enrolment.refusals import OneAdministratorError, PersonTwiceError
from congbhyt.enrolment.rules import Applicant, checked, user_names
from congbhyt.kernel.clock import vietnam_day
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.otp.refusals import ResendTooEarlyError, TooManyCodesError
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions, authority
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import NotYoursToDecideError
from congbhyt.registration.rules import Kind, LineState, State, Step
from congbhyt.units.models import Agency, Unit


@transaction.atomic
def add_line(*, request: Request, applicant: Applicant, performer: Performer, at: datetime) -> PersonLine:
    """Add somebody to a draft.

    Raises:
        NotYoursToFileError, NotEditableError.
        LineFormError, RightNotOfferedError: see `rules.checked`.
        PersonTwiceError: the request names this CCCD already.
        OneAdministratorError: Mẫu 08/BH names one.
    """
    request = actions.editable(request, performer)
    someone = checked(applicant, Kind(request.kind), today=vietnam_day(at))
    digest = settings.KEYS.digest(someone.citizen_number)
    if same := request.people.filter(citizen_digest=digest).first():
        raise PersonTwiceError(number=same.number)
    if request.kind == Kind.ADMINISTRATOR and request.people.exists():
        raise OneAdministratorError
    actions.need_room(request)
    last = request.people.aggregate(most=Max("number"))["most"] or 0
    line = request.people.create(
        number=last + 1, full_name=someone.full_name, citizen_sealed=settings.KEYS.seal(someone.citizen_number),
        citizen_digest=digest, social_number=someone.social_number, phone_sealed=settings.KEYS.seal(someone.phone),
        email=someone.email, position=someone.position, department=someone.department, rights=list(someone.rights),
        valid_to=someone.valid_to,
    )  # fmt: skip
    actions.record_edit(request, "line:add", performer=performer, at=at, line=line.number)
    return line


@transaction.atomic
def remove_line(*, request: Request, number: int, performer: Performer, at: datetime) -> None:
    """Take somebody out of a draft; the others keep their numbers.

    Raises:
        NotYoursToFileError, NotEditableError.
    """
    request = actions.editable(request, performer)
    request.people.filter(number=number).delete()
    actions.record_edit(request, "line:remove", performer=performer, at=at, line=number)


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
    """Approve or refuse people; who is approved has account and rights at once, and a new one a code to activate it.

    A new administrator (08/BH) replaces the former: a unit has one.

    Raises:
        Refusal: those of `registration.actions.decide`.
    """
    request = actions.decide(
        request=request, numbers=numbers, approve=approve, reason=reason, performer=performer, policy=policy, at=at,
        effect=lambda line: enrol(line, performer, policy, at),
    )  # fmt: skip
    if request.kind == Kind.ADMINISTRATOR and request.state == State.IN_FORCE:
        _replace_administrator(request, performer, at)
    return request


def enrol(line: PersonLine, performer: Performer, policy: InForce, at: datetime) -> None:
    """Create or bring up to date the account that the line asks for, and grant its rights."""
    home = line.request.home
    accounts.hold_home(home)
    person = _existing(home, line)
    if person is None:
        person = _register(home, line, performer, at)
    else:
        _bring_up_to_date(person, line, performer, at)
    basis = f"{line.request.label} dòng {line.number}"
    for right in line.rights:
        with suppress(RightHeldError):
            accounts.grant_right(holder=person, right=Right(right), basis=basis, by=performer.by, at=at)
    invite(person, performer, policy, at)
    line.person = person


def invite(person: Person, performer: Performer, policy: InForce, at: datetime) -> None:
    """Send somebody who has never had a password the code that activates the account.

    A second approval within the same minute sends no second one: the first still counts.
    """
    if person.password_set_at is None:
        with suppress(ResendTooEarlyError, TooManyCodesError):
            otp.send_code(
                person=person, purpose=Code.Purpose.ACTIVATION, policy=policy, at=at,
                origin=performer.origin or Origin(),
            )  # fmt: skip


def _existing(home: Unit | Agency, line: PersonLine) -> Person | None:
    at_home = {"unit": home} if isinstance(home, Unit) else {"agency": home}
    return Person.objects.filter(citizen_digest=bytes(line.citizen_digest), **at_home).first()


def _register(home: Unit | Agency, line: PersonLine, performer: Performer, at: datetime) -> Person:
    return accounts.register_person(
        full_name=line.full_name, citizen_number=line.citizen_number, user_name=_free_name(home, line.full_name),
        home=home, social_number=line.social_number, phone=line.phone, email=line.email, position=line.position,
        by=performer.by, at=at,
    )  # fmt: skip


def _free_name(home: Unit | Agency, full_name: str) -> str:
    for name in user_names(full_name):
        if not Person.objects.filter(handle=f"{home.code}/{name}").exists():
            return name
    raise AssertionError("a thousand people of one name at one unit")


def _bring_up_to_date(person: Person, line: PersonLine, performer: Performer, at: datetime) -> None:
    """The same CCCD registered anew: what the form says counts, and an account that rested works again."""
    moved = change_details(
        person=person, full_name=line.full_name, social_number=line.social_number, phone=line.phone,
        email=line.email, position=line.position, by=performer.by, at=at,
    )  # fmt: skip
    person.refresh_from_db()
    if moved:
        otp.void_codes(person, at=at)
    if person.state == Person.State.LOCKED:
        accounts.unlock_person(person=person, reason=f"đăng ký lại: {line.request.label}", by=performer.by, at=at)
        person.refresh_from_db()


def _replace_administrator(request: Request, performer: Performer, at: datetime) -> None:
    """End the former administrator's request; the same person declared anew keeps the right."""
    kept = set(request.people.values_list("person", flat=True))
    former = Request.objects.filter(unit=request.unit, kind=Kind.ADMINISTRATOR, state=State.IN_FORCE)
    for other in former.exclude(pk=request.pk):
        numbers = other.people.filter(state=LineState.IN_FORCE).values_list("number", flat=True)
        actions.end_lines(
            request=other, numbers=list(numbers), step=Step.REPLACE, reason=f"thay bằng {request.label}",
            performer=performer, at=at,
            effect=lambda line: None if line.person_id in kept else take_back(line, performer, at),
        )  # fmt: skip


@transaction.atomic
def revoke(*, request: Request, numbers: Collection[int], reason: str, performer: Performer, at: datetime) -> Request:
    """End people's lines now: the unit or agency its own, or whoever decides.

    Raises:
        NotYoursToDecideError: neither.
        NothingChosenError, StepError, LineDecidedError, FieldError.
    """
    if not may_revoke(request, performer):
        raise NotYoursToDecideError(decider=authority.decider_name(request))
    return actions.end_lines(
        request=request, numbers=numbers, step=Step.REVOKE, reason=reason, performer=performer, at=at,
        effect=lambda line: take_back(line, performer, at),
    )  # fmt: skip


def may_revoke(request: Request, performer: Performer) -> bool:
    """Whether this performer may end lines of the request: taking back needs less leave than giving."""
    own = not performer.agency_id or request.agency_id is not None
    return (own and authority.may_file(performer, request.home, Kind(request.kind))) or Request.objects.filter(
        authority.decided_by(performer), pk=request.pk
    ).exists()


def take_back(line: PersonLine, performer: Performer, at: datetime) -> None:
    """Revoke what the line gave and no other line in force gives; whoever then holds nothing is locked."""
    person = line.person
    if person is None:
        return
    others = PersonLine.objects.filter(person=person, state=LineState.IN_FORCE).exclude(pk=line.pk)
    kept = {right for other in others for right in other.rights}
    reason = line.end_reason[: accounts.LONGEST_REASON]  # a line's may be longer than an account's
    for right in line.rights:
        if right not in kept:
            with suppress(RightNotHeldError):
                accounts.revoke_right(holder=person, right=Right(right), reason=reason, by=performer.by, at=at)
    if person.state == Person.State.ACTIVE and not person.grants.filter(revoked_at=None).exists():
        accounts.lock_person(person=person, reason=reason, by=performer.by, at=at)


def hold_requests_of(people: Collection[int]) -> None:
    """Keep the requests that gave these people something from changing.

    Whoever will hold the people too does this first, as decisions hold the request first: else both could wait for
    each other.
    """
    giving = PersonLine.objects.filter(person__in=people, state=LineState.IN_FORCE).values("request")
    held = Request.objects.filter(pk__in=giving).order_by("pk").select_for_update(of=("self",), no_key=True)
    list(held.values_list("pk"))


@transaction.atomic
def leave(*, person: Person, reason: str, performer: Performer, at: datetime) -> None:
    """Take everything back from somebody who leaves, at once and everywhere (TT 48/2017 Đ13 k4).

    Sessions end, the gateway knows the officer no more with the next call. Whom somebody has locked before stays
    locked by them: else a unit could leave and unlock whom its agency has locked.

    Raises:
        ReasonMissingError: no reason.
    """
    accounts.need_reason(reason)
    hold_requests_of([person.pk])
    if person.state == Person.State.ACTIVE:
        accounts.lock_person(person=person, reason=reason, by=performer.by, at=at, origin=performer.origin)
    for line in PersonLine.objects.filter(person=person, state=LineState.IN_FORCE).select_related("request"):
        actions.end_lines(
            request=line.request, numbers=[line.number], step=Step.REVOKE, reason=reason, performer=performer, at=at,
            effect=lambda _: None,
        )  # fmt: skip
    for grant in person.grants.filter(revoked_at=None):
        accounts.revoke_right(holder=person, right=Right(grant.right), reason=reason, by=performer.by, at=at)
