"""Export of cards and visits in the formats that import reads; see docs/guides/import.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from congbhyt.audit import actions as audit
from congbhyt.insured.formats import CARDS, VISITS
from congbhyt.insured.rows import Format
from congbhyt.insured.streams import writing


def _words(column: str) -> str:
    """SQL for words in one line: another program may have written line breaks, which no row can hold."""
    return f"translate({column}, E'\\n\\r\\t', '   ')"


# The first column is the sealed CCCD, which stays out of the file; the file's own columns follow.
_CARDS = """
COPY (
    SELECT {sealed}, p.social_number, NULL, {full_name},
        to_char(p.birth_day, CASE p.birth_precision WHEN 'D' THEN 'DD/MM/YYYY' WHEN 'M' THEN 'MM/YYYY' ELSE 'YYYY' END),
        p.gender, nullif({address}, ''), c.number, c.valid_from, c.valid_to, c.first_registration,
        nullif(c.area, ''), c.five_years_on, c.status, nullif(c.agency_code, ''), nullif(c.replaces, '')
    FROM insured_card c JOIN insured_insuredperson p ON p.id = c.person_id
    ORDER BY p.social_number, c.valid_from, c.number
) TO STDOUT (FORMAT csv)
"""
_VISITS = """
COPY (
    SELECT p.social_number, v.facility_code, {visit_code}, v.card_number,
        to_char(v.admitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD"T"HH24:MI:SS'),
        to_char(v.discharged_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD"T"HH24:MI:SS'),
        v.diagnosis_code, nullif(v.other_codes, ''), nullif({diagnosis}, ''),
        v.discharge_status, v.outcome, v.admission_reason, v.total_cost, v.insurer_paid, v.patient_paid
    FROM insured_visit v JOIN insured_insuredperson p ON p.id = v.person_id
    ORDER BY p.social_number, v.admitted_at, v.facility_code, v.visit_code
) TO STDOUT (FORMAT csv)
"""


def export_cards(path: Path, *, by: str, at: datetime, with_citizen_numbers: bool = False) -> int:
    """Write every card with its person to `path` and return the number of rows.

    CCCD are opened only on demand. The file gets its name after the audit entry is committed, and an
    earlier file of that name is replaced.

    Raises:
        FileUnusableError: it cannot be written.
    """
    query = _CARDS.format(
        sealed="encode(p.citizen_sealed, 'hex')" if with_citizen_numbers else "NULL",
        full_name=_words("p.full_name"),
        address=_words("p.address"),
    )
    return _export(CARDS, path, query, _opened, by=by, at=at, details={"citizen_numbers": with_citizen_numbers})


def export_visits(path: Path, *, by: str, at: datetime) -> int:
    """Write every visit to `path` and return the number of rows; otherwise as `export_cards`.

    Raises:
        FileUnusableError: it cannot be written.
    """
    query = _VISITS.format(visit_code=_words("v.visit_code"), diagnosis=_words("v.diagnosis"))
    return _export(VISITS, path, query, bytes, by=by, at=at, details={})


def _export(
    form: Format,
    path: Path,
    query: str,
    finish: Callable[[memoryview], bytes],
    *,
    by: str,
    at: datetime,
    details: dict[str, object],
) -> int:
    with writing(path) as target:
        with transaction.atomic():
            rows = 0
            target.sink.write(_header(form))
            for row in _rows(query):
                target.sink.write(finish(row))
                rows += 1
            audit.record(
                f"insured:{form.name}:export",
                by=by,
                at=at,
                object=f"file:{path.name}"[:80],
                details={"sha256": target.finish(), "rows": rows, **details},
            )
        target.keep()
    return rows


def _rows(query: str) -> Iterator[memoryview]:
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        yield from copy


def _header(form: Format) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([column.name for column in form.columns])
    return text.getvalue().encode()


def _opened(row: memoryview) -> bytes:
    """A row with the sealed CCCD in front put, opened, into the file's second column, which is empty."""
    sealed, social_number, rest = bytes(row).split(b",", 2)
    if not sealed:
        return social_number + b"," + rest
    citizen_number = settings.KEYS.open(bytes.fromhex(sealed.decode()))
    return social_number + b"," + citizen_number.encode() + rest
