"""Working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.calendar import is_working_day, working_days_after

NEW_YEAR = {date(2026, 2, day) for day in range(16, 21)}
FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (FRIDAY, 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 8), 1, date(2026, 3, 9)),
        (FRIDAY, 5, date(2026, 3, 13)),
        (FRIDAY, 6, date(2026, 3, 16)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        (date(2026, 2, 12), 2, date(2026, 2, 23)),
        (date(2026, 2, 17), 1, date(2026, 2, 23)),
    ],
)
def test_weekends_and_holidays_do_not_count(day: date, days: int, last: date) -> None:
    assert working_days_after(day, days, NEW_YEAR) == last


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="past"):
        working_days_after(FRIDAY, -1, ())


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(DAYS, st.integers(1, 60), st.frozensets(DAYS, max_size=30))
def test_exactly_so_many_working_days_lie_between(day: date, days: int, holidays: frozenset[date]) -> None:
    last = working_days_after(day, days, holidays)
    between = [day + timedelta(days=number) for number in range(1, (last - day).days + 1)]
    assert sum(is_working_day(one, holidays) for one in between) == days
    assert is_working_day(last, holidays)
