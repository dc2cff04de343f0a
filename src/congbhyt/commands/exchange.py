"""`congbhyt import …` and `congbhyt export …`: files of cards and visits."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.session import err, operator, out, work

if TYPE_CHECKING:
    from congbhyt.insured.importing import Report

import_app = typer.Typer(no_args_is_help=True, help="Read files of cards or visits (docs/guides/import.md).")
export_app = typer.Typer(no_args_is_help=True, help="Write files of cards or visits (docs/guides/import.md).")

Source = Annotated[Path, typer.Argument(help="CSV, plain or compressed with gzip or zstd.")]
Destination = Annotated[Path, typer.Argument(help="CSV; the endings .gz and .zst compress it.")]
Rejects = Annotated[Path | None, typer.Option(help="Where rejected rows are explained; by default FILE.rejects.csv.")]


@import_app.command("cards")
def import_cards(file: Source, rejects: Rejects = None) -> None:
    """Upsert persons and cards; nothing is deleted."""
    with work():
        from congbhyt.insured import importing
        from congbhyt.kernel import clock

        with _bar(file) as progress:
            report = importing.import_cards(file, by=operator(), at=clock.now(), rejects=rejects, progress=progress)
        _tell(report)


@import_app.command("visits")
def import_visits(file: Source, rejects: Rejects = None) -> None:
    """Upsert visits of persons who are held already; nothing is deleted."""
    with work():
        from congbhyt.insured import importing
        from congbhyt.kernel import clock

        with _bar(file) as progress:
            report = importing.import_visits(file, by=operator(), at=clock.now(), rejects=rejects, progress=progress)
        _tell(report)


@export_app.command("cards")
def export_cards(
    file: Destination,
    with_cccd: Annotated[bool, typer.Option("--with-cccd", help="Write CCCD in clear.")] = False,
) -> None:
    """Write every card with its person, in the format that import reads."""
    with work():
        from congbhyt.insured import exporting
        from congbhyt.kernel import clock

        rows = exporting.export_cards(file, by=operator(), at=clock.now(), with_citizen_numbers=with_cccd)
        out.print(f"{rows} dòng → {file}", highlight=False, markup=False)


@export_app.command("visits")
def export_visits(file: Destination) -> None:
    """Write every visit, in the format that import reads."""
    with work():
        from congbhyt.insured import exporting
        from congbhyt.kernel import clock

        rows = exporting.export_visits(file, by=operator(), at=clock.now())
        out.print(f"{rows} dòng → {file}", highlight=False, markup=False)


@contextlib.contextmanager
def _bar(file: Path) -> Iterator[Callable[[int], None]]:
    """A progress bar of bytes read, only where somebody watches."""
    # Late, because every command passes by this module and few need a bar.
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=file.stat().st_size if file.is_file() else None)
        yield lambda count: bar.advance(task, count)


def _tell(report: Report) -> None:
    """Print what was done; leave with status 1 when rows were rejected."""
    if report.unknown_columns:
        err.print(f"Bỏ qua cột không biết: {', '.join(report.unknown_columns)}", highlight=False, markup=False)
    stored = report.stored
    people = (
        f"; người: thêm {stored['people_added']}, đổi {stored['people_changed']}" if "people_added" in stored else ""
    )
    out.print(
        f"Nhận {report.accepted}/{report.rows} dòng: thêm {stored['added']}, đổi {stored['changed']}{people}",
        highlight=False,
    )
    if report.rejected:
        err.print(f"Từ chối {report.rejected} dòng, lý do ở {report.rejects}", highlight=False, markup=False)
        raise typer.Exit(1)
