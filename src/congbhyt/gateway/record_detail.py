"""POST /api/egw/nhanHoSoKCBChiTiet: one past visit (QĐ 917/QĐ-BHXH; still called)."""

from __future__ import annotations

from decimal import Decimal

from congbhyt.accounts.authz import Right
from congbhyt.gateway.calling import ParameterError, account_of, asker_of
from congbhyt.gateway.reply import Reply
from congbhyt.gateway.request import Request
from congbhyt.gateway.state import State
from congbhyt.insured.models import Visit
from congbhyt.kernel.clock import vietnam_day, wire_minute
from congbhyt.kernel.dates import BirthDate
from congbhyt.lookup import records

_XML1_KEYS = (
    "Id", "MaLk", "Stt", "MaBn", "HoTen", "NgaySinh", "GioiTinh", "DiaChi", "MaThe", "MaDkbd", "GtTheTu",
    "GtTheDen", "TenBenh", "MaBenh", "MaBenhkhac", "MaLydoVvien", "MaNoiChuyen", "MaTaiNan", "NgayVao",
    "NgayRa", "SoNgayDtri", "KetQuaDtri", "TinhTrangRv", "NgayTtoan", "MucHuong", "TThuoc", "TVtyt",
    "TTongchi", "TBntt", "TBhtt", "TNguonkhac", "TNgoaids", "NamQt", "ThangQt", "MaLoaiKcb", "MaKhoa",
    "MaCskcb", "MaKhuvuc", "MaPtttQt", "CanNang", "TenChame", "Mieuta", "Ngaynhap", "Ngaythanhtoan",
    "Tienkham", "Tiengiuong", "Tienvanchuyen",
)  # fmt: skip
"""Keys of `xml1` in the order of the wire (wire-protocol: nhanHoSoKCBChiTiet)."""


def serve(request: Request, _state: State) -> Reply:
    """Answer with what is held of the visit; what is not held yet is null, its lists empty."""
    asker = asker_of(account_of(request, right=Right.HISTORY_LOOKUP))
    number = (request.text("maHoSo") or "").strip()
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise ParameterError(parameter="maHoSo", wanted="mã hồ sơ là chữ số, lấy từ lịch sử KCB")
    visit = records.open_record(int(number), asker=asker, policy=request.policy, origin=request.origin, at=request.at)
    lists: dict[str, list[object]] = {"dsXml2": [], "dsXml3": [], "dsXml4": [], "dsXml5": []}
    return Reply({"maKetQua": "200", "hoSoKCB": {"xml1": _xml1(visit), **lists}})


def _xml1(visit: Visit) -> dict[str, object]:
    person = visit.person
    birth = BirthDate.of(person.birth_day, person.birth_precision)
    held: dict[str, object] = {
        "Id": visit.record_number,
        "MaLk": visit.visit_code,
        "Stt": 1,
        "HoTen": person.full_name,
        "NgaySinh": f"{birth.year:04d}{birth.month or 0:02d}{birth.day or 0:02d}",
        "GioiTinh": person.gender,
        "DiaChi": person.address,
        "MaThe": visit.card_number,
        "TenBenh": visit.diagnosis,
        "MaBenh": visit.diagnosis_code,
        "MaBenhkhac": visit.other_codes,
        "MaLydoVvien": visit.admission_reason,
        "NgayVao": wire_minute(visit.admitted_at),
        "NgayRa": wire_minute(visit.discharged_at),
        "SoNgayDtri": (vietnam_day(visit.discharged_at) - vietnam_day(visit.admitted_at)).days + 1,
        "KetQuaDtri": _number(visit.outcome),
        "TinhTrangRv": _number(visit.discharge_status),
        "TTongchi": _money(visit.total_cost),
        "TBntt": _money(visit.patient_paid),
        "TBhtt": _money(visit.insurer_paid),
        "MaCskcb": visit.facility_code,
    }
    return {key: held.get(key) for key in _XML1_KEYS}


def _money(amount: Decimal) -> int | float:
    """đồng as programs read them: whole where they are whole."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _number(code: str) -> int | None:
    return int(code) if code.isascii() and code.isdigit() else None
