"""Levels of cards and shares by subject, kind of care and day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from congbhyt.standards.benefits import printed_level, raised_level, shares
from congbhyt.standards.loading import code_lists

_LATE_2024, _LATE_2025, _SPRING_2026, _AUTUMN_2026 = (
    date(2024, 9, 16), date(2025, 11, 3), date(2026, 3, 2), date(2026, 9, 14),
)  # fmt: skip
_UNEXPLAINED = {"3.4", "3.7", "8"}


@pytest.mark.parametrize(
    ("card", "level"),
    [("TE1019900000001", 100), ("HN2019900000001", 100), ("HT3019900000001", 95), ("GD4019900000001", 80),
     ("QN5019900000001", 100), ("GD9019900000001", None), ("9941900000", None), ("", None)],
)  # fmt: skip
def test_the_digit_of_a_card_says_its_level(card: str, level: int | None) -> None:
    assert printed_level(card) == (None if level is None else Decimal(level))


def test_two_groups_are_raised_from_2026_on() -> None:
    assert [raised_level(card, _SPRING_2026) for card in ("CN3", "LH4", "HT3")] == [Decimal(100), Decimal(100), None]
    assert raised_level("CN3", date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("subject", "kind", "begun", "ended", "percents"),
    [
        ("1.1", "01", _LATE_2024, _LATE_2024, [100]),
        ("2", "03", _AUTUMN_2026, _AUTUMN_2026, [100]),
        ("3.1", "03", _LATE_2024, _LATE_2024, [40]),
        ("3.1", "01", _AUTUMN_2026, _AUTUMN_2026, [0]),
        ("3.1", "04", _AUTUMN_2026, _AUTUMN_2026, [40, 0]),
        ("3.5", "01", _LATE_2024, _LATE_2024, [0]),
        ("3.5", "01", _SPRING_2026, _SPRING_2026, []),
        ("1.13", "01", _LATE_2024, _LATE_2024, []),
        ("1.13", "01", _SPRING_2026, _SPRING_2026, [0]),
        ("1.13", "01", _AUTUMN_2026, _AUTUMN_2026, [50]),
        ("1.13", "02", date(2026, 6, 30), date(2026, 7, 1), [0, 50]),
        ("1.13", "03", _AUTUMN_2026, _AUTUMN_2026, []),
        ("1.2", "01", _LATE_2025, _LATE_2025, [100, 100]),
    ],
)
def test_the_share_follows_subject_care_and_days(
    subject: str, kind: str, begun: date, ended: date, percents: list[int]
) -> None:
    assert [share.percent for share in shares(subject, kind, begun, ended)] == percents


@pytest.mark.parametrize("day", [_LATE_2024, _LATE_2025, _SPRING_2026, _AUTUMN_2026])
def test_every_subject_is_explained_or_left_alone_on_purpose(day: date) -> None:
    silent = {
        code
        for code in code_lists()["MA_DOITUONG_KCB"].on(day)
        if not any(shares(code, kind, day, day) for kind in ("01", "03"))
    }
    assert silent <= _UNEXPLAINED
