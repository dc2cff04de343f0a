"""What an officer can do with a request now, prepared for the request page; why not, where nothing can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from congbhyt.accounts import queries as accounts
from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.enrolment import queries as people
from congbhyt.enrolment.models import PersonLine
from congbhyt.kernel.clock import wire_day
from congbhyt.kernel.identifiers import masked
from congbhyt.kernel.names import same_name
from congbhyt.kernel.refusal import Refusal
from congbhyt.network import queries as network
from congbhyt.network.models import AddressLine
from congbhyt.network.rules import is_wide
from congbhyt.portal.forms import PageForm
from congbhyt.portal.inbox_forms import DecideForm, OpenForm, PaperNoteForm, RevokeForm, SendBackForm
from congbhyt.portal.inbox_presenters import line_word
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.request_kinds import acts_of
from congbhyt.portal.state_words import StateWord
from congbhyt.registration import authority, papers
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import SummaryMissingError
from congbhyt.registration.rules import Kind, LineState, State


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line to choose: who or what, the rest in few words, and what the officer must know before deciding."""

    number: int
    title: str
    facts: tuple[str, ...]
    state: StateWord
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """One way to send a form."""

    value: str
    label: str
    look: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that this officer can do now: a form, perhaps about lines to tick."""

    route: str
    title: str
    says: str
    form: PageForm
    buttons: tuple[Button, ...]
    lines: Sequence[LineRow] = ()
    ticked: frozenset[int] = frozenset()
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Deciding:
    """Everything that this officer can do, and the sentence for what they cannot. `seen` is the content shown.

    `gone`: what was just refused cannot be done any more, so that its form is not among the acts.
    """

    request: Request
    why_not: str
    acts: tuple[Act, ...]
    seen: str
    gone: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.why_not and not self.acts and not self.gone


_APPROVE, _REFUSE = (
    Button("approve", "Duyệt các dòng đã chọn", "primary"),
    Button("refuse", "Từ chối", "outline-danger"),
)
_OPEN, _SHUT = Button("open", "Mở các dòng đã chọn", "primary"), Button("shut", "Không mở", "outline-danger")
_EFFECTS = {
    Kind.ADDRESSES: "Dòng được duyệt chờ BHXH tỉnh tổng hợp 02/th-ip-ctn và trung tâm quốc gia mở kết nối.",
    Kind.EMERGENCY: "Địa chỉ được duyệt có hiệu lực sau vài giây và tự hết sau {hours} giờ.",
    Kind.PEOPLE: "Người được duyệt có tài khoản và quyền ngay; người mới nhận mã kích hoạt qua SMS.",
    Kind.ADMINISTRATOR: "Người được duyệt thành quản trị của đơn vị ngay; quản trị cũ hết quyền.",
    Kind.APPROVERS: "Người được duyệt có quyền phê duyệt ngay; người mới nhận mã kích hoạt qua SMS.",
}
_REVOKED = {
    "addresses": "Địa chỉ bị thu hồi ngừng kết nối sau vài giây. Đơn vị được báo tin.",
    "people": "Người bị thu hồi mất quyền của dòng này ngay, ở mọi nơi. Đơn vị được báo tin.",
}


_FORMS = (DecideForm, OpenForm, PaperNoteForm, RevokeForm, SendBackForm)


def block(page: Page, request: Request, sent: PageForm | None = None) -> Deciding | None:
    """What this officer can do with the request now; None for people of units and when there is nothing to say.

    `sent` is the form that was just refused; it stands in its place with what was typed.
    """
    performer = performer_of(page)
    if performer.agency_id is None:
        return None
    why_not, acts = _now(page, request, performer)
    acts += _revoke(page, request, performer)
    shown = tuple(_with_sent(act, sent, page) for act in acts)
    gone = isinstance(sent, _FORMS) and all(act.form is not sent for act in shown)
    deciding = Deciding(request, why_not, shown, check_code(request), gone)
    return None if deciding.is_empty else deciding


def _with_sent(act: Act, sent: PageForm | None, page: Page) -> Act:
    """The act with what was ticked: all that the address asks for, or what was just sent."""
    if sent and type(sent) is type(act.form):
        ticked = frozenset(page.numbers("lines"))
        return replace(act, form=sent, ticked=ticked)
    if page.request.GET.get("chon") == act.route:
        every = frozenset(line.number for line in act.lines)
        return replace(act, ticked=every)
    return act


def _now(page: Page, request: Request, performer: Performer) -> tuple[str, list[Act]]:
    """Why nothing can be decided or opened, else what can."""
    if request.state == State.SUBMITTED:
        return _to_decide(page, request, performer)
    if request.state == State.APPROVED:
        return _to_open(page, request, performer)
    return "", []


def _to_decide(page: Page, request: Request, performer: Performer) -> tuple[str, list[Act]]:
    try:
        authority.need_decider(performer, request)
    except Refusal as refusal:
        return refusal.sentence, []
    lacks = papers.missing(request, policy=page.policy)
    says = _EFFECTS[Kind(request.kind)].format(hours=int(page.policy.emergency_length.total_seconds() // 3600))
    buttons = (_REFUSE,) if lacks else (_APPROVE, _REFUSE)
    waiting = line_rows(page, request, LineState.WAITING)
    acts = [Act("decide", "Duyệt hoặc từ chối", says, DecideForm(), buttons, waiting, lacks=lacks)]
    if lacks:
        acts.insert(0, _note())
    if not request.lines.exclude(state=LineState.WAITING).exists():
        acts.append(_send_back())
    return "", acts


def _note() -> Act:
    says = "Khi bản giấy có chữ ký và dấu đã đến cơ quan, ghi nhận ở đây thay cho bản ký số."
    return Act("paper-note", "Đã nhận bản giấy", says, PaperNoteForm(), (Button("", "Ghi nhận bản giấy", "primary"),))


def _send_back() -> Act:
    says = "Cả đề nghị trở về đơn vị; đơn vị sửa rồi gửi lại. Nội dung sửa cần chữ ký mới."
    return Act("send-back", "Trả lại để sửa", says, SendBackForm(), (Button("", "Trả lại đơn vị", "outline-primary"),))


def _to_open(page: Page, request: Request, performer: Performer) -> tuple[str, list[Act]]:
    try:
        authority.need_opener(performer, request)
    except Refusal as refusal:
        return f"Đã duyệt, chờ mở kết nối. {refusal.sentence}", []
    if page.policy.summary_needed and request.summary_id is None:
        return SummaryMissingError().sentence, []
    says = "Dòng được mở có hiệu lực ở cả hai cổng sau vài giây."
    approved = line_rows(page, request, LineState.APPROVED)
    return "", [Act("open", "Mở kết nối", says, OpenForm(), (_OPEN, _SHUT), approved)]


def _revoke(page: Page, request: Request, performer: Performer) -> list[Act]:
    if not performer.rights & _MAY_REVOKE or not acts_of(request).may_revoke(request, performer):
        return []
    lines = line_rows(page, request, LineState.IN_FORCE)
    if not lines:
        return []
    button = Button("", "Thu hồi các dòng đã chọn", "danger")
    return [Act("revoke", "Thu hồi dòng đang hiệu lực", _REVOKED[request.row.lines], RevokeForm(), (button,), lines)]


_MAY_REVOKE = frozenset({Right.APPROVE_REQUESTS, Right.OPEN_ADDRESSES, Right.APPOINT_APPROVERS})


def line_rows(page: Page, request: Request, state: LineState) -> list[LineRow]:
    """The request's lines in that state, with what the officer must know."""
    if request.row.lines == "addresses":
        return address_rows(page, [line for line in network.of(request) if line.state == state])
    return _people_rows(request, [line for line in people.of(request) if line.state == state])


def address_rows(page: Page, lines: Sequence[AddressLine]) -> list[LineRow]:
    """Address lines of any requests."""
    shared = network.shared_each(lines, at=page.at)
    return [_address_row(page, line, [unit.code for unit in shared[line.pk]]) for line in lines]


def _address_row(page: Page, line: AddressLine, sharers: Sequence[str]) -> LineRow:
    policy, warnings = page.policy, []
    if sharers:
        warnings.append(f"Đơn vị khác cũng đang dùng địa chỉ này: {_few(sharers)}.")
    if is_wide(line.span, widest_v4=policy.widest_v4, widest_v6=policy.widest_v6):
        warnings.append(f"Dải rộng hơn thường lệ ({line.span.count} địa chỉ). Lý do: {line.request.justification}.")
    facts = [line.get_line_type_display(), line.provider, f"cho {line.home.code} {line.home.name}"]
    return LineRow(line.number, str(line.span), _some(*facts), line_word(line.state), tuple(warnings))


def _few(codes: Sequence[str]) -> str:
    """The first of many codes."""
    first = ", ".join(codes[:5])
    return first if len(codes) <= 5 else f"{first} và {len(codes) - 5} đơn vị nữa"


def _some(*facts: str) -> tuple[str, ...]:
    return tuple(fact for fact in facts if fact)


def _people_rows(request: Request, lines: Sequence[PersonLine]) -> list[LineRow]:
    known = people.known_each([line for line in lines if line.state == LineState.WAITING])
    return [_person_row(request, line, known.get(line.pk, ())) for line in lines]


def _person_row(request: Request, line: PersonLine, known: Sequence[Person]) -> LineRow:
    rights = ", ".join(RIGHTS[Right(right)].label for right in line.rights)
    place = ", ".join(_some(line.position, line.department))
    until = f"đến {wire_day(line.valid_to)}" if line.valid_to else ""
    facts = _some(f"CCCD {masked(line.citizen_number)}", place, rights, until)
    return LineRow(line.number, line.full_name, facts, line_word(line.state), _known(request, line, known))


def _known(request: Request, line: PersonLine, known: Sequence[Person]) -> tuple[str, ...]:
    """Who has this CCCD already, here and elsewhere."""
    home: Any = request.home
    here = [person for person in known if person.home == home]
    elsewhere = [person for person in known if person.home != home]
    told = [sentence for person in here for sentence in _known_here(line, person)]
    if elsewhere:
        told.append(f"Số CCCD này cũng có tài khoản ở nơi khác: {_few([person.handle for person in elsewhere])}.")
    told += [
        f"Nơi khác ghi tên «{person.full_name}», khác tên trong đề nghị."
        for person in elsewhere
        if not same_name(person.full_name, line.full_name)
    ]
    return tuple(told)


def _known_here(line: PersonLine, person: Person) -> list[str]:
    """What an approval does to the account that is here: codes go to the new telephone, so whose it is matters."""
    if same_name(person.full_name, line.full_name):
        told = [f"Đã có tài khoản {person.handle}; duyệt sẽ cập nhật."]
    else:
        told = [f"Số CCCD này đã có tài khoản {person.handle} tên «{person.full_name}»; duyệt sẽ đổi tên."]
    if person.state == Person.State.LOCKED:
        told.append("Tài khoản này đang bị khóa; duyệt sẽ mở khóa.")
    if person.phone_digest is None or bytes(person.phone_digest) != settings.KEYS.digest(line.phone):
        told.append(
            f"Duyệt sẽ đổi số điện thoại nhận mã từ {accounts.masked_numbers(person).phone or '(chưa có)'} sang "
            f"{masked(line.phone)}: hỏi lại đơn vị nếu văn bản không nói đến."
        )
    if line.social_number and person.social_number and line.social_number != person.social_number:
        told.append("Duyệt sẽ đổi mã số BHXH của tài khoản này.")
    return told
