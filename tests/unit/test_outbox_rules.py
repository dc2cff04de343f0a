"""Retries, priorities, the circuit and the route: truth tables without a network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from congbhyt.outbox import rules
from congbhyt.outbox.circuit import FAILURES_IN_A_ROW, REST_SECONDS, Circuit
from congbhyt.outbox.routing import Provider, Route
from congbhyt.outbox.tasks import UntilSettled
from congbhyt.outbox.transports import NoProviderError, Sms, TransportError, UndeliverableError
from tests.factories import NOW
from tests.unit.outbox_ways import Way


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (7, 60), (8, 120), (9, 120), (5000, 120)]
)
def test_the_wait_after_a_failure(failures: int, seconds: int) -> None:
    assert rules.seconds_until_retry(failures) == seconds


@pytest.mark.parametrize(
    ("failures", "priority", "seconds"),
    [(1, 10, 1), (4, 1, 8), (5, 1, 15), (99, 1, 15), (5, 0, 15), (6, 0, 30), (99, -9, 120)],
)
def test_a_code_never_waits_long_for_its_next_try(failures: int, priority: int, seconds: int) -> None:
    assert rules.seconds_until_retry(failures, priority=priority) == seconds


def test_a_code_is_tried_four_times_within_ten_seconds() -> None:
    assert sum(rules.seconds_until_retry(failure) for failure in range(1, 4)) < 10


@pytest.mark.parametrize("outage_minutes", [1, 30, 600])
def test_after_any_outage_the_next_try_comes_within_two_minutes(outage_minutes: int) -> None:
    at, failures = 0, 0
    while at < outage_minutes * 60:
        failures += 1
        at += rules.seconds_until_retry(failures)
    assert at - outage_minutes * 60 <= 120


@pytest.mark.parametrize(
    ("before", "after"), [(10, 9), (2, 1), (1, 1), (0, -1), (-1, -2), (-9, -10), (-10, -10), (-99, -10)]
)
def test_a_failed_job_goes_behind_new_ones_and_a_code_stays_before_plain_messages(before: int, after: int) -> None:
    assert rules.priority_after(before) == after


def test_a_job_is_tried_again_without_end_whatever_failed() -> None:
    for failed in (TransportError("HTTP 503"), RuntimeError("a bug"), OSError("no database")):
        job: Any = SimpleNamespace(attempts=4000, priority=0)
        decision = UntilSettled().get_retry_decision(exception=failed, job=job)
        assert decision.retry_at is not None
        assert decision.priority == -1


@pytest.mark.parametrize(
    ("ends", "after_end", "ended"),
    [(False, 0, False), (True, -1, False), (True, 0, True), (True, 1, True)],
)
def test_the_end_of_a_message(ends: bool, after_end: int, ended: bool) -> None:
    assert rules.has_ended(NOW if ends else None, NOW + timedelta(seconds=after_end)) is ended


@pytest.mark.parametrize(("early", "given_up"), [(1, False), (0, True), (-1, True)])
def test_a_message_is_given_up_after_three_days(early: int, given_up: bool) -> None:
    assert rules.is_given_up(NOW, NOW + timedelta(days=3, seconds=-early)) is given_up


@pytest.mark.parametrize(
    ("text", "fits"),
    [("", False), ("a", True), ("ạ" * 670, True), ("ạ" * 671, False), ("😀" * 335, True), ("😀" * 336, False)],
)
def test_ten_joined_parts_are_the_longest_text(text: str, fits: bool) -> None:
    assert rules.fits(text) is fits


@dataclass
class Clock:
    """Seconds that a test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Now."""
        return self.seconds


def broken(clock: Clock) -> Circuit:
    circuit = Circuit(clock)
    assert [circuit.failed() for _ in range(FAILURES_IN_A_ROW)] == [False] * (FAILURES_IN_A_ROW - 1) + [True]
    return circuit


def test_a_provider_rests_after_failures_in_a_row_only() -> None:
    circuit = Circuit(Clock())
    for _ in range(5):
        for _ in range(FAILURES_IN_A_ROW - 1):
            circuit.failed()
            assert circuit.may_try()
        circuit.succeeded()
    assert not broken(Clock()).may_try()


def test_after_its_rest_one_message_tries_it_while_the_others_do_not() -> None:
    clock = Clock()
    circuit = broken(clock)
    clock.seconds += REST_SECONDS - 0.1
    assert not circuit.may_try()
    clock.seconds += 0.1
    assert [circuit.may_try(), circuit.may_try()] == [True, False]


def test_a_failure_after_the_rest_begins_the_next_and_is_not_told_again() -> None:
    clock = Clock()
    circuit = broken(clock)
    clock.seconds += REST_SECONDS
    assert circuit.may_try()
    assert circuit.failed() is False
    clock.seconds += REST_SECONDS - 0.1
    assert not circuit.may_try()


def test_a_success_after_the_rest_ends_it() -> None:
    clock = Clock()
    circuit = broken(clock)
    clock.seconds += REST_SECONDS
    assert circuit.may_try()
    circuit.succeeded()
    assert [circuit.may_try(), circuit.may_try()] == [True, True]


def sms(receiver: str = "0000000101") -> Sms:
    return Sms("7", receiver, "một", NOW, NOW + timedelta(minutes=30), "http://portal/7")


def route(*ways: Way, clock: Clock | None = None) -> Route:
    return Route(tuple(Provider(way, Circuit(clock or Clock())) for way in ways))


def test_the_first_provider_is_preferred() -> None:
    first, second = Way("first"), Way("second")
    assert route(first, second).send(sms()) == "first"
    assert second.asked == 0


def test_after_a_failure_the_message_goes_by_the_next_provider_at_once() -> None:
    first, second = Way("first", failures=1), Way("second")
    assert route(first, second).send(sms()) == "second"


def test_a_provider_that_keeps_failing_is_left_alone_and_comes_back_after_its_rest() -> None:
    clock, first, second = Clock(), Way("first", failures=FAILURES_IN_A_ROW), Way("second")
    both = route(first, second, clock=clock)
    assert {both.send(sms()) for _ in range(10)} == {"second"}
    assert first.asked == FAILURES_IN_A_ROW
    clock.seconds += REST_SECONDS
    assert both.send(sms()) == "first"


def test_when_all_fail_each_says_why() -> None:
    down = route(
        Way("first", failures=9), Way("second", failures=9, failure=TransportError("no answer (TimeoutError)"))
    )
    with pytest.raises(TransportError, match=r"^first: HTTP 503; second: no answer \(TimeoutError\)$"):
        down.send(sms())
    for _ in range(FAILURES_IN_A_ROW):
        with pytest.raises(TransportError):
            down.send(sms())
    with pytest.raises(TransportError, match="first: left alone after failures; second: left alone"):
        down.send(sms())


def test_what_nobody_will_ever_take_is_not_the_provider_s_failure() -> None:
    first = Way("first", failures=9, failure=UndeliverableError("the receiver is no telephone number"))
    only = route(first)
    for _ in range(9):
        with pytest.raises(UndeliverableError):
            only.send(sms("abc"))
    assert only.send(sms()) == "first"


def test_without_providers_there_is_no_way() -> None:
    with pytest.raises(NoProviderError):
        route().send(sms())


def test_a_message_on_its_way_names_itself_without_number_text_or_address_for_reports() -> None:
    way = Way("first")
    route(way).send(sms())
    assert way.taken == [sms()]
    assert not [text for text in ("một", "0000000101", "portal") if text in repr(way.taken)]
