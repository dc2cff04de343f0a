"""What providers report about messages that they took: the address for it, and what a report changes."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from congbhyt.outbox.models import Message
from congbhyt.outbox.refusals import ReportRefusedError

STATUS_PARAMETER = "trang-thai"
_State = Message.State
DELIVERED, UNDELIVERABLE, BUFFERED, ACCEPTED, REJECTED = 1, 2, 4, 8, 16
"""Kannel's codes. Buffered and accepted say only that it is on its way, as SENT does."""
MOVES: Mapping[int, Mapping[str, str]] = {
    DELIVERED: {state: _State.DELIVERED for state in _State if state != _State.DELIVERED},
    UNDELIVERABLE: {_State.QUEUED: _State.QUEUED, _State.SENT: _State.FAILED},
    REJECTED: {_State.QUEUED: _State.QUEUED, _State.SENT: _State.FAILED},
    BUFFERED: {},
    ACCEPTED: {},
}
"""Code → state before → state after. A message that was sent twice may be reported twice: delivered once is delivered.
A failure that comes while we still wait for the provider's answer is noted, and counts when the answer comes."""


def report_path(message_id: UUID | str) -> str:
    """Where a provider reports about this message; only who was told the path can."""
    return f"/sms/bao-phat/{message_id}/{_mac(message_id)}"


def report_url(message_id: UUID | str) -> str | None:
    """The whole address with Kannel's %d for the code; None where providers cannot reach us."""
    if not settings.SMS_REPORT_BASE:
        return None
    return f"{settings.SMS_REPORT_BASE}{report_path(message_id)}?{STATUS_PARAMETER}=%d"


def report_delivery(*, message_id: UUID | str, mac: str, status: str, at: datetime) -> None:
    """Move a message's state by what its provider reports; unknown codes and forgotten messages change nothing.

    Raises:
        ReportRefusedError: `mac` is not the one that we gave out for this message.
    """
    if not hmac.compare_digest(_mac(message_id).encode(), mac.encode("utf-8", "replace")):
        raise ReportRefusedError
    code = int(status) if status in {str(code) for code in MOVES} else 0
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message and message.state in MOVES.get(code, {}):
            _move(message, code, MOVES[code][message.state], at)


def _move(message: Message, code: int, state: str, at: datetime) -> None:
    message.report, message.reported_at = code, at
    if state != _State.QUEUED:
        message.state = state
        message.settled_at = message.settled_at or at
        message.receiver_sealed = message.body_sealed = None
    message.save()


def _mac(message_id: UUID | str) -> str:
    mac: bytes = settings.KEYS.digest(f"sms-report:{message_id}")
    return mac.hex()
