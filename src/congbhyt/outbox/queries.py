"""What operators see of messages: states and delays, never a receiver or a body. And the sandbox's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Min, QuerySet
from django.db.models.expressions import CombinedExpression

from congbhyt.outbox.console import SHOWN
from congbhyt.outbox.models import Message, ShownMessage

DELAYS_OVER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message as operators see it; durations in seconds, None while it has not come so far."""

    purpose: str
    state: Message.State
    provider: str
    attempts: int
    queued_at: datetime
    handed_over_after: float | None
    delivered_after: float | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages are queued, and since when the oldest."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from queueing to hand-over over the last 24 hours; None without any."""

    count: int
    median: float | None
    percentile_95: float | None


class _Percentile(Aggregate):
    """PostgreSQL's percentile_cont."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: ExpressionWrapper[CombinedExpression], share: float) -> None:
        super().__init__(expression, share=share, output_field=DurationField())


def counts() -> dict[Message.State, int]:
    """How many of the messages kept are in each state."""
    found = dict(Message.objects.values_list("state").annotate(Count("pk")).order_by())
    return {state: found.get(state, 0) for state in Message.State}


def waiting() -> Waiting:
    """What is queued."""
    found = Message.objects.filter(state=Message.State.QUEUED).aggregate(count=Count("pk"), since=Min("queued_at"))
    return Waiting(found["count"], found["since"])


def newest(limit: int) -> list[MessageRow]:
    """The messages queued last, newest first."""
    return [_row(message) for message in _newest_first()[:limit]]


def every() -> Iterator[MessageRow]:
    """All messages kept, newest first, one after another."""
    return (_row(message) for message in _newest_first().iterator())


def _newest_first() -> QuerySet[Message]:
    return Message.objects.defer("receiver_sealed", "body_sealed").order_by("-queued_at", "pk")


def _row(message: Message) -> MessageRow:
    delivered = message.reported_at if message.state == Message.State.DELIVERED else None
    return MessageRow(
        purpose=message.purpose,
        state=Message.State(message.state),
        provider=message.provider,
        attempts=message.attempts,
        queued_at=message.queued_at,
        handed_over_after=_seconds(message.queued_at, message.settled_at if message.provider else None),
        delivered_after=_seconds(message.queued_at, delivered),
        last_error=message.last_error,
    )


def _seconds(begun: datetime, done: datetime | None) -> float | None:
    return (done - begun).total_seconds() if done else None


def delays(*, at: datetime) -> Delays:
    """How long messages of the last 24 hours took to be handed over."""
    handed = Message.objects.filter(queued_at__gt=at - DELAYS_OVER, settled_at__isnull=False).exclude(provider="")
    took = ExpressionWrapper(F("settled_at") - F("queued_at"), output_field=DurationField())
    found = handed.aggregate(count=Count("pk"), median=_Percentile(took, 0.5), percentile_95=_Percentile(took, 0.95))
    median, most = (duration and duration.total_seconds() for duration in (found["median"], found["percentile_95"]))
    return Delays(found["count"], median, most)


def shown() -> list[ShownMessage]:
    """What the sandbox's page shows: the last messages printed, newest first."""
    return list(ShownMessage.objects.order_by("-pk")[:SHOWN])
