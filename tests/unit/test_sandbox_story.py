"""The story of a registration, told over a stand-in for the gateways; the journey tells it over real ones."""

from __future__ import annotations

import pytest

from congbhyt.kernel import clock
from congbhyt.kernel.addresses import read_address
from congbhyt.network.models import AddressLine
from congbhyt.registration.rules import LineState
from congbhyt.sandbox import generator, story
from congbhyt.sandbox.loading import load
from congbhyt.sandbox.refusals import NotSandboxError
from congbhyt.sandbox.story import ALIAS, Program, Registration, StoryBrokenError, Told
from congbhyt.units.queries import allow_list


class _Program:
    """Admitted exactly where the allow-list says so."""

    def __init__(self, base: str) -> None:
        self._stubborn = base == "stubborn"

    def _admitted(self) -> bool:
        address, now = read_address(ALIAS), clock.now()
        assert address
        return "01998" in allow_list(now).owners(address, now)

    def take(self) -> int:
        """Sign in."""
        return 200 if self._admitted() and not self._stubborn else 403

    def look_up(self) -> tuple[str, bool]:
        """Look a card up."""
        return ("000", True) if self._admitted() else ("403", False)


class _StopError(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture
def loaded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  # it must be there first
    """The sandbox with a small province."""
    monkeypatch.setattr(generator, "INSURED", 60)
    monkeypatch.setattr(generator, "VISITS", 120)
    monkeypatch.setattr(story, "Program", _Program)
    load(at=clock.now(), by="operator:test")


def _lines() -> list[str]:
    return list(AddressLine.objects.filter(first=ALIAS).order_by("pk").values_list("state", flat=True))


@pytest.mark.usefixtures("loaded")
def test_it_can_be_told_again_wherever_it_was_interrupted() -> None:
    told: list[Told] = []
    Registration(["one", "two"], told.append).play()
    assert [step.what.split()[0] for step in told][:4] == ["gọi", "lập", "in", "gửi"]
    assert _lines() == [LineState.ENDED]
    for last in range(2, len(told)):
        _tell_until(last)
    Registration(["one"], told.append).play()
    assert _lines()[-1] == LineState.ENDED
    assert not set(_lines()) & {LineState.APPROVED, LineState.IN_FORCE}


def _tell_until(last: int) -> None:
    told: list[Told] = []

    def tell(step: Told) -> None:
        told.append(step)
        if len(told) == last:
            raise _StopError

    with pytest.raises(_StopError):
        Registration(["one"], tell).play()


@pytest.mark.usefixtures("loaded")
def test_a_gateway_that_does_not_obey_breaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "PATIENCE_SECONDS", 0)
    with pytest.raises(StoryBrokenError, match="mở kết nối"):
        Registration(["stubborn"], lambda _: None).play()


@pytest.mark.usefixtures("loaded")
def test_outside_a_sandbox_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "is_sandbox", lambda: False)
    with pytest.raises(NotSandboxError):
        Registration(["one"], lambda _: None).play()
    assert not _lines()


def test_a_machine_without_the_alias_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "ALIAS", "203.0.113.77")
    with pytest.raises(StoryBrokenError, match="máy này không có"):
        Program("http://127.0.0.1:9").take()
