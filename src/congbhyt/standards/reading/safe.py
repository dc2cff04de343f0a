"""XML as strangers send it: no DTD, no entities, bounded size; a fault is an exception that names its rule."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import BinaryIO

from lxml import etree

MOST_BYTES = 100 * 1024 * 1024
"""A file may have so many bytes: the largest upload seen in a vendor's tool."""
MOST_TAGS = 600_000
"""A document inside may have so many `<`: a thousand lines have about a hundred thousand."""
LONGEST_TAG = 65_536
"""One tag with its attributes may have so many bytes: a parser holds every attribute in memory."""
_HEAD = 65_536
_LONG_TAG = re.compile(rb"<[^>]{%d}" % LONGEST_TAG)
_PROLOG = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']""")
_UTF8 = {"utf-8", "utf_8", "utf8", "ascii", "utf-8-sig"}
_WIDE = ("utf-16", "utf-32", "utf16", "utf32", "ucs", "iso-10646")
"""Without a mark and with a readable declaration a document cannot be in one of these."""
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
        UnreadableError: it declares an encoding that nobody knows.
    """
    by_mark = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    if by_mark == "utf-16":
        return by_mark, by_mark
    found = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    declared = found[1].decode().lower() if found else ""
    if by_mark or not declared or declared in _UTF8 or declared.startswith(_WIDE) or _is_utf8(head):
        return "utf-8", declared
    try:
        if codecs.lookup(declared)._is_text_encoding:
            return declared, declared
    except LookupError:
        pass
    raise UnreadableError("encoding-unknown", declared=declared)


def _is_utf8(head: bytes) -> bool:
    """Whether letters beyond ASCII stand there and all of them are UTF-8: then the declaration lies."""
    try:
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def refuse_doctype(head: bytes) -> None:
    """Let nothing through that has a DTD: entities are defined there.

    Raises:
        UnreadableError: something other than an instruction or a finished comment stands before the first element.
    """
    head = head.removeprefix(codecs.BOM_UTF8)
    prolog = _PROLOG.match(head)
    if head[prolog.end() if prolog else 0 :].startswith(b"<!"):
        raise UnreadableError("xml-doctype")


def parse(content: bytes) -> tuple[etree._Element, str]:
    """The root of a whole document in memory, and the encoding that it wrongly declares (empty: none).

    Raises:
        UnreadableError: too large, with a DTD, in an unknown encoding or not well-formed.
    """
    actual, declared = encoding_of(content[:_HEAD])
    if actual != "utf-8":
        content = _recoded(content, actual)
    content = content.removeprefix(codecs.BOM_UTF8)
    refuse_doctype(content[:_HEAD])
    if content.count(b"<") > MOST_TAGS or (len(content) > LONGEST_TAG and _LONG_TAG.search(content)):
        raise UnreadableError("xml-large", most=MOST_TAGS)
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


def events(stream: BinaryIO) -> tuple[etree.iterparse[tuple[str, etree._Element]], str]:
    """The starts and ends of a file's elements one by one, and the encoding that it wrongly declares.

    Raises:
        UnreadableError: with a DTD, or in an unknown encoding.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    actual, declared = encoding_of(head)
    source = stream
    if actual != "utf-8":
        source = codecs.EncodedFile(stream, "utf-8", actual)
        head = head.decode(actual, "ignore").encode()
    refuse_doctype(head)
    made = etree.iterparse(
        _Guarded(source), events=("start", "end"), encoding="utf-8", resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    return made, declared if declared not in _UTF8 and declared else ""


class _Guarded:
    """A stream that ends with a fault when one tag goes on and on."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._in_tag = False

    def read(self, _: int = -1) -> bytes:
        """The next piece, as long as the longest tag: one that spans a whole piece is longer.

        Raises:
            UnreadableError: such a tag.
        """
        piece = self._stream.read(LONGEST_TAG)
        end = piece.rfind(b">")
        if self._in_tag and end < 0 and len(piece) == LONGEST_TAG:
            raise UnreadableError("xml-large", most=MOST_TAGS)
        self._in_tag = piece.rfind(b"<") > end or (self._in_tag and end < 0)
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
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass
    joined = "".join(text.split())
    restored = "".join(part.replace(" ", "+") for part in text.strip().splitlines())
    readable = [content for way in (joined, restored, joined.translate(_FOR_ADDRESSES)) if (content := _decoded(way))]
    if not readable:
        raise UnreadableError("base64-broken", length=len(joined))
    # A blank may have been a `+` or nothing: the wrong guess gives bytes that are no text.
    return next((content for content in readable if _is_text(content)), readable[0])


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
