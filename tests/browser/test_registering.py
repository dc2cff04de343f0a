"""Units on the way to being connected: addresses, people out of Excel, people they manage themselves, the review."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import clerks
from tests.browser.cast import (
    APPOINTER,
    APPROVER,
    CLINIC_ACCOUNT,
    LEFT,
    OPENER,
    OVERLOOKED,
    REGISTRAR,
    REVIEWER,
    STAYING,
    UNIT_ACCOUNT,
    WIDTHS,
)
from tests.browser.clerks import CARD, HISTORY, INBOX, REQUESTS, come_in, label_of, part, row, shows
from tests.browser.desk import LOOK_UP, PATIENCE_SECONDS, Desk, Telephone

pytestmark = pytest.mark.xdist_group("browser")
WIDE, NARROW = WIDTHS
ADDRESSES = "/dang-ky/dia-chi"
REVIEW = "/dang-ky/ra-soat"
PEOPLE = "/quan-tri/nguoi-su-dung"
THREE_WEEKS = 21 * 24 * 60


@pytest.fixture
def wide(new_desk: Callable[..., Desk]) -> Desk:
    """A counter's window of which every page is looked at in a telephone's width too."""
    return new_desk(WIDE, also=[NARROW])


@pytest.fixture
def narrow(new_desk: Callable[..., Desk]) -> Desk:
    """A telephone of which every page is looked at in a counter's width too."""
    return new_desk(NARROW, also=[WIDE])


def test_a_hospital_registers_addresses_from_outside_and_each_is_opened_or_refused_with_its_reason(
    wide: Desk, new_desk: Callable[..., Desk], telephone: Telephone
) -> None:
    # given somebody who registers for a hospital and stands outside its network
    come_in(wide, REGISTRAR, telephone)
    assert wide.heading == "Đăng ký của đơn vị"
    wide.sees("Phiên chỉ để đăng ký.")
    wide.menu("Địa chỉ kết nối")
    wide.sees("127.0.0.1", "chưa đăng ký cho đơn vị")
    # when they fill in 01/dk-ip-ctn, have it signed and send it
    label = file_addresses(wide)
    # and the province approves two lines, refuses one and compiles 02/th-ip-ctn
    province = new_desk(WIDE, also=[NARROW])
    come_in(province, APPROVER, telephone)
    approve_addresses(province, label)
    # and the national centre opens what was compiled
    centre = new_desk(NARROW, also=[WIDE])
    centre.sign_in(OPENER)
    open_addresses(centre, label)
    # then the addresses are in force at this very door
    wide.open(ADDRESSES)
    shows(wide, "198.51.100.64/27", label)
    misses_row(wide, "198.51.100.7")
    reload_until(wide, "đã đăng ký cho đơn vị.")
    # and the request tells every step with who took it
    wide.follow(f"{label} dòng 1")
    for step in ("Lập", "Gửi", "Duyệt từng dòng", "Mở kết nối"):
        expect(part(wide, "Diễn biến")).to_contain_text(step)
    expect(part(wide, "Diễn biến")).to_contain_text(f"{APPROVER.name} · 01")
    expect(part(wide, "Diễn biến")).to_contain_text(f"{OPENER.name} · 00CNTT")
    shows(wide, "198.51.100.7", "đường truyền này của đơn vị khác")
    # and whoever registers comes in without a code, and to everything that is theirs
    wide.press("Đăng xuất")
    wide.sign_in_here(REGISTRAR)
    assert wide.heading == "Người sử dụng"


def file_addresses(desk: Desk) -> str:
    """From the head of the form to having sent it; the request's number."""
    clerks.begin(desk, "Đăng ký địa chỉ IP")
    desk.press("Tiếp tục")
    desk.sees("Kết nối để làm gì: Chọn ít nhất một mục đích.")
    desk.page.get_by_label(CARD).check()
    desk.fill("Người liên hệ", "NGUYỄN VĂN KỸ THUẬT")
    desk.fill("Điện thoại liên hệ", "0000 000 301")
    desk.press("Tiếp tục")
    desk.fill("Địa chỉ IP Internet", "127.0.0.1\n10.0.0.1\n198.51.100.7\n198.51.100.64 - 198.51.100.95")
    desk.fill("Nhà cung cấp", "VNPT")
    clerks.send(desk, "Thêm địa chỉ", "Thêm")
    desk.sees("Đã thêm 3 dòng.", "10.0.0.1")
    expect(desk.field("Địa chỉ IP Internet")).to_have_value("10.0.0.1")
    label = label_of(desk)
    assert clerks.downloaded(desk, "PDF").startswith(b"%PDF-")
    assert clerks.downloaded(desk, "Word").startswith(b"PK")
    clerks.upload_scan(desk)
    desk.sees("Đã nhận tệp.", "Chưa có chữ ký số hợp lệ", "3 dòng.")
    expect(part(desk, "Bản giấy").get_by_role("img")).to_be_visible()
    desk.press("Gửi đề nghị")
    desk.sees("Đã gửi.", "Chờ duyệt")
    return label


def approve_addresses(desk: Desk, label: str) -> None:
    """The province's part."""
    desk.open(INBOX)
    shows(desk, label, REGISTRAR.home)
    desk.follow(label)
    desk.sees("Chưa duyệt được vì bản tải lên chưa có chữ ký số hợp lệ.", "Đơn vị khác cũng đang dùng địa chỉ này: 01")
    expect(part(desk, "Duyệt hoặc từ chối").get_by_role("button", name="Duyệt các dòng đã chọn")).to_have_count(0)
    clerks.note_paper(desk, "12/BV")
    clerks.approve(desk, 1, 3)
    desk.sees("Đã duyệt các dòng đã chọn.")
    clerks.refuse(desk, 2, "")
    desk.sees("Lý do: không để trống")
    clerks.refuse(desk, 2, "đường truyền này của đơn vị khác")
    desk.sees("Đã từ chối các dòng đã chọn.", "Đã duyệt, chờ mở")
    desk.menu("Tổng hợp 02/th-ip-ctn")
    shows(desk, label, REGISTRAR.home)
    desk.press("Lập bảng tổng hợp 02/th-ip-ctn")
    shows(desk, "198.51.100.64/27", "Đã duyệt, chờ mở")
    misses_row(desk, "198.51.100.7")
    for link, begins in {"DOCX": b"PK", "PDF": b"%PDF-", "Excel": b"PK"}.items():
        assert clerks.downloaded(desk, link).startswith(begins)


def open_addresses(desk: Desk, label: str) -> None:
    """The national centre's part."""
    desk.menu("Mở kết nối")
    for line in row(desk, label).get_by_role("checkbox").all():
        line.check()
    desk.press("Xử lý các địa chỉ đã chọn…")
    assert desk.heading == "Mở 2 địa chỉ?"
    desk.press("Mở kết nối")
    desk.sees("Đã mở 2 địa chỉ; có hiệu lực sau vài giây.")
    expect(row(desk, label)).to_have_count(0)


def misses_row(desk: Desk, words: str) -> None:
    """No row of a table begins a cell with this."""
    expect(desk.page.get_by_role("cell", name=words, exact=True)).to_have_count(0)


def reload_until(desk: Desk, words: str) -> None:
    """What another process opened is in force within seconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while words not in desk.text:
        assert time.monotonic() < deadline, f"the page never says {words}"
        desk.page.wait_for_timeout(100)
        desk.page.reload()


def test_three_people_come_out_of_excel_one_is_refused_and_one_of_the_approved_signs_in(
    wide: Desk, new_desk: Callable[..., Desk], telephone: Telephone
) -> None:
    # given the unit's own account, which since 01/08/2024 opens nothing but its requests
    come_in(wide, UNIT_ACCOUNT, telephone)
    wide.sees("Phiên chỉ để đăng ký.")
    # when it uploads a list of which one row is wrong, and sends the three others
    clerks.begin(wide, "Đăng ký người sử dụng")
    wide.press("Tiếp tục")
    label = label_of(wide)
    clerks.send_sheet(
        wide, clerks.downloaded(wide, "Tải tệp mẫu"),
        ("CAO THỊ MỘT", "099300000301", "9900000301", "0000000401", "", "Điều dưỡng", "Nhi", "THE; LS", "31/12/2099"),
        ("CAO VĂN HAI", "099300000302", "", "0000000402", "", "", "", CARD, ""),
        ("CAO THỊ BA", "123", "", "0000000403", "", "", "", "THE", ""),
        ("CAO VĂN BỐN", "099300000304", "", "0000000404", "", "", "", "THE", ""),
    )  # fmt: skip
    wide.sees("Đã thêm 3 người.", "1 dòng trong tệp cần sửa", "3 dòng.")
    fault = row(wide, "CAO THỊ BA")
    expect(fault).to_contain_text("Số CCCD: cần 12 chữ số")
    expect(fault.get_by_role("cell", name="7", exact=True)).to_be_visible()
    wide.press("Gửi đề nghị")
    wide.sees("Đã gửi.")
    # and the province approves two and refuses one
    province = new_desk(NARROW, also=[WIDE])
    come_in(province, APPROVER, telephone)
    province.follow(label)
    clerks.note_paper(province, "15/BV")
    clerks.approve(province, 1, 2)
    clerks.refuse(province, 3, "không phải người của đơn vị")
    province.sees("Đang hiệu lực", "không phải người của đơn vị")
    # then the unit reads both
    wide.open(REQUESTS)
    shows(wide, label, "3 dòng: 2 hiệu lực, 1 từ chối")
    wide.follow(label)
    shows(wide, "CAO VĂN BỐN", "không phải người của đơn vị")
    # and one of the approved opens the account with the code that came by SMS
    theirs = new_desk(NARROW, also=[WIDE])
    clerks.activate(theirs, telephone, "01999/caothimot")
    assert theirs.heading == "Quản lý thông tuyến"
    theirs.open("/tai-khoan")
    theirs.sees("CAO THỊ MỘT", HISTORY)


def test_a_clinic_that_manages_its_people_gives_rights_at_once_and_takes_them_away_at_once(
    narrow: Desk, new_desk: Callable[..., Desk], telephone: Telephone
) -> None:
    # given a clinic whose administrator was declared on 08/BH and accepted
    declare_administrator(new_desk(WIDE, also=[NARROW]), telephone)
    accept_administrator(new_desk(WIDE), telephone)
    clerks.activate(narrow, telephone, "01997/lyvanquan")
    # when the administrator registers somebody with card look-up and history
    narrow.menu("Người sử dụng")
    narrow.follow("Đăng ký người sử dụng")
    for label, text in {
        "Họ và tên": "VÕ THỊ TIẾP ĐÓN", "Số CCCD": "099300000312", "Số điện thoại": "0000000412",
        "Mã số BHXH": "9900000312", "Chức danh": "Nhân viên tiếp đón",
    }.items():  # fmt: skip
        narrow.fill(label, text)
    narrow.page.get_by_label(CARD).check()
    narrow.page.get_by_label(re.compile(rf"^{HISTORY}")).check()
    narrow.press("Đăng ký")
    # then history waits in a draft, and the other right is in force
    narrow.sees("Đã đăng ký VÕ THỊ TIẾP ĐÓN, tên đăng nhập vothitiepdon.", "Đang soạn", HISTORY)
    theirs = new_desk(WIDE)
    clerks.activate(theirs, telephone, "01997/vothitiepdon")
    assert theirs.heading == "Quản lý thông tuyến"
    # and rights change with the next click
    narrow.open(PEOPLE)
    narrow.follow("VÕ THỊ TIẾP ĐÓN")
    part(narrow, "Đổi quyền").get_by_label("Tra cứu tiền cùng chi trả").check()
    clerks.fill_in(narrow, "Đổi quyền", Lý_do="thêm việc")
    clerks.send(narrow, "Đổi quyền", "Lưu quyền")
    narrow.sees("Đã đổi quyền. Có hiệu lực ngay.")
    theirs.open("/tai-khoan")
    theirs.sees("Tra cứu tiền cùng chi trả")
    # and who leaves is out with the next click too
    clerks.fill_in(narrow, "Thôi sử dụng", Lý_do="nghỉ việc")
    clerks.send(narrow, "Thôi sử dụng", "Thu hồi và khóa")
    narrow.sees("Đã thu hồi mọi quyền và khóa tài khoản.", "Chưa được cấp quyền nào.")
    theirs.open(LOOK_UP)
    assert theirs.heading == "Đăng nhập"


def declare_administrator(desk: Desk, telephone: Telephone) -> None:
    """The clinic's own account fills in 08/BH."""
    come_in(desk, CLINIC_ACCOUNT, telephone)
    clerks.begin(desk, "Tài khoản quản trị")
    desk.press("Tiếp tục")
    for label, text in {
        "Họ và tên": "LÝ VĂN QUẢN", "Số CCCD": "099300000311", "Số điện thoại": "0000000411",
        "Chức danh": "Trưởng phòng",
    }.items():  # fmt: skip
        desk.fill(label, text)
    clerks.send(desk, "Thêm người", "Thêm")
    desk.press("Gửi đề nghị")
    desk.sees("Đã gửi.", "Cơ quan xử lý trước")


def accept_administrator(desk: Desk, telephone: Telephone) -> None:
    """The province has the paper and accepts."""
    come_in(desk, APPROVER, telephone)
    with desk.turning():
        row(desk, CLINIC_ACCOUNT.home).get_by_role("link").click()
    clerks.note_paper(desk, "3/PK")
    clerks.approve(desk, 1)
    desk.sees("Đang hiệu lực")


def test_whom_a_hospital_does_not_confirm_in_a_review_is_suspended_when_it_is_over_and_reads_why(
    narrow: Desk, new_desk: Callable[..., Desk]
) -> None:
    # given a review that the national centre opened
    centre = new_desk(WIDE, also=[NARROW])
    centre.sign_in(APPOINTER)
    centre.menu("Đợt rà soát")
    centre.fill("Tên đợt", "Cuối năm")
    centre.fill("Hạn (hết ngày)", clerks.days_ahead(centre, 14))
    centre.press("Mở đợt rà soát")
    centre.sees("Đã mở đợt rà soát «Cuối năm».", "Đợt «Cuối năm» đang mở")
    # when a hospital says of two people that they stay, of one that they left, and nothing of another
    narrow.sign_in(REVIEWER)
    narrow.open(REQUESTS)
    narrow.follow("Xác nhận")
    narrow.sees("Còn 4 người")
    say(narrow, REVIEWER.name, "Vẫn làm việc")
    say(narrow, STAYING.name, "Vẫn làm việc")
    say(narrow, LEFT.name, "Đã nghỉ")
    narrow.press("Ghi nhận trang này")
    narrow.sees("Đã ghi nhận: 2 người vẫn làm việc, 1 người đã nghỉ.", "đã xác nhận 3 trong 4 người", "Còn 1 người")
    centre.open("/phe-duyet/ra-soat")
    assert re.search(r"\t2\t1\t0\t\d+", row(centre, "Cuối năm").inner_text())
    # and the time is over
    narrow.portal.later(minutes=THREE_WEEKS)
    narrow.portal.review_ends(silent=REVIEWER.home)
    # then who left and who was overlooked read why they do not get in; who was confirmed does
    narrow.open(REVIEW)
    narrow.sign_in_here(LEFT)
    narrow.sees("Tài khoản đang bị khóa. Lý do: đã nghỉ việc, rà soát Cuối năm.")
    narrow.sign_in(OVERLOOKED)
    narrow.sees("Tài khoản đang bị khóa. Lý do: không được đơn vị xác nhận trong đợt rà soát Cuối năm.")
    narrow.sign_in(STAYING)
    assert narrow.heading == "Quản lý thông tuyến"
    centre.sign_in(APPOINTER)
    centre.open("/phe-duyet/ra-soat")
    centre.sees("Mở đợt rà soát")
    assert re.search(r"\t\d+\t1\t1\t0", row(centre, "Cuối năm").inner_text())


def say(desk: Desk, name: str, outcome: str) -> None:
    """Choose one of the two for somebody."""
    desk.page.get_by_role("group", name=name, exact=True).get_by_label(outcome).check()
