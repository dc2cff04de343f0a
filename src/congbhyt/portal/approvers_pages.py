"""Cán bộ phê duyệt: agencies propose them, the national assessment centre appoints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Grant
from congbhyt.enrolment import queries
from congbhyt.portal.exporting import exported
from congbhyt.portal.forms import SizeForm
from congbhyt.portal.inbox_presenters import InboxRow
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.registration import authority
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import Kind, State
from congbhyt.spreadsheets.writing import Sheet, Value

_COLUMNS = (
    ("Họ và tên", 30), ("Cơ quan", 40), ("Mã cơ quan", 12), "Tên đăng nhập", "Chức danh", "Từ ngày", ("Căn cứ", 30),
)  # fmt: skip
_NEWEST = 50


def approvers(page: Page) -> HttpResponse:
    """Requests of this kind that the person may see, and who holds the right now.

    Administrators see those of their own agency, the national centre everybody.

    Raises:
        NoSuchPageError: units have no approvers.
    """
    if page.signed_in.person.agency_id is None:
        raise NoSuchPageError
    performer, form = performer_of(page), SizeForm(page.request.GET)
    grants = _grants(performer)
    if answer := exported(page, Sheet("Cán bộ phê duyệt", _COLUMNS, _cells(grants))):
        return answer
    found = Paginator(grants, form.rows).get_page(page.request.GET.get("page"))
    requests = _requests(performer)
    context = {
        "proposes": performer.holds(Right.USER_ADMINISTRATION),
        "appoints": performer.holds(Right.APPOINT_APPROVERS),
        "requests": InboxRow.all_of(requests, performer, at=page.at),
        "found": found,
        "rows": found.object_list,
        "form": form,
    }
    return page.show("approvers.html", context)


def _grants(performer: Performer) -> QuerySet[Grant]:
    everybody = queries.approvers()
    if performer.holds(Right.APPOINT_APPROVERS):
        return everybody
    return everybody.filter(person__agency=performer.agency_id)


def _requests(performer: Performer) -> QuerySet[Request]:
    """Those under way; the national centre decides them, oldest first."""
    rows = authority.visible(performer).filter(kind=Kind.APPROVERS, state__in=authority.OPEN)
    if performer.holds(Right.APPOINT_APPROVERS) and not performer.holds(Right.USER_ADMINISTRATION):
        rows = rows.filter(state=State.SUBMITTED)
    return rows.order_by("submitted_at", "pk")[:_NEWEST]


def _cells(grants: QuerySet[Grant]) -> Iterator[Sequence[Value]]:
    for grant in grants.iterator():
        person = grant.person
        if person and person.agency:
            yield (
                person.full_name, person.agency.name, person.agency.code, person.user_name, person.position,
                grant.granted_at, grant.basis,
            )  # fmt: skip
