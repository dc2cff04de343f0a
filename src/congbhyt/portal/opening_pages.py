"""Mở kết nối: approved lines of every province for the national centre; the emergency address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.refusal import Refusal
from congbhyt.network import actions as network
from congbhyt.network import emergency as emergencies
from congbhyt.network import queries
from congbhyt.network.models import AddressLine
from congbhyt.portal.deciding import address_rows
from congbhyt.portal.exporting import exported
from congbhyt.portal.inbox_forms import EmergencyForm, OpenForm, ToOpenFilterForm
from congbhyt.portal.inbox_pages import told
from congbhyt.portal.inbox_presenters import age
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.registration.models import Request
from congbhyt.registration.refusals import LineDecidedError, NothingChosenError
from congbhyt.spreadsheets.writing import Sheet, Value
from congbhyt.units import queries as units

_COLUMNS = (
    "BHXH tỉnh", ("Bảng tổng hợp", 12), ("Mã đơn vị", 12), ("Tên đơn vị", 40), ("Địa chỉ IP", 30), "Loại đường truyền",
    "Nhà cung cấp", ("Số đề nghị", 12), "Ngày duyệt",
)  # fmt: skip


def to_open(page: Page) -> HttpResponse:
    """Every approved and compiled line that waits, or what is to be done with the chosen ones."""
    return _confirm(page) if page.is_post else _listed(page)


def _listed(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    agencies = queries.agencies_to_open()
    form = ToOpenFilterForm(page.request.GET, agencies=agencies)
    rows = queries.to_open_listed(form.chosen("words"), agency=form.chosen("agency"), summary=form.chosen("summary"))
    if answer := exported(page, Sheet("Địa chỉ chờ mở kết nối", _COLUMNS, _cells(rows))):
        return answer
    found = Paginator(rows, form.rows).get_page(page.request.GET.get("page"))
    context = {
        "form": form,
        "found": found,
        "rows": [_row(page, line) for line in found.object_list],
        "all": page.request.GET.get("chon") == "tat-ca",
        "filtered": any(page.request.GET.get(name) for name in form.fields),
    }
    return page.show("to_open.html", context, refusal=refusal)


def _row(page: Page, line: AddressLine) -> dict[str, Any]:
    request = line.request
    agency = request.unit.receiving_agency if request.unit else None
    summary = request.summary.label if request.summary else "chưa tổng hợp"
    return {"line": line, "group": f"{agency.name if agency else ''} · {summary}", "age": age(line.decided_at, page.at)}


def _cells(rows: QuerySet[AddressLine]) -> Iterator[Sequence[Value]]:
    for line in rows.iterator():
        request = line.request
        yield (
            request.unit.receiving_agency.name if request.unit else "",
            request.summary.label if request.summary else "",
            line.home.code, line.home.name, str(line.span), line.get_line_type_display(), line.provider, request.label,
            vietnam_day(line.decided_at) if line.decided_at else None,
        )  # fmt: skip


def _confirm(page: Page) -> HttpResponse:
    """List the chosen lines with their warnings, and do it when that is confirmed with a verdict."""
    wanted = set(page.numbers("chosen"))
    lines = list(queries.to_open().filter(pk__in=wanted).order_by("request", "number"))
    if not wanted:
        return _listed(page, NothingChosenError())
    if len(lines) != len(wanted):
        return _listed(page, LineDecidedError(numbers="đã chọn"))
    form = page.form(OpenForm) if page.sent.get("verdict") else OpenForm()
    let = page.sent.get("verdict") == "open"
    if form.is_bound and form.is_valid():
        if let or form.cleaned_data["reason"]:
            return _opened(page, lines, let=let, reason=form.cleaned_data["reason"])
        form.add_error("reason", "Ghi lý do không mở; đơn vị đọc được.")
    shown = zip(lines, address_rows(page, lines), strict=True)
    return page.show("open_confirm.html", {"lines": list(shown)}, form=form)


def _opened(page: Page, lines: Sequence[AddressLine], *, let: bool, reason: str) -> HttpResponse:
    """Open request by request: what fails is told with its sentence, what was done stands."""
    chosen: dict[int, tuple[Request, list[int]]] = {}
    for line in lines:
        chosen.setdefault(line.request_id, (line.request, []))[1].append(line.number)
    failed: list[tuple[Request, str]] = []
    for request, numbers in chosen.values():
        try:
            network.open_lines(
                request=request, numbers=numbers, let=let, reason=reason, performer=performer_of(page),
                policy=page.policy, at=page.at,
            )  # fmt: skip
        except Refusal as refusal:
            failed.append((request, refusal.sentence))
    says = f"Đã mở {len(lines)} địa chỉ; có hiệu lực sau vài giây." if let else f"Đã ghi không mở {len(lines)} địa chỉ."
    return told(page, failed, len(chosen) - len(failed), back="to-open", says=says)


def emergency(page: Page) -> HttpResponse:
    """Ask for an address that a unit needs at once; another officer lets it in."""
    form, refused = page.form(EmergencyForm), None
    hours = int(page.policy.emergency_length.total_seconds() // 3600)
    if form.is_valid():
        held = form.cleaned_data
        try:
            request = emergencies.ask(
                unit=units.unit(held["unit"]), address=held["address"], caller=held["caller"], reason=held["reason"],
                performer=performer_of(page), policy=page.policy, at=page.at,
            )  # fmt: skip
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell("Đã gửi. Một cán bộ khác duyệt thì địa chỉ có hiệu lực sau vài giây.")
            return redirect("request", number=request.pk)
    return page.show("emergency.html", {"hours": hours}, form=form, refusal=refused)
