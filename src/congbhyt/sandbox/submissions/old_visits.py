"""Good visits under QĐ 4210: the same morning and the same operation as under the later standards."""

from __future__ import annotations

from datetime import date, timedelta

from congbhyt.sandbox.institutions import HOSPITAL
from congbhyt.sandbox.insured_cast import InsuredCast
from congbhyt.sandbox.submissions.draft import Draft, begin
from congbhyt.sandbox.submissions.old_settling import settle_old
from congbhyt.sandbox.submissions.patients import MAN, TONES, patient
from congbhyt.sandbox.submissions.visits import at

STANDARD = "QD4210"
_DOCTOR = "000101/GPHN-BYT"
_KEPT = ("MA_LK", "STT", "MA_BN", "HO_TEN", "GIOI_TINH", "DIA_CHI", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN")
"""What QĐ 4210 says of a patient in the words of the later standards."""


def outpatient(standard: str = STANDARD, day: date | None = None, person: InsuredCast = MAN, number: int = 1) -> Draft:
    """An exam, an X-ray with its result, a blood test and two drugs, paid above the 15 % line."""
    draft = begin(standard, HOSPITAL, day)
    day = draft.day
    _visit(
        draft, person, number,
        TEN_BENH="Viêm phế quản cấp", MA_BENH="J20.9", MA_BENHKHAC="I10",
        NGAY_VAO=at(day, 7, 35), NGAY_RA=at(day, 10, 40), NGAY_TTOAN=at(day, 10, 50), SO_NGAY_DTRI="1",
        KET_QUA_DTRI="2", MA_LOAI_KCB="1", MA_KHOA="K01", CAN_NANG="62.50",
    )  # fmt: skip
    _drug(draft, "40.154", "Amoxicilin (mẫu)", "500mg", "20.000", "1850.000", at(day, 10, 20))
    _drug(draft, "40.2", "Paracetamol (mẫu)", "500mg", "15.000", "480.000", at(day, 10, 20))
    _line(draft, "02.1896", "Khám Nội (mẫu)", "13", "1.000", "45000.000", at(day, 7, 40))
    _line(
        draft, "18.0119.0028", "Chụp X-quang ngực thẳng (mẫu)", "2", "1.000", "280000.000", at(day, 8), at(day, 8, 45)
    )
    _line(
        draft, "22.0120.1370", "Tổng phân tích tế bào máu (mẫu)", "1", "1.000", "250000.000", at(day, 8, 2),
        at(day, 9, 10),
    )  # fmt: skip
    _result(draft, "18.0119.0028", "", "X-quang ngực", "", at(day, 8, 45), MO_TA="Nhánh phế quản đậm")
    _result(draft, "22.0120.1370", "WBC", "Bạch cầu", "11.2", at(day, 9, 10))
    settle_old(draft)
    return draft


def inpatient(standard: str = STANDARD, day: date | None = None, person: InsuredCast = TONES, number: int = 2) -> Draft:
    """Five days in hospital with an operation, a supply used in it, beds and notes."""
    draft = begin(standard, HOSPITAL, day)
    left = draft.day
    came = left - timedelta(days=4)
    _visit(
        draft, person, number,
        TEN_BENH="Viêm ruột thừa cấp", MA_BENH="K35.8",
        NGAY_VAO=at(came, 14, 10), NGAY_RA=at(left, 9, 30), SO_NGAY_DTRI="5", KET_QUA_DTRI="1", NGAY_TTOAN=at(left, 10),
        MA_LOAI_KCB="3", MA_KHOA="K19", MA_PTTT_QT="47.01", CAN_NANG="54.00",
    )  # fmt: skip
    for passed in range(4):
        _drug(draft, "40.168", "Ceftriaxon (mẫu)", "1g", "2.000", "14500.000", at(came + timedelta(passed), 17))
    _line(draft, "10.1896", "Khám Ngoại (mẫu)", "13", "1.000", "45000.000", at(came, 14, 15))
    _line(
        draft, "03.3327.0686", "Phẫu thuật nội soi cắt ruột thừa (mẫu)", "8", "1.000", "2657000.000", at(came, 17, 30),
        at(came, 19, 10),
    )  # fmt: skip
    _line(
        draft, "03.3327.0686", "", "10", "2.000", "32000.000", at(came, 17, 30),
        MA_VAT_TU="N03.05.010", TEN_VAT_TU="Clip kẹp mạch (mẫu)", TT_THAU=f"099;G2;N3;{left.year - 1}",
    )  # fmt: skip
    _line(
        draft, "K19.1918", "Giường Ngoại khoa loại 2 sau phẫu thuật (mẫu)", "15", "4.000", "256300.000",
        at(came, 19, 30), at(left, 9), MA_GIUONG="H012",
    )  # fmt: skip
    for passed in range(5):
        _note(draft, "Bụng mềm, vết mổ khô", at(came + timedelta(passed), 16 if passed < 4 else 8))
    settle_old(draft)
    return draft


def _visit(draft: Draft, person: InsuredCast, number: int, **more: str) -> None:
    described = patient(person, f"{HOSPITAL}.{draft.day:%y%m%d}.{number:05d}", draft.day)
    draft.add(
        "XML1",
        {
            **{tag: described[tag] for tag in _KEPT},
            "MA_THE": described["MA_THE_BHYT"],
            "NGAY_SINH": described["NGAY_SINH"][:8],
            "MA_LYDO_VVIEN": "1",
            "MA_TAI_NAN": "0",
            "TINH_TRANG_RV": "1",
            "NAM_QT": f"{draft.day:%Y}",
            "THANG_QT": f"{draft.day:%m}",
            "MA_CSKCB": HOSPITAL,
            **more,
        },
    )


def _common(draft: Draft, table: str, ordered: str) -> dict[str, str]:
    return {
        "MA_LK": draft.visit["MA_LK"],
        "STT": str(len(draft.tables.get(table, [])) + 1),
        "PHAM_VI": "1",
        "TYLE_TT": "100",
        "MUC_HUONG": "80",
        "MA_KHOA": draft.visit["MA_KHOA"],
        "MA_BAC_SI": _DOCTOR,
        "MA_BENH": draft.visit["MA_BENH"],
        "NGAY_YL": ordered,
        "MA_PTTT": "1",
    }


def _drug(draft: Draft, code: str, name: str, strength: str, quantity: str, price: str, ordered: str) -> None:
    draft.add(
        "XML2",
        {
            **_common(draft, "XML2", ordered),
            "MA_THUOC": code,
            "MA_NHOM": "4",
            "TEN_THUOC": name,
            "DON_VI_TINH": "Viên",
            "HAM_LUONG": strength,
            "DUONG_DUNG": "1.01",
            "LIEU_DUNG": "1 viên/lần * 4 lần/ngày * 5 ngày [4 viên/ngày]",
            "SO_DANG_KY": "VD-00099-99",
            "TT_THAU": f"099;G1;N1;{draft.day.year - 1}",
            "SO_LUONG": quantity,
            "DON_GIA": price,
        },
    )


def _line(
    draft: Draft, code: str, name: str, group: str, quantity: str, price: str, ordered: str, done: str = "", **more: str
) -> None:
    draft.add(
        "XML3",
        {
            **_common(draft, "XML3", ordered),
            "MA_DICH_VU": code,
            "TEN_DICH_VU": name,
            "MA_NHOM": group,
            "DON_VI_TINH": {"10": "Cái", "15": "Ngày"}.get(group, "Lần"),
            "SO_LUONG": quantity,
            "DON_GIA": price,
            "NGAY_KQ": done,
            **more,
        },
    )


def _result(draft: Draft, code: str, index: str, name: str, value: str, reported: str, **more: str) -> None:
    draft.add(
        "XML4",
        {
            "MA_LK": draft.visit["MA_LK"],
            "STT": str(len(draft.tables.get("XML4", [])) + 1),
            "MA_DICH_VU": code,
            "MA_CHI_SO": index,
            "TEN_CHI_SO": name,
            "GIA_TRI": value,
            "NGAY_KQ": reported,
            **more,
        },
    )


def _note(draft: Draft, text: str, when: str) -> None:
    draft.add(
        "XML5",
        {
            "MA_LK": draft.visit["MA_LK"],
            "STT": str(len(draft.tables.get("XML5", [])) + 1),
            "DIEN_BIEN": text,
            "NGAY_YL": when,
        },
    )
