"""A new account's first password: the code of its approval, tries, ends, and what nobody learns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts import passwords
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import FailedSignIn, Person
from congbhyt.audit.actions import Origin
from congbhyt.audit.models import Entry
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.otp.refusals import ResendTooEarlyError
from congbhyt.signin import actions, activation
from congbhyt.signin.actions import Credentials
from congbhyt.signin.refusals import ActivationError
from tests import factories
from tests.factories import BY, NOW, House
from tests.portal import ELSEWHERE, Cast, Moving, browser, check_refused, follow, sign_in, text
from tests.unit.portal_people import (
    INSIDE,
    NOWHERE,
    POLICY,
    after,
    another,
    at_once,
    code_sent,
    outcomes,
    policy_with,
    refusal_of,
    register,
    run_apart,
    sent,
    visitor,
)

ACTIVATION = Code.Purpose.ACTIVATION
CHOSEN = "con mèo trèo cây cau"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def newcomer(house: House) -> Person:
    """Somebody who was just approved."""
    return invited(house)


def invited(house: House) -> Person:
    """An account with its code on the way."""
    person = accounts.register_person(
        full_name="LÝ THỊ MỚI", citizen_number="099300000077", user_name="lythimoi", home=house.unit,
        phone="0000000177", by=BY, at=NOW,
    )  # fmt: skip
    otp.send_code(person=person, purpose=ACTIVATION, policy=POLICY, origin=Origin(), at=NOW)
    return person


def attempt(
    typed: str, *, handle: str = "01999/lythimoi", new: str = CHOSEN, address: str = NOWHERE, at: Any = NOW
) -> str:
    """Activate; `done` or why not."""
    return refusal_of(lambda: activation.activate(handle, typed, new, visitor=visitor(address), policy=POLICY, at=at))


def test_the_code_opens_the_account_from_anywhere(newcomer: Person) -> None:
    """A unit's first people have no network yet; signing in afterwards asks for one as always."""
    assert attempt(code_sent(ACTIVATION)) == "done"
    newcomer.refresh_from_db()
    assert newcomer.check_password(CHOSEN)
    assert not newcomer.must_change_password
    assert newcomer.password_set_at == NOW
    assert outcomes("signin:activation:finish") == ["done"]


@pytest.mark.usefixtures("newcomer")
def test_it_opens_once() -> None:
    """A replay is told what a stranger is told."""
    digits = code_sent(ACTIVATION)
    assert [attempt(digits), attempt(digits, new="một câu khác hẳn")] == ["done", "ACTIVATION"]


@pytest.mark.usefixtures("newcomer")
@pytest.mark.parametrize(("seconds", "expected"), [(72 * 3600 - 1, "done"), (72 * 3600, "ACTIVATION")])
def test_it_lasts_three_days(seconds: int, expected: str) -> None:
    """At exactly 72 hours it is over."""
    assert attempt(code_sent(ACTIVATION), at=after(seconds=seconds)) == expected


@pytest.mark.usefixtures("newcomer")
def test_unknown_wrong_and_active_are_one_refusal(house: House) -> None:
    """Whoever does not hold the telephone learns nothing; a code of another account opens nothing."""
    digits = code_sent(ACTIVATION)
    active = register(house.unit, "dangdung", Right.CARD_LOOKUP, number=63)
    told = {
        attempt(another(digits)),
        attempt(digits, handle="01999/khongai"),
        attempt(digits, handle=active.handle),
        attempt(digits, handle="99999/lythimoi"),
    }
    assert told == {"ACTIVATION"}


@pytest.mark.usefixtures("newcomer")
def test_five_wrong_ones_pause_the_name_at_that_address() -> None:
    """And the right one comes too late there."""
    digits = code_sent(ACTIVATION)
    assert [attempt(another(digits)) for _ in range(5)] == ["ACTIVATION"] * 5
    assert attempt(digits) == "SIGN_IN_PAUSED"


@pytest.mark.usefixtures("newcomer")
@pytest.mark.parametrize(
    ("new", "code"),
    [("ngắn", "PASSWORD_RULE"), ("lythimoi-1234", "PASSWORD_RULE"), ("lythimoi-12345", "PASSWORD_RULE")],
)
def test_a_weak_password_wastes_no_code(new: str, code: str) -> None:
    """It is judged first."""
    digits = code_sent(ACTIVATION)
    assert attempt(digits, new=new) == code
    assert attempt(digits) == "done"


@pytest.mark.usefixtures("newcomer")
def test_what_is_no_code_costs_no_try() -> None:
    """Six digits or nothing."""
    digits = code_sent(ACTIVATION)
    assert [attempt("abc") for _ in range(9)] == ["OTP_FORM"] * 9
    assert attempt(digits) == "done"


def test_a_locked_newcomer_stays_out(newcomer: Person) -> None:
    """Locking takes the invitation back."""
    accounts.lock_person(person=newcomer, reason="nhầm người", by=BY, at=NOW)
    assert attempt(code_sent(ACTIVATION)) == "ACTIVATION"


def test_the_administrator_sends_another(house: House, newcomer: Person) -> None:
    """The newest counts; one that is in use gets none; nobody of others'."""
    admin = register(house.unit, "quantri", Right.USER_ADMINISTRATION, number=64)
    stranger = register(house.other, "quantri", Right.USER_ADMINISTRATION, number=65)
    first = code_sent(ACTIVATION)

    def invite(by: Person, at: Any) -> str:
        return refusal_of(
            lambda: activation.invite_again(
                newcomer.pk, administrator=by, policy=POLICY, visitor=visitor(INSIDE), at=at
            )
        )

    assert invite(admin, after(seconds=59)) == "OTP_RESEND_EARLY"
    assert invite(stranger, after(minutes=2)) == "PERSON_NOT_YOURS"
    assert invite(admin, after(minutes=2)) == "done"
    newest = code_sent(ACTIVATION)
    assert newest == first or attempt(first, at=after(minutes=3)) == "ACTIVATION"
    assert attempt(newest, at=after(minutes=3)) == "done"
    assert invite(admin, after(minutes=9)) == "ACTIVATION"


def test_the_activated_sign_in(newcomer: Person) -> None:
    """With the password that they chose, from the unit's network."""
    attempt(code_sent(ACTIVATION))
    typed = Credentials("01999", "lythimoi", CHOSEN)
    opened = actions.sign_in(typed, visitor=visitor(INSIDE), policy=POLICY, at=NOW)
    assert opened.session.person == newcomer
    assert not opened.session.awaits_code


def test_a_password_handed_out_while_the_code_is_compared_stays(
    newcomer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's row is asked once more, locked."""
    take = otp.take_code

    def take_and_then(*typed: Any, **more: Any) -> Code:
        taken = take(*typed, **more)
        passwords.hand_out_password(person=Person.objects.get(pk=newcomer.pk), reason="test", by=BY, at=NOW)
        return taken

    monkeypatch.setattr(otp, "take_code", take_and_then)
    assert attempt(code_sent(ACTIVATION)) == "ACTIVATION"
    assert Person.objects.get(pk=newcomer.pk).must_change_password
    assert outcomes("signin:activation:finish") == ["ACTIVATION"]


def test_all_names_of_an_address_have_thirty_wrong_tries(newcomer: Person) -> None:
    """One could else guess at everybody's codes in turn."""
    digits = code_sent(ACTIVATION)
    told = [attempt(digits, handle=f"01999/khongai{number}") for number in range(31)]
    assert told == ["ACTIVATION"] * 30 + ["SIGN_IN_PAUSED"]
    assert attempt(digits) == "SIGN_IN_PAUSED"
    assert attempt(digits, address=INSIDE) == "done"
    assert Person.objects.get(pk=newcomer.pk).check_password(CHOSEN)


def test_right_codes_cost_the_address_nothing(house: House) -> None:
    """Many begin on the same morning, behind one line."""
    policy = policy_with(portal__tries_per_address=2)
    for number in range(5):
        person = register(house.unit, f"moi{number}", number=70 + number, password=False)
        otp.send_code(person=person, purpose=ACTIVATION, policy=policy, origin=Origin(), at=NOW)
        digits = code_sent(ACTIVATION)
        activation.activate(person.handle, digits, CHOSEN, visitor=visitor(INSIDE), policy=policy, at=NOW)
    assert not FailedSignIn.objects.filter(failures__gt=0).exists()


def test_what_was_typed_is_in_no_record(newcomer: Person) -> None:
    """Neither code nor password, nor a name that nobody has."""
    digits = code_sent(ACTIVATION)
    attempt(digits, handle="01999/mật khẩu của tôi")
    attempt(another(digits))
    attempt(digits)
    written = str(list(Entry.objects.values()))
    assert [text for text in (digits, CHOSEN, "của tôi") if text in written] == []
    assert newcomer.actor in written


def filled(digits: str, user: str = "moi") -> dict[str, str]:
    """The page's form."""
    return {"home": "01999", "user": user, "code": digits, "new": CHOSEN, "again": CHOSEN}


def test_the_page_takes_the_code_and_refuses_everybody_in_the_same_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an address that nobody registered to the first sign-in inside."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    person = register(cast.house.unit, "moi", Right.CARD_LOOKUP, number=61, password=False)
    otp.send_code(person=person, purpose=ACTIVATION, policy=POLICY, origin=Origin(), at=NOW)
    digits, opened = code_sent(ACTIVATION), browser(ELSEWHERE)
    assert "mục «Kích hoạt tài khoản»" in sent(f"otp:{ACTIVATION}")[0].body
    assert 'href="/kich-hoat"' in text(opened.get("/dang-nhap"))
    for typed in (filled(another(digits)), filled(digits, "khongai")):
        answer = opened.post("/kich-hoat", typed)
        check_refused(answer, ActivationError)
        assert CHOSEN not in text(answer)
    assert len(slept) == 2
    assert "Đã kích hoạt" in follow(opened, opened.post("/kich-hoat", filled(digits)))
    assert len(slept) == 2
    assert sign_in(person, password=CHOSEN).get("/")["Location"] == "/thong-tuyen/quan-ly-thong-tuyen"


def test_the_administrator_s_page_offers_another_code_until_there_is_a_password(cast: Cast, moving: Moving) -> None:
    """And the state says what is waited for."""
    person = register(cast.house.unit, "moi", number=61, password=False)
    opened, address = sign_in(cast.admin), f"/quan-tri/nguoi-su-dung/{person.pk}"
    assert "Chờ kích hoạt" in text(opened.get(address))
    assert opened.post(f"{address}/gui-ma").status_code == 302
    check_refused(opened.post(f"{address}/gui-ma"), ResendTooEarlyError)
    moving.move(minutes=1)
    assert opened.post(f"{address}/gui-ma").status_code == 302
    assert browser(ELSEWHERE).post("/kich-hoat", filled(code_sent(ACTIVATION))).status_code == 302
    page = text(opened.get(address))
    assert "Chờ kích hoạt" not in page
    assert f"{address}/gui-ma" not in page


def test_of_fifty_at_once_one_activates(fresh_database: Callable[[], dict[str, str]]) -> None:
    """The code is used by one conditional update."""
    raced = run_apart(fresh_database(), __name__, "race_activation")
    assert raced["told"]["done"] == 1
    assert sum(raced["told"].values()) == 50


def race_activation() -> dict[str, Any]:
    """Fifty browsers with the right code."""
    invited(factories.build())
    digits = code_sent(ACTIVATION)
    return {"told": at_once([lambda: _activate(digits)] * 50)}


def _activate(digits: str) -> None:
    activation.activate("01999/lythimoi", digits, CHOSEN, visitor=visitor(INSIDE), policy=POLICY, at=NOW)
