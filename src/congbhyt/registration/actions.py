"""Steps of requests: each locks the request, asks state and authority, and leaves timeline, record and message.

What a kind does when a line comes into force or ends is handed in by the kind's own package, so that imports go down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from congbhyt.audit import actions as audit
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.identifiers import tidy_phone
from congbhyt.kernel.names import tidy
from congbhyt.policy.rules import InForce
from congbhyt.registration import authority, deadlines, notices, papers
from congbhyt.registration.models import PURPOSES, Request, StepTaken
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import (
    EmptyRequestError,
    FieldError,
    LineDecidedError,
    NotEditableError,
    NothingChosenError,
    OpenRequestError,
    PartlyDecidedError,
    RequestFullError,
    SummaryMissingError,
)
from congbhyt.registration.rules import (
    REASON_LENGTH,
    STEPS,
    Kind,
    LineState,
    State,
    Step,
    check_step,
    state_of,
)
from congbhyt.units.models import Agency, Unit

MOST_LINES = 2000
"""Lines of one request; the largest hospitals register some hundreds of people."""
Effect = Callable[[Any], None]
"""What a kind does with one of its lines."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the lines of a form."""

    manner: str = Request.Manner.SUPPLEMENT
    purposes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    justification: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    filed_from: str = ""


@transaction.atomic
def begin(*, kind: Kind, home: Unit | Agency, head: Head, performer: Performer, at: datetime) -> Request:
    """Begin a request as a draft.

    Raises:
        NotYoursToFileError: not for this unit or agency.
        OpenRequestError: one of this kind is under way.
        FieldError: a field of `head` has no possible value; an officer names the unit's paper.
    """
    authority.need_filer(performer, home, kind)
    unit, agency = (home, None) if isinstance(home, Unit) else (None, home)
    if unit and performer.agency_id and not head.filed_from.strip():
        raise FieldError(field="Văn bản của đơn vị", wanted="ghi số và ngày văn bản mà bạn lập thay")
    request = Request(
        kind=kind, unit=unit, agency=agency, begun_at=at, filed_by=performer.by, filer=performer.person,
        filed_from=tidy(head.filed_from), due_at=deadlines.due(kind, home, at=at),
    )  # fmt: skip
    _fill(request, head, at)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as open_already:
        raise OpenRequestError(home=home.name, kind=request.row.label) from open_already
    _note(request, Step.BEGIN, "", performer, at)
    return request


@transaction.atomic
def fill_head(*, request: Request, head: Head, performer: Performer, at: datetime) -> Request:
    """Change what stands above the lines; the paper then needs a new signature.

    Raises:
        NotEditableError, NotYoursToFileError, FieldError.
    """
    request = editable(request, performer)
    _fill(request, head, at)
    request.save()
    record_edit(request, "head", performer=performer, at=at)
    return request


def record_edit(request: Request, what: str, *, performer: Performer, at: datetime, line: int | None = None) -> None:
    """Put on record who changed what of a draft: officers may, and the unit must be able to see it."""
    audit.record(
        "registration:draft:change", by=performer.by, at=at, object=f"request:{request.pk}", origin=performer.origin,
        unit_code=request.unit.code if request.unit else "", details={"what": what, "line": line},
    )  # fmt: skip


def editable(request: Request, performer: Performer) -> Request:
    """The request, locked, if this performer may change its lines now.

    Raises:
        NotYoursToFileError, NotEditableError.
    """
    request = locked(request)
    authority.need_editor(performer, request)
    if not request.is_editable:
        raise NotEditableError
    return request


def need_room(request: Request) -> None:
    """Make sure that a request takes one more line: pages show all of them, and people read them.

    Raises:
        RequestFullError.
    """
    if request.lines.count() >= MOST_LINES:
        raise RequestFullError(most=MOST_LINES)


def locked(request: Request) -> Request:
    """The request as it is now, kept from changing until the transaction ends: one decision stands."""
    rows = Request.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("unit", "agency", "filer").get(pk=request.pk)


def _fill(request: Request, head: Head, at: datetime) -> None:
    _check_period(head, vietnam_day(at))
    phone = tidy_phone(head.contact_phone) if head.contact_phone else ""
    if phone is None:
        raise FieldError(field="Điện thoại liên hệ", wanted="cần 10 chữ số, bắt đầu bằng 0")
    if unknown := [purpose for purpose in head.purposes if purpose not in PURPOSES]:
        raise FieldError(field="Mục đích", wanted=f"không có «{unknown[0]}»")
    if len(head.justification) > REASON_LENGTH:
        raise FieldError(field="Lý do", wanted=f"tối đa {REASON_LENGTH} ký tự")
    if request.kind == Kind.EMERGENCY and not head.justification.strip():
        raise FieldError(field="Lý do", wanted="ghi sự cố gì, ai báo, lúc nào")
    request.manner, request.purposes = head.manner, sorted(head.purposes)
    request.valid_from, request.valid_to = head.valid_from, head.valid_to
    request.justification = tidy(head.justification)
    request.contact_name, request.contact_email = tidy(head.contact_name), head.contact_email
    request.contact_phone_sealed = settings.KEYS.seal(phone) if phone else None


def _check_period(head: Head, today: date) -> None:
    """A list that replaces the whole begins when it is opened: what it replaces ends then, and nothing may lie between.

    Raises:
        FieldError: it ends before it begins or is over, or begins later and replaces.
    """
    if head.valid_from and head.valid_to and head.valid_to < head.valid_from:
        raise FieldError(field="Thời hạn", wanted="ngày kết thúc không được trước ngày bắt đầu")
    if head.valid_to and head.valid_to < today:
        raise FieldError(field="Thời hạn", wanted="ngày kết thúc đã qua")
    if head.manner == Request.Manner.REPLACEMENT and head.valid_from and head.valid_from > today:
        raise FieldError(
            field="Dùng từ ngày", wanted="để trống khi thay toàn bộ danh sách: danh sách cũ ngừng ngay khi mở"
        )


@transaction.atomic
def submit(*, request: Request, performer: Performer, policy: InForce, at: datetime) -> Request:
    """Send a draft, or what was sent back, to the agency that decides.

    Raises:
        NotYoursToFileError, StepError, EmptyRequestError.
    """
    request = locked(request)
    authority.need_editor(performer, request)
    check_step(Step.SUBMIT, State(request.state))
    if not request.lines.exists():
        raise EmptyRequestError
    request.submitted_at = at
    request.decide_by = deadlines.decide_by(Kind(request.kind), policy=policy, at=at)
    _move(request, Step.SUBMIT, State.SUBMITTED, performer, at)
    notices.submitted(request, at=at)
    return request


@transaction.atomic
def send_back(*, request: Request, reason: str, performer: Performer, at: datetime) -> Request:
    """Return a request for correction, saying what is wrong.

    Raises:
        NotYoursToDecideError, OwnRequestError, StepError, PartlyDecidedError, FieldError.
    """
    request = locked(request)
    check_step(Step.SEND_BACK, State(request.state))
    authority.need_decider(performer, request)
    _need_undecided(request)
    _move(request, Step.SEND_BACK, State.RETURNED, performer, at, reason=need_reason(reason))
    notices.sent_back(request, reason, at=at)
    return request


@transaction.atomic
def withdraw(*, request: Request, performer: Performer, at: datetime) -> Request:
    """Take a request back before anything of it is decided.

    Raises:
        NotYoursToFileError, StepError, PartlyDecidedError.
    """
    request = locked(request)
    authority.need_editor(performer, request)
    check_step(Step.WITHDRAW, State(request.state))
    _need_undecided(request)
    request.settled_at = at
    _move(request, Step.WITHDRAW, State.WITHDRAWN, performer, at)
    return request


@transaction.atomic
def decide(
    *,
    request: Request,
    numbers: Collection[int],
    approve: bool,
    reason: str,
    performer: Performer,
    policy: InForce,
    at: datetime,
    effect: Effect,
) -> Request:
    """Approve or refuse those lines; without a national centre what is approved is in force at once (`effect`).

    Raises:
        NothingChosenError, StepError, NotYoursToDecideError, OwnRequestError.
        LineDecidedError: somebody was faster with one of them; nothing is changed.
        PaperMissingError: approval needs the signed paper.
        FieldError: a refusal needs its reason.
    """
    request = locked(request)
    check_step(Step.DECIDE, State(request.state))
    authority.need_decider(performer, request)
    reason = _remark(reason) if approve else need_reason(reason)
    if approve:
        papers.need(request, policy=policy)
    lines = _chosen(request, numbers, LineState.WAITING)
    for line in lines:
        line.decided_by, line.decided_at, line.reason = performer.by, at, reason
        if not approve:
            line.state = LineState.REFUSED
        elif request.row.opened_with:
            line.state = LineState.APPROVED
        else:
            line.state, line.in_force_at, line.opened_by = LineState.IN_FORCE, at, performer.by
            effect(line)
        line.save()
    verdict = "Duyệt" if approve else "Từ chối"
    _after_lines(request, Step.DECIDE, lines, performer, at, reason=f"{verdict}: {reason}" if reason else verdict)
    return request


@transaction.atomic
def open_lines(
    *,
    request: Request,
    numbers: Collection[int],
    let: bool,
    reason: str,
    performer: Performer,
    policy: InForce,
    at: datetime,
    effect: Effect,
) -> Request:
    """Open, or refuse to open, approved lines (CV 1923/BHXH-CNTT §1: the national IT centre).

    Raises:
        NothingChosenError, StepError, NotYoursToDecideError, OwnRequestError, LineDecidedError, FieldError.
        SummaryMissingError: the province has not compiled it yet.
    """
    request = locked(request)
    check_step(Step.OPEN, State(request.state))
    authority.need_opener(performer, request)
    if policy.summary_needed and request.summary_id is None:
        raise SummaryMissingError
    reason = _remark(reason) if let else need_reason(reason)
    lines = _chosen(request, numbers, LineState.APPROVED)
    for line in lines:
        line.opened_by, line.reason = performer.by, reason
        line.state = LineState.IN_FORCE if let else LineState.REFUSED
        if let:
            line.in_force_at = at
            effect(line)
        line.save()
    verdict = "Mở" if let else "Không mở"
    _after_lines(request, Step.OPEN, lines, performer, at, reason=f"{verdict}: {reason}" if reason else verdict)
    return request


@transaction.atomic
def end_lines(
    *,
    request: Request,
    numbers: Collection[int],
    step: Step,
    reason: str,
    performer: Performer,
    at: datetime,
    effect: Effect,
) -> Request:
    """End lines in force: revoked, expired or replaced. Who may revoke, the kind's package asks.

    Raises:
        NothingChosenError, StepError, LineDecidedError, FieldError.
    """
    request = locked(request)
    check_step(step, State(request.state))
    lines = _chosen(request, numbers, LineState.IN_FORCE)
    reason = need_reason(reason)
    for line in lines:
        line.state, line.ended_by, line.ended_at, line.end_reason = LineState.ENDED, performer.by, at, reason
        effect(line)
        line.save()
    _after_lines(request, step, lines, performer, at, reason=reason)
    return request


def need_reason(reason: str) -> str:
    """The reason, tidied.

    Raises:
        FieldError: none, or more than the record holds.
    """
    tidied = tidy(reason)
    if not tidied or len(tidied) > REASON_LENGTH:
        raise FieldError(field="Lý do", wanted=f"không để trống, tối đa {REASON_LENGTH} ký tự")
    return tidied


def _remark(text: str) -> str:
    """What a yes may carry: nothing, or as much as the record holds."""
    return need_reason(text) if text.strip() else ""


def _need_undecided(request: Request) -> None:
    if request.lines.exclude(state=LineState.WAITING).exists():
        raise PartlyDecidedError


def _chosen(request: Request, numbers: Collection[int], state: LineState) -> list[Any]:
    """The lines with these numbers, all of which must be in `state`.

    Raises:
        NothingChosenError, LineDecidedError.
    """
    wanted = set(numbers)
    if not wanted:
        raise NothingChosenError
    rows = request.lines.filter(number__in=wanted, state=state)
    lines = list(rows.select_related("request").order_by("number"))
    if gone := wanted - {line.number for line in lines}:
        raise LineDecidedError(numbers=", ".join(map(str, sorted(gone))))
    return lines


def _after_lines(
    request: Request, step: Step, lines: Sequence[Any], performer: Performer, at: datetime, *, reason: str
) -> None:
    """Let the request follow its lines."""
    states = [LineState(state) for state in request.lines.values_list("state", flat=True)]
    state = state_of(states, ended_by=step)
    if state not in (State.SUBMITTED, State.APPROVED):
        request.settled_at = request.settled_at or at
    _move(request, step, state, performer, at, reason=reason, lines=[line.number for line in lines])
    if state is not State.SUBMITTED:
        notices.moved(request, step, at=at)


def _move(
    request: Request, step: Step, to: State, performer: Performer, at: datetime, *, reason: str = "",
    lines: Sequence[int] = (),
) -> None:  # fmt: skip
    if to not in STEPS[step].leads_to:
        raise AssertionError(f"{step} does not lead to {to}")
    began = request.state
    request.state = to
    request.save()
    _note(request, step, began, performer, at, reason=reason, lines=lines)


def _note(
    request: Request, step: Step, began: str, performer: Performer, at: datetime, *, reason: str = "",
    lines: Sequence[int] = (),
) -> None:  # fmt: skip
    StepTaken.objects.create(
        request=request, step=step, from_state=began, to_state=request.state, by=performer.by,
        person=performer.person, at=at, reason=reason[:REASON_LENGTH], lines=list(lines),
    )  # fmt: skip
    audit.record(
        f"registration:{request.kind}:{step}", by=performer.by, at=at, object=f"request:{request.pk}",
        unit_code=request.unit.code if request.unit else "", origin=performer.origin,
        details={"from": began, "to": request.state, "lines": list(lines), "reason": reason},
    )  # fmt: skip
