"""Paper of requests, what is in force, registration-only sessions, and nothing of others by guessed numbers."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congbhyt.accounts.authz import Right
from congbhyt.audit.models import Entry
from congbhyt.network import actions as network
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
    NoSuchRequestError,
    NothingChosenError,
    StepError,
)
from congbhyt.registration.rules import State
from congbhyt.signin.refusals import RegistrationOnlyError
from tests.factories import NOW
from tests.filing import HEAD, LINES, LIST, PERSON, begin, file, filled, of, picture
from tests.portal import ELSEWHERE, Cast, check_refused, follow, sign_in, text
from tests.unit.portal_people import code_sent

pytestmark = pytest.mark.django_db


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
