"""How values are written in the standards' documents, and what they mean.

Every reader takes the text of one value and gives None for what is no value of its kind; all are remembered,
because a file repeats the same dates, codes and amounts many times.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from congbhyt.standards.model import Kind

_REMEMBERED = 32_768
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
EARLIEST_YEAR = 1850


@lru_cache(_REMEMBERED)
def decimal_of(text: str) -> Decimal | None:
    """A number with a decimal point and no separators."""
    return Decimal(text) if _DECIMAL.fullmatch(text) and text.isascii() else None


@lru_cache(_REMEMBERED)
def whole_of(text: str) -> int | None:
    """A whole number."""
    return int(text) if _WHOLE.fullmatch(text) and text.isascii() else None


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


@lru_cache(_REMEMBERED)
def day_of(text: str) -> date | None:
    """The day of yyyyMMdd, or the day part of yyyyMMddHHmm and yyyyMMddHHmmss; the time of day must exist too."""
    if not (_digits(text, 8) or _digits(text, 12) or _digits(text, 14)):
        return None
    if text[8:10] > "23" or text[10:12] > "59" or text[12:] > "59":
        return None
    try:
        return date.fromisoformat(text[:8])
    except ValueError:
        return None


@lru_cache(_REMEMBERED)
def moment_of(text: str) -> datetime | None:
    """The moment of yyyyMMddHHmm in Việt Nam, without a zone: documents compare only with one another."""
    if not _digits(text, 12) or day_of(text) is None:
        return None
    return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")


@lru_cache(_REMEMBERED)
def birth_of(text: str) -> date | None:
    """The first day that a birth date can be: yyyyMMddHHmm, yyyyMMdd or yyyy, where mmdd may be 0000."""
    if not (_digits(text, 12) or _digits(text, 8) or _digits(text, 4)) or int(text[:4]) < EARLIEST_YEAR:
        return None
    if text[4:8] in ("", "0000"):
        return date(int(text[:4]), 1, 1)
    return day_of(text)


@lru_cache(_REMEMBERED)
def slashed_day_of(text: str) -> date | None:
    """The day of dd/MM/yyyy."""
    if len(text) != 10 or text[2] != "/" or text[5] != "/":
        return None
    return day_of(text[6:] + text[3:5] + text[:2])


def as_said(text: str) -> str:
    """A day or moment as people write it; any other text as it is."""
    if day_of(text) is None:
        return text
    time = f" {text[8:10]}:{text[10:12]}" if len(text) > 8 else ""
    return f"{text[6:8]}/{text[4:6]}/{text[:4]}{time}"


def _long(count: int, read: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda text: len(text) == count and read(text) is not None


READABLE: dict[Kind, Callable[[str], bool]] = {
    Kind.TEXT: lambda _: True,
    Kind.WHOLE: lambda text: whole_of(text) is not None,
    Kind.DECIMAL: lambda text: decimal_of(text) is not None,
    Kind.DAY: _long(8, day_of),
    Kind.MOMENT: _long(12, day_of),
    Kind.SECOND: _long(14, day_of),
    Kind.BIRTH: _long(12, birth_of),
    Kind.BIRTH_DAY: _long(8, birth_of),
    Kind.BIRTH_YEAR: lambda text: len(text) in (4, 8) and birth_of(text) is not None,
    Kind.DAY_OR_MOMENT: lambda text: len(text) in (8, 12) and day_of(text) is not None,
    Kind.SLASHED_DAY: lambda text: slashed_day_of(text) is not None,
}
"""Whether a text is a value of its kind."""

FORMS: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("văn bản", "text"),
    Kind.WHOLE: ("số nguyên, không có dấu cách hay dấu phẩy", "a whole number without separators"),
    Kind.DECIMAL: ("số, dấu chấm trước phần lẻ, không có dấu phẩy", "a number with a decimal point and no separators"),
    Kind.DAY: ("ngày có thật, 8 chữ số năm-tháng-ngày (yyyyMMdd)", "a real day, yyyyMMdd"),
    Kind.MOMENT: ("giờ phút có thật, 12 chữ số (yyyyMMddHHmm)", "a real moment, yyyyMMddHHmm"),
    Kind.SECOND: ("thời điểm có thật, 14 chữ số (yyyyMMddHHmmss)", "a real moment, yyyyMMddHHmmss"),
    Kind.BIRTH: (
        "12 chữ số (yyyyMMddHHmm), năm từ 1850; không biết ngày tháng, giờ phút thì ghi 0000",
        "yyyyMMddHHmm from 1850 on, where mmdd and HHmm may be 0000",
    ),
    Kind.BIRTH_DAY: (
        "8 chữ số (yyyyMMdd); không biết ngày tháng thì ghi 0000",
        "yyyyMMdd, where mmdd may be 0000",
    ),
    Kind.BIRTH_YEAR: ("năm sinh (yyyy) hoặc ngày sinh (yyyyMMdd)", "yyyy or yyyyMMdd"),
    Kind.DAY_OR_MOMENT: ("8 chữ số (yyyyMMdd) hoặc 12 chữ số (yyyyMMddHHmm)", "yyyyMMdd or yyyyMMddHHmm"),
    Kind.SLASHED_DAY: ("ngày có thật dạng dd/MM/yyyy", "a real day, dd/MM/yyyy"),
}
"""Each kind in words: for the counter, for the engineer."""
