"""The two time zones of the system: Việt Nam on the wire and on pages, UTC in the database.

Functions take the moment as an argument; only doors, commands and jobs call `now`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def _vietnam() -> tzinfo:
    # Windows has no time zones of its own, and who only checks files has no package of them; since 1975 it is +07:00.
    try:
        return ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=7))


VIETNAM = _vietnam()


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def vietnam_day(moment: datetime) -> date:
    """The calendar day in Việt Nam at `moment`: a card that ends today is valid until midnight there."""
    return moment.astimezone(VIETNAM).date()


def wire_minute(moment: datetime) -> str:
    """`moment` as the wire writes it: yyyyMMddHHmm, Việt Nam time (Phụ lục 03 CV 1923, §3)."""
    local = moment.astimezone(VIETNAM)
    return f"{local.year:04d}{local.month:02d}{local.day:02d}{local.hour:02d}{local.minute:02d}"


def wire_day(day: date | None) -> str:
    """`day` as dd/MM/yyyy; an absent day is the empty string, because clients cannot take null."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}" if day else ""


def session_end(moment: datetime) -> str:
    """`expires_in` of token/take: UTC with seven fractional digits and Z, which .NET clients split on."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def months_before(moment: datetime, months: int) -> datetime:
    """The start of the day in Việt Nam that many calendar months before `moment`."""
    day = vietnam_day(moment)
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(years + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return datetime(years, month + 1, min(day.day, last), tzinfo=VIETNAM)
