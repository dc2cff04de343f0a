"""Đăng ký của đơn vị: what a unit has asked for, what it still has to do, and the beginning of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from congbhyt.accounts.authz import Right
from congbhyt.enrolment import campaigns
from congbhyt.enrolment.models import Campaign
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.exporting import exported, in_chunks
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.portal.request_forms import HeadForm, RequestFilterForm
from congbhyt.portal.request_page import found
from congbhyt.portal.request_presenters import COLUMNS, RequestRow
from congbhyt.registration import actions, authority, deadlines, queries
from congbhyt.registration.documents import contact_phone
from congbhyt.registration.models import Request
from congbhyt.registration.queries import Sought
from congbhyt.registration.rules import KINDS, Kind, KindRow, State
from congbhyt.spreadsheets.writing import Sheet, Value
from congbhyt.units import queries as units
from congbhyt.units.models import Agency, Unit

_EXPLAINED: Mapping[Kind, str] = {
    Kind.ADDRESSES: "Chỉ địa chỉ IP Internet đã đăng ký mới kết nối được.",
    Kind.PEOPLE: "Người sử dụng và quyền của từng người; nhập từng người hoặc từ tệp Excel.",
    Kind.ADMINISTRATOR: "Người thay mặt đơn vị tự quản lý tài khoản của nhân viên.",
}
"""What a unit begins, and what for."""


def own_unit(page: Page) -> Unit:
    """The unit of the person who asks.

    Raises:
        NoSuchPageError: an agency's officer.
        NotForYouError: somebody who does not administer.
    """
    unit = page.signed_in.person.unit
    if unit is None:
        raise NoSuchPageError
    page.signed_in.need(Right.USER_ADMINISTRATION)
    return unit


def requests(page: Page) -> HttpResponse:
    """The unit's requests; officers are led to what waits for them."""
    if page.signed_in.person.agency_id:
        return redirect("inbox")
    unit, form = own_unit(page), RequestFilterForm(page.request.GET)
    sought = Sought(kind=form.chosen("kind"), state=form.chosen("state"))
    rows = queries.listed(performer_of(page), sought, at=page.at)
    if answer := exported(page, Sheet("Đăng ký của đơn vị", COLUMNS, _cells(page, rows))):
        return answer
    found = Paginator(rows, form.rows).get_page(page.request.GET.get("page"))
    under_way = list(authority.visible(performer_of(page)).filter(state__in=authority.OPEN))
    context = {
        "form": form,
        "found": found,
        "rows": RequestRow.all_of(found.object_list, at=page.at),
        "filtered": any(page.request.GET.get(name) for name in form.fields),
        "todo": _todo(page, unit, under_way),
        "starts": _starts(unit, under_way, page.at),
    }
    return page.show("requests.html", context)


def _cells(page: Page, rows: QuerySet[Request]) -> Iterator[Sequence[Value]]:
    for chunk in in_chunks(rows.iterator()):
        yield from (row.cells for row in RequestRow.all_of(chunk, at=page.at))


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for the unit."""

    says: str
    address: str
    label: str
    urgent: bool = False


def _todo(page: Page, unit: Unit, under_way: list[Request]) -> list[Task]:
    """What was sent back first, then the review, then what was begun and never sent."""
    reasons = queries.sent_back_for([request for request in under_way if request.state == State.RETURNED])
    tasks = [
        Task(f"{request.label} ({request.row.label}) được trả lại: {reasons.get(request.pk, '')}",
             reverse("request", args=[request.pk]), "Sửa và gửi lại", urgent=True)
        for request in under_way if request.state == State.RETURNED
    ]  # fmt: skip
    campaign = campaigns.current(at=page.at)
    if campaign and (waiting := campaigns.progress(campaign, unit)[1]):
        tasks.append(_review_task(campaign, waiting))
    tasks += [
        Task(f"{request.label} ({request.row.label}) đang soạn, chưa gửi.", reverse("request", args=[request.pk]),
             "Soạn tiếp")
        for request in under_way if request.state == State.DRAFT
    ]  # fmt: skip
    return tasks


def _review_task(campaign: Campaign, waiting: int) -> Task:
    return Task(
        f"Đợt rà soát {campaign.name}: còn {waiting} người chưa xác nhận.", reverse("review"), "Xác nhận", urgent=True
    )


@dataclass(frozen=True, slots=True)
class Start:
    """A kind of request that a unit may begin, or the one that is under way, and until when it is due."""

    kind: Kind
    row: KindRow
    says: str
    open: Request | None
    due: datetime | None
    late: bool


def _starts(unit: Unit, under_way: list[Request], at: datetime) -> list[Start]:
    held = {request.kind: request for request in under_way}
    starts = []
    for kind, says in _EXPLAINED.items():
        due = deadlines.due(kind, unit, at=at)
        starts.append(Start(kind, KINDS[kind], says, held.get(kind), due, bool(due and due <= at)))
    return starts


def begin(page: Page, kind: str) -> HttpResponse:
    """Begin a request of this kind.

    Raises:
        NoSuchPageError: no such kind.
        NotYoursToFileError: not for this unit or agency.
    """
    if kind not in set(Kind):
        raise NoSuchPageError
    asked, home, performer = Kind(kind), _home(page, Kind(kind)), performer_of(page)
    authority.need_filer(performer, home, asked)
    for_unit = performer.agency_id is not None and isinstance(home, Unit)
    form, refused = page.form(HeadForm, kind=asked, for_unit=for_unit), None
    if form.is_valid():
        try:
            begun = actions.begin(kind=asked, home=home, head=form.head(), performer=performer, at=page.at)
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell(f"Đã lập {begun.label}. Thêm nội dung rồi gửi.")
            return redirect("request", number=begun.pk)
    context = {
        "row": KINDS[asked], "home": home, "for_unit": for_unit, "says": _EXPLAINED.get(asked, ""),
        "open": queries.open_request(home, asked) if asked is not Kind.EMERGENCY else None,
    }  # fmt: skip
    return page.show("request_begin.html", context, form=form, refusal=refused)


def _home(page: Page, kind: Kind) -> Unit | Agency:
    """For whom: the own unit or agency; an officer names the unit in the address.

    Raises:
        NoSuchUnitError: no such unit.
    """
    person = page.signed_in.person
    if person.unit is None and kind is not Kind.APPROVERS:
        code = page.request.GET.get("don-vi", "")
        return units.unit(code if code.isalnum() else "")  # what is no code at all the database must not see
    return person.home


def head(page: Page, number: int) -> HttpResponse:
    """Change what stands above the lines."""
    request, performer = found(page, number), performer_of(page)
    authority.need_editor(performer, request)
    form, refused = page.form(HeadForm, kind=Kind(request.kind), for_unit=False, initial=_held(request)), None
    if form.is_valid():
        try:
            actions.fill_head(request=request, head=form.head(), performer=performer, at=page.at)
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell("Đã lưu thông tin chung.")
            return redirect("request", number=number)
    context = {"row": request.row, "home": request.home, "request_shown": request, "open": None}
    return page.show("request_begin.html", context, form=form, refusal=refused)


def _held(request: Request) -> dict[str, Any]:
    """What the form shows before anything is changed."""
    return {
        "manner": request.manner, "purposes": request.purposes, "valid_from": request.valid_from,
        "valid_to": request.valid_to, "justification": request.justification, "contact_name": request.contact_name,
        "contact_phone": contact_phone(request), "contact_email": request.contact_email,
    }  # fmt: skip
