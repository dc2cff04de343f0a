"""What the catalogues of services and supplies say of a line: name, price, ceiling, period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from congbhyt.standards.catalogues import Entry
from congbhyt.standards.catalogues.lookups import (
    alike_names,
    contradicted,
    entries,
    in_force,
    narrowed,
    of_facility,
)
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.amounts import TOLERANCE
from congbhyt.standards.rules.catalogue_drugs import day_of_order, highest, shown
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_NO_CEILING = frozenset("15")
"""Digits of cards whose supplies are paid without a ceiling."""
_BASIS = "public checkers, with the facility's catalogues as loaded"


def _found(record: Record, kind: str, lines: Sequence[Row], name: str) -> Iterator[tuple[Row, str, Sequence[Entry]]]:
    """Lines with their code and what the catalogue says of it to this facility."""
    facility = record.visit["MA_CSKCB"]
    for line in lines:
        code = line[name]
        if code and (found := of_facility(entries(record.catalogues, kind, code), facility)):
            yield line, code, found


def _services(record: Record) -> Iterator[tuple[Row, str, Sequence[Entry]]]:
    return _found(record, "services", record.services, "MA_DICH_VU")


def _supplies(record: Record) -> Iterator[tuple[Row, str, Sequence[Entry]]]:
    return _found(record, "supplies", record.supplies, "MA_VAT_TU")


def _xray(**facts: str) -> Mapping[str, Sequence[Entry]]:
    listed: list[Entry] = [{"code": "02.1896"}, {"code": "22.0120.1370"}, {"code": "18.0119.0028", **facts}]
    return {"services": listed}


def _clip(**facts: str) -> Mapping[str, Sequence[Entry]]:
    return {"supplies": [{"code": "N03.05.010", **facts}]}


@rule(
    "service-name",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-126 V4750-VAL-074"),
    needs=("services",),
    sentence="Tên dịch vụ «{value}» (mã {code}) khác tên được duyệt: {expected}. Sửa tên hoặc chọn lại dịch vụ.",
    detail="TEN_DICH_VU {value} of service {code} differs from the catalogue's {expected}.",
    examples=[
        fires("outpatient", catalogues=_xray(name="Siêu âm ổ bụng")),
        silent("outpatient", {"XML3[2].TEN_DICH_VU": "Chụp X-quang ngực thẳng [số hóa 1 phim]"},
               catalogues=_xray(name="chụp x-quang  ngực thẳng")),
    ],
)  # fmt: skip
def service_name(record: Record) -> Iterator[Problem]:
    """The name holds the catalogue's, or the other way round; what stands in brackets is not compared."""
    for line, code, found in _services(record):
        if said := contradicted(found, "name", line["TEN_DICH_VU"], alike_names):
            yield line.at("TEN_DICH_VU", code=code, expected=shown(said))


@rule(
    "service-price-approved",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-125"),
    needs=("services",),
    sentence="Đơn giá BHYT {value} của dịch vụ {code} cao hơn giá được duyệt {approved}. Sửa đơn giá hoặc danh mục.",
    detail="DON_GIA_BH {value} of service {code} is above the approved price {approved}.",
    examples=[
        fires("outpatient", catalogues=_xray(price="270000")),
        silent("outpatient", catalogues=_xray(price="279999.5")),
        silent("outpatient", catalogues=_xray(price="270000", until="20260630")),
    ],
)
def service_price_approved(record: Record) -> Iterator[Problem]:
    """The insured price is at most the highest approved on that day."""
    for line, code, found in _services(record):
        price, day = line.number_of("DON_GIA_BH"), day_of_order(line, record)
        approved = highest([entry for entry in found if in_force(entry, day)], "price")
        if price is not None and approved is not None and price > approved + TOLERANCE:
            yield line.at("DON_GIA_BH", code=code, approved=f"{approved:f}")


@rule(
    "service-not-in-force",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-124"),
    needs=("services",),
    sentence="Dịch vụ {code} không có hiệu lực trong danh mục ngày {day}. Kiểm tra mã dịch vụ hoặc danh mục.",
    detail="The catalogue has service {code}, but not for {day}.",
    examples=[
        fires("outpatient", catalogues=_xray(until="20260630")),
        silent("outpatient", catalogues=_xray(**{"from": "20260914"})),
    ],
)
def service_not_in_force(record: Record) -> Iterator[Problem]:
    """The service holds on the day of the order."""
    for line, code, found in _services(record):
        day = day_of_order(line, record)
        if not any(in_force(entry, day) for entry in found):
            yield line.at("MA_DICH_VU", code=code, day=f"{day:%d/%m/%Y}")


@rule(
    "supply-name",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-119 V4750-VAL-073"),
    needs=("supplies",),
    sentence="Tên vật tư «{value}» (mã {code}) khác danh mục: {expected}. Sửa tên hoặc chọn lại vật tư.",
    detail="TEN_VAT_TU {value} of supply {code} differs from the catalogue's {expected}.",
    examples=[
        fires("inpatient", catalogues=_clip(name="Chỉ phẫu thuật")),
        silent("inpatient", catalogues=_clip(name="Clip kẹp mạch")),
    ],
)
def supply_name(record: Record) -> Iterator[Problem]:
    """The name holds the catalogue's, or the other way round."""
    for line, code, found in _supplies(record):
        if said := contradicted(found, "name", line["TEN_VAT_TU"], alike_names):
            yield line.at("TEN_VAT_TU", code=code, expected=shown(said))


@rule(
    "supply-price-approved",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-118"),
    needs=("supplies",),
    sentence="Đơn giá BHYT {value} của vật tư {code} cao hơn giá được duyệt của gói thầu này, {approved}. Sửa đơn "
    "giá hoặc danh mục.",
    detail="DON_GIA_BH {value} of supply {code} is above the price {approved} approved for its tender.",
    examples=[
        fires("inpatient", catalogues=_clip(price="31000", tender="099;G2;N3;2025")),
        silent("inpatient", catalogues=_clip(price="32000", tender="099;G2;N3;2025")),
        silent("inpatient", catalogues=_clip(price="31000", tender="098;G2;N3;2024")),
    ],
)
def supply_price_approved(record: Record) -> Iterator[Problem]:
    """The insured price is at most the one approved for the same tender; other tenders have other prices."""
    for line, code, found in _supplies(record):
        day, price = day_of_order(line, record), line.number_of("DON_GIA_BH")
        same = [entry for entry in narrowed(found, "tender", line["TT_THAU"]) if in_force(entry, day)]
        if contradicted(same, "tender", line["TT_THAU"]):
            continue
        approved = highest(same, "price")
        if price is not None and approved is not None and price > approved + TOLERANCE:
            yield line.at("DON_GIA_BH", code=code, approved=f"{approved:f}")


@rule(
    "supply-above-ceiling",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 3: the ministry's payment ceiling, as loaded",
    sources=several("ANX-031"),
    needs=("supplies",),
    sentence="Đơn giá BHYT {value} của vật tư {code} vượt mức thanh toán {ceiling} của Bộ Y tế. Ghi tối đa mức này.",
    detail="DON_GIA_BH {value} of supply {code} exceeds the payment ceiling {ceiling}.",
    examples=[
        fires("inpatient", catalogues=_clip(ceiling="30000")),
        silent("inpatient", catalogues=_clip(ceiling="32000")),
        silent("inpatient", {"XML1.MA_THE_BHYT": "CC1019900000002"}, catalogues=_clip(ceiling="30000")),
    ],
)
def supply_above_ceiling(record: Record) -> Iterator[Problem]:
    """The insured price of a supply is at most what the ministry lets the fund pay; some cards know no ceiling."""
    if any(card[2:3] in _NO_CEILING for card in record.cards):
        return
    for line, code, found in _supplies(record):
        day, price = day_of_order(line, record), line.number_of("DON_GIA_BH")
        ceiling = highest([entry for entry in found if in_force(entry, day)], "ceiling")
        if price is not None and ceiling is not None and price > ceiling + TOLERANCE:
            yield line.at("DON_GIA_BH", code=code, ceiling=f"{ceiling:f}")
