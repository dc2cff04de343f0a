"""The record can only be added to: by privilege for the application, by trigger for the owner."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from congbhyt.audit import actions
from congbhyt.audit.actions import NothingSoughtError
from congbhyt.audit.models import Entry
from congbhyt.audit.queries import Sought
from tests.factories import BY, NOW

ADDED = (
    "INSERT INTO audit_entry (at, event, actor, outcome, reference) VALUES (now(), 'test:entry:add', 'me', 'done', 'r')"
)
CHANGES = {
    "update": "UPDATE audit_entry SET outcome = 'other'",
    "update of no row": "UPDATE audit_entry SET outcome = 'other' WHERE false",
    "delete": "DELETE FROM audit_entry",
    "truncate": "TRUNCATE audit_entry",
}
EVERYTHING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"})
WORKING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
NARROWER = {
    "audit_entry": frozenset({"SELECT", "INSERT"}),
    "django_migrations": frozenset({"SELECT"}),
    "installation_installation": frozenset({"SELECT"}),
    "installation_revision": frozenset({"SELECT"}),
}


@pytest.fixture
def owner() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The role that migrates, in a transaction that leaves nothing behind."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as connected:
        yield connected
        connected.rollback()


@pytest.fixture
def application() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The role of doors and worker, in a transaction that leaves nothing behind."""
    with psycopg.connect(settings.DATABASE_URL) as connected:
        yield connected
        connected.rollback()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_application_lacks_the_privilege(application: psycopg.Connection[tuple[object, ...]], change: str) -> None:
    application.execute(ADDED)
    with pytest.raises(InsufficientPrivilege, match="permission denied for table audit_entry"):
        application.execute(change.encode())


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_trigger_refuses_the_owner_too(owner: psycopg.Connection[tuple[object, ...]], change: str) -> None:
    owner.execute(ADDED)
    with pytest.raises(InsufficientPrivilege, match="audit entries are never changed or removed"):
        owner.execute(change.encode())


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE audit_entry DISABLE TRIGGER entry_append_only",
        "DROP TRIGGER entry_append_only ON audit_entry",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DROP TABLE audit_entry",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_cannot_take_the_protection_away(
    application: psycopg.Connection[tuple[object, ...]], attempt: str
) -> None:
    with pytest.raises(InsufficientPrivilege):
        application.execute(attempt.encode())


@pytest.mark.django_db
def test_the_application_has_on_every_table_only_what_its_work_needs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {table for _, table in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename, privilege FROM pg_tables, unnest(%s::text[]) AS privilege "
            "WHERE schemaname = 'public' AND has_table_privilege(tablename::regclass, privilege)",
            [sorted(EVERYTHING)],
        )
        held = set(cursor.fetchall())
    assert NARROWER.keys() < tables
    assert held == {(table, privilege) for table in tables for privilege in NARROWER.get(table, WORKING)}


@pytest.mark.django_db
def test_reading_the_record_is_itself_on_record() -> None:
    actions.record("units:unit:open", by=BY, at=NOW, object="unit:01999")
    found = actions.consult(Sought(object="unit:01999"), by="operator:lan", at=NOW, newest=10)
    reading = Entry.objects.latest("pk")
    assert [entry.event for entry in found] == ["units:unit:open"]
    assert (reading.event, reading.actor) == ("audit:entry:find", "operator:lan")
    assert reading.details == {"object": "unit:01999", "found": 1}


@pytest.mark.django_db
def test_entries_agree_with_every_criterion_and_come_newest_first() -> None:
    for actor, touched in (("a", "unit:01999"), ("b", "unit:01999"), ("a", "unit:01998"), ("a", "unit:01999")):
        actions.record("test:unit:touch", by=actor, at=NOW, object=touched)
    found = actions.consult(Sought(object="unit:01999", actor="a"), by=BY, at=NOW, newest=10)
    assert [(entry.actor, entry.object) for entry in found] == [("a", "unit:01999")] * 2
    assert found[0].pk > found[1].pk


@pytest.mark.django_db
def test_one_answer_s_reference_finds_its_entry() -> None:
    origin = actions.Origin("203.0.113.7", 40000)
    actions.record("lookup:card:ask", by="account:01999_BV", at=NOW, origin=origin)
    found = actions.consult(Sought(reference=origin.reference), by=BY, at=NOW, newest=1)
    assert [(entry.address, entry.port) for entry in found] == [("203.0.113.7", 40000)]


@pytest.mark.django_db
def test_the_record_is_not_leafed_through() -> None:
    with pytest.raises(NothingSoughtError):
        actions.consult(Sought(actor="  "), by=BY, at=NOW, newest=10)
    assert not Entry.objects.exists()
