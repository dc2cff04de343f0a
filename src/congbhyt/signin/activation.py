"""The first password of a new account, set with the code that its approval sent.

A unit's first administrator has no registered network yet, so this is open from anywhere; the code went to the
telephone that the agency approved.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congbhyt.accounts import failures, passwords
from congbhyt.accounts.models import Person
from congbhyt.accounts.queries import administered
from congbhyt.audit import actions as audit
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.policy.rules import InForce
from congbhyt.signin.actions import find_person, recorded_name
from congbhyt.signin.credentials import ANYBODY, take_unsigned
from congbhyt.signin.refusals import ActivationError, RecoveryCodeError
from congbhyt.signin.visitors import Visitor


def activate(handle: str, typed: str, new: str, *, visitor: Visitor, policy: InForce, at: datetime) -> None:
    """Set the first password; from then on the account signs in.

    The password is judged before the code, so that none is used up in vain.

    Raises:
        PasswordRuleError, CodeFormError: nothing was compared.
        PausedError: too many tries.
        ActivationError: unknown, activated already, wrong, used up or expired; nobody is told which.
    """
    passwords.check_new(
        Person(handle=handle, user_name=handle.partition("/")[2]), new, least=policy.password_least_length
    )
    otp.read_code(typed)
    found = find_person(handle)
    name = recorded_name(handle, found)
    try:
        _set(_take(found, name, typed, visitor, policy, at), name, new, visitor, at)
    except Refusal as refusal:
        audit.record(
            "signin:activation:finish", by=f"handle:{name}", at=at, outcome=refusal.code, origin=visitor.origin
        )
        raise


def _take(person: Person | None, name: str, typed: str, visitor: Visitor, policy: InForce, at: datetime) -> Person:
    """The person whose code it is. A right one costs the address no try: a whole ward may begin on one morning."""
    waiting = person if person and is_waiting(person) else None
    try:
        known = take_unsigned(waiting, name, typed, Code.Purpose.ACTIVATION, visitor=visitor, policy=policy, at=at)
    except RecoveryCodeError as wrong:
        raise ActivationError(wrong.detail) from wrong
    failures.release(failures.by_sms(ANYBODY), visitor.origin.address)
    return known


def is_waiting(person: Person) -> bool:
    """Whether the account was never used: no password was ever set, and nobody has locked it."""
    return person.password_set_at is None and person.state == Person.State.ACTIVE


@transaction.atomic
def _set(person: Person, name: str, new: str, visitor: Visitor, at: datetime) -> None:
    """Set the password, unless the person was locked or given one while the code was compared.

    Raises:
        ActivationError: so it was.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not is_waiting(person):
        raise ActivationError
    passwords.set_password(person=person, password=new, by=person.actor, at=at, origin=visitor.origin)
    failures.forgive_everywhere(name)
    audit.record("signin:activation:finish", by=person.actor, at=at, origin=visitor.origin)


@transaction.atomic
def invite_again(number: int, *, administrator: Person, policy: InForce, visitor: Visitor, at: datetime) -> Person:
    """Send one of the administrator's people another code; the former one counts no more.

    Raises:
        NotAdministeredError: nobody of theirs.
        ActivationError: the account is in use, or locked.
        NoPhoneError, ResendTooEarlyError, TooManyCodesError: see `otp.send_code`.
    """
    person = administered(administrator, number, for_update=True)
    if not is_waiting(person):
        raise ActivationError
    otp.send_code(person=person, purpose=Code.Purpose.ACTIVATION, policy=policy, origin=visitor.origin, at=at)
    audit.record("signin:activation:invite", by=administrator.actor, at=at, object=person.actor, origin=visitor.origin)
    return person
