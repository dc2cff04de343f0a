"""The one request machine: kinds of request, states, and which step leads from where to where.

docs/reference/request-states.md is generated from these tables (CV 1923/BHXH-CNTT §1-2, TT 12/2026/TT-BTC Đ3, Đ16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from congbhyt.accounts.authz import Right
from congbhyt.registration.refusals import StepError


class Kind(StrEnum):
    """What is asked for; the value is stored."""

    ADDRESSES = "addresses"
    EMERGENCY = "emergency"
    PEOPLE = "people"
    ADMINISTRATOR = "administrator"
    APPROVERS = "approvers"


class State(StrEnum):
    """Where a request stands; the value is stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class LineState(StrEnum):
    """Where one line of a request stands; the value is stored."""

    WAITING = "waiting"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    ENDED = "ended"


class Step(StrEnum):
    """What somebody does to a request; the value is stored in its timeline."""

    BEGIN = "begin"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    DECIDE = "decide"
    OPEN = "open"
    REVOKE = "revoke"
    EXPIRE = "expire"
    REPLACE = "replace"


class Performer(StrEnum):
    """Who takes a step."""

    FILER = "đơn vị, hoặc cán bộ lập thay"
    DECIDER = "cơ quan tiếp nhận"
    OPENER = "trung tâm quốc gia"
    ANY_OF_THEM = "đơn vị hoặc cơ quan BHXH"
    SYSTEM = "hệ thống"


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind's official form, where its lines are, and the rights that decide and open it.

    Without `opened_with` a line is in force as soon as it is approved.
    """

    label: str
    form: str
    lines: str
    decided_with: Right
    opened_with: Right | None = None
    filed_by_unit: bool = True


KINDS: Mapping[Kind, KindRow] = {
    Kind.ADDRESSES: KindRow(
        "Đăng ký địa chỉ IP", "01/dk-ip-ctn", "addresses", Right.APPROVE_REQUESTS, Right.OPEN_ADDRESSES
    ),
    Kind.EMERGENCY: KindRow("Địa chỉ khẩn cấp", "", "addresses", Right.APPROVE_REQUESTS, filed_by_unit=False),
    Kind.PEOPLE: KindRow("Đăng ký người sử dụng", "01/dk-ctn", "people", Right.APPROVE_REQUESTS),
    Kind.ADMINISTRATOR: KindRow("Tài khoản quản trị", "08/BH", "people", Right.APPROVE_REQUESTS),
    Kind.APPROVERS: KindRow(
        "Cán bộ phê duyệt", "02/dk-ctn", "people", Right.APPOINT_APPROVERS, filed_by_unit=False
    ),
}  # fmt: skip

STATE_LABELS: Mapping[State, str] = {
    State.DRAFT: "Đang soạn",
    State.SUBMITTED: "Chờ duyệt",
    State.RETURNED: "Trả lại để sửa",
    State.APPROVED: "Đã duyệt, chờ mở",
    State.IN_FORCE: "Đang hiệu lực",
    State.REFUSED: "Từ chối",
    State.WITHDRAWN: "Đã rút",
    State.EXPIRED: "Hết hạn",
    State.REVOKED: "Đã thu hồi",
    State.REPLACED: "Đã thay thế",
}
LINE_LABELS: Mapping[LineState, str] = {
    LineState.WAITING: "Chờ duyệt",
    LineState.APPROVED: "Đã duyệt, chờ mở",
    LineState.IN_FORCE: "Đang hiệu lực",
    LineState.REFUSED: "Từ chối",
    LineState.ENDED: "Đã ngừng",
}

OPEN_STATES = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED})
"""Of a unit and kind only one request may be in one of these, the emergency address excepted."""
EDITABLE_STATES = frozenset({State.DRAFT, State.RETURNED})
"""In these a unit may still change what it asks for."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step's name, the states it leads from and to, who takes it, and whether it must say why."""

    label: str
    begins: frozenset[State]
    leads_to: frozenset[State]
    performer: Performer
    reason: bool = False


_S = State
_AFTER_APPROVAL = frozenset({_S.APPROVED, _S.IN_FORCE, _S.REFUSED})
_PARTLY = frozenset({_S.SUBMITTED, _S.APPROVED, _S.IN_FORCE})
"""States in which some lines may be in force."""

STEPS: Mapping[Step, StepRow] = {
    Step.BEGIN: StepRow("Lập", frozenset(), frozenset({_S.DRAFT}), Performer.FILER),
    Step.SUBMIT: StepRow("Gửi", EDITABLE_STATES, frozenset({_S.SUBMITTED}), Performer.FILER),
    Step.SEND_BACK: StepRow(
        "Trả lại để sửa", frozenset({_S.SUBMITTED}), frozenset({_S.RETURNED}), Performer.DECIDER, reason=True
    ),
    Step.WITHDRAW: StepRow(
        "Rút", frozenset({_S.DRAFT, _S.SUBMITTED, _S.RETURNED}), frozenset({_S.WITHDRAWN}), Performer.FILER
    ),
    Step.DECIDE: StepRow(
        "Duyệt từng dòng", frozenset({_S.SUBMITTED}), frozenset({_S.SUBMITTED}) | _AFTER_APPROVAL, Performer.DECIDER
    ),
    Step.OPEN: StepRow("Mở kết nối", frozenset({_S.APPROVED}), _AFTER_APPROVAL, Performer.OPENER),
    Step.REVOKE: StepRow("Thu hồi", _PARTLY, _PARTLY | {_S.REVOKED}, Performer.ANY_OF_THEM, reason=True),
    Step.EXPIRE: StepRow("Hết hạn", _PARTLY, _PARTLY | {_S.EXPIRED}, Performer.SYSTEM),
    Step.REPLACE: StepRow("Thay thế", _PARTLY, _PARTLY | {_S.REPLACED}, Performer.SYSTEM),
}
ENDINGS: Mapping[Step, State] = {
    Step.REVOKE: State.REVOKED,
    Step.EXPIRE: State.EXPIRED,
    Step.REPLACE: State.REPLACED,
}
"""What a request is called whose last line in force was ended by this step."""

REASON_LENGTH = 300


def check_step(step: Step, state: State) -> None:
    """Make sure that `step` may be taken in `state`.

    Raises:
        StepError: it may not; somebody may have been faster.
    """
    if state not in STEPS[step].begins:
        raise StepError(step=STEPS[step].label, state=STATE_LABELS[state])


def state_of(lines: Iterable[LineState], *, ended_by: Step | None = None) -> State:
    """What a submitted request is called, by its lines: the least advanced one tells what it waits for."""
    found = frozenset(lines)
    if LineState.WAITING in found:
        return State.SUBMITTED
    if LineState.APPROVED in found:
        return State.APPROVED
    if LineState.IN_FORCE in found:
        return State.IN_FORCE
    if LineState.ENDED in found:
        return ENDINGS[ended_by or Step.REVOKE]
    return State.REFUSED
