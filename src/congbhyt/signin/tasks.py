"""The worker's part: forget sessions and codes whose time is over."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from congbhyt.kernel import clock
from congbhyt.otp import actions as otp
from congbhyt.signin.models import Session

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)
"""As long as the devices, addresses and times of sign-ins must be at hand (NĐ 330/2026 Đ34)."""


@app.periodic(cron="17 20 * * *")  # UTC: 03:17 in Việt Nam
@app.task(queueing_lock="forget_portal")
def forget_portal(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Once a night, remove codes of the day before and sessions of the quarter before; the audit record stays."""
    at = clock.now()
    otp.forget_old(before=at - CODES_KEPT)
    Session.objects.filter(ends_at__lt=at - SESSIONS_KEPT).delete()
