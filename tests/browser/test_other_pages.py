"""Every other page: it opens, fits both widths and has no grave finding; a new telephone goes its whole way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cast import ADMIN, ASSESSOR, COLLEAGUE, MOVER, OFFICER, PATIENT
from tests.browser.desk import SENT_MESSAGES, Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")


def test_the_own_page_shows_rights_networks_and_sessions_and_ends_the_others(
    desk: Desk, new_desk: Callable[..., Desk], width: int
) -> None:
    elsewhere = new_desk(width)
    elsewhere.sign_in(OFFICER)
    desk.sign_in(OFFICER)
    desk.menu("Thông tin và phiên làm việc")
    desk.sees(OFFICER.name, "Xem lịch sử khám chữa bệnh", "127.0.0.0/8", "Phiên này", "Đang mở", "Chrome trên Linux")
    desk.press("Đăng xuất mọi phiên khác")
    desk.sees("Đã đăng xuất 1 phiên khác.")
    elsewhere.open("/tai-khoan")
    assert elsewhere.heading == "Đăng nhập"


def test_the_password_is_changed_only_with_the_one_in_force(desk: Desk) -> None:
    desk.sign_in(COLLEAGUE)
    desk.open("/mat-khau")
    desk.fill("Mật khẩu hiện tại", "không phải mật khẩu")
    desk.fill("Mật khẩu mới", "một câu nào đó thôi")
    desk.fill("Nhập lại mật khẩu mới", "một câu nào đó thôi")
    desk.press("Đổi mật khẩu")
    desk.sees("Mật khẩu hiện tại không đúng.", "PASSWORD_WRONG")


def test_a_new_telephone_waits_for_the_agency_and_history_rests_until_it_agrees(
    desk: Desk, telephone: Telephone, new_desk: Callable[..., Desk], width: int
) -> None:
    # given somebody with the history right who has a new telephone
    number = f"000000{width:04d}"
    desk.sign_in(MOVER)
    desk.open("/tai-khoan/dien-thoai")
    desk.sees("nên số mới cần BHXH Thử Nghiệm duyệt")
    desk.fill("Số điện thoại mới", "12345")
    desk.fill("Mật khẩu hiện tại", MOVER.password)
    desk.press("Gửi mã đến số mới")
    desk.sees("Số điện thoại không đúng")
    # when they type the code that went there
    desk.fill("Số điện thoại mới", number)
    desk.fill("Mật khẩu hiện tại", MOVER.password)
    desk.type_code(telephone.code_after(lambda: desk.press("Gửi mã đến số mới")), "Xác nhận số mới")
    desk.sees("Số mới đang chờ BHXH Thử Nghiệm duyệt.")
    desk.look_up(PATIENT)
    desk.sees("Quyền xem lịch sử tạm dừng vì số điện thoại mới của bạn đang chờ cơ quan BHXH duyệt.")
    # and the agency agrees
    agency = new_desk(width)
    agency.type_code(telephone.code_after(lambda: agency.sign_in(ASSESSOR)), "Xác nhận")
    agency.menu("Đổi số điện thoại")
    agency.sees(MOVER.name)
    with agency.turning():
        agency.page.get_by_role("link", name=re.compile("^Xem xét")).click()
    agency.press("Ghi quyết định")
    agency.sees("Chọn duyệt hoặc từ chối.", "Ghi lý do; lý do được lưu vào nhật ký.")
    agency.page.get_by_role("combobox", name="Quyết định").select_option("approve")
    agency.fill("Lý do", "đã gọi đơn vị")
    agency.press("Ghi quyết định")
    agency.sees("Đã duyệt số điện thoại mới.", "Không có yêu cầu nào đang chờ.")
    # then history is asked for as before
    desk.look_up(PATIENT)
    expect(desk.page.get_by_role("button", name="Lấy OTP")).to_be_visible()


def test_people_are_filtered_in_the_address_and_an_empty_answer_says_so(desk: Desk) -> None:
    desk.sign_in(ADMIN)
    desk.fill("Tên hoặc tên đăng nhập", "không có ai tên thế này")
    desk.press("Lọc")
    desk.sees("Không có ai phù hợp với điều kiện lọc")
    desk.follow("Bỏ lọc")
    desk.sees(OFFICER.name, COLLEAGUE.name)
    desk.open("/quan-tri/nguoi-su-dung?words=kiemthu&state=active")
    desk.sees(OFFICER.name)
    expect(desk.page.locator("tbody tr")).to_have_count(1)
    expect(desk.field("Tên hoặc tên đăng nhập")).to_have_value("kiemthu")
    desk.follow(OFFICER.name)
    desk.sees("Khóa tài khoản", "Cấp mật khẩu tạm", "Xem lịch sử khám chữa bệnh")


def test_operators_see_messages_without_receivers_and_bodies(desk: Desk, telephone: Telephone) -> None:
    code = telephone.code_after(lambda: desk.sign_in(ASSESSOR))
    desk.type_code(code, "Xác nhận")
    desk.menu("Tin nhắn SMS")
    expect(desk.page.locator("tbody tr").first).to_be_visible()
    desk.misses(code, ASSESSOR.phone)


def test_sent_messages_of_a_sandbox_hide_the_receiver(desk: Desk) -> None:
    desk.open(SENT_MESSAGES)
    desk.sees("Môi trường thử nghiệm không gửi SMS thật", "Gửi đến •••••••")
    desk.misses(OFFICER.phone)


def test_help_opens_before_and_after_signing_in(desk: Desk) -> None:
    desk.open("/tro-giup")
    desk.sees("Tra cứu thẻ BHYT", "OTP_WRONG", "Hỏi quản trị của đơn vị trước")
    desk.sign_in(OFFICER)
    desk.menu("Hướng dẫn")
    desk.sees("0000000900")


def test_pages_that_are_not_there_or_not_for_oneself_say_so_with_a_way_on(desk: Desk) -> None:
    desk.expected |= {403, 404, 405}
    desk.sign_in(OFFICER)
    for path, code in {
        "/khong-co-trang-nay": "PAGE_UNKNOWN",
        "/quan-tri/nguoi-su-dung": "RIGHT_NEEDED",
        "/quen-mat-khau/dat-lai": "PAGE_METHOD",
    }.items():
        desk.open(path)
        assert desk.heading == "Không thực hiện được"
        desk.sees(f"Mã {code} · ", "Mã tham chiếu")
    desk.follow("Về trang đầu")
    assert desk.heading == "Quản lý thông tuyến"
