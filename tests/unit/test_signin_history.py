"""The history window: who opens it with what, how it slides, and everything that closes it (CV 1232/BHXH-CNTT)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from congbhyt.accounts import passwords
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.audit.models import Entry
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup import officers
from congbhyt.lookup.facts import read_facts
from congbhyt.otp.models import Code
from congbhyt.signin import actions, credentials, history, phones
from congbhyt.signin.models import HISTORY_CLOSED, Session
from congbhyt.signin.visitors import SignedIn
from tests import factories
from tests.factories import BY, NOW, House
from tests.unit.portal_people import (
    ASKED,
    PASSWORD,
    POLICY,
    SOCIAL,
    Desk,
    after,
    amid,
    another,
    at_once,
    code_sent,
    give_right,
    lock,
    look_up,
    officer_desk,
    open_history,
    outcomes,
    policy_with,
    refusal_of,
    register,
    run_apart,
    sent,
    shows_history,
    sit_down,
    take_right,
    unlock,
    visitor,
)

WRONG = "một câu sai, cũng dài"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def desk(house: House) -> Desk:
    """The officer, signed in; history is closed."""
    return officer_desk(house)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """The officer, who has just opened history."""
    open_history(desk, at=NOW)
    return desk


def ask(desk: Desk, social: str = SOCIAL, *, minutes: float = 0) -> str:
    """Ask for the code; `done` or why not."""
    signed_in = desk.at(after(minutes))
    return refusal_of(
        lambda: history.request_code(
            social, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(minutes)
        )
    )


def type_code(desk: Desk, typed: str, *, minutes: float = 0) -> str:
    """Type it; `done` or why not."""
    signed_in = desk.at(after(minutes))
    return refusal_of(
        lambda: history.open_history(typed, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(minutes))
    )


def used(desk: Desk, signed_in: SignedIn | None = None, *, minutes: float = 0) -> bool:
    return history.use_history(signed_in or desk.at(after(minutes)), policy=POLICY, at=after(minutes))


# Opening


def test_without_the_code_no_history(desk: Desk) -> None:
    assert not shows_history(desk, at=NOW)
    assert desk.at(NOW).history_until(POLICY, NOW) is None


def test_the_own_social_number_and_the_code_open_it(desk: Desk) -> None:
    assert ask(desk) == "done"
    assert not shows_history(desk, at=NOW), "a code sent opens nothing"
    assert type_code(desk, code_sent(Code.Purpose.HISTORY)) == "done"
    assert shows_history(desk, at=NOW)
    assert desk.at(NOW).history_until(POLICY, NOW) == after(30)
    entries = Entry.objects.filter(event="signin:history:open")
    assert [(row.actor, row.officer, row.object, row.outcome, row.unit_code) for row in entries] == [
        (f"person:{desk.person.pk}", f"person:{desk.person.pk}", f"session:{desk.session}", "done", "01999"),
    ]


@pytest.mark.parametrize("typed", [SOCIAL, "9900 000 101", "99.0000.0101", " 9900-000-101 "])
def test_the_social_number_may_be_grouped(desk: Desk, typed: str) -> None:
    assert ask(desk, typed) == "done"


@pytest.mark.parametrize("typed", ["", "9900000001", "990000010", "GD4019900000101", "99000001010", "x"])
def test_another_social_number_sends_nothing(desk: Desk, typed: str) -> None:
    assert ask(desk, typed) == "HISTORY_SOCIAL_WRONG"
    assert not sent("otp:history")
    assert outcomes("signin:history:ask") == ["HISTORY_SOCIAL_WRONG"]


def test_wrong_social_numbers_count_as_wrong_codes_do(desk: Desk) -> None:
    told = [ask(desk, "9900000001") for _ in range(5)]
    assert told == ["HISTORY_SOCIAL_WRONG"] * 5
    assert ask(desk) == "SIGN_IN_PAUSED"
    assert ask(sit_down(desk.person)) == "SIGN_IN_PAUSED", "a right sign-in forgives none of them"
    assert ask(desk, minutes=15) == "done"


def test_the_right_social_number_costs_no_try_and_forgives_no_wrong_one(desk: Desk) -> None:
    for number in range(4):
        assert ask(desk, "9900000001", minutes=number) == "HISTORY_SOCIAL_WRONG"
        assert ask(desk, minutes=number) == "done"
    assert ask(desk, "9900000001", minutes=4) == "HISTORY_SOCIAL_WRONG"
    assert ask(desk, minutes=4) == "SIGN_IN_PAUSED"


def race_social_numbers() -> dict[str, object]:
    """Type wrong numbers sixty times at once, then the right one."""
    desk = officer_desk(factories.build())
    signed_in = desk.at(NOW)
    acts = [
        partial(history.request_code, f"98{number:08d}", signed_in=signed_in, visitor=visitor(), policy=POLICY, at=NOW)
        for number in range(60)
    ]
    return {"told": at_once(acts, threads=60), "then": ask(desk)}


def test_of_sixty_social_numbers_at_once_five_are_compared(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_social_numbers")
    assert raced == {"told": {"HISTORY_SOCIAL_WRONG": 5, "SIGN_IN_PAUSED": 55}, "then": "SIGN_IN_PAUSED"}


def test_without_a_social_number_on_file_there_is_no_code(desk: Desk) -> None:
    Person.objects.filter(pk=desk.person.pk).update(social_number="")
    assert ask(desk, "") == "HISTORY_SOCIAL_MISSING"
    assert not sent("otp:history")


def test_without_the_right_there_is_no_code_and_no_window(desk: Desk) -> None:
    ask(desk)
    digits = code_sent(Code.Purpose.HISTORY)
    take_right(desk.person, Right.HISTORY_LOOKUP, at=after(1))
    assert ask(desk, minutes=1) == "RIGHT_NEEDED"
    assert type_code(desk, digits, minutes=1) == "RIGHT_NEEDED"
    assert outcomes("signin:history:ask") == ["RIGHT_NEEDED"]
    assert desk.row().history_opened_at is None


def test_wrong_codes_count_towards_the_pause(desk: Desk) -> None:
    ask(desk)
    digits = code_sent(Code.Purpose.HISTORY)
    assert [type_code(desk, another(digits)) for _ in range(5)] == ["OTP_WRONG"] * 4 + ["OTP_TRIES_SPENT"]
    assert type_code(desk, digits) == "SIGN_IN_PAUSED"
    assert desk.row().history_opened_at is None


def test_whatever_is_asked_inside_counts_together(desk: Desk) -> None:
    ask(desk)
    digits = code_sent(Code.Purpose.HISTORY)
    assert [type_code(desk, another(digits)) for _ in range(3)] == ["OTP_WRONG"] * 3
    assert ask(desk, "9900000001") == "HISTORY_SOCIAL_WRONG"
    check = partial(
        credentials.check_current, WRONG, desk.at(NOW), visitor=desk.visitor, policy=POLICY, at=NOW
    )  # fmt: skip
    assert refusal_of(check) == "PASSWORD_WRONG"
    assert [refusal_of(check), ask(desk), type_code(desk, digits)] == ["SIGN_IN_PAUSED"] * 3


def test_wrong_passwords_of_strangers_do_not_stop_who_is_at_work(desk: Desk) -> None:
    wrong = actions.Credentials("01999", "kiemthu", WRONG)
    told = [
        refusal_of(lambda: actions.sign_in(wrong, visitor=visitor(), policy=POLICY, at=NOW)) for _ in range(6)
    ]  # fmt: skip
    assert told == ["SIGN_IN_WRONG"] * 5 + ["SIGN_IN_PAUSED"]
    assert ask(desk) == "done"
    assert type_code(desk, code_sent(Code.Purpose.HISTORY)) == "done"
    assert shows_history(desk, at=NOW)


def test_the_code_of_another_session_opens_nothing(desk: Desk) -> None:
    other = sit_down(desk.person)
    ask(desk)
    digits = code_sent(Code.Purpose.HISTORY)
    assert type_code(other, digits) == "OTP_NONE"
    assert not shows_history(other, at=NOW)
    assert type_code(desk, digits) == "done"
    assert not shows_history(other, at=NOW), "open in one session is closed in the others"


def test_the_code_of_another_person_opens_nothing(house: House, desk: Desk) -> None:
    colleague = register(house.unit, "lan", Right.CARD_LOOKUP, Right.HISTORY_LOOKUP, number=31)
    theirs = sit_down(colleague)
    ask(theirs, colleague.social_number)
    digits = code_sent(Code.Purpose.HISTORY)
    assert type_code(desk, digits) == "OTP_NONE"
    ask(desk, minutes=1)
    mine = code_sent(Code.Purpose.HISTORY)
    if mine != digits:
        assert type_code(desk, digits, minutes=1) == "OTP_WRONG"
    assert not shows_history(desk, at=after(1))


def test_a_session_that_ended_while_the_code_was_typed_stays_closed(desk: Desk) -> None:
    ask(desk)
    loaded_before = desk.at(NOW)
    actions.sign_out(signed_in=loaded_before, visitor=desk.visitor, at=NOW)
    digits = code_sent(Code.Purpose.HISTORY)
    late = partial(history.open_history, digits, signed_in=loaded_before, visitor=desk.visitor, policy=POLICY, at=NOW)
    assert refusal_of(late) == "SESSION_ENDED"
    assert desk.row().history_opened_at is None
    assert outcomes("signin:history:open") == []


def test_a_page_knows_the_code_that_waits(desk: Desk) -> None:
    assert history.pending_code(desk.at(NOW), policy=POLICY, at=NOW) is None
    ask(desk)
    waiting = history.pending_code(desk.at(NOW), policy=POLICY, at=NOW)
    assert waiting
    assert waiting.resend_at == after(1)
    other = sit_down(desk.person)
    assert history.pending_code(other.at(NOW), policy=POLICY, at=NOW) is None


# How long


@pytest.mark.parametrize(
    ("minutes", "seconds", "is_open"),
    [(29, 59, True), (29, 59.999999, True), (30, 0, False), (30, 1, False)],
)
def test_it_closes_half_an_hour_after_the_last_look_up(
    opened: Desk, minutes: int, seconds: float, *, is_open: bool
) -> None:
    assert shows_history(opened, at=after(7))
    last = after(7 + minutes, seconds=seconds)
    assert (opened.at(last).history_until(POLICY, last) is not None) == is_open
    assert shows_history(opened, at=last) == is_open


def test_it_closes_half_an_hour_after_opening_if_nobody_is_looked_up(opened: Desk) -> None:
    assert not shows_history(opened, at=after(30))


def test_every_look_up_begins_the_half_hour_anew(opened: Desk) -> None:
    for minutes in (29, 58, 87, 116):
        assert shows_history(opened, at=after(minutes))
        assert opened.at(after(minutes)).history_until(POLICY, after(minutes)) == after(minutes + 30)
    assert not shows_history(opened, at=after(116 + 30))


def test_what_has_closed_is_not_slid_open_again(opened: Desk) -> None:
    assert not shows_history(opened, at=after(30))
    assert not shows_history(opened, at=after(31))
    assert opened.row().history_used_at == NOW


def test_a_page_that_is_no_look_up_does_not_lengthen_it(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    for minutes in range(5, 30, 5):
        signed_in = opened.at(after(minutes))
        officers.open_visit(
            house.visits[0].record_number, signed_in=signed_in, visitor=opened.visitor, policy=POLICY, at=after(minutes)
        )
    assert not shows_history(opened, at=after(30))


@pytest.mark.parametrize(
    ("hours", "minutes", "seconds", "is_open"),
    [(3, 59, 59, True), (4, 0, 0, False), (4, 0, 1, False)],
)
def test_after_four_hours_it_closes_whatever_happens(
    opened: Desk, hours: int, minutes: int, seconds: int, *, is_open: bool
) -> None:
    for passed in range(10, 4 * 60, 10):
        assert shows_history(opened, at=after(passed))
    last = after(minutes, hours=hours, seconds=seconds)
    assert (opened.at(last).history_until(POLICY, last) is not None) == is_open
    assert shows_history(opened, at=last) == is_open


def test_the_end_that_a_page_names_is_the_nearer_one(opened: Desk) -> None:
    for passed in range(20, 4 * 60, 20):
        look_up(opened, at=after(passed))
    at = after(3 * 60 + 45)
    look_up(opened, at=at)
    assert opened.at(at).history_until(POLICY, at) == after(hours=4)


def test_another_code_opens_it_for_another_four_hours(opened: Desk) -> None:
    at = after(hours=4)
    assert not shows_history(opened, at=at)
    open_history(opened, at=at)
    assert opened.at(at).history_until(POLICY, at) == after(30, hours=4)
    assert shows_history(opened, at=after(29, hours=4))


def test_policy_shortens_both(opened: Desk) -> None:
    strict = policy_with(history__idle_minutes=5, history__most_hours=1)
    assert history.use_history(opened.at(after(4)), policy=strict, at=after(4))
    assert not history.use_history(opened.at(after(9)), policy=strict, at=after(9))
    for passed in range(10, 60, 10):
        used(opened, minutes=passed)
    lasting = policy_with(history__most_hours=1)
    assert not history.use_history(opened.at(after(60)), policy=lasting, at=after(60))


# What closes it


def is_open(desk: Desk, at_minutes: float = 2) -> bool:
    """Whether the session lasts and shows history."""
    try:
        return shows_history(desk, at=after(at_minutes))
    except Refusal:
        return False


def sign_out(desk: Desk) -> None:
    actions.sign_out(signed_in=desk.at(after(1)), visitor=desk.visitor, at=after(1))


def sign_out_from_elsewhere(desk: Desk) -> None:
    elsewhere = sit_down(desk.person, at=after(1))
    actions.sign_out_others(signed_in=elsewhere.at(after(1)), visitor=elsewhere.visitor, policy=POLICY, at=after(1))


def lock_and_unlock(desk: Desk) -> None:
    lock(desk.person, at=after(1))
    unlock(desk.person, at=after(1))


def change_password_elsewhere(desk: Desk) -> None:
    elsewhere = sit_down(desk.person, at=after(1))
    credentials.change_password(
        PASSWORD, "một câu khác, dài hơn", signed_in=elsewhere.at(after(1)), visitor=elsewhere.visitor, policy=POLICY,
        at=after(1),
    )  # fmt: skip


def hand_out_password(desk: Desk) -> None:
    passwords.hand_out_password(person=desk.person, reason="test", by=BY, at=after(1))


def ask_for_another_phone(desk: Desk) -> None:
    signed_in = desk.at(after(1))
    phones.ask_for_new_phone(
        "0000000777", PASSWORD, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(1)
    )
    phones.confirm_new_phone(
        code_sent(Code.Purpose.PHONE), signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(1)
    )


def another_phone_taken_back(desk: Desk) -> None:
    ask_for_another_phone(desk)
    phones.withdraw_phone(signed_in=desk.at(after(1)), visitor=desk.visitor, at=after(1))


def revoke(desk: Desk) -> None:
    take_right(desk.person, Right.HISTORY_LOOKUP, at=after(1))


def revoke_and_grant_again(desk: Desk) -> None:
    revoke(desk)
    give_right(desk.person, Right.HISTORY_LOOKUP, at=after(1))


def close(desk: Desk) -> None:
    history.close_history(signed_in=desk.at(after(1)), visitor=desk.visitor, at=after(1))


@pytest.mark.parametrize(
    "act",
    [
        sign_out, sign_out_from_elsewhere, lock_and_unlock, change_password_elsewhere, hand_out_password,
        ask_for_another_phone, another_phone_taken_back, revoke, revoke_and_grant_again, close,
    ],
)  # fmt: skip
def test_it_closes_at_once(opened: Desk, act: Callable[[Desk], None]) -> None:
    assert is_open(opened, 1)
    act(opened)
    opened.person.refresh_from_db()
    assert not is_open(opened)


@pytest.mark.parametrize("act", [revoke_and_grant_again, close, another_phone_taken_back])
def test_where_the_session_lasts_a_new_code_opens_it_again(opened: Desk, act: Callable[[Desk], None]) -> None:
    act(opened)
    open_history(opened, at=after(5))
    assert is_open(opened, 5)


def test_closing_is_on_record_and_leaves_the_session(opened: Desk) -> None:
    look_up(opened, at=NOW)
    close(opened)
    row = opened.row()
    assert (row.history_opened_at, row.history_used_at, row.shown_insured, row.ended_at) == (None, None, None, None)
    assert outcomes("signin:history:close") == ["done"]


def test_one_s_own_password_change_leaves_this_window_open(opened: Desk) -> None:
    credentials.change_password(
        PASSWORD, "một câu khác, dài hơn", signed_in=opened.at(after(1)), visitor=opened.visitor, policy=POLICY,
        at=after(1),
    )  # fmt: skip
    assert is_open(opened)


def test_nothing_stays_on_an_ended_session(opened: Desk) -> None:
    look_up(opened, at=NOW)
    loaded_before = opened.at(NOW)
    sign_out(opened)
    assert not used(opened, loaded_before, minutes=1)
    history.note_shown(loaded_before, 99)
    row = opened.row()
    assert (row.history_opened_at, row.history_used_at, row.shown_insured) == (None, None, None)


def test_a_look_up_that_began_before_the_window_closed_does_not_slide_it(opened: Desk) -> None:
    loaded_before = opened.at(after(29))
    close(opened)
    assert not used(opened, loaded_before, minutes=29)
    assert opened.row().history_used_at is None


@pytest.mark.parametrize(
    "long_ago",
    [{"history_opened_at": after(-60), "history_used_at": after(-40)}, {"history_opened_at": after(hours=-5)}],
)
def test_the_row_decides_not_what_a_page_holds(opened: Desk, long_ago: dict[str, datetime]) -> None:
    loaded_before = opened.at(after(1))
    Session.objects.filter(pk=opened.session).update(**long_ago)
    assert not used(opened, loaded_before, minutes=1)
    assert not used(opened, minutes=1)


def test_history_paused_while_the_page_was_read_neither_slides_nor_opens(opened: Desk) -> None:
    assert ask(opened, minutes=1) == "done"
    loaded_before, digits = opened.at(after(1)), code_sent(Code.Purpose.HISTORY)
    Person.objects.filter(pk=opened.person.pk).update(history_paused_since=after(1))
    assert not used(opened, loaded_before, minutes=1)
    late = partial(
        history.open_history, digits, signed_in=loaded_before, visitor=opened.visitor, policy=POLICY, at=after(1)
    )
    assert refusal_of(late) == "HISTORY_PAUSED"
    assert (opened.row().history_opened_at, opened.row().history_used_at) == (NOW, NOW)


def race_pause() -> dict[str, object]:
    """Type the code, and look somebody up, while a new phone is requested but the request is not committed."""
    desk = officer_desk(factories.build())
    open_history(desk, at=NOW)
    assert ask(desk, minutes=1) == "done"
    digits, signed_in = code_sent(Code.Purpose.HISTORY), desk.at(after(1))

    def pause() -> None:
        Person.objects.filter(pk=desk.person.pk).update(history_paused_since=after(1))
        Session.objects.filter(pk=desk.session).update(**HISTORY_CLOSED)

    def unpause() -> None:
        Person.objects.filter(pk=desk.person.pk).update(history_paused_since=None)
        Session.objects.filter(pk=desk.session).update(history_opened_at=NOW, history_used_at=NOW)

    def slide() -> None:
        slid.append(history.use_history(signed_in, policy=POLICY, at=after(1)))

    slid: list[bool] = []
    told = [amid(slide, pause)]
    unpause()
    told.append(
        amid(
            partial(history.open_history, digits, signed_in=signed_in, visitor=visitor(), policy=POLICY, at=after(1)),
            pause,
        )
    )
    return {"told": told, "slid": slid, "opened": desk.row().history_opened_at is not None}


def test_a_request_for_a_new_phone_that_is_under_way_wins(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_pause")
    assert raced == {"told": ["done", "HISTORY_PAUSED"], "slid": [False], "opened": False}


def race_sign_out() -> dict[str, object]:
    """Sign out in the midst of twenty look-ups, once an hour for six hours."""
    house = factories.build()
    left: list[bool] = []
    told: dict[str, int] = {}
    for hour in range(6):
        at = after(hours=hour)
        desk = officer_desk(house, at=at)
        open_history(desk, at=at)
        signed_in = desk.at(at)
        seek = partial(
            officers.look_up_for, ASKED, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, read=read_facts
        )
        acts: list[Callable[[], object]] = [partial(seek, visitor=visitor(), at=at) for _ in range(20)]
        acts.insert(10, partial(actions.sign_out, signed_in=signed_in, visitor=desk.visitor, at=at))
        for outcome, times in at_once(acts, threads=21, hot_too=True).items():
            told[outcome] = told.get(outcome, 0) + times
        row = desk.row()
        left.append((row.history_opened_at, row.history_used_at, row.shown_insured) != (None, None, None))
        left.append(history.use_history(signed_in, policy=POLICY, at=at))
    lasting = Session.objects.filter(ended_at=None).count()
    return {"told": told, "left open": left, "lasting": lasting, "recorded": len(outcomes("lookup:card:answer"))}


def test_signing_out_amid_look_ups_leaves_no_window(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_sign_out")
    assert raced == {"told": {"done": 6 * 21}, "left open": [False] * 12, "lasting": 0, "recorded": 6 * 20}
