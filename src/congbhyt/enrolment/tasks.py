"""The worker's part: periods of people end, unused accounts rest, half-yearly reviews open and close."""

from __future__ import annotations

from procrastinate.contrib.django import app

from congbhyt.enrolment import campaigns, upkeep
from congbhyt.kernel import clock
from congbhyt.policy import queries as policies
from congbhyt.registration.performers import Performer

JOB = Performer.operator("job:enrolment")


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="end_periods_of_people")
def end_periods(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every ten minutes, take back what was registered until a day that is over."""
    upkeep.end_periods(performer=JOB, at=clock.now())


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="close_review")
def close_review(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every hour, close the review of people whose time is over; whom nobody confirmed rests."""
    campaigns.close_due(performer=JOB, at=clock.now())


@app.periodic(cron="25 19 * * *")
@app.task(queueing_lock="suspend_idle")
def suspend_idle(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every night (02:25 in Việt Nam), let accounts rest that nobody has used for policy's days (TCVN 14423:2026)."""
    at = clock.now()
    upkeep.suspend_idle(policy=policies.current().at(at), performer=JOB, at=at)


@app.periodic(cron="30 1 * * *")
@app.task(queueing_lock="open_review")
def open_review(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every morning (08:30 in Việt Nam), open the half-yearly review if it is due (TCVN 14423:2026)."""
    at = clock.now()
    campaigns.open_if_due(policy=policies.current().at(at), performer=JOB, at=at)
