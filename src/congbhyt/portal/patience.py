"""Answers that take as long for everybody, where the time would tell who exists."""

from __future__ import annotations

import time

LEAST_SECONDS = 0.3
"""Longer than what is done only for somebody who exists: a code drawn and queued, or compared and counted."""


def wait_out(began: float) -> None:
    """Wait until `LEAST_SECONDS` have passed since `began`, a moment of `time.monotonic`."""
    time.sleep(max(began + LEAST_SECONDS - time.monotonic(), 0))
