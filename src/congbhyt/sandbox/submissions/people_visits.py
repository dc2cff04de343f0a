"""Good visits of people whose card, age or way to the hospital is out of the ordinary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from congbhyt.sandbox.institutions import HOSPITAL, SECOND_HOSPITAL
from congbhyt.sandbox.insured_cast import CHANGED, CHILD, TONES, InsuredCast
from congbhyt.sandbox.submissions import visits
from congbhyt.sandbox.submissions.draft import Draft, begin
from congbhyt.sandbox.submissions.patients import patient
from congbhyt.sandbox.submissions.settling import settle

_NO_CARD = dict.fromkeys(("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN", "NAM_NAM_LIEN_TUC"), "")
_PROVISIONAL = "TE101KT99000012"
"""What the card look-up gives out for a child who has no card yet."""
_UNINSURED = {"PHAM_VI": "2", "TYLE_TT_BH": "0", "MUC_HUONG": "0", "DON_GIA_BH": "0.000"}


def child(standard: str, day: date | None = None) -> Draft:
    """An outpatient of 22 months with a child's card, which pays in full, and no identity number yet."""
    draft = visits.outpatient(standard, day, _child(begin(standard, HOSPITAL, day).day - timedelta(670)), 11)
    draft.visit.update({"SO_CCCD": "", "CAN_NANG": "11.50", "NAM_NAM_LIEN_TUC": ""})
    return _paid(draft, {"MUC_HUONG": "100"})


def newborn(standard: str, day: date | None = None) -> Draft:
    """Born two days before discharge, known by the mother's name, with a card made up until the real one comes."""
    left = begin(standard, HOSPITAL, day).day
    born = left - timedelta(2)
    draft = _stay(standard, left, 2, _child(born), 12, "P59.9", "Vàng da sơ sinh")
    draft.visit.update({
        "HO_TEN": TONES.full_name, "SO_CCCD": "", "NGAY_SINH": f"{born:%Y%m%d}1320", "CAN_NANG": "3.20",
        "MA_THE_BHYT": _PROVISIONAL, "MA_DKBD": "01000", "GT_THE_TU": f"{born:%Y%m%d}", "GT_THE_DEN": f"{left:%Y%m%d}",
        "NAM_NAM_LIEN_TUC": "", "MA_DOITUONG_KCB": "1.7",
    })  # fmt: skip
    draft.tables["XML7"][0]["HO_TEN_ME"] = TONES.full_name
    return _paid(draft, {"MUC_HUONG": "100"})


def referred(standard: str, day: date | None = None) -> Draft:
    """An outpatient whom another hospital sent with a slip."""
    draft = visits.outpatient(standard, day, number=13)
    draft.visit.update({
        "MA_DOITUONG_KCB": "1.3", "MA_NOI_DI": SECOND_HOSPITAL, "MA_DKBD": SECOND_HOSPITAL,
        "GIAY_CHUYEN_TUYEN": f"0013/{draft.day.year}/GCT",
    })  # fmt: skip
    return draft


def emergency(standard: str, day: date | None = None) -> Draft:
    """An emergency: registered elsewhere, without papers at hand."""
    draft = visits.outpatient(standard, day, number=14)
    draft.visit.update({"MA_DOITUONG_KCB": "2", "MA_DKBD": SECOND_HOSPITAL, "SO_CCCD": ""})
    return draft


def uninsured(standard: str, day: date | None = None) -> Draft:
    """An outpatient without a card, who pays everything."""
    draft = visits.outpatient(standard, day, number=15)
    draft.visit.update({**_NO_CARD, "MA_DOITUONG_KCB": "9"})
    return _paid(draft, _UNINSURED)


def two_cards(standard: str, day: date | None = None) -> Draft:
    """An inpatient whose card of a student ends during the stay, and an employee's card follows it."""
    draft = visits.inpatient(standard, day, CHANGED, 16)
    ended = draft.day - timedelta(2)
    draft.visit.update({
        "MA_THE_BHYT": ";".join(card.number for card in CHANGED.cards), "MA_DKBD": f"{HOSPITAL};{HOSPITAL}",
        "GT_THE_TU": f"{draft.day:%Y}0101;{ended + timedelta(1):%Y%m%d}",
        "GT_THE_DEN": f"{ended:%Y%m%d};{draft.day:%Y}1231",
    })  # fmt: skip
    return draft


def long_stay(standard: str, day: date | None = None) -> Draft:
    """Three weeks in a medical ward."""
    left = begin(standard, HOSPITAL, day).day
    draft = _stay(standard, left, 21, TONES, 17, "J18.9", "Viêm phổi")
    return _paid(draft, {})


def _child(born: date) -> InsuredCast:
    """The cast's child, born on another day: the standards' days lie years apart."""
    return replace(CHILD, birth=f"{born:%d/%m/%Y}")


def _paid(draft: Draft, values: Mapping[str, str]) -> Draft:
    """Write `values` into every line that has the field, and work out who pays."""
    for row in [*draft.tables.get("XML2", ()), *draft.tables.get("XML3", ())]:
        row.update({name: value for name, value in values.items() if name in row})
    settle(draft)
    return draft


def _stay(
    standard: str, left: date, nights: int, person: InsuredCast, number: int, disease: str, diagnosis: str
) -> Draft:
    """A stay with an exam, a blood test, beds, a note for each day, a discharge slip and a summary."""
    draft = begin(standard, HOSPITAL, left)
    came = left - timedelta(nights)
    draft.fill(
        "XML1",
        {
            **patient(person, f"{HOSPITAL}.{left:%y%m%d}.{number:05d}", left),
            "LY_DO_VV": diagnosis,
            "LY_DO_VNT": f"{diagnosis}, cần theo dõi và điều trị",
            "MA_LY_DO_VNT": "99",
            "CHAN_DOAN_VAO": f"Theo dõi {diagnosis.lower()}",
            "CHAN_DOAN_RV": diagnosis,
            "MA_BENH_CHINH": disease,
            "MA_DOITUONG_KCB": "1.1",
            "NGAY_VAO": visits.at(came, 14, 10),
            "NGAY_VAO_NOI_TRU": visits.at(came, 15, 0),
            "NGAY_RA": visits.at(left, 15, 30),
            "SO_NGAY_DTRI": str(nights + 1),
            "PP_DIEU_TRI": "Điều trị nội khoa",
            "KET_QUA_DTRI": "1",
            "MA_LOAI_RV": "1",
            "GHI_CHU": "Tái khám khi có dấu hiệu bất thường",
            "NGAY_TTOAN": visits.at(left, 16, 0),
            "NAM_QT": f"{left:%Y}",
            "THANG_QT": f"{left:%m}",
            "MA_LOAI_KCB": "03",
            "MA_KHOA": "K03",
            "MA_CSKCB": HOSPITAL,
            "CAN_NANG": "54.00",
            "MA_HSBA": f"BA{left:%y%m%d}{number:04d}",
            "MA_TTDV": visits.head(standard),
        },
    )
    _stay_lines(draft, came, nights)
    for day in _days(came, nights):
        visits.note(draft, "Tỉnh, da niêm hồng", visits.at(day, 16 if day < left else 8))
    visits.discharge_slip(draft)
    visits.summary(draft)
    return draft


def _days(came: date, nights: int) -> Iterable[date]:
    return (came + timedelta(passed) for passed in range(nights + 1))


def _stay_lines(draft: Draft, came: date, nights: int) -> None:
    machine = "HH.1.01" if draft.standard.id == "QD3176" else f"HH.1.{HOSPITAL}.01"
    ordered, done, reported = visits.at(came, 14, 25), visits.at(came, 14, 35), visits.at(came, 15, 5)
    visits.service(
        draft, "03.1896", "Khám Nhi (mẫu)" if nights < 3 else "Khám Nội (mẫu)", "13", "1.000", "45000.000",
        visits.at(came, 14, 15), done=visits.at(came, 14, 20), department="K03",
    )  # fmt: skip
    visits.service(
        draft, "22.0120.1370", "Tổng phân tích tế bào máu (mẫu)", "1", "1.000", "46200.000", ordered, done=done,
        result=reported, department="K03", MA_MAY=machine,
    )  # fmt: skip
    visits.service(
        draft, "K03.1917", "Giường Nội khoa loại 1 (mẫu)", "15", f"{nights}.000", "273100.000", visits.at(came, 15, 10),
        department="K03", MA_GIUONG="H021", result=visits.at(draft.day, 15, 0),
    )  # fmt: skip
    draft.fill(
        "XML4",
        {
            "MA_LK": draft.visit["MA_LK"], "STT": "1", "MA_DICH_VU": "22.0120.1370", "MA_CHI_SO": "WBC",
            "TEN_CHI_SO": "Bạch cầu", "GIA_TRI": "9.8", "DON_VI_DO": "G/L", "NGAY_KQ": reported,
            "MA_BS_DOC_KQ": "000102/GPHN-BYT",
        },
    )  # fmt: skip
