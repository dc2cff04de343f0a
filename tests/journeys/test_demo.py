"""`congbhyt demo`: what a newcomer sees first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from congbhyt.accounts.secrets import md5
from congbhyt.config.processes import free_port
from tests.journeys.running import PATIENCE_SECONDS, ROOT

pytestmark = pytest.mark.xdist_group("demo")  # one database for the whole file
_DEMO = [sys.executable, "-m", "congbhyt.commands", "demo"]


@pytest.fixture(scope="module")
def own_var(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment without any database named: the demo makes its own, once for this file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE")}
    return {**kept, "CONGBHYT_VAR": str(tmp_path_factory.mktemp("clone") / "var"), "LC_ALL": "C"}


def _everything_of(var: str) -> list[str]:
    """Command lines of processes that still name the demo's folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if var in line:
            found.append(line)
    return found


def _gone(var: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _everything_of(var) and time.monotonic() < deadline:
        time.sleep(0.2)
    return not _everything_of(var)


def _post(base: str, path: str, fields: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(base + path, data=json.dumps(fields).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        read = json.load(answer)
    assert isinstance(read, dict)
    return read


def _started(environment: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """The demo, once it says that it is up; it prints into a file, which takes whatever its worker prints too."""
    printed = Path(environment["CONGBHYT_VAR"]).parent / f"printed-{port}"
    with printed.open("wb") as out:
        demo = subprocess.Popen(
            [*_DEMO, "--gateway-port", str(port), "--portal-port", str(free_port())],
            env=environment, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    while "Ctrl-C" not in printed.read_text():
        assert demo.poll() is None, f"the demo ended before it was up: {printed.read_text()}"
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return demo


def test_check_prints_one_look_up_with_history_and_leaves_nothing_behind(own_var: dict[str, str]) -> None:
    done = subprocess.run([*_DEMO, "--check"], env=own_var, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["maKetQua"] == "000"
    assert len({visit["maCSKCB"] for visit in answer["dsLichSuKCB2018"]}) >= 2
    assert _gone(own_var["CONGBHYT_VAR"])


def test_every_cast_entry_answers_as_promised_and_sigterm_ends_everything(own_var: dict[str, str]) -> None:
    port = free_port()
    demo, base = _started(own_var, port), f"http://127.0.0.1:{port}"
    try:
        cast = subprocess.run(
            [sys.executable, "-m", "congbhyt.commands", "sandbox", "cast", "--json"],
            env=own_var, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        key = _post(base, "/api/token/take", {"username": "01999_BV", "password": md5("Thu@12345")})["APIKey"]
        session = (
            f"token={key['access_token']}&id_token={key['id_token']}&username=01999_BV&password={md5('Thu@12345')}"
        )
        names = ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb")
        wrong = [
            (entry, answer)
            for entry in json.loads(cast.stdout)
            if (
                answer := _post(base, f"/api/egw/KQNhanLichSuKCB2024?{session}", {name: entry[name] for name in names})[
                    "maKetQua"
                ]
            )
            != entry["expect"]
        ]
        assert not wrong
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(PATIENCE_SECONDS)
    assert _gone(own_var["CONGBHYT_VAR"])


def test_a_killed_demo_takes_its_children_along(own_var: dict[str, str]) -> None:
    demo = _started(own_var, free_port())
    demo.kill()
    demo.wait(PATIENCE_SECONDS)
    assert _gone(own_var["CONGBHYT_VAR"])


def test_a_port_in_use_is_named(own_var: dict[str, str]) -> None:
    demo = _started(own_var, port := free_port())
    try:
        second = subprocess.run(
            [*_DEMO, "--gateway-port", str(port)], env=own_var, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert "DEMO_PORT_TAKEN" in second.stderr
        assert str(port) in second.stderr
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(PATIENCE_SECONDS)
