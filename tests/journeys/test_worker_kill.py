"""kill -9 of the worker while a provider has its messages: none is lost, none goes a third time, no code comes late."""

from __future__ import annotations

import http.server
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.journeys.outbox_house import House, eventually
from tests.journeys.running import PATIENCE_SECONDS

PLAIN, CODE, SHORT_LIVED_CODE = "Báo cấp quyền", "Mã 111111", "Mã 222222"


class Provider(http.server.ThreadingHTTPServer):
    """Takes every message; until it is told to answer, whoever sent one hears nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.heard: list[str] = []
        self.answers = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """How the settings name it."""
        return f"kannel+http://congbhyt:x@127.0.0.1:{self.server_port}"


class _Taking(http.server.BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        """Take one message."""
        octets = self.rfile.read(int(self.headers["Content-Length"]))
        answers = self.server.answers.is_set()
        self.server.heard.append(octets.decode("utf-16-be"))
        if answers:
            self.send_response(202)
            self.end_headers()
        else:
            self.server.answers.wait(PATIENCE_SECONDS)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _ten_minutes_pass(house: House) -> None:
    """Move all that the database knows into the past: messages, the dead worker's last sign, the last minute's jobs."""
    with psycopg.connect(house.environment["DATABASE_OWNER_URL"]) as connection:
        connection.execute(
            "UPDATE outbox_message SET queued_at = queued_at - interval '10 minutes', "
            "expires_at = expires_at - interval '10 minutes'"
        )
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '10 minutes'")
        connection.execute("UPDATE procrastinate_periodic_defers SET defer_timestamp = defer_timestamp - 600")


def test_what_a_killed_worker_held_is_sent_by_the_next_unless_it_is_too_late(
    fresh_database: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    house = House(fresh_database(), tmp_path)
    with Provider() as provider:
        house.queue((PLAIN, 0), (CODE, 1800), (SHORT_LIVED_CODE, 300))
        killed = house.start_worker(provider.address)
        try:
            eventually(lambda: len(provider.heard) == 3, what="all messages on their way")
        finally:
            killed.kill()
            killed.wait(PATIENCE_SECONDS)
        assert house.rows() == [("queued", "", False)] * 3
        _ten_minutes_pass(house)
        provider.answers.set()
        with house.worker(provider.address):
            eventually(lambda: "queued" not in house.states(), what="the messages that the killed worker held")
        provider.shutdown()
    assert house.states() == ["sent", "sent", "expired"]
    assert all(cleared for _, _, cleared in house.rows())
    assert Counter(provider.heard) == {PLAIN: 2, CODE: 2, SHORT_LIVED_CODE: 1}
