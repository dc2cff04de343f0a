"""How requests stand in officers' lists: state, age and lateness in words, lines counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from congbhyt.portal.state_words import StateWord
from congbhyt.registration import authority, queries
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.queries import LineCounts
from congbhyt.registration.rules import LINE_LABELS, STATE_LABELS, LineState, State

_LOOKS = {
    State.DRAFT: ("plain", "info"),
    State.SUBMITTED: ("warn", "info"),
    State.RETURNED: ("warn", "swap"),
    State.APPROVED: ("warn", "check"),
    State.IN_FORCE: ("good", "check"),
    State.REFUSED: ("bad", "stop"),
    State.WITHDRAWN: ("plain", "stop"),
    State.EXPIRED: ("plain", "stop"),
    State.REVOKED: ("bad", "stop"),
    State.REPLACED: ("plain", "swap"),
}
_LINE_LOOKS = {
    LineState.WAITING: ("warn", "info"),
    LineState.APPROVED: ("warn", "check"),
    LineState.IN_FORCE: ("good", "check"),
    LineState.REFUSED: ("bad", "stop"),
    LineState.ENDED: ("plain", "stop"),
}


def state_word(request: Request) -> StateWord:
    """Where a request stands."""
    state = State(request.state)
    return StateWord(*_LOOKS[state], STATE_LABELS[state])


def line_word(state: str) -> StateWord:
    """Where a line stands."""
    known = LineState(state)
    return StateWord(*_LINE_LOOKS[known], LINE_LABELS[known])


def age(since: datetime | None, at: datetime) -> str:
    """How long something has waited, as people say it."""
    if since is None:
        return "—"
    hours = int((at - since).total_seconds() // 3600)
    if hours < 1:
        return "dưới 1 giờ"
    return f"{hours} giờ" if hours < 24 else f"{hours // 24} ngày"


def lateness(request: Request, at: datetime) -> StateWord | None:
    """What is late about a request now; None when nothing is."""
    if request.state == State.SUBMITTED and request.decide_by and request.decide_by <= at:
        return StateWord("bad", "stop", f"Quá hạn duyệt {age(request.decide_by, at)}")
    if request.is_late:
        return StateWord("warn", "info", "Đơn vị gửi trễ hạn")
    if request.is_editable and request.due_at and request.due_at <= at:
        return StateWord("warn", "info", "Chưa gửi, đã trễ hạn")
    return None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One request in an officer's table."""

    request: Request
    state: StateWord
    counts: LineCounts
    age: str
    late: StateWord | None
    decidable: bool

    @classmethod
    def all_of(cls, requests: Iterable[Request], performer: Performer, *, at: datetime) -> list[InboxRow]:
        """Rows for some of the table."""
        found = list(requests)
        counts = queries.line_counts(found)
        return [cls._of(request, counts.get(request.pk, LineCounts()), performer, at) for request in found]

    @classmethod
    def _of(cls, request: Request, counts: LineCounts, performer: Performer, at: datetime) -> InboxRow:
        decidable = request.state == State.SUBMITTED and authority.office_decides(performer, request)
        since = request.submitted_at or request.begun_at
        return cls(request, state_word(request), counts, age(since, at), lateness(request, at), decidable)

    @property
    def cells(self) -> Sequence[str | int | datetime | None]:
        """The row of a file."""
        request = self.request
        return (
            request.label, request.row.label, request.home.code, request.home.name, self.state.word,
            self.counts.total, self.counts.waiting, self.counts.in_force, self.counts.refused, request.begun_at,
            request.submitted_at, request.decide_by, self.late.word if self.late else "",
        )  # fmt: skip


COLUMNS = (
    ("Số đề nghị", 12), "Loại", ("Mã đơn vị", 12), ("Tên đơn vị", 40), "Trạng thái", ("Số dòng", 9), ("Chờ duyệt", 9),
    ("Đang hiệu lực", 9), ("Từ chối hoặc đã ngừng", 9), "Lập lúc", "Gửi lúc", "Hạn duyệt", "Trễ hạn",
)  # fmt: skip
