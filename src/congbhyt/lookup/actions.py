"""The main job: one function for both doors that answers a look-up and puts it on record."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.conf import settings
from msgspec.structs import replace

from congbhyt.audit.actions import Origin
from congbhyt.installation import hot
from congbhyt.insured.models import Visit as StoredVisit
from congbhyt.kernel.clock import months_before, vietnam_day
from congbhyt.kernel.identifiers import AskedBy, clean_number, is_citizen_number
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup import wording
from congbhyt.lookup.facts import Ask, Facts, PastCheck, Reader, RegistryUnreachableError, Visit
from congbhyt.lookup.rules import Case, Insured, Question, Registry, Verdict, fact_verdict, form_verdict, is_withheld
from congbhyt.policy.rules import InForce

log = logging.getLogger(__name__)

RECORD = """
WITH trail AS (
    INSERT INTO lookup_check (person_id, checked_at, reference, account_name, unit_code, code, history_shown)
    SELECT %(person_id)s::bigint, %(at)s, %(reference)s, %(account_name)s, %(unit_code)s, %(code)s, %(history_shown)s
    WHERE %(person_id)s::bigint IS NOT NULL
)
INSERT INTO audit_entry (at, event, actor, officer, unit_code, address, port, object, outcome, reference, details)
VALUES (%(at)s, 'lookup:card:answer', %(actor)s, %(officer)s, %(unit_code)s, %(address)s::inet, %(port)s, %(object)s,
        %(code)s, %(reference)s, %(details)s::jsonb)
"""


class NotRecordedError(Refusal):
    """The look-up could not be put on record, so it is not answered."""

    code = "LOOKUP_NOT_RECORDED"
    template = "Hệ thống không ghi được nhật ký truy cập nên không trả kết quả. Vui lòng thử lại sau."


class Asker(msgspec.Struct, frozen=True):
    """On whose behalf a look-up is made, and what that one may see.

    `account_name` stands in the who-looked trail. `person_id` is the officer who is signed in at the portal;
    programs have none and name their officer in the question.
    """

    unit_id: int
    unit_code: str
    account_name: str
    may_look_up: bool
    may_see_history: bool
    person_id: int | None = None

    @property
    def actor(self) -> str:
        """How the audit record names who asks."""
        return f"person:{self.person_id}" if self.person_id else f"account:{self.account_name}"


class Answer(msgspec.Struct, frozen=True):
    """The verdict, its sentence, and what may go out with it; None is withheld, () is empty.

    `officer_id` is the officer whom the question named, where facts go out.
    """

    verdict: Verdict
    sentence: str
    officer_sees_history: bool = False
    insured: Insured | None = None
    visits: Sequence[Visit] | None = None
    checks: Sequence[PastCheck] | None = None
    officer_id: int | None = None


def look_up(
    question: Question,
    *,
    asker: Asker,
    function: str,
    policy: InForce,
    read: Reader,
    origin: Origin,
    at: datetime,
) -> Answer:
    """Judge a card and gather what may be shown. The audit entry and the trail row are committed on return.

    Raises:
        NotRecordedError: they could not be; the caller must not answer.
    """
    case = Case(
        question=question,
        today=vietnam_day(at),
        provinces=policy.card_provinces,
        right_held=asker.may_look_up,
    )
    judged, facts = form_verdict(case), Facts()
    if judged is None:
        case, facts = _with_facts(case, asker, policy, read, origin, at)
        judged = fact_verdict(case)
    answer = _answer(judged, facts, question, asker, policy)
    _put_on_record(answer, facts, question, asker, function, origin, at)
    return answer


def _with_facts(
    case: Case, asker: Asker, policy: InForce, read: Reader, origin: Origin, at: datetime
) -> tuple[Case, Facts]:
    """Ask the registry. Its silence is code 100, any other fault 101; neither gets past this line."""
    if case.question.ask is None:
        raise AssertionError("form checks come first")
    ask = Ask(
        card=case.question.ask,
        unit_id=asker.unit_id,
        officer_citizen=clean_number(case.question.officer_citizen or ""),
        visits_since=months_before(at, policy.history_months),
        checks_since=at - policy.trail_window,
        checks_most=policy.trail_entries,
    )
    try:
        facts = read(ask)
    except RegistryUnreachableError as lost:
        log.warning("%s card registry unreachable: %s", origin.reference, lost)
        hot.release()
        return replace(case, registry=Registry.UNREACHABLE), Facts()
    except Exception:
        log.exception("%s card registry failed", origin.reference)
        hot.release()
        return replace(case, registry=Registry.FAULTY), Facts()
    return replace(case, officer=facts.officer, insured=facts.insured), facts


def _answer(judged: Verdict, facts: Facts, question: Question, asker: Asker, policy: InForce) -> Answer:
    """What leaves the house: facts and history only where the code and the rights let them."""
    officer_sees = not question.names_officer or (facts.officer is not None and facts.officer.sees_history)
    said = wording.sentence(judged, facts.insured)
    if not judged.official.facts:
        return Answer(judged, said, officer_sees)
    shown = judged.official.history and asker.may_see_history and officer_sees
    return Answer(
        judged,
        said,
        officer_sees,
        facts.insured,
        tuple(visit for visit in facts.visits if not withheld(visit, policy)) if shown else None,
        facts.checks if shown else None,
        facts.officer.person_id if facts.officer else None,
    )


def withheld(visit: Visit | StoredVisit, policy: InForce) -> bool:
    """Whether policy keeps a visit, as read for a history or as stored, from other people."""
    codes = f"{visit.diagnosis_code} {visit.other_codes}"
    return is_withheld(codes, visit.diagnosis, diagnoses=policy.withheld_diagnoses, words=policy.withheld_words)


def _put_on_record(
    answer: Answer,
    facts: Facts,
    question: Question,
    asker: Asker,
    function: str,
    origin: Origin,
    at: datetime,
) -> None:
    released = len(answer.visits) if answer.visits is not None else None
    row = {
        "person_id": facts.insured.person_id if facts.insured else None,
        "at": at,
        "reference": origin.reference,
        "account_name": asker.account_name,
        "unit_code": asker.unit_code,
        "code": answer.verdict.code,
        "history_shown": answer.visits is not None,
        "actor": asker.actor,
        "officer": asker.actor if asker.person_id else _officer_name(facts, question),
        "address": origin.address,
        "port": origin.port,
        "object": _object_name(facts, question),
        "details": msgspec.json.encode({"function": function, "visits": released}).decode(),
    }
    try:
        hot.run(RECORD, row)
    except hot.DatabaseError as lost:
        log.error("%s look-up not recorded: %s", origin.reference, type(lost).__name__)
        raise NotRecordedError(type(lost).__name__) from lost


def _officer_name(facts: Facts, question: Question) -> str:
    """The officer as the record names them; an unknown one by the keyed digest of the CCCD they gave."""
    if facts.officer:
        return f"person:{facts.officer.person_id}"
    citizen = clean_number(question.officer_citizen or "")
    return f"citizen:{settings.KEYS.digest(citizen).hex()}" if is_citizen_number(citizen) else ""


def _object_name(facts: Facts, question: Question) -> str:
    """The person asked for; one not found by the number, a CCCD by its digest."""
    if facts.insured:
        return f"insured:{facts.insured.person_id}"
    card = question.ask
    if card is None:
        return ""
    shown = settings.KEYS.digest(card.number).hex() if card.by is AskedBy.CITIZEN else card.number
    return f"{card.by}:{shown}"
