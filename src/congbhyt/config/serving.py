"""Starting the doors and the worker."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings

from congbhyt.config.bootstrap import close_connections, configure
from congbhyt.installation import hot

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
    _serve("gateway", host, port, workers=settings.GATEWAY_WORKERS, threads=settings.GATEWAY_THREADS)


def serve_portal(host: str, port: int) -> None:
    """Serve the portal until it is told to stop (SIGINT or SIGTERM); pages that are being made are sent first."""
    _serve("portal", host, port, workers=settings.PORTAL_WORKERS, threads=settings.PORTAL_THREADS)


def _serve(door: str, host: str, port: int, *, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    close_connections()
    Granian(
        f"congbhyt.config.{door}:build",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # Detecting HTTP/2 would wait for the first byte without any limit; nobody here speaks it in the clear.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000, max_buffer_size=MOST_HEAD_BYTES),
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST_CALL_SECONDS,
        log_access=False,
        websockets=False,
    ).serve(target_loader=partial(_application, door, os.getpid()), wrap_loader=False)


def _application(door: str, parent: int) -> Callable[..., Any]:
    """Load a door in a worker, which must not go on serving when its parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(f"the {door} ended before its worker began")
    configure()
    application: Callable[..., Any] = import_module(f"congbhyt.config.{door}").build()
    hot.release()
    # What is loaded by now stays: looking through it again at every collection would cost each call time.
    gc.collect()
    gc.freeze()
    return application


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
