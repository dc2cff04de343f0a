"""Hand-written SQL for the few statements that run on every call.

They go to libpq directly, through psycopg's own wrapper and type adapters, prepared on the server, on a
connection that Django's pool lends to this thread; everything else uses the ORM. One blocking
call per statement costs half of what psycopg's cursor does and gives the interpreter away once
instead of six times, which is what counts with many threads (docs/adr/0010). Parameters are always
bound, never formatted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from threading import local
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.abc import Transformer
from psycopg.adapt import PyFormat
from psycopg.adapt import Transformer as Adapter
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg_pool import ConnectionPool, PoolTimeout

DatabaseError = psycopg.Error
"""What a statement here may raise; a lost connection is one of them."""

_PARAMETER = re.compile(r"%\((\w+)\)s")
_ANSWERED = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_UNKNOWN_STATEMENT, _CHANGED_TABLE = b"26000", b"0A000"
_CUT = ("08", "57P")
"""SQLSTATE of lost connections and of a server that shuts down; a connection that just vanished has none."""
_thread = local()
"""Each thread's lease."""
_prepared: WeakKeyDictionary[psycopg.Connection[Any], set[bytes]] = WeakKeyDictionary()
"""The statements that each connection's server side knows."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement as libpq takes it: a name, $1, $2 …, and which parameter each of them is."""

    name: bytes
    query: bytes
    order: tuple[str, ...]
    formats: tuple[PyFormat, ...]


@cache
def _compiled(statement: str) -> _Statement:
    order = tuple(dict.fromkeys(_PARAMETER.findall(statement)))
    query = _PARAMETER.sub(lambda found: f"${order.index(found[1]) + 1}", statement).encode()
    return _Statement(b"hot_" + sha256(query).hexdigest()[:16].encode(), query, order, (PyFormat.TEXT,) * len(order))


def one(statement: str, parameters: Mapping[str, object]) -> tuple[Any, ...] | None:
    """Run a reading `statement` and return its first row, or None.

    Raises:
        DatabaseError: the database refused it or cannot be reached.
    """
    try:
        adapter, result = _execute(statement, parameters)
    except DatabaseError as failed:
        if not _renewed(failed):
            raise
        adapter, result = _execute(statement, parameters)
    if not result.ntuples:
        return None
    adapter.set_pgresult(result)
    return adapter.load_row(0, tuple)


def run(statement: str, parameters: Mapping[str, object]) -> None:
    """Run a writing `statement`; outside a transaction it is committed on return.

    Raises:
        DatabaseError: the database refused it or cannot be reached.
    """
    _execute(statement, parameters)


def answers() -> bool:
    """Whether the database answers."""
    try:
        return one("SELECT 1", {}) == (1,)
    except DatabaseError:
        return False


def _execute(statement: str, parameters: Mapping[str, object]) -> tuple[Transformer, PGresult]:
    lent = _connection()
    compiled, adapter = _compiled(statement), Adapter.from_context(lent)
    values = cast("list[Any]", adapter.dump_sequence([parameters[name] for name in compiled.order], compiled.formats))
    known = _prepared.setdefault(lent, set())
    if compiled.name not in known:
        _prepare(lent.pgconn, compiled, known)
    result = lent.pgconn.exec_prepared(compiled.name, values)
    complaint = result.error_field(DiagnosticField.SQLSTATE)
    if complaint in (_UNKNOWN_STATEMENT, _CHANGED_TABLE) and _is_idle(lent.pgconn):
        if complaint == _CHANGED_TABLE:  # a migration under a running gateway
            lent.pgconn.exec_(b"DEALLOCATE " + compiled.name)
        _prepare(lent.pgconn, compiled, known)
        result = lent.pgconn.exec_prepared(compiled.name, values)
    if result.status not in _ANSWERED:
        raise error_from_result(result)
    return adapter, result


def _prepare(server: PGconn, statement: _Statement, known: set[bytes]) -> None:
    result = server.prepare(statement.name, statement.query)
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result)
    known.add(statement.name)


class _Lease:
    """A connection that one thread keeps from call to call, and the pool gets back when the thread ends.

    Borrowing and returning around every call would cost it a sixth of its time.
    """

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool
        self.used_before = False
        try:
            self.connection: psycopg.Connection[Any] = pool.getconn()
        except PoolTimeout as unreachable:
            raise psycopg.OperationalError("the database cannot be reached") from unreachable
        self.connection.autocommit = True

    @property
    def is_sound(self) -> bool:
        """Whether the connection can serve another call."""
        return _is_idle(self.connection.pgconn)

    def break_off(self) -> None:
        """Close a cut connection, which libpq may take for sound, and let the pool look whether its others were cut."""
        self.connection.close()
        self._pool.check()

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            self._pool.putconn(self.connection)


def _connection() -> psycopg.Connection[Any]:
    """This thread's connection; inside Django's `atomic`, the one of its transaction."""
    ours: Any = connections[DEFAULT_DB_ALIAS]  # PostgreSQL's, with a pool
    if ours.in_atomic_block:
        transaction: psycopg.Connection[Any] = ours.connection
        return _begun(transaction)
    lease: _Lease | None = getattr(_thread, "lease", None)
    if lease is None:
        lease = _thread.lease = _Lease(ours.pool)
    return lease.connection


def _begun(lent: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """With the transaction begun as psycopg would, if nothing was sent in it yet."""
    if not lent.autocommit and _is_idle(lent.pgconn):
        lent.pgconn.exec_(b"BEGIN")
    return lent


def _is_idle(server: PGconn) -> bool:
    return server.transaction_status == TransactionStatus.IDLE


def _renewed(failed: psycopg.Error) -> bool:
    """Whether a connection that broke between two calls was replaced, so that a read may be tried again."""
    lease: _Lease | None = getattr(_thread, "lease", None)
    cut = failed.sqlstate is None or failed.sqlstate.startswith(_CUT)
    if lease is None or not lease.used_before or not cut:
        return False
    lease.break_off()
    _thread.lease = None
    return True


def release() -> None:
    """End a call: give Django's connection back, and ours if it broke; a transaction of the caller keeps its own."""
    ours = connections[DEFAULT_DB_ALIAS]
    lease: _Lease | None = getattr(_thread, "lease", None)
    if lease is not None:
        lease.used_before = True
        if not lease.is_sound:
            _thread.lease = None
    if ours.connection is not None and not ours.in_atomic_block:
        ours.close()
