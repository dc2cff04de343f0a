"""The unit's side of requests: the list, the request's page, its lines, its paper; nothing of others by guessing."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.audit.models import Entry
from congbhyt.enrolment import sheets
from congbhyt.enrolment.rules import OFFERED
from congbhyt.network import actions as network
from congbhyt.network.refusals import AddressTwiceError
from congbhyt.network.summaries import compile_summary
from congbhyt.otp.models import Code
from congbhyt.paper.refusals import PaperKindError
from congbhyt.policy import queries as policies
from congbhyt.portal.refusing import NoSuchPageError, TooLargeError
from congbhyt.registration import actions, papers
from congbhyt.registration.models import Paper, Request
from congbhyt.registration.papers import Note
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import (
    EmptyRequestError,
    NoSuchRequestError,
    NothingChosenError,
    NotYoursToFileError,
    OpenRequestError,
    StepError,
)
from congbhyt.registration.rules import Kind, State
from congbhyt.signin.refusals import NotForYouError, RegistrationOnlyError
from congbhyt.spreadsheets.refusals import SheetKindError
from tests.factories import NOW
from tests.portal import ELSEWHERE, Cast, check_refused, follow, sign_in, text
from tests.unit.portal_people import code_sent

pytestmark = pytest.mark.django_db
LIST, ADDRESSES_NEW = "/dang-ky", "/dang-ky/moi/addresses"
HEAD = {"manner": "supplement", "purposes": ["card", "history"], "contact_name": "Nguyễn Văn Kỹ Thuật",
        "contact_phone": "0000 000 301", "valid_to": "31.12.2027"}  # fmt: skip
LINES = {"line-addresses": "198.51.100.7\n198.51.100.16/28", "line-line_type": "static", "line-provider": "VNPT"}
PERSON = {"line-full_name": "phạm thị mới", "line-citizen_number": "099 300 000 001", "line-phone": "0000001001",
          "line-social_number": "9900001001", "line-rights": ["card_lookup", "history_lookup"]}  # fmt: skip


@cache
def picture() -> bytes:
    """A scan."""
    written = io.BytesIO()
    Image.effect_noise((60, 40), 60).convert("RGB").save(written, "PNG")
    return written.getvalue()


def of(request: Request, act: str = "") -> str:
    """The address of a request, or of something done to it."""
    return f"/de-nghi/{request.pk}{act}"


def begin(opened: Client, kind: str = "addresses", **typed: object) -> Request:
    """Begin a request through its page."""
    head = HEAD if kind == "addresses" else {"contact_name": "Nguyễn Văn Nhân Sự"}
    answer = opened.post(f"/dang-ky/moi/{kind}", {**head, **typed})
    assert answer.status_code == 302, text(answer)
    return Request.objects.get(pk=int(answer["Location"].rpartition("/")[2]))


def filled(opened: Client) -> Request:
    """A draft with two lines."""
    request = begin(opened)
    assert opened.post(of(request, "/dong"), LINES).status_code == 302
    return request


def file(content: bytes, name: str = "tep.bin") -> SimpleUploadedFile:
    """A file to send; its name and label say nothing true."""
    return SimpleUploadedFile(name, content, "text/html")


class TestList:
    """Đăng ký của đơn vị."""

    def test_says_what_can_be_begun(self, cast: Cast) -> None:
        page = text(sign_in(cast.admin).get(LIST))
        for kind in ("addresses", "people", "administrator"):
            assert f"/dang-ky/moi/{kind}" in page
        assert "chưa lập đề nghị nào" in page
        assert "Việc cần làm" not in page

    def test_lists_states_and_what_is_to_do(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        page = text(opened.get(LIST))
        assert request.label in page
        assert "Đang soạn" in page
        assert "2 dòng" in page
        assert "đang soạn, chưa gửi" in page
        assert "/dang-ky/moi/addresses" not in page
        assert text(opened.get(f"{LIST}?state=refused")).count("Không có đề nghị nào phù hợp") == 1

    def test_officers_are_led_to_their_inbox(self, cast: Cast) -> None:
        assert sign_in(cast.approver).get(LIST)["Location"] == reverse("inbox")

    def test_others_of_the_unit_learn_which_right_it_needs(self, cast: Cast) -> None:
        check_refused(sign_in(cast.officer).get(LIST), NotForYouError, status=403)


class TestBegin:
    """The head of a request."""

    def test_of_addresses_is_taken_as_typed(self, cast: Cast) -> None:
        request = begin(sign_in(cast.admin))
        assert (request.unit, request.state, request.purposes) == (cast.house.unit, State.DRAFT, ["card", "history"])
        assert str(request.valid_to) == "2027-12-31"
        assert request.filed_by == cast.admin.actor

    def test_without_purposes_comes_back_with_what_was_typed(self, cast: Cast) -> None:
        answer = sign_in(cast.admin).post(ADDRESSES_NEW, {**HEAD, "purposes": [], "valid_to": "31/02/2027"})
        page = text(answer)
        assert answer.status_code == 422
        assert "Chọn ít nhất một mục đích." in page
        assert "Ngày không đúng" in page
        assert 'value="31/02/2027"' in page
        assert 'href="#id_purposes"' in page

    def test_a_second_of_its_kind_waits_for_the_first(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        first = begin(opened)
        assert first.label in text(opened.get(ADDRESSES_NEW))
        check_refused(opened.post(ADDRESSES_NEW, HEAD), OpenRequestError)
        assert Request.objects.count() == 1

    @pytest.mark.parametrize("kind", ["emergency", "approvers"])
    def test_what_units_do_not_file(self, kind: str, cast: Cast) -> None:
        answer = sign_in(cast.admin).get(f"/dang-ky/moi/{kind}")
        check_refused(answer, NotYoursToFileError, status=403)

    def test_unknown_kinds_are_no_pages(self, cast: Cast) -> None:
        check_refused(sign_in(cast.admin).get("/dang-ky/moi/khac"), NoSuchPageError, status=404)

    def test_an_officer_files_from_the_units_paper(self, cast: Cast) -> None:
        opened = sign_in(cast.approver)
        address = f"{ADDRESSES_NEW}?don-vi=01998"
        assert "Văn bản của đơn vị" in text(opened.get(address))
        assert opened.post(address, HEAD).status_code == 422
        assert opened.post(address, {**HEAD, "filed_from": "125/BV ngày 01/03/2026"}).status_code == 302
        request = Request.objects.get()
        assert (request.unit, request.filed_by) == (cast.house.other, cast.approver.actor)
        assert "125/BV ngày 01/03/2026" in text(opened.get(of(request)))

    def test_an_officer_of_elsewhere_does_not(self, cast: Cast) -> None:
        answer = sign_in(cast.far_approver).get(f"{ADDRESSES_NEW}?don-vi=01998")
        check_refused(answer, NotYoursToFileError, status=403)

    def test_the_head_is_changed_while_it_is_a_draft(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened)
        assert 'value="0000000301"' in text(opened.get(of(request, "/sua")))
        assert opened.post(of(request, "/sua"), {**HEAD, "contact_name": "Người Khác"}).status_code == 302
        assert "Người Khác" in text(opened.get(of(request)))


class TestAddressLines:
    """Addresses, one on each line of the box."""

    def test_several_are_added_at_once(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        page = text(opened.get(of(filled(opened))))
        for shown in ("198.51.100.7", "198.51.100.16/28", "VNPT", "IP tĩnh"):
            assert shown in page

    def test_wrong_ones_come_back_and_right_ones_stay(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened)
        answer = opened.post(of(request, "/dong"), {**LINES, "line-addresses": "198.51.100.7\n10.0.0.1\n\nabc"})
        page = text(answer)
        assert answer.status_code == 422
        assert "Đã thêm 1 dòng." in page
        assert "RFC 1918" in page
        assert "«abc»" in page
        box = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
        assert box
        assert box[1].split() == ["10.0.0.1", "abc"]
        assert request.addresses.count() == 1

    def test_sent_twice_stands_once(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        assert AddressTwiceError.template.partition("{number}")[2] in text(opened.post(of(request, "/dong"), LINES))
        assert request.addresses.count() == 2

    def test_one_is_taken_out(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        assert "Đã bỏ dòng 1." in follow(opened, opened.post(of(request, "/dong/1/xoa")))
        assert list(request.addresses.values_list("number", flat=True)) == [2]


class TestSteps:
    """Sent, withdrawn, sent back."""

    def test_a_request_is_sent_once(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        assert "Chờ duyệt" in follow(opened, opened.post(of(request, "/gui")))
        check_refused(opened.post(of(request, "/gui")), StepError)
        page = text(opened.get(of(request)))
        assert f'action="{of(request, "/dong")}"' not in page
        assert "VŨ THỊ QUẢN TRỊ" in page
        assert request.steps.count() == 2

    def test_an_empty_one_is_not_sent(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        check_refused(opened.post(of(begin(opened), "/gui")), EmptyRequestError)

    def test_it_is_taken_back(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        opened.post(of(request, "/gui"))
        assert "Đã rút" in follow(opened, opened.post(of(request, "/rut")))
        request.refresh_from_db()
        assert request.state == State.WITHDRAWN


class TestPeopleLines:
    """People, one by one or out of Excel."""

    def test_somebody_is_added_and_shown_with_masked_numbers(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened, "people")
        page = follow(opened, opened.post(of(request, "/dong"), PERSON))
        assert "•••••••••001" in page
        assert "Xem lịch sử khám chữa bệnh" in page
        for hidden in ("099300000001", "9900001001", "0000001001"):
            assert hidden not in page

    def test_what_is_missing_is_said(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened, "people")
        answer = opened.post(of(request, "/dong"), {**PERSON, "line-citizen_number": "", "line-rights": []})
        assert answer.status_code == 422
        assert "Nhập số CCCD gồm 12 chữ số." in text(answer)
        assert 'value="0000001001"' in text(answer)
        assert not request.people.exists()

    def test_the_template_is_filled_in_and_read_row_by_row(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened, "people")
        answer = opened.get(of(request, "/mau-excel"))
        assert "mau-01-dk-ctn.xlsx" in answer["Content-Disposition"]
        rows = [
            ("TRẦN THỊ HAI", "099300000002", "9900001002", "0000001002", "", "", "", "THE; LS", "31/12/2027"),
            ("LÊ VĂN BA", "123", "", "0000001003", "", "", "", "THE", ""),
            ("HỒ THỊ BỐN", "099300000004", "", "0000001004", "", "", "", "Không có", ""),
            ("ĐỖ VĂN NĂM", "099300000005", "", "0000001005", "", "", "", "tra cứu thẻ bhyt", "ngày mai"),
        ]
        answer = opened.post(of(request, "/excel"), {"import-file": file(sheet(answer.content, rows), "ds.xlsx")})
        page = text(answer)
        assert answer.status_code == 422
        assert "Đã thêm 1 người." in page
        for shown in ("LÊ VĂN BA", "Số CCCD: cần 12 chữ số.", "không có quyền «Không có»", "Đến ngày: cần dạng"):
            assert shown in page
        assert list(request.people.values_list("full_name", "rights")) == [
            ("TRẦN THỊ HAI", ["card_lookup", "history_lookup"])
        ]

    def test_a_whole_file_that_is_right_leads_back(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened, "people")
        rows = [("TRẦN THỊ HAI", "099300000002", "", "0000001002", "", "", "", "Tra cứu thẻ BHYT, CCT", "")]
        content = sheet(sheets.template(Kind.PEOPLE), rows)
        answer = opened.post(of(request, "/excel"), {"import-file": file(content)})
        assert "Đã thêm 1 người từ tệp Excel." in follow(opened, answer)
        assert opened.post(of(request, "/excel"), {"import-file": file(content)}).status_code == 422
        assert request.people.count() == 1

    def test_other_files_and_none_are_refused(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened, "people")
        check_refused(opened.post(of(request, "/excel"), {"import-file": file(picture())}), SheetKindError)
        assert "Chọn tệp Excel" in text(opened.post(of(request, "/excel"), {}))
        assert not request.people.exists()

    def test_addresses_have_no_excel(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        check_refused(opened.get(of(request, "/mau-excel")), NoSuchPageError, status=404)
        check_refused(opened.post(of(request, "/excel"), {}), NoSuchPageError, status=404)

    def test_every_right_that_is_offered_has_a_code_of_its_own(self) -> None:
        offered = {right for rights in OFFERED.values() for right in rights}
        assert offered <= set(sheets.SHORT)
        assert len(set(sheets.SHORT.values())) == len(sheets.SHORT)
        for right, short in sheets.SHORT.items():
            assert sheets.read_rights(short.lower()) == sheets.read_rights(RIGHTS[right].label) == (right.value,)


def sheet(template: bytes, rows: Sequence[tuple[str, ...]]) -> bytes:
    """The template with these rows typed below its example."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    for number, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            book.worksheets[0].cell(number, column, value)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


class TestPaper:
    """The form to sign, and what comes back signed."""

    @pytest.mark.parametrize(("media", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK")])
    def test_the_form_is_handed_out_and_that_is_on_record(self, media: str, begins: bytes, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        answer = opened.get(of(request, f"/ban-in/{media}"))
        assert answer.content.startswith(begins)
        assert answer["Content-Disposition"] == f'attachment; filename="{request.label}-01-dk-ip-ctn.{media}"'
        assert Entry.objects.filter(event="registration:form:read", object=f"request:{request.pk}").count() == 1

    def test_the_form_has_numbers_in_full(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = begin(opened, "people")
        opened.post(of(request, "/dong"), PERSON)
        with ZipFile(io.BytesIO(opened.get(of(request, "/ban-in/docx")).content)) as word:
            assert b"099300000001" in word.read("word/document.xml")

    def test_other_forms_are_no_pages(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        check_refused(opened.get(of(filled(opened), "/ban-in/html")), NoSuchPageError, status=404)

    def test_a_scan_is_kept_shown_and_served_harmlessly(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        page = follow(opened, opened.post(of(request, "/giay-to"), {"paper-file": file(picture(), "ban-ky.html")}))
        paper = Paper.objects.get()
        assert f'<img class="scan" src="{of(request, f"/giay-to/{paper.pk}")}"' in page
        assert "Chưa có chữ ký số hợp lệ" in page
        answer = opened.get(of(request, f"/giay-to/{paper.pk}"))
        assert answer.content == picture()
        assert answer["Content-Type"] == "image/png"
        assert answer["Content-Disposition"].startswith("inline")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert Entry.objects.filter(event="registration:paper:read").count() == 1

    def test_sent_twice_is_kept_once(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        for _ in range(2):
            assert opened.post(of(request, "/giay-to"), {"paper-file": file(picture())}).status_code == 302
        assert Paper.objects.count() == 1

    def test_a_change_afterwards_is_told(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        opened.post(of(request, "/giay-to"), {"paper-file": file(picture())})
        assert "Nội dung đã đổi sau bản này" in follow(opened, opened.post(of(request, "/dong/1/xoa")))

    @pytest.mark.parametrize(
        "content", [b"<html><script>alert(1)</script></html>", b"MZ\x90\x00", b"%!PS-Adobe-3.0"],
    )  # fmt: skip
    def test_what_is_no_paper_is_refused(self, content: bytes, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        check_refused(opened.post(of(request, "/giay-to"), {"paper-file": file(content, "scan.pdf")}), PaperKindError)
        assert not Paper.objects.exists()

    def test_nothing_chosen_says_so(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        answer = opened.post(of(filled(opened), "/giay-to"), {})
        assert answer.status_code == 422
        assert "Chọn tệp PDF, JPEG hoặc PNG." in text(answer)

    def test_no_paper_is_taken_when_all_is_over(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        opened.post(of(request, "/rut"))
        check_refused(opened.post(of(request, "/giay-to"), {"paper-file": file(picture())}), StepError)

    def test_larger_files_only_where_files_are_taken(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request, large = filled(opened), b"\xff" * (1024 * 1024)
        check_refused(opened.post(of(request, "/giay-to"), {"paper-file": file(large)}), PaperKindError)
        answer = opened.post(of(request, "/dong"), {"paper-file": file(large)})
        check_refused(answer, TooLargeError, status=413)
        assert "64 KB" in text(answer)
        huge = SimpleUploadedFile("scan.pdf", b"\xff" * (10 * 1024 * 1024 + 80_000))
        answer = opened.post(of(request, "/giay-to"), {"paper-file": huge})
        check_refused(answer, TooLargeError, status=413)
        assert "10 MB" in text(answer)


ACTS = (
    ("get", ""), ("get", "/sua"), ("post", "/sua"), ("post", "/dong"), ("post", "/dong/1/xoa"), ("post", "/excel"),
    ("get", "/mau-excel"), ("post", "/ngung"), ("post", "/gui"), ("post", "/rut"), ("get", "/ban-in/pdf"),
    ("get", "/ban-in/docx"), ("post", "/giay-to"), ("get", "/giay-to/{paper}"),
)  # fmt: skip


class TestOthers:
    """Requests of other units by guessed numbers."""

    @pytest.mark.parametrize("who", ["other_admin", "far_admin", "far_approver", "officer", "operator"])
    def test_every_route_says_that_there_is_none(self, who: str, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        opened.post(of(request, "/giay-to"), {"paper-file": file(picture())})
        stranger, paper = sign_in(getattr(cast, who)), Paper.objects.get().pk
        for method, act in ACTS:
            address = of(request, act.format(paper=paper))
            answer = stranger.get(address) if method == "get" else stranger.post(address, {**HEAD, **LINES})
            check_refused(answer, NoSuchRequestError, status=404)
            assert "Thử Nghiệm" not in text(answer).partition("<main")[2]
        request.refresh_from_db()
        assert (request.state, request.addresses.count(), request.contact_name) == (
            State.DRAFT, 2, "Nguyễn Văn Kỹ Thuật",
        )  # fmt: skip
        told = Entry.objects.filter(event="portal:page:refuse", outcome=NoSuchRequestError.code)
        assert told.count() == len(ACTS)

    def test_papers_of_another_request_are_none_of_this(self, cast: Cast) -> None:
        opened, other = sign_in(cast.admin), sign_in(cast.other_admin)
        request, own = filled(opened), begin(other, "people")
        opened.post(of(request, "/giay-to"), {"paper-file": file(picture())})
        answer = other.get(of(own, f"/giay-to/{Paper.objects.get().pk}"))
        check_refused(answer, NoSuchRequestError, status=404)

    def test_lists_hold_only_ones_own(self, cast: Cast) -> None:
        request = filled(sign_in(cast.admin))
        assert request.label not in text(sign_in(cast.other_admin).get(LIST))


class TestRegistrationOnly:
    """From an address that nobody registered, with a code: requests and nothing else (decision 5)."""

    def test_a_unit_without_an_address_files_for_one(self, cast: Cast) -> None:
        opened = sign_in(cast.admin, address=ELSEWHERE)
        opened.post("/dang-nhap/ma-xac-nhan", {"code": code_sent(Code.Purpose.SIGN_IN)})
        request = filled(opened)
        assert opened.post(of(request, "/giay-to"), {"paper-file": file(picture())}).status_code == 302
        assert "Chờ duyệt" in follow(opened, opened.post(of(request, "/gui")))
        assert "chưa đăng ký cho đơn vị" in text(opened.get("/dang-ky/dia-chi"))
        assert opened.get(LIST).status_code == opened.get("/dang-ky/ra-soat").status_code == 200
        for closed in ("/quan-tri/nguoi-su-dung", "/dang-ky/nguoi-su-dung/them"):
            check_refused(opened.get(closed), RegistrationOnlyError, status=403)


class TestInForce:
    """What is in force can be ended by those whose it is."""

    def test_own_lines_are_ended_with_a_reason(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        approve_and_open(request, cast)
        page = text(opened.get(of(request)))
        assert page.count('form="end-lines"') == 2
        answer = opened.post(of(request, "/ngung"), {"lines": ["1"]})
        assert answer.status_code == 422
        assert "Ghi lý do" in text(answer)
        check_refused(opened.post(of(request, "/ngung"), {"end-reason": "đổi nhà mạng"}), NothingChosenError)
        answer = opened.post(of(request, "/ngung"), {"lines": ["1"], "end-reason": "đổi nhà mạng"})
        assert "đổi nhà mạng" in follow(opened, answer)
        assert list(request.addresses.order_by("number").values_list("state", flat=True)) == ["ended", "in_force"]

    def test_addresses_page_tells_what_is_in_force_and_from_which_request(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        approve_and_open(request, cast)
        page = text(opened.get("/dang-ky/dia-chi"))
        assert "198.51.100.16/28" in page
        assert f'<a href="{of(request)}">{request.label} dòng 2</a>' in page


def approve_and_open(request: Request, cast: Cast) -> None:
    """Let operators bring a draft into force; what officers do is tested elsewhere."""
    policy, filer = policies.current().at(NOW), performer_for(cast)
    actions.submit(request=request, performer=filer, policy=policy, at=NOW)
    said = Note("12/BV", NOW.date(), "Nguyễn Văn Nhận")
    papers.note(request=request, said=said, performer=Performer.operator("operator:one"), at=NOW)
    network.decide(
        request=request, numbers=[1, 2], approve=True, performer=Performer.operator("operator:one"), policy=policy,
        at=NOW,
    )  # fmt: skip
    compile_summary(agency=cast.house.agency, performer=Performer.operator("operator:one"), at=NOW)
    network.open_lines(
        request=request, numbers=[1, 2], let=True, performer=Performer.operator("operator:two"), policy=policy, at=NOW
    )


def performer_for(cast: Cast) -> Performer:
    """The unit's administrator as the domain knows them."""
    return Performer(cast.admin.actor, cast.admin, frozenset({Right.USER_ADMINISTRATION}))


def test_pages_ask_the_database_equally_often_for_many_lines(cast: Cast) -> None:
    opened = sign_in(cast.admin)
    request = filled(opened)
    with CaptureQueriesContext(connection) as few:
        opened.get(of(request))
    opened.post(of(request, "/dong"), {**LINES, "line-addresses": "\n".join(f"203.0.113.{n}" for n in range(40))})
    assert request.addresses.count() == 42
    with CaptureQueriesContext(connection) as many:
        opened.get(of(request))
    assert len(many) == len(few)


def test_lists_ask_equally_often_for_many_requests(cast: Cast) -> None:
    opened = sign_in(cast.admin)
    opened.get(LIST)  # what a process keeps in memory is there
    counts = []
    for number in (1, 12):
        for _ in range(number):
            opened.post(of(filled(opened), "/rut"))
        with CaptureQueriesContext(connection) as asked:
            opened.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
