"""Who pays one line: other sources, the patient alone, the patient and the fund together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from congbhyt.standards.benefits import WHOLE
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.amounts import TOLERANCE, differs, packaged
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several
from congbhyt.standards.values import decimal_of

TRANSPORT = "12"
_ZERO = Decimal(0)
_SOURCES = ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL")


@rule(
    "line-other-sources-sum",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-005"),
    sentence="Nguồn khác của dòng là {value}, phải bằng tổng bốn nguồn ngân sách, nước ngoài, trong nước, còn lại: "
    "{expected}.",
    detail="T_NGUONKHAC must equal T_NGUONKHAC_NSNN + _VTNN + _VTTN + _CL, {expected}.",
    examples=[
        fires("outpatient", {"XML2.T_NGUONKHAC_NSNN": "100.00", "XML2.T_NGUONKHAC": "0.00"}, settle=True),
        silent("outpatient", {"XML2.T_NGUONKHAC_NSNN": "100.00", "XML2.T_NGUONKHAC_CL": "50.00"}, settle=True),
    ],
)
def line_other_sources_sum(record: Record) -> Iterator[Problem]:
    """What other sources pay is the sum of the four."""
    for line in record.costs:
        stated, expected = line.number_of("T_NGUONKHAC"), _ZERO
        for name in _SOURCES:
            part = line.number_of(name)
            if part is None:
                break
            expected += part
        else:
            if stated is not None and differs(stated, expected):
                yield line.at("T_NGUONKHAC", expected=f"{expected:.2f}")


@rule(
    "line-other-sources-bound",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-009"),
    sentence="Nguồn khác trả {value}, nhiều hơn thành tiền của dòng ({amount}).",
    detail="T_NGUONKHAC must not exceed THANH_TIEN_BV {amount}.",
    examples=[
        fires("outpatient", {"XML2.T_NGUONKHAC_NSNN": "40000.00"}, settle=True),
        silent("outpatient", {"XML2.T_NGUONKHAC_NSNN": "37000.00"}, settle=True),
    ],
)
def line_other_sources_bound(record: Record) -> Iterator[Problem]:
    """Others pay no more than the line costs.

    The annex writes `0 < T_NGUONKHAC < THANH_TIEN_BV` as the case in which its order of deduction applies; a line
    that others pay wholly is therefore let pass.
    """
    for line in record.costs:
        others, amount = line.number_of("T_NGUONKHAC"), line.number_of("THANH_TIEN_BV")
        if others and amount is not None and others > amount + TOLERANCE:
            yield line.at("T_NGUONKHAC", amount=line["THANH_TIEN_BV"])


_PAYERS = ("T_BNTT", "T_BNCCT", "T_BHTT")
Parts = tuple[Decimal, Decimal, Decimal]
"""What the patient pays alone, what the patient shares, what the fund pays."""


def _paid(line: Row) -> Parts | None:
    own, shared, fund = (decimal_of(line[name]) for name in _PAYERS)
    return None if own is None or shared is None or fund is None else (own, shared, fund)


def _costs(line: Row) -> tuple[Decimal, Decimal, Decimal] | None:
    """The line's cost, its insured part and what others pay; None when they are none that a payer could share."""
    whole, insured = line.number_of("THANH_TIEN_BV"), line.number_of("THANH_TIEN_BH")
    others = line.number_of("T_NGUONKHAC")
    if whole is None or insured is None or others is None or others < 0 or insured > whole + TOLERANCE:
        return None
    return None if others and others > whole + TOLERANCE else (whole, insured, others)


def _unsupported(whole: Decimal, insured: Decimal, level: Decimal) -> Parts:
    fund = insured * level / WHOLE
    return whole - insured, insured - fund, fund


def _near(one: Parts, other: Parts) -> bool:
    return not any(map(differs, one, other))


@rule(
    "line-payers",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-006 ANX-007 ANX-008 V4750-VAL-062 V4750-VAL-063 V4750-VAL-075 EMR-046"),
    sentence="{field} của dòng là {value}, tính theo thành tiền và mức hưởng {level}% phải là {expected}.",
    detail="{field} must be {expected}: T_BNTT = THANH_TIEN_BV − THANH_TIEN_BH, T_BNCCT = THANH_TIEN_BH × "
    "(100 − MUC_HUONG) / 100, T_BHTT = THANH_TIEN_BH × MUC_HUONG / 100, when no other source pays.",
    examples=[
        fires("outpatient", {"XML2.T_BNTT": "100.00"}, settle=True),
        fires("outpatient", {"XML2.T_BHTT": "29000.00", "XML2.T_BNCCT": "8000.00"}, settle=True),
        fires("outpatient", {"XML3.T_BHTT": "40000.00"}, settle=True),
        silent("outpatient", {"XML3.T_BHTT": "36000.90"}, settle=True),
        silent("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00"}, settle=True),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[4].T_BHTT": "40000.00", "XML3[4].T_BNTT": "24000.00",
                             "XML3[4].T_BNCCT": "0.00"}, settle=True),
    ],
)  # fmt: skip
def line_payers(record: Record) -> Iterator[Problem]:
    """Without support the patient's own pay, the co-payment and the fund's part follow from amounts and level.

    Where another source pays, or a package's ceiling, the file does not say in which order: see line-balance.
    Transport may be paid without the level (blocking-error list, GDH-12).
    """
    for line in record.costs:
        costs, paid, level = _costs(line), _paid(line), line.number_of("MUC_HUONG")
        if costs is None or paid is None or level is None or costs[2] or packaged(line):
            continue
        expected = _unsupported(costs[0], costs[1], level)
        if _near(paid, expected) or (line["MA_NHOM"] == TRANSPORT and _near(paid, _unsupported(*costs[:2], WHOLE))):
            continue
        for name, stated, right in zip(_PAYERS, paid, expected, strict=True):
            if differs(stated, right):
                yield line.at(name, expected=f"{right:.2f}", level=line["MUC_HUONG"])


@rule(
    "line-balance",
    ERROR,
    basis="arithmetic: who pays adds up to the cost (QĐ 130, annex, tables 2 and 3)",
    sources=several("EMR-045 PCX-004 PCH-084"),
    sentence="Người bệnh, quỹ BHYT và nguồn khác trả cộng lại {sum}, phải bằng thành tiền {value} của dòng.",
    detail="T_BNTT + T_BNCCT + T_BHTT + T_NGUONKHAC is {sum}, THANH_TIEN_BV {value}.",
    examples=[
        fires("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00", "XML3.T_BNCCT": "9000.00"}, settle=True),
        fires(
            "inpatient", {"XML3[3].GOI_VTYT": "G1", "XML3[4].GOI_VTYT": "G1", "XML3[4].T_BHTT": "40000.00"}, settle=True
        ),
        silent("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00"}, settle=True),
        silent("outpatient", {"XML3.T_BHTT": "36000.90"}, settle=True),
    ],
)
def line_balance(record: Record) -> Iterator[Problem]:
    """The four payers of a line with support, or of a package's supply, add up to its cost.

    For all other lines line-payers says more. With both, and XML1 as the sum of its lines, XML1 balances too
    (PCX-004, PCH-084). EMR-045 lets 0.05 differ; here it is 1 đồng, as everywhere.
    """
    for line in record.costs:
        costs, paid = _costs(line), _paid(line)
        if costs is None or paid is None or not (costs[2] or packaged(line)):
            continue
        if differs(total := sum(paid, costs[2]), costs[0]):
            yield line.at("THANH_TIEN_BV", sum=f"{total:.2f}")


@rule(
    "line-support-split",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-010"),
    sentence="Nguồn khác trả {value}: phải trừ vào phần người bệnh tự trả, rồi cùng chi trả, rồi quỹ BHYT. Xem lại "
    "T_BNTT, T_BNCCT, T_BHTT của dòng.",
    detail="Support is taken from own pay, then co-payment, then the fund: T_BNTT {own}, T_BNCCT {shared}, T_BHTT "
    "{fund}; support for the facility from the whole, and the rest is split. None of these fits.",
    examples=[
        fires("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00", "XML3.T_BHTT": "27000.00", "XML3.T_BNCCT": "9000.00"},
              settle=True),
        silent("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00"}, settle=True),
        silent("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00", "XML3.T_BHTT": "28800.00", "XML3.T_BNCCT": "7200.00"},
               settle=True),
    ],
)  # fmt: skip
def line_support_split(record: Record) -> Iterator[Problem]:
    """Support is deducted in the annex's order, or, when it is the facility's, before the rest is split.

    The annex does not write out the second, so every way to split the rest passes.
    """
    for line in record.costs:
        if not line.amount("T_NGUONKHAC"):
            continue
        costs, paid, level = _costs(line), _paid(line), line.number_of("MUC_HUONG")
        if costs is None or paid is None or level is None or costs[0] <= 0 or packaged(line):
            continue
        if line["MA_NHOM"] == TRANSPORT or differs(sum(paid, costs[2]), costs[0]):
            continue
        first, *others = _supported(*costs, level)
        if not any(_near(paid, parts) for parts in (first, *others)):
            own, shared, fund = (f"{part:.2f}" for part in first)
            yield line.at("T_NGUONKHAC", own=own, shared=shared, fund=fund)


def _supported(whole: Decimal, insured: Decimal, others: Decimal, level: Decimal) -> Iterator[Parts]:
    """The parts after support: deducted in order first, then every way to split what support leaves."""
    own, shared, fund = _unsupported(whole, insured, level)
    from_own = min(own, others)
    from_shared = min(shared, others - from_own)
    yield own - from_own, shared - from_shared, fund - (others - from_own - from_shared)
    rest = whole - others
    yield _unsupported(rest, min(insured, rest), level)
    yield _unsupported(rest, max(insured - others, _ZERO), level)
    yield _unsupported(rest, insured * rest / whole, level)
