"""Ways out for messages that tests make fail, and routes over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from congbhyt.outbox.circuit import Circuit
from congbhyt.outbox.routing import Provider, Route
from congbhyt.outbox.transports import Place, Sms, TransportError

ALWAYS = 10**6


@dataclass
class Way:
    """A transport that fails as often as it is told to; `meanwhile` happens while it has a message."""

    name: str = "first"
    failures: int = 0
    failure: TransportError = field(default_factory=lambda: TransportError("HTTP 503"))
    place: Place = Place.ANYWHERE
    taken: list[Sms] = field(default_factory=list)
    asked: int = 0
    meanwhile: Callable[[], object] = int

    def send(self, sms: Sms) -> None:
        """Take one, or fail."""
        self.asked += 1
        self.meanwhile()
        if self.failures:
            self.failures -= 1
            raise self.failure
        self.taken.append(sms)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Receivers and bodies of what it took."""
        return [(sms.receiver, sms.body) for sms in self.taken]


def over(*ways: Way) -> Route:
    """A route that knows nothing yet of its providers."""
    return Route(tuple(Provider(way, Circuit()) for way in ways))
