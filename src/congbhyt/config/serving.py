"""Starting the doors and the worker."""

from __future__ import annotations

from django.conf import settings

from congbhyt.config.bootstrap import close_connections


STOP_SECONDS = 10
"""For calls that are being served when the stop comes; hospital programs wait at most that long for a look-up."""


def serve_gateway(host: str, port: int) -> None:
    """Serve the gateway until it is told to stop (SIGINT or SIGTERM)."""
    from granian import Granian
    from granian.constants import Interfaces

    close_connections()
    Granian(
        "congbhyt.config.gateway:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.GATEWAY_WORKERS,
        blocking_threads=settings.GATEWAY_THREADS,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_access=False,
        websockets=False,
    ).serve()


def run_worker() -> None:
    """Run jobs until told to stop: messages, clean-up, stalled jobs."""
    from procrastinate.contrib.django import app

    app.with_connector(app.connector.get_worker_connector()).run_worker(  # type: ignore[attr-defined]
        name="congbhyt", install_signal_handlers=True, listen_notify=True, delete_jobs="successful"
    )
