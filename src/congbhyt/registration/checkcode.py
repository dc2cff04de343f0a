"""The code that ties a signed paper to the electronic request: any change of what is asked for changes it."""

from __future__ import annotations

import hashlib

import msgspec
from django.conf import settings

from congbhyt.registration.models import Request

LENGTH = 16


def check_code(request: Request) -> str:
    """The first 16 hexadecimal digits, in capitals, of the SHA-256 over what is asked for."""
    asked = [_head(request), [line.content() for line in request.lines.order_by("number")]]
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:LENGTH].upper()


def _head(request: Request) -> list[str]:
    phone = settings.KEYS.open(request.contact_phone_sealed) if request.contact_phone_sealed else ""
    period = [day.isoformat() if day else "" for day in (request.valid_from, request.valid_to)]
    return [
        request.kind, request.home.code, request.manner, *sorted(request.purposes), *period, request.justification,
        request.contact_name, phone, request.contact_email,
    ]  # fmt: skip
