"""How soon a registered or ended network is in force on two running gateways: `python -m bench.in_force`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.house import ACCOUNT, fill, take
from bench.lookup import database, gateway

PORTS = (8932, 8933)
MOST_SECONDS = 5.0
CHANGES = 6


def main() -> int:
    """Measure, print, and leave with 1 when a change took longer than allowed."""
    with tempfile.TemporaryDirectory(prefix="congbhyt-bench-") as folder, database(Path(folder)) as bench:
        fill(bench.environment)
        with ExitStack() as stack:
            for port in PORTS:
                stack.enter_context(gateway(bench, port))
            slowest = max(_change(bool(number % 2)) for number in range(CHANGES))
    print(
        f"slowest of {CHANGES} changes in force on {len(PORTS)} gateways after {slowest:.1f} s (at most {MOST_SECONDS})"
    )
    return 0 if slowest <= MOST_SECONDS else 1


def _change(register: bool) -> float:
    """End or register the account's only network; seconds until every gateway obeys."""
    from congbhyt.kernel import clock
    from congbhyt.units import actions, queries

    unit = queries.unit(ACCOUNT[:5])
    if register:
        actions.add_network(home=unit, network="127.0.0.0/8", basis="bench", by="bench", at=clock.now())
    else:
        actions.end_network(home=unit, network="127.0.0.0/8", by="bench", at=clock.now())
    return _seconds_until(lambda: all((take(port) == 200) is register for port in PORTS))


def _seconds_until(holds: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > 10 * MOST_SECONDS:
            raise SystemExit("the change never came into force")
        time.sleep(0.05)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
