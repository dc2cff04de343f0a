"""sendsms against a small server that refuses what Kannel refuses, and against servers that misbehave.

tests/journeys/test_kannel.py puts the same questions (`REFUSED`) to the real Kannel.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_string
from pathlib import Path

import pytest

from congbhyt.accounts.authz import HISTORY_GRANTED
from congbhyt.config.processes import free_port
from congbhyt.outbox import kannel
from congbhyt.outbox.kannel import Kannel
from congbhyt.outbox.transports import Sms, TransportError, UndeliverableError
from tests.factories import NOW
from tests.journeys import proxy

PHONE = "0000000101"
SECRET = "pass:@/é%".replace("é", "e")
CODE = "Mã xác thực 123456 của Cổng BHYT, dùng trong 30 phút. Không chia sẻ mã này."
REFUSED: list[tuple[Mapping[str, object], str]] = [
    ({"password": "wrong"}, "HTTP 403"),
    ({"user": "nobody"}, "HTTP 403"),
    ({"path": "/cgi-bin/other"}, "HTTP 404"),
]
"""What is changed at a provider that would take messages, and what it then answers."""


def sms(receiver: str = PHONE, body: str = CODE, **more: object) -> Sms:
    return replace(Sms("7", receiver, body, NOW), **more)  # type: ignore[arg-type]


@dataclass
class Request:
    """One request, taken apart."""

    line: str
    headers: Mapping[str, str]
    octets: bytes


@dataclass
class Server:
    """A server on loopback; `answer` makes bytes of a request, or does as it likes with the connection."""

    answer: Callable[[Request, socket.socket], bytes | None]
    port: int = 0
    heard: list[Request] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        """Answer one connection after the other until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, contextlib.suppress(OSError):
                    request = _read(connection)
                    self.heard.append(request)
                    if said := self.answer(request, connection):
                        connection.sendall(said)

    def provider(self, **more: object) -> Kannel:
        """An address of this server."""
        ours = Kannel("127.0.0.1", self.port, "/cgi-bin/sendsms", "congbhyt", SECRET, "BHXH")
        return replace(ours, **more)  # type: ignore[arg-type]


def _read(connection: socket.socket) -> Request:
    connection.settimeout(10)
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += connection.recv(65536)
    head, _, octets = raw.partition(b"\r\n\r\n")
    line, _, rest = head.decode("latin-1").partition("\r\n")
    headers = {name.lower(): value for name, value in message_from_string(rest).items()}
    while len(octets) < int(headers["content-length"]):
        octets += connection.recv(65536)
    return Request(line, headers, octets)


@contextlib.contextmanager
def serving(answer: Callable[[Request, socket.socket], bytes | None]) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(answer, listening.getsockname()[1])
        thread = threading.Thread(target=server.serve, args=[listening], daemon=True)
        thread.start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _status(status: str, body: bytes = b"", *headers: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}".encode(), b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def as_kannel(request: Request, _connection: socket.socket) -> bytes:
    """Answer as smsbox 1.4.5 does."""
    said = request.headers
    if request.line != "POST /cgi-bin/sendsms HTTP/1.1":
        return _status("404 Not Found")
    if (said.get("x-kannel-username"), said.get("x-kannel-password")) != ("congbhyt", SECRET):
        return _status("403 Forbidden", b"Authorization failed for sendsms")
    if not said.get("x-kannel-to"):
        return _status("400 Bad Request", b"Empty receiver number not allowed, rejected")
    return _status("202 Accepted", b"0: Accepted for delivery")


@pytest.mark.parametrize("body", [CODE, HISTORY_GRANTED, "Đ😀 + % & = \r\n\t\0 end "])
def test_a_text_goes_as_utf_16_in_the_body_of_a_post(body: str) -> None:
    with serving(as_kannel) as server:
        server.provider().send(sms(body=body))
    (request,) = server.heard
    assert request.octets.decode("utf-16-be") == body
    assert request.headers["content-type"] == "application/octet-stream"
    assert (request.headers["x-kannel-coding"], request.headers["x-kannel-to"]) == ("2", PHONE)
    assert request.headers["x-kannel-from"] == "BHXH"


def test_the_address_of_the_request_holds_nothing() -> None:
    with serving(as_kannel) as server:
        server.provider().send(sms())
    assert server.heard[0].line == "POST /cgi-bin/sendsms HTTP/1.1"


@pytest.mark.parametrize(("seconds", "minutes"), [(1, "1"), (60, "1"), (119, "1"), (120, "2"), (1800, "30")])
def test_a_code_says_how_long_it_may_wait_at_the_provider(seconds: int, minutes: str) -> None:
    with serving(as_kannel) as server:
        server.provider().send(sms(expires_at=NOW + timedelta(seconds=seconds)))
    assert server.heard[0].headers["x-kannel-validity"] == minutes


def test_a_report_is_asked_for_only_with_an_address_for_it() -> None:
    url = "http://10.0.0.5:8000/sms/bao-phat/7/ab?trang-thai=%d"
    with serving(as_kannel) as server:
        server.provider().send(sms(report_url=url))
        server.provider(sender="").send(sms())
    with_report, without = (request.headers for request in server.heard)
    assert (with_report["x-kannel-dlr-url"], with_report["x-kannel-dlr-mask"]) == (url, "19")
    assert not {"x-kannel-dlr-url", "x-kannel-dlr-mask", "x-kannel-validity", "x-kannel-from"} & set(without)


@pytest.mark.parametrize(("changed", "answer"), REFUSED)
def test_a_refusal_is_told_by_its_status(changed: Mapping[str, object], answer: str) -> None:
    with serving(as_kannel) as server, pytest.raises(TransportError, match=f"^{answer}$"):
        server.provider(**changed).send(sms())


@pytest.mark.parametrize(
    "receiver",
    [
        "",
        "12",
        "0" * 16,
        "0000000101\r\nX-Kannel-To: 1",
        "0000000101\n",
        "0000000101 0000000102",
        "00000001O1",
        "٠٠٠٠٠١",
    ],
)
def test_a_receiver_that_is_no_number_is_never_sent(receiver: str) -> None:
    with serving(as_kannel) as server, pytest.raises(UndeliverableError) as refused:
        server.provider().send(sms(receiver))
    assert (server.heard, str(refused.value)) == ([], "the receiver is no telephone number")


@pytest.mark.parametrize("body", ["", "ạ" * 671, "a" * 10_000_000])
def test_a_text_that_would_be_cut_off_is_never_sent(body: str) -> None:
    with serving(as_kannel) as server, pytest.raises(UndeliverableError, match="670"):
        server.provider().send(sms(body=body))
    assert server.heard == []


HTML = b"<html>" + SECRET.encode() + PHONE.encode() + CODE.encode() + b"</html>"
MISBEHAVING: dict[str, tuple[bytes, str]] = {
    "html with 200": (_status("200 OK", HTML, b"Content-Type: text/html"), "HTTP 200"),
    "500": (_status("500 " + CODE.encode().decode("latin-1").replace("\r", ""), HTML), "HTTP 500"),
    "503": (_status("503 Temporal failure, try again later."), "HTTP 503"),
    "204": (_status("204 No Content"), "HTTP 204"),
    "redirect": (_status("302 Found", b"", b"Location: /cgi-bin/sendsms"), "HTTP 302"),
    "garbage": (HTML, "no answer (BadStatusLine)"),
    "binary garbage": (bytes(range(256)) * 100, "no answer (BadStatusLine)"),
    "closes early": (b"", "no answer (RemoteDisconnected)"),
    "half a status": (b"HTTP/1.1 20", "no answer (BadStatusLine)"),
    "huge header": (b"HTTP/1.1 202 Accepted\r\nX: " + b"a" * 100_000, "no answer (LineTooLong)"),
    "many headers": (b"HTTP/1.1 202 Accepted\r\n" + b"X: a\r\n" * 1000 + b"\r\n", "no answer (HTTPException)"),
}


@pytest.mark.parametrize("name", MISBEHAVING)
def test_any_other_answer_is_a_failure_that_repeats_nothing(name: str) -> None:
    raw, said = MISBEHAVING[name]
    with serving(lambda _request, _connection: raw) as server, pytest.raises(TransportError) as failed:
        server.provider().send(sms())
    assert str(failed.value) == said
    printed = "".join(traceback.format_exception(failed.value))
    assert not [text for text in (SECRET, PHONE, CODE) if text in printed]
    assert len(server.heard) == 1


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    nobody = Kannel("127.0.0.1", free_port(), "/cgi-bin/sendsms", "congbhyt", SECRET)
    with pytest.raises(TransportError, match=r"^no answer \(ConnectionRefusedError\)$"):
        nobody.send(sms())


def _drip(_request: Request, connection: socket.socket) -> bytes | None:
    for byte in b"HTTP/1.1 202 Accepted\r\nX-Slow: " + b"a" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)
    return None


def _silence(_request: Request, connection: socket.socket) -> bytes | None:
    connection.recv(1)
    return None


@pytest.mark.parametrize("slow", [_drip, _silence])
def test_a_slow_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch, slow: Callable[..., bytes | None]) -> None:
    monkeypatch.setattr(kannel, "ANSWER_SECONDS", 0.5)
    with serving(slow) as server:
        began = time.monotonic()
        with pytest.raises(TransportError, match=r"^no answer"):
            server.provider().send(sms())
        assert time.monotonic() - began < 5


@contextlib.contextmanager
def sealed(folder: Path) -> Iterator[Server]:
    """A server with TLS and a certificate that nobody trusts, unless told to; its name is not 127.0.0.1."""
    proxy.lay_out_as_deployed(folder, 1, 2)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(folder / "fullchain.pem", folder / "key.pem")
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        own.wrap_socket(listening, server_side=True) as wrapped,
    ):
        server = Server(as_kannel, wrapped.getsockname()[1])
        threading.Thread(target=server.serve, args=[wrapped], daemon=True).start()
        yield server
        wrapped.shutdown(socket.SHUT_RDWR)


def test_a_server_that_cannot_prove_its_name_gets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = pytest.raises(TransportError, match=r"^no answer \(SSLCertVerificationError\)$")
    with sealed(tmp_path) as stranger, refused:
        stranger.provider(secure=True).send(sms())
    assert stranger.heard == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))
    with sealed(tmp_path) as misnamed, refused:
        misnamed.provider(secure=True).send(sms())
    assert misnamed.heard == []


def test_over_tls_a_trusted_server_takes_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sealed(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))
        trusting = ssl.create_default_context
        monkeypatch.setattr(ssl, "create_default_context", lambda: _any_name(trusting()))
        server.provider(secure=True).send(sms())
    assert server.heard[0].octets.decode("utf-16-be") == CODE


def _any_name(context: ssl.SSLContext) -> ssl.SSLContext:
    """The certificate of the tests names gateway.example.vn, and nothing resolves that."""
    context.check_hostname = False
    return context


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with serving(as_kannel) as server:
        server.provider().send(sms())
    assert len(server.heard) == 1


def test_an_address_shows_its_name_and_never_its_password() -> None:
    provider = Kannel("sms.example.vn", 13013, "/cgi-bin/sendsms", "congbhyt", SECRET)
    assert provider.name == "kannel sms.example.vn:13013"
    assert SECRET not in repr(provider)
