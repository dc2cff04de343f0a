"""Good certificates that are sent without a claim: the vouchers of CV 3220 and the driver's certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from congbhyt.sandbox.institutions import HOSPITAL
from congbhyt.sandbox.insured_cast import InsuredCast
from congbhyt.sandbox.submissions.draft import Draft, begin
from congbhyt.sandbox.submissions.patients import MAN, TONES
from congbhyt.sandbox.submissions.visits import at

_DOCTOR, _DOCTOR_NAME, _HEAD = "000101/GPHN-BYT", "BÁC SĨ MẪU", "GIÁM ĐỐC MẪU"
_ADDRESS, _PROVINCE, _COMMUNE = "Tổ 5, Phường An Thử, tỉnh Thử Nghiệm", "99", "99999"
_ISSUED, _ISSUED_BY = "20210510", "Cục Cảnh sát QLHC về TTXH"


def discharge(standard: str, day: date | None = None) -> Draft:
    """CT03: the discharge slip of a stay of five days."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "CT03", TONES, {
        "MA_KHOA": "K19", "NGHE_NGHIEP": "Kế toán", "NGAY_VAO": at(draft.day - timedelta(4), 14, 10),
        "NGAY_RA": at(draft.day, 9, 30), "DINH_CHI_THAI_NGHEN": "0", "CHAN_DOAN": "Viêm ruột thừa cấp",
        "PP_DIEUTRI": "Phẫu thuật nội soi cắt ruột thừa", "GHI_CHU": "Nghỉ ngơi tại nhà",
        "NGOAITRU_TUNGAY": _day(draft, 1), "NGOAITRU_DENNGAY": _day(draft, 7),
        "BENHICD10_ID": "K35.8", "TENBENHICD10": "Viêm ruột thừa cấp, khác",
    })  # fmt: skip


def summary(standard: str, day: date | None = None) -> Draft:
    """CT04: the summary of the same stay."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "CT04", TONES, {
        "NGAY_VAO": at(draft.day - timedelta(4), 14, 10), "NGAY_RA": at(draft.day, 9, 30),
        "CHAN_DOAN_VAO": "Theo dõi viêm ruột thừa", "CHAN_DOAN_RA": "Viêm ruột thừa cấp",
        "QT_BENHLY": "Đau hố chậu phải tăng dần", "TOMTAT_KQ": "Bạch cầu tăng", "PP_DIEUTRI": "Phẫu thuật nội soi",
        "TT_RAVIEN": "Ổn định", "LYDO_VVIEN": "Đau bụng", "IS_NOI_KHOA": "0", "IS_PHAU_THUAT_THU_THUAT": "1",
        "PHAU_THUAT_THU_THUAT": "Cắt ruột thừa nội soi", "IS_LAO_GIAI_DOAN_NANG": "0",
        "IS_XO_GAN_GIAI_DOAN_MAT_BU": "0", "BENH_ICD10_ID": "K35.8", "BENH_ICD10_TEN": "Viêm ruột thừa cấp, khác",
    })  # fmt: skip


def pregnancy_rest(standard: str, day: date | None = None) -> Draft:
    """CT06: two weeks of rest to keep a child."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "CT06", TONES, {
        "NGAY_VAO": _day(draft), "NGAY_RA": _day(draft, 13), "CHAN_DOAN": "Dọa sảy thai, nghỉ dưỡng thai",
        "TUOI_THAI": "10", "TEN_DVI": "Công ty Mẫu", "SO_KCB": "0053/KCB", "MA_BS": _DOCTOR,
        "BENH_ICD10_ID": "O20.0", "BENH_ICD10_TEN": "Dọa sảy thai",
    })  # fmt: skip


def sick_leave(standard: str, day: date | None = None) -> Draft:
    """CT07: three days at home."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "CT07", MAN, {
        "MAU_SO": "CT07", "SO_KCB": "0054/KCB", "DON_VI": "Công ty Mẫu",
        "CHANDOAN_DIEUTRI": "Viêm phế quản cấp, kháng sinh", "TU_NGAY": _day(draft), "DEN_NGAY": _day(draft, 2),
        "NGAY_KCB": _day(draft), "BENH_ICD10_ID": "J20.9", "BENH_ICD10_TEN": "Viêm phế quản cấp",
    })  # fmt: skip


def inpatient_treatment(standard: str, day: date | None = None) -> Draft:
    """GIAYDIEUTRINOITRU: a stay told to the insurance."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "GIAYDIEUTRINOITRU", TONES, {
        "MA_KHOA": "K27", "NGAY_VAO": at(draft.day - timedelta(4), 14, 10), "NGAY_RA": at(draft.day, 9, 30),
        "CHAN_DOAN": "Dọa sảy thai", "PP_DIEUTRI": "Nội khoa", "TUOI_THAI": "10", "IS_NGHIDUONGTHAI": "1",
        "SO_NGAY_NGHIDUONGTHAI": "14", "BENH_ICD10_MA": "O20.0", "BENH_ICD10_TEN": "Dọa sảy thai",
    })  # fmt: skip


def infertility_treatment(standard: str, day: date | None = None) -> Draft:
    """GIAYDIEUTRIVOSINH: a day of treatment for infertility."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "GIAYDIEUTRIVOSINH", TONES, {
        "MA_KHOA": "K27", "NGAY_VAO": _day(draft), "NGAY_RA": _day(draft), "CHAN_DOAN": "Vô sinh do tắc vòi trứng",
        "PP_DIEUTRI": "Chọc hút trứng", "BENH_ICD10_MA": "N97.1", "BENH_ICD10_TEN": "Vô sinh nữ nguồn gốc vòi trứng",
    })  # fmt: skip


def mothers_health(standard: str, day: date | None = None) -> Draft:
    """GIAYSUCKHOEME: a mother who cannot care for her child."""
    draft = begin(standard, HOSPITAL, day, "vouchers")
    return _voucher(draft, "GIAYSUCKHOEME", TONES, {
        "MA_KHOA": "K03", "NGAY_VAO": _day(draft, -4), "NGAY_RA": _day(draft), "CHAN_DOAN": "Viêm tụy cấp nặng",
        "PP_DIEUTRI": "Nội khoa", "KET_LUAN": "Không đủ sức khỏe chăm sóc con", "TINHTRANGBENHHIENTAI": "Còn yếu",
        "BENH_ICD10_MA": "K85.9", "BENH_ICD10_TEN": "Viêm tụy cấp",
    })  # fmt: skip


def death(standard: str, day: date | None = None) -> Draft:
    """GIAYBAOTU: the certificate of somebody who died in hospital."""
    draft = begin(standard, HOSPITAL, day, "death")
    return _voucher(draft, "GIAYBAOTU", MAN, {
        "MA_GBT": f"{HOSPITAL}.GBT.00058.{draft.day:%y}", "MA_BN": "BN00058", "MA_QUOCTICH": "000",
        "DCHI_THUONGTRU": _ADDRESS, "MATINH_THUONGTRU": _PROVINCE, "MAXA_THUONGTRU": _COMMUNE,
        "DCHI_HIENTAI": _ADDRESS, "MATINH_HIENTAI": _PROVINCE, "MAXA_HIENTAI": _COMMUNE,
        "NGAYGIO_VV": at(draft.day - timedelta(2), 20), "NGAY_TV": at(draft.day, 4, 15),
        "TINH_TRANG_TV": "Tử vong tại cơ sở", "NGUYENNHAN_TV": "Nhồi máu cơ tim", "NGUOI_GHIGIAY": _DOCTOR_NAME,
        "NGUOI_THANTHICH": "NGUYỄN THỊ VỢ MẪU", "TTRUONG_DVI": _HEAD, "SO_BAOTU": "58", "QUYEN_SO": "01",
        "NGAY_CAPGIAYBT": _day(draft), "MACSKCB": HOSPITAL, "BENH_ICD10_ID": "I21.9",
        "BENH_ICD10_TEN": "Nhồi máu cơ tim cấp",
    })  # fmt: skip


def birth(standard: str, day: date | None = None) -> Draft:
    """GIAYCHUNGSINH: the certificate of a child born by caesarean section."""
    draft = begin(standard, HOSPITAL, day, "birth")
    draft.fill("GIAYCHUNGSINH", {
        "MA_GCS": f"{HOSPITAL}.GCS.00059.{draft.day:%y}", "MA_BN": "BN00059", "MA_BHXH_NND": TONES.social_number,
        "MA_THE_NND": TONES.cards[0].number, "HOTEN_NND": TONES.full_name, "NGAYSINH_NND": _born(TONES),
        "MA_DANTOC_NND": "01", "MA_QUOCTICH_NND": "000", "LOAI_GIAYTO_NND": "1", "SO_CCCD_NND": TONES.citizen_number,
        "NGAYCAP_CCCD_NND": _ISSUED, "NOICAP_CCCD_NND": _ISSUED_BY, "NOI_CU_TRU_NND": _ADDRESS,
        "MATINH_CU_TRU": _PROVINCE, "MAXA_CU_TRU": _COMMUNE, "TEN_CON": "NGUYỄN MẪU", "GIOI_TINH_CON": "2",
        "SO_CON": "1", "LAN_SINH": "1", "SO_CON_SONG": "1", "CAN_NANG_CON": "3150",
        "NGAY_SINH_CON": at(draft.day, 6, 20) + "00", "NOI_SINH_CON": "Bệnh viện Thử Nghiệm",
        "TINH_TRANG_CON": "Khóc ngay, hồng hào", "SINHCON_PHAUTHUAT": "1", "SINHCON_DUOI32TUAN": "0",
        "GHI_CHU": "Sinh con phải phẫu thuật", "NGUOI_DO_DE": _DOCTOR_NAME, "NGUOI_GHI_PHIEU": "NỮ HỘ SINH MẪU",
        "THU_TRUONG_DVI": _HEAD, "NGAY_CT": _day(draft), "SO": "59", "QUYEN_SO": "01", "CAP_LAN_DAU": "1",
    })  # fmt: skip
    return draft


def driver(standard: str, day: date | None = None) -> Draft:
    """A driver fit for class B, before the certificate is signed."""
    draft = begin(standard, HOSPITAL, day, "driver")
    draft.fill("GKSK", {
        "SO": f"00060/GKSKLX/{HOSPITAL}/{draft.day:%y}", "HOTEN": MAN.full_name, "GIOITINHVAL": "0",
        "NGAYSINH": MAN.birth, "DIACHITHUONGTRU": _ADDRESS, "MATINH_THUONGTRU": _PROVINCE,
        "MAHUYEN_THUONGTRU": "999" if draft.day < date(2025, 7, 1) else "", "MAXA_THUONGTRU": _COMMUNE,
        "SOCMND_PASSPORT": MAN.citizen_number, "NGAYTHANGNAMCAPCMND": "10/05/2021", "NOICAP": _ISSUED_BY,
        "IDBENHVIEN": HOSPITAL, "BENHVIEN": "Bệnh viện Thử Nghiệm", "NONGDOCON": "0", "DVINONGDOCON": "1",
        "MATUY": "0", "NGAYKETLUAN": f"{draft.day:%d/%m/%Y}", "BACSYKETLUAN": _DOCTOR_NAME, "KETLUAN": "A0-1",
        "HANGBANGLAI": "B", "STATE": "ADD",
    })  # fmt: skip
    return draft


def _voucher(draft: Draft, label: str, person: InsuredCast, values: Mapping[str, str]) -> Draft:
    """Fill what every voucher says of the person and of who signs, and its own `values`."""
    draft.fill(label, {
        "SO_LUU_TRU": "LT00050", "MA_CT": "CT00050", "SO_SERI": "SR00050", "MA_BHXH": person.social_number,
        "MA_THE": person.cards[0].number, "HO_TEN": person.full_name, "NGAY_SINH": _born(person),
        "GIOI_TINH": str(person.gender), "MA_DANTOC": "01", "MA_DAN_TOC": "01", "TEN_DAN_TOC": "Kinh",
        "DIA_CHI": _ADDRESS, "NOI_CU_TRU_NND": _ADDRESS, "MATINH_CU_TRU": _PROVINCE, "MAXA_CU_TRU": _COMMUNE,
        "MA_TINHCUTRU": _PROVINCE, "MA_XACUTRU": _COMMUNE, "TEKT": "0", "LOAI_GIAYTO": "1",
        "SO_CCCD": person.citizen_number, "SO_GIAYTO": person.citizen_number, "NGAYCAP_CCCD": _ISSUED,
        "NGAY_CAP": _ISSUED, "NOICAP_CCCD": _ISSUED_BY, "NOI_CAP": _ISSUED_BY, "THU_TRUONG_DVI": _HEAD,
        "THU_TRUONG_DV": _HEAD, "NGUOI_DAI_DIEN": _HEAD, "DAI_DIEN_DVI": _HEAD, "MA_CCHN": _DOCTOR,
        "MA_CCHN_BS": _DOCTOR, "MA_CCHN_TRUONGKHOA": _DOCTOR, "TEN_TRUONGKHOA": _DOCTOR_NAME, "TEN_BS": _DOCTOR_NAME,
        "TEN_NGUOI_HANH_NGHE": _DOCTOR_NAME, "NGAY_CHUNG_TU": _day(draft), "NGAY_CT": _day(draft), **values,
    })  # fmt: skip
    return draft


def _day(draft: Draft, later: int = 0) -> str:
    return f"{draft.day + timedelta(later):%Y%m%d}"


def _born(person: InsuredCast) -> str:
    return person.birth[6:] + person.birth[3:5] + person.birth[:2]
