"""Look-ups of people at the portal: the same verdict as on the wire, history only behind their SMS code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from congbhyt.accounts.authz import Right
from congbhyt.audit import actions as audit
from congbhyt.insured.models import Visit
from congbhyt.kernel.clock import months_before
from congbhyt.lookup.actions import Answer, Asker, look_up, withheld
from congbhyt.lookup.facts import Reader
from congbhyt.lookup.queries import looked_up_by
from congbhyt.lookup.records import NoSuchRecordError
from congbhyt.lookup.rules import Question
from congbhyt.policy.rules import InForce
from congbhyt.signin import history
from congbhyt.signin.visitors import SignedIn, Visitor

FUNCTION = "portal"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer typed or scanned, as it is shown back."""

    card: str
    name: str
    birth: str


def look_up_for(
    asked: Asked, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, read: Reader, at: datetime
) -> Answer:
    """Look up an insured person for the officer of this session; open history stays so for `policy.history_idle` more.

    Raises:
        NotForYouError: no right to look cards up.
        NotRecordedError: it could not be put on record.
    """
    signed_in.need(Right.CARD_LOOKUP)
    history_open = history.use_history(signed_in, policy=policy, at=at)
    answer = look_up(
        Question(asked.card, asked.name, asked.birth, names_officer=False),
        asker=_asker(signed_in, history_open=history_open),
        function=FUNCTION,
        policy=policy,
        read=read,
        origin=visitor.origin,
        at=at,
    )
    shown = answer.insured.person_id if answer.insured and answer.visits is not None else None
    history.note_shown(signed_in, shown)
    return answer


def open_and_look_up(
    code: str, asked: Asked, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, read: Reader, at: datetime
) -> Answer:
    """Open history with a code by SMS and look the same person up again: history shows nobody without a look-up.

    Raises:
        Refusal: those of `history.open_history` and of `look_up_for`; without the right to look up no code is used.
    """
    signed_in.need(Right.CARD_LOOKUP)
    history.open_history(code, signed_in=signed_in, visitor=visitor, policy=policy, at=at)
    return look_up_for(asked, signed_in=signed_in, visitor=visitor, policy=policy, read=read, at=at)


def _asker(signed_in: SignedIn, *, history_open: bool) -> Asker:
    """The officer as the look-up knows them. The trail names the house, never the person, and no API account
    can have this name, because theirs hold an underscore.
    """
    unit = signed_in.person.unit
    return Asker(
        unit_id=unit.pk if unit else 0,
        unit_code=signed_in.unit_code,
        account_name=f"{signed_in.person.home.code}-WEB",
        may_look_up=True,
        may_see_history=history_open,
        person_id=signed_in.person.pk,
    )


def repeat(
    reference: str, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, read: Reader, at: datetime
) -> tuple[Asked, Answer]:
    """Look up again somebody whom this officer has looked up today.

    Raises:
        NoSuchRecordError: no such look-up of this officer today.
        NotForYouError, NotRecordedError: see `look_up_for`.
    """
    known = looked_up_by(signed_in.by, reference=reference, at=at)
    if known is None:
        raise NoSuchRecordError
    asked = Asked(known.social_number, known.name, known.birth)
    return asked, look_up_for(asked, signed_in=signed_in, visitor=visitor, policy=policy, read=read, at=at)


def open_visit(record_number: int, *, signed_in: SignedIn, visitor: Visitor, policy: InForce, at: datetime) -> Visit:
    """Read one visit of the person whose history this session shows; the audit entry is committed on return.

    Raises:
        NoSuchRecordError: not there, not that person's, withheld, or history has closed; nobody is told which.
    """
    history_open = signed_in.history_until(policy, at) and not signed_in.person.history_paused_since
    shown = signed_in.session.shown_insured if history_open else None
    visit = None
    if shown is not None and signed_in.holds(Right.HISTORY_LOOKUP):
        visit = Visit.objects.select_related("person").filter(
            person_id=shown, record_number=record_number,
            discharged_at__gte=months_before(at, policy.history_months),
        ).first()  # fmt: skip
    readable = visit is not None and not withheld(visit, policy)
    audit.record(
        "lookup:record:answer",
        by=signed_in.by,
        at=at,
        object=f"insured:{shown}" if visit else "",
        outcome="200" if readable else NoSuchRecordError.code,
        unit_code=signed_in.unit_code,
        officer=signed_in.by,
        origin=visitor.origin,
        details={"record": record_number, "function": FUNCTION},
    )
    if visit is None or not readable:
        raise NoSuchRecordError
    return visit
