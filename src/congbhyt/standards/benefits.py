"""What the fund pays by law: the level of a card and the share of it by subject of visit; read from benefits.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Any

WHOLE = Decimal(100)
"""Percent: the fund pays all that is insured."""

_LENGTH, _DIGIT_AT = 15, 2
"""Characters of a card's number, and which of them is the digit that says its level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The percent of a card's level that the fund pays for visits of some MA_DOITUONG_KCB.

    `care` is `inpatient`, `outpatient` or empty for both; `since` and `until` bound the days of the visit. `whole`:
    100 whatever the card says. `on_route`: a small total and the exemption of the year make it 100. `station`: may be
    at a commune station. `pick_up`: drugs for an earlier visit. `card_later`: the card may not be issued yet.
    """

    codes: tuple[str, ...]
    percent: int
    care: str = ""
    since: date | None = None
    until: date | None = None
    whole: bool = False
    on_route: bool = False
    station: bool = False
    pick_up: bool = False
    card_later: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """Groups of cards whose level the law raised to `percent` from `since` on."""

    groups: frozenset[str]
    since: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Months of lương cơ sở (the first two) and days of age that bound what patient and fund pay."""

    ceiling_months: int
    yearly_months: int
    newborn_days: int


@cache
def _facts() -> Mapping[str, Any]:
    # Any: what tomllib gives. A wrong key or value raises here, at the first use, and in the tests.
    return tomllib.loads((resources.files("congbhyt.standards") / "data" / "benefits.toml").read_text("utf-8"))


@cache
def limits() -> Limits:
    """The limits of benefits.toml."""
    return Limits(**_facts()["limits"])


@cache
def _levels() -> Mapping[str, Decimal]:
    return {digit: Decimal(row["percent"]) for row in _facts()["levels"] for digit in row["digits"]}


@cache
def _raised() -> Sequence[Raised]:
    return tuple(Raised(frozenset(row["groups"]), row["since"], Decimal(row["percent"])) for row in _facts()["raised"])


def printed_level(card: str) -> Decimal | None:
    """The percent that the digit of a card stands for; None when it is no card of 15 characters."""
    return _levels().get(card[_DIGIT_AT]) if len(card) == _LENGTH and card[:_DIGIT_AT].isalpha() else None


def raised_level(card: str, day: date) -> Decimal | None:
    """The percent that the law gives the card's group on `day` instead of the printed one; None when it gives none."""
    return next((row.percent for row in _raised() if card[:_DIGIT_AT] in row.groups and row.since <= day), None)


@dataclass(frozen=True, slots=True)
class _Subjects:
    shares: tuple[Share, ...]
    since: date
    until: date


@cache
def _subjects() -> Sequence[_Subjects]:
    return tuple(
        _Subjects(
            tuple(Share(**{**share, "codes": tuple(share["codes"])}) for share in edition["shares"]),
            edition.get("since", date.min),
            edition.get("until", date.max),
        )
        for edition in _facts()["subjects"]
    )


@lru_cache(2048)
def shares(code: str, kind: str, arrival: date, end: date) -> tuple[Share, ...]:
    """Every share that may apply to a visit of subject `code` and kind of care `kind`; none when nobody explains it.

    Several when the days of the visit lie on both sides of a change, or the kind of care leaves open what it is.
    """
    care = _facts()["care"]
    excluded = "outpatient" if kind in care["inpatient"] else "inpatient" if kind in care["outpatient"] else "-"
    return tuple(
        share
        for edition in _subjects()
        if edition.since <= arrival < edition.until
        for share in edition.shares
        if code in share.codes
        and share.care != excluded
        and (share.since is None or share.since <= end)
        and (share.until is None or arrival < share.until)
    )
