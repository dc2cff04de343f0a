"""A document as PDF: typeset by a fixed template, with fonts that come along, the same bytes everywhere."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any

import typst

from congbhyt.paper.document import COUNTRY, MAKER, MOTTO, Document, Table


def as_pdf(document: Document) -> bytes:
    """Typeset `document` on A4; its text reaches the typesetter as JSON strings and is never read as markup."""
    made = _compiler().compile(
        _template(),
        format="pdf",
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
        timestamp=int(document.made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gives one PDF")
    return made


def _data(document: Document) -> dict[str, Any]:
    return {
        "maker": MAKER,
        "country": COUNTRY,
        "motto": MOTTO,
        "landscape": document.landscape,
        "form_mark": document.form_mark,
        "superior": document.superior.upper(),
        "issuer": document.issuer.upper(),
        "number_line": document.number_line,
        "place_and_date": document.place_and_date,
        "title": document.title.upper(),
        "subtitle": document.subtitle,
        "addressees": document.addressee_lines,
        "paragraphs": document.paragraphs,
        "tables": [_table(table) for table in document.tables],
        "closing": document.closing,
        "signatures": [
            {"capacity": block.capacity.upper(), "note": block.note, "name": block.name}
            for block in document.signatures
        ],
        "recipients": document.recipient_lines,
        "code_line": document.code_line,
        "keywords": document.keywords,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "shares": table.shares,
        "aligns": [column.align for column in table.columns],
        "headings": [column.heading for column in table.columns],
        "rows": table.rows,
    }


@lru_cache(maxsize=1)
def _template() -> bytes:
    return resources.files("congbhyt.paper").joinpath("form.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the fonts inside the typesetter: a system's own would give other line breaks on other machines."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _compiler() -> typst.Compiler:
    """A compiler for one call, because one keeps its inputs between calls and calls come from many threads."""
    return typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
