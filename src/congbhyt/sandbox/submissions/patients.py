"""The cast's insured people as a visit describes them."""

from __future__ import annotations

from datetime import date

from congbhyt.sandbox.institutions import HOSPITAL
from congbhyt.sandbox.insured_cast import CHILD, MAN, NEXT_CARD, TONES, InsuredCast

__all__ = ["CHILD", "MAN", "NEXT_CARD", "TONES", "patient"]

_CARD_BEGINS = "0101"


def patient(person: InsuredCast, visit_id: str, day: date, *, registered: str = HOSPITAL) -> dict[str, str]:
    """The fields of XML1 that tell who was treated; the card lasts the year of the visit."""
    birth = date(int(person.birth[6:]), int(person.birth[3:5]), int(person.birth[:2]))
    return {
        "MA_LK": visit_id,
        "STT": "1",
        "MA_BN": f"BN{person.social_number}",
        "HO_TEN": person.full_name,
        "SO_CCCD": person.citizen_number,
        "NGAY_SINH": f"{birth:%Y%m%d}0000",
        "GIOI_TINH": str(person.gender),
        "MA_QUOCTICH": "000",
        "MA_DANTOC": "01",
        "MA_NGHE_NGHIEP": "00000",
        "DIA_CHI": "Tổ 5, Phường An Thử, tỉnh Thử Nghiệm",
        "MATINH_CU_TRU": "99",
        "MAHUYEN_CU_TRU": "999" if day < date(2025, 7, 1) else "",
        "MAXA_CU_TRU": "99999",
        "DIEN_THOAI": f"0000{person.social_number[-6:]}",
        "MA_THE_BHYT": person.cards[0].number,
        "MA_DKBD": registered,
        "GT_THE_TU": f"{day:%Y}{_CARD_BEGINS}",
        "GT_THE_DEN": f"{day:%Y}1231",
        "NAM_NAM_LIEN_TUC": f"{day.year + 2}0101",
    }
