"""Leaving a provider alone that just failed several times in a row."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

FAILURES_IN_A_ROW = 3
REST_SECONDS = 5.0
"""Short, because it also delays the first message to a provider that is back."""


class Circuit:
    """What this process knows of one provider.

    After `FAILURES_IN_A_ROW` it rests for `REST_SECONDS`; then one message tries it while the others still go
    elsewhere. A success ends this, a failure begins the next rest. So a provider that swallows connections costs
    its time-out once in a rest, and not once a message.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failures = 0
        self._rests_until = 0.0

    def may_try(self) -> bool:
        """Whether to try now; after a rest only the first who asks may."""
        with self._lock:
            if self._failures < FAILURES_IN_A_ROW:
                return True
            if self._now() < self._rests_until:
                return False
            self._rests_until = self._now() + REST_SECONDS
            return True

    def failed(self) -> bool:
        """Note a failure; tell whether a rest begins that no failure before had begun."""
        with self._lock:
            self._failures += 1
            self._rests_until = self._now() + REST_SECONDS
            return self._failures == FAILURES_IN_A_ROW

    def succeeded(self) -> None:
        """Note that it works."""
        with self._lock:
            self._failures = 0
