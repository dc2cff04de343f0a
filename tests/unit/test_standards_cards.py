"""What card numbers say, when cards are valid, and how old somebody surely is."""

from __future__ import annotations

from datetime import date

import pytest

from congbhyt.standards.ages import days_of_life, latest_birth, least_years
from congbhyt.standards.cards import Standing, groups, last_day, letters_of, periods, standing

_JUNE, _JULY = date(2026, 6, 1), date(2026, 7, 1)


def test_every_group_of_letters_has_a_source_and_no_letter_stands_twice_at_a_digit() -> None:
    assert all(row.source and row.digit in "12345" for row in groups())
    pairs = [(row.digit, letter) for row in groups() for letter in row.letters]
    assert len(pairs) == len(set(pairs))


def test_near_poor_cards_get_the_second_digit_in_2026_and_keep_the_third() -> None:
    assert "CN" not in letters_of("2", date(2025, 12, 31))
    assert "CN" in letters_of("2", date(2026, 1, 1))
    assert "CN" in letters_of("3", date(2026, 1, 1))
    assert letters_of("9", _JUNE) == frozenset()


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("20260101", "20261231", [(date(2026, 1, 1), date(2026, 12, 31))]),
        ("20260101; 20260601", "20260531;20261231", [
            (date(2026, 1, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 12, 31)),
        ]),
        ("20260101", "", [(date(2026, 1, 1), None)]),
        ("20260101;20260601", "20261231", []),
        ("20260101", "20261331", []),
        ("", "20261231", []),
        ("20260101;", "20261231;", []),
    ],
)  # fmt: skip
def test_periods_are_read_card_by_card_or_not_at_all(
    begins: str, ends: str, expected: list[tuple[date, date | None]]
) -> None:
    assert list(periods(begins, ends)) == expected


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ("20260601 20260601", Standing.VALID),
        ("20260101 ", Standing.VALID),
        ("20260101 20260531", Standing.EXPIRED),
        ("20260702 20261231", Standing.BEGINS_LATER),
        ("20260701 20261231", Standing.BEGAN_DURING),
        ("20260101;20260615 20260531;20261231", Standing.BEGAN_DURING),
        ("20260101;20260815 20260531;20261231", Standing.EXPIRED),
    ],
)
def test_a_card_that_misses_the_day_of_arrival_says_how(cards: str, expected: Standing) -> None:
    begins, _, ends = cards.partition(" ")
    assert standing(periods(begins, ends), _JUNE, _JULY) is expected


def test_the_last_day_of_cards_is_unknown_when_one_does_not_end() -> None:
    assert last_day(periods("20260101;20260601", "20260531;20261231")) == date(2026, 12, 31)
    assert last_day(periods("20260101", "")) is None
    assert last_day(()) is None


@pytest.mark.parametrize(
    ("birth", "latest", "least", "days"),
    [
        ("201206010000", date(2012, 6, 1), 14, 5113),
        ("201206020000", date(2012, 6, 2), 13, 5112),
        ("201200000000", date(2012, 12, 31), 13, None),
        ("2012", date(2012, 12, 31), 13, None),
        ("202606021200", date(2026, 6, 2), -1, None),
        ("202606010830", date(2026, 6, 1), 0, 0),
        ("2026", date(2026, 12, 31), -1, None),
        ("", None, None, None),
        ("20261301", None, None, None),
    ],
)
def test_an_age_is_told_only_as_far_as_the_birth_date_goes(
    birth: str, latest: date | None, least: int | None, days: int | None
) -> None:
    assert (latest_birth(birth), least_years(birth, _JUNE), days_of_life(birth, _JUNE)) == (latest, least, days)
