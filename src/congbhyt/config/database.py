"""Tables and privileges: what the owner does so that the application role can only do its work."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from congbhyt.installation.models import Installation
from congbhyt.kernel import clock
from congbhyt.kernel.refusal import Refusal

READ_ONLY = ("installation_installation", "installation_revision", "django_migrations")
APPEND_ONLY = ("audit_entry",)
_MIGRATING = 1923_2024
"""The number of the lock that one process at a time holds; any number that nothing else in the database uses."""


def migrate(kind: str = Installation.Kind.PRODUCTION, *, verbosity: int = 0) -> None:
    """Bring the tables up to date as the owner, then give the application role its privileges.

    `kind` marks a new database as sandbox or production; a database that is marked keeps its mark. Both doors and the
    worker do this when they start together, so they wait for one another; closing the connection lets the next one in.
    """
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
        with transaction.atomic(using="owner"):
            Installation.objects.using("owner").get_or_create(pk=1, defaults={"kind": kind, "created_at": clock.now()})
            _grant(connections["default"].settings_dict["USER"])
    finally:
        connections["owner"].close()


def _grant(application: str) -> None:
    """Give `application` what it needs: no ownership, no change of what is only added to or only read."""
    role = sql.Identifier(application)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (application,):
            return  # one role for both: the triggers still refuse, the privileges cannot
        statements = [
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {{role}}" for table in READ_ONLY),
            *(f"REVOKE UPDATE, DELETE ON {table} FROM {{role}}" for table in APPEND_ONLY),
        ]
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role=role))


class NotMigratedError(Refusal):
    """The tables are not those of this version."""

    code = "DATABASE_NOT_MIGRATED"
    template = "Cơ sở dữ liệu chưa đúng phiên bản. Chạy: congbhyt migrate."


def check_migrated() -> None:
    """Make sure that the tables are those of this version before anything is served from them.

    Raises:
        NotMigratedError: they are not; the detail names the first step missing.
    """
    executor = MigrationExecutor(connections["default"])
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        raise NotMigratedError(f"first step missing: {pending[0][0]}")
