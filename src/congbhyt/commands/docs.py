"""`congbhyt docs`: writes the generated reference pages, or says that they are out of date."""

from __future__ import annotations

from collections.abc import Collection
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

    made = pages()
    stale = [name for name, page in made.items() if _held(name) != page]
    left = _left_over(made)
    if check and (stale or left):
        err.print(f"Out of date: {', '.join([*stale, *left])}. Run: make docs", highlight=False)
        raise typer.Exit(1)
    for name in stale:
        (_FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (_FOLDER / name).write_text(made[name], "utf-8")
    for name in left:
        (_FOLDER / name).unlink()


def _left_over(made: Collection[str]) -> list[str]:
    """Pages in a folder of generated pages that nothing makes any more."""
    folders = {Path(name).parent for name in made} - {Path()}
    held = [path.relative_to(_FOLDER) for folder in folders for path in (_FOLDER / folder).glob("*.md")]
    return sorted(str(path) for path in held if str(path) not in made)


def _held(name: str) -> str:
    path = _FOLDER / name
    return path.read_text("utf-8") if path.exists() else ""
