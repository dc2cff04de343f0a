"""Wrong secrets: counted per name and address before they are compared, and the pause that follows too many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from congbhyt.accounts import failures
from congbhyt.accounts.failures import PausedError
from congbhyt.accounts.models import FailedSignIn
from tests.factories import NOW
from tests.unit.portal_people import after, at_once, refusal_of, run_apart

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "01999/kiemthu", "198.51.100.7"
PAUSE = timedelta(minutes=15)
ALLOWED = 5


def reserve(name: str = NAME, address: str | None = ADDRESS, *, at: datetime = NOW, allowed: int = ALLOWED) -> str:
    return refusal_of(lambda: failures.reserve(name, address, allowed=allowed, pause=PAUSE, at=at))


def count(name: str = NAME, address: str | None = ADDRESS, *, at: datetime = NOW) -> None:
    failures.count(name, address, allowed=ALLOWED, pause=PAUSE, at=at)


def check(name: str = NAME, address: str | None = ADDRESS, *, at: datetime = NOW) -> str:
    return refusal_of(lambda: failures.check(name, address, at=at))


def spend(*, at: datetime = NOW) -> None:
    for _ in range(ALLOWED):
        assert reserve(at=at) == "done"


def test_as_many_tries_as_allowed_are_compared_and_then_none() -> None:
    spend()
    assert [reserve(), reserve()] == ["SIGN_IN_PAUSED"] * 2
    assert FailedSignIn.objects.get().failures == ALLOWED, "what was refused unheard is no try"


def test_the_pause_lasts_exactly_as_long_as_policy_says() -> None:
    spend(at=NOW)
    assert reserve(at=after(14, seconds=59)) == "SIGN_IN_PAUSED"
    assert check(at=after(14, seconds=59)) == "SIGN_IN_PAUSED"
    assert check(at=after(15)) == "done"
    assert reserve(at=after(15)) == "done"
    assert FailedSignIn.objects.get().failures == 1, "counted anew"


def test_tries_during_the_pause_do_not_lengthen_it() -> None:
    spend()
    reserve(at=after(14))
    assert reserve(at=after(15)) == "done"


def test_it_says_until_when_in_vietnam() -> None:
    spend()
    with pytest.raises(PausedError) as checked:
        failures.check(NAME, ADDRESS, at=NOW)
    with pytest.raises(PausedError) as reserved:
        failures.reserve(NAME, ADDRESS, allowed=ALLOWED, pause=PAUSE, at=NOW)
    assert checked.value.sentence == reserved.value.sentence
    assert "07:45 ngày 02/03/2026" in checked.value.sentence
    assert ADDRESS not in str(checked.value)


def test_old_wrong_tries_no_longer_count() -> None:
    for _ in range(ALLOWED - 1):
        reserve()
    assert reserve(at=after(15, seconds=0.001)) == "done"
    assert FailedSignIn.objects.get().failures == 1


def test_tries_within_the_pause_s_length_count_together() -> None:
    for _ in range(ALLOWED - 1):
        reserve()
    assert reserve(at=after(15)) == "done"
    assert reserve(at=after(15)) == "SIGN_IN_PAUSED"


def test_a_wrong_one_that_is_counted_afterwards_pauses_too() -> None:
    for _ in range(ALLOWED - 1):
        count()
    assert check() == "done"
    count()
    assert [check(), reserve()] == ["SIGN_IN_PAUSED"] * 2
    count()
    assert FailedSignIn.objects.get().locked_until == after(15)


def test_a_stricter_policy_holds_for_what_was_counted_before_it() -> None:
    for _ in range(4):
        reserve(allowed=10)
    assert reserve(allowed=3) == "SIGN_IN_PAUSED"


def test_the_count_of_a_stricter_policy_begins_a_pause() -> None:
    for _ in range(4):
        count()
    failures.count(NAME, ADDRESS, allowed=3, pause=PAUSE, at=NOW)
    assert check() == "SIGN_IN_PAUSED"


@pytest.mark.parametrize(
    ("name", "address", "outcome"),
    [
        (NAME, "198.51.100.8", "done"),
        ("01998/kiemthu", ADDRESS, "done"),
        (NAME, None, "done"),
        (NAME, "::ffff:198.51.100.7", "SIGN_IN_PAUSED"),
    ],
)
def test_name_and_address_count_together(name: str, address: str | None, outcome: str) -> None:
    spend()
    assert reserve(name, address) == outcome


def test_a_line_of_ipv6_is_one_caller() -> None:
    for number in range(ALLOWED):
        reserve(address=f"2001:db8:1:1::{number}")
    assert reserve(address="2001:db8:1:1:ffff::1") == "SIGN_IN_PAUSED"
    assert reserve(address="2001:db8:1:2::1") == "done"


def test_an_unreadable_address_is_one_caller_too() -> None:
    for _ in range(ALLOWED):
        reserve(address=None)
    assert reserve(address="not an address") == "SIGN_IN_PAUSED"


def test_a_right_one_forgives_at_its_own_address_only() -> None:
    spend()
    reserve(address="198.51.100.8")
    failures.forgive(NAME, "198.51.100.8")
    assert reserve() == "SIGN_IN_PAUSED"
    failures.forgive(NAME, ADDRESS)
    assert reserve() == "done"


def test_an_administrator_forgives_everywhere_but_only_that_name() -> None:
    for name in (NAME, failures.by_sms(NAME), failures.inside(NAME), failures.inside("01999/lan"), "01999/lan"):
        for _ in range(ALLOWED):
            assert reserve(name) == "done"
    reserve(address="198.51.100.8")
    failures.forgive_everywhere(NAME)
    assert {
        (row.account_name, row.address): (row.failures, row.locked_until) for row in FailedSignIn.objects.all()
    } == {
        (NAME, ADDRESS): (0, None),
        (NAME, "198.51.100.8"): (0, None),
        (f"sms:{NAME}", ADDRESS): (0, None),
        (f"in:{NAME}", ADDRESS): (0, None),
        ("01999/lan", ADDRESS): (ALLOWED, after(15)),
        ("in:01999/lan", ADDRESS): (ALLOWED, after(15)),
    }


@pytest.mark.parametrize("kind", [str, failures.by_sms, failures.inside])
def test_who_waits_is_listed_whatever_was_typed_wrong(kind: Callable[[str], str]) -> None:
    for number in range(ALLOWED):
        reserve(kind(NAME), at=after(number))
    reserve("01999/lan")
    assert failures.waiting([NAME, "01999/lan"], at=after(5)) == {NAME: after(4 + 15)}
    assert failures.waiting([NAME, "01999/lan"], at=after(4 + 15)) == {}
    assert failures.waiting(["01999/lan"], at=after(5)) == {}


def test_of_several_pauses_the_longest_is_told() -> None:
    for number, name in enumerate((failures.inside(NAME), failures.by_sms(NAME), NAME)):
        for _ in range(ALLOWED):
            reserve(name, at=after(3 - number))
    assert failures.waiting([NAME], at=after(4)) == {NAME: after(3 + 15)}


def test_what_is_asked_inside_by_sms_and_at_sign_in_is_counted_apart() -> None:
    spend()
    assert [reserve(failures.inside(NAME)), reserve(failures.by_sms(NAME))] == ["done", "done"]
    assert [check(), check(failures.inside(NAME)), check(failures.by_sms(NAME))] == ["SIGN_IN_PAUSED", "done", "done"]


def test_a_right_one_that_releases_takes_back_its_own_try_only() -> None:
    for _ in range(ALLOWED - 1):
        reserve()
    reserve()
    failures.release(NAME, ADDRESS)
    assert FailedSignIn.objects.get().failures == ALLOWED - 1
    assert [reserve(), reserve()] == ["done", "SIGN_IN_PAUSED"]


def test_what_is_forgiven_keeps_its_row_for_a_try_that_holds_on_to_it() -> None:
    spend()
    row = FailedSignIn.objects.get().pk
    failures.forgive(NAME, ADDRESS)
    kept = FailedSignIn.objects.get()
    assert (kept.pk, kept.failures, kept.locked_until) == (row, 0, None)


def test_what_was_counted_before_a_moment_is_forgotten() -> None:
    reserve()
    failures.forget(before=NOW)
    assert FailedSignIn.objects.exists()
    failures.forget(before=after(seconds=1))
    assert not FailedSignIn.objects.exists()


def race_reserve() -> dict[str, object]:
    """Try fifty times, of which none has been counted yet."""
    act = partial(failures.reserve, NAME, ADDRESS, allowed=ALLOWED, pause=PAUSE, at=NOW)
    return {"told": at_once([act] * 50), "failures": FailedSignIn.objects.get().failures}


def test_of_fifty_tries_at_once_no_more_are_compared(fresh_database: Callable[[], dict[str, str]]) -> None:
    raced = run_apart(fresh_database(), __name__, "race_reserve")
    assert raced == {"told": {"done": ALLOWED, "SIGN_IN_PAUSED": 50 - ALLOWED}, "failures": ALLOWED}
