"""A submission in the making: rows that can still be changed, before they are written as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from congbhyt.standards.loading import standards
from congbhyt.standards.model import Standard

DraftRow = dict[str, str]

DAYS = {
    "QD4210": date(2024, 3, 11), "QD130": date(2024, 4, 15), "QD4750": date(2024, 9, 16), "QD3176": date(2026, 9, 14),
    "CV3220": date(2026, 9, 14), "GKSK": date(2026, 9, 14),
}  # fmt: skip
"""The Monday on which the fixed submissions of a standard play."""


@dataclass
class Draft:
    """One record and what stands around it.

    `kind` is the envelope (congbhyt.standards.reading.documents), `settled` whether amounts were worked out.
    """

    standard: Standard
    day: date
    facility: str
    kind: str = "claim"
    tables: dict[str, list[DraftRow]] = field(default_factory=dict)

    def add(self, table: str, values: Mapping[str, str]) -> DraftRow:
        """Add a row with every tag of the table in order; tags without a value are empty.

        Raises:
            KeyError: a value for what is no field of the table.
        """
        tags = self.standard.tables[table].tags
        if strange := set(values) - set(tags):
            raise KeyError(f"{table}: {', '.join(sorted(strange))}")
        row = {tag: values.get(tag, "") for tag in tags}
        self.tables.setdefault(table, []).append(row)
        return row

    def fill(self, table: str, values: Mapping[str, str]) -> DraftRow:
        """`add`, but values for fields that this standard does not have are left out."""
        tags = self.standard.tables[table].tags
        return self.add(table, {tag: value for tag, value in values.items() if tag in tags})

    @property
    def visit(self) -> DraftRow:
        """The row of XML1."""
        return self.tables["XML1"][0]


def begin(standard: str, facility: str, day: date | None = None, kind: str = "claim") -> Draft:
    """A draft without rows, on the standard's own day unless another is given."""
    return Draft(standards()[standard], day or DAYS[standard], facility, kind)


def money(value: object) -> str:
    """An amount as programs write it: two decimals."""
    return f"{value:.2f}"
