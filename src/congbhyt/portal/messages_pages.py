"""SMS: what operators watch, what a sandbox shows of them, and where providers report deliveries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from congbhyt.outbox import queries
from congbhyt.outbox.console import SHOWN
from congbhyt.outbox.models import Message, ShownMessage
from congbhyt.outbox.queries import MessageRow
from congbhyt.outbox.refusals import ReportRefusedError
from congbhyt.outbox.reports import STATUS_PARAMETER, report_delivery
from congbhyt.portal.exporting import exported
from congbhyt.portal.forms import SizeForm
from congbhyt.portal.page import Page
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.portal.state_words import StateWord
from congbhyt.spreadsheets.writing import Sheet, Value

_PLAIN = "text/plain; charset=utf-8"
_CODE = re.compile(r"(?<!\w)(\d{6})(?!\w)")
_LOOKS = {
    Message.State.QUEUED: ("warn", "info"),
    Message.State.SENT: ("plain", "swap"),
    Message.State.DELIVERED: ("good", "check"),
    Message.State.FAILED: ("bad", "stop"),
    Message.State.EXPIRED: ("warn", "stop"),
}
_PURPOSES = {
    "otp:history": "Mã xem lịch sử",
    "otp:sign_in": "Mã đăng nhập",
    "otp:recovery": "Mã đặt lại mật khẩu",
    "otp:phone": "Mã xác nhận số mới",
    "otp:activation": "Mã kích hoạt tài khoản",
    "notice:phone": "Báo đổi số điện thoại",
    "notice:password": "Báo cấp mật khẩu tạm",
    "notice:request": "Báo về đề nghị đăng ký",
    "notice:campaign": "Báo đợt rà soát",
    "notice:suspended": "Báo tạm ngừng tài khoản",
    "grant:history_lookup": "Báo cấp quyền lịch sử",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One message in the operators' table."""

    message: MessageRow
    purpose: str
    state: StateWord
    handed_over: str
    delivered: str

    @classmethod
    def of(cls, message: MessageRow) -> Row:
        """Prepare one."""
        purpose = _PURPOSES.get(message.purpose, message.purpose)
        handed_over, delivered = lasted(message.handed_over_after), lasted(message.delivered_after)
        return cls(message, purpose, _state(message.state), handed_over, delivered)


def _state(state: Message.State) -> StateWord:
    return StateWord(*_LOOKS[state], str(state.label))


def lasted(seconds: float | None) -> str:
    """How long something took, as people say it; a dash while it has not come so far."""
    if seconds is None:
        return "—"
    if seconds < 60:
        return f"{seconds:.1f} giây".replace(".", ",")
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} phút {rest} giây" if minutes < 60 else f"{minutes // 60} giờ {minutes % 60} phút"


_COLUMNS = (
    "Vào hàng đợi", ("Loại", 30), "Trạng thái", "Nhà cung cấp", ("Số lần gửi", 9), "Chuyển sau", "Đến máy sau",
    ("Lỗi gần nhất", 40),
)  # fmt: skip


def _cells(message: MessageRow) -> Sequence[Value]:
    row = Row.of(message)
    return (
        message.queued_at, row.purpose, row.state.word, message.provider, message.attempts, row.handed_over,
        row.delivered, message.last_error,
    )  # fmt: skip


def messages(page: Page) -> HttpResponse:
    """States and delays of messages: no receiver, no body."""
    if answer := exported(page, Sheet("Tin nhắn SMS", _COLUMNS, map(_cells, queries.every()))):
        return answer
    form, waiting = SizeForm(page.request.GET), queries.waiting()
    delays = queries.delays(at=page.at)
    context = {
        "form": form,
        "counts": [(_state(state), count) for state, count in queries.counts().items()],
        "waiting": waiting,
        "waits": lasted((page.at - waiting.since).total_seconds() if waiting.since else None),
        "delays": delays,
        "median": lasted(delays.median),
        "most": lasted(delays.percentile_95),
        "rows": [Row.of(message) for message in queries.newest(form.rows)],
    }
    return page.show("messages.html", context)


def sent(page: Page) -> HttpResponse:
    """The last messages of a sandbox with their text, so that a newcomer finds the code.

    Raises:
        NoSuchPageError: this is no sandbox.
    """
    if not page.sandbox:
        raise NoSuchPageError
    return page.show("sent_messages.html", {"rows": [_shown(message) for message in queries.shown()], "kept": SHOWN})


def _shown(message: ShownMessage) -> dict[str, Any]:
    """A message with its code apart, which the page makes easy to select."""
    before, *rest = _CODE.split(message.body, maxsplit=1)
    code, after = rest or ("", "")
    return {"message": message, "before": before, "code": code, "after": after}


def report(page: Page, message: UUID, mac: str) -> HttpResponse:
    """Take a delivery report. It writes although it is a GET, because providers call addresses that way.

    The mark in the address is a keyed digest that only the provider was given, so that nobody else's link does it;
    a HEAD, with which mail and chat programs look at links, changes nothing.
    """
    if page.request.method == "GET":
        try:
            report_delivery(message_id=message, mac=mac, status=page.request.GET.get(STATUS_PARAMETER, ""), at=page.at)
        except ReportRefusedError as refused:
            return HttpResponse(refused.sentence, status=403, content_type=_PLAIN)
    return HttpResponse("OK", content_type=_PLAIN)
