"""Codes that are wrong, spent, too old or asked for too soon; how long history and a session stay open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cast import COLLEAGUE, OFFICER, OTHER, PATIENT
from tests.browser.desk import LOOK_UP, Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")
OPEN = "Mã OTP còn hiệu lực đến"
CLOSED = "Lịch sử đang đóng."
CODE_BOX = "Mã trong SMS"
NEARLY_IDLE = 14
"""Minutes: a session lives for 15 without a page."""


def another(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def at_the_panel(desk: Desk) -> Desk:
    """An officer who has looked a patient up and not asked for a code yet."""
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    return desk


@pytest.fixture
def with_history_open(at_the_panel: Desk, telephone: Telephone) -> Desk:
    """An officer whose history is open."""
    at_the_panel.type_code(telephone.code_after(lambda: at_the_panel.ask_for_code(OFFICER)))
    at_the_panel.sees(OPEN)
    return at_the_panel


def stay(desk: Desk, minutes: int) -> None:
    """Let time pass at a desk where somebody opens a page often enough for the session to last, but looks nobody up."""
    while minutes > 0:
        step = min(minutes, NEARLY_IDLE)
        desk.portal.later(minutes=step)
        desk.context.request.get("/tro-giup")
        minutes -= step


def test_a_wrong_code_says_how_many_tries_are_left_and_the_right_one_still_opens(
    at_the_panel: Desk, telephone: Telephone
) -> None:
    desk = at_the_panel
    code = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
    desk.type_code(another(code))
    desk.sees("Mã không đúng, còn 4 lần thử.", "Mã OTP_WRONG", "còn 4 lần thử")
    desk.type_code(code)
    desk.sees(OPEN, PATIENT.diagnosis)


def test_five_wrong_codes_spend_it_and_the_right_one_opens_nothing(at_the_panel: Desk, telephone: Telephone) -> None:
    desk = at_the_panel
    code = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
    for left in (4, 3, 2, 1):
        desk.type_code(another(code))
        desk.sees(f"còn {left} lần thử")
    desk.type_code(another(code))
    desk.sees("Mã đã bị nhập sai 5 lần nên không còn dùng được.")
    expect(desk.field(CODE_BOX)).to_have_count(0)
    desk.misses(PATIENT.diagnosis)


def test_a_code_that_is_no_code_costs_no_try(at_the_panel: Desk, telephone: Telephone) -> None:
    desk = at_the_panel
    code = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
    desk.fill(CODE_BOX, "12345")
    desk.press("Mở lịch sử")
    desk.sees("Mã gồm 6 chữ số. Nhập đúng 6 chữ số trong SMS.")
    desk.misses("lần thử")
    desk.fill(CODE_BOX, "")
    desk.type_code(f"{code[:3]} {code[3:]}")
    desk.sees(OPEN)


def test_a_code_is_too_old_after_thirty_minutes_though_the_session_lives(
    at_the_panel: Desk, telephone: Telephone
) -> None:
    desk = at_the_panel
    code = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
    stay(desk, 30)
    desk.type_code(code)
    desk.sees("Mã đã hết hạn sau 30 phút. Bấm gửi lại để nhận mã mới.", "OTP_EXPIRED")
    # a new one opens
    desk.type_code(telephone.code_after(lambda: desk.ask_for_code(OFFICER)))
    desk.sees(OPEN)


def test_history_closes_after_thirty_minutes_without_a_look_up(with_history_open: Desk) -> None:
    stay(with_history_open, 30)
    with_history_open.look_up(PATIENT)
    with_history_open.sees("Thẻ dùng được", CLOSED)
    with_history_open.misses(PATIENT.diagnosis)


def test_history_stays_open_as_long_as_people_are_looked_up_but_not_beyond_four_hours(with_history_open: Desk) -> None:
    desk = with_history_open
    for patient in (OTHER, PATIENT) * 4:  # 29 minutes each: three hours and 52 minutes
        stay(desk, 29)
        desk.look_up(patient)
        desk.sees(OPEN, patient.diagnosis)
    stay(desk, 9)
    desk.look_up(OTHER)
    desk.sees(CLOSED)
    desk.misses(OTHER.diagnosis)


def test_history_closed_by_hand_stays_closed(with_history_open: Desk) -> None:
    with_history_open.press("Đóng lịch sử")
    with_history_open.misses(PATIENT.card, PATIENT.diagnosis)
    with_history_open.look_up(PATIENT)
    with_history_open.sees(CLOSED)


def test_a_page_left_alone_for_fifteen_minutes_leads_to_sign_in_which_says_why(with_history_open: Desk) -> None:
    desk = with_history_open
    desk.portal.later(minutes=15)
    desk.look_up(PATIENT)
    assert desk.heading == "Đăng nhập"
    desk.sees("Phiên làm việc đã kết thúc vì 15 phút không thao tác. Đăng nhập lại để tiếp tục.")
    # the next session does not find history open
    desk.sign_in(OFFICER)
    desk.look_up(PATIENT)
    desk.sees(CLOSED)
    desk.misses(PATIENT.diagnosis)


def test_after_signing_in_anew_one_is_where_one_wanted_to_be(desk: Desk) -> None:
    desk.open("/tai-khoan")
    assert desk.heading == "Đăng nhập"
    desk.sign_in_here(COLLEAGUE)
    assert desk.page.url.endswith("/tai-khoan")


def test_another_person_s_social_number_opens_nothing(at_the_panel: Desk) -> None:
    desk = at_the_panel
    desk.fill("Mã BHXH của bạn", "9900000001")
    desk.press("Lấy OTP")
    desk.sees("Mã số BHXH không phải là của bạn.", "Mã HISTORY_SOCIAL_WRONG")
    expect(desk.field(CODE_BOX)).to_have_count(0)
    expect(desk.field("Mã BHXH của bạn")).to_have_value("9900000001")


def test_another_code_is_sent_after_a_minute_and_not_before(
    at_the_panel: Desk, telephone: Telephone, new_desk: Callable[..., Desk], width: int
) -> None:
    desk = at_the_panel
    first = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
    again = desk.page.get_by_role("button", name="Gửi lại")
    expect(again).to_be_disabled()  # and it counts the seconds
    # whoever signs in elsewhere to get around it is refused as well
    other = new_desk(width)
    other.sign_in(OFFICER)
    other.look_up(OTHER)
    other.ask_for_code(OFFICER)
    other.sees("Mã vừa được gửi. Đợi ", "OTP_RESEND_EARLY")
    # when the minute is over
    desk.portal.later(minutes=1)
    desk.look_up(PATIENT)
    desk.fill("Mã BHXH của bạn", OFFICER.social)
    second = telephone.code_after(lambda: desk.press("Gửi lại"))
    desk.type_code(first if first != second else another(second))
    desk.sees("Mã không đúng")  # only the newest counts
    desk.type_code(second)
    desk.sees(OPEN)


def test_the_look_up_page_is_never_kept_by_the_browser(at_the_panel: Desk) -> None:
    answer = at_the_panel.context.request.get(LOOK_UP)
    assert answer.headers["cache-control"] == "no-store"
