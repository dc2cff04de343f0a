"""Lists into Excel and CSV: no cell ever becomes a formula, and equal lists are equal bytes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from congbhyt.kernel.clock import VIETNAM

Value = str | int | date | datetime | None

USUAL_WIDTH = 20
EXACT_BELOW = 10**15
"""A spreadsheet makes zeros of further digits, so larger numbers are written as text."""
EARLIEST_YEAR = 1901
"""Spreadsheets count days from 1900 and do so wrongly at first; earlier days are written as text."""

_DAY, _MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001  # says nothing; the time of writing would make equal lists differ
_ZIP_START = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_STARTS_A_FORMULA = "=+-@\u2212"
_QUOTES = "'\"`\u2018\u2019\u201c\u201d"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list to hand out: its title, headings (with a width where the usual one is wrong) and rows."""

    title: str
    columns: Sequence[str | tuple[str, int]]
    rows: Iterable[Sequence[Value]]

    @property
    def headings(self) -> list[str]:
        """The columns' headings."""
        return [column if isinstance(column, str) else column[0] for column in self.columns]

    @property
    def widths(self) -> list[int]:
        """The columns' widths in characters."""
        return [USUAL_WIDTH if isinstance(column, str) else column[1] for column in self.columns]


def as_xlsx(sheet: Sheet) -> bytes:
    """`sheet` as an Excel file: headings stay in sight and filter, days are days, texts are texts."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet_title(sheet.title))
    for number, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A2"
    page.append([_heading(page, heading) for heading in sheet.headings])
    count = 1
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(sheet.columns), 1))}{count}"
    return packed(book, title=sheet.title)


def as_csv(sheet: Sheet) -> bytes:
    """`sheet` as CSV in UTF-8 with a mark, by which Excel knows Vietnamese letters; days as ISO 8601."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_plain(heading) for heading in sheet.headings])
    writer.writerows([_plain(value) for value in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def packed(book: Workbook, *, title: str) -> bytes:
    """`book` as bytes that depend on what it says and on nothing else."""
    book.properties = DocumentProperties(creator="CongBHYT", title=printable(title), created=_FIXED, modified=_FIXED)
    raw, fixed = io.BytesIO(), io.BytesIO()
    # Workbook.save would put the time of writing into the properties.
    ExcelWriter(book, ZipFile(raw, "w", ZIP_DEFLATED)).save()
    with ZipFile(raw) as written, ZipFile(fixed, "w") as archive:
        for name in written.namelist():
            member = ZipInfo(name, _ZIP_START)
            member.compress_type = ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, written.read(name))
    return fixed.getvalue()


def printable(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def sheet_title(title: str) -> str:
    """`title` as a sheet may be named: 31 characters, none of []:*?/\\."""
    return _NOT_IN_TITLES.sub(" ", printable(title)).strip(" '")[:31] or "Danh sách"


def _text_cell(page: Any, text: str) -> Any:
    """A cell that is text whatever it begins with, also after somebody has edited it."""
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"  # openpyxl would take "=…" for a formula and "#N/A" for an error
    if starts_a_formula(text):
        cell.quotePrefix = True
    return cell


def starts_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take `text` for a formula, also after blanks, quotes or as full-width letters."""
    plain = unicodedata.normalize("NFKC", text)
    return text[:1] in {"\t", "\r", "\n"} or _visible(plain)[:1] in set(_STARTS_A_FORMULA)


def _visible(text: str) -> str:
    for place, letter in enumerate(text):
        if letter not in _QUOTES and not letter.isspace() and unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}:
            return text[place:]
    return ""


def _heading(page: Any, heading: str) -> Any:
    cell = _text_cell(page, printable(heading))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(page: Any, value: Value) -> Any:
    if isinstance(value, date) and value.year >= EARLIEST_YEAR:
        cell = WriteOnlyCell(page)
        cell.value = _local(value) if isinstance(value, datetime) else value
        cell.number_format = _MOMENT if isinstance(value, datetime) else _DAY
        return cell
    if isinstance(value, int) and abs(value) < EXACT_BELOW:
        return WriteOnlyCell(page, value)
    text = "" if value is None else printable(_plain_text(value))
    return _text_cell(page, text) if text else None


def _plain(value: Value) -> str:
    """`value` in a CSV cell; an apostrophe before what could be a formula, which spreadsheets show as text."""
    text = "" if value is None else printable(_plain_text(value))
    return f"'{text}" if isinstance(value, str) and starts_a_formula(text) else text


def _plain_text(value: str | int | date) -> str:
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _local(moment: datetime) -> datetime:
    """`moment` as a clock in Việt Nam shows it, without zone, which spreadsheets do not know."""
    return moment.astimezone(VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment
