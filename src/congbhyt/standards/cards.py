"""What a card number says, and the days on which the cards of a visit are valid."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from congbhyt.standards.values import day_of

LENGTH = 15
"""Characters of a card: two letters of the group, the benefit digit, two of the province, ten of the person."""

Period = tuple[date, date | None]
"""First and last day of a card; without a last day it does not end."""


@dataclass(frozen=True, slots=True)
class Group:
    """Letters that go with a benefit digit, from `since` on."""

    digit: str
    letters: Sequence[str]
    source: str
    since: date = date.min


@cache
def groups() -> Sequence[Group]:
    """Every row of data/cards.toml."""
    text = (resources.files("congbhyt.standards") / "data" / "cards.toml").read_text("utf-8")
    return tuple(Group(**row) for row in tomllib.loads(text)["groups"])


@lru_cache(1024)
def letters_of(digit: str, day: date) -> frozenset[str]:
    """The groups whose cards may carry a benefit digit on `day`; none for a digit that does not exist."""
    return frozenset(letter for row in groups() if row.digit == digit and row.since <= day for letter in row.letters)


@lru_cache(8192)
def periods(begins: str, ends: str) -> tuple[Period, ...]:
    """The periods of GT_THE_TU and GT_THE_DEN, card by card; none when they are unreadable or differ in number.

    Cards of the army and the police that cannot be looked up have no last day: then GT_THE_DEN is empty as a whole.
    """
    first = [day_of(item.strip()) for item in begins.split(";")]
    last = [day_of(item.strip()) for item in ends.split(";")] if ends else [None] * len(first)
    if len(first) != len(last) or None in first or (ends and None in last):
        return ()
    return tuple((begin, end) for begin, end in zip(first, last, strict=True) if begin)


class Standing(StrEnum):
    """How the cards of a visit stand to its days."""

    VALID = "valid"
    EXPIRED = "expired"
    BEGINS_LATER = "begins later"
    BEGAN_DURING = "began during the visit"


def standing(cards: Sequence[Period], arrived: date, left: date) -> Standing:
    """Whether a card was valid on the day of arrival, and if none was, how the nearest one missed it."""
    if any(begin <= arrived and (end is None or arrived <= end) for begin, end in cards):
        return Standing.VALID
    if any(arrived < begin <= left for begin, _ in cards):
        return Standing.BEGAN_DURING
    return Standing.EXPIRED if any(begin <= arrived for begin, _ in cards) else Standing.BEGINS_LATER


def last_day(cards: Sequence[Period]) -> date | None:
    """The last day on which any of the cards is valid; None when one does not end or there is none."""
    ends = [end for _, end in cards if end]
    return max(ends) if ends and len(ends) == len(cards) else None
