"""What a list in Excel has as columns: one table for the template that people fill in and for reading it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` for the program, `heading` for people.

    A required one must stand in the file; whether each row fills it, the caller judges. `digits` says that
    numbers of that length are text, of which a spreadsheet may have dropped one leading zero. A row that has
    every column's `example` and nothing else is the template's own and is not read.
    """

    name: str
    heading: str
    required: bool = False
    digits: int | None = None
    choices: tuple[str, ...] = ()
    example: str = ""
    width: int = 20


def heading_key(text: str) -> str:
    """A key equal for two spellings of one heading: only letters without marks and digits count."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    return "".join(letter for letter in plain if letter.isalnum())
