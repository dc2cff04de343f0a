"""Totals of XML1 under QĐ 4210: the sum of the lines, and who pays it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.amounts import differs
from congbhyt.standards.rules.old_amounts import BASIS, OLD, right_amounts
from congbhyt.standards.rules.rule import ERROR, rule, several

_NOTHING = Decimal(0)
_PAYERS = ("T_BNTT", "T_BNCCT", "T_BHTT", "T_NGUONKHAC")


def _summed(record: Record) -> Decimal:
    """What the lines cost."""
    return sum((line.amount("THANH_TIEN") for line in record.costs), _NOTHING)


@rule(
    "old-total",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-003"),
    sentence="Tổng chi phí {value} khác tổng thành tiền của bảng 2 và bảng 3 ({total}). Tính lại T_TONGCHI.",
    detail="T_TONGCHI must be the sum of THANH_TIEN of XML2 and XML3, {total}.",
    examples=[
        fires("outpatient-4210", {"XML1.T_TONGCHI": "619300.00", "XML1.T_BNTT": "100.00"}),
        silent("outpatient-4210", {"XML1.T_TONGCHI": "619200.90"}),
    ],
)
def old_total(record: Record) -> Iterator[Problem]:
    """T_TONGCHI is the sum of the lines; a file without lines, such as XML1 alone, is not compared.

    Nor is it told of a line that is wrong by itself.
    """
    said = record.visit.number_of("T_TONGCHI")
    total = _summed(record)
    if said is None or not record.costs or not differs(said, total):
        return
    corrected = sum(((right_amounts(line) or [line.amount("THANH_TIEN")])[0] for line in record.costs), _NOTHING)
    if differs(said, corrected):
        yield record.visit.at("T_TONGCHI", total=f"{total:.2f}")


@rule(
    "old-total-payers",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-004 GDH-033"),
    sentence="Tổng chi phí {value} khác tổng tự trả, cùng chi trả, BHYT trả và nguồn khác ({paid}). Sửa các khoản này.",
    detail="T_TONGCHI must be T_BNTT + T_BNCCT + T_BHTT + T_NGUONKHAC, which are {paid}.",
    examples=[
        fires("outpatient-4210", {"XML1.T_BNTT": "100.00"}),
        silent("outpatient-4210", {"XML1.T_BNTT": ""}),
    ],
)
def old_total_payers(record: Record) -> Iterator[Problem]:
    """The total is paid by patient, fund and other sources; an empty part counts as nothing.

    Where the payers agree with the lines the total alone is wrong, and old-total says so.
    """
    visit = record.visit
    said = visit.number_of("T_TONGCHI")
    if said is None or any(visit[name] and visit.number_of(name) is None for name in _PAYERS):
        return
    paid = sum((visit.amount(name) for name in _PAYERS), _NOTHING)
    if differs(said, paid) and not (record.costs and not differs(paid, _summed(record))):
        yield visit.at("T_TONGCHI", paid=f"{paid:.2f}")


@rule(
    "old-total-fund",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-009 GDH-032"),
    sentence="Tổng BHYT trả {value} khác tổng các dòng thuốc, dịch vụ ({total}). Tính lại T_BHTT.",
    detail="XML1.T_BHTT must be the sum of T_BHTT of XML2 and XML3, {total}.",
    examples=[
        fires("outpatient-4210", {"XML1.T_BHTT": "495460.00", "XML1.T_BNCCT": "123740.00"}),
        silent("outpatient-4210", {"XML1.T_BHTT": "495360.70"}),
        silent("inpatient-4210", {"XML3[3].GOI_VTYT": "G1", "XML1.T_BHTT": "3125000.00", "XML1.T_BNCCT": "782200.00"}),
    ],
)
def old_total_fund(record: Record) -> Iterator[Problem]:
    """The fund's total is the sum of the lines; not with a supply package, whose ceiling lowers the total only."""
    said = record.visit.number_of("T_BHTT")
    if said is None or not record.costs or any(line["GOI_VTYT"] for line in record.lines):
        return
    total = sum((line.amount("T_BHTT") for line in record.costs), _NOTHING)
    if differs(said, total):
        yield record.visit.at("T_BHTT", total=f"{total:.2f}")


@rule(
    "old-nothing-claimed",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-008 GDH-017"),
    sentence="BHYT trả bằng 0: hồ sơ không đề nghị thanh toán gì. Kiểm tra mức hưởng và số tiền.",
    detail="XML1.T_BHTT is 0: a claim without an amount is refused.",
    examples=[
        fires("outpatient-4210", {"XML1.T_BHTT": "0.00", "XML1.T_BNCCT": "619200.00"}, also=["old-total-fund"]),
        silent("outpatient-4210", {"XML1.T_BHTT": "495360.70"}),
    ],
)
def old_nothing_claimed(record: Record) -> Iterator[Problem]:
    """A claim asks the fund for something; an empty amount is a missing field already."""
    if record.visit.number_of("T_BHTT") == 0:
        yield record.visit.at("T_BHTT")
