"""Birth dates as people hold them: a day, a month or only a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_FORMS = (
    re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})"),
    re.compile(r"(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})"),
)
_BETWEEN_TYPED = re.compile(r"\s*[./\-\u2010-\u2015]\s*|\s+")
EARLIEST_YEAR = 1850


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date known to the day, the month or the year; unknown parts are None."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar holds.

        Raises:
            ValueError: no such day, or a day without its month.
        """
        if self.day is not None and self.month is None:
            raise ValueError("a day without a month is no birth date")
        date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    @classmethod
    def parse(cls, text: str) -> BirthDate | None:
        """Read dd/MM/yyyy, ddMMyyyy, MM/yyyy or yyyy (wire-protocol: `ngaySinh`); None when it is no date."""
        for form in _FORMS:
            found = form.fullmatch(text.strip())
            if found:
                parts = {part: int(digits) for part, digits in found.groupdict().items()}
                return cls._checked(**parts)
        return None

    @classmethod
    def _checked(cls, year: int, month: int | None = None, day: int | None = None) -> BirthDate | None:
        if year < EARLIEST_YEAR:
            return None
        try:
            return cls(year, month, day)
        except ValueError:
            return None

    @classmethod
    def of(cls, first_day: date, precision: str) -> BirthDate:
        """Rebuild from a stored first possible day and its precision `D`, `M` or `Y`."""
        if precision == "D":
            return cls(first_day.year, first_day.month, first_day.day)
        return cls(first_day.year, first_day.month if precision == "M" else None)

    @property
    def precision(self) -> str:
        """`D` known to the day, `M` to the month, `Y` to the year."""
        if self.day is not None:
            return "D"
        return "Y" if self.month is None else "M"

    @property
    def first_day(self) -> date:
        """The first day it can be; stored together with `precision`."""
        return date(self.year, self.month or 1, self.day or 1)

    def agrees_with(self, other: BirthDate) -> bool:
        """Equal in every part that both know: somebody who gives only the year is asked only the year."""
        if self.year != other.year:
            return False
        if self.month is None or other.month is None:
            return True
        if self.month != other.month:
            return False
        return self.day is None or other.day is None or self.day == other.day

    def __str__(self) -> str:
        """As the wire writes it: dd/MM/yyyy, MM/yyyy or yyyy."""
        parts = [
            f"{self.day:02d}" if self.day else "",
            f"{self.month:02d}" if self.month else "",
            f"{self.year:04d}",
        ]
        return "/".join(part for part in parts if part)


def read_typed_birth(text: str) -> BirthDate | None:
    """Read a birth date as people type it at the portal; None when it is no date or could be two.

    Besides what `BirthDate.parse` reads, parts may be divided by dots, dashes or spaces (1.1.1980, 01 / 1980),
    and the year may stand first (1980-01-01, ISO 8601). A year always has four digits: 80 could be 1880 too.
    """
    parts = _BETWEEN_TYPED.split(text.strip(), maxsplit=3)
    if len(parts) > 1 and len(parts[0]) == 4:
        parts.reverse()
    return BirthDate.parse("/".join(parts))


def read_typed_day(text: str) -> date | None:
    """Read one day as people type it, like a birth date of which the day is known; None when it is none."""
    read = read_typed_birth(text)
    return read.first_day if read and read.day else None
