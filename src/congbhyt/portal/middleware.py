"""Around every request: its line in the log, its reference number, and the database connection given back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from congbhyt.installation import hot
from congbhyt.portal.origin import request_origin

log = logging.getLogger(__name__)
_STATIC = "/static/"


def accountable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Log without query strings, forbid keeping pages, and name the reference number in a header."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        began, origin = time.perf_counter(), request_origin(request)
        try:
            answer = get_response(request)
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
