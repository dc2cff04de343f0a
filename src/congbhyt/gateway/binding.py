"""From bytes to parameters, as generously as hospital programs need (wire-protocol §1.1).

The body decides its kind, not its label. Query wins over body. Names count in any letter case.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from congbhyt.kernel.refusal import Refusal

MOST_PARAMETERS = 200
_JSON = msgspec.json.Decoder()
_PAIR = re.compile(
    r"""\s*(?:'(?P<sk>(?:[^'\\]|\\.)*)'|"(?P<dk>(?:[^"\\]|\\.)*)"|(?P<bk>[A-Za-z_][A-Za-z0-9_]*))\s*:\s*"""
    r"""(?:'(?P<sv>(?:[^'\\]|\\.)*)'|"(?P<dv>(?:[^"\\]|\\.)*)"|(?P<bv>[A-Za-z0-9.+-]+))\s*(?:,|$)""",
    re.DOTALL,
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ALIASES = {"macơ sở kcb": "macskcb"}
"""The Circular 12 annex prints this name; programs copied it."""


class UnreadableBodyError(Refusal):
    """The body is neither JSON nor form fields, or not text at all."""

    code = "BODY_UNREADABLE"
    template = "Không đọc được nội dung gửi lên: cần JSON hoặc form, bảng mã UTF-8."


class TooLargeError(Refusal):
    """The body has more bytes than any call of these functions needs."""

    code = "BODY_TOO_LARGE"
    template = "Nội dung gửi lên quá {limit} KB: chức năng này chỉ nhận các tham số ngắn."


def bind(query: str, body: bytes) -> dict[str, str | None]:
    """Merge query and body into one set of parameters by lower-case name.

    Raises:
        UnreadableBodyError: the body is of no kind that we know.
    """
    bound = _named(read_body(body))
    bound.update(_named(_pairs(query)))
    return bound


def _named(pairs: Iterable[tuple[str, Any]]) -> dict[str, str | None]:
    bound: dict[str, str | None] = {}
    for name, value in pairs:
        key = str(name).strip().lower()
        bound[_ALIASES.get(key, key)] = _storable(value) if isinstance(value, str) else None
    return bound


def _storable(text: str) -> str:
    """`text` with what no database and no encoder takes (NUL, half surrogates) made visible as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="replace")
    except ValueError as wrong:
        raise UnreadableBodyError("too many parameters") from wrong


def read_body(body: bytes) -> Iterable[tuple[str, Any]]:
    """The parameters in a body, whatever it was labelled.

    Raises:
        UnreadableBodyError: no kind that we know.
    """
    text = _text(body).strip("\ufeff \t\r\n\0")
    if text in ("", "null", "undefined"):
        return ()
    if text.startswith('"'):
        inner = _json(text)
        text = inner.strip() if isinstance(inner, str) else ""
    if text.startswith("{"):
        return _object(text).items()
    if "=" in text and not text.startswith(("[", "<")):
        return _pairs(text)
    raise UnreadableBodyError("neither a JSON object nor form fields")


def _text(body: bytes) -> str:
    encoding = "utf-16" if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise UnreadableBodyError(f"not {encoding} at byte {wrong.start}") from wrong


def _object(text: str) -> dict[Any, Any]:
    read = _json(text)
    if isinstance(read, dict):
        return read
    return _pseudo_json(text)


def _json(text: str) -> Any:
    """Whatever strict JSON says, or None: then the lenient reader has its turn."""
    try:
        return _JSON.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _pseudo_json(text: str) -> dict[Any, Any]:
    """A flat object whose quotes are single or missing, as Newtonsoft accepts it.

    Raises:
        UnreadableBodyError: not even that.
    """
    inside, position, read = text[1:].rstrip(), 0, {}
    if not inside.endswith("}"):
        raise UnreadableBodyError("JSON is cut short")
    inside = inside[:-1].rstrip()
    while position < len(inside):
        pair = _PAIR.match(inside, position)
        if pair is None:
            raise UnreadableBodyError(f"no JSON near character {position + 1}")
        key = pair["sk"] or pair["dk"] or pair["bk"] or ""
        quoted = pair["sv"] if pair["sv"] is not None else pair["dv"]
        read[_unescaped(key)] = None if quoted is None else _unescaped(quoted)
        position = pair.end()
    return read


def _unescaped(quoted: str) -> str:
    """A string literal's content with JSON's escapes and the escaped single quote resolved."""
    inner = quoted.replace("\\'", "'").replace('\\"', '"').replace('"', '\\"')
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return quoted
