"""Real processes for journeys: a database with the house in it, gateways that serve it, plain HTTP calls."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from congbhyt.config.processes import free_port
from tests.factories import OFFICER_CITIZEN, OFFICER_NAME, WIRE_SECRET

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
_BUILD = """
from congbhyt.config import bootstrap
with bootstrap.database():
    from congbhyt.installation.models import Installation
    from congbhyt.kernel import clock
    from tests import factories
    factories.build(clock.now())
"""


def furnish(environment: Mapping[str, str]) -> None:
    """Put the house of tests.factories into the database that `environment` names."""
    subprocess.run([sys.executable, "-c", _BUILD], env=dict(environment), cwd=ROOT, check=True)


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    json: dict[str, Any]

    @property
    def reference(self) -> str:
        """The reference number that the record knows."""
        return self.headers["X-Ma-Tham-Chieu"]


@dataclass(frozen=True)
class Served:
    """A gateway that answers."""

    base: str
    process: subprocess.Popen[bytes]
    log: Path

    def post(self, path: str, fields: Mapping[str, object]) -> Answer:
        """Send a JSON object.

        Raises:
            OSError: nobody answers, or the connection broke.
        """
        request = urllib.request.Request(
            self.base + path, data=json.dumps(fields).encode(), method="POST", headers={"Content-Type": "text/plain"}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as heard:
                return Answer(heard.status, dict(_named(heard.headers)), json.load(heard))
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, dict(_named(refused.headers)), json.load(refused))

    def take(self, username: str = "01999_BV") -> Answer:
        """Ask for a session."""
        return self.post("/api/token/take", {"username": username, "password": WIRE_SECRET})

    def session(self, username: str = "01999_BV") -> str:
        """Open one; its query string."""
        key = self.take(username).json["APIKey"]
        return f"token={key['access_token']}&id_token={key['id_token']}&username={username}&password={WIRE_SECRET}"

    def ask(self, session: str, **fields: object) -> Answer:
        """Look up the patient of the house."""
        asked = {
            "maThe": "GD4019900000001",
            "hoTen": "NGUYỄN VĂN THỬ",
            "ngaySinh": "01/01/1980",
            "hoTenCb": OFFICER_NAME,
            "cccdCb": OFFICER_CITIZEN,
        }
        return self.post(f"/api/egw/KQNhanLichSuKCB2024?{session}", {**asked, **fields})


def _named(headers: Any) -> Iterator[tuple[str, str]]:
    """Headers under the spelling that we document; servers may write them in lower case."""
    for name, value in headers.items():
        yield "-".join(part.capitalize() for part in name.split("-")), value


@contextlib.contextmanager
def gateway(environment: Mapping[str, str], log: Path) -> Iterator[Served]:
    """Serve the gateway on a free port until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "congbhyt.commands", "serve", "gateway", "--port", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=dict(environment), stdout=written, stderr=written, cwd=ROOT)
    served = Served(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_until_up(served)
        yield served
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_up(served: Served) -> None:
    """Wait for the gateway to say that it is healthy."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{served.base}/healthz", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"the gateway did not come up: {served.log.read_text()[-2000:]}")


def run(environment: Mapping[str, str], *arguments: str, expect: int = 0) -> str:
    """Run `congbhyt …` and return what it printed on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "congbhyt.commands", *arguments],
        env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done.stdout
