"""An XLSX file judged before anything interprets it: it is a ZIP archive of XML that a stranger made."""

from __future__ import annotations

import io
import re
from typing import IO, Literal
from zipfile import ZipFile, ZipInfo

from congbhyt.kernel.refusal import Refusal
from congbhyt.spreadsheets.refusals import (
    SheetActiveError,
    SheetBrokenError,
    SheetEncryptedError,
    SheetKindError,
    SheetTooLargeError,
)

MOST_BYTES = 20 * 1024 * 1024
"""Uncompressed, all members together: a list of some thousand people needs a twentieth of it."""
MOST_MEMBERS = 500
MOST_RATIO = 100
RATIO_FROM_BYTES = 1024 * 1024
"""Small files may be as regular as they like; a template with empty rows is."""
MOST_TAGS = 600_000
"""In one member: each becomes an object of some hundred bytes in memory."""
MOST_READ = 10 * MOST_BYTES
"""All readings together: many sheets may name one member."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_NEEDED = ("[Content_Types].xml", "xl/workbook.xml")
_ACTIVE = re.compile(
    r"vbaproject\.bin$|^xl/(?:externallinks|macrosheets|activex|embeddings|querytables|connections\.xml)",
    re.IGNORECASE,
)
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_KNOWN_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii"}
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Archive(ZipFile):
    """A ZIP archive whose every member is judged when it is opened, whoever opens it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._read_so_far = 0

    def open(
        self,
        name: str | ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """A member's bytes, all in memory.

        Raises:
            SheetTooLargeError: too much was read already.
            SheetBrokenError: no XML as spreadsheets write it.
        """
        member = name if isinstance(name, ZipInfo) else self.getinfo(name)
        self._read_so_far += member.file_size
        if self._read_so_far > MOST_READ:
            raise SheetTooLargeError("members are read again and again")
        with super().open(member, mode, pwd, force_zip64=force_zip64) as part:
            content = part.read(member.file_size + 1)  # bounded: an unbounded read inflates past the declared size
        _judge_xml(content)
        return io.BytesIO(content)


def open_archive(content: bytes) -> Archive:
    """The archive in `content`, if it is a spreadsheet without anything that runs, fetches or explodes.

    Raises:
        SheetKindError: another kind of file.
        SheetEncryptedError: it needs a password.
        SheetActiveError: macros or links.
        SheetTooLargeError: too large, or would be.
        SheetBrokenError: cut short, or no archive after all.
    """
    if content.startswith(_OLE):
        raise SheetEncryptedError() if _ENCRYPTED_PACKAGE in content else SheetKindError("an OLE file")
    if not content.startswith(b"PK\x03\x04"):
        raise SheetKindError("no ZIP archive")
    if len(content) > MOST_BYTES:
        raise SheetTooLargeError(f"{len(content)} bytes")
    try:
        archive = Archive(content)
        _judge(archive.infolist(), len(content))
    except Refusal:
        raise
    except Exception as broken:  # whatever zipfile stumbles over in a stranger's bytes
        raise SheetBrokenError(type(broken).__name__) from broken
    return archive


def _judge(members: list[ZipInfo], compressed: int) -> None:
    names = [member.filename for member in members]
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or total > MOST_BYTES:
        raise SheetTooLargeError(f"{len(members)} members, {total} bytes")
    if total > RATIO_FROM_BYTES and total > MOST_RATIO * compressed:
        raise SheetTooLargeError(f"{total} bytes out of {compressed}")
    if any(member.flag_bits & 1 for member in members):
        raise SheetEncryptedError()
    if any(_ACTIVE.search(name) for name in names):
        raise SheetActiveError()
    if len(set(names)) != len(names):
        raise SheetBrokenError("two members of one name")
    if not set(_NEEDED) <= set(names):
        raise SheetKindError("no workbook within")


def _judge_xml(content: bytes) -> None:
    """Let pass what spreadsheet programs write: plain UTF-8 or UTF-16, no document type, so no entities."""
    plain = content.replace(b"\0", b"")
    for mark in _MARKS:
        plain = plain.removeprefix(mark)
    declared = _ENCODING.match(plain[:300])
    if not plain.lstrip().startswith(b"<") or (declared and declared[1].lower() not in _KNOWN_ENCODINGS):
        raise SheetBrokenError("no XML in a usual encoding")
    if b"<!" in plain and re.search(rb"<!(?:DOCTYPE|ENTITY)", plain, re.IGNORECASE):
        raise SheetBrokenError("XML with a document type")
    if plain.count(b"<") > MOST_TAGS:
        raise SheetTooLargeError("too many cells")
