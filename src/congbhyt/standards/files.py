"""What there is to check below some paths: files, folders, ZIP archives; each with a name and a way to open it.

Names come from strangers, in archives more than anywhere: they are labels, nothing is ever written under them.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from congbhyt.standards.fields import Fault
from congbhyt.standards.reading.safe import MOST_BYTES, UnreadableError

MOST_MEMBERS = 20_000
"""An archive may have so many members: a large hospital's month of visits, each a file of its own."""
MOST_RATIO = 200
"""A member may be packed so many times; XML that repeats its tags reaches about 50, deflate at most 1,032."""
_MEGABYTE = 1024 * 1024
_SMALL = _MEGABYTE
"""Below so many bytes the ratio does not matter."""
_MOST_AT_ONCE = 4 * _MEGABYTE
"""`zipfile` reads an archive's list of members at once, so a longer list is refused before it fills the memory."""
_LONGEST_NAME = 200
_READ = {".xml", ".json"}
_ARCHIVE = ".zip"
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What `zipfile` raises for a damaged archive; RuntimeError also stands for a way of packing that it does not know."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to check: its name in reports, where it lies, its size in bytes (unpacked) as far as that is known.

    `member` counts the members of an archive from 0; -1 is the file itself. With a `fault` it cannot be read.
    """

    name: str
    path: Path
    size: int = 0
    member: int = -1
    fault: Fault | None = None


@dataclass
class Found:
    """Iterate it for the sources below `paths`, in a stable order; afterwards `skipped` counts what was left out.

    What is named explicitly is checked whatever its name is. In folders and archives only XML, JSON and (in folders)
    ZIP are; hidden files and folders are passed over without counting, links to folders are not followed.
    """

    paths: Sequence[Path]
    skipped: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[Source]:
        """Give the sources; the count of skipped files begins anew."""
        self.skipped = 0
        for path in self.paths:
            if _is_folder(path):
                yield from self._below(path)
            else:
                yield from self._file(path, archive=path.suffix.lower() == _ARCHIVE or _begins_as_archive(path))

    def _below(self, folder: Path) -> Iterator[Source]:
        # A list of what is still to do, not a recursion: folders may lie deeper than Python's stack.
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            if not _is_folder(path):
                yield from self._among_others(path)
                continue
            try:
                with os.scandir(path) as entries:
                    inside = sorted(entry.name for entry in entries if not _is_hidden(entry))
            except OSError as error:
                yield _unreadable(path, error)
                continue
            waiting += [path / name for name in reversed(inside)]

    def _among_others(self, path: Path) -> Iterator[Source]:
        kind = path.suffix.lower()
        if kind not in _READ | {_ARCHIVE} or _is_special(path):
            self.skipped += 1
            return
        yield from self._file(path, archive=kind == _ARCHIVE)

    def _file(self, path: Path, *, archive: bool) -> Iterator[Source]:
        try:
            size = path.stat().st_size
            if archive:
                yield from self._members(path)
            else:
                yield Source(_label(path), path, size)
        except OSError as error:
            yield _unreadable(path, error)
        except UnreadableError as fault:
            yield Source(_label(path), path, fault=(fault.rule, fault.facts))

    def _members(self, path: Path) -> Iterator[Source]:
        with open_archive(path) as archive:
            listed = archive.infolist()
        for number, member in enumerate(listed):
            kind = Path(member.filename).suffix.lower()
            if member.is_dir() or _is_rubbish(member.filename):
                continue
            name = f"{_label(path)}!/{_text(member.filename)[:_LONGEST_NAME]}"
            if kind == _ARCHIVE:
                yield Source(name, path, fault=("zip-nested", {}))
            elif kind not in _READ:
                self.skipped += 1
            else:
                yield Source(name, path, member.file_size, number, _fault_of(member))


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith("."):
        return True
    with suppress(OSError):
        return entry.is_symlink() and entry.is_dir()
    return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # reading it will say why


def _is_special(path: Path) -> bool:
    """Whether it is a pipe, a socket or a device: reading one might never end."""
    try:
        return path.exists() and not path.is_file()
    except OSError:
        return False


def _is_rubbish(name: str) -> bool:
    """Hidden files, and what macOS adds to archives."""
    return any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in name.split("/"))


def _label(path: Path) -> str:
    return _text(path.as_posix())


def _text(name: str) -> str:
    """A name as Unicode; bytes that are none are shown as the system's escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def _unreadable(path: Path, error: OSError) -> Source:
    return Source(_label(path), path, fault=("file-unreadable", {"reason": error.strerror or type(error).__name__}))


def _begins_as_archive(path: Path) -> bool:
    if _is_special(path):
        return False  # a pipe would lose what is read here
    try:
        with path.open("rb") as file:
            return file.read(4) in _MAGIC
    except OSError:
        return False


class _Cautious(io.BufferedReader):
    """An archive's file, which refuses the one read that would fill the memory: that of an endless list of members."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, unless it is too much at once.

        Raises:
            UnreadableError: it is.
        """
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > _MOST_AT_ONCE:
            raise UnreadableError("zip-members", most=MOST_MEMBERS)
        return super().read(size)


class Archive(zipfile.ZipFile):
    """A ZIP archive to read, whose file is closed with it."""

    def __init__(self, path: Path) -> None:
        self._file = _Cautious(io.FileIO(path))
        try:
            super().__init__(self._file)
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the archive and its file."""
        super().close()
        self._file.close()


def open_archive(path: Path) -> Archive:
    """Open an archive whose list of members is sane.

    Raises:
        OSError: the file cannot be read.
        UnreadableError: it is no archive, has too many members, or members that lie over one another.
    """
    try:
        archive = Archive(path)
    except _BROKEN_ARCHIVE as error:
        raise _broken(error) from error
    members = archive.infolist()
    fault = None
    if len(members) > MOST_MEMBERS:
        fault = UnreadableError("zip-members", most=MOST_MEMBERS)
    elif sum(member.compress_size for member in members) > path.stat().st_size:
        fault = UnreadableError("zip-broken", reason="members overlap")
    if fault:
        archive.close()
        raise fault
    return archive


def _broken(error: Exception) -> UnreadableError:
    return UnreadableError("zip-broken", reason=str(error)[:_LONGEST_NAME] or type(error).__name__)


def _fault_of(member: zipfile.ZipInfo) -> Fault | None:
    """What an archive's list says already: nothing of such a member needs to be unpacked."""
    if member.flag_bits & 1:
        return "zip-encrypted", {}
    if member.file_size > MOST_BYTES:
        return "file-large", {"most": MOST_BYTES // _MEGABYTE}
    if member.file_size > max(_SMALL, member.compress_size * MOST_RATIO):
        return "zip-ratio", {"most": MOST_RATIO}
    return None


class Bounded(io.RawIOBase):
    """A stream that gives at most MOST_BYTES and says with a rule why it cannot be read further; it closes nothing.

    `told` hears of every read how many bytes it gave (negative: it starts again), for a progress bar.
    """

    def __init__(self, stream: BinaryIO, told: Callable[[int], object] | None = None) -> None:
        super().__init__()
        self._stream, self._told, self._given = stream, told, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Back to where it is asked, which for readers of XML is the beginning."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go back; what was given counts anew."""
        self._tell(offset - self._given)
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes.

        Raises:
            UnreadableError: the file is too large, or the system or the archive refuses to go on.
        """
        try:
            chunk = self._stream.read(size)
        except OSError as error:
            raise UnreadableError("file-unreadable", reason=error.strerror or type(error).__name__) from error
        except _BROKEN_ARCHIVE as error:
            raise _broken(error) from error
        self._tell(len(chunk))
        if self._given > MOST_BYTES:
            raise UnreadableError("file-large", most=MOST_BYTES // _MEGABYTE)
        return chunk

    def _tell(self, count: int) -> None:
        self._given += count
        if self._told and count:
            self._told(count)


def bounded(stream: BinaryIO, told: Callable[[int], object] | None = None) -> BinaryIO:
    """`stream` with a bound, from its beginning; a pipe is first read into memory."""
    if not stream.seekable():
        stream = io.BytesIO(stream.read(MOST_BYTES + 1))
    return cast(BinaryIO, Bounded(stream, told))


class Opener:
    """Opens sources one after another; it keeps the archive of the last one open, for the next of its members."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._archive: Archive | None = None

    @contextmanager
    def open(self, source: Source, told: Callable[[int], object] | None = None) -> Iterator[BinaryIO]:
        """The source's content as a bounded stream, until the block ends.

        Raises:
            UnreadableError: it cannot be read; the rule says why.
        """
        if source.fault:
            rule, facts = source.fault
            raise UnreadableError(rule, **facts)
        try:
            stream = source.path.open("rb") if source.member < 0 else self._member(source)
        except OSError as error:
            raise UnreadableError("file-unreadable", reason=error.strerror or type(error).__name__) from error
        with stream:
            yield bounded(stream, told)

    def _member(self, source: Source) -> BinaryIO:
        if self._archive is None or self._path != source.path:
            self.close()
            self._archive, self._path = open_archive(source.path), source.path
        try:
            member = self._archive.infolist()[source.member]
            if member.file_size != source.size:
                raise UnreadableError("zip-broken", reason="the archive changed while it was checked")
            return cast(BinaryIO, self._archive.open(member))
        except (*_BROKEN_ARCHIVE, IndexError) as error:
            raise _broken(error) from error

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive:
            self._archive.close()
        self._archive = self._path = None


def named(paths: Iterable[str | Path]) -> Found:
    """What there is to check below `paths`."""
    return Found([Path(path) for path in paths])
