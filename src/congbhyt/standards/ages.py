"""How old somebody surely is, although of a birth date the day, or all but the year, may be unknown."""

from __future__ import annotations

from datetime import date

from congbhyt.standards.values import birth_of

NEWBORN_DAYS = 28
"""Days after birth during which a child counts as newborn (QĐ 130, annex, NGAY_SINH)."""


def latest_birth(text: str) -> date | None:
    """The last day that a birth date can be; None when it is empty or none."""
    birth = birth_of(text)
    if birth is None or text[4:8] not in ("", "0000"):
        return birth
    return date(birth.year, 12, 31)


def years_between(birth: date, day: date) -> int:
    """Whole years of life on `day`; below 0 before the birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def least_years(text: str, day: date) -> int | None:
    """The whole years that somebody with this birth date has surely lived on `day`."""
    birth = latest_birth(text)
    return None if birth is None else years_between(birth, day)


def days_of_life(text: str, day: date) -> int | None:
    """Days since the birth; None when its day is unknown or lies after `day`."""
    birth = birth_of(text)
    if birth is None or text[4:8] in ("", "0000") or birth > day:
        return None
    return (day - birth).days
