"""A caller that speaks to the gateway's WSGI application in this process, byte for byte."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from congbhyt.gateway.wsgi import Gateway
from tests.factories import COLLEAGUE_CITIZEN, OFFICER_CITIZEN, OFFICER_NAME, WIRE_SECRET  # noqa: F401

KQ2024 = "/api/egw/KQNhanLichSuKCB2024"


@dataclass(frozen=True)
class Heard:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        read = json.loads(self.raw)
        assert isinstance(read, dict)
        return read

    @property
    def code(self) -> str:
        """`maKetQua`."""
        return str(self.json["maKetQua"])


@dataclass
class Client:
    """Calls from one address, as hospital programs do."""

    gateway: Gateway
    address: str = "127.0.0.1"

    def send(
        self,
        path: str,
        body: bytes = b"",
        *,
        query: str = "",
        content_type: str = "application/json",
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Heard:
        """Send exactly these bytes. `path` and `query` may hold raw UTF-8, as some programs send it."""
        heard: dict[str, Any] = {}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query.encode().decode("latin-1"),
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": self.address,
            "REMOTE_PORT": "40000",
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
        }

        def start_response(status: str, pairs: list[tuple[str, str]]) -> None:
            heard.update(status=int(status.split(maxsplit=1)[0]), headers=dict(pairs))

        raw = b"".join(self.gateway(environ, start_response))
        return Heard(heard["status"], heard["headers"], raw)

    def post(self, path: str, fields: Mapping[str, object], query: str = "") -> Heard:
        """Send a JSON object."""
        return self.send(path, json.dumps(fields, ensure_ascii=False).encode(), query=query)

    def take(self, username: str = "01999_BV", password: str = WIRE_SECRET) -> Heard:
        """Ask for a session."""
        return self.post("/api/token/take", {"username": username, "password": password})

    def session(self, username: str = "01999_BV", password: str = WIRE_SECRET) -> str:
        """Open a session and return the query string that names it, un-encoded as programs send it."""
        key = self.take(username, password).json["APIKey"]
        return f"token={key['access_token']}&id_token={key['id_token']}&username={username}&password={quote(password)}"

    def ask(self, session: str, path: str = KQ2024, **fields: object) -> Heard:
        """Look up the patient of the house, or what `fields` say instead."""
        asked = {
            "maThe": "GD4019900000001",
            "hoTen": "NGUYỄN VĂN THỬ",
            "ngaySinh": "01/01/1980",
            "hoTenCb": OFFICER_NAME,
            "cccdCb": OFFICER_CITIZEN,
        }
        return self.post(path, {**asked, **fields}, session)
