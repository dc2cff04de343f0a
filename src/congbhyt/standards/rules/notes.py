"""Clinical notes (XML5): when they were written."""

from __future__ import annotations

from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import WARNING, rule

_FIRST_YEAR = 2000


@rule(
    "note-day",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-050"],
    sentence="Giờ diễn biến {value} ở tương lai hoặc trước năm 2000. Sửa THOI_DIEM_DBLS.",
    detail="THOI_DIEM_DBLS lies after the day of checking or before 2000.",
    examples=[
        fires("inpatient", {"XML5[2].THOI_DIEM_DBLS": "203609141600"}, also=["note-outside-stay"]),
        fires("inpatient", {"XML5[2].THOI_DIEM_DBLS": "199609141600"}, also=["note-outside-stay"]),
        silent("inpatient"),
    ],
)
def note_day(record: Record) -> Iterator[Problem]:
    """A note lies in the past, and in this century."""
    for row in record.rows("XML5"):
        day = row.day("THOI_DIEM_DBLS")
        if day is not None and (day > record.today or day.year < _FIRST_YEAR):
            yield row.at("THOI_DIEM_DBLS")


@rule(
    "note-outside-stay",
    WARNING,
    basis="public checker XML5_INVALID_THOI_DIEM_BDLS",
    sources=["TRC-143"],
    sentence="Giờ diễn biến {value} nằm ngoài đợt điều trị ({arrived} đến {left}). Xem lại.",
    detail="THOI_DIEM_DBLS must lie between XML1.NGAY_VAO {arrived} and NGAY_RA {left}.",
    examples=[
        fires("inpatient", {"XML5[1].THOI_DIEM_DBLS": "202609100800"}),
        fires("inpatient", {"XML5[5].THOI_DIEM_DBLS": "202609142300"}),
        silent("inpatient"),
    ],
)
def note_outside_stay(record: Record) -> Iterator[Problem]:
    """A note was written between arrival and leaving."""
    if record.arrived is None or record.left is None:
        return
    for row in record.rows("XML5"):
        moment = row.moment("THOI_DIEM_DBLS")
        if moment is not None and not record.arrived <= moment <= record.left:
            yield row.at("THOI_DIEM_DBLS", arrived=record.visit["NGAY_VAO"], left=record.visit["NGAY_RA"])
