"""Where cards are read from, for both doors."""

from __future__ import annotations

from congbhyt.installation.queries import is_sandbox
from congbhyt.lookup.facts import Reader, read_facts


def reader() -> Reader:
    """The registry reader; in a sandbox, the one that provokes faults for two cards."""
    if not is_sandbox():
        return read_facts
    from congbhyt.sandbox.provocations import provoking

    return provoking(read_facts)
