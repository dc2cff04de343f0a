"""Good visits of rarer kinds: drugs for weeks, days without nights, dialysis, a bed at a commune station."""

from __future__ import annotations

from datetime import date, timedelta

from congbhyt.sandbox.institutions import HOSPITAL
from congbhyt.sandbox.insured_cast import InsuredCast
from congbhyt.sandbox.submissions import visits
from congbhyt.sandbox.submissions.draft import Draft, begin
from congbhyt.sandbox.submissions.patients import MAN, TONES
from congbhyt.sandbox.submissions.settling import settle
from congbhyt.sandbox.submissions.visits import at

STATION = "99911"
"""An invented commune station."""
_DRUG_DAYS = 28
_SESSIONS = (0, 2, 4, 7, 9, 11)
"""Days after the first on which a patient of two weeks comes to dialysis."""


def chronic(standard: str, day: date | None = None) -> Draft:
    """Kind 05: an exam and drugs for four weeks; the visit ends with the last day of the drugs."""
    draft = _outpatient(standard, day, _DRUG_DAYS - 1, MAN, 21)
    draft.visit.update({
        "MA_LOAI_KCB": "05", "NGAY_RA": at(draft.day, 23, 59), "SO_NGAY_DTRI": str(_DRUG_DAYS),
        "CHAN_DOAN_RV": "Tăng huyết áp", "MA_BENH_CHINH": "I10", "MA_BENH_KT": "E78.5",
    })  # fmt: skip
    for row, quantity in zip(draft.tables["XML2"], ("56.000", "28.000"), strict=True):
        row.update({"SO_LUONG": quantity, "LIEU_DUNG": "1 viên/lần * 2 lần/ngày * 28 ngày [2 viên/ngày]"})
    return _settled(draft)


def day_inpatient(standard: str, day: date | None = None) -> Draft:
    """Kind 04: three days of rehabilitation on a day bed, the nights at home."""
    draft = _outpatient(standard, day, 2, TONES, 22)
    draft.visit.update({
        **_stay(draft), "MA_LOAI_KCB": "04", "SO_NGAY_DTRI": "3", "MA_KHOA": "K01;K31",
        "CHAN_DOAN_RV": "Đau thắt lưng", "MA_BENH_CHINH": "M54.5", "MA_BENH_KT": "",
    })  # fmt: skip
    for passed in range(3):
        today = draft.day - timedelta(2 - passed)
        visits.service(
            draft, "17.0011.0237", "Điều trị bằng tia hồng ngoại (mẫu)", "18", "1.000", "41100.000", at(today, 13),
            done=at(today, 13, 30), result=at(today, 13, 45), department="K31",
        )  # fmt: skip
        visits.service(
            draft, "K31.2021", "Giường điều trị ban ngày (mẫu)", "14", "1.000", "52000.000", at(today, 12, 30),
            result=at(today, 16), department="K31", MA_GIUONG="H007",
        )  # fmt: skip
    visits.note(draft, "Đỡ đau, cúi được", at(draft.day, 9))
    visits.discharge_slip(draft)
    visits.summary(draft)
    return _settled(draft)


def dialysis(standard: str, day: date | None = None) -> Draft:
    """Kind 08: six sessions in two weeks; the visit ends with the last of them."""
    draft = _outpatient(standard, day, _SESSIONS[-1], MAN, 23)
    draft.visit.update({
        "MA_LOAI_KCB": "08", "NGAY_RA": at(draft.day, 17), "SO_NGAY_DTRI": str(len(_SESSIONS)),
        "NGAY_TTOAN": at(draft.day, 17, 10), "CHAN_DOAN_RV": "Suy thận mạn giai đoạn cuối", "MA_BENH_CHINH": "N18.5",
        "MA_BENH_KT": "I10",
    })  # fmt: skip
    for passed in _SESSIONS:
        today = draft.day - timedelta(_SESSIONS[-1] - passed)
        visits.service(
            draft, "02.0495.0195", "Thận nhân tạo chu kỳ (mẫu)", "18", "1.000", "588500.000", at(today, 12),
            done=at(today, 12, 30), result=at(today, 16, 30), department="K17",
        )  # fmt: skip
        visits.note(draft, "Không phù, không khó thở", at(today, 12))
    return _settled(draft)


def commune_stay(standard: str, day: date | None = None) -> Draft:
    """Kind 06: a day and a night in a bed of a commune station, which the fund pays in full."""
    draft = _outpatient(standard, day, 1, TONES, 24)
    draft.facility = STATION
    draft.visit.update({
        **_stay(draft), "MA_LOAI_KCB": "06", "SO_NGAY_DTRI": "2", "MA_CSKCB": STATION, "MA_DKBD": STATION,
        "MA_KHOA": "K01",
    })  # fmt: skip
    visits.service(
        draft, "TYT.1925", "Giường lưu (mẫu)", "16", "1.000", "64100.000", at(draft.day - timedelta(1), 10),
        result=at(draft.day, 9), MA_GIUONG="H001",
    )  # fmt: skip
    visits.note(draft, "Hết sốt", at(draft.day, 9))
    visits.summary(draft)
    for row in [*draft.tables["XML2"], *draft.tables["XML3"]]:
        row["MUC_HUONG"] = "100"
    return _settled(draft)


def short_stay(standard: str, day: date | None = None) -> Draft:
    """Kind 09: admitted, watched and sent home within four hours, without a bed day."""
    draft = _outpatient(standard, day, 0, MAN, 25)
    draft.visit.update({
        **_stay(draft), "MA_LOAI_KCB": "09", "NGAY_VAO_NOI_TRU": at(draft.day, 9, 15), "NGAY_RA": at(draft.day, 11),
        "NGAY_TTOAN": at(draft.day, 11, 20), "MA_KHOA": "K01;K03",
    })  # fmt: skip
    visits.note(draft, "Hết khó thở", at(draft.day, 10, 30))
    visits.discharge_slip(draft)
    return _settled(draft)


def _outpatient(standard: str, day: date | None, days: int, person: InsuredCast, number: int) -> Draft:
    """An outpatient's morning, so many days before the visit ends."""
    last = begin(standard, HOSPITAL, day).day
    draft = visits.outpatient(standard, last - timedelta(days), person, number)
    draft.day = last
    draft.visit.update({"NAM_QT": f"{last:%Y}", "THANG_QT": f"{last:%m}", "MAHUYEN_CU_TRU": _district(last)})
    return draft


def _district(day: date) -> str:
    return "999" if day < date(2025, 7, 1) else ""


def _stay(draft: Draft) -> dict[str, str]:
    """What XML1 says of a stay that ends in the afternoon."""
    return {
        "LY_DO_VNT": "Cần theo dõi và điều trị hằng ngày",
        "MA_LY_DO_VNT": "99",
        "NGAY_VAO_NOI_TRU": draft.visit["NGAY_VAO"][:8] + "0930",
        "NGAY_RA": at(draft.day, 16, 30),
        "NGAY_TTOAN": at(draft.day, 16, 40),
        "PP_DIEU_TRI": "Nội khoa",
    }


def _settled(draft: Draft) -> Draft:
    for row in draft.tables["XML3"]:
        row["MA_BENH"] = draft.visit["MA_BENH_CHINH"]
    settle(draft)
    return draft
