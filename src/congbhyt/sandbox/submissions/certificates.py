"""Good visits that end with a certificate or belong to a programme: XML6, XML9 to XML11, XML13 to XML15."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from congbhyt.sandbox.institutions import HOSPITAL, SECOND_HOSPITAL
from congbhyt.sandbox.insured_cast import DISCREET
from congbhyt.sandbox.submissions import visits
from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.patients import MAN, TONES

_DOCTOR, _SECOND_DOCTOR = "000101/GPHN-BYT", "000102/GPHN-BYT"
_DOCTOR_NAME = "BÁC SĨ MẪU"
_X_RAY, _SCAN = "18.0119.0028", "18.0020.0001"
_OPERATION, _CAESAREAN = "03.3327.0686", "13.0007.0671"


def birth_certificate(standard: str, day: date | None = None) -> Draft:
    """A caesarean section with the certificate of one child (XML9)."""
    draft = visits.inpatient(standard, day, TONES, 21)
    _diagnose(draft, "O82.0", "Mổ lấy thai, thai 39 tuần")
    _replace(draft, _OPERATION, _CAESAREAN, {"TEN_DICH_VU": "Phẫu thuật lấy thai lần đầu (mẫu)", "MA_PTTT_QT": "74.1"})
    visit = draft.visit
    visit.update({"LY_DO_VV": "Thai 39 tuần, đau bụng", "LY_DO_VNT": "Chuyển dạ, có chỉ định mổ", "MA_PTTT_QT": "74.1"})
    draft.fill(
        "XML9",
        {
            **{
                name: visit[name] for name in ("MATINH_CU_TRU", "MAHUYEN_CU_TRU", "MAXA_CU_TRU", "MA_QUOCTICH", "MA_LK")
            },
            "MA_BHXH_NND": TONES.social_number,
            "MA_THE_NND": visit["MA_THE_BHYT"],
            "HO_TEN_NND": visit["HO_TEN"],
            "NGAYSINH_NND": visit["NGAY_SINH"][:8],
            "MA_DANTOC_NND": visit["MA_DANTOC"],
            "SO_CCCD_NND": visit["SO_CCCD"],
            "NGAYCAP_CCCD_NND": "20210510",
            "NOICAP_CCCD_NND": "Cục Cảnh sát QLHC về TTXH",
            "NOI_CU_TRU_NND": visit["DIA_CHI"],
            "HO_TEN_CHA": "NGUYỄN VĂN CHA MẪU",
            "MA_THE_TAM": "TE1019900000021",
            "HO_TEN_CON": "NGUYỄN MẪU",
            "GIOI_TINH_CON": "2",
            "SO_CON": "1",
            "LAN_SINH": "1",
            "SO_CON_SONG": "1",
            "CAN_NANG_CON": "3150",
            "NGAY_SINH_CON": visits.at(draft.day - timedelta(4), 18, 20),
            "NOI_SINH_CON": "Bệnh viện Thử Nghiệm",
            "TINH_TRANG_CON": "Khóc ngay, hồng hào",
            "SINHCON_PHAUTHUAT": "1",
            "SINHCON_DUOI32TUAN": "0",
            "GHI_CHU": "Sinh con phải phẫu thuật",
            "NGUOI_DO_DE": _DOCTOR_NAME,
            "NGUOI_GHI_PHIEU": "NỮ HỘ SINH MẪU",
            "NGAY_CT": f"{draft.day:%Y%m%d}",
            "SO": f"0021/{draft.day.year}",
            "QUYEN_SO": "01",
            "MA_TTDV": visits.head(standard),
        },
    )
    return draft


def pregnancy_leave(standard: str, day: date | None = None) -> Draft:
    """An outpatient who must rest to keep her child (XML10)."""
    draft = visits.outpatient(standard, day, TONES, 22)
    _diagnose(draft, "O20.0", "Dọa sảy thai 10 tuần, nghỉ dưỡng thai")
    draft.visit.update({"LY_DO_VV": "Đau bụng, ra máu", "CHAN_DOAN_VAO": "Theo dõi dọa sảy thai", "MA_BENH_KT": ""})
    machine = "SA.1.01" if standard == "QD3176" else f"SA.1.{HOSPITAL}.01"
    _replace(
        draft, _X_RAY, _SCAN, {"TEN_DICH_VU": "Siêu âm thai (mẫu)", "TEN_CHI_SO": "Siêu âm thai", "MA_MAY": machine}
    )
    draft.fill(
        "XML10",
        {
            **_signed(draft),
            "SO_SERI": f"DT{draft.day:%y%m%d}22",
            "SO_CT": "0022",
            "SO_NGAY": "14",
            "DON_VI": "Công ty Mẫu",
            "CHAN_DOAN_RV": draft.visit["CHAN_DOAN_RV"],
            "TU_NGAY": f"{draft.day:%Y%m%d}",
            "DEN_NGAY": f"{draft.day + timedelta(13):%Y%m%d}",
        },
    )
    return draft


def sick_leave(standard: str, day: date | None = None) -> Draft:
    """An outpatient who may stay at home for three days (XML11)."""
    draft = visits.outpatient(standard, day, MAN, 23)
    draft.fill(
        "XML11",
        {
            **_signed(draft),
            "SO_CT": "0023",
            "SO_SERI": f"NV{draft.day:%y%m%d}23",
            "SO_KCB": "0023/KCB",
            "DON_VI": "Công ty Mẫu",
            "MA_BHXH": MAN.social_number,
            "MA_THE_BHYT": draft.visit["MA_THE_BHYT"],
            "CHAN_DOAN_RV": draft.visit["CHAN_DOAN_RV"],
            "PP_DIEUTRI": "Kháng sinh, hạ sốt, nghỉ ngơi",
            "MA_DINH_CHI_THAI": "0",
            "SO_NGAY_NGHI": "3",
            "TU_NGAY": f"{draft.day:%Y%m%d}",
            "DEN_NGAY": f"{draft.day + timedelta(2):%Y%m%d}",
            "MAU_SO": "CT07",
        },
    )
    return draft


def referral(standard: str, day: date | None = None) -> Draft:
    """An outpatient sent on to another hospital (XML13)."""
    draft = visits.outpatient(standard, day, MAN, 24)
    draft.visit.update({"MA_LOAI_RV": "2", "MA_NOI_DEN": SECOND_HOSPITAL, "PP_DIEU_TRI": "Kháng sinh, hạ sốt"})
    draft.fill(
        "XML13",
        {
            **_of_visit(draft, "XML13"),
            "SO_HOSO": f"0024/{draft.day.year}",
            "SO_CHUYENTUYEN": "24",
            "GIAY_CHUYEN_TUYEN": f"0024/{draft.day.year}/GCT",
            "MA_CSKCB_DI": HOSPITAL,
            "MA_CSKCB_DEN": SECOND_HOSPITAL,
            "DAU_HIEU_LS": "Sốt, ran nổ hai phổi",
            "QT_BENHLY": "Ho, sốt ba ngày, dùng thuốc không đỡ",
            "TOMTAT_KQ": "Nhánh phế quản đậm, bạch cầu tăng",
            "PP_DIEUTRI": draft.visit["PP_DIEU_TRI"],
            "TEN_DICH_VU": "Chụp X-quang ngực thẳng",
            "TEN_THUOC": "Amoxicilin, Paracetamol",
            "TINH_TRANG_CT": "Tỉnh, tự thở, huyết động ổn định",
            "MA_LYDO_CT": "1",
            "HUONG_DIEU_TRI": "Chuyển tuyến trên điều trị tiếp",
            "PHUONGTIEN_VC": "Xe cứu thương",
            "HOTEN_NGUOI_HT": "ĐIỀU DƯỠNG MẪU",
            "CHUCDANH_NGUOI_HT": "Điều dưỡng",
            "MA_BAC_SI": _DOCTOR,
            "MA_TTDV": visits.head(standard),
        },
    )
    return draft


def re_visit(standard: str, day: date | None = None) -> Draft:
    """An outpatient asked to come again in a week (XML14)."""
    draft = visits.outpatient(standard, day, MAN, 25)
    again = draft.day + timedelta(7)
    draft.fill(
        "XML14",
        {
            **_of_visit(draft, "XML14"),
            "SO_GIAYHEN_KL": f"0025/{draft.day.year}",
            "NGAY_HEN_KL": f"{again:%Y%m%d}" if standard == "QD3176" else visits.at(again, 8),
            "MA_BAC_SI": _DOCTOR,
            "MA_TTDV": visits.head(standard),
            "NGAY_CT": f"{draft.day:%Y%m%d}",
        },
    )
    return draft


def tuberculosis(standard: str, day: date | None = None) -> Draft:
    """An outpatient at the beginning of a treatment of tuberculosis (XML15)."""
    draft = visits.outpatient(standard, day, MAN, 26)
    _diagnose(draft, "A15.0", "Lao phổi mới, AFB dương tính")
    began = f"{draft.day:%Y%m%d}"
    draft.fill(
        "XML15",
        {
            **_of_visit(draft, "XML15"),
            "STT": "1",
            "PHANLOAI_LAO_VITRI": "1",
            "PHANLOAI_LAO_TS": "1",
            "PHANLOAI_LAO_HIV": "1",
            "PHANLOAI_LAO_VK": "1",
            "PHANLOAI_LAO_KT": "1",
            "LOAI_DTRI_LAO": "2",
            "NGAYBD_DTRI_LAO": began,
            "PHACDO_DTRI_LAO": "2",
            "KET_QUA_DTRI_LAO": "6",
            "NGAYKD_HIV": f"{draft.day - timedelta(30):%Y%m%d}",
            "BDDT_ARV": f"{draft.day - timedelta(20):%Y%m%d}",
            "NGAY_BAT_DAU_DT_CTX": f"{draft.day - timedelta(20):%Y%m%d}",
        },
    )
    return draft


def hiv(standard: str, day: date | None = None) -> Draft:
    """An outpatient who gets antiretroviral drugs for thirty days (XML6)."""
    draft = visits.outpatient(standard, day, DISCREET, 27)
    _diagnose(draft, "B20.9", "Bệnh HIV, đang điều trị ARV")
    known, began = draft.day - timedelta(400), draft.day - timedelta(390)
    draft.fill(
        "XML6",
        {
            **_of_visit(draft, "XML6"),
            "NGAYKD_HIV": f"{known:%Y%m%d}",
            "NOI_LAY_MAU_XN": HOSPITAL,
            "NOI_XN_KD": HOSPITAL,
            "NOI_BDDT_ARV": HOSPITAL,
            "BDDT_ARV": f"{began:%Y%m%d}",
            "MA_PHAC_DO_DIEU_TRI_BD": "TDF+3TC+DTG",
            "MA_LYDO_DTRI": "1",
            "LOAI_DTRI_LAO": "0",
            "SANG_LOC_LAO": "1",
            "KQ_DTRI_LAO": "7",
            "MA_LYDO_XNTL_VR": "1",
            "NGAY_XN_TLVR": f"{draft.day - timedelta(60):%Y%m%d}",
            "KQ_XNTL_VR": "1",
            "NGAY_KQ_XN_TLVR": f"{draft.day - timedelta(50):%Y%m%d}",
            "MA_LOAI_BN": "1",
            "GIAI_DOAN_LAM_SANG": "1",
            "NHOM_DOI_TUONG": "11",
            "MA_TINH_TRANG_DK": "9",
            "MA_XU_TRI": "1",
            "NGAY_BAT_DAU_XU_TRI": f"{draft.day:%Y%m%d}",
            "NGAY_KET_THUC_XU_TRI": f"{draft.day + timedelta(30):%Y%m%d}",
            "MA_PHAC_DO_DIEU_TRI": "TDF+3TC+DTG",
            "SO_NGAY_CAP_THUOC_ARV": "30",
            "NGAY_CHUYEN_PHAC_DO": f"{began:%Y%m%d}",
            "LY_DO_CHUYEN_PHAC_DO": "4",
        },
    )
    return draft


def _diagnose(draft: Draft, code: str, text: str) -> None:
    """Give the whole visit another disease."""
    draft.visit.update({"MA_BENH_CHINH": code, "CHAN_DOAN_RV": text})
    for rows in draft.tables.values():
        for row in rows:
            row.update({name: code for name in ("MA_BENH",) if name in row})
            row.update({name: text for name in ("CHAN_DOAN_RV",) if name in row})


def _replace(draft: Draft, old: str, new: str, names: Mapping[str, str]) -> None:
    """Put another service in the place of one, also where results and supplies name it."""
    for table in ("XML3", "XML4"):
        for row in draft.tables[table]:
            if row["MA_DICH_VU"] == old:
                row["MA_DICH_VU"] = new
                row.update({name: text for name, text in names.items() if row.get(name)})


def _signed(draft: Draft) -> dict[str, str]:
    """What every leave certificate repeats: the visit, who signs, when."""
    return {
        "MA_LK": draft.visit["MA_LK"],
        "MA_TTDV": visits.head(draft.standard.id),
        "MA_BS": _DOCTOR,
        "TEN_BS": _DOCTOR_NAME,
        "NGAY_CT": f"{draft.day:%Y%m%d}",
    }


def _of_visit(draft: Draft, table: str) -> dict[str, str]:
    """The fields that a table repeats from XML1."""
    tags = draft.standard.tables[table].tags
    return {
        tag: draft.visit[tag] for tag in tags if tag in draft.visit and tag not in ("DU_PHONG", "GIAY_CHUYEN_TUYEN")
    }
