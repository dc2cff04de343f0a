"""The table of pages: address, view, who may open it. Everything is closed unless its row opens it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import URLPattern, path

from congbhyt.accounts.authz import Right
from congbhyt.portal import help_page, looking_up, messages_pages, own_page, people_pages, phone_pages, signing_in
from congbhyt.portal.guard import Access, View, guarded
from congbhyt.portal.health import health

_GET = frozenset({"GET", "HEAD"})
_POST = frozenset({"POST"})
_BOTH = _GET | _POST
_OPEN = Access(open=True)
_UNFINISHED = Access(unfinished=True)
_ANYBODY_SIGNED_IN = Access()
_LOOK = Access(Right.CARD_LOOKUP)
_ADMIN = Access(Right.USER_ADMINISTRATION)
_APPROVE = Access(Right.APPROVE_REQUESTS)
_OPERATE = Access(Right.OPERATIONS)


@dataclass(frozen=True, slots=True)
class Route:
    """One page, or one thing that a form does."""

    address: str
    name: str
    view: View
    access: Access
    methods: frozenset[str]


_LOOK_UP = "thong-tuyen/quan-ly-thong-tuyen"

ROUTES = (
    Route("", "home", signing_in.home, _ANYBODY_SIGNED_IN, _GET),
    Route("tro-giup", "help", help_page.guide, _OPEN, _GET),
    Route("dang-nhap", "sign-in", signing_in.sign_in, _OPEN, _BOTH),
    Route("dang-nhap/ma-xac-nhan", "second-factor", signing_in.second_factor, _ANYBODY_SIGNED_IN, _BOTH),
    Route("dang-xuat", "sign-out", signing_in.sign_out, _UNFINISHED, _POST),
    Route("quen-mat-khau", "forgotten", signing_in.forgotten, _OPEN, _BOTH),
    Route("quen-mat-khau/dat-lai", "recover", signing_in.recover, _OPEN, _POST),
    Route("mat-khau", "password", own_page.password, _ANYBODY_SIGNED_IN, _BOTH),
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
    Route("quan-tri/nguoi-su-dung/<int:number>/mat-khau-tam", "person-hand-out", people_pages.hand_out, _ADMIN, _POST),
    Route("phe-duyet/so-dien-thoai", "phones", phone_pages.phones, _APPROVE, _GET),
    Route("phe-duyet/so-dien-thoai/<int:number>", "phone-decide", phone_pages.decide, _APPROVE, _BOTH),
    Route("van-hanh/tin-nhan", "messages", messages_pages.messages, _OPERATE, _GET),
    Route("thu-nghiem/tin-nhan", "sent-messages", messages_pages.sent, _OPEN, _GET),
    Route("sms/bao-phat/<uuid:message>/<str:mac>", "delivery-report", messages_pages.report, _OPEN, _GET),
)


def _pattern(route: Route) -> URLPattern:
    return path(route.address, guarded(route.view, route.access, route.methods, route.name), name=route.name)


urlpatterns = [path("healthz", health, name="health"), *map(_pattern, ROUTES)]
handler400 = "congbhyt.portal.refusing.bad_request"
handler404 = "congbhyt.portal.refusing.not_found"
handler500 = "congbhyt.portal.refusing.fault"
