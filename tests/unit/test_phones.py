"""A new telephone: who needs an agency's approval, what rests meanwhile, who hears of it, who decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person, PhoneChange
from congbhyt.audit.models import Entry
from congbhyt.lookup.actions import Answer, Asker
from congbhyt.lookup.actions import look_up as look_up_on_the_wire
from congbhyt.lookup.facts import read_facts
from congbhyt.lookup.rules import Question
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.signin import actions, credentials, history, phones
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Unit
from tests import factories
from tests.factories import BY, CARD, NOW, OFFICER_CITIZEN, OFFICER_NAME, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    PASSWORD,
    PHONE,
    POLICY,
    SOCIAL,
    Desk,
    Sent,
    after,
    another,
    at_once,
    code_sent,
    give_password,
    give_right,
    officer_desk,
    open_history,
    outcomes,
    refusal_of,
    register,
    run_apart,
    sent,
    shows_history,
    sit_down,
    take_right,
    visitor,
)

NEW = "0000000777"
REASON = "đã gọi điện xác minh"
WARNING = "Nếu không phải bạn, báo ngay cho đơn vị."


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return _house()


def _house() -> House:
    """The house, whose agency has a network."""
    house = factories.build()
    units.add_network(home=house.agency, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    return house


@pytest.fixture
def desk(house: House) -> Desk:
    """The officer, who may see history and has opened it."""
    desk = officer_desk(house)
    open_history(desk, at=NOW)
    return desk


@pytest.fixture
def plain(house: House) -> Desk:
    """Somebody who may not see history."""
    return sit_down(give_password(house.colleague))


@pytest.fixture
def approver(house: House) -> Desk:
    """Somebody of the agency who decides."""
    return sit_down(register(house.agency, "duyet", Right.APPROVE_REQUESTS, number=41), address=AGENCY_DESK)


def ask(desk: Desk, phone: str = NEW, password: str = PASSWORD, *, minutes: float = 1) -> str:
    """Ask for a new phone; `done` or why not."""
    signed_in = desk.at(after(minutes))
    return refusal_of(
        lambda: phones.ask_for_new_phone(
            phone, password, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(minutes)
        )
    )


def type_code(desk: Desk, typed: str, *, minutes: float = 1) -> str:
    signed_in = desk.at(after(minutes))
    return refusal_of(
        lambda: phones.confirm_new_phone(
            typed, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(minutes)
        )
    )


def request(desk: Desk, phone: str = NEW, *, minutes: float = 1) -> PhoneChange:
    """Ask for a new phone and confirm it; the request that waits."""
    assert ask(desk, phone, minutes=minutes) == "done"
    assert type_code(desk, code_sent(Code.Purpose.PHONE), minutes=minutes) == "done"
    change = phones.open_change(desk.person)
    assert change
    return change


def decide(by: Desk, change: PhoneChange, *, approve: bool = True, reason: str = REASON, minutes: float = 2) -> str:
    signed_in = by.at(after(minutes))
    return refusal_of(
        lambda: phones.decide_phone(
            change=change, approve=approve, reason=reason, signed_in=signed_in, visitor=by.visitor, at=after(minutes)
        )
    )


def withdraw(desk: Desk, *, minutes: float = 2) -> str:
    signed_in = desk.at(after(minutes))
    return refusal_of(lambda: phones.withdraw_phone(signed_in=signed_in, visitor=desk.visitor, at=after(minutes)))


def phone_of(person: Person) -> str:
    stored = Person.objects.get(pk=person.pk)
    number = settings.KEYS.open(stored.phone_sealed or b"")
    assert bytes(stored.phone_digest or b"") == settings.KEYS.digest(number)
    return number


def paused(desk: Desk) -> bool:
    return Person.objects.get(pk=desk.person.pk).history_paused_since is not None


def ask_on_the_wire(house: House, *, minutes: float = 2) -> Answer:
    """What a hospital's program gets that names the officer."""
    asker = Asker(house.unit.pk, house.unit.code, "01999_BV", may_look_up=True, may_see_history=True)
    return look_up_on_the_wire(
        Question(CARD, "NGUYỄN VĂN THỬ", "01/01/1980", OFFICER_NAME, OFFICER_CITIZEN), asker=asker, function="test",
        policy=POLICY, read=read_facts, origin=visitor().origin, at=after(minutes),
    )  # fmt: skip


# Asking


def test_the_new_phone_must_be_held_before_anybody_hears_of_it(desk: Desk) -> None:
    assert ask(desk) == "done"
    assert [message.receiver for message in sent("otp:phone")] == [NEW]
    assert not PhoneChange.objects.exists()
    assert not sent("notice:phone")
    assert not paused(desk)
    assert phone_of(desk.person) == PHONE


@pytest.mark.parametrize("typed", [NEW, "+84 000 000 777", "0000.000.777", "(0000) 000-777"])
def test_numbers_are_read_as_people_write_them(desk: Desk, typed: str) -> None:
    assert ask(desk, typed) == "done"
    assert [message.receiver for message in sent("otp:phone")] == [NEW]


@pytest.mark.parametrize("typed", ["", "12345", "00000007770", "1000000777", "không", PHONE, "+84 000 000 101"])
def test_what_is_no_new_mobile_number_is_refused(desk: Desk, typed: str) -> None:
    assert ask(desk, typed) == "PHONE_FORM"
    assert not sent("otp:phone")


def test_the_password_is_asked_again_and_wrong_ones_count(desk: Desk) -> None:
    told = [ask(desk, password="một câu sai, cũng dài") for _ in range(6)]
    assert told == ["PASSWORD_WRONG"] * 5 + ["SIGN_IN_PAUSED"]
    assert ask(desk) == "SIGN_IN_PAUSED"
    assert not sent("otp:phone")


def test_a_wrong_code_changes_nothing(desk: Desk) -> None:
    ask(desk)
    assert type_code(desk, another(code_sent(Code.Purpose.PHONE))) == "OTP_WRONG"
    assert not PhoneChange.objects.exists()
    assert phone_of(desk.person) == PHONE


def test_a_page_says_who_decides_about_which_number(house: House, desk: Desk, plain: Desk, approver: Desk) -> None:
    assert phones.needs_approval(desk.at(NOW))
    assert not phones.needs_approval(plain.at(NOW))
    assert phones.new_number(request(desk)) == "•••••••777"
    assert phones.decider(desk.at(NOW).person) == phones.decider(approver.at(NOW).person) == house.agency


def test_the_code_counts_in_its_session_only(desk: Desk) -> None:
    ask(desk)
    other = sit_down(desk.person, at=after(1))
    assert type_code(other, code_sent(Code.Purpose.PHONE)) == "OTP_NONE"


# With the history right: an agency decides


def test_who_may_see_history_waits_for_the_agency(desk: Desk) -> None:
    change = request(desk)
    assert change.outcome == PhoneChange.Outcome.PENDING
    assert phones.open_change(desk.person) == change
    assert settings.KEYS.open(change.phone_sealed) == NEW
    assert bytes(change.phone_digest) == settings.KEYS.digest(NEW)
    assert phone_of(desk.person) == PHONE
    assert str(change) == f"new phone of person {desk.person.pk}: pending"
    assert outcomes("accounts:phone:request") == ["done"]


def test_the_old_number_is_told_and_the_new_one_masked(desk: Desk) -> None:
    request(desk)
    assert sent("notice:phone") == [
        Sent(PHONE, f"CongBHYT: có yêu cầu đổi số điện thoại của bạn sang •••••••777. {WARNING}")
    ]


def test_history_rests_at_both_doors_meanwhile(house: House, desk: Desk) -> None:
    assert shows_history(desk, at=NOW)
    assert ask_on_the_wire(house, minutes=0).officer_sees_history
    request(desk)
    told = ask_on_the_wire(house)
    assert (told.verdict.code, told.officer_sees_history, told.visits) == ("000", False, None)
    assert told.insured, "the card's facts go out"
    assert not shows_history(desk, at=after(2))
    assert desk.row().history_opened_at is None
    signed_in = desk.at(after(2))
    again = partial(history.request_code, SOCIAL, signed_in=signed_in, visitor=visitor(), policy=POLICY, at=after(2))
    assert refusal_of(again) == "HISTORY_PAUSED"
    typed = partial(history.open_history, "123456", signed_in=signed_in, visitor=visitor(), policy=POLICY, at=after(2))
    assert refusal_of(typed) == "HISTORY_PAUSED"


def test_a_code_sent_before_opens_nothing_meanwhile(desk: Desk) -> None:
    history.request_code(SOCIAL, signed_in=desk.at(after(1)), visitor=visitor(), policy=POLICY, at=after(1))
    digits = code_sent(Code.Purpose.HISTORY)
    request(desk)
    typed = partial(
        history.open_history, digits, signed_in=desk.at(after(2)), visitor=visitor(), policy=POLICY, at=after(2)
    )
    assert refusal_of(typed) == "HISTORY_PAUSED"


def ask_for_history(desk: Desk, *, minutes: float) -> str:
    """Ask for a code that opens history; the code."""
    at = after(minutes)
    history.request_code(SOCIAL, signed_in=desk.at(at), visitor=desk.visitor, policy=POLICY, at=at)
    return code_sent(Code.Purpose.HISTORY)


def open_with(desk: Desk, digits: str, *, minutes: float) -> str:
    at = after(minutes)
    signed_in = desk.at(at)
    return refusal_of(
        lambda: history.open_history(digits, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=at)
    )


def recover(ticket: str, digits: str, *, minutes: float) -> str:
    at = after(minutes)
    return refusal_of(
        lambda: credentials.finish_recovery(
            ticket, digits, "một câu khác, dài hơn", visitor=visitor(), policy=POLICY, at=at
        )
    )


@pytest.mark.parametrize("sent_at", [1, 2, 2.001])
def test_a_history_code_to_the_old_phone_is_dead_after_the_request(desk: Desk, sent_at: float) -> None:
    """Also one that was sent a moment later by a request that came at the same time."""
    assert ask(desk, minutes=1) == "done"
    confirming = code_sent(Code.Purpose.PHONE)
    digits = ask_for_history(desk, minutes=sent_at)
    assert type_code(desk, confirming, minutes=2) == "done"
    assert withdraw(desk, minutes=3) == "done"
    assert open_with(desk, digits, minutes=3) == "OTP_EXPIRED"
    assert desk.row().history_opened_at is None
    assert open_with(desk, ask_for_history(desk, minutes=4), minutes=4) == "done"


def test_codes_sent_while_a_request_waits_are_dead_once_the_new_phone_is_in_place(desk: Desk, approver: Desk) -> None:
    change = request(desk)
    ticket = credentials.begin_recovery(desk.person.handle, visitor=visitor(), policy=POLICY, at=after(2))
    digits = code_sent(Code.Purpose.RECOVERY)
    assert decide(approver, change, minutes=3) == "done"
    assert recover(ticket, digits, minutes=4) == "RECOVERY_CODE"


def test_codes_to_the_old_phone_are_dead_when_the_phone_changes_at_once(plain: Desk) -> None:
    ticket = credentials.begin_recovery(plain.person.handle, visitor=visitor(), policy=POLICY, at=NOW)
    digits = code_sent(Code.Purpose.RECOVERY)
    assert ask(plain) == "done"
    assert type_code(plain, code_sent(Code.Purpose.PHONE)) == "done"
    assert recover(ticket, digits, minutes=2) == "RECOVERY_CODE"
    again = credentials.begin_recovery(plain.person.handle, visitor=visitor(), policy=POLICY, at=after(3))
    assert sent("otp:recovery")[-1].receiver == NEW
    assert recover(again, code_sent(Code.Purpose.RECOVERY), minutes=3) == "done"


def test_codes_of_others_stay_good(desk: Desk, plain: Desk) -> None:
    ticket = credentials.begin_recovery(plain.person.handle, visitor=visitor(), policy=POLICY, at=NOW)
    digits = code_sent(Code.Purpose.RECOVERY)
    request(desk)
    assert recover(ticket, digits, minutes=2) == "done"


def test_every_session_s_window_closes(desk: Desk) -> None:
    other = sit_down(desk.person, at=after(1))
    open_history(other, at=after(1))
    request(desk, minutes=2)
    assert other.row().history_opened_at is None
    assert not shows_history(other, at=after(3))


def test_approved_the_new_phone_gets_the_codes(house: House, desk: Desk, approver: Desk) -> None:
    change = request(desk)
    assert decide(approver, change) == "done"
    assert phone_of(desk.person) == NEW
    assert [message.receiver for message in sent("notice:phone")] == [PHONE, PHONE]
    assert "đã đổi sang •••••••777" in sent("notice:phone")[1].body
    assert ask_on_the_wire(house, minutes=3).officer_sees_history
    assert not shows_history(desk, at=after(3)), "what was open before stays closed"
    open_history(desk, at=after(4))
    assert sent("otp:history")[-1].receiver == NEW
    assert shows_history(desk, at=after(4))
    change.refresh_from_db()
    assert (change.outcome, change.decided_at, change.decided_by, change.reason) == (
        "approved", after(2), f"person:{approver.person.pk}", REASON,
    )  # fmt: skip


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_refused_or_taken_back_the_old_phone_stays_and_history_no_longer_rests(
    house: House, desk: Desk, approver: Desk, end: str
) -> None:
    change = request(desk)
    assert (decide(approver, change, approve=False) if end == "refuse" else withdraw(desk)) == "done"
    assert phone_of(desk.person) == PHONE
    assert not paused(desk)
    assert ask_on_the_wire(house, minutes=3).officer_sees_history
    assert not shows_history(desk, at=after(3))
    open_history(desk, at=after(4))
    assert sent("otp:history")[-1].receiver == PHONE
    assert len(sent("notice:phone")) == 1
    assert phones.open_change(desk.person) is None
    assert request(desk, "0000000778", minutes=5).pk != change.pk


def test_nothing_is_withdrawn_that_does_not_wait(desk: Desk, approver: Desk) -> None:
    assert withdraw(desk) == "PHONE_CHANGE_DECIDED"
    decide(approver, request(desk))
    assert withdraw(desk, minutes=3) == "PHONE_CHANGE_DECIDED"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_a_second_decision_is_refused(desk: Desk, approver: Desk, *, first: bool, second: bool) -> None:
    change = request(desk)
    assert decide(approver, change, approve=first) == "done"
    assert decide(approver, change, approve=second, minutes=3) == "PHONE_CHANGE_DECIDED"
    assert phone_of(desk.person) == (NEW if first else PHONE)
    assert len(outcomes("accounts:phone:decide")) == 1


def test_a_decision_needs_a_reason(desk: Desk, approver: Desk) -> None:
    change = request(desk)
    for reason in ("", "  ", "x" * 201):
        assert decide(approver, change, reason=reason) == "REASON_MISSING"
    assert paused(desk)


def test_one_request_waits_at_a_time(desk: Desk) -> None:
    other = sit_down(desk.person, at=after(1))
    assert ask(desk) == "done"
    digits = code_sent(Code.Purpose.PHONE)
    assert ask(other, "0000000778", minutes=2) == "done"
    later = code_sent(Code.Purpose.PHONE)
    assert type_code(desk, digits, minutes=2) == "done"
    assert ask(desk, "0000000779", minutes=3) == "PHONE_CHANGE_PENDING"
    assert type_code(other, later, minutes=3) == "OTP_EXPIRED"
    assert PhoneChange.objects.count() == 1


def test_a_code_sent_while_the_request_was_made_makes_no_second_one(desk: Desk) -> None:
    other = sit_down(desk.person, at=after(1))
    request(desk)
    otp.send_code(
        person=desk.person, purpose=Code.Purpose.PHONE, bound_to=f"session:{other.session}", new_phone="0000000778",
        policy=POLICY, origin=visitor().origin, at=after(3),
    )  # fmt: skip
    assert type_code(other, code_sent(Code.Purpose.PHONE), minutes=3) == "PHONE_CHANGE_PENDING"
    assert PhoneChange.objects.count() == 1


def test_the_database_allows_one_request_that_waits(desk: Desk) -> None:
    change = request(desk)
    with pytest.raises(IntegrityError, match="phone_change_one_open_per_person"), transaction.atomic():
        PhoneChange.objects.create(
            person=desk.person, phone_sealed=change.phone_sealed, phone_digest=change.phone_digest, requested_at=NOW
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "approved"},
        {"outcome": "approved", "decided_by": BY, "reason": REASON},
        {"outcome": "approved", "decided_at": after(3), "reason": REASON},
        {"outcome": "approved", "decided_at": after(3), "decided_by": BY},
        {"outcome": "refused", "decided_at": NOW, "decided_by": BY, "reason": REASON},
        {"decided_at": after(3)},
    ],
)
def test_the_database_refuses_half_a_decision(desk: Desk, wrong: dict[str, object]) -> None:
    request(desk)
    with pytest.raises(IntegrityError, match="phone_change_decided_by_somebody"), transaction.atomic():
        PhoneChange.objects.update(**wrong)


# Who decides


def test_requests_are_listed_oldest_first(house: House, desk: Desk, approver: Desk) -> None:
    second = sit_down(register(house.other, "lan", Right.HISTORY_LOOKUP, number=31), address="203.0.113.9")
    one, two = request(desk), request(second, "0000000778", minutes=2)
    assert list(phones.decidable(approver.at(after(3)))) == [one, two]
    decide(approver, one)
    assert list(phones.decidable(approver.at(after(3)))) == [two]


def test_the_agency_that_receives_the_unit_s_requests_decides(house: House, desk: Desk, approver: Desk) -> None:
    elsewhere = units.open_agency(
        code="02", name="BHXH Bên Kia", level=Agency.Level.PROVINCE, valid_from=date(2020, 1, 1), by=BY, at=NOW
    )
    units.add_network(home=elsewhere, network="198.18.0.0/24", basis="test", by=BY, at=NOW)
    stranger = sit_down_confirmed(register(elsewhere, "duyet", Right.APPROVE_REQUESTS, number=42))
    change = request(desk)
    assert not phones.decidable(stranger.at(after(2)))
    assert decide(stranger, change) == "PHONE_CHANGE_DECIDED"
    Unit.objects.filter(pk=house.unit.pk).update(receiving_agency=elsewhere)
    assert not phones.decidable(approver.at(after(2)))
    assert decide(approver, change) == "PHONE_CHANGE_DECIDED"
    assert paused(desk)
    assert decide(stranger, change) == "done"
    assert phone_of(desk.person) == NEW


def sit_down_confirmed(person: Person) -> Desk:
    """Somebody of an agency, signed in from anywhere with the code."""
    desk = sit_down(person, address="198.51.100.7")
    digits = code_sent(Code.Purpose.SIGN_IN)
    actions.confirm(digits, signed_in=desk.at(NOW), visitor=desk.visitor, policy=POLICY, at=NOW)
    return desk


def test_without_the_right_to_approve_nobody_decides(house: House, desk: Desk, approver: Desk) -> None:
    change = request(desk)
    clerk = sit_down(register(house.agency, "khongduyet", number=43), address=AGENCY_DESK)
    unit_s_own = sit_down(register(house.unit, "quantri", Right.USER_ADMINISTRATION, number=44))
    for somebody in (clerk, unit_s_own, desk):
        assert not phones.decidable(somebody.at(after(2)))
        assert decide(somebody, change) == "RIGHT_NEEDED"
    take_right(approver.person, Right.APPROVE_REQUESTS, at=after(2))
    assert decide(approver, change) == "RIGHT_NEEDED"
    assert paused(desk)


def test_before_the_second_factor_nobody_decides(house: House, desk: Desk) -> None:
    change = request(desk)
    unconfirmed = sit_down(register(house.agency, "xa", Right.APPROVE_REQUESTS, number=45), address="198.51.100.7")
    assert not phones.decidable(unconfirmed.at(after(2)))
    assert decide(unconfirmed, change) == "RIGHT_NEEDED"


def test_nobody_decides_on_their_own_phone(house: House, approver: Desk) -> None:
    give_right(approver.person, Right.HISTORY_LOOKUP)
    change = request(approver)
    assert not phones.decidable(approver.at(after(2)))
    assert decide(approver, change) == "PHONE_CHANGE_DECIDED"
    assert phone_of(approver.person) == "0000000041"
    second = register(house.agency, "duyethai", Right.APPROVE_REQUESTS, number=46)
    assert decide(sit_down(second, address=AGENCY_DESK), change) == "done"
    assert phone_of(approver.person) == NEW


def test_nobody_decides_on_the_phone_of_their_other_account(house: House, approver: Desk) -> None:
    own = register(house.unit, "haiviec", Right.HISTORY_LOOKUP, number=41, phone="0000000043")
    change = request(sit_down(own))
    assert own.is_also(approver.person)
    assert not phones.decidable(approver.at(after(2)))
    assert decide(approver, change) == "PHONE_CHANGE_DECIDED"
    assert phone_of(own) == "0000000043"
    second = sit_down(register(house.agency, "duyethai", Right.APPROVE_REQUESTS, number=46), address=AGENCY_DESK)
    assert list(phones.decidable(second.at(after(2)))) == [change]
    assert decide(second, change) == "done"


def race_decisions() -> dict[str, object]:
    """Approve twenty-five times and refuse twenty-five times at once."""
    house = _house()
    desk = officer_desk(house)
    deciding = sit_down(register(house.agency, "duyet", Right.APPROVE_REQUESTS, number=41), address=AGENCY_DESK)
    change, signed_in = request(desk), deciding.at(after(2))
    act = partial(
        phones.decide_phone, change=change, reason=REASON, signed_in=signed_in, visitor=deciding.visitor, at=after(2)
    )
    told = at_once([partial(act, approve=number % 2 == 0) for number in range(50)])
    change.refresh_from_db()
    agree = phone_of(desk.person) == (NEW if change.outcome == "approved" else PHONE)
    return {"told": told, "record": outcomes("accounts:phone:decide") == [change.outcome], "agree": agree}


def test_of_fifty_decisions_at_once_one_counts(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_decisions")
    assert raced == {"told": {"done": 1, "PHONE_CHANGE_DECIDED": 49}, "record": True, "agree": True}


# Without the history right: at once


def test_who_sees_no_history_changes_the_phone_at_once(plain: Desk) -> None:
    assert ask(plain) == "done"
    assert type_code(plain, code_sent(Code.Purpose.PHONE)) == "done"
    assert phone_of(plain.person) == NEW
    assert not PhoneChange.objects.exists()
    assert not paused(plain)
    assert sent("notice:phone") == [
        Sent(PHONE, f"CongBHYT: số điện thoại nhận mã của bạn đã đổi sang •••••••777. {WARNING}")
    ]
    assert Entry.objects.get(event="accounts:phone:change").actor == f"person:{plain.person.pk}"


def test_a_first_phone_tells_nobody(house: House) -> None:
    phoneless = sit_down(register(house.unit, "khongso", number=31, phone=""))
    assert ask(phoneless) == "done"
    assert type_code(phoneless, code_sent(Code.Purpose.PHONE)) == "done"
    assert phone_of(phoneless.person) == NEW
    assert not sent("notice:phone")


def test_the_right_at_the_moment_of_confirming_counts(plain: Desk) -> None:
    assert ask(plain) == "done"
    accounts.grant_right(holder=plain.person, right=Right.HISTORY_LOOKUP, basis="01/dk-ctn", by=BY, at=after(1))
    assert type_code(plain, code_sent(Code.Purpose.PHONE)) == "done"
    assert phone_of(plain.person) == PHONE
    assert paused(plain)


def test_no_number_stands_on_record(desk: Desk, approver: Desk) -> None:
    decide(approver, request(desk))
    entries = list(Entry.objects.filter(event__startswith="accounts:phone").values())
    assert {entry["event"] for entry in entries} == {
        "accounts:phone:request", "accounts:phone:change", "accounts:phone:decide",
    }  # fmt: skip
    assert [(entry["actor"], entry["outcome"], entry["details"]) for entry in entries][-1] == (
        f"person:{approver.person.pk}", "approved", {"reason": REASON},
    )  # fmt: skip
    for number in (PHONE, NEW):
        assert number not in str(entries)
        assert number not in str(list(PhoneChange.objects.values()))
