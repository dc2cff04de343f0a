"""What the look-up page shows, prepared so that templates only place it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from congbhyt.insured.models import Visit as StoredVisit
from congbhyt.kernel.clock import VIETNAM, months_before, vietnam_day, wire_day
from congbhyt.kernel.refusal import Refusal
from congbhyt.kernel.result_codes import RESULT_CODES
from congbhyt.lookup import wording
from congbhyt.lookup.actions import Answer
from congbhyt.lookup.facts import PastCheck, Visit
from congbhyt.lookup.rules import Card, Insured
from congbhyt.otp.queries import Pending
from congbhyt.portal.forms import CodeForm, SocialNumberForm
from congbhyt.portal.page import Page
from congbhyt.portal.state_words import StateWord
from congbhyt.signin import history
from congbhyt.units import queries as units

_OUTCOMES = {"1": "Khỏi", "2": "Đỡ", "3": "Không thay đổi", "4": "Nặng hơn", "5": "Tử vong",
             "6": "Tiên lượng nặng xin về", "7": "Chưa xác định"}  # fmt: skip
_DISCHARGES = {"1": "Ra viện", "2": "Chuyển viện", "3": "Trốn viện", "4": "Xin ra viện",
               "5": "Chuyển viện theo yêu cầu"}  # fmt: skip
_REASONS = {"1": "Đúng tuyến", "2": "Cấp cứu", "3": "Trái tuyến", "4": "Thông tuyến"}
"""Codes of a visit in words (QĐ 4210/QĐ-BYT, QĐ 130/QĐ-BYT); an unknown code is shown as it is."""


GOOD, NEWER = StateWord("good", "check", "Thẻ dùng được"), StateWord("warn", "swap", "Có thẻ mới")
OTHER = StateWord("warn", "info", "Kiểm tra giấy tờ")
OVER, GONE = StateWord("bad", "stop", "Thẻ hết hạn hoặc chưa đến hạn"), StateWord("bad", "stop", "Thẻ không dùng được")
MISMATCH = StateWord("warn", "query", "Thông tin chưa khớp")
NOT_FOUND = StateWord("warn", "query", "Không tìm thấy thẻ")
FAULT = StateWord("fault", "info", "Hệ thống chưa trả lời được")
_LOOKS = {
    "000": GOOD, "001": OTHER, "002": OTHER, "003": NEWER, "004": NEWER, "010": OVER, "050": NOT_FOUND,
    "100": FAULT, "101": FAULT, "110": GONE, "120": GONE, "121": GONE, "122": GONE, "123": GONE, "124": GONE,
    "130": OTHER,
}  # fmt: skip
"""Every other code says that what was typed does not fit."""
_PROGRAMS_ONLY = frozenset({"205", "401", "054", "055"})
"""Codes of calls by programs, which no officer is shown."""
_ADVICE = {
    "050": "Kiểm tra lại mã thẻ, hoặc tra cứu bằng số CCCD 12 chữ số.",
    "051": "Mã thẻ có 15 ký tự; cũng có thể nhập 10 số của mã số BHXH hoặc 12 số CCCD.",
    "052": "Xem lại ký tự thứ 4 và 5 của mã thẻ.",
    "053": "Xem lại ký tự thứ 3 của mã thẻ: từ 1 đến 5.",
    "060": "Nhập họ tên đầy đủ, có dấu, như trên thẻ hoặc CCCD.",
    "061": "Chữ đầu đúng; xem lại phần còn lại và dấu của họ tên.",
    "070": "Xem lại ngày sinh trên giấy tờ; nếu chỉ biết năm thì nhập năm.",
    "100": "Vẫn tiếp nhận người bệnh; thử lại sau ít phút. Nếu vẫn lỗi, báo bộ phận hỗ trợ kèm mã tham chiếu.",
    "101": "Vẫn tiếp nhận người bệnh; thử lại sau ít phút. Nếu vẫn lỗi, báo bộ phận hỗ trợ kèm mã tham chiếu.",
    "003": "Dùng thẻ mới ghi dưới đây.",
    "004": "Thẻ đang tra cứu vẫn còn hạn; thẻ mới ghi dưới đây.",
    "010": "Hướng dẫn người bệnh liên hệ cơ quan BHXH nơi cấp thẻ.",
    "110": "Hướng dẫn người bệnh liên hệ cơ quan BHXH nơi cấp thẻ.",
}


def verdict_words() -> dict[StateWord, list[str]]:
    """Everything with which a verdict begins and which codes it stands for, in the codes' order."""
    words: dict[StateWord, list[str]] = {}
    for code in (code for code in RESULT_CODES if code not in _PROGRAMS_ONLY):
        words.setdefault(_LOOKS.get(code, MISMATCH), []).append(code)
    return words


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict line and the card's facts."""

    look: StateWord
    code: str
    sentence: str
    advice: str
    person: list[tuple[str, str]]
    card: list[tuple[str, str]]
    succession: tuple[Card, Card] | None
    reference: str
    at: datetime

    @classmethod
    def of(cls, answer: Answer, page: Page) -> Result:
        """Prepare an answer for the officer who asked."""
        verdict, insured = answer.verdict, answer.insured
        told = f"{verdict.reason}." if verdict.reason else wording.short(verdict.code, verdict.official.text)
        card, new = verdict.card if insured else None, verdict.new_card if insured else None
        return cls(
            _LOOKS.get(verdict.code, MISMATCH),
            verdict.code,
            told,
            _ADVICE.get(verdict.code, ""),
            _person(insured) if insured else [],
            _card(card) if card else [],
            (card, new) if card and new else None,
            page.visitor.origin.reference,
            page.at,
        )


def _person(insured: Insured) -> list[tuple[str, str]]:
    return [
        ("Họ và tên", insured.name),
        ("Ngày sinh", str(insured.birth)),
        ("Giới tính", wording.gender(insured.gender)),
        ("Mã số BHXH", insured.social_number),
        ("Địa chỉ", insured.address),
    ]


def _card(card: Card) -> list[tuple[str, str]]:
    place = f"{card.first_registration} {card.first_registration_name}".strip()
    return [
        ("Mã thẻ", card.number),
        ("Hạn thẻ", f"{wire_day(card.valid_from)} – {wire_day(card.valid_to) or 'không thời hạn'}"),
        ("Nơi KCB ban đầu", place),
        ("Cơ quan BHXH", card.agency_name),
        ("Mã khu vực", card.area or "—"),
        ("Đủ 5 năm liên tục từ", wire_day(card.five_years_on) or "—"),
        *([("Thẻ cũ", card.replaces)] if card.replaces else []),
    ]


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit in the table of the history."""

    record: str
    facility: str
    admitted_at: datetime
    discharged_at: datetime
    diagnosis: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One look-up in the who-looked trail."""

    who: str
    at: datetime
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One visit in the timeline: place and width in parts of the picture's 1,000."""

    begins: int
    width: int
    told: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The months that history reaches back, with the visits in them."""

    months: list[tuple[int, str]]
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class HistoryPanel:
    """The panel below the answer, in one of its states: why not, ask, type the code, open."""

    why_not: str = ""
    social: SocialNumberForm | None = None
    code: CodeForm | None = None
    pending: Pending | None = None
    resend_seconds: int = 0
    until: datetime | None = None
    visits: list[VisitRow] | None = None
    checks: list[CheckRow] | None = None
    timeline: Timeline | None = None

    @classmethod
    def of(
        cls,
        page: Page,
        *,
        answer: Answer | None = None,
        sent: SocialNumberForm | CodeForm | None = None,
    ) -> HistoryPanel | None:
        """The panel after a look-up (`answer`) or a step of opening (`sent`); None where the code lets nothing out."""
        if answer is not None and not answer.verdict.official.history:
            return None
        if answer is not None and answer.visits is not None:
            return cls._open(page, answer)
        if why_not := _why_not(page):
            return cls(why_not=why_not)
        pending = history.pending_code(page.signed_in, policy=page.policy, at=page.at)
        social = sent if isinstance(sent, SocialNumberForm) else SocialNumberForm()
        if pending is None:
            return cls(social=social)
        code = sent if isinstance(sent, CodeForm) else CodeForm()
        wait = max(-int((page.at - pending.resend_at) // timedelta(seconds=1)), 0)
        return cls(social=social, code=code, pending=pending, resend_seconds=wait)

    @classmethod
    def _open(cls, page: Page, answer: Answer) -> HistoryPanel:
        visits, checks = answer.visits or (), answer.checks or ()
        names = units.names(row.facility_code for row in visits)
        return cls(
            until=page.signed_in.history_until(page.policy, page.at),
            visits=[_visit(row, names) for row in visits],
            checks=[_check(row) for row in checks],
            timeline=_timeline(visits, months_before(page.at, page.policy.history_months), page.at),
        )


def _why_not(page: Page) -> str:
    try:
        history.check_may_open(page.signed_in)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _facility(code: str, names: dict[str, str]) -> str:
    return f"{code} {names.get(code, '')}".strip()


def _visit(row: Visit, names: dict[str, str]) -> VisitRow:
    code = f"{row.diagnosis_code} · " if row.diagnosis_code else ""
    return VisitRow(
        str(row.record_number),
        _facility(row.facility_code, names),
        row.admitted_at,
        row.discharged_at,
        f"{code}{row.diagnosis}",
        _OUTCOMES.get(row.outcome, row.outcome),
        _REASONS.get(row.admission_reason, row.admission_reason),
    )


def _check(row: PastCheck) -> CheckRow:
    text = wording.short(row.code, RESULT_CODES[row.code].text) if row.code in RESULT_CODES else ""
    return CheckRow("Cơ sở được giữ kín" if row.masked else row.account_name, row.checked_at, row.code, text)


def _timeline(visits: Sequence[Visit], since: datetime, until: datetime) -> Timeline:
    span = (until - since) / timedelta(seconds=1)

    def place(moment: datetime) -> int:
        return round(1000 * min(max((moment - since) / timedelta(seconds=1) / span, 0), 1))

    bars = [
        Bar(place(row.admitted_at), max(place(row.discharged_at) - place(row.admitted_at), 6), _told(row))
        for row in visits
    ]
    return Timeline([(place(first), f"{first:%m/%Y}") for first in _months(since, until)], bars)


def _told(row: Visit) -> str:
    return f"{row.admitted_at.astimezone(VIETNAM):%d/%m/%Y} – {row.facility_code}"


def _months(since: datetime, until: datetime) -> list[datetime]:
    """The first day of every second month of the period, as its labels have room."""
    first, last = vietnam_day(since).replace(day=1), vietnam_day(until)
    found: list[datetime] = []
    year, month = first.year, first.month
    while (day := date(year, month, 1)) <= last:
        begins = datetime(day.year, day.month, 1, tzinfo=VIETNAM)
        if begins >= since and (len(found) == 0 or (month - found[0].month) % 2 == 0):
            found.append(begins)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """Everything that is shown of one visit."""

    name: str
    rows: list[tuple[str, str]]
    costs: list[tuple[str, object]]

    @classmethod
    def of(cls, visit: StoredVisit) -> VisitDetail:
        """Prepare a stored visit."""
        stay = f"{visit.admitted_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        left = f"{visit.discharged_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        return cls(
            visit.person.full_name,
            [
                ("Cơ sở KCB", _facility(visit.facility_code, units.names([visit.facility_code]))),
                ("Mã hồ sơ", str(visit.record_number)),
                ("Thẻ đã dùng", visit.card_number),
                ("Vào viện", stay),
                ("Ra viện", left),
                ("Lý do vào viện", _REASONS.get(visit.admission_reason, visit.admission_reason)),
                ("Chẩn đoán chính", f"{visit.diagnosis_code} · {visit.diagnosis}"),
                ("Chẩn đoán kèm theo", visit.other_codes or "—"),
                ("Tình trạng ra viện", _DISCHARGES.get(visit.discharge_status, visit.discharge_status)),
                ("Kết quả điều trị", _OUTCOMES.get(visit.outcome, visit.outcome)),
            ],
            [
                ("Tổng chi phí", visit.total_cost),
                ("Quỹ BHYT trả", visit.insurer_paid),
                ("Người bệnh trả", visit.patient_paid),
            ],
        )
