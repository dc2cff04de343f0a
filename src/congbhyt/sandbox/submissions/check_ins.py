"""Good files with services of their own: check-in (XML0) and medical-assessment minutes (XML12)."""

from __future__ import annotations

from datetime import date, timedelta

from congbhyt.sandbox.institutions import COUNCIL, HOSPITAL
from congbhyt.sandbox.submissions.draft import Draft, begin
from congbhyt.sandbox.submissions.patients import MAN, patient
from congbhyt.sandbox.submissions.visits import at


def check_in(standard: str, day: date | None = None) -> Draft:
    """An outpatient whose first service was ordered (XML0)."""
    draft = begin(standard, HOSPITAL, day, "check-in")
    draft.fill("XML0", {})
    row, person = draft.tables["XML0"][0], patient(MAN, f"{HOSPITAL}.{draft.day:%y%m%d}.00041", draft.day)
    row.update({tag: person[tag] for tag in row if tag in person})
    row.update({
        "MA_DOITUONG_KCB": "1.1", "NGAY_VAO": at(draft.day, 7, 35), "MA_LOAI_KCB": "01", "MA_CSKCB": HOSPITAL,
        "MA_DICH_VU": "02.1896", "TEN_DICH_VU": "Khám Nội (mẫu)", "NGAY_YL": at(draft.day, 7, 40),
    })  # fmt: skip
    return draft


def assessment(standard: str, day: date | None = None) -> Draft:
    """A first assessment after an occupational disease (XML12), sent by a council."""
    draft = begin(standard, COUNCIL, day, "assessment")
    person = patient(MAN, "", draft.day)
    draft.fill(
        "XML12",
        {
            **{name: person[name] for name in ("HO_TEN", "SO_CCCD", "DIA_CHI", "MATINH_CU_TRU", "MAXA_CU_TRU")},
            **{name: person[name] for name in ("MAHUYEN_CU_TRU", "MA_THE_BHYT", "DIEN_THOAI")},
            "NGUOI_CHU_TRI": "CHỦ TRÌ MẪU",
            "CHUC_VU": "1",
            "NGAY_HOP": f"{draft.day:%Y%m%d}",
            "NGAY_SINH": person["NGAY_SINH"][:8],
            "NGAY_CAP_CCCD": "20210510",
            "NOI_CAP_CCCD": "Cục Cảnh sát QLHC về TTXH",
            "MA_BHXH": MAN.social_number,
            "NGHE_NGHIEP": "Thợ khai thác đá",
            "MA_DOI_TUONG": "BNN",
            "KHAM_GIAM_DINH": "1",
            "SO_BIEN_BAN": f"0042/GĐYK-{draft.day.year}",
            "NGAY_CHUNG_TU": f"{draft.day:%Y%m%d}",
            "SO_GIAY_GIOI_THIEU": "042/GGT",
            "NGAY_DE_NGHI": f"{draft.day - timedelta(14):%Y%m%d}",
            "MA_DONVI": "DV0042",
            "GIOI_THIEU_CUA": "Công ty Mẫu",
            "KET_QUA_KHAM": "Bụi phổi silic, chức năng hô hấp giảm nhẹ",
            "SO_VAN_BAN_CAN_CU": "VB01;VB02",
            "TYLE_TTCT_MOI": "31",
            "DE_NGHI": "Hưởng chế độ theo quy định",
            "DUOC_XACDINH": "Không cần người phục vụ",
        },
    )
    return draft
