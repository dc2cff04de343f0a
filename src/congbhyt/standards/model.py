"""What a standard is made of: tables, fields, code lists and forms of values; no file is read here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """How a value is written; the sentence for each stands in `values.FORMS`."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    SECOND = "second"
    BIRTH = "birth"
    BIRTH_DAY = "birth-day"
    BIRTH_YEAR = "birth-year"
    DAY_OR_MOMENT = "day-or-moment"
    SLASHED_DAY = "slashed-day"


@dataclass(frozen=True, slots=True)
class Later:
    """How a field is written from a day on, when a decision changed it between two standards."""

    since: date
    kind: Kind
    length: int | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a table.

    `many`: several values joined by `;`, at most `most`. `length` counts characters of the whole value, `places`
    digits after the point. `required_when` and `required_unless` name another field of the row and its values,
    `required_with` a field that is filled, `required_without` fields that are all empty. `same_as` names the table
    whose field of the same name must be equal, `not_before` a field of the row or of XML1. `later` is another way of
    writing from some day on. `free_outsourced`: it may be empty in a line whose service another facility carried out.
    `decided` gives the reason where sources disagree.
    """

    name: str
    kind: Kind
    vi: str
    en: str
    length: int | None = None
    places: int | None = None
    many: bool = False
    most: int | None = None
    required: bool = False
    required_before: date | None = None
    required_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required_unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required_with: str = ""
    required_without: tuple[str, ...] = ()
    list: str = ""
    pattern: str = ""
    catalogue: str = ""
    between: tuple[int, int] | None = None
    same_as: str = ""
    not_before: str = ""
    later: Later | None = None
    free_outsourced: bool = False
    decided: str = ""

    @property
    def conditional(self) -> bool:
        """Whether it must be filled only under a condition."""
        return bool(self.required_when or self.required_unless or self.required_with or self.required_without)


@dataclass(frozen=True, eq=False)
class Table:
    """One table: how its document is built and its fields in the order of the annex.

    `root` is the document's first element. Where `list` and `row` are given, rows lie below them; otherwise the root
    itself is the one row. `label` is what LOAIHOSO says.
    """

    label: str
    title: str
    meaning: str
    root: str
    fields: Mapping[str, Field]
    list: str = ""
    row: str = ""

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The names of its fields in order."""
        return tuple(self.fields)

    @property
    def single(self) -> bool:
        """Whether a document holds one row, which is its root."""
        return not self.row


@dataclass(frozen=True, slots=True)
class Edition:
    """The codes of a list from one day until before another, and where they come from."""

    codes: Mapping[str, str]
    source: str
    since: date | None = None
    until: date | None = None
    decided: str = ""

    def in_force(self, day: date) -> bool:
        """Whether these codes may be used on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A short list of codes; `by` is the field of XML1 whose day chooses the editions, else the end of the visit."""

    name: str
    editions: tuple[Edition, ...]
    by: str = ""

    def on(self, day: date) -> frozenset[str]:
        """The codes that may be used on `day`: of every edition in force then."""
        return frozenset(code for edition in self.editions if edition.in_force(day) for code in edition.codes)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A form that several fields share, in words for the counter (`vi`) and for the engineer (`en`)."""

    name: str
    regex: re.Pattern[str]
    vi: str
    en: str
    source: str


@dataclass(frozen=True, eq=False)
class Standard:
    """A data standard: in force from `since` until before `until`, for visits that end then."""

    id: str
    title: str
    subject: str
    since: date
    until: date | None
    tables: Mapping[str, Table]
    signed: date | None = None
    builds_on: str = ""
    decided: str = ""

    def in_force(self, day: date) -> bool:
        """Whether a visit that ends on `day` may be written in it."""
        return self.since <= day and (self.until is None or day < self.until)

    @cached_property
    def by_root(self) -> dict[str, Table]:
        """Its tables by every element that may stand at the top of one of their documents."""
        return {name: table for table in self.tables.values() for name in (table.root, table.list, table.row) if name}
