"""Serve the portal as `congbhyt serve portal` builds it, but with a clock that a file puts forward.

Nothing in the product moves its clock, so this process replaces the one function that reads it before any page
is loaded.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from congbhyt.config import bootstrap
from congbhyt.config.processes import treat_termination_as_interrupt
from congbhyt.kernel import clock


def moved_by(offset: Path) -> None:
    """Read the clock with what the file says put on it."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(offset.read_text()))

    clock.now = now


def serve(port: int) -> None:
    """Serve until told to stop."""
    with bootstrap.database():
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

        from congbhyt.config import portal

        with ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler) as server:
            server.set_app(portal.build())
            server.serve_forever()


if __name__ == "__main__":
    treat_termination_as_interrupt()
    moved_by(Path(sys.argv[2]))
    try:
        serve(int(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(0)
