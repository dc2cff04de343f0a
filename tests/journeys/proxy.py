"""nginx as a plain process on loopback with the configuration of deploy/, and byte-for-byte calls to it."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from congbhyt.config.processes import dies_with_parent, free_port
from tests.journeys.running import PATIENCE_SECONDS, ROOT

DEPLOYED = ROOT / "deploy" / "nginx"
CALLER = "127.0.0.2"
"""The calls come from here, so that nginx's own address and the caller's differ."""
_MAIN = """
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log info;
events {{ worker_connections 512; }}
http {{
    access_log access.log;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include {door}.conf;
}}
"""
_PLAIN = """
listen 127.0.0.1:{port};
access_log congbhyt.log {log};
client_header_timeout 1s;
client_body_timeout 1s;
proxy_connect_timeout 3s;
proxy_read_timeout {read};
"""


def program() -> str:
    """Where nginx is; without it nothing here can be proven, so the test fails."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert found, "nginx is not installed, and deploy/ is tested with it: apt-get install nginx-light"
    return found


@dataclass(frozen=True)
class Door:
    """What the configuration of one door is called, and where it expects that door."""

    name: str
    upstream: str
    http: str
    server: str
    plain: str
    log: str


GATEWAY = Door("gateway", "127.0.0.1:8001", "site-http.conf", "site-server.conf", "plain-http.conf", "congbhyt")
PORTAL = Door(
    "portal", "127.0.0.1:8000", "portal-http.conf", "portal-server.conf", "portal-plain-http.conf", "congbhyt_portal"
)


def lay_out(folder: Path, behind: int, site: str, door: Door = GATEWAY) -> None:
    """Copy deploy/nginx to `folder` for one door; `site` takes the place of its server's file, port 80 stays closed."""
    shutil.copytree(DEPLOYED, folder, dirs_exist_ok=True)
    own = folder / "congbhyt"
    (own / door.plain).unlink()
    (own / door.server).write_text(site)
    written = (own / door.http).read_text()
    assert door.upstream in written
    (own / door.http).write_text(written.replace(door.upstream, f"127.0.0.1:{behind}"))
    errors = own / "portal-errors.conf"
    errors.write_text(errors.read_text().replace("/etc/nginx/congbhyt", str(own)))
    _write_main(folder, door.name)


def _write_main(folder: Path, door: str) -> None:
    reader = "user root;" if os.geteuid() == 0 else ""  # pages are files, and nobody else may enter our folder
    (folder / "nginx.conf").write_text(reader + _MAIN.format(door=door))


def lay_out_as_deployed(folder: Path, port: int, plain_port: int) -> None:
    """Copy deploy/nginx to `folder` as it is, both doors, certificates and port 80 included, on these two ports.

    Behind them is a port where nobody listens, whatever else runs on this machine.
    """
    shutil.copytree(DEPLOYED, folder, dirs_exist_ok=True)
    nobody = free_port()
    for file in (folder / "congbhyt").iterdir():
        text = file.read_text().replace("root /etc/nginx/congbhyt", f"root {folder / 'congbhyt'}")
        text = text.replace("/etc/nginx/congbhyt", str(folder)).replace("/var/log/nginx", str(folder))
        for door in (GATEWAY, PORTAL):
            text = text.replace(door.upstream, f"127.0.0.1:{nobody}")
        text = text.replace("listen [::]:443", f"listen [::1]:{port}").replace("listen 443", f"listen 127.0.0.1:{port}")
        text = text.replace("listen [::]:80", f"listen [::1]:{plain_port}")
        file.write_text(text.replace("listen 80", f"listen 127.0.0.1:{plain_port}"))
    _write_main(folder, "[gp]*")
    for certificate, key in (("fullchain.pem", "key.pem"), ("portal-fullchain.pem", "portal-key.pem")):
        _certify(folder / certificate, folder / key)


def _certify(certificate: Path, private_key: Path) -> None:
    """A certificate that nobody else knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.example.vn")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private_key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, no_password))


def judge(folder: Path) -> str:
    """What `nginx -t` says about the configuration in `folder`; an error fails."""
    done = subprocess.run(
        [program(), "-e", "stderr", "-p", f"{folder}/", "-c", "nginx.conf", "-t"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


@dataclass(frozen=True)
class Heard:
    """One answer, taken apart."""

    status: int
    headers: Mapping[str, str]
    json: dict[str, Any]

    @property
    def code(self) -> str:
        """`maKetQua`, which every answer begins with."""
        assert next(iter(self.json)) == "maKetQua"
        return str(self.json["maKetQua"])


@dataclass(frozen=True)
class Page:
    """One page, taken apart; a header that stands there twice has two values."""

    status: int
    headers: Mapping[str, list[str]]
    text: str


def page_of(answer: bytes) -> Page:
    """Take an answer apart that holds a page."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for name, _, value in (line.partition(": ") for line in lines):
        headers.setdefault(name.lower(), []).append(value)
    return Page(int(status_line.split(" ")[1]), headers, body.decode("utf-8"))


@dataclass(frozen=True)
class Front:
    """A running nginx."""

    port: int
    folder: Path

    @property
    def base(self) -> str:
        """Its address for HTTP clients."""
        return f"http://127.0.0.1:{self.port}"

    def hear(self, raw: bytes) -> Heard:
        """Send exactly these bytes and read the answer up to the end of the connection."""
        answer = exchange(self.port, raw)
        head, _, body = answer.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        assert headers["content-type"] == "application/json; charset=utf-8", answer
        return Heard(int(status_line.split(" ")[1]), headers, json.loads(body))

    def post(self, target: str, body: bytes = b"", *headers: str) -> Heard:
        """Send a POST with these further header lines."""
        lines = ["Host: gateway.example.vn", "Connection: close", f"Content-Length: {len(body)}", *headers]
        return self.hear(f"POST {target} HTTP/1.1\r\n".encode() + "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def open(self, target: str, *headers: str, form: Mapping[str, str] | None = None) -> Page:
        """Ask for a page as a browser does, or send a form."""
        body = urlencode(form or {}).encode()
        kind = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if form else []
        lines = [f"Host: 127.0.0.1:{self.port}", "Connection: close", *kind, *headers]
        method = "GET" if form is None else "POST"
        head = f"{method} {target} HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        return page_of(exchange(self.port, head.encode() + body))

    def logs(self) -> str:
        """All that it wrote, wherever."""
        return "".join(file.read_text("utf-8", "replace") for file in sorted(self.folder.glob("*.log")))


def exchange(port: int, raw: bytes) -> bytes:
    """Send `raw` and return everything that comes until the other side ends the connection."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS, (CALLER, 0)) as connection:
        connection.sendall(raw)
        heard = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                heard += piece
    return heard


@contextlib.contextmanager
def front(folder: Path, behind: int, *, read: str = "30s", door: Door = GATEWAY) -> Iterator[Front]:
    """nginx without TLS on a free port, in front of whatever listens on `behind`; impatient with callers."""
    port = free_port()
    lay_out(folder, behind, _PLAIN.format(port=port, read=read, log=door.log), door)
    with running(folder, port) as started:
        yield started


@contextlib.contextmanager
def running(folder: Path, port: int) -> Iterator[Front]:
    """Run nginx with the configuration in `folder` until the block ends; then all its logs are written."""
    command = [*dies_with_parent("TERM"), program(), "-e", "stderr", "-p", f"{folder}/", "-c", "nginx.conf"]
    with (folder / "said.log").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder)
    try:
        _wait_until_listening(process, port, folder)
        yield Front(port, folder)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.05)
    raise AssertionError(f"nginx did not start: {(folder / 'said.log').read_text()}")
