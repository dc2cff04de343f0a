"""Who stands before the pages and who is looked up; plain facts, so that no Django is needed to read them."""

from __future__ import annotations

from dataclasses import dataclass

WIDTHS = (1280, 390)
"""A counter's old monitor and a telephone, in CSS pixels."""
PASSWORD = "con trâu đi trước cái cày"


@dataclass(frozen=True)
class Someone:
    """Somebody who can sign in."""

    home: str
    user: str
    name: str
    number: int = 0
    password: str = PASSWORD

    @property
    def social(self) -> str:
        """The own mã số BHXH."""
        return f"9900000{self.number:03d}"

    @property
    def phone(self) -> str:
        """The telephone to which codes go."""
        return f"0000000{self.number:03d}"

    @property
    def citizen(self) -> str:
        """The number of the CCCD."""
        return f"099199000{self.number:03d}"


OFFICER = Someone("01999", "kiemthu", "NGUYỄN THỊ KIỂM THỬ", 101)
COLLEAGUE = Someone("01999", "khongquyen", "TRẦN VĂN KHÔNG QUYỀN", 101)
"""The house of tests.factories holds these two; the second may look cards up, without history."""
ADMIN = Someone("01999", "quantri", "LÊ THỊ QUẢN TRỊ", 110)
ASSESSOR = Someone("01", "giamdinh", "PHẠM VĂN GIÁM ĐỊNH", 111)
"""Of the agency, whose networks do not hold the tests' address: a second factor is asked for."""
MOVER = Someone("01999", "doiso", "VŨ THỊ ĐỔI SỐ", 112)
FORGETFUL = {
    width: Someone("01999", f"quen{width}", f"ĐỖ VĂN QUÊN {'AB'[at]}", 120 + at) for at, width in enumerate(WIDTHS)
}
SHUT_OUT = {
    width: Someone("01999", f"cho{width}", f"HỒ THỊ CHỜ {'AB'[at]}", 130 + at) for at, width in enumerate(WIDTHS)
}
"""One for each width, because what happens to them cannot be undone."""


UNIT_ACCOUNT = Someone("01999", "01999_bv", "Bệnh viện Thử Nghiệm", 140)
"""The unit's own account, which opens nothing but the unit's requests since shared accounts ended."""
REGISTRAR = Someone("01998", "dangky", "ĐINH THỊ ĐĂNG KÝ", 141)
"""Of a hospital whose registered network does not hold the tests' address."""
CLINIC_ACCOUNT = Someone("01997", "01997_bv", "Phòng khám Tự Quản", 142)
REVIEWER = Someone("01996", "quantri", "MAI THỊ RÀ SOÁT", 143)
STAYING = Someone("01996", "olai", "PHAN VĂN Ở LẠI", 144)
LEFT = Someone("01996", "danghi", "TÔ THỊ ĐÃ NGHỈ", 145)
OVERLOOKED = Someone("01996", "boquen", "HÀ VĂN BỎ QUÊN", 146)
"""People of one hospital, of whom its review says that they stay, that they left, and nothing."""
APPROVER = Someone("01", "pheduyet", "BÙI THỊ PHÊ DUYỆT", 150)
SECOND_APPROVER = Someone("01", "tiepnhan", "DƯƠNG VĂN TIẾP NHẬN", 151)
OPENER = Someone("00CNTT", "moketnoi", "ĐẶNG VĂN MỞ KẾT NỐI", 152)
APPOINTER = Someone("00GD", "phanquyen", "NGÔ THỊ PHÂN QUYỀN", 153)
FAR_APPROVER = Someone("79", "pheduyet", "LÂM VĂN NƠI KHÁC", 154)
HELPER = Someone("0101", "hotro", "CHU THỊ HỖ TRỢ", 155)


@dataclass(frozen=True)
class Patient:
    """Somebody insured."""

    card: str
    name: str
    birth: str
    citizen: str
    diagnosis: str


PATIENT = Patient("GD4019900000001", "NGUYỄN VĂN THỬ", "01/01/1980", "099080000001", "Viêm họng cấp")
OTHER = Patient("GD4019900000002", "LÝ THỊ KHÁC", "02/02/1992", "099192000002", "Đau lưng dưới")
FOLLOWED = Patient("GD4019900000003", "CAO VĂN NỐI", "1975", "099075000003", "Tăng huyết áp")
"""Whose card has ended and who has a new one."""
FOLLOWING_CARD = "HT2019900000003"
