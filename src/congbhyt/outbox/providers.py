"""Reading the list of SMS providers: addresses separated by blanks or commas, the preferred one first."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from congbhyt.outbox.console import Console
from congbhyt.outbox.file import File
from congbhyt.outbox.kannel import Kannel
from congbhyt.outbox.transports import Transport

_DEFAULT_PATH = "/cgi-bin/sendsms"


class WrongProviderError(Exception):
    """The list cannot be used. The text never repeats an address, which holds a password."""


def read_providers(listed: str, file: str) -> tuple[Transport, ...]:
    """Read the list itself, or the file that holds it; both empty: nobody.

    Raises:
        WrongProviderError: both are given, the file cannot be read or others may read it, or an address is wrong.
    """
    if listed and file:
        raise WrongProviderError("give the list or the file, not both")
    items = (_held(Path(file)) if file else listed).replace(",", " ").split()
    transports = tuple(_transport(item, number) for number, item in enumerate(items, 1))
    if len({transport.name for transport in transports}) < len(transports):
        raise WrongProviderError("one provider is named twice")
    return transports


def read_report_base(base: str) -> str:
    """The address before the paths of delivery reports, without a slash at its end; empty for none.

    Raises:
        WrongProviderError: not an address that a provider can call.
    """
    try:
        parts = urlsplit(base)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) > 0
        extra = parts.query or parts.fragment or parts.username or "%" in base
    except ValueError:
        usable = extra = None
    if base and (not usable or extra or not _goes_into_a_header(base) or " " in base):
        raise WrongProviderError("expected http://HOST:PORT or https://HOST, and a path if there is one")
    return base.rstrip("/")


def _held(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & stat.S_IRWXO:
            raise WrongProviderError("the file may be read by everybody; run: chmod o= on it")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise WrongProviderError(f"the file cannot be read ({type(unreadable).__name__})") from None


def _transport(item: str, number: int) -> Transport:
    """Make the transport that one address names.

    What the standard library says about a wrong address repeats parts of it, so its text goes no further.
    """
    try:
        parts = urlsplit(item)
        if parts.scheme in {"kannel+http", "kannel+https"}:
            return _kannel(parts)
        if parts.scheme == "file" and not parts.netloc and Path(parts.path).is_absolute() and item.isprintable():
            return File(Path(unquote(parts.path)))
        if item in {"console", "console:"}:
            return Console()
    except ValueError:
        pass
    raise WrongProviderError(f"address {number} is wrong; expected one of the forms in docs/guides/sms.md") from None


def _kannel(parts: SplitResult) -> Kannel:
    fields = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True) if parts.query else {}
    chosen = Kannel(
        host=parts.hostname or "",
        port=parts.port or 0,
        path=parts.path if parts.path not in {"", "/"} else _DEFAULT_PATH,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=fields.pop("from", [""])[0],
        secure=parts.scheme == "kannel+https",
    )
    named = (chosen.host, chosen.port, chosen.user, chosen.password)
    written = (chosen.host, chosen.path, chosen.user, chosen.password, chosen.sender)
    if fields or parts.fragment or not all(named) or not all(_goes_into_a_header(text) for text in written):
        raise ValueError
    return chosen


def _goes_into_a_header(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)
