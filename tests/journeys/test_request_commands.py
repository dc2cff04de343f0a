"""Registration from the command line: one operator files, another decides, lists and papers come out."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.enrolment import sheets
from congbhyt.enrolment.models import Campaign
from congbhyt.kernel import clock
from congbhyt.registration.models import Request
from congbhyt.registration.rules import Kind
from congbhyt.units.models import UnitNetwork
from tests.journeys.test_commands import Shell, empty, shell

__all__ = ["empty", "shell"]  # pytest finds the fixtures by their names here
FILER, DECIDER = "thao", "binh"


@pytest.fixture
def at_desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Who sits at the command line now."""
    return Desk(monkeypatch)


class Desk:
    """One after the other sits down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.sit(FILER)

    def sit(self, name: str) -> None:
        """Let somebody else work."""
        self._monkeypatch.setattr("getpass.getuser", lambda: name)


def _begun(printed: str) -> str:
    found = re.match(r"DK\d{6}", printed)
    assert found
    return found[0]


def _noted(shell: Shell, number: str) -> None:
    shell.does("requests", "note-paper", number, "--number", "12/BV", "--date", "2026-01-05", "--receiver", "Văn thư")


def test_addresses_go_from_draft_to_opening_and_out_again(shell: Shell, at_desk: Desk, tmp_path: Path) -> None:
    contact = ("--contact-name", "NGUYỄN VĂN KỸ THUẬT", "--contact-phone", "-", "--purpose", "card")
    number = _begun(shell.does("requests", "begin", "addresses", "01999", *contact, typed="0000000301\n"))
    shell.does("requests", "add-address", number, "203.0.113.7", "2001:db8::/48", "--provider", "Nhà mạng Thử")
    shell.does("requests", "add-address", number, "203.0.113.9")
    shell.does("requests", "remove-line", number, "3")
    for form in ("form.pdf", "form.docx"):
        shell.does("requests", "form", number, "--to", str(tmp_path / form))
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF")
    assert "Chờ duyệt" in shell.does("requests", "submit", number)
    assert "REQUEST_OWN" in shell.refuses("requests", "approve", number)
    at_desk.sit(DECIDER)
    _noted(shell, number)
    shell.does("requests", "approve", number, "--lines", "1")
    shell.does("requests", "refuse", number, "--lines", "2", "--reason", "chưa có hợp đồng")
    assert number in shell.does("requests", "summary", "01", "--to", str(tmp_path / "summary.docx"))
    assert "Đang hiệu lực" in shell.does("requests", "open", number)
    assert UnitNetwork.objects.filter(network="203.0.113.7", ended_at=None).count() == 1
    assert "Đã thu hồi" in shell.does("requests", "revoke", number, "--reason", "đổi đường truyền")
    assert not UnitNetwork.objects.filter(network="203.0.113.7", ended_at=None).exists()
    (shown,) = shell.lists("requests", "show", number)
    assert [line["state"] for line in shown["lines"]] == ["ended", "refused"]
    assert [step["by"] for step in shown["steps"]][:3] == [f"operator:{FILER}", f"operator:{FILER}", "operator:binh"]
    assert "203.0.113.7" in shell.does("requests", "show", number)


def test_people_come_one_by_one_and_from_excel(shell: Shell, at_desk: Desk, tmp_path: Path) -> None:
    number = _begun(shell.does("requests", "begin", "people", "01999", "--from-paper", "CV 1/BV"))
    shell.does(
        "requests", "add-person", number, "--name", "PHẠM THỊ LAN", "--right", "card_lookup", "--cccd", "-",
        typed="099199000077\n0000000177\n",
    )  # fmt: skip
    (tmp_path / "people.xlsx").write_bytes(_filled())
    taken = shell.run("requests", "import", number, str(tmp_path / "people.xlsx"))
    assert taken.exit_code == 1
    assert "Đã nhận 1 dòng, 1 dòng lỗi" in taken.stdout
    shell.does("requests", "submit", number)
    at_desk.sit(DECIDER)
    _noted(shell, number)
    assert "Đang hiệu lực" in shell.does("requests", "approve", number)
    assert set(Person.objects.filter(lines__request=Request.objects.get()).values_list("full_name", flat=True)) == {
        "PHẠM THỊ LAN", "LÊ VĂN BẢNG",
    }  # fmt: skip


def _filled() -> bytes:
    """The template with a good row and one without a CCCD."""
    book = load_workbook(io.BytesIO(sheets.template(Kind.PEOPLE)))
    page = book.worksheets[0]
    for place, row in enumerate((["LÊ VĂN BẢNG", "099199000078"], ["NGƯỜI THIẾU SỐ", ""]), 5):
        values = [*row, "", f"00000001{place:02d}", "", "", "", sheets.SHORT[Right.CARD_LOOKUP], ""]
        for column, value in enumerate(values, 1):
            page.cell(place, column, value)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_request_is_sent_back_and_withdrawn(shell: Shell, at_desk: Desk) -> None:
    number = _begun(shell.does("requests", "begin", "addresses", "01999"))
    assert "REQUEST_EMPTY" in shell.refuses("requests", "submit", number)
    shell.does("requests", "add-address", number, "203.0.113.7")
    shell.does("requests", "submit", number)
    at_desk.sit(DECIDER)
    assert "Trả lại" in shell.does("requests", "send-back", number, "--reason", "thiếu dấu")
    assert "Đã rút" in shell.does("requests", "withdraw", number)


def test_an_opening_is_refused_and_lists_are_narrowed(shell: Shell, at_desk: Desk) -> None:
    number = _begun(shell.does("requests", "begin", "addresses", "01999"))
    shell.does("requests", "add-address", number, "203.0.113.7")
    shell.does("requests", "submit", number)
    at_desk.sit(DECIDER)
    _noted(shell, number)
    shell.does("requests", "approve", number)
    assert "SUMMARY_MISSING" in shell.refuses("requests", "open", number)
    shell.does("requests", "summary", "01")
    assert "Từ chối" in shell.does("requests", "refuse-opening", number, "--reason", "đường truyền dùng chung")
    for words, count in (("--state refused --kind addresses --unit 01999", 1), ("--state draft", 0), ("--late", 0)):
        assert len(shell.lists("requests", "list", *words.split())) == count
    assert number in shell.does("requests", "list")


def test_an_emergency_address_needs_a_second_officer(shell: Shell, at_desk: Desk) -> None:
    asked = ("--caller", "ông Trực, 0000000301", "--reason", "đứt cáp")
    number = _begun(shell.does("requests", "emergency", "01999", "203.0.113.7", *asked))
    assert "REQUEST_OWN" in shell.refuses("requests", "approve", number)
    at_desk.sit(DECIDER)
    assert "Đang hiệu lực" in shell.does("requests", "approve", number)
    unprinted = shell.run("requests", "form", number, "--to", "none.pdf")
    assert unprinted.exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        "requests show abc", "requests approve 1 --lines one", "requests begin nothing 01999",
        "requests form 1 --to letter.txt",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_once(shell: Shell, words: str) -> None:
    assert shell.run(*words.split()).exit_code == 2


def test_nobody_knows_a_request_that_is_not_there(shell: Shell) -> None:
    assert "REQUEST_UNKNOWN" in shell.refuses("requests", "show", "DK000999")


def test_a_review_is_opened_listed_and_closed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    shell.does("campaigns", "open", "01/2030", "--due", f"{now + timedelta(days=3):%Y-%m-%d}")
    assert "Đã tạm ngừng 0 người" in shell.does("campaigns", "close")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=5))
    assert "Đã tạm ngừng 2 người" in shell.does("campaigns", "close")
    (listed,) = shell.lists("campaigns", "list")
    assert (listed["name"], listed["suspended"]) == ("01/2030", 2)
    assert "01/2030" in shell.does("campaigns", "list")
    assert Campaign.objects.get().closed_at == clock.now()


def test_the_first_national_officers_come_by_commands_alone(empty: Shell, at_desk: Desk) -> None:
    empty.does("agencies", "add", "00", "--name", "BHXH Việt Nam", "--level", "national")
    for code, name, user, right in (
        ("00CNTT", "Trung tâm CNTT", "moketnoi", "open_addresses"),
        ("00GD", "Trung tâm Giám định", "phanquyen", "appoint_approvers"),
    ):
        empty.does("agencies", "add", code, "--name", name, "--level", "special", "--parent", "00")
        typed = "099199000502\n" if code == "00GD" else "099199000501\n"
        registered = ("people", "register", f"{code}/{user}", "--name", "NGÔ THỊ MỞ", "--phone", "0000000501")
        empty.does(*registered, typed=typed)
        empty.does("rights", "grant", f"{code}/{user}", right, "--basis", "QĐ 1/2026")
    empty.does("agencies", "add", "01", "--name", "BHXH Thử", "--level", "province", "--parent", "00")
    number = _begun(empty.does("requests", "begin", "approvers", "01"))
    person = ("--name", "BÙI THỊ PHÊ DUYỆT", "--right", "approve_requests", "--cccd", "-")
    empty.does("requests", "add-person", number, *person, typed="099178000507\n0000000507\n")
    empty.does("requests", "submit", number)
    at_desk.sit(DECIDER)
    _noted(empty, number)
    assert "Đang hiệu lực" in empty.does("requests", "approve", number)
