"""`congbhyt catalogue …`: lists that rules compare codes with; no database and no network."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, show
from congbhyt.commands.session import err, out
from congbhyt.config import paths
from congbhyt.kernel import clock
from congbhyt.kernel.refusal import Refusal

if TYPE_CHECKING:
    from congbhyt.standards.catalogues import Catalogues

catalogue_app = typer.Typer(
    no_args_is_help=True, help="Lists of ICD-10, drugs, services and others, with which congbhyt check compares."
)

Folder = Annotated[
    Path | None, typer.Option("--folder", metavar="DIR", help="The folder of catalogues; else CONGBHYT_CATALOGUES.")
]
KindName = Annotated[str, typer.Argument(metavar="KIND", help="Such as icd10, drugs; congbhyt catalogue columns.")]


@contextlib.contextmanager
def telling() -> Iterator[None]:
    """Print a refusal with its code; leave with status 1, or 2 when a file or folder cannot be used."""
    from congbhyt.standards.catalogues.refusals import CatalogueUnreadableError

    try:
        yield
    except Refusal as refusal:
        err.print(f"{refusal.code} {refusal.sentence}", highlight=False, markup=False)
        raise typer.Exit(2 if isinstance(refusal, CatalogueUnreadableError) else 1) from refusal


def catalogues_in(folder: Path | None) -> Catalogues:
    """The catalogues of a folder, without one of the usual folder; refuses a damaged file with a sentence."""
    from congbhyt.standards.catalogues import Catalogues

    with telling():
        return Catalogues.in_folder(folder or paths.catalogues())


@catalogue_app.command("load")
def load(
    kind: KindName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8, separated by comma or semicolon.")],
    folder: Folder = None,
) -> None:
    """Load a list in place of the one before; a file with a faulty line is refused as a whole."""
    with telling():
        from congbhyt.standards.catalogues.reading import kind_called, read_csv
        from congbhyt.standards.catalogues.storing import store

        wanted, home = kind_called(kind), folder or paths.catalogues()
        sheet = read_csv(file, wanted)
        if sheet.ignored:
            err.print(f"Bỏ qua cột không biết: {', '.join(sheet.ignored)}", highlight=False, markup=False)
        loaded = store(home, wanted, sheet.rows, source=file.name, at=clock.now()).header
        out.print(
            f"{wanted.vi}: đã nạp {loaded.codes} mã ({loaded.rows} dòng) vào {home}", highlight=False, markup=False
        )


@catalogue_app.command("list")
def list_catalogues(folder: Folder = None, as_json: AsJson = False) -> None:
    """Show which lists are loaded, from which file and when."""
    with telling():
        from congbhyt.standards.catalogues.kinds import kinds
        from congbhyt.standards.catalogues.storing import stored

        held = [each.header for each in stored(folder or paths.catalogues())]
    rows = [
        {
            "kind": each.kind,
            "meaning": kinds()[each.kind].vi,
            "codes": each.codes,
            "rows": each.rows,
            "columns": each.columns,
            "source": each.source,
            "loaded": datetime.strptime(each.loaded, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC),
        }
        for each in held
    ]
    headings = {
        "kind": "Loại", "meaning": "Danh mục", "codes": "Mã", "rows": "Dòng", "columns": "Cột", "source": "Từ tệp",
        "loaded": "Nạp lúc",
    }  # fmt: skip
    show(rows, headings, as_json=as_json)


@catalogue_app.command("columns")
def columns(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="One kind; without it, all of them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what a CSV may hold: the columns of a kind with their meaning, or the kinds."""
    with telling():
        from congbhyt.standards.catalogues.kinds import kinds
        from congbhyt.standards.catalogues.reading import kind_called

        if not kind:
            rows = [
                {"kind": each.name, "meaning": each.vi, "origin": each.origin, "columns": list(each.columns)}
                for each in kinds().values()
            ]
            headings = {"kind": "Loại", "meaning": "Danh mục", "origin": "Nguồn", "columns": "Cột"}
            show(rows, headings, as_json=as_json)
            return
        each = kind_called(kind)
    cells = [
        {"column": column.name, "form": column.form.value, "meaning": column.vi} for column in each.columns.values()
    ]
    show(cells, {"column": "Cột", "form": "Dạng", "meaning": "Ý nghĩa"}, as_json=as_json)


@catalogue_app.command("remove")
def remove_catalogue(kind: KindName, folder: Folder = None) -> None:
    """Take a list away; the rules that need it rest again."""
    with telling():
        from congbhyt.standards.catalogues.reading import kind_called
        from congbhyt.standards.catalogues.storing import remove

        remove(folder or paths.catalogues(), kind_called(kind))
    out.print(f"Đã bỏ danh mục {kind}.", highlight=False, markup=False)
