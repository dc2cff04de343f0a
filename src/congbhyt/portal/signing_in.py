"""Pages around signing in: the door itself, the second factor, a forgotten password."""

from __future__ import annotations

import time

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from congbhyt.accounts.authz import Right
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal import cookie
from congbhyt.portal.forms import CodeForm, ForgottenForm, RecoverForm, SignInForm
from congbhyt.portal.menu import OFFICERS
from congbhyt.portal.page import Page
from congbhyt.portal.patience import wait_out
from congbhyt.signin import actions, credentials
from congbhyt.signin.actions import Credentials


def home(page: Page) -> HttpResponse:
    """Where somebody's work begins."""
    signed_in = page.signed_in
    if signed_in.registration_only:
        return redirect("requests")
    first = {
        **dict.fromkeys(OFFICERS, "inbox"), Right.CARD_LOOKUP: "look-up", Right.USER_ADMINISTRATION: "people",
        Right.OPERATIONS: "messages",
    }  # fmt: skip
    return redirect(next((route for right, route in first.items() if signed_in.holds(right)), "own"))


def sign_in(page: Page) -> HttpResponse:
    """The door."""
    if page.known and not page.is_post:
        return redirect("home")
    form, refused = page.form(SignInForm), None
    if form.is_valid():
        held = form.cleaned_data
        typed = Credentials(held["home"], held["user"], held["password"])
        try:
            opened = actions.sign_in(typed, visitor=page.visitor, policy=page.policy, at=page.at)
        except Refusal as refusal:
            refused = refusal
        else:
            return cookie.give(redirect(_next(page) or "home"), opened.token)
    answer = page.show("sign_in.html", {"next": _next(page)}, form=form, refusal=refused)
    return cookie.take_back(answer) if page.session_ended else answer


def _next(page: Page) -> str:
    """The page that was asked for before signing in, if it is one of ours."""
    wanted = page.request.POST.get("tiep") or page.request.GET.get("tiep", "")
    ours = wanted.startswith("/") and wanted.isprintable() and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if ours else ""


def second_factor(page: Page) -> HttpResponse:
    """The code by SMS that people of agencies type outside their networks."""
    signed_in = page.signed_in
    if not signed_in.session.awaits_code:
        return redirect("home")
    form = page.form(CodeForm)
    if not form.is_valid():
        return page.show("second_factor.html", form=form)
    try:
        actions.confirm(
            form.cleaned_data["code"], signed_in=signed_in, visitor=page.visitor, policy=page.policy, at=page.at
        )
    except Refusal as refusal:
        return page.show("second_factor.html", form=form, refusal=refusal)
    return redirect("home")


def sign_out(page: Page) -> HttpResponse:
    """End the session; everything that it had opened ends with it."""
    actions.sign_out(signed_in=page.signed_in, visitor=page.visitor, at=page.at)
    page.tell("Bạn đã đăng xuất.")
    return cookie.take_back(redirect("sign-in"))


def forgotten(page: Page) -> HttpResponse:
    """Ask for a code to the registered phone; nobody learns whether the name exists."""
    form = page.form(ForgottenForm)
    if not form.is_valid():
        return page.show("forgotten.html", form=form)
    handle, began = Credentials(form.cleaned_data["home"], form.cleaned_data["user"], "").handle, time.monotonic()
    ticket = credentials.begin_recovery(handle, visitor=page.visitor, policy=page.policy, at=page.at)
    wait_out(began)
    least = page.policy.password_least_length
    return page.show("recover.html", form=RecoverForm(initial={"ticket": ticket}, least=least))


def recover(page: Page) -> HttpResponse:
    """Take the code and set the new password."""
    form = page.form(RecoverForm, least=page.policy.password_least_length)
    if not form.is_valid():
        return page.show("recover.html", form=form)
    held = form.cleaned_data
    try:
        credentials.finish_recovery(
            held["ticket"], held["code"], held["new"], visitor=page.visitor, policy=page.policy, at=page.at
        )
    except Refusal as refusal:
        return page.show("recover.html", form=form, refusal=refusal)
    page.tell("Đã đặt mật khẩu mới. Đăng nhập bằng mật khẩu đó.")
    return redirect("sign-in")
