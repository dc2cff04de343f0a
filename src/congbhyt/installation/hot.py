"""Hand-written SQL for the few statements that run on every call.

They go to psycopg directly, prepared on the server, on the connection that Django's pool lends to
this thread; everything else uses the ORM. Parameters are always bound, never formatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection

DatabaseError = psycopg.Error
"""What a statement here may raise; a lost connection is one of them."""


def one(statement: str, parameters: Mapping[str, object]) -> tuple[Any, ...] | None:
    """Run a reading `statement` and return its first row, or None.

    Raises:
        DatabaseError: the database refused it or cannot be reached.
    """
    return _execute(statement, parameters).fetchone()


def run(statement: str, parameters: Mapping[str, object]) -> None:
    """Run a writing `statement`; outside a transaction it is committed on return.

    Raises:
        DatabaseError: the database refused it or cannot be reached.
    """
    _execute(statement, parameters)


def _execute(statement: str, parameters: Mapping[str, object]) -> psycopg.Cursor[tuple[Any, ...]]:
    if connection.connection is None:
        _connect()
    cursor: psycopg.Cursor[tuple[Any, ...]] = psycopg.Cursor(connection.connection)
    return cursor.execute(statement, parameters, prepare=True)


def _connect() -> None:
    try:
        connection.ensure_connection()
    except Exception as unreachable:
        raise psycopg.OperationalError("the database cannot be reached") from unreachable


def release() -> None:
    """Give the thread's connection back to the pool, unless a transaction of the caller needs it."""
    if not connection.in_atomic_block:
        connection.close()
