"""The fixed cast in one place, and its tables for the guide.

Nothing here needs a database or knows the day: what follows the day of loading is made in
`insured_cast`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from congbhyt.accounts.authz import Right
from congbhyt.sandbox.institutions import (
    ACCOUNTS,
    AGENCIES,
    API_SECRET,
    OFFICER,
    PASSWORD,
    PEOPLE,
    UNIT_ACCOUNTS,
    UNITS,
    AccountCast,
    AgencyCast,
    PersonCast,
    UnitCast,
)
from congbhyt.sandbox.insured_cast import INSURED, VISITS, InsuredCast
from congbhyt.sandbox.look_ups import FAULTY_CARD, LOOK_UPS, UNREACHABLE_CARD, LookUp

__all__ = [
    "ACCOUNTS", "AGENCIES", "API_SECRET", "FAULTY_CARD", "INSURED", "LOOK_UPS", "OFFICER", "PASSWORD", "PEOPLE",
    "UNITS", "UNREACHABLE_CARD", "VISITS", "AccountCast", "AgencyCast", "InsuredCast", "LookUp", "PersonCast",
    "Table", "UnitCast", "describe", "tables",
]  # fmt: skip

_LONGEST_SHOWN = 40


class Table:
    """A heading, column names and rows of text."""

    def __init__(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        self.title = title
        self.columns = tuple(columns)
        self.rows = [tuple(row) for row in rows]

    def markdown(self) -> str:
        """As a Markdown section."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return f"### {self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def tables() -> list[Table]:
    """The cast as tables, for the guide and the command line."""
    return [_agencies(), _units(), _accounts(), _people(), _look_ups()]


def describe() -> str:
    """The cast in Markdown: the part of docs/guides/sandbox.md between its markers."""
    return "\n".join(table.markdown() for table in tables())


def _agencies() -> Table:
    rows = (
        (
            agency.code,
            agency.name,
            agency.level,
            "; ".join(f"{subject}: {phone}, {email}" for subject, phone, email in agency.contacts),
        )
        for agency in AGENCIES
    )
    return Table("Agencies", ("Code", "Name", "Level", "Support"), rows)


def _units() -> Table:
    rows = ((unit.code, unit.name, unit.kind, ", ".join(unit.networks) or "none") for unit in UNITS)
    return Table("Units and their networks", ("Code", "Name", "Kind", "May call from"), rows)


def _accounts() -> Table:
    rows = (
        (account.name, account.unit, API_SECRET, "locked" if account.locked_reason else "active")
        for account in ACCOUNTS
    )
    return Table("API accounts", ("Account", "Unit", "Secret", "State"), rows)


def _people() -> Table:
    rows = (
        (
            person.handle,
            person.full_name,
            person.citizen_number,
            person.social_number,
            person.password or "",
            ", ".join(person.rights),
            "locked" if person.locked_reason else "active",
        )
        for person in PEOPLE
    )
    shared = (
        (account.handle, "unit's own account", "", "", PASSWORD, Right.USER_ADMINISTRATION, "active")
        for account in UNIT_ACCOUNTS
    )
    columns = ("Portal sign-in", "Name", "CCCD", "Mã số BHXH", "Password", "Rights", "State")
    return Table("People", columns, [*rows, *shared])


def _look_ups() -> Table:
    rows = (
        (
            entry.code,
            *(_shown(text) for text in (entry.maThe, entry.hoTen, entry.ngaySinh)),
            "" if entry.hoTenCb == OFFICER.full_name else _shown(entry.hoTenCb),
            "" if entry.cccdCb == OFFICER.citizen_number else _shown(entry.cccdCb),
            entry.note,
        )
        for entry in LOOK_UPS
    )
    columns = ("Code", "maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb", "What it shows")
    return Table(f"Look-ups ({OFFICER.full_name}, {OFFICER.citizen_number} where no officer stands)", columns, rows)


def _shown(text: str) -> str:
    """A parameter as a reader can see it: blanks named, what cannot be printed escaped, long ones cut."""
    if not text.strip():
        return f"*{len(text)} blanks*" if text else "*empty*"
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 20].strip() + "…"
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in cut)
