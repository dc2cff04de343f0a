"""Officers whom programs name: noted once a day beside the look-up, so that their accounts do not rest unused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from congbhyt.accounts import named
from congbhyt.accounts.models import Person
from congbhyt.gateway.state import State
from tests.factories import NOW, House
from tests.wire.client import KQ2024, Client
from tests.wire.conftest import Clock


class _GoneError(Exception):
    """The database, when it does not answer."""


def _fails(*_: object, **__: object) -> None:
    raise _GoneError


def _named_at(house: House) -> datetime | None:
    return Person.objects.get(pk=house.officer.pk).last_named_at


def test_a_look_up_notes_its_officer_once_a_day(
    client: Client, session: str, state: State, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.ask(session, path=KQ2024)
    assert _named_at(house) is None
    state.write_tallies()
    assert _named_at(house) == NOW
    client.ask(session, path=KQ2024)
    monkeypatch.setattr(named, "note", _fails)
    state.write_tallies()


def test_the_next_day_counts_anew_and_other_processes_change_nothing(state: State, house: House, moment: Clock) -> None:
    noted = []
    for hours in (0, 12, 24):
        moment.moment = NOW + timedelta(hours=hours)
        state.note_officer(house.officer.pk, moment.moment)
        state.write_tallies()
        named.note({house.officer.pk}, at=moment.moment)
        noted.append(_named_at(house))
    assert noted == [NOW, NOW, NOW + timedelta(hours=24)]


def test_an_officer_to_whom_no_facts_were_given_is_not_noted(
    client: Client, session: str, state: State, house: House
) -> None:
    assert client.ask(session, path=KQ2024, maThe="GD4019900000999").code != "000"
    state.write_tallies()
    assert _named_at(house) is None


def test_officers_who_cannot_be_written_are_kept(state: State, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    state.note_officer(house.officer.pk, NOW)
    with monkeypatch.context() as broken:
        broken.setattr(named, "note", _fails)
        with pytest.raises(_GoneError):
            state.write_tallies()
    state.write_tallies()
    assert _named_at(house) == NOW
