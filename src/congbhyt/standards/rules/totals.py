"""Totals of XML1: sums over the lines, and what is strange about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter, itemgetter

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.figures import Figures
from congbhyt.standards.records import SUPPLY_GROUPS, Problem, Record
from congbhyt.standards.rules.amounts import TOLERANCE, differs, right_amount, right_insured
from congbhyt.standards.rules.payers import right_payers
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_BASIS = "QĐ 130/QĐ-BYT, annex, table 1"
_SENTENCE = "{title} ở XML1 là {value}, phải bằng tổng các dòng: {expected}. Tính lại và ghi ô {field}."
_ARMY = ("QN", "CA", "CY")
_RECALL, _UNINSURED = "8", "9"
_DECIMALS = 2


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Their sum; None when one is missing, because then its own row's finding says so."""
    whole = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        whole += amount
    return whole


def lacking(record: Record) -> str:
    """The table whose lines the totals of XML1 count and of which the record has none; else an empty text.

    Of a document checked alone (an inner XML1) nothing else can be expected.
    """
    visit = record.visit
    if record.alone:
        return ""
    drugs = visit.amount("T_THUOC")
    if drugs > TOLERANCE and "XML2" not in record.tables:
        return "XML2"
    if visit.amount("T_TONGCHI_BV") > drugs + TOLERANCE and "XML3" not in record.tables:
        return "XML3"
    return ""


def countable(record: Record) -> bool:
    """Whether every line that a total counts is here to be read: a table that is not has a finding of its own."""
    unread = any(label in record.tables and not record.tables[label] for label in ("XML2", "XML3"))
    return not unread and not lacking(record) and not (record.alone and not record.costs)


Part = Callable[[Figures], Decimal | None]
_amount, _insured = attrgetter("amount"), attrgetter("insured")
_own, _shared, _fund, _others = map(attrgetter, ("own", "shared", "fund", "others"))


def _expected(record: Record, name: str, lines: Sequence[Figures], part: Part) -> Decimal | None:
    """The sum of a part of the lines when XML1 states another one and only the total can be at fault.

    A line that is wrong by itself, or has another visit's MA_LK, is said there: what the total would be without that
    fault is right too. A total with a third decimal is one with points between thousands, which its field refuses.
    """
    stated = record.visit.number_of(name)
    if stated is None or not countable(record) or len(record.visit[name].partition(".")[2]) > _DECIMALS:
        return None
    sum_of_all = total(map(part, lines))
    if sum_of_all is None or not differs(stated, sum_of_all):
        return None
    visit = record.visit["MA_LK"]
    own = [line for line in lines if line.row["MA_LK"] in ("", visit)]
    corrected = total(_corrected(record, line, part) for line in own)
    return sum_of_all if corrected is None or differs(stated, corrected) else None


def _corrected(record: Record, line: Figures, part: Part) -> Decimal | None:
    """The part of a line as it would be if the line were right."""
    if part is _amount:
        right = right_amount(record, line)
    elif part is _insured:
        right = right_insured(record, line)
    else:
        payers = right_payers(record, line)
        right = payers[(_own, _shared, _fund).index(part)] if payers and part in (_own, _shared, _fund) else None
    return part(line) if right is None else right


def _compared(record: Record, name: str, title: str, lines: Sequence[Figures], part: Part) -> Iterator[Problem]:
    """The problem that a total of XML1 is not the sum of a part of `lines`."""
    if (expected := _expected(record, name, lines, part)) is not None:
        yield record.visit.at(name, title=title, expected=f"{expected:.2f}")


@rule(
    "lines-missing",
    ERROR,
    basis="arithmetic: the totals of XML1 are sums over the lines",
    sources=several("PCX-068 PCX-033"),
    sentence="XML1 ghi {title} {value} nhưng hồ sơ không có dòng nào của bảng {table}. Xuất bảng {table} rồi kiểm tra "
    "lại.",
    detail="{field} is {value} and the record has no row of {table}; the totals were not compared.",
    examples=[
        fires("outpatient", without=["XML2"]),
        fires("outpatient", without=["XML3", "XML4"]),
        fires("outpatient", without=["XML3"]),
        silent("outpatient", without=["XML2"], settle=True),
    ],
)
def lines_missing(record: Record) -> Iterator[Problem]:
    """What costs something has lines; one finding instead of one for every total."""
    if table := lacking(record):
        name, title = ("T_THUOC", "tiền thuốc") if table == "XML2" else ("T_TONGCHI_BV", "tổng chi phí")
        yield record.visit.at(name, title=title, table=table)


@rule(
    "total-drugs",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-011 V4750-VAL-039 TRC-271 PCX-039"),
    sentence=_SENTENCE,
    detail="T_THUOC must equal the sum of XML2.THANH_TIEN_BV, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_THUOC": "0.00"}),
        fires("outpatient", {"XML1.T_THUOC": "44202.00"}),
        silent("outpatient", {"XML1.T_THUOC": "44200.60"}),
        silent("outpatient", {"XML1.T_THUOC": "1.00", "XML2.THANH_TIEN_BV": ""}),
    ],
)
def total_drugs(record: Record) -> Iterator[Problem]:
    """T_THUOC is the sum of every drug line, of all groups."""
    return _compared(record, "T_THUOC", "Tổng tiền thuốc", record.figures[: len(record.drugs)], _amount)


@rule(
    "total-supplies",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-012 V4750-VAL-040 TRC-272 PCX-041"),
    sentence=_SENTENCE,
    detail="T_VTYT must equal the sum of THANH_TIEN_BV over XML3 lines with MA_NHOM 10 or 11, {expected}.",
    examples=[
        fires("inpatient", {"XML1.T_VTYT": "0.00"}),
        silent("inpatient", {"XML1.T_VTYT": "64000.40"}),
    ],
)
def total_supplies(record: Record) -> Iterator[Problem]:
    """T_VTYT is the sum of the supply lines."""
    lines = [line for line in record.figures[len(record.drugs) :] if line.row["MA_NHOM"] in SUPPLY_GROUPS]
    return _compared(record, "T_VTYT", "Tổng tiền vật tư", lines, _amount)


@rule(
    "total-cost",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-013 V4750-VAL-041 TRC-273 PCX-009 PCX-031 PCX-079 TT12-010"),
    sentence=_SENTENCE,
    detail="T_TONGCHI_BV must equal the sum of THANH_TIEN_BV over XML2 and XML3, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_TONGCHI_BV": "0.00"}),
        silent("outpatient", {"XML1.T_TONGCHI_BV": "619200.60"}),
        silent("outpatient", {"XML1.T_TONGCHI_BV": "619.200"}),
        silent("outpatient", {"XML3.THANH_TIEN_BV": "4500.00"}),
        silent("outpatient", rows=[("XML2", {"MA_LK": "01999.260914.00099"})]),
    ],
)
def total_cost(record: Record) -> Iterator[Problem]:
    """T_TONGCHI_BV is the sum of all lines at the hospital's price."""
    return _compared(record, "T_TONGCHI_BV", "Tổng chi phí", record.figures, _amount)


@rule(
    "total-insured",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-014 TRC-274 TT12-010"),
    sentence=_SENTENCE,
    detail="T_TONGCHI_BH must equal the sum of THANH_TIEN_BH over XML2 and XML3, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_TONGCHI_BH": "700000.00"}),
        silent("outpatient", {"XML1.T_TONGCHI_BH": "619200.60"}),
    ],
)
def total_insured(record: Record) -> Iterator[Problem]:
    """T_TONGCHI_BH is the sum of the insured parts of all lines."""
    return _compared(record, "T_TONGCHI_BH", "Tổng chi phí trong phạm vi BHYT", record.figures, _insured)


@rule(
    "total-own-pay",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-015 V4750-VAL-042 TRC-275 PCX-078 TT12-010"),
    sentence=_SENTENCE,
    detail="T_BNTT must equal the sum of T_BNTT over XML2 and XML3, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_BNTT": "700000.00"}),
        silent("outpatient", {"XML1.T_BNTT": "0.60"}),
    ],
)
def total_own_pay(record: Record) -> Iterator[Problem]:
    """T_BNTT is the sum of the lines; as each keeps to its cost, it is no more than the whole (PCX-078)."""
    return _compared(record, "T_BNTT", "Số tiền người bệnh tự trả", record.figures, _own)


@rule(
    "total-co-payment",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-016 V4750-VAL-043 TRC-276 TT12-010"),
    sentence=_SENTENCE,
    detail="T_BNCCT must equal the sum of T_BNCCT over XML2 and XML3, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_BNCCT": "0.00"}),
        silent("outpatient", {"XML1.T_BNCCT": "123840.60"}),
    ],
)
def total_co_payment(record: Record) -> Iterator[Problem]:
    """T_BNCCT is the sum of the lines."""
    return _compared(record, "T_BNCCT", "Số tiền cùng chi trả", record.figures, _shared)


@rule(
    "total-fund",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-017 V4750-VAL-044 TRC-277 PCX-002 PCX-032 PCX-038 PCH-027 TT12-010"),
    sentence="Số tiền quỹ BHYT trả ở XML1 là {value}, phải bằng tổng các dòng: {expected}. Tính lại và ghi ô T_BHTT.",
    detail="T_BHTT must equal the sum of T_BHTT over XML2 and XML3, {expected}, or T_TONGCHI_BH − T_BNCCT.",
    examples=[
        fires("outpatient", {"XML1.T_BHTT": "700000.00"}),
        silent("outpatient", {"XML1.T_BHTT": "495360.60"}),
        silent("outpatient", {"XML3.T_NGUONKHAC_CL": "5000.00", "XML1.T_BHTT": "500360.00"}, settle=True),
    ],
)
def total_fund(record: Record) -> Iterator[Problem]:
    """T_BHTT is the sum of the lines, or the insured total less the co-payment.

    The annex says the second, the workbook the first. They differ where other sources pay insured costs, so either
    passes. Both keep the fund below the insured total (PCH-027) and the whole (PCX-002, PCX-032).
    """
    visit = record.visit
    expected = _expected(record, "T_BHTT", record.figures, _fund)
    if expected is None:
        return
    stated, insured, shared = visit.amount("T_BHTT"), visit.number_of("T_TONGCHI_BH"), visit.number_of("T_BNCCT")
    if insured is None or shared is None or differs(stated, insured - shared):
        yield visit.at("T_BHTT", expected=f"{expected:.2f}")


@rule(
    "total-other-sources",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-018 V4750-VAL-045 TRC-278 PCH-076 TT12-010"),
    sentence=_SENTENCE,
    detail="T_NGUONKHAC must equal the sum of T_NGUONKHAC over XML2 and XML3, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_NGUONKHAC": "700000.00"}),
        silent("outpatient", {"XML1.T_NGUONKHAC": "0.60"}),
    ],
)
def total_other_sources(record: Record) -> Iterator[Problem]:
    """T_NGUONKHAC is the sum of the lines; as each keeps to its cost, it is no more than the whole (PCH-076)."""
    return _compared(record, "T_NGUONKHAC", "Số tiền nguồn khác trả", record.figures, _others)


@rule(
    "total-fee-for-service",
    ERROR,
    basis=_BASIS,
    sources=several("ANX-019 TRC-279 TT12-010"),
    sentence="Số tiền quỹ BHYT trả ngoài định suất ở XML1 là {value}, phải bằng tổng T_BHTT các dòng có MA_PTTT 1: "
    "{expected}.",
    detail="T_BHTT_GDV must equal the sum of T_BHTT over XML2 and XML3 lines with MA_PTTT 1, {expected}.",
    examples=[
        fires("outpatient", {"XML1.T_BHTT_GDV": "0.00"}),
        fires("outpatient", {"XML2.MA_PTTT": "2", "XML1.T_BHTT_GDV": "495360.00"}, settle=True),
        silent("outpatient", {"XML2.MA_PTTT": "2"}, settle=True),
        silent("outpatient", {"XML1.MA_THE_BHYT": "QN5979900000003", "XML1.T_BHTT_GDV": "0.00"}),
    ],
)
def total_fee_for_service(record: Record) -> Iterator[Problem]:
    """T_BHTT_GDV is what the fund pays for single services; army and police are settled elsewhere (TRC-279)."""
    if any(card.startswith(_ARMY) for card in record.cards):
        return iter(())
    lines = [line for line in record.figures if line.row["MA_PTTT"] == "1"]
    return _compared(record, "T_BHTT_GDV", "", lines, _fund)


@rule(
    "total-without-service",
    WARNING,
    basis="public checker, XML_44",
    sources=several("PCX-033"),
    sentence="Có tổng chi phí {value} nhưng không có dòng dịch vụ nào trong XML3. Kiểm tra đã xuất đủ bảng chưa.",
    detail="T_TONGCHI_BV is above 0 and XML3 has no service line.",
    examples=[
        fires("outpatient", {"XML2[*].MUC_HUONG": "100"}, without=("XML3", "XML4"), settle=True),
        silent("outpatient"),
        silent("outpatient", {"XML1.MA_LOAI_KCB": "07"}, without=("XML3", "XML4"), settle=True),
    ],
)
def total_without_service(record: Record) -> Iterator[Problem]:
    """A visit that costs something has a service, unless drugs were only picked up."""
    subject = record.visit["MA_DOITUONG_KCB"].partition(".")[0]
    if record.services or record.kind == "07" or subject in ("7", "10") or not countable(record):
        return
    if record.visit.amount("T_TONGCHI_BV") > 0:
        yield record.visit.at("T_TONGCHI_BV")


@rule(
    "insured-total-zero",
    WARNING,
    basis="public checker, HC_220",
    sources=several("PCH-077"),
    sentence="Không có chi phí nào trong phạm vi BHYT. Hồ sơ này có cần gửi không?",
    detail="T_TONGCHI_BH is 0 for a visit with a card and a cost of {cost}.",
    examples=[
        fires("outpatient", {
            **dict.fromkeys(("XML2[*].PHAM_VI", "XML3[*].PHAM_VI"), "2"),
            **dict.fromkeys(("XML2[*].TYLE_TT_BH", "XML3[*].TYLE_TT_BH"), "0"),
        }, settle=True),
        silent("outpatient", {"XML2[*].PHAM_VI": "2", "XML2[*].TYLE_TT_BH": "0"}, settle=True),
    ],
)  # fmt: skip
def insured_total_zero(record: Record) -> Iterator[Problem]:
    """Something of a visit with a card is insured; recalls and visits that say they are not insured aside."""
    visit = record.visit
    if not record.cards or visit["MA_DOITUONG_KCB"] in (_RECALL, _UNINSURED):
        return
    if visit.number_of("T_TONGCHI_BH") == 0 and visit.amount("T_TONGCHI_BV") > TOLERANCE:
        yield visit.at("T_TONGCHI_BH", cost=visit["T_TONGCHI_BV"])


_SIGNED = {
    "XML1": ("T_THUOC", "T_VTYT", "T_TONGCHI_BV", "T_TONGCHI_BH", "T_BNTT", "T_BNCCT", "T_BHTT", "T_NGUONKHAC",
             "T_BHTT_GDV"),
    "XML2": ("SO_LUONG", "DON_GIA", "THANH_TIEN_BV", "THANH_TIEN_BH", "T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN",
             "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL", "T_NGUONKHAC", "MUC_HUONG", "T_BNTT", "T_BNCCT", "T_BHTT"),
    "XML3": ("SO_LUONG", "DON_GIA_BV", "DON_GIA_BH", "THANH_TIEN_BV", "THANH_TIEN_BH", "T_TRANTT", "T_NGUONKHAC_NSNN",
             "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL", "T_NGUONKHAC", "MUC_HUONG", "T_BNTT", "T_BNCCT",
             "T_BHTT"),
}  # fmt: skip


@rule(
    "amount-negative",
    WARNING,
    basis="public checker, XML_01, XML_03, XML_70, HC_60",
    sources=several("PCX-001 PCX-003 PCX-052 PCH-029"),
    sentence="{field} là số âm ({value}). Sửa lại: chỉ hồ sơ thu hồi (đối tượng 8) mới có số âm.",
    detail="{field} is negative.",
    examples=[
        fires("outpatient", {"XML2.T_NGUONKHAC_NSNN": "-100.00"}, settle=True),
        silent("outpatient", {"XML1.T_BNTT": "-0.00"}),
        silent("outpatient", {"XML1.MA_DOITUONG_KCB": "8", "XML2.T_NGUONKHAC_NSNN": "-100.00"}, settle=True),
    ],
)
def amount_negative(record: Record) -> Iterator[Problem]:
    """Amounts, prices and quantities are not negative, except in a recall of what was claimed (subject 8).

    Of a line the first one is told: the others follow from it.
    """
    if record.visit["MA_DOITUONG_KCB"] == _RECALL:
        return
    for table, names in _SIGNED.items():
        texts = itemgetter(*names)
        for row in record.rows(table):
            if "-" in "".join(texts(row)):
                found = [name for name in names if row.amount(name) < 0]
                yield from (row.at(name) for name in (found if table == "XML1" else found[:1]))
