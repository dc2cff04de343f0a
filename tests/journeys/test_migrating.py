"""Both doors and the worker start together, and each brings the tables up to date."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

_PRIVILEGES_ANEW = (
    "from congbhyt.config import bootstrap\n"
    "with bootstrap.database():\n"
    "    from congbhyt.config import database\n"
    "    for _ in range(5):\n"
    "        database.migrate()\n"
)


def test_processes_that_migrate_at_once_wait_for_one_another(fresh_database: Callable[[], dict[str, str]]) -> None:
    """PostgreSQL refuses two that give the same privileges in the same moment («tuple concurrently updated»)."""
    environment = fresh_database()
    started = [subprocess.Popen([sys.executable, "-c", _PRIVILEGES_ANEW], env=environment) for _ in range(4)]
    assert [process.wait(300) for process in started] == [0] * 4
