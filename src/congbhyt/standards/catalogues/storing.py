"""Catalogues on disk: one file each, looked up without being taken apart.

The first line is a JSON header. Each line after it is a code, a tab and the code's rows as JSON, in the order of the
codes' bytes, so that a code is found by halving. Reading is one copy from disk; nothing is decoded but what is asked
for, and memory holds no more than the file.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from congbhyt.standards.catalogues.kinds import CODE, Kind, kinds
from congbhyt.standards.catalogues.refusals import (
    CatalogueDamagedError,
    CatalogueMissingError,
    CatalogueUnreadableError,
)

Entry = Mapping[str, str]
_FORMAT = 1
_ENDING = ".catalogue"
_LONGEST_HEADER = 100_000
_REMEMBERED = 16_384
"""So many codes that were asked for are kept; a hospital's records repeat few."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says: the kind, its columns without `code`, counts, and where it came from when (UTC)."""

    format: int
    kind: str
    columns: list[str]
    codes: int
    rows: int
    size: int
    source: str
    loaded: str


class Stored(Mapping[str, tuple[Entry, ...]]):
    """A catalogue in a file, by code; the file is read when the first code is asked for."""

    def __init__(self, path: Path) -> None:
        """Read the header of `path`.

        Raises:
            CatalogueDamagedError: it is no catalogue, or not all of one.
            CatalogueUnreadableError: it cannot be read.
        """
        self._path = path
        self._text = b""
        self._start = 0
        self._known: dict[str, tuple[Entry, ...]] = {}
        with self._reading(), path.open("rb") as file:
            self.header = self._judged(file.readline(_LONGEST_HEADER), os.fstat(file.fileno()).st_size)

    def __reduce__(self) -> tuple[type[Stored], tuple[Path]]:
        """Another process reads the file itself instead of being sent its content."""
        return Stored, (self._path,)

    @property
    def kind(self) -> str:
        """Which catalogue it is."""
        return self.header.kind

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            raise CatalogueUnreadableError(file=self._path, reason=failure.strerror or failure) from failure
        except (ValueError, TypeError) as strange:
            raise CatalogueDamagedError(file=self._path, kind=self._path.stem) from strange

    def _judged(self, first: bytes, size: int) -> Header:
        """The header in the first line of a file of so many bytes."""
        header = Header(**json.loads(first))
        if header.format != _FORMAT or header.kind != self._path.stem or len(first) + header.size != size:
            raise ValueError("no catalogue, or not all of one")
        return header

    def _content(self) -> bytes:
        if not self._text:
            with self._reading():
                text = self._path.read_bytes()
                self._start = text.index(b"\n") + 1
                self.header = self._judged(text[: self._start], len(text))  # it may have been replaced since
            self._text = text
        return self._text

    def __getitem__(self, code: str) -> tuple[Entry, ...]:
        if (known := self._known.get(code)) is None:
            known = self._found(code)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[code] = known
        if not known:
            raise KeyError(code)
        return known

    def _found(self, code: str) -> tuple[Entry, ...]:
        text, wanted = self._content(), code.encode("utf-8", "replace")
        low, high = self._start, len(text)
        with self._reading():
            while low < high:
                start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
                tab = text.index(b"\t", start)
                end = text.index(b"\n", tab)
                if (held := text[start:tab]) == wanted:
                    return tuple(self._entry(code, row) for row in json.loads(text[tab + 1 : end]))
                if held < wanted:
                    low = end + 1
                else:
                    high = start
        return ()

    def _entry(self, code: str, row: list[str]) -> Entry:
        cells = zip(self.header.columns, row, strict=True)
        return {CODE: code, **{name: cell for name, cell in cells if cell}}

    def __iter__(self) -> Iterator[str]:
        text = self._content()
        for line in text[self._start :].splitlines():
            yield line.partition(b"\t")[0].decode()

    def __len__(self) -> int:
        return self.header.codes


def stored(folder: Path) -> list[Stored]:
    """Every catalogue of the folder in the order of the kinds; none when there is no folder.

    Raises:
        CatalogueDamagedError: one of them is no catalogue, or not all of one.
        CatalogueUnreadableError: one of them cannot be read.
    """
    paths = (_path(folder, kind) for kind in kinds())
    return [Stored(path) for path in paths if path.is_file()]


def _path(folder: Path, kind: str) -> Path:
    return folder / f"{kind}{_ENDING}"


def store(folder: Path, kind: Kind, rows: Iterable[Entry], *, source: str, at: datetime) -> Stored:
    """Write a catalogue in place of the one before; whoever reads meanwhile has all of the old or all of the new.

    Raises:
        CatalogueUnreadableError: the folder or file cannot be written.
    """
    columns, count, lines = _lines(kind, rows)
    header = Header(
        _FORMAT, kind.name, columns, len(lines), count, sum(map(len, lines)), source, f"{at:%Y-%m-%dT%H:%MZ}"
    )
    path = _path(folder, kind.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(path, [_json(asdict(header)) + b"\n", *lines])
    except OSError as failure:
        raise CatalogueUnreadableError(file=path, reason=failure.strerror or failure) from failure
    return Stored(path)


def _json(value: Any) -> bytes:
    # Any: what JSON can hold.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _lines(kind: Kind, rows: Iterable[Entry]) -> tuple[list[str], int, list[bytes]]:
    """The columns that any row fills, how many different rows there are, and the lines."""
    held = list(rows)
    filled = set().union(*held)
    columns = [name for name in kind.columns if name in filled and name != CODE]
    grouped: dict[str, dict[tuple[str, ...], None]] = {}
    for row in held:
        grouped.setdefault(row[CODE], {})[tuple(row.get(name, "") for name in columns)] = None
    lines = [code.encode() + b"\t" + _json(list(cells)) + b"\n" for code, cells in grouped.items()]
    return columns, sum(map(len, grouped.values())), sorted(lines, key=lambda line: line.partition(b"\t")[0])


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # a temporary file is its owner's alone; a catalogue holds nothing secret
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def remove(folder: Path, kind: Kind) -> None:
    """Take a catalogue away; the rules that need it rest again.

    Raises:
        CatalogueMissingError: it is not there.
        CatalogueUnreadableError: it cannot be removed.
    """
    path = _path(folder, kind.name)
    try:
        path.unlink()
    except FileNotFoundError as missing:
        raise CatalogueMissingError(kind=kind.name, folder=folder) from missing
    except OSError as failure:
        raise CatalogueUnreadableError(file=path, reason=failure.strerror or failure) from failure
