"""The numbers of a drug, service or supply line, read once for all rules about money."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from congbhyt.standards.values import decimal_of

if TYPE_CHECKING:
    from congbhyt.standards.records import Row

_SHARED = (
    "TYLE_TT_BH", "THANH_TIEN_BV", "THANH_TIEN_BH", "MUC_HUONG", "T_NGUONKHAC", "T_BNTT", "T_BNCCT", "T_BHTT",
)  # fmt: skip
_DRUG = itemgetter("SO_LUONG", "DON_GIA", "DON_GIA", "TYLE_TT_DV", *_SHARED)
_LINE = itemgetter("SO_LUONG", "DON_GIA_BV", "DON_GIA_BH", "TYLE_TT_DV", *_SHARED)


class Figures(NamedTuple):
    """The numbers of one line; None where it has none or an unreadable one.

    Amounts are in đồng, `share` (TYLE_TT_DV), `ratio` (TYLE_TT_BH) and `level` (MUC_HUONG) in percent. A drug has one
    price and no share.
    """

    row: Row
    quantity: Decimal | None
    price: Decimal | None
    insured_price: Decimal | None
    share: Decimal | None
    ratio: Decimal | None
    amount: Decimal | None
    insured: Decimal | None
    level: Decimal | None
    others: Decimal | None
    own: Decimal | None
    shared: Decimal | None
    fund: Decimal | None


def figures_of(drugs: Iterable[Row], lines: Iterable[Row]) -> list[Figures]:
    """The numbers of every drug and every line, in their order."""
    return [Figures._make((row, *map(decimal_of, _DRUG(row)))) for row in drugs] + [
        Figures._make((row, *map(decimal_of, _LINE(row)))) for row in lines
    ]
