"""Amounts of one line: quantity times price, and what of it is insured.

One đồng of difference is let pass everywhere, for a line as for a total: the annex gives no tolerance, programs round
at different steps, and of the public checkers those with 0.02 or 0.05 would accuse files that others let pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from congbhyt.standards.benefits import WHOLE
from congbhyt.standards.examples import fires, silent
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
    return bool(line["GOI_VTYT"] or line.amount("T_TRANTT")) and line["MA_NHOM"] in SUPPLY_GROUPS


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
    for line in record.drugs:
        quantity, price, amount = line.number_of("SO_LUONG"), line.number_of("DON_GIA"), line.number_of("THANH_TIEN_BV")
        if quantity is None or price is None or amount is None:
            continue
        expected = quantity * price
        if differs(amount, expected):
            yield line.at("THANH_TIEN_BV", expected=f"{expected:.2f}")


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
    for line in record.drugs:
        quantity, price, ratio = line.number_of("SO_LUONG"), line.number_of("DON_GIA"), line.number_of("TYLE_TT_BH")
        amount = line.number_of("THANH_TIEN_BH")
        if quantity is None or price is None or ratio is None or amount is None:
            continue
        expected = quantity * price * ratio / WHOLE
        if differs(amount, expected) and not (amount == 0 and line["PHAM_VI"] == OUTSIDE_SCOPE):
            yield line.at("THANH_TIEN_BH", expected=f"{expected:.2f}")


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
    for line in record.lines:
        quantity, price = line.number_of("SO_LUONG"), line.number_of("DON_GIA_BV")
        share, amount = line.number_of("TYLE_TT_DV"), line.number_of("THANH_TIEN_BV")
        if quantity is None or price is None or share is None or amount is None:
            continue
        expected = quantity * price * share / WHOLE
        if differs(amount, expected) and (share == WHOLE or not _other_form(record, line, amount, quantity * price)):
            yield line.at("THANH_TIEN_BV", expected=f"{expected:.2f}")


def _other_form(record: Record, line: Row, amount: Decimal, product: Decimal) -> bool:
    """Whether the amount follows the other form that its standard takes for a ratio of the service below 100."""
    if record.standard.id == "QD130":
        return not differs(amount, product)
    if record.standard.id == "QD3176":
        unpaid = line.amount("SO_LUONG") * line.amount("DON_GIA_BH") * (WHOLE - line.amount("TYLE_TT_DV")) / WHOLE
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
    always = record.standard.id == "QD3176"
    for line in record.lines:
        quantity, price, ratio = line.number_of("SO_LUONG"), line.number_of("DON_GIA_BH"), line.number_of("TYLE_TT_BH")
        share, amount = line.number_of("TYLE_TT_DV"), line.number_of("THANH_TIEN_BH")
        if quantity is None or price is None or ratio is None or share is None or amount is None:
            continue
        unshared = quantity * price * ratio / WHOLE
        expected = unshared * share / WHOLE
        if differs(amount, expected) and (always or differs(amount, unshared)) and not _lowered(line, amount, expected):
            yield line.at("THANH_TIEN_BH", expected=f"{expected:.2f}")


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
    ],
)
def line_insured_above_amount(record: Record) -> Iterator[Problem]:
    """The insured part of a line is no more than the line; so the sums (PCX-080) keep to it too."""
    for line in record.costs:
        insured, amount = line.number_of("THANH_TIEN_BH"), line.number_of("THANH_TIEN_BV")
        if insured is not None and amount is not None and insured > amount + TOLERANCE:
            yield line.at("THANH_TIEN_BH", amount=line["THANH_TIEN_BV"])
