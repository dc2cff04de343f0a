"""Reads of codes, for pages that say what may be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from congbhyt.accounts.models import Person
from congbhyt.otp.models import Code
from congbhyt.policy.rules import InForce


@dataclass(frozen=True, slots=True)
class Pending:
    """A code that may still be typed."""

    sent_at: datetime
    expires_at: datetime
    resend_at: datetime
    tries_left: int


def pending(person: Person, purpose: Code.Purpose, bound_to: str, *, policy: InForce, at: datetime) -> Pending | None:
    """The code sent last for this purpose and binding, while it may be typed."""
    code = Code.objects.filter(person=person, purpose=purpose, bound_to=bound_to).order_by("-sent_at", "-pk").first()
    if code is None or code.consumed_at or code.expires_at <= at or code.tries >= policy.code_tries:
        return None
    return Pending(code.sent_at, code.expires_at, code.sent_at + policy.code_resend, policy.code_tries - code.tries)
