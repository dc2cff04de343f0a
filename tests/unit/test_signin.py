"""Sign-in of people: who is refused in which order, what nobody learns, the second factor, how long sessions last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from congbhyt.accounts import passwords
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import FailedSignIn, Person
from congbhyt.audit.actions import Origin
from congbhyt.audit.models import Entry
from congbhyt.kernel import clock
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp.models import Code
from congbhyt.policy.rules import InForce
from congbhyt.signin import actions, history, queries, tasks
from congbhyt.signin.actions import Credentials
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import NotForYouError
from congbhyt.signin.visitors import Visitor
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Denial, Unit
from tests import factories
from tests.factories import BY, NOW, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    INSIDE,
    NOWHERE,
    OTHER_UNIT,
    PASSWORD,
    POLICY,
    Desk,
    after,
    amid,
    another,
    at_once,
    code_sent,
    credentials_of,
    give_password,
    give_right,
    lock,
    outcomes,
    policy_with,
    refusal_of,
    register,
    run_apart,
    sent,
    sit_down,
    unlock,
    visitor,
)

WRONG = "một câu sai, cũng dài"
FREE = policy_with(address__enforced=False)


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def officer(house: House) -> Person:
    """Somebody of the unit, with a password."""
    return give_password(house.officer)


@pytest.fixture
def approver(house: House) -> Person:
    """Somebody of the agency, which has no networks, with a password and a phone."""
    return register(house.agency, "duyet", Right.APPROVE_REQUESTS, number=41)


def attempt(
    person: Person, password: str = PASSWORD, *, address: str = INSIDE, at: datetime = NOW, policy: InForce = POLICY
) -> str:
    """Sign in; `done` or why not."""
    typed = credentials_of(person, password)
    return refusal_of(lambda: actions.sign_in(typed, visitor=visitor(address), policy=policy, at=at))


def refused(typed: Credentials, *, address: str = INSIDE) -> Refusal:
    with pytest.raises(Refusal) as told:
        actions.sign_in(typed, visitor=visitor(address), policy=POLICY, at=NOW)
    return told.value


def spend(person: Person, tries: int = 5, *, at: datetime = NOW) -> None:
    assert [attempt(person, WRONG, at=at) for _ in range(tries)] == ["SIGN_IN_WRONG"] * tries


# Who is refused, in which order


def test_refusals_come_in_one_order(house: House, officer: Person) -> None:
    """Everything is wrong at first; each line below mends what was refused before it."""
    spend(officer)
    handed = passwords.hand_out_password(person=officer, reason="test", by=BY, at=NOW)
    lock(officer, at=NOW)
    late = after(hours=25)
    spend(officer, at=late)
    Unit.objects.filter(pk=house.unit.pk).update(valid_to=NOW.date() - timedelta(days=1))
    told = [attempt(officer, WRONG, address=NOWHERE, at=late), attempt(officer, WRONG, at=late)]
    late += timedelta(minutes=15)
    told += [
        attempt(officer, WRONG, address=OTHER_UNIT, at=late),
        attempt(officer, handed, address=OTHER_UNIT, at=late),
    ]
    unlock(officer, at=late)
    told.append(attempt(officer, handed, address=OTHER_UNIT, at=late))
    Unit.objects.filter(pk=house.unit.pk).update(valid_to=None)
    told.append(attempt(officer, handed, address=OTHER_UNIT, at=late))
    Person.objects.filter(pk=officer.pk).update(password_set_at=late)
    told += [attempt(officer, handed, address=OTHER_UNIT, at=late), attempt(officer, handed, at=late)]
    assert told == [
        "SIGN_IN_ADDRESS_UNREGISTERED", "SIGN_IN_PAUSED", "SIGN_IN_WRONG", "SIGN_IN_PERSON_LOCKED",
        "SIGN_IN_HOME_CLOSED", "PASSWORD_TEMPORARY_OVER", "SIGN_IN_ADDRESS_FOREIGN", "done",
    ]  # fmt: skip
    assert outcomes("signin:session:open")[-8:] == [*told[:-1], "code_sent"]


def test_unknown_and_wrong_are_one_refusal(house: House, officer: Person) -> None:
    told = [
        refused(Credentials("99999", "kiemthu", PASSWORD)),
        refused(Credentials("01999", "khongai", PASSWORD)),
        refused(Credentials("", "", "")),
        refused(Credentials("01999", "kiemthu", WRONG)),
        refused(Credentials("01999", "kiemthu", "")),
        refused(credentials_of(house.colleague)),
    ]
    assert officer.has_usable_password()
    assert not house.colleague.has_usable_password()
    assert len({(type(one), one.code, one.sentence, one.detail, str(one), str(one.facts)) for one in told}) == 1
    assert told[0].code == "SIGN_IN_WRONG"


def test_unknown_names_wait_as_known_ones_do(officer: Person) -> None:
    unknown = Credentials("01999", "khongai", PASSWORD)
    told = [refused(unknown).code for _ in range(6)]
    assert told == ["SIGN_IN_WRONG"] * 5 + ["SIGN_IN_PAUSED"]
    assert attempt(officer) == "done"


def test_names_are_found_however_they_are_typed(officer: Person) -> None:
    typed = Credentials(" 01999 ", " KiemThu ", PASSWORD)
    assert actions.sign_in(typed, visitor=visitor(), policy=POLICY, at=NOW).session.person == officer


@pytest.mark.parametrize("typed", [Credentials("0" * 500, "x" * 500, "y" * 5000), Credentials("%", "_", "'; --")])
def test_strange_names_are_only_wrong(officer: Person, typed: Credentials) -> None:
    assert attempt(officer) == "done"
    assert refused(typed).code == "SIGN_IN_WRONG"


def test_from_an_unregistered_address_nobody_learns_which_names_exist(officer: Person) -> None:
    """Right but not registering, wrong, unknown: one sentence, counted alike, nothing shown to the unit."""
    told = refused(credentials_of(officer), address=NOWHERE)
    assert told.code == "SIGN_IN_ADDRESS_UNREGISTERED"
    assert NOWHERE in told.sentence
    assert refused(Credentials("99999", "khongai", WRONG), address=NOWHERE).sentence == told.sentence
    assert refused(credentials_of(officer, WRONG), address=NOWHERE).sentence == told.sentence
    assert not Denial.objects.exists()
    assert not Session.objects.exists()


def test_somebody_of_the_unit_signs_in_from_its_network(officer: Person) -> None:
    desk = sit_down(officer)
    assert desk.at(NOW).person == officer
    row = desk.row()
    assert (row.trusted_network, row.awaits_code, row.address, row.agent) == (True, False, INSIDE, "Firefox")
    assert row.ends_at == after(hours=12)
    officer.refresh_from_db()
    assert officer.last_login == NOW


def test_the_unit_is_shown_who_had_the_right_password_elsewhere(officer: Person) -> None:
    told = refused(credentials_of(officer), address=OTHER_UNIT)
    refused(credentials_of(officer), address=OTHER_UNIT)
    assert told.code == "SIGN_IN_ADDRESS_FOREIGN"
    assert OTHER_UNIT in told.sentence
    assert "Bệnh viện Thử Nghiệm" in told.sentence
    row = Denial.objects.get()
    assert (row.reason, row.address, row.account_name, row.unit_code, row.times) == (
        Denial.Reason.FOREIGN, OTHER_UNIT, "01999/kiemthu", "01999", 2,
    )  # fmt: skip
    assert not Session.objects.exists()


def test_a_wrong_password_from_elsewhere_shows_the_unit_nothing(officer: Person) -> None:
    assert refused(credentials_of(officer, WRONG), address=OTHER_UNIT).code == "SIGN_IN_WRONG"
    assert not Denial.objects.exists()


def test_an_unreadable_address_is_nobody_s(officer: Person) -> None:
    unreadable = Visitor(Origin(None), "", frozenset(), frozenset())
    typed = credentials_of(officer)
    assert (
        refusal_of(lambda: actions.sign_in(typed, visitor=unreadable, policy=POLICY, at=NOW))
        == "SIGN_IN_ADDRESS_UNREGISTERED"
    )
    assert not Denial.objects.exists()


def test_before_addresses_are_enforced_people_sign_in_from_anywhere(officer: Person) -> None:
    opened = actions.sign_in(credentials_of(officer), visitor=visitor(NOWHERE), policy=FREE, at=NOW)
    assert not opened.session.awaits_code
    assert queries.signed_in(opened.token, visitor=visitor(OTHER_UNIT), policy=FREE, at=NOW).person == officer
    assert attempt(officer, WRONG, address=NOWHERE, policy=FREE) == "SIGN_IN_WRONG"
    assert set(FailedSignIn.objects.values_list("account_name", "address", "failures")) == {
        (officer.handle, NOWHERE, 1), ("*", NOWHERE, 2),
    }  # fmt: skip


def test_a_locked_person_hears_why_only_with_the_right_password(officer: Person) -> None:
    lock(officer, at=NOW)
    assert "nghỉ việc" in refused(credentials_of(officer)).sentence
    told = refused(credentials_of(officer, WRONG))
    assert told.code == "SIGN_IN_WRONG"
    assert "nghỉ việc" not in str(told)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"valid_to": -1}, "SIGN_IN_HOME_CLOSED"),
        ({"valid_to": 0}, "done"),
        ({"valid_from": 1}, "SIGN_IN_HOME_CLOSED"),
        ({"valid_from": 0}, "done"),
    ],
)
def test_a_unit_s_people_come_in_from_its_first_to_its_last_day(
    house: House, officer: Person, change: dict[str, int], outcome: str
) -> None:
    days = {name: NOW.date() + timedelta(days=days) for name, days in change.items()}
    Unit.objects.filter(pk=house.unit.pk).update(**days)
    assert attempt(officer) == outcome


def test_a_unit_that_ends_ends_its_sessions(house: House, officer: Person) -> None:
    desk = sit_down(officer)
    Unit.objects.filter(pk=house.unit.pk).update(valid_to=NOW.date() - timedelta(days=1))
    assert refusal_of(lambda: desk.at(NOW)) == "SESSION_ENDED"


# The pause


def test_five_wrong_passwords_make_the_person_wait_and_say_until_when(officer: Person) -> None:
    spend(officer)
    told = refused(credentials_of(officer))
    assert told.code == "SIGN_IN_PAUSED"
    assert "07:45 ngày 02/03/2026" in told.sentence


@pytest.mark.parametrize(("minutes", "seconds", "outcome"), [(14, 59, "SIGN_IN_PAUSED"), (15, 0, "done")])
def test_the_pause_lasts_a_quarter_of_an_hour(officer: Person, minutes: int, seconds: int, outcome: str) -> None:
    spend(officer)
    assert attempt(officer, at=after(minutes, seconds=seconds)) == outcome


def test_a_right_password_after_four_wrong_ones_begins_the_count_anew(officer: Person) -> None:
    for _ in range(3):
        spend(officer, 4)
        assert attempt(officer) == "done"


def test_the_pause_binds_one_address_only(house: House, officer: Person) -> None:
    units.add_network(home=house.unit, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    spend(officer)
    elsewhere = replace(visitor(), origin=Origin("192.0.2.1"))
    assert actions.sign_in(credentials_of(officer), visitor=elsewhere, policy=POLICY, at=NOW).token


def test_an_administrator_ends_the_pause(officer: Person) -> None:
    spend(officer)
    unlock(officer, at=NOW)
    assert attempt(officer) == "done"


def test_policy_says_how_many_and_how_long(officer: Person) -> None:
    policy = policy_with(portal__failures_allowed=2, signin__pause_minutes=1)
    told = [attempt(officer, WRONG, policy=policy) for _ in range(3)]
    assert told == ["SIGN_IN_WRONG", "SIGN_IN_WRONG", "SIGN_IN_PAUSED"]
    assert attempt(officer, policy=policy, at=after(1)) == "done"


def race_wrong_passwords() -> dict[str, object]:
    """Type a wrong password fifty times, then the right one."""
    officer = give_password(factories.build().officer)
    typed = credentials_of(officer, WRONG)
    act = partial(actions.sign_in, typed, visitor=visitor(), policy=POLICY, at=NOW)
    told = at_once([act] * 50)
    return {"told": told, "record": sorted(outcomes("signin:session:open")), "then": attempt(officer)}


def test_of_fifty_wrong_passwords_at_once_five_are_compared(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_wrong_passwords")
    assert raced["told"] == {"SIGN_IN_WRONG": 5, "SIGN_IN_PAUSED": 45}
    assert raced["record"] == ["SIGN_IN_PAUSED"] * 45 + ["SIGN_IN_WRONG"] * 5
    assert raced["then"] == "SIGN_IN_PAUSED"


# What changes while the password is compared


def change_password(officer: Person) -> None:
    passwords.set_password(person=Person.objects.get(pk=officer.pk), password="một câu khác, dài hơn", by=BY, at=NOW)
    actions.end(Session.objects.filter(person=officer), why="password", at=NOW)


def lock_meanwhile(officer: Person) -> None:
    lock(Person.objects.get(pk=officer.pk), at=NOW)


def lock_and_unlock(officer: Person) -> None:
    lock_meanwhile(officer)
    unlock(Person.objects.get(pk=officer.pk), at=NOW)


@pytest.mark.parametrize("change", [change_password, lock_meanwhile, lock_and_unlock])
def test_what_changes_after_the_password_was_compared_lets_nobody_in(
    officer: Person, monkeypatch: pytest.MonkeyPatch, change: Callable[[Person], None]
) -> None:
    matches = passwords.matches

    def matches_and_then(person: Person | None, typed: str) -> bool:
        right = matches(person, typed)
        change(officer)
        return right

    monkeypatch.setattr(passwords, "matches", matches_and_then)
    assert attempt(officer) == "SIGN_IN_WRONG"
    assert not Session.objects.exists()
    assert outcomes("signin:session:open") == ["SIGN_IN_WRONG"]


def race_changes() -> dict[str, object]:
    """Sign in with the old password while it is changed, or the person locked and unlocked, but not yet committed."""
    house = factories.build()
    told = {}
    for change, person in ((change_password, house.officer), (lock_and_unlock, house.colleague)):
        typed = credentials_of(give_password(person))
        told[change.__name__] = amid(
            partial(actions.sign_in, typed, visitor=visitor(), policy=POLICY, at=NOW), partial(change, person)
        )
    return {"told": told, "sessions": Session.objects.count()}


def test_signing_in_amid_a_change_leaves_no_session(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_changes")
    assert raced == {
        "told": {"change_password": "SIGN_IN_WRONG", "lock_and_unlock": "SIGN_IN_WRONG"}, "sessions": 0,
    }  # fmt: skip


# What is on record


def test_every_sign_in_is_on_record(officer: Person) -> None:
    attempt(officer, WRONG)
    desk = sit_down(officer)
    refusal, opened = Entry.objects.filter(event="signin:session:open").order_by("pk")
    assert (refusal.actor, refusal.outcome, refusal.address) == ("handle:01999/kiemthu", "SIGN_IN_WRONG", INSIDE)
    assert (opened.actor, opened.object, opened.outcome, opened.unit_code, opened.port, opened.details) == (
        f"person:{officer.pk}", f"session:{desk.session}", "done", "01999", 40000, {"agent": "Firefox"},
    )  # fmt: skip


def test_what_was_typed_into_the_wrong_box_is_recorded_as_a_digest(officer: Person) -> None:
    typed = Credentials("01999", PASSWORD.replace(" ", ""), "kiemthu")
    refused(typed)
    refused(typed)
    entries = list(Entry.objects.filter(event="signin:session:open").values_list("actor", flat=True))
    assert entries == [f"handle:digest:{settings.KEYS.digest(typed.handle).hex()}"] * 2
    written = f"{list(Entry.objects.values())} {list(FailedSignIn.objects.values())}"
    assert typed.user_name not in written
    assert officer.handle not in entries


def test_passwords_and_tokens_are_in_no_record_and_no_repr(officer: Person) -> None:
    typed = credentials_of(officer)
    opened = actions.sign_in(typed, visitor=visitor(), policy=POLICY, at=NOW)
    written = f"{list(Entry.objects.values())} {list(Session.objects.values())} {typed!r} {opened!r} {opened.session}"
    assert PASSWORD not in written
    assert opened.token not in written


def test_of_the_cookie_only_its_digest_is_kept(officer: Person) -> None:
    first, second = sit_down(officer), sit_down(officer)
    assert bytes(first.row().token_digest) == sha256(first.token.encode()).digest()
    assert first.token != second.token
    assert len(first.token) >= 43, "32 random bytes"
    for stolen in (bytes(first.row().token_digest).hex(), first.token[:-1], f"{first.token} ", "", "\0"):
        with pytest.raises(Refusal, match="SESSION_ENDED"):
            queries.signed_in(stolen, visitor=visitor(), policy=POLICY, at=NOW)


# People of agencies


@pytest.fixture
def at_work(house: House, approver: Person) -> Desk:
    """The approver in a network of the agency."""
    units.add_network(home=house.agency, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    return sit_down(approver, address=AGENCY_DESK)


def elsewhere(approver: Person, *, at: datetime = NOW, address: str = NOWHERE) -> Desk:
    return sit_down(approver, at=at, address=address)


def confirm(desk: Desk, typed: str, *, at: datetime = NOW) -> str:
    signed_in = desk.at(at)
    return refusal_of(lambda: actions.confirm(typed, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=at))


def test_in_the_agency_s_network_the_password_is_enough(at_work: Desk) -> None:
    assert (at_work.row().trusted_network, at_work.row().awaits_code) == (True, False)
    assert at_work.at(NOW).holds(Right.APPROVE_REQUESTS)
    assert not sent("otp:sign_in")


@pytest.mark.parametrize("address", [NOWHERE, OTHER_UNIT, INSIDE])
def test_elsewhere_the_agency_s_people_need_a_code_and_nothing_opens_before(approver: Person, address: str) -> None:
    give_right(approver, Right.HISTORY_LOOKUP, Right.CARD_LOOKUP)
    desk = elsewhere(approver, address=address)
    assert (desk.row().trusted_network, desk.row().awaits_code) == (False, True)
    signed_in = desk.at(NOW)
    assert not [right for right in Right if signed_in.holds(right)]
    with pytest.raises(NotForYouError):
        signed_in.need(Right.APPROVE_REQUESTS)
    with pytest.raises(NotForYouError):
        history.check_may_open(signed_in)
    digits = code_sent(Code.Purpose.SIGN_IN)
    assert [message.receiver for message in sent("otp:sign_in")] == ["0000000041"]
    assert confirm(desk, digits) == "done"
    assert desk.at(NOW).holds(Right.APPROVE_REQUESTS)
    assert outcomes("signin:session:open") == ["code_sent"]
    assert outcomes("signin:session:confirm") == ["done"]


def test_the_database_opens_no_history_before_the_code(approver: Person) -> None:
    desk = elsewhere(approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=desk.session).update(history_opened_at=NOW, history_used_at=NOW)


def test_wrong_codes_pause_the_codes_of_every_session_and_no_password(approver: Person) -> None:
    desk = elsewhere(approver)
    digits = code_sent(Code.Purpose.SIGN_IN)
    told = [confirm(desk, another(digits)) for _ in range(6)]
    assert told == ["OTP_WRONG"] * 4 + ["OTP_TRIES_SPENT", "SIGN_IN_PAUSED"]
    assert confirm(desk, digits) == "SIGN_IN_PAUSED"
    assert desk.row().awaits_code
    again = elsewhere(approver, at=after(2))
    newer = code_sent(Code.Purpose.SIGN_IN)
    assert confirm(again, newer, at=after(14.9)) == "SIGN_IN_PAUSED"
    assert confirm(again, newer, at=after(15)) == "done"


def test_wrong_passwords_of_strangers_stop_no_code(approver: Person) -> None:
    desk = elsewhere(approver)
    told = [attempt(approver, WRONG, address=NOWHERE) for _ in range(6)]
    assert told == ["SIGN_IN_WRONG"] * 5 + ["SIGN_IN_PAUSED"]
    assert confirm(desk, code_sent(Code.Purpose.SIGN_IN)) == "done"


def test_a_right_password_forgives_no_wrong_code(approver: Person) -> None:
    for minute in (0, 2, 4, 6, 8):
        desk = elsewhere(approver, at=after(minute))
        assert confirm(desk, another(code_sent(Code.Purpose.SIGN_IN)), at=after(minute)) == "OTP_WRONG"
    desk = elsewhere(approver, at=after(10))
    assert confirm(desk, code_sent(Code.Purpose.SIGN_IN), at=after(10)) == "SIGN_IN_PAUSED"


def test_a_right_code_forgives_no_wrong_password(approver: Person) -> None:
    desk = elsewhere(approver)
    assert [attempt(approver, WRONG, address=NOWHERE) for _ in range(5)] == ["SIGN_IN_WRONG"] * 5
    assert confirm(desk, code_sent(Code.Purpose.SIGN_IN)) == "done"
    assert attempt(approver, address=NOWHERE) == "SIGN_IN_PAUSED"


def names_tried(home_code: str, address: str, *, times: int, at: datetime = NOW) -> list[str]:
    """Sign in under so many names, each once."""
    return [
        refusal_of(
            partial(
                actions.sign_in, Credentials(home_code, f"khongai{number}", WRONG), visitor=visitor(address),
                policy=POLICY, at=at,
            )
        )
        for number in range(times)
    ]  # fmt: skip


def test_a_stranger_s_names_are_compared_thirty_times_and_then_none(approver: Person) -> None:
    told = names_tried("01", NOWHERE, times=31)
    assert told == ["SIGN_IN_WRONG"] * 30 + ["SIGN_IN_PAUSED"]
    assert attempt(approver, address=NOWHERE) == "SIGN_IN_PAUSED", "the right password of another name too"
    assert attempt(approver, address=INSIDE) == "done", "only at that address"
    assert attempt(approver, address=NOWHERE, at=after(14.9)) == "SIGN_IN_PAUSED"
    assert attempt(approver, address=NOWHERE, at=after(15)) == "done"


@pytest.mark.parametrize(("home_code", "address"), [("01999", INSIDE), ("01", AGENCY_DESK)])
def test_behind_a_registered_address_as_many_people_sign_in_as_work_there(
    officer: Person, home_code: str, address: str
) -> None:
    assert names_tried(home_code, address, times=35) == ["SIGN_IN_WRONG"] * 35
    assert attempt(officer) == "done"
    assert not FailedSignIn.objects.filter(account_name="*").exists()


def test_what_is_no_code_does_not_count(approver: Person) -> None:
    desk = elsewhere(approver)
    assert [confirm(desk, "12 34") for _ in range(9)] == ["OTP_FORM"] * 9
    assert confirm(desk, code_sent(Code.Purpose.SIGN_IN)) == "done"


def test_the_code_of_another_session_confirms_nothing(approver: Person) -> None:
    first = elsewhere(approver)
    digits = code_sent(Code.Purpose.SIGN_IN)
    second = elsewhere(approver, at=after(1))
    newer = code_sent(Code.Purpose.SIGN_IN)
    if digits != newer:
        assert confirm(second, digits, at=after(1)) == "OTP_WRONG"
    assert confirm(second, newer, at=after(1)) == "done"
    assert first.row().awaits_code


def test_a_code_too_late_confirms_nothing(approver: Person) -> None:
    desk = elsewhere(approver)
    assert confirm(desk, code_sent(Code.Purpose.SIGN_IN), at=after(30)) == "OTP_EXPIRED"
    assert desk.row().awaits_code


def test_a_session_that_ended_meanwhile_is_not_confirmed(approver: Person) -> None:
    desk = elsewhere(approver)
    loaded_before, digits = desk.at(NOW), code_sent(Code.Purpose.SIGN_IN)
    actions.sign_out(signed_in=loaded_before, visitor=desk.visitor, at=NOW)
    late = partial(actions.confirm, digits, signed_in=loaded_before, visitor=desk.visitor, policy=POLICY, at=NOW)
    assert refusal_of(late) == "SESSION_ENDED"
    assert desk.row().awaits_code
    assert refusal_of(lambda: desk.at(NOW)) == "SESSION_ENDED"


def test_without_a_phone_no_second_factor_and_no_session(house: House) -> None:
    phoneless = register(house.agency, "khongso", number=42, phone="")
    assert attempt(phoneless, address=NOWHERE) == "OTP_NO_PHONE"
    assert not Session.objects.exists()


def test_signing_in_again_at_once_sends_no_second_code(approver: Person) -> None:
    elsewhere(approver)
    assert attempt(approver, address=NOWHERE, at=after(seconds=59)) == "OTP_RESEND_EARLY"
    assert Session.objects.count() == 1
    assert attempt(approver, address=NOWHERE, at=after(1)) == "done"


def test_wrong_is_wrong_for_agencies_too(approver: Person) -> None:
    told = refused(credentials_of(approver, WRONG), address=NOWHERE)
    unknown = refused(Credentials(approver.home.code, "khongai", WRONG), address=NOWHERE)
    assert told.code == "SIGN_IN_WRONG"
    assert str(unknown) == str(told)
    assert not sent("otp:sign_in")


def test_a_closed_agency_s_people_stay_out(house: House, approver: Person) -> None:
    Agency.objects.filter(pk=house.agency.pk).update(valid_to=NOW.date() - timedelta(days=1))
    assert attempt(approver, address=NOWHERE) == "SIGN_IN_HOME_CLOSED"


def test_before_addresses_are_enforced_agencies_need_the_code_all_the_same(approver: Person) -> None:
    opened = actions.sign_in(credentials_of(approver), visitor=visitor(NOWHERE), policy=FREE, at=NOW)
    assert opened.session.awaits_code


# Where a session counts


def test_a_unit_s_session_counts_only_in_its_network(officer: Person) -> None:
    desk = sit_down(officer)
    moved = replace(desk, address=OTHER_UNIT)
    assert refusal_of(lambda: moved.at(NOW)) == "SIGN_IN_ADDRESS_FOREIGN"
    assert desk.at(NOW).person == officer


def test_an_agency_s_session_without_second_factor_counts_only_in_its_network(at_work: Desk) -> None:
    moved = replace(at_work, address=NOWHERE)
    assert refusal_of(lambda: moved.at(NOW)) == "SIGN_IN_ADDRESS_FOREIGN"


def test_an_agency_s_session_with_the_code_may_travel(approver: Person) -> None:
    desk = elsewhere(approver)
    confirm(desk, code_sent(Code.Purpose.SIGN_IN))
    assert replace(desk, address=OTHER_UNIT).at(NOW).holds(Right.APPROVE_REQUESTS)


# How long


def find(desk: Desk, at: datetime) -> str:
    """Ask for a page without any before it."""
    return refusal_of(lambda: queries.signed_in(desk.token, visitor=desk.visitor, policy=POLICY, at=at))


@pytest.mark.parametrize(
    ("minutes", "seconds", "outcome"), [(14, 59, "done"), (15, 0, "SESSION_ENDED"), (15, 1, "SESSION_ENDED")]
)
def test_a_session_ends_after_a_quarter_of_an_hour_without_a_page(
    officer: Person, minutes: int, seconds: int, outcome: str
) -> None:
    desk = sit_down(officer)
    found = desk.at(NOW)
    assert find(desk, after(minutes, seconds=seconds)) == outcome
    actions.touch(found, at=after(10))
    assert find(desk, after(10 + minutes, seconds=seconds)) == outcome


def test_a_session_ends_after_twelve_hours_whatever_happens(officer: Person) -> None:
    desk = sit_down(officer)
    for minutes in range(10, 12 * 60, 10):
        assert desk.at(after(minutes)).person == officer
    assert find(desk, after(hours=11, minutes=59, seconds=59)) == "done"
    late = after(hours=11, minutes=59, seconds=59)
    actions.touch(desk.at(after(hours=11, minutes=59)), at=late)
    assert desk.row().seen_at == late
    with pytest.raises(Refusal, match="12 giờ"):
        queries.signed_in(desk.token, visitor=desk.visitor, policy=POLICY, at=after(hours=12))


def test_it_says_why_it_ended(officer: Person) -> None:
    desk = sit_down(officer)
    with pytest.raises(Refusal, match="15 phút không thao tác"):
        queries.signed_in(desk.token, visitor=desk.visitor, policy=POLICY, at=after(20))


def test_a_stricter_policy_ends_sessions_at_once(officer: Person) -> None:
    desk, strict = sit_down(officer), policy_with(portal__idle_minutes=5)
    assert refusal_of(
        lambda: queries.signed_in(desk.token, visitor=desk.visitor, policy=strict, at=after(5))
    ) == "SESSION_ENDED"  # fmt: skip


def test_a_lock_ends_every_session_and_unlocking_revives_none(officer: Person) -> None:
    desk = sit_down(officer)
    lock(officer, at=after(1))
    assert find(desk, after(1)) == "SESSION_ENDED"
    unlock(officer, at=after(2))
    assert find(desk, after(2)) == "SESSION_ENDED"
    assert attempt(officer, at=after(2)) == "done"


def test_rights_are_asked_anew_for_every_page(officer: Person) -> None:
    desk = sit_down(officer)
    assert not desk.at(NOW).holds(Right.CARD_LOOKUP)
    give_right(officer, Right.CARD_LOOKUP, at=after(1))
    assert desk.at(after(1)).rights == {Right.HISTORY_LOOKUP: NOW, Right.CARD_LOOKUP: after(1)}
    with pytest.raises(NotForYouError, match="Gửi hồ sơ XML"):
        desk.at(after(1)).need(Right.RECORD_SENDING)


# Signing out


def test_signing_out_ends_this_session_only(officer: Person) -> None:
    here, there = sit_down(officer), sit_down(officer)
    actions.sign_out(signed_in=here.at(after(1)), visitor=here.visitor, at=after(1))
    assert find(here, after(1)) == "SESSION_ENDED"
    assert find(there, after(1)) == "done"
    assert (here.row().ended_at, here.row().ended_why) == (after(1), "sign_out")
    assert Entry.objects.get(event="signin:session:close").object == f"session:{here.session}"


def test_signing_the_others_out_keeps_this_one_and_other_people(house: House, officer: Person) -> None:
    desks = [sit_down(officer) for _ in range(4)]
    colleague = sit_down(give_password(house.colleague))
    actions.sign_out(signed_in=desks[0].at(NOW), visitor=visitor(), at=after(1))
    ended = actions.sign_out_others(signed_in=desks[1].at(NOW), visitor=visitor(), policy=POLICY, at=after(2))
    assert ended == 2
    assert [find(desk, after(2)) for desk in [*desks, colleague]] == [
        "SESSION_ENDED", "done", "SESSION_ENDED", "SESSION_ENDED", "done",
    ]  # fmt: skip
    assert desks[0].row().ended_at == after(1), "what had ended keeps its end"
    assert outcomes("signin:session:close_others") == ["done"]


def test_a_page_asked_for_late_revives_nothing(officer: Person) -> None:
    desk = sit_down(officer)
    loaded_before = desk.at(NOW)
    actions.sign_out(signed_in=desk.at(NOW), visitor=desk.visitor, at=NOW)
    actions.touch(loaded_before, at=after(1))
    assert desk.row().seen_at == NOW


def test_the_list_of_sessions_is_newest_first_and_says_which_last(officer: Person) -> None:
    old = sit_down(officer)
    idle = sit_down(officer, at=after(hours=24))
    out = sit_down(officer, at=after(hours=30 * 24, minutes=1))
    here = sit_down(officer, at=after(hours=30 * 24, minutes=1))
    at = after(hours=30 * 24, minutes=2)
    actions.sign_out(signed_in=out.at(at), visitor=out.visitor, at=at)
    listed = queries.sessions_of(officer, policy=POLICY, at=at)
    assert [(row.pk, lasts) for row, lasts in listed] == [
        (here.session, True), (out.session, False), (idle.session, False),
    ]  # fmt: skip
    assert old.session not in {row.pk for row, _ in listed}, "longer than 30 days ago"


def test_the_list_knows_what_a_lock_ended(officer: Person) -> None:
    before = sit_down(officer)
    lock(officer, at=after(1))
    unlock(officer, at=after(1))
    now = sit_down(officer, at=after(1))
    officer.refresh_from_db()
    assert [(row.pk, lasts) for row, lasts in queries.sessions_of(officer, policy=POLICY, at=after(2))] == [
        (now.session, True), (before.session, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": NOW},
        {"ended_at": NOW},
        {"ended_why": "sign_out"},
        {"shown_insured": 1},
        {"history_used_at": NOW},
        {"history_opened_at": NOW},
        {"history_opened_at": after(1), "history_used_at": NOW},
        {"history_opened_at": NOW, "history_used_at": NOW, "ended_at": NOW, "ended_why": "x"},
    ],
)
def test_the_database_refuses_impossible_sessions(officer: Person, wrong: dict[str, object]) -> None:
    desk = sit_down(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=desk.session).update(**wrong)


def test_sessions_are_kept_for_ninety_days_after_their_end(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = sit_down(officer)
    end = after(hours=12) + timedelta(days=90)
    monkeypatch.setattr(clock, "now", lambda: end)
    tasks.forget_portal(0)
    assert str(desk.row()) == f"session {desk.session} of person {officer.pk}"
    monkeypatch.setattr(clock, "now", lambda: end + timedelta(seconds=1))
    tasks.forget_portal(0)
    assert not Session.objects.exists()
    assert outcomes("signin:session:open") == ["done"], "the record keeps it"
