"""When a message is tried again, when it is too late, and how long its row is kept: no SQL, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

RETRY_SECONDS = (1, 2, 4, 8, 15, 30, 60)
"""Waits after the first failures. Somebody waits for a code at a counter, so the first ones are short."""
LONGEST_WAIT_SECONDS = 120
"""Every later wait: after an outage of any length messages leave within two minutes."""
LONGEST_WAIT_OF_A_CODE_SECONDS = 15
"""The same for messages with an end: they are few, and somebody looks at a telephone."""
GIVE_UP_AFTER = timedelta(days=3)
"""A message without an end that no provider took for so long is FAILED: a weekend's outage loses nothing."""
KEPT_AFTER_SETTLING = timedelta(days=90)
"""How long operators can look a settled message up; receiver and body are gone long before."""
FORGOTTEN_AFTER = timedelta(minutes=5)
"""A message queued for so long that no job is about has lost its job."""
CODE_PRIORITY = 10
"""Messages with an end (codes) overtake those without."""
PLAIN_PRIORITY = 0
LOWEST_PRIORITY = -10

MOST_UNITS = 670
"""UTF-16 units of ten joined parts. Kannel cuts longer texts off by default and still says 202."""


def seconds_until_retry(failures: int, *, priority: int = PLAIN_PRIORITY) -> int:
    """How long to wait after that many failures (at least 1) of a job of this priority."""
    wait = RETRY_SECONDS[failures - 1] if failures <= len(RETRY_SECONDS) else LONGEST_WAIT_SECONDS
    return min(wait, LONGEST_WAIT_OF_A_CODE_SECONDS) if priority > PLAIN_PRIORITY else wait


def priority_after(priority: int) -> int:
    """A failed job's next priority: a new message does not wait behind a backlog, a code not behind plain ones."""
    return max(priority - 1, PLAIN_PRIORITY + 1 if priority > PLAIN_PRIORITY else LOWEST_PRIORITY)


def has_ended(expires_at: datetime | None, at: datetime) -> bool:
    """Whether a message that may be read until `expires_at` comes too late."""
    return expires_at is not None and expires_at <= at


def is_given_up(queued_at: datetime, at: datetime) -> bool:
    """Whether a message has failed for so long that nobody tries any more."""
    return at - queued_at >= GIVE_UP_AFTER


def fits(body: str) -> bool:
    """Whether a text arrives whole: not empty, and at most ten joined parts."""
    return 0 < len(body.encode("utf-16-be", "surrogatepass")) <= 2 * MOST_UNITS
