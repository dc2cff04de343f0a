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
    spend()
    reserve(address="198.51.100.8")
    reserve("01999/lan")
    failures.forgive_everywhere(NAME)
    assert [row.account_name for row in FailedSignIn.objects.all()] == ["01999/lan"]


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
