"""Activating a new account, and sending its code again."""

from __future__ import annotations

import time

from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.accounts import queries as accounts
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.forms import ActivationForm
from congbhyt.portal.page import Page
from congbhyt.portal.patience import wait_out
from congbhyt.portal.people_pages import person_page
from congbhyt.signin import activation
from congbhyt.signin.actions import Credentials


def activate(page: Page) -> HttpResponse:
    """Take the code of a new account and set its first password."""
    form, began = page.form(ActivationForm, least=page.policy.password_least_length), time.monotonic()
    if not form.is_valid():
        return page.show("activate.html", form=form)
    held = form.cleaned_data
    handle = Credentials(held["home"], held["user"], "").handle
    try:
        activation.activate(handle, held["code"], held["new"], visitor=page.visitor, policy=page.policy, at=page.at)
    except Refusal as refusal:
        wait_out(began)
        return page.show("activate.html", form=form, refusal=refusal)
    page.tell("Đã kích hoạt. Đăng nhập bằng mật khẩu bạn vừa đặt.")
    return redirect("sign-in")


def invite(page: Page, number: int) -> HttpResponse:
    """Send somebody who has never signed in another code."""
    administrator = page.signed_in.person
    try:
        activation.invite_again(
            number, administrator=administrator, policy=page.policy, visitor=page.visitor, at=page.at
        )
    except Refusal as refusal:
        return person_page(page, accounts.administered(administrator, number), refusal=refusal)
    page.tell("Đã gửi mã kích hoạt mới đến số điện thoại đã đăng ký; mã cũ không còn dùng được.")
    return redirect("person", number=number)
