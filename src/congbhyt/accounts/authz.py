"""The one permission table: which rights there are, who may hold them, what they open.

No official list of rights was published; these are the functions that the letters name
(CV 1923/BHXH-CNTT §2, CV 1232/BHXH-CNTT, TT 12/2026/TT-BTC Đ3, Đ16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """A right's stable name; the value is stored."""

    CARD_LOOKUP = "card_lookup"
    HISTORY_LOOKUP = "history_lookup"
    COPAYMENT_LOOKUP = "copayment_lookup"
    TEMPORARY_CARD = "temporary_card"
    CHECK_IN = "check_in"
    RECORD_SENDING = "record_sending"
    RESULT_VIEW = "result_view"
    CATALOGUE_SENDING = "catalogue_sending"
    CERTIFICATES = "certificates"
    MEDICAL_ASSESSMENT = "medical_assessment"
    SIGNING_CERTIFICATE = "signing_certificate"
    USER_ADMINISTRATION = "user_administration"
    MANAGEMENT_LOOKUP = "management_lookup"
    HELP_REQUESTS = "help_requests"
    APPROVE_REQUESTS = "approve_requests"
    OPEN_ADDRESSES = "open_addresses"
    APPOINT_APPROVERS = "appoint_approvers"
    AUDIT_READING = "audit_reading"
    OPERATIONS = "operations"


class Holder(StrEnum):
    """Who can hold a right."""

    UNIT_PERSON = "person of a unit"
    UNIT_ACCOUNT = "unit's own account"
    AGENCY_PERSON = "person of an agency"
    API_ACCOUNT = "API account"


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right's name on pages, its possible holders, and the SMS that its grant sends to a person."""

    label: str
    holders: frozenset[Holder]
    grant_message: str = ""


HISTORY_GRANTED = "Bạn đã được cấp quyền xem lịch sử KCB trên Cổng tiếp nhận Hệ thống thông tin giám định BHYT"
"""The official SMS, word for word (CV 1232/BHXH-CNTT §1)."""

_PEOPLE = frozenset({Holder.UNIT_PERSON, Holder.AGENCY_PERSON})
_UNIT = frozenset({Holder.UNIT_PERSON, Holder.API_ACCOUNT})
_ALL = _PEOPLE | {Holder.API_ACCOUNT}
_AGENCY = frozenset({Holder.AGENCY_PERSON})

RIGHTS: Mapping[Right, RightRow] = {
    Right.CARD_LOOKUP: RightRow("Tra cứu thẻ BHYT", _ALL),
    Right.HISTORY_LOOKUP: RightRow("Xem lịch sử khám chữa bệnh", _ALL, HISTORY_GRANTED),
    Right.COPAYMENT_LOOKUP: RightRow("Tra cứu tiền cùng chi trả", _ALL),
    Right.TEMPORARY_CARD: RightRow("Tra cứu, cấp mã thẻ tạm", _UNIT),
    Right.CHECK_IN: RightRow("Gửi dữ liệu check-in", _UNIT),
    Right.RECORD_SENDING: RightRow("Gửi hồ sơ XML", _UNIT),
    Right.RESULT_VIEW: RightRow("Xem kết quả tiếp nhận, giám định", _ALL),
    Right.CATALOGUE_SENDING: RightRow("Gửi danh mục", _UNIT),
    Right.CERTIFICATES: RightRow("Gửi giấy chứng nhận, giấy khám sức khỏe", _UNIT),
    Right.MEDICAL_ASSESSMENT: RightRow("Gửi biên bản giám định y khoa", _UNIT),
    Right.SIGNING_CERTIFICATE: RightRow("Đăng ký chứng thư số", frozenset({Holder.UNIT_PERSON})),
    Right.USER_ADMINISTRATION: RightRow("Quản trị người sử dụng", _PEOPLE | {Holder.UNIT_ACCOUNT}),
    Right.MANAGEMENT_LOOKUP: RightRow("Khai thác số liệu phục vụ quản lý", _PEOPLE),
    Right.HELP_REQUESTS: RightRow("Theo dõi, hỗ trợ đơn vị đăng ký", _AGENCY),
    Right.APPROVE_REQUESTS: RightRow("Phê duyệt đăng ký của đơn vị", _AGENCY),
    Right.OPEN_ADDRESSES: RightRow("Mở kết nối địa chỉ IP", _AGENCY),
    Right.APPOINT_APPROVERS: RightRow("Phân quyền cán bộ phê duyệt", _AGENCY),
    Right.AUDIT_READING: RightRow("Xem nhật ký truy cập", _AGENCY),
    Right.OPERATIONS: RightRow("Theo dõi vận hành hệ thống", _AGENCY),
}

API_ACCOUNT_RIGHTS = frozenset(right for right, row in RIGHTS.items() if Holder.API_ACCOUNT in row.holders)
"""What a facility's `_BV` account gets when it is opened; each can be revoked by itself."""
