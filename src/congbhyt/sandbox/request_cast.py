"""The fixed cast, part three: requests of every kind in every state, as courses of steps that lie in the past.

Nothing here needs a database or knows the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from congbhyt.accounts.authz import Right
from congbhyt.enrolment.rules import Applicant
from congbhyt.registration.rules import Kind, State
from congbhyt.sandbox.institutions import (
    COUNCIL,
    HOSPITAL,
    LOCALS,
    OPEN_DOOR,
    PEOPLE,
    PROVINCIAL,
    SECOND_HOSPITAL,
    PersonCast,
)
from congbhyt.sandbox.names import FEMALE, MALE, full_name

_FIRST_NEWCOMER = 501


@dataclass(frozen=True, slots=True)
class Scene:
    """One request: begun so long ago, and what happened to it since, step by step; `now` is its state then.

    Steps are names of `requests.STEPS`. `lasts` is its period in days from its beginning, `replaces` asks that it
    replaces what the unit has.
    """

    now: State
    kind: Kind
    home: str
    ago: timedelta
    steps: str
    addresses: tuple[str, ...] = ()
    people: tuple[Applicant, ...] = ()
    lasts: int | None = None
    replaces: bool = False
    reason: str = ""


def _ago(days: int = 0, hours: int = 0) -> timedelta:
    return timedelta(days=days, hours=hours)


def newcomer(serial: int, *rights: Right) -> Applicant:
    """Somebody whom a unit registers; each number is another person."""
    random = Random(f"newcomer:{serial}")
    gender, year, number = random.choice((MALE, FEMALE)), random.randint(66, 99), _FIRST_NEWCOMER + serial
    return Applicant(
        full_name(random, gender), f"099{gender - 1}{year}{number:06d}", f"0000{number:06d}",
        tuple(rights or (Right.CARD_LOOKUP,)), social_number=f"99{number:08d}", position="Nhân viên tiếp đón",
        department="Khoa Khám bệnh",
    )  # fmt: skip


def known(handle: str, *rights: Right) -> Applicant:
    """Somebody of the cast, named on a form."""
    person: PersonCast = next(person for person in PEOPLE if person.handle == handle)
    return Applicant(
        person.full_name, person.citizen_number, person.phone, tuple(rights), social_number=person.social_number,
        position=person.position,
    )  # fmt: skip


def _addresses(now: State, home: str, ago: timedelta, steps: str, *lines: str, **more: object) -> Scene:
    return Scene(now, Kind.ADDRESSES, home, ago, steps, addresses=lines, **more)  # type: ignore[arg-type]  # its fields


def _emergency(now: State, home: str, ago: timedelta, steps: str, line: str) -> Scene:
    why = "mất đường truyền chính, bệnh nhân đang chờ"
    return Scene(now, Kind.EMERGENCY, home, ago, steps, addresses=(line,), reason=why)


def _people(now: State, home: str, ago: timedelta, steps: str, *lines: Applicant, lasts: int | None = None) -> Scene:
    return Scene(now, Kind.PEOPLE, home, ago, steps, people=lines, lasts=lasts)


def _head(now: State, home: str, ago: timedelta, steps: str, line: Applicant, lasts: int | None = None) -> Scene:
    return Scene(now, Kind.ADMINISTRATOR, home, ago, steps, people=(line,), lasts=lasts)


def _approvers(now: State, home: str, ago: timedelta, steps: str, *lines: Applicant, lasts: int | None = None) -> Scene:
    return Scene(now, Kind.APPROVERS, home, ago, steps, people=lines, lasts=lasts)


_OPENED = "submit note approve summary open"
_APPROVED = "submit note approve"
_HISTORY, _ADMIN, _APPROVE = Right.HISTORY_LOOKUP, Right.USER_ADMINISTRATION, Right.APPROVE_REQUESTS

_ADDRESS_SCENES = (
    _addresses(State.IN_FORCE, "99001", _ago(58), _OPENED, "198.51.100.0/27", "2001:db8:1::/48"),
    _addresses(State.REPLACED, "99002", _ago(57), _OPENED, "198.51.100.32/29"),
    _addresses(State.IN_FORCE, "99002", _ago(20), _OPENED, "198.51.100.40", replaces=True),
    _addresses(State.EXPIRED, "99010", _ago(50), _OPENED, "198.51.100.48", lasts=30),
    _addresses(State.REVOKED, "99011", _ago(45), f"{_OPENED} revoke", "198.51.100.49"),
    _addresses(State.REFUSED, "99014", _ago(30), "submit refuse", "198.51.100.50"),
    _addresses(State.WITHDRAWN, "99009", _ago(29), "submit withdraw", "198.51.100.51"),
    _addresses(
        State.APPROVED, "99003", _ago(9), "submit note approve summary open_first", "198.51.100.52", "198.51.100.53"
    ),
    _addresses(State.APPROVED, "99004", _ago(8), "submit note approve summary", "198.51.100.54 - 198.51.100.57"),
    _addresses(State.APPROVED, "99005", _ago(7), "submit note approve_first summary", "198.51.100.58", "198.51.100.59"),
    _addresses(State.APPROVED, "99006", _ago(6), _APPROVED, "198.51.100.60"),
    _addresses(State.SUBMITTED, "99007", _ago(25), "submit", "198.51.100.61", "198.51.100.62"),
    _addresses(State.SUBMITTED, HOSPITAL, _ago(2), "submit", "198.51.100.70", "203.0.113.40"),
    _addresses(State.SUBMITTED, "99008", _ago(1), "submit note", "198.51.100.0/27"),
    _addresses(State.RETURNED, "99013", _ago(5), "submit send_back", "198.51.100.63"),
    _addresses(State.DRAFT, OPEN_DOOR, _ago(1), "", "198.51.100.64"),
)
_EMERGENCY_SCENES = (
    _emergency(State.EXPIRED, "99002", _ago(15), "submit approve", "198.51.100.80"),
    _emergency(State.REVOKED, "99001", _ago(12), "submit approve revoke", "198.51.100.81"),
    _emergency(State.REFUSED, "99003", _ago(11), "submit refuse", "198.51.100.82"),
    _emergency(State.WITHDRAWN, "99006", _ago(10), "submit withdraw", "198.51.100.83"),
    _emergency(State.RETURNED, "99009", _ago(hours=6), "submit send_back", "198.51.100.86"),
    _emergency(State.IN_FORCE, "99004", _ago(hours=5), "submit approve", "198.51.100.84"),
    _emergency(State.SUBMITTED, "99005", _ago(hours=2), "submit", "198.51.100.85"),
)
_PEOPLE_SCENES = (
    _people(State.IN_FORCE, HOSPITAL, _ago(40), "submit note approve_first", newcomer(1), newcomer(2, _HISTORY)),
    _people(State.IN_FORCE, "99001", _ago(38), _APPROVED, newcomer(3), newcomer(4), newcomer(5, _HISTORY)),
    _people(State.EXPIRED, "99004", _ago(37), _APPROVED, newcomer(6), lasts=20),
    _people(State.REVOKED, "99005", _ago(36), f"{_APPROVED} revoke", newcomer(7)),
    _people(State.REFUSED, "99002", _ago(35), "submit refuse", newcomer(8)),
    _people(State.WITHDRAWN, "99003", _ago(34), "submit withdraw", newcomer(9)),
    _people(State.SUBMITTED, HOSPITAL, _ago(3), "submit note", newcomer(10), newcomer(11, _HISTORY), newcomer(12)),
    _people(State.SUBMITTED, "99007", _ago(2), "submit", newcomer(13, _HISTORY)),
    _people(State.RETURNED, "99001", _ago(2), "submit send_back", newcomer(14)),
    _people(State.DRAFT, OPEN_DOOR, _ago(1), "", newcomer(15)),
)
_ADMINISTRATOR_SCENES = (
    _head(State.IN_FORCE, SECOND_HOSPITAL, _ago(40), _APPROVED, known(f"{SECOND_HOSPITAL}/quantri", _ADMIN)),
    _head(State.REPLACED, "99001", _ago(42), _APPROVED, newcomer(16, _ADMIN)),
    _head(State.IN_FORCE, "99001", _ago(12), _APPROVED, newcomer(17, _ADMIN)),
    _head(State.EXPIRED, "99007", _ago(41), _APPROVED, newcomer(18, _ADMIN), lasts=20),
    _head(State.REVOKED, "99012", _ago(33), f"{_APPROVED} revoke", newcomer(19, _ADMIN)),
    _head(State.REFUSED, "99005", _ago(32), "submit refuse", newcomer(20, _ADMIN)),
    _head(State.WITHDRAWN, "99006", _ago(31), "submit withdraw", newcomer(21, _ADMIN)),
    _head(State.SUBMITTED, "99002", _ago(1), "submit", newcomer(22, _ADMIN)),
    _head(State.RETURNED, "99004", _ago(4), "submit send_back", newcomer(23, _ADMIN)),
    _head(State.DRAFT, COUNCIL, _ago(1), "", newcomer(24, _ADMIN)),
)
_APPROVER_SCENES = (
    _approvers(
        State.IN_FORCE, PROVINCIAL, _ago(55), _APPROVED, known(f"{PROVINCIAL}/pheduyet", _APPROVE),
        known(f"{PROVINCIAL}/tiepnhan", _APPROVE),
    ),
    _approvers(State.EXPIRED, LOCALS[0], _ago(54), _APPROVED, newcomer(25, Right.HELP_REQUESTS), lasts=30),
    _approvers(State.REVOKED, LOCALS[1], _ago(53), f"{_APPROVED} revoke", newcomer(26, Right.HELP_REQUESTS)),
    _approvers(State.REFUSED, LOCALS[0], _ago(28), "submit refuse", newcomer(27, _APPROVE)),
    _approvers(State.WITHDRAWN, LOCALS[1], _ago(27), "submit withdraw", newcomer(28, _APPROVE)),
    _approvers(State.SUBMITTED, PROVINCIAL, _ago(2), "submit note", newcomer(29, _APPROVE)),
    _approvers(State.RETURNED, LOCALS[0], _ago(3), "submit send_back", newcomer(30, Right.HELP_REQUESTS)),
    _approvers(State.DRAFT, LOCALS[1], _ago(1), "", newcomer(31, Right.HELP_REQUESTS)),
)  # fmt: skip

SCENES: Sequence[Scene] = (
    *_ADDRESS_SCENES, *_EMERGENCY_SCENES, *_PEOPLE_SCENES, *_ADMINISTRATOR_SCENES, *_APPROVER_SCENES,
)  # fmt: skip
"""In the order in which they are played: a summary takes every approved request that waits."""
