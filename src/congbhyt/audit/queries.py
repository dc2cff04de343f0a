"""Reads of the record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from congbhyt.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Sought:
    """What entries are looked for by; what is empty does not count."""

    object: str = ""
    reference: str = ""
    actor: str = ""

    def named(self) -> dict[str, str]:
        """The criteria that count."""
        criteria = {"object": self.object, "reference": self.reference, "actor": self.actor}
        return {name: text.strip() for name, text in criteria.items() if text.strip()}


def entries(sought: Sought, *, newest: int) -> QuerySet[Entry]:
    """Entries that agree with every criterion, newest first."""
    return Entry.objects.filter(**sought.named()).order_by("-at", "-pk")[:newest]
