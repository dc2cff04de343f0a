"""Look inside a PDF: how many pages, whose check code, and nothing that acts on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    Reference,
    StreamObject,
)
from pyhanko.pdf_utils.xref import ObjStreamRef

from congbhyt.kernel.refusal import Refusal
from congbhyt.paper.bounded import BoundedReader
from congbhyt.paper.document import codes_in
from congbhyt.paper.refusals import (
    PaperAttachmentError,
    PaperBrokenError,
    PaperComplexError,
    PaperEncryptedError,
    PaperFormError,
    PaperMixedError,
    PaperPagesError,
    PaperScriptError,
)

PDF_START = b"%PDF-"
MOST_OBJECTS = 20_000
"""Objects outside of object streams; a letter of ten pages has some hundreds, a form with 400 rows two thousand."""

_REFUSED: dict[str, type[Refusal]] = {
    **dict.fromkeys(("JavaScript", "JS", "Launch", "SubmitForm", "ImportData", "GoToE", "Rendition"), PaperScriptError),
    **dict.fromkeys(
        ("EmbeddedFiles", "EmbeddedFile", "EF", "FileAttachment", "Collection", "RichMedia", "Movie", "Sound"),
        PaperAttachmentError,
    ),
    "XFA": PaperFormError,
}
"""Names (ISO 32000-2 §12.6, §7.11.4, §12.7.8) that no scan and no signed letter needs, wherever they stand."""

_TAIL = re.compile(rb"%%EOF[\s\0]*\Z")
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def judge_pdf(content: bytes, *, most_pages: int) -> tuple[int, tuple[str, ...]]:
    """Count pages and find the check codes of our making among the keywords.

    Raises:
        PaperMixedError: something stands behind its end.
        PaperEncryptedError, PaperComplexError, PaperPagesError, PaperScriptError, PaperAttachmentError,
        PaperFormError: as their names say.
        PaperBrokenError: it cannot be read; whatever the bytes are, nothing but a refusal comes out.
    """
    if not _TAIL.search(content, max(0, len(content) - 1024)):
        raise PaperMixedError("no end mark at the end") if b"%%EOF" in content else PaperBrokenError("no end mark")
    try:
        reader = BoundedReader(content)
        if "/Encrypt" in reader.trailer:
            raise PaperEncryptedError
        for name in _names_in(reader):
            if name in _REFUSED:
                raise _REFUSED[name](f"the name {name}")
        return _count_pages(reader, most_pages), _codes(reader)
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001  # a parser of hostile bytes fails in more ways than it names
        raise PaperBrokenError(type(error).__name__) from None


def _names_in(reader: BoundedReader) -> Iterator[str]:
    """Every name of the file without its slash: in objects by parsing, in object streams by their decoded text.

    Objects that an object stream holds are no streams, so all of their bytes are what they seem.
    """
    yield from _names_of(reader.trailer_view)
    packed_in: set[int] = set()
    for reference in _objects(reader):
        place = reader.xrefs[reference]
        if isinstance(place, ObjStreamRef):
            packed_in.add(place.obj_stream_id)
        elif place is not None:
            yield from _names_of(reader.object_at(reference))
    packed = [_object_stream(reader, number) for number in packed_in]
    for stream in packed:
        for name in _NAME.findall(stream.read_data(DecodePurpose.OBJECT_STREAM)):
            yield _ESCAPE.sub(lambda digits: bytes.fromhex(digits[1].decode()), name).decode("latin-1")


def _object_stream(reader: BoundedReader, number: int) -> StreamObject:
    found = reader.object_at(Reference(number, 0, reader))
    if not isinstance(found, StreamObject):
        raise PaperBrokenError("an object stream is no stream")
    return found


def _objects(reader: BoundedReader) -> set[Reference]:
    found: set[Reference] = set()
    for revision in range(reader.total_revisions):
        found |= reader.xrefs.explicit_refs_in_revision(revision)
        if len(found) > MOST_OBJECTS:
            raise PaperComplexError(f"more than {MOST_OBJECTS} objects")
    return found


def _names_of(value: PdfObject) -> Iterator[str]:
    """Names in `value` itself, keys too; what it refers to is an object of its own."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, NameObject):
            yield part[1:]
        elif isinstance(part, DictionaryObject):
            waiting += [*dict.keys(part), *dict.values(part)]
        elif isinstance(part, ArrayObject):
            waiting += list.__iter__(part)


def _count_pages(reader: BoundedReader, most: int) -> int:
    """Count the leaves of the page tree, because its `/Count` says what it likes."""
    waiting: list[PdfObject] = [reader.root.raw_get("/Pages")]
    seen: set[Reference] = set()
    pages = 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, IndirectObject):
            if node.reference in seen:
                raise PaperBrokenError("a page stands twice in the tree")
            seen.add(node.reference)
            node = reader.object_at(node.reference)
        if not isinstance(node, DictionaryObject):
            raise PaperBrokenError("a page is no dictionary")
        if "/Kids" in node:
            waiting += list.__iter__(node["/Kids"])
        else:
            pages += 1
        if pages > most:
            raise PaperPagesError(f"more than {most}", most=most)
    if not pages:
        raise PaperBrokenError("no page")
    return pages


def _codes(reader: BoundedReader) -> tuple[str, ...]:
    if "/Info" not in reader.trailer:
        return ()
    about = reader.trailer["/Info"]
    return codes_in(str(about.get("/Keywords", ""))) if isinstance(about, DictionaryObject) else ()
