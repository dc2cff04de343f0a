"""XML as strangers send it: no DTD, no entities, bounded size; a fault is an exception that names its rule."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from lxml import etree

MOST_BYTES = 100 * 1024 * 1024
"""A file may have so many bytes: the largest upload seen in a vendor's tool."""
MOST_TAGS = 600_000
"""The documents of a record may have so many `<`: a thousand lines have about a hundred thousand. An attribute counts
for two, because it takes as much memory as an element, which usually has two."""
LONGEST_TAG = 8_192
"""One tag may have so many bytes: its namespace is copied with the name of each element below it."""
_HEAD = _PIECE = 65_536
_TAG = re.compile(rb"""<(?:[^<>"']++|"[^<"]*+"|'[^<']*+')*+>""")
"""A whole tag; in quotes `>` is a letter like others, `<` is not allowed."""
_PROLOG = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']""")
_UTF8 = {"utf-8", "utf_8", "utf8", "ascii", "utf-8-sig"}
_OLD = re.compile(r"ascii|cp125[0-8]|iso8859-[0-9]+")
"""Encodings of Windows and ISO by Python's name: a letter is a byte. Others can hide a tag, or decode for hours."""
_WIDE = ("utf-16", "utf-32", "utf16", "utf32", "ucs", "iso-10646")
"""Without a mark and with a readable declaration a document cannot be in one of these."""
_JOINED = str.maketrans("", "", " \t\r\n")
_RESTORED = str.maketrans(" ", "+", "\r\n")
_FOR_ADDRESSES = str.maketrans("-_", "+/")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnreadableError(Exception):
    """Something cannot be read; `rule` and `facts` say what, as a finding will."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule = rule
        self.facts = facts
        super().__init__(rule)


def encoding_of(head: bytes) -> tuple[str, str]:
    """The encoding in which a document really is, and what it declares (empty: nothing).

    Raises:
        UnreadableError: it declares an encoding that nobody writes documents in.
    """
    by_mark = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    if by_mark == "utf-16":
        return by_mark, by_mark
    found = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    declared = found[1].decode().lower() if found else ""
    if by_mark or not declared or declared in _UTF8 or declared.startswith(_WIDE) or _is_utf8(head):
        return "utf-8", declared
    with suppress(LookupError):
        if _OLD.fullmatch(codecs.lookup(declared).name):
            return declared, declared
    raise UnreadableError("encoding-unknown", declared=declared)


def _is_utf8(head: bytes) -> bool:
    """Whether letters beyond ASCII stand there and all of them are UTF-8: then the declaration lies."""
    try:
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def refuse_doctype(head: bytes, *, more: bool) -> None:
    """Let nothing through that has a DTD: entities are defined there. `more`: the document goes on after its head.

    Raises:
        UnreadableError: something other than instructions and comments stands, or may stand, before the first element.
    """
    head = head.removeprefix(codecs.BOM_UTF8)
    prolog = _PROLOG.match(head)
    rest = head[prolog.end() if prolog else 0 :]
    if rest.startswith(b"<!") or (more and (len(rest) < 2 or rest.startswith(b"<?"))):
        raise UnreadableError("xml-doctype")


def weight(content: bytes) -> int:
    """What a document takes in memory, in the unit of MOST_TAGS; it is never less than the number of its elements."""
    return content.count(b"<") + 2 * content.count(b"=")


def large(why: str) -> UnreadableError:
    """The refusal of a document because of its size."""
    return UnreadableError("xml-large", why=why)


TOO_MANY_TAGS = f"more than {MOST_TAGS:,} tags"


def _refuse_long_tag(content: bytes) -> None:
    at = content.find(b"<")
    while 0 <= at <= len(content) - LONGEST_TAG:
        last = content.rfind(b"<", at + 1, at + LONGEST_TAG)
        if last < 0:  # text may be as long as it likes, a tag may not
            if content[at + 1 : at + 2] not in (b"!", b"?") and not _TAG.match(content, at, at + LONGEST_TAG):
                raise large(f"a tag of more than {LONGEST_TAG:,} bytes")
            last = content.find(b"<", at + LONGEST_TAG)
        at = last


def parse(content: bytes, room: int = MOST_TAGS) -> tuple[etree._Element, str]:
    """The root of a whole document in memory, and the encoding that it wrongly declares (empty: none).

    `room` is what it may weigh.

    Raises:
        UnreadableError: too large, with a DTD, in an unknown encoding or not well-formed.
    """
    actual, declared = encoding_of(content[:_HEAD])
    if actual != "utf-8":
        content = _recoded(content, actual)
    content = content.removeprefix(codecs.BOM_UTF8)
    refuse_doctype(content[:_HEAD], more=len(content) > _HEAD)
    if weight(content) > room:
        raise large(TOO_MANY_TAGS)
    _refuse_long_tag(content)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as broken:
        raise _broken(broken) from broken
    return root, declared if declared not in _UTF8 and declared else ""


def _recoded(content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except UnicodeError as wrong:
        raise UnreadableError("encoding-wrong", declared=encoding) from wrong


def _parser() -> etree.XMLParser:
    # A parser of its own for each document: one that was shared keeps names and errors of the last one.
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


def _broken(error: etree.XMLSyntaxError) -> UnreadableError:
    line, column = error.position
    return UnreadableError("xml-broken", line=line, column=column, reason=(error.msg or "no element")[:200])


def events(stream: BinaryIO) -> tuple[etree.iterparse[tuple[str, etree._Element]], Guarded, str]:
    """The starts and ends of a file's elements one by one, their guard, and the encoding that it wrongly declares.

    Raises:
        UnreadableError: with a DTD, or in an unknown encoding.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    more = len(head) == _HEAD
    actual, declared = encoding_of(head)
    source = stream
    if actual != "utf-8":
        source = codecs.EncodedFile(stream, "utf-8", actual)
        head = head.decode(actual, "ignore").encode()
    refuse_doctype(head, more=more)
    guard = Guarded(source)
    made = etree.iterparse(
        guard, events=("start", "end"), encoding="utf-8", resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    return made, guard, declared if declared not in _UTF8 and declared else ""


class Guarded:
    """A stream that ends with a fault when one tag goes on and on.

    `size` and `attributes` are the bytes and at most the attributes that were read since somebody set them to 0.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.size = self.attributes = 0
        self._stream = stream
        self._open = b""

    def read(self, _: int = -1) -> bytes:
        """The next piece.

        Raises:
            UnreadableError: such a tag.
        """
        piece = self._stream.read(_PIECE)
        self.size += len(piece)
        self.attributes += piece.count(b"=")
        seen = self._open + piece
        _refuse_long_tag(seen)
        begun = seen.rfind(b"<")
        self._open = seen[begun:] if len(seen) - LONGEST_TAG < begun else b""
        return piece


def broken(error: etree.XMLSyntaxError) -> UnreadableError:
    """A parser's error as a fault with line and column."""
    return _broken(error)


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; lxml's own QName raises for some names that its parser lets in."""
    return str(element.tag).rpartition("}")[2]


def decoded(text: str) -> bytes:
    """The bytes of a base64 text as clients write it: wrapped in lines, or with `+` turned into a blank on the way.

    Raises:
        UnreadableError: it is no base64, or its end is missing.
    """
    with suppress(binascii.Error, ValueError):
        return base64.b64decode(text, validate=True)
    joined = text.translate(_JOINED) if text.isascii() else "".join(text.split())
    readable = b""
    for way in _ways(text, joined):
        content = _decoded(way)
        if content and _is_text(content):
            return content
        readable = readable or content
    if not readable:
        raise UnreadableError("base64-broken", length=len(joined))
    return readable


def _ways(text: str, joined: str) -> Iterator[str]:
    """How a text may be meant: a blank was a `+` or nothing, and the wrong guess gives bytes that are no text."""
    yield joined
    if " " in text:
        yield text.strip().translate(_RESTORED)
    if "-" in joined or "_" in joined:
        yield joined.translate(_FOR_ADDRESSES)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
