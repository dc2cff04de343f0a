"""Pages that say no: every refusal with its sentence, code, moment and reference number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from congbhyt.accounts.refusals import NotAdministeredError
from congbhyt.audit.actions import Origin
from congbhyt.kernel import clock
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.actions import NotRecordedError
from congbhyt.lookup.records import NoSuchRecordError
from congbhyt.portal.origin import request_origin
from congbhyt.registration.refusals import NoSuchRequestError, NotYoursToFileError
from congbhyt.signin.refusals import (
    AddressForeignError,
    AddressNotRegisteredError,
    NotForYouError,
    RecoveryElsewhereError,
    RegistrationOnlyError,
    SessionEndedError,
)

_MEGABYTE = 1024 * 1024


class NoSuchPageError(Refusal):
    """There is nothing at this address, or nothing that this person may see."""

    code = "PAGE_UNKNOWN"
    template = "Không có trang này, hoặc bạn không được xem. Quay lại trang trước hoặc chọn ở trình đơn."


class MethodError(Refusal):
    """A page that only takes what a form sends was opened by its address, or the other way round."""

    code = "PAGE_METHOD"
    template = "Trang này không mở trực tiếp được. Quay lại trang trước và bấm nút trên trang."


class FormOldError(Refusal):
    """The form's secret does not fit the browser's: an old page, or another site's."""

    code = "PAGE_FORM_OLD"
    template = "Trang đã mở quá lâu hoặc trình duyệt chặn cookie. Tải lại trang rồi làm lại."


class BadRequestError(Refusal):
    """The request could not be read."""

    code = "PAGE_BAD_REQUEST"
    template = "Không đọc được yêu cầu của trình duyệt. Tải lại trang rồi làm lại."


class TooLargeError(Refusal):
    """More was sent than this form holds."""

    code = "PAGE_TOO_LARGE"
    template = "Nội dung gửi lên lớn hơn {limit} mà trang này nhận. Chia nhỏ nội dung, hoặc quét lại nhẹ hơn rồi gửi."


class FaultError(Refusal):
    """Our own fault."""

    code = "PAGE_FAULT"
    template = "Hệ thống gặp lỗi, chưa có gì được thực hiện. Thử lại sau ít phút; nếu vẫn lỗi, báo mã tham chiếu."


class UnavailableError(Refusal):
    """The database does not answer, so nobody can be let in or turned away."""

    code = "PAGE_UNAVAILABLE"
    template = "Hệ thống chưa kết nối được cơ sở dữ liệu. Thử lại sau ít phút."


STATUSES: Mapping[type[Refusal], int] = {
    BadRequestError: 400,
    AddressNotRegisteredError: 403,
    AddressForeignError: 403,
    RecoveryElsewhereError: 403,
    NotForYouError: 403,
    RegistrationOnlyError: 403,
    NotYoursToFileError: 403,
    FormOldError: 403,
    NoSuchRecordError: 404,
    NotAdministeredError: 404,
    NoSuchRequestError: 404,
    NoSuchPageError: 404,
    MethodError: 405,
    TooLargeError: 413,
    FaultError: 500,
    NotRecordedError: 503,
    UnavailableError: 503,
}
"""HTTP statuses of refusals that take a whole page; every other stands beside the form that was sent, with 422."""


def takes_whole_page(refusal: Refusal) -> bool:
    """Whether the refusal is a page of its own wherever it comes up, because nothing on a form would help."""
    return type(refusal) in STATUSES


@dataclass(frozen=True, slots=True)
class Shown:
    """A refusal as pages show it."""

    sentence: str
    code: str
    at: datetime
    reference: str


def shown(refusal: Refusal, origin: Origin, at: datetime) -> Shown:
    """The refusal for a page."""
    return Shown(refusal.sentence, refusal.code, at, origin.reference)


def answer(request: HttpRequest, refusal: Refusal, origin: Origin, *, page: object = None) -> HttpResponse:
    """A page of its own, with menu and person where `page` knows them; without a session, the way to sign in."""
    if isinstance(refusal, SessionEndedError):
        return _to_sign_in(request)
    context = {"page": page, "refusal": shown(refusal, origin, clock.now())}
    return render(request, "portal/refusal.html", context, status=STATUSES.get(type(refusal), 422))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page says why: it finds the same cookie."""
    query = {"tiep": request.path} if request.method == "GET" else None
    return HttpResponseRedirect(reverse("sign-in", query=query))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """What Django's CSRF middleware answers with."""
    return answer(request, FormOldError(), request_origin(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """What Django answers with when it cannot read a request."""
    return answer(request, BadRequestError(), request_origin(request))


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """What a body longer than `limit` bytes is answered with, unread."""
    return answer(request, TooLargeError(limit=_size(limit)), request_origin(request))


def _size(limit: int) -> str:
    """A number of bytes as people read it, without the little that is left for a form's fields."""
    return f"{limit // _MEGABYTE} MB" if limit >= _MEGABYTE else f"{limit // 1024} KB"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """What Django answers with at an address that is no page."""
    return answer(request, NoSuchPageError(), request_origin(request))


def fault(request: HttpRequest) -> HttpResponse:
    """What Django answers with when a view fails."""
    return answer(request, FaultError(), request_origin(request))
