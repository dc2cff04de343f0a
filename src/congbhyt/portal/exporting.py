"""Lists as files: the filtered whole as XLSX or CSV, on record with its filter and its length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from congbhyt.audit import actions as audit
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.page import Page
from congbhyt.spreadsheets.writing import Sheet, Value, as_csv, as_xlsx

_T = TypeVar("_T")
PARAMETER = "xuat"
MOST_ROWS = 200_000
_CHUNK = 1000
_LONGEST = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WRITERS = {"xlsx": (as_xlsx, XLSX), "csv": (as_csv, "text/csv; charset=utf-8")}


class TooManyRowsError(Refusal):
    """A list too long for one file."""

    code = "EXPORT_TOO_LONG"
    template = "Danh sách có hơn {most} dòng nên không xuất vào một tệp được. Lọc hẹp hơn rồi xuất lại."


def exported(page: Page, sheet: Sheet) -> HttpResponse | None:
    """The list as the file that the address asks for (`?xuat=xlsx` or `csv`); None when it asks for the page.

    `sheet` holds the whole filtered list; its rows are read only when there is a file to write.

    Raises:
        TooManyRowsError: more than one file takes.
    """
    wanted = page.request.GET.get(PARAMETER, "")
    if wanted not in _WRITERS:
        return None
    write, media_type = _WRITERS[wanted]
    counted = _Counted(sheet.rows)
    content = write(Sheet(sheet.title, sheet.columns, counted))
    audit.record(
        "portal:list:export", by=page.signed_in.by, at=page.at, object=f"list:{_route(page)}",
        unit_code=page.signed_in.unit_code, origin=page.visitor.origin,
        details={"format": wanted, "rows": counted.count, "filter": _filter(page)},
    )  # fmt: skip
    return attached(content, media_type, f"{sheet.title} {vietnam_day(page.at).isoformat()}.{wanted}")


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Sequence[Value]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for row in self._rows:
            self.count += 1
            if self.count > MOST_ROWS:
                raise TooManyRowsError(most=f"{MOST_ROWS:,}".replace(",", "."))
            yield row


def _route(page: Page) -> str:
    match = page.request.resolver_match
    return match.url_name or "" if match else ""


def _filter(page: Page) -> Mapping[str, str]:
    """What the address asks for; only what the record can hold."""
    asked = {name[:_LONGEST]: str(value)[:_LONGEST] for name, value in page.request.GET.items() if value}
    asked.pop(PARAMETER, None)
    return {name: value for name, value in asked.items() if (name + value).isprintable()}


def attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    """An answer that the browser keeps as a file of this name."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


def in_chunks(rows: Iterable[_T]) -> Iterator[list[_T]]:
    """`rows` some at a time, for what is looked up beside them."""
    chunk: list[_T] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
