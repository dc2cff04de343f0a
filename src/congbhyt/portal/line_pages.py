"""Lines of a request: added one by one, pasted, or out of Excel; removed; ended."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import sheets
from congbhyt.kernel.refusal import Refusal
from congbhyt.network import entering
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.portal.request_forms import AddressLinesForm, EndLinesForm, ImportForm, PersonForm
from congbhyt.portal.request_kinds import acts_of
from congbhyt.portal.request_page import acted, file_answer, found, line_form, shown
from congbhyt.registration.models import Request
from congbhyt.registration.rules import Kind

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add(page: Page, number: int) -> HttpResponse:
    """Add what was typed."""
    request = found(page, number)
    form = line_form(request, page.sent)
    if not form.is_valid():
        return shown(page, request, form=form)
    try:
        return _add_person(page, request, form) if isinstance(form, PersonForm) else _add_addresses(page, request, form)
    except Refusal as refusal:
        return shown(page, found(page, number), form=form, refusal=refusal)


def _add_person(page: Page, request: Request, form: PersonForm) -> HttpResponse:
    line = enrolment.add_line(
        request=request, applicant=form.applicant(), performer=performer_of(page), at=page.at
    )  # fmt: skip
    page.tell(f"Đã thêm {line.full_name} vào dòng {line.number}.")
    return redirect("request", number=request.pk)


def _add_addresses(page: Page, request: Request, form: AddressLinesForm) -> HttpResponse:
    entered = entering.add_lines(
        request=request, typed=form.typed(), performer=performer_of(page), policy=page.policy, at=page.at
    )  # fmt: skip
    if not entered.refused:
        page.tell(f"Đã thêm {entered.kept} dòng.")
        return redirect("request", number=request.pk)
    form.keep_only([one.address for one in entered.refused], [one.sentence for one in entered.refused])
    return shown(page, request, form=form, more={"kept": entered.kept})


def remove(page: Page, number: int, line: int) -> HttpResponse:
    """Take one out of a draft."""
    performer = performer_of(page)
    return acted(
        page, number,
        lambda request: acts_of(request).remove_line(request=request, number=line, performer=performer, at=page.at),
        f"Đã bỏ dòng {line}.",
    )  # fmt: skip


def import_excel(page: Page, number: int) -> HttpResponse:
    """Add the people of a filled Excel file; rows that are wrong come back with their reasons.

    Raises:
        NoSuchPageError: no form of people.
    """
    request, form = _of_people(page, number), page.form(ImportForm, files=page.files)
    if not form.is_valid():
        return shown(page, request, form=form)
    try:
        done = sheets.import_lines(
            request=request, content=form.content, performer=performer_of(page), at=page.at
        )  # fmt: skip
    except Refusal as refusal:
        return shown(page, found(page, number), form=form, refusal=refusal)
    if done.faults:
        form.add_error("file", f"{len(done.faults)} dòng trong tệp cần sửa, ghi dưới đây.")
        return shown(page, request, form=form, more={"imported": done})
    page.tell(f"Đã thêm {done.kept} người từ tệp Excel.")
    return redirect("request", number=number)


def template(page: Page, number: int) -> HttpResponse:
    """The Excel file to fill in.

    Raises:
        NoSuchPageError: no form of people.
    """
    request = _of_people(page, number)
    name = f"mau-{request.row.form.replace('/', '-')}.xlsx"
    return file_answer(sheets.template(Kind(request.kind)), _XLSX, name, apart=True)


def _of_people(page: Page, number: int) -> Request:
    request = found(page, number)
    if request.row.lines != "people":
        raise NoSuchPageError
    return request


def end(page: Page, number: int) -> HttpResponse:
    """End lines of one's own at once, everywhere."""
    performer, form, numbers = performer_of(page), page.form(EndLinesForm), page.numbers("lines")
    return acted(
        page, number,
        lambda request: acts_of(request).revoke(
            request=request, numbers=numbers, reason=form.cleaned_data["reason"], performer=performer, at=page.at
        ),
        "Đã ngừng. Có hiệu lực ở mọi nơi trong vài giây.", form,
    )  # fmt: skip
