"""Agencies at work on requests: each role does its own and no more, emergencies take two officers, many go at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import clerks
from tests.browser.cast import (
    ADMIN,
    APPROVER,
    FAR_APPROVER,
    HELPER,
    OPENER,
    REVIEWER,
    SECOND_APPROVER,
    WIDTHS,
    Someone,
)
from tests.browser.clerks import CARD, INBOX, come_in, label_of, part, row, shows
from tests.browser.desk import Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")
WIDE, NARROW = WIDTHS
STATION = "01995"
EMERGENCY = "/phe-duyet/khan-cap"


def test_each_role_sees_and_does_only_its_own_even_when_it_guesses_the_number(
    new_desk: Callable[..., Desk], telephone: Telephone
) -> None:
    # given a request that an approver filed for a station from its paper
    filer = new_desk(WIDE, also=[NARROW])
    come_in(filer, APPROVER, telephone)
    path = file_for_station(filer)
    # then the one who filed it reads why somebody else decides
    filer.sees("Bạn không tự xử lý được vì chính bạn đã lập đề nghị này.")
    expect(filer.page.get_by_role("button", name=re.compile("^(Duyệt|Từ chối|Trả lại)"))).to_have_count(0)
    # and who helps in the area sees it, and finds nothing to decide with
    helper = new_desk(NARROW, also=[WIDE])
    helper.sign_in(HELPER)
    assert helper.heading == "Đề nghị của đơn vị"
    helper.follow(label_of(filer))
    helper.sees(
        "01995 Trạm y tế Thử", "198.51.100.200", f"{APPROVER.name} · 01", "Đề nghị này do BHXH Thử Nghiệm xử lý"
    )
    expect(helper.page.get_by_role("button", name=re.compile("^(Duyệt|Từ chối|Trả lại|Ghi nhận)"))).to_have_count(0)
    # and a hospital's administrator and another province's approver find nothing there, by whatever way
    paper = filer.page.get_by_role("link", name="Xem bản quét").get_attribute("href") or ""
    for stranger in (ADMIN, FAR_APPROVER):
        finds_nothing(new_desk(NARROW), stranger, path, paper)
    # and neither does the national centre, before the province has decided
    other = new_desk(WIDE)
    come_in(other, SECOND_APPROVER, telephone)
    other.open(path)
    expect(part(other, "Đã nhận bản giấy")).to_be_visible()
    clerks.note_paper(other, "8/TYT")
    clerks.approve(other, 1)
    other.sees("Đã duyệt, chờ mở")


def file_for_station(desk: Desk) -> str:
    """From the unit's paper to having sent it; the address of the request."""
    desk.menu("Lập thay đơn vị")
    desk.fill("Mã đơn vị", STATION)
    desk.page.get_by_role("combobox", name="Loại đề nghị").select_option(label="Đăng ký địa chỉ IP")
    desk.press("Tiếp tục")
    desk.page.get_by_label(CARD).check()
    desk.press("Tiếp tục")
    desk.sees("Văn bản của đơn vị (số, ngày): Ghi số và ngày văn bản")
    desk.fill("Văn bản của đơn vị (số, ngày)", "8/TYT ngày 02/03/2026")
    desk.press("Tiếp tục")
    desk.fill("Địa chỉ IP Internet", "198.51.100.200")
    clerks.send(desk, "Thêm địa chỉ", "Thêm")
    clerks.upload_scan(desk)
    desk.press("Gửi đề nghị")
    desk.sees("Đã gửi.", "8/TYT ngày 02/03/2026")
    return clerks.address_of(desk)


def finds_nothing(desk: Desk, stranger: Someone, path: str, paper: str) -> None:
    """Pages, forms and files of the request are as if there were none."""
    desk.expected |= {403, 404}
    desk.sign_in(stranger)
    for guessed in (path, f"{path}/sua", f"{path}/ban-in/pdf", f"{path}/mau-excel", paper):
        desk.open(guessed)
        assert desk.heading == "Không thực hiện được"
        desk.sees("Mã REQUEST_UNKNOWN", "Không có đề nghị này trong số những đề nghị bạn được xem.")
    desk.misses("198.51.100.200", "Trạm y tế Thử")


def test_an_emergency_address_takes_two_officers_and_ends_by_itself(
    new_desk: Callable[..., Desk], telephone: Telephone
) -> None:
    # given an officer whom a hospital telephoned
    first = new_desk(WIDE, also=[NARROW])
    come_in(first, APPROVER, telephone)
    ask_in_emergency(first, REVIEWER.home, "198.51.100.130")
    first.sees("Đã gửi. Một cán bộ khác duyệt", "Bạn không tự xử lý được vì chính bạn đã lập đề nghị này.")
    label = label_of(first)
    # when another officer lets the address in
    second = new_desk(NARROW, also=[WIDE])
    come_in(second, SECOND_APPROVER, telephone)
    second.follow(label)
    second.sees("tự hết sau 24 giờ", "đứt cáp", "Trưởng phòng IT, đã gọi lại")
    clerks.approve(second, 1)
    # then it is in force until the hour that the page names
    shows(second, "198.51.100.130", "Đang hiệu lực")
    expect(row(second, "198.51.100.130").first).to_contain_text(re.compile(r"đến \d\d/\d\d/\d{4} \d\d:\d\d"))
    unit = new_desk(NARROW)
    unit.sign_in(REVIEWER)
    unit.menu("Địa chỉ kết nối")
    shows(unit, "198.51.100.130", label)
    # and it can be taken back at any time
    clerks.revoke(second, 1, "đường truyền cũ đã thông")
    second.sees("Đã thu hồi", "đường truyền cũ đã thông")
    unit.menu("Địa chỉ kết nối")
    expect(row(unit, "198.51.100.130")).to_have_count(0)


def ask_in_emergency(desk: Desk, unit: str, address: str) -> None:
    """Ask for an address at once."""
    desk.open(EMERGENCY)
    desk.fill("Mã đơn vị", unit)
    desk.fill("Địa chỉ IP", address)
    desk.fill("Ai báo", "Trưởng phòng IT, đã gọi lại")
    desk.fill("Sự cố", "đứt cáp")
    desk.press("Gửi để cán bộ khác duyệt")


def test_several_requests_are_approved_at_once_after_a_page_that_lists_every_line(
    new_desk: Callable[..., Desk], telephone: Telephone
) -> None:
    # given two addresses that may be let in, and one list of people whose paper is missing
    national = new_desk(WIDE)
    national.sign_in(OPENER)
    labels = []
    for code, address in (("01998", "198.51.100.131"), ("01997", "198.51.100.132")):
        ask_in_emergency(national, code, address)
        labels.append(label_of(national))
    unit = new_desk(NARROW)
    unit.sign_in(REVIEWER)
    paperless = clerks.ask_for_somebody(unit, "KIỀU VĂN CHƯA GIẤY", "099300000321", "0000000421")
    # when an officer of the province chooses all of them
    province = new_desk(WIDE, also=[NARROW])
    come_in(province, SECOND_APPROVER, telephone)
    province.press("Duyệt các đề nghị đã chọn…")
    province.sees("Chưa chọn dòng nào.")
    province.open(INBOX)
    for label in (*labels, paperless):
        province.page.get_by_role("checkbox", name=f"Chọn {label}").check()
    province.press("Duyệt các đề nghị đã chọn…")
    # then a page lists every line and what is missing before anything is done
    assert province.heading == "Duyệt 3 đề nghị?"
    province.sees("198.51.100.131", "198.51.100.132", "KIỀU VĂN CHƯA GIẤY", "Chưa duyệt được vì chưa có bản giấy")
    # and what can be approved is, while the rest says why not
    province.press("Duyệt tất cả")
    assert province.heading == "1 đề nghị chưa xử lý được"
    province.sees("2 đề nghị khác đã xong.")
    shows(province, paperless, "Chưa duyệt được vì chưa có bản giấy")
    province.follow("Quay lại danh sách")
    for label in labels:
        expect(row(province, label)).to_have_count(0)
    shows(province, paperless, "Chờ duyệt")
    # and what was sent back says what to mend
    province.follow(paperless)
    clerks.fill_in(province, "Trả lại để sửa", Cần_sửa_gì="thiếu bản giấy")
    clerks.send(province, "Trả lại để sửa", "Trả lại đơn vị")
    unit.open(clerks.REQUESTS)
    unit.sees(f"{paperless} (Đăng ký người sử dụng) được trả lại: thiếu bản giấy")
    unit.follow("Sửa và gửi lại")
    unit.press("Rút đề nghị")
    unit.sees("Đã rút đề nghị.")
    # and progress is told as a table and a chart
    province.menu("Tiến độ")
    shows(province, "BHXH Thử Nghiệm", "%")
