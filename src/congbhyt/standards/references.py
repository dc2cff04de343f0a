"""Where the rules come from: every row that the sources state, and what answers to it here.

A row is covered by rules that name it in `sources`, or by the facts of a field, which the field families judge; what
is neither has a reason in data/not_implemented.toml. To see what is open:
`python -c "from congbhyt.standards.references import open_ids; print(*open_ids(), sep='\\n')"`.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from congbhyt.standards.loading import standards
from congbhyt.standards.model import Field, Standard, Table
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import several
from congbhyt.standards.stated import DECIDED, family

_JUDGED_BY = {"LAW": "QD3176", "QD9324": "QD4210"}
"""Law is asked of the newest standard; what preceded QĐ 4210 of the tables that followed it."""

_MEANT = {"file": "XML1"}
"""What is said of a file as a whole is said where its visit stands."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One stated row: the table and fields that it is about, how bad its source calls it, its code there, its words.

    `standard` is the standard or the body of law that it belongs to, `table` one or more tables joined by `|`.
    """

    id: str
    standard: str
    table: str
    fields: str
    severity: str
    code: str
    words: str

    @property
    def prefix(self) -> str:
        """The collection that it belongs to, such as V4750-TL or ANX."""
        return self.id.rpartition("-")[0]

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that it names, also before a field: XML3 of `XML3.SO_LUONG`."""
        named = self.table.split("|") + [part.partition(".")[0] for part in self.fields.split("|") if "." in part]
        return tuple(dict.fromkeys(named))

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The fields of its own table."""
        return tuple(part for part in self.fields.split("|") if "." not in part)


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers to a reference: rules by their own word, families by a field's facts, or the reason why nothing."""

    rules: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    reason: str = ""

    @property
    def covered(self) -> bool:
        """Whether something checks it, or a documented decision stands against it."""
        return bool(self.rules or self.families)


@dataclass(frozen=True, slots=True)
class Left:
    """References left out for one reason, below a subject."""

    subject: str
    reason: str
    ids: tuple[str, ...]


@cache
def references() -> Mapping[str, Reference]:
    """Every stated row by its id, in the order of the file."""
    text = (resources.files("congbhyt.standards") / "data" / "references.csv").read_text("utf-8")
    return {row["id"]: Reference(**row) for row in csv.DictReader(io.StringIO(text, newline=""))}


@cache
def left_out() -> Sequence[Left]:
    """What is not implemented, by subject and reason."""
    text = (resources.files("congbhyt.standards") / "data" / "not_implemented.toml").read_text("utf-8")
    return tuple(
        Left(group["subject"], row["reason"], several(row["ids"]))
        for group in tomllib.loads(text)["groups"]
        for row in group["rows"]
    )


@cache
def answers() -> Mapping[str, Answer]:
    """What answers to every reference."""
    rules: dict[str, list[str]] = {}
    for rule in RULES.values():
        for id in rule.sources:
            rules.setdefault(id, []).append(rule.id)
    reasons = {id: left.reason for left in left_out() for id in left.ids}
    return {
        id: Answer(tuple(rules.get(id, ())), families_of(row), reasons.get(id, "")) for id, row in references().items()
    }


def open_ids() -> list[str]:
    """References that nothing covers and that no reason names."""
    return [id for id, answer in answers().items() if not answer.covered and not answer.reason]


def families_of(row: Reference) -> tuple[str, ...]:
    """The field families that judge what a row says; nothing unless every field that it is about is judged so.

    Where fields must not all be empty, one that must be filled is enough. A field's `decided` answers only to the
    gateway's workbooks: it settles what they and the annex say differently.
    """
    found = [family(row.words, field) for field in _fields(row)]
    if row.words == "all empty":
        found = [each for each in found if each]
    if not found or not all(found) or (DECIDED in found and not row.id.startswith("V")):
        return ()
    return tuple(dict.fromkeys(found))


def _fields(row: Reference) -> Iterator[Field]:
    """The fields of the row's tables that it is about; those that its words name are what they are measured by."""
    standard = standards().get(_JUDGED_BY.get(row.standard, row.standard))
    measures = set(re.findall(r"\w+", row.words))
    for table in _tables(row, standard) if standard else ():
        for name in row.own_fields:
            wanted = re.compile(name.replace("*", ".*"))
            yield from (
                field for field in table.fields.values() if wanted.fullmatch(field.name) and name not in measures
            )


def _tables(row: Reference, standard: Standard) -> list[Table]:
    """The tables that a row is about: by label, a voucher also by its root, or all."""
    named = {_MEANT.get(name, name) for name in row.table.split("|")}
    every = "all certificates" in named
    return [table for table in standard.tables.values() if every or {table.label, table.root} & named]
