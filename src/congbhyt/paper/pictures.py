"""Judge scanned pictures: one JPEG or PNG from the first byte to the last, of a size that a page needs."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass

from PIL import JpegImagePlugin, PngImagePlugin

from congbhyt.paper.refusals import PaperBrokenError, PaperMixedError, PaperPictureSizeError

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 50_000_000
"""A4 at 600 dpi has 35 million, a telephone's largest usual picture 50 million; decoded they take up to 200 MB."""
MOST_SIDE = 20_000
MOST_SCANS = 64
"""A progressive JPEG has about ten scans; each costs a pass over all pixels, so thousands of them are an attack."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_MARKER_HERE = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_MARKER_AHEAD = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # without a plus: runs of 0xff would cost their square


@dataclass(frozen=True, slots=True)
class _Walked:
    """What the structure of a picture tells before a pixel is decoded; `end` is the place behind its last byte."""

    width: int
    height: int
    end: int


def judge_jpeg(content: bytes) -> None:
    """Decode a JPEG once.

    Behind its end may stand only what telephones put there: zeros, further JPEGs (multi-picture format, gain maps)
    and Samsung's trailer.

    Raises:
        PaperBrokenError: cut off or damaged.
        PaperMixedError: something else stands behind its end.
        PaperPictureSizeError: too many pixels.
    """
    walked = _walk_jpeg(content, 0)
    _check_size(walked)
    end = walked.end
    while content.startswith(JPEG_START, end):
        end = _walk_jpeg(content, end).end
    if content[end:].strip(b"\0") and not _is_samsung_trailer(content, end):
        raise PaperMixedError(f"{len(content) - end} bytes behind the picture")
    _decode(JpegImagePlugin.JpegImageFile(io.BytesIO(content)), walked)


def judge_png(content: bytes) -> None:
    """Decode a PNG once.

    Raises:
        PaperBrokenError: cut off, damaged or animated.
        PaperMixedError: something stands behind its end.
        PaperPictureSizeError: too many pixels.
    """
    walked = _walk_png(content)
    _check_size(walked)
    if walked.end != len(content):
        raise PaperMixedError(f"{len(content) - walked.end} bytes behind the picture")
    _decode(PngImagePlugin.PngImageFile(io.BytesIO(content)), walked)


def _check_size(walked: _Walked) -> None:
    """Refuse before anything is decoded: a few bytes can promise gigabytes of pixels."""
    if not (walked.width and walked.height):
        raise PaperBrokenError("a picture without pixels")
    if walked.width * walked.height > MOST_PIXELS or max(walked.width, walked.height) > MOST_SIDE:
        raise PaperPictureSizeError(f"{walked.width}x{walked.height}", most=MOST_PIXELS // 1_000_000)


def _decode(picture: JpegImagePlugin.JpegImageFile | PngImagePlugin.PngImageFile, walked: _Walked) -> None:
    if picture.size != (walked.width, walked.height):
        raise PaperBrokenError("two parts of the file name two sizes")
    # Every byte of a JPEG is read at an eighth of its size too, with a sixty-fourth of the memory.
    picture.draft("L", (walked.width // 8, walked.height // 8))
    picture.load()


def _walk_jpeg(content: bytes, start: int) -> _Walked:
    """Go from marker to marker (ITU-T T.81 Annex B) until the end of the picture that begins at `start`."""
    size: tuple[int, int] | None = None
    place, scans = start + 2, 0
    while True:
        found = _MARKER_AHEAD.search(content, place) if scans else _MARKER_HERE.match(content, place)
        if not found:
            raise PaperBrokenError("the picture ends before its end marker")
        marker, place = content[found.end() - 1], found.end()
        if marker == 0xD9:
            break
        if marker in _BARE:
            continue
        length = int.from_bytes(content[place : place + 2])
        if marker in _FRAMES:
            if size:
                raise PaperBrokenError("two frames in one picture")
            size = int.from_bytes(content[place + 5 : place + 7]), int.from_bytes(content[place + 3 : place + 5])
        scans += marker == 0xDA
        if length < 2 or scans > MOST_SCANS:
            raise PaperBrokenError(f"a segment of {length} bytes, {scans} scans")
        place += length
    if not size:
        raise PaperBrokenError("a picture without a frame")
    return _Walked(*size, place)


def _is_samsung_trailer(content: bytes, end: int) -> bool:
    """Whether blocks, their directory `SEFH` and `SEFT` fill the file from `end`, as Samsung's cameras append them."""
    if content[-4:] != b"SEFT":
        return False
    length = int.from_bytes(content[-8:-4], "little")
    directory = len(content) - 8 - length
    if directory < end or content[directory : directory + 4] != b"SEFH":
        return False
    count = int.from_bytes(content[directory + 8 : directory + 12], "little")
    if length != 12 + 12 * count:
        return False
    entries = [content[place : place + 12] for place in range(directory + 12, len(content) - 8, 12)]
    back = max((int.from_bytes(entry[4:8], "little") for entry in entries), default=0)
    sizes = sum(int.from_bytes(entry[8:12], "little") for entry in entries)
    return back == sizes == directory - end


def _walk_png(content: bytes) -> _Walked:
    """Go from chunk to chunk (ISO/IEC 15948 §5) until IEND, with each checksum."""
    place, size, data = len(PNG_START), (0, 0), False
    while True:
        length, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        body, sums = content[place + 8 : place + 8 + length], content[place + 8 + length : place + 12 + length]
        if len(sums) != 4 or zlib.crc32(name + body) != int.from_bytes(sums):
            raise PaperBrokenError("a chunk is cut off or damaged")
        if (name == b"IHDR") != (place == len(PNG_START)) or name == b"acTL":
            raise PaperBrokenError("no picture header, two of them, or moving pictures")
        if name == b"IHDR":
            size = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
        data = data or name == b"IDAT"
        place += 12 + length
        if name == b"IEND":
            break
    if not data:
        raise PaperBrokenError("a picture without data")
    return _Walked(*size, place)
