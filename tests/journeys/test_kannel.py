"""Messages on their way through the real worker and the real Kannel to its fake SMS centre, word for word.

Kannel is Debian's packages kannel and kannel-extras; .ci/run installs them. Without them this file is skipped.
"""

from __future__ import annotations

import contextlib
import http.server
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from congbhyt.accounts.authz import HISTORY_GRANTED
from congbhyt.config.processes import dies_with_parent, free_port
from congbhyt.outbox.kannel import Kannel
from congbhyt.outbox.transports import Sms, TransportError
from tests.factories import NOW
from tests.journeys import running
from tests.journeys.outbox_house import PHONE, House, eventually
from tests.journeys.running import PATIENCE_SECONDS
from tests.unit.test_outbox_kannel import REFUSED

_PATH = "/usr/sbin:/usr/lib/kannel/test"
BEARERBOX, SMSBOX, SMS_CENTRE = (shutil.which(name, path=_PATH) for name in ("bearerbox", "smsbox", "fakesmsc"))

pytestmark = [
    pytest.mark.xdist_group("kannel"),
    pytest.mark.skipif(not (BEARERBOX and SMSBOX and SMS_CENTRE), reason="Kannel is not installed"),
]
PASSWORD = "kannel-of-the-tests"
CODE = "Mã xác thực 482913 của Cổng BHYT, dùng trong 30 phút. Không chia sẻ mã này."
SHORT_CODE = "Mã xác thực: 482913. Không chia sẻ."
_CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = {password}
smsbox-port = {boxes}
log-file = "{folder}/bearerbox.log"
log-level = 1
store-type = file
store-location = "{folder}/store"

group = smsc
smsc = fake
smsc-id = centre
host = 127.0.0.1
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
smsbox-id = box
sendsms-port = {sendsms}
log-file = "{folder}/smsbox.log"
log-level = 1
access-log = "{folder}/access.log"

group = sendsms-user
username = congbhyt
password = {password}
concatenation = true
max-messages = 10
"""
_GOT = re.compile(r"Got message \d+: <\S+ (\S+) (?:udh (\S+) data|ucs-2) (.*)>$", re.MULTILINE)


class RealKannel:
    """bearerbox, smsbox and the fake SMS centre on free ports of loopback; may be started and stopped again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._ports = {name: free_port() for name in ("admin", "boxes", "centre", "sendsms")}
        self._configuration = folder / "kannel.conf"
        self._configuration.write_text(_CONFIGURATION.format(folder=folder, password=PASSWORD, **self._ports))

    @property
    def provider(self) -> Kannel:
        """Its address as a transport."""
        return Kannel("127.0.0.1", self._ports["sendsms"], "/cgi-bin/sendsms", "congbhyt", PASSWORD, "BHXH")

    @property
    def address(self) -> str:
        """Its address as the settings name it."""
        return f"kannel+http://congbhyt:{PASSWORD}@127.0.0.1:{self._ports['sendsms']}/cgi-bin/sendsms?from=BHXH"

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Run all three until the block ends."""
        centre = [str(SMS_CENTRE), "-H", "127.0.0.1", "-r", str(self._ports["centre"]), "-m", "0", "nothing"]
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._process("boxes", str(BEARERBOX), str(self._configuration)))
            stack.enter_context(self._process("sendsms", str(SMSBOX), str(self._configuration)))
            stack.enter_context(self._process("", *centre))
            yield

    @contextlib.contextmanager
    def _process(self, port: str, *command: str) -> Iterator[None]:
        """Run one program, and wait until it listens."""
        with (self.folder / f"{Path(command[0]).name}.said").open("ab") as said:
            process = subprocess.Popen(
                [*dies_with_parent("TERM"), *command], cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said,
            )  # fmt: skip
        try:
            if port:
                eventually(lambda: _listens(self._ports[port]), what=f"{command[0]} to listen")
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)

    def parts(self) -> list[tuple[str, bytes, bytes]]:
        """What the SMS centre got: receiver, header of joined parts or nothing, UTF-16 octets."""
        said = (self.folder / "fakesmsc.said").read_text("latin-1")
        return [(to, unquote_to_bytes(header), _octets(data)) for to, header, data in _GOT.findall(said)]

    def texts(self) -> list[str]:
        """Whole texts in the order of their last parts, put together as a telephone does."""
        whole, begun = [], dict[tuple[str, int], dict[int, bytes]]()
        for receiver, header, octets in self.parts():
            if not header:
                whole.append(octets)
                continue
            length, kind, size, reference, total, number = header
            assert (length, kind, size) == (5, 0, 3)
            pieces = begun.setdefault((receiver, reference), {})
            pieces[number] = octets
            if len(pieces) == total:
                whole.append(b"".join(octets for _, octets in sorted(pieces.items())))
        return [octets.decode("utf-16-be") for octets in whole]

    def logs(self) -> str:
        """All that Kannel itself wrote."""
        return "".join(file.read_text("latin-1") for file in self.folder.glob("*.log"))


def _octets(data: str) -> bytes:
    return unquote_to_bytes(data.replace("+", " "))


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


@pytest.fixture
def house(fresh_database: Callable[[], dict[str, str]], tmp_path: Path) -> House:
    return House(fresh_database(), tmp_path)


@pytest.fixture
def real(tmp_path: Path) -> RealKannel:
    return RealKannel(tmp_path / "kannel")


def test_the_official_grant_text_and_a_code_arrive_unbroken_and_stay_in_no_log(house: House, real: RealKannel) -> None:
    running.furnish(house.environment)  # grants the history right, which sends the official text
    granted = len(house.states())
    assert granted > 0
    with real.running(), house.worker(real.address):
        house.queue((CODE, 1800), (SHORT_CODE, 1800))
        eventually(lambda: len(real.texts()) == granted + 2, what="all messages at the SMS centre")
        eventually(lambda: set(house.states()) == {"sent"}, what="all messages noted as sent")
    assert sorted(real.texts()) == sorted([HISTORY_GRANTED] * granted + [CODE, SHORT_CODE])
    headers = [header for _, header, _ in real.parts()]
    assert sum(1 for header in headers if not header) == 1, "only the short code is one part"
    assert len(headers) == 2 * (granted + 1) + 1
    assert set(house.rows()) == {("sent", real.provider.name, True)}
    logs = real.logs() + (house.folder / "worker.log").read_text()
    assert "target:" + PHONE in logs, "Kannel's access log must be there to be searched"
    for secret in ("482913", "xác thực", "lịch sử KCB", PASSWORD):
        assert secret not in logs


def test_after_the_provider_is_back_nothing_is_lost_and_no_code_comes_too_late(house: House, real: RealKannel) -> None:
    texts = [f"Tin nhắn số {number} chờ nhà cung cấp" for number in range(5)]
    with house.worker(real.address):
        house.queue(("Mã 111111 sắp hết hạn", 4), *((text, 0) for text in texts), (CODE, 1800))
        eventually(lambda: house.attempts() >= 7, what="every message to be tried in vain")
        eventually(lambda: "expired" in house.states(), what="the first code to expire")
        with real.running():
            eventually(lambda: "queued" not in house.states(), what="the messages that waited")
            eventually(lambda: len(real.texts()) == 6, what="all of them at the SMS centre")
    assert sorted(real.texts()) == sorted([*texts, CODE])
    assert house.states() == ["expired", *["sent"] * 6]
    assert all(cleared for _, _, cleared in house.rows())
    assert "111111" not in (house.folder / "worker.log").read_text()


def test_a_provider_that_goes_and_comes_between_messages_loses_none(house: House, real: RealKannel) -> None:
    with house.worker(real.address):
        for number in range(2):
            with real.running():
                house.queue((f"Trước {number}", 0))
                eventually(lambda: "queued" not in house.states(), what="the message while Kannel is up")
            house.queue((f"Giữa {number}", 0))
        with real.running():
            eventually(lambda: len(set(real.texts())) == 4, what="every message at the SMS centre")
    assert sorted(set(real.texts())) == ["Giữa 0", "Giữa 1", "Trước 0", "Trước 1"]


def test_while_the_first_provider_is_down_messages_go_by_the_second_at_once(house: House, real: RealKannel) -> None:
    nobody = replace(real.provider, port=free_port())
    address = real.address.replace(f":{real.provider.port}/", f":{nobody.port}/")
    with real.running(), house.worker(address, real.address):
        house.queue(*((f"Tin {number}", 0) for number in range(6)))
        eventually(lambda: len(real.texts()) == 6, what="all messages at the SMS centre")
        eventually(lambda: set(house.states()) == {"sent"}, what="all messages noted as sent")
    assert set(house.rows()) == {("sent", real.provider.name, True)}
    assert house.attempts() == 6, "no message waited for another try"


class _Reports(http.server.BaseHTTPRequestHandler):
    """Stands for the portal: notes the paths of reports."""

    heard: list[str]

    def do_GET(self) -> None:
        """Note one."""
        self.heard.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def test_kannel_s_report_makes_a_message_delivered(house: House, real: RealKannel) -> None:
    heard: list[str] = []
    handler = type("Reports", (_Reports,), {"heard": heard})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{portal.server_address[1]}"
        with real.running(), house.worker(real.address, CONGBHYT_SMS_REPORT_BASE=base):
            house.queue((HISTORY_GRANTED, 0))
            eventually(lambda: bool(heard) and house.states() == ["sent"], what="the report")
        portal.shutdown()
    assert len(heard) == 1, "one report, although the text has two parts"
    house.report(heard[0])
    assert house.states() == ["delivered"]


@pytest.mark.parametrize(("changed", "answer"), REFUSED)
def test_the_real_kannel_refuses_as_the_fake_of_the_unit_tests_does(
    real: RealKannel, changed: Mapping[str, Any], answer: str
) -> None:
    with real.running(), pytest.raises(TransportError, match=f"^{answer}$"):
        replace(real.provider, **changed).send(Sms("7", PHONE, CODE, NOW))


def test_kannel_cuts_a_text_of_more_than_ten_parts_so_ours_are_never_longer(real: RealKannel) -> None:
    longest = "ạ" * 670
    with real.running():
        real.provider.send(Sms("7", PHONE, longest, NOW))
        eventually(lambda: real.texts() == [longest], what="the longest text")
