"""Hands that work differently: keyboard only, a browser without scripts, a double click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.cast import OFFICER, OTHER, PATIENT
from tests.browser.desk import LOOK_UP, Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")
OPEN = "Mã OTP còn hiệu lực đến"
_FOCUSED = """() => {
  const here = document.activeElement, look = getComputedStyle(here), box = here.getBoundingClientRect();
  const name = here.labels?.length ? here.labels[0].innerText : here.textContent;
  return {
    name: name.replace(/\\s+/g, " ").trim(),
    page: here === document.body,
    ring: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    shown: box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth,
  };
}"""
_MOST_STEPS = 60


def focused(desk: Desk) -> dict[str, Any]:
    """What the keyboard is at; it can be seen there."""
    here: dict[str, Any] = desk.page.evaluate(_FOCUSED)
    assert here["page"] or (here["ring"] and here["shown"]), here
    return here


def tab_to(desk: Desk, name: str, key: str = "Tab") -> None:
    """Press a key until the keyboard is at something with a name that begins like this."""
    for _ in range(_MOST_STEPS):
        desk.page.keyboard.press(key)
        if focused(desk)["name"].startswith(name):
            return
    raise AssertionError(f"the keyboard does not come to {name}")


def enter(desk: Desk) -> None:
    """Press Enter, which leads to another page."""
    with desk.turning():
        desk.page.keyboard.press("Enter")


def test_the_whole_path_is_walked_with_the_keyboard_only(new_desk: Callable[..., Desk], telephone: Telephone) -> None:
    desk = new_desk()
    keyboard = desk.page.keyboard
    # sign in: the page begins at its first field
    desk.open("/dang-nhap")
    assert focused(desk)["name"] == "Mã đơn vị hoặc cơ quan BHXH"
    keyboard.type(OFFICER.home)
    tab_to(desk, "Tên đăng nhập")
    keyboard.type(OFFICER.user)
    tab_to(desk, "Mật khẩu")
    keyboard.type(OFFICER.password)
    enter(desk)
    # look somebody up
    assert focused(desk)["name"] == "Quét mã QR của thẻ BHYT hoặc CCCD"
    for label, text in (("Mã thẻ BHYT", PATIENT.card), ("Họ và tên", PATIENT.name), ("Ngày sinh", PATIENT.birth)):
        tab_to(desk, label)
        keyboard.type(text)
    tab_to(desk, "Tra cứu")
    enter(desk)
    desk.sees("Thẻ dùng được")
    # open history; the code's box has the keyboard as soon as it is there
    tab_to(desk, "Mã BHXH của bạn")
    keyboard.type(OFFICER.social)
    code = telephone.code_after(lambda: enter(desk))
    assert focused(desk)["name"] == "Mã trong SMS"
    with desk.turning():
        keyboard.type(code)
    desk.sees(OPEN)
    # a visit and back
    tab_to(desk, "Chi tiết lượt khám")
    enter(desk)
    assert desk.heading == f"Lượt khám của {PATIENT.name}"
    tab_to(desk, "Quay lại lịch sử")
    enter(desk)
    desk.sees(OPEN)
    # and out
    tab_to(desk, "Đăng xuất", "Shift+Tab")
    enter(desk)
    desk.sees("Bạn đã đăng xuất.")


def test_the_keyboard_jumps_over_the_menu(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.open("/tro-giup")
    desk.page.keyboard.press("Tab")
    assert focused(desk)["name"] == "Đến nội dung chính"
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("main")).to_be_focused()


def test_after_a_mistake_the_keyboard_is_at_the_list_of_what_is_wrong_and_goes_to_the_field(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    desk.sign_in(OFFICER)
    desk.press("Tra cứu")
    expect(desk.page.get_by_role("alert")).to_be_focused()
    tab_to(desk, "Họ và tên: Nhập họ và tên")
    desk.page.keyboard.press("Enter")
    expect(desk.field("Họ và tên")).to_be_focused()


def test_the_whole_path_works_without_scripts(new_desk: Callable[..., Desk], telephone: Telephone, width: int) -> None:
    desk = new_desk(width, scripts=False)
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    desk.sees("Thẻ dùng được")
    desk.type_code(telephone.code_after(lambda: desk.ask_for_code(OFFICER)))
    desk.sees(OPEN, PATIENT.diagnosis)
    with desk.turning():
        desk.page.locator("tbody button").first.click()
    assert desk.heading == f"Lượt khám của {PATIENT.name}"
    desk.press("Quay lại lịch sử")
    desk.look_up(OTHER)
    desk.sees(OPEN, OTHER.diagnosis)
    desk.misses(PATIENT.diagnosis)
    desk.press("Đăng xuất")
    desk.sees("Bạn đã đăng xuất.")


def test_without_scripts_the_menu_opens_on_a_narrow_window(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(390, scripts=False)
    desk.sign_in(OFFICER)
    menu = desk.page.get_by_role("link", name="Thông tin và phiên làm việc")
    expect(menu).to_be_hidden()
    desk.page.locator("summary").click()
    with desk.turning():
        menu.click()
    assert desk.heading == "Tài khoản của tôi"


def test_a_double_click_sends_once(desk: Desk, telephone: Telephone) -> None:
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    desk.posted.clear()
    with desk.turning():
        desk.page.get_by_role("button", name="Tra cứu", exact=True).dblclick()
    assert desk.posted == [LOOK_UP]
    desk.fill("Mã BHXH của bạn", OFFICER.social)

    def twice() -> None:
        with desk.turning():
            desk.page.get_by_role("button", name="Lấy OTP").dblclick()

    telephone.code_after(twice)
    assert desk.posted == [LOOK_UP, f"{LOOK_UP}/lay-otp"]
    desk.misses("OTP_RESEND_EARLY")
