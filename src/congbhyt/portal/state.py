"""What a portal process keeps in memory: what is in force, and where cards are read from."""

from __future__ import annotations

from dataclasses import dataclass

from congbhyt.lookup.facts import Reader
from congbhyt.units.in_force import Standing


@dataclass(frozen=True)
class State:
    """One per process, shared by its threads. `sandbox` opens the page of sent messages."""

    standing: Standing
    read: Reader
    sandbox: bool


class _Installed:
    """Django calls views without arguments of ours, so the process's state is found here."""

    state: State | None = None


def install(state: State) -> None:
    """Name the state that this process's pages use."""
    _Installed.state = state


def installed() -> State:
    """The state of this process.

    Raises:
        RuntimeError: the portal was not built (config.portal.build).
    """
    if _Installed.state is None:
        raise RuntimeError("the portal's state is not installed; build it with congbhyt.config.portal")
    return _Installed.state
