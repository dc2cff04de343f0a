"""The vouchers of CV 3220: certificates that are sent without a claim."""

from __future__ import annotations

from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import ERROR, WARNING, rule

_VOUCHERS = ("CV3220",)
_FLAGS = (
    "TEKT", "DINH_CHI_THAI_NGHEN", "IS_NOI_KHOA", "IS_PHAU_THUAT_THU_THUAT", "IS_LAO_GIAI_DOAN_NANG",
    "IS_XO_GAN_GIAI_DOAN_MAT_BU", "IS_NGHIDUONGTHAI", "SINHCON_PHAUTHUAT", "SINHCON_DUOI32TUAN", "CAP_LAN_DAU",
)  # fmt: skip


@rule(
    "voucher-flag",
    WARNING,
    standards=_VOUCHERS,
    basis="CV 3220/BHXH-CNTT, as one public checker reads it (CTDT005)",
    sources=["CTDT-012"],
    sentence="{field} là «{value}»; ô này chỉ ghi 1 (có) hoặc 0 (không).",
    detail="{field} is a flag: 0, 1 or empty.",
    examples=[
        fires("sick-leave-voucher", {"CT07.TEKT": "2"}),
        fires("birth", {"GIAYCHUNGSINH.CAP_LAN_DAU": "x"}),
        silent("sick-leave-voucher", {"CT07.TEKT": "1"}),
        silent("discharge-voucher", {"CT03.DINH_CHI_THAI_NGHEN": ""}),
    ],
)
def voucher_flag(record: Record) -> Iterator[Problem]:
    """A flag is 0 or 1; the source only warns, so no list of codes stands beside the fields."""
    for rows in record.tables.values():
        for row in rows:
            for name in _FLAGS:
                if row[name] not in ("", "0", "1"):
                    yield row.at(name)


@rule(
    "voucher-facility",
    ERROR,
    standards=_VOUCHERS,
    basis="CV 3220/BHXH-CNTT, annex 02",
    sources=["CTDT-014"],
    sentence="Chứng từ ghi mã cơ sở {value} nhưng tệp của cơ sở {facility}. Mỗi tệp chỉ gửi chứng từ của mình.",
    detail="MACSKCB {value} differs from THONGTINDONVI/MACSKCB {facility}.",
    examples=[
        fires("sick-leave-voucher", rows=[("GIAYBAOTU", {
            "MA_GBT": "01998.GBT.00058.26", "HO_TEN": "NGUYỄN VĂN THỬ", "NGAY_SINH": "1980", "NGAY_TV": "20260914",
            "MACSKCB": "01998",
        })]),
        silent("sick-leave-voucher", rows=[("GIAYBAOTU", {
            "MA_GBT": "01999.GBT.00058.26", "HO_TEN": "NGUYỄN VĂN THỬ", "NGAY_SINH": "1980", "NGAY_TV": "20260914",
            "MACSKCB": "01999",
        })]),
    ],
)  # fmt: skip
def voucher_facility(record: Record) -> Iterator[Problem]:
    """A certificate's own facility is the one that sends the package; death certificates come alone as a rule."""
    facility = record.envelope.facility
    for rows in record.tables.values() if facility else ():
        for row in rows:
            if row["MACSKCB"] not in ("", facility):
                yield row.at("MACSKCB", facility=facility)
