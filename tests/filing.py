"""What a unit's administrator does at the portal, for tests of the pages of requests."""

from __future__ import annotations

import io
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from congbhyt.registration.models import Request
from tests.portal import text

LIST, ADDRESSES_NEW = "/dang-ky", "/dang-ky/moi/addresses"
HEAD = {"manner": "supplement", "purposes": ["card", "history"], "contact_name": "Nguyễn Văn Kỹ Thuật",
        "contact_phone": "0000 000 301", "valid_to": "31.12.2027"}  # fmt: skip
LINES = {"line-addresses": "198.51.100.7\n198.51.100.16/28", "line-line_type": "static", "line-provider": "VNPT"}
PERSON = {"line-full_name": "phạm thị mới", "line-citizen_number": "099 300 000 001", "line-phone": "0000001001",
          "line-social_number": "9900001001", "line-rights": ["card_lookup", "history_lookup"]}  # fmt: skip


@cache
def picture() -> bytes:
    """A scan."""
    written = io.BytesIO()
    Image.effect_noise((60, 40), 60).convert("RGB").save(written, "PNG")
    return written.getvalue()


def of(request: Request, act: str = "") -> str:
    """The address of a request, or of something done to it."""
    return f"/de-nghi/{request.pk}{act}"


def begin(opened: Client, kind: str = "addresses", **typed: object) -> Request:
    """Begin a request through its page."""
    head = HEAD if kind == "addresses" else {"contact_name": "Nguyễn Văn Nhân Sự"}
    answer = opened.post(f"/dang-ky/moi/{kind}", {**head, **typed})
    assert answer.status_code == 302, text(answer)
    return Request.objects.get(pk=int(answer["Location"].rpartition("/")[2]))


def filled(opened: Client) -> Request:
    """A draft with two lines."""
    request = begin(opened)
    assert opened.post(of(request, "/dong"), LINES).status_code == 302
    return request


def file(content: bytes, name: str = "tep.bin") -> SimpleUploadedFile:
    """A file to send; its name and label say nothing true."""
    return SimpleUploadedFile(name, content, "text/html")
