"""What doors keep in memory: true to the database, or not used."""

from __future__ import annotations

import time

import pytest

from congbhyt.policy import actions as policy
from congbhyt.units import actions, in_force
from congbhyt.units.in_force import Standing, UnconfirmedError
from tests import factories
from tests.factories import BY, NOW, House

pytestmark = pytest.mark.django_db


class _GoneError(Exception):
    """The database, when it does not answer."""


@pytest.fixture
def house() -> House:
    """Whose networks change."""
    return factories.build()


@pytest.fixture
def standing(house: House) -> Standing:  # noqa: ARG001  # the house must be there first
    """A process's memory; its thread is not started, tests refresh it themselves."""
    return Standing()


def _age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so much time pass that what is kept wants confirming."""
    later = time.monotonic() + in_force.OLDEST_SECONDS + 1
    monkeypatch.setattr("congbhyt.units.in_force.time.monotonic", lambda: later)


def test_an_old_snapshot_is_confirmed_before_it_is_used(
    standing: Standing, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing.snapshot
    actions.end_network(home=house.unit, network="127.0.0.0/8", by=BY, at=NOW)
    assert standing.snapshot is before
    _age(monkeypatch)
    assert standing.snapshot is not before


def test_an_unchanged_revision_reads_nothing_anew(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    before = standing.snapshot
    _age(monkeypatch)
    assert standing.snapshot is before


def test_a_refresh_takes_up_networks_of_units_and_agencies_and_the_policy(standing: Standing, house: House) -> None:
    seen = [standing.snapshot]
    for home, network in ((house.unit, "192.0.2.0/25"), (house.agency, "192.0.2.0/24")):
        actions.add_network(home=home, network=network, basis="test", by=BY, at=NOW)
        standing.refresh()
        seen.append(standing.snapshot)
    policy.set_parameter(parameter="signin.pause_minutes", value=7, valid_from=NOW, source="test", by=BY, at=NOW)
    standing.refresh()
    seen.append(standing.snapshot)
    assert len({id(one) for one in seen}) == 4


def test_calls_that_wait_for_a_failing_database_fail_together(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    _age(monkeypatch)
    asked: list[int] = []

    def counted() -> dict[str, int]:
        asked.append(1)
        raise _GoneError

    monkeypatch.setattr(in_force, "revisions", counted)
    for _ in range(5):
        with pytest.raises(UnconfirmedError):
            _ = standing.snapshot
    assert len(asked) == 1


def test_the_thread_goes_on_after_a_lost_database_and_does_what_else_it_is_given(
    standing: Standing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One round by hand per outcome: the thread itself is proven by the journeys."""
    rounds = iter(["database lost", "database back"])
    now = {"happens": ""}
    done: list[str] = []

    def sleep(_seconds: float) -> None:
        now["happens"] = next(rounds)

    def refresh() -> None:
        if now["happens"] == "database lost":
            raise _GoneError

    monkeypatch.setattr("congbhyt.units.in_force.time.sleep", sleep)
    monkeypatch.setattr(standing, "refresh", refresh)
    with pytest.raises(StopIteration):
        standing._poll(lambda: done.append(now["happens"]))
    assert "not confirmed: _GoneError" in caplog.text
    assert done == ["database back"]
