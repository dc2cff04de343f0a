"""API secrets: the wire carries their MD5, so the MD5 is what is protected.

Stored as argon2id over the upper-case MD5 (memory 19 MiB, time 2, parallelism 1). Because hospital
programs sign in before every call, a verified secret is remembered in the process, under a random
key that dies with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))
_REMEMBERED = 20_000
_MD5 = re.compile(r"[0-9A-F]{32}")
_HASHING_AT_ONCE = 1
"""Each takes 19 MiB; a Monday's crowd of first sign-ins must not take them sixty-four times. Always in the
same thread, because the allocator keeps freed blocks for the thread that had them."""


def wire_form(sent: str) -> str:
    """What token/take received, as upper-case MD5: an MD5 in either case, or a clear secret."""
    upper = sent.strip().upper()
    return upper if _MD5.fullmatch(upper) else md5(sent)


def md5(secret: str) -> str:
    """The upper-case MD5 that the official protocol puts on the wire (CV 1245/BHXH-CNTT §I.1)."""
    return hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest().upper()


def digest(secret: str) -> str:
    """The stored form of a clear secret."""
    return _HASHER.hash(md5(secret))


def generate() -> str:
    """A new secret of 160 random bits."""
    return secrets.token_urlsafe(20)


class Verifier:
    """Compares secrets; remembers what it has verified. One per process, safe between threads."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()
        self._hashing = ThreadPoolExecutor(_HASHING_AT_ONCE, thread_name_prefix="argon2")

    def matches(self, wire: str, digests: list[str]) -> bool:
        """Whether the MD5 `wire` belongs to one of `digests`; with none of them it takes as long as with one."""
        for stored in digests:
            mark = hmac.digest(self._key, f"{stored}:{wire}".encode(), "sha256")
            if self._remembers(mark) or self._verifies(stored, wire, mark):
                return True
        if not digests:
            self._hashing.submit(_verify, _NOBODY, wire).result()
        return False

    def _verifies(self, stored: str, wire: str, mark: bytes) -> bool:
        return self._hashing.submit(self._verify_once, stored, wire, mark).result()

    def _verify_once(self, stored: str, wire: str, mark: bytes) -> bool:
        """Hash, unless another call has just done so for the same secret."""
        if self._remembers(mark):
            return True
        if not _verify(stored, wire):
            return False
        self._remember(mark)
        return True

    def _remembers(self, mark: bytes) -> bool:
        with self._lock:
            if mark in self._known:
                self._known.move_to_end(mark)
                return True
            return False

    def _remember(self, mark: bytes) -> None:
        with self._lock:
            self._known[mark] = None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def _verify(stored: str, wire: str) -> bool:
    try:
        return _HASHER.verify(stored, wire)
    except (VerificationError, InvalidHashError):
        return False
