"""Whom to call, on the foot of every page; kept for a minute, because it changes once a year."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from congbhyt.accounts.models import Person
from congbhyt.units.models import SupportContact


def contacts_of(person: Person, at: datetime) -> tuple[SupportContact, ...]:
    """Support of the agency that receives the requests of the person's unit, or of the person's own agency."""
    agency = person.unit.receiving_agency_id if person.unit else person.agency_id
    return _read(agency, int(at.timestamp()) // 60)


@lru_cache(maxsize=256)
def _read(agency: int, minute: int) -> tuple[SupportContact, ...]:  # noqa: ARG001  # the minute makes it forget
    return tuple(SupportContact.objects.filter(agency=agency).order_by("subject"))
