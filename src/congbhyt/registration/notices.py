"""What the people concerned are told by SMS when a request moves: which one and where it stands, nothing personal."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from congbhyt.outbox import actions as outbox
from congbhyt.registration.models import Request
from congbhyt.registration.rules import ENDINGS, STEPS, State, Step

_SHORT = 60
"""Characters of a reason that an SMS repeats; the page has the whole."""


def submitted(request: Request, *, at: datetime) -> None:
    """Confirm that a request has arrived."""
    _tell(request, "đã gửi, chờ cơ quan BHXH duyệt", at)


def sent_back(request: Request, reason: str, *, at: datetime) -> None:
    """Tell that something must be corrected."""
    short = reason if len(reason) <= _SHORT else f"{reason[:_SHORT]}…"
    _tell(request, f"được trả lại để sửa: {short}", at)


def moved(request: Request, step: Step, *, at: datetime) -> None:
    """Tell where a request stands now."""
    if step in ENDINGS:
        _tell(request, f"có dòng ngừng hiệu lực ({STEPS[step].label.lower()})", at)
    elif step is Step.DECIDE or request.state != State.APPROVED:  # of lines opened in parts the last ones tell
        _tell(request, f"chuyển sang «{request.state_label}»", at)


def _tell(request: Request, what: str, at: datetime) -> None:
    receiver = _receiver(request)
    if receiver:
        body = f"CongBHYT: đề nghị {request.label} ({request.row.label}, {request.home.code}) {what}."
        outbox.queue_sms(purpose="notice:request", receiver=receiver, body=body, at=at)


def _receiver(request: Request) -> str:
    """The contact that the request names, else whoever filed it."""
    sealed = request.contact_phone_sealed or (request.filer.phone_sealed if request.filer else None)
    return settings.KEYS.open(sealed) if sealed else ""
