"""A caller that speaks to the gateway's WSGI application in this process, byte for byte."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from congbhyt.gateway.wsgi import Gateway
from tests.factories import COLLEAGUE_CITIZEN, OFFICER_CITIZEN, OFFICER_NAME, WIRE_SECRET  # noqa: F401

KQ2024 = "/api/egw/KQNhanLichSuKCB2024"
GOLDEN = Path(__file__).parent / "golden"


def assert_golden(raw: bytes, name: str) -> None:
    """Compare bytes with those kept under `name`: programs that split text depend on every one of them."""
    assert raw.decode() == (GOLDEN / name).read_bytes().decode()


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
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
        }

        def start_response(status: str, pairs: list[tuple[str, str]]) -> None:
            heard.update(status=int(status.split(maxsplit=1)[0]), headers=dict(pairs))

        raw = b"".join(self.gateway(environ, start_response))
        return Heard(heard["status"], heard["headers"], raw)

    def replay(self, message: bytes, session: str = "") -> Heard:
        """Send a whole kept message: request line, headers, an empty line, body, all with bare line feeds.

        `@QUERY@` stands for the session's query string, `@TOKEN@` and `@ID@` for its two numbers.
        """
        parts = dict(part.split("=", 1) for part in session.split("&") if part)
        for mark, value in (("@QUERY@", session), ("@TOKEN@", parts.get("token")), ("@ID@", parts.get("id_token"))):
            message = message.replace(mark.encode(), (value or "").encode())
        head, _, body = message.partition(b"\n\n")
        request_line, *lines = head.decode().split("\n")
        method, target = request_line.removesuffix(" HTTP/1.1").split(" ", 1)
        headers = dict(line.split(": ", 1) for line in lines)
        path, _, query = target.partition("?")
        label = headers.pop("Content-Type", "")
        return self.send(unquote(path), body, query=query, content_type=label, method=method, headers=headers)

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

    def ask(self, session: str, *, path: str = KQ2024, **fields: Any) -> Heard:
        """Look up the patient of the house, or what `fields` say instead."""
        asked = {
            "maThe": "GD4019900000001",
            "hoTen": "NGUYỄN VĂN THỬ",
            "ngaySinh": "01/01/1980",
            "hoTenCb": OFFICER_NAME,
            "cccdCb": OFFICER_CITIZEN,
        }
        return self.post(path, {**asked, **fields}, session)
