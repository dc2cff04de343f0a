"""How soon a queued SMS is with its transport: `python -m bench.sms`.

From the commit that queues it, through a running worker, to the moment when the file provider has written it down.
Messages come one by one, as codes do, and then all at once.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from bench.lookup import Bench, database

MESSAGES = 50
MOST_SECONDS = 1.0
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 60


def main() -> int:
    """Measure, print, and leave with 1 when the 95th percentile took longer than allowed."""
    with (
        tempfile.TemporaryDirectory(prefix="congbhyt-bench-") as folder,
        database(Path(folder)) as bench,
        _worker(bench),
    ):
        _measure(1, 0)  # the worker is up when it has taken one
        apart = _measure(MESSAGES, PAUSE_SECONDS)
        at_once = _measure(MESSAGES, 0)
    kept = all([_tell("one by one", apart), _tell("at once", at_once)])
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


@contextmanager
def _worker(bench: Bench) -> Iterator[None]:
    """The worker as it is served, with the file as its only provider."""
    environment = {**bench.environment, "CONGBHYT_SMS_PROVIDERS": f"file:{bench.folder}/sms.jsonl"}
    with (bench.folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "congbhyt.commands", "serve", "worker"]
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(20)


def _measure(count: int, pause: float) -> list[float]:
    """Seconds from each message's commit to the moment when its provider had taken it."""
    from congbhyt.kernel import clock
    from congbhyt.outbox.actions import queue_sms

    committed = {}
    for number in range(count):
        message = queue_sms(purpose="bench", receiver="0000000101", body=f"Mã đo {number}", at=clock.now())
        committed[message.pk] = time.time()
        time.sleep(pause)
    taken = _settled(set(committed))
    return [taken[key] - moment for key, moment in committed.items()]


def _settled(wanted: set[UUID]) -> dict[UUID, float]:
    """When each wanted message was taken, as the worker noted it."""
    from congbhyt.outbox.models import Message

    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        sent = Message.objects.filter(pk__in=wanted, state=Message.State.SENT, settled_at__isnull=False)
        if len(sent) == len(wanted):
            return {message.pk: message.settled_at.timestamp() for message in sent if message.settled_at}
        time.sleep(0.1)
    raise SystemExit("messages were not sent")


def _tell(how: str, seconds: list[float]) -> bool:
    """Print the figures; whether they are as they should be."""
    late = statistics.quantiles(seconds, n=20)[-1]
    print(
        f"{len(seconds)} messages {how}: median {statistics.median(seconds) * 1000:.0f} ms, 95th percentile "
        f"{late * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms (95th percentile at most {MOST_SECONDS:.0f} s)"
    )
    return late <= MOST_SECONDS


if __name__ == "__main__":
    sys.exit(main())
