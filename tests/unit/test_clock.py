"""Việt Nam time on the wire, and months counted back."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.clock import VIETNAM, months_before, now, session_end, vietnam_day, wire_day, wire_minute

ZONES = st.sampled_from([UTC, VIETNAM, timezone(timedelta(hours=-9))])
FIRST, LAST = (datetime(year, 1, 1) for year in (1980, 2200))  # noqa: DTZ001  # hypothesis adds the zones
MOMENTS = st.datetimes(FIRST, LAST, timezones=ZONES)


def naive_months_before(day: date, months: int) -> date:
    """One month at a time; the last day of a shorter month stands for days that it lacks."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@given(MOMENTS, st.integers(0, 240))
def test_months_before_is_the_start_of_that_day_in_viet_nam(moment: datetime, months: int) -> None:
    found = months_before(moment, months)
    assert found.date() == naive_months_before(vietnam_day(moment), months)
    assert (found.hour, found.minute, found.second, found.microsecond) == (0, 0, 0, 0)
    assert found.tzinfo is VIETNAM
    assert found <= moment


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2024, 3, 31), 1, (2024, 2, 29)), ((2023, 3, 31), 1, (2023, 2, 28)), ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)), ((2026, 12, 31), 12, (2025, 12, 31)), ((2026, 12, 31), 6, (2026, 6, 30)),
        ((2026, 3, 2), 0, (2026, 3, 2)),
    ],
)  # fmt: skip
def test_months_before_examples(day: tuple[int, int, int], months: int, expected: tuple[int, int, int]) -> None:
    assert months_before(datetime(*day, 12, tzinfo=VIETNAM), months) == datetime(*expected, tzinfo=VIETNAM)


@given(MOMENTS)
def test_the_wire_says_minutes_in_viet_nam_and_ends_of_sessions_in_utc(moment: datetime) -> None:
    local = moment.astimezone(VIETNAM)
    assert wire_minute(moment) == local.strftime("%Y%m%d%H%M")
    assert wire_day(vietnam_day(moment)) == local.strftime("%d/%m/%Y")
    end = session_end(moment)
    assert len(end) == len("2026-09-01T01:12:03.1234567Z")
    assert datetime.fromisoformat(end[:-2]).replace(tzinfo=UTC) == moment


def test_the_day_turns_at_midnight_in_viet_nam() -> None:
    assert vietnam_day(datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)) == date(2026, 3, 2)
    assert vietnam_day(datetime(2026, 3, 2, 17, 0, tzinfo=UTC)) == date(2026, 3, 3)


def test_no_day_is_the_empty_text() -> None:
    assert wire_day(None) == ""


def test_now_is_in_utc() -> None:
    assert now().tzinfo is UTC
