"""Queueing and sending of messages."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from congbhyt.outbox.models import Message
from congbhyt.outbox.transports import Transport, TransportError


def queue_sms(*, purpose: str, receiver: str, body: str, at: datetime, expires_at: datetime | None = None) -> Message:
    """Store an SMS and its job in the caller's transaction; the worker sends it after commit.

    The job carries the id only. After `expires_at` the message is dropped, not sent.
    """
    from congbhyt.outbox.tasks import deliver

    message = Message.objects.create(
        purpose=purpose,
        receiver_sealed=settings.KEYS.seal(receiver),
        body_sealed=settings.KEYS.seal(body),
        queued_at=at,
        expires_at=expires_at,
    )
    deliver.defer(message_id=str(message.pk))
    return message


def deliver_message(message_id: str, *, transport: Transport, at: datetime) -> None:
    """Send one queued message and clear its receiver and body; doing it twice sends once more at worst.

    Raises:
        TransportError: the provider did not take it; it stays queued and the job is tried again.
    """
    message = Message.objects.get(pk=message_id)
    if message.receiver_sealed is None or message.body_sealed is None:
        return  # settled: sent or expired
    if message.expires_at and message.expires_at <= at:
        _settle(message, Message.State.EXPIRED, at)
        return
    message.attempts += 1
    try:
        transport.send(settings.KEYS.open(message.receiver_sealed), settings.KEYS.open(message.body_sealed))
    except TransportError as failed:
        message.last_error = str(failed)[:200]
        message.save(update_fields=["attempts", "last_error"])
        raise
    _settle(message, Message.State.SENT, at)


@transaction.atomic
def _settle(message: Message, state: Message.State, at: datetime) -> None:
    message.state, message.settled_at = state, at
    message.receiver_sealed = message.body_sealed = None
    message.save()
