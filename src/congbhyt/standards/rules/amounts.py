"""Amounts of one line: quantity times price, and what of it is insured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import ERROR, rule, several

TOLERANCE = Decimal(1)
"""Đồng by which programs may differ through rounding; every public checker lets as much pass."""


def differs(one: Decimal, other: Decimal) -> bool:
    """Whether two amounts differ by more than rounding explains."""
    return abs(one - other) > TOLERANCE


@rule(
    "drug-line-amount",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 2",
    sources=several("ANX-001 PCX-074"),
    sentence="Thành tiền (giá bệnh viện) của dòng thuốc là {value}, phải là số lượng × đơn giá = {expected}.",
    detail="THANH_TIEN_BV must equal SO_LUONG × DON_GIA rounded to 2 decimals, {expected}.",
    examples=[
        fires("outpatient", {"XML2.THANH_TIEN_BV": "37100.00", "XML2.T_BNTT": "100.00"}, settle=True),
        silent("outpatient", {"XML2.THANH_TIEN_BV": "37000.60"}),
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
