"""Messages: sent once, cleared, dropped when late, kept while the provider is down, given up and seen."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.errors import CheckViolation

from congbhyt.kernel.keyring import KeyRing
from congbhyt.outbox import rules, tasks
from congbhyt.outbox.actions import deliver_message, forget_settled, queue_sms, take_up_forgotten
from congbhyt.outbox.console import SHOWN, Console, show
from congbhyt.outbox.models import Message, ShownMessage
from congbhyt.outbox.reports import report_url
from congbhyt.outbox.transports import Sms, TransportError, UndeliverableError
from tests.factories import NOW
from tests.unit.outbox_ways import ALWAYS, Way, over

pytestmark = pytest.mark.django_db
PHONE = "0000000101"
BODY = "Mã xác thực của bạn"
LATER = NOW + timedelta(minutes=5)
LONG_AFTER = NOW + rules.GIVE_UP_AFTER


def queue(expires_at: datetime | None = None) -> Message:
    return queue_sms(purpose="test", receiver=PHONE, body=BODY, at=NOW, expires_at=expires_at)


def deliver(message: Message, way: Way, at: datetime = LATER) -> None:
    deliver_message(str(message.pk), route=over(way), at=at)
    message.refresh_from_db()


def test_a_queued_message_lies_sealed() -> None:
    message = queue()
    assert message.receiver_sealed is not None
    assert message.body_sealed is not None
    assert PHONE.encode() not in bytes(message.receiver_sealed)
    assert BODY.encode() not in bytes(message.body_sealed)


def test_its_job_carries_the_id_and_nothing_else() -> None:
    message = queue()
    assert ProcrastinateJob.objects.get(queue_name="outbox").args == {"message_id": str(message.pk)}


def test_the_job_of_a_code_overtakes_others() -> None:
    queue()
    queue(expires_at=LATER)
    assert list(ProcrastinateJob.objects.order_by("id").values_list("priority", flat=True)) == [0, rules.CODE_PRIORITY]


def test_delivering_hands_receiver_and_body_over_and_clears_both() -> None:
    message, provider = queue(), Way()
    deliver(message, provider)
    assert provider.texts == [(PHONE, BODY)]
    assert (message.state, message.provider, message.attempts) == (Message.State.SENT, "first", 1)
    assert message.settled_at is not None
    assert LATER <= message.settled_at < LATER + timedelta(seconds=5)
    assert (message.receiver_sealed, message.body_sealed) == (None, None)


def test_a_provider_learns_all_that_it_may_use(settings: Any) -> None:
    settings.SMS_REPORT_BASE = "http://portal"
    code, plain, way = queue(expires_at=LONG_AFTER), queue(), Way()
    deliver(code, way)
    deliver(plain, way)
    assert way.taken == [
        Sms(str(code.pk), PHONE, BODY, LATER, LONG_AFTER, report_url(code.pk)),
        Sms(str(plain.pk), PHONE, BODY, LATER, None, report_url(plain.pk)),
    ]


def test_delivering_twice_sends_once() -> None:
    message, provider = queue(), Way()
    deliver(message, provider)
    deliver(message, provider)
    assert len(provider.taken) == 1


def test_two_workers_with_one_job_send_twice_at_worst_and_agree() -> None:
    message, other = queue(), Way()
    provider = Way(meanwhile=lambda: deliver_message(str(message.pk), route=over(other), at=LATER))
    deliver(message, provider)
    assert len(provider.taken + other.taken) == 2
    assert (message.state, message.attempts) == (Message.State.SENT, 1)


def test_a_worker_that_fails_changes_nothing_of_what_another_sent_meanwhile() -> None:
    message, other = queue(), Way()
    late = Way(failures=ALWAYS, meanwhile=lambda: deliver_message(str(message.pk), route=over(other), at=LATER))
    with pytest.raises(TransportError):
        deliver(message, late)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (Message.State.SENT, 1, "")


def test_a_worker_that_gives_up_changes_nothing_of_what_another_sent_meanwhile() -> None:
    message, other = queue(), Way()
    late = Way(failures=ALWAYS, meanwhile=lambda: deliver_message(str(message.pk), route=over(other), at=LATER))
    deliver(message, late, at=LONG_AFTER)
    assert message.state == Message.State.SENT


def test_a_job_without_its_message_does_nothing() -> None:
    provider = Way()
    deliver_message(str(uuid4()), route=over(provider), at=LATER)
    assert provider.taken == []


@pytest.mark.parametrize("expires_at", [LATER, LATER - timedelta(seconds=1)])
def test_an_expired_message_is_dropped_and_not_sent(expires_at: datetime) -> None:
    message, provider = queue(expires_at=expires_at), Way()
    deliver(message, provider)
    assert provider.taken == []
    assert (message.state, message.body_sealed, message.settled_at) == (Message.State.EXPIRED, None, LATER)


def test_a_message_is_sent_until_it_expires() -> None:
    message, provider = queue(expires_at=LATER + timedelta(seconds=1)), Way()
    deliver(message, provider)
    assert message.state == Message.State.SENT


def test_a_message_that_expires_between_two_tries_is_dropped() -> None:
    message, provider = queue(expires_at=LATER + timedelta(seconds=1)), Way(failures=ALWAYS)
    with pytest.raises(TransportError):
        deliver(message, provider)
    provider.failures = 0
    deliver(message, provider, at=LATER + timedelta(seconds=1))
    assert (message.state, provider.taken) == (Message.State.EXPIRED, [])


def test_while_the_provider_is_down_a_message_stays_queued_and_its_job_fails() -> None:
    message = queue()
    for _ in range(2):
        with pytest.raises(TransportError):
            deliver(message, Way(failures=ALWAYS))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (Message.State.QUEUED, 2, "first: HTTP 503")
    assert message.body_sealed is not None


def test_a_message_leaves_when_the_provider_is_back() -> None:
    message, provider = queue(), Way(failures=ALWAYS)
    with pytest.raises(TransportError):
        deliver(message, provider)
    provider.failures = 0
    deliver(message, provider)
    assert provider.texts == [(PHONE, BODY)]


def test_after_days_of_failures_a_message_is_given_up_cleared_and_says_why() -> None:
    message = queue()
    with pytest.raises(TransportError):
        deliver(message, Way(failures=ALWAYS), at=LONG_AFTER - timedelta(seconds=1))
    deliver(message, Way(failures=ALWAYS), at=LONG_AFTER)
    assert (message.state, message.attempts, message.last_error) == (Message.State.FAILED, 2, "first: HTTP 503")
    assert (message.receiver_sealed, message.body_sealed, message.provider) == (None, None, "")


def test_an_old_message_is_still_tried_before_it_is_given_up() -> None:
    message, provider = queue(), Way()
    deliver(message, provider, at=LONG_AFTER + timedelta(days=30))
    assert message.state == Message.State.SENT


def test_what_nobody_will_ever_take_fails_at_once() -> None:
    message = queue()
    deliver(message, Way(failures=ALWAYS, failure=UndeliverableError("the receiver is no telephone number")))
    assert (message.state, message.last_error) == (Message.State.FAILED, "the receiver is no telephone number")


def test_a_long_failure_is_shortened() -> None:
    message = queue()
    with pytest.raises(TransportError):
        deliver(message, Way(failures=ALWAYS, failure=TransportError("x" * 5000)))
    message.refresh_from_db()
    assert message.last_error == f"first: {'x' * 193}"


@pytest.mark.parametrize("at", [LATER, LONG_AFTER])
def test_without_a_provider_messages_wait(at: datetime) -> None:
    message = queue()
    with pytest.raises(TransportError, match="no SMS provider"):
        deliver_message(str(message.pk), route=over(), at=at)
    message.refresh_from_db()
    assert message.state == Message.State.QUEUED


def test_a_message_sealed_with_a_lost_key_waits_for_the_key_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    message, provider = queue(), Way()
    for key in ({1: bytes(32)}, {2: bytes(32)}):
        with monkeypatch.context() as patch:
            patch.setattr(settings, "KEYS", KeyRing(key, bytes(32), bytes(32), "x" * 32))
            with pytest.raises(TransportError, match="key file"):
                deliver(message, provider)
    deliver(message, provider)
    assert (message.state, provider.texts) == (Message.State.SENT, [(PHONE, BODY)])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("message_settled_is_cleared", {"state": "sent"}),
        ("message_settled_is_cleared", {"state": "failed", "settled_at": NOW, "receiver_sealed": None}),
        ("message_settled_is_cleared", {"state": "expired", "settled_at": NOW, "body_sealed": None}),
        ("message_settled_is_cleared", {"body_sealed": None}),
        (
            "message_state_is_known",
            {"state": "lost", "settled_at": NOW, "receiver_sealed": None, "body_sealed": None},
        ),
        ("message_report_has_its_moment", {"report": 1}),
        ("message_report_has_its_moment", {"reported_at": NOW}),
        ("message_report_has_its_moment", {"report": 8, "reported_at": NOW}),
        (
            "message_delivered_was_reported",
            {"state": "delivered", "settled_at": NOW, "receiver_sealed": None, "body_sealed": None},
        ),
    ],
)
def test_the_database_refuses_states_that_are_none(name: str, values: dict[str, object]) -> None:
    message = queue()
    with pytest.raises(IntegrityError, match=name) as refused:
        Message.objects.filter(pk=message.pk).update(**values)
    assert isinstance(refused.value.__cause__, CheckViolation)


def test_the_console_prints_and_keeps_the_body_and_only_the_end_of_the_number() -> None:
    stream = io.StringIO()
    Console(stream).send(Sms("1", PHONE, BODY, NOW))
    assert stream.getvalue() == f"SMS → •••••••101: {BODY}\n"
    shown = ShownMessage.objects.get()
    assert (shown.receiver, shown.body, shown.at) == ("•••••••101", BODY, NOW)


@pytest.mark.parametrize("receiver", ["", "1", "123", "0" * 5000, "\n\0" * 9])
def test_the_console_takes_any_receiver_and_shows_three_characters_at_most(receiver: str) -> None:
    Console(io.StringIO()).send(Sms("1", receiver, "a\0b\n" * 1000, NOW))
    assert ShownMessage.objects.get().receiver.startswith("•")
    assert len(ShownMessage.objects.get().receiver.lstrip("•")) <= 3
    assert ShownMessage.objects.get().body == "ab\n" * 1000


def test_an_unmasked_receiver_is_not_kept() -> None:
    with pytest.raises(IntegrityError, match="shown_message_receiver_is_masked"):
        show(receiver=PHONE, body=BODY, at=NOW)


def test_only_the_last_messages_are_kept_for_the_page() -> None:
    for number in range(SHOWN + 5):
        show(receiver="•1", body=str(number), at=NOW)
    assert [int(shown.body) for shown in ShownMessage.objects.order_by("pk")] == list(range(5, SHOWN + 5))


def test_the_worker_s_job_sends_what_is_queued(capsys: pytest.CaptureFixture[str]) -> None:
    message = queue()
    tasks.deliver(message_id=str(message.pk))
    message.refresh_from_db()
    assert BODY in capsys.readouterr().out
    assert (message.state, message.provider) == (Message.State.SENT, "console")


def test_a_message_that_lost_its_job_gets_a_new_one() -> None:
    forgotten, kept = queue(expires_at=LONG_AFTER), queue()
    deliver(queue(), Way())
    jobs = ProcrastinateJob.objects.filter(queue_name="outbox")
    with_job = {job.args["message_id"] for job in jobs}
    assert str(kept.pk) in with_job
    assert take_up_forgotten(at=NOW + rules.FORGOTTEN_AFTER + timedelta(seconds=1)) == 0
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'message_id' = %s", [str(forgotten.pk)])
    assert take_up_forgotten(at=NOW + rules.FORGOTTEN_AFTER) == 0
    tasks.take_up_forgotten.func(timestamp=0)
    again = jobs.order_by("id").last()
    assert again is not None
    assert (again.args, again.priority) == ({"message_id": str(forgotten.pk)}, rules.CODE_PRIORITY)


def test_settled_messages_are_deleted_after_their_time_and_queued_ones_never() -> None:
    settled, queued = queue(), queue()
    deliver(settled, Way())
    assert settled.settled_at is not None
    assert forget_settled(at=settled.settled_at + rules.KEPT_AFTER_SETTLING) == 0
    assert forget_settled(at=settled.settled_at + rules.KEPT_AFTER_SETTLING + timedelta(seconds=1)) == 1
    assert list(Message.objects.all()) == [queued]
    tasks.forget_settled.func(timestamp=0)
    assert Message.objects.exists()
