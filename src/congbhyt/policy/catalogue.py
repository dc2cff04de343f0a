"""The parameters and retirements that the product ships, read from its data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources

from congbhyt.kernel.clock import VIETNAM

Value = bool | int | list[str]
LARGEST = 10_000
"""No count of minutes, days or months may be larger: a slip of the hand must not leave the calendar's range."""


@dataclass(frozen=True, slots=True)
class Row:
    """A value from one moment on, and where it comes from."""

    valid_from: datetime
    value: Value
    source: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing the law or our caution sets."""

    name: str
    meaning: str
    rows: tuple[Row, ...]
    least: int = 0
    most: int = LARGEST
    days: bool = False

    def accepts(self, value: object) -> bool:
        """Whether `value` has this parameter's type (a whole number is never a truth value) and a possible size."""
        model = self.rows[0].value
        if isinstance(model, list):
            return isinstance(value, list) and all(
                isinstance(item, str) and (not self.days or _is_day(item)) for item in value
            )
        return type(value) is type(model) and (type(value) is not int or self.least <= value <= self.most)


@dataclass(frozen=True, slots=True)
class RetirementRow:
    """The moment at which a gateway function stops, and what to call instead."""

    function: str
    at: datetime
    successor: str
    source: str


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _moment(naive: datetime) -> datetime:
    return naive if naive.tzinfo else naive.replace(tzinfo=VIETNAM)


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by name, as shipped."""
    read = tomllib.loads(resources.files("congbhyt.policy").joinpath("parameters.toml").read_text("utf-8"))
    return {
        f"{area}.{name}": Parameter(
            f"{area}.{name}",
            entry["meaning"],
            tuple(Row(_moment(row["from"]), row["value"], row["source"]) for row in entry["rows"]),
            entry.get("least", 0),
            entry.get("most", LARGEST),
            entry.get("days", False),
        )
        for area, entries in read.items()
        for name, entry in entries.items()
    }


@cache
def retirements() -> tuple[RetirementRow, ...]:
    """Every retirement, as shipped."""
    read = tomllib.loads(resources.files("congbhyt.policy").joinpath("retirements.toml").read_text("utf-8"))
    return tuple(
        RetirementRow(row["function"], _moment(row["at"]), row["successor"], row["source"])
        for row in read["retirement"]
    )
