"""Writing the audit record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.db import transaction

from congbhyt.audit.models import Entry
from congbhyt.audit.queries import Sought, entries
from congbhyt.kernel.refusal import Refusal


class NothingSoughtError(Refusal):
    """The record is not leafed through: a reading says what it looks for."""

    code = "AUDIT_NOTHING_SOUGHT"
    template = "Cần nêu ít nhất một điều kiện: đối tượng, số tham chiếu hoặc người thực hiện."


def new_reference() -> str:
    """A reference number that a person can read out and the record knows."""
    return secrets.token_hex(16)


class Origin(msgspec.Struct, frozen=True):
    """Where an act came from; empty for commands and jobs."""

    address: str | None = None
    port: int | None = None
    reference: str = msgspec.field(default_factory=new_reference)


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


@transaction.atomic
def consult(sought: Sought, *, by: str, at: datetime, newest: int) -> list[Entry]:
    """Read entries, newest first, and put this reading itself on record; it does not find itself.

    Raises:
        NothingSoughtError: no criterion.
    """
    if not sought.named():
        raise NothingSoughtError
    found = list(entries(sought, newest=newest))
    record("audit:entry:find", by=by, at=at, details={**sought.named(), "found": len(found)})
    return found
