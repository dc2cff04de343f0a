"""Ways for a message to leave: what every one of them takes and raises, the console, the file."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import sys
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol, TextIO

from congbhyt.kernel.identifiers import masked


class TransportError(Exception):
    """The message was not taken; the text says why, without receiver, body or password."""


class NoProviderError(TransportError):
    """Nobody is named who could take messages: they wait."""


class UndeliverableError(TransportError):
    """No provider will ever take this message: trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One message as a transport gets it, at the moment `at`.

    `expires_at` and `report_url` are for providers that can use them.
    """

    id: str
    receiver: str = field(repr=False)
    body: str = field(repr=False)
    at: datetime
    expires_at: datetime | None = None
    report_url: str | None = field(default=None, repr=False)


class Place(Enum):
    """Where a transport may be used."""

    ANYWHERE = "anywhere"
    SANDBOX = "sandbox only"
    OUTSIDE = "outside a sandbox, unless a switch allows it there"


class Transport(Protocol):
    """One way out, made from one address in the settings."""

    @property
    def name(self) -> str:
        """How operators see it; no password in it."""

    @property
    def place(self) -> Place:
        """Where it may be used."""

    def send(self, sms: Sms) -> None:
        """Hand one message over.

        Raises:
            TransportError: not taken; try again later or elsewhere.
        """


@dataclass(frozen=True)
class Console:
    """Prints messages where the worker runs and keeps the last for the page of sent messages."""

    stream: TextIO | None = None
    name: str = "console"
    place: Place = Place.SANDBOX

    def send(self, sms: Sms) -> None:
        """Print the receiver, masked, and the body; keep both for the page."""
        from congbhyt.outbox.actions import show

        receiver = masked(_storable(sms.receiver).rjust(4, "•"))[-40:]
        body = _storable(sms.body)
        show(receiver=receiver, body=body, at=sms.at)
        print(f"SMS → {receiver}: {body}", file=self.stream or sys.stdout, flush=True)  # its purpose


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL does not take."""
    return text.replace("\0", "")


@dataclass(frozen=True)
class File:
    """Appends messages to a file that only we may read, one JSON object a line."""

    path: Path
    name: str = "file"
    place: Place = Place.ANYWHERE

    def send(self, sms: Sms) -> None:
        """Append one line and wait until the disk has it.

        Raises:
            TransportError: the file cannot be written, or others may read it.
        """
        line = {"id": sms.id, "at": sms.at.isoformat(), "to": sms.receiver, "text": sms.body}
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            with os.fdopen(os.open(self.path, flags, 0o600), "ab", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                _only_ours(file.fileno())
                _append(file.fileno(), json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        except OSError as failed:
            raise TransportError(f"file: {type(failed).__name__}") from None


def _only_ours(descriptor: int) -> None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
        raise TransportError("file: not a plain file of mode 0600")


def _append(descriptor: int, line: bytes) -> None:
    """Write the whole line or nothing of it: half a line on a full disk would spoil the next one too."""
    before = os.fstat(descriptor).st_size
    try:
        if os.write(descriptor, line) < len(line):
            raise OSError("the disk is full")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)
        raise
