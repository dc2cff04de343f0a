"""A look-up on the portal's page against the same look-up at the gateway, one after the other on the same machine.

Both doors are served as they are in production. Each measurement is one request over a connection that is kept; the
medians of many, taken in turns, are compared, so that only their ratio means anything.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench.house import OFFICER_CITIZEN, fill, open_session
from bench.lookup import PORT, Bench, database, gateway

PORTAL_PORT = 8932
PASSWORD = "Do-thoi-gian-2026!"
MOST_RATIO = 3.0
ROUNDS, WARM_UP = 400, 50
LOOK_UP = "/thong-tuyen/quan-ly-thong-tuyen"

_FURNISH = f"""
from congbhyt.config import bootstrap
with bootstrap.database():
    from congbhyt.accounts import actions, passwords
    from congbhyt.accounts.authz import Right
    from congbhyt.accounts.models import Person
    from congbhyt.kernel import clock
    officer = Person.objects.get(handle="01999/kiemthu")
    actions.grant_right(holder=officer, right=Right.CARD_LOOKUP, basis="bench", by="bench", at=clock.now())
    passwords.set_password(person=officer, password={PASSWORD!r}, by="bench", at=clock.now())
"""


class Browser:
    """Keeps one connection and its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """Open a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form."""
        token = self._cookies.get("csrftoken", "")
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.read().decode()


def main() -> int:
    """Measure, print, and leave with 1 when the ratio is missed."""
    with tempfile.TemporaryDirectory(prefix="congbhyt-bench-") as folder, database(Path(folder)) as bench:
        fill(bench.environment)
        subprocess.run([sys.executable, "-c", _FURNISH], env=bench.environment, check=True)
        with gateway(bench), portal(bench):
            at_gateway, on_page = _measured(_ask_gateway(), _ask_page())
    ratio = on_page / at_gateway
    print(f"look-up: page {on_page:.1f} ms, gateway {at_gateway:.1f} ms, ratio {ratio:.2f} (at most {MOST_RATIO})")
    print("kept" if ratio <= MOST_RATIO else "MISSED")
    return 0 if ratio <= MOST_RATIO else 1


@contextmanager
def portal(bench: Bench) -> Iterator[None]:
    """The portal as it is served."""
    command = [sys.executable, "-m", "congbhyt.commands", "serve", "portal", "--port", str(PORTAL_PORT)]
    with (bench.folder / "portal.log").open("wb") as log:
        server = subprocess.Popen(command, env=bench.environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        server.terminate()
        server.wait(20)


def _measured(*asking: Callable[[], None]) -> list[float]:
    """Milliseconds, medians, of each way of asking, taken in turns."""
    taken: list[list[float]] = [[] for _ in asking]
    for _ in range(ROUNDS + WARM_UP):
        for ask, times in zip(asking, taken, strict=True):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times[WARM_UP:]) for times in taken]


def _ask_gateway() -> Callable[[], None]:
    session = open_session(PORT)
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    body = json.dumps(
        {"maThe": "GD4019910000001", "hoTen": "NGUYỄN VĂN THỬ", "ngaySinh": "01/01/1980",
         "hoTenCb": "NGUYỄN THỊ KIỂM THỬ", "cccdCb": OFFICER_CITIZEN}
    )  # fmt: skip

    def ask() -> None:
        connection.request("POST", f"/api/egw/KQNhanLichSuKCB2024?{session}", body)
        if json.loads(connection.getresponse().read())["maKetQua"] != "000":
            raise SystemExit("the gateway answered something else than 000")

    return ask


def _ask_page() -> Callable[[], None]:
    browser = _signed_in()
    asked = {"scan": "", "card": "GD4019910000001", "name": "NGUYỄN VĂN THỬ", "birth": "01/01/1980"}

    def ask() -> None:
        if not re.search(r"mã 000", browser.post(LOOK_UP, asked)):
            raise SystemExit("the page shows something else than 000")

    return ask


def _signed_in() -> Browser:
    for _ in range(100):
        browser = Browser(PORTAL_PORT)
        try:
            browser.get("/dang-nhap")
        except OSError:
            time.sleep(0.2)
            continue
        browser.post("/dang-nhap", {"home": "01999", "user": "kiemthu", "password": PASSWORD})
        browser.get(LOOK_UP)
        return browser
    raise SystemExit("the portal did not come up")


if __name__ == "__main__":
    sys.exit(main())
