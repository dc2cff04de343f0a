"""Lines of a file into batches of validated rows, ready for COPY."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from congbhyt.insured.fields import NULL
from congbhyt.insured.refusals import FileEncodingError, HeaderError
from congbhyt.insured.rows import Fault, Format, RowReader, Seal, WrongRowError
from congbhyt.insured.streams import BrokenStreamError
from congbhyt.kernel.keyring import KeyRing

BATCH_ROWS = 20_000
_BATCH_BYTES = 8_000_000
BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row as COPY texts: the owner's columns and the others, joined by tabs."""

    line: int
    social_number: str
    owner: str
    rest: str


@dataclass
class Batch:
    """Rows of one transaction, what was rejected among them, and what concerns people who may be new.

    `claims` are COPY rows of what the rows claim (number, CCCD digest); `contested` are the
    people whose rows another row of the batch touches or contradicts.
    """

    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    rejected: int = 0
    bytes: int = 0
    last_line: int = 0
    claims: list[str] = field(default_factory=list)
    contested: set[str] = field(default_factory=set)
    _owners: dict[str, str] = field(default_factory=dict)
    _claimants: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a row that is right in itself."""
        self.rows.append(row)
        self.bytes += len(row.owner) + len(row.rest)

    def claim(self, row: Row, digest: str, key: str) -> None:
        """Note what a row that may bring a new person claims."""
        social_number = row.social_number
        self.claims.append(f"{social_number}\t{digest}")
        if self._owners.setdefault(social_number, row.owner) != row.owner:
            self.contested.add(social_number)
        if digest != NULL and (holder := self._claimants.setdefault(digest, social_number)) != social_number:
            self.contested.update((holder, social_number))
        if key in self._claimants:
            self.contested.update((self._claimants[key], social_number))
        self._claimants[key] = social_number

    def is_full(self) -> bool:
        """Whether it is time for the next transaction."""
        return len(self.rows) + len(self.faults) >= BATCH_ROWS or self.bytes >= _BATCH_BYTES


class Parsing:
    """Lines into batches of COPY rows."""

    def __init__(self, form: Format, line: bytes | None, number: int, name: str, keys: KeyRing) -> None:
        """Read the header row `line`, the file's line `number`.

        Raises:
            FileEncodingError: it is no UTF-8 text.
            HeaderError: a column is missing or stands twice.
        """
        try:
            text = (line or b"").removeprefix(BOM).decode()
        except UnicodeDecodeError as wrong:
            raise FileEncodingError(name=name) from wrong
        self.delimiter = ";" if text.count(";") > text.count(",") else ","
        self.header = _header(form, text, self.delimiter, name)
        self._form = form
        self._reader = RowReader(form, self.header, _sealer(keys))
        self._line = number

    def batches(self, lines: Iterator[bytes | None]) -> Iterator[Batch]:
        """Cut the lines into batches; what was read before a fault of the stream still comes."""
        batch = Batch()
        try:
            for line in lines:
                self._line += 1
                self._take(batch, line)
                if batch.is_full():
                    yield batch
                    batch = Batch()
        except BrokenStreamError:
            yield batch
            raise
        yield batch

    def _take(self, batch: Batch, line: bytes | None) -> None:
        batch.last_line = self._line
        try:
            fields = self._fields(line)
            if fields is None:
                return
            values = self._reader.read(fields)
        except WrongRowError as wrong:
            batch.faults.extend((self._line, fault) for fault in wrong.faults)
            batch.rejected += 1
            return
        width = self._form.owner_width
        row = Row(self._line, values[0], "\t".join(values[:width]), "\t".join(values[width:]))
        batch.add(row)
        if self._form.brings_people:
            batch.claim(row, values[1].partition("\t")[2], f"{values[width]}\t{values[width + 1]}")

    def _fields(self, line: bytes | None) -> list[str] | None:
        """The fields of a line; None for a blank one.

        A row is one line: a quote that somebody forgot to close then costs one row, not the file.
        """
        if line is None:
            raise WrongRowError(Fault("", "LINE_TOO_LONG"))
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise WrongRowError(Fault("", "NOT_UTF8")) from None
        if '"' not in text:
            return text.split(self.delimiter) if text and not text.isspace() else None
        try:
            return next(csv.reader([text], delimiter=self.delimiter, strict=True))
        except csv.Error:
            raise WrongRowError(Fault("", "QUOTES")) from None


def _header(form: Format, text: str, delimiter: str, name: str) -> list[str]:
    """The column names, trimmed and in lower case.

    Raises:
        HeaderError: a column is missing or stands twice.
    """
    try:
        header = [column.strip().lower() for column in next(csv.reader([text], delimiter=delimiter), [])]
    except csv.Error as wrong:
        raise HeaderError(str(wrong), name=name, trouble="không phải là CSV") from wrong
    missing = [column.name for column in form.columns if column.required and column.name not in header]
    if missing:
        raise HeaderError(name=name, trouble=f"thiếu cột {', '.join(missing)}")
    twice = [column.name for column in form.columns if header.count(column.name) > 1]
    if twice:
        raise HeaderError(name=name, trouble=f"cột {', '.join(twice)} có hai lần")
    return header


def _sealer(keys: KeyRing) -> Seal:
    """Ciphertext and digest of a CCCD as COPY writes two bytea columns.

    The rows of one person usually stand together; sealing once keeps them equal.
    """

    @lru_cache(maxsize=1024)
    def seal(number: str) -> str:
        return f"\\\\x{keys.seal(number).hex()}\t\\\\x{keys.digest(number).hex()}"

    return seal
