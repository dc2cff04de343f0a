"""Writing the audit record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from congbhyt.audit.models import Entry


def new_reference() -> str:
    """A reference number that a person can read out and the record knows."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from; empty for commands and jobs."""

    address: str | None = None
    port: int | None = None
    reference: str = field(default_factory=new_reference)


def record(
    event: str,
    *,
    by: str,
    at: datetime,
    object: str = "",
    outcome: str = "done",
    unit_code: str = "",
    officer: str = "",
    origin: Origin | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add one entry in the caller's transaction; if it cannot be written, nothing else of it is.

    `event` reads `area:subject:action`, `by` names the actor (`person:4`, `account:01999_BV`,
    `operator:root`), `object` what was touched.
    """
    origin = origin or Origin()
    Entry.objects.create(
        at=at,
        event=event,
        actor=by,
        officer=officer,
        unit_code=unit_code,
        address=origin.address,
        port=origin.port,
        object=object,
        outcome=outcome,
        reference=origin.reference,
        details=dict(details or {}),
    )
