"""A record as the rules see it: rows by table, values by field name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from congbhyt.standards.catalogues import Catalogues
from congbhyt.standards.figures import Figures, figures_of
from congbhyt.standards.loading import base_salary
from congbhyt.standards.model import Standard
from congbhyt.standards.values import birth_of, day_of, decimal_of, moment_of, whole_of

SUPPLY_GROUPS = frozenset({"10", "11"})
EXAM_GROUPS = frozenset({"13"})
BED_GROUPS = frozenset({"14", "15", "16"})
SURGERY_GROUPS = frozenset({"8", "18"})
OUTSOURCED = ".K."
"""Part of MA_DICH_VU of a service that another facility carried out."""
BARE = "table"
"""The envelope of a document that came without one."""
INPATIENT_KINDS = frozenset({"03", "04", "06", "09", "3"})
"""MA_LOAI_KCB of stays; `3` is QĐ 4210's and QĐ 130's one digit."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A place of a row that breaks a rule, and the facts that the rule's sentences name."""

    row: Row
    field: str
    facts: Mapping[str, object]


class Row(dict[str, str]):
    """One row: field name to text. What is missing or empty reads as an empty text."""

    __slots__ = ("number", "table")

    def __init__(self, table: str, number: int, values: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(values)
        self.table = table
        self.number = number

    def __missing__(self, name: str) -> str:
        return ""

    def number_of(self, name: str) -> Decimal | None:
        """The field as a number; None when it is empty or none."""
        return decimal_of(self[name])

    def amount(self, name: str) -> Decimal:
        """The field as a number, 0 when it is empty or none: for sums, whose parts have their own rules."""
        return decimal_of(self[name]) or Decimal(0)

    def whole(self, name: str) -> int | None:
        """The field as a whole number; None when it is empty or none."""
        return whole_of(self[name])

    def day(self, name: str) -> date | None:
        """The day of the field (of a moment: its day); None when it is empty or none."""
        return day_of(self[name])

    def moment(self, name: str) -> datetime | None:
        """The moment of a field yyyyMMddHHmm; None when it is empty or none."""
        return moment_of(self[name])

    def birth(self, name: str = "NGAY_SINH") -> date | None:
        """The first day that a birth date can be; None when it is empty or none."""
        return birth_of(self[name])

    def several(self, name: str) -> list[str]:
        """The values of a field that joins several with `;`; empty ones are left out."""
        return [item.strip() for item in self[name].split(";") if item.strip()]

    def at(self, name: str, **facts: object) -> Problem:
        """A problem at the field `name` of this row."""
        return Problem(self, name, facts)


@dataclass
class Envelope:
    """What stands around the records of a file."""

    kind: str = ""
    facility: str = ""
    made_on: str = ""
    signed: bool = False


@dataclass
class Record:
    """One visit (or one certificate, one check-in) with all its tables.

    `today` is the day of checking; `day` the end of the visit, which decides what applies.
    """

    standard: Standard
    tables: Mapping[str, Sequence[Row]]
    day: date
    today: date
    number: int = 1
    envelope: Envelope = field(default_factory=Envelope)
    catalogues: Catalogues = field(default_factory=Catalogues)

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table; none when the record has no such table."""
        return self.tables.get(table, ())

    def has(self, table: str) -> bool:
        """Whether the table holds a row."""
        return bool(self.tables.get(table))

    @cached_property
    def visit(self) -> Row:
        """The row of XML1, or an empty one."""
        rows = self.tables.get("XML1")
        return rows[0] if rows else Row("XML1", 1)

    @cached_property
    def drugs(self) -> Sequence[Row]:
        """The rows of XML2."""
        return self.tables.get("XML2", ())

    @cached_property
    def lines(self) -> Sequence[Row]:
        """The rows of XML3: services and supplies."""
        return self.tables.get("XML3", ())

    @cached_property
    def supplies(self) -> Sequence[Row]:
        """The rows of XML3 that are supplies (MA_NHOM 10 and 11)."""
        return [line for line in self.lines if line["MA_NHOM"] in SUPPLY_GROUPS]

    @cached_property
    def services(self) -> Sequence[Row]:
        """The rows of XML3 that are no supplies."""
        return [line for line in self.lines if line["MA_NHOM"] not in SUPPLY_GROUPS]

    @cached_property
    def beds(self) -> Sequence[Row]:
        """The rows of XML3 that are bed days (MA_NHOM 14, 15, 16)."""
        return [line for line in self.lines if line["MA_NHOM"] in BED_GROUPS]

    @cached_property
    def costs(self) -> Sequence[Row]:
        """Drug, service and supply lines together."""
        return [*self.drugs, *self.lines]

    @cached_property
    def figures(self) -> Sequence[Figures]:
        """The numbers of `costs`, drugs first."""
        return figures_of(self.drugs, self.lines)

    @cached_property
    def kind(self) -> str:
        """MA_LOAI_KCB with two digits, whatever the standard writes."""
        return self.visit["MA_LOAI_KCB"].zfill(2) if self.visit["MA_LOAI_KCB"] else ""

    @cached_property
    def arrived(self) -> datetime | None:
        """NGAY_VAO."""
        return self.visit.moment("NGAY_VAO")

    @cached_property
    def left(self) -> datetime | None:
        """NGAY_RA."""
        return self.visit.moment("NGAY_RA")

    @property
    def alone(self) -> bool:
        """Whether it is one table without an envelope, so that the visit's others cannot be missed."""
        return self.envelope.kind == BARE

    @cached_property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """NGAY_VAO and NGAY_RA; none when they are reversed, which is one fault and not one of every line between."""
        came, left = self.arrived, self.left
        return (None, None) if came and left and left < came else (came, left)

    @cached_property
    def cards(self) -> Sequence[str]:
        """The card numbers of the visit: MA_THE_BHYT, under QĐ 4210 MA_THE."""
        joined = self.visit["MA_THE_BHYT"] or self.visit["MA_THE"]
        return [card.strip() for card in joined.split(";") if card.strip()]

    @cached_property
    def base_salary(self) -> int:
        """Lương cơ sở at the end of the visit, in đồng."""
        return base_salary(self.day)

    @cached_property
    def shared_from(self) -> Decimal:
        """15 % of lương cơ sở: a total below it is paid by the fund alone (Luật BHYT, điều 22)."""
        return Decimal(self.base_salary * 15) / 100
