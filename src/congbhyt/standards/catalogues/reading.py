"""Reads the CSV of a catalogue: all of it, or nothing with what is wrong line by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TextIO

from congbhyt.standards.catalogues.kinds import CODE, Column, Form, Kind, kinds, plain, plain_code
from congbhyt.standards.catalogues.refusals import CatalogueFileError, CatalogueKindError, CatalogueUnreadableError

MOST_PROBLEMS = 20
"""So many faulty lines are named; who exported one column wrongly need not read them all."""
_LONGEST_SHOWN = 40
_DELIMITERS = (",", ";", "\t")
_PRICE = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
)
_WANTED = {
    Form.TEXT: "chữ, không có ký tự điều khiển",
    Form.DAY: "ngày như 01/07/2026 hoặc 2026-07-01",
    Form.PRICE: "số tiền, dấu chấm trước phần lẻ, không có dấu phân cách nghìn",
    Form.FLAG: "1, 0 hoặc để trống",
}


@dataclass(slots=True)
class Sheet:
    """The rows of a CSV, each by column name and without empty cells; `ignored` are headings nobody asked for."""

    rows: list[dict[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class _Wrong(Exception):  # noqa: N818  # one faulty line; collected, never shown by itself
    """What is wrong with a line."""


def kind_called(name: str) -> Kind:
    """The kind with this name.

    Raises:
        CatalogueKindError: there is none.
    """
    if name not in kinds():
        raise CatalogueKindError(kind=name[:_LONGEST_SHOWN], kinds=", ".join(kinds()))
    return kinds()[name]


def read_csv(path: Path, kind: Kind) -> Sheet:
    """Read a CSV in UTF-8, with or without BOM, separated by comma, semicolon or tab.

    Raises:
        CatalogueFileError: a heading or line is wrong; nothing is to be loaded.
        CatalogueUnreadableError: the file cannot be opened.
    """
    problems: list[str] = []
    sheet = Sheet()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in _rows(file, kind, sheet):
                if isinstance(row, str):
                    problems.append(f"dòng {number}: {row}")
                else:
                    sheet.rows.append(row)
    except OSError as failure:
        raise CatalogueUnreadableError(file=path, reason=failure.strerror or failure) from failure
    except UnicodeDecodeError as failure:
        problems.append("tệp không phải UTF-8; trong Excel chọn «Lưu thành», kiểu «CSV UTF-8»")
        raise _refused(path, problems) from failure
    except _Wrong as failure:
        problems.append(str(failure))
    if not problems and not sheet.rows:
        problems.append("tệp không có dòng dữ liệu nào")
    if problems:
        raise _refused(path, problems)
    return sheet


def _refused(path: Path, problems: Sequence[str]) -> CatalogueFileError:
    shown = list(problems[:MOST_PROBLEMS])
    if len(problems) > MOST_PROBLEMS:
        shown.append(f"và {len(problems) - MOST_PROBLEMS} dòng sai khác")
    return CatalogueFileError(file=path, problems="\n".join(f"- {problem}" for problem in shown))


def _rows(file: TextIO, kind: Kind, sheet: Sheet) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Every line with its number: a row, or what is wrong with it."""
    heading = file.readline()
    reader = csv.reader(chain([heading], file), delimiter=max(_DELIMITERS, key=heading.count), strict=True)
    columns: list[Column | None] = []
    try:
        for cells in reader:
            if not columns:
                columns = _columns(cells, kind, sheet)
            elif any(cell.strip() for cell in cells):
                yield reader.line_num, _row_or_why(cells, columns, kind)
    except csv.Error as failure:
        raise _Wrong(f"dòng {reader.line_num}: dấu nháy kép hoặc độ dài ô không đúng ({failure})") from failure


def _row_or_why(cells: Sequence[str], columns: Sequence[Column | None], kind: Kind) -> dict[str, str] | str:
    try:
        return _row(cells, columns, kind)
    except _Wrong as wrong:
        return str(wrong)


def _columns(heading: Sequence[str], kind: Kind, sheet: Sheet) -> list[Column | None]:
    names = [plain(cell).lower() for cell in heading]
    while names and not names[-1]:
        names.pop()
    if CODE not in names:
        raise _Wrong(f"dòng 1: thiếu cột code; các cột của {kind.name}: {', '.join(kind.columns)}")
    if twice := [name for name in kind.columns if names.count(name) > 1]:
        raise _Wrong(f"dòng 1: cột {', '.join(twice)} có hai lần")
    sheet.ignored += [name[:_LONGEST_SHOWN] for name in names if name and name not in kind.columns]
    return [kind.columns.get(name) for name in names]


def _row(cells: Sequence[str], columns: Sequence[Column | None], kind: Kind) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise _Wrong(f"có {len(cells)} ô, tiêu đề chỉ có {len(columns)}; ô chứa dấu phân cách phải ở trong nháy kép")
    row = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and (text := plain(cell)):
            row[column.name] = _read(column, text)
    row[CODE] = plain_code(kind.name, row.get(CODE, ""))
    if not row[CODE] or not row[CODE].isprintable():
        raise _Wrong("thiếu mã (cột code)")
    if kind.code and not kind.code.fullmatch(row[CODE]):
        raise _Wrong(f"mã «{row[CODE][:_LONGEST_SHOWN]}» không đúng {kind.code_vi}; có thể Excel đã bỏ số 0 ở đầu")
    if row.get("until", "9") < row.get("from", ""):
        raise _Wrong("until sớm hơn from")
    return row


def _read(column: Column, text: str) -> str:
    read = _READERS[column.form](text)
    if read is None or not text.isprintable():
        raise _Wrong(f"cột {column.name} là «{text[:_LONGEST_SHOWN]}», phải là {_WANTED[column.form]}")
    return read


def _day(text: str) -> str | None:
    """The day as yyyyMMdd, as documents write it."""
    for form in _DAYS:
        if found := form.fullmatch(text):
            try:
                return f"{date(int(found['year']), int(found['month']), int(found['day'])):%Y%m%d}"
            except ValueError:
                return None
    return None


def _price(text: str) -> str | None:
    return text if _PRICE.fullmatch(text) else None


def _flag(text: str) -> str | None:
    return text if text in ("0", "1") else None


_READERS: dict[Form, Callable[[str], str | None]] = {
    Form.TEXT: lambda text: text, Form.DAY: _day, Form.PRICE: _price, Form.FLAG: _flag,
}  # fmt: skip
