"""Tiến độ: how far the units of each province have come, and filing for a unit from its paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from congbhyt.accounts.authz import Right
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.exporting import exported
from congbhyt.portal.inbox_forms import FileForForm
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.registration import authority, deadlines, queries
from congbhyt.registration.queries import Progress
from congbhyt.registration.rules import Kind
from congbhyt.spreadsheets.writing import Sheet
from congbhyt.units import queries as units

_COLUMNS = (
    ("Mã", 8), ("BHXH", 40), "Đơn vị", "Đã gửi đăng ký IP", "Có địa chỉ hiệu lực", "Tỷ lệ %", "Có người sử dụng",
    "Trễ hạn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in the drawing's own units."""

    row: Progress
    top: int
    middle: int
    width: int


_STEP, _LENGTH = 28, 400


def progress(page: Page) -> HttpResponse:
    """Table and chart; people of provinces see their own area."""
    performer, agency = performer_of(page), page.signed_in.person.agency
    national = performer.holds(Right.OPEN_ADDRESSES) or performer.holds(Right.APPOINT_APPROVERS)
    area = None if national or agency is None else units.subtree(agency.pk)
    rows = queries.progress(at=page.at, area=area)
    if answer := exported(page, Sheet("Tiến độ đăng ký", _COLUMNS, map(_cells, rows))):
        return answer
    context = {
        "rows": rows,
        "bars": [_bar(place, row) for place, row in enumerate(rows)],
        "height": _STEP * len(rows),
        "national": national,
        "due": deadlines.due(Kind.ADDRESSES, agency, at=page.at) if agency else None,
        "total": sum(row.units for row in rows),
        "connected": sum(row.connected for row in rows),
        "late": sum(row.late for row in rows),
    }
    return page.show("progress.html", context)


def _bar(place: int, row: Progress) -> Bar:
    return Bar(row, place * _STEP + 4, place * _STEP + 19, _LENGTH * row.share // 100)


def _cells(row: Progress) -> Sequence[str | int]:
    return (
        row.agency.code, row.agency.name, row.units, row.asked, row.connected, row.share, row.with_people, row.late
    )  # fmt: skip


def file_for(page: Page) -> HttpResponse:
    """Choose for which unit of the area to file from its paper, and what."""
    form, refused = page.form(FileForForm), None
    if form.is_valid():
        kind = Kind(form.cleaned_data["kind"])
        try:
            unit = units.unit(form.cleaned_data["unit"])
            authority.need_filer(performer_of(page), unit, kind)
        except Refusal as refusal:
            refused = refusal
        else:
            return redirect(reverse("request-begin", kwargs={"kind": kind.value}, query={"don-vi": unit.code}))
    return page.show("file_for.html", form=form, refusal=refused)
