"""From nothing to a configured Django: the embedded database if no other is named, keys, settings."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from congbhyt.config import embedded
from congbhyt.config.paths import keys_file, var
from congbhyt.kernel.keyring import create_keys

_EMBEDDED = "CONGBHYT_EMBEDDED_DATABASE_RUNNING"
"""Tells children of this process, which find DATABASE_URL set, whose database it is."""


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Name the database in the environment for this process and its children, and configure Django.

    Raises:
        EmbeddedDatabaseError: the embedded PostgreSQL cannot start.
        WrongSettingError: a setting has no possible value.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "congbhyt.config.settings"
    with contextlib.ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            access = stack.enter_context(embedded.running(var() / "postgres"))
            with contextlib.suppress(FileExistsError):
                create_keys(keys_file())
            os.environ[_EMBEDDED] = "1"
            os.environ["DATABASE_URL"] = access.url(embedded.APPLICATION)
            os.environ["DATABASE_OWNER_URL"] = access.url(embedded.OWNER)
        stack.callback(close_connections)
        configure()
        yield


def is_embedded() -> bool:
    """Whether the database that is named is one that we started, here or in the process above."""
    return _EMBEDDED in os.environ


def configure() -> None:
    """Load settings and models."""
    import django

    django.setup()


def close_connections() -> None:
    """End every connection of this process: before the embedded server stops, and before workers are forked,
    which must not share one."""
    from django.db import connections

    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
