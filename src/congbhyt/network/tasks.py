"""The worker's part: end the address lines whose period is over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from congbhyt.kernel import clock
from congbhyt.network import actions
from congbhyt.registration.performers import Performer

JOB = Performer.operator("job:network")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="end_address_periods")
def end_address_periods(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every minute, say of addresses whose period is over that it is; the allow-list has let nobody in since."""
    actions.expire(performer=JOB, at=clock.now())
