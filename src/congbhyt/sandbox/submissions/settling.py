"""Works out line amounts, who pays them, and the totals of XML1, as the annex of QĐ 130 says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from congbhyt.sandbox.submissions.draft import Draft, DraftRow, money
from congbhyt.sandbox.submissions.old_settling import settle_old
from congbhyt.standards.values import decimal_of

_CENT = Decimal("0.01")
_SUPPLIES = ("10", "11")
_SOURCES = ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL")


def rounded(value: Decimal) -> Decimal:
    """Two decimals, half up."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def _of(row: DraftRow, name: str) -> Decimal:
    return decimal_of(row.get(name, "")) or Decimal(0)


def settle(draft: Draft, fixed: Callable[[str, int, str], bool] = lambda *_: False) -> None:
    """Fill every amount of the draft that is not `fixed` (table, row from 0, field)."""
    if draft.standard.id == "QD4210":
        settle_old(draft, fixed)
        return
    for table, work in (("XML2", _drug), ("XML3", _line)):
        for number, row in enumerate(draft.tables.get(table, ())):
            held = partial(fixed, table, number)
            _put(row, work(row), held)
            _put(row, _payers(row), held)
    if "XML1" in draft.tables:
        _put(draft.visit, _totals(draft), partial(fixed, "XML1", 0))


def _put(row: DraftRow, amounts: Iterable[tuple[str, Decimal]], fixed: Callable[[str], bool]) -> None:
    for name, value in amounts:
        if name in row and not fixed(name):
            row[name] = money(value)


def _drug(row: DraftRow) -> Collection[tuple[str, Decimal]]:
    whole = _of(row, "SO_LUONG") * _of(row, "DON_GIA")
    return (
        ("THANH_TIEN_BV", rounded(whole)),
        ("THANH_TIEN_BH", rounded(whole * _of(row, "TYLE_TT_BH") / 100)),
        ("T_NGUONKHAC", sum((_of(row, name) for name in _SOURCES), Decimal(0))),
    )


def _line(row: DraftRow) -> Collection[tuple[str, Decimal]]:
    share = _of(row, "TYLE_TT_DV") / 100
    return (
        ("THANH_TIEN_BV", rounded(_of(row, "SO_LUONG") * _of(row, "DON_GIA_BV") * share)),
        (
            "THANH_TIEN_BH",
            rounded(_of(row, "SO_LUONG") * _of(row, "DON_GIA_BH") * share * _of(row, "TYLE_TT_BH") / 100),
        ),
        ("T_NGUONKHAC", sum((_of(row, name) for name in _SOURCES), Decimal(0))),
    )


def _payers(row: DraftRow) -> Collection[tuple[str, Decimal]]:
    """Other sources take the patient's own part first, then the co-payment, then the fund's part."""
    fund = rounded(_of(row, "THANH_TIEN_BH") * _of(row, "MUC_HUONG") / 100)
    own, shared, others = (
        _of(row, "THANH_TIEN_BV") - _of(row, "THANH_TIEN_BH"),
        _of(row, "THANH_TIEN_BH") - fund,
        _of(row, "T_NGUONKHAC"),
    )
    paid = []
    for part in (own, shared, fund):
        taken = min(part, others)
        paid.append(part - taken)
        others -= taken
    return tuple(zip(("T_BNTT", "T_BNCCT", "T_BHTT"), paid, strict=True))


def _totals(draft: Draft) -> Collection[tuple[str, Decimal]]:
    drugs, lines = draft.tables.get("XML2", []), draft.tables.get("XML3", [])
    both = [*drugs, *lines]

    def total(rows: Iterable[DraftRow], name: str) -> Decimal:
        return sum((_of(row, name) for row in rows), Decimal(0))

    return (
        ("T_THUOC", total(drugs, "THANH_TIEN_BV")),
        ("T_VTYT", total((row for row in lines if row["MA_NHOM"] in _SUPPLIES), "THANH_TIEN_BV")),
        ("T_TONGCHI_BV", total(both, "THANH_TIEN_BV")),
        ("T_TONGCHI_BH", total(both, "THANH_TIEN_BH")),
        ("T_BNTT", total(both, "T_BNTT")),
        ("T_BNCCT", total(both, "T_BNCCT")),
        ("T_BHTT", total(both, "T_BHTT")),
        ("T_NGUONKHAC", total(both, "T_NGUONKHAC")),
        ("T_BHTT_GDV", total((row for row in both if row["MA_PTTT"] == "1"), "T_BHTT")),
    )
