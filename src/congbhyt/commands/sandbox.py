"""`congbhyt sandbox …`: the synthetic country for trying things out."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from congbhyt.commands.session import err, operator, out, work
from congbhyt.commands.story import story_app

sandbox_app = typer.Typer(no_args_is_help=True, help="A synthetic province and a fixed cast that provokes every code.")
sandbox_app.add_typer(story_app, name="story")
_TABLE_WIDTH = 150
_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


@sandbox_app.command()
def load(seed: Annotated[int, typer.Option(help="Another number makes another province.")] = 1) -> None:
    """Load the province and the cast; loading again adds nothing and renews the cast's dates."""
    with work():
        from congbhyt.kernel.clock import now
        from congbhyt.sandbox.loading import load as load_sandbox

        for what, count in asdict(load_sandbox(at=now(), seed=seed, by=operator())).items():
            out.print(f"{what:<10}{count:>8,}", highlight=False)


@sandbox_app.command()
def cast(
    as_json: Annotated[
        bool, typer.Option("--json", help="Only the look-ups, as a JSON list on standard output.")
    ] = False,
) -> None:
    """Print the fixed cast; no database is needed for it."""
    from congbhyt.sandbox import cast as fixed

    if as_json:
        typer.echo(json.dumps([entry.as_sent() for entry in fixed.LOOK_UPS], ensure_ascii=False, indent=1))
        return
    for table in fixed.tables():
        _show(table.title, table.columns, table.rows)


@sandbox_app.command()
def files(folder: Annotated[Path, typer.Argument(help="Where to; it is made if it is not there.")]) -> None:
    """Write synthetic submissions of every standard: good ones, and for each rule one that breaks it.

    No database is needed. EXPECTED.json says which rules must speak; `congbhyt check DIR` shows that they do.
    """
    from congbhyt.sandbox.submissions.files import write_files

    try:
        out.print(f"{write_files(folder):,} files in {folder}", highlight=False)
    except OSError as failed:
        err.print(f"{folder}: {failed.strerror}", highlight=False, markup=False)
        raise typer.Exit(2) from failed


def _show(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    shown = Table(title=title, title_justify="left")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*map(escape, row))
    Console(width=max(out.width, _TABLE_WIDTH)).print(shown)


@sandbox_app.command()
def retirement(
    function: Annotated[str, typer.Argument(help="A gateway function that the table of retirements holds.")],
    moment: Annotated[datetime, typer.Argument(formats=_MOMENTS, help="When it stops, in Việt Nam's time.")],
) -> None:
    """Move the moment at which a gateway function stops."""
    with work():
        from congbhyt.kernel.clock import VIETNAM, now
        from congbhyt.sandbox.retirements import move_retirement

        local = moment.replace(tzinfo=VIETNAM)
        official = move_retirement(function=function, moment=local, by=operator(), at=now())
        out.print(f"{official}: {local:%Y-%m-%d %H:%M}", highlight=False)
