"""Small pieces of Markdown that the generated pages share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; lines and bars inside cells do no harm."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines) + "\n"


def cell(value: object) -> str:
    """A value inside a table."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def anchor(heading: str) -> str:
    """The anchor that the usual hosts make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def escaped(text: str) -> str:
    """Text whose underscores, stars and angle brackets shall be read as they are."""
    return re.sub(r"([*<>])", r"\\\1", text)
