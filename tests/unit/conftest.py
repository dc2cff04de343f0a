"""The portal with everybody who opens its pages, and a clock that tests move."""

from __future__ import annotations

import pytest

from congbhyt.kernel import clock
from tests.portal import Cast, Moving, settle


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Moving:
    """The clock that pages read."""
    stopped = Moving()
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


@pytest.fixture
def cast(db: None, moving: Moving) -> Cast:  # noqa: ARG001  # both must be there first
    """Everybody, in a portal that is a sandbox's."""
    return settle()
