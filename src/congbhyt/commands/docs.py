"""`congbhyt docs`: writes the generated reference pages, or says that they are out of date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from congbhyt.commands.session import err

_FOLDER = Path("docs/reference")


def docs(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; leave with 1 if a page is out of date.")
    ] = False,
) -> None:
    """Write docs/reference from the tables that the program obeys."""
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "congbhyt.config.settings"
    django.setup()
    from congbhyt.commands.reference import pages

    stale = [name for name, page in pages().items() if _held(name) != page]
    if check and stale:
        err.print(f"Out of date: {', '.join(stale)}. Run: make docs", highlight=False)
        raise typer.Exit(1)
    for name in stale:
        (_FOLDER / name).write_text(pages()[name], "utf-8")


def _held(name: str) -> str:
    path = _FOLDER / name
    return path.read_text("utf-8") if path.exists() else ""
