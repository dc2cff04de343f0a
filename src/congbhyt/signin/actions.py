"""Opening and closing sessions of people, each on record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from congbhyt.accounts import failures, passwords
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Grant, Person
from congbhyt.audit import actions as audit
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.keyring import fingerprint
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.otp.refusals import TriesSpentError, WrongCodeError
from congbhyt.policy.rules import InForce
from congbhyt.signin.models import HISTORY_CLOSED, Session
from congbhyt.signin.refusals import (
    AddressForeignError,
    AddressNotRegisteredError,
    HomeClosedError,
    PersonLockedError,
    SessionEndedError,
    WrongSignInError,
)
from congbhyt.signin.visitors import SignedIn, Visitor
from congbhyt.units import denials
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Agency, Denial

_LONGEST_HANDLE = 60
_LONGEST_AGENT = 200
_STRANGERS = "*"
"""All names together, where they are counted for one address."""
_UNTOUCHED = timedelta(seconds=5)
"""A session seen that recently is not written again: a page and its next click cost one write."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed on the sign-in page."""

    home_code: str
    user_name: str
    password: str = field(repr=False)

    @property
    def handle(self) -> str:
        """How the person would be found, in the spelling in which handles are stored."""
        return f"{self.home_code.strip().upper()}/{self.user_name.strip().lower()}"[:_LONGEST_HANDLE]


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session and the token for its cookie, which is shown this once."""

    session: Session
    token: str = field(repr=False)


def sign_in(credentials: Credentials, *, visitor: Visitor, policy: InForce, at: datetime) -> Opened:
    """Open a session. Checks in this order: pause, password, person, place.

    People of agencies outside their networks, and whoever has a temporary password, get a code by SMS; until it is
    typed the session opens nothing else (`confirm`). The same refusal after the same work for unknown and wrong.
    Who registers for a unit gets in from anywhere, with a code, to a session that opens only that (`_is_narrowed`).

    Raises:
        AddressNotRegisteredError: nobody's address, and nobody who registers for a unit, or a wrong password.
        PausedError: too many wrong tries of this name from this address.
        WrongSignInError: unknown or wrong.
        PersonLockedError, HomeClosedError, TemporaryPasswordOverError, AddressForeignError: right, but not now or here.
        NoPhoneError, ResendTooEarlyError, TooManyCodesError: the second factor cannot be sent.
    """
    person = find_person(credentials.handle)
    name = recorded_name(credentials.handle, person)
    try:
        known = _right_one(person, credentials, name, visitor, policy, at)
        _check_person(known, policy, at)
        narrowed = _is_narrowed(known, visitor, policy, at)
        return _open(known, visitor, policy, at, narrowed=narrowed)
    except Refusal as refusal:
        audit.record("signin:session:open", by=f"handle:{name}", at=at, outcome=refusal.code, origin=visitor.origin)
        raise


def _right_one(
    person: Person | None, credentials: Credentials, name: str, visitor: Visitor, policy: InForce, at: datetime
) -> Person:
    """The person whose password this is. From nobody's address only those who register for a unit are compared at
    all, and every failure is one refusal: else a stranger could try names there.
    """
    if not _is_nobodys_address(credentials.home_code, visitor, policy):
        return _check_password(person, credentials.password, name, visitor, policy, at)
    registrar = person if registers(person) else None
    try:
        return _check_password(registrar, credentials.password, name, visitor, policy, at)
    except WrongSignInError as wrong:
        raise AddressNotRegisteredError(address=visitor.origin.address) from wrong


def registers(person: Person | None) -> bool:
    """Whether somebody files requests for a unit: its administrators, and its own account `xxxxx_BV`.

    For nobody as much is asked of the database as for somebody, or the time would tell who exists.
    """
    granted = Grant.objects.filter(right=Right.USER_ADMINISTRATION, revoked_at=None)
    administers = granted.filter(person_id=person.pk if person else 0).exists()
    return administers and person is not None and person.unit_id is not None


def find_person(handle: str) -> Person | None:
    """The person with this handle, if there is one."""
    return Person.objects.select_related("unit", "agency").filter(handle=handle).first()


def recorded_name(handle: str, person: Person | None) -> str:
    """How a try is counted and recorded: people type passwords into the wrong box, so unknown names as digests."""
    return person.handle if person else f"digest:{settings.KEYS.digest(handle).hex()}"


def check_anybodys_address(home_code: str, visitor: Visitor, policy: InForce) -> None:
    """Make sure that the address is registered to somebody, or an agency is named, whose people have a second factor.

    Raises:
        AddressNotRegisteredError: neither.
    """
    if _is_nobodys_address(home_code, visitor, policy):
        raise AddressNotRegisteredError(address=visitor.origin.address)


def _is_nobodys_address(home_code: str, visitor: Visitor, policy: InForce) -> bool:
    if visitor.units or visitor.agencies or not policy.address_enforced:
        return False
    return not Agency.objects.filter(code=home_code.strip().upper()).exists()


def _check_password(
    person: Person | None, password: str, name: str, visitor: Visitor, policy: InForce, at: datetime
) -> Person:
    address = visitor.origin.address
    if not visitor.units and not visitor.agencies:  # a stranger's names are endless; a hospital's desks share one line
        failures.reserve(_STRANGERS, address, allowed=policy.tries_per_address, pause=policy.sign_in_pause, at=at)
    failures.reserve(name, address, allowed=policy.portal_failures_allowed, pause=policy.sign_in_pause, at=at)
    if not passwords.matches(person, password) or person is None:
        raise WrongSignInError
    failures.forgive(name, address)
    return person


def _check_person(person: Person, policy: InForce, at: datetime) -> None:
    if person.state == Person.State.LOCKED:
        raise PersonLockedError(reason=person.locked_reason)
    home, today = person.home, vietnam_day(at)
    if not home.lasts_on(today):
        raise HomeClosedError(home=home.name)
    passwords.check_temporary(person, lasts=policy.temporary_password_length, at=at)


def _is_narrowed(person: Person, visitor: Visitor, policy: InForce, at: datetime) -> bool:
    """Whether the session may only register: of who registers for a unit, away from its networks, and of the unit's
    shared account from the day on which those ended (CV 1923/BHXH-CNTT §2). The unit is shown who came from elsewhere.

    Raises:
        AddressForeignError: from elsewhere, and nobody who registers.
    """
    home = person.home
    away = not isinstance(home, Agency) and policy.address_enforced and not visitor.is_at(home)
    address = visitor.origin.address
    if away and address:
        denials.add({DenialKey.of(Denial.Reason.FOREIGN, address, at, person.handle, home.code): 1}, at=at)
    if person.shared and not policy.shared_accounts:
        return True
    if away and not registers(person):
        raise AddressForeignError(address=address or "?", home=home.name)
    return away


@transaction.atomic
def _open(person: Person, visitor: Visitor, policy: InForce, at: datetime, *, narrowed: bool) -> Opened:
    _check_unchanged(person)
    token, trusted = secrets.token_urlsafe(32), visitor.is_at(person.home)
    session = Session.objects.create(
        token_digest=fingerprint(token),
        person=person,
        opened_at=at,
        seen_at=at,
        ends_at=at + policy.portal_session_length,
        address=visitor.origin.address,
        agent=visitor.agent[:_LONGEST_AGENT],
        trusted_network=trusted,
        awaits_code=narrowed or _needs_code(person, trusted=trusted),
        registration_only=narrowed,
    )
    Person.objects.filter(pk=person.pk).update(last_login=at)
    if session.awaits_code:
        otp.send_code(
            person=person, purpose=Code.Purpose.SIGN_IN, bound_to=session.name, policy=policy, origin=visitor.origin,
            at=at,
        )  # fmt: skip
    outcome = "code_sent" if session.awaits_code else "done"
    _record("signin:session:open", session, visitor, outcome, at)
    return Opened(session, token)


def _check_unchanged(person: Person) -> None:
    """Keep the person from changing until the session is there, and make sure that nothing has changed since the
    password was compared: who changes it or locks the person then finds this session, and ends it.

    Raises:
        WrongSignInError: password, state or validity of sessions changed meanwhile.
    """
    now = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    for name in ("password", "state", "sessions_valid_from"):
        if getattr(now, name) != getattr(person, name):
            raise WrongSignInError


def _needs_code(person: Person, *, trusted: bool) -> bool:
    """Of whom a code by SMS is asked too: people of agencies outside their networks, and whoever comes with a password
    that somebody else has handed out and so knows.
    """
    if person.must_change_password and person.phone_sealed:
        return True
    return person.agency_id is not None and not trusted


def confirm(typed: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> None:
    """Take the second factor; from then on the session opens everything that the person may.

    Raises:
        Refusal: those of `otp.take_code`, PausedError, and SessionEndedError if it ended meanwhile.
    """
    session = signed_in.session
    take_counted(typed, signed_in, Code.Purpose.SIGN_IN, visitor, policy, at)
    with transaction.atomic():
        if not Session.objects.filter(pk=session.pk, ended_at=None).update(awaits_code=False):
            raise SessionEndedError(why="Phiên làm việc đã kết thúc.")
        _record("signin:session:confirm", session, visitor, "done", at)


def take_counted(
    typed: str, signed_in: SignedIn, purpose: Code.Purpose, visitor: Visitor, policy: InForce, at: datetime
) -> Code:
    """Take a code of this session; too many wrong ones, for whatever they were, pause person and address.

    Raises:
        Refusal: those of `otp.take_code`, and PausedError.
    """
    person, address = signed_in.person, visitor.origin.address
    counted_as = failures.inside(person.handle)
    failures.check(counted_as, address, at=at)
    try:
        return otp.take_code(
            typed, person=person, purpose=purpose, bound_to=signed_in.session.name, policy=policy,
            origin=visitor.origin, at=at,
        )  # fmt: skip
    except (WrongCodeError, TriesSpentError):  # the last try of a code is a wrong one too
        failures.count(counted_as, address, allowed=policy.portal_failures_allowed, pause=policy.sign_in_pause, at=at)
        raise


@transaction.atomic
def sign_out(*, signed_in: SignedIn, visitor: Visitor, at: datetime) -> None:
    """End this session; what it had opened ends with it."""
    end(Session.objects.filter(pk=signed_in.session.pk), why="sign_out", at=at)
    _record("signin:session:close", signed_in.session, visitor, "done", at)


@transaction.atomic
def sign_out_others(*, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> int:
    """End every other session of the person that lasts; returns how many did. Those that had run out stay so."""
    others = Session.objects.filter(
        person=signed_in.person, seen_at__gt=at - policy.portal_idle, ends_at__gt=at,
        opened_at__gte=signed_in.person.sessions_valid_from or datetime.min.replace(tzinfo=UTC),
    ).exclude(pk=signed_in.session.pk)  # fmt: skip
    ended = end(others, why="sign_out_others", at=at)
    _record("signin:session:close_others", signed_in.session, visitor, "done", at)
    return ended


def end(sessions: QuerySet[Session], *, why: str, at: datetime) -> int:
    """End those of `sessions` that last, with everything that they had opened; returns how many."""
    return sessions.filter(ended_at=None).update(ended_at=at, ended_why=why, **HISTORY_CLOSED)


def touch(signed_in: SignedIn, *, at: datetime) -> None:
    """Note that a page was asked for; the idle time counts from here."""
    session = signed_in.session
    if at - session.seen_at <= _UNTOUCHED:
        return
    Session.objects.filter(pk=session.pk, ended_at=None).update(seen_at=at)
    session.seen_at = at


def _record(event: str, session: Session, visitor: Visitor, outcome: str, at: datetime) -> None:
    unit = session.person.unit
    audit.record(
        event,
        by=session.person.actor,
        at=at,
        object=session.name,
        outcome=outcome,
        unit_code=unit.code if unit else "",
        origin=visitor.origin,
        details={"agent": session.agent},
    )
