"""The providers of this installation, tried one after another."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from congbhyt.outbox.circuit import Circuit
from congbhyt.outbox.console import Console
from congbhyt.outbox.refusals import ConsoleOutsideSandboxError, SandboxSendsError
from congbhyt.outbox.transports import (
    NoProviderError,
    Place,
    Sms,
    Transport,
    TransportError,
    UndeliverableError,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provider:
    """One way out and what this process knows of it."""

    transport: Transport
    circuit: Circuit

    def failure(self, sms: Sms) -> str:
        """Try to hand `sms` over; why it was not taken, or nothing.

        Raises:
            UndeliverableError: nobody will ever take it.
        """
        if not self.circuit.may_try():
            return "left alone after failures"
        try:
            self.transport.send(sms)
        except UndeliverableError:
            raise
        except TransportError as failed:
            if self.circuit.failed():
                _log.warning("SMS provider %s is left alone for a while: %s", self.transport.name, failed)
            return str(failed)
        self.circuit.succeeded()
        return ""


@dataclass(frozen=True)
class Route:
    """All providers, the preferred one first."""

    providers: tuple[Provider, ...]

    def send(self, sms: Sms) -> str:
        """Hand over to the first provider that takes it; its name.

        Raises:
            NoProviderError: there is none.
            UndeliverableError: nobody will ever take it.
            TransportError: nobody took it now; the text says what each of them said.
        """
        if not self.providers:
            raise NoProviderError("no SMS provider is configured")
        said = []
        for provider in self.providers:
            failure = provider.failure(sms)
            if not failure:
                return provider.transport.name
            said.append(f"{provider.transport.name}: {failure}")
        raise TransportError("; ".join(said))


def route_here(*, sandbox: bool) -> Route:
    """The route that the settings name; in a sandbox without any, the console.

    Raises:
        ConsoleOutsideSandboxError: the console is named outside a sandbox.
        SandboxSendsError: a sandbox names a provider that really sends, without the switch.
    """
    transports = settings.SMS_PROVIDERS or ((Console(),) if sandbox else ())
    _check(transports, sandbox=sandbox)
    return _route(transports)


def _check(transports: Iterable[Transport], *, sandbox: bool) -> None:
    for transport in transports:
        if transport.place is Place.SANDBOX and not sandbox:
            raise ConsoleOutsideSandboxError
        if transport.place is Place.OUTSIDE and sandbox and not settings.SMS_FROM_SANDBOX:
            raise SandboxSendsError(transport.name)


@cache
def _route(transports: tuple[Transport, ...]) -> Route:
    """One for the whole process: what it knows of its providers is kept between jobs."""
    return Route(tuple(Provider(transport, Circuit()) for transport in transports))
