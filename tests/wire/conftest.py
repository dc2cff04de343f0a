"""The house, a gateway over it, a clock that tests move."""

from __future__ import annotations

from datetime import datetime

import pytest

from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway
from congbhyt.kernel import clock
from congbhyt.lookup.facts import read_facts
from tests import factories
from tests.factories import House
from tests.wire.client import Client


class Clock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.moment = factories.NOW

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that doors read."""
    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


@pytest.fixture
def house(db: None, moment: Clock) -> House:  # noqa: ARG001  # both must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def state(house: House) -> State:  # noqa: ARG001  # the house must be there first
    """A gateway process's memory; its thread is not started, tests refresh it themselves."""
    return State(read_facts)


@pytest.fixture
def client(state: State) -> Client:
    """A hospital program on the registered address."""
    return Client(Gateway(state))


@pytest.fixture
def session(client: Client) -> str:
    """Its session, as a query string."""
    return client.session()
