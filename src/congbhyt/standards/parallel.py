"""Many files checked by several processes; the results come in the order of the files, whoever is faster.

The pools of the standard library end as a whole when one of their processes dies. Here a file that kills its process
costs one finding and a new process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from congbhyt.standards.checking import Checked, Settings, check_stream, found
from congbhyt.standards.fields import Fault
from congbhyt.standards.files import Opener, Source
from congbhyt.standards.findings import Place
from congbhyt.standards.loading import standards
from congbhyt.standards.reading.safe import UnreadableError

_AHEAD = 8
"""So many files per process may be checked before an earlier one is done; memory holds no more results."""
_WORTH_IT = 512 * 1024
"""Bytes to check below which starting processes takes longer than checking."""
_MOST_PROCESSES = 60
"""Windows can wait for no more at once."""
_PATIENCE_SECONDS = 5
_FORKS = sys.platform == "linux"
"""A forked process has rules and catalogues already; elsewhere forking is unsafe or unknown."""

Told = Callable[[int], object]


def processors() -> int:
    """How many processes this machine can really run side by side."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        count = os.cpu_count() or 1
    return min(count, _MOST_PROCESSES)


def check_sources(
    sources: Iterable[Source], settings: Settings, jobs: int = 1, told: Told | None = None
) -> Generator[tuple[Source, Checked], None, None]:
    """Check every source and give the results in their order; `told` hears how many bytes were read.

    One process checks what is small or alone. Closing the iteration, or an exception in it, ends all processes.
    """
    coming = iter(sources)
    first = list(islice(coming, max(2, jobs)))
    small = len(first) < max(2, jobs) and sum(source.size for source in first) < _WORTH_IT
    if jobs < 2 or len(first) < 2 or small:  # one job or one file
        with closing(_Desk(settings)) as desk:
            for source in chain(first, coming):
                yield source, desk.check(source, told)
        return
    standards()  # read once, before the processes inherit it
    with closing(_Pool(settings, min(jobs, _MOST_PROCESSES))) as pool:
        for source, checked in pool.check(chain(first, coming)):
            if told:
                told(source.size)
            yield source, checked


def faulted(fault: Fault) -> Checked:
    """The result of a file that could not be checked."""
    return Checked(findings=[found(fault[0], Place(), "", fault[1])])


class _Desk:
    """Where one process checks its files."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._opener = settings, Opener()

    def check(self, source: Source, told: Told | None = None) -> Checked:
        try:
            with self._opener.open(source, told) as stream:
                return check_stream(stream, self._settings)
        except UnreadableError as fault:
            return faulted((fault.rule, fault.facts))
        except Exception as failure:  # noqa: BLE001  # our own fault must not cost a hospital the other files
            return faulted(("file-crashed", {"failure": f"{type(failure).__name__}: {failure}"[:200]}))

    def close(self) -> None:
        self._opener.close()


def _work(pipe: Connection, others: Sequence[Connection], settings: Settings) -> None:
    """Check what comes through the pipe until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the first process ends the others
    for other in others:
        other.close()  # an inherited end would keep a pipe open after the first process is gone
    with closing(_Desk(settings)) as desk, suppress(EOFError, OSError):
        while True:
            pipe.send(desk.check(pipe.recv()))


@dataclass(slots=True)
class _Worker:
    """A process, our end of its pipe, and the number and source that it is checking."""

    process: BaseProcess
    pipe: Connection
    number: int = -1
    source: Source | None = None


class _Pool:
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
        self._workers.clear()
