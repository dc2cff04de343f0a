"""Read a stranger's PDF at a cost that its size bounds.

pyHanko bounds what streams unpack to, but believes the counts that a file names: with a cross-reference stream that
promises two thousand million entries, 347 bytes took 24 GB. So each reading step is counted, and so is each entry.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import xref
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget
from pyhanko.pdf_utils.generic import PdfObject, Reference, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from congbhyt.paper.refusals import PaperComplexError

MOST_ENTRIES = 200_000
"""Entries of all cross-reference streams of a file; a letter has some thousand at most."""
STEPS, STEPS_PER_BYTE, STEPS_PER_HEADER = 10_000_000, 10, 20
"""Steps of about half a microsecond that every file may take, more for each of its bytes, and what one object costs
that is walked past in an object stream. An ordinary file takes about one step per byte."""
UNPACKED = 64 * 1024 * 1024
"""Bytes that all streams which are read may unpack to; pages and their pictures are never unpacked."""


class Metered(io.BytesIO):
    """The file's bytes, which count how often they are read."""

    def __init__(self, content: bytes) -> None:
        """Take `content` and allow steps by its length."""
        super().__init__(content)
        self._steps = STEPS + STEPS_PER_BYTE * len(content)
        self._entries = MOST_ENTRIES

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as a file does.

        Raises:
            PaperComplexError: the file has taken all its steps.
        """
        self.charge(1)
        return super().read(size)

    def charge(self, steps: int, *, entries: int = 0) -> None:
        """Count what is read elsewhere on behalf of this file.

        Raises:
            PaperComplexError: that was too much.
        """
        self._steps -= max(0, steps)
        self._entries -= max(0, entries)
        if self._steps < 0 or self._entries < 0:
            raise PaperComplexError("more reading than the file's size explains")


class BoundedReader(PdfFileReader):
    """A PDF that is read with a meter.

    Not strict: Word writes hybrid references and scanners write sloppy ones, and all readers show both.
    """

    def __init__(self, content: bytes) -> None:
        """Read the cross-references of `content`.

        Raises:
            Exception: whatever a parser can raise; callers say what that means.
        """
        self._meter = Metered(content)
        budget = DocumentDecodeBudget(base_allowance=UNPACKED, max_ratio=0)
        super().__init__(self._meter, strict=False, decode_limits=DecodeLimits(document_budget=budget))

    def object_at(self, reference: Reference) -> PdfObject:
        """Read one object."""
        found: PdfObject = self.get_object(reference)  # type: ignore[no-untyped-call]  # the library types it nowhere
        return found

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        """Read an object out of an object stream: the library walks past all others that the stream says it has."""
        holder = self.object_at(Reference(stmnum, 0, self))
        if isinstance(holder, StreamObject):
            self._meter.charge(int(holder["/N"]) * STEPS_PER_HEADER)
        return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call]  # untyped there


def _counted(xref_stream: StreamObject, strict: bool = True) -> Iterator[xref.XRefEntry]:
    handler = xref_stream.get_container_ref().get_pdf_handler()  # type: ignore[no-untyped-call]  # untyped there
    if isinstance(handler, BoundedReader):
        sections = list(xref_stream.get("/Index", [0, xref_stream.get("/Size")]))
        handler.stream.charge(0, entries=sum(max(0, int(size)) for size in sections[1::2]))
    yield from _uncounted(xref_stream, strict)


# Its warnings quote whom a certificate names and what stands in a file, and logs hold no personal data.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

# The only place where the library can be told: it takes the entries from a function of its module.
_uncounted = xref.parse_xref_stream
xref.parse_xref_stream = _counted
