"""Starting the doors and the worker."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings

from congbhyt.config.bootstrap import close_connections, configure

IDLE_SECONDS = 30
"""A head must be complete within this time, and a silent connection ends after it. A proxy in front must let go
of its idle connections earlier (deploy/nginx), or it sends a call into one that is just being closed."""
LAST_CALL_SECONDS = 15
"""How long a call may still take once we are told to stop; without a limit, one body that never comes holds us."""
MOST_HEAD_BYTES = 64 * 1024
JOBS_AT_ONCE = 4
"""So that a provider that is slow to answer holds up neither the other messages nor the clean-up."""
RETRY_LOOK_SECONDS = 1.0
"""New jobs announce themselves (LISTEN); those that wait for their next try are looked for this often."""
_SET_PARENT_DEATH_SIGNAL = 1


def serve_gateway(host: str, port: int) -> None:
    """Serve the gateway until it is told to stop (SIGINT or SIGTERM); calls that run are answered first."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    close_connections()
    Granian(
        "congbhyt.config.gateway:build",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # Detecting HTTP/2 would wait for the first byte without any limit; nobody here speaks it in the clear.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000, max_buffer_size=MOST_HEAD_BYTES),
        workers=settings.GATEWAY_WORKERS,
        blocking_threads=settings.GATEWAY_THREADS,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST_CALL_SECONDS,
        log_access=False,
        websockets=False,
    ).serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)


def _application(parent: int) -> Callable[..., Any]:
    """Load the application in a worker, which must not go on serving when its parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the gateway ended before its worker began")
    configure()
    from congbhyt.config.gateway import build

    return build()


def run_worker() -> None:
    """Run jobs until told to stop: messages, clean-up, stalled jobs.

    Raises:
        Refusal: the SMS providers that are named must not be used here (ConsoleOutsideSandboxError,
            SandboxSendsError).
    """
    from procrastinate.contrib.django import app

    from congbhyt.installation.queries import is_sandbox
    from congbhyt.outbox.routing import route_here

    route_here(sandbox=is_sandbox())
    close_connections()
    app.with_connector(app.connector.get_worker_connector()).run_worker(  # type: ignore[attr-defined]
        name="congbhyt",
        install_signal_handlers=True,
        listen_notify=True,
        concurrency=JOBS_AT_ONCE,
        fetch_job_polling_interval=RETRY_LOOK_SECONDS,
        delete_jobs="successful",
    )
