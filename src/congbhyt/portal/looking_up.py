"""Quản lý thông tuyến: look a card up, open history with an SMS code, read a visit (CV 1232/BHXH-CNTT §3)."""

from __future__ import annotations

from django.http import HttpResponse

from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup import officers
from congbhyt.lookup.actions import Answer
from congbhyt.lookup.officers import Asked
from congbhyt.lookup.queries import looked_up_today
from congbhyt.portal.forms import CodeForm, LookUpForm, SocialNumberForm, filled
from congbhyt.portal.page import Page
from congbhyt.portal.presenters import HistoryPanel, Result, VisitDetail
from congbhyt.signin import history

RECENT = 8
"""People looked up today that the page offers to look up again."""


def look_up(page: Page) -> HttpResponse:
    """The page, empty or with the answer to what was sent."""
    form = page.form(LookUpForm)
    return _answered(page, form.asked()) if form.is_valid() else _empty_page(page, form)


def look_up_again(page: Page) -> HttpResponse:
    """Look up somebody of today's list once more."""
    asked, answer = officers.repeat(
        page.sent.get("reference", ""), signed_in=page.signed_in, visitor=page.visitor, policy=page.policy,
        read=page.read, at=page.at,
    )  # fmt: skip
    return _result_page(page, asked, answer)


def ask_for_code(page: Page) -> HttpResponse:
    """*Lấy OTP*: the own mã số BHXH, then an SMS."""
    form = page.form(SocialNumberForm)
    if not form.is_valid():
        return _panel_page(page, form)
    try:
        history.request_code(
            form.cleaned_data["social"], signed_in=page.signed_in, visitor=page.visitor, policy=page.policy, at=page.at
        )
    except Refusal as refusal:
        return _panel_page(page, form, refusal)
    return _panel_page(page, form)


def open_history(page: Page) -> HttpResponse:
    """Take the code and show the history of the person last looked up; both are read before the code is used."""
    ask, form = page.form(LookUpForm), page.form(CodeForm)
    if not (ask.is_valid() and form.is_valid()):
        return _panel_page(page, form)
    try:
        answer = officers.open_and_look_up(
            form.cleaned_data["code"], ask.asked(), signed_in=page.signed_in, visitor=page.visitor,
            policy=page.policy, read=page.read, at=page.at,
        )  # fmt: skip
    except Refusal as refusal:
        return _panel_page(page, form, refusal)
    return _result_page(page, ask.asked(), answer)


def close_history(page: Page) -> HttpResponse:
    """Close history before its time and clear the page."""
    history.close_history(signed_in=page.signed_in, visitor=page.visitor, at=page.at)
    page.tell("Đã đóng lịch sử. Lần sau cần mã mới.")
    return _empty_page(page, LookUpForm())


def visit(page: Page) -> HttpResponse:
    """One visit of the person whose history is open."""
    number = page.sent.get("record", "")
    record = int(number) if number.isascii() and number.isdecimal() and len(number) <= 12 else 0
    found = officers.open_visit(record, signed_in=page.signed_in, visitor=page.visitor, policy=page.policy, at=page.at)
    asked = page.form(LookUpForm)
    context = {"visit": VisitDetail.of(found), "asked": asked.asked() if asked.is_valid() else None}
    return page.show("visit.html", {**context, "reference": page.visitor.origin.reference})


def _answered(page: Page, asked: Asked) -> HttpResponse:
    answer = officers.look_up_for(
        asked, signed_in=page.signed_in, visitor=page.visitor, policy=page.policy, read=page.read, at=page.at
    )
    return _result_page(page, asked, answer)


def _result_page(page: Page, asked: Asked, answer: Answer) -> HttpResponse:
    result = Result.of(answer, page)
    panel = HistoryPanel.of(page, answer=answer)
    return page.show("look_up.html", {"ask": filled(asked), "result": result, "panel": panel, "asked": asked})


def _panel_page(page: Page, sent: SocialNumberForm | CodeForm, refusal: Refusal | None = None) -> HttpResponse:
    """The history panel for the person last looked up, without looking them up again, which would go on record."""
    form = page.form(LookUpForm)
    if not form.is_valid():
        return _empty_page(page, LookUpForm())
    asked, panel = form.asked(), HistoryPanel.of(page, sent=sent)
    context = {"ask": filled(asked), "panel": panel, "asked": asked}
    return page.show("look_up.html", context, form=sent, refusal=refusal)


def _empty_page(page: Page, form: LookUpForm) -> HttpResponse:
    recent = looked_up_today(page.signed_in.by, at=page.at, most=RECENT)
    until = page.signed_in.history_until(page.policy, page.at)
    return page.show("look_up.html", {"ask": form, "recent": recent, "history_until": until}, form=form)
