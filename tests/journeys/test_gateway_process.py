"""The gateway's own HTTP server without a proxy: bodies that break off, ends that come while somebody is served."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from congbhyt.config.processes import free_port, port_is_free
from tests.journeys import running
from tests.journeys.running import PATIENCE_SECONDS, ROOT, Served

_BEGUN = b"POST /api/token/take HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{}"
_HURRIED = """
import sys
from congbhyt.commands.session import work
with work():
    from congbhyt.config import serving
    serving.LAST_CALL_SECONDS = 1
    serving.serve_gateway("127.0.0.1", int(sys.argv[1]))
"""


def _port(served: Served) -> int:
    return int(served.base.rpartition(":")[2])


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)


def _wait_for(log: Path, text: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    return log.read_text()


def test_a_body_that_breaks_off_is_not_served_as_if_it_were_whole(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        with _connected(_port(served)) as caller:
            caller.sendall(_BEGUN)
        assert "refused BODY_UNREADABLE 2 bytes of 50" in _wait_for(served.log, "BODY_UNREADABLE")


def test_http_2_in_the_clear_is_not_spoken(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served, _connected(_port(served)) as caller:
        caller.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        heard = b""
        while piece := caller.recv(4096):
            heard += piece
        assert heard == b"" or heard.startswith(b"HTTP/1.1 400 ")


def test_workers_end_when_their_parent_is_killed(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        served.process.kill()
        served.process.wait(PATIENCE_SECONDS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not port_is_free(_port(served)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert port_is_free(_port(served))


def test_a_body_that_never_comes_does_not_keep_the_gateway_from_stopping(
    furnished: dict[str, str], tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "gateway.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", _HURRIED, str(port)], env=furnished, stdout=written, stderr=written, cwd=ROOT
        )
    try:
        running.wait_until_up(Served(f"http://127.0.0.1:{port}", process, log))
        with _connected(port) as caller:
            caller.sendall(
                _BEGUN.replace(b"token/take HTTP/1.1\r\n", b"token/take HTTP/1.1\r\nExpect: 100-continue\r\n")
            )
            assert caller.recv(100).startswith(b"HTTP/1.1 100 ")  # somebody is waiting for the body now
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)
