"""The worker's part: send what is queued, take up again what a killed worker left, delete what is old."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from congbhyt.installation.queries import is_sandbox
from congbhyt.kernel import clock
from congbhyt.outbox import actions, rules
from congbhyt.outbox.routing import route_here

STALLED_AFTER_SECONDS = 120


class UntilSettled(BaseRetryStrategy):
    """Try again without end, soon at first: `deliver_message` decides when a message is expired or given up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:  # noqa: ARG002  # any
        """When and how urgently the job runs again."""
        wait = rules.seconds_until_retry(job.attempts + 1, priority=job.priority)
        return RetryDecision(retry_in={"seconds": wait}, priority=rules.priority_after(job.priority))


@app.task(queue="outbox", retry=UntilSettled())
def deliver(message_id: str) -> None:
    """Send one message."""
    actions.deliver_message(message_id, route=route_here(sandbox=is_sandbox()), at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every minute, put back jobs whose worker has gone silent."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="take_up_forgotten")
def take_up_forgotten(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every five minutes, give a job to queued messages that have none."""
    actions.take_up_forgotten(at=clock.now())


@app.periodic(cron="40 19 * * *")  # UTC: 02:40 in Việt Nam
@app.task(queueing_lock="forget_settled")
def forget_settled(timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every night, delete messages settled long ago."""
    actions.forget_settled(at=clock.now())
