"""The fixed cast, part one: agencies, units, the people who work there and their API accounts."""

from __future__ import annotations

from dataclasses import dataclass

from congbhyt.accounts.authz import Right

API_SECRET = "Thu@12345"
PASSWORD = "Kiem-thu-2026!"


@dataclass(frozen=True, slots=True)
class AgencyCast:
    """An agency; `contacts` are subject, phone and e-mail, `networks` those of its officers."""

    code: str
    name: str
    level: str
    parent: str = ""
    duty: str = ""
    contacts: tuple[tuple[str, str, str], ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitCast:
    """A unit with the networks that it may call from."""

    code: str
    name: str
    kind: str
    agency: str
    address: str
    parent: str = ""
    networks: tuple[str, ...] = ()
    reveals_disease: bool = False


@dataclass(frozen=True, slots=True)
class PersonCast:
    """Somebody of a unit or agency; those of the cast sign in with PASSWORD, generated ones not at all."""

    home: str
    user_name: str
    full_name: str
    citizen_number: str
    social_number: str
    phone: str
    position: str
    rights: tuple[Right, ...]
    password: str | None = PASSWORD
    locked_reason: str = ""

    @property
    def handle(self) -> str:
        """What stands before the password at the portal: unit or agency, slash, user name."""
        return f"{self.home}/{self.user_name}"


@dataclass(frozen=True, slots=True)
class UnitAccountCast:
    """The account xxxxx_BV with which a unit registers its users; it opens with PASSWORD and a code."""

    unit: str
    phone: str

    @property
    def handle(self) -> str:
        """What stands before the password at the portal."""
        return f"{self.unit}/{self.unit}_bv"


@dataclass(frozen=True, slots=True)
class AccountCast:
    """An API account; its secret is API_SECRET."""

    name: str
    unit: str
    locked_reason: str = ""


def _desk(place: str, phone: str) -> tuple[tuple[str, str, str], ...]:
    return (
        ("Đăng ký người sử dụng, địa chỉ IP", phone, f"hotro.{place}@example.vn"),
        ("Tra cứu thẻ, lịch sử KCB", phone[:-1] + "9", f"giamdinh.{place}@example.vn"),
    )


_THIS_MACHINE = ("127.0.0.0/8", "::1/128")
NATIONAL, PROVINCIAL = "00", "99"
IT_CENTRE, ASSESSMENT_CENTRE = "00CNTT", "00GD"
LOCALS = ("9901", "9902")

AGENCIES = (
    AgencyCast(NATIONAL, "BHXH Việt Nam (thử nghiệm)", "national"),
    AgencyCast(
        IT_CENTRE, "Trung tâm Công nghệ thông tin (thử nghiệm)", "special", NATIONAL, "it_centre",
        (("Kết nối, địa chỉ IP", "0000000011", "ketnoi@example.vn"),),
    ),
    AgencyCast(
        ASSESSMENT_CENTRE, "Trung tâm Giám định BHYT (thử nghiệm)", "special", NATIONAL, "assessment_centre",
        (("Phân quyền cán bộ phê duyệt", "0000000021", "phanquyen@example.vn"),),
    ),
    AgencyCast(
        PROVINCIAL, "BHXH tỉnh Thử Nghiệm", "province", NATIONAL, "", _desk("tinh", "0000000030"), _THIS_MACHINE
    ),
    AgencyCast(LOCALS[0], "BHXH cơ sở An Thử", "local", PROVINCIAL, "", _desk("anthu", "0000000040")),
    AgencyCast(LOCALS[1], "BHXH cơ sở Bình Mẫu", "local", PROVINCIAL, "", _desk("binhmau", "0000000050")),
)  # fmt: skip

HOSPITAL, SECOND_HOSPITAL, COUNCIL, DEPARTMENT = "01999", "01998", "01997", "01996"
OPEN_DOOR = "99012"
"""A unit that has no address and nobody yet, only the account with which it registers both."""

UNITS = (
    UnitCast(
        HOSPITAL, "Bệnh viện Thử Nghiệm", "contracted", PROVINCIAL, "Phường An Thử, tỉnh Thử Nghiệm",
        networks=_THIS_MACHINE,
    ),
    UnitCast(
        SECOND_HOSPITAL, "Bệnh viện Đối Chứng", "contracted", PROVINCIAL, "Phường Bình Thử, tỉnh Thử Nghiệm",
        networks=("203.0.113.0/24",),
    ),
    UnitCast(
        COUNCIL, "Hội đồng Giám định y khoa tỉnh Thử Nghiệm", "medical_assessment", PROVINCIAL,
        "Phường An Thử, tỉnh Thử Nghiệm",
    ),
    UnitCast(
        DEPARTMENT, "Sở Y tế tỉnh Thử Nghiệm", "health_department", PROVINCIAL, "Phường An Thử, tỉnh Thử Nghiệm"
    ),
)  # fmt: skip

ACCOUNTS = (
    AccountCast("01999_BV", HOSPITAL),
    AccountCast("01998_BV", SECOND_HOSPITAL),
    AccountCast("01999_KHOA", HOSPITAL, locked_reason="Tài khoản bị khóa để thử nghiệm"),
)

UNIT_ACCOUNTS = (
    UnitAccountCast(HOSPITAL, "0000000410"),
    UnitAccountCast(SECOND_HOSPITAL, "0000000411"),
    UnitAccountCast(OPEN_DOOR, "0000000412"),
)

_LOOK, _HISTORY = Right.CARD_LOOKUP, Right.HISTORY_LOOKUP

OFFICER = PersonCast(
    HOSPITAL, "kiemthu", "NGUYỄN THỊ KIỂM THỬ", "099199000001", "9900000101", "0000000101",
    "Nhân viên tiếp đón", (_LOOK, _HISTORY),
)  # fmt: skip
OFFICER_WITHOUT_HISTORY = PersonCast(
    HOSPITAL, "khongxem", "TRẦN VĂN KHÔNG XEM", "099090000002", "9900000102", "0000000102",
    "Nhân viên tiếp đón", (_LOOK,),
)  # fmt: skip
LOCKED_OFFICER = PersonCast(
    HOSPITAL, "bikhoa", "LÊ THỊ BỊ KHÓA", "099188000003", "9900000103", "0000000103",
    "Nhân viên tiếp đón", (_LOOK, _HISTORY), locked_reason="Đã chuyển công tác (thử nghiệm)",
)  # fmt: skip
FOREIGN_OFFICER = PersonCast(
    SECOND_HOSPITAL, "doichung", "PHẠM VĂN ĐỐI CHỨNG", "099085000004", "9900000104", "0000000104",
    "Nhân viên tiếp đón", (_LOOK, _HISTORY),
)  # fmt: skip

PEOPLE = (
    OFFICER,
    OFFICER_WITHOUT_HISTORY,
    LOCKED_OFFICER,
    FOREIGN_OFFICER,
    PersonCast(
        HOSPITAL, "quantri", "VŨ THỊ QUẢN TRỊ", "099182000005", "9900000105", "0000000105",
        "Quản trị người sử dụng của đơn vị", (Right.USER_ADMINISTRATION, Right.RESULT_VIEW, _LOOK),
    ),
    PersonCast(
        SECOND_HOSPITAL, "quantri", "ĐINH THỊ TỰ QUẢN", "099187000013", "9900000113", "0000000113",
        "Quản trị người sử dụng của đơn vị (08/BH)", (Right.USER_ADMINISTRATION, _LOOK),
    ),
    PersonCast(
        COUNCIL, "hoidong", "ĐẶNG VĂN HỘI ĐỒNG", "099070000006", "9900000106", "0000000106",
        "Thư ký Hội đồng Giám định y khoa", (Right.MEDICAL_ASSESSMENT, _LOOK),
    ),
    PersonCast(
        PROVINCIAL, "pheduyet", "BÙI THỊ PHÊ DUYỆT", "099178000007", "9900000107", "0000000107",
        "Cán bộ phê duyệt", (Right.APPROVE_REQUESTS, _LOOK),
    ),
    PersonCast(
        PROVINCIAL, "tiepnhan", "HỒ VĂN TIẾP NHẬN", "099086000008", "9900000108", "0000000108",
        "Cán bộ phê duyệt", (Right.APPROVE_REQUESTS, _LOOK),
    ),
    PersonCast(
        IT_CENTRE, "moketnoi", "NGÔ THỊ MỞ KẾT NỐI", "099191000009", "9900000109", "0000000109",
        "Cán bộ mở kết nối", (Right.OPEN_ADDRESSES, Right.OPERATIONS),
    ),
    PersonCast(
        ASSESSMENT_CENTRE, "phanquyen", "DƯƠNG VĂN PHÂN QUYỀN", "099083000010", "9900000110", "0000000110",
        "Cán bộ phân quyền", (Right.APPOINT_APPROVERS,),
    ),
    PersonCast(
        PROVINCIAL, "quantri", "MAI THỊ QUẢN TRỊ TỈNH", "099185000012", "9900000112", "0000000112",
        "Quản trị người sử dụng", (Right.USER_ADMINISTRATION, _LOOK),
    ),
    PersonCast(
        LOCALS[0], "hotro", "TRỊNH THỊ HỖ TRỢ", "099194000014", "9900000114", "0000000114",
        "Cán bộ theo dõi, hỗ trợ đơn vị", (Right.HELP_REQUESTS, _LOOK),
    ),
    PersonCast(
        NATIONAL, "kiemtoan", "LÝ THỊ KIỂM TOÁN", "099179000011", "9900000111", "0000000111",
        "Kiểm toán viên truy cập", (Right.AUDIT_READING,),
    ),
)  # fmt: skip
