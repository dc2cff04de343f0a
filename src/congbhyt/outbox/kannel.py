"""Kannel's `sendsms` over HTTP: the form that keeps text and receiver out of URLs and the text out of its logs."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer

from congbhyt.outbox import rules
from congbhyt.outbox.transports import Place, Sms, TransportError, UndeliverableError

CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 8.0
"""From the connection to the answer's status, however slowly its bytes come."""
ACCEPTED = 202
UCS_2 = "2"
FINAL_REPORTS = "19"
"""dlr-mask: delivered (1), undeliverable (2), rejected (16)."""
_TELEPHONE = re.compile(r"\+?[0-9]{3,15}", re.ASCII)


@dataclass(frozen=True)
class Kannel:
    """One smsbox with one account.

    A POST with X-Kannel headers keeps everything out of the URL, which proxies write down. The body goes as UTF-16
    (big-endian) octets: as text/plain Kannel's logs would hold it, and so every code that we send.
    """

    host: str
    port: int
    path: str
    user: str
    password: str = field(repr=False)
    sender: str = ""
    secure: bool = False
    place: Place = Place.OUTSIDE

    @property
    def name(self) -> str:
        """Host and port, without the account."""
        return f"kannel {self.host}:{self.port}"

    def send(self, sms: Sms) -> None:
        """Post one message; taken means 202 and nothing else. Redirects and proxies are not followed.

        Raises:
            UndeliverableError: the receiver is no telephone number, or the text is empty or too long.
            TransportError: no connection, no answer, or another answer.
        """
        if not _TELEPHONE.fullmatch(sms.receiver):
            raise UndeliverableError("the receiver is no telephone number")
        if not rules.fits(sms.body):
            raise UndeliverableError(f"the text is empty or longer than {rules.MOST_UNITS} UTF-16 units")
        try:
            status = self._post(self._headers(sms), sms.body.encode("utf-16-be"))
        except (OSError, HTTPException, ValueError) as failed:
            # Their texts may repeat what was sent or received.
            raise TransportError(f"no answer ({type(failed).__name__})") from None
        if status != ACCEPTED:
            raise TransportError(f"HTTP {status}")

    def _headers(self, sms: Sms) -> dict[str, str]:
        headers = {
            "Content-Type": "application/octet-stream",
            "Connection": "close",
            "X-Kannel-Username": self.user,
            "X-Kannel-Password": self.password,
            "X-Kannel-To": sms.receiver,
            "X-Kannel-Coding": UCS_2,
        }
        if self.sender:
            headers["X-Kannel-From"] = self.sender
        if sms.expires_at:
            headers["X-Kannel-Validity"] = str(_minutes_left(sms.expires_at, sms.at))
        if sms.report_url:
            headers |= {"X-Kannel-DLR-URL": sms.report_url, "X-Kannel-DLR-Mask": FINAL_REPORTS}
        return headers

    def _post(self, headers: dict[str, str], octets: bytes) -> int:
        """The status of the answer; its body is not read."""
        if self.secure:
            trust = ssl.create_default_context()
            connection: HTTPConnection = HTTPSConnection(self.host, self.port, timeout=CONNECT_SECONDS, context=trust)
        else:
            connection = HTTPConnection(self.host, self.port, timeout=CONNECT_SECONDS)
        with contextlib.closing(connection):
            connection.connect()
            connection.sock.settimeout(ANSWER_SECONDS)
            with _cut_after(connection.sock, ANSWER_SECONDS):
                connection.request("POST", self.path, body=octets, headers=headers)
                return connection.getresponse().status


def _minutes_left(expires_at: datetime, at: datetime) -> int:
    """Whole minutes for Kannel's own queue, so that a code does not leave it when it is of no use any more."""
    return max(1, int((expires_at - at).total_seconds() // 60))


@contextlib.contextmanager
def _cut_after(connected: socket.socket, seconds: float) -> Iterator[None]:
    """End the connection after `seconds`: a time-out of the socket begins anew with each byte that comes."""

    def cut() -> None:
        with contextlib.suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
