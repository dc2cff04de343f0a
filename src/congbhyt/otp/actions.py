"""Sending codes and taking them back, each on record; a code itself never is."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from congbhyt.accounts.models import Person
from congbhyt.audit import actions as audit
from congbhyt.audit.actions import Origin
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import wording
from congbhyt.otp.models import Code
from congbhyt.otp.refusals import (
    CodeExpiredError,
    CodeFormError,
    CodeUsedError,
    NoCodeError,
    NoPhoneError,
    ResendTooEarlyError,
    TooManyCodesError,
    TriesSpentError,
    WrongCodeError,
)
from congbhyt.outbox import actions as outbox
from congbhyt.policy.rules import InForce

_DIGITS = 6
_FORM = re.compile(r"[0-9]{6}")
_HOUR = timedelta(hours=1)


@transaction.atomic
def send_code(
    *,
    person: Person,
    purpose: Code.Purpose,
    bound_to: str = "",
    new_phone: str = "",
    policy: InForce,
    origin: Origin,
    at: datetime,
) -> Code:
    """Draw a code and queue its SMS, to the registered phone or, to confirm that one, to `new_phone`.

    Raises:
        NoPhoneError: nothing to send to.
        ResendTooEarlyError, TooManyCodesError: too many for this person and purpose.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # one code at a time for each person
    receiver = new_phone or (settings.KEYS.open(person.phone_sealed) if person.phone_sealed else "")
    if not receiver:
        raise NoPhoneError
    _check_pace(person, purpose, policy, at)
    digits = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    code = Code.objects.create(
        person=person,
        purpose=purpose,
        bound_to=bound_to,
        digest=_digest(person, purpose, bound_to, digits),
        carried_sealed=settings.KEYS.seal(new_phone) if new_phone else None,
        sent_at=at,
        expires_at=at + _lasts(purpose, policy),
    )
    text = _text(person, purpose, digits, policy)
    outbox.queue_sms(purpose=f"otp:{purpose}", receiver=receiver, body=text, at=at, expires_at=code.expires_at)
    _record("otp:code:send", code, "done", origin, at)
    return code


def _lasts(purpose: Code.Purpose, policy: InForce) -> timedelta:
    """Somebody who activates an account is not at the desk when it is approved."""
    return policy.activation_length if purpose is Code.Purpose.ACTIVATION else policy.code_typing


def _text(person: Person, purpose: Code.Purpose, digits: str, policy: InForce) -> str:
    seconds = int(_lasts(purpose, policy).total_seconds())
    if purpose is Code.Purpose.ACTIVATION:
        return wording.activation(person.handle, digits, seconds // 3600)
    return wording.message(purpose, digits, seconds // 60)


def _check_pace(person: Person, purpose: Code.Purpose, policy: InForce, at: datetime) -> None:
    recent = list(
        Code.objects.filter(person=person, purpose=purpose, sent_at__gt=at - _HOUR)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
    )
    if recent and recent[0] + policy.code_resend > at:
        raise ResendTooEarlyError(seconds=_whole_seconds(recent[0] + policy.code_resend - at))
    if len(recent) >= policy.codes_per_hour:
        until = (recent[policy.codes_per_hour - 1] + _HOUR).astimezone(VIETNAM)
        raise TooManyCodesError(most=policy.codes_per_hour, until=f"{until:%H:%M}")


def _whole_seconds(left: timedelta) -> int:
    return -(-left // timedelta(seconds=1))


def take_code(
    typed: str, *, person: Person, purpose: Code.Purpose, bound_to: str = "", policy: InForce, origin: Origin,
    at: datetime,
) -> Code:  # fmt: skip
    """Compare what was typed with the code sent last for this purpose and binding; a right one is used up.

    The try is counted and committed before anything is compared, and use is one conditional update, so that
    neither many at once nor a crash gives a sixth try or a second use.

    Raises:
        CodeFormError: not six digits; costs no try.
        NoCodeError, CodeExpiredError, CodeUsedError, TriesSpentError: the code cannot be used.
        WrongCodeError: it says how many tries are left.
    """
    digits = read_code(typed)
    code = Code.objects.filter(person=person, purpose=purpose, bound_to=bound_to).order_by("-sent_at", "-pk").first()
    if code is None:
        raise NoCodeError
    usable = Code.objects.filter(pk=code.pk, consumed_at=None, expires_at__gt=at)
    with transaction.atomic(durable=True):
        counted = usable.filter(tries__lt=policy.code_tries).update(tries=F("tries") + 1)
    try:
        with transaction.atomic():
            _use(code, usable, _digest(person, purpose, bound_to, digits), policy, at, counted=bool(counted))
            _record("otp:code:take", code, "done", origin, at)
    except Refusal as refusal:
        _record("otp:code:take", code, refusal.code, origin, at)
        raise
    return code


def _use(code: Code, usable: QuerySet[Code], digest: bytes, policy: InForce, at: datetime, *, counted: bool) -> None:
    code.refresh_from_db(fields=["tries", "consumed_at"])
    if not counted:
        raise _why_unusable(code, policy, at)
    if not hmac.compare_digest(bytes(code.digest), digest):
        left = policy.code_tries - code.tries
        raise WrongCodeError(left=left) if left > 0 else TriesSpentError(most=policy.code_tries)
    if not usable.update(consumed_at=at):
        raise CodeUsedError


def _why_unusable(code: Code, policy: InForce, at: datetime) -> Refusal:
    if code.consumed_at:
        return CodeUsedError()
    if code.expires_at <= at:
        return CodeExpiredError(minutes=int((code.expires_at - code.sent_at).total_seconds() // 60))
    return TriesSpentError(most=policy.code_tries)


def read_code(typed: str) -> str:
    """Read six ASCII digits, however they were grouped or whichever keyboard wrote them.

    Raises:
        CodeFormError: not six digits.
    """
    digits = "".join(unicodedata.normalize("NFKC", typed[:40]).split()).replace("-", "")
    if not _FORM.fullmatch(digits):
        raise CodeFormError
    return digits


def _digest(person: Person, purpose: str, bound_to: str, digits: str) -> bytes:
    return settings.KEYS.digest(f"otp:{person.pk}:{purpose}:{bound_to}:{digits}")


def _record(event: str, code: Code, outcome: str, origin: Origin, at: datetime) -> None:
    audit.record(
        event,
        by=code.person.actor,
        at=at,
        object=f"code:{code.pk}",
        outcome=outcome,
        origin=origin,
        details={"purpose": code.purpose, "bound_to": code.bound_to},
    )


def void_codes(person: Person, *, at: datetime) -> None:
    """End every code of the person that could still be typed: they went to a telephone that no longer counts.

    Also one that a request of a moment later has sent already; of no code the end may lie before its sending.
    """
    end = Greatest(Value(at), F("sent_at") + timedelta(microseconds=1))
    Code.objects.filter(person=person, consumed_at=None, expires_at__gt=at).update(expires_at=end)


def carried(code: Code) -> str:
    """What a used code confirmed: the new phone."""
    return settings.KEYS.open(code.carried_sealed) if code.carried_sealed else ""


def forget_old(*, before: datetime) -> None:
    """Remove codes that ended before that moment; the audit record keeps that they were sent and typed."""
    Code.objects.filter(expires_at__lt=before).delete()
