"""What the catalogue of drugs says of a drug line: name, strength, registration, tender, route, price, period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from congbhyt.standards.catalogues import Entry
from congbhyt.standards.catalogues.lookups import (
    alike,
    alike_names,
    contradicted,
    entries,
    in_force,
    narrowed,
    of_facility,
)
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import WARNING, rule, several
from congbhyt.standards.values import decimal_of

_BASIS = "public checkers, with the facility's catalogue of drugs as loaded"
_NEEDS = ("drugs",)
_TOLERATED = Decimal("1.01")
"""A price may exceed the approved one by 1 % (public checker, DM03)."""
_MOST_SHOWN = 3


def shown(said: Sequence[str]) -> str:
    """What a catalogue says, shortly."""
    return " / ".join(said[:_MOST_SHOWN]) + (" / …" if len(said) > _MOST_SHOWN else "")


def highest(found: Sequence[Entry], column: str) -> Decimal | None:
    """The highest amount of a column; None when an entry has none, so that nothing can be said."""
    amounts = [decimal_of(entry.get(column, "")) for entry in found]
    known = [amount for amount in amounts if amount is not None]
    return max(known) if known and len(known) == len(amounts) else None


def day_of_order(line: Row, record: Record) -> date:
    """The day on which a line was ordered, else the end of the visit."""
    return line.day("NGAY_YL") or record.day


def _drugs(record: Record) -> Iterator[tuple[Row, Sequence[Entry]]]:
    """Drug lines with what the catalogue says of their code to this facility, the same registration first."""
    facility = record.visit["MA_CSKCB"]
    for line in record.drugs:
        if line["MA_THUOC"] and (found := of_facility(entries(record.catalogues, "drugs", line["MA_THUOC"]), facility)):
            yield line, narrowed(found, "registration", line["SO_DANG_KY"])


def _differing(record: Record, name: str, column: str, same: Callable[[str, str], bool] = alike) -> Iterator[Problem]:
    for line, found in _drugs(record):
        if said := contradicted(found, column, line[name], same):
            yield line.at(name, code=line["MA_THUOC"], expected=shown(said))


def _amoxicillin(**facts: str) -> Mapping[str, Sequence[Entry]]:
    return {"drugs": [{"code": "40.154", **facts}, {"code": "40.2"}]}


@rule(
    "drug-registration",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-079 EMR-014"),
    needs=_NEEDS,
    sentence="Số đăng ký {value} không phải của thuốc {code}: danh mục ghi {expected}. Kiểm tra thuốc đã chọn.",
    detail="SO_DANG_KY {value} does not belong to drug {code}, which the catalogue registers as {expected}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(registration="VD-00098-98")),
        silent("outpatient", catalogues=_amoxicillin(registration="vd-00099-99")),
        silent("outpatient", catalogues={"drugs": [{"code": "40.154", "registration": "VD-1"}, {"code": "40.154"},
                                                   {"code": "40.2"}]}),
    ],
)  # fmt: skip
def drug_registration(record: Record) -> Iterator[Problem]:
    """The registration is one of those that the catalogue has for the drug."""
    yield from _differing(record, "SO_DANG_KY", "registration")


@rule(
    "drug-strength",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-078 EMR-017"),
    needs=_NEEDS,
    sentence="Hàm lượng «{value}» của thuốc {code} khác danh mục: {expected}. Sửa hàm lượng hoặc chọn lại thuốc.",
    detail="HAM_LUONG {value} of drug {code} differs from the catalogue's {expected}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(strength="250mg")),
        silent("outpatient", catalogues=_amoxicillin(strength="500 MG")),
    ],
)
def drug_strength(record: Record) -> Iterator[Problem]:
    """The strength is the catalogue's for that registration, blanks and case aside."""
    yield from _differing(record, "HAM_LUONG", "strength")


@rule(
    "drug-name",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-081 V4750-VAL-057"),
    needs=_NEEDS,
    sentence="Tên thuốc «{value}» (mã {code}) khác danh mục: {expected}. Sửa tên hoặc chọn lại thuốc.",
    detail="TEN_THUOC {value} of drug {code} differs from the catalogue's {expected}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(name="Cefalexin")),
        silent("outpatient", catalogues=_amoxicillin(name="AMOXICILIN")),
    ],
)
def drug_name(record: Record) -> Iterator[Problem]:
    """The name holds the catalogue's, or the other way round."""
    yield from _differing(record, "TEN_THUOC", "name", alike_names)


@rule(
    "drug-route",
    WARNING,
    basis=_BASIS,
    sources=several("EMR-016"),
    needs=_NEEDS,
    sentence="Đường dùng {value} của thuốc {code} khác danh mục: {expected}. Sửa đường dùng hoặc chọn lại thuốc.",
    detail="DUONG_DUNG {value} of drug {code} differs from the catalogue's {expected}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(route="2.10")),
        silent("outpatient", catalogues=_amoxicillin(route="1.01")),
    ],
)
def drug_route(record: Record) -> Iterator[Problem]:
    """The route is the catalogue's for that registration."""
    yield from _differing(record, "DUONG_DUNG", "route")


@rule(
    "drug-tender",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-080"),
    needs=_NEEDS,
    sentence="Thông tin thầu «{value}» của thuốc {code} khác danh mục: {expected}. Sửa TT_THAU.",
    detail="TT_THAU {value} of drug {code} differs from the catalogue's {expected}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(tender="100;G1;N1;2025")),
        silent("outpatient", catalogues=_amoxicillin(tender="099; G1; N1; 2025")),
    ],
)
def drug_tender(record: Record) -> Iterator[Problem]:
    """The tender is one of the catalogue's for that registration."""
    yield from _differing(record, "TT_THAU", "tender")


@rule(
    "drug-price-approved",
    WARNING,
    basis=_BASIS,
    sources=several("TRC-082 EMR-015"),
    needs=_NEEDS,
    sentence="Đơn giá {value} của thuốc {code} cao hơn giá được duyệt {approved}. Sửa đơn giá hoặc danh mục.",
    detail="DON_GIA {value} of drug {code} is more than 1 % above the approved price {approved}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(price="1800")),
        silent("outpatient", catalogues=_amoxicillin(price="1840")),
        silent("outpatient", catalogues={"drugs": [{"code": "40.154", "price": "1800", "tender": "1;G1;N1;2020"},
                                                   {"code": "40.154", "price": "1850"}, {"code": "40.2"}]}),
    ],
)  # fmt: skip
def drug_price_approved(record: Record) -> Iterator[Problem]:
    """The price is at most 1 % above the highest approved for that registration and tender on that day."""
    for line, found in _drugs(record):
        price, day = line.number_of("DON_GIA"), day_of_order(line, record)
        same = [entry for entry in narrowed(found, "tender", line["TT_THAU"]) if in_force(entry, day)]
        approved = highest(same, "price")
        if price is not None and approved is not None and price > approved * _TOLERATED:
            yield line.at("DON_GIA", code=line["MA_THUOC"], approved=f"{approved:f}")


@rule(
    "drug-not-in-force",
    WARNING,
    basis=_BASIS,
    sources=several("EMR-018"),
    needs=_NEEDS,
    sentence="Thuốc {code} (số đăng ký {registration}) không có hiệu lực trong danh mục ngày {day}. "
    "Kiểm tra mã thuốc hoặc danh mục.",
    detail="The catalogue has drug {code} with registration {registration}, but not for {day}.",
    examples=[
        fires("outpatient", catalogues=_amoxicillin(until="20260831")),
        silent("outpatient", catalogues=_amoxicillin(until="20260914")),
        silent("outpatient", catalogues={"drugs": [{"code": "40.154", "until": "20260831"},
                                                   {"code": "40.154", "from": "20260901"}, {"code": "40.2"}]}),
    ],
)  # fmt: skip
def drug_not_in_force(record: Record) -> Iterator[Problem]:
    """The drug with its registration holds on the day of the order."""
    for line, found in _drugs(record):
        day = day_of_order(line, record)
        if not any(in_force(entry, day) for entry in found):
            registration = line["SO_DANG_KY"] or "trống"
            yield line.at("MA_THUOC", code=line["MA_THUOC"], registration=registration, day=f"{day:%d/%m/%Y}")
