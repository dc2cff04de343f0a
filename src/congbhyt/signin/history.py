"""Opening treatment history with a code by SMS, and how long it stays open (CV 1232/BHXH-CNTT §3, §4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from congbhyt.accounts import failures
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.audit import actions as audit
from congbhyt.kernel.identifiers import clean_typed_number
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp import actions as otp
from congbhyt.otp import queries as codes
from congbhyt.otp.models import Code
from congbhyt.otp.queries import Pending
from congbhyt.policy.rules import InForce
from congbhyt.signin.actions import take_counted
from congbhyt.signin.models import HISTORY_CLOSED, Session
from congbhyt.signin.refusals import (
    HistoryPausedError,
    SessionEndedError,
    SocialNumberMissingError,
    WrongSocialNumberError,
)
from congbhyt.signin.visitors import SignedIn, Visitor


def request_code(social_number: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> Code:
    """Send the code that opens history to the officer's phone; the own mã số BHXH is asked first.

    Raises:
        NotForYouError, HistoryPausedError: no history right, or it rests.
        SocialNumberMissingError, WrongSocialNumberError: wrong ones count as wrong codes do.
        PausedError: too many wrong ones.
        NoPhoneError, ResendTooEarlyError, TooManyCodesError: see `otp.send_code`.
    """
    try:
        check_may_open(signed_in)
        _check_social_number(social_number, signed_in, visitor, policy, at)
        return otp.send_code(
            person=signed_in.person, purpose=Code.Purpose.HISTORY, bound_to=signed_in.session.name, policy=policy,
            origin=visitor.origin, at=at,
        )  # fmt: skip
    except Refusal as refusal:
        _record("signin:history:ask", refusal.code, signed_in, visitor, at)
        raise


def check_may_open(signed_in: SignedIn) -> None:
    """Make sure that the person could open history now.

    Raises:
        NotForYouError: no history right.
        HistoryPausedError: it rests until a new phone is approved.
    """
    signed_in.need(Right.HISTORY_LOOKUP)
    if signed_in.person.history_paused_since:
        raise HistoryPausedError


def _check_social_number(typed: str, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> None:
    person, address = signed_in.person, visitor.origin.address
    counted_as = failures.inside(person.handle)
    if not person.social_number:
        raise SocialNumberMissingError
    failures.reserve(counted_as, address, allowed=policy.portal_failures_allowed, pause=policy.sign_in_pause, at=at)
    if clean_typed_number(typed) != person.social_number:
        raise WrongSocialNumberError
    failures.release(counted_as, address)


def open_history(typed: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> None:
    """Take the code; history is open in this session as long as `policy.history_idle` and `policy.history_most` say.

    Raises:
        NotForYouError, HistoryPausedError, PausedError, SessionEndedError, and those of `otp.take_code`.
    """
    try:
        check_may_open(signed_in)
    except Refusal as refusal:
        _record("signin:history:open", refusal.code, signed_in, visitor, at)
        raise
    take_counted(typed, signed_in, Code.Purpose.HISTORY, visitor, policy, at)
    with transaction.atomic():
        _keep_unpaused(signed_in.person)
        lasting = Session.objects.filter(pk=signed_in.session.pk, ended_at=None, awaits_code=False)
        if not lasting.update(history_opened_at=at, history_used_at=at, shown_insured=None):
            raise SessionEndedError(why="Phiên làm việc đã kết thúc.")
        _record("signin:history:open", "done", signed_in, visitor, at)
    signed_in.session.history_opened_at = signed_in.session.history_used_at = at
    signed_in.session.shown_insured = None


def _keep_unpaused(person: Person) -> None:
    """Keep a new phone from being requested until history is open: the request then finds the window and closes it.

    Raises:
        HistoryPausedError: one was requested meanwhile.
    """
    unpaused = Person.objects.select_for_update(no_key=True).filter(pk=person.pk, history_paused_since=None)
    if unpaused.first() is None:
        raise HistoryPausedError


def use_history(signed_in: SignedIn, *, policy: InForce, at: datetime) -> bool:
    """Whether history is open for a look-up at this moment; if so, `policy.history_idle` begins anew.

    One conditional update, so that a window that has closed is never slid open again. Its conditions stand on the
    session's own row, because those behind a join are not asked again of a row that changed meanwhile.
    """
    if signed_in.person.history_paused_since or signed_in.history_until(policy, at) is None:
        return False
    still_open = Session.objects.filter(
        Exists(Person.objects.filter(pk=OuterRef("person_id"), history_paused_since=None)),
        pk=signed_in.session.pk,
        ended_at=None,
        history_used_at__gt=at - policy.history_idle,
        history_opened_at__gt=at - policy.history_most,
    )
    if not still_open.update(history_used_at=at):
        return False
    signed_in.session.history_used_at = at
    return True


@transaction.atomic
def close_history(*, signed_in: SignedIn, visitor: Visitor, at: datetime) -> None:
    """Close it before its time, for somebody who leaves the desk."""
    Session.objects.filter(pk=signed_in.session.pk).update(**HISTORY_CLOSED)
    for column in HISTORY_CLOSED:
        setattr(signed_in.session, column, None)
    _record("signin:history:close", "done", signed_in, visitor, at)


def note_shown(signed_in: SignedIn, insured: int | None) -> None:
    """Remember the one person whose history the last look-up showed, for the details of visits; None: nobody's."""
    if signed_in.session.shown_insured != insured:
        Session.objects.filter(pk=signed_in.session.pk, history_used_at__isnull=False).update(shown_insured=insured)


def pending_code(signed_in: SignedIn, *, policy: InForce, at: datetime) -> Pending | None:
    """The code that may be typed now to open history."""
    return codes.pending(signed_in.person, Code.Purpose.HISTORY, signed_in.session.name, policy=policy, at=at)


def _record(event: str, outcome: str, signed_in: SignedIn, visitor: Visitor, at: datetime) -> None:
    audit.record(
        event, by=signed_in.by, at=at, object=signed_in.session.name, outcome=outcome,
        unit_code=signed_in.unit_code, officer=signed_in.by, origin=visitor.origin,
    )  # fmt: skip
