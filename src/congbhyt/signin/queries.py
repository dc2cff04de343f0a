"""Reads of sessions: whose cookie this is, and which sessions a person has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.installation import hot
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.keyring import fingerprint
from congbhyt.policy.rules import InForce
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import AddressForeignError, SessionEndedError
from congbhyt.signin.rules import session_end
from congbhyt.signin.visitors import SignedIn, Visitor
from congbhyt.units.models import Agency, Unit

M = TypeVar("M", bound=Model)
_SHOWN_FOR = timedelta(days=30)
_GONE = "Bạn chưa đăng nhập hoặc phiên làm việc đã kết thúc."


def signed_in(token: str, *, visitor: Visitor, policy: InForce, at: datetime) -> SignedIn:
    """The person whose session the cookie's token opens, asked anew for every page.

    Raises:
        SessionEndedError: none, over, or of somebody who was locked since; it says why.
        AddressForeignError: the address is no longer one from which this person may work.
    """
    row = hot.one(_FIND, {"token_digest": fingerprint(token)})
    if row is None:
        raise SessionEndedError(why=_GONE)
    session = _rebuilt(row)
    _check_time(session, policy, at)
    _check_person(session, policy, at)
    _check_address(session, visitor, policy)
    held = {Right(right): datetime.fromisoformat(since) for right, since in (row[-1] or {}).items()}
    return SignedIn(session.person, session, held)


def _columns(model: type[Model], alias: str) -> tuple[list[str], str]:
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], ", ".join(f'{alias}."{field.column}"' for field in fields)


_PARTS = (_columns(Session, "s"), _columns(Person, "p"), _columns(Unit, "u"), _columns(Agency, "a"))
_FIND = f"""
SELECT {", ".join(columns for _, columns in _PARTS)},
       (SELECT json_object_agg(g."right", g.granted_at) FROM accounts_grant g
        WHERE g.person_id = p.id AND g.revoked_at IS NULL)
FROM signin_session s
JOIN accounts_person p ON p.id = s.person_id
LEFT JOIN units_unit u ON u.id = p.unit_id
LEFT JOIN units_agency a ON a.id = p.agency_id
WHERE s.token_digest = %(token_digest)s AND s.ended_at IS NULL
"""  # noqa: S608  # columns of our own models
"""Every page begins with this, so it is one round trip: session, person, home and rights."""


def _rebuilt(row: tuple[Any, ...]) -> Session:
    """The models out of one row, as select_related would have made them."""
    session, rest = _part(Session, 0, row)
    person, rest = _part(Person, 1, rest)
    unit, rest = _part(Unit, 2, rest)
    agency, _ = _part(Agency, 3, rest)
    person.unit = unit if person.unit_id else None
    person.agency = agency if person.agency_id else None
    session.person = person
    return session


def _part(model: type[M], number: int, row: tuple[Any, ...]) -> tuple[M, tuple[Any, ...]]:
    names = _PARTS[number][0]
    return model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)]), row[len(names) :]


def _check_time(session: Session, policy: InForce, at: datetime) -> None:
    if session_end(session.seen_at, session.ends_at, policy) > at:
        return
    if session.ends_at <= at:
        hours = int(policy.portal_session_length.total_seconds() // 3600)
        raise SessionEndedError(why=f"Phiên làm việc đã kéo dài {hours} giờ nên kết thúc.")
    minutes = int(policy.portal_idle.total_seconds() // 60)
    raise SessionEndedError(why=f"Phiên làm việc đã kết thúc vì {minutes} phút không thao tác.")


def _check_person(session: Session, policy: InForce, at: datetime) -> None:
    person, home, today = session.person, session.person.home, vietnam_day(at)
    counts = person.sessions_valid_from is None or session.opened_at >= person.sessions_valid_from
    if person.state != Person.State.ACTIVE or not counts or not home.lasts_on(today):
        raise SessionEndedError(why=_GONE)
    if person.shared and not policy.shared_accounts and not session.registration_only:
        raise SessionEndedError(why="Tài khoản dùng chung của đơn vị nay chỉ dùng để đăng ký.")


def _check_address(session: Session, visitor: Visitor, policy: InForce) -> None:
    """People of units only from their networks; those of agencies who gave no second factor likewise.

    What is for registration only has given one, and is for those who have no network yet.
    """
    person = session.person
    if session.registration_only:
        return
    if not policy.address_enforced or (person.agency_id and not session.trusted_network) or visitor.is_at(person.home):
        return
    raise AddressForeignError(address=visitor.origin.address, home=person.home.name, actor=person.actor)


def sessions_of(person: Person, *, policy: InForce, at: datetime) -> list[tuple[Session, bool]]:
    """The person's sessions of the last 30 days, newest first, each with whether it lasts."""
    rows = Session.objects.filter(person=person, opened_at__gt=at - _SHOWN_FOR).order_by("-opened_at", "-pk")
    valid_from = person.sessions_valid_from
    return [
        (
            row,
            row.ended_at is None
            and session_end(row.seen_at, row.ends_at, policy) > at
            and (valid_from is None or row.opened_at >= valid_from),
        )
        for row in rows
    ]
