"""Around every request: its line in the log, its reference number, and the database connection given back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from congbhyt.installation import hot
from congbhyt.kernel import clock
from congbhyt.portal import refusing, state
from congbhyt.portal.origin import request_origin
from congbhyt.portal.routes import MOST_BYTES
from congbhyt.units.in_force import UnconfirmedError

log = logging.getLogger(__name__)
_STATIC = "/static/"
_SHORT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
_LONGEST_LENGTH = 18
"""Digits of a Content-Length that is a number at all; Python refuses to read thousands of them."""


def _refused_unread(request: HttpRequest) -> HttpResponse | None:
    """Django's own limit leaves uploaded files out; here a route says how much it takes, and all others take little."""
    promised = request.META.get("CONTENT_LENGTH") or "0"
    if promised.isdecimal() and len(promised) <= _LONGEST_LENGTH and int(promised) <= _SHORT:
        return None
    limit = _limit(request)
    too_long = not promised.isdecimal() or len(promised) > _LONGEST_LENGTH or int(promised) > limit
    return refusing.too_large(request, limit) if too_long else None


def _limit(request: HttpRequest) -> int:
    """How many bytes the route of this request takes: beside its file a form's few fields, when it has one."""
    try:
        own = MOST_BYTES.get(resolve(request.path_info).url_name or "")
        return _SHORT + own(state.installed().standing.snapshot.policy.at(clock.now())) if own else _SHORT
    except (Resolver404, UnconfirmedError):
        return _SHORT


def accountable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Log without query strings, forbid keeping pages, and name the reference number in a header."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        began, origin = time.perf_counter(), request_origin(request)
        try:
            answer = _refused_unread(request) or get_response(request)
        finally:
            hot.release()
        if request.path.startswith(_STATIC):
            return answer
        answer["X-Ma-Tham-Chieu"] = origin.reference
        answer["Cache-Control"] = "no-store"
        took = (time.perf_counter() - began) * 1000
        match = request.resolver_match
        log.info(
            "%s %s %s %s %.1f ms",
            origin.reference, request.method, match.view_name if match else "(no page)", answer.status_code, took,
        )  # fmt: skip
        return answer

    return handle
