"""A furnished database for processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys import running


@pytest.fixture
def furnished(fresh_database: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The environment of a database of its own with the house in it."""
    environment = fresh_database()
    running.furnish(environment)
    return environment
