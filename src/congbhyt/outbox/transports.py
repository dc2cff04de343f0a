"""Ways for a message to leave. Providers speak HTTP; that transport comes with the portal."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from congbhyt.kernel.identifiers import masked


class TransportError(Exception):
    """The message was not taken; the text says why, without receiver or body."""


class Transport(Protocol):
    """Something that sends a text to a telephone."""

    def send(self, receiver: str, body: str) -> None:
        """Send.

        Raises:
            TransportError: not taken; try again later.
        """


class Console:
    """Prints messages where the worker runs; exists only in a sandbox."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def send(self, receiver: str, body: str) -> None:
        """Print the receiver, masked, and the body."""
        print(f"SMS → {masked(receiver)}: {body}", file=self._stream, flush=True)  # its purpose


class NotConfigured:
    """Takes nothing, so that messages wait until an operator names a provider."""

    def send(self, receiver: str, body: str) -> None:  # noqa: ARG002  # the protocol's signature
        """Refuse.

        Raises:
            TransportError: always.
        """
        raise TransportError("no SMS provider is configured")


def transport_for(*, sandbox: bool) -> Transport:
    """The transport of this installation."""
    return Console() if sandbox else NotConfigured()
