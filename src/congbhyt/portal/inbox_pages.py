"""Đề nghị của đơn vị: what waits for an officer, filtered by the address, and approving several at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.deciding import LineRow, line_rows
from congbhyt.portal.exporting import exported, in_chunks
from congbhyt.portal.inbox_forms import LATE, WAITING, InboxFilterForm
from congbhyt.portal.inbox_presenters import COLUMNS, InboxRow
from congbhyt.portal.menu import DECIDERS
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.request_kinds import acts_of
from congbhyt.registration import authority, papers, queries
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.queries import Sought
from congbhyt.registration.refusals import ChangedMeanwhileError, NoSuchRequestError, NothingChosenError
from congbhyt.registration.rules import LineState
from congbhyt.spreadsheets.writing import Sheet, Value


def inbox(page: Page) -> HttpResponse:
    """The requests that this officer may see, those that wait for them first."""
    return _inbox(page)


def _inbox(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    performer = performer_of(page)
    form = InboxFilterForm(page.request.GET, decides=any(performer.holds(right) for right in DECIDERS))
    rows = queries.listed(performer, _sought(form), at=page.at)
    if answer := exported(page, Sheet("Đề nghị của đơn vị", COLUMNS, _cells(page, rows, performer))):
        return answer
    found = Paginator(rows, form.rows).get_page(page.request.GET.get("page"))
    shown = InboxRow.all_of(found.object_list, performer, at=page.at)
    context = {
        "form": form,
        "found": found,
        "rows": shown,
        "waiting": form.shown == WAITING,
        "ticks": any(row.decidable for row in shown),
        "all": page.request.GET.get("chon") == "tat-ca",
        "filtered": any(page.request.GET.get(name) for name in form.fields),
    }
    return page.show("inbox.html", context, refusal=refusal)


def _sought(form: InboxFilterForm) -> Sought:
    return Sought(
        words=form.chosen("words"), kind=form.chosen("kind"), state=form.chosen("state"), order=form.chosen("order"),
        late=form.shown == LATE, waiting=form.shown == WAITING,
    )  # fmt: skip


def _cells(page: Page, rows: QuerySet[Request], performer: Performer) -> Iterator[Sequence[Value]]:
    for chunk in in_chunks(rows.iterator()):
        yield from (row.cells for row in InboxRow.all_of(chunk, performer, at=page.at))


@dataclass(frozen=True, slots=True)
class Together:
    """One of several requests to approve at once. `seen` goes along with the confirmation: what was shown."""

    request: Request
    lines: list[LineRow]
    lacks: str
    seen: str


def bulk(page: Page) -> HttpResponse:
    """Approve the waiting lines of several requests: shown as a whole first, done when confirmed.

    Raises:
        NoSuchRequestError: one of them is not this officer's to see.
    """
    performer, wanted = performer_of(page), sorted(set(page.numbers("chosen")))
    if not wanted:
        return _inbox(page, NothingChosenError())
    found = list(authority.visible(performer).filter(pk__in=wanted).order_by("submitted_at", "pk"))
    if len(found) != len(wanted):
        raise NoSuchRequestError
    if not page.sent.get("confirmed"):
        return page.show("bulk.html", {"requests": [_together(page, request) for request in found]})
    return _approved(page, found, performer)


def _together(page: Page, request: Request) -> Together:
    return Together(
        request, line_rows(page, request, LineState.WAITING), papers.missing(request, policy=page.policy),
        check_code(request),
    )  # fmt: skip


def _approved(page: Page, requests: Sequence[Request], performer: Performer) -> HttpResponse:
    """Decide each by itself: what fails is told with its sentence, what was done stands."""
    failed: list[tuple[Request, str]] = []
    for request in requests:
        try:
            _approve(page, request, performer)
        except Refusal as refusal:
            failed.append((request, refusal.sentence))
    return told(page, failed, len(requests) - len(failed), back="inbox")


BACK = {"inbox": "Đề nghị của đơn vị", "to-open": "Mở kết nối"}


def told(page: Page, failed: Sequence[tuple[Request, str]], done: int, *, back: str, says: str = "") -> HttpResponse:
    """How it ended: back to the list, which `says` so, or a page with what failed and why."""
    if not failed:
        page.tell(says or f"Đã xử lý {done} đề nghị.")
        return redirect(back)
    return page.show("bulk_failed.html", {"failed": failed, "done": done, "back": back, "back_label": BACK[back]})


def _approve(page: Page, request: Request, performer: Performer) -> None:
    if page.sent.get(f"seen-{request.pk}") != check_code(request):
        raise ChangedMeanwhileError
    numbers = request.lines.filter(state=LineState.WAITING).values_list("number", flat=True)
    acts_of(request).decide(
        request=request, numbers=list(numbers), approve=True, reason="", performer=performer, policy=page.policy,
        at=page.at,
    )  # fmt: skip
