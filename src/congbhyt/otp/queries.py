"""Reads of codes, for pages that say what may be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from congbhyt.accounts.models import Person
from congbhyt.installation import hot
from congbhyt.otp.models import Code
from congbhyt.policy.rules import InForce


@dataclass(frozen=True, slots=True)
class Pending:
    """A code that may still be typed."""

    sent_at: datetime
    expires_at: datetime
    resend_at: datetime
    tries_left: int
    tried: bool


_NEWEST = """
SELECT sent_at, expires_at, tries FROM otp_code
WHERE person_id = %(person)s AND purpose = %(purpose)s AND bound_to = %(bound_to)s AND sent_at > %(since)s
  AND consumed_at IS NULL
  AND NOT EXISTS (SELECT FROM otp_code n WHERE n.person_id = %(person)s AND n.purpose = %(purpose)s
                  AND n.bound_to = %(bound_to)s AND (n.sent_at, n.id) > (otp_code.sent_at, otp_code.id))
"""
"""The newest code if it is not used; asked with every answer of a look-up, so it takes one short statement."""


def pending(person: Person, purpose: Code.Purpose, bound_to: str, *, policy: InForce, at: datetime) -> Pending | None:
    """The code sent last for this purpose and binding, while it may be typed."""
    asked = {"person": person.pk, "purpose": str(purpose), "bound_to": bound_to, "since": at - policy.code_typing}
    row = hot.one(_NEWEST, asked)
    if row is None:
        return None
    sent_at, expires_at, tries = row
    if expires_at <= at or tries >= policy.code_tries:
        return None
    return Pending(sent_at, expires_at, sent_at + policy.code_resend, policy.code_tries - tries, tries > 0)
