"""Both doors behind nginx with the configuration of deploy/: what passes, what is refused, what is logged."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from congbhyt.config.processes import free_port
from tests.factories import OFFICER_CITIZEN, OFFICER_NAME, WIRE_SECRET
from tests.journeys import proxy, running
from tests.journeys.proxy import CALLER, Front, Page
from tests.journeys.running import PATIENCE_SECONDS, ROOT

TAKE = "/api/token/take"
ASK = "/api/egw/KQNhanLichSuKCB2024"
FORGED = "203.0.113.7"
SECRET_QUERY = "token=HIDDEN1&id_token=HIDDEN2&username=01999_BV&password=HIDDEN3"
HOST = b"Host: gateway.example.vn\r\nConnection: close\r\n"


def _json(**fields: str) -> bytes:
    return json.dumps(fields).encode()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Front]:
    """nginx with nobody behind it."""
    with proxy.front(tmp_path / "nginx", free_port()) as started:
        yield started


def _addresses(environment: dict[str, str], reference: str) -> set[str]:
    """From where the record says that this call came."""
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        rows = connection.execute("SELECT host(address) FROM audit_entry WHERE reference = %s", [reference])
        return {str(row[0]) for row in rows}


def _session(front: Front, *headers: str) -> str:
    taken = front.post(TAKE, _json(username="01999_BV", password=WIRE_SECRET), *headers)
    assert (taken.status, taken.code) == (200, "200")
    key = taken.json["APIKey"]
    return f"token={key['access_token']}&id_token={key['id_token']}&username=01999_BV&password={WIRE_SECRET}"


def _asked() -> bytes:
    return _json(
        maThe="GD4019900000001", hoTen="NGUYỄN VĂN THỬ", ngaySinh="01/01/1980", hoTenCb=OFFICER_NAME,
        cccdCb=OFFICER_CITIZEN,
    )  # fmt: skip


@pytest.mark.parametrize(
    "claims",
    [
        [],
        [f"X-Forwarded-For: {FORGED}"],
        [f"X-Forwarded-For: {FORGED}", "X-Forwarded-For: 127.0.0.1", f"X-Forwarded-For: {FORGED}, 127.0.0.1"],
        [f"X_Forwarded_For: {FORGED}", f"x-forwarded_for: {FORGED}"],
        [f"Forwarded: for={FORGED}", f"X-Real-IP: {FORGED}", f"X-Client-IP: {FORGED}"],
    ],
    ids=["nothing", "one", "several", "spelt otherwise", "by other names"],
)
def test_a_look_up_is_on_record_with_the_address_of_the_connection_whatever_the_caller_claims(
    furnished: dict[str, str], tmp_path: Path, claims: list[str]
) -> None:
    environment = {**furnished, "CONGBHYT_TRUSTED_PROXIES": "127.0.0.1/32"}
    with (
        running.gateway(environment, tmp_path / "gateway.log") as served,
        proxy.front(tmp_path / "nginx", int(served.base.rpartition(":")[2])) as front,
    ):
        answer = front.post(f"{ASK}?{_session(front, *claims)}", _asked(), *claims)
        assert (answer.status, answer.code) == (200, "000")
        assert len(answer.json["dsLichSuKCB2018"]) == 3
        assert _addresses(furnished, answer.headers["x-ma-tham-chieu"]) == {CALLER}


def test_the_gateways_own_answers_pass_through_unchanged(furnished: dict[str, str], tmp_path: Path) -> None:
    environment = {**furnished, "CONGBHYT_TRUSTED_PROXIES": "127.0.0.1/32"}
    with (
        running.gateway(environment, tmp_path / "gateway.log") as served,
        proxy.front(tmp_path / "nginx", int(served.base.rpartition(":")[2])) as front,
    ):
        session = _session(front)
        odd = quote(" ") + "api//egw/api/egw/kqNHANlichsukcb2024/"
        assert front.post(f"/{odd}?{session}", _asked()).code == "000"
        raw = f"maThe=GD4019900000001&hoTen=NGUYỄN+VĂN+THỬ&ngaySinh=1980&cccdCb={OFFICER_CITIZEN}&hoTenCb="
        typed = raw + OFFICER_NAME.replace(" ", "+") + "&x={'a':[1]}|\\^"
        assert front.post(f"{ASK}?{session}&{typed}").code == "000"
        chunks = b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(_asked()):x}\r\n".encode() + _asked() + b"\r\n0\r\n\r\n"
        assert front.hear(f"POST {ASK}?{session} HTTP/1.1\r\n".encode() + HOST + chunks).code == "000"

        unknown = front.post("/api/none", b"{}")
        assert (unknown.status, unknown.code) == (404, "404")
        wrong = front.hear(f"GET {TAKE} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        assert (wrong.status, wrong.code, wrong.headers["allow"]) == (405, "405", "POST, OPTIONS")
        healthy = front.hear(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert (healthy.status, healthy.code) == (200, "200")
        foreign = front.post(TAKE, _json(username="01998_BV", password=WIRE_SECRET))
        assert (foreign.status, foreign.code) == (403, "403")
        assert CALLER in foreign.json["ghiChu"]
        preflight = proxy.exchange(front.port, f"OPTIONS {TAKE} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        assert preflight.startswith(b"HTTP/1.1 204 ")
        assert b"accessToken" in preflight
        many = "\r\n".join(f"X-{number}: 1" for number in range(150))
        refused = front.post(TAKE, b"{}", many)  # the gateway's HTTP server says so with an empty body
        assert (refused.status, refused.code) == (431, "431")


def test_a_gateway_that_is_down_is_a_502_in_json(alone: Front) -> None:
    down = alone.post(f"{ASK}?{SECRET_QUERY}", _asked())
    assert (down.status, down.code) == (502, "502")
    assert down.json["ghiChu"]
    assert down.headers["retry-after"] == "30"
    assert down.headers["cache-control"] == "no-store"
    assert len(down.headers["x-ma-tham-chieu"]) == 32


def test_a_gateway_that_does_not_answer_in_time_is_a_504_in_json(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        proxy.front(tmp_path / "nginx", silent.getsockname()[1], read="1s") as front,
    ):
        late = front.post(ASK, b"{}")
    assert (late.status, late.code) == (504, "504")


def test_a_body_that_is_too_large_is_a_413_in_json_with_the_gateways_code(alone: Front) -> None:
    assert alone.post(TAKE, b"a" * 262144).status == 502
    large = alone.post(TAKE, b"a" * 262145)
    assert (large.status, large.code) == (413, "205")
    assert "256 KB" in large.json["ghiChu"]
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    chunked = alone.hear(
        f"POST {TAKE} HTTP/1.1\r\n".encode() + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + piece * 5 + b"0\r\n\r\n"
    )
    assert (chunked.status, chunked.code) == (413, "205")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"POST /a b HTTP/1.1\r\n%s\r\n", 400),
        (b"POST /%%00 HTTP/1.1\r\n%s\r\n", 400),
        (b"POST /../.. HTTP/1.1\r\n%s\r\n", 400),
        (b"POST /a?b=\xff HTTP/1.1\r\n%s\r\n", 400),
        (b"POST /a?b=\xed\xa0\x80 HTTP/1.1\r\n%s\r\n", 400),
        (b'POST /a?b="c" HTTP/1.1\r\n%s\r\n', 400),
        (b"POST /a?b=<c> HTTP/1.1\r\n%s\r\n", 400),
        (b"POST /a\x01 HTTP/1.1\r\n%s\r\n", 400),
        (b"POST /a HTTP/1.1\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\n%sX: a\0b\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\n%sContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
        (b"POST /a HTTP/1.1\r\n%sContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\n%sContent-Length: -1\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"POST /a HTTP/1.1\r\n%sX-Forwarded-For : 203.0.113.7\r\n\r\n", 400),
        (b"CONNECT a:443 HTTP/1.1\r\n%s\r\n", 400),
        (b"TRACE /a HTTP/1.1\r\n%s\r\n", 405),
        (b"POST /" + b"a" * 20_000 + b" HTTP/1.1\r\n%s\r\n", 414),
        (b"POST /a HTTP/1.1\r\n%sX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"POST /a HTTP/1.1\r\n%sTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST /a HTTP/3.1\r\n%s\r\n", 505),
        (b"GET /congbhyt-error HTTP/1.1\r\n%s\r\n", 404),
    ],
)
def test_what_nginx_refuses_itself_is_json_with_the_code_first(alone: Front, raw: bytes, status: int) -> None:
    refused = alone.hear(raw % HOST if b"%s" in raw else raw)
    assert (refused.status, refused.code) == (status, str(status))
    assert list(refused.json) == ["maKetQua", "ghiChu"]
    assert refused.json["ghiChu"]


def test_a_flood_from_one_address_is_a_429_in_json(tmp_path: Path) -> None:
    folder, port = tmp_path / "nginx", free_port()
    proxy.lay_out(folder, free_port(), f"listen 127.0.0.1:{port};\naccess_log congbhyt.log congbhyt;\n")
    rates = folder / "congbhyt" / "site-http.conf"
    rates.write_text(rates.read_text().replace("rate=50r/s", "rate=1r/m"))
    with proxy.running(folder, port) as front:
        assert {front.post(TAKE, b"{}").status for _ in range(201)} == {502}
        flooded = front.post(TAKE, b"{}")
    assert (flooded.status, flooded.code, flooded.headers["retry-after"]) == (429, "429", "1")


@pytest.mark.parametrize(
    "begun",
    [
        b"POST /api/token/take HTTP/1.1\r\nHost: gateway.example.vn\r\nContent-Length: 50\r\n\r\n{",
        b"POST /api/token/take HTTP/1.1\r\nHost: gateway.example.vn\r\nX-",
    ],
    ids=["body", "head"],
)
def test_what_never_comes_is_cut_by_nginx_and_never_reaches_the_gateway(tmp_path: Path, begun: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gateway:
        with proxy.front(tmp_path / "nginx", gateway.getsockname()[1]) as front:
            assert proxy.exchange(front.port, begun) == b""
        gateway.setblocking(False)
        with pytest.raises(BlockingIOError):
            gateway.accept()
    assert " 408 " in front.logs()


def test_no_log_ever_holds_a_query_a_body_or_an_unknown_path(tmp_path: Path) -> None:
    with proxy.front(tmp_path / "nginx", free_port()) as front:
        target = f"{ASK}?{SECRET_QUERY}"
        assert front.post(target, b"HIDDEN4", "Authorization: HIDDEN5", "accessToken: HIDDEN6").status == 502
        assert front.post(target, b"HIDDEN4" * 100_000).status == 413
        assert front.post(f"{ASK}/HIDDEN7&{SECRET_QUERY}").status == 502
        assert front.post(f"{ASK}%3F{SECRET_QUERY}").status == 502
        for raw in (
            f"POST {target} x HTTP/1.1\r\n", f"POST {target}\xff HTTP/1.1\r\n", f"POST {target}<> HTTP/1.1\r\n",
            f"POST {target} HTTP/1.1\r\nBad\0Header: HIDDEN8\r\n", f"HIDDEN_METHOD {target} HTTP/1.1\r\n",
            f"TRACE {target} HTTP/1.1\r\n",
        ):  # fmt: skip
            front.hear(raw.encode("latin-1") + HOST + b"\r\n")
        slow = f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nHIDDEN4"
        assert proxy.exchange(front.port, slow.encode()) == b""
        with socket.create_connection(("127.0.0.1", front.port), PATIENCE_SECONDS) as impatient:
            impatient.sendall(slow.encode())
    written = front.logs()
    assert f"POST {ASK} 502" in written
    assert "HIDDEN" not in written
    assert "01999_BV" not in written
    kept = [file for file in front.folder.rglob("*") if file.is_file() and b"HIDDEN" in file.read_bytes()]
    assert kept == []


def _over_tls(front: Front, raw: bytes) -> bytes:
    trusting = ssl.create_default_context(cafile=str(front.folder / "fullchain.pem"))
    trusting.check_hostname = False
    with (
        socket.create_connection(("127.0.0.1", front.port), PATIENCE_SECONDS) as connection,
        trusting.wrap_socket(connection) as sealed,
    ):
        sealed.sendall(raw)
        heard = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := sealed.recv(65536):
                heard += piece
        return heard


def test_as_deployed_only_tls_serves_and_plain_http_is_told_so(tmp_path: Path) -> None:
    folder, port, plain_port = tmp_path / "nginx", free_port(), free_port()
    proxy.lay_out_as_deployed(folder, port, plain_port)
    with proxy.running(folder, port) as front:
        sealed = _over_tls(front, f"POST {TAKE} HTTP/1.1\r\n".encode() + HOST + b"Content-Length: 2\r\n\r\n{}")
        assert sealed.startswith(b"HTTP/1.1 502 ")
        assert b"Strict-Transport-Security: max-age=31536000\r\n" in sealed
        assert b'{"maKetQua":"502"' in sealed
        for plain in (front, Front(plain_port, folder)):
            told = plain.post(TAKE, b"{}")
            assert (told.status, told.code) == (403, "403")
            assert "https://" in told.json["ghiChu"]


_NO_STORE_PAGE = ("content-security-policy", "x-frame-options", "x-content-type-options", "cache-control")


@pytest.fixture
def portal(furnished: dict[str, str], tmp_path: Path) -> Iterator[Front]:
    """The portal behind nginx."""
    environment = {**furnished, "CONGBHYT_TRUSTED_PROXIES": "127.0.0.1/32"}
    with (
        _portal(environment, tmp_path / "portal.log") as port,
        proxy.front(tmp_path / "nginx", port, door=proxy.PORTAL) as front,
    ):
        yield front


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[Front]:
    """nginx for the portal with nobody behind it."""
    with proxy.front(tmp_path / "nginx", free_port(), door=proxy.PORTAL) as front:
        yield front


@contextlib.contextmanager
def _portal(environment: dict[str, str], log: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "congbhyt.commands", "serve", "portal", "--port", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=written, cwd=ROOT)
    try:
        running.wait_until_up(running.Served(f"http://127.0.0.1:{port}", process, log))
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _signed_in(front: Front, password: str, *headers: str) -> tuple[Page, str]:
    """The answer to the sign-in form, and the cookies to come with."""
    page = front.open("/dang-nhap")
    assert (page.status, page.headers["content-type"]) == (200, ["text/html; charset=utf-8"])
    cookies = _cookies(page)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "home": "01999", "user": "kiemthu", "password": password}
    sent = front.open("/dang-nhap", f"Cookie: {cookies}", *headers, form=form)
    return sent, f"{cookies}; {_cookies(sent)}"


def _cookies(page: Page) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in page.headers.get("set-cookie", []))


def _said_once(page: Page) -> bool:
    """No header that guards a page is missing or stands there twice, once by the portal and once by nginx."""
    return all(len(page.headers[name]) == 1 for name in _NO_STORE_PAGE)


def test_people_sign_in_behind_nginx_and_the_record_has_their_own_address(
    furnished: dict[str, str], portal: Front
) -> None:
    told = running.run(furnished, "people", "password", "01999/kiemthu", "--reason", "quên mật khẩu")
    claims = [f"X-Forwarded-For: {FORGED}", f"X_Forwarded_For: {FORGED}", "X-Client-Port: 1"]
    wrong, _ = _signed_in(portal, "HIDDEN-PASSWORD", *claims)
    assert (wrong.status, _said_once(wrong)) == (422, True)
    assert _addresses(furnished, wrong.headers["x-ma-tham-chieu"][0]) == {CALLER}
    origin = f"Origin: {portal.base}"  # browsers name the port too
    opened, cookies = _signed_in(portal, told.split()[-1], *claims, origin)
    assert (opened.status, opened.headers["location"]) == (302, ["/"])
    reference = opened.headers["x-ma-tham-chieu"][0]
    assert _addresses(furnished, reference) == {CALLER}
    with psycopg.connect(furnished["DATABASE_OWNER_URL"]) as connection:
        ports = connection.execute("SELECT port FROM audit_entry WHERE reference = %s", [reference]).fetchall()
    assert {port for (port,) in ports}.isdisjoint({None, 1})

    inside = portal.open("/dang-nhap/ma-xac-nhan", f"Cookie: {cookies}")  # a temporary password needs a code too
    assert (inside.status, _said_once(inside)) == (200, True)
    assert "KIỂM THỬ" in inside.text
    lost = portal.open("/HIDDEN-PAGE?ho-ten=HIDDEN-NAME", f"Cookie: {cookies}")
    assert (lost.status, _said_once(lost)) == (404, True)
    assert "PAGE_UNKNOWN" in lost.text  # the portal's own page, not nginx's
    portal.open("/quan-tri/nguoi-su-dung/4711/khoa?words=HIDDEN-NAME")
    portal.open("/sms/bao-phat/00000000-0000-4000-8000-000000000000/HIDDEN0?trang-thai=1")
    written = portal.logs()
    assert re.search(r"POST /dang-nhap 302 .* portal=302 .*" + reference, written)
    assert "GET /quan-tri/nguoi-su-dung/(number)/khoa " in written
    assert "GET /sms/bao-phat/ " in written
    assert "HIDDEN" not in written
    assert "4711" not in written


def test_files_of_the_pages_are_compressed_and_kept_by_browsers(portal: Front) -> None:
    style = re.search(r'href="(/static/js-lib[^"]+)"', portal.open("/dang-nhap").text)
    assert style
    request = urllib.request.Request(portal.base + style[1], headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as file:
        assert file.headers["Content-Encoding"] == "gzip"
        assert "max-age=3600" in file.headers["Cache-Control"]
        assert b"{" in gzip.decompress(file.read())
        tag = file.headers["ETag"]
    again = portal.open(style[1], "Accept-Encoding: gzip", f"If-None-Match: {tag}")
    assert (again.status, again.text) == (304, "")
    page = portal.open("/dang-nhap", "Accept-Encoding: gzip")
    assert "content-encoding" not in page.headers


def test_a_portal_that_is_down_is_a_page_that_says_what_to_do(nobody: Front) -> None:
    for down in (nobody.open("/dang-nhap"), nobody.open("/dang-nhap", form={"home": "HIDDEN"})):
        assert (down.status, down.headers["content-type"]) == (502, ["text/html; charset=utf-8"])
        assert down.headers["retry-after"] == ["30"]
        assert _said_once(down)
        assert "Thử lại" in down.text
        assert "<script" not in down.text
    hidden = nobody.open("/portal-unavailable.html")
    assert (hidden.status, "Không thực hiện được" in hidden.text) == (404, True)
    assert "HIDDEN" not in nobody.logs()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"POST /dang-nhap HTTP/1.1\r\n%sContent-Length: 65537\r\n\r\n" + b"a" * 65537, 413),
        (b"GET /a<b HTTP/1.1\r\n%s\r\n", 400),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n%s\r\n", 414),
        (b"GET /a HTTP/1.1\r\n%sX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"TRACE /a HTTP/1.1\r\n%s\r\n", 405),
    ],
)
def test_what_nginx_refuses_itself_is_a_page_in_vietnamese(nobody: Front, raw: bytes, status: int) -> None:
    refused = proxy.page_of(proxy.exchange(nobody.port, raw.replace(b"%s", HOST)))
    assert (refused.status, refused.headers["content-type"]) == (status, ["text/html; charset=utf-8"])
    assert "Không thực hiện được" in refused.text
    assert _said_once(refused)


@pytest.mark.parametrize(
    ("target", "length", "status"),
    [
        ("/de-nghi/12/giay-to", 20 * 1024 * 1024, 502),
        ("/de-nghi/12/excel", 1024 * 1024, 502),
        ("/de-nghi/12/giay-to", 22 * 1024 * 1024, 413),
        ("/de-nghi/12/dong", 100_000, 413),
    ],
)
def test_nginx_lets_files_through_only_where_pages_take_them(
    nobody: Front, target: str, length: int, status: int
) -> None:
    head = b"POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (target.encode(), HOST, length)
    page = proxy.page_of(proxy.exchange(nobody.port, head + (b"a" * length if status == 502 else b"")))
    assert (page.status, _said_once(page)) == (status, True)
    assert not [file for file in nobody.folder.rglob("*") if "body" in file.name and file.is_file()]


def test_as_deployed_the_portal_answers_to_its_name_and_plain_http_leads_to_tls(tmp_path: Path) -> None:
    folder, port, plain_port = tmp_path / "nginx", free_port(), free_port()
    proxy.lay_out_as_deployed(folder, port, plain_port)
    host = b"Host: portal.example.vn\r\nConnection: close\r\n\r\n"
    with proxy.running(folder, port) as front:
        page = proxy.page_of(_over_tls(front, b"GET /dang-nhap?HIDDEN HTTP/1.1\r\n" + host))
        assert (page.status, page.headers["strict-transport-security"]) == (502, ["max-age=31536000"])
        assert "Thử lại" in page.text
        led = proxy.page_of(proxy.exchange(plain_port, b"GET /dang-nhap?HIDDEN HTTP/1.1\r\n" + host))
        assert (led.status, led.headers["location"]) == (303, ["https://portal.example.vn/"])
    assert "HIDDEN" not in front.logs()
