"""Sealing of personal numbers: ciphertext to read back, keyed digest to compare.

A database copy alone then reveals neither CCCD nor phone; equality can still be asked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY_BYTES = 32


class KeyFileError(Exception):
    """The key file cannot be used; the message says what to do."""


class KeyRing:
    """Numbered 256-bit sealing keys (the newest seals, all open) and the keys that only compare or sign."""

    def __init__(self, sealing: Mapping[int, bytes], digest_key: bytes, session_key: bytes, django_key: str) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in sealing.items()}
        self._newest = max(sealing)
        self._digest_key = digest_key
        self._session_key = session_key
        self.django_key = django_key

    def seal(self, text: str) -> bytes:
        """Encrypt `text` with the newest key."""
        return self.seal_bytes(text.encode())

    def seal_bytes(self, content: bytes) -> bytes:
        """Encrypt `content` with the newest key: one byte of key number, nonce, ciphertext with tag."""
        nonce = os.urandom(_NONCE)
        return bytes([self._newest]) + nonce + self._ciphers[self._newest].encrypt(nonce, content, None)

    def open(self, sealed: bytes | memoryview[int]) -> str:
        """Decrypt what `seal` made, with whichever key sealed it.

        Raises:
            cryptography.exceptions.InvalidTag: the bytes were changed.
            KeyError: the key that sealed it is no longer in the ring.
        """
        return self.open_bytes(sealed).decode()

    def open_bytes(self, sealed: bytes | memoryview[int]) -> bytes:
        """Decrypt what `seal_bytes` made.

        Raises:
            cryptography.exceptions.InvalidTag: the bytes were changed.
            KeyError: the key that sealed it is no longer in the ring.
        """
        raw = bytes(sealed)
        return self._ciphers[raw[0]].decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], None)

    def digest(self, text: str) -> bytes:
        """A keyed digest of `text` for equality in the database (HMAC-SHA-256, first 16 bytes)."""
        return hmac.digest(self._digest_key, text.encode(), "sha256")[:16]

    def session_mac(self, token: str, secret: str) -> bytes:
        """Bind a password to the session that it opened, without storing either."""
        return hmac.digest(self._session_key, f"{token}:{secret}".encode(), "sha256")


def read_keys(path: Path) -> KeyRing:
    """Load the ring from its JSON file.

    Raises:
        KeyFileError: missing, unreadable, readable by others, or not a key file.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path} may be read by others; run: chmod 600 {path}")
        held = json.loads(path.read_text())
        sealing = {_numbered(number): _key(key) for number, key in held["sealing"].items()}
        return KeyRing(sealing, _key(held["digest"]), _key(held["session"]), _long(held["django"]))
    except FileNotFoundError as missing:
        raise KeyFileError(f"{path} does not exist; create it with: congbhyt keys create {path}") from missing
    except OSError as unreadable:
        raise KeyFileError(f"{path} cannot be read ({type(unreadable).__name__})") from unreadable
    except (KeyError, ValueError, TypeError, AttributeError) as broken:
        raise KeyFileError(f"{path} is not a key file of CongBHYT ({type(broken).__name__})") from broken


def _key(text: str) -> bytes:
    """A key from its hexadecimal digits; a short one would seal, and an empty one compare, without protecting."""
    key = bytes.fromhex(text)
    if len(key) != _KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def _numbered(text: str) -> int:
    """A key's number, which stands as one byte before what it sealed."""
    number = int(text)
    if number not in range(1, 256):
        raise ValueError("a key's number is from 1 to 255")
    return number


def _long(text: str) -> str:
    if not isinstance(text, str) or len(text) < _KEY_BYTES:
        raise ValueError("Django's key is a text of at least 32 characters")
    return text


def create_keys(path: Path) -> None:
    """Write a new random ring to `path`, readable by its owner only; never overwrites.

    Raises:
        FileExistsError: there is a file already; losing it would lose what it sealed.
    """
    ring = {
        "sealing": {"1": secrets.token_hex(_KEY_BYTES)},
        "digest": secrets.token_hex(_KEY_BYTES),
        "session": secrets.token_hex(_KEY_BYTES),
        "django": secrets.token_urlsafe(50),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(ring, file, indent=1)


def fingerprint(text: str) -> bytes:
    """SHA-256 of a random token, which needs no key because it cannot be guessed."""
    return hashlib.sha256(text.encode()).digest()
