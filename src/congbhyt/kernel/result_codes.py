"""The 26 result codes of the card look-up, word for word (Phụ lục 03 CV 1923/BHXH-CNTT, §4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResultCode:
    """One row of the official table and what its answer may reveal.

    `facts`: the card's facts go out (decision: 000–004 and 010). `history`: treatment history may go
    out with it, if the named officer may see it (000–004).
    """

    code: str
    text: str
    gloss: str
    facts: bool = False
    history: bool = False


_ROWS = (
    ResultCode("000", "Thông tin thẻ BHYT chính xác", "valid", facts=True, history=True),
    ResultCode(
        "001",
        "Thẻ BHYT do BHXH Bộ Quốc phòng quản lý, đề nghị kiểm tra thẻ BHYT và thông tin giấy tờ tùy thân",
        "managed by the army's social insurance",
        facts=True,
        history=True,
    ),
    ResultCode(
        "002",
        "Thẻ BHYT do BHXH Bộ Công an quản lý, đề nghị kiểm tra thẻ BHYT và thông tin giấy tờ tùy thân",
        "managed by the police's social insurance",
        facts=True,
        history=True,
    ),
    ResultCode(
        "003",
        "Thẻ BHYT cũ hết giá trị sử dụng, được cấp thẻ mới",
        "old card expired, new one issued",
        facts=True,
        history=True,
    ),
    ResultCode(
        "004",
        "Thẻ BHYT cũ còn giá trị sử dụng, được cấp thẻ mới",
        "old card still valid, new one issued",
        facts=True,
        history=True,
    ),
    ResultCode("010", "Thẻ BHYT hết giá trị sử dụng", "expired or not yet valid", facts=True),
    ResultCode("051", "Mã thẻ BHYT không đúng", "card number has no possible form"),
    ResultCode("052", "Mã tỉnh cấp thẻ BHYT (ký tự thứ 4,5) của thẻ BHYT không đúng", "unknown issuing province"),
    ResultCode("053", "Mã quyền lợi BHYT (ký tự thứ 3) của thẻ BHYT không đúng", "benefit digit is not 1 to 5"),
    ResultCode("050", "Không có thông tin thẻ BHYT", "card not found"),
    ResultCode("060", "Thẻ BHYT sai họ tên", "name does not match"),
    ResultCode("061", "Thẻ BHYT sai họ tên (đúng ký tự đầu)", "name does not match, its first letter does"),
    ResultCode("070", "Thẻ BHYT sai ngày sinh", "birth date does not match"),
    ResultCode("100", "Lỗi khi lấy dữ liệu sổ thẻ", "card registry cannot be reached"),
    ResultCode("101", "Lỗi server", "fault of the server"),
    ResultCode("110", "Thẻ BHYT đã thu hồi", "card revoked"),
    ResultCode("120", "Thẻ BHYT đã báo giảm", "participation reported ended"),
    ResultCode("121", "Thẻ BHYT đã báo giảm chuyển ngoại tỉnh", "moved to another province"),
    ResultCode("122", "Thẻ BHYT đã báo giảm chuyển nội tỉnh", "moved inside the province"),
    ResultCode("123", "Thẻ BHYT đã báo giảm do tăng lại cùng đơn vị", "re-added in the same employer"),
    ResultCode("124", "Thẻ BHYT đã báo giảm ngừng tham gia", "stopped participating"),
    ResultCode("130", "Trẻ em không xuất trình thẻ BHYT", "child that presented no card"),
    ResultCode("205", "Lỗi sai định dạng tham số", "parameter missing or malformed"),
    ResultCode("401", "Lỗi xác thực tài khoản", "session missing, wrong or expired"),
    ResultCode(
        "054",
        "Số CCCD của cán bộ thực hiện tra cứu không tồn tại trong danh sách người sử dụng do CSKCB đăng ký",
        "officer's CCCD not registered by the unit",
    ),
    ResultCode(
        "055",
        "Họ và tên của cán bộ thực hiện tra cứu không khớp với số CCCD",
        "officer's name does not match the CCCD",
    ),
)

RESULT_CODES: dict[str, ResultCode] = {row.code: row for row in _ROWS}
"""By code, in the document's order."""
