"""Working days, by which the law and our own promises count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

_WEEKEND = {5, 6}


def working_days_after(day: date, days: int, holidays: Collection[date]) -> date:
    """The last of so many working days after `day`, which itself does not count; with none it is `day`.

    Saturdays, Sundays and `holidays` are no working days; a Saturday worked instead of another day is not known.

    Raises:
        ValueError: a negative number of days.
    """
    if days < 0:
        raise ValueError(f"{days} working days are in the past")
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays)
    return day


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Whether offices work on `day`."""
    return day.weekday() not in _WEEKEND and day not in holidays
