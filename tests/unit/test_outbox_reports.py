"""Delivery reports and what operators see: states and delays, never a receiver or a body."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from congbhyt.outbox import queries
from congbhyt.outbox.actions import deliver_message, queue_sms
from congbhyt.outbox.console import show
from congbhyt.outbox.models import Message
from congbhyt.outbox.refusals import ReportRefusedError
from congbhyt.outbox.reports import report_delivery, report_path, report_url
from congbhyt.outbox.transports import TransportError
from tests.factories import NOW
from tests.unit.outbox_ways import Way, over

pytestmark = pytest.mark.django_db
PHONE, BODY = "0000000101", "Mã xác thực 123456"
LATER = NOW + timedelta(seconds=2)
REPORTED = NOW + timedelta(seconds=9)
State = Message.State


def queue(at: datetime = NOW, purpose: str = "test", expires_at: datetime | None = None) -> Message:
    return queue_sms(purpose=purpose, receiver=PHONE, body=BODY, at=at, expires_at=expires_at)


def take(message: Message, at: datetime = LATER) -> None:
    deliver_message(str(message.pk), route=over(Way()), at=at)


def refuse(message: Message, at: datetime = LATER) -> None:
    deliver_message(str(message.pk), route=over(Way(failures=1)), at=at)


def in_state(state: Message.State) -> Message:
    """A message brought there by the real actions."""
    message = queue(expires_at=LATER if state == State.EXPIRED else None)
    if state == State.FAILED:
        refuse(message, at=NOW + timedelta(days=9))
    elif state != State.QUEUED:
        take(message)
    if state == State.DELIVERED:
        report(message, "1")
    message.refresh_from_db()
    assert message.state == state
    return message


def mac_of(message_id: UUID) -> str:
    return report_path(message_id).rpartition("/")[2]


def report(message: Message, status: str, at: datetime = REPORTED) -> None:
    report_delivery(message_id=message.pk, mac=mac_of(message.pk), status=status, at=at)
    message.refresh_from_db()


TRUTH = [
    (State.QUEUED, "1", State.DELIVERED),
    (State.QUEUED, "2", State.QUEUED),
    (State.QUEUED, "16", State.QUEUED),
    (State.SENT, "1", State.DELIVERED),
    (State.SENT, "2", State.FAILED),
    (State.SENT, "16", State.FAILED),
    (State.DELIVERED, "2", State.DELIVERED),
    (State.DELIVERED, "16", State.DELIVERED),
    (State.DELIVERED, "1", State.DELIVERED),
    (State.FAILED, "1", State.DELIVERED),
    (State.FAILED, "2", State.FAILED),
    (State.EXPIRED, "1", State.DELIVERED),
    (State.EXPIRED, "16", State.EXPIRED),
    *((state, code, state) for state in State for code in ("4", "8", "", "3", "-1", "01", "1 ", "١", "%d", "9" * 99)),
]


@pytest.mark.parametrize(("before", "code", "after"), TRUTH)
def test_what_a_report_changes(before: Message.State, code: str, after: Message.State) -> None:
    message = in_state(before)
    report(message, code)
    assert message.state == after
    assert (message.body_sealed is None) == (after != State.QUEUED)


def test_a_delivery_has_its_moment_and_keeps_that_of_the_hand_over() -> None:
    message = in_state(State.SENT)
    handed_over = message.settled_at
    report(message, "1")
    report(message, "1", at=REPORTED + timedelta(hours=1))
    assert (message.settled_at, message.reported_at, message.report) == (handed_over, REPORTED, 1)


def test_a_delivery_reported_before_the_provider_answered_keeps_the_provider_s_name() -> None:
    message = queue()
    hasty = Way(meanwhile=lambda: report(message, "1"))
    deliver_message(str(message.pk), route=over(hasty), at=LATER)
    message.refresh_from_db()
    assert (message.state, message.provider) == (State.DELIVERED, "first")


def test_a_failure_reported_before_the_provider_answered_counts_when_it_answers() -> None:
    message = queue()
    hasty = Way(meanwhile=lambda: report(message, "16"))
    deliver_message(str(message.pk), route=over(hasty), at=LATER)
    message.refresh_from_db()
    assert (message.state, message.provider, message.report) == (State.FAILED, "first", 16)


def test_a_failure_reported_of_an_earlier_try_does_not_count_for_the_next() -> None:
    message = queue()
    report(message, "2")
    with pytest.raises(TransportError):
        refuse(message)
    take(message)
    message.refresh_from_db()
    assert (message.state, message.report) == (State.SENT, None)


@pytest.mark.parametrize("mac", ["", "0" * 32, "é", "\ud800", "x" * 100_000])
def test_a_report_without_its_mark_is_refused(mac: str) -> None:
    message = in_state(State.SENT)
    with pytest.raises(ReportRefusedError):
        report_delivery(message_id=message.pk, mac=mac, status="1", at=REPORTED)
    with pytest.raises(ReportRefusedError):
        report_delivery(message_id=message.pk, mac=mac_of(uuid4()), status="1", at=REPORTED)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_report_of_a_forgotten_message_changes_nothing() -> None:
    unknown = uuid4()
    report_delivery(message_id=unknown, mac=mac_of(unknown), status="1", at=REPORTED)
    assert not Message.objects.exists()


def test_the_address_of_reports_names_the_message_and_its_mark(settings: Any) -> None:
    message_id = uuid4()
    assert report_url(message_id) is None
    settings.SMS_REPORT_BASE = "http://10.0.0.5:8000"
    assert report_url(message_id) == f"http://10.0.0.5:8000{report_path(message_id)}?trang-thai=%d"
    assert report_path(message_id).startswith(f"/sms/bao-phat/{message_id}/")
    assert report_path(str(message_id)) == report_path(message_id)


def test_operators_see_states_and_delays() -> None:
    for state in State:
        in_state(state)
    in_state(State.QUEUED)
    assert queries.counts() == {
        State.QUEUED: 2, State.SENT: 1, State.DELIVERED: 1, State.FAILED: 1, State.EXPIRED: 1
    }  # fmt: skip
    assert queries.waiting() == queries.Waiting(2, NOW)


def test_operators_see_the_newest_messages_first_and_never_receiver_or_body() -> None:
    in_state(State.DELIVERED)
    with pytest.raises(TransportError):
        refuse(queue(LATER, "otp"))
    newest, older = queries.newest(9)
    assert (newest.purpose, newest.state, newest.attempts, newest.last_error) == (
        "otp",
        State.QUEUED,
        1,
        "first: HTTP 503",
    )
    assert (newest.handed_over_after, newest.delivered_after, newest.provider) == (None, None, "")
    assert (older.purpose, older.provider, older.delivered_after) == ("test", "first", 9.0)
    assert older.handed_over_after == pytest.approx(2.0, abs=1)
    assert [row.purpose for row in queries.newest(1)] == ["otp"]
    shown = {field.name for field in dataclasses.fields(queries.MessageRow)}
    assert not [name for name in shown if "receiver" in name or "body" in name]
    assert PHONE not in repr(queries.newest(9))


def test_delays_are_those_of_the_last_day_and_of_messages_handed_over() -> None:
    assert queries.delays(at=LATER) == queries.Delays(0, None, None)
    in_state(State.EXPIRED)
    in_state(State.FAILED)
    for seconds in range(1, 22):
        message = queue()
        take(message, at=NOW + timedelta(seconds=seconds))
    found = queries.delays(at=LATER)
    assert found.count == 21
    assert found.median == pytest.approx(11, abs=0.5)
    assert found.percentile_95 == pytest.approx(20, abs=0.5)
    assert queries.delays(at=NOW + timedelta(hours=24)).count == 0


def test_a_row_names_itself_without_number_or_text() -> None:
    assert str(in_state(State.SENT)) == "test sent"
    show(receiver="•1", body=BODY, at=NOW)
    assert BODY not in str(queries.shown()[0])


def test_the_sandbox_s_page_shows_the_last_message_first() -> None:
    show(receiver="•1", body="một", at=NOW)
    show(receiver="•2", body="hai", at=NOW)
    assert [message.body for message in queries.shown()] == ["hai", "một"]
