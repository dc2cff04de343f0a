"""Changing the telephone to which codes go.

Whoever may see history, and the unit's own account, needs an agency's approval; until then the history right
rests and the old number is told. Links are never sent (decision: codes only, typed at the known address).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from congbhyt.accounts.actions import need_reason
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person, PhoneChange
from congbhyt.audit import actions as audit
from congbhyt.kernel.identifiers import masked, tidy_phone
from congbhyt.otp import actions as otp
from congbhyt.otp import queries as codes
from congbhyt.otp.models import Code
from congbhyt.otp.queries import Pending
from congbhyt.outbox import actions as outbox
from congbhyt.policy.rules import InForce
from congbhyt.signin.actions import take_counted
from congbhyt.signin.credentials import check_current
from congbhyt.signin.models import HISTORY_CLOSED, Session
from congbhyt.signin.refusals import (
    PhoneChangeDecidedError,
    PhoneChangePendingError,
    PhoneFormError,
)
from congbhyt.signin.visitors import SignedIn, Visitor
from congbhyt.units.models import Agency

_TOLD_REQUEST = "CongBHYT: có yêu cầu đổi số điện thoại của bạn sang {new}. Nếu không phải bạn, báo ngay cho đơn vị."
_TOLD_CHANGED = "CongBHYT: số điện thoại nhận mã của bạn đã đổi sang {new}. Nếu không phải bạn, báo ngay cho đơn vị."


def ask_for_new_phone(
    phone: str, password: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime
) -> None:
    """Send a code to the new number, which the person must hold before anybody hears of it.

    Raises:
        PausedError, WrongPasswordError: the password is asked again.
        PhoneFormError: no mobile number, or the one in force.
        PhoneChangePendingError: one waits already.
        ResendTooEarlyError, TooManyCodesError: see `otp.send_code`.
    """
    person = signed_in.person
    check_current(password, signed_in, visitor, policy, at)
    number = tidy_phone(phone)
    if number is None:
        raise PhoneFormError(wanted="cần 10 chữ số, bắt đầu bằng 0")
    if person.phone_digest and bytes(person.phone_digest) == settings.KEYS.digest(number):
        raise PhoneFormError(wanted="số này đang được dùng")
    if open_change(person):
        raise PhoneChangePendingError
    otp.send_code(
        person=person, purpose=Code.Purpose.PHONE, bound_to=signed_in.session.name, new_phone=number, policy=policy,
        origin=visitor.origin, at=at,
    )  # fmt: skip


def confirm_new_phone(
    typed: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime
) -> PhoneChange | None:
    """Take the code from the new number: change it, or, for who may see history, ask the agency for it.

    Returns the request that now waits, None when the number is changed.

    Raises:
        PausedError, and those of `otp.take_code`.
    """
    code = take_counted(typed, signed_in, Code.Purpose.PHONE, visitor, policy, at)
    number, person = otp.carried(code), signed_in.person
    if needs_approval(signed_in):
        return _request(person, number, visitor, at)
    with transaction.atomic():
        _put(person, number, settings.KEYS.seal(number), visitor, by=signed_in.by, at=at)
    return None


@transaction.atomic
def _request(person: Person, number: str, visitor: Visitor, at: datetime) -> PhoneChange:
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if open_change(person):
        raise PhoneChangePendingError
    change = PhoneChange.objects.create(
        person=person, phone_sealed=settings.KEYS.seal(number), phone_digest=settings.KEYS.digest(number),
        requested_at=at,
    )  # fmt: skip
    Person.objects.filter(pk=person.pk).update(history_paused_since=at)
    otp.void_codes(person, at=at)
    Session.objects.filter(person=person).update(**HISTORY_CLOSED)
    _tell_old(person, _TOLD_REQUEST, number, at)
    audit.record("accounts:phone:request", by=person.actor, at=at, object=person.actor, origin=visitor.origin)
    return change


@transaction.atomic
def decide_phone(
    *, change: PhoneChange, approve: bool, reason: str, signed_in: SignedIn, visitor: Visitor, at: datetime
) -> None:
    """Approve or refuse a new phone; either way the history right no longer rests. Who may, `decidable` says.

    Raises:
        NotForYouError: no right to decide.
        ReasonMissingError: no reason.
        PhoneChangeDecidedError: somebody was faster, or it is not this person's to decide.
    """
    signed_in.need(Right.APPROVE_REQUESTS)
    need_reason(reason)
    if not decidable(signed_in).filter(pk=change.pk).exists():
        raise PhoneChangeDecidedError
    outcome = PhoneChange.Outcome.APPROVED if approve else PhoneChange.Outcome.REFUSED
    _settle(change, outcome, reason, signed_in.by, at)
    if approve:
        _put(
            change.person, settings.KEYS.open(change.phone_sealed), bytes(change.phone_sealed), visitor,
            by=signed_in.by, at=at,
        )  # fmt: skip
    _record_decision(change, outcome, reason, signed_in.by, visitor, at)


@transaction.atomic
def withdraw_phone(*, signed_in: SignedIn, visitor: Visitor, at: datetime) -> None:
    """Take one's own request back.

    Raises:
        PhoneChangeDecidedError: there is none that waits.
    """
    change = open_change(signed_in.person)
    if change is None:
        raise PhoneChangeDecidedError
    reason = "người đăng ký rút yêu cầu"
    _settle(change, PhoneChange.Outcome.WITHDRAWN, reason, signed_in.by, at)
    _record_decision(change, PhoneChange.Outcome.WITHDRAWN, reason, signed_in.by, visitor, at)


def _settle(change: PhoneChange, outcome: str, reason: str, by: str, at: datetime) -> None:
    waiting = PhoneChange.objects.filter(pk=change.pk, outcome=PhoneChange.Outcome.PENDING)
    if not waiting.update(outcome=outcome, decided_at=at, decided_by=by, reason=reason):
        raise PhoneChangeDecidedError
    Person.objects.filter(pk=change.person_id).update(history_paused_since=None)


def _put(person: Person, number: str, sealed: bytes, visitor: Visitor, *, by: str, at: datetime) -> None:
    """Make `number` the one to which codes go, and tell the old one."""
    _tell_old(person, _TOLD_CHANGED, number, at)
    Person.objects.filter(pk=person.pk).update(phone_sealed=sealed, phone_digest=settings.KEYS.digest(number))
    otp.void_codes(person, at=at)
    audit.record("accounts:phone:change", by=by, at=at, object=person.actor, origin=visitor.origin)


def _tell_old(person: Person, text: str, number: str, at: datetime) -> None:
    if person.phone_sealed:
        receiver = settings.KEYS.open(person.phone_sealed)
        outbox.queue_sms(purpose="notice:phone", receiver=receiver, body=text.format(new=masked(number)), at=at)


def _record_decision(change: PhoneChange, outcome: str, reason: str, by: str, visitor: Visitor, at: datetime) -> None:
    audit.record(
        "accounts:phone:decide", by=by, at=at, object=change.person.actor, outcome=outcome,
        origin=visitor.origin, details={"reason": reason},
    )  # fmt: skip


def pending_code(signed_in: SignedIn, *, policy: InForce, at: datetime) -> Pending | None:
    """The code that may be typed now to confirm the new number."""
    return codes.pending(signed_in.person, Code.Purpose.PHONE, signed_in.session.name, policy=policy, at=at)


def open_change(person: Person) -> PhoneChange | None:
    """The person's request that waits, if there is one."""
    return PhoneChange.objects.filter(person=person, outcome=PhoneChange.Outcome.PENDING).first()


def new_number(change: PhoneChange) -> str:
    """The number that is asked for, masked."""
    return masked(settings.KEYS.open(change.phone_sealed))


def needs_approval(signed_in: SignedIn) -> bool:
    """Whether an agency decides about this new number: of who may see history, and of a unit's own account, whose
    codes let the unit register from anywhere.
    """
    return Right.HISTORY_LOOKUP in signed_in.rights or signed_in.person.shared


def decider(person: Person) -> Agency:
    """The agency that decides about the person's new number."""
    return Agency.objects.get(pk=person.agency_in_charge_id)


def decidable(signed_in: SignedIn) -> QuerySet[PhoneChange]:
    """Requests that this person may decide, oldest first: of units whose requests their agency receives, and of
    colleagues of their own agency; never the own one, under whichever account.
    """
    agency = signed_in.person.agency
    if agency is None or not signed_in.holds(Right.APPROVE_REQUESTS):
        return PhoneChange.objects.none()
    return (
        PhoneChange.objects.filter(Q(person__unit__receiving_agency=agency) | Q(person__agency=agency))
        .filter(outcome=PhoneChange.Outcome.PENDING)
        .exclude(person__citizen_digest=signed_in.person.citizen_digest)
        .select_related("person__unit", "person__agency")
        .order_by("requested_at", "pk")
    )
