"""What officers do with one request: decide lines, send back, note paper, open, revoke."""

from __future__ import annotations

from django.http import HttpResponse

from congbhyt.network import actions as network
from congbhyt.portal.inbox_forms import DecideForm, OpenForm, PaperNoteForm, RevokeForm, SendBackForm
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.request_kinds import acts_of
from congbhyt.portal.request_page import acted
from congbhyt.registration import actions, authority, papers
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request
from congbhyt.registration.papers import Note
from congbhyt.registration.refusals import ChangedMeanwhileError, NotYoursToDecideError


def decide(page: Page, number: int) -> HttpResponse:
    """Approve or refuse the chosen lines."""
    form, approve = page.form(DecideForm), page.sent.get("verdict") == "approve"

    def act(request: Request) -> None:
        _need_seen(page, request)
        acts_of(request).decide(
            request=request, numbers=page.numbers("lines"), approve=approve, reason=form.cleaned_data["reason"],
            performer=performer_of(page), policy=page.policy, at=page.at,
        )  # fmt: skip

    return acted(page, number, act, f"Đã {'duyệt' if approve else 'từ chối'} các dòng đã chọn.", form)


def open_lines(page: Page, number: int) -> HttpResponse:
    """Open the chosen lines, or say why not."""
    form, let = page.form(OpenForm), page.sent.get("verdict") == "open"

    def act(request: Request) -> None:
        _need_opened(request)
        network.open_lines(
            request=request, numbers=page.numbers("lines"), let=let, reason=form.cleaned_data["reason"],
            performer=performer_of(page), policy=page.policy, at=page.at,
        )  # fmt: skip

    told = "Đã mở kết nối; có hiệu lực sau vài giây." if let else "Đã ghi không mở các dòng đã chọn."
    return acted(page, number, act, told, form)


def send_back(page: Page, number: int) -> HttpResponse:
    """Return the request for correction."""
    form = page.form(SendBackForm)

    def act(request: Request) -> None:
        reason = form.cleaned_data["reason"]
        actions.send_back(request=request, reason=reason, performer=performer_of(page), at=page.at)

    return acted(page, number, act, "Đã trả lại đề nghị để đơn vị sửa.", form)


def revoke(page: Page, number: int) -> HttpResponse:
    """End the chosen lines in force."""
    form = page.form(RevokeForm)

    def act(request: Request) -> None:
        acts_of(request).revoke(
            request=request, numbers=page.numbers("lines"), reason=form.cleaned_data["reason"],
            performer=performer_of(page), at=page.at,
        )  # fmt: skip

    return acted(page, number, act, "Đã thu hồi các dòng đã chọn; có hiệu lực sau vài giây.", form)


def paper_note(page: Page, number: int) -> HttpResponse:
    """Put on record that the signed paper has arrived."""
    form = page.form(PaperNoteForm)

    def act(request: Request) -> None:
        _need_seen(page, request)
        held = form.cleaned_data
        said = Note(held["number"], held["day"], held["receiver"])
        papers.note(request=request, said=said, performer=performer_of(page), at=page.at)

    return acted(page, number, act, "Đã ghi nhận bản giấy.", form)


def _need_seen(page: Page, request: Request) -> None:
    """Make sure that what is decided about is what the page showed.

    Raises:
        ChangedMeanwhileError: it was sent back, changed and sent again.
    """
    if page.sent.get("seen") != check_code(request):
        raise ChangedMeanwhileError


def _need_opened(request: Request) -> None:
    """Make sure that this is a kind that a national centre opens.

    Raises:
        NotYoursToDecideError: nobody opens it; what is approved is in force.
    """
    if request.row.opened_with is None:
        raise NotYoursToDecideError(decider=authority.decider_name(request))
