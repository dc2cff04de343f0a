"""Streaming import of cards and visits: read ahead in one thread, upsert batch by batch in the other.

A file is a delta: its rows are upserted, nothing is deleted by absence, and running it again changes
nothing. A batch is one transaction. What one row alone makes impossible is found while reading; what
other rows make impossible is found in the database before it can break the batch.
"""

from __future__ import annotations

import contextlib
import csv
import os
import queue
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import transaction

from congbhyt.audit import actions as audit
from congbhyt.insured import upserts
from congbhyt.insured.batches import BOM, Batch, Parsing
from congbhyt.insured.fields import REASONS
from congbhyt.insured.formats import CARDS, VISITS
from congbhyt.insured.refusals import FileBrokenError, FileEmptyError, FileUnusableError, ImportStoppedError
from congbhyt.insured.rows import Fault, Format
from congbhyt.insured.storing import store
from congbhyt.insured.streams import BrokenStreamError, Source, reading
from congbhyt.kernel.refusal import Refusal

_READ_AHEAD = 1
REJECTS_HEADER = ("line", "field", "code", "reason", "value")

Progress = Callable[[int], None]
Lines = Iterator[bytes | None]


@dataclass
class Report:
    """What an import did; counts are rows of the file, except those named after a table's rows."""

    rejects: Path
    rows: int = 0
    rejected: int = 0
    last_line: int = 0
    unknown_columns: list[str] = field(default_factory=list)
    stored: Counter[str] = field(default_factory=Counter)
    sha256: str = ""

    @property
    def accepted(self) -> int:
        """Rows that are in the database now."""
        return self.rows - self.rejected


def import_cards(
    path: Path, *, by: str, at: datetime, rejects: Path | None = None, progress: Progress | None = None
) -> Report:
    """Upsert persons and cards from a CSV file (docs/guides/import.md).

    `rejects` is where rejected rows are explained, by default beside the file. `progress` is told how
    many more bytes of the file were read, from another thread.

    Raises:
        FileUnusableError: a file cannot be read or written.
        FileEmptyError, FileEncodingError, HeaderError: nothing was imported.
        FileBrokenError, ImportStoppedError: the batches before that are kept.
    """
    return _import(CARDS, path, by=by, at=at, rejects=rejects, progress=progress)


def import_visits(
    path: Path, *, by: str, at: datetime, rejects: Path | None = None, progress: Progress | None = None
) -> Report:
    """Upsert visits from a CSV file; as `import_cards`, and the persons must be held already."""
    return _import(VISITS, path, by=by, at=at, rejects=rejects, progress=progress)


def _import(
    form: Format, path: Path, *, by: str, at: datetime, rejects: Path | None, progress: Progress | None
) -> Report:
    report = Report(rejects or path.with_name(path.name + ".rejects.csv"))
    if report.rejects.absolute() == path.absolute():
        raise FileUnusableError("the rejects file would replace the file itself", name=path.name)
    outcome = "done"
    refusal: Refusal | None = None
    with reading(path, progress or (lambda _: None)) as source, _Rejects(report.rejects) as rejected:
        parsing, lines = _begin(form, source, path.name, report)
        try:
            _store_all(upserts.plan(form, parsing.header), parsing, lines, report, rejected)
        except KeyboardInterrupt:
            outcome, refusal = "stopped", ImportStoppedError(stored=report.accepted)
        except BrokenStreamError as broken:
            outcome, refusal = "broken", FileBrokenError(str(broken), name=path.name, line=report.last_line)
        report.sha256 = source.sha256
    _record(form, path, report, outcome, by=by, at=at)
    if refusal:
        raise refusal
    return report


def _record(form: Format, path: Path, report: Report, outcome: str, *, by: str, at: datetime) -> None:
    """Leave the audit entry of a run that stored what it could."""
    with transaction.atomic():
        audit.record(
            f"insured:{form.name}:import",
            by=by,
            at=at,
            object=f"file:{path.name}"[:80],
            outcome=outcome,
            details={
                "sha256": report.sha256,
                "rows": report.rows,
                "rejected": report.rejected,
                **report.stored,
            },
        )


def _begin(form: Format, source: Source, name: str, report: Report) -> tuple[Parsing, Lines]:
    """Read the header and get ready for the rows below it."""
    lines = source.lines()
    try:
        first = next(((number, line) for number, line in enumerate(lines, 1) if line is None or line.strip()), None)
    except BrokenStreamError as broken:
        raise FileBrokenError(str(broken), name=name, line=0) from broken
    if first is None or first[1] == BOM:
        raise FileEmptyError(name=name)
    number, line = first
    parsing = Parsing(form, line, number, name, settings.KEYS)
    known = {column.name for column in form.columns}
    report.unknown_columns = [column for column in parsing.header if column not in known]
    return parsing, lines


def _store_all(plan: upserts.Plan, parsing: Parsing, lines: Lines, report: Report, rejected: _Rejects) -> None:
    with contextlib.closing(_ahead(parsing.batches(lines))) as batches:
        for batch in batches:
            faults = batch.faults + store(plan, batch, report.stored)
            rejected.write(sorted(faults, key=lambda found: found[0]))
            report.rows += len(batch.rows) + batch.rejected
            report.rejected += len({line for line, _ in faults})
            report.last_line = batch.last_line


def _ahead(batches: Iterator[Batch]) -> Generator[Batch, None, None]:
    """Produce batches in a thread, a few ahead of their use; closing stops it."""
    ready: queue.Queue[Batch | BaseException | None] = queue.Queue(_READ_AHEAD)
    stopped = threading.Event()

    def produce() -> None:
        last: BaseException | None = None
        try:
            for batch in batches:
                ready.put(batch)
                if stopped.is_set():
                    return
        except Exception as trouble:  # noqa: BLE001  # raised again where the batches are used
            last = trouble
        ready.put(last)

    thread = threading.Thread(target=produce, name="import-reader", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        while thread.is_alive():
            with contextlib.suppress(queue.Empty):
                ready.get(timeout=0.05)


class _Rejects:
    """The file that explains rejected rows; it exists only when there are any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
        else:
            _remove_earlier(self._path)

    def write(self, faults: list[tuple[int, Fault]]) -> None:
        """Add one line for each fault.

        Raises:
            FileUnusableError: the file cannot be written.
        """
        if not faults:
            return
        try:
            if self._file is None:
                self._file = self._open()
            rows = [(line, f.field, f.code, REASONS[f.code], _harmless(f.value)) for line, f in faults]
            csv.writer(self._file, lineterminator="\n").writerows(rows)
            self._file.flush()
        except OSError as trouble:
            raise FileUnusableError(type(trouble).__name__, name=self._path.name) from trouble

    def _open(self) -> TextIO:
        """Names and numbers of people stand in it, so only its owner may read it."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
        csv.writer(file, lineterminator="\n").writerow(REJECTS_HEADER)
        return file


def _remove_earlier(path: Path) -> None:
    """Remove the rejects of an earlier run, which would read as those of this one."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        with path.open(encoding="utf-8") as file:
            ours = file.readline(200).strip() == ",".join(REJECTS_HEADER)
        if ours:
            path.unlink()


def _harmless(value: str) -> str:
    """`value` so that it stays in its line and no spreadsheet takes it for a formula."""
    visible = "".join(letter if letter.isprintable() else "?" for letter in value)
    return f"'{visible}" if visible[:1] in ("=", "+", "-", "@") else visible
