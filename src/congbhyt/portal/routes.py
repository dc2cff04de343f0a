"""The table of pages: address, view, who may open it. Everything is closed unless its row opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import URLPattern, path

from congbhyt.accounts.authz import Right
from congbhyt.policy.rules import InForce
from congbhyt.portal import (
    activation_pages,
    addresses_pages,
    approvers_pages,
    campaign_pages,
    deciding_pages,
    help_page,
    inbox_pages,
    line_pages,
    looking_up,
    messages_pages,
    opening_pages,
    own_page,
    people_pages,
    phone_pages,
    progress_pages,
    request_page,
    requests_pages,
    signing_in,
    staff_pages,
    summary_pages,
)
from congbhyt.portal.guard import Access, View, guarded
from congbhyt.portal.health import health
from congbhyt.portal.menu import APPOINTING, AREA, DECIDERS, OFFICERS, SUMMARISERS

_GET = frozenset({"GET", "HEAD"})
_POST = frozenset({"POST"})
_BOTH = _GET | _POST
_OPEN = Access(open=True)
_UNFINISHED = Access(unfinished=True, registration=True)
_ANYBODY_SIGNED_IN = Access()
_ANY_SESSION = Access(registration=True)
_LOOK = Access(Right.CARD_LOOKUP)
_REGISTERING = Access(registration=True)
"""Whose request it is, each page asks by itself."""
_FILE = Access(any_of=OFFICERS | {Right.USER_ADMINISTRATION}, registration=True)
_ADMIN_REGISTERING = Access(Right.USER_ADMINISTRATION, registration=True)
_ADMIN = Access(Right.USER_ADMINISTRATION)
_APPROVE = Access(Right.APPROVE_REQUESTS)
_OPERATE = Access(Right.OPERATIONS)
_OFFICERS = Access(any_of=OFFICERS)
_DECIDE = Access(any_of=frozenset({Right.APPROVE_REQUESTS, Right.APPOINT_APPROVERS}))
_DECIDE_OR_OPEN = Access(any_of=DECIDERS)
_OPENING = Access(Right.OPEN_ADDRESSES)
_SUMMARISE = Access(any_of=SUMMARISERS)
_IN_AREA = Access(any_of=AREA)
_APPROVERS = Access(any_of=APPOINTING)
_APPOINT = Access(Right.APPOINT_APPROVERS)


@dataclass(frozen=True, slots=True)
class Route:
    """One page, or one thing that a form does. `most_bytes`: how large the file is that it takes; without it none."""

    address: str
    name: str
    view: View
    access: Access
    methods: frozenset[str]
    most_bytes: Callable[[InForce], int] | None = None


_LOOK_UP = "thong-tuyen/quan-ly-thong-tuyen"
_REQUEST = "de-nghi/<int:number>"
_MEGABYTE = 1024 * 1024


def _paper_bytes(policy: InForce) -> int:
    return policy.paper_megabytes * _MEGABYTE


def _sheet_bytes(_: InForce) -> int:
    return 4 * _MEGABYTE  # a list of five hundred people, with somebody's logo above it


ROUTES = (
    Route("", "home", signing_in.home, _ANY_SESSION, _GET),
    Route("tro-giup", "help", help_page.guide, _OPEN, _GET),
    Route("dang-nhap", "sign-in", signing_in.sign_in, _OPEN, _BOTH),
    Route("dang-nhap/ma-xac-nhan", "second-factor", signing_in.second_factor, _ANY_SESSION, _BOTH),
    Route("dang-xuat", "sign-out", signing_in.sign_out, _UNFINISHED, _POST),
    Route("quen-mat-khau", "forgotten", signing_in.forgotten, _OPEN, _BOTH),
    Route("quen-mat-khau/dat-lai", "recover", signing_in.recover, _OPEN, _POST),
    Route("kich-hoat", "activate", activation_pages.activate, _OPEN, _BOTH),
    Route("mat-khau", "password", own_page.password, _ANY_SESSION, _BOTH),
    Route(_LOOK_UP, "look-up", looking_up.look_up, _LOOK, _BOTH),
    Route(f"{_LOOK_UP}/lap-lai", "look-up-again", looking_up.look_up_again, _LOOK, _POST),
    Route(f"{_LOOK_UP}/lay-otp", "history-code", looking_up.ask_for_code, _LOOK, _POST),
    Route(f"{_LOOK_UP}/mo-lich-su", "history-open", looking_up.open_history, _LOOK, _POST),
    Route(f"{_LOOK_UP}/dong-lich-su", "history-close", looking_up.close_history, _LOOK, _POST),
    Route(f"{_LOOK_UP}/luot-kham", "visit", looking_up.visit, _LOOK, _POST),
    Route("tai-khoan", "own", own_page.own, _ANYBODY_SIGNED_IN, _GET),
    Route("tai-khoan/phien-khac", "sign-out-others", own_page.sign_out_others, _ANYBODY_SIGNED_IN, _POST),
    Route("tai-khoan/dien-thoai", "phone", own_page.phone, _ANYBODY_SIGNED_IN, _BOTH),
    Route("tai-khoan/dien-thoai/xac-nhan", "phone-confirm", own_page.phone_confirm, _ANYBODY_SIGNED_IN, _BOTH),
    Route("tai-khoan/dien-thoai/rut", "phone-withdraw", own_page.phone_withdraw, _ANYBODY_SIGNED_IN, _POST),
    Route("quan-tri/nguoi-su-dung", "people", people_pages.people, _ADMIN, _GET),
    Route("quan-tri/nguoi-su-dung/<int:number>", "person", people_pages.person, _ADMIN, _GET),
    Route("quan-tri/nguoi-su-dung/<int:number>/khoa", "person-lock", people_pages.lock, _ADMIN, _POST),
    Route("quan-tri/nguoi-su-dung/<int:number>/mo-khoa", "person-unlock", people_pages.unlock, _ADMIN, _POST),
    Route("quan-tri/nguoi-su-dung/<int:number>/gui-ma", "person-invite", activation_pages.invite, _ADMIN, _POST),
    Route("quan-tri/nguoi-su-dung/<int:number>/mat-khau-tam", "person-hand-out", people_pages.hand_out, _ADMIN, _POST),
    Route("phe-duyet/so-dien-thoai", "phones", phone_pages.phones, _APPROVE, _GET),
    Route("phe-duyet/so-dien-thoai/<int:number>", "phone-decide", phone_pages.decide, _APPROVE, _BOTH),
    Route("phe-duyet/de-nghi", "inbox", inbox_pages.inbox, _OFFICERS, _GET),
    Route("phe-duyet/de-nghi/duyet-nhieu", "bulk", inbox_pages.bulk, _DECIDE, _POST),
    Route(f"{_REQUEST}/duyet", "decide", deciding_pages.decide, _DECIDE, _POST),
    Route(f"{_REQUEST}/tra-lai", "send-back", deciding_pages.send_back, _DECIDE, _POST),
    Route(f"{_REQUEST}/nhan-giay", "paper-note", deciding_pages.paper_note, _DECIDE, _POST),
    Route(f"{_REQUEST}/mo", "open", deciding_pages.open_lines, _OPENING, _POST),
    Route(f"{_REQUEST}/thu-hoi", "revoke", deciding_pages.revoke, _DECIDE_OR_OPEN, _POST),
    Route("phe-duyet/tong-hop", "summaries", summary_pages.all_summaries, _SUMMARISE, _GET),
    Route("phe-duyet/tong-hop/lap", "summary-make", summary_pages.make, _APPROVE, _POST),
    Route("phe-duyet/tong-hop/<int:number>", "summary", summary_pages.summary, _SUMMARISE, _GET),
    Route(
        "phe-duyet/tong-hop/<int:number>/ban-in/<str:kind>", "summary-form", summary_pages.form_file, _SUMMARISE, _GET
    ),
    Route("phe-duyet/mo-ket-noi", "to-open", opening_pages.to_open, _OPENING, _BOTH),
    Route("phe-duyet/khan-cap", "emergency", opening_pages.emergency, _SUMMARISE, _BOTH),
    Route("phe-duyet/lap-thay", "file-for", progress_pages.file_for, _IN_AREA, _BOTH),
    Route("phe-duyet/can-bo", "approvers", approvers_pages.approvers, _APPROVERS, _GET),
    Route("phe-duyet/tien-do", "progress", progress_pages.progress, _OFFICERS, _GET),
    Route("phe-duyet/ra-soat", "campaigns", campaign_pages.campaigns, _APPOINT, _BOTH),
    Route("dang-ky", "requests", requests_pages.requests, _FILE, _GET),
    Route("dang-ky/moi/<str:kind>", "request-begin", requests_pages.begin, _REGISTERING, _BOTH),
    Route("dang-ky/dia-chi", "addresses", addresses_pages.addresses, _ADMIN_REGISTERING, _GET),
    Route("dang-ky/ra-soat", "review", staff_pages.review, _ADMIN_REGISTERING, _BOTH),
    Route("dang-ky/nguoi-su-dung/them", "staff-add", staff_pages.add, _ADMIN, _BOTH),
    Route("quan-tri/nguoi-su-dung/<int:number>/quyen", "person-rights", staff_pages.rights, _ADMIN, _POST),
    Route("quan-tri/nguoi-su-dung/<int:number>/thoi-viec", "person-leave", staff_pages.leave, _ADMIN, _POST),
    Route(_REQUEST, "request", request_page.request, _REGISTERING, _GET),
    Route(f"{_REQUEST}/sua", "request-head", requests_pages.head, _REGISTERING, _BOTH),
    Route(f"{_REQUEST}/dong", "line-add", line_pages.add, _REGISTERING, _POST),
    Route(f"{_REQUEST}/dong/<int:line>/xoa", "line-remove", line_pages.remove, _REGISTERING, _POST),
    Route(f"{_REQUEST}/excel", "lines-import", line_pages.import_excel, _REGISTERING, _POST, _sheet_bytes),
    Route(f"{_REQUEST}/mau-excel", "lines-template", line_pages.template, _REGISTERING, _GET),
    Route(f"{_REQUEST}/ngung", "lines-end", line_pages.end, _REGISTERING, _POST),
    Route(f"{_REQUEST}/gui", "submit", request_page.submit, _REGISTERING, _POST),
    Route(f"{_REQUEST}/rut", "withdraw", request_page.withdraw, _REGISTERING, _POST),
    Route(f"{_REQUEST}/ban-in/<str:kind>", "request-form", request_page.form_file, _REGISTERING, _GET),
    Route(f"{_REQUEST}/giay-to", "paper-upload", request_page.upload, _REGISTERING, _POST, _paper_bytes),
    Route(f"{_REQUEST}/giay-to/<int:paper>", "paper-content", request_page.content, _REGISTERING, _GET),
    Route("van-hanh/tin-nhan", "messages", messages_pages.messages, _OPERATE, _GET),
    Route("thu-nghiem/tin-nhan", "sent-messages", messages_pages.sent, _OPEN, _GET),
    Route("sms/bao-phat/<uuid:message>/<str:mac>", "delivery-report", messages_pages.report, _OPEN, _GET),
)


def _pattern(route: Route) -> URLPattern:
    return path(route.address, guarded(route.view, route.access, route.methods, route.name), name=route.name)


MOST_BYTES = {route.name: route.most_bytes for route in ROUTES if route.most_bytes}
"""Routes that take files; every other takes a form's few fields."""
urlpatterns = [path("healthz", health, name="health"), *map(_pattern, ROUTES)]
handler400 = "congbhyt.portal.refusing.bad_request"
handler404 = "congbhyt.portal.refusing.not_found"
handler500 = "congbhyt.portal.refusing.fault"
