"""Lists as files: the filtered whole, on record, without numbers by which anybody could be reached."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from congbhyt.accounts.authz import Right
from congbhyt.audit.models import Entry
from congbhyt.otp.models import Code
from congbhyt.outbox.actions import queue_sms
from congbhyt.portal import exporting
from congbhyt.portal.exporting import TooManyRowsError, in_chunks
from congbhyt.signin.refusals import NotForYouError
from tests import officers
from tests.factories import NOW
from tests.officers import Offices
from tests.portal import Answer, Cast, Moving, check_refused, sign_in, text
from tests.registration import applicant, approved_addresses, performer, submitted_addresses, submitted_people
from tests.unit.portal_people import PASSWORD, code_sent

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def offices(moving: Moving) -> Offices:  # noqa: ARG001  # the clock stands still
    """Officers with a portal."""
    return officers.settle()


def table(answer: Answer) -> list[list[str]]:
    """The rows of a CSV answer, headings first."""
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def on_record() -> tuple[str, dict[str, object]]:
    """What the last export left: which list, and the details."""
    entry = Entry.objects.filter(event="portal:list:export").latest("pk")
    return entry.object, entry.details


class TestInbox:
    """The officers' list."""

    def test_the_whole_filtered_list_not_one_page_of_it(self, offices: Offices) -> None:
        addresses = submitted_addresses(offices.country, "203.0.113.7", "203.0.113.9")
        submitted_people(offices.country, applicant(1))
        opened = offices.desk(offices.country.approver)
        rows = table(opened.get("/phe-duyet/de-nghi?xuat=csv&kind=addresses&page=7&size=20"))
        assert rows[0][:5] == ["Số đề nghị", "Loại", "Mã đơn vị", "Tên đơn vị", "Trạng thái"]
        assert [row[0] for row in rows[1:]] == [addresses.label]
        assert rows[1][5:7] == ["2", "2"]
        listed, details = on_record()
        assert listed == "list:inbox"
        assert details == {"format": "csv", "rows": 1, "filter": {"kind": "addresses", "page": "7", "size": "20"}}

    def test_as_a_spreadsheet(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country)
        answer = offices.desk(offices.country.approver).get("/phe-duyet/de-nghi?xuat=xlsx")
        assert answer["Content-Type"] == XLSX
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert sheet is not None
        assert sheet["A2"].value == request.label

    def test_another_format_is_the_page(self, offices: Offices) -> None:
        answer = offices.desk(offices.country.approver).get("/phe-duyet/de-nghi?xuat=exe")
        assert answer["Content-Type"].startswith("text/html")
        assert not Entry.objects.filter(event="portal:list:export").exists()

    def test_a_list_too_long_is_refused(self, offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
        submitted_addresses(offices.country)
        submitted_people(offices.country, applicant(1))
        monkeypatch.setattr(exporting, "MOST_ROWS", 1)
        answer = offices.desk(offices.country.approver).get("/phe-duyet/de-nghi?xuat=csv")
        check_refused(answer, TooManyRowsError)
        assert not Entry.objects.filter(event="portal:list:export").exists()

    def test_nobody_takes_out_what_they_may_not_see(self, offices: Offices) -> None:
        submitted_addresses(offices.country)
        assert len(table(offices.desk(offices.country.far_approver).get("/phe-duyet/de-nghi?xuat=csv&show=all"))) == 1
        answer = offices.desk(offices.country.registrar).get("/phe-duyet/de-nghi?xuat=csv")
        check_refused(answer, NotForYouError, status=403)


class TestOthers:
    """Every other list of officers and administrators."""

    def test_lines_to_open(self, offices: Offices) -> None:
        approved_addresses(offices.country, "203.0.113.7")
        rows = table(offices.desk(offices.country.opener).get("/phe-duyet/mo-ket-noi?xuat=csv"))
        assert rows[1][2:5] == ["01999", "Bệnh viện Thử Nghiệm", "203.0.113.7"]
        assert on_record()[0] == "list:to-open"

    def test_progress_and_reviews(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.appointer)
        assert table(opened.get("/phe-duyet/tien-do?xuat=csv"))[1][:3] == ["01", "BHXH Thử Nghiệm", "3"]
        assert len(table(opened.get("/phe-duyet/ra-soat?xuat=csv"))) == 1

    def test_approvers(self, offices: Offices) -> None:
        rows = table(offices.desk(offices.country.appointer).get("/phe-duyet/can-bo?xuat=csv"))
        assert [row[2] for row in rows[1:]] == ["01", "01", "79"]

    def test_people(self, cast: Cast) -> None:
        answer = sign_in(cast.admin).get("/quan-tri/nguoi-su-dung?xuat=csv&words=kiểm")
        assert [row[1] for row in table(answer)] == ["Tên đăng nhập", "kiemthu"]
        for private in ("099199", "0000000101", "9900000101"):
            assert private not in answer.content.decode()

    def test_telephones_are_masked(self, cast: Cast) -> None:
        opened = sign_in(cast.officer)
        opened.post("/tai-khoan/dien-thoai", {"phone": "0000000777", "password": PASSWORD})
        opened.post("/tai-khoan/dien-thoai/xac-nhan", {"code": code_sent(Code.Purpose.PHONE)})
        rows = table(sign_in(cast.approver).get("/phe-duyet/so-dien-thoai?xuat=csv"))
        assert rows[1][3:5] == ["•••••••101", "•••••••777"]

    def test_messages_have_no_receivers(self, cast: Cast) -> None:
        queue_sms(purpose="otp:sign_in", receiver="0000000777", body="mã 123456", at=NOW)
        answer = sign_in(cast.operator).get("/van-hanh/tin-nhan?xuat=csv")
        assert "Mã đăng nhập" in [row[1] for row in table(answer)]
        assert "0000000777" not in answer.content.decode()
        assert "123456" not in answer.content.decode()

    def test_formulas_are_text(self, offices: Offices) -> None:
        somebody = performer(offices.country.province, "congthuc", 40, Right.APPROVE_REQUESTS)
        assert somebody.person
        somebody.person.full_name = "=1+1"
        somebody.person.save()
        rows = table(offices.desk(offices.country.appointer).get("/phe-duyet/can-bo?xuat=csv"))
        assert "'=1+1" in [row[0] for row in rows]


def test_pages_offer_their_files(offices: Offices) -> None:
    submitted_addresses(offices.country)
    page = text(offices.desk(offices.country.approver).get("/phe-duyet/de-nghi?kind=addresses&page=1"))
    assert 'href="?kind=addresses&amp;xuat=xlsx"' in page


def test_chunks_hold_everything_once() -> None:
    assert [len(chunk) for chunk in in_chunks(range(2500))] == [1000, 1000, 500]
    assert list(in_chunks(())) == []


def test_what_the_record_cannot_hold_is_left_out(cast: Cast) -> None:
    """Anybody may write anything into an address."""
    opened = sign_in(cast.approver)
    assert opened.get(f"/phe-duyet/de-nghi?xuat=csv&x=%00&y={'z' * 300}").status_code == 200
    assert on_record()[1]["filter"] == {"y": "z" * 100}
    assert opened.get("/dang-ky/moi/addresses?don-vi=%00").status_code == 422
