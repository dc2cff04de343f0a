"""A file that other means carry on."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from congbhyt.outbox.transports import Place, Sms, TransportError


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
