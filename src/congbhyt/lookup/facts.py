"""Everything a look-up rests on, read in one round trip.

This is the hot statement of the system: officer, person, cards, visits and the who-looked trail as
arrays, decoded straight into typed objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from congbhyt.accounts.authz import Right
from congbhyt.installation import hot
from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.identifiers import AskedBy, CardAsk, is_citizen_number
from congbhyt.lookup.rules import Card, Insured, Officer


class RegistryUnreachableError(Exception):
    """The card registry does not answer (result code 100)."""


class Ask(msgspec.Struct, frozen=True):
    """What to read: the person behind a number, the officer of a unit, and how much history."""

    card: CardAsk
    unit_id: int
    officer_citizen: str | None
    visits_since: datetime
    checks_since: datetime
    checks_most: int


class Visit(msgspec.Struct, frozen=True, array_like=True):
    """One past visit as the history shows it."""

    record_number: int
    facility_code: str
    admitted_at: datetime
    discharged_at: datetime
    diagnosis: str
    diagnosis_code: str
    other_codes: str
    discharge_status: str
    outcome: str
    admission_reason: str


class PastCheck(msgspec.Struct, frozen=True, array_like=True):
    """One entry of the who-looked trail; `masked` where the unit's speciality reveals a disease."""

    account_name: str
    checked_at: datetime
    code: str
    masked: bool


class Facts(msgspec.Struct, frozen=True):
    """What was read."""

    officer: Officer | None = None
    insured: Insured | None = None
    visits: Sequence[Visit] = ()
    checks: Sequence[PastCheck] = ()


Reader = Callable[[Ask], Facts]
"""Reads the facts; the sandbox wraps it to provoke faults."""

_PERSON_BY = {
    AskedBy.CARD: "(SELECT c.person_id FROM insured_card c WHERE c.number = %(number)s LIMIT 1)",
    AskedBy.SOCIAL: "(SELECT i.id FROM insured_insuredperson i WHERE i.social_number = %(number)s)",
    AskedBy.CITIZEN: "(SELECT i.id FROM insured_insuredperson i WHERE i.citizen_digest = %(number)s)",
}

_STATEMENT = """
WITH found AS MATERIALIZED (SELECT {person} AS id)
SELECT
    (SELECT json_build_array(o.id, o.full_name, o.history_paused_since IS NULL AND EXISTS (
        SELECT FROM accounts_grant g
        WHERE g.person_id = o.id AND g."right" = %(history_right)s AND g.revoked_at IS NULL))::text
     FROM accounts_person o
     WHERE o.unit_id = %(unit_id)s AND o.citizen_digest = %(officer_digest)s AND o.state = 'active'),
    p.id, p.social_number, p.full_name, p.birth_day, p.birth_precision, p.gender, p.address,
    (SELECT json_agg(json_build_array(c.number, c.valid_from, c.valid_to, c.status, c.first_registration,
                                      coalesce(u.name, ''), coalesce(a.name, ''), c.area, c.five_years_on,
                                      c.replaces))::text
     FROM insured_card c
     LEFT JOIN units_unit u ON u.code = c.first_registration
     LEFT JOIN units_agency a ON a.code = c.agency_code
     WHERE c.person_id = p.id),
    (SELECT json_agg(json_build_array(v.record_number, v.facility_code, v.admitted_at, v.discharged_at, v.diagnosis,
                                      v.diagnosis_code, v.other_codes, v.discharge_status, v.outcome,
                                      v.admission_reason) ORDER BY v.admitted_at DESC)::text
     FROM insured_visit v
     WHERE v.person_id = p.id AND v.discharged_at >= %(visits_since)s),
    (SELECT json_agg(json_build_array(k.account_name, k.checked_at, k.code, coalesce(u.reveals_disease, false))
                     ORDER BY k.checked_at DESC)::text
     FROM (SELECT * FROM lookup_check l
           WHERE l.person_id = p.id AND l.checked_at >= %(checks_since)s
           ORDER BY l.checked_at DESC LIMIT %(checks_most)s) k
     LEFT JOIN units_unit u ON u.code = k.unit_code)
FROM (VALUES (1)) AS always (there)
LEFT JOIN insured_insuredperson p ON p.id = (SELECT id FROM found)
"""

STATEMENTS = {by: _STATEMENT.format(person=person) for by, person in _PERSON_BY.items()}
"""One per kind of number; the only difference is how the person is found."""

_cards = msgspec.json.Decoder(tuple[Card, ...])
_visits = msgspec.json.Decoder(tuple[Visit, ...])
_checks = msgspec.json.Decoder(tuple[PastCheck, ...])
_officer = msgspec.json.Decoder(Officer)


def read_facts(ask: Ask) -> Facts:
    """Read from the system's own registry.

    Raises:
        RegistryUnreachableError: the database does not answer.
    """
    try:
        row = hot.one(STATEMENTS[ask.card.by], parameters(ask))
    except hot.DatabaseError as lost:
        raise RegistryUnreachableError(type(lost).__name__) from lost
    return _decoded(row) if row else Facts()


def parameters(ask: Ask) -> dict[str, object]:
    """What the statement binds; a CCCD only as its digest."""
    citizen = ask.officer_citizen or ""
    number: object = ask.card.number
    return {
        "number": settings.KEYS.digest(ask.card.number) if ask.card.by is AskedBy.CITIZEN else number,
        "unit_id": ask.unit_id,
        "officer_digest": settings.KEYS.digest(citizen) if is_citizen_number(citizen) else None,
        "history_right": Right.HISTORY_LOOKUP.value,
        "visits_since": ask.visits_since,
        "checks_since": ask.checks_since,
        "checks_most": ask.checks_most,
    }


def _decoded(row: tuple[Any, ...]) -> Facts:
    officer, person_id, social, name, birth_day, precision, gender, address, cards, visits, checks = row
    known = _officer.decode(officer) if officer else None
    if person_id is None:
        return Facts(officer=known)
    birth = BirthDate.of(birth_day, precision)
    held = _cards.decode(cards or "[]")
    insured = Insured(person_id, social, name, birth, gender, address, held)
    return Facts(known, insured, _visits.decode(visits or "[]"), _checks.decode(checks or "[]"))
