"""How states look, of cards as of people, sessions and messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state as pages show it: colour, icon and word together, never the colour alone."""

    tone: str
    icon: str
    word: str
