"""One real look-up over HTTP, made the way a hospital program makes it."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

from congbhyt.accounts.secrets import md5
from congbhyt.sandbox.institutions import ACCOUNTS, API_SECRET
from congbhyt.sandbox.look_ups import LOOK_UPS

_SECONDS = 10


def look_up(base: str) -> dict[str, Any]:
    """Sign in at the gateway `base` with the cast's first account and ask for the cast's first card.

    Raises:
        OSError: the gateway does not answer.
    """
    username, password = ACCOUNTS[0].name, md5(API_SECRET)
    taken = _post(f"{base}/api/token/take", {"username": username, "password": password})
    key = taken["APIKey"]
    session = {"token": key["access_token"], "id_token": key["id_token"], "username": username, "password": password}
    asked = LOOK_UPS[0].as_sent()
    names = ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb")
    return _post(f"{base}/api/egw/KQNhanLichSuKCB2024?{urlencode(session)}", {name: asked[name] for name in names})


def is_up(base: str) -> bool:
    """Whether the gateway says that it is healthy."""
    try:
        with urllib.request.urlopen(f"{base}/healthz", timeout=_SECONDS) as answer:  # noqa: S310  # our own http URL
            return bool(answer.status == 200)
    except OSError:
        return False


def _post(url: str, fields: dict[str, str]) -> dict[str, Any]:
    body = json.dumps(fields, ensure_ascii=False).encode()
    request = urllib.request.Request(  # noqa: S310  # our own http URL
        url, data=body, method="POST", headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  # our own http URL
        read = json.load(answer)
    if not isinstance(read, dict):
        raise OSError("the gateway answered something else than an object")
    return read
