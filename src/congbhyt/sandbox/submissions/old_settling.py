"""Works out line amounts, who pays them, and the totals of XML1, as the assessment side counted QĐ 4210."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from congbhyt.sandbox.submissions.draft import Draft, DraftRow, money
from congbhyt.standards.values import decimal_of

_CENT = Decimal("0.01")
_RATIO_PRICED = ("13", "15")
"""Exams and bed days: TYLE_TT lowers the price itself; for other lines it lowers only what the fund accepts."""
_SUPPLIES = ("10", "11")
_OTHERS = {"XML2": "T_NGUON_KHAC", "XML3": "T_NGUONKHAC"}
"""The other sources of a line: the decision spells the tag in two ways."""


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def _of(row: DraftRow, name: str) -> Decimal:
    return decimal_of(row.get(name, "")) or Decimal(0)


def settle_old(draft: Draft, fixed: Callable[[str, int, str], bool] = lambda *_: False) -> None:
    """Fill every amount of a QĐ 4210 draft that is not `fixed` (table, row from 0, field)."""
    for table, others in _OTHERS.items():
        for number, row in enumerate(draft.tables.get(table, ())):
            held = partial(fixed, table, number)
            _put(row, _line(row, others), held)
            _put(row, _payers(row, others), held)
    if "XML1" in draft.tables:
        _put(draft.visit, _totals(draft), partial(fixed, "XML1", 0))


def _put(row: DraftRow, amounts: Iterable[tuple[str, Decimal]], fixed: Callable[[str], bool]) -> None:
    for name, value in amounts:
        if name in row and not fixed(name):
            row[name] = money(value)


def _ratio(row: DraftRow) -> Decimal:
    return _of(row, "TYLE_TT") / 100


def _line(row: DraftRow, others: str) -> Collection[tuple[str, Decimal]]:
    whole = _of(row, "SO_LUONG") * _of(row, "DON_GIA")
    share = _ratio(row) if row["MA_NHOM"] in _RATIO_PRICED else Decimal(1)
    return ("THANH_TIEN", _rounded(whole * share)), (others, _of(row, others))


def _payers(row: DraftRow, others: str) -> Collection[tuple[str, Decimal]]:
    """Other sources take the patient's own part first, then the co-payment, then the fund's part."""
    amount, left = _of(row, "THANH_TIEN"), _of(row, others)
    accepted = amount if row["MA_NHOM"] in _RATIO_PRICED else _rounded(amount * _ratio(row))
    fund = _rounded(accepted * _of(row, "MUC_HUONG") / 100)
    paid = []
    for part in (amount - accepted, accepted - fund, fund):
        taken = min(part, left)
        paid.append(part - taken)
        left -= taken
    return [*zip(("T_BNTT", "T_BNCCT", "T_BHTT"), paid, strict=True), ("T_NGOAIDS", Decimal(0))]


def _totals(draft: Draft) -> Collection[tuple[str, Decimal]]:
    drugs, lines = draft.tables.get("XML2", []), draft.tables.get("XML3", [])

    def total(name: str, rows: Iterable[DraftRow] = (*drugs, *lines)) -> Decimal:
        return sum((_of(row, name) for row in rows), Decimal(0))

    return (
        ("T_THUOC", total("THANH_TIEN", drugs)),
        ("T_VTYT", total("THANH_TIEN", (row for row in lines if row["MA_NHOM"] in _SUPPLIES))),
        ("T_TONGCHI", total("THANH_TIEN")),
        ("T_BNTT", total("T_BNTT")),
        ("T_BNCCT", total("T_BNCCT")),
        ("T_BHTT", total("T_BHTT")),
        ("T_NGUONKHAC", total("T_NGUON_KHAC", drugs) + total("T_NGUONKHAC", lines)),
        ("T_NGOAIDS", total("T_NGOAIDS")),
    )
