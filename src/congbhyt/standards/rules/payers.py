"""Who pays one line: other sources, the patient alone, the patient and the fund together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter

from congbhyt.standards.benefits import WHOLE
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.figures import Figures
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.amounts import TOLERANCE, differs, packaged, right_amount, right_insured
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several
from congbhyt.standards.values import decimal_of

TRANSPORT = "12"
_ZERO = Decimal(0)
_sources = itemgetter("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL")


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
    for line in record.figures:
        expected = _sum(_sources(line.row))
        if line.others is not None and expected is not None and differs(line.others, expected):
            yield line.row.at("T_NGUONKHAC", expected=f"{expected:.2f}")


@lru_cache(4096)
def _sum(texts: tuple[str, ...]) -> Decimal | None:
    """The sum of some amounts, remembered because most lines have four noughts; None when one is none."""
    whole = _ZERO
    for text in texts:
        amount = decimal_of(text)
        if amount is None:
            return None
        whole += amount
    return whole


@rule(
    "line-other-sources-bound",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-009"),
    sentence="Nguồn khác trả {value}, nhiều hơn thành tiền của dòng ({amount}). Sửa T_NGUONKHAC.",
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
    for line in record.figures:
        if line.others and line.amount is not None and line.others > line.amount + TOLERANCE:
            yield line.row.at("T_NGUONKHAC", amount=line.row["THANH_TIEN_BV"])


PAYERS = ("T_BNTT", "T_BNCCT", "T_BHTT")
Parts = tuple[Decimal, Decimal, Decimal]
"""What the patient pays alone, what the patient shares, what the fund pays."""


def _shareable(line: Figures) -> tuple[Decimal, Decimal, Decimal, Parts] | None:
    """The line's cost, its insured part, what others pay and who pays the rest; None when a rule here cannot judge.

    That is so when a number is missing, or when the numbers break a rule that says so itself.
    """
    if line.amount is None or line.insured is None or line.others is None:
        return None
    if line.own is None or line.shared is None or line.fund is None:
        return None
    if line.insured > line.amount + TOLERANCE:
        return None
    if line.others and not 0 < line.others <= max(line.amount, _ZERO) + TOLERANCE:
        return None
    return line.amount, line.insured, line.others, (line.own, line.shared, line.fund)


def _unsupported(whole: Decimal, insured: Decimal, level: Decimal) -> Parts:
    fund = insured * level / WHOLE
    return whole - insured, insured - fund, fund


def _near(one: Parts, other: Parts) -> bool:
    return not (differs(one[0], other[0]) or differs(one[1], other[1]) or differs(one[2], other[2]))


@rule(
    "line-payers",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-006 ANX-007 ANX-008 V4750-VAL-062 V4750-VAL-063 V4750-VAL-075 EMR-046"),
    sentence="{field} của dòng là {value}, không khớp thành tiền và mức hưởng {level}%: người bệnh tự trả phải là "
    "{own}, cùng chi trả {shared}, quỹ BHYT trả {fund}.",
    detail="Without another source T_BNTT = THANH_TIEN_BV − THANH_TIEN_BH = {own}, T_BNCCT = THANH_TIEN_BH × "
    "(100 − MUC_HUONG) / 100 = {shared}, T_BHTT = THANH_TIEN_BH × MUC_HUONG / 100 = {fund}.",
    examples=[
        fires("outpatient", {"XML2.T_BNTT": "100.00"}, settle=True),
        fires("outpatient", {"XML2.T_BHTT": "29000.00", "XML2.T_BNCCT": "8000.00"}, settle=True),
        fires("outpatient", {"XML3.T_BHTT": "40000.00"}, settle=True),
        silent("outpatient", {"XML3.T_BHTT": "36000.90"}, settle=True),
        silent("outpatient", {"XML3.THANH_TIEN_BV": "55000.00"}),
        silent("outpatient", {"XML3[*].MUC_HUONG": "0.8"}),
        silent("outpatient", {"XML3.T_NGUONKHAC_CL": "9000.00"}, settle=True),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[4].T_BHTT": "40000.00", "XML3[4].T_BNTT": "24000.00",
                             "XML3[4].T_BNCCT": "0.00"}, settle=True),
    ],
)  # fmt: skip
def line_payers(record: Record) -> Iterator[Problem]:
    """Without support the patient's own pay, the co-payment and the fund's part follow from amounts and level.

    Where another source pays, or a package's ceiling, the file does not say in which order: see line-balance.
    Transport may be paid without the level (blocking-error list, GDH-12). One finding names all three.
    """
    for line in record.figures:
        if (right := right_payers(record, line)) is None:
            continue
        name = next(name for name, part in zip(PAYERS, right, strict=True) if differs(line.row.amount(name), part))
        own, shared, fund = (f"{part:.2f}" for part in right)
        yield line.row.at(name, own=own, shared=shared, fund=fund, level=line.row["MUC_HUONG"])


def right_payers(record: Record, line: Figures) -> Parts | None:
    """Who must pay what of an unsupported line when it is wrong; None when it is right or cannot be judged.

    A level below 1 is a percentage written as a fraction: the level is wrong, not the amounts (benefit-level).
    """
    if (
        line.others
        or line.level is None
        or 0 < line.level < 1
        or (costs := _shareable(line)) is None
        or packaged(line.row)
    ):
        return None
    amount, insured, _, paid = costs
    expected = _unsupported(amount, insured, line.level)
    if _near(paid, expected):
        return None
    if line.row["MA_NHOM"] == TRANSPORT and _near(paid, _unsupported(amount, insured, WHOLE)):
        return None
    return expected if _amounts_right(record, line) else None


def _amounts_right(record: Record, line: Figures) -> bool:
    """Whether the line's own amounts are right: if not, nobody can say who pays how much of them."""
    return right_amount(record, line) is None and right_insured(record, line) is None


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
    for line in record.figures:
        if not (line.others or packaged(line.row)) or (costs := _shareable(line)) is None:
            continue
        amount, _, others, paid = costs
        if differs(total := sum(paid, others), amount) and _amounts_right(record, line):
            yield line.row.at("THANH_TIEN_BV", sum=f"{total:.2f}")


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
    for line in record.figures:
        if not line.others or line.level is None or (costs := _shareable(line)) is None or packaged(line.row):
            continue
        amount, insured, others, paid = costs
        if amount <= 0 or line.row["MA_NHOM"] == TRANSPORT or differs(sum(paid, others), amount):
            continue
        first, *more = _supported(amount, insured, others, line.level)
        if not any(_near(paid, parts) for parts in (first, *more)) and _amounts_right(record, line):
            own, shared, fund = (f"{part:.2f}" for part in first)
            yield line.row.at("T_NGUONKHAC", own=own, shared=shared, fund=fund)


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
