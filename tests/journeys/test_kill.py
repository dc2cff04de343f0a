"""kill -9 of anything under load: what was answered is on record."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest

from tests.journeys import running
from tests.journeys.running import Served

_CALLERS = 6


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    return [int(child) for child in listed.stdout.split()]


def _backends(environment: dict[str, str]) -> list[int]:
    """Processes of the database that serve this database's connections, ours excluded."""
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'congbhyt_app'"
        ).fetchall()
    return [pid for (pid,) in rows]


class Load:
    """Callers that look up without pause and note the reference of every answer that arrives whole."""

    def __init__(self, served: Served) -> None:
        self.answered: list[tuple[str, str]] = []
        self._served = served
        self._session = served.session()
        self._stop = threading.Event()
        self._enough = threading.Semaphore(0)
        self._callers = [threading.Thread(target=self._call, daemon=True) for _ in range(_CALLERS)]
        for caller in self._callers:
            caller.start()

    def _call(self) -> None:
        while not self._stop.is_set():
            try:
                heard = self._served.ask(self._session)
            except (OSError, ValueError):
                continue  # cut off: not an answer
            self.answered.append((heard.reference, heard.json["maKetQua"]))
            self._enough.release()

    def wait_for(self, answers: int) -> None:
        """Wait for that many more answers."""
        for _ in range(answers):
            assert self._enough.acquire(timeout=running.PATIENCE_SECONDS), "no more answers"

    def stop(self) -> None:
        """Let every caller finish."""
        self._stop.set()
        for caller in self._callers:
            caller.join(running.PATIENCE_SECONDS)


def _recorded(environment: dict[str, str]) -> set[tuple[str, str]]:
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        rows = connection.execute("SELECT reference, outcome FROM audit_entry").fetchall()
    return {(reference, outcome) for reference, outcome in rows}


@pytest.mark.parametrize("victim", ["a gateway worker", "all of the gateway", "a database connection"])
def test_no_answer_is_without_its_audit_entry(victim: str, furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        load = Load(served)
        load.wait_for(100)
        workers = _children(served.process.pid)
        if victim == "a database connection":
            with psycopg.connect(furnished["DATABASE_URL"], autocommit=True) as connection:
                for pid in _backends(furnished):
                    connection.execute("SELECT pg_terminate_backend(%s) WHERE %s <> pg_backend_pid()", [pid, pid])
            load.wait_for(50)
        elif victim == "a gateway worker":
            os.kill(workers[0], signal.SIGKILL)
            load.wait_for(50)
        else:
            for pid in [*workers, served.process.pid]:
                os.kill(pid, signal.SIGKILL)
        load.stop()
    answered = {(reference, code) for reference, code in load.answered if code in ("000", "100")}
    assert len(answered) >= 100
    assert answered <= _recorded(furnished)


def test_connections_cut_between_calls_are_replaced_unseen(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        session = served.session()
        codes = {served.ask(session).json["maKetQua"] for _ in range(10)}
        with psycopg.connect(furnished["DATABASE_URL"], autocommit=True) as connection:
            for pid in _backends(furnished):
                connection.execute("SELECT pg_terminate_backend(%s) WHERE %s <> pg_backend_pid()", [pid, pid])
        codes |= {served.ask(session).json["maKetQua"] for _ in range(30)}
    assert codes == {"000"}
