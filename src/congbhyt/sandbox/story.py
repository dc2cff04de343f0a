"""A story through the real actions: a unit registers an address, and its program calls from there.

Facility, province, national centre, first look-up, revocation (CV 1923/BHXH-CNTT §1). People act as themselves; the
program of the hospital calls over HTTP from a loopback address that nobody else uses.
"""

from __future__ import annotations

import errno
import http.client
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from congbhyt.accounts.secrets import md5
from congbhyt.installation.queries import is_sandbox
from congbhyt.kernel import clock
from congbhyt.kernel.clock import VIETNAM, vietnam_day
from congbhyt.kernel.refusal import Refusal
from congbhyt.network import actions as network
from congbhyt.network.actions import Typed
from congbhyt.network.documents import request_form, summary_form
from congbhyt.network.models import AddressLine
from congbhyt.network.summaries import compile_summary
from congbhyt.paper.pdf import as_pdf
from congbhyt.policy import queries as policies
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions, papers
from congbhyt.registration.actions import Head
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request
from congbhyt.registration.papers import Note
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import Kind, LineState, State
from congbhyt.sandbox.institutions import (
    API_SECRET,
    FOREIGN_OFFICER,
    IT_CENTRE,
    PROVINCIAL,
    SECOND_HOSPITAL,
)
from congbhyt.sandbox.look_ups import LOOK_UPS
from congbhyt.sandbox.refusals import NotSandboxError
from congbhyt.sandbox.requests import performer
from congbhyt.units import queries as units

ALIAS = "127.0.0.77"
"""No network of the unit holds it; the other hospital's 127.0.0.0/8 does not let this one in."""
PATIENCE_SECONDS = 30
_SECONDS = 10
_PAUSE = 0.1


class StoryBrokenError(Refusal):
    """Something did not go as the story promises."""

    code = "STORY_BROKEN"
    template = "Kịch bản dừng ở bước «{step}»: {found}."


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it is printed: when, who, what."""

    at: datetime
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(VIETNAM):%H:%M:%S}  {self.who:<40} {self.what}"


class Program:
    """The hospital's program, which calls a gateway from the alias."""

    _NAME = f"{SECOND_HOSPITAL}_BV"

    def __init__(self, base: str) -> None:
        self._place = urlsplit(base)
        self._session = ""

    def take(self) -> int:
        """Sign in; the HTTP status. The session is kept."""
        status, answer = self._post("/api/token/take", {"username": self._NAME, "password": md5(API_SECRET)})
        if status == http.client.OK:
            key = answer["APIKey"]
            self._session = urlencode({
                "token": key["access_token"], "id_token": key["id_token"], "username": self._NAME,
                "password": md5(API_SECRET),
            })  # fmt: skip
        return status

    def look_up(self) -> tuple[str, bool]:
        """Look up the cast's first patient in the session that was opened; `maKetQua`, and whether history came."""
        asked = LOOK_UPS[0].as_sent()
        fields = {name: asked[name] for name in ("maThe", "hoTen", "ngaySinh")}
        named = {"hoTenCb": FOREIGN_OFFICER.full_name, "cccdCb": FOREIGN_OFFICER.citizen_number}
        _, answer = self._post(f"/api/egw/KQNhanLichSuKCB2024?{self._session}", {**fields, **named})
        return str(answer["maKetQua"]), bool(answer.get("dsLichSuKCB2018"))

    def _post(self, path: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(
            self._place.hostname or "", self._place.port, timeout=_SECONDS, source_address=(ALIAS, 0)
        )
        try:
            body = json.dumps(fields, ensure_ascii=False).encode()
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            heard = connection.getresponse()
            return heard.status, json.load(heard)
        except OSError as failed:
            if failed.errno == errno.EADDRNOTAVAIL:
                raise StoryBrokenError(step="gọi từ địa chỉ mới", found=f"máy này không có {ALIAS}") from failed
            raise
        finally:
            connection.close()


class Registration:
    """The walk; `tell` gets each step as it happens."""

    def __init__(self, gateways: Sequence[str], tell: Callable[[Told], None]) -> None:
        self._programs = [Program(base) for base in gateways]
        self._tell = tell
        self._unit = units.unit(SECOND_HOSPITAL)
        self._facility = performer(f"{SECOND_HOSPITAL}/quantri")
        self._clerk, self._approver = performer(f"{PROVINCIAL}/tiepnhan"), performer(f"{PROVINCIAL}/pheduyet")
        self._opener = performer(f"{IT_CENTRE}/moketnoi")

    def play(self) -> None:
        """Walk from the facility to the first look-up and back.

        Raises:
            NotSandboxError: loopback addresses are registered in a sandbox only.
            StoryBrokenError: something did not happen.
            Refusal: a step was refused.
        """
        if not is_sandbox():
            raise NotSandboxError
        self._clear_away()
        self._expect("trước khi mở", lambda program: program.take() == http.client.FORBIDDEN)
        self._said(None, f"gọi cổng từ {ALIAS}: bị từ chối (403) ở {len(self._programs)} tiến trình")
        request = self._file()
        self._decide(request)
        self._open(request)
        self._call()
        self._revoke(request)

    def _clear_away(self) -> None:
        """End what an interrupted telling left; requests of testers for other addresses are not touched."""
        left = AddressLine.objects.filter(request__unit=self._unit, first=ALIAS)
        for line in left.exclude(state__in=[LineState.REFUSED, LineState.ENDED]).select_related("request"):
            request, at = line.request, clock.now()
            if line.state == LineState.IN_FORCE:
                network.revoke(
                    request=request, numbers=[line.number], reason="kể lại từ đầu", performer=self._opener, at=at
                )
            elif line.state == LineState.APPROVED:
                self._refuse_opening(request, line.number)
            elif request.state != State.WITHDRAWN:
                actions.withdraw(request=request, performer=self._facility, at=at)

    def _refuse_opening(self, request: Request, number: int) -> None:
        if request.summary_id is None:
            compile_summary(agency=self._unit.receiving_agency, performer=self._approver, at=clock.now())
        network.open_lines(
            request=request, numbers=[number], let=False, reason="kể lại từ đầu", performer=self._opener,
            policy=_law(), at=clock.now(),
        )  # fmt: skip

    def _file(self) -> Request:
        """The facility: draft, line, form, submission."""
        head = Head(purposes=("card", "history"), contact_name="PHẠM VĂN KỸ THUẬT", justification="đường truyền mới")
        request = actions.begin(
            kind=Kind.ADDRESSES, home=self._unit, head=head, performer=self._facility, at=clock.now()
        )
        network.add_line(
            request=request, typed=Typed(ALIAS, provider="Nhà mạng Thử"), performer=self._facility, policy=_law(),
            at=clock.now(),
        )  # fmt: skip
        self._said(self._facility, f"lập đề nghị {request.label} (01/dk-ip-ctn) cho địa chỉ {ALIAS}")
        pages = len(as_pdf(request_form(request)))
        self._said(self._facility, f"in mẫu để ký: PDF {pages:,} byte, mã đối chiếu {check_code(request)}")
        actions.submit(request=request, performer=self._facility, policy=_law(), at=clock.now())
        self._said(self._facility, f"gửi {request.label} đến {self._unit.receiving_agency.name}")
        return request

    def _decide(self, request: Request) -> None:
        """The province: paper, approval, summary."""
        said = Note("77/CV-BV", vietnam_day(clock.now()), "Văn thư BHXH tỉnh")
        papers.note(request=request, said=said, performer=self._clerk, at=clock.now())
        self._said(self._clerk, f"ghi nhận đã nhận bản giấy số {said.number}")
        network.decide(
            request=request, numbers=[1], approve=True, performer=self._approver, policy=_law(), at=clock.now()
        )  # fmt: skip
        self._said(self._approver, f"duyệt dòng 1 của {request.label}")
        summary = compile_summary(agency=self._unit.receiving_agency, performer=self._approver, at=clock.now())
        pages = len(as_pdf(summary_form(summary)))
        self._said(self._approver, f"lập bảng tổng hợp {summary.label} (02/th-ip-ctn), PDF {pages:,} byte")
        self._expect("duyệt nhưng chưa mở", lambda program: program.take() == http.client.FORBIDDEN)
        self._said(None, f"gọi cổng từ {ALIAS}: vẫn bị từ chối (403), vì chưa mở kết nối")

    def _open(self, request: Request) -> None:
        """The national centre."""
        network.open_lines(
            request=request, numbers=[1], let=True, performer=self._opener, policy=_law(), at=clock.now()
        )
        self._said(self._opener, f"mở kết nối {ALIAS} cho {self._unit.name}")

    def _call(self) -> None:
        """The program: admitted by every gateway, and its first look-up."""
        seconds = self._expect("mở kết nối", lambda program: program.take() == http.client.OK)
        self._said(None, f"được vào ở cả {len(self._programs)} tiến trình của cổng sau {seconds:.1f} giây")
        self._expect("tra cứu đầu tiên", lambda program: program.look_up() == ("000", True))
        self._said(None, f"tra cứu thẻ {LOOK_UPS[0].maThe} từ {ALIAS}: 000, có lịch sử khám chữa bệnh")

    def _revoke(self, request: Request) -> None:
        """The national centre closes it again, so that the story can be told once more."""
        network.revoke(
            request=request, numbers=[1], reason="hết kịch bản thử", performer=self._opener, at=clock.now()
        )  # fmt: skip
        self._said(self._opener, f"thu hồi {ALIAS}")
        seconds = self._expect(
            "thu hồi", lambda program: program.look_up()[0] != "000" and program.take() == http.client.FORBIDDEN
        )
        self._said(None, f"lại bị từ chối (403) ở cả {len(self._programs)} tiến trình sau {seconds:.1f} giây")

    def _expect(self, step: str, holds: Callable[[Program], bool]) -> float:
        """Wait until it holds for the program at every gateway; how many seconds that took.

        Raises:
            StoryBrokenError: it does not come to hold.
        """
        began = time.monotonic()
        while not all(holds(program) for program in self._programs):
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise StoryBrokenError(step=step, found=f"cổng trả lời khác sau {PATIENCE_SECONDS} giây")
            time.sleep(_PAUSE)
        return time.monotonic() - began

    def _said(self, who: Performer | None, what: str) -> None:
        named = f"{who.person.full_name} ({who.person.handle})" if who and who.person else "Phần mềm 01998_BV"
        self._tell(Told(clock.now(), named, what))


def _law() -> InForce:
    return policies.current().at(clock.now())
