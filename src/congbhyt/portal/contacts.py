"""Whom to call, on the foot of every page; kept for a minute, because it changes once a year."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from congbhyt.accounts.models import Person
from congbhyt.units import queries as units
from congbhyt.units.models import SupportContact


def contacts_of(person: Person, at: datetime) -> tuple[SupportContact, ...]:
    """Support of the agency in charge of the person."""
    return _read(person.agency_in_charge_id, int(at.timestamp()) // 60)


@lru_cache(maxsize=256)
def _read(agency: int, minute: int) -> tuple[SupportContact, ...]:  # noqa: ARG001  # the minute makes it forget
    return tuple(units.contacts_of(agency))
