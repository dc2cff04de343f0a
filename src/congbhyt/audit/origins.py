"""Where a call came from, as the record holds it, out of what the HTTP server hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from congbhyt.audit.actions import Origin
from congbhyt.kernel.addresses import Network, caller_address, is_within, read_address

_LONGEST_PORT = 5


def origin_of(environ: Mapping[str, Any], trusted: Sequence[Network]) -> Origin:
    """Read the caller's address and port from a WSGI environ, under a new reference number.

    What proxies add is believed only when the socket's peer is one of `trusted`.
    """
    forwarded = [environ["HTTP_X_FORWARDED_FOR"]] if "HTTP_X_FORWARDED_FOR" in environ else []
    address = caller_address(environ.get("REMOTE_ADDR", ""), forwarded, trusted)
    return Origin(str(address) if address else None, _port(environ, trusted))


def _port(environ: Mapping[str, Any], trusted: Sequence[Network]) -> int | None:
    """The caller's source port, which the record should hold (TCVN 14423): told by our proxy only."""
    told = environ.get("HTTP_X_CLIENT_PORT", "")
    if not (told.isascii() and told.isdecimal() and len(told) <= _LONGEST_PORT):
        return None
    peer = read_address(environ.get("REMOTE_ADDR", ""))
    return int(told) if peer and is_within(peer, trusted) else None
