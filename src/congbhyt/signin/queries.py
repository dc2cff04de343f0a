"""Reads of sessions: whose cookie this is, and which sessions a person has."""

from __future__ import annotations

from datetime import datetime, timedelta

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Grant, Person
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.keyring import fingerprint
from congbhyt.policy.rules import InForce
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import AddressForeignError, SessionEndedError
from congbhyt.signin.rules import session_end
from congbhyt.signin.visitors import SignedIn, Visitor

_SHOWN_FOR = timedelta(days=30)
_GONE = "Bạn chưa đăng nhập hoặc phiên làm việc đã kết thúc."


def signed_in(token: str, *, visitor: Visitor, policy: InForce, at: datetime) -> SignedIn:
    """The person whose session the cookie's token opens, asked anew for every page.

    Raises:
        SessionEndedError: none, over, or of somebody who was locked since; it says why.
        AddressForeignError: the address is no longer one from which this person may work.
    """
    session = (
        Session.objects.select_related("person__unit", "person__agency")
        .filter(token_digest=fingerprint(token), ended_at=None)
        .first()
    )
    if session is None:
        raise SessionEndedError(why=_GONE)
    _check_time(session, policy, at)
    _check_person(session, at)
    _check_address(session, visitor, policy)
    return SignedIn(session.person, session, rights_of(session.person))


def _check_time(session: Session, policy: InForce, at: datetime) -> None:
    if session_end(session.seen_at, session.ends_at, policy) > at:
        return
    if session.ends_at <= at:
        hours = int(policy.portal_session_length.total_seconds() // 3600)
        raise SessionEndedError(why=f"Phiên làm việc đã kéo dài {hours} giờ nên kết thúc.")
    minutes = int(policy.portal_idle.total_seconds() // 60)
    raise SessionEndedError(why=f"Phiên làm việc đã kết thúc vì {minutes} phút không thao tác.")


def _check_person(session: Session, at: datetime) -> None:
    person, home, today = session.person, session.person.home, vietnam_day(at)
    counts = person.sessions_valid_from is None or session.opened_at >= person.sessions_valid_from
    open_today = home.valid_from <= today and (home.valid_to is None or home.valid_to >= today)
    if person.state != Person.State.ACTIVE or not counts or not open_today:
        raise SessionEndedError(why=_GONE)


def _check_address(session: Session, visitor: Visitor, policy: InForce) -> None:
    """People of units only from their networks; those of agencies who gave no second factor likewise."""
    person = session.person
    if not policy.address_enforced or (person.agency_id and not session.trusted_network) or visitor.is_at(person.home):
        return
    raise AddressForeignError(address=visitor.origin.address, home=person.home.name)


def rights_of(person: Person) -> dict[Right, datetime]:
    """Rights in force and since when."""
    grants = Grant.objects.filter(person=person, revoked_at=None).values_list("right", "granted_at")
    return {Right(right): granted_at for right, granted_at in grants}


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
