"""The portal's own HTTP server without a proxy: files, sign-in, ends amid a page, and callers who mean harm."""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from congbhyt.config.processes import free_port, port_is_free
from tests.browser import house
from tests.browser.cast import OFFICER, Someone
from tests.journeys import running
from tests.journeys.running import PATIENCE_SECONDS, ROOT, Served

pytestmark = pytest.mark.xdist_group("portal process")  # one database and one portal for the file
FORGED = "203.0.113.7"
"""An address of the other unit of the house."""
DOOR = "/dang-nhap"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Client:
    """A browser as far as HTTP goes: cookies and the secret of forms."""

    served: Served
    headers: dict[str, str] = field(default_factory=dict)
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def call(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """Open a page, or send a form; redirects are not followed."""
        opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.cookies))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.served.base + path, data=body, headers={**self.headers, **named})
        try:
            with opener.open(request, timeout=PATIENCE_SECONDS) as heard:
                return Answer(heard.status, heard.headers, heard.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read().decode())

    def send(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send the form that stands at this address."""
        return self.call(path, {**fields, "csrfmiddlewaretoken": self.secret_of(path)})

    def secret_of(self, path: str) -> str:
        """The hidden field of the form at this address."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.call(path).text)
        assert found
        return found[1]

    def sign_in(self, someone: Someone = OFFICER, password: str = "") -> Answer:
        """Fill in the door's form."""
        return self.send(DOOR, typed(someone, password))


def typed(someone: Someone = OFFICER, password: str = "") -> dict[str, str]:
    """The door's fields."""
    return {"home": someone.home, "user": someone.user, "password": password or someone.password}


@contextlib.contextmanager
def portal(environment: Mapping[str, str], log: Path, **settings: str) -> Iterator[Served]:
    """Serve the portal on a free port until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "congbhyt.commands", "serve", "portal", "--port", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(command, env={**environment, **settings}, stdout=written, stderr=written, cwd=ROOT)
    served = Served(f"http://127.0.0.1:{port}", process, log)
    try:
        running.wait_until_up(served)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A database with everybody in it."""
    with house.database(f"congbhyt_portal_{os.getpid()}") as named:
        yield named


@pytest.fixture(scope="module")
def served(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal for those tests that leave it as it was."""
    with portal(environment, tmp_path_factory.mktemp("portal") / "portal.log") as up:
        yield up


def _port(served: Served) -> int:
    return int(served.base.rpartition(":")[2])


def _raw(served: Served, sent: bytes) -> bytes:
    """Everything that comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", _port(served)), PATIENCE_SECONDS) as caller:
        caller.sendall(sent)
        heard = b""
        while piece := caller.recv(65536):
            heard += piece
        return heard


def test_healthz_says_that_the_portal_is_well(served: Served) -> None:
    answer = Client(served).call("/healthz")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Hoạt động bình thường" in answer.text


def test_files_of_pages_are_kept_an_hour_and_then_asked_for_by_their_mark(served: Served) -> None:
    client = Client(served)
    page = client.call(DOOR).text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(files) == 4
    for path in files:
        answer = client.call(path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=3600, public"), path
        assert "Set-Cookie" not in answer.headers
        again = client.call(path, If_None_Match=answer.headers["ETag"])
        assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize("path", ["/static/", "/static/portal/", "/static/../routes.py", "/static/%2e%2e/routes.py"])
def test_nothing_but_files_of_pages_lies_below_static(served: Served, path: str) -> None:
    heard = _raw(served, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert heard.startswith(b"HTTP/1.1 404 ")
    assert b"urlpatterns" not in heard


def test_signing_in_takes_the_form_s_secret_and_gives_a_cookie_that_scripts_do_not_get(served: Served) -> None:
    stranger = Client(served)
    stranger.call(DOOR)
    refused = stranger.call(DOOR, typed())
    assert refused.status == 403
    assert "PAGE_FORM_OLD" in refused.text
    client = Client(served)
    answer = client.sign_in()
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    cookie = next(held for held in answer.headers.get_all("Set-Cookie", []) if held.startswith("congbhyt="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert client.call("/").headers["Location"] == "/thong-tuyen/quan-ly-thong-tuyen"
    own = client.call("/tai-khoan")
    assert (own.status, own.headers["Cache-Control"]) == (200, "no-store")
    assert OFFICER.name in own.text


def test_a_wrong_password_is_in_no_log(served: Served) -> None:
    answer = Client(served).sign_in(password="HIDDEN-PASSWORD")
    assert answer.status == 422
    reference = answer.headers["X-Ma-Tham-Chieu"]
    written = served.log.read_text()
    assert re.search(rf"{reference} POST sign-in 422 ", written)
    assert "HIDDEN" not in written


def _recorded(environment: Mapping[str, str], answer: Answer) -> tuple[str, str]:
    """Address and outcome of what the answer's reference number names."""
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        rows = connection.execute(
            "SELECT host(address), outcome FROM audit_entry WHERE reference = %s", [answer.headers["X-Ma-Tham-Chieu"]]
        ).fetchall()
    assert len(rows) == 1
    return str(rows[0][0]), str(rows[0][1])


def test_the_record_has_the_socket_s_peer_whatever_a_stranger_claims(
    served: Served, environment: dict[str, str]
) -> None:
    client = Client(served, {"X-Forwarded-For": FORGED, "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"})
    assert _recorded(environment, client.sign_in(password="sai")) == ("127.0.0.1", "SIGN_IN_WRONG")


def test_a_trusted_proxy_is_believed_as_to_who_called_it(environment: dict[str, str], tmp_path: Path) -> None:
    with portal(environment, tmp_path / "portal.log", CONGBHYT_TRUSTED_PROXIES="127.0.0.1/32") as behind:
        answer = Client(behind, {"X-Forwarded-For": f"198.51.100.1, {FORGED}"}).sign_in()
    assert answer.status == 403
    assert _recorded(environment, answer) == (FORGED, "SIGN_IN_ADDRESS_FOREIGN")


@pytest.mark.parametrize("host", ["portal.example.vn", "127.0.0.1.example.vn", "127.0.0.1@example.vn", "a b", ""])
def test_another_host_s_name_is_refused_and_not_repeated(served: Served, host: str) -> None:
    heard = _raw(served, f"GET {DOOR} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert b"example.vn" not in heard


def test_the_name_that_a_proxy_passes_on_is_not_believed(served: Served) -> None:
    answer = Client(served, {"X-Forwarded-Host": "portal.example.vn", "X-Forwarded-Proto": "https"}).call("/")
    assert (answer.status, answer.headers["Location"]) == (302, "/dang-nhap?tiep=%2F")


def test_a_body_that_no_page_sends_is_refused(served: Served) -> None:
    client = Client(served)
    many = client.send(DOOR, {f"f{number}": "" for number in range(300)})
    assert many.status == 400
    assert "PAGE_BAD_REQUEST" in many.text
    assert client.send(DOOR, {"home": "x" * 100_000}).status == 413
    assert client.sign_in().status == 302


def test_a_file_is_refused_before_it_is_sent(served: Served) -> None:
    head = (
        f"POST {DOOR} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 5000000000\r\n"
        "Content-Type: multipart/form-data; boundary=B\r\n\r\n"
    )
    assert _raw(served, head.encode()).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("method", "statuses"), [("OPTIONS", {405}), ("TRACE", {405}), ("PUT", {403}), ("DELETE", {403}), ("BREW", {403})]
)
def test_a_method_that_no_page_has_is_refused(served: Served, method: str, statuses: set[int]) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", _port(served), timeout=PATIENCE_SECONDS)) as caller:
        caller.request(method, DOOR)
        answer = caller.getresponse()
        assert answer.status in statuses
        assert "Không thực hiện được" in answer.read().decode()


def test_head_answers_like_get_without_the_page(served: Served) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", _port(served), timeout=PATIENCE_SECONDS)) as caller:
        caller.request("HEAD", DOOR)
        answer = caller.getresponse()
        assert (answer.status, answer.read()) == (200, b"")


def test_a_page_that_is_being_made_is_sent_before_the_portal_ends(environment: dict[str, str], tmp_path: Path) -> None:
    with portal(environment, tmp_path / "portal.log") as up:
        client = Client(up)
        body = urlencode({**typed(), "csrfmiddlewaretoken": client.secret_of(DOOR)}).encode()
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies)
        head = (
            f"POST {DOOR} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", _port(up)), PATIENCE_SECONDS) as caller:
            caller.sendall(head.encode())
            assert caller.recv(100).startswith(b"HTTP/1.1 100 ")  # the page waits for its form now
            up.process.send_signal(signal.SIGTERM)
            _wait_for(up.log, "Stopping worker")
            caller.sendall(body)
            assert caller.recv(65536).startswith(b"HTTP/1.1 302 ")
        assert up.process.wait(PATIENCE_SECONDS) == 0
        assert port_is_free(_port(up))


def _wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.05)


def test_workers_end_when_their_parent_is_killed(environment: dict[str, str], tmp_path: Path) -> None:
    with portal(environment, tmp_path / "portal.log", CONGBHYT_PORTAL_WORKERS="2") as up:
        up.process.kill()
        up.process.wait(PATIENCE_SECONDS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not port_is_free(_port(up)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert port_is_free(_port(up))
