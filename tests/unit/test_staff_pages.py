"""A unit that manages its people itself, people who leave, and the half-yearly review."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.refusals import NotAdministeredError, OneselfError
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import campaigns
from congbhyt.enrolment.models import Campaign, Confirmation
from congbhyt.enrolment.refusals import ApprovalNeededError, CampaignClosedError, NotDelegatedError
from congbhyt.enrolment.rules import Applicant
from congbhyt.policy import queries as policies
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.registration import actions, papers
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.papers import Note
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import NothingChosenError
from congbhyt.registration.rules import Kind
from tests.factories import COLLEAGUE_NAME, NOW
from tests.portal import Cast, Moving, check_refused, follow, person, sign_in, text

pytestmark = pytest.mark.django_db
ADD, REVIEW = "/dang-ky/nguoi-su-dung/them", "/dang-ky/ra-soat"
OPERATOR = Performer.operator("operator:one")
SOMEBODY = {"line-full_name": "PHẠM THỊ MỚI", "line-citizen_number": "099300000001", "line-phone": "0000001001",
            "line-social_number": "9900001001", "line-rights": ["card_lookup"]}  # fmt: skip


def of(who: Person, act: str = "") -> str:
    """The address of somebody's page, or of something done there."""
    return f"/quan-tri/nguoi-su-dung/{who.pk}{act}"


def delegate(cast: Cast) -> None:
    """Declare the unit's administrator on Mẫu 08/BH and let BHXH accept."""
    policy, admin = policies.current().at(NOW), cast.admin
    filer = Performer(admin.actor, admin, frozenset({Right.USER_ADMINISTRATION}))
    request = actions.begin(
        kind=Kind.ADMINISTRATOR, home=cast.house.unit, head=Head(), performer=filer, at=NOW
    )  # fmt: skip
    declared = Applicant(
        admin.full_name, "099199000011", "0000000011", (Right.USER_ADMINISTRATION,), social_number="9900000011"
    )
    enrolment.add_line(request=request, applicant=declared, performer=filer, at=NOW)
    actions.submit(request=request, performer=filer, policy=policy, at=NOW)
    said = Note("12/BV", NOW.date(), "Nguyễn Văn Nhận")
    papers.note(request=request, said=said, performer=OPERATOR, at=NOW)
    enrolment.decide(request=request, numbers=[1], approve=True, performer=OPERATOR, policy=policy, at=NOW)


class TestDelegated:
    """The declared administrator registers people and changes their rights."""

    def test_others_are_led_to_requests(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        page = text(opened.get(ADD))
        assert "/dang-ky/moi/people" in page
        assert "/dang-ky/moi/administrator" in page
        check_refused(opened.post(ADD, SOMEBODY), NotDelegatedError)
        assert "Đổi quyền" not in text(opened.get(of(cast.colleague)))

    def test_somebody_is_registered_at_once(self, cast: Cast) -> None:
        delegate(cast)
        opened = sign_in(cast.admin)
        assert "cần cơ quan BHXH duyệt)" in text(opened.get(ADD))
        page = follow(opened, opened.post(ADD, SOMEBODY))
        assert "tên đăng nhập phamthimoi" in page
        registered = Person.objects.get(handle="01999/phamthimoi")
        assert [grant.right for grant in registered.grants.all()] == ["card_lookup"]
        answer = opened.post(ADD, SOMEBODY)
        assert answer.status_code == 422
        assert "đã được đăng ký tại 01999" in text(answer)

    def test_what_the_agency_approves_goes_into_a_request(self, cast: Cast) -> None:
        delegate(cast)
        opened = sign_in(cast.admin)
        typed = {**SOMEBODY, "line-rights": ["card_lookup", "history_lookup"]}
        page = follow(opened, opened.post(ADD, typed))
        request = Request.objects.get(kind=Kind.PEOPLE)
        assert f"đã ghi vào {request.label}" in page
        assert request.people.get().rights == ["history_lookup"]

    def test_rights_are_given_and_taken(self, cast: Cast) -> None:
        delegate(cast)
        opened = sign_in(cast.admin)
        assert "Đổi quyền" in text(opened.get(of(cast.colleague)))
        typed = {"rights-rights": ["card_lookup", "check_in"], "rights-reason": "đổi việc"}
        assert "Đã đổi quyền" in follow(opened, opened.post(of(cast.colleague, "/quyen"), typed))
        held = cast.colleague.grants.filter(revoked_at=None).values_list("right", flat=True)
        assert set(held) == {"card_lookup", "check_in"}
        typed = {"rights-rights": ["history_lookup"], "rights-reason": "đổi việc"}
        answer = opened.post(of(cast.colleague, "/quyen"), typed)
        check_refused(answer, ApprovalNeededError)
        assert set(held.all()) == {"card_lookup", "check_in"}

    def test_without_a_reason_the_choice_stays(self, cast: Cast) -> None:
        delegate(cast)
        answer = sign_in(cast.admin).post(of(cast.colleague, "/quyen"), {"rights-rights": ["check_in"]})
        assert answer.status_code == 422
        assert re.search(r'value="check_in"[^>]* checked', text(answer))


class TestLeaving:
    """Thôi sử dụng."""

    def test_everything_is_taken_back_at_once(self, cast: Cast) -> None:
        officer, admin = sign_in(cast.officer), sign_in(cast.admin)
        answer = admin.post(of(cast.officer, "/thoi-viec"), {"leave-reason": "nghỉ việc"})
        assert "Đã thu hồi mọi quyền" in follow(admin, answer)
        assert officer.get("/tai-khoan")["Location"].startswith("/dang-nhap")
        assert not cast.officer.grants.filter(revoked_at=None).exists()
        assert "Thôi sử dụng" not in text(admin.get(of(cast.officer)))

    def test_not_without_a_reason_nor_oneself_nor_others(self, cast: Cast) -> None:
        admin = sign_in(cast.admin)
        assert admin.post(of(cast.officer, "/thoi-viec"), {}).status_code == 422
        check_refused(admin.post(of(cast.admin, "/thoi-viec"), {"leave-reason": "nghỉ"}), OneselfError)
        for act, typed in (("/thoi-viec", {"leave-reason": "nghỉ"}), ("/quyen", {"rights-reason": "nghỉ"})):
            answer = sign_in(cast.other_admin).post(of(cast.officer, act), typed)
            check_refused(answer, NotAdministeredError, status=404)
        cast.officer.refresh_from_db()
        assert cast.officer.state == Person.State.ACTIVE


@pytest.fixture
def campaign(cast: Cast, moving: Moving) -> Campaign:
    """A review that began a minute after everybody was registered."""
    opened = campaigns.open_campaign(
        name="03/2026", due_at=NOW + timedelta(days=30), performer=OPERATOR, at=NOW + timedelta(minutes=1)
    )
    moving.move(minutes=2)
    assert cast.admin.unit
    return opened


class TestReview:
    """Rà soát người sử dụng."""

    def test_without_one_it_says_when(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        assert "Không có đợt rà soát nào" in text(opened.get(REVIEW))
        check_refused(opened.post(REVIEW, {f"person-{cast.officer.pk}": "confirmed"}), CampaignClosedError)

    def test_nothing_is_chosen_beforehand(self, cast: Cast, campaign: Campaign) -> None:
        opened = sign_in(cast.admin)
        page = text(opened.get(REVIEW))
        assert "đã xác nhận <b>0</b> trong 3 người" in page
        assert COLLEAGUE_NAME in page
        assert " checked" not in page
        assert text(opened.get(f"{REVIEW}?chon=tat-ca")).count(" checked") == 3
        assert campaign.name in text(opened.get("/dang-ky"))

    def test_who_stays_and_who_left(self, cast: Cast, campaign: Campaign) -> None:
        opened = sign_in(cast.admin)
        typed = {f"person-{cast.admin.pk}": "confirmed", f"person-{cast.colleague.pk}": "left"}
        page = follow(opened, opened.post(REVIEW, typed))
        assert "1 người vẫn làm việc, 1 người đã nghỉ" in page
        assert "đã xác nhận <b>2</b> trong 3 người" in page
        cast.colleague.refresh_from_db()
        assert cast.colleague.state == Person.State.LOCKED
        assert campaign.confirmations.get(person=cast.colleague).outcome == Confirmation.Outcome.LEFT
        check_refused(opened.post(REVIEW, typed), NothingChosenError)

    def test_when_all_is_said_it_says_so(self, cast: Cast, campaign: Campaign) -> None:
        opened = sign_in(cast.admin)
        people = campaigns.to_confirm(cast.house.unit, campaign)
        typed = {f"person-{someone.pk}": "confirmed" for someone in people}
        assert "đã xác nhận xong mọi người" in follow(opened, opened.post(REVIEW, typed))

    def test_nobody_says_of_themselves_that_they_left_nor_anything_of_others(
        self, cast: Cast, campaign: Campaign
    ) -> None:
        opened = sign_in(cast.admin)
        check_refused(opened.post(REVIEW, {f"person-{cast.admin.pk}": "left"}), OneselfError)
        check_refused(opened.post(REVIEW, {f"person-{cast.other_officer.pk}": "left"}), NothingChosenError)
        assert not campaign.confirmations.exists()
        check_refused(sign_in(cast.agency_admin).get(REVIEW), NoSuchPageError, status=404)

    def test_hundreds_are_paged_and_asked_for_at_once(self, cast: Cast, moving: Moving) -> None:
        for number in range(100, 200):
            person(f"NGƯỜI SỐ {number}", cast.house.unit, f"nguoi{number}", number, Right.CARD_LOOKUP)
        campaigns.open_campaign(
            name="03/2026", due_at=NOW + timedelta(days=30), performer=OPERATOR, at=NOW + timedelta(seconds=1)
        )
        moving.move(minutes=1)
        opened = sign_in(cast.admin)
        opened.get(REVIEW)
        counts = []
        for size in (20, 100):
            with CaptureQueriesContext(connection) as asked:
                page = text(opened.get(f"{REVIEW}?size={size}"))
            counts.append(len(asked))
        assert counts[0] == counts[1]
        assert page.count('value="confirmed"') == 100
        unit = Person.objects.filter(unit=cast.house.unit)
        everybody = {f"person-{pk}": "confirmed" for pk in unit.values_list("pk", flat=True)}
        assert opened.post(REVIEW, everybody).status_code == 302
