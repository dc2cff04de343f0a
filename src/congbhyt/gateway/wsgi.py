"""The WSGI adapter: bytes in, bytes out; everything between is plain Python."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from congbhyt.audit.actions import Origin
from congbhyt.audit.origins import origin_of
from congbhyt.gateway.application import CORS, answer, fault, route
from congbhyt.gateway.binding import TooLargeError, UnreadableBodyError
from congbhyt.gateway.functions import FUNCTIONS
from congbhyt.gateway.reply import PLAIN, Reply
from congbhyt.gateway.request import Call
from congbhyt.gateway.state import State
from congbhyt.installation import hot
from congbhyt.kernel import clock
from congbhyt.kernel.addresses import Network

log = logging.getLogger(__name__)
MOST_BODY_BYTES = 256 * 1024
"""For functions of five short parameters; functions that take files will say their own."""
_LONGEST_LENGTH = 18
"""Digits of a Content-Length that is a number at all; Python refuses to read thousands of them."""
_LONGEST_METHOD = 16
"""What the log shows of a method: a caller may invent one of 60 KB."""

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Gateway:
    """The WSGI application of one process."""

    def __init__(self, state: State, trusted: Sequence[Network] = (), prefix: str = "") -> None:
        self._state = state
        self._trusted = trusted
        self._prefix = prefix

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one call and give the thread's database connection back, whatever happens."""
        began = time.perf_counter()
        origin = origin_of(environ, self._trusted)
        path = route(_decoded(environ.get("PATH_INFO", "")), self._prefix)
        try:
            reply = self._reply(environ, path, origin)
        except Exception:
            log.exception("%s fault outside the functions", origin.reference)
            reply = fault(PLAIN, origin.reference)
        finally:
            hot.release()
        took = (time.perf_counter() - began) * 1000
        log.info(
            "%s %s %s %s %s %.1f ms",
            origin.reference,
            environ["REQUEST_METHOD"][:_LONGEST_METHOD],
            _loggable(path),
            reply.status,
            reply.code,
            took,
        )
        return _send(reply, origin.reference, start_response)

    def _reply(self, environ: Environ, path: str, origin: Origin) -> Reply:
        method = environ["REQUEST_METHOD"]
        if path == "/healthz" and method in ("GET", "HEAD"):
            return _health()
        query = _decoded(environ.get("QUERY_STRING", ""))
        return answer(Call(method, path, query, partial(_body, environ), origin, clock.now()), self._state)


def _body(environ: Environ) -> bytes:
    """The body, up to the limit; what a length promises too much is not even read.

    Raises:
        TooLargeError: more than `MOST_BODY_BYTES`.
        UnreadableBodyError: the caller hung up before its end, which the server reports as an end.
    """
    promised = str(environ.get("CONTENT_LENGTH") or "0").strip()
    if promised.isdecimal() and (len(promised) > _LONGEST_LENGTH or int(promised) > MOST_BODY_BYTES):
        raise TooLargeError(limit=MOST_BODY_BYTES // 1024)
    body: bytes = environ["wsgi.input"].read(MOST_BODY_BYTES + 1)
    if len(body) > MOST_BODY_BYTES:
        raise TooLargeError(limit=MOST_BODY_BYTES // 1024)
    if promised.isdecimal() and len(body) < int(promised):
        raise UnreadableBodyError(f"{len(body)} bytes of {promised}")
    return body


def _decoded(latin: str) -> str:
    """WSGI hands bytes over as Latin-1; programs send UTF-8, sometimes without percent signs."""
    return latin.encode("latin-1", "replace").decode("utf-8", "replace")


def _loggable(path: str) -> str:
    """A known path, or its length: an unknown one may hold anything."""
    return path if path in FUNCTIONS or path == "/healthz" else f"(unknown path of {len(path)} characters)"


def _health() -> Reply:
    if hot.answers():
        return Reply({"maKetQua": "200", "ghiChu": "Hoạt động bình thường"})
    return Reply({"maKetQua": "503", "ghiChu": "Không kết nối được cơ sở dữ liệu"}, 503)


def _send(reply: Reply, reference: str, start_response: StartResponse) -> list[bytes]:
    body = reply.encode()
    described = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
    headers = {
        **(described if body else {}),  # a 204 must not carry them (RFC 9110 §8.6)
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Ma-Tham-Chieu": reference,
        "Access-Control-Allow-Origin": CORS["Access-Control-Allow-Origin"],
        "Access-Control-Expose-Headers": "X-Ma-Tham-Chieu",
        **reply.headers,
    }
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", list(headers.items()))
    return [body]
