"""The cookie that holds a session's token."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

COOKIE = "__Host-congbhyt" if settings.PORTAL_SECURE else "congbhyt"
"""With TLS the prefix makes browsers refuse it from anybody but this host."""


def give(answer: HttpResponse, token: str) -> HttpResponse:
    """Hand the token to the browser until it is closed; scripts and other sites never get it."""
    answer.set_cookie(COOKIE, token, secure=settings.PORTAL_SECURE, httponly=True, samesite="Lax")
    return answer


def take_back(answer: HttpResponse) -> HttpResponse:
    """Make the browser forget it."""
    answer.delete_cookie(COOKIE, samesite="Lax")
    if settings.PORTAL_SECURE:
        answer.cookies[COOKIE]["secure"] = True  # browsers ignore a __Host- cookie without it, also when deleting
    return answer
