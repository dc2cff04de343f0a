"""`congbhyt serve`: the doors and the worker."""

from __future__ import annotations

from typing import Annotated

import typer

from congbhyt.commands.session import work

serve_app = typer.Typer(no_args_is_help=True, help="Start a door or the worker; each until it is told to stop.")


@serve_app.command()
def gateway(
    host: Annotated[str, typer.Option(help="Address to listen on; `::` listens on IPv4 and IPv6.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8001,
) -> None:
    """The door for hospital programs."""
    with work():
        from congbhyt.config import serving

        _prepare()
        serving.serve_gateway(host, port)


@serve_app.command()
def portal(
    host: Annotated[str, typer.Option(help="Address to listen on; `::` listens on IPv4 and IPv6.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """The door for people."""
    with work():
        from congbhyt.config import serving

        _prepare()
        serving.serve_portal(host, port)


@serve_app.command()
def worker() -> None:
    """Send queued messages and clean up."""
    with work():
        from congbhyt.config import serving

        _prepare()
        serving.run_worker()


def _prepare() -> None:
    """Bring the embedded database up to date; ask the same of an operator's own."""
    from congbhyt.config import bootstrap, database

    if bootstrap.is_embedded():
        database.migrate()
    database.check_migrated()
