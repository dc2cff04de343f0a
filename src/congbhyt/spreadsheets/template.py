"""An Excel file to fill in, which `read_rows` reads with the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from congbhyt.spreadsheets.columns import Column
from congbhyt.spreadsheets.writing import packed, printable, sheet_title

EXPLANATION = (
    "Nhập từ dòng dưới dòng ví dụ. Cột có dấu * phải có. Dòng chữ xám là ví dụ, hệ thống không đọc. "
    "Không sửa dòng tiêu đề."
)
FILLED_ROWS = 200
"""So many rows are prepared; people copy their format further down."""

_HEADINGS, _EXAMPLE, _FIRST = 3, 4, 5
_GREY = "808080"
_CHOICES = "Danh mục"
_LEGEND = "Giải thích"


def template(
    columns: Sequence[Column],
    *,
    title: str,
    explanation: str = EXPLANATION,
    legend: Sequence[tuple[str, str]] = (),
) -> bytes:
    """An XLSX file with a title, an explanation, headings (* required), the columns' examples in grey and room.

    Columns with `digits` are formatted as text, so that leading zeros survive typing; columns with `choices`
    offer them in a list. `legend` stands on a second sheet: what may be written, and what it means.
    """
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet_title(title)
    _write(page["A1"], title, font=Font(bold=True, size=14))
    _write(page["A2"], explanation, font=Font(italic=True))
    for number, column in enumerate(columns, 1):
        _write_column(page, number, column)
    page.freeze_panes = f"A{_EXAMPLE}"
    _offer_choices(book, page, columns)
    _explain(book, legend)
    return packed(book, title=title)


def _explain(book: Workbook, legend: Sequence[tuple[str, str]]) -> None:
    if not legend:
        return
    page = book.create_sheet(_LEGEND)
    for number, width in ((1, 16), (2, 60)):
        page.column_dimensions[get_column_letter(number)].width = width
    for row, (written, meaning) in enumerate(legend, 1):
        _write(page.cell(row, 1), written, font=Font(bold=True))
        _write(page.cell(row, 2), meaning, font=Font())


def _write_column(page: Any, number: int, column: Column) -> None:
    page.column_dimensions[get_column_letter(number)].width = column.width
    heading = page.cell(_HEADINGS, number)
    _write(heading, column.heading + (" *" if column.required else ""), font=Font(bold=True))
    heading.fill = PatternFill("solid", fgColor="DDE6F0")
    heading.alignment = Alignment(wrap_text=True, vertical="top")
    _write(page.cell(_EXAMPLE, number), column.example, font=Font(color=_GREY, italic=True))
    if column.digits is not None:
        for row in range(_EXAMPLE, _FIRST + FILLED_ROWS):
            page.cell(row, number).number_format = "@"


def _write(cell: Any, text: str, *, font: Font) -> None:
    cell.font = font
    if text:
        cell.value = printable(text)
        cell.data_type = "s"  # never a formula


def _offer_choices(book: Workbook, page: Any, columns: Sequence[Column]) -> None:
    """Lists stand on a hidden sheet: within a validation they could have neither commas nor 256 characters."""
    if not any(column.choices for column in columns):
        return
    lists = book.create_sheet(_CHOICES)
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, 1):
        if not column.choices:
            continue
        letter = get_column_letter(number)
        for row, choice in enumerate(column.choices, 1):
            _write(lists.cell(row, number), choice, font=Font())
        offered = DataValidation(
            type="list", formula1=f"'{_CHOICES}'!${letter}$1:${letter}${len(column.choices)}", allow_blank=True
        )
        offered.error = "Chọn một giá trị trong danh sách."
        offered.showErrorMessage = True
        page.add_data_validation(offered)
        offered.add(f"{letter}{_EXAMPLE}:{letter}{_FIRST + FILLED_ROWS - 1}")
