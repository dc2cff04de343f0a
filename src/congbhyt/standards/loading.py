"""Reads the data files of the standards; a later standard is the earlier one with its changes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from congbhyt.standards.model import CodeList, Edition, Field, Kind, Later, Pattern, Standard, Table

# Any: what tomllib gives. A wrong key or value in a shipped file raises here, at the first use, and in the tests.
_TUPLES = {"between", "required_without"}
_MAPPINGS = {"required_when", "required_unless"}
_MADE = {"kind", "later"}
_PLAIN = {each.name for each in fields(Field)} - _TUPLES - _MAPPINGS - _MADE


def _folder() -> Traversable:
    return resources.files("congbhyt.standards") / "data"


def _toml(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


@cache
def standards() -> Mapping[str, Standard]:
    """Every standard by its id, the earlier before those that build on them."""
    made: dict[str, Standard] = {}
    for name, facts in _toml(_folder() / "standards.toml").items():
        folder = _folder() / name.lower()
        tables = dict(made[facts["builds_on"]].tables) if "builds_on" in facts else {}
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name == "changes.toml":
                tables |= {label: _changed(tables[label], changes) for label, changes in _toml(file).items()}
            elif file.name.endswith(".toml"):
                table = _table(file.name.removesuffix(".toml").upper(), _toml(file))
                tables[table.label] = table
        made[name] = Standard(id=name, tables=_sorted(tables), **{"until": None, **facts})
    return made


def _sorted(tables: Mapping[str, Table]) -> dict[str, Table]:
    def place(label: str) -> tuple[int, str]:
        return (int(label[3:]) if re.fullmatch(r"XML\d+", label) else 99, label)

    return {label: tables[label] for label in sorted(tables, key=place)}


def _table(label: str, facts: Mapping[str, Any]) -> Table:
    made = [_field(each) for each in facts["fields"]]
    named = {each.name: each for each in made}
    if len(named) != len(made):
        raise ValueError(f"{label}: a field stands twice")
    rest = {key: value for key, value in facts.items() if key != "fields"}
    return Table(**{"label": label, **rest}, fields=named)


def _field(facts: Mapping[str, Any]) -> Field:
    return Field(kind=Kind(facts["kind"]), **_attributes(facts))


def _attributes(facts: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(facts) - _PLAIN - _TUPLES - _MAPPINGS - _MADE - {"after", "drop"}:
        raise ValueError(f"{facts['name']}: {', '.join(sorted(unknown))} is no attribute of a field")
    read: dict[str, Any] = {key: facts[key] for key in _PLAIN if key in facts}
    read |= {key: tuple(facts[key]) for key in _TUPLES if key in facts}
    if "later" in facts:
        read["later"] = Later(**{**facts["later"], "kind": Kind(facts["later"]["kind"])})
    read |= {key: {name: tuple(values) for name, values in facts[key].items()} for key in _MAPPINGS if key in facts}
    return read


def _changed(table: Table, changes: Mapping[str, Any]) -> Table:
    """`table` with fields dropped, changed and added, in this order."""
    kept = {name: each for name, each in table.fields.items() if name not in changes.get("drop", ())}
    for facts in changes.get("change", ()):
        kept[facts["name"]] = _amended(kept[facts["name"]], facts)
    order = list(kept)
    for facts in changes.get("add", ()):
        order.insert(order.index(facts["after"]) + 1 if facts["after"] else 0, facts["name"])
        kept[facts["name"]] = _field(facts)
    return replace(table, fields={name: kept[name] for name in order})


def _amended(field: Field, facts: Mapping[str, Any]) -> Field:
    defaults = Field(name=field.name, kind=field.kind, vi=field.vi, en=field.en)
    dropped = {name: getattr(defaults, name) for name in facts.get("drop", ())}
    kind = {"kind": Kind(facts["kind"])} if "kind" in facts else {}
    return replace(field, **{**dropped, **_attributes(facts), **kind})


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Every short code list by its name."""
    made = {}
    for name, facts in _toml(_folder() / "lists.toml").items():
        editions = tuple(Edition(**edition) for edition in facts.get("editions", [_without_by(facts)]))
        made[name] = CodeList(name, editions, facts.get("by", ""))
    return made


def _without_by(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key != "by"}


@cache
def patterns() -> Mapping[str, Pattern]:
    """Every shared form of values by its name."""
    return {
        name: Pattern(name, re.compile(facts["regex"]), facts["vi"], facts["en"], facts["source"])
        for name, facts in _toml(_folder() / "patterns.toml").items()
    }


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in đồng that the law sets from `since` on."""

    since: date
    value: int
    source: str


@cache
def amounts(name: str) -> Sequence[Amount]:
    """The rows of one amount of law.toml, the earliest first."""
    return tuple(Amount(**row) for row in _toml(_folder() / "law.toml")[name]["rows"])


def base_salary(day: date) -> int:
    """Lương cơ sở on `day`, in đồng; before the first row, the first."""
    rows = amounts("base_salary")
    return next((row.value for row in reversed(rows) if row.since <= day), rows[0].value)
