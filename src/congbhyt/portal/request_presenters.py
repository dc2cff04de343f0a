"""How one request is shown: its facts, lines, papers and timeline, and what the person may do with it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.queries import named
from congbhyt.enrolment.models import PersonLine
from congbhyt.kernel.clock import VIETNAM, wire_day
from congbhyt.kernel.identifiers import masked
from congbhyt.network import queries as network
from congbhyt.network.models import AddressLine
from congbhyt.portal.inbox_presenters import lateness, line_word, state_word
from congbhyt.portal.request_kinds import acts_of
from congbhyt.portal.state_words import StateWord
from congbhyt.registration import authority, papers, queries
from congbhyt.registration.documents import contact_phone
from congbhyt.registration.models import PURPOSES, Paper, Request, StepTaken
from congbhyt.registration.performers import Performer
from congbhyt.registration.queries import LineCounts
from congbhyt.registration.rules import STEPS, Kind, LineState, State, Step
from congbhyt.spreadsheets.writing import Value

_VALID, _UNPROVEN = (
    StateWord("good", "check", "Chữ ký số hợp lệ"),
    StateWord("warn", "info", "Chưa có chữ ký số hợp lệ"),
)
_UNSENT = StateWord("plain", "info", "Chưa gửi")
_NOTED = StateWord("good", "check", "Đã nhận bản giấy")
_NOBODY = {"job": "Hệ thống", "operator": "Người vận hành"}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in the unit's table."""

    request: Request
    state: StateWord
    lines: str
    late: StateWord | None

    @classmethod
    def all_of(cls, requests: Iterable[Request], *, at: datetime) -> list[RequestRow]:
        """Rows for some of the table."""
        found = list(requests)
        counts = queries.line_counts(found)
        return [
            cls(request, state_word(request), _counted(counts.get(request.pk, LineCounts())), lateness(request, at))
            for request in found
        ]

    @property
    def cells(self) -> Sequence[Value]:
        """The row of a file."""
        request = self.request
        return (
            request.label, request.row.label, self.lines, request.begun_at, request.submitted_at, self.state.word,
            self.late.word if self.late else "",
        )  # fmt: skip


COLUMNS = (
    ("Số đề nghị", 12), "Loại", ("Nội dung", 40), "Lập lúc", "Gửi lúc", "Trạng thái", "Trễ hạn",
)  # fmt: skip
"""A unit's requests in a file."""


def _counted(counts: LineCounts) -> str:
    """How many lines, and where they stand."""
    parts = [
        f"{number} {word}"
        for number, word in (
            (counts.in_force, "hiệu lực"), (counts.refused, "từ chối hoặc ngừng"), (counts.waiting, "chờ duyệt"),
        )
        if number and number != counts.total
    ]  # fmt: skip
    return f"{counts.total} dòng" + (f": {', '.join(parts)}" if parts else "")


def facts_of(request: Request) -> list[tuple[str, str]]:
    """What stands above the lines."""
    row, urgent = request.row, request.kind == Kind.EMERGENCY
    facts = [
        ("Đơn vị" if request.unit else "Cơ quan", f"{request.home.code} {request.home.name}"),
        ("Mẫu", row.form or "Không có mẫu: mở tạm trong lúc khẩn cấp"),
        ("Nơi xử lý", authority.decider_name(request)),
    ]
    if request.kind == Kind.ADDRESSES:
        facts.append(("Đăng ký", request.get_manner_display()))
        facts.append(("Mục đích", "; ".join(PURPOSES[purpose] for purpose in request.purposes) or "Chưa chọn"))
        begins, ends = wire_day(request.valid_from) or "khi được mở", wire_day(request.valid_to) or "khi báo ngừng"
        facts.append(("Thời hạn", f"từ {begins} đến {ends}"))
    if request.contact_name or request.contact_phone_sealed:
        parts = (request.contact_name, masked(contact_phone(request)), request.contact_email)
        facts.append(("Người liên hệ", ", ".join(part for part in parts if part)))
    if request.justification:
        facts.append(("Sự cố" if urgent else "Lý do", request.justification))
    if request.filed_from:
        facts.append(("Ai báo" if urgent else "Lập từ văn bản", request.filed_from))
    return facts


def moments_of(request: Request) -> list[tuple[str, str]]:
    """When it began, was sent, is due and was settled, as far as these moments are known."""
    known = (
        ("Lập lúc", request.begun_at),
        ("Hạn gửi", request.due_at),
        ("Gửi lúc", request.submitted_at),
        ("Cơ quan xử lý trước", request.decide_by if request.state == State.SUBMITTED else None),
        ("Xong lúc", request.settled_at),
    )
    return [
        (label, ("trước " if label == "Hạn gửi" else "") + f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}")
        for label, moment in known
        if moment
    ]


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One address line."""

    line: AddressLine
    state: StateWord
    home: str
    said: tuple[str, ...]

    @classmethod
    def all_of(cls, request: Request) -> list[AddressRow]:
        """The lines of a request, in order."""
        return [
            cls(line, _line_word(line), str(line.home) if line.site else "Đơn vị lập", _said(line))
            for line in network.of(request)
        ]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's line; numbers only as far as they tell people apart."""

    line: PersonLine
    state: StateWord
    citizen: str
    social: str
    phone: str
    place: str
    rights: tuple[str, ...]
    said: tuple[str, ...]

    @classmethod
    def all_of(cls, request: Request) -> list[PersonRow]:
        """The lines of a request, in order."""
        return [cls._of(line) for line in request.people.select_related("request").order_by("number")]

    @classmethod
    def _of(cls, line: PersonLine) -> PersonRow:
        place = ", ".join(part for part in (line.position, line.department) if part)
        rights = tuple(RIGHTS[Right(right)].label for right in line.rights)
        return cls(
            line, _line_word(line), masked(line.citizen_number), masked(line.social_number), masked(line.phone),
            place, rights, _said(line),
        )  # fmt: skip


def _line_word(line: AddressLine | PersonLine) -> StateWord:
    """Where a line stands; of a draft nobody has heard yet."""
    return _UNSENT if line.request.is_editable else line_word(line.state)


def _said(line: AddressLine | PersonLine) -> tuple[str, ...]:
    """Why a line stands where it does."""
    return tuple(reason for reason in (line.reason, line.end_reason) if reason)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the timeline."""

    step: StepTaken
    label: str
    who: str
    lines: str


def steps_of(request: Request) -> list[StepRow]:
    """What happened to the request, the newest last."""
    return [
        StepRow(step, step.label, _who(step.by, step.person), ", ".join(map(str, step.lines)))
        for step in queries.timeline(request)
    ]


def _who(by: str, person: Person | None) -> str:
    if person is None:
        return _NOBODY.get(by.partition(":")[0], by)
    name = person.position if person.shared else person.full_name
    return f"{name} · {person.home.code} {person.home.name}"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One signed paper, with what its verification found."""

    paper: Paper
    word: StateWord
    who: str
    current: bool

    @property
    def is_picture(self) -> bool:
        """Whether the page can show it."""
        return self.paper.media_type.startswith("image/")

    @classmethod
    def all_of(cls, request: Request, code: str) -> list[PaperRow]:
        """Every paper of the request, newest first; `code` is the request's check code now."""
        found = list(papers.of(request))
        people = named(paper.added_by for paper in found)
        return [
            cls(paper, _proof(paper), _who(paper.added_by, people.get(paper.added_by)), paper.check_code == code)
            for paper in found
        ]


def _proof(paper: Paper) -> StateWord:
    if paper.kind == Paper.Kind.NOTE:
        return _NOTED
    return _VALID if paper.proves else _UNPROVEN


@dataclass(frozen=True, slots=True)
class May:
    """What the person who asks may do with the request now."""

    edit: bool
    withdraw: bool
    end: bool
    add_paper: bool

    @classmethod
    def of(cls, request: Request, performer: Performer) -> May:
        """Ask state and authority; the domain asks again when it is done."""
        files = authority.may_file(performer, request.home, Kind(request.kind))
        edits = authority.may_edit(performer, request)
        states = set(request.lines.values_list("state", flat=True).distinct())
        ends = LineState.IN_FORCE in states and not performer.agency_id
        return cls(
            edit=edits and request.is_editable,
            withdraw=edits and states <= {LineState.WAITING} and request.state in STEPS[Step.WITHDRAW].begins,
            end=ends and acts_of(request).may_revoke(request, performer),
            add_paper=files and papers.is_wanted(request) and bool(request.row.form),
        )


ROWS: Mapping[str, type[AddressRow | PersonRow]] = {"addresses": AddressRow, "people": PersonRow}
"""How each kind of line is shown."""
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "addresses": ("Dòng", "Địa chỉ IP", "Đường truyền", "Nhà cung cấp", "Dùng cho", "Trạng thái"),
    "people": ("Dòng", "Họ và tên", "Liên hệ", "Chức danh, khoa phòng", "Quyền", "Đến ngày", "Trạng thái"),
}
