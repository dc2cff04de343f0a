"""Changing one's password, forgetting it, and setting it anew with a code by SMS."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.db import transaction

from congbhyt.accounts import failures, passwords
from congbhyt.accounts.models import Person
from congbhyt.audit import actions as audit
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.otp.refusals import (
    CodeExpiredError,
    CodeUsedError,
    NoCodeError,
    NoPhoneError,
    ResendTooEarlyError,
    TooManyCodesError,
    TriesSpentError,
    WrongCodeError,
)
from congbhyt.policy.rules import InForce
from congbhyt.signin.actions import check_anybodys_address, end, find_person, recorded_name
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import (
    RecoveryCodeError,
    RecoveryElsewhereError,
    RecoveryOverError,
    WrongPasswordError,
)
from congbhyt.signin.visitors import SignedIn, Visitor

_SALT = "congbhyt.signin.recovery"
ANYBODY = "*"
"""All names together, where codes typed by people who are not signed in are counted for one address."""


def change_password(
    current: str, new: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime
) -> None:
    """Set the password that the person chose and end their other sessions.

    Raises:
        PausedError, WrongPasswordError: the one in force was typed wrong.
        PasswordRuleError: the new one is too weak.
    """
    person = signed_in.person
    check_current(current, signed_in, visitor, policy, at)
    passwords.check_new(person, new, least=policy.password_least_length)
    with transaction.atomic():
        passwords.set_password(person=person, password=new, by=signed_in.by, at=at, origin=visitor.origin)
        end(Session.objects.filter(person=person).exclude(pk=signed_in.session.pk), why="password", at=at)


def check_current(typed: str, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> None:
    """Ask for the password in force again, before something that a passer-by must not do.

    Raises:
        PausedError, WrongPasswordError.
    """
    person, address = signed_in.person, visitor.origin.address
    counted_as = failures.inside(person.handle)
    failures.reserve(counted_as, address, allowed=policy.portal_failures_allowed, pause=policy.sign_in_pause, at=at)
    if not passwords.matches(person, typed):
        audit.record(
            "signin:password:check", by=signed_in.by, at=at, outcome=WrongPasswordError.code, origin=visitor.origin
        )
        raise WrongPasswordError
    failures.release(counted_as, address)


def begin_recovery(handle: str, *, visitor: Visitor, policy: InForce, at: datetime) -> str:
    """Send a code to somebody who forgot their password; returns the ticket with which it may be typed.

    Nobody learns whether the name exists: the same ticket and no refusal for unknown, locked and phoneless people.

    Raises:
        AddressNotRegisteredError, RecoveryElsewhereError: not from this address, whoever it is.
    """
    _check_place(handle, visitor, policy)
    person = find_person(handle)
    outcome = _send(person, visitor, policy, at)
    by = f"handle:{recorded_name(handle, person)}"
    audit.record("signin:recovery:begin", by=by, at=at, outcome=outcome, origin=visitor.origin)
    return signing.Signer(salt=_SALT).sign_object([handle, at.timestamp()], compress=True)


def _check_place(handle: str, visitor: Visitor, policy: InForce) -> None:
    """From the networks of the unit or agency that is named, so that a stolen telephone alone opens nothing."""
    home_code = handle.partition("/")[0]
    check_anybodys_address(home_code, visitor, policy)
    if policy.address_enforced and home_code not in visitor.units | visitor.agencies:
        raise RecoveryElsewhereError


def _send(person: Person | None, visitor: Visitor, policy: InForce, at: datetime) -> str:
    if person is None or person.state == Person.State.LOCKED:
        return "nobody"
    try:
        otp.send_code(person=person, purpose=Code.Purpose.RECOVERY, policy=policy, origin=visitor.origin, at=at)
    except (NoPhoneError, ResendTooEarlyError, TooManyCodesError) as refusal:
        return refusal.code
    return "done"


def finish_recovery(ticket: str, typed: str, new: str, *, visitor: Visitor, policy: InForce, at: datetime) -> None:
    """Set the new password if the code is right; every session of the person ends and no pause is left.

    The new password is judged before the code, so that none is used up in vain, and without looking at the one
    in force, which nobody without the code may guess at here.

    Raises:
        RecoveryOverError: the ticket is not ours or too old.
        PasswordRuleError, CodeFormError: nothing was compared.
        PausedError, RecoveryElsewhereError: not now, not here.
        RecoveryCodeError: wrong, used up or never sent; nobody is told which.
    """
    handle = _handle_of(ticket, policy, at)
    _check_place(handle, visitor, policy)
    passwords.check_new(
        Person(handle=handle, user_name=handle.partition("/")[2]), new, least=policy.password_least_length
    )
    otp.read_code(typed)  # for everybody, because later only a person who exists would hear of a wrong form
    person = find_person(handle)
    name = recorded_name(handle, person)
    try:
        known = take_unsigned(person, name, typed, Code.Purpose.RECOVERY, visitor=visitor, policy=policy, at=at)
    except Refusal as refusal:
        audit.record("signin:recovery:finish", by=f"handle:{name}", at=at, outcome=refusal.code, origin=visitor.origin)
        raise
    _set(known, name, new, visitor, at)


def _handle_of(ticket: str, policy: InForce, at: datetime) -> str:
    try:
        handle, begun = signing.Signer(salt=_SALT).unsign_object(ticket)
    except signing.BadSignature as wrong:
        raise RecoveryOverError from wrong
    if at.timestamp() - begun >= policy.code_typing.total_seconds():
        raise RecoveryOverError
    return str(handle)


def take_unsigned(
    person: Person | None, name: str, typed: str, purpose: Code.Purpose, *, visitor: Visitor, policy: InForce,
    at: datetime,
) -> Person:  # fmt: skip
    """The person whose code it is, of somebody who is not signed in.

    Tries are counted apart from passwords, and for all names of an address together: no password is asked here, so
    one could else guess at everybody's codes in turn.

    Raises:
        PausedError: too many tries.
        RecoveryCodeError: wrong, used up, expired or never sent; nobody is told which.
    """
    failures.reserve(
        failures.by_sms(ANYBODY), visitor.origin.address, allowed=policy.tries_per_address,
        pause=policy.sign_in_pause, at=at,
    )  # fmt: skip
    failures.reserve(
        failures.by_sms(name), visitor.origin.address, allowed=policy.portal_failures_allowed,
        pause=policy.sign_in_pause, at=at,
    )  # fmt: skip
    try:
        if person is None:
            raise NoCodeError
        otp.take_code(typed, person=person, purpose=purpose, policy=policy, origin=visitor.origin, at=at)
    except (NoCodeError, WrongCodeError, TriesSpentError, CodeExpiredError, CodeUsedError) as refusal:
        raise RecoveryCodeError(refusal.code) from refusal
    return person


@transaction.atomic
def _set(person: Person, name: str, new: str, visitor: Visitor, at: datetime) -> None:
    passwords.set_password(person=person, password=new, by=person.actor, at=at, origin=visitor.origin)
    end(Session.objects.filter(person=person), why="password", at=at)
    failures.forgive_everywhere(name)
    audit.record("signin:recovery:finish", by=person.actor, at=at, origin=visitor.origin)
