"""What a gateway process keeps in memory: what is in force, verified secrets, tallies.

Counts of denials and of retired calls, and which officers were named, are written by the thread that keeps fresh
what is in force, so that a flood costs one row an hour and an officer one a day.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, datetime

from congbhyt.accounts import named
from congbhyt.accounts.secrets import Verifier
from congbhyt.kernel import clock
from congbhyt.kernel.clock import vietnam_day
from congbhyt.lookup.facts import Reader
from congbhyt.policy import actions as policy_actions
from congbhyt.units import denials
from congbhyt.units.denials import DenialKey
from congbhyt.units.in_force import Standing

MOST_TALLIES = 10_000
FOLDED = "0.0.0.0"  # noqa: S104  # stands for every further address once a flood has too many


class State:
    """One per process, shared by its threads."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.verifier = Verifier()
        self.standing = Standing()
        self._counting = threading.Lock()
        self._denials: Counter[DenialKey] = Counter()
        self._retired: Counter[tuple[str, str, date]] = Counter()
        self._named: set[tuple[date, int]] = set()
        self._named_today: set[tuple[date, int]] = set()

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

    def note_officer(self, person_id: int, at: datetime) -> None:
        """Note that a look-up named this officer; of one day the first time only."""
        key = (vietnam_day(at), person_id)
        if key not in self._named_today:
            with self._counting:
                self._named.add(key)

    def write_tallies(self) -> None:
        """Add what was counted to the database; what cannot be written is kept for the next time."""
        self._write_counts()
        self._write_officers()

    def _write_officers(self) -> None:
        with self._counting:
            new, self._named = self._named, set()
        if not new:
            return
        try:
            named.note({person for _, person in new}, at=clock.now())
        except Exception:
            with self._counting:
                self._named |= new
            raise
        today = max(day for day, _ in new)
        self._named_today = {key for key in self._named_today | new if key[0] == today}

    def _write_counts(self) -> None:
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
        """Start the thread that refreshes what is in force and writes the tallies; it ends with the process."""
        self.standing.keep_fresh(also=self.write_tallies)
