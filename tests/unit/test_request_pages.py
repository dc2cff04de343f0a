"""The unit's side of requests: the list, the beginning, lines typed, pasted and out of Excel, sending."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import openpyxl
import pytest
from django.urls import reverse

from congbhyt.accounts.authz import RIGHTS
from congbhyt.enrolment import sheets
from congbhyt.enrolment.rules import OFFERED
from congbhyt.network.refusals import AddressTwiceError
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.registration.models import Request
from congbhyt.registration.refusals import (
    EmptyRequestError,
    NotYoursToFileError,
    OpenRequestError,
    StepError,
)
from congbhyt.registration.rules import Kind, State
from congbhyt.signin.refusals import NotForYouError
from congbhyt.spreadsheets.refusals import SheetKindError
from tests.filing import ADDRESSES_NEW, HEAD, LINES, LIST, PERSON, begin, file, filled, of, picture
from tests.portal import Cast, check_refused, follow, sign_in, text

pytestmark = pytest.mark.django_db


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

    def test_goes_out_as_a_file(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        request = filled(opened)
        assert request.label in b"".join(opened.get(f"{LIST}?xuat=csv")).decode("utf-8-sig")

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
