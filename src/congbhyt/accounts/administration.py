"""What an administrator does to the people of a unit or agency: each act with its reason, on record.

Operators at the command line use the actions themselves; here it is checked who acts on whom.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congbhyt.accounts import actions, passwords
from congbhyt.accounts.models import Person
from congbhyt.accounts.queries import administered
from congbhyt.accounts.refusals import LockedAboveError, OneselfError
from congbhyt.audit.actions import Origin

_CALENDAR = "job:"
"""How jobs are named in the record; what they lock is nobody's decision about the person."""


@transaction.atomic
def lock(number: int, *, administrator: Person, reason: str, at: datetime, origin: Origin) -> Person:
    """Lock one of the people whom `administrator` has; returns whom.

    Raises:
        NotAdministeredError, OneselfError, ReasonMissingError.
        LockedAboveError: locked from above already; locking anew would make it the unit's own, to be undone.
    """
    person = _with_lock_of_our_own(number, administrator)
    actions.lock_person(person=person, reason=reason, by=administrator.actor, at=at, origin=origin)
    return person


@transaction.atomic
def unlock(number: int, *, administrator: Person, reason: str, at: datetime, origin: Origin) -> Person:
    """Let one of them in again, also after too many wrong tries; returns whom.

    Raises:
        NotAdministeredError, OneselfError, ReasonMissingError.
        LockedAboveError: the agency or an operator has locked the person, which a unit does not undo.
            What a job has locked is no such decision.
    """
    person = _with_lock_of_our_own(number, administrator)
    actions.unlock_person(person=person, reason=reason, by=administrator.actor, at=at, origin=origin)
    return person


@transaction.atomic
def hand_out(number: int, *, administrator: Person, reason: str, at: datetime, origin: Origin) -> tuple[Person, str]:
    """Give one of them a temporary password; returns whom and the password, which is shown this once.

    Raises:
        NotAdministeredError, OneselfError, ReasonMissingError.
    """
    person = another(number, administrator)
    secret = passwords.hand_out_password(person=person, reason=reason, by=administrator.actor, at=at, origin=origin)
    return person, secret


def another(number: int, administrator: Person) -> Person:
    """Somebody else whom `administrator` has, kept from changing until the act is done.

    Raises:
        NotAdministeredError: nobody of theirs.
        OneselfError: the administrator, also under another account.
    """
    person = administered(administrator, number, for_update=True)
    if person.is_also(administrator):
        raise OneselfError
    return person


def _with_lock_of_our_own(number: int, administrator: Person) -> Person:
    """Whom the calendar suspended (idle, not confirmed in a review) the unit lets in again itself: it answers for
    who works there.
    """
    person = another(number, administrator)
    suspended = person.locked_by.startswith(_CALENDAR)
    if person.state == Person.State.LOCKED and administrator.unit_id and not suspended:
        colleague = person.locked_by.removeprefix("person:")
        own = Person.objects.filter(unit=administrator.unit_id)
        if not colleague.isdecimal() or not own.filter(pk=colleague).exists():
            raise LockedAboveError
    return person
