"""`congbhyt`: the tree of commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from congbhyt import __version__
from congbhyt.commands.accounts import accounts_app
from congbhyt.commands.audit import audit_app
from congbhyt.commands.campaigns import campaigns_app
from congbhyt.commands.catalogue import catalogue_app
from congbhyt.commands.check import check
from congbhyt.commands.deciding import deciding_app
from congbhyt.commands.demo import demo
from congbhyt.commands.docs import docs
from congbhyt.commands.exchange import export_app, import_app
from congbhyt.commands.keys import keys_app
from congbhyt.commands.networks import denials, networks_app, retired_callers
from congbhyt.commands.people import people_app
from congbhyt.commands.policy import policy_app
from congbhyt.commands.requests import requests_app
from congbhyt.commands.rights import rights_app
from congbhyt.commands.sandbox import sandbox_app
from congbhyt.commands.serve import serve_app
from congbhyt.commands.session import out, work
from congbhyt.commands.units import agencies_app, units_app

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)


app.command()(check)
app.add_typer(catalogue_app, name="catalogue")
app.command()(demo)
app.command()(docs)
app.add_typer(serve_app, name="serve")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(agencies_app, name="agencies")
app.add_typer(units_app, name="units")
app.add_typer(people_app, name="people")
app.add_typer(rights_app, name="rights")
app.add_typer(accounts_app, name="accounts")
app.add_typer(networks_app, name="networks")
requests_app.add_typer(deciding_app)
app.add_typer(requests_app, name="requests")
app.add_typer(campaigns_app, name="campaigns")
app.command("denials")(denials)
app.command("retired-callers")(retired_callers)
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")
app.add_typer(policy_app, name="policy")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")


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
