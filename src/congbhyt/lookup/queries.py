"""What an officer has looked up today, read from the audit record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from congbhyt.audit.models import Entry
from congbhyt.insured.models import InsuredPerson
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.result_codes import RESULT_CODES

_EVENT = "lookup:card:answer"
_TOLD = tuple(code for code, row in RESULT_CODES.items() if row.facts)
"""Codes that told the officer whose card it is; after any other, the name would be news."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """One person looked up: the newest look-up's reference number, when, and the name."""

    reference: str
    at: datetime
    social_number: str
    name: str
    birth: str


def looked_up_today(actor: str, *, at: datetime, most: int) -> list[LookedUp]:
    """The last different people whom this officer has looked up today, newest first."""
    entries: dict[str, Entry] = {}
    for entry in _entries(actor, at).order_by("-at")[: most * 5]:
        entries.setdefault(entry.object, entry)
    newest = list(entries.values())[:most]
    people = InsuredPerson.objects.in_bulk([_insured_id(entry) for entry in newest])
    return [_row(entry, people[_insured_id(entry)]) for entry in newest if _insured_id(entry) in people]


def looked_up_by(actor: str, *, reference: str, at: datetime) -> LookedUp | None:
    """The look-up of this officer today with that reference number."""
    entry = _entries(actor, at).filter(reference=reference).first()
    person = InsuredPerson.objects.filter(pk=_insured_id(entry)).first() if entry else None
    return _row(entry, person) if entry and person else None


def _entries(actor: str, at: datetime) -> QuerySet[Entry]:
    midnight = at.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return Entry.objects.filter(
        actor__startswith="person:",  # the index's own condition, or it is not used
        actor=actor,
        event=_EVENT,
        outcome__in=_TOLD,
        at__gte=midnight,
        object__startswith="insured:",
    )


def _insured_id(entry: Entry) -> int:
    return int(entry.object.partition(":")[2])


def _row(entry: Entry, person: InsuredPerson) -> LookedUp:
    birth = BirthDate.of(person.birth_day, person.birth_precision)
    return LookedUp(entry.reference, entry.at, person.social_number, person.full_name, str(birth))
