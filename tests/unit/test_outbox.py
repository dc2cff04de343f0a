"""Messages: sent once, cleared, dropped when late, kept while the provider is down."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from congbhyt.outbox import tasks
from congbhyt.outbox.actions import deliver_message, queue_sms
from congbhyt.outbox.models import Message
from congbhyt.outbox.transports import Console, NotConfigured, TransportError, transport_for
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PHONE = "0000000101"
BODY = "Mã xác thực của bạn"
LATER = NOW + timedelta(minutes=5)


@dataclass
class Provider:
    """Takes messages, unless it is down."""

    down: bool = False
    taken: list[tuple[str, str]] = field(default_factory=list)

    def send(self, receiver: str, body: str) -> None:
        """Take one."""
        if self.down:
            raise TransportError("HTTP 503")
        self.taken.append((receiver, body))


def queue(expires_at: datetime | None = None) -> Message:
    return queue_sms(purpose="test", receiver=PHONE, body=BODY, at=NOW, expires_at=expires_at)


def deliver(message: Message, transport: Provider | NotConfigured, at: datetime = LATER) -> None:
    deliver_message(str(message.pk), transport=transport, at=at)
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


def test_delivering_hands_receiver_and_body_over_and_clears_both() -> None:
    message, provider = queue(), Provider()
    deliver(message, provider)
    assert provider.taken == [(PHONE, BODY)]
    assert (message.state, message.settled_at) == (Message.State.SENT, LATER)
    assert (message.receiver_sealed, message.body_sealed) == (None, None)


def test_delivering_twice_sends_once() -> None:
    message, provider = queue(), Provider()
    deliver(message, provider)
    deliver(message, provider)
    assert len(provider.taken) == 1


@pytest.mark.parametrize("expires_at", [LATER, LATER - timedelta(seconds=1)])
def test_an_expired_message_is_dropped_and_not_sent(expires_at: datetime) -> None:
    message, provider = queue(expires_at=expires_at), Provider()
    deliver(message, provider)
    assert provider.taken == []
    assert (message.state, message.body_sealed) == (Message.State.EXPIRED, None)


def test_a_message_is_sent_until_it_expires() -> None:
    message, provider = queue(expires_at=LATER + timedelta(seconds=1)), Provider()
    deliver(message, provider)
    assert message.state == Message.State.SENT


def test_while_the_provider_is_down_a_message_stays_queued_and_its_job_fails() -> None:
    message = queue()
    for _ in range(2):
        with pytest.raises(TransportError):
            deliver(message, Provider(down=True))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (Message.State.QUEUED, 2, "HTTP 503")
    assert message.body_sealed is not None


def test_a_message_leaves_when_the_provider_is_back() -> None:
    message, provider = queue(), Provider(down=True)
    with pytest.raises(TransportError):
        deliver(message, provider)
    provider.down = False
    deliver(message, provider)
    assert provider.taken == [(PHONE, BODY)]


def test_without_a_provider_messages_wait() -> None:
    message = queue()
    with pytest.raises(TransportError, match="no SMS provider"):
        deliver(message, NotConfigured())
    message.refresh_from_db()
    assert message.state == Message.State.QUEUED


def test_the_console_prints_the_body_and_only_the_end_of_the_number() -> None:
    stream = io.StringIO()
    Console(stream).send(PHONE, BODY)
    assert stream.getvalue() == f"SMS → •••••••101: {BODY}\n"


def test_only_a_sandbox_prints_messages() -> None:
    assert isinstance(transport_for(sandbox=True), Console)
    assert isinstance(transport_for(sandbox=False), NotConfigured)


def test_the_worker_s_job_sends_what_is_queued(capsys: pytest.CaptureFixture[str]) -> None:
    message = queue()
    tasks.deliver(message_id=str(message.pk))
    message.refresh_from_db()
    assert BODY in capsys.readouterr().out
    assert message.state == Message.State.SENT
