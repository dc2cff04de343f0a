"""The counter's main path: look a card up, open history with the code from the SMS, the next patient."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cast import COLLEAGUE, FOLLOWED, FOLLOWING_CARD, OFFICER, OTHER, PATIENT
from tests.browser.desk import Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")
SIGNED_OUT = "Bạn đã đăng xuất."
OPEN = "Mã OTP còn hiệu lực đến"
CLOSED = "Lịch sử đang đóng."


def open_history(desk: Desk, telephone: Telephone) -> None:
    """From a look-up's answer to the open history."""
    desk.type_code(telephone.code_after(lambda: desk.ask_for_code(OFFICER)))
    desk.sees(OPEN)


def test_history_opens_with_the_code_from_the_sms_and_shows_visits_and_who_looked(
    desk: Desk, telephone: Telephone
) -> None:
    # given an officer with the history right, and a patient just looked up
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    desk.sees("Thẻ dùng được", "mã 000", PATIENT.name, PATIENT.card, CLOSED)
    desk.misses(PATIENT.diagnosis)
    # when the code is asked for, read on the telephone and typed
    code = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
    desk.sees("Mã gồm 6 chữ số đã được gửi")
    desk.type_code(code)
    # then visits, their timeline and the trail are there
    desk.sees(OPEN, "3 lượt khám.", PATIENT.diagnosis, "Bệnh viện Bên Kia")
    expect(desk.page.locator("svg.timeline rect")).to_have_count(3)
    desk.sees("Ai đã tra cứu người này", "01999-WEB")


def test_a_visit_opens_and_leads_back_to_the_history(desk: Desk, telephone: Telephone) -> None:
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    open_history(desk, telephone)
    with desk.turning():
        desk.page.get_by_role("button", name=re.compile("^Chi tiết")).first.click()
    assert desk.heading == f"Lượt khám của {PATIENT.name}"
    desk.sees("120.000 đ", "96.000 đ", "24.000 đ", f"J02 · {PATIENT.diagnosis}", "Đúng tuyến")
    desk.press("Quay lại lịch sử")
    desk.sees(OPEN, "3 lượt khám.")


def test_the_next_patient_s_page_shows_nothing_of_the_former(desk: Desk, telephone: Telephone) -> None:
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    open_history(desk, telephone)
    desk.look_up(OTHER)
    desk.sees(OPEN, "1 lượt khám.", OTHER.diagnosis, OTHER.name)
    desk.misses(PATIENT.diagnosis, PATIENT.card)


def test_after_signing_out_the_back_button_shows_nothing_personal(desk: Desk, telephone: Telephone) -> None:
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    open_history(desk, telephone)
    desk.press("Đăng xuất")
    desk.sees(SIGNED_OUT)
    for _ in range(3):
        desk.go_back()
        desk.misses(PATIENT.name, PATIENT.card, PATIENT.diagnosis, OFFICER.name)
    desk.send_again()
    assert desk.heading == "Đăng nhập"
    desk.misses(PATIENT.name, PATIENT.card, PATIENT.diagnosis, OFFICER.name)


def test_an_officer_without_the_history_right_reads_why_and_sees_the_card_all_the_same(desk: Desk) -> None:
    desk.sign_in(COLLEAGUE)
    desk.look_up(PATIENT)
    desk.sees("Thẻ dùng được", "Bạn chưa được cấp quyền «Xem lịch sử khám chữa bệnh»")
    expect(desk.page.get_by_role("button", name="Lấy OTP")).to_have_count(0)
    desk.misses(PATIENT.diagnosis)


def test_a_card_that_was_replaced_shows_the_one_that_counts(desk: Desk) -> None:
    desk.sign_in(COLLEAGUE)
    desk.look_up(FOLLOWED)
    desk.sees("Có thẻ mới", "mã 003", f"Thẻ cũ {FOLLOWED.card} → thẻ mới {FOLLOWING_CARD}")


def test_an_empty_form_says_at_each_field_what_to_do(desk: Desk) -> None:
    desk.sign_in(COLLEAGUE)
    desk.fill("Ngày sinh", "31/02/1980")
    desk.press("Tra cứu")
    desk.sees("Chưa gửi được. Sửa các ô sau:", "Nhập họ và tên đầy đủ, có dấu.", "Ngày sinh không đúng.")
    expect(desk.field("Ngày sinh")).to_have_value("31/02/1980")
    expect(desk.field("Ngày sinh")).to_have_attribute("aria-invalid", "true")


def test_a_patient_of_today_is_looked_up_again_with_one_click(desk: Desk) -> None:
    desk.sign_in(COLLEAGUE)
    desk.look_up(OTHER)
    desk.follow("Người tiếp theo")
    desk.misses(OTHER.card)
    with desk.turning():
        desk.page.get_by_role("button", name=OTHER.name).first.click()
    desk.sees("Thẻ dùng được", OTHER.card)


def test_print_leaves_the_answer_and_takes_menus_and_forms_away(desk: Desk, telephone: Telephone) -> None:
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    open_history(desk, telephone)
    desk.page.emulate_media(media="print")
    for kept in (".verdict", ".facts", ".timeline", ".rows"):
        expect(desk.page.locator(kept).first).to_be_visible()
    for gone in ("header", "nav", "footer", "form", "button", ".desk-ask", ".sandbox-note"):
        assert not any(one.is_visible() for one in desk.page.locator(gone).all()), gone
