"""The portal over the house, as browsers meet it: who is there, how they sign in, what a page must hold."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.test import Client

from congbhyt.accounts import actions as accounts
from congbhyt.accounts import passwords
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.kernel import clock
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.facts import read_facts
from congbhyt.otp.models import Code
from congbhyt.portal import state
from congbhyt.portal.state import State
from congbhyt.units import actions as units
from congbhyt.units.in_force import Standing
from congbhyt.units.models import Agency, Unit
from tests import factories
from tests.factories import BY, NOW, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    INSIDE,
    OTHER_UNIT,
    PASSWORD,
    code_sent,
    give_password,
    give_right,
)

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse
Answer: TypeAlias = "_MonkeyPatchedWSGIResponse"
"""What django.test's client returns; the class exists for the type checker only."""
OTHER_AGENCY_DESK, ELSEWHERE = "192.0.3.5", "198.51.100.7"
HERE, THERE = "01999", "01998"


class Moving:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def move(self, **length: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**length)


@dataclass
class Cast:
    """Everybody who opens pages; the house holds what they work with."""

    house: House
    officer: Person
    colleague: Person
    admin: Person
    other_officer: Person
    other_admin: Person
    agency_admin: Person
    approver: Person
    operator: Person
    far_admin: Person
    far_approver: Person


def settle() -> Cast:
    """Put everybody into a house, and a portal over it that is a sandbox's."""
    house = factories.build()
    far = units.open_agency(
        code="02", name="BHXH Phương Xa", level=Agency.Level.PROVINCE, valid_from=NOW.date(), by=BY, at=NOW
    )
    for home, network in ((house.agency, "192.0.2.0/24"), (far, "192.0.3.0/24")):
        units.add_network(home=home, network=network, basis="test", by=BY, at=NOW - timedelta(days=1))
    everybody = Cast(
        house,
        give_password(house.officer),
        give_password(house.colleague),
        person("VŨ THỊ QUẢN TRỊ", house.unit, "quantri", 11, Right.USER_ADMINISTRATION),
        person("PHẠM VĂN BÊN KIA", house.other, "benkia", 12, Right.CARD_LOOKUP, Right.HISTORY_LOOKUP),
        person("ĐỖ THỊ QUẢN BÊN KIA", house.other, "quanbenkia", 13, Right.USER_ADMINISTRATION),
        person("MAI THỊ QUẢN TỈNH", house.agency, "quantinh", 14, Right.USER_ADMINISTRATION),
        person("BÙI THỊ PHÊ DUYỆT", house.agency, "pheduyet", 15, Right.APPROVE_REQUESTS),
        person("NGÔ VĂN VẬN HÀNH", house.agency, "vanhanh", 16, Right.OPERATIONS),
        person("LÝ THỊ PHƯƠNG XA", far, "quanxa", 17, Right.USER_ADMINISTRATION),
        person("TÔ VĂN DUYỆT XA", far, "duyetxa", 18, Right.APPROVE_REQUESTS),
    )
    give_right(everybody.officer, Right.CARD_LOOKUP)
    install()
    return everybody


def person(name: str, home: Unit | Agency, user_name: str, number: int, *rights: Right) -> Person:
    """Register somebody whose numbers end in `number`, who signs in with PASSWORD."""
    registered = accounts.register_person(
        full_name=name, citizen_number=f"099199{number:06d}", user_name=user_name, home=home,
        social_number=f"99{number:08d}", phone=f"0000{number:06d}", position="Nhân viên", by=BY, at=NOW,
    )  # fmt: skip
    give_right(give_password(registered), *rights)
    return registered


def install(*, sandbox: bool = True) -> None:
    """Put the process's memory in place, as config.portal does when the portal starts."""
    state.install(State(Standing(), read_facts, sandbox))


def browser(address: str = INSIDE, *, checks_csrf: bool = False) -> Client:
    """A browser at an address; nobody is signed in."""
    return Client(enforce_csrf_checks=checks_csrf, REMOTE_ADDR=address, HTTP_USER_AGENT=FIREFOX)


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
_DESKS = {HERE: INSIDE, THERE: OTHER_UNIT, "01": AGENCY_DESK, "02": OTHER_AGENCY_DESK}


def sign_in(who: Person, *, address: str = "", password: str = PASSWORD) -> Client:
    """A browser in which `who` has signed in through the page, from their own network unless told otherwise."""
    opened = browser(address or _DESKS[who.home.code])
    typed = {"home": who.home.code, "user": who.user_name, "password": password}
    assert opened.post("/dang-nhap", typed).status_code == 302
    return opened


def sign_in_with(temporary: str, who: Person) -> Client:
    """A browser in which `who` has signed in with a temporary password and, because others know it, a code."""
    opened = sign_in(who, password=temporary)
    answer = opened.post("/dang-nhap/ma-xac-nhan", {"code": code_sent(Code.Purpose.SIGN_IN)})
    assert answer.status_code == 302
    return opened


def sign_in_to_register(who: Person, address: str = "198.51.100.7") -> Client:
    """A browser in which `who` has signed in for registration only, with password and code."""
    opened = sign_in(who, address=address)
    answer = opened.post("/dang-nhap/ma-xac-nhan", {"code": code_sent(Code.Purpose.SIGN_IN)})
    assert answer.status_code == 302
    return opened


def open_unit_account(unit: Unit) -> Person:
    """The unit's own account, whose phone ends in 201, which signs in with PASSWORD."""
    account = accounts.open_unit_account(unit=unit, phone="0000000201", by=BY, at=NOW)
    return give_password(account)


def hand_out(who: Person) -> str:
    """Give `who` a temporary password."""
    return passwords.hand_out_password(person=who, reason="test", by=BY, at=NOW)


def text(answer: Answer) -> str:
    """The page as sent."""
    return answer.content.decode()


def follow(opened: Client, answer: Answer) -> str:
    """The page to which an answer leads."""
    assert answer.status_code == 302
    led = opened.get(answer["Location"])
    assert led.status_code == 200
    return text(led)


def check_refused(answer: Answer, kind: type[Refusal], *, status: int = 422) -> None:
    """Make sure that a page shows a refusal with its sentence, code, moment and the reference number of its header."""
    page, reference = text(answer), answer["X-Ma-Tham-Chieu"]
    assert answer.status_code == status
    first = re.split(r"\{\w+\}", kind.template)
    for part in first:
        assert html.escape(part) in page
    assert f"Mã {kind.code} ·" in page
    assert f"{clock.now().astimezone(clock.VIETNAM):%d/%m/%Y %H:%M:%S}" in page
    assert " ".join(reference[begin : begin + 4] for begin in range(0, 32, 4)) in page
