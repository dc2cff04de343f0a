"""Queueing and sending of messages."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When

from congbhyt.outbox import rules
from congbhyt.outbox.models import Message
from congbhyt.outbox.reports import report_url
from congbhyt.outbox.routing import Route
from congbhyt.outbox.transports import NoProviderError, Sms, TransportError, UndeliverableError

_State = Message.State


def queue_sms(*, purpose: str, receiver: str, body: str, at: datetime, expires_at: datetime | None = None) -> Message:
    """Store an SMS and its job in the caller's transaction; the worker sends it after commit.

    The job carries the id only. After `expires_at` the message is dropped, not sent.
    """
    with transaction.atomic():
        message = Message.objects.create(
            purpose=purpose,
            receiver_sealed=settings.KEYS.seal(receiver),
            body_sealed=settings.KEYS.seal(body),
            queued_at=at,
            expires_at=expires_at,
        )
        _defer(message)
    return message


def _defer(message: Message) -> None:
    from congbhyt.outbox.tasks import deliver

    priority = rules.CODE_PRIORITY if message.expires_at else rules.PLAIN_PRIORITY
    deliver.configure(priority=priority).defer(message_id=str(message.pk))


def deliver_message(message_id: str, *, route: Route, at: datetime) -> None:
    """Send one queued message and clear its receiver and body.

    Two workers with the same job send twice at worst. Neither holds a lock while it sends, and each writes only
    where the message is still queued: one that dies on the way leaves it queued, one that is late changes nothing.

    Raises:
        TransportError: nobody took it; it stays queued and the job is tried again.
    """
    message = Message.objects.filter(pk=message_id, state=_State.QUEUED).first()
    if message is None:
        return  # settled, or so long ago that its row is gone
    if rules.has_ended(message.expires_at, at):
        _settle(message, _State.EXPIRED, at)
        return
    began = time.monotonic()
    try:
        taker = route.send(_opened(message, at))
    except TransportError as failed:
        if _is_final(message, failed, at):
            return
        raise
    _note_taken(message, taker, at + timedelta(seconds=time.monotonic() - began))


def _opened(message: Message, at: datetime) -> Sms:
    """The message in the clear, with all that a provider may want to know.

    Raises:
        TransportError: the key is not in the key file now; with the right file it will be sent.
    """
    try:
        receiver = settings.KEYS.open(message.receiver_sealed or b"\0")
        body = settings.KEYS.open(message.body_sealed or b"\0")
    except (InvalidTag, KeyError):
        raise TransportError("sealed with a key that is not in the key file") from None
    return Sms(str(message.pk), receiver, body, at, message.expires_at, report_url(message.pk))


def _is_final(message: Message, failed: TransportError, at: datetime) -> bool:
    """Note a failure; settle the message if nobody will ever take it or all have refused it for too long.

    Without any provider messages wait: the operator who names one wants them sent.
    """
    Message.objects.filter(pk=message.pk, state=_State.QUEUED).update(
        attempts=F("attempts") + 1, last_error=str(failed)[:200], report=None, reported_at=None
    )
    spent = rules.is_given_up(message.queued_at, at) and not isinstance(failed, NoProviderError)
    if isinstance(failed, UndeliverableError) or spent:
        _settle(message, _State.FAILED, at)
        return True
    return False


def _note_taken(message: Message, taker: str, at: datetime) -> None:
    """SENT, unless a report has overtaken us: of a failure (then FAILED) or of the delivery (then only the name)."""
    reported_failure = When(report__isnull=False, then=Value(_State.FAILED))
    taken = _settle(
        message,
        Case(reported_failure, default=Value(_State.SENT)),
        at,
        attempts=F("attempts") + 1,
        provider=taker,
    )
    if not taken:
        Message.objects.filter(pk=message.pk, provider="").update(provider=taker)


def _settle(message: Message, state: _State | Case, at: datetime, **more: object) -> bool:
    """Take a message out of QUEUED and clear it; whether it was still there."""
    queued = Message.objects.filter(pk=message.pk, state=_State.QUEUED)
    return bool(queued.update(state=state, settled_at=at, receiver_sealed=None, body_sealed=None, **more))


def drop_queued(*, before: datetime, at: datetime) -> int:
    """Settle as expired what was queued before that moment and nobody has taken; how many.

    A sandbox tells a past that never was: what was said in it reaches nobody.
    """
    queued = Message.objects.filter(state=_State.QUEUED, queued_at__lt=before)
    return queued.update(state=_State.EXPIRED, settled_at=at, receiver_sealed=None, body_sealed=None)


def take_up_forgotten(*, at: datetime) -> int:
    """Give a new job to each message that has waited for minutes without one; how many.

    Jobs are lost when an old worker does not know them, or an operator deletes them.
    """
    from procrastinate.contrib.django.models import ProcrastinateJob

    due = {
        str(message.pk): message
        for message in Message.objects.filter(state=_State.QUEUED, queued_at__lt=at - rules.FORGOTTEN_AFTER)
    }
    alive = ProcrastinateJob.objects.filter(queue_name="outbox", status__in=["todo", "doing"])
    cared_for = {args.get("message_id") for args in alive.values_list("args", flat=True)} if due else set()
    forgotten = [message for key, message in due.items() if key not in cared_for]
    for message in forgotten:
        _defer(message)
    return len(forgotten)


def forget_settled(*, at: datetime) -> int:
    """Delete messages that were settled long ago; how many."""
    deleted, _ = Message.objects.filter(settled_at__lt=at - rules.KEPT_AFTER_SETTLING).delete()
    return deleted
