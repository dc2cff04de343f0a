"""Amounts under QĐ 4210: what a line costs, who pays it, and what of it XML1 repeats.

The list of blocking errors of the assessment side (GDH) writes the formulas. It lets a ratio lower the price itself
for exams, bed days and some operations; elsewhere the ratio lowers only what the fund accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.amounts import differs
from congbhyt.standards.rules.rule import ERROR, rule, several

OLD = ("QD4210",)
BASIS = "QĐ 4210/QĐ-BYT; blocking errors of the assessment side (GDH)"
_NOTHING, _WHOLE = Decimal(0), Decimal(100)
_EXAMS_AND_BEDS = frozenset({"13", "15"})
_SECOND_OPERATION = frozenset({Decimal(50), Decimal(80)})
_STATION = frozenset({Decimal(35), Decimal(70)})
"""Ratios of commune stations, which a file does not name: their lines may be counted either way."""
_DAY_BEDS, _TRANSPORT = "14", "12"
_OFF_ROUTE = "3"


def others_field(line: Row) -> str:
    """The field of a line's other sources, which the decision spells in two ways."""
    return "T_NGUON_KHAC" if line.table == "XML2" else "T_NGUONKHAC"


@dataclass(frozen=True, slots=True)
class _Line:
    """The numbers of a line that can be recomputed: amount, what the fund accepts of it, what other sources pay."""

    row: Row
    amount: Decimal
    accepted: Decimal
    others: Decimal

    @property
    def own(self) -> Decimal:
        """The patient's own part before other sources take some of it."""
        return self.amount - self.accepted


def _lowers_price(line: Row, ratio: Decimal) -> bool | None:
    """Whether TYLE_TT lowers the price of a line or only what the fund accepts; None where the file does not tell."""
    group = line["MA_NHOM"]
    if line.table == "XML2":
        return False
    if group in _EXAMS_AND_BEDS or (group == "8" and ratio in _SECOND_OPERATION):
        return True
    return None if group == _DAY_BEDS or ratio in _STATION else False


def _lines(record: Record) -> Iterator[list[_Line]]:
    """Every insured line in each way in which it may be counted.

    Supply packages, whose ceiling the file does not explain, and recalls, whose amounts are negative, are left out,
    as in the source; so is what stands outside the fund's scope, and a line whose amount is wrong by itself.
    """
    for line in record.costs:
        amount, ratio = line.number_of("THANH_TIEN"), line.number_of("TYLE_TT")
        if amount is None or ratio is None or amount < 0 or line["PHAM_VI"] != "1":
            continue
        if line["GOI_VTYT"] or line["T_TRANTT"] or right_amounts(line):
            continue
        others, lowers = line.amount(others_field(line)), _lowers_price(line, ratio)
        ways = [amount] if lowers else [amount * ratio / 100] if lowers is False else [amount, amount * ratio / 100]
        yield [_Line(line, amount, accepted, others) for accepted in ways]


def _none_fits(said: Decimal, possible: list[Decimal]) -> bool:
    return all(differs(said, each) for each in possible)


def _shown(possible: list[Decimal]) -> str:
    return " / ".join(dict.fromkeys(f"{each:.2f}" for each in possible))


@rule(
    "old-line-amount",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-002 GDH-046 GDH-051"),
    sentence="Thành tiền {value} không khớp số lượng × đơn giá (× tỷ lệ với khám, giường): phải là {expected}.",
    detail="THANH_TIEN must be SO_LUONG × DON_GIA, for groups 13 and 15 and for group 8 at 50 or 80 % also "
    "× TYLE_TT / 100: {expected}.",
    examples=[
        fires("outpatient-4210", {"XML2.THANH_TIEN": "37100.00"}, settle=True),
        fires("outpatient-4210", {"XML3.TYLE_TT": "30", "XML3.THANH_TIEN": "45000.00"}, settle=True),
        silent("outpatient-4210", {"XML2.THANH_TIEN": "37000.60"}, settle=True),
        silent("outpatient-4210", {"XML3[2].TYLE_TT": "35", "XML3[2].THANH_TIEN": "98000.00"}, settle=True),
    ],
)
def old_line_amount(record: Record) -> Iterator[Problem]:
    """THANH_TIEN is quantity times price; for exams, beds and second operations times the ratio."""
    for line in record.costs:
        if right := right_amounts(line):
            yield line.at("THANH_TIEN", expected=_shown(right))


def right_amounts(line: Row) -> list[Decimal]:
    """What THANH_TIEN may be when it is wrong; nothing when it is right, or numbers are missing."""
    quantity, price, amount = line.number_of("SO_LUONG"), line.number_of("DON_GIA"), line.number_of("THANH_TIEN")
    if quantity is None or price is None or amount is None:
        return []
    possible = _amounts(line, quantity * price)
    return possible if possible and _none_fits(amount, possible) else []


def _amounts(line: Row, whole: Decimal) -> list[Decimal]:
    """What a line may cost: nothing can be said of a service line without a ratio."""
    if line.table == "XML2":
        return [whole]
    ratio = line.number_of("TYLE_TT")
    if ratio is None:
        return []
    lowers = _lowers_price(line, ratio)
    return [whole * ratio / 100] if lowers else [whole] if lowers is False else [whole, whole * ratio / 100]


@rule(
    "old-line-payers",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-040 GDH-044"),
    sentence="Thành tiền {value} khác tổng tự trả, cùng chi trả, BHYT trả và nguồn khác ({paid}). Sửa các khoản này.",
    detail="THANH_TIEN must be T_BNTT + T_BNCCT + T_BHTT + other sources, which are {paid}.",
    examples=[
        fires("outpatient-4210", {"XML2.T_BNCCT": "", "XML1.T_BNCCT": "123840.00"}, settle=True),
        silent("outpatient-4210", {"XML2.T_NGUON_KHAC": "5000.00"}, settle=True),
    ],
)  # fmt: skip
def old_line_payers(record: Record) -> Iterator[Problem]:
    """A line is paid in full by patient, fund and other sources; an empty part counts as nothing.

    An amount that is wrong by itself is said once.
    """
    for line in record.costs:
        amount = line.number_of("THANH_TIEN")
        parts = ("T_BNTT", "T_BNCCT", "T_BHTT", others_field(line))
        if amount is None or any(line[name] and line.number_of(name) is None for name in parts):
            continue
        paid = sum((line.amount(name) for name in parts), _NOTHING)
        if differs(amount, paid) and not right_amounts(line):
            yield line.at("THANH_TIEN", paid=f"{paid:.2f}")


@rule(
    "old-line-fund",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-047 GDH-052"),
    sentence="BHYT trả {value} không đúng thành tiền × tỷ lệ × mức hưởng: phải là {expected}.",
    detail="T_BHTT must be the accepted amount × MUC_HUONG / 100, at most THANH_TIEN less other sources: {expected}.",
    examples=[
        fires("outpatient-4210", {"XML2.T_BHTT": "29700.00", "XML2.T_BNCCT": "7300.00"}, settle=True),
        fires("outpatient-4210", {"XML3[2].TYLE_TT": "50", "XML3[2].T_BHTT": "224000.00",
                                  "XML3[2].T_BNTT": "56000.00", "XML3[2].T_BNCCT": "0.00"},
              settle=True, also=["old-line-own-part"]),
        silent("outpatient-4210", {"XML2.T_NGUON_KHAC": "36000.00"}, settle=True),
        silent("outpatient-4210", {"XML2.PHAM_VI": "2", "XML2.T_BHTT": "0.00", "XML2.T_BNTT": "37000.00",
                                   "XML2.T_BNCCT": "0.00"}, settle=True),
    ],
)  # fmt: skip
def old_line_fund(record: Record) -> Iterator[Problem]:
    """The fund pays its level of what it accepts, less what other sources pay beyond the patient's parts.

    Transport may be counted without the level, as the older list does.
    """
    for ways in _lines(record):
        line = ways[0].row
        said, level = line.number_of("T_BHTT"), line.number_of("MUC_HUONG")
        if said is None or level is None:
            continue
        levels = {level, _WHOLE} if line["MA_NHOM"] == _TRANSPORT else {level}
        possible = [
            min(way.accepted * each / 100, max(way.amount - way.others, _NOTHING)) for way in ways for each in levels
        ]
        if _none_fits(said, possible):
            yield line.at("T_BHTT", expected=_shown(possible))


@rule(
    "old-line-co-payment",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-048 GDH-053"),
    sentence="Người bệnh cùng chi trả {value}, phải là {expected}: phần BHYT chấp nhận trừ BHYT trả và nguồn khác.",
    detail="T_BNCCT must be the accepted amount − T_BHTT − what other sources pay beyond the own part: {expected}.",
    examples=[
        fires("outpatient-4210", {"XML2.T_BNCCT": "7300.00"}, settle=True,
              also=["old-line-payers", "old-total-payers"]),
        silent("outpatient-4210", {"XML2.T_NGUON_KHAC": "36000.00"}, settle=True),
        silent("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "3", "XML1.MA_DKBD": "99002", "XML2.T_BNCCT": "4000.00",
                                   "XML2.T_BNTT": "3400.00"}, settle=True),
    ],
)  # fmt: skip
def old_line_co_payment(record: Record) -> Iterator[Problem]:
    """On route the patient shares what the fund accepts and does not pay.

    Off route the patient's parts depend on the hospital's level, which the file does not name: left alone.
    """
    if record.visit["MA_LYDO_VVIEN"] == _OFF_ROUTE:
        return
    for ways in _lines(record):
        line = ways[0].row
        said, fund = line.number_of("T_BNCCT"), line.number_of("T_BHTT")
        if said is None or fund is None:
            continue
        possible = [max(way.accepted - fund - max(way.others - way.own, _NOTHING), _NOTHING) for way in ways]
        if _none_fits(said, possible):
            yield line.at("T_BNCCT", expected=_shown(possible))


@rule(
    "old-line-own-part",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-049 GDH-054"),
    sentence="Người bệnh tự trả {value}, phải là {expected}: phần BHYT không chấp nhận trừ nguồn khác.",
    detail="T_BNTT must be what the fund does not accept of the line, less other sources: {expected}.",
    examples=[
        fires("outpatient-4210", {"XML2.T_BNTT": "7400.00", "XML2.T_BNCCT": "0.00"}, settle=True,
              also=["old-line-co-payment"]),
        silent("outpatient-4210", {"XML2.TYLE_TT": "50"}, settle=True),
        silent("outpatient-4210", {"XML2.TYLE_TT": "50", "XML2.T_NGUON_KHAC": "18500.00"}, settle=True),
    ],
)  # fmt: skip
def old_line_own_part(record: Record) -> Iterator[Problem]:
    """On route the patient pays alone what the fund does not accept, less other sources."""
    if record.visit["MA_LYDO_VVIEN"] == _OFF_ROUTE:
        return
    for ways in _lines(record):
        line = ways[0].row
        said = line.number_of("T_BNTT")
        possible = [max(way.own - way.others, _NOTHING) for way in ways]
        if said is not None and _none_fits(said, possible):
            yield line.at("T_BNTT", expected=_shown(possible))


@rule(
    "old-line-other-sources",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-050 GDH-055"),
    sentence="Nguồn khác {value} phải từ 0 đến thành tiền {amount}.",
    detail="Other sources of a line must lie between 0 and THANH_TIEN, {amount}.",
    examples=[
        fires("outpatient-4210", {"XML2.T_NGUON_KHAC": "37100.00", "XML2.T_BHTT": "0.00", "XML2.T_BNCCT": "0.00",
                                  "XML2.T_BNTT": "0.00"}, settle=True, also=["old-line-payers", "old-total-payers"]),
        silent("outpatient-4210", {"XML2.T_NGUON_KHAC": "37000.00"}, settle=True),
    ],
)  # fmt: skip
def old_line_other_sources(record: Record) -> Iterator[Problem]:
    """Other sources pay nothing less than 0 and nothing beyond the line; recalls are left out."""
    for line in record.costs:
        name = others_field(line)
        others, amount = line.number_of(name), line.number_of("THANH_TIEN")
        if others is None or amount is None or amount < 0:
            continue
        if others < 0 or (others > amount and differs(others, amount)):
            yield line.at(name, amount=f"{amount:.2f}")


@rule(
    "old-line-capitation",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-041 GDH-045"),
    sentence="Tiền ngoài định suất {value} phải bằng 0 hoặc bằng BHYT trả ({fund}).",
    detail="T_NGOAIDS of a line must be 0 or T_BHTT, {fund}.",
    examples=[
        fires("outpatient-4210", {"XML3.T_NGOAIDS": "1000.00"}, settle=True),
        silent("outpatient-4210", {"XML3.T_NGOAIDS": "36000.00"}, settle=True),
    ],
)
def old_line_capitation(record: Record) -> Iterator[Problem]:
    """What is paid outside capitation is all that the fund pays of a line, or nothing."""
    for line in record.costs:
        outside, fund = line.number_of("T_NGOAIDS"), line.number_of("T_BHTT")
        if outside and fund is not None and differs(outside, _NOTHING) and differs(outside, fund):
            yield line.at("T_NGOAIDS", fund=f"{fund:.2f}")
