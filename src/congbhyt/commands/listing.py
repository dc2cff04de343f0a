"""What list commands share: a table for people or JSON for scripts; moments as people write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from congbhyt.commands.session import out
from congbhyt.kernel.clock import VIETNAM

Row = Mapping[str, object]

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON list instead of a table.")]
Newest = Annotated[int, typer.Option(min=1, max=10_000, help="How many rows at most.")]

_WIDTH_WHEN_PIPED = 160


def show(rows: Iterable[Row], columns: Mapping[str, str], *, as_json: bool) -> None:
    """Print `rows`: all their fields as JSON, or those that `columns` gives a heading as a table."""
    listed = list(rows)
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in listed], ensure_ascii=False, indent=1))
        return
    _print_table([[_cell(row[field]) for field in columns] for row in listed], list(columns.values()))


def _print_table(cells: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))  # as Text, so that brackets in a name are no markup
    console = Console() if out.is_terminal else Console(width=_WIDTH_WHEN_PIPED)
    console.print(table)


def _plain(row: Row) -> dict[str, Any]:
    return {field: value if _is_json(value) else _iso(value) for field, value in row.items()}


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | list | dict)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "✓"
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def read_day(text: str) -> date:
    """A day as 2026-03-31 or 31/03/2026.

    Raises:
        typer.BadParameter: neither.
    """
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=VIETNAM).date()
        except ValueError:
            continue
    raise typer.BadParameter(f"{text!r}: viết ngày như 2026-03-31 hoặc 31/03/2026")


def read_beginning(text: str) -> datetime:
    """A moment in Việt Nam's time; a day alone is its beginning.

    Raises:
        typer.BadParameter: no moment.
    """
    return _minute(text) or _midnight(read_day(text))


def read_end(text: str) -> datetime:
    """The moment at which something is over; a day alone is still within, until midnight in Việt Nam.

    Raises:
        typer.BadParameter: no moment.
    """
    return _minute(text) or _midnight(read_day(text) + timedelta(days=1))


def _minute(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip().replace("T", " "), "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
