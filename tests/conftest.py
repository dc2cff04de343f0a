"""One embedded server for the whole run, one migrated template, one database per worker."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from congbhyt.config import embedded
from congbhyt.kernel.keyring import create_keys

TEMPLATE = "congbhyt_template"
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
_RUN = contextlib.ExitStack()


def _prepare() -> None:
    """Start the server in the controlling process; give every testing process its own database.

    This runs when pytest reads this file, because the conftest files below import models.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        var = Path(_RUN.enter_context(tempfile.TemporaryDirectory(prefix="congbhyt-test-", ignore_cleanup_errors=True)))
        os.environ["CONGBHYT_VAR"] = str(var)
        access = _RUN.enter_context(embedded.running(var / "postgres", durable=False))
        create_keys(var / "keys.json")
        _make_template(access)
    else:
        access = server_access()
    name = f"congbhyt_{worker or 'solo'}"
    clone_template(access, name)
    os.environ["DATABASE_URL"] = access.url(embedded.APPLICATION, name)
    os.environ["DATABASE_OWNER_URL"] = access.url(embedded.OWNER, name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "congbhyt.config.settings"
    django.setup()
    # Workers inherit the environment; with this name in it pytest-django would read settings before this file.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    """Stop the server that this process started."""
    _RUN.close()


def server_access() -> embedded.Access:
    """How to reach the server of this run."""
    with embedded.running(Path(os.environ["CONGBHYT_VAR"]) / "postgres") as access:
        return access


def _make_template(access: embedded.Access) -> None:
    """Migrate an empty database once; every test database is a copy of it."""
    with psycopg.connect(access.url(embedded.SUPERUSER, "postgres"), autocommit=True) as connection:
        _drop(connection, TEMPLATE)
        embedded.create_database(connection, TEMPLATE)
    environment = {
        **os.environ,
        "DATABASE_URL": access.url(embedded.APPLICATION, TEMPLATE),
        "DATABASE_OWNER_URL": access.url(embedded.OWNER, TEMPLATE),
    }
    subprocess.run(
        [sys.executable, "-m", "congbhyt.commands", "migrate", "--kind", "sandbox"], env=environment, check=True
    )


def clone_template(access: embedded.Access, name: str) -> None:
    """Make database `name` anew as a copy of the template."""
    with psycopg.connect(access.url(embedded.SUPERUSER, "postgres"), autocommit=True) as connection:
        _drop(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(embedded.OWNER)
            )
        )


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Nothing to do: the worker's database is a migrated copy already."""


@pytest.fixture
def fresh_database() -> Iterator[Callable[[], dict[str, str]]]:
    """Make databases for tests that start processes; each call gives the environment that names one."""
    access = server_access()
    made: list[str] = []

    def make() -> dict[str, str]:
        name = f"congbhyt_fresh_{os.getpid()}_{len(made)}"
        clone_template(access, name)
        made.append(name)
        return {
            **os.environ,
            "DATABASE_URL": access.url(embedded.APPLICATION, name),
            "DATABASE_OWNER_URL": access.url(embedded.OWNER, name),
        }

    yield make
    with psycopg.connect(access.url(embedded.SUPERUSER, "postgres"), autocommit=True) as connection:
        for name in made:
            _drop(connection, name)


_prepare()
