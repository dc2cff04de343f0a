"""The driver's certificate: one JSON object instead of XML, and the signed XML inside it.

The object is turned into the element that its table describes, so that everything after this file treats it like any
other document.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from typing import BinaryIO

from lxml import etree

from congbhyt.standards.fields import Fault
from congbhyt.standards.loading import standards
from congbhyt.standards.reading import safe
from congbhyt.standards.reading.safe import UnreadableError

LABEL = "GKSK"
MOST_MEGABYTES = 2
"""A certificate with its signature has some ten thousand bytes; scans are not part of it."""
MOST_KEYS = 1_000
_HEAD = 4_096
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")
_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold: it could not stand in the signed part."""


def begins(stream: BinaryIO) -> bool:
    """Whether the first byte of a file that is no blank opens a JSON object; the stream is rewound."""
    head = stream.read(_HEAD)
    stream.seek(0)
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{"


def read(stream: BinaryIO) -> tuple[etree._Element, list[Fault]]:
    """The certificate as an element with every field in order, and what is wrong with its JSON.

    Raises:
        UnreadableError: it is too large, or no JSON.
    """
    content = stream.read(MOST_MEGABYTES * 1024 * 1024 + 1)
    if len(content) > MOST_MEGABYTES * 1024 * 1024:
        raise UnreadableError("json-large", most=MOST_MEGABYTES)
    pairs = _pairs(content.removeprefix(codecs.BOM_UTF8))
    faults: list[Fault] = []
    texts: dict[str, list[str]] = {tag: [] for tag in standards()["GKSK"].tables[LABEL].tags}
    for key, value in pairs[:MOST_KEYS]:
        tag = _tag(key, texts)
        if not _NAME.fullmatch(tag):
            faults.append(("tag-unknown", {"tag": _STRANGE.sub("?", tag[:60]), "table": LABEL}))
            continue
        text = _text(value)
        if text is None:
            faults.append(("json-value", {"tag": tag}))
        texts.setdefault(tag, []).append(text or "")
    return _element(texts), faults


def _pairs(content: bytes) -> list[tuple[str, object]]:
    # Pairs, not a dictionary, so that a key that stands twice is seen; numbers stay as they were written.
    try:
        made = json.loads(
            content.decode("utf-8"), object_pairs_hook=list, parse_int=str, parse_float=str, parse_constant=str
        )
    except UnicodeDecodeError as wrong:
        raise UnreadableError("encoding-wrong", declared="utf-8") from wrong
    except json.JSONDecodeError as wrong:
        raise UnreadableError("json-broken", line=wrong.lineno, column=wrong.colno, reason=wrong.msg) from wrong
    except RecursionError as wrong:
        raise UnreadableError("json-broken", line=1, column=1, reason="nested too deep") from wrong
    return made if isinstance(made, list) else []


def _tag(key: str, known: Mapping[str, object]) -> str:
    """The field that a key names; .NET services read keys in any case, so some programs write them so."""
    return key.upper() if key.upper() in known else key


def _text(value: object) -> str | None:
    """A value as text, None for what is neither text nor number."""
    if value is None:
        return ""
    return value if isinstance(value, str) and not _STRANGE.search(value) else None


def _element(texts: Mapping[str, list[str]]) -> etree._Element:
    """Fields that the object leaves out stand there empty: in JSON nobody writes them."""
    root = etree.Element(LABEL)
    for tag, several in texts.items():
        for text in several or [""]:
            etree.SubElement(root, tag).text = text or None
    return root


def signed_fields(data: str) -> dict[str, str]:
    """The fields that SIGNDATA signs, by name; `<root>` and `<GKSK>` are known, other roots are read alike.

    Raises:
        UnreadableError: it is no base64 of an XML document.
    """
    root, _ = safe.parse(safe.decoded(data))
    return {safe.local_name(child): (child.text or "").strip() for child in root if isinstance(child.tag, str)}
