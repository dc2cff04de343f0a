"""What is in force, kept in a door's memory: allow-lists and policy, and how they stay true.

They are read again whenever their revision in the database rises, looked at every second by a thread
of the process; a call that finds them unconfirmed for longer than `OLDEST_SECONDS` confirms them
itself or is not answered.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from congbhyt.installation import hot
from congbhyt.installation.queries import revisions
from congbhyt.kernel import clock
from congbhyt.policy import queries as policy_queries
from congbhyt.policy.rules import Policy
from congbhyt.units import queries
from congbhyt.units.rules import AllowList

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
OLDEST_SECONDS = 4.0


class UnconfirmedError(Exception):
    """Allow-lists and policy may be out of date, so no call is answered from them."""


@dataclass(frozen=True)
class Snapshot:
    """Allow-lists of units and of agencies, and the policy, as of one revision."""

    revisions: dict[str, int]
    allow_list: AllowList
    agency_list: AllowList
    policy: Policy


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector from walking a list of 60,000 again and again while it grows: that doubles its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Standing:
    """What stands at the moment; one per process, shared by its threads."""

    def __init__(self) -> None:
        self._snapshot = self._load(revisions())
        self._confirmed = time.monotonic()
        self._failed = -POLL_SECONDS
        self._refreshing = threading.Lock()

    @property
    def snapshot(self) -> Snapshot:
        """Allow-lists and policy, confirmed within `OLDEST_SECONDS`.

        Raises:
            UnconfirmedError: the database cannot confirm them; nothing may be answered from stale leave.
        """
        if self._is_old():
            if not self._refreshing.acquire(timeout=OLDEST_SECONDS):
                raise UnconfirmedError("the database takes too long to confirm allow-lists and policy")
            try:
                if self._is_old():  # unless another call has confirmed them while this one waited
                    self._confirm_or_fail_fast()
            finally:
                self._refreshing.release()
        return self._snapshot

    def _is_old(self) -> bool:
        return time.monotonic() - self._confirmed > OLDEST_SECONDS

    def refresh(self) -> None:
        """Read the revisions and, where they rose, what they stand for."""
        with self._refreshing:
            self._confirm()

    def _confirm_or_fail_fast(self) -> None:
        """Try once a second for all calls together: with the database gone, each would wait out the pool in turn."""
        if time.monotonic() - self._failed < POLL_SECONDS:
            raise UnconfirmedError("the database did not confirm allow-lists and policy just now")
        try:
            self._confirm()
        except Exception as lost:
            self._failed = time.monotonic()
            raise UnconfirmedError("the database does not confirm allow-lists and policy") from lost

    def _confirm(self) -> None:
        now = revisions()
        if now != self._snapshot.revisions:
            self._snapshot = self._load(now)
        self._confirmed = time.monotonic()

    @staticmethod
    def _load(at_revisions: dict[str, int]) -> Snapshot:
        at = clock.now()
        with _uncollected():
            return Snapshot(at_revisions, queries.allow_list(at), queries.agency_list(at), policy_queries.current())

    def keep_fresh(self, also: Callable[[], None] = lambda: None) -> None:
        """Start the thread that refreshes, and does `also`, every second; it ends with the process."""
        threading.Thread(target=self._poll, args=(also,), name="in-force", daemon=True).start()

    def _poll(self, also: Callable[[], None]) -> None:
        while True:
            time.sleep(POLL_SECONDS)
            try:
                self.refresh()
                also()
            except Exception as failed:  # noqa: BLE001  # whatever it is, the next second tries again
                log.warning("allow-lists and policy not confirmed: %s", type(failed).__name__)
            finally:
                hot.release()
