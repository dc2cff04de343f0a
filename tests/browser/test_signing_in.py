"""The door: wrong passwords and their pause, a forgotten password, an administrator's help, a second factor."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from congbhyt.kernel.clock import VIETNAM
from tests.browser.cast import ADMIN, ASSESSOR, FORGETFUL, OFFICER, SHUT_OUT, Someone
from tests.browser.desk import LOOK_UP, Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")
WRONG = "Mã đơn vị, tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra rồi nhập lại."
PAUSED = "Đã nhập sai quá số lần cho phép từ địa chỉ này. Thử lại sau "
PAUSE_MINUTES = 15


def shut_out(desk: Desk, someone: Someone) -> None:
    """Type five wrong passwords."""
    for _ in range(5):
        desk.sign_in(someone, "sai mật khẩu rồi")
        desk.sees(WRONG, "Mã SIGN_IN_WRONG")


def test_five_wrong_passwords_shut_the_door_for_a_quarter_of_an_hour_and_say_until_when(desk: Desk, width: int) -> None:
    someone = SHUT_OUT[width]
    shut_out(desk, someone)
    desk.sign_in(someone)
    told = re.search(rf"{PAUSED}(\d\d:\d\d ngày \d\d/\d\d/\d{{4}})", desk.text)
    assert told
    until = datetime.strptime(told[1], "%H:%M ngày %d/%m/%Y").replace(tzinfo=VIETNAM)
    seconds = float(desk.portal.offset.read_text())
    left = until - (datetime.now(UTC) + timedelta(seconds=seconds))
    assert timedelta() < left <= timedelta(minutes=PAUSE_MINUTES)
    desk.portal.later(minutes=PAUSE_MINUTES)
    desk.sign_in(someone)
    assert desk.heading == "Quản lý thông tuyến"


def test_a_forgotten_password_is_set_anew_with_a_code_by_sms_in_spite_of_the_pause(
    desk: Desk, telephone: Telephone, width: int
) -> None:
    # given somebody who typed so many wrong passwords that they have to wait
    someone, new = FORGETFUL[width], f"một câu khác hẳn {width}"
    shut_out(desk, someone)
    # when they ask for a code and type it with a new password
    desk.follow("Quên mật khẩu hoặc bị khóa?")
    desk.fill("Mã đơn vị hoặc cơ quan BHXH", someone.home)
    desk.fill("Tên đăng nhập", someone.user)
    code = telephone.code_after(lambda: desk.press("Gửi mã"))
    desk.field("Mã trong SMS").press_sequentially(code)
    desk.fill("Mật khẩu mới", new)
    desk.fill("Nhập lại mật khẩu mới", "một câu gõ nhầm rồi")
    desk.press("Đặt mật khẩu")
    desk.sees("Hai lần nhập không giống nhau. Nhập lại.")
    expect(desk.field("Mã trong SMS")).to_have_value(code)
    desk.fill("Mật khẩu mới", new)
    desk.fill("Nhập lại mật khẩu mới", new)
    desk.press("Đặt mật khẩu")
    # then the new one opens at once and the old one does not
    desk.sees("Đã đặt mật khẩu mới.")
    desk.sign_in_here(someone)
    desk.sees(WRONG)
    desk.sign_in(someone, new)
    assert desk.heading == "Quản lý thông tuyến"


def test_who_is_unknown_reads_the_same_page_as_who_is_known(desk: Desk) -> None:
    desk.open("/quen-mat-khau")
    desk.fill("Mã đơn vị hoặc cơ quan BHXH", "01999")
    desk.fill("Tên đăng nhập", "khong-co-ai")
    desk.press("Gửi mã")
    desk.sees("Nếu tài khoản có thật và đã đăng ký số điện thoại, một mã gồm 6 chữ số vừa được gửi đến số đó.")


def test_an_administrator_lets_somebody_in_again_with_a_temporary_password_that_must_be_changed(
    desk: Desk, telephone: Telephone, new_desk: Callable[..., Desk], width: int
) -> None:
    # given somebody who is shut out
    someone, own = SHUT_OUT[width], f"mật khẩu của riêng tôi {width}"
    theirs = new_desk(width)
    shut_out(theirs, someone)
    # when the unit's administrator finds them, unlocks them and hands out a temporary password
    desk.sign_in(ADMIN)
    assert desk.heading == "Người sử dụng"
    desk.fill("Tên hoặc tên đăng nhập", someone.user)
    desk.press("Lọc")
    desk.sees("Chờ đến ")
    desk.follow(someone.name)
    desk.sees("Nhập sai nhiều lần, chờ đến")
    act(desk, "Mở khóa", "")
    desk.sees("Ghi lý do; lý do được lưu vào nhật ký.")
    act(desk, "Mở khóa", "gọi điện, đúng người")
    desk.sees("Đã mở khóa. Người này đăng nhập lại được ngay.")
    desk.misses("Nhập sai nhiều lần")
    act(desk, "Cấp mật khẩu tạm", "quên mật khẩu")
    secret = desk.page.locator(".secret").inner_text()
    desk.follow("Đã giao xong")
    desk.sees("Mật khẩu tạm")
    desk.misses(secret)
    # then it opens, together with a code by SMS, nothing but the page that changes it
    theirs.type_code(telephone.code_after(lambda: theirs.sign_in(someone, secret)), "Xác nhận")
    assert theirs.heading == "Đổi mật khẩu"
    expect(theirs.page.get_by_role("navigation")).to_have_count(0)
    theirs.open(LOOK_UP)
    assert theirs.heading == "Đổi mật khẩu"
    theirs.fill("Mật khẩu hiện tại", secret)
    theirs.fill("Mật khẩu mới", "ngắn")
    theirs.fill("Nhập lại mật khẩu mới", "ngắn")
    theirs.press("Đổi mật khẩu")
    theirs.sees("Mật khẩu mới chưa đạt: cần ít nhất 14 ký tự")
    theirs.fill("Mật khẩu hiện tại", secret)
    theirs.fill("Mật khẩu mới", own)
    theirs.fill("Nhập lại mật khẩu mới", own)
    theirs.press("Đổi mật khẩu")
    assert theirs.heading == "Quản lý thông tuyến"
    theirs.sees("Đã đổi mật khẩu.")


def act(desk: Desk, title: str, reason: str, *, button: str = "") -> None:
    """Fill in one of the forms beside a person and send it."""
    form = desk.page.get_by_role("region", name=title, exact=True)
    form.get_by_label("Lý do", exact=True).fill(reason)
    with desk.turning():
        form.get_by_role("button", name=button or title, exact=True).click()


def test_locking_somebody_ends_their_session_at_once(desk: Desk, new_desk: Callable[..., Desk], width: int) -> None:
    theirs = new_desk(width)
    theirs.sign_in(OFFICER)
    desk.sign_in(ADMIN)
    desk.follow(OFFICER.name)
    act(desk, "Khóa tài khoản", "nghỉ việc", button="Khóa")
    theirs.open(LOOK_UP)
    assert theirs.heading == "Đăng nhập"
    theirs.sign_in(OFFICER)
    theirs.sees("Tài khoản đang bị khóa. Lý do: nghỉ việc.")
    act(desk, "Mở khóa", "trở lại làm việc")
    theirs.sign_in(OFFICER)
    assert theirs.heading == "Quản lý thông tuyến"


def test_somebody_of_an_agency_outside_its_networks_types_a_second_factor_first(
    desk: Desk, telephone: Telephone
) -> None:
    code = telephone.code_after(lambda: desk.sign_in(ASSESSOR))
    assert desk.heading == "Nhập mã đăng nhập"
    expect(desk.page.get_by_role("navigation")).to_have_count(0)
    # nothing else opens before
    desk.open("/tai-khoan")
    assert desk.heading == "Nhập mã đăng nhập"
    desk.type_code(f"{(int(code) + 1) % 10**6:06d}", "Xác nhận")
    desk.sees("Mã không đúng, còn 4 lần thử.")
    desk.type_code(code, "Xác nhận")
    assert desk.heading == "Đề nghị của đơn vị"


def test_whoever_is_signed_in_is_not_asked_again(desk: Desk) -> None:
    desk.sign_in(OFFICER)
    desk.open("/dang-nhap")
    assert desk.heading == "Quản lý thông tuyến"
