"""Tài khoản của tôi: who I am here, what I may do, where I am signed in; password and telephone."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.accounts.models import PhoneChange
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.forms import ChangePasswordForm, CodeForm, PhoneForm
from congbhyt.portal.page import Page
from congbhyt.portal.people_presenters import SessionRow, facts_of, rights_of
from congbhyt.signin import actions, credentials, phones
from congbhyt.units.queries import networks_in_force


def own(page: Page) -> HttpResponse:
    """Everything that the portal knows of the person who asks."""
    return _own_page(page)


def _own_page(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    person, rows = page.signed_in.person, SessionRow.all_of(page)
    change = phones.open_change(person)
    context = {
        "facts": facts_of(person),
        "rights": rights_of(person),
        "networks": networks_in_force(person.home, at=page.at),
        "sessions": rows,
        "others": sum(row.lasts for row in rows) - 1,
        "change": change,
        "new_phone": phones.new_number(change) if change else "",
        "decider": phones.decider(person).name,
    }
    return page.show("own.html", context, refusal=refusal)


def sign_out_others(page: Page) -> HttpResponse:
    """End every other session of the person."""
    ended = actions.sign_out_others(signed_in=page.signed_in, visitor=page.visitor, policy=page.policy, at=page.at)
    page.tell(f"Đã đăng xuất {ended} phiên khác." if ended else "Không có phiên nào khác đang mở.")
    return redirect("own")


def password(page: Page) -> HttpResponse:
    """Change the password; whoever has a temporary one gets no further before."""
    form = page.form(ChangePasswordForm, least=page.policy.password_least_length)
    if not form.is_valid():
        return page.show("password.html", form=form)
    held = form.cleaned_data
    try:
        credentials.change_password(
            held["current"], held["new"], signed_in=page.signed_in, visitor=page.visitor, policy=page.policy, at=page.at
        )
    except Refusal as refusal:
        return page.show("password.html", form=form, refusal=refusal)
    page.tell("Đã đổi mật khẩu. Các phiên khác của bạn đã kết thúc.")
    return redirect("home")


def phone(page: Page) -> HttpResponse:
    """Name a new telephone; a code goes to it."""
    form, refused, person = page.form(PhoneForm), None, page.signed_in.person
    if form.is_valid():
        held = form.cleaned_data
        try:
            phones.ask_for_new_phone(
                held["phone"], held["password"], signed_in=page.signed_in, visitor=page.visitor, policy=page.policy,
                at=page.at,
            )  # fmt: skip
        except Refusal as refusal:
            refused = refusal
        else:
            return redirect("phone-confirm")
    context = {
        "change": phones.open_change(person),
        "needs_approval": phones.needs_approval(page.signed_in),
        "decider": phones.decider(person).name,
    }
    return page.show("phone.html", context, form=form, refusal=refused)


def phone_confirm(page: Page) -> HttpResponse:
    """Take the code from the new telephone."""
    form, refused, signed_in = page.form(CodeForm), None, page.signed_in
    if form.is_valid():
        try:
            change = phones.confirm_new_phone(
                form.cleaned_data["code"], signed_in=signed_in, visitor=page.visitor, policy=page.policy, at=page.at
            )
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell(_told(page, change))
            return redirect("own")
    pending = phones.pending_code(signed_in, policy=page.policy, at=page.at)
    if pending is None and refused is None:
        return redirect("phone")
    return page.show("phone_confirm.html", {"pending": pending}, form=form, refusal=refused)


def _told(page: Page, change: PhoneChange | None) -> str:
    if change is None:
        return "Đã đổi số điện thoại. Từ nay mã được gửi đến số mới."
    person = page.signed_in.person
    rests = "" if person.shared else " và quyền xem lịch sử khám chữa bệnh tạm dừng"
    return f"Số mới đang chờ {phones.decider(person).name} duyệt. Trong lúc chờ, mã vẫn gửi đến số cũ{rests}."


def phone_withdraw(page: Page) -> HttpResponse:
    """Take the own request back."""
    try:
        phones.withdraw_phone(signed_in=page.signed_in, visitor=page.visitor, at=page.at)
    except Refusal as refusal:
        return _own_page(page, refusal)
    page.tell("Đã rút yêu cầu đổi số điện thoại. Số cũ vẫn được dùng.")
    return redirect("own")
