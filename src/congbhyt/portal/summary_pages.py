"""Tổng hợp 02/th-ip-ctn: what a province has approved, compiled for the national centre, as page and as form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.accounts.authz import Right
from congbhyt.kernel.refusal import Refusal
from congbhyt.network import documents, summaries
from congbhyt.network import queries as network
from congbhyt.paper.docx import as_docx
from congbhyt.paper.pdf import as_pdf
from congbhyt.portal.exporting import XLSX, attached
from congbhyt.portal.forms import SizeForm
from congbhyt.portal.inbox_presenters import age, line_word
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.registration import queries
from congbhyt.registration.models import Summary
from congbhyt.registration.refusals import NotYoursToDecideError
from congbhyt.registration.rules import LineState
from congbhyt.spreadsheets.writing import Sheet, as_xlsx


def all_summaries(page: Page) -> HttpResponse:
    """What waits to be compiled at the officer's agency, and what has been compiled."""
    return _all(page)


def _all(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    performer, form = performer_of(page), SizeForm(page.request.GET)
    agency = page.signed_in.person.agency
    compiles = agency is not None and performer.holds(Right.APPROVE_REQUESTS)
    waiting = list(summaries.waiting(agency)) if agency and compiles else []
    counts = queries.line_counts(waiting)
    rows = summaries.visible(performer).annotate(
        asked=Count("requests", distinct=True),
        lines=Count(
            "requests__addresses",
            filter=~Q(requests__addresses__state=LineState.REFUSED, requests__addresses__opened_by=""),
        ),
        to_open=Count("requests__addresses", filter=Q(requests__addresses__state=LineState.APPROVED)),
    )
    found = Paginator(rows, form.rows).get_page(page.request.GET.get("page"))
    context = {
        "compiles": compiles,
        "waiting": [(request, counts[request.pk].total, age(request.submitted_at, page.at)) for request in waiting],
        "lines": sum(count.total for count in counts.values()),
        "found": found,
        "rows": found.object_list,
    }
    return page.show("summaries.html", context, refusal=refusal)


def make(page: Page) -> HttpResponse:
    """Compile everything that waits."""
    agency = page.signed_in.person.agency
    try:
        if agency is None:
            raise NotYoursToDecideError(decider="cơ quan BHXH")
        made = summaries.compile_summary(agency=agency, performer=performer_of(page), at=page.at)
    except Refusal as refusal:
        return _all(page, refusal)
    page.tell(f"Đã lập bảng tổng hợp {made.label}. Trung tâm quốc gia thấy bảng này ngay.")
    return redirect("summary", number=made.pk)


def summary(page: Page, number: int) -> HttpResponse:
    """One summary with its lines and where each stands."""
    found = _found(page, number)
    lines = network.compiled(found)
    context = {
        "summary": found,
        "rows": [(line, line_word(line.state)) for line in lines],
        "open": sum(line.state == LineState.APPROVED for line in lines),
        "opens": performer_of(page).holds(Right.OPEN_ADDRESSES),
    }
    return page.show("summary.html", context)


def _found(page: Page, number: int) -> Summary:
    """The summary, if this officer may see it.

    Raises:
        NoSuchPageError: they may not, or there is none.
    """
    found = summaries.visible(performer_of(page)).filter(pk=number).first()
    if found is None:
        raise NoSuchPageError
    return found


def _as_docx(found: Summary) -> bytes:
    return as_docx(documents.summary_form(found))


def _as_pdf(found: Summary) -> bytes:
    return as_pdf(documents.summary_form(found))


def _as_xlsx(found: Summary) -> bytes:
    headings = [column.heading for column in documents.summary_columns()]
    return as_xlsx(Sheet(f"02-th-ip-ctn {found.label}", headings, documents.summary_rows(found)))


_MAKERS: Mapping[str, tuple[Callable[[Summary], bytes], str]] = {
    "docx": (_as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (_as_pdf, "application/pdf"),
    "xlsx": (_as_xlsx, XLSX),
}


def form_file(page: Page, number: int, kind: str) -> HttpResponse:
    """The official form, ready to be signed, or its table as a spreadsheet; going out is on record.

    Raises:
        NoSuchPageError: no such summary or form.
    """
    found, maker = _found(page, number), _MAKERS.get(kind)
    if maker is None:
        raise NoSuchPageError
    summaries.handed_out(found, media=kind, performer=performer_of(page), at=page.at)
    return attached(maker[0](found), maker[1], f"02-th-ip-ctn-{found.agency.code}-{found.label}.{kind}")
