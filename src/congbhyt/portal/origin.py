"""Where a request for a page came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from congbhyt.audit.actions import Origin
from congbhyt.audit.origins import origin_of


def request_origin(request: HttpRequest) -> Origin:
    """The request's origin; one reference number for its log line, its audit entries and its page."""
    held: Origin | None = getattr(request, "origin", None)
    if held is None:
        held = origin_of(request.META, settings.TRUSTED_PROXIES)
        request.origin = held  # type: ignore[attr-defined]  # Django lets middleware add what it likes
    return held
