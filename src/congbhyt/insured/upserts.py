"""The SQL of one batch: staged rows are compared with what is held, clashes leave, the rest is upserted.

Every statement works on a whole batch. `staged` holds the rows as COPY brought them; `known` adds what
the database holds for each: whose person, whose card or visit, and whether anything differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from congbhyt.insured.formats import CARDS, VISITS
from congbhyt.insured.rows import Column, Format

_CITIZEN = ("citizen_sealed", "citizen_digest")
# The tables are large and a batch is small: joins between them must go through an index, whatever the
# planner guesses about temporary tables, of which it knows nothing. Between temporary ones it may hash.
_BY_INDEX = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
_FREELY = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on;"
# Two imports at once would race for the same keys; the second one's batches wait for the first one's.
_ALONE = "SELECT pg_advisory_xact_lock(7283146);"
# The audit entry at the end of the run is committed durably, and with it every batch before.
_UNHURRIED = "SET LOCAL synchronous_commit = off;"


@dataclass(frozen=True, slots=True)
class Clash:
    """Rows that the database's other rows forbid: `sql` removes them and returns line and shown value."""

    field: str
    code: str
    sql: str


@dataclass(frozen=True, slots=True)
class Store:
    """One statement whose row count is reported under `counted`."""

    counted: str
    sql: str


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The short cut for people of whom nothing is held: which ones are not, and where the others go."""

    copy_claims: str
    entangled: str
    fresh_ids: str
    copy_people: str
    copy_cards: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to a batch, in this order."""

    prepare: str
    copy: str
    know: str
    clashes: Sequence[Clash]
    settle: str
    stores: Sequence[Store]
    newcomers: Newcomers | None = None


def plan(form: Format, header: Sequence[str]) -> Plan:
    """The statements for a file with these columns; a column that is absent changes nothing held."""
    present = [name for column in form.columns if column.name in header for name in stored(column)]
    return _cards(present) if form is CARDS else _visits(present)


def stored(column: Column) -> list[str]:
    """The database columns that hold `column`."""
    return [definition.split()[0] for definition in column.stored]


def _columns(form: Format, *besides: str) -> list[str]:
    return [name for column in form.columns for name in stored(column) if name not in besides]


def _cards(present: Sequence[str]) -> Plan:
    person_columns = ["full_name", "birth_day", "birth_precision", "gender", "address", *_CITIZEN]
    card_columns = _columns(CARDS, "social_number", "number", "valid_from", *person_columns)
    person = _Target("insured_insuredperson", ("social_number",), person_columns, "person_held", "person_differs")
    card = _Target("insured_card", ("number", "valid_from"), card_columns, "held", "differs")
    names = _columns(CARDS)
    owned = names.index("number")
    return Plan(
        prepare=f"{_prepare(CARDS)}; {_CLAIMED}; {_BY_INDEX}",
        copy="COPY staged FROM STDIN",
        know=_BY_INDEX
        + _KNOW_CARDS.format(person=person.differences("p", present), card=card.differences("c", present))
        + _FREELY,
        clashes=[
            Clash(
                "citizen_number",
                "CITIZEN_OF_ANOTHER",
                "DELETE FROM known WHERE citizen_clash RETURNING line, ''",
            ),
            Clash("card_number", "CARD_OF_ANOTHER", "DELETE FROM known WHERE clash RETURNING line, number"),
            Clash("citizen_number", "CITIZEN_OF_ANOTHER", _contested(["citizen_digest"], "''")),
            Clash("card_number", "CARD_OF_ANOTHER", _contested(["number", "valid_from"], "k.number")),
        ],
        settle=_CARRY_CITIZEN + _BY_INDEX,
        stores=[
            Store("people_changed", person.update(present)),
            Store("people_added", person.insert()),
            Store("changed", card.update(present)),
            Store("added", card.insert(owned=True)),
        ],
        newcomers=Newcomers(
            copy_claims="COPY claimed FROM STDIN",
            entangled=_ENTANGLED,
            fresh_ids=_FRESH_IDS,
            copy_people=f"COPY {person.table} (id, {', '.join(names[:owned])}) FROM STDIN",
            copy_cards=f"COPY {card.table} (person_id, {', '.join(names[owned:])}) FROM STDIN",
        ),
    )


def _visits(present: Sequence[str]) -> Plan:
    key = ("facility_code", "visit_code")
    visit = _Target("insured_visit", key, _columns(VISITS, "social_number", *key), "held", "differs")
    return Plan(
        prepare=_prepare(VISITS),
        copy="COPY staged FROM STDIN",
        know=_BY_INDEX + _KNOW_VISITS.format(visit=visit.differences("v", present)) + _FREELY,
        clashes=[
            Clash(
                "social_number",
                "PERSON_UNKNOWN",
                "DELETE FROM known WHERE person_id IS NULL RETURNING line, social_number",
            ),
            Clash("visit_code", "VISIT_OF_ANOTHER", "DELETE FROM known WHERE clash RETURNING line, visit_code"),
            Clash("visit_code", "VISIT_OF_ANOTHER", _contested(key, "k.visit_code")),
        ],
        settle=_BY_INDEX,
        stores=[Store("changed", visit.update(present)), Store("added", visit.insert(owned=True))],
    )


def _prepare(form: Format) -> str:
    """Temporary tables end with the transaction, so that this also works behind a transaction pooler."""
    definitions = ", ".join(definition for column in form.columns for definition in column.stored)
    return f"{_ALONE} {_UNHURRIED} DROP TABLE IF EXISTS pg_temp.staged, pg_temp.known, pg_temp.claimed; " + (
        f"CREATE TEMP TABLE staged (line bigint, {definitions}) ON COMMIT DROP"
    )


@dataclass(frozen=True, slots=True)
class _Target:
    """A table that is filled: what makes its rows one, which columns a file brings, its flags in `known`."""

    table: str
    key: Sequence[str]
    columns: Sequence[str]
    held: str
    differs: str

    def differences(self, alias: str, present: Sequence[str]) -> str:
        """An SQL condition: held row `alias` and staged row `s` differ in a column that the file has.

        The ciphertext says nothing, because it is new on every sealing; the digest beside it does.
        """
        compared = [name for name in self.columns if name in present and name != "citizen_sealed"]
        held = ", ".join(f"{alias}.{name}" for name in compared)
        return f"ROW({held}) IS DISTINCT FROM ROW({', '.join(_value(name, 's', alias) for name in compared)})"

    def update(self, present: Sequence[str]) -> str:
        """Change the held rows that differ, as the last row of each key says."""
        changing = [name for name in self.columns if name in present]
        return _UPDATE.format(
            table=self.table,
            assignments=", ".join(f"{name} = {_value(name, 'w', 'h')}" for name in changing),
            match=" AND ".join(f"h.{name} = w.{name}" for name in self.key),
            key=", ".join(self.key),
            held=self.held,
            differs=self.differs,
        )

    def insert(self, *, owned: bool = False) -> str:
        """Add the rows that are not held, as the last row of each key says; `owned`: with their person."""
        names = [*self.key, *self.columns]
        return _INSERT.format(
            table=self.table,
            names=", ".join([*(["person_id"] if owned else []), *names]),
            values=", ".join([*(["coalesce(k.person_id, p.id)"] if owned else []), *(f"k.{name}" for name in names)]),
            owner=_OWNER if owned else "",
            key=", ".join(f"k.{name}" for name in self.key),
            held=self.held,
        )


def _value(name: str, brought: str, held: str) -> str:
    """What a column becomes: a file without a CCCD never erases the one that is held."""
    return f"coalesce({brought}.{name}, {held}.{name})" if name in _CITIZEN else f"{brought}.{name}"


def _contested(key: Sequence[str], shown: str) -> str:
    """Remove rows that claim for one mã số BHXH what an earlier row of the batch claims for another."""
    return _CONTESTED.format(
        key=", ".join(key), match=" AND ".join(f"k.{name} = claim.{name}" for name in key), shown=shown
    )


_CLAIMED = """
CREATE TEMP TABLE claimed (social_number varchar(10), citizen_digest bytea)
ON COMMIT DROP
"""
# A card of somebody else on a newcomer is too rare to be asked for each time: COPY would fail on it, and
# the batch then goes the long way.
_ENTANGLED = """
SELECT k.social_number FROM claimed k
LEFT JOIN insured_insuredperson p ON p.social_number = k.social_number
LEFT JOIN insured_insuredperson holder ON holder.citizen_digest = k.citizen_digest
WHERE p.id IS NOT NULL OR holder.id IS NOT NULL
"""
_FRESH_IDS = """
SELECT string_agg(nextval(ids.name)::text, ' ')
FROM (SELECT pg_get_serial_sequence('insured_insuredperson', 'id')::regclass AS name OFFSET 0) ids,
    generate_series(1, %s)
"""
_KNOW_CARDS = """
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT s.*,
    p.id AS person_id,
    p.id IS NOT NULL AS person_held,
    p.id IS NOT NULL AND {person} AS person_differs,
    holder.id IS NOT NULL AS citizen_clash,
    c.person_id IS NOT NULL AS held,
    c.person_id IS NOT NULL AND {card} AS differs,
    c.person_id IS NOT NULL AND c.person_id IS DISTINCT FROM p.id AS clash
FROM staged s
LEFT JOIN insured_insuredperson p ON p.social_number = s.social_number
LEFT JOIN insured_insuredperson holder ON holder.citizen_digest
    = CASE WHEN s.citizen_digest IS DISTINCT FROM p.citizen_digest THEN s.citizen_digest END
LEFT JOIN insured_card c ON c.number = s.number AND c.valid_from = s.valid_from;
"""
_KNOW_VISITS = """
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT s.*,
    p.id AS person_id,
    v.person_id IS NOT NULL AS held,
    v.person_id IS NOT NULL AND {visit} AS differs,
    v.person_id IS NOT NULL AND v.person_id IS DISTINCT FROM p.id AS clash
FROM staged s
LEFT JOIN insured_insuredperson p ON p.social_number = s.social_number
LEFT JOIN insured_visit v ON v.facility_code = s.facility_code AND v.visit_code = s.visit_code;
"""
_CONTESTED = """
WITH claim AS (
    SELECT {key}, min(line) AS line FROM known GROUP BY {key} HAVING min(social_number) <> max(social_number)
)
DELETE FROM known k USING claim JOIN known first ON first.line = claim.line
WHERE {match} AND k.social_number <> first.social_number
RETURNING k.line, {shown}
"""
# A person's last row in the batch may lack the CCCD that an earlier one brought.
_CARRY_CITIZEN = """
UPDATE known k SET citizen_sealed = other.citizen_sealed, citizen_digest = other.citizen_digest,
    person_differs = k.person_differs OR other.person_differs
FROM (
    SELECT DISTINCT ON (social_number) * FROM known
    WHERE citizen_digest IS NOT NULL AND EXISTS (SELECT FROM known WHERE citizen_digest IS NULL)
    ORDER BY social_number, line DESC
) other
WHERE k.citizen_digest IS NULL AND other.social_number = k.social_number;
"""
_UPDATE = """
UPDATE {table} h SET {assignments}
FROM (SELECT DISTINCT ON ({key}) * FROM known WHERE {held} ORDER BY {key}, line DESC) w
WHERE {match} AND w.{differs}
"""
_INSERT = """
INSERT INTO {table} ({names})
SELECT DISTINCT ON ({key}) {values} FROM known k {owner}
WHERE NOT k.{held} ORDER BY {key}, k.line DESC
"""
# Somebody added one statement ago has no person_id in `known` yet; only for them is the index asked again.
_OWNER = """
LEFT JOIN insured_insuredperson p
    ON p.social_number = CASE WHEN k.person_id IS NULL THEN k.social_number END
"""
