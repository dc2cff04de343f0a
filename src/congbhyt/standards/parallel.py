"""Many files checked, by one process or by several; the results come in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from itertools import chain, islice

from congbhyt.standards.checking import Checked, Settings, check_stream, found
from congbhyt.standards.fields import Fault
from congbhyt.standards.files import Opener, Source
from congbhyt.standards.findings import Place
from congbhyt.standards.loading import standards
from congbhyt.standards.reading.safe import UnreadableError

_WORTH_IT = 512 * 1024
"""Bytes to check below which starting processes takes longer than checking."""
MOST_PROCESSES = 60
"""Windows can wait for no more at once."""

Told = Callable[[int], object]


def processors() -> int:
    """How many processes this machine can really run side by side."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        count = os.cpu_count() or 1
    return min(count, MOST_PROCESSES)


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
        with closing(Desk(settings)) as desk:
            for source in chain(first, coming):
                yield source, desk.check(source, told)
        return
    from congbhyt.standards.processes import Pool

    standards()  # read once, before the processes inherit it
    with closing(Pool(settings, min(jobs, MOST_PROCESSES))) as pool:
        for source, checked in pool.check(chain(first, coming)):
            if told:
                told(source.size)
            yield source, checked


def faulted(fault: Fault) -> Checked:
    """The result of a file that could not be checked."""
    return Checked(findings=[found(fault[0], Place(), "", fault[1])])


class Desk:
    """Where one process checks its files."""

    def __init__(self, settings: Settings) -> None:
        """Check all files alike."""
        self._settings, self._opener = settings, Opener()

    def check(self, source: Source, told: Told | None = None) -> Checked:
        """The result of one file; nothing raises."""
        try:
            with self._opener.open(source, told) as stream:
                return check_stream(stream, self._settings)
        except UnreadableError as fault:
            return faulted((fault.rule, fault.facts))
        except Exception as failure:  # noqa: BLE001  # our own fault must not cost a hospital the other files
            return faulted(("file-crashed", {"failure": f"{type(failure).__name__}: {failure}"[:200]}))

    def close(self) -> None:
        """Let go of what is open."""
        self._opener.close()
