"""Clinical notes (XML5): when they were written, and how they tell vital signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import WARNING, rule
from congbhyt.standards.rules.stay import shown

_FIRST_YEAR = 2000
_SIGN = re.compile(r"(?<!\w)(?:mạch|huyết áp|nhiệt độ|nhịp thở|spo2|ha)\s{0,3}:?\s{0,3}[0-9]{2}", re.IGNORECASE)
"""A vital sign and the first digits of its value."""


@rule(
    "note-day",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-050"],
    sentence="Giờ diễn biến {said} ở tương lai hoặc trước năm 2000. Sửa THOI_DIEM_DBLS.",
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
    sentence="Diễn biến ghi lúc {noted}, ngoài đợt điều trị ({arrived} đến {left}). Sửa THOI_DIEM_DBLS.",
    detail="THOI_DIEM_DBLS must lie between XML1.NGAY_VAO {arrived} and NGAY_RA {left}.",
    examples=[
        fires("inpatient", {"XML5[1].THOI_DIEM_DBLS": "202609100800"}),
        fires("inpatient", {"XML5[5].THOI_DIEM_DBLS": "202609142300"}),
        silent("inpatient"),
        silent("inpatient", {"XML1.NGAY_RA": "202609010930"}),
    ],
)
def note_outside_stay(record: Record) -> Iterator[Problem]:
    """A note was written between arrival and leaving."""
    came, left = record.bounds
    if came is None or left is None:
        return
    for row in record.rows("XML5"):
        moment = row.moment("THOI_DIEM_DBLS")
        if moment is not None and not came <= moment <= left:
            yield row.at("THOI_DIEM_DBLS", noted=shown(moment), arrived=shown(came), left=shown(left))


@rule(
    "note-vital-signs",
    WARNING,
    standards=("QD3176",),
    basis="QĐ 3176/QĐ-BYT, table 5, as one public checker reads it",
    sources=["EMR-051"],
    sentence="Diễn biến có ghi chỉ số sinh tồn ({sign}) nhưng không trong thẻ CSST. Ghi theo mẫu CSST<M.._T.._HA..>.",
    detail="Vital signs ({sign}) stand in DIEN_BIEN_LS without the tag CSST<M.._T.._HA.._NT.._SP.._HL..>.",
    examples=[
        fires("inpatient", {"XML5[2].DIEN_BIEN_LS": "Tỉnh, mạch 80 lần/phút, bụng mềm"}),
        fires("inpatient", {"XML5[2].DIEN_BIEN_LS": "Tỉnh. HA: 120/80 mmHg"}),
        silent("inpatient", {"XML5[2].DIEN_BIEN_LS": "CSST<M80_T37_HA120/80_NT18_SP98_HL4> mạch 80"}),
        silent("inpatient", {"XML5[2].DIEN_BIEN_LS": "Mạch đều rõ, huyết áp ổn định, 2 ngày nay ăn được"}),
    ],
)
def note_vital_signs(record: Record) -> Iterator[Problem]:
    """A vital sign with its number stands in the tag that programs can read."""
    for row in record.rows("XML5"):
        text = row["DIEN_BIEN_LS"]
        if "CSST" not in text and (sign := _SIGN.search(text)):
            yield row.at("DIEN_BIEN_LS", sign=sign[0])
