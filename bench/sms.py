"""How soon a queued SMS is with its transport: `python -m bench.sms`.

From the commit that queues it, through a running worker, to the moment when the file provider writes it down.
Messages come one by one, as codes do, and then all at once.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bench.lookup import Bench, database

MESSAGES = 50
MOST_SECONDS = 1.0
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 60


def main() -> int:
    """Measure, print, and leave with 1 when the 95th percentile took longer than allowed."""
    with tempfile.TemporaryDirectory(prefix="congbhyt-bench-") as folder, database(Path(folder)) as bench:
        taken = Path(folder) / "sms.jsonl"
        with _worker(bench, taken):
            _measure(taken, 1, 0)  # the worker is up when it has taken one
            apart = _measure(taken, MESSAGES, PAUSE_SECONDS)
            at_once = _measure(taken, MESSAGES, 0)
    kept = all([_tell("one by one", apart), _tell("at once", at_once)])
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


@contextmanager
def _worker(bench: Bench, taken: Path) -> Iterator[None]:
    """The worker as it is served, with the file as its only provider."""
    environment = {**bench.environment, "CONGBHYT_SMS_PROVIDERS": f"file:{taken}"}
    with (bench.folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "congbhyt.commands", "serve", "worker"]
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(20)


def _measure(taken: Path, count: int, pause: float) -> list[float]:
    """Seconds from each message's commit to the moment that stands in its line of the file."""
    from congbhyt.kernel import clock
    from congbhyt.outbox.actions import queue_sms

    committed = {}
    for number in range(count):
        message = queue_sms(purpose="bench", receiver="0000000101", body=f"Mã đo {number}", at=clock.now())
        committed[str(message.pk)] = time.time()
        time.sleep(pause)
    arrived = _arrivals(taken, set(committed))
    return [arrived[key] - moment for key, moment in committed.items()]


def _arrivals(taken: Path, wanted: set[str]) -> dict[str, float]:
    """When each wanted message came, as the transport wrote it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        lines = taken.read_text("utf-8").splitlines() if taken.exists() else []
        found = [json.loads(line) for line in lines if line.endswith("}")]
        moments = {line["id"]: datetime.fromisoformat(line["at"]).timestamp() for line in found}
        if wanted <= set(moments):
            return moments
        time.sleep(0.1)
    raise SystemExit(f"messages never came; see the worker's log in {taken.parent}")


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
