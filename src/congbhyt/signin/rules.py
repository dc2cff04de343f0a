"""How long things stay open."""

from __future__ import annotations

from datetime import datetime

from congbhyt.policy.rules import InForce


def session_end(seen_at: datetime, ends_at: datetime, policy: InForce) -> datetime:
    """When a session ends by itself: after the idle time, at the latest at its absolute end."""
    return min(seen_at + policy.portal_idle, ends_at)


def history_end(opened_at: datetime, used_at: datetime, policy: InForce) -> datetime:
    """When opened history closes: some time after the last look-up, at most so long after the code (CV 1232 §4)."""
    return min(used_at + policy.history_idle, opened_at + policy.history_most)
