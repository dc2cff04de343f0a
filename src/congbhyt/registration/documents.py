"""What every official form of a request has: issuer, addressee, signature, check code.

The blank forms of CV 1923/BHXH-CNTT were not published; header and signature follow NĐ 30/2020, columns are what the
letter's text and the gateway's checks force (docs/law.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from congbhyt.kernel.clock import vietnam_day, wire_day
from congbhyt.paper.document import Document, SignatureBlock, Table
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import PURPOSES, Request
from congbhyt.units.models import Agency, Unit

_VOW = (
    "Đơn vị chịu trách nhiệm về tính chính xác của nội dung đăng ký và sử dụng đúng mục đích, "
    "không dùng chung tài khoản."
)


def form(request: Request, *, title: str, table: Table, landscape: bool = False) -> Document:
    """The request's form, ready to be signed; its code changes with whatever it asks for."""
    home = request.home
    return Document(
        issuer=home.name,
        superior=_superior(home),
        form_mark=f"Mẫu {request.row.form}",
        number="",
        dated=vietnam_day(request.submitted_at) if request.submitted_at else None,
        title=title,
        subtitle=f"({request.label})",
        addressees=(_addressee(request),),
        paragraphs=_paragraphs(request),
        tables=(table,),
        closing=(_VOW,),
        signatures=(SignatureBlock("Thủ trưởng đơn vị"),),
        recipients=("Như trên", "Lưu: VT"),
        check_code=check_code(request),
        landscape=landscape,
    )


def _superior(home: Unit | Agency) -> str:
    return home.parent.name if home.parent else ""


def _addressee(request: Request) -> str:
    if request.unit:
        return request.unit.receiving_agency.name
    return "Trung tâm Giám định BHYT và Thanh toán đa tuyến"


def _paragraphs(request: Request) -> tuple[str, ...]:
    said: list[str] = [f"{request.home.name} (mã {request.home.code}) đề nghị như sau:"]
    if request.purposes:
        said.append("Mục đích: " + "; ".join(PURPOSES[purpose] for purpose in request.purposes) + ".")
    if request.manner == Request.Manner.REPLACEMENT:
        said.append("Danh sách này thay toàn bộ danh sách đang có.")
    if request.valid_from or request.valid_to:
        begins, ends = wire_day(request.valid_from) or "ngày mở", wire_day(request.valid_to) or "khi có thay đổi"
        said.append(f"Thời hạn: từ {begins} đến {ends}.")
    if request.justification:
        said.append(f"Lý do: {request.justification}.")
    if request.contact_name:
        said.append(f"Cán bộ kỹ thuật liên hệ: {_contact(request)}.")
    return tuple(said)


def _contact(request: Request) -> str:
    parts: Sequence[str] = (request.contact_name, contact_phone(request), request.contact_email)
    return ", ".join(part for part in parts if part)


def contact_phone(request: Request) -> str:
    """The contact's telephone in the clear: for the form and for who may edit it."""
    return settings.KEYS.open(request.contact_phone_sealed) if request.contact_phone_sealed else ""
