"""Pages around signing in: the door itself, the second factor, a forgotten password."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from congbhyt.accounts.authz import Right
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal import cookie
from congbhyt.portal.forms import CodeForm, ForgottenForm, PageForm, RecoverForm, SignInForm
from congbhyt.portal.page import Page
from congbhyt.portal.refusing import redirect, shown
from congbhyt.signin import actions, credentials
from congbhyt.signin.actions import Credentials
from congbhyt.signin.refusals import AddressForeignError, AddressNotRegisteredError, RecoveryElsewhereError

_WHOLE_PAGE = (AddressForeignError, AddressNotRegisteredError, RecoveryElsewhereError)
"""Nothing on the form would help, so these are pages of their own."""


def home(page: Page) -> HttpResponse:
    """Where somebody's work begins."""
    signed_in = page.signed_in
    if signed_in.session.awaits_code:
        return redirect("second-factor")
    if signed_in.person.must_change_password:
        return redirect("password")
    first = {Right.CARD_LOOKUP: "look-up", Right.USER_ADMINISTRATION: "people", Right.OPERATIONS: "messages"}
    return redirect(next((route for right, route in first.items() if signed_in.holds(right)), "own"))


def sign_in(page: Page) -> HttpResponse:
    """The door."""
    if not page.is_post:
        if page.known and not page.session_ended:
            return redirect("home")
        return _sign_in_page(page, SignInForm())
    form = SignInForm(page.sent)
    if not form.is_valid():
        return _sign_in_page(page, form, status=422)
    held = form.cleaned_data
    typed = Credentials(held["home"], held["user"], held["password"])
    try:
        opened = actions.sign_in(typed, visitor=page.visitor, policy=page.policy, at=page.at)
    except _WHOLE_PAGE:
        raise
    except Refusal as refusal:
        return _sign_in_page(page, form, refusal, status=422)
    return cookie.give(_after_sign_in(page), opened.token)


def _sign_in_page(page: Page, form: SignInForm, refusal: Refusal | None = None, *, status: int = 200) -> HttpResponse:
    told = shown(refusal, page) if refusal else None
    answer = page.show("sign_in.html", {"form": form, "refusal": told, "next": _next(page)}, status=status)
    return cookie.take_back(answer) if page.session_ended else answer


def _next(page: Page) -> str:
    """The page that was asked for before signing in, if it is one of ours."""
    wanted = page.request.POST.get("tiep") or page.request.GET.get("tiep", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/") else ""


def _after_sign_in(page: Page) -> HttpResponse:
    answer = redirect("home")
    if wanted := _next(page):
        answer["Location"] = wanted
    return answer


def second_factor(page: Page) -> HttpResponse:
    """The code by SMS that people of agencies type outside their networks."""
    signed_in = page.signed_in
    if not signed_in.session.awaits_code:
        return redirect("home")
    form = CodeForm(page.sent if page.is_post else None)
    if not page.is_post:
        return page.show("second_factor.html", {"form": form})
    if form.is_valid():
        try:
            actions.confirm(
                form.cleaned_data["code"], signed_in=signed_in, visitor=page.visitor, policy=page.policy, at=page.at
            )
        except Refusal as refusal:
            return page.show("second_factor.html", {"form": form, "refusal": shown(refusal, page)}, status=422)
        return redirect("home")
    return page.show("second_factor.html", {"form": form}, status=422)


def sign_out(page: Page) -> HttpResponse:
    """End the session; everything that it had opened ends with it."""
    actions.sign_out(signed_in=page.signed_in, visitor=page.visitor, at=page.at)
    page.tell("Bạn đã đăng xuất.")
    return cookie.take_back(redirect("sign-in"))


def forgotten(page: Page) -> HttpResponse:
    """Ask for a code to the registered phone; nobody learns whether the name exists."""
    form = ForgottenForm(page.sent if page.is_post else None)
    if not page.is_post or not form.is_valid():
        return page.show("forgotten.html", {"form": form}, status=422 if page.is_post else 200)
    handle = Credentials(form.cleaned_data["home"], form.cleaned_data["user"], "").handle
    ticket = credentials.begin_recovery(handle, visitor=page.visitor, policy=page.policy, at=page.at)
    return _recover_page(page, RecoverForm(initial={"ticket": ticket}, least=page.policy.password_least_length))


def recover(page: Page) -> HttpResponse:
    """Take the code and set the new password."""
    form = RecoverForm(page.sent, least=page.policy.password_least_length)
    if not form.is_valid():
        return _recover_page(page, form, status=422)
    held = form.cleaned_data
    try:
        credentials.finish_recovery(
            held["ticket"], held["code"], held["new"], visitor=page.visitor, policy=page.policy, at=page.at
        )
    except _WHOLE_PAGE:
        raise
    except Refusal as refusal:
        return _recover_page(page, form, refusal, status=422)
    page.tell("Đã đặt mật khẩu mới. Đăng nhập bằng mật khẩu đó.")
    return redirect("sign-in")


def _recover_page(page: Page, form: PageForm, refusal: Refusal | None = None, *, status: int = 200) -> HttpResponse:
    told = shown(refusal, page) if refusal else None
    return page.show("recover.html", {"form": form, "refusal": told}, status=status)
