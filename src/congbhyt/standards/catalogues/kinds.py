"""The kinds of catalogues and their columns, as data/catalogues.toml declares them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

CODE = "code"
"""The one column that every catalogue has."""
_MARKS = str.maketrans("", "", "†*")
"""The dagger and asterisk of ICD-10, which a list prints beside a code and a claim leaves out."""


class Form(StrEnum):
    """How a cell is written."""

    TEXT = "text"
    DAY = "day"
    PRICE = "price"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the CSV, with its meaning in Vietnamese."""

    name: str
    form: Form
    vi: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One catalogue: its columns, `code` first, what a code looks like where that is known, and whose list it is."""

    name: str
    vi: str
    origin: str
    columns: Mapping[str, Column]
    code: re.Pattern[str] | None = None
    code_vi: str = ""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in the order of the data file."""
    facts = tomllib.loads((resources.files("congbhyt.standards") / "data" / "catalogues.toml").read_text("utf-8"))
    columns = {name: Column(name, Form(each["form"]), each["vi"]) for name, each in facts["columns"].items()}
    return {
        name: Kind(
            name,
            each["vi"],
            each["origin"],
            {column: columns[column] for column in (CODE, *each["columns"])},
            re.compile(each["code"]) if "code" in each else None,
            each.get("code_vi", ""),
        )
        for name, each in facts["kinds"].items()
    }


def plain(text: str) -> str:
    """A cell on one line, composed as Vietnamese is usually typed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain_code(kind: str, text: str) -> str:
    """A code as it is looked up: ICD-10 without its marks, the names of chairs in capitals."""
    code = plain(text)
    if kind == "icd10":
        return code.translate(_MARKS).strip()
    return code.upper() if kind == "chairs" else code
