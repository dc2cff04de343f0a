"""A database of its own with an outbox, and the real worker on it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

from congbhyt.config.processes import dies_with_parent
from tests.journeys.running import PATIENCE_SECONDS, ROOT

PHONE = "0000000101"
_QUEUE = """
import json, sys
from datetime import timedelta
from congbhyt.config import bootstrap
with bootstrap.database():
    from congbhyt.kernel import clock
    from congbhyt.outbox.actions import queue_sms
    for body, seconds in json.loads(sys.argv[1]):
        at = clock.now()
        expires_at = at + timedelta(seconds=seconds) if seconds else None
        queue_sms(purpose="test", receiver=sys.argv[2], body=body, at=at, expires_at=expires_at)
"""
_REPORT = """
import sys
from congbhyt.config import bootstrap
with bootstrap.database():
    from congbhyt.kernel import clock
    from congbhyt.outbox.reports import report_delivery
    report_delivery(message_id=sys.argv[1], mac=sys.argv[2], status=sys.argv[3], at=clock.now())
"""


def eventually(holds: Callable[[], bool], *, what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@dataclass(frozen=True)
class House:
    """A database of its own, and what is in its outbox."""

    environment: Mapping[str, str]
    folder: Path

    def queue(self, *messages: tuple[str, int]) -> None:
        """Queue texts with the seconds after which they are of no use, or 0."""
        self._python(_QUEUE, json.dumps(messages), PHONE)

    def report(self, path: str) -> None:
        """Do with a report what the portal does."""
        parts = urlsplit(path)
        message_id, mac = parts.path.removeprefix("/sms/bao-phat/").split("/")
        self._python(_REPORT, message_id, mac, parse_qs(parts.query)["trang-thai"][0])

    def _python(self, script: str, *arguments: str) -> None:
        subprocess.run([sys.executable, "-c", script, *arguments], env=dict(self.environment), cwd=ROOT, check=True)

    def rows(self) -> list[tuple[Any, ...]]:
        """State, provider, and whether receiver and body are cleared, in the order of queueing."""
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"]) as connection:
            return connection.execute(
                "SELECT state, provider, receiver_sealed IS NULL AND body_sealed IS NULL FROM outbox_message "
                "ORDER BY queued_at"
            ).fetchall()

    def states(self) -> list[str]:
        """The states alone."""
        return [row[0] for row in self.rows()]

    def attempts(self) -> int:
        """How often it was tried in vain or not."""
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"]) as connection:
            row = connection.execute("SELECT sum(attempts) FROM outbox_message").fetchone()
            return int(row[0] or 0) if row else 0

    def start_worker(self, *providers: str, **more: str) -> subprocess.Popen[bytes]:
        """Start the worker process with these providers."""
        environment = {
            **self.environment, "CONGBHYT_SMS_PROVIDERS": " ".join(providers), "CONGBHYT_SMS_FROM_SANDBOX": "1", **more
        }  # fmt: skip
        with (self.folder / "worker.log").open("ab") as log:
            command = [*dies_with_parent("TERM"), sys.executable, "-m", "congbhyt.commands", "serve", "worker"]
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)

    @contextlib.contextmanager
    def worker(self, *providers: str, **more: str) -> Iterator[None]:
        """Run the worker until the block ends."""
        process = self.start_worker(*providers, **more)
        try:
            yield
            assert process.poll() is None, (self.folder / "worker.log").read_text()
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
