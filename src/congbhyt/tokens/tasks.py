"""The worker's part: forget sessions that are over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from congbhyt.kernel import clock
from congbhyt.tokens.actions import forget_expired


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="forget_expired")
def forget(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every ten minutes, remove expired sessions and old sign-in failures."""
    forget_expired(at=clock.now())
