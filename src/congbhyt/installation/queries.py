"""What this database is."""

from __future__ import annotations

from congbhyt.installation.models import Installation, Revision


def is_sandbox() -> bool:
    """Whether this database was created as a sandbox; an unmarked one is none."""
    return Installation.objects.filter(kind=Installation.Kind.SANDBOX).exists()


def revisions() -> dict[str, int]:
    """The revision of every topic that processes keep in memory."""
    return dict(Revision.objects.values_list("topic", "number"))
