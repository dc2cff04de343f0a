"""What cannot be: names that no person has, moments that have not come."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import CLAIMS, WARNING, rule
from congbhyt.standards.rules.stay import ENDS_AT_MIDNIGHT

_NAMES = ("HO_TEN", "HO_TEN_CHA", "HO_TEN_ME", "HO_TEN_NND", "HO_TEN_CON")
_IN_NAMES = frozenset(" .-'’`()/,")
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")


@lru_cache(8192)
def _strange(name: str) -> str:
    """The first character that stands in no name; empty when there is none.

    Letters of any language pass, but those beyond ASCII must come apart into a plain letter and Vietnamese marks, or
    be đ: «á», «ß», «ö» are what a wrong encoding makes of Vietnamese. Foreign names may have them, so one without a
    Vietnamese letter besides may too.
    """
    foreign = ""
    vietnamese = False
    for character in name:
        if character in _IN_NAMES or (character.isascii() and character.isalpha()):
            continue
        if not (character.isalpha() or unicodedata.combining(character)):
            return character
        if _is_vietnamese(character):
            vietnamese = True
        elif not foreign:
            foreign = character
    return foreign if vietnamese else ""


def _is_vietnamese(character: str) -> bool:
    parts = unicodedata.normalize("NFD", character)
    return character in "đĐ" or all(part.isascii() or part in _VIETNAMESE_MARKS for part in parts)


@rule(
    "name-characters",
    WARNING,
    standards=CLAIMS,
    basis="own check: exports in a wrong encoding",
    sources=(),
    sentence="Họ tên «{value}» có ký tự lạ «{character}»: thường do xuất sai bảng mã. Xuất lại bằng UTF-8.",
    detail="{field} holds {character!r}, which stands in no name; a wrong encoding is likely.",
    examples=[
        fires("outpatient", {"XML1.HO_TEN": "NGUY?N V?N TH?"}),
        fires("outpatient", {"XML1.HO_TEN": "NGUY\ufffdN VĂN THỬ"}),
        fires("outpatient", {"XML1.HO_TEN": "NGUYỄN VĂN 123"}),
        fires("outpatient", {"XML1.HO_TEN": "NGUYá»„N VÄ‚N THỬ"}),
        silent("outpatient", {"XML1.HO_TEN": "H’HEN NIÊ (Y-BLÔ)"}),
        silent("outpatient", {"XML1.HO_TEN": "JÖRG MÜLLER"}),
        silent("outpatient", {"XML1.HO_TEN": "NGUYỄN VĂN THỬ"}),
    ],
)
def name_characters(record: Record) -> Iterator[Problem]:
    """Names hold letters, blanks and a few signs."""
    for rows in record.tables.values():
        for row in rows[:1]:
            for name in _NAMES:
                if (value := row.get(name)) and (character := _strange(value)):
                    yield row.at(name, character=character)


@rule(
    "visit-future",
    WARNING,
    standards=CLAIMS,
    basis="own check: a visit is sent after it",
    sources=(),
    sentence="{field} {value} ở tương lai (ngày kiểm tra {today}). Kiểm tra lại ngày.",
    detail="{field} is after the day of checking, {today}.",
    examples=[
        fires("outpatient", {"XML1.NGAY_RA": "209909141040", "XML1.NGAY_TTOAN": ""}, also=["exam-visit-long"]),
        silent("outpatient"),
    ],
)
def visit_future(record: Record) -> Iterator[Problem]:
    """Arrival and leaving lie not after the day of checking.

    Kinds that end with the last day of their drugs or services may be sent before that day.
    """
    names = ("NGAY_VAO",) if record.kind in ENDS_AT_MIDNIGHT else ("NGAY_VAO", "NGAY_RA")
    for table in ("XML1", "XML0"):
        for row in record.rows(table):
            for name in names:
                if (day := row.day(name)) and day > record.today:
                    yield row.at(name, today=f"{record.today:%d/%m/%Y}")
