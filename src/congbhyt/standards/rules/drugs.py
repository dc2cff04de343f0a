"""Drug lines: registration, repetition, days."""

from __future__ import annotations

import re
from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several
from congbhyt.standards.rules.stay import EXAM_KINDS, longest_prescription
from congbhyt.standards.rules.tenders import HERBAL, HOME_MADE

BLOOD_GROUPS = ("7", "17")
_GASES = ("40.17", "40.573")
"""Oxygen and nitric oxide."""
_BLOOD_COSTS = ("VM.", "BB.")
_HOME_MADE_CODES = ("HD", "CP", "VT")
_RADIOACTIVE = ("phóng xạ", "technetium", "tc-99", "tc99", "i-131", "i131", "iod-131", "f-18", "f18", "fdg")
_HOME_MADE_NUMBER = re.compile(r"(HD|CP|VT)\.[0-9A-Z]{5}\.[0-9]{2}\.[0-9A-Za-z]+")
_DAYS = re.compile(r"\*\s*([0-9]{1,3})\s*ngày", re.IGNORECASE)
_SAME = ("MA_THUOC", "HAM_LUONG", "DUONG_DUNG", "SO_DANG_KY", "TT_THAU", "DON_GIA", "PHAM_VI")
"""What two lines of one drug have in common; another strength, lot or price makes another line."""


@rule(
    "registration-number",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, annex, table 2: SO_DANG_KY",
    sources=several("V4750-COND-08 V4750-VAL-058 V130-COND-01 ANX-044 TRC-074 PCH-051"),
    sentence="Thuốc «{drug}» thiếu số đăng ký. Ghi số đăng ký lưu hành vào ô SO_DANG_KY.",
    detail="SO_DANG_KY is empty on a drug that is neither oxygen, blood, herbal, home-made nor radioactive.",
    examples=[
        fires("outpatient", {"XML2.SO_DANG_KY": ""}),
        silent("outpatient", {"XML2.SO_DANG_KY": "", "XML2.MA_THUOC": "40.17"}),
        silent("outpatient", {"XML2.SO_DANG_KY": "", "XML2.MA_THUOC": "05V.12"}),
        silent("outpatient", {"XML2.SO_DANG_KY": "", "XML2.MA_NHOM": "7"}),
        silent("outpatient", {"XML2.SO_DANG_KY": "", "XML2.TEN_THUOC": "Natri iodid I-131 (mẫu)"}),
    ],
)
def registration_number(record: Record) -> Iterator[Problem]:
    """Every drug has a registration number but those that the annex exempts; radioactive ones are known by name."""
    for line in record.drugs:
        if not line["SO_DANG_KY"] and line["MA_THUOC"] and not _exempt(line):
            yield line.at("SO_DANG_KY", drug=line["TEN_THUOC"][:80])


def _exempt(line: Row) -> bool:
    code, name = line["MA_THUOC"], line["TEN_THUOC"].lower()
    return (
        line["MA_NHOM"] in BLOOD_GROUPS
        or code in _GASES
        or code.startswith(HERBAL + _HOME_MADE_CODES + _BLOOD_COSTS)
        or any(word in name for word in _RADIOACTIVE)
    )


@rule(
    "registration-home-made",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 2: SO_DANG_KY",
    sources=["ANX-044"],
    sentence="Số của thuốc tự bào chế là «{value}»; phải gồm HD, CP hoặc VT, mã cơ sở, năm 2 chữ số và số thứ tự, cách "
    "nhau bằng dấu chấm.",
    detail="SO_DANG_KY of a home-made drug is (HD|CP|VT).facility.yy.sequence.",
    examples=[
        fires("outpatient", {"XML2.SO_DANG_KY": "CP.01999.2026"}),
        silent("outpatient", {"XML2.SO_DANG_KY": "CP.01999.26.0001"}),
    ],
)
def registration_home_made(record: Record) -> Iterator[Problem]:
    """A number that begins like one of the facility's own pharmacy has its four parts."""
    for line in record.drugs:
        number = line["SO_DANG_KY"]
        if number.startswith(HOME_MADE) and not _HOME_MADE_NUMBER.fullmatch(number):
            yield line.at("SO_DANG_KY")


@rule(
    "drug-twice",
    WARNING,
    basis="public checker XML_121",
    sources=["PCX-087"],
    sentence="Thuốc {value} có hai dòng giống nhau trong ngày {day}. Gộp hoặc bỏ dòng thừa.",
    detail="MA_THUOC {value} stands on two lines of {day} with the same strength, route, tender and price.",
    examples=[
        fires("outpatient", rows=[("XML2", {})], settle=True),
        silent("outpatient", rows=[("XML2", {"HAM_LUONG": "650mg"})], settle=True),
        silent("outpatient"),
    ],
)
def drug_twice(record: Record) -> Iterator[Problem]:
    """The same drug twice on one day of an exam visit; inpatients have it several times a day."""
    if record.kind not in EXAM_KINDS:
        return
    seen: set[tuple[object, ...]] = set()
    for line in record.drugs:
        day = line.day("NGAY_YL")
        key = (day, *(line[name] for name in _SAME))
        if day and line["MA_THUOC"] and key in seen:
            yield line.at("MA_THUOC", day=f"{day:%d/%m/%Y}")
        seen.add(key)


@rule(
    "drug-days-many",
    WARNING,
    basis="public checker XML_08; TT 26/2025/TT-BYT from 01/07/2025",
    sources=["PCX-006"],
    sentence="Thuốc «{drug}» cấp {days} ngày, khi khám ngoại trú chỉ được {most} ngày. Kiểm tra liều dùng.",
    detail="LIEU_DUNG says {days} days; an exam visit may prescribe for {most}.",
    examples=[
        fires("outpatient", {"XML2.LIEU_DUNG": "1 viên/lần * 1 lần/ngày * 91 ngày [1 viên/ngày]"}),
        fires("outpatient", {"XML2.LIEU_DUNG": "1 viên/lần * 1 lần/ngày * 31 ngày [1 viên/ngày]"}, standard="QD4750"),
        silent("outpatient", {"XML2.LIEU_DUNG": "1 viên/lần * 1 lần/ngày * 90 ngày [1 viên/ngày]"}),
    ],
)
def drug_days_many(record: Record) -> Iterator[Problem]:
    """The days in LIEU_DUNG of an exam visit: at most 30, from 01/07/2025 on 90 for the diseases that allow it."""
    if record.kind not in EXAM_KINDS:
        return
    most = longest_prescription(record.day)
    for line in record.drugs:
        days = [int(found) for found in _DAYS.findall(line["LIEU_DUNG"][:1024])]
        if days and max(days) > most:
            yield line.at("LIEU_DUNG", drug=line["TEN_THUOC"][:80], days=max(days), most=most)
