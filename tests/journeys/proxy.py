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
events { worker_connections 512; }
http {
    access_log access.log;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include gateway.conf;
}
"""
_PLAIN = """
listen 127.0.0.1:{port};
access_log congbhyt.log congbhyt;
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


def lay_out(folder: Path, gateway_port: int, site: str) -> None:
    """Copy deploy/nginx to `folder`; `site` takes the place of site-server.conf, and port 80 stays closed."""
    shutil.copytree(DEPLOYED, folder, dirs_exist_ok=True)
    (folder / "congbhyt" / "plain-http.conf").unlink()
    (folder / "congbhyt" / "site-server.conf").write_text(site)
    upstream = folder / "congbhyt" / "site-http.conf"
    written = upstream.read_text()
    assert "127.0.0.1:8001" in written
    upstream.write_text(written.replace("127.0.0.1:8001", f"127.0.0.1:{gateway_port}"))
    (folder / "nginx.conf").write_text(_MAIN)


def lay_out_as_deployed(folder: Path, port: int, plain_port: int) -> None:
    """Copy deploy/nginx to `folder` as it is, certificate and closed port 80 included, on these two ports.

    Behind it is a port where nobody listens, whatever else runs on this machine.
    """
    shutil.copytree(DEPLOYED, folder, dirs_exist_ok=True)
    nobody = free_port()
    for file in (folder / "congbhyt").iterdir():
        text = file.read_text().replace("/etc/nginx/congbhyt", str(folder)).replace("/var/log/nginx", str(folder))
        text = text.replace("127.0.0.1:8001", f"127.0.0.1:{nobody}")
        text = text.replace("listen [::]:443", f"listen [::1]:{port}").replace("listen 443", f"listen 127.0.0.1:{port}")
        text = text.replace("listen [::]:80", f"listen [::1]:{plain_port}")
        file.write_text(text.replace("listen 80", f"listen 127.0.0.1:{plain_port}"))
    (folder / "nginx.conf").write_text(_MAIN)
    _certify(folder)


def _certify(folder: Path) -> None:
    """A certificate that only this folder knows."""
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
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, no_password))


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
def front(folder: Path, gateway_port: int, *, read: str = "30s") -> Iterator[Front]:
    """nginx without TLS on a free port, in front of whatever listens on `gateway_port`; impatient with callers."""
    port = free_port()
    lay_out(folder, gateway_port, _PLAIN.format(port=port, read=read))
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
