"""Đợt rà soát: the national assessment centre opens reviews of people and follows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.enrolment import campaigns as reviews
from congbhyt.enrolment import queries
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.exporting import exported
from congbhyt.portal.inbox_forms import CampaignForm
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.spreadsheets.writing import Sheet

_COLUMNS = (
    ("Tên đợt", 30), "Mở lúc", "Hạn", "Kết thúc lúc", "Vẫn làm việc", "Đã nghỉ", "Tạm ngừng", "Chưa xác nhận",
)  # fmt: skip


def campaigns(page: Page) -> HttpResponse:
    """Every review with its progress; a form to open one when none is under way."""
    form, refused = page.form(CampaignForm), None
    if form.is_valid():
        held = form.cleaned_data
        try:
            opened = reviews.open_campaign(
                name=held["name"], due_at=_midnight_after(held["due"]), performer=performer_of(page), at=page.at
            )  # fmt: skip
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell(f"Đã mở đợt rà soát «{opened.name}». Quản trị của mọi đơn vị được báo qua SMS.")
            return redirect("campaigns")
    return _shown(page, form, refused)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=VIETNAM)


def _shown(page: Page, form: CampaignForm, refused: Refusal | None) -> HttpResponse:
    current = reviews.current(at=page.at)
    rows = list(queries.reviews(reviews.waiting_count(current) if current else 0))
    cells = (
        (row.campaign.name, row.campaign.opens_at, row.campaign.due_at, row.campaign.closed_at, row.confirmed, row.left,
         row.suspended, row.waiting)
        for row in rows
    )  # fmt: skip
    if answer := exported(page, Sheet("Đợt rà soát", _COLUMNS, cells)):
        return answer
    return page.show("campaigns.html", {"rows": rows, "current": current}, form=form, refusal=refused)
