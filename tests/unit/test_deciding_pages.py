"""What officers can do on the page of a request, and what nobody may do there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.audit.models import Entry
from congbhyt.registration import actions
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request
from congbhyt.registration.refusals import (
    ChangedMeanwhileError,
    FieldError,
    LineDecidedError,
    NoSuchRequestError,
    NothingChosenError,
    NotYoursToDecideError,
    OwnRequestError,
    PaperMissingError,
    StepError,
    SummaryMissingError,
)
from congbhyt.registration.rules import Kind, State
from congbhyt.signin.refusals import NotForYouError
from congbhyt.units.models import UnitNetwork
from tests import officers
from tests.factories import NOW
from tests.officers import Offices, decide
from tests.portal import Moving, check_refused, follow, text
from tests.registration import (
    FROM_PAPER,
    applicant,
    approve,
    approved_addresses,
    draft_addresses,
    draft_people,
    opened_addresses,
    policy,
    send,
    submitted_addresses,
    submitted_people,
)

pytestmark = pytest.mark.django_db
ACTS = ("duyet", "tra-lai", "nhan-giay", "mo", "thu-hoi")


@pytest.fixture
def offices(moving: Moving) -> Offices:  # noqa: ARG001  # the clock stands still
    """Officers with a portal."""
    return officers.settle()


def page_of(request: Request, **query: str) -> str:
    """The address of a request's page."""
    return reverse("request", kwargs={"number": request.pk}, query=query)


def state_of(request: Request) -> str:
    """Where it stands now."""
    request.refresh_from_db()
    return request.state


class TestAddresses:
    """A province decides, the national centre opens."""

    def test_lines_are_approved_and_refused_one_by_one(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country, "203.0.113.7", "203.0.113.9")
        opened = offices.desk(offices.country.approver)
        page = text(opened.get(page_of(request)))
        assert "203.0.113.7" in page
        assert "Duyệt các dòng đã chọn" in page
        assert "Đã duyệt các dòng đã chọn." in follow(opened, decide(opened, request, 1))
        answer = decide(opened, request, 2, verdict="refuse", reason="địa chỉ của quán cà phê")
        assert "địa chỉ của quán cà phê" in follow(opened, answer)
        assert [line.state for line in request.lines.order_by("number")] == ["approved", "refused"]
        assert state_of(request) == State.APPROVED

    def test_sharing_and_width_stand_beside_the_line(self, offices: Offices) -> None:
        head = actions.Head(purposes=("card",), justification="mạng của cả khối bệnh viện")
        request = submitted_addresses(offices.country, "203.0.113.7", "127.16.0.0/20", head=head)
        page = text(offices.desk(offices.country.approver).get(page_of(request)))
        assert "Đơn vị khác cũng đang dùng địa chỉ này: 01998." in page
        assert "Dải rộng hơn thường lệ (4096 địa chỉ). Lý do: mạng của cả khối bệnh viện." in page

    def test_without_paper_nothing_can_be_approved_until_it_is_noted(self, offices: Offices) -> None:
        request = send(offices.country, draft_addresses(offices.country))
        opened = offices.desk(offices.country.approver)
        page = text(opened.get(page_of(request)))
        assert "Chưa duyệt được vì chưa có bản giấy hay bản ký số nào" in page
        assert 'value="approve"' not in page
        check_refused(decide(opened, request, 1), PaperMissingError)
        typed = {"seen": check_code(request), "note-number": "12/BV", "note-day": "01/03/2026", "note-receiver": "Lan"}
        answer = opened.post(f"/de-nghi/{request.pk}/nhan-giay", typed)
        assert "Đã ghi nhận bản giấy." in follow(opened, answer)
        assert decide(opened, request, 1).status_code == 302

    def test_what_is_refused_stands_beside_what_was_typed(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country)
        opened = offices.desk(offices.country.approver)
        check_refused(decide(opened, request), NothingChosenError)
        answer = decide(opened, request, 1, verdict="refuse")
        check_refused(answer, FieldError)
        assert 'id="decide-1" checked' in text(answer)
        check_refused(decide(opened, request, 1, seen="0" * 16), ChangedMeanwhileError)
        approve(offices.country, request)
        check_refused(decide(opened, request, 1), StepError)

    def test_a_line_that_somebody_decided_meanwhile_is_named(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country, "203.0.113.7", "203.0.113.9")
        approve(offices.country, request, 1)
        check_refused(decide(offices.desk(offices.country.approver), request, 1, 2), LineDecidedError)

    def test_all_lines_can_be_ticked_by_a_link(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country, "203.0.113.7", "203.0.113.9")
        opened = offices.desk(offices.country.approver)
        assert " checked" not in text(opened.get(page_of(request)))
        assert text(opened.get(page_of(request, chon="decide"))).count(" checked") == 2

    def test_sent_back_with_what_is_wrong(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country)
        opened = offices.desk(offices.country.approver)
        assert "Cần sửa gì: Ghi rõ cần sửa gì" in text(opened.post(f"/de-nghi/{request.pk}/tra-lai", {}))
        answer = opened.post(f"/de-nghi/{request.pk}/tra-lai", {"back-reason": "ghi thiếu nhà mạng"})
        assert "ghi thiếu nhà mạng" in follow(opened, answer)
        assert state_of(request) == State.RETURNED

    def test_opened_only_from_a_summary(self, offices: Offices) -> None:
        request = approve(offices.country, submitted_addresses(offices.country))
        opened = offices.desk(offices.country.opener)
        assert "Đề nghị chưa nằm trong bảng tổng hợp" in text(opened.get(page_of(request)))
        typed = {"lines": [1], "verdict": "open"}
        check_refused(opened.post(f"/de-nghi/{request.pk}/mo", typed), SummaryMissingError)

    def test_opened_and_revoked(self, offices: Offices) -> None:
        request = approved_addresses(offices.country)
        opened = offices.desk(offices.country.opener)
        assert "Mở các dòng đã chọn" in text(opened.get(page_of(request)))
        answer = opened.post(f"/de-nghi/{request.pk}/mo", {"lines": [1], "verdict": "open"})
        assert "có hiệu lực sau vài giây" in follow(opened, answer)
        assert UnitNetwork.objects.filter(network="203.0.113.7", ended_at=None).exists()
        answer = opened.post(f"/de-nghi/{request.pk}/thu-hoi", {"lines": [1], "revoke-reason": "lộ mật khẩu"})
        assert "Đã thu hồi" in follow(opened, answer)
        assert not UnitNetwork.objects.filter(network="203.0.113.7", ended_at=None).exists()
        assert state_of(request) == State.REVOKED

    def test_not_opened_needs_a_reason(self, offices: Offices) -> None:
        request = approved_addresses(offices.country)
        opened = offices.desk(offices.country.opener)
        check_refused(opened.post(f"/de-nghi/{request.pk}/mo", {"lines": [1], "verdict": "shut"}), FieldError)
        typed = {"lines": [1], "verdict": "shut", "open-reason": "đường truyền chung"}
        assert "Đã ghi không mở" in follow(opened, opened.post(f"/de-nghi/{request.pk}/mo", typed))
        assert state_of(request) == State.REFUSED

    def test_the_province_sees_why_it_waits(self, offices: Offices) -> None:
        request = approve(offices.country, submitted_addresses(offices.country))
        page = text(offices.desk(offices.country.approver).get(page_of(request)))
        assert "Đã duyệt, chờ mở kết nối." in page
        assert "Mở các dòng đã chọn" not in page


class TestPeople:
    """The province decides people; they have their account at once."""

    def test_known_people_are_told(self, offices: Offices) -> None:
        country = offices.country
        earlier = submitted_people(country, applicant(1), applicant(2))
        approve(country, earlier)
        Person.objects.filter(handle__endswith="phamthiso2").update(unit=country.house.other)
        request = submitted_people(country, officers.renamed(1, "PHẠM THỊ KHÁC"), officers.renamed(2, "LÝ VĂN HAI"))
        page = text(offices.desk(country.approver).get(page_of(request)))
        assert "Số CCCD này đã có tài khoản 01999/phamthiso1 tên «PHẠM THỊ SỐ 1»; duyệt sẽ đổi tên." in page
        assert "Số CCCD này cũng có tài khoản ở nơi khác" in page
        assert "Nơi khác ghi tên «PHẠM THỊ SỐ 2», khác tên trong đề nghị." in page

    def test_locked_people_are_told(self, offices: Offices) -> None:
        country = offices.country
        approve(country, submitted_people(country, applicant(1)))
        Person.objects.filter(handle__endswith="phamthiso1").update(state="locked", locked_reason="nghỉ việc")
        request = submitted_people(country, applicant(1))
        assert "đang bị khóa; duyệt sẽ mở khóa" in text(offices.desk(country.approver).get(page_of(request)))

    def test_a_telephone_that_would_change_is_told(self, offices: Offices) -> None:
        """Else whoever files could lead somebody's codes to a telephone of their own."""
        country = offices.country
        approve(country, submitted_people(country, applicant(1)))
        same = submitted_people(country, applicant(1))
        desk = offices.desk(country.approver)
        assert "Duyệt sẽ đổi" not in text(desk.get(page_of(same)))
        actions.withdraw(request=same, performer=country.registrar, at=NOW)
        another = replace(applicant(1), phone="0000001999", social_number="9900001998")
        page = text(desk.get(page_of(submitted_people(country, another))))
        assert re.search(r"Duyệt sẽ đổi số điện thoại nhận mã từ \S+001 sang \S+999", page)
        assert "Duyệt sẽ đổi mã số BHXH" in page

    def test_approved_people_have_rights_and_lose_them_again(self, offices: Offices) -> None:
        request = submitted_people(offices.country, applicant(1, Right.CARD_LOOKUP))
        opened = offices.desk(offices.country.approver)
        assert decide(opened, request, 1).status_code == 302
        person = Person.objects.get(handle="01999/phamthiso1")
        assert person.grants.filter(right=Right.CARD_LOOKUP, revoked_at=None).exists()
        page = text(opened.get(page_of(request)))
        assert "Người bị thu hồi mất quyền của dòng này ngay" in page
        answer = opened.post(f"/de-nghi/{request.pk}/thu-hoi", {"lines": [1], "revoke-reason": "đơn vị báo nghỉ"})
        assert answer.status_code == 302
        assert not person.grants.filter(revoked_at=None).exists()

    def test_people_are_nobody_s_to_open(self, offices: Offices) -> None:
        request = submitted_people(offices.country, applicant(1))
        answer = offices.desk(offices.country.opener).post(f"/de-nghi/{request.pk}/mo", {"lines": [1]})
        check_refused(answer, NoSuchRequestError, status=404)

    def test_emergency_addresses_are_nobody_s_to_open(self, offices: Offices) -> None:
        country = offices.country
        head = actions.Head(justification="đứt cáp", filed_from="điện thoại")
        request = draft_addresses(country, head=FROM_PAPER, by=country.second_approver)
        actions.submit(request=request, performer=country.second_approver, policy=policy(), at=NOW)
        Request.objects.filter(pk=request.pk).update(kind=Kind.EMERGENCY, justification=head.justification)
        answer = offices.desk(country.opener).post(f"/de-nghi/{request.pk}/mo", {"lines": [1], "verdict": "open"})
        check_refused(answer, NotYoursToDecideError)


class TestWhoMayNot:
    """Helpers see and never decide; own requests are others' to decide; other provinces' do not exist."""

    @pytest.mark.parametrize("act", ACTS)
    def test_helpers_decide_on_no_route(self, offices: Offices, act: str) -> None:
        request = submitted_addresses(offices.country)
        local = offices.country.local
        offices.country.house.unit.managing_agency = local
        offices.country.house.unit.save()
        opened = offices.desk(offices.country.helper)
        page = text(opened.get(page_of(request)))
        assert "Đề nghị này do BHXH Thử Nghiệm xử lý, không phải bạn." in page
        assert "Duyệt các dòng" not in page
        check_refused(opened.post(f"/de-nghi/{request.pk}/{act}", {"lines": [1]}), NotForYouError, status=403)
        assert state_of(request) == State.SUBMITTED

    @pytest.mark.parametrize("act", ["", *ACTS[:3], "thu-hoi"])
    def test_other_provinces_requests_are_not_there(self, offices: Offices, act: str) -> None:
        request = submitted_addresses(offices.country)
        opened = offices.desk(offices.country.far_approver)
        address = f"/de-nghi/{request.pk}/{act}".rstrip("/")
        answer = opened.post(address, {"lines": [1]}) if act else opened.get(address)
        check_refused(answer, NoSuchRequestError, status=404)
        assert "01999" not in text(answer)
        assert Entry.objects.filter(event="portal:page:refuse", outcome=NoSuchRequestError.code).count() == 1

    def test_one_s_own_request_is_another_s_to_decide(self, offices: Offices) -> None:
        country = offices.country
        request = send(country, draft_addresses(country, head=FROM_PAPER, by=country.approver), by=country.approver)
        opened = offices.desk(country.approver)
        page = text(opened.get(page_of(request)))
        assert "Bạn không tự xử lý được vì chính bạn đã lập đề nghị này." in page
        assert "Duyệt các dòng" not in page
        check_refused(decide(opened, request, 1), OwnRequestError)
        assert state_of(request) == State.SUBMITTED

    def test_units_have_nothing_to_decide(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country)
        opened = offices.desk(offices.country.registrar)
        assert 'id="xu-ly"' not in text(opened.get(page_of(request)))
        check_refused(decide(opened, request, 1), NotForYouError, status=403)

    def test_drafts_have_nothing_to_decide(self, offices: Offices) -> None:
        request = draft_people(offices.country, applicant(1))
        assert 'id="xu-ly"' not in text(offices.desk(offices.country.approver).get(page_of(request)))

    def test_what_is_in_force_has_nothing_but_its_end(self, offices: Offices) -> None:
        page = text(offices.desk(offices.country.approver).get(page_of(opened_addresses(offices.country))))
        assert "Thu hồi dòng đang hiệu lực" in page
        assert "Duyệt các dòng" not in page
