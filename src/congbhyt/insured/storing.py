"""A batch into the database: people who are wholly new by COPY, everything else by comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors

from congbhyt.insured.batches import Batch, Row
from congbhyt.insured.rows import Fault
from congbhyt.insured.upserts import Newcomers, Plan

Faults = list[tuple[int, Fault]]


def store(plan: Plan, batch: Batch, counts: Counter[str]) -> Faults:
    """Store a batch in one transaction and return the rows that the database's other rows forbid.

    `counts` grows by the rows that each of the plan's statements wrote. What no check foresaw (another
    program writing the same keys at this moment) must cost one row, not the run: a batch that fails is
    tried again without short cuts and halved until the row is alone.
    """
    if not batch.rows:
        return []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            done: Counter[str] = Counter()
            cursor.execute(plan.prepare)
            others = _newcomers(cursor, plan.newcomers, batch, done) if plan.newcomers else batch.rows
            faults = _upsert(cursor, plan, others, done)
    except _UNFORESEEN:
        return _store_halves(plan, batch.rows, counts)
    counts.update(done)
    return faults


# psycopg's own come out of COPY, Django's out of everything else.
_UNFORESEEN = (IntegrityError, DataError, errors.IntegrityError, errors.DataError)


def _store_halves(plan: Plan, rows: Sequence[Row], counts: Counter[str]) -> Faults:
    done: Counter[str] = Counter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(plan.prepare)
            faults = _upsert(cursor, plan, rows, done)
    except _UNFORESEEN:
        if len(rows) == 1:
            return [(rows[0].line, Fault("", "DATABASE"))]
        middle = len(rows) // 2
        return _store_halves(plan, rows[:middle], counts) + _store_halves(plan, rows[middle:], counts)
    counts.update(done)
    return faults


def _newcomers(cursor: CursorWrapper, newcomers: Newcomers, batch: Batch, done: Counter[str]) -> list[Row]:
    """Copy the people of whom nothing is held, with their cards, and return the rows of all others.

    COPY is twice as fast as INSERT, and the first load of a registry consists of newcomers only.
    """
    _copy(cursor, newcomers.copy_claims, batch.claims)
    cursor.execute(newcomers.entangled)
    entangled = batch.contested.union(number for (number,) in cursor.fetchall())
    people = {row.social_number: row.owner for row in batch.rows if row.social_number not in entangled}
    if people:
        cursor.execute(newcomers.fresh_ids, [len(people)])
        ids = dict(zip(people, cursor.fetchone()[0].split(), strict=True))
        cards = [f"{ids[row.social_number]}\t{row.rest}" for row in batch.rows if row.social_number in ids]
        _copy(cursor, newcomers.copy_people, (f"{ids[number]}\t{owner}" for number, owner in people.items()))
        _copy(cursor, newcomers.copy_cards, cards)
        done.update(people_added=len(people), added=len(cards))
    return [row for row in batch.rows if row.social_number in entangled]


def _upsert(cursor: CursorWrapper, plan: Plan, rows: Sequence[Row], done: Counter[str]) -> Faults:
    """Compare rows with what is held and write the differences."""
    faults: Faults = []
    if not rows:
        return faults
    _copy(cursor, plan.copy, (f"{row.line}\t{row.owner}\t{row.rest}" for row in rows))
    cursor.execute(plan.know)
    for clash in plan.clashes:
        cursor.execute(clash.sql)
        faults += [(line, Fault(clash.field, clash.code, value)) for line, value in cursor.fetchall()]
    cursor.execute(plan.settle)
    for statement in plan.stores:
        cursor.execute(statement.sql)
        done[statement.counted] += cursor.rowcount
    return faults


def _copy(cursor: CursorWrapper, statement: str, rows: Iterable[str]) -> None:
    with cursor.copy(statement) as copy:
        copy.write("\n".join(rows))
