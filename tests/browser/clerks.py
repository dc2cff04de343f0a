"""What clerks and officers do again and again on the way of a request: sign in, fill in, upload, decide, activate."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import FilePayload, Locator, expect

from congbhyt.kernel.clock import VIETNAM
from tests.browser.cast import Someone
from tests.browser.desk import Desk, Telephone

NEW_PASSWORD = "sáng nay gió nhẹ qua đồng"
REQUESTS = "/dang-ky"
INBOX = "/phe-duyet/de-nghi"
CARD, HISTORY = "Tra cứu thẻ BHYT", "Xem lịch sử khám chữa bệnh"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST_ROW = 5
"""Where the file to fill in has its first empty row."""


def come_in(desk: Desk, someone: Someone, telephone: Telephone) -> None:
    """Sign in with a password and the code that is sent then."""
    desk.type_code(telephone.code_after(lambda: desk.sign_in(someone)), "Xác nhận")


def part(desk: Desk, title: str) -> Locator:
    """A part of the page by its title."""
    return desk.page.get_by_role("region", name=title, exact=True)


def fill_in(desk: Desk, title: str, **typed: str) -> None:
    """Type into fields of one part of the page; an underscore stands for a blank."""
    for label, text in typed.items():
        part(desk, title).get_by_label(label.replace("_", " "), exact=True).fill(text)


def send(desk: Desk, title: str, button: str) -> None:
    """Press a button in one part of the page."""
    with desk.turning():
        part(desk, title).get_by_role("button", name=button, exact=True).click()


def tick(desk: Desk, title: str, *numbers: int) -> None:
    """Choose lines in one part of the page."""
    for number in numbers:
        part(desk, title).get_by_role("checkbox", name=re.compile(rf"^{number}\. ")).check()


def row(desk: Desk, words: str) -> Locator:
    """The row of a table that holds these words."""
    return desk.page.locator("tbody tr").filter(has_text=words)


def begin(desk: Desk, kind: str) -> None:
    """Choose what to ask for."""
    desk.open(REQUESTS)
    with desk.turning():
        desk.page.get_by_role("link", name=re.compile(rf"^Lập đề nghị.*{kind}$")).click()


def label_of(desk: Desk) -> str:
    """The number of the request on the page, as people say it: DK000012."""
    found = re.search(r"DK\d{6}", desk.heading)
    assert found
    return found[0]


def address_of(desk: Desk) -> str:
    """The address of the request on the page."""
    return desk.page.url.removeprefix(desk.portal.base).partition("?")[0]


def upload_scan(desk: Desk, name: str = "ban-ky.png") -> None:
    """Upload the picture of a signed sheet."""
    sheet = io.BytesIO()
    Image.new("RGB", (600, 848), (250, 250, 240)).save(sheet, "PNG")
    control = part(desk, "Bản giấy").get_by_label("Bản ký số (PDF) hoặc bản quét có chữ ký, con dấu")
    control.set_input_files(FilePayload(name=name, mimeType="image/png", buffer=sheet.getvalue()))
    send(desk, "Bản giấy", "Tải lên")


def downloaded(desk: Desk, link: str) -> bytes:
    """What a link gives to be saved."""
    with desk.page.expect_download() as coming:
        desk.page.get_by_role("link", name=link, exact=True).click()
    return coming.value.path().read_bytes()


def send_sheet(desk: Desk, template: bytes, *people: tuple[str, ...]) -> None:
    """Fill in the Excel file, one row for each of the people, and upload it."""
    book, filled = load_workbook(io.BytesIO(template)), io.BytesIO()
    for number, cells in enumerate(people, _FIRST_ROW):
        for column, value in enumerate(cells, 1):
            book.worksheets[0].cell(number, column, value)
    book.save(filled)
    part(desk, "Thêm từ tệp Excel").get_by_label("Tệp Excel (.xlsx)").set_input_files(
        FilePayload(name="nguoi-su-dung.xlsx", mimeType=_XLSX, buffer=filled.getvalue())
    )
    send(desk, "Thêm từ tệp Excel", "Gửi tệp")


def note_paper(desk: Desk, number: str) -> None:
    """Put on record that the signed paper has come."""
    fill_in(desk, "Đã nhận bản giấy", Số_văn_bản=number, Ngày_văn_bản="02/03/2026", Người_nhận="Văn thư")
    send(desk, "Đã nhận bản giấy", "Ghi nhận bản giấy")
    desk.sees("Đã ghi nhận bản giấy.")


def approve(desk: Desk, *numbers: int) -> None:
    """Approve these lines."""
    tick(desk, "Duyệt hoặc từ chối", *numbers)
    send(desk, "Duyệt hoặc từ chối", "Duyệt các dòng đã chọn")


def refuse(desk: Desk, number: int, reason: str) -> None:
    """Refuse a line; a reason is asked for if none is given."""
    tick(desk, "Duyệt hoặc từ chối", number)
    fill_in(desk, "Duyệt hoặc từ chối", Lý_do_hoặc_ghi_chú=reason)
    send(desk, "Duyệt hoặc từ chối", "Từ chối")


def activate(desk: Desk, telephone: Telephone, handle: str) -> None:
    """Set the first password of a new account with the code that its SMS names it with, and sign in."""
    home, user = handle.split("/")
    someone = Someone(home, user, "", password=NEW_PASSWORD)
    desk.open("/dang-nhap")
    desk.follow("Kích hoạt tài khoản")
    desk.fill("Mã đơn vị hoặc cơ quan BHXH", home)
    desk.fill("Tên đăng nhập", user)
    desk.fill("Mã trong SMS", telephone.code_naming(handle))
    desk.fill("Mật khẩu mới", NEW_PASSWORD)
    desk.fill("Nhập lại mật khẩu mới", NEW_PASSWORD)
    desk.press("Kích hoạt")
    desk.sees("Đã kích hoạt.")
    desk.sign_in_here(someone)


def shows(desk: Desk, words: str, state: str) -> None:
    """The row with these words says this."""
    expect(row(desk, words).first).to_contain_text(state)


def days_ahead(desk: Desk, days: int) -> str:
    """A day by the portal's clock, as people write it."""
    now = datetime.now(VIETNAM) + timedelta(seconds=float(desk.portal.offset.read_text()))
    return f"{now + timedelta(days=days):%d/%m/%Y}"


def revoke(desk: Desk, number: int, reason: str) -> None:
    """Take a line in force back."""
    title = "Thu hồi dòng đang hiệu lực"
    tick(desk, title, number)
    fill_in(desk, title, Lý_do_thu_hồi=reason)
    send(desk, title, "Thu hồi các dòng đã chọn")


def ask_for_somebody(desk: Desk, name: str, citizen: str, phone: str) -> str:
    """Register one person on 01/dk-ctn and send it; the request's number."""
    begin(desk, "Đăng ký người sử dụng")
    desk.press("Tiếp tục")
    for label, text in {"Họ và tên": name, "Số CCCD": citizen, "Số điện thoại": phone}.items():
        desk.fill(label, text)
    desk.page.get_by_label(CARD).check()
    send(desk, "Thêm người", "Thêm")
    desk.press("Gửi đề nghị")
    desk.sees("Đã gửi.")
    return label_of(desk)
