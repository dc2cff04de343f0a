"""One request: everything about it on one page, and the steps of those who filed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from congbhyt.kernel.refusal import Refusal
from congbhyt.network import queries as network
from congbhyt.paper.document import grouped
from congbhyt.paper.docx import as_docx
from congbhyt.paper.pdf import as_pdf
from congbhyt.portal import deciding
from congbhyt.portal.forms import PageForm
from congbhyt.portal.inbox_presenters import lateness, state_word
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.portal.request_forms import AddressLinesForm, EndLinesForm, ImportForm, PaperForm, PersonForm
from congbhyt.portal.request_kinds import acts_of
from congbhyt.portal.request_presenters import (
    HEADINGS,
    ROWS,
    May,
    PaperRow,
    facts_of,
    moments_of,
    steps_of,
)
from congbhyt.registration import actions, authority, papers, queries
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Paper, Request
from congbhyt.registration.rules import Kind, State

_FORMS: Mapping[str, tuple[Callable[..., bytes], str]] = {
    "docx": (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (as_pdf, "application/pdf"),
}
_LOCKED_IN = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A stranger's file runs nothing and fetches nothing, whatever a browser takes it for."""


def request(page: Page, number: int) -> HttpResponse:
    """Everything about one request."""
    return shown(page, found(page, number))


def found(page: Page, number: int) -> Request:
    """The request with this number, if the person who asks may see it.

    Raises:
        NoSuchRequestError: there is none, or it is others'.
    """
    return authority.get(number, performer_of(page))


def shown(
    page: Page,
    request: Request,
    *,
    form: PageForm | None = None,
    refusal: Refusal | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of a request; `form` is what was sent and not taken, by itself or by `refusal`."""
    context = {**_asked_for(page, request), **_to_do(page, request, form), **(more or {})}
    return page.show("request.html", context, form=form, refusal=refusal)


def _asked_for(page: Page, request: Request) -> dict[str, Any]:
    """What everybody who may see the request reads."""
    code = check_code(request)
    return {
        "request_shown": request,
        "state": state_word(request),
        "late": lateness(request, page.at),
        "facts": facts_of(request),
        "moments": moments_of(request),
        "code": grouped(code),
        "rows": ROWS[request.row.lines].all_of(request),
        "headings": HEADINGS[request.row.lines],
        "line_template": acts_of(request).line_template,
        "papers": PaperRow.all_of(request, code),
        "paper_lacks": papers.missing(request, policy=page.policy) if request.is_open else "",
        "sent_back": queries.sent_back_for([request]).get(request.pk) if request.state == State.RETURNED else "",
        "steps": steps_of(request),
    }


def _to_do(page: Page, request: Request, sent: PageForm | None) -> dict[str, Any]:
    """What the person who asks can do; `placed` says whether the form that was sent still has its place."""
    may, decided = May.of(request, performer_of(page)), deciding.block(page, request, sent)
    forms = _forms(request, may, sent)
    places = [*forms.values(), *(act.form for act in (decided.acts if decided else ()))]
    return {"may": may, "forms": forms, "deciding": decided, "placed": any(place is sent for place in places)}


def line_form(request: Request, data: Mapping[str, Any] | None = None) -> AddressLinesForm | PersonForm:
    """The form that adds lines of the request's kind."""
    if request.row.lines == "people":
        return PersonForm(data, kind=Kind(request.kind))
    if request.unit is None:
        raise AssertionError("addresses are asked for by units")
    return AddressLinesForm(data, unit=request.unit, sites=network.sites_of(request.unit))


def _forms(request: Request, may: May, sent: PageForm | None) -> dict[str, PageForm]:
    """What can be filled in now, with what was just sent in its place."""
    forms: dict[str, PageForm] = {}
    if may.edit:
        forms["line"] = line_form(request)
        if request.row.lines == "people" and request.kind != Kind.ADMINISTRATOR:
            forms["excel"] = ImportForm()
    if may.add_paper:
        forms["paper"] = PaperForm()
    if may.end:
        forms["end"] = EndLinesForm()
    return {name: sent if sent is not None and type(sent) is type(form) else form for name, form in forms.items()}


def acted(
    page: Page, number: int, act: Callable[[Request], object], told: str, form: PageForm | None = None
) -> HttpResponse:
    """Do something to a request and lead back to its page; what is refused stands on it."""
    request = found(page, number)
    if form is not None and not form.is_valid():
        return shown(page, request, form=form)
    try:
        act(request)
    except Refusal as refusal:
        return shown(page, found(page, number), form=form, refusal=refusal)
    page.tell(told)
    return redirect("request", number=number)


def submit(page: Page, number: int) -> HttpResponse:
    """Send it to the agency that decides."""
    performer = performer_of(page)
    return acted(
        page, number,
        lambda request: actions.submit(request=request, performer=performer, policy=page.policy, at=page.at),
        "Đã gửi. Khi được xử lý, người liên hệ nhận SMS và kết quả hiện ở đây.",
    )  # fmt: skip


def withdraw(page: Page, number: int) -> HttpResponse:
    """Take it back."""
    performer = performer_of(page)
    return acted(
        page, number, lambda request: actions.withdraw(request=request, performer=performer, at=page.at),
        "Đã rút đề nghị.",
    )  # fmt: skip


def upload(page: Page, number: int) -> HttpResponse:
    """Keep a signed paper."""
    performer, form = performer_of(page), page.form(PaperForm, files=page.files)
    return acted(
        page, number,
        lambda request: papers.upload(
            request=request, content=form.content, performer=performer, policy=page.policy, at=page.at
        ),
        "Đã nhận tệp. Kết quả kiểm tra ghi dưới tệp.", form,
    )  # fmt: skip


def content(page: Page, number: int, paper: int) -> HttpResponse:
    """An uploaded file: pictures to be shown, everything else to be saved."""
    request, performer = found(page, number), performer_of(page)
    read, held = papers.content(request, paper, performer=performer, at=page.at)
    return file_answer(
        held, read.media_type, _paper_name(request, read), apart=not read.media_type.startswith("image/")
    )


def _paper_name(request: Request, paper: Paper) -> str:
    return f"{request.label}-giay-to-{paper.pk}.{paper.media_type.rpartition('/')[2]}"


def form_file(page: Page, number: int, kind: str) -> HttpResponse:
    """The official form, ready to be signed.

    Raises:
        NoSuchPageError: no such form.
    """
    request, make = found(page, number), _FORMS.get(kind)
    form = acts_of(request).form
    if make is None or form is None:
        raise NoSuchPageError
    papers.form_handed_out(request, media=kind, performer=performer_of(page), at=page.at)
    name = f"{request.label}-{request.row.form.replace('/', '-')}.{kind}"
    return file_answer(make[0](form(request)), make[1], name, apart=True)


def file_answer(held: bytes, media_type: str, name: str, *, apart: bool) -> HttpResponse:
    """A file as an answer; it can do nothing in our name."""
    answer = HttpResponse(held, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(apart, name) or "attachment"
    answer["Content-Security-Policy"] = _LOCKED_IN
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
