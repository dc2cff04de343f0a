"""Rows of the import files: what the cast and the generator make and the importer reads.

Field names are the columns of congbhyt.insured.formats, in their order.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TextIO


@dataclass(frozen=True, slots=True)
class CardRow:
    """One period of one card with the person who holds it."""

    social_number: str
    citizen_number: str
    full_name: str
    birth: str
    gender: int
    address: str
    card_number: str
    valid_from: date
    valid_to: date | None
    first_registration: str
    area: str = ""
    five_years_on: date | None = None
    status: str = "valid"
    agency_code: str = ""
    replaces: str = ""

    def covers(self, day: date) -> bool:
        """Whether the period includes `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One completed visit; moments are Vietnam's local time as the wire writes it (yyyyMMddHHmm)."""

    social_number: str
    facility_code: str
    visit_code: str
    card_number: str
    admitted_at: str
    discharged_at: str
    diagnosis_code: str
    other_codes: str
    diagnosis: str
    discharge_status: str
    outcome: str
    admission_reason: str
    total_cost: int
    insurer_paid: int
    patient_paid: int


MINUTE = "%Y%m%d%H%M"


def minute(moment: datetime) -> str:
    """A local moment as files carry it."""
    return moment.strftime(MINUTE)


_SHARES = {"1": 100, "2": 100, "3": 95, "4": 80, "5": 100}


def split_cost(total: int, card_number: str) -> tuple[int, int]:
    """What the fund and what the patient pays of `total`, by the card's benefit digit (NĐ 188/2025)."""
    insurer = total * _SHARES[card_number[2]] // 100
    return insurer, total - insurer


def write(rows: Iterable[CardRow] | Iterable[VisitRow], kind: type[CardRow] | type[VisitRow], file: TextIO) -> int:
    """Write `rows` of one kind with their header as CSV; returns how many."""
    names = [field.name for field in fields(kind)]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    written = 0
    for row in rows:
        writer.writerow(["" if (value := getattr(row, name)) is None else value for name in names])
        written += 1
    return written
