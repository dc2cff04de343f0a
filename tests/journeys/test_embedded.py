"""The embedded PostgreSQL: whoever starts it, wherever the clone lies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from congbhyt.config import embedded
from tests.journeys.running import PATIENCE_SECONDS

_HOLD = """
import sys, time
from pathlib import Path
from congbhyt.config import embedded
with embedded.running(Path(sys.argv[1]), durable=False) as access:
    print("up", flush=True)
    time.sleep(600)
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    """A process that runs the server of `folder` until it is ended."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"}
    )
    assert holder.stdout is not None
    with holder.stdout as said:
        assert said.readline() == "up\n"
    return holder


def _serving(folder: Path) -> bool:
    access = embedded.Access(**json.loads((folder / "access.json").read_text()))
    try:
        psycopg.connect(access.url(embedded.APPLICATION), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _down(folder: Path) -> bool:
    for _ in range(PATIENCE_SECONDS * 5):
        if not _serving(folder) and not (folder / "data" / "postmaster.pid").exists():
            return True
        signal.sigtimedwait([], 0.2)
    return False


def test_it_runs_below_a_closed_folder_and_leaves_modes_alone(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path, closed)]
    with (
        embedded.running(closed / "var" / "postgres", durable=False) as access,
        psycopg.connect(access.url(embedded.OWNER)) as connection,
    ):
        assert connection.execute("SELECT lower('ĐẶNG')").fetchone() == ("đặng",)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path, closed)] == modes


def test_its_programs_may_lie_below_a_closed_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = embedded.binaries().parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, closed / part.name)
    programs = closed / embedded.binaries().relative_to(package.parent)
    monkeypatch.setattr(embedded, "binaries", lambda: programs)
    with embedded.running(closed / "pg", durable=False):
        assert _serving(closed / "pg")


def test_the_server_listens_on_no_network(tmp_path: Path) -> None:
    with (
        embedded.running(tmp_path / "pg", durable=False) as access,
        psycopg.connect(access.url(embedded.OWNER)) as connection,
    ):
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_two_clones_run_side_by_side(tmp_path: Path) -> None:
    with (
        embedded.running(tmp_path / "one", durable=False) as one,
        embedded.running(tmp_path / "two", durable=False) as two,
    ):
        for access, name in ((one, "first"), (two, "second")):
            with psycopg.connect(access.url(embedded.OWNER), autocommit=True) as connection:
                connection.execute(f"CREATE TABLE {name} ()")  # a literal of this test
        with psycopg.connect(one.url(embedded.OWNER)) as connection:
            assert connection.execute("SELECT to_regclass('first'), to_regclass('second')").fetchone() == (
                "first",
                None,
            )


def test_a_second_process_of_a_clone_uses_the_running_server(tmp_path: Path) -> None:
    holder = _holder(tmp_path / "pg")
    try:
        with embedded.running(tmp_path / "pg") as access:
            assert access.url(embedded.APPLICATION)
            assert _serving(tmp_path / "pg")
        assert _serving(tmp_path / "pg"), "the borrower must not stop it"
    finally:
        holder.terminate()
        holder.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_ends_with_its_starter_and_starts_again(tmp_path: Path, how: signal.Signals) -> None:
    holder = _holder(tmp_path / "pg")
    holder.send_signal(how)
    holder.wait(PATIENCE_SECONDS)
    assert _down(tmp_path / "pg")
    with embedded.running(tmp_path / "pg", durable=False):
        assert _serving(tmp_path / "pg")


def test_a_path_too_long_for_a_socket_gets_a_private_one_elsewhere(tmp_path: Path) -> None:
    far = tmp_path / ("a" * 60) / ("b" * 60)
    with embedded.running(far / "pg", durable=False) as access:
        socket = Path(access.socket_folder)
        assert far not in socket.parents
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert _serving(far / "pg")
    assert not socket.exists()


def test_what_keeps_it_from_starting_is_said(tmp_path: Path) -> None:
    with embedded.running(tmp_path / "pg", durable=False):
        pass
    (tmp_path / "pg" / "data" / "postgresql.conf").write_text("nonsense\n")
    with pytest.raises(embedded.EmbeddedDatabaseError, match="contains errors"), embedded.running(tmp_path / "pg"):
        pass


def test_passwords_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    with embedded.running(tmp_path / "pg", durable=False):
        assert stat.S_IMODE((tmp_path / "pg" / "access.json").stat().st_mode) == 0o600
