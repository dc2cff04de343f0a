"""Several processes that check files side by side.

The pools of the standard library end as a whole when one of their processes dies. Here a file that kills its process
costs one finding and a new process.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from congbhyt.standards.checking import Checked, Settings
from congbhyt.standards.files import Source
from congbhyt.standards.parallel import Desk, faulted

_AHEAD = 8
"""So many files per process may be checked before an earlier one is done; memory holds no more results."""
_PATIENCE_SECONDS = 5
_FORKS = sys.platform == "linux"
"""A forked process has rules and catalogues already; elsewhere forking is unsafe or unknown."""


def _work(pipe: Connection, others: Sequence[Connection], settings: Settings) -> None:
    """Check what comes through the pipe until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the first process ends the others
    for other in others:
        other.close()  # an inherited end would keep a pipe open after the first process is gone
    with closing(Desk(settings)) as desk, suppress(EOFError, OSError):
        while True:
            pipe.send(desk.check(pipe.recv()))


@dataclass(slots=True)
class _Worker:
    """A process, our end of its pipe, and the number and source that it is checking."""

    process: BaseProcess
    pipe: Connection
    number: int = -1
    source: Source | None = None


class Pool:
    """Processes that check files, each one at a time."""

    def __init__(self, settings: Settings, jobs: int) -> None:
        self._settings, self._jobs = settings, jobs
        self._context: BaseContext = multiprocessing.get_context("fork" if _FORKS else "spawn")
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._done: dict[int, tuple[Source, Checked]] = {}

    def check(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Checked]]:
        """The results in the order of the sources."""
        coming = enumerate(sources)
        given = handed = 0
        more = True
        while more or given < handed:
            while more and self._has_room() and handed - given < _AHEAD * self._jobs:
                number, source = next(coming, (-1, None))
                if source is None:
                    more = False
                else:
                    self._hand(number, source)
                    handed += 1
            if given < handed and given not in self._done:
                self._take()
            while given in self._done:
                yield self._done.pop(given)
                given += 1

    def _has_room(self) -> bool:
        return bool(self._idle) or len(self._workers) < self._jobs

    def _hand(self, number: int, source: Source) -> None:
        worker = self._idle.pop() if self._idle else self._start()
        worker.number, worker.source = number, source
        with suppress(OSError):  # it died while idle: taking its answer will show it
            worker.pipe.send(source)

    def _start(self) -> _Worker:
        ours, theirs = multiprocessing.Pipe()
        others = [ours, *(worker.pipe for worker in self._workers)] if _FORKS else []
        process = self._context.Process(target=_work, args=(theirs, others, self._settings), daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _take(self) -> None:
        """Wait until somebody is done, and note the result; whoever died leaves a finding."""
        busy = {worker.pipe: worker for worker in self._workers if worker.source}
        for pipe in wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            assert worker.source is not None  # noqa: S101  # only busy ones were asked
            try:
                checked: Checked = worker.pipe.recv()
                self._idle.append(worker)
            except (EOFError, OSError):
                checked = faulted(("file-crashed", {"failure": self._bury(worker)}))
            self._done[worker.number] = worker.source, checked
            worker.source = None

    def _bury(self, worker: _Worker) -> str:
        worker.pipe.close()
        worker.process.join(_PATIENCE_SECONDS)
        self._workers.remove(worker)
        return f"the process ended with {worker.process.exitcode}"

    def close(self) -> None:
        """End every process: idle ones leave by themselves, the others are killed."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.source:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(_PATIENCE_SECONDS)
            if worker.process.exitcode is None:
                worker.process.kill()
                worker.process.join()
        self._workers.clear()
