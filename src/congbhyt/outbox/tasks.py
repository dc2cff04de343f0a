"""The worker's part: send what is queued, take up again what a killed worker left."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from congbhyt.installation.queries import is_sandbox
from congbhyt.kernel import clock
from congbhyt.outbox.actions import deliver_message
from congbhyt.outbox.transports import transport_for

STALLED_AFTER_SECONDS = 120


@app.task(queue="outbox", retry=RetryStrategy(max_attempts=12, exponential_wait=4))
def deliver(message_id: str) -> None:
    """Send one message; the delays between tries grow from seconds to hours."""
    deliver_message(message_id, transport=transport_for(sandbox=is_sandbox()), at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # the scheduler passes it
    """Every minute, put back jobs whose worker has gone silent."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job)
