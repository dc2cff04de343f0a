"""`congbhyt`: the tree of commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from congbhyt import __version__
from congbhyt.commands.demo import demo
from congbhyt.commands.sandbox import sandbox_app
from congbhyt.commands.serve import serve_app
from congbhyt.commands.session import out, work

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)


app.command()(demo)
app.add_typer(serve_app, name="serve")
app.add_typer(sandbox_app, name="sandbox")


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(__version__, highlight=False)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """CongBHYT: cổng tiếp nhận dữ liệu BHYT."""


class Kind(StrEnum):
    """What a new database is for."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


@app.command()
def migrate(
    kind: Annotated[Kind, typer.Option(help="What a new database is for; it keeps its mark.")] = Kind.PRODUCTION,
) -> None:
    """Bring the database's tables and privileges up to date."""
    with work():
        from congbhyt.config import database

        database.migrate(kind.value)
