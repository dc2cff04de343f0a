"""Lists of officers: what waits, several at once, summaries, opening, emergencies, progress, approvers, reviews."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.enrolment import campaigns
from congbhyt.enrolment.models import Campaign
from congbhyt.enrolment.refusals import CampaignOpenError, CampaignPeriodError
from congbhyt.network.refusals import AddressFormError
from congbhyt.portal.inbox_presenters import age, lateness
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.registration import actions
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request, Summary
from congbhyt.registration.refusals import (
    FieldError,
    LineDecidedError,
    NoSuchRequestError,
    NothingChosenError,
    NothingToSummariseError,
    NotYoursToFileError,
    OwnRequestError,
)
from congbhyt.registration.rules import Kind, State, Step
from congbhyt.signin.refusals import NotForYouError
from congbhyt.units import actions as units
from congbhyt.units.models import Unit, UnitNetwork
from congbhyt.units.refusals import NoSuchUnitError
from tests import officers
from tests.factories import BY, NOW
from tests.officers import Offices
from tests.portal import Answer, Moving, check_refused, follow, install, text
from tests.registration import (
    HEAD,
    all_numbers,
    applicant,
    approve,
    approved_addresses,
    draft_addresses,
    draft_people,
    later,
    opened_addresses,
    performer,
    policy,
    send,
    submitted_addresses,
    submitted_people,
    with_paper,
)

pytestmark = pytest.mark.django_db
INBOX, BULK, SUMMARIES = "/phe-duyet/de-nghi", "/phe-duyet/de-nghi/duyet-nhieu", "/phe-duyet/tong-hop"
TO_OPEN, EMERGENCY, FILE_FOR = "/phe-duyet/mo-ket-noi", "/phe-duyet/khan-cap", "/phe-duyet/lap-thay"
APPROVERS, PROGRESS, CAMPAIGNS = "/phe-duyet/can-bo", "/phe-duyet/tien-do", "/phe-duyet/ra-soat"


@pytest.fixture
def offices(moving: Moving) -> Offices:  # noqa: ARG001  # the clock stands still
    """Officers with a portal."""
    return officers.settle()


def many(offices: Offices, count: int, make: Callable[[Unit, int], None]) -> None:
    """That many units of the province, each with something."""
    for number in range(count):
        unit = units.open_unit(
            code=f"02{number:03d}", name=f"Trạm số {number}", kind=Unit.Kind.CONTRACTED,
            managing_agency=offices.country.province, valid_from=NOW.date(), by=BY, at=NOW,
        )  # fmt: skip
        make(unit, number)


def waiting(offices: Offices, unit: Unit, number: int, *, state: str = State.SUBMITTED) -> Request:
    """A request of a unit, entered as it lies in the database."""
    filer = offices.country.helper
    request = Request.objects.create(
        kind=Kind.ADDRESSES, state=state, unit=unit, filed_by=filer.by, filer=filer.person, begun_at=NOW,
        submitted_at=NOW, decide_by=later(days=3), filed_from="CV 1",
    )  # fmt: skip
    decided = {"state": "approved", "decided_at": NOW, "decided_by": "test"} if state == State.APPROVED else {}
    request.addresses.create(
        number=1, first=f"203.0.113.{number + 1}", last=f"203.0.113.{number + 1}", **decided
    )  # fmt: skip
    return request


def questions(opened: Client, address: str) -> int:
    """How many statements a page takes, without the one that now and then confirms what is in force."""
    install()
    opened.get(address)  # contacts of the footer are kept for a minute
    with CaptureQueriesContext(connection) as captured:
        assert opened.get(address).status_code == 200
    return len([query for query in captured if "installation_revision" not in query["sql"]])


class TestInbox:
    """Đề nghị của đơn vị."""

    def test_what_waits_stands_first_with_its_number_in_the_menu(self, offices: Offices) -> None:
        waits = submitted_addresses(offices.country, "203.0.113.7", "203.0.113.9")
        draft = draft_people(offices.country, applicant(1))
        opened = offices.desk(offices.country.approver)
        assert opened.get("/")["Location"] == INBOX
        page = text(opened.get(INBOX))
        assert waits.label in page
        assert draft.label not in page
        assert "1 đề nghị đang chờ bạn" in page
        assert '<span class="menu-count"><span class="visually-hidden">: </span>1' in page
        assert draft.label in text(opened.get(f"{INBOX}?show=all"))

    def test_the_address_filters_and_sorts(self, offices: Offices) -> None:
        addresses = submitted_addresses(offices.country)
        people = submitted_people(offices.country, applicant(1))
        opened = offices.desk(offices.country.approver)
        for query, shown, hidden in (
            ("kind=people", people, addresses), (f"words={addresses.label}", addresses, people),
            ("kind=addresses&words=01999", addresses, people), ("state=submitted&kind=people", people, addresses),
        ):  # fmt: skip
            page = text(opened.get(f"{INBOX}?{query}"))
            assert shown.label in page
            assert hidden.label not in page
        page = text(opened.get(f"{INBOX}?order=newest"))
        assert page.index(people.label) < page.index(addresses.label)
        assert "Không có đề nghị nào phù hợp" in text(opened.get(f"{INBOX}?words=không+có"))
        assert text(opened.get(f"{INBOX}?show=vớ+vẩn&size=x&page=x"))

    def test_ages_and_lateness_are_said(self, offices: Offices, moving: Moving) -> None:
        submitted_addresses(offices.country)
        moving.move(days=20)
        page = text(offices.desk(offices.country.approver).get(f"{INBOX}?show=late"))
        assert ">20 ngày</td>" in page
        assert "Quá hạn duyệt" in page

    def test_helpers_see_their_area_and_cannot_approve(self, offices: Offices) -> None:
        offices.country.house.unit.managing_agency = offices.country.local
        offices.country.house.unit.save()
        request = submitted_addresses(offices.country)
        opened = offices.desk(offices.country.helper)
        page = text(opened.get(INBOX))
        assert request.label in page
        assert 'name="chosen"' not in page
        assert 'class="menu-count"' not in page
        check_refused(opened.post(BULK, {"chosen": [request.pk]}), NotForYouError, status=403)

    def test_an_empty_inbox_says_what_would_come(self, offices: Offices) -> None:
        assert "Không có đề nghị nào đang chờ bạn" in text(offices.desk(offices.country.approver).get(INBOX))
        assert "Chưa có đề nghị nào trong khu vực" in text(offices.desk(offices.country.helper).get(INBOX))

    def test_units_do_not_come_in(self, offices: Offices) -> None:
        check_refused(offices.desk(offices.country.registrar).get(INBOX), NotForYouError, status=403)

    def test_a_page_takes_as_many_statements_for_a_hundred_rows_as_for_twenty(self, offices: Offices) -> None:
        many(offices, 100, lambda unit, number: void(waiting(offices, unit, number)))
        opened = offices.desk(offices.country.approver)
        assert questions(opened, INBOX) == questions(opened, f"{INBOX}?size=100")
        assert text(opened.get(f"{INBOX}?size=100")).count('name="chosen"') == 100
        assert "Trang 2 / 5" in text(opened.get(f"{INBOX}?page=2"))


def void(_: object) -> None:
    """For lambdas that return nothing."""


class TestBulk:
    """Several requests at once."""

    def confirm(self, opened: Client, *requests: Request, **more: str) -> Answer:
        """Send the confirmation."""
        seen = {f"seen-{request.pk}": check_code(request) for request in requests}
        chosen = [request.pk for request in requests]
        return opened.post(BULK, {"chosen": chosen, "confirmed": "1", **seen, **more})

    def test_every_line_is_listed_before_it_is_approved(self, offices: Offices) -> None:
        addresses = submitted_addresses(offices.country, "203.0.113.7", "203.0.113.9")
        people = send(offices.country, draft_people(offices.country, applicant(1)))
        opened = offices.desk(offices.country.approver)
        page = text(opened.post(BULK, {"chosen": [addresses.pk, people.pk]}))
        for shown in ("203.0.113.7", "203.0.113.9", "PHẠM THỊ SỐ 1", "Chưa duyệt được vì chưa có bản giấy"):
            assert shown in page
        assert "Đơn vị khác cũng đang dùng địa chỉ này: 01998." in page
        addresses.refresh_from_db()
        assert addresses.state == State.SUBMITTED

    def test_what_fails_is_told_and_the_rest_stands(self, offices: Offices) -> None:
        addresses = submitted_addresses(offices.country)
        people = send(offices.country, draft_people(offices.country, applicant(1)))
        page = text(self.confirm(offices.desk(offices.country.approver), addresses, people))
        assert "1 đề nghị chưa xử lý được" in page
        assert "Chưa duyệt được vì chưa có bản giấy" in page
        assert "1 đề nghị khác đã xong." in page
        addresses.refresh_from_db()
        people.refresh_from_db()
        assert (addresses.state, people.state) == (State.APPROVED, State.SUBMITTED)

    def test_all_done_leads_back(self, offices: Offices) -> None:
        opened, request = offices.desk(offices.country.approver), submitted_addresses(offices.country)
        assert "Đã xử lý 1 đề nghị." in follow(opened, self.confirm(opened, request))

    def test_what_changed_meanwhile_is_not_approved(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country)
        page = text(
            self.confirm(offices.desk(offices.country.approver), request, **{f"seen-{request.pk}": "0" * 16})
        )  # fmt: skip
        assert "Nội dung đề nghị đã thay đổi" in page

    def test_one_s_own_is_not_approved(self, offices: Offices) -> None:
        country = offices.country
        head = actions.Head(purposes=("card",), filed_from="CV 12")
        request = send(country, draft_addresses(country, head=head, by=country.approver), by=country.approver)
        with_paper(country, request)
        page = text(self.confirm(offices.desk(country.approver), request))
        assert OwnRequestError.template.partition("{")[0] in page

    def test_nothing_chosen(self, offices: Offices) -> None:
        check_refused(offices.desk(offices.country.approver).post(BULK, {}), NothingChosenError)

    def test_others_requests_are_not_there(self, offices: Offices) -> None:
        request = submitted_addresses(offices.country)
        answer = offices.desk(offices.country.far_approver).post(BULK, {"chosen": [request.pk]})
        check_refused(answer, NoSuchRequestError, status=404)
        assert "01999" not in text(answer)


class TestSummaries:
    """Mẫu 02/th-ip-ctn."""

    def test_compiled_listed_and_handed_out(self, offices: Offices) -> None:
        approve(offices.country, submitted_addresses(offices.country))
        opened = offices.desk(offices.country.approver)
        assert "1 đề nghị vào một bảng" in text(opened.get(SUMMARIES))
        page = follow(opened, opened.post(f"{SUMMARIES}/lap"))
        made = Summary.objects.get()
        assert f"Đã lập bảng tổng hợp {made.label}" in page
        assert "203.0.113.7" in page
        for kind, begins in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
            answer = opened.get(f"{SUMMARIES}/{made.pk}/ban-in/{kind}")
            assert answer.content.startswith(begins)
            assert f"02-th-ip-ctn-01-{made.label}.{kind}" in answer["Content-Disposition"]
        assert opened.get(f"{SUMMARIES}/{made.pk}/ban-in/exe").status_code == 404
        assert "1 dòng</span>" in text(opened.get(SUMMARIES))

    def test_nothing_to_compile(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.approver)
        check_refused(opened.post(f"{SUMMARIES}/lap"), NothingToSummariseError)

    def test_statements_do_not_grow_with_rows(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.approver)
        many(offices, 2, lambda unit, number: void(waiting(offices, unit, number, state=State.APPROVED)))
        Summary.objects.create(agency=offices.country.province, made_at=NOW, made_by=BY)
        before = questions(opened, SUMMARIES)
        Summary.objects.bulk_create(
            Summary(agency=offices.country.province, made_at=NOW, made_by=BY) for _ in range(19)
        )  # fmt: skip
        assert questions(opened, SUMMARIES) == before

    def test_the_national_centre_sees_all_and_others_none(self, offices: Offices) -> None:
        approved_addresses(offices.country)
        made = Summary.objects.get()
        page = text(offices.desk(offices.country.opener).get(f"{SUMMARIES}/{made.pk}"))
        assert "Mở kết nối từ bảng này" in page
        far = offices.desk(offices.country.far_approver)
        assert made.label not in text(far.get(SUMMARIES))
        assert far.get(f"{SUMMARIES}/{made.pk}").status_code == 404
        assert far.get(f"{SUMMARIES}/{made.pk}/ban-in/pdf").status_code == 404
        check_refused(offices.desk(offices.country.helper).get(SUMMARIES), NotForYouError, status=403)
        check_refused(offices.desk(offices.country.opener).post(f"{SUMMARIES}/lap"), NotForYouError, status=403)


class TestToOpen:
    """The national centre opens many lines at once."""

    def test_chosen_lines_are_listed_then_opened(self, offices: Offices) -> None:
        request = approved_addresses(offices.country, "203.0.113.7", "198.51.100.9")
        opened = offices.desk(offices.country.opener)
        page = text(opened.get(TO_OPEN))
        assert f"BHXH Thử Nghiệm · {Summary.objects.get().label}" in page
        keys = re.findall(r'name="chosen" value="(\d+)"', page)
        assert len(keys) == 2
        confirming = text(opened.post(TO_OPEN, {"chosen": keys}))
        assert "Đơn vị khác cũng đang dùng địa chỉ này: 01998." in confirming
        assert not UnitNetwork.objects.filter(network="198.51.100.9").exists()
        answer = opened.post(TO_OPEN, {"chosen": keys, "verdict": "open"})
        assert "Đã mở 2 địa chỉ; có hiệu lực sau vài giây." in follow(opened, answer)
        assert UnitNetwork.objects.filter(network="198.51.100.9", ended_at=None).exists()
        request.refresh_from_db()
        assert request.state == State.IN_FORCE
        check_refused(opened.post(TO_OPEN, {"chosen": keys, "verdict": "open"}), LineDecidedError)

    def test_refusing_needs_a_reason(self, offices: Offices) -> None:
        request = approved_addresses(offices.country)
        opened, keys = offices.desk(offices.country.opener), list(request.lines.values_list("pk", flat=True))
        answer = opened.post(TO_OPEN, {"chosen": keys, "verdict": "shut"})
        assert answer.status_code == 422
        assert "Ghi lý do không mở" in text(answer)
        typed = {"chosen": keys, "verdict": "shut", "open-reason": "đường truyền chung"}
        assert "Đã ghi không mở 1 địa chỉ." in follow(opened, opened.post(TO_OPEN, typed))
        request.refresh_from_db()
        assert request.state == State.REFUSED

    def test_one_s_own_unit_s_lines_are_told(self, offices: Offices) -> None:
        request = approved_addresses(offices.country)
        opener = offices.country.opener
        request.steps.filter(step=Step.SUBMIT).update(by=opener.by)
        typed = {"chosen": list(request.lines.values_list("pk", flat=True)), "verdict": "open"}
        page = text(offices.desk(opener).post(TO_OPEN, typed))
        assert "chính bạn đã lập đề nghị này" in page

    def test_filters(self, offices: Offices) -> None:
        approved_addresses(offices.country, "203.0.113.0/25")
        opened = offices.desk(offices.country.opener)
        label = Summary.objects.get().label
        for query in ("words=203.0.113.7", "words=01999", "agency=01", f"summary={label}", "words=thử"):
            assert 'name="chosen"' in text(opened.get(f"{TO_OPEN}?{query}")), query
        for query in ("words=203.0.113.200", "words=01998", "summary=TH99999", "summary=x"):
            assert "Không có địa chỉ nào phù hợp" in text(opened.get(f"{TO_OPEN}?{query}")), query

    def test_nothing_chosen_and_nothing_there(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.opener)
        assert "Không có địa chỉ nào chờ mở" in text(opened.get(TO_OPEN))
        check_refused(opened.post(TO_OPEN, {}), NothingChosenError)

    def test_statements_do_not_grow_with_rows(self, offices: Offices) -> None:
        made = Summary.objects.create(agency=offices.country.province, made_at=NOW, made_by=BY)
        many(offices, 100, lambda unit, number: void(waiting(offices, unit, number, state=State.APPROVED)))
        Request.objects.update(summary=made)
        opened = offices.desk(offices.country.opener)
        assert questions(opened, TO_OPEN) == questions(opened, f"{TO_OPEN}?size=100")


class TestEmergency:
    """Two officers, 24 hours."""

    TYPED = {"unit": "01999", "address": "198.51.100.9", "caller": "Anh Lâm, 0000000301", "reason": "đứt cáp quang"}

    def test_asked_by_one_let_in_by_another(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.approver)
        answer = opened.post(EMERGENCY, self.TYPED)
        page = follow(opened, answer)
        assert "Bạn không tự xử lý được vì chính bạn đã lập đề nghị này." in page
        request = Request.objects.get(kind=Kind.EMERGENCY)
        second = offices.desk(offices.country.second_approver)
        assert "tự hết sau 24 giờ" in text(second.get(f"/de-nghi/{request.pk}"))
        assert officers.decide(second, request, 1).status_code == 302
        network = UnitNetwork.objects.get(network="198.51.100.9")
        assert network.valid_to == later(hours=24)

    @pytest.mark.parametrize(
        ("field", "value", "kind", "status"),
        [("unit", "09999", NoSuchUnitError, 422), ("address", "trạm y tế", AddressFormError, 422)],
    )
    def test_refusals_stand_beside_the_form(
        self, offices: Offices, field: str, value: str, kind: type[NoSuchUnitError | AddressFormError], status: int
    ) -> None:
        answer = offices.desk(offices.country.approver).post(EMERGENCY, {**self.TYPED, field: value})
        check_refused(answer, kind, status=status)
        assert "đứt cáp quang" in text(answer)
        assert not Request.objects.exists()

    def test_of_other_areas_nobody_asks(self, offices: Offices) -> None:
        answer = offices.desk(offices.country.far_approver).post(EMERGENCY, self.TYPED)
        check_refused(answer, NotYoursToFileError, status=403)
        check_refused(offices.desk(offices.country.helper).post(EMERGENCY, self.TYPED), NotForYouError, status=403)

    def test_every_field_is_needed(self, offices: Offices) -> None:
        page = text(offices.desk(offices.country.opener).post(EMERGENCY, {}))
        assert page.count('class="field-error"') == 4


class TestFileFor:
    """Filing for a unit from its paper."""

    def test_leads_to_the_form(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.approver)
        answer = opened.post(FILE_FOR, {"unit": " 01999", "kind": "addresses"})
        assert answer["Location"] == "/dang-ky/moi/addresses?don-vi=01999"
        assert opened.get(answer["Location"]).status_code == 200

    def test_unknown_and_others_units(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.approver)
        check_refused(opened.post(FILE_FOR, {"unit": "09999", "kind": "people"}), NoSuchUnitError)
        far = offices.desk(offices.country.far_approver)
        check_refused(far.post(FILE_FOR, {"unit": "01999", "kind": "people"}), NotYoursToFileError, status=403)
        assert "Chọn một giá trị trong danh sách." in text(
            opened.post(FILE_FOR, {"unit": "01999", "kind": "emergency"})
        )


class TestApprovers:
    """Mẫu 02/dk-ctn."""

    def test_an_agency_proposes_and_the_centre_appoints(self, offices: Offices) -> None:
        country = offices.country
        page = text(offices.desk(country.province_admin).get(APPROVERS))
        assert "/dang-ky/moi/approvers" in page
        assert page.count("NGƯỜI THỬ 13") == 1
        assert "NGƯỜI THỬ 15" not in page
        someone = applicant(7, Right.APPROVE_REQUESTS)
        request = draft_people(country, someone, kind=Kind.APPROVERS, by=country.province_admin)
        actions.submit(request=request, performer=country.province_admin, policy=policy(), at=NOW)
        assert "/dang-ky/moi/approvers" not in text(offices.desk(country.province_admin).get(APPROVERS))
        centre = offices.desk(country.appointer)
        page = text(centre.get(APPROVERS))
        assert request.label in page
        assert "NGƯỜI THỬ 15" in page
        assert request.label in text(centre.get(INBOX))

    def test_unit_administrators_see_nobody(self, offices: Offices) -> None:
        answer = offices.desk(offices.country.registrar).get(APPROVERS)
        check_refused(answer, NoSuchPageError, status=404)

    def test_statements_do_not_grow_with_rows(self, offices: Offices) -> None:
        for number in range(50, 75):
            performer(offices.country.province, f"duyet{number}", number, Right.APPROVE_REQUESTS)
        opened = offices.desk(offices.country.appointer)
        assert questions(opened, APPROVERS) == questions(opened, f"{APPROVERS}?size=100")

    def test_empty(self, offices: Offices) -> None:
        page = text(offices.desk(offices.country.appointer).get(APPROVERS))
        assert "Không có đề xuất nào đang chờ" in page


class TestProgress:
    """Tiến độ."""

    def test_numbers_stand_in_table_and_chart(self, offices: Offices) -> None:
        opened_addresses(offices.country, "203.0.113.7")
        page = text(offices.desk(offices.country.opener).get(PROGRESS))
        units_there, connected = 3, 2
        share = f"{round(100 * connected / units_there)}%"
        assert f'{share}<tspan class="bar-of"> ({connected}/{units_there})</tspan>' in page
        assert "<svg" in page
        assert "style=" not in page

    def test_provinces_see_their_own(self, offices: Offices) -> None:
        assert "Chưa có đơn vị nào" in text(offices.desk(offices.country.far_approver).get(PROGRESS))
        assert "BHXH Thử Nghiệm" in text(offices.desk(offices.country.helper).get(PROGRESS)).partition("<main")[2]

    def test_statements_do_not_grow(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.appointer)
        before = questions(opened, PROGRESS)
        many(offices, 20, lambda unit, number: void(waiting(offices, unit, number)))
        assert questions(opened, PROGRESS) == before


class TestCampaigns:
    """Đợt rà soát."""

    def test_opened_and_followed(self, offices: Offices) -> None:
        Person.objects.filter(unit__isnull=False).update(created_at=later(days=-1))
        opened = offices.desk(offices.country.appointer)
        assert "Chưa có đợt nào" in text(opened.get(CAMPAIGNS))
        page = follow(opened, opened.post(CAMPAIGNS, {"name": "03/2026", "due": "31/03/2026"}))
        assert "Đã mở đợt rà soát «03/2026»" in page
        campaign = Campaign.objects.get()
        assert f"{campaign.due_at:%d %H:%M}" == "31 17:00"
        waits = campaigns.waiting_count(campaign)
        assert waits > 0
        assert f'<td data-label="Chưa xác nhận" class="number">{waits}</td>' in page
        check_refused(opened.post(CAMPAIGNS, {"name": "04/2026", "due": "30/04/2026"}), CampaignOpenError)

    def test_wrong_days(self, offices: Offices) -> None:
        opened = offices.desk(offices.country.appointer)
        check_refused(opened.post(CAMPAIGNS, {"name": "03/2026", "due": "01/01/2020"}), CampaignPeriodError)
        assert "Ngày không đúng" in text(opened.post(CAMPAIGNS, {"name": "03/2026", "due": "31/02/2026"}))

    def test_only_for_the_centre(self, offices: Offices) -> None:
        check_refused(offices.desk(offices.country.approver).get(CAMPAIGNS), NotForYouError, status=403)


class TestWords:
    """Ages and lateness."""

    @pytest.mark.parametrize(
        ("length", "said"),
        [({"minutes": 59}, "dưới 1 giờ"), ({"hours": 5}, "5 giờ"), ({"hours": 23, "minutes": 59}, "23 giờ"),
         ({"hours": 24}, "1 ngày"), ({"days": 3, "hours": 5}, "3 ngày")],
    )  # fmt: skip
    def test_ages(self, length: dict[str, float], said: str) -> None:
        assert age(NOW, later(**length)) == said
        assert age(None, NOW) == "—"

    def test_lateness(self, offices: Offices) -> None:
        request = draft_addresses(offices.country, head=HEAD)
        assert lateness(request, NOW) is None
        request.due_at = NOW
        late = lateness(request, NOW)
        assert late
        assert late.word == "Chưa gửi, đã trễ hạn"
        request.state, request.submitted_at = State.SUBMITTED, NOW
        late = lateness(request, NOW)
        assert late
        assert late.word == "Đơn vị gửi trễ hạn"
        assert all_numbers(request) == [1]
        assert FieldError.code
