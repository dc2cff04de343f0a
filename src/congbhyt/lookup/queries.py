"""What an officer has looked up today, read from the audit record."""

from __future__ import annotations

import re
from datetime import date, datetime

import msgspec

from congbhyt.installation import hot
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.result_codes import RESULT_CODES

_REFERENCE = re.compile(r"[0-9a-f]{32}")
_LOOKED_AT = 100
"""The newest look-ups in which different people are sought: it is asked with every page, however long the day."""
_TOLD = [code for code, row in RESULT_CODES.items() if row.facts]
"""Codes that told the officer whose card it is; after any other, the name would be news."""


class LookedUp(msgspec.Struct, frozen=True, array_like=True):
    """One person looked up: the newest look-up's reference number, when, and the name."""

    reference: str
    at: datetime
    social_number: str
    name: str
    birth_day: date
    birth_precision: str

    @property
    def birth(self) -> str:
        """As people write it: dd/mm/yyyy, mm/yyyy or yyyy."""
        return str(BirthDate.of(self.birth_day, self.birth_precision))


def looked_up_today(actor: str, *, at: datetime, most: int) -> list[LookedUp]:
    """The last different people whom this officer has looked up today, newest first."""
    return _found(actor, at, None)[:most]


def looked_up_by(actor: str, *, reference: str, at: datetime) -> LookedUp | None:
    """The look-up of this officer today with that reference number."""
    if not _REFERENCE.fullmatch(reference):
        return None
    return next(iter(_found(actor, at, reference)), None)


def _found(actor: str, at: datetime, reference: str | None) -> list[LookedUp]:
    midnight = at.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {"actor": actor, "midnight": midnight, "told": _TOLD, "reference": reference, "looked_at": _LOOKED_AT}
    row = hot.one(_RECENT, asked)
    return _rows.decode(row[0]) if row and row[0] else []


_rows = msgspec.json.Decoder(list[LookedUp])
_RECENT = """
SELECT json_agg(json_build_array(n.reference, n.at, i.social_number, i.full_name, i.birth_day, i.birth_precision)
                ORDER BY n.at DESC)::text
FROM (SELECT DISTINCT ON (e.object) e.reference, e.at, e.object, substr(e.object, 9)::bigint AS insured
      FROM (SELECT * FROM audit_entry
            WHERE actor = %(actor)s AND event = 'lookup:card:answer' AND actor LIKE 'person:%'
              AND at >= %(midnight)s AND outcome = ANY(%(told)s) AND object LIKE 'insured:%'
              AND (%(reference)s::text IS NULL OR reference = %(reference)s)
            ORDER BY at DESC LIMIT %(looked_at)s) e
      ORDER BY e.object, e.at DESC) n
JOIN insured_insuredperson i ON i.id = n.insured
"""
"""`LIKE 'person:…'` repeats the index's own condition (audit_look_ups_of_people), or it would not be used."""
