"""People at the portal's door, for tests of what lies beneath its pages: who signs in, from where, what they type."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Barrier, Lock
from time import sleep
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.audit.actions import Origin
from congbhyt.audit.models import Entry
from congbhyt.installation import hot
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup import officers
from congbhyt.lookup.actions import Answer
from congbhyt.lookup.facts import read_facts
from congbhyt.lookup.officers import Asked
from congbhyt.otp.models import Code
from congbhyt.outbox.models import Message
from congbhyt.policy import catalogue
from congbhyt.policy.catalogue import Row, Value
from congbhyt.policy.rules import InForce, Policy
from congbhyt.signin import actions, history, queries
from congbhyt.signin.actions import Credentials
from congbhyt.signin.models import Session
from congbhyt.signin.visitors import SignedIn, Visitor
from congbhyt.units.models import Agency, Unit
from tests.factories import BY, CARD, NOW, House

ROOT = Path(__file__).parents[2]
PASSWORD = "con trâu đi trước cái cày"
SOCIAL = "9900000101"
PHONE = "0000000101"
ASKED = Asked(CARD, "NGUYỄN VĂN THỬ", "01/01/1980")
INSIDE, OTHER_UNIT, AGENCY_DESK, NOWHERE = "127.0.0.1", "203.0.113.9", "192.0.2.5", "198.51.100.7"
_OWNERS = {INSIDE: ("01999", ""), OTHER_UNIT: ("01998", ""), AGENCY_DESK: ("", "01"), NOWHERE: ("", "")}
"""Unit and agency that own each address."""
_encoded = cache(make_password)
"""argon2 takes its time on purpose; one hash of each password serves every test of a process."""


def policy_with(**values: Value) -> InForce:
    """The shipped policy, with other values of some parameters; `otp__tries` stands for `otp.tries`."""
    local = {name.replace("__", "."): [Row(NOW - timedelta(days=1), value, "test")] for name, value in values.items()}
    return Policy(catalogue.parameters(), local, []).at(NOW)


POLICY = policy_with()


def visitor(address: str = INSIDE) -> Visitor:
    """One request from one of the addresses above, under a reference number of its own."""
    unit, agency = _OWNERS[address]
    return Visitor(
        Origin(address, 40000), "Firefox", frozenset({unit} if unit else ()), frozenset({agency} if agency else ())
    )


def after(minutes: float = 0, *, hours: float = 0, seconds: float = 0) -> datetime:
    """A moment that long after the house was built."""
    return NOW + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def give_password(person: Person, password: str = PASSWORD) -> Person:
    """Let `person` sign in."""
    person.password, person.must_change_password, person.password_set_at = _encoded(password), False, NOW
    person.save(update_fields=["password", "must_change_password", "password_set_at"])
    return person


def give_right(person: Person, *rights: Right, at: datetime = NOW) -> None:
    """Grant `person` rights."""
    for right in rights:
        accounts.grant_right(holder=person, right=right, basis="02/dk-ctn", by=BY, at=at)


def take_right(person: Person, right: Right, *, at: datetime) -> None:
    """Revoke a right."""
    accounts.revoke_right(holder=person, right=right, reason="chuyển công tác", by=BY, at=at)


def lock(person: Person, *, at: datetime) -> None:
    """Lock `person`."""
    accounts.lock_person(person=person, reason="nghỉ việc", by=BY, at=at)


def unlock(person: Person, *, at: datetime) -> None:
    """Let `person` act again."""
    accounts.unlock_person(person=person, reason="trở lại làm việc", by=BY, at=at)


def register(
    home: Unit | Agency, user_name: str, *rights: Right, number: int, phone: str | None = None, password: bool = True
) -> Person:
    """Register somebody whose numbers end in `number`, with a password unless told otherwise."""
    person = accounts.register_person(
        full_name="LÊ THỊ CÁN BỘ", citizen_number=f"099199{number:06d}", user_name=user_name, home=home,
        social_number=f"99{number:08d}", phone=f"0000{number:06d}" if phone is None else phone, by=BY, at=NOW,
    )  # fmt: skip
    if password:
        give_password(person)
    give_right(person, *rights)
    return person


@dataclass(frozen=True)
class Desk:
    """A browser in which somebody is signed in."""

    person: Person
    session: int
    token: str
    address: str

    @property
    def visitor(self) -> Visitor:
        """Another request from here."""
        return visitor(self.address)

    def at(self, moment: datetime) -> SignedIn:
        """The session as a page finds it at that moment, when its last page was asked for a moment ago."""
        Session.objects.filter(pk=self.session, ended_at=None).update(seen_at=moment)
        return queries.signed_in(self.token, visitor=self.visitor, policy=POLICY, at=moment)

    def row(self) -> Session:
        """What is stored of the session."""
        return Session.objects.get(pk=self.session)


def credentials_of(person: Person, password: str = PASSWORD) -> Credentials:
    """What `person` types."""
    return Credentials(person.home.code, person.user_name, password)


def sit_down(person: Person, *, at: datetime = NOW, address: str = INSIDE) -> Desk:
    """Sign `person` in with the right password."""
    opened = actions.sign_in(credentials_of(person), visitor=visitor(address), policy=POLICY, at=at)
    return Desk(person, opened.session.pk, opened.token, address)


def officer_desk(house: House, *, at: datetime = NOW) -> Desk:
    """The officer of the house, who may see history, signed in."""
    officer = give_password(house.officer)
    if not officer.grants.filter(right=Right.CARD_LOOKUP).exists():
        give_right(officer, Right.CARD_LOOKUP)
    return sit_down(officer, at=at)


def open_history(desk: Desk, *, at: datetime) -> str:
    """Ask for the code that opens history and type it; returns the code."""
    signed_in = desk.at(at)
    assert desk.person.social_number
    history.request_code(desk.person.social_number, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=at)
    digits = code_sent(Code.Purpose.HISTORY)
    history.open_history(digits, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=at)
    return digits


def look_up(desk: Desk, *, at: datetime, asked: Asked = ASKED) -> Answer:
    """Look the patient of the house up, or somebody else."""
    return officers.look_up_for(
        asked, signed_in=desk.at(at), visitor=desk.visitor, policy=POLICY, read=read_facts, at=at
    )


def shows_history(desk: Desk, *, at: datetime) -> bool:
    """Whether a look-up at that moment shows past visits."""
    return look_up(desk, at=at).visits is not None


@dataclass(frozen=True)
class Sent:
    """An SMS that waits for the worker, read with the keys."""

    receiver: str
    body: str


def sent(purpose: str) -> list[Sent]:
    """Messages of one purpose, oldest first."""
    rows = Message.objects.filter(purpose=purpose).order_by("queued_at")
    return [
        Sent(settings.KEYS.open(row.receiver_sealed or b""), settings.KEYS.open(row.body_sealed or b""))
        for row in rows
    ]  # fmt: skip


def code_sent(purpose: Code.Purpose) -> str:
    """The six digits in the newest SMS of that purpose."""
    found = re.search(r"\b[0-9]{6}\b", sent(f"otp:{purpose}")[-1].body)
    assert found
    return found[0]


def another(digits: str) -> str:
    """Six digits that are not these."""
    return f"{(int(digits) + 1) % 10**6:06d}"


def refusal_of(act: Callable[[], object]) -> str:
    """The stable code with which `act` is refused, or `done`."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def outcomes(event: str) -> list[str]:
    """How acts of one kind ended, oldest first, as the record has it."""
    return list(Entry.objects.filter(event=event).order_by("pk").values_list("outcome", flat=True))


def at_once(acts: Sequence[Callable[[], object]], *, threads: int = 50, hot_too: bool = False) -> Counter[str]:
    """Do all of it in so many threads, each with its own connection, that begin together; how often it ended how.

    Connections are opened one after another before the start, or the first thread would be done before the last has
    one; `hot_too` opens those of the hot statements as well. `threads` divides the number of acts, because every act
    waits until as many are ready.
    """
    begin, opening = Barrier(threads), Lock()

    def one(act: Callable[[], object]) -> str:
        try:
            with opening:
                connections["default"].ensure_connection()
                if hot_too:
                    hot.one("SELECT 1", {})
            begin.wait(60)
            return refusal_of(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(one, acts))


def amid(act: Callable[[], object], meanwhile: Callable[[], object]) -> str:
    """Begin `act` in a thread when `meanwhile` is done but not committed, which it is once `act` waits for it or is
    over; how `act` ended.
    """

    def one() -> str:
        try:
            return refusal_of(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            meanwhile()
            doing = pool.submit(one)
            while not doing.done() and not _somebody_waits():
                sleep(0.01)
        return doing.result(60)


def _somebody_waits() -> bool:
    """Whether a statement in this database waits for the lock of another one."""
    return hot.one("SELECT count(*) FROM pg_locks WHERE NOT granted", {}) != (0,)


def run_apart(environment: dict[str, str], module: str, function: str) -> dict[str, Any]:
    """Run a race of a test module in a process of its own, on the database that `environment` names.

    Outside any transaction, so that its threads see each other; the record there is never emptied again.
    """
    source = (
        "import json, sys\n"
        "from importlib import import_module\n"
        "from congbhyt.config import bootstrap\n"
        "with bootstrap.database():\n"
        f"    told = import_module({module!r}).{function}()\n"
        "    json.dump(told, sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told
