"""What a gateway process keeps in memory: confirmed or not answered, counted and not lost."""

from __future__ import annotations

import time

import pytest

from congbhyt.gateway import state as states
from congbhyt.gateway.state import FOLDED, State, UnconfirmedError
from congbhyt.policy.models import RetiredCall
from congbhyt.units import actions as units
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Denial
from tests.factories import BY, NOW, House
from tests.wire.client import KQ2024, Client


class _GoneError(Exception):
    """The database, when it does not answer."""


def _gone() -> dict[str, int]:
    raise _GoneError


def _age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so much time pass that allow-list and policy want confirming."""
    later = time.monotonic() + states.OLDEST_SECONDS + 1
    monkeypatch.setattr("congbhyt.gateway.state.time.monotonic", lambda: later)


def test_an_old_snapshot_is_confirmed_before_it_is_used(
    state: State, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state.snapshot
    units.end_network(unit=house.unit, network="127.0.0.0/8", by=BY, at=NOW)
    assert state.snapshot is before
    _age(monkeypatch)
    assert state.snapshot is not before


def test_an_unchanged_revision_reads_nothing_anew(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state.snapshot
    _age(monkeypatch)
    assert state.snapshot is before


def test_what_cannot_be_confirmed_answers_nothing(
    client: Client, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _age(monkeypatch)
    monkeypatch.setattr(states, "revisions", _gone)
    heard = client.ask(session, path=KQ2024)
    assert (heard.status, heard.code, heard.json["hoTen"]) == (200, "101", None)


def test_calls_that_wait_for_a_failing_database_fail_together(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    _age(monkeypatch)
    asked: list[int] = []

    def counted() -> dict[str, int]:
        asked.append(1)
        raise _GoneError

    monkeypatch.setattr(states, "revisions", counted)
    for _ in range(5):
        with pytest.raises(UnconfirmedError):
            _ = state.snapshot
    assert len(asked) == 1


def test_counts_that_cannot_be_written_are_kept(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    state.count_retired("01999", "KQNhanLichSuKCB2019", NOW)
    with monkeypatch.context() as broken:
        broken.setattr("congbhyt.policy.actions.count_retired_calls", lambda *_, **__: _gone())
        with pytest.raises(_GoneError):
            state.write_tallies()
    state.count_retired("01999", "KQNhanLichSuKCB2019", NOW)
    state.write_tallies()
    assert [row.calls for row in RetiredCall.objects.all()] == [2]


def test_a_flood_of_addresses_is_folded_into_one_row(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "MOST_TALLIES", 2)
    for last in (1, 2, 3, 4, 1):
        state.count_denial(DenialKey.of(Denial.Reason.UNREGISTERED, f"198.51.100.{last}", NOW))
    state.write_tallies()
    assert {row.address: row.times for row in Denial.objects.all()} == {
        "198.51.100.1": 2,
        "198.51.100.2": 1,
        FOLDED: 2,
    }


def test_the_thread_refreshes_writes_and_survives_a_lost_database(
    state: State, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One round by hand per outcome: the thread itself is proven by the journeys."""
    rounds = iter(["database lost", "database back"])
    now = {"happens": ""}

    def sleep(_seconds: float) -> None:
        now["happens"] = next(rounds)

    def refresh() -> None:
        if now["happens"] == "database lost":
            raise _GoneError

    monkeypatch.setattr("congbhyt.gateway.state.time.sleep", sleep)
    monkeypatch.setattr(state, "refresh", refresh)
    state.count_retired("01999", "KQNhanLichSuKCB2019", NOW)
    with pytest.raises(StopIteration):
        state._poll()
    assert "not confirmed: _GoneError" in caplog.text
    assert RetiredCall.objects.count() == 1
