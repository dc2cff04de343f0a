"""Mẫu 01/dk-ctn, 02/dk-ctn and 08/BH as official papers. They carry CCCD in full, as the signed list must."""

from __future__ import annotations

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.enrolment.models import PersonLine
from congbhyt.kernel.clock import wire_day
from congbhyt.paper.document import Align, Column, Document, Table
from congbhyt.registration.documents import form
from congbhyt.registration.models import Request
from congbhyt.registration.rules import Kind

_TITLES = {
    Kind.PEOPLE: "Danh sách đăng ký người sử dụng và quyền khai thác Cổng tiếp nhận dữ liệu",
    Kind.ADMINISTRATOR: "Đề nghị cấp tài khoản quản trị của đơn vị",
    Kind.APPROVERS: "Danh sách cán bộ được phân công phê duyệt",
}


def request_form(request: Request) -> Document:
    """The list of people with the rights asked for (CV 1923/BHXH-CNTT §2; TT 12/2026/TT-BTC Đ16)."""
    columns = (
        Column("STT", 0.5, Align.CENTER), Column("Họ và tên", 1.8), Column("Số CCCD", 1.4), Column("Mã số BHXH", 1.2),
        Column("Điện thoại", 1.2), Column("E-mail", 1.5), Column("Chức danh, khoa phòng", 1.6),
        Column("Quyền khai thác", 2.2), Column("Đến ngày", 1),
    )  # fmt: skip
    rows = tuple(_cells(line) for line in request.people.order_by("number"))
    return form(request, title=_TITLES[Kind(request.kind)], table=Table(columns, rows), landscape=True)


def _cells(line: PersonLine) -> tuple[str, ...]:
    rights = "; ".join(RIGHTS[Right(right)].label for right in line.rights)
    place = ", ".join(part for part in (line.position, line.department) if part)
    return (
        str(line.number), line.full_name, line.citizen_number, line.social_number, line.phone, line.email, place,
        rights, wire_day(line.valid_to),
    )  # fmt: skip
