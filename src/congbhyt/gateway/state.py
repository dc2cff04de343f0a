"""What a gateway process keeps in memory, and how it stays true.

The allow-list and the policy are read again whenever their revision in the database rises, looked at
every second by a thread of this process; a call that finds them unconfirmed for longer than
`OLDEST_SECONDS` confirms them itself or is not answered. Counts of denials and of retired calls are
written by the same thread, so that a flood costs one row an hour.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from congbhyt.accounts.secrets import Verifier
from congbhyt.installation import hot
from congbhyt.installation.queries import revisions
from congbhyt.kernel import clock
from congbhyt.kernel.clock import vietnam_day
from congbhyt.lookup.facts import Reader
from congbhyt.policy import actions as policy_actions
from congbhyt.policy import queries as policy_queries
from congbhyt.policy.rules import Policy
from congbhyt.units import denials
from congbhyt.units import queries as unit_queries
from congbhyt.units.denials import DenialKey
from congbhyt.units.rules import AllowList

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
OLDEST_SECONDS = 4.0
MOST_TALLIES = 10_000
FOLDED = "0.0.0.0"  # noqa: S104  # stands for every further address once a flood has too many


class UnconfirmedError(Exception):
    """Allow-list and policy may be out of date, so no call is answered from them."""


@dataclass(frozen=True)
class Snapshot:
    """Allow-list and policy as of one revision."""

    revisions: dict[str, int]
    allow_list: AllowList
    policy: Policy


class State:
    """One per process, shared by its threads."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.verifier = Verifier()
        self._snapshot = self._load(revisions())
        self._confirmed = time.monotonic()
        self._failed = -POLL_SECONDS
        self._refreshing = threading.Lock()
        self._counting = threading.Lock()
        self._denials: Counter[DenialKey] = Counter()
        self._retired: Counter[tuple[str, str, date]] = Counter()

    @property
    def snapshot(self) -> Snapshot:
        """Allow-list and policy, confirmed within `OLDEST_SECONDS`.

        Raises:
            UnconfirmedError: the database cannot confirm them; nothing may be answered from stale leave.
        """
        if self._is_old():
            if not self._refreshing.acquire(timeout=OLDEST_SECONDS):
                raise UnconfirmedError("the database takes too long to confirm allow-list and policy")
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
            raise UnconfirmedError("the database did not confirm allow-list and policy just now")
        try:
            self._confirm()
        except Exception as lost:
            self._failed = time.monotonic()
            raise UnconfirmedError("the database does not confirm allow-list and policy") from lost

    def _confirm(self) -> None:
        now = revisions()
        if now != self._snapshot.revisions:
            self._snapshot = self._load(now)
        self._confirmed = time.monotonic()

    @staticmethod
    def _load(at_revisions: dict[str, int]) -> Snapshot:
        return Snapshot(at_revisions, unit_queries.allow_list(clock.now()), policy_queries.current())

    def count_denial(self, key: DenialKey) -> None:
        """Note a refused call; past `MOST_TALLIES` addresses in one second, the rest is counted together."""
        with self._counting:
            if len(self._denials) >= MOST_TALLIES and key not in self._denials:
                key = DenialKey(key.hour, key.reason, FOLDED, "", "")
            self._denials[key] += 1

    def count_retired(self, unit_code: str, function: str, at: datetime) -> None:
        """Note a call of a retired function."""
        with self._counting:
            self._retired[unit_code, function, vietnam_day(at)] += 1

    def write_tallies(self) -> None:
        """Add what was counted to the database; what cannot be written is kept for the next time."""
        with self._counting:
            refused, self._denials = self._denials, Counter()
            retired, self._retired = self._retired, Counter()
        try:
            denials.add(refused, at=clock.now())
            refused = Counter()
            policy_actions.count_retired_calls(retired, at=clock.now())
            retired = Counter()
        finally:
            with self._counting:
                self._denials.update(refused)
                self._retired.update(retired)

    def keep_fresh(self) -> None:
        """Start the thread that refreshes and writes; it ends with the process."""
        threading.Thread(target=self._poll, name="gateway-state", daemon=True).start()

    def _poll(self) -> None:
        while True:
            time.sleep(POLL_SECONDS)
            try:
                self.refresh()
                self.write_tallies()
            except Exception as failed:  # noqa: BLE001  # whatever it is, the next second tries again
                log.warning("allow-list and policy not confirmed: %s", type(failed).__name__)
            finally:
                hot.release()
