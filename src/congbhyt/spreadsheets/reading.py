"""Lists out of Excel: rows as text, with the number that the sheet shows beside them."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl.reader.excel import ExcelReader

from congbhyt.kernel.refusal import Refusal
from congbhyt.spreadsheets.archive import Archive, open_archive
from congbhyt.spreadsheets.columns import Column, heading_key
from congbhyt.spreadsheets.refusals import (
    SheetBrokenError,
    SheetHeadingError,
    SheetHeadingTwiceError,
    SheetTooManyRowsError,
)

HEADING_ROWS = 15
"""The template, and what people make of it, has a title and explanations above the headings."""
LONGEST_CELL = 1_000
MOST_COLUMNS = 60
LAST_ROW = 1_048_576
"""No row of a sheet has a higher number; each missing one costs time."""
EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; it makes zeros of those after them."""

_Pair = tuple[Any, Any]  # the stub has no type for what read-only sheets yield: a cell's value, the same cell's formula


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number in the sheet, text by column name, and what cannot be read in it (empty if all can)."""

    number: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Headings:
    """In which row headings stand, and which column of the sheet is which of ours."""

    row: int
    places: Mapping[int, Column]
    missing: Sequence[Column]


class _UnreadableError(ValueError):
    """What is wrong with one cell, in Vietnamese."""


def read_rows(content: bytes, *, columns: Sequence[Column], most_rows: int) -> list[SheetRow]:
    """The filled rows of the first visible sheet that has the headings; columns that nobody asked for are ignored.

    Raises:
        SheetKindError, SheetEncryptedError, SheetActiveError, SheetTooLargeError, SheetBrokenError: unreadable.
        SheetHeadingError: a required heading is missing.
        SheetHeadingTwiceError: a heading stands twice.
        SheetTooManyRowsError: more than `most_rows`.
    """
    with open_archive(content) as archive:
        try:
            return _read(archive, content, columns, most_rows)
        except Refusal:
            raise
        except Exception as broken:  # whatever openpyxl stumbles over in a stranger's file
            raise SheetBrokenError(type(broken).__name__) from broken


def _read(archive: Archive, content: bytes, columns: Sequence[Column], most_rows: int) -> list[SheetRow]:
    """Read with values and with formulas: only both together tell an empty cell from one never calculated."""
    values, formulas = (_sheets(archive, content, data_only=data_only) for data_only in (True, False))
    seen: list[_Headings] = []
    for value_sheet, formula_sheet in zip(values, formulas, strict=True):
        headings = _find_headings(_first_rows(value_sheet), columns)
        if not headings.missing:
            return list(_rows(_pairs(value_sheet, formula_sheet, headings), headings, columns, most_rows))
        seen.append(headings)
    missing = min((one.missing for one in seen), key=len, default=columns)
    named = ", ".join(f"«{column.heading}»" for column in missing if column.required)
    raise SheetHeadingError(missing=named, rows=HEADING_ROWS)


def _sheets(archive: Archive, content: bytes, *, data_only: bool) -> list[Any]:
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    reader.archive = archive  # openpyxl would open one of its own, which judges nothing
    reader.read()
    visible = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
    for sheet in visible:
        sheet.reset_dimensions()  # a claim of the file, true or not
    return visible


def _first_rows(sheet: Any) -> Iterator[Sequence[object]]:
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > HEADING_ROWS:
            return
        yield row


def _find_headings(rows: Iterable[Sequence[object]], columns: Sequence[Column]) -> _Headings:
    """The row with most of our headings.

    Raises:
        SheetHeadingTwiceError: one stands in it twice.
    """
    wanted = {heading_key(column.heading): column for column in columns}
    best = _Headings(0, {}, [column for column in columns if column.required])
    for number, row in enumerate(rows, 1):
        keys = {place: heading_key(cell) for place, cell in enumerate(row) if isinstance(cell, str)}
        places = {place: wanted[key] for place, key in keys.items() if key in wanted}
        if len(places) > len(best.places):
            found = set(places.values())
            best = _Headings(number, places, [one for one in columns if one.required and one not in found])
    held = list(best.places.values())
    twice = next((column for column in held if held.count(column) > 1), None)
    if twice:
        raise SheetHeadingTwiceError(heading=twice.heading)
    return best


def _pairs(values: Any, formulas: Any, headings: _Headings) -> Iterator[tuple[int, Sequence[_Pair]]]:
    """Rows below the headings with their numbers: for each of our columns the cell read both ways."""
    first = headings.row + 1
    both = zip(
        values.iter_rows(min_row=first, max_col=MOST_COLUMNS),
        formulas.iter_rows(min_row=first, max_col=MOST_COLUMNS),
        strict=True,
    )
    for number, (value_row, formula_row) in enumerate(both, first):
        if number > LAST_ROW:
            raise SheetBrokenError("a row beyond the last possible one")
        yield number, [(value_row[place], formula_row[place]) for place in headings.places]


def _rows(
    pairs: Iterable[tuple[int, Sequence[_Pair]]], headings: _Headings, columns: Sequence[Column], most_rows: int
) -> Iterator[SheetRow]:
    read = 0
    here = list(headings.places.values())
    example = {column.name: _tidied(column.example) if column in here else "" for column in columns}
    for number, cells in pairs:
        row = _row(number, cells, here, columns)
        if (not row.fault and not any(row.cells.values())) or row.cells == example:
            continue
        read += 1
        if read > most_rows:
            raise SheetTooManyRowsError(most=most_rows)
        yield row


def _row(number: int, cells: Sequence[_Pair], here: Sequence[Column], columns: Sequence[Column]) -> SheetRow:
    texts = {column.name: "" for column in columns}
    faults = []
    for column, (value, formula) in zip(here, cells, strict=True):
        try:
            texts[column.name] = _text(value, formula, column.digits)
        except _UnreadableError as fault:
            faults.append(f"Cột «{column.heading}»: {fault}")
    return SheetRow(number, texts, " ".join(faults))


def _text(value: Any, formula: Any, digits: int | None) -> str:
    """What a cell says, as text.

    Raises:
        _UnreadableError: an error, a formula without its value, a number that lost digits, or too long.
    """
    held = value.value
    if held is None:
        # Excel marks a formula whose result is the empty string as text; programs that calculate nothing do not.
        if formula.data_type == "f" and value.data_type != "str":
            raise _UnreadableError("ô có công thức chưa tính được; hãy dán giá trị thay cho công thức.")
        return ""
    if value.data_type == "e":
        raise _UnreadableError("ô báo lỗi của Excel; hãy nhập lại giá trị.")
    if isinstance(held, bool):
        return str(held).upper()
    if isinstance(held, int | float):
        return _number(held, digits)
    text = held if isinstance(held, str) else _moment(held)
    if len(text) > LONGEST_CELL:
        raise _UnreadableError(f"nội dung dài quá {LONGEST_CELL} ký tự.")
    return _tidied(text)


def _number(number: float, digits: int | None) -> str:
    if not math.isfinite(number) or abs(number) >= 10**EXACT_DIGITS:
        raise _UnreadableError(
            f"số có quá {EXACT_DIGITS} chữ số đã bị Excel làm tròn; định dạng ô là «Văn bản» rồi nhập lại."
        )
    if number != int(number):
        return repr(number)
    text = str(int(number))
    return f"0{text}" if digits is not None and len(text) == digits - 1 and number > 0 else text


def _moment(held: object) -> str:
    """A day as yyyy-MM-dd, a moment as yyyy-MM-dd HH:mm, a time of day as HH:mm; whatever else as Python says it."""
    if isinstance(held, datetime):
        return held.date().isoformat() if held.time() == time() else held.isoformat(" ", "minutes")
    if isinstance(held, time):
        return held.isoformat("minutes")
    return held.isoformat() if isinstance(held, date) else str(held)


def _tidied(text: str) -> str:
    """NFC, without control and invisible characters, blanks as plain blanks and none at either end."""
    plain = unicodedata.normalize("NFC", text)
    kept = (" " if letter.isspace() else letter for letter in plain)
    return "".join(letter for letter in kept if unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}).strip()
