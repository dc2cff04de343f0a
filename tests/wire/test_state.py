"""What a gateway process keeps in memory: not answered from while unconfirmed, counted and not lost."""

from __future__ import annotations

import time

import pytest

from congbhyt.gateway import state as states
from congbhyt.gateway.state import FOLDED, State
from congbhyt.policy.models import RetiredCall
from congbhyt.units import in_force
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Denial
from tests.factories import NOW
from tests.wire.client import KQ2024, Client


class _GoneError(Exception):
    """The database, when it does not answer."""


def _gone() -> dict[str, int]:
    raise _GoneError


def test_what_cannot_be_confirmed_answers_nothing(
    client: Client, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.monotonic() + in_force.OLDEST_SECONDS + 1
    monkeypatch.setattr("congbhyt.units.in_force.time.monotonic", lambda: later)
    monkeypatch.setattr(in_force, "revisions", _gone)
    heard = client.ask(session, path=KQ2024)
    assert (heard.status, heard.code, heard.json["hoTen"]) == (200, "101", None)


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


def test_the_thread_that_keeps_fresh_writes_the_counts_too(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(state.standing, "keep_fresh", lambda *, also: told.append(also))
    state.keep_fresh()
    assert told == [state.write_tallies]
