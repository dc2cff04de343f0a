"""Good visits under QĐ 130, 4750 and 3176: an outpatient's morning and an inpatient's operation."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from congbhyt.sandbox.institutions import HOSPITAL
from congbhyt.sandbox.insured_cast import InsuredCast
from congbhyt.sandbox.submissions.draft import Draft, begin
from congbhyt.sandbox.submissions.patients import MAN, TONES, patient
from congbhyt.sandbox.submissions.settling import settle

_DOCTOR, _SECOND_DOCTOR, _NURSE = "000101/GPHN-BYT", "000102/GPHN-BYT", "000201/GPHN-BYT"
_HEAD = {"QD3176": "000001/GPHN-BYT"}
_HEAD_NUMBER = "9900000901"
_ZERO = dict.fromkeys(("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL"), "0.00")


def head(standard: str) -> str:
    """MA_TTDV: the social-insurance number of the head, under QĐ 3176 the licence number."""
    return _HEAD.get(standard, _HEAD_NUMBER)


def at(day: date, hour: int, minute: int = 0) -> str:
    """A moment of a day as documents write it."""
    return f"{datetime.combine(day, time(hour, minute)):%Y%m%d%H%M}"


def outpatient(standard: str, day: date | None = None, person: InsuredCast = MAN, number: int = 1) -> Draft:
    """An exam, an X-ray with its result, a blood test and two drugs, paid above the 15 % line."""
    draft = begin(standard, HOSPITAL, day)
    day = draft.day
    visit_id = f"{HOSPITAL}.{day:%y%m%d}.{number:05d}"
    draft.fill(
        "XML1",
        {
            **patient(person, visit_id, day),
            "LY_DO_VV": "Ho, sốt 3 ngày",
            "CHAN_DOAN_VAO": "Theo dõi viêm phổi",
            "CHAN_DOAN_RV": "Viêm phế quản cấp",
            "MA_BENH_CHINH": "J20.9",
            "MA_BENH_KT": "I10",
            "MA_DOITUONG_KCB": "1.1",
            "NGAY_VAO": at(day, 7, 35),
            "NGAY_RA": at(day, 10, 40),
            "SO_NGAY_DTRI": "0",
            "KET_QUA_DTRI": "2",
            "MA_LOAI_RV": "1",
            "GHI_CHU": "Uống thuốc theo đơn, tái khám khi sốt cao",
            "NGAY_TTOAN": at(day, 10, 50),
            "NAM_QT": f"{day:%Y}",
            "THANG_QT": f"{day:%m}",
            "MA_LOAI_KCB": "01",
            "MA_KHOA": "K01",
            "MA_CSKCB": HOSPITAL,
            "CAN_NANG": "62.50",
            "MA_HSBA": f"NT{day:%y%m%d}{number:04d}",
            "MA_TTDV": head(standard),
        },
    )
    _drug(draft, "40.154", "Amoxicilin (mẫu)", "500mg", "20.000", "1850.000", at(day, 10, 20))
    _drug(draft, "40.2", "Paracetamol (mẫu)", "500mg", "15.000", "480.000", at(day, 10, 20))
    service(draft, "02.1896", "Khám Nội (mẫu)", "13", "1.000", "45000.000", at(day, 7, 40), done=at(day, 7, 45))
    service(
        draft,
        "18.0119.0028",
        "Chụp X-quang ngực thẳng (mẫu)",
        "2",
        "1.000",
        "280000.000",
        at(day, 8, 0),
        done=at(day, 8, 20),
        result=at(day, 8, 45),
        MA_MAY=_machine(standard, "XQ"),
    )
    service(
        draft,
        "22.0120.1370",
        "Tổng phân tích tế bào máu (mẫu)",
        "1",
        "1.000",
        "250000.000",
        at(day, 8, 2),
        done=at(day, 8, 15),
        result=at(day, 9, 10),
        MA_MAY=_machine(standard, "HH"),
    )
    _result(
        draft,
        "18.0119.0028",
        "",
        "X-quang ngực",
        "",
        at(day, 8, 45),
        MO_TA="Nhánh phế quản đậm",
        KET_LUAN="Viêm phế quản",
    )
    _result(draft, "22.0120.1370", "WBC", "Bạch cầu", "11.2", at(day, 9, 10), DON_VI_DO="G/L")
    settle(draft)
    return draft


def inpatient(standard: str, day: date | None = None, person: InsuredCast = TONES, number: int = 2) -> Draft:
    """Five days in hospital with an operation, a supply used in it, beds, notes, a discharge slip and a summary."""
    draft = begin(standard, HOSPITAL, day)
    left = draft.day
    came = left - timedelta(days=4)
    visit_id = f"{HOSPITAL}.{left:%y%m%d}.{number:05d}"
    draft.fill(
        "XML1",
        {
            **patient(person, visit_id, left),
            "LY_DO_VV": "Đau hố chậu phải",
            "LY_DO_VNT": "Đau hố chậu phải, sốt, cần phẫu thuật",
            "MA_LY_DO_VNT": "99",
            "CHAN_DOAN_VAO": "Theo dõi viêm ruột thừa",
            "CHAN_DOAN_RV": "Viêm ruột thừa cấp",
            "MA_BENH_CHINH": "K35.8",
            "MA_PTTT_QT": "47.01",
            "MA_DOITUONG_KCB": "1.1",
            "NGAY_VAO": at(came, 14, 10),
            "NGAY_VAO_NOI_TRU": at(came, 15, 0),
            "NGAY_RA": at(left, 9, 30),
            "SO_NGAY_DTRI": "5",
            "PP_DIEU_TRI": "Phẫu thuật nội soi cắt ruột thừa, kháng sinh",
            "KET_QUA_DTRI": "1",
            "MA_LOAI_RV": "1",
            "GHI_CHU": "Thay băng cách ngày",
            "NGAY_TTOAN": at(left, 10, 0),
            "NAM_QT": f"{left:%Y}",
            "THANG_QT": f"{left:%m}",
            "MA_LOAI_KCB": "03",
            "MA_KHOA": "K01;K19",
            "MA_CSKCB": HOSPITAL,
            "CAN_NANG": "54.00",
            "MA_HSBA": f"BA{left:%y%m%d}{number:04d}",
            "MA_TTDV": head(standard),
        },
    )
    for passed in range(4):
        _drug(
            draft,
            "40.168",
            "Ceftriaxon (mẫu)",
            "1g",
            "2.000",
            "14500.000",
            at(came + timedelta(passed), 17),
            department="K19",
        )
    service(draft, "10.1896", "Khám Ngoại (mẫu)", "13", "1.000", "45000.000", at(came, 14, 15), done=at(came, 14, 20))
    service(
        draft,
        "22.0120.1370",
        "Tổng phân tích tế bào máu (mẫu)",
        "1",
        "1.000",
        "46200.000",
        at(came, 14, 25),
        done=at(came, 14, 35),
        result=at(came, 15, 5),
        MA_MAY=_machine(standard, "HH"),
    )
    service(
        draft,
        "03.3327.0686",
        "Phẫu thuật nội soi cắt ruột thừa (mẫu)",
        "8",
        "1.000",
        "2657000.000",
        at(came, 17, 30),
        done=at(came, 18, 0),
        result=at(came, 19, 10),
        department="K19",
        MA_PTTT_QT="47.01",
        PP_VO_CAM="1",
        NGUOI_THUC_HIEN=f"{_DOCTOR};{_SECOND_DOCTOR}",
    )
    supply(draft, "N03.05.010", "Clip kẹp mạch (mẫu)", "03.3327.0686", "2.000", "32000.000", at(came, 17, 30))
    service(
        draft,
        "K19.1918",
        "Giường Ngoại khoa loại 2 sau phẫu thuật (mẫu)",
        "15",
        "4.000",
        "256300.000",
        at(came, 19, 30),
        department="K19",
        MA_GIUONG="H012",
        result=at(left, 9, 0),
    )
    _result(draft, "22.0120.1370", "WBC", "Bạch cầu", "15.4", at(came, 15, 5), DON_VI_DO="G/L")
    for passed in range(5):
        note(draft, "Bụng mềm, vết mổ khô", at(came + timedelta(passed), 16 if passed < 4 else 8))
    discharge_slip(draft)
    summary(draft)
    settle(draft)
    return draft


def _machine(standard: str, group: str) -> str:
    return f"{group}.1.01" if standard == "QD3176" else f"{group}.1.{HOSPITAL}.01"


def _drug(
    draft: Draft,
    code: str,
    name: str,
    strength: str,
    quantity: str,
    price: str,
    ordered: str,
    department: str = "K01",
    **more: str,
) -> None:
    draft.fill(
        "XML2",
        {
            "MA_LK": draft.visit["MA_LK"],
            "STT": str(len(draft.tables.get("XML2", [])) + 1),
            "MA_THUOC": code,
            "MA_NHOM": "4",
            "TEN_THUOC": name,
            "DON_VI_TINH": "Viên",
            "HAM_LUONG": strength,
            "DUONG_DUNG": "1.01",
            "LIEU_DUNG": "1 viên/lần * 4 lần/ngày * 5 ngày [4 viên/ngày]",
            "CACH_DUNG": "Uống sau ăn",
            "SO_DANG_KY": "VD-00099-99",
            "TT_THAU": f"099;G1;N1;{draft.day.year - 1}",
            "PHAM_VI": "1",
            "TYLE_TT_BH": "100",
            "SO_LUONG": quantity,
            "DON_GIA": price,
            **_ZERO,
            "MUC_HUONG": "80",
            "MA_KHOA": department,
            "MA_BAC_SI": _DOCTOR,
            "NGAY_YL": ordered,
            "NGAY_TH_YL": ordered,
            "MA_PTTT": "1",
            "NGUON_CTRA": "1",
            **more,
        },
    )


def service(
    draft: Draft, code: str, name: str, group: str, quantity: str, price: str, ordered: str, *,
    done: str = "", result: str = "", department: str = "K01", **more: str,
) -> None:  # fmt: skip
    """Add a service line to XML3."""
    draft.fill(
        "XML3",
        {
            **_line(draft, group, quantity, price, ordered, department),
            "MA_DICH_VU": code,
            "TEN_DICH_VU": name,
            "DON_VI_TINH": "Ngày" if group in ("14", "15", "16") else "Lần",
            "NGUOI_THUC_HIEN": _NURSE if done else "",
            "NGAY_TH_YL": done,
            "NGAY_KQ": result,
            **more,
        },
    )


def supply(
    draft: Draft, code: str, name: str, used_in: str, quantity: str, price: str, ordered: str, **more: str
) -> None:
    """Add a supply line to XML3, used in a service."""
    draft.fill(
        "XML3",
        {
            **_line(draft, "10", quantity, price, ordered, "K19"),
            "MA_DICH_VU": used_in,
            "MA_VAT_TU": code,
            "TEN_VAT_TU": name,
            "DON_VI_TINH": "Cái",
            "TT_THAU": f"099;G2;N3;{draft.day.year - 1}",
            **more,
        },
    )


def _line(draft: Draft, group: str, quantity: str, price: str, ordered: str, department: str) -> dict[str, str]:
    return {
        "MA_LK": draft.visit["MA_LK"],
        "STT": str(len(draft.tables.get("XML3", [])) + 1),
        "MA_NHOM": group,
        "PHAM_VI": "1",
        "SO_LUONG": quantity,
        "DON_GIA_BV": price,
        "DON_GIA_BH": price,
        "TYLE_TT_DV": "100",
        "TYLE_TT_BH": "100",
        **_ZERO,
        "MUC_HUONG": "80",
        "MA_KHOA": department,
        "MA_BAC_SI": _DOCTOR,
        "MA_BENH": draft.visit["MA_BENH_CHINH"],
        "NGAY_YL": ordered,
        "MA_PTTT": "1",
    }


def _result(draft: Draft, code: str, index: str, name: str, value: str, reported: str, **more: str) -> None:
    draft.fill(
        "XML4",
        {
            "MA_LK": draft.visit["MA_LK"],
            "STT": str(len(draft.tables.get("XML4", [])) + 1),
            "MA_DICH_VU": code,
            "MA_CHI_SO": index or "CDHA",
            "TEN_CHI_SO": name,
            "GIA_TRI": value,
            "NGAY_KQ": reported,
            "MA_BS_DOC_KQ": _SECOND_DOCTOR,
            **more,
        },
    )


def note(draft: Draft, text: str, when: str) -> None:
    """Add a clinical note to XML5."""
    draft.fill(
        "XML5",
        {
            "MA_LK": draft.visit["MA_LK"],
            "STT": str(len(draft.tables.get("XML5", [])) + 1),
            "DIEN_BIEN_LS": text,
            "THOI_DIEM_DBLS": when,
            "NGUOI_THUC_HIEN": _NURSE,
        },
    )


def discharge_slip(draft: Draft) -> None:
    """Add XML7."""
    visit = draft.visit
    draft.fill(
        "XML7",
        {
            "MA_LK": visit["MA_LK"],
            "SO_LUU_TRU": f"LT{visit['MA_HSBA']}",
            "MA_YTE": f"{HOSPITAL}/{visit['MA_HSBA']}",
            "MA_KHOA_RV": visit["MA_KHOA"].split(";")[-1],
            "NGAY_VAO": visit["NGAY_VAO"],
            "NGAY_RA": visit["NGAY_RA"],
            "MA_DINH_CHI_THAI": "0",
            "CHAN_DOAN_RV": visit["CHAN_DOAN_RV"],
            "PP_DIEUTRI": visit["PP_DIEU_TRI"],
            "MA_TTDV": visit["MA_TTDV"],
            "MA_BS": _DOCTOR,
            "TEN_BS": "BÁC SĨ MẪU",
            "NGAY_CT": visit["NGAY_RA"][:8],
        },
    )


def summary(draft: Draft) -> None:
    """Add XML8."""
    visit = draft.visit
    draft.fill(
        "XML8",
        {
            "MA_LK": visit["MA_LK"],
            "MA_LOAI_KCB": visit["MA_LOAI_KCB"],
            "NGAY_VAO": visit["NGAY_VAO"],
            "NGAY_RA": visit["NGAY_RA"],
            "CHAN_DOAN_VAO": visit["CHAN_DOAN_VAO"],
            "CHAN_DOAN_RV": visit["CHAN_DOAN_RV"],
            "QT_BENHLY": "Đau âm ỉ tăng dần, sốt nhẹ",
            "TOMTAT_KQ": "Bạch cầu tăng, siêu âm nghi viêm ruột thừa",
            "PP_DIEUTRI": visit["PP_DIEU_TRI"],
            "KET_QUA_DTRI": visit["KET_QUA_DTRI"],
            "MA_TTDV": visit["MA_TTDV"],
            "NGAY_CT": visit["NGAY_RA"][:8],
        },
    )
