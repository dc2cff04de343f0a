"""Bytes in and out of plain, .gz and .zst files: counted, hashed, never more than a little in memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import zstandard

from congbhyt.insured.refusals import FileUnusableError

LONGEST_LINE = 65_536
"""Bytes of a line; a longer one is no row of ours."""
_CHUNK = 1 << 18
_ZSTD_SIP = 1024
"""Compressed bytes taken at once: even a bomb then gives at most about 32 MB."""


class BrokenStreamError(Exception):
    """Compressed data that ends too early or is damaged."""


class Source:
    """A file read once from its beginning; what it holds is told by its first bytes, not its name.

    `sha256` is of the bytes of the file that were read: of all once the lines are used up.
    """

    def __init__(self, file: io.BufferedReader, advanced: Callable[[int], None]) -> None:
        self._file = file
        self._advanced = advanced
        self._hash = hashlib.sha256()
        self._start = file.peek(4)[:4]

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of what was read so far."""
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Read as a file does, counting and hashing; `advanced` gets the number of bytes."""
        try:
            data = self._file.read(size)
        except OSError as trouble:
            raise BrokenStreamError(type(trouble).__name__) from trouble
        self._hash.update(data)
        self._advanced(len(data))
        return data

    def lines(self) -> Iterator[bytes | None]:
        """Each line without its end; None for one that is longer than LONGEST_LINE.

        Raises:
            BrokenStreamError: compressed data that ends too early or is damaged.
        """
        return _lines(self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        if self._start[:2] == b"\x1f\x8b":
            return _gunzipped(self)
        if self._start == b"\x28\xb5\x2f\xfd":
            return _unzstd(self)
        return iter(lambda: self.read(_CHUNK), b"")


@contextmanager
def reading(path: Path, advanced: Callable[[int], None]) -> Iterator[Source]:
    """Open `path`; `advanced` is told how many more bytes of the file were read.

    Raises:
        FileUnusableError: it cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as trouble:
        raise FileUnusableError(type(trouble).__name__, name=path.name) from trouble
    with file:
        yield Source(file, advanced)


def _gunzipped(source: Source) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=source) as stream:  # type: ignore[call-overload]  # needs only read()
            while chunk := stream.read1(_CHUNK):  # unlike read, keeps what came before a fault
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
        raise BrokenStreamError(type(broken).__name__) from broken


def _unzstd(source: Source) -> Iterator[bytes]:
    """Frame after frame: the library's own reader takes a file that was cut off for a whole one."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    frame, inside = decompressor.decompressobj(), False
    try:
        while sip := source.read(_ZSTD_SIP):
            while sip:
                inside = True
                yield frame.decompress(sip)
                sip = frame.unused_data if frame.eof else b""
                if frame.eof:
                    frame, inside = decompressor.decompressobj(), False
    except zstandard.ZstdError as broken:
        raise BrokenStreamError("ZstdError") from broken
    if inside:
        raise BrokenStreamError("the last frame is not complete")


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    rest, skipping = b"", False
    for chunk in chunks:
        pieces = (rest + chunk).split(b"\n")
        rest = pieces.pop()
        for piece in pieces:
            yield None if skipping or len(piece) > LONGEST_LINE else piece.removesuffix(b"\r")
            skipping = False
        if len(rest) > LONGEST_LINE:
            rest, skipping = b"", True
    if skipping:
        yield None
    elif rest:
        yield rest.removesuffix(b"\r")


class Sink(Protocol):
    """What an export writes to."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""


class _Hashed(io.RawIOBase):
    """Writes through to a file and hashes what lands there."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.file = file
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        raw = bytes(data)  # type: ignore[call-overload]  # any buffer
        self.hash.update(raw)
        return self.file.write(raw)


class Target:
    """A file under construction: it takes its name only when `keep` is called."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._stack = ExitStack()
        self._hashed = _Hashed(self._stack.enter_context(os.fdopen(descriptor, "wb")))
        self.sink: Sink = _compressing(path, self._hashed, self._stack)

    def finish(self) -> str:
        """Write out everything; the SHA-256 of the file's bytes, hexadecimal."""
        self._stack.close()
        return self._hashed.hash.hexdigest()

    def keep(self) -> None:
        """Give the finished file its name, replacing one that has it."""
        self._partial.replace(self._path)

    def drop(self) -> None:
        """Leave nothing behind, unless `keep` was called."""
        self._stack.close()
        self._partial.unlink(missing_ok=True)


def _compressing(path: Path, hashed: _Hashed, stack: ExitStack) -> Sink:
    """Compress by the name's ending; the time is left out, so that equal content gives equal bytes."""
    if path.suffix == ".gz":
        return stack.enter_context(gzip.GzipFile(fileobj=hashed, mode="wb", filename="", mtime=0))
    if path.suffix == ".zst":
        return stack.enter_context(zstandard.ZstdCompressor().stream_writer(cast(BinaryIO, hashed), closefd=False))
    return hashed


@contextmanager
def writing(path: Path) -> Iterator[Target]:
    """Provide a file under construction; without `keep`, or after an exception, nothing is left of it.

    Raises:
        FileUnusableError: it cannot be written.
    """
    try:
        target = Target(path)
        try:
            yield target
        finally:
            target.drop()
    except OSError as trouble:
        raise FileUnusableError(type(trouble).__name__, name=path.name) from trouble
