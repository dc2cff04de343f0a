"""A forgotten password: the same answer to everybody, one code, only from the unit's networks, and no oracle."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.core import signing

from congbhyt.accounts.models import FailedSignIn, Person
from congbhyt.audit.models import Entry
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import actions as otp
from congbhyt.otp.models import Code
from congbhyt.policy.rules import InForce
from congbhyt.signin import actions, credentials
from congbhyt.units import actions as units
from congbhyt.units.models import Denial
from tests import factories
from tests.factories import BY, NOW, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    INSIDE,
    NOWHERE,
    OTHER_UNIT,
    PASSWORD,
    PHONE,
    POLICY,
    after,
    another,
    at_once,
    code_sent,
    credentials_of,
    give_password,
    lock,
    outcomes,
    policy_with,
    refusal_of,
    register,
    run_apart,
    sent,
    sit_down,
    visitor,
)

HANDLE, UNKNOWN = "01999/kiemthu", "01999/khongai"
NEW = "một câu khác, dài hơn"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def officer(house: House) -> Person:
    """Somebody who has forgotten the password."""
    return give_password(house.officer)


def begin(handle: str = HANDLE, *, address: str = INSIDE, minutes: float = 0, policy: InForce = POLICY) -> str:
    return credentials.begin_recovery(handle, visitor=visitor(address), policy=policy, at=after(minutes))


def begin_refusal(handle: str, address: str) -> str:
    return refusal_of(lambda: begin(handle, address=address))


def finish(
    ticket: str, typed: str, new: str = NEW, *, address: str = INSIDE, minutes: float = 0, seconds: float = 0
) -> str:
    """Set a new password; `done` or why not."""
    at = after(minutes, seconds=seconds)
    return refusal_of(
        lambda: credentials.finish_recovery(ticket, typed, new, visitor=visitor(address), policy=POLICY, at=at)
    )


def code() -> str:
    return code_sent(Code.Purpose.RECOVERY)


def signs_in(person: Person, password: str, *, minutes: float = 0) -> str:
    typed = credentials_of(person, password)
    return refusal_of(lambda: actions.sign_in(typed, visitor=visitor(), policy=POLICY, at=after(minutes)))


# Beginning


def test_a_code_goes_to_the_phone_and_sets_a_new_password(officer: Person) -> None:
    ticket = begin()
    assert [message.receiver for message in sent("otp:recovery")] == [PHONE]
    assert finish(ticket, code()) == "done"
    assert signs_in(officer, PASSWORD) == "SIGN_IN_WRONG"
    assert signs_in(officer, NEW) == "done"
    officer.refresh_from_db()
    assert not officer.must_change_password


@pytest.mark.usefixtures("officer")
def test_nobody_learns_whether_a_name_exists(house: House) -> None:
    phoneless = register(house.unit, "khongso", number=31, phone="")
    lock(give_password(house.colleague), at=NOW)
    tickets = [begin(handle) for handle in (HANDLE, UNKNOWN, phoneless.handle, house.colleague.handle)]
    assert len(set(tickets)) == 4
    assert [signing.Signer(salt="congbhyt.signin.recovery").unsign_object(ticket) for ticket in tickets] == [
        [handle, NOW.timestamp()] for handle in (HANDLE, UNKNOWN, phoneless.handle, house.colleague.handle)
    ], "what was typed and when, nothing of what was found"
    assert [message.receiver for message in sent("otp:recovery")] == [PHONE]
    assert outcomes("signin:recovery:begin") == ["done", "nobody", "OTP_NO_PHONE", "nobody"]


@pytest.mark.usefixtures("officer")
def test_beginning_again_at_once_says_the_same_and_sends_nothing() -> None:
    begin()
    ticket = begin()
    assert len(sent("otp:recovery")) == 1
    assert outcomes("signin:recovery:begin") == ["done", "OTP_RESEND_EARLY"]
    assert finish(ticket, code()) == "done"


@pytest.mark.usefixtures("officer")
def test_more_codes_than_allowed_are_not_sent_and_nobody_is_told() -> None:
    for number in range(8):
        begin(minutes=number * 2)
    assert len(sent("otp:recovery")) == 6
    assert outcomes("signin:recovery:begin")[-2:] == ["OTP_TOO_MANY_CODES"] * 2


# Finishing


@pytest.mark.usefixtures("officer")
def test_every_wrong_way_ends_in_one_sentence(house: House) -> None:
    told: list[Refusal] = []

    def wrong(ticket: str, typed: str, minutes: float = 0) -> None:
        with pytest.raises(Refusal) as refused:
            credentials.finish_recovery(ticket, typed, NEW, visitor=visitor(), policy=POLICY, at=after(minutes))
        told.append(refused.value)

    lock(give_password(house.colleague), at=NOW)
    wrong(begin(UNKNOWN), "123456")
    wrong(begin(house.colleague.handle), "123456")
    ticket = begin()
    wrong(ticket, another(code()))
    late = begin(minutes=0.5)
    wrong(late, code(), minutes=30)
    ticket = begin(minutes=60)
    assert finish(ticket, code(), minutes=60) == "done"
    wrong(ticket, code(), minutes=61)
    never_sent = register(house.unit, "khongso", number=31, phone="")
    wrong(begin(never_sent.handle), "123456")
    assert {(one.code, one.sentence) for one in told} == {
        (
            "RECOVERY_CODE",
            "Mã không đúng hoặc không còn dùng được. Xem lại SMS mới nhất; nếu không có SMS, bắt đầu lại.",
        )
    }
    assert len(told) == 6


@pytest.mark.usefixtures("officer")
def test_what_is_no_code_tells_nobody_who_exists_and_costs_nothing() -> None:
    known, unknown = begin(), begin(UNKNOWN)
    for typed in ("", "12345", "abcdef"):
        for _ in range(3):
            assert [finish(known, typed), finish(unknown, typed)] == ["OTP_FORM"] * 2
    assert Code.objects.get().tries == 0
    assert not FailedSignIn.objects.exists()
    assert finish(known, code()) == "done"


def test_the_code_of_one_person_sets_nobody_else_s_password(house: House, officer: Person) -> None:
    colleague = register(house.unit, "lan", number=31)
    begin()
    mine = code()
    theirs = begin(colleague.handle, minutes=1)
    if mine != code():
        assert finish(theirs, mine, minutes=1) == "RECOVERY_CODE"
    assert signs_in(colleague, PASSWORD, minutes=1) == "done"
    assert signs_in(officer, PASSWORD, minutes=1) == "done"


@pytest.mark.parametrize("purpose", [Code.Purpose.HISTORY, Code.Purpose.SIGN_IN, Code.Purpose.PHONE])
def test_a_code_sent_for_something_else_sets_no_password(officer: Person, purpose: Code.Purpose) -> None:
    ticket = begin()
    otp.send_code(person=officer, purpose=purpose, policy=POLICY, origin=visitor().origin, at=NOW)
    other = code_sent(purpose)
    if other != code():
        assert finish(ticket, other) == "RECOVERY_CODE"
    assert signs_in(officer, PASSWORD) == "done"


def test_nobody_can_try_out_the_password_in_force_here(officer: Person) -> None:
    ticket = begin()
    digits = code()
    assert finish(ticket, another(digits), PASSWORD) == finish(ticket, another(digits), NEW) == "RECOVERY_CODE"
    assert finish(ticket, digits, PASSWORD) == "done", "the right one is not told apart either"
    assert signs_in(officer, PASSWORD) == "done"


@pytest.mark.parametrize("weak", ["", "ngắn", "12345678901234", "01999/kiemthu1", "x" * 201])
def test_a_weak_password_does_not_use_the_code_up(officer: Person, weak: str) -> None:
    known, unknown = begin(), begin(UNKNOWN)
    assert finish(known, code(), weak) == finish(unknown, "123456", weak.replace("kiemthu", "khongai"))
    assert Code.objects.get().tries == 0
    assert signs_in(officer, PASSWORD) == "done"
    assert finish(known, code()) == "done"


def test_success_ends_every_session_and_every_pause(house: House, officer: Person) -> None:
    units.add_network(home=house.unit, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    desks = [sit_down(officer), sit_down(officer)]
    for _ in range(5):
        signs_in(officer, "một câu sai, cũng dài")
    assert signs_in(officer, PASSWORD) == "SIGN_IN_PAUSED"
    ticket = begin()
    assert finish(ticket, another(code())) == "RECOVERY_CODE"
    assert finish(ticket, code(), minutes=1) == "done"
    assert dict(FailedSignIn.objects.values_list("account_name", "failures")) == {
        HANDLE: 0, f"sms:{HANDLE}": 0, "sms:*": 2,
    }, "only what an address may try at all stays counted"  # fmt: skip
    assert not FailedSignIn.objects.filter(locked_until__isnull=False).exists()
    assert signs_in(officer, NEW, minutes=1) == "done"
    for desk in desks:
        assert refusal_of(partial(desk.at, after(1))) == "SESSION_ENDED"
        assert desk.row().ended_why == "password"


def test_recovery_unlocks_nobody(officer: Person) -> None:
    ticket = begin()
    lock(officer, at=NOW)
    finish(ticket, code())
    assert signs_in(officer, NEW) == "SIGN_IN_PERSON_LOCKED"
    assert signs_in(officer, PASSWORD) == "SIGN_IN_WRONG"


# How often


def test_wrong_codes_are_counted_by_name_and_address_apart_from_passwords(officer: Person) -> None:
    for handle in (HANDLE, UNKNOWN):
        ticket = begin(handle)
        digits = code()
        told = [finish(ticket, another(digits)) for _ in range(6)]
        assert told == ["RECOVERY_CODE"] * 5 + ["SIGN_IN_PAUSED"]
        assert finish(ticket, digits) == "SIGN_IN_PAUSED"
    assert signs_in(officer, PASSWORD) == "done"


def test_many_names_of_one_address_are_compared_thirty_times_and_then_none(house: House, officer: Person) -> None:
    approver = register(house.agency, "duyet", number=41)
    known, elsewhere = begin(), begin(approver.handle, address=AGENCY_DESK)
    theirs = code()
    begin(minutes=2)
    mine = code()
    told = [finish(begin(f"01999/khongai{number}"), "123456", minutes=2) for number in range(31)]
    assert told == ["RECOVERY_CODE"] * 30 + ["SIGN_IN_PAUSED"]
    assert finish(known, mine, minutes=2) == "SIGN_IN_PAUSED", "the right code of another name too"
    assert finish(elsewhere, theirs, address=AGENCY_DESK, minutes=2) == "done", "only at that address"
    assert signs_in(officer, PASSWORD, minutes=2) == "done", "no password waits for it"
    assert finish(known, mine, minutes=16.9) == "SIGN_IN_PAUSED"
    assert finish(known, mine, minutes=17) == "done"


@pytest.mark.usefixtures("officer")
def test_a_new_code_after_the_pause() -> None:
    ticket = begin()
    for _ in range(5):
        finish(ticket, another(code()))
    again = begin(minutes=10)
    assert finish(again, code(), minutes=14.9) == "SIGN_IN_PAUSED"
    assert finish(again, code(), minutes=15) == "done"


def race_right_code() -> dict[str, object]:
    """Type the right code fifty times, with different new passwords."""
    give_password(factories.build().officer)
    ticket, digits = begin(), code()
    acts = [
        partial(
            credentials.finish_recovery, ticket, digits, f"{NEW} {number}", visitor=visitor(), policy=POLICY, at=NOW
        )
        for number in range(50)
    ]
    return {"told": at_once(acts), "set": len(outcomes("accounts:password:set"))}


def test_of_fifty_at_once_one_sets_the_password(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_right_code")
    assert raced["told"]["done"] == raced["set"] == 1
    assert set(raced["told"]) <= {"done", "RECOVERY_CODE", "SIGN_IN_PAUSED"}
    assert sum(raced["told"].values()) == 50


# Where


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("handle", [HANDLE, UNKNOWN, "99999/khongai", "", "/", "không có gạch chéo"])
def test_a_stolen_phone_opens_nothing_elsewhere(handle: str) -> None:
    assert begin_refusal(handle, NOWHERE) == "SIGN_IN_ADDRESS_UNREGISTERED"
    assert begin_refusal(handle, OTHER_UNIT) == "RECOVERY_ELSEWHERE"
    assert not sent("otp:recovery")
    assert not Denial.objects.exists()


def test_the_code_must_be_typed_there_too(officer: Person) -> None:
    ticket = begin()
    assert finish(ticket, code(), address=OTHER_UNIT) == "RECOVERY_ELSEWHERE"
    assert finish(ticket, code(), address=NOWHERE) == "SIGN_IN_ADDRESS_UNREGISTERED"
    assert Code.objects.get().tries == 0
    assert signs_in(officer, PASSWORD) == "done"


def test_people_of_agencies_recover_in_the_agency_s_network_only(house: House) -> None:
    approver = register(house.agency, "duyet", number=41)
    assert begin_refusal(approver.handle, NOWHERE) == "RECOVERY_ELSEWHERE"
    ticket = begin(approver.handle, address=AGENCY_DESK)
    assert finish(ticket, code(), address=AGENCY_DESK) == "done"


@pytest.mark.usefixtures("officer")
def test_before_addresses_are_enforced_it_goes_from_anywhere() -> None:
    begin(address=NOWHERE, policy=policy_with(address__enforced=False))
    assert len(sent("otp:recovery")) == 1


# The ticket


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda _: "x",
        lambda _: "a:b:c",
        lambda _: "không:phải",
        lambda ticket: ticket[:-1],
        lambda ticket: ticket + "A",
        lambda ticket: "A" + ticket,
        lambda ticket: ticket.swapcase(),
        lambda _: signing.dumps(HANDLE),
        lambda _: signing.Signer(salt="another page").sign_object([HANDLE, NOW.timestamp()]),
    ],
)
def test_a_ticket_that_is_not_ours_is_refused(spoil: Callable[[str], str]) -> None:
    ticket = begin()
    assert finish(spoil(ticket), code()) == "RECOVERY_OVER"
    assert finish(ticket, code()) == "done"


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(("seconds", "outcome"), [(-1, "done"), (0, "RECOVERY_OVER"), (1, "RECOVERY_OVER")])
def test_a_ticket_lasts_as_long_as_a_code(seconds: int, outcome: str) -> None:
    ticket = begin()
    begin(minutes=20)
    assert finish(ticket, code(), minutes=30, seconds=seconds) == outcome


def test_what_was_done_is_on_record_without_code_or_password(officer: Person) -> None:
    ticket = begin()
    digits = code()
    finish(ticket, another(digits))
    finish(ticket, digits)
    entries = Entry.objects.filter(event__startswith="signin:recovery").order_by("pk")
    assert [(row.event, row.actor, row.outcome) for row in entries] == [
        ("signin:recovery:begin", f"handle:{HANDLE}", "done"),
        ("signin:recovery:finish", f"handle:{HANDLE}", "RECOVERY_CODE"),
        ("signin:recovery:finish", f"person:{officer.pk}", "done"),
    ]
    written = str(list(Entry.objects.values("details", "actor", "object", "outcome")))
    assert digits not in written
    assert NEW not in written


def test_an_unknown_name_is_recorded_as_a_digest(house: House) -> None:
    finish(begin("01999/mật khẩu của tôi"), "123456")
    actors = Entry.objects.filter(event__startswith="signin:recovery").values_list("actor", flat=True)
    assert all(actor.startswith("handle:digest:") for actor in actors)
    assert len(actors) == 2
    assert house.officer.handle not in actors
