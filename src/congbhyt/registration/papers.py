"""The signed paper of a request: uploads, notes of received paper, and whether what is there suffices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from congbhyt.audit import actions as audit
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.names import tidy
from congbhyt.paper import signatures, uploads
from congbhyt.paper.document import grouped
from congbhyt.policy.rules import InForce
from congbhyt.registration import authority
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Paper, Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import (
    FieldError,
    NoSuchRequestError,
    PaperMissingError,
    PapersManyError,
    StepError,
)
from congbhyt.registration.rules import OPEN_STATES, Kind

_MEGABYTE = 1024 * 1024
MOST_UPLOADS = 20
"""Files of one request: a scan for each correction, and no store for everything."""


@dataclass(frozen=True, slots=True)
class Note:
    """«Đã nhận bản giấy: số, ngày, người nhận»."""

    number: str
    day: date
    receiver: str


@transaction.atomic
def upload(*, request: Request, content: bytes, performer: Performer, policy: InForce, at: datetime) -> Paper:
    """Keep a signed scan or a digitally signed PDF, with what the verification of its signatures found.

    Raises:
        NotYoursToFileError: not this unit's, nor an officer's of its area.
        PapersManyError: the request has as many files as it may.
        StepError: nobody waits for paper of this request any more.
        Refusal: those of `uploads.judge`: too large, no PDF or picture, encrypted, and so on.
    """
    authority.need_filer(performer, request.home, Kind(request.kind))
    _need_wanted(request, "Tải bản ký lên")
    judged = uploads.judge(
        content, most_bytes=policy.paper_megabytes * _MEGABYTE, most_pages=policy.paper_pages
    )  # fmt: skip
    again = request.papers.filter(sha256=judged.sha256, check_code=check_code(request)).first()
    if again:  # the same button pressed twice
        return again
    if request.papers.filter(kind=Paper.Kind.UPLOAD).count() >= MOST_UPLOADS:
        raise PapersManyError(most=MOST_UPLOADS)
    found = signatures.verify(content, anchors=settings.SIGNATURE_ANCHORS, at=at) if judged.kind == "pdf" else ()
    same = grouped(check_code(request)) in judged.check_codes  # else a signature under anything would prove this
    valid = same and bool(found) and all(signature.outcome is signatures.Outcome.VALID for signature in found)
    paper = Paper.objects.create(
        request=request, kind=Paper.Kind.UPLOAD, check_code=check_code(request),
        content_sealed=settings.KEYS.seal_bytes(content), media_type=judged.media_type, pages=judged.pages,
        size=len(content), sha256=judged.sha256, outcome=Paper.Outcome.VALID if valid else Paper.Outcome.UNPROVEN,
        findings=_findings(judged, found, check_code(request)), added_by=performer.by, added_at=at,
    )  # fmt: skip
    _record("upload", paper, performer, at)
    return paper


def _findings(judged: uploads.Upload, found: tuple[signatures.Signature, ...], code: str) -> list[str]:
    """What the approver reads beside the file."""
    told = [f"{signature.signer}: {signature.outcome.sentence}" for signature in found]
    if not found:
        told.append("Không có chữ ký số: đối chiếu bản quét với dữ liệu rồi ghi nhận đã nhận bản giấy.")
    if found and not judged.check_codes:
        told.append("Tệp không mang mã đối chiếu: đối chiếu với dữ liệu rồi ghi nhận đã nhận bản giấy.")
    if judged.check_codes:
        same = grouped(code) in judged.check_codes
        told.append("Mã đối chiếu khớp." if same else "Mã đối chiếu khác: tệp này làm từ nội dung khác.")
    return told


@transaction.atomic
def note(*, request: Request, said: Note, performer: Performer, at: datetime) -> Paper:
    """Put on record that the agency has the signed paper (CV 1923/BHXH-CNTT: letter and list are sent in writing).

    Raises:
        NotYoursToDecideError, OwnRequestError: only whoever decides notes what was received.
        StepError: nobody waits for paper of this request any more.
        FieldError: number or receiver is missing, or the day lies ahead.
    """
    authority.need_decider(performer, request)
    _need_wanted(request, "Ghi nhận bản giấy")
    number, receiver = tidy(said.number), tidy(said.receiver)
    if not number or not receiver:
        raise FieldError(field="Bản giấy", wanted="ghi đủ số văn bản và người nhận")
    if said.day > vietnam_day(at):
        raise FieldError(field="Ngày văn bản", wanted="không được sau hôm nay")
    paper = Paper.objects.create(
        request=request, kind=Paper.Kind.NOTE, check_code=check_code(request), note_number=number,
        note_date=said.day, note_receiver=receiver, added_by=performer.by, added_at=at,
    )  # fmt: skip
    _record("note", paper, performer, at)
    return paper


def need(request: Request, *, policy: InForce) -> None:
    """Make sure that the signed paper of the request as it is now is there.

    The emergency address goes ahead of its paper.

    Raises:
        PaperMissingError: none, none that proves anything, or only of an earlier content.
    """
    if not policy.paper_needed or request.kind == Kind.EMERGENCY:
        return
    papers = list(request.papers.all())
    if not papers:
        raise PaperMissingError(why="chưa có bản giấy hay bản ký số nào")
    code = check_code(request)
    current = [paper for paper in papers if paper.check_code == code]
    if not current:
        raise PaperMissingError(why="nội dung đã thay đổi sau khi ký")
    if not any(paper.proves for paper in current):
        raise PaperMissingError(why="bản tải lên chưa có chữ ký số hợp lệ")


def missing(request: Request, *, policy: InForce) -> str:
    """The sentence of what `need` lacks; empty when nothing does."""
    try:
        need(request, policy=policy)
    except PaperMissingError as lacking:
        return lacking.sentence
    return ""


def of(request: Request) -> QuerySet[Paper]:
    """Every paper of the request, newest first, without the files themselves."""
    return request.papers.order_by("-added_at", "-pk").defer("content_sealed")


def content(request: Request, number: int, *, performer: Performer, at: datetime) -> tuple[Paper, bytes]:
    """An uploaded file in the clear, for whoever may see the request; the reading goes on record.

    Raises:
        NoSuchRequestError: the request has no such file.
    """
    paper = request.papers.filter(pk=number, kind=Paper.Kind.UPLOAD).first()
    if paper is None or paper.content_sealed is None:
        raise NoSuchRequestError
    _record("read", paper, performer, at)
    return paper, settings.KEYS.open_bytes(paper.content_sealed)


def form_handed_out(request: Request, *, media: str, performer: Performer, at: datetime) -> None:
    """Put on record that somebody took the form, which has CCCD and telephones in full."""
    audit.record(
        "registration:form:read", by=performer.by, at=at, object=f"request:{request.pk}",
        unit_code=request.unit.code if request.unit else "", origin=performer.origin,
        details={"media": media, "check_code": check_code(request)},
    )  # fmt: skip


def _need_wanted(request: Request, step: str) -> None:
    if not is_wanted(request):
        raise StepError(step=step, state=request.state_label)


def is_wanted(request: Request) -> bool:
    """Whether paper may still be added."""
    return request.state in OPEN_STATES


def _record(what: str, paper: Paper, performer: Performer, at: datetime) -> None:
    request = paper.request
    audit.record(
        f"registration:paper:{what}", by=performer.by, at=at, object=f"request:{request.pk}",
        unit_code=request.unit.code if request.unit else "", origin=performer.origin,
        details={"paper": paper.pk, "check_code": paper.check_code, "sha256": paper.sha256},
    )  # fmt: skip
