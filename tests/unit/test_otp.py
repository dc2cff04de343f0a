"""Codes by SMS: who gets one, which one opens what, how often and how long, and that nobody else ever reads it."""

from __future__ import annotations

import json
import logging
import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from congbhyt.accounts.models import Person
from congbhyt.audit.models import Entry
from congbhyt.kernel import clock
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import actions, wording
from congbhyt.otp.models import Code
from congbhyt.otp.queries import Pending, pending
from congbhyt.otp.refusals import NoPhoneError, ResendTooEarlyError, TooManyCodesError, WrongCodeError
from congbhyt.outbox.models import Message
from congbhyt.policy.rules import InForce
from congbhyt.signin import tasks
from tests import factories
from tests.factories import NOW, House
from tests.unit.portal_people import (
    PHONE,
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

HISTORY, SIGN_IN = Code.Purpose.HISTORY, Code.Purpose.SIGN_IN
HERE = "session:1"
TRIES = 5


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def officer(house: House) -> Person:
    """Somebody with a phone."""
    return house.officer


def send(
    person: Person, purpose: Code.Purpose = HISTORY, bound_to: str = HERE, *, at: datetime = NOW,
    policy: InForce = POLICY, new_phone: str = "",
) -> str:  # fmt: skip
    """Send a code; its digits."""
    origin = visitor().origin
    actions.send_code(
        person=person, purpose=purpose, bound_to=bound_to, new_phone=new_phone, policy=policy, origin=origin, at=at
    )
    return code_sent(purpose)


def take(
    typed: str, person: Person, purpose: Code.Purpose = HISTORY, bound_to: str = HERE, *, at: datetime = NOW,
    policy: InForce = POLICY,
) -> str:  # fmt: skip
    """Type a code; `done` or why not."""
    origin = visitor().origin
    return refusal_of(
        lambda: actions.take_code(
            typed, person=person, purpose=purpose, bound_to=bound_to, policy=policy, origin=origin, at=at
        )
    )


def stored() -> Code:
    return Code.objects.get()


# What is typed


def test_the_right_code_is_taken_once(officer: Person) -> None:
    digits = send(officer)
    assert [take(digits, officer), take(digits, officer), take(another(digits), officer)] == [
        "done", "OTP_USED", "OTP_USED",
    ]  # fmt: skip
    assert stored().consumed_at == NOW
    assert outcomes("otp:code:take") == ["done", "OTP_USED", "OTP_USED"]


@pytest.mark.parametrize(
    "typed",
    ["", " ", "12345", "1234567", "12345a", "12 34 5", "٠١٢٣٤٥", "१२३४५६", "-12345", "1234.5", "0x1234", "null", "None",
     "[]", "12345\0", "123456" * 10, " " * 40 + "123456", "𝟙" * 7],
)  # fmt: skip
def test_what_is_no_code_costs_no_try(officer: Person, typed: str) -> None:
    send(officer)
    assert take(typed, officer) == "OTP_FORM"
    assert stored().tries == 0


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "{1}\u00a0{2}", "{1}\t{2}\n", "{wide}"])
def test_a_code_may_be_grouped_and_come_from_any_keyboard(officer: Person, written: str) -> None:
    digits = send(officer)
    wide = "".join(unicodedata.lookup(f"FULLWIDTH DIGIT {unicodedata.name(one)[6:]}") for one in digits)
    assert take(written.format(digits, digits[:3], digits[3:], wide=wide), officer) == "done"


def test_a_wrong_code_says_how_many_tries_are_left(officer: Person) -> None:
    wrong = another(send(officer))
    told = []
    for _ in range(TRIES):
        with pytest.raises(Refusal) as refused:
            actions.take_code(
                wrong, person=officer, purpose=HISTORY, bound_to=HERE, policy=POLICY, origin=visitor().origin, at=NOW
            )
        told.append((refused.value.code, refused.value.facts))
    assert told == [
        ("OTP_WRONG", {"left": 4}),
        ("OTP_WRONG", {"left": 3}),
        ("OTP_WRONG", {"left": 2}),
        ("OTP_WRONG", {"left": 1}),
        ("OTP_TRIES_SPENT", {"most": TRIES}),
    ]


def test_after_the_last_try_the_right_code_is_refused(officer: Person) -> None:
    digits = send(officer)
    for _ in range(TRIES):
        take(another(digits), officer)
    assert take(digits, officer) == "OTP_TRIES_SPENT"
    assert (stored().tries, stored().consumed_at) == (TRIES, None)


def test_the_last_try_may_still_be_right(officer: Person) -> None:
    digits = send(officer)
    for _ in range(TRIES - 1):
        take(another(digits), officer)
    assert take(digits, officer) == "done"


def test_policy_says_how_many_tries_there_are(officer: Person) -> None:
    digits, policy = send(officer), policy_with(otp__tries=2)
    assert [take(another(digits), officer, policy=policy) for _ in range(2)] == ["OTP_WRONG", "OTP_TRIES_SPENT"]
    assert take(digits, officer, policy=policy) == "OTP_TRIES_SPENT"


def test_nothing_was_sent(officer: Person) -> None:
    assert take("123456", officer) == "OTP_NONE"


def test_only_the_newest_code_counts(officer: Person) -> None:
    old = send(officer)
    new = send(officer, at=after(seconds=60))
    later = after(2)
    assert take(old, officer, at=later) == ("OTP_WRONG" if old != new else "done")
    assert take(new, officer, at=later) == "done"


def test_a_used_code_is_not_replaced_by_an_older_one(officer: Person) -> None:
    old = send(officer)
    new = send(officer, at=after(seconds=60))
    take(new, officer, at=after(2))
    assert take(old, officer, at=after(2)) == "OTP_USED"


@pytest.mark.parametrize(
    ("purpose", "bound_to"),
    [(HISTORY, "session:2"), (HISTORY, ""), (SIGN_IN, HERE), (Code.Purpose.PHONE, HERE), (Code.Purpose.RECOVERY, "")],
)
def test_a_code_opens_nothing_else(officer: Person, purpose: Code.Purpose, bound_to: str) -> None:
    digits = send(officer)
    assert take(digits, officer, purpose, bound_to) == "OTP_NONE"
    assert take(digits, officer) == "done"


def test_a_code_opens_nothing_for_somebody_else(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = send(house.officer)
    assert take(digits, house.colleague) == "OTP_NONE"
    monkeypatch.setattr(secrets, "randbelow", lambda _: int(another(digits)))
    theirs = send(house.colleague)
    assert take(digits, house.colleague) == "OTP_WRONG"
    assert take(theirs, house.colleague) == "done"


def test_the_same_digits_lie_differently_for_every_person_purpose_and_session(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _: 123456)
    for person in (house.officer, house.colleague):
        for purpose in (HISTORY, SIGN_IN):
            send(person, purpose, "session:1")
            send(person, purpose, "session:2", at=after(2))
    digests = {bytes(code.digest) for code in Code.objects.all()}
    assert len(digests) == Code.objects.count() == 8
    assert settings.KEYS.digest("123456") not in digests


# When


@pytest.mark.parametrize(
    ("minutes", "seconds", "outcome"),
    [(0, 0, "done"), (29, 59, "done"), (29, 59.999999, "done"), (30, 0, "OTP_EXPIRED"), (30, 1, "OTP_EXPIRED")],
)
def test_a_code_may_be_typed_for_half_an_hour(officer: Person, minutes: int, seconds: float, outcome: str) -> None:
    digits = send(officer)
    assert take(digits, officer, at=after(minutes, seconds=seconds)) == outcome
    assert stored().tries == (outcome == "done")


def test_policy_shortens_that_and_the_sms_says_so(officer: Person) -> None:
    policy = policy_with(otp__typing_minutes=10)
    digits = send(officer, policy=policy)
    assert "hiệu lực 10 phút" in sent("otp:history")[-1].body
    assert take(digits, officer, at=after(10), policy=policy) == "OTP_EXPIRED"
    assert take(digits, officer, at=after(9, seconds=59), policy=policy) == "done"


def test_the_refusal_says_how_long_a_code_lasted(officer: Person) -> None:
    digits = send(officer, policy=policy_with(otp__typing_minutes=10))
    with pytest.raises(Refusal, match="sau 10 phút"):
        actions.take_code(
            digits, person=officer, purpose=HISTORY, bound_to=HERE, policy=POLICY, origin=visitor().origin, at=after(20)
        )


def test_the_message_is_not_sent_after_the_code_has_ended(officer: Person) -> None:
    send(officer)
    assert Message.objects.get(purpose="otp:history").expires_at == after(30) == stored().expires_at


def test_the_next_code_is_sent_after_a_minute(officer: Person) -> None:
    send(officer)
    with pytest.raises(ResendTooEarlyError) as refused:
        send(officer, at=after(seconds=59))
    assert refused.value.facts == {"seconds": 1}
    with pytest.raises(ResendTooEarlyError) as refused:
        send(officer, at=after(seconds=0.5))
    assert refused.value.facts == {"seconds": 60}
    send(officer, at=after(seconds=60))
    assert len(sent("otp:history")) == 2


def test_the_pace_counts_per_purpose_and_person_not_per_session(house: House) -> None:
    send(house.officer)
    send(house.officer, SIGN_IN)
    send(house.colleague)
    with pytest.raises(ResendTooEarlyError):
        send(house.officer, bound_to="session:2")


def test_six_codes_an_hour(officer: Person) -> None:
    for number in range(6):
        send(officer, at=after(number * 5))
    with pytest.raises(TooManyCodesError) as refused:
        send(officer, at=after(59, seconds=59))
    assert refused.value.facts == {"most": 6, "until": "08:30"}, "an hour after the first, in Việt Nam's time"
    send(officer, at=after(60))
    with pytest.raises(TooManyCodesError):
        send(officer, at=after(62))
    assert len(sent("otp:history")) == 7


def test_policy_sets_the_pace(officer: Person) -> None:
    policy = policy_with(otp__resend_seconds=10, otp__codes_per_hour=2)
    send(officer, policy=policy)
    send(officer, policy=policy, at=after(seconds=10))
    with pytest.raises(TooManyCodesError):
        send(officer, policy=policy, at=after(seconds=20))


def test_used_and_expired_codes_count_towards_the_hour(officer: Person) -> None:
    policy = policy_with(otp__codes_per_hour=1)
    take(send(officer, policy=policy), officer)
    with pytest.raises(TooManyCodesError):
        send(officer, policy=policy, at=after(45))


# Where to


def test_a_code_goes_to_the_registered_phone(officer: Person) -> None:
    send(officer)
    assert [message.receiver for message in sent("otp:history")] == [PHONE]


def test_a_code_that_confirms_a_phone_goes_there_and_carries_it_sealed(officer: Person) -> None:
    digits = send(officer, Code.Purpose.PHONE, new_phone="0000000777")
    assert [message.receiver for message in sent("otp:phone")] == ["0000000777"]
    code = actions.take_code(
        digits, person=officer, purpose=Code.Purpose.PHONE, bound_to=HERE, policy=POLICY, origin=visitor().origin,
        at=NOW,
    )  # fmt: skip
    assert actions.carried(code) == "0000000777"
    assert b"0000000777" not in bytes(code.carried_sealed or b"")


def test_other_codes_carry_nothing(officer: Person) -> None:
    send(officer)
    assert actions.carried(stored()) == ""


def test_without_a_phone_there_is_no_code(house: House) -> None:
    phoneless = register(house.unit, "khongso", number=31, phone="", password=False)
    with pytest.raises(NoPhoneError):
        send(phoneless)
    assert not Code.objects.exists()
    assert not Message.objects.filter(purpose__startswith="otp:").exists()


def test_a_phone_deleted_meanwhile_is_not_used(officer: Person) -> None:
    """The row is read again under its lock; what a page held may be old."""
    Person.objects.filter(pk=officer.pk).update(phone_sealed=None)
    with pytest.raises(NoPhoneError):
        send(officer)


# What may be told


MINUTES = tuple(purpose for purpose in Code.Purpose if purpose is not Code.Purpose.ACTIVATION)


def test_the_text_of_an_activation_names_the_account_and_fits_two_parts(officer: Person) -> None:
    Person.objects.filter(pk=officer.pk).update(handle=f"01999/{'nguyenthikiemthu' * 2}")
    officer.refresh_from_db()
    digits = send(officer, Code.Purpose.ACTIVATION)
    text = sent("otp:activation")[-1].body
    assert len(text) <= wording.TWO_PARTS == 134
    assert digits in text
    assert officer.handle in text
    assert "72 giờ" in text
    assert "Không chia sẻ mã này" in text


@pytest.mark.parametrize("purpose", MINUTES)
def test_the_text_fits_one_part_and_warns(officer: Person, purpose: Code.Purpose) -> None:
    digits = send(officer, purpose)
    text = sent(f"otp:{purpose}")[-1].body
    assert len(unicodedata.normalize("NFC", text)) == len(text) <= wording.ONE_PART == 70
    assert text.startswith("CongBHYT: ")
    assert f" {digits}, hiệu lực 30 phút" in text
    assert text.endswith("Không chia sẻ mã này.")
    assert "http" not in text


def test_texts_tell_what_the_code_is_for() -> None:
    assert len({wording.message(purpose, "123456", 30) for purpose in MINUTES}) == len(MINUTES)


def test_nobody_else_ever_reads_the_code(
    officer: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(secrets, "randbelow", lambda _: 860317)
    digits, wrong = send(officer), "719304"
    raised: list[str] = []
    for typed, at in [(wrong, NOW), (digits, after(30)), (digits, NOW), (digits, NOW), (f"{digits}7", NOW)]:
        try:
            actions.take_code(
                typed, person=officer, purpose=HISTORY, bound_to=HERE, policy=POLICY, origin=visitor().origin, at=at
            )
        except Refusal as refusal:
            raised.append(f"{refusal!r} {refusal} {refusal.sentence} {refusal.detail} {refusal.facts}")
    try:
        send(officer, at=after(seconds=1))
    except Refusal as refusal:
        raised.append(f"{refusal!r} {refusal.facts}")
    code = stored()
    entries = list(Entry.objects.filter(event__startswith="otp:").values())
    jobs = list(ProcrastinateJob.objects.values_list("args", flat=True))
    rows = [*Code.objects.values(), *Message.objects.values()]
    written = f"{raised} {code!r} {code} {entries} {json.dumps(jobs)} {rows} {caplog.text} {pending_now(officer)!r}"
    assert len(raised) == 5
    assert len(entries) == 5
    assert jobs
    assert digits not in written
    assert wrong not in written
    assert PHONE not in written


def pending_now(person: Person, at: datetime = NOW) -> Pending | None:
    return pending(person, HISTORY, HERE, policy=POLICY, at=at)


def test_sending_and_typing_are_on_record(officer: Person) -> None:
    take(another(send(officer)), officer)
    entries = Entry.objects.filter(event__startswith="otp:").order_by("pk")
    assert [(row.event, row.actor, row.object, row.outcome, row.address, row.details) for row in entries] == [
        (event, f"person:{officer.pk}", f"code:{stored().pk}", outcome, "127.0.0.1",
         {"purpose": "history", "bound_to": HERE})
        for event, outcome in [("otp:code:send", "done"), ("otp:code:take", "OTP_WRONG")]
    ]  # fmt: skip


# What is drawn


@pytest.mark.parametrize(("drawn", "digits"), [(0, "000000"), (7, "000007"), (99_999, "099999"), (999_999, "999999")])
def test_codes_begin_with_zeros_too(officer: Person, monkeypatch: pytest.MonkeyPatch, drawn: int, digits: str) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _: drawn)
    assert send(officer) == digits
    assert take(digits, officer) == "done"


def test_every_code_is_drawn_from_the_whole_range(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    numbers = count(0, 199_999)

    def randbelow(most: int) -> int:
        asked.append(most)
        return next(numbers) % most

    monkeypatch.setattr(secrets, "randbelow", randbelow)
    told = [send(officer, at=after(20 * number)) for number in range(6)]
    assert asked == [1_000_000] * 6
    assert told == ["000000", "199999", "399998", "599997", "799996", "999995"]


def test_two_codes_are_drawn_apart(officer: Person) -> None:
    told = {send(officer, at=after(hours=number)) for number in range(12)}
    assert len(told) > 6, "twelve codes out of a million"


# What a page says


def test_a_page_knows_how_long_and_how_often_the_code_may_still_be_typed(officer: Person) -> None:
    assert pending_now(officer) is None
    digits = send(officer)
    assert pending_now(officer) == Pending(NOW, after(30), after(1), TRIES, tried=False)
    take(another(digits), officer)
    waiting = pending_now(officer, after(29, seconds=59))
    assert waiting
    assert waiting.tries_left == TRIES - 1
    assert pending_now(officer, after(30)) is None
    take(digits, officer)
    assert pending_now(officer) is None


def test_a_spent_code_is_not_offered(officer: Person) -> None:
    wrong = another(send(officer))
    for _ in range(TRIES):
        take(wrong, officer)
    assert pending_now(officer) is None


# What the database refuses, and what is forgotten


@pytest.mark.parametrize(
    "wrong",
    [{"expires_at": NOW}, {"consumed_at": after(30)}, {"consumed_at": NOW - timedelta(seconds=1)}, {"tries": -1}],
)
def test_the_database_refuses_impossible_codes(officer: Person, wrong: dict[str, object]) -> None:
    send(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Code.objects.update(**wrong)


def test_codes_of_the_day_before_are_forgotten_at_night(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    send(officer)
    send(officer, at=after(hours=1))
    monkeypatch.setattr(clock, "now", lambda: after(30, hours=24))
    tasks.forget_portal(0)
    assert Code.objects.count() == 2, "ended a day ago and not a moment longer"
    monkeypatch.setattr(clock, "now", lambda: after(30, hours=24, seconds=1))
    tasks.forget_portal(0)
    assert [code.sent_at for code in Code.objects.all()] == [after(hours=1)]
    assert str(stored()) == f"history code of person {officer.pk}"
    assert Entry.objects.filter(event="otp:code:send").count() == 2


# Many at once, on a database of their own


def race_one_right_code() -> dict[str, object]:
    """Type the same right code fifty times."""
    officer = factories.build().officer
    digits = send(officer)
    told = at_once([partial(_take_or_raise, digits, officer)] * 50)
    return {"told": told, "tries": stored().tries, "record": sorted(outcomes("otp:code:take"))}


def race_wrong_guesses() -> dict[str, object]:
    """Type two hundred different wrong codes, then the right one."""
    officer = factories.build().officer
    digits = send(officer)
    guesses = [f"{(int(digits) + step) % 10**6:06d}" for step in range(1, 201)]
    told = at_once([partial(_take_or_raise, guess, officer) for guess in guesses], threads=50)
    return {"told": told, "tries": stored().tries, "then": take(digits, officer)}


def race_send() -> dict[str, object]:
    """Ask for a code fifty times, from different sessions."""
    officer = factories.build().officer
    told = at_once([partial(send, officer, bound_to=f"session:{number}") for number in range(50)])
    return {"told": told, "codes": Code.objects.count(), "messages": len(sent("otp:history"))}


def _take_or_raise(digits: str, officer: Person) -> None:
    actions.take_code(
        digits, person=officer, purpose=HISTORY, bound_to=HERE, policy=POLICY, origin=visitor().origin, at=NOW
    )


Fresh = Callable[[], dict[str, str]]


def test_of_fifty_at_once_one_uses_the_code(fresh_database: Fresh) -> None:
    raced = run_apart(fresh_database(), __name__, "race_one_right_code")
    assert raced["told"]["done"] == 1
    assert sum(raced["told"].values()) == 50
    assert set(raced["told"]) <= {"done", "OTP_USED", "OTP_TRIES_SPENT"}
    assert raced["record"].count("done") == 1
    assert 1 <= raced["tries"] <= TRIES


def test_of_two_hundred_guesses_at_once_five_are_compared(fresh_database: Fresh) -> None:
    raced = run_apart(fresh_database(), __name__, "race_wrong_guesses")
    assert raced["tries"] == TRIES
    assert sum(raced["told"].values()) == 200
    assert raced["told"].get(WrongCodeError.code, 0) < TRIES
    assert set(raced["told"]) <= {"OTP_WRONG", "OTP_TRIES_SPENT"}
    assert raced["then"] == "OTP_TRIES_SPENT"


def test_of_fifty_wishes_at_once_one_is_sent(fresh_database: Fresh) -> None:
    raced = run_apart(fresh_database(), __name__, "race_send")
    assert raced == {"told": {"done": 1, "OTP_RESEND_EARLY": 49}, "codes": 1, "messages": 1}
