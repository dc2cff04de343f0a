"""How people, their rights and their sessions are shown, to themselves and to their administrators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from congbhyt.accounts import failures
from congbhyt.accounts import queries as accounts
from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.kernel.identifiers import masked
from congbhyt.portal import browsers
from congbhyt.portal.page import Page
from congbhyt.portal.state_words import StateWord
from congbhyt.signin import queries as sessions
from congbhyt.signin.models import Session
from congbhyt.spreadsheets.writing import Value

_NONE = "Chưa đăng ký"
_ENDED = {
    "sign_out": "Đã đăng xuất",
    "sign_out_others": "Đã đăng xuất từ phiên khác",
    "password": "Kết thúc vì đổi mật khẩu",
}
_OVER = "Đã hết hạn"


_ACTIVE, _LOCKED = StateWord("good", "check", "Đang hoạt động"), StateWord("bad", "lock", "Bị khóa")
_TEMPORARY, _NO_PASSWORD = StateWord("warn", "info", "Mật khẩu tạm"), StateWord("warn", "info", "Chờ kích hoạt")
_THIS, _LASTING = StateWord("good", "check", "Phiên này"), StateWord("warn", "info", "Đang mở")


def state_of(person: Person) -> StateWord:
    """What the person can do at the door."""
    if person.state == Person.State.LOCKED:
        return _LOCKED
    if not person.must_change_password:
        return _ACTIVE
    return _TEMPORARY if person.password_set_at else _NO_PASSWORD


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the administrator's table."""

    person: Person
    state: StateWord
    paused_until: datetime | None

    @classmethod
    def all_of(cls, people: Iterable[Person], *, at: datetime) -> list[PersonRow]:
        """Rows for a page of the table."""
        found = list(people)
        pauses = failures.waiting((person.handle for person in found), at=at)
        return [cls(person, state_of(person), pauses.get(person.handle)) for person in found]


COLUMNS = (
    ("Họ và tên", 30), "Tên đăng nhập", ("Mã đơn vị hoặc cơ quan", 12), ("Tên đơn vị hoặc cơ quan", 40), "Chức danh",
    "Trạng thái", "Đăng nhập cuối",
)  # fmt: skip


def cells_of(people: QuerySet[Person]) -> Iterator[Sequence[Value]]:
    """Rows of a file: no numbers by which somebody could be reached or named elsewhere."""
    for person in people.iterator():
        yield (
            person.full_name, person.user_name, person.home.code, person.home.name, person.position,
            state_of(person).word, person.last_login,
        )  # fmt: skip


def facts_of(person: Person) -> list[tuple[str, str]]:
    """Who somebody is; numbers only as far as they tell people apart. A unit's own account is nobody with a CCCD."""
    numbers, home = accounts.masked_numbers(person), person.home
    if person.shared:
        return [
            ("Tài khoản", person.position),
            ("Tên đăng nhập", person.user_name),
            ("Đơn vị", f"{home.code} {home.name}"),
            ("Số điện thoại của đơn vị", numbers.phone),
        ]
    return [
        ("Họ và tên", person.full_name),
        ("Tên đăng nhập", person.user_name),
        ("Đơn vị", f"{home.code} {home.name}"),
        ("Chức danh", person.position or "—"),
        ("Mã số BHXH", masked(person.social_number) or _NONE),
        ("CCCD", numbers.citizen),
        ("Số điện thoại", numbers.phone or _NONE),
        ("E-mail", person.email or _NONE),
    ]


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right in force."""

    label: str
    since: datetime


def rights_of(person: Person) -> list[RightRow]:
    """Rights in force, oldest first."""
    return [RightRow(RIGHTS[Right(grant.right)].label, grant.granted_at) for grant in accounts.rights_of(person)]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session of the last 30 days."""

    session: Session
    browser: str
    lasts: bool
    state: StateWord

    @classmethod
    def all_of(cls, page: Page) -> list[SessionRow]:
        """The sessions of the person who asks, newest first."""
        found = sessions.sessions_of(page.signed_in.person, policy=page.policy, at=page.at)
        return [cls._of(session, lasts, page.signed_in.session) for session, lasts in found]

    @classmethod
    def _of(cls, session: Session, lasts: bool, this: Session) -> SessionRow:
        state = StateWord("plain", "stop", _ENDED.get(session.ended_why, _OVER))
        if lasts:
            state = _THIS if session.pk == this.pk else _LASTING
        return cls(session, browsers.short(session.agent), lasts, state)
