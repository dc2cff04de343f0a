"""Ways for a message to leave: what every one of them takes and raises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol


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
