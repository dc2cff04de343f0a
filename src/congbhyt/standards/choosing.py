"""Which standard a record is checked by, and which day decides what holds for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from congbhyt.standards.fields import Fault
from congbhyt.standards.loading import standards
from congbhyt.standards.model import Standard
from congbhyt.standards.reading.documents import Part, Raw
from congbhyt.standards.reading.safe import local_name
from congbhyt.standards.records import Envelope
from congbhyt.standards.values import day_of, slashed_day_of

_NEWEST, _OLD, _VOUCHERS = "QD3176", "QD4210", "CV3220"
_DAYS = ("NGAY_RA", "NGAY_VAO", "NGAY_HOP", "NGAY_CHUNG_TU", "NGAY_CT", "NGAY_TV", "NGAYKETLUAN", "DEN_NGAY")
"""Where a document tells its day, the best first; a claim tells it in XML1."""


def choose(raw: Raw, envelope: Envelope, wanted: str, today: date) -> tuple[Standard, date, list[Fault]]:
    """The standard of a record, its day, and what is wrong with the choice.

    `wanted` decides if it is given; else what the documents can only be (vouchers, driver's certificate); else the
    end of the visit. A claim whose tags are QĐ 4210's is checked as that, with one finding when its day is over:
    two hundred unknown tags would tell nobody what happened.
    """
    day = day_told(raw) or day_of(envelope.made_on) or today
    if wanted:
        return standards()[wanted], day, []
    if own := _own_standard(raw):
        return own, day, []
    current = by_day(day)
    if not any(_written_in_4210(part) for part in raw.parts):
        return standards()["QD130"] if current.id == _OLD else current, day, []
    old = standards()[_OLD]
    if old.in_force(day):
        return old, day, []
    return old, day, [("standard-old", {"shown": old.title, "wanted": current.title, "day": f"{day:%d/%m/%Y}"})]


def by_day(day: date) -> Standard:
    """The newest claim standard in force on a day; before all of them, the first."""
    fitting = [standard for standard in standards().values() if standard.id.startswith("QD") and standard.in_force(day)]
    return fitting[-1] if fitting else standards()[_OLD]


def _own_standard(raw: Raw) -> Standard | None:
    """The standard of documents that no claim can hold."""
    labels = {part.label for part in raw.parts}
    if not labels or any(label in standards()[_NEWEST].tables for label in labels):
        return None
    found = (standard for standard in standards().values() if labels & set(standard.tables))
    return next(found, None)


def _written_in_4210(part: Part) -> bool:
    """Whether most of XML1's tags that only one generation has are QĐ 4210's: a single wrong tag is no generation."""
    if part.label != "XML1" or part.root is None:
        return False
    old, new = _own_tags()
    tags = {local_name(element) for element in part.root}
    return len(tags & old) > len(tags & new)


@cache
def _own_tags() -> tuple[frozenset[str], frozenset[str]]:
    """The tags of XML1 that only QĐ 4210 has, and those that only its successors have."""
    old, new = (frozenset(standards()[name].tables["XML1"].tags) for name in (_OLD, "QD130"))
    return old - new, new - old


def day_told(raw: Raw) -> date | None:
    """The day that a record's first readable document tells: XML1's, if it has one."""
    readable = [part for part in raw.parts if part.root is not None]
    telling = [part for part in readable if part.label in ("XML1", "XML0")] or readable[:1]
    return next((day for part in telling for day in _days(part)), None)


def _days(part: Part) -> Iterator[date]:
    assert part.root is not None  # noqa: S101  # only readable parts come here
    for tag in _DAYS:
        text = (part.root.findtext("{*}" + tag) or part.root.findtext(".//{*}" + tag) or "").strip()
        if day := day_of(text) or slashed_day_of(text):
            yield day
