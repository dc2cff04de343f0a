"""What the checker says: a finding names its rule, its place and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST_VALUE = 120
"""So many characters of a value are repeated in a finding; a megabyte of text helps nobody."""
LONGEST_FACT = 400
"""So many characters of any other fact, such as the codes that would have been right."""


class Severity(StrEnum):
    """How bad it is: an error is refused by the portal, a warning asks somebody to look, a note explains."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where: the record of the file (from 1; 0 is the file itself), its visit, table, row (from 1) and field."""

    record: int = 0
    visit: str = ""
    table: str = ""
    row: int = 0
    field: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `sentence` for the clerk, `detail` for the engineer."""

    rule: str
    severity: Severity
    place: Place
    value: str
    sentence: str
    detail: str


def shortened(value: str, most: int = LONGEST_VALUE) -> str:
    """`value` as a finding repeats it: one line, at most `most` characters."""
    line = " ".join(value[: 4 * most].split())
    return line if len(line) <= most else line[: most - 1] + "…"
