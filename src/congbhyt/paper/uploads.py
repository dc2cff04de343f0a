"""Judge an uploaded file by its content, never by its name: one clear thing, readable, and nothing that acts."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from congbhyt.kernel.refusal import Refusal
from congbhyt.paper.inside import PDF_START, judge_pdf
from congbhyt.paper.pictures import JPEG_START, PNG_START, judge_jpeg, judge_png
from congbhyt.paper.refusals import (
    PaperBrokenError,
    PaperEmptyError,
    PaperKindError,
    PaperMixedError,
    PaperTooLargeError,
)

_MEGABYTE = 1_000_000


class Kind(StrEnum):
    """What a file is; the value ends its name when it is given out again."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """What it is given out as."""
        return "application/pdf" if self is Kind.PDF else f"image/{self}"


_STARTS = {Kind.PDF: PDF_START, Kind.JPEG: JPEG_START, Kind.PNG: PNG_START}


@dataclass(frozen=True, slots=True)
class Upload:
    """What a taken file is.

    `sha256` is in hexadecimal digits, of all bytes. `check_codes` are those of our making that a PDF carries
    among its keywords, in groups of four: a hint which form it is, and no proof, because anybody can write them.
    """

    kind: Kind
    pages: int
    sha256: str
    check_codes: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The media type that the content has."""
        return self.kind.media_type


def judge(content: bytes, *, most_bytes: int, most_pages: int) -> Upload:
    """Say what `content` is, or refuse it; whatever the bytes are, nothing but a refusal is raised.

    Raises:
        PaperEmptyError: no byte.
        PaperTooLargeError: more than `most_bytes`.
        PaperKindError: neither PDF nor JPEG nor PNG from its very first byte.
        PaperMixedError: something else stands in or behind it, for example a ZIP.
        PaperPictureSizeError: a picture with too many pixels.
        PaperBrokenError: cut off or damaged.
        PaperEncryptedError, PaperPagesError, PaperScriptError, PaperAttachmentError, PaperFormError,
        PaperComplexError: a PDF that is locked, too long, not inert or too intricate.
    """
    if not content:
        raise PaperEmptyError
    if len(content) > most_bytes:
        raise PaperTooLargeError(f"{len(content)} bytes", most=most_bytes // _MEGABYTE or 1)
    kind = _kind(content)
    if _is_archive(content):
        raise PaperMixedError(f"{kind} and ZIP at once")
    digest = hashlib.sha256(content).hexdigest()
    if kind is Kind.PDF:
        pages, codes = judge_pdf(content, most_pages=most_pages)
        return Upload(kind, pages, digest, codes)
    _judge_picture(kind, content)
    return Upload(kind, 1, digest)


def _kind(content: bytes) -> Kind:
    """Readers look for a PDF's start in the first kilobyte; here it is the first byte, so that no other kind fits."""
    for kind, start in _STARTS.items():
        if content.startswith(start):
            return kind
    raise PaperKindError(f"begins with {content[:4].hex()}")


def _is_archive(content: bytes) -> bool:
    """Whether the file opens as ZIP too (DOCX, JAR, APK are such); ZIP is read from its end, so a PDF can be both."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.namelist())
    except zipfile.BadZipFile:
        return False
    except Exception:  # noqa: BLE001  # it has a ZIP's end, only a strange one
        return True


def _judge_picture(kind: Kind, content: bytes) -> None:
    try:
        (judge_jpeg if kind is Kind.JPEG else judge_png)(content)
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001  # a decoder of hostile bytes fails in more ways than it names
        raise PaperBrokenError(type(error).__name__) from None
