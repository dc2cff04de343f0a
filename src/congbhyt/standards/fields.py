"""What a field's row in the standard says about its value: filled, written rightly, one of its codes.

Every judge remembers texts that it accepted, because a file repeats them; only what is new or wrong is looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from congbhyt.standards.loading import code_lists, patterns, standards
from congbhyt.standards.model import Field, Kind, Standard, Table
from congbhyt.standards.records import OUTSOURCED, Record, Row
from congbhyt.standards.values import FORMS, READABLE, as_said, decimal_of

_REMEMBERED = 8_192
Fault = tuple[str, Mapping[str, object]]
"""A rule of the field family, and the facts for its sentences."""


class Judge:
    """Judges the values of one field on the days of one period."""

    def __init__(self, field: Field, day: date, arrival: date, *, leads: bool) -> None:
        self.field, self.leads = field, leads
        self.required = field.required or (field.required_before is not None and day < field.required_before)
        self.codes = _codes(field, day, arrival)
        self.pattern = patterns()[field.pattern] if field.pattern else None
        self.kind, self.length, self.places = field.kind, field.length, field.places
        if field.later and field.later.since <= day:
            self.kind, self.length, self.places = field.later.kind, field.later.length, field.later.places
        self._open = set() if self.required or field.conditional else {""}
        self.accepted = set(self._open)

    def faults(self, text: str, row: Row) -> list[Fault]:
        """What is wrong with `text` in this field of `row`; nothing for a good value, which is then remembered."""
        if not text:
            return self._empty(row)
        if found := list(self._wrong(text)):
            return found
        if len(self.accepted) >= _REMEMBERED:
            self.accepted.clear()
            self.accepted |= self._open
        self.accepted.add(text)
        return []

    def _empty(self, row: Row) -> list[Fault]:
        if self.field.free_outsourced and OUTSOURCED in row["MA_DICH_VU"]:
            return []
        if self.required:
            hint = " (không có thì ghi 0)" if self.kind is Kind.DECIMAL and self.field.name.startswith("T_") else ""
            return [("field-required", {"title": self.field.vi, "hint": hint})]
        if self.field.conditional and (why := _condition(self.field, row, self.leads)):
            return [("field-condition", {"title": self.field.vi, "condition": why[0], "because": why[1]})]
        return []

    def _wrong(self, text: str) -> Iterator[Fault]:
        field = self.field
        items = _items(text) if field.many else [text]
        wrong = [fault for item in dict.fromkeys(items) if (fault := self._item(item))]
        no_number = any(rule == "field-number" for rule, _ in wrong)
        if self.length is not None and len(text) > self.length and not no_number:
            yield "field-length", {"most": self.length, "length": len(text), "title": field.vi}
        if field.most is not None and len(items) > field.most:
            yield "field-items", {"most": field.most, "count": len(items), "title": field.vi}
        yield from wrong

    def _item(self, item: str) -> Fault | None:
        facts: dict[str, object] = {"title": self.field.vi, "item": item[:60]}
        if not READABLE[self.kind](item):
            vi, en = FORMS[self.kind]
            if self.codes is not None:
                vi, en = f"một trong: {_shown(self.codes)}", f"one of {_shown(self.codes)}"
            rule = "field-number" if self.kind in (Kind.WHOLE, Kind.DECIMAL) else "field-date"
            return rule, {**facts, "form": vi, "form_en": en}
        if self.places is not None and len(item.partition(".")[2]) > self.places:
            return "field-decimals", {**facts, "places": self.places}
        if self.codes is not None and item not in self.codes:
            return "field-code", {**facts, "codes": _shown(self.codes), "list": self.field.list}
        if self.pattern and not self.pattern.regex.fullmatch(item):
            return "field-form", {**facts, "form": self.pattern.vi, "form_en": self.pattern.en}
        if self.field.between and not _between(item, self.field.between):
            least, most = self.field.between
            return "field-range", {**facts, "least": least, "most": most}
        return None


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";")]


def _between(item: str, bounds: tuple[int, int]) -> bool:
    number = decimal_of(item)
    return number is not None and bounds[0] <= number <= bounds[1]


def _codes(field: Field, day: date, arrival: date) -> frozenset[str] | None:
    if not field.list:
        return None
    codes = code_lists()[field.list]
    return codes.on(arrival if codes.by == "NGAY_VAO" else day)


def _natural(code: str) -> tuple[object, ...]:
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", code) if part)


@lru_cache(256)
def _shown(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes, key=_natural))


def _condition(field: Field, row: Row, leads: bool) -> tuple[str, str] | None:
    """Why an empty field must be filled, for the counter and for the engineer; None when it need not be.

    Of fields of which one must be filled the first of the table (`leads`) speaks for all.
    """
    for other, values in field.required_when.items():
        if found := [value for value in row.several(other) if value in values]:
            return f"{other} là {', '.join(found)}", f"{other} is {', '.join(found)}"
    for other, values in field.required_unless.items():
        if row[other] and row[other] not in values:
            return f"{other} không phải {' hay '.join(values)}", f"{other} is not {' or '.join(values)}"
    if field.required_with and row[field.required_with]:
        return f"có {field.required_with}", f"{field.required_with} is filled"
    if leads and field.required_without and not any(row[other] for other in field.required_without):
        others = ", ".join(field.required_without)
        return f"{others} đều trống", f"{others} are empty"
    return None


@dataclass(frozen=True, slots=True)
class Judges:
    """The judges of a table in the order of its tags, and the fields that look at other fields."""

    table: Table
    tags: tuple[str, ...]
    each: tuple[Judge, ...]
    crossing: tuple[Field, ...]

    def faults(self, row: Row, record: Record) -> Iterator[tuple[str, Fault]]:
        """What is wrong in a row: the field's name with each fault."""
        for judge, tag in zip(self.each, self.tags, strict=True):
            text = row[tag]
            if text not in judge.accepted:
                for fault in judge.faults(text, row):
                    yield tag, fault
        for field in self.crossing:
            if crossed := _crossing(field, row, record):
                yield field.name, crossed


def _crossing(field: Field, row: Row, record: Record) -> Fault | None:
    text = row[field.name]
    if not text:
        return None
    if field.same_as and record.has(field.same_as):
        other = record.rows(field.same_as)[0][field.name]
        if text != other and not (field.many and set(_items(text)) <= set(_items(other))):
            return "field-same", {"title": field.vi, "other": other[:60], "table": field.same_as}
    if field.not_before:
        earlier = row[field.not_before] or record.visit[field.not_before]
        digits = min(len(text), len(earlier))
        if digits >= 8 and text.isdigit() and earlier.isdigit() and text[:digits] < earlier[:digits]:
            facts = {"shown": as_said(text), "earlier": as_said(earlier)}
            return "field-order", {"title": field.vi, "other": field.not_before, **facts}
    return None


@cache
def _turning_days() -> Sequence[date]:
    """The days on which what a field takes can change, from the data."""
    editions = [edition for codes in code_lists().values() for edition in codes.editions]
    fields = [
        field
        for standard in standards().values()
        for table in standard.tables.values()
        for field in table.fields.values()
    ]
    days = {day for edition in editions for day in (edition.since, edition.until)}
    days |= {field.required_before for field in fields} | {field.later.since for field in fields if field.later}
    return sorted(day for day in days if day)


def judges(standard: Standard, table: str, day: date, arrival: date) -> Judges:
    """The judges of a table for a visit that ends on `day` and began on `arrival`."""
    days = _turning_days()
    return _judges(standard, table, bisect_right(days, day), bisect_right(days, arrival))


@lru_cache(1024)
def _judges(standard: Standard, label: str, day_period: int, arrival_period: int) -> Judges:
    table = standard.tables[label]
    day, arrival = _first_day(day_period), _first_day(arrival_period)
    each = tuple(Judge(field, day, arrival, leads=_leads(field, table)) for field in table.fields.values())
    crossing = tuple(field for field in table.fields.values() if field.same_as or field.not_before)
    return Judges(table, table.tags, each, crossing)


def _leads(field: Field, table: Table) -> bool:
    """Whether a field is the first of those of which one must be filled."""
    return field.name == next(tag for tag in table.tags if tag == field.name or tag in field.required_without)


def _first_day(period: int) -> date:
    return _turning_days()[period - 1] if period else date.min
