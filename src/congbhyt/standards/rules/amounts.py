"""Amounts of one line: quantity times price, and what of it is insured.

One đồng of difference is let pass everywhere, for a line as for a total: the annex gives no tolerance, programs round
at different steps, and of the public checkers those with 0.02 or 0.05 would accuse files that others let pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from congbhyt.standards.benefits import WHOLE
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.figures import Figures
from congbhyt.standards.loading import code_lists
from congbhyt.standards.records import SUPPLY_GROUPS, Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, rule, several

TOLERANCE = Decimal(1)
"""Đồng by which programs may differ through rounding; the public checkers of totals let as much pass."""

OUTSIDE_SCOPE = "2"


def differs(one: Decimal, other: Decimal) -> bool:
    """Whether two amounts differ by more than rounding explains."""
    return abs(one - other) > TOLERANCE


def packaged(line: Row) -> bool:
    """Whether a supply belongs to a package, whose ceiling is shared out among its lines."""
    return bool(line["GOI_VTYT"] or line["T_TRANTT"]) and line["MA_NHOM"] in SUPPLY_GROUPS


@cache
def _shares() -> frozenset[str]:
    """The ratios of a service that exist; another one is the field's own fault and explains nothing."""
    return frozenset(code for edition in code_lists()["TYLE_TT_DV"].editions for code in edition.codes)


def right_amount(record: Record, line: Figures) -> Decimal | None:
    """What THANH_TIEN_BV must be when it is wrong; None when it is right, or numbers are missing."""
    if line.quantity is None or line.price is None or line.amount is None:
        return None
    product = line.quantity * line.price
    if line.row.table == "XML2":
        return product if differs(line.amount, product) else None
    if line.share is None or line.row["TYLE_TT_DV"] not in _shares():
        return None
    expected = product * line.share / WHOLE
    wrong = differs(line.amount, expected) and not _other_form(record, line, line.amount, product)
    return expected if wrong else None


def right_insured(record: Record, line: Figures) -> Decimal | None:
    """What THANH_TIEN_BH must be when it is wrong; None when it is right, or numbers are missing."""
    if line.quantity is None or line.insured_price is None or line.insured is None or line.ratio is None:
        return None
    unshared = line.quantity * line.insured_price * line.ratio / WHOLE
    if line.row.table == "XML2":
        wrong = differs(line.insured, unshared) and not (line.insured == 0 and line.row["PHAM_VI"] == OUTSIDE_SCOPE)
        return unshared if wrong else None
    if line.share is None or line.row["TYLE_TT_DV"] not in _shares():
        return None
    expected = unshared * line.share / WHOLE
    if not differs(line.insured, expected):
        return None
    passes = record.standard.id != "QD3176" and not differs(line.insured, unshared)
    return None if passes or _lowered(line.row, line.insured, expected) else expected


def _drugs(record: Record) -> Sequence[Figures]:
    return record.figures[: len(record.drugs)]


def _lines(record: Record) -> Sequence[Figures]:
    return record.figures[len(record.drugs) :]


@rule(
    "drug-line-amount",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 2",
    sources=several("ANX-001 PCX-074 TT12-004"),
    sentence="Thành tiền (giá bệnh viện) của dòng thuốc là {value}, phải là số lượng × đơn giá = {expected}.",
    detail="THANH_TIEN_BV must equal SO_LUONG × DON_GIA rounded to 2 decimals, {expected}.",
    examples=[
        fires("outpatient", {"XML2.THANH_TIEN_BV": "37100.00"}, settle=True),
        silent("outpatient", {"XML2.THANH_TIEN_BV": "37000.60"}),
        silent("outpatient", {"XML2.THANH_TIEN_BV": "37000,60"}),
    ],
)
def drug_line_amount(record: Record) -> Iterator[Problem]:
    """THANH_TIEN_BV of a drug line is quantity times price."""
    for line in _drugs(record):
        if (expected := right_amount(record, line)) is not None:
            yield line.row.at("THANH_TIEN_BV", expected=f"{expected:.2f}")


@rule(
    "drug-line-insured-amount",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 2",
    sources=several("ANX-002 PCX-021 TT12-004"),
    sentence="Thành tiền trong phạm vi BHYT của dòng thuốc là {value}, phải là số lượng × đơn giá × tỷ lệ = "
    "{expected}.",
    detail="THANH_TIEN_BH must equal SO_LUONG × DON_GIA × TYLE_TT_BH / 100 rounded to 2 decimals, {expected}.",
    examples=[
        fires("outpatient", {"XML2.THANH_TIEN_BH": "36900.00"}, settle=True),
        silent("outpatient", {"XML2.THANH_TIEN_BH": "36999.40"}),
        silent("outpatient", {"XML2.TYLE_TT_BH": "50"}, settle=True),
    ],
)
def drug_line_insured_amount(record: Record) -> Iterator[Problem]:
    """THANH_TIEN_BH of a drug line is quantity times price times the ratio; 0 passes outside the scope."""
    for line in _drugs(record):
        if (expected := right_insured(record, line)) is not None:
            yield line.row.at("THANH_TIEN_BH", expected=f"{expected:.2f}")


@rule(
    "service-line-amount",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 3, as changed by QĐ 4750 and QĐ 3176",
    sources=several("ANX-003 PCX-017 PCX-060 TT12-004"),
    sentence="Thành tiền (giá bệnh viện) của dòng là {value}, phải là số lượng × đơn giá × tỷ lệ dịch vụ = {expected}.",
    detail="THANH_TIEN_BV must equal SO_LUONG × DON_GIA_BV × TYLE_TT_DV / 100, {expected}. QĐ 3176 also takes "
    "SO_LUONG × DON_GIA_BV − SO_LUONG × DON_GIA_BH × (100 − TYLE_TT_DV) / 100; QĐ 130 the product without TYLE_TT_DV.",
    examples=[
        fires("outpatient", {"XML3.THANH_TIEN_BV": "45100.00"}, settle=True),
        fires("outpatient", {"XML3.THANH_TIEN_BV": "90000.00"}, settle=True, standard="QD4750"),
        silent("outpatient", {"XML3.THANH_TIEN_BV": "45000.50"}),
        silent("outpatient", {"XML3.TYLE_TT_DV": "1"}),
        silent("inpatient", {"XML3[5].TYLE_TT_DV": "50"}, settle=True),
        silent(
            "inpatient",
            {"XML3[5].TYLE_TT_DV": "50", "XML3[5].DON_GIA_BV": "300000.000", "XML3[5].THANH_TIEN_BV": "687400.00"},
            settle=True,
        ),
        silent("inpatient", {"XML3[5].TYLE_TT_DV": "50", "XML3[5].THANH_TIEN_BV": "1025200.00"}, standard="QD130"),
    ],
)
def service_line_amount(record: Record) -> Iterator[Problem]:
    """THANH_TIEN_BV of a service or supply is quantity times price times the ratio of the service."""
    for line in _lines(record):
        if (expected := right_amount(record, line)) is not None:
            yield line.row.at("THANH_TIEN_BV", expected=f"{expected:.2f}")


def _other_form(record: Record, line: Figures, amount: Decimal, product: Decimal) -> bool:
    """Whether the amount follows the other form that its standard takes for a ratio of the service below 100."""
    if record.standard.id == "QD130":
        return not differs(amount, product)
    if record.standard.id == "QD3176" and line.quantity and line.insured_price and line.share is not None:
        unpaid = line.quantity * line.insured_price * (WHOLE - line.share) / WHOLE
        return not differs(amount, product - unpaid)
    return False


@rule(
    "service-line-insured-amount",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 3, as changed by QĐ 3176",
    sources=several("ANX-004 EMR-046 TT12-004"),
    sentence="Thành tiền trong phạm vi BHYT của dòng là {value}, phải là số lượng × đơn giá BHYT × các tỷ lệ = "
    "{expected}.",
    detail="THANH_TIEN_BH must equal SO_LUONG × DON_GIA_BH × TYLE_TT_DV / 100 × TYLE_TT_BH / 100, {expected}. Before "
    "QĐ 3176 the product without TYLE_TT_DV passes too; a supply of a package may lie below it.",
    examples=[
        fires("outpatient", {"XML3.THANH_TIEN_BH": "44900.00"}, settle=True),
        fires("inpatient", {"XML3[5].TYLE_TT_DV": "50", "XML3[5].THANH_TIEN_BH": "500000.00"}, settle=True),
        silent("outpatient", {"XML3.THANH_TIEN_BH": "44999.50"}),
        silent(
            "inpatient",
            {"XML3[5].TYLE_TT_DV": "50", "XML3[5].THANH_TIEN_BH": "1025200.00"},
            standard="QD4750",
        ),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[4].THANH_TIEN_BH": "60000.00"}, settle=True),
    ],
)
def service_line_insured_amount(record: Record) -> Iterator[Problem]:
    """THANH_TIEN_BH of a service or supply is quantity times insured price times the ratios."""
    for line in _lines(record):
        if (expected := right_insured(record, line)) is not None:
            yield line.row.at("THANH_TIEN_BH", expected=f"{expected:.2f}")


def _lowered(line: Row, amount: Decimal, expected: Decimal) -> bool:
    """Whether scope or ceiling explain that less is insured than the product."""
    return (amount == 0 and line["PHAM_VI"] == OUTSIDE_SCOPE) or (amount < expected and packaged(line))


@rule(
    "line-insured-above-amount",
    ERROR,
    basis="arithmetic: the insured part of a cost is no more than the cost (QĐ 130, annex: own pay is the difference)",
    sources=several("PCX-080 PCX-091"),
    sentence="Thành tiền trong phạm vi BHYT ({value}) lớn hơn thành tiền giá bệnh viện ({amount}). Sửa đơn giá.",
    detail="THANH_TIEN_BH {value} must not exceed THANH_TIEN_BV {amount}; so must the sums of all lines.",
    examples=[
        fires("outpatient", {"XML3.DON_GIA_BV": "44000.000"}, settle=True),
        silent("outpatient", {"XML3.DON_GIA_BV": "46000.000"}, settle=True),
        silent("outpatient", {"XML3.THANH_TIEN_BV": "4500.00"}, settle=True),
    ],
)
def line_insured_above_amount(record: Record) -> Iterator[Problem]:
    """The insured part of a line is no more than the line; so the sums (PCX-080) keep to it too.

    An amount that its own product refuses is said there.
    """
    for line in record.figures:
        if line.insured is None or line.amount is None or line.insured <= line.amount + TOLERANCE:
            continue
        if right_amount(record, line) is None and right_insured(record, line) is None:
            yield line.row.at("THANH_TIEN_BH", amount=line.row["THANH_TIEN_BV"])
