"""Wrong secrets, counted per name and address, and the pause that follows too many.

Name and address count together, so that no stranger can lock a hospital's account out from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from congbhyt.accounts.models import FailedSignIn
from congbhyt.kernel.addresses import sign_in_origin
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.refusal import Refusal

_LONGEST_NAME = 60


class PausedError(Refusal):
    """Too many wrong secrets: this name has to wait at this address."""

    code = "SIGN_IN_PAUSED"
    template = (
        "Đã nhập sai quá số lần cho phép từ địa chỉ này. Thử lại sau {until}, "
        "hoặc nhờ quản trị của đơn vị hay cơ quan BHXH mở khóa."
    )


def count(name: str, address: str | None, *, allowed: int, pause: timedelta, at: datetime) -> None:
    """Count one wrong secret; the one that reaches `allowed` begins the pause."""
    with transaction.atomic():
        _counted(name, sign_in_origin(address), allowed, pause, at).save()


def reserve(name: str, address: str | None, *, allowed: int, pause: timedelta, at: datetime) -> None:
    """Count a try before it is compared, so that many at once are no more than `allowed`; `forgive` or `release` a
    right one.

    Raises:
        PausedError: the tries are used up; it says until when.
    """
    with transaction.atomic(durable=True):
        failed = _counted(name, sign_in_origin(address), allowed, pause, at)
        if failed.failures > allowed and failed.locked_until and failed.locked_until > at:
            raise PausedError(until=_told(failed.locked_until))
        failed.save()


def release(name: str, address: str | None) -> None:
    """Take back one reserved try that was right, where it forgives nothing that was wrong before."""
    FailedSignIn.objects.filter(account_name=name, address=sign_in_origin(address), failures__gt=0).update(
        failures=F("failures") - 1, locked_until=None
    )


def check(name: str, address: str | None, *, at: datetime) -> None:
    """Make sure that this name is not waiting at this address.

    Raises:
        PausedError: it is; it says until when.
    """
    origin = sign_in_origin(address)
    failed = FailedSignIn.objects.filter(account_name=name, address=origin, locked_until__gt=at).first()
    if failed and failed.locked_until:
        raise PausedError(until=_told(failed.locked_until))


def forgive(name: str, address: str | None) -> None:
    """Forget the wrong secrets of a name at one address."""
    _forgive(FailedSignIn.objects.filter(account_name=name, address=sign_in_origin(address)))


def forgive_everywhere(name: str) -> None:
    """Forget every wrong secret of a name, of whatever kind, from wherever."""
    _forgive(FailedSignIn.objects.filter(account_name__in=_kinds(name)))


def _forgive(rows: QuerySet[FailedSignIn]) -> None:
    """Rows stay, because a try that is being counted at this moment holds on to its own."""
    rows.update(failures=0, locked_until=None)


def by_sms(name: str) -> str:
    """The name under which wrong codes of a forgotten password are counted: nobody compares passwords there."""
    return f"sms:{name}"[:_LONGEST_NAME]


def inside(name: str) -> str:
    """The name under which codes and passwords asked of somebody signed in are counted: a stranger's wrong passwords
    must not stop who is at work, and a right password must not forgive wrong codes.
    """
    return f"in:{name}"[:_LONGEST_NAME]


def _kinds(name: str) -> tuple[str, ...]:
    return (name, by_sms(name), inside(name))


def waiting(names: Iterable[str], *, at: datetime) -> dict[str, datetime]:
    """Until when those of `names` who typed wrong too often have to wait; from whichever address, the longest."""
    asked = {counted: name for name in names for counted in _kinds(name)}
    rows = FailedSignIn.objects.filter(account_name__in=asked, locked_until__gt=at).order_by("locked_until")
    return {asked[row.account_name]: row.locked_until for row in rows if row.locked_until}


def forget(*, before: datetime) -> None:
    """Remove what was counted before that moment; the audit record keeps every refusal."""
    FailedSignIn.objects.filter(first_at__lt=before).delete()


def _counted(name: str, origin: str, allowed: int, pause: timedelta, at: datetime) -> FailedSignIn:
    """The row of this name and address, locked and one higher."""
    failed, new = FailedSignIn.objects.select_for_update().get_or_create(
        account_name=name, address=origin, defaults={"failures": 0, "first_at": at}
    )
    if not new and _is_over(failed, pause, at):
        failed.failures, failed.first_at, failed.locked_until = 0, at, None
    failed.failures += 1
    if failed.failures >= allowed and failed.locked_until is None:  # more, where policy was made stricter meanwhile
        failed.locked_until = at + pause
    return failed


def _is_over(failed: FailedSignIn, pause: timedelta, at: datetime) -> bool:
    """Whether what was counted no longer matters: the pause has ended, or the last failures are too old."""
    return failed.locked_until <= at if failed.locked_until else failed.first_at + pause < at


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
