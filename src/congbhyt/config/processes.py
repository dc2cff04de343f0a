"""Child processes that never outlive us."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType
from typing import IO, NoReturn

_PATIENCE_SECONDS = 20


def dies_with_parent(with_signal: str) -> list[str]:
    """A prefix for a command line: the kernel sends it `with_signal` when we end, however we end.

    Empty where util-linux is missing; then only an orderly end reaches the child.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", with_signal, "--"] if setpriv else []


@contextlib.contextmanager
def command(*arguments: str, stdout: IO[bytes] | None, stderr: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Run `congbhyt …` as a child for as long as the block lasts."""
    line = [*dies_with_parent("TERM"), sys.executable, "-m", "congbhyt.commands", *arguments]
    child = subprocess.Popen(line, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def treat_termination_as_interrupt() -> None:
    """Let SIGTERM end this process as Ctrl-C does, with everything put away."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
