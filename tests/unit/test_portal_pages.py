"""The pages around the main job: own account, people, telephones, messages, help."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.failures import PausedError
from congbhyt.accounts.models import Person, PhoneChange
from congbhyt.accounts.passwords import PasswordRuleError, TemporaryPasswordOverError
from congbhyt.accounts.refusals import LockedAboveError, NotAdministeredError, OneselfError
from congbhyt.audit.models import Entry
from congbhyt.installation import hot
from congbhyt.kernel.names import plain, plain_letters
from congbhyt.lookup.facts import read_facts
from congbhyt.otp.models import Code
from congbhyt.otp.refusals import CodeFormError, ResendTooEarlyError, TriesSpentError, WrongCodeError
from congbhyt.outbox.actions import deliver_message, queue_sms
from congbhyt.outbox.console import show
from congbhyt.outbox.models import Message
from congbhyt.outbox.reports import report_path
from congbhyt.portal import browsers, state
from congbhyt.portal.messages_pages import lasted
from congbhyt.portal.presenters import verdict_words
from congbhyt.portal.refusing import NoSuchPageError, UnavailableError
from congbhyt.portal.state import State
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import (
    PersonLockedError,
    PhoneChangeDecidedError,
    PhoneChangePendingError,
    PhoneFormError,
    WrongPasswordError,
    WrongSignInError,
)
from congbhyt.units import actions as units
from congbhyt.units.in_force import Snapshot, Standing, UnconfirmedError
from congbhyt.units.models import SupportContact
from tests.factories import BY, COLLEAGUE_NAME, NOW, OFFICER_NAME
from tests.portal import (
    ELSEWHERE,
    FIREFOX,
    HERE,
    Cast,
    Moving,
    browser,
    check_refused,
    follow,
    hand_out,
    install,
    person,
    sign_in,
    sign_in_with,
    text,
)
from tests.unit.outbox_ways import Way, over
from tests.unit.portal_people import PASSWORD, another, code_sent, sent

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "trăng rằm soi bến nước"
NEW_PHONE = "0000000777"
PEOPLE, PHONES, OWN = "/quan-tri/nguoi-su-dung", "/phe-duyet/so-dien-thoai", "/tai-khoan"
HOSTILE = "<script>alert(\"1\")</script> & 'Ấ'"


def of(who: Person, act: str = "") -> str:
    """The address of somebody's page, or of something done there."""
    return f"{PEOPLE}/{who.pk}{act}"


def ask_for_phone(opened: Client, phone: str = NEW_PHONE) -> str:
    """Name a new telephone; returns the code sent to it."""
    answer = opened.post(f"{OWN}/dien-thoai", {"phone": phone, "password": PASSWORD})
    assert "nhập trước" in follow(opened, answer)
    return code_sent(Code.Purpose.PHONE)


def request_phone(cast: Cast) -> PhoneChange:
    """A request of the officer that waits."""
    opened = sign_in(cast.officer)
    opened.post(f"{OWN}/dien-thoai/xac-nhan", {"code": ask_for_phone(opened)})
    return PhoneChange.objects.get(person=cast.officer)


class TestOwnPage:
    """Tài khoản của tôi."""

    def test_shows_who_what_where(self, cast: Cast) -> None:
        page = text(sign_in(cast.officer).get(OWN))
        for shown in (OFFICER_NAME, "kiemthu", "01999 Bệnh viện Thử Nghiệm", "Xem lịch sử khám chữa bệnh",
                      "Tra cứu thẻ BHYT", "02/03/2026", "127.0.0.0/8", "::1/128", "Firefox trên Windows",
                      "Phiên này"):  # fmt: skip
            assert shown in page
        assert "203.0.113.0/24" not in page

    def test_numbers_are_masked(self, cast: Cast) -> None:
        page = text(sign_in(cast.officer).get(OWN))
        for number in ("099199000001", "0000000101", "9900000101"):
            assert number not in page
        assert "•••••••••001" in page
        assert page.count("•••••••101") == 2

    def test_networks_that_are_not_in_force_are_left_out(self, cast: Cast) -> None:
        units.add_network(home=cast.house.unit, network="198.51.100.0/25", basis="test", by=BY, at=NOW,
                          valid_from=NOW + timedelta(days=3))  # fmt: skip
        assert "198.51.100.0/25" not in text(sign_in(cast.officer).get(OWN))

    def test_an_agency_without_networks_says_how_its_people_sign_in(self, cast: Cast) -> None:
        for network in cast.house.agency.networks.all():
            units.end_network(home=cast.house.agency, network=str(network.network), by=BY, at=NOW)
        install()
        opened = sign_in(cast.approver)
        opened.post("/dang-nhap/ma-xac-nhan", {"code": code_sent(Code.Purpose.SIGN_IN)})
        assert "Chưa đăng ký mạng nào. Cán bộ đăng nhập bằng thêm một mã SMS" in text(opened.get(OWN))

    def test_without_rights_it_says_whom_to_ask(self, cast: Cast) -> None:
        assert "Bạn chưa được cấp quyền nào" in text(sign_in(cast.colleague).get(OWN))

    def test_other_sessions_are_listed_and_signed_out(self, cast: Cast) -> None:
        first, second = sign_in(cast.officer), sign_in(cast.officer)
        page = text(second.get(OWN))
        assert "2 phiên; 1 phiên khác đang mở" in page
        assert page.count("Đang mở</span>") == 1
        assert "Đã đăng xuất 1 phiên khác." in follow(second, second.post(f"{OWN}/phien-khac"))
        assert first.get(OWN)["Location"].startswith("/dang-nhap")
        page = text(second.get(OWN))
        assert "Đã đăng xuất từ phiên khác" in page
        assert "không có phiên nào khác đang mở" in page
        assert f"{OWN}/phien-khac" not in page

    def test_signing_out_others_without_any_says_so(self, cast: Cast) -> None:
        opened = sign_in(cast.officer)
        assert "Không có phiên nào khác đang mở." in follow(opened, opened.post(f"{OWN}/phien-khac"))

    def test_signing_out_others_leaves_alone_what_had_run_out(self, cast: Cast, moving: Moving) -> None:
        sign_in(cast.officer)
        moving.move(hours=1)
        sign_in(cast.officer)
        opened = sign_in(cast.officer)
        page = follow(opened, opened.post(f"{OWN}/phien-khac"))
        assert "Đã đăng xuất 1 phiên khác." in page
        assert (page.count("Đã hết hạn"), page.count("Đã đăng xuất từ phiên khác")) == (1, 1)

    def test_sessions_say_why_they_ended(self, cast: Cast, moving: Moving) -> None:
        sign_in(cast.officer).post("/dang-xuat")
        sign_in(cast.officer)
        moving.move(hours=1)
        page = text(sign_in(cast.officer).get(OWN))
        assert "Đã đăng xuất</span>" in page
        assert "Đã hết hạn" in page
        assert "3 phiên; không có phiên nào khác đang mở" in page

    def test_sessions_before_a_month_are_left_out(self, cast: Cast, moving: Moving) -> None:
        sign_in(cast.officer)
        moving.move(days=31)
        assert "1 phiên;" in text(sign_in(cast.officer).get(OWN))


class TestPassword:
    """Changing it, and the temporary one."""

    def test_changes_and_ends_other_sessions(self, cast: Cast) -> None:
        other, opened = sign_in(cast.officer), sign_in(cast.officer)
        typed = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
        answer = opened.post("/mat-khau", typed)
        assert answer["Location"] == "/"
        assert "Đã đổi mật khẩu" in follow(opened, opened.get("/"))
        assert other.get(OWN).status_code == 302
        sign_in(cast.officer, password=NEW_PASSWORD)

    @pytest.mark.parametrize(
        ("typed", "kind"),
        [
            ({"current": "khác", "new": NEW_PASSWORD, "again": NEW_PASSWORD}, WrongPasswordError),
            ({"current": PASSWORD, "new": "ngắn", "again": "ngắn"}, PasswordRuleError),
            ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, PasswordRuleError),
        ],
    )
    def test_refusals_stand_beside_the_form(
        self, cast: Cast, typed: dict[str, str], kind: type[WrongPasswordError | PasswordRuleError]
    ) -> None:
        answer = sign_in(cast.officer).post("/mat-khau", typed)
        check_refused(answer, kind)
        assert 'name="current"' in text(answer)
        for secret in typed.values():
            assert f'value="{secret}"' not in text(answer)

    def test_wrong_fields_are_named(self, cast: Cast) -> None:
        opened = sign_in(cast.officer)
        empty = text(opened.post("/mat-khau", {}))
        assert 'href="#id_current"' in empty
        assert "Nhập mật khẩu hiện tại." in empty
        unequal = opened.post("/mat-khau", {"current": PASSWORD, "new": NEW_PASSWORD, "again": "khác"})
        assert unequal.status_code == 422
        assert "Hai lần nhập không giống nhau" in text(unequal)

    def test_too_many_wrong_ones_pause(self, cast: Cast) -> None:
        opened = sign_in(cast.officer)
        typed = {"current": "khác", "new": NEW_PASSWORD, "again": NEW_PASSWORD}
        answers = [opened.post("/mat-khau", typed) for _ in range(7)]
        check_refused(answers[-1], PausedError)

    def test_a_temporary_password_opens_only_the_page_that_changes_it(self, cast: Cast) -> None:
        opened = sign_in(cast.officer, password=hand_out(cast.officer))
        assert opened.get("/mat-khau")["Location"] == "/dang-nhap/ma-xac-nhan"
        opened.post("/dang-nhap/ma-xac-nhan", {"code": code_sent(Code.Purpose.SIGN_IN)})
        assert opened.get("/")["Location"] == "/mat-khau"
        assert opened.get(OWN)["Location"] == "/mat-khau"
        page = text(opened.get("/mat-khau"))
        assert "Bạn đang dùng mật khẩu tạm" in page
        assert "Quản lý thông tuyến" not in page

    def test_no_password_is_changed_before_the_second_factor(self, cast: Cast) -> None:
        opened = sign_in(cast.approver, address=ELSEWHERE)
        typed = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
        for answer in (opened.get("/mat-khau"), opened.post("/mat-khau", typed)):
            assert answer["Location"] == "/dang-nhap/ma-xac-nhan"
        assert Person.objects.get(pk=cast.approver.pk).check_password(PASSWORD)


class TestPhone:
    """Naming a new telephone."""

    def test_without_the_history_right_it_changes_at_once(self, cast: Cast) -> None:
        opened = sign_in(cast.colleague)
        assert "duyệt" not in text(opened.get(f"{OWN}/dien-thoai"))
        answer = opened.post(f"{OWN}/dien-thoai/xac-nhan", {"code": ask_for_phone(opened)})
        page = follow(opened, answer)
        assert "Đã đổi số điện thoại" in page
        assert "•••••••777" in page

    def test_with_it_an_agency_decides_and_history_rests(self, cast: Cast) -> None:
        opened = sign_in(cast.officer)
        assert "cần BHXH Thử Nghiệm duyệt" in text(opened.get(f"{OWN}/dien-thoai"))
        answer = opened.post(f"{OWN}/dien-thoai/xac-nhan", {"code": ask_for_phone(opened)})
        page = follow(opened, answer)
        assert "Số mới đang chờ BHXH Thử Nghiệm duyệt." in page
        assert "quyền xem lịch sử khám chữa bệnh tạm dừng" in page
        assert 'Số điện thoại mới <b class="number">•••••••777</b> đang chờ' in page
        assert NEW_PHONE not in page
        assert "Rút yêu cầu" in page

    def test_a_request_is_withdrawn(self, cast: Cast) -> None:
        request_phone(cast)
        opened = sign_in(cast.officer)
        assert "Đã rút yêu cầu" in follow(opened, opened.post(f"{OWN}/dien-thoai/rut"))
        assert PhoneChange.objects.get().outcome == PhoneChange.Outcome.WITHDRAWN
        assert "Rút yêu cầu" not in text(opened.get(OWN))

    def test_withdrawing_nothing_is_refused_on_the_own_page(self, cast: Cast) -> None:
        answer = sign_in(cast.officer).post(f"{OWN}/dien-thoai/rut")
        check_refused(answer, PhoneChangeDecidedError)
        assert "Thông tin của tôi" in text(answer)

    def test_refusals_stand_beside_the_form(self, cast: Cast) -> None:
        opened, address = sign_in(cast.colleague), f"{OWN}/dien-thoai"
        check_refused(opened.post(address, {"phone": NEW_PHONE, "password": "khác"}), WrongPasswordError)
        wrong = opened.post(address, {"phone": "12", "password": PASSWORD})
        check_refused(wrong, PhoneFormError)
        assert 'value="12"' in text(wrong)
        assert PASSWORD not in text(wrong)
        same = {"phone": "0000000101", "password": PASSWORD}
        check_refused(opened.post(address, same), PhoneFormError)
        ask_for_phone(opened)
        check_refused(opened.post(address, {"phone": NEW_PHONE, "password": PASSWORD}), ResendTooEarlyError)
        empty = opened.post(address, {})
        assert empty.status_code == 422
        assert "Nhập số điện thoại di động mới." in text(empty)

    def test_one_request_at_a_time(self, cast: Cast) -> None:
        request_phone(cast)
        opened = sign_in(cast.officer)
        assert "đang chờ BHXH Thử Nghiệm duyệt" in text(opened.get(f"{OWN}/dien-thoai"))
        answer = opened.post(f"{OWN}/dien-thoai", {"phone": "0000000888", "password": PASSWORD})
        check_refused(answer, PhoneChangePendingError)

    def test_wrong_codes_are_refused_until_the_tries_are_spent(self, cast: Cast) -> None:
        opened, address = sign_in(cast.colleague), f"{OWN}/dien-thoai/xac-nhan"
        code = ask_for_phone(opened)
        check_refused(opened.post(address, {"code": "12"}), CodeFormError)
        assert "Nhập mã gồm 6 chữ số" in text(opened.post(address, {}))
        for _ in range(4):
            check_refused(opened.post(address, {"code": another(code)}), WrongCodeError)
        check_refused(opened.post(address, {"code": another(code)}), TriesSpentError)
        assert Person.objects.get(pk=cast.colleague.pk).phone_digest == cast.colleague.phone_digest

    def test_without_a_code_the_way_leads_back(self, cast: Cast) -> None:
        assert sign_in(cast.colleague).get(f"{OWN}/dien-thoai/xac-nhan")["Location"] == f"{OWN}/dien-thoai"


class TestPeople:
    """The administrator's table."""

    def test_a_unit_sees_its_own_people(self, cast: Cast) -> None:
        page = text(sign_in(cast.admin).get(PEOPLE))
        assert "3 người" in page
        for name in (OFFICER_NAME, COLLEAGUE_NAME, cast.admin.full_name):
            assert name in page
        assert "BÊN KIA" not in page
        assert 'name="home"' not in page

    def test_an_agency_sees_its_units_and_itself(self, cast: Cast) -> None:
        page = text(sign_in(cast.agency_admin).get(PEOPLE))
        assert "8 người" in page
        assert "PHƯƠNG XA" not in page
        page = text(sign_in(cast.agency_admin).get(f"{PEOPLE}?home=01998"))
        assert "2 trong 8 người" in page
        assert 'value="01998"' in page
        assert OFFICER_NAME not in page
        assert "3 trong 8 người" in text(sign_in(cast.agency_admin).get(f"{PEOPLE}?home=01"))

    @pytest.mark.parametrize("words", ["kiem thu", "KIỂM", "thu nguyen", "kiemthu", "Kiểm  Thử "])
    def test_words_find_names_without_marks_and_case(self, cast: Cast, words: str) -> None:
        page = text(sign_in(cast.admin).get(PEOPLE, {"words": words}))
        assert OFFICER_NAME in page
        assert "1 trong 3 người" in page

    @pytest.mark.parametrize("words", ["%", "_", "zzz", '"><script>alert(1)</script>', "\\"])
    def test_words_that_fit_nobody_say_so(self, cast: Cast, words: str) -> None:
        page = text(sign_in(cast.admin).get(PEOPLE, {"words": words}))
        assert "Không có ai phù hợp với điều kiện lọc, trong 3 người." in page
        assert "<script>alert" not in page

    def test_the_state_is_filtered_and_shown_in_words(self, cast: Cast) -> None:
        accounts.lock_person(person=cast.colleague, reason="nghỉ việc", by=BY, at=NOW)
        hand_out(cast.officer)
        opened = sign_in(cast.admin)
        page = text(opened.get(PEOPLE))
        for word in ("Bị khóa", "Mật khẩu tạm", "Đang hoạt động", "chưa lần nào", "02/03/2026 07:30"):
            assert word in page
        locked = text(opened.get(f"{PEOPLE}?state=locked"))
        assert COLLEAGUE_NAME in locked
        assert OFFICER_NAME not in locked
        assert '<option value="locked" selected>' in locked

    def test_a_pause_is_shown_with_its_end(self, cast: Cast) -> None:
        pause(cast.officer)
        assert "Chờ đến 07:" in text(sign_in(cast.admin).get(PEOPLE))

    @pytest.mark.parametrize("query", ["size=7", "size=x", "state=x", "page=x", "page=99", "home=01998", "size="])
    def test_nonsense_in_the_address_filters_nothing(self, cast: Cast, query: str) -> None:
        assert "3 người" in text(sign_in(cast.admin).get(f"{PEOPLE}?{query}"))

    def test_pages_of_the_table_keep_the_filter(self, cast: Cast) -> None:
        for number in range(100, 125):
            accounts.register_person(
                full_name=f"LÊ VĂN SỐ {number}", citizen_number=f"099199{number:06d}", user_name=f"so{number}",
                home=cast.house.unit, by=BY, at=NOW,
            )  # fmt: skip
        opened = sign_in(cast.admin)
        page = text(opened.get(f"{PEOPLE}?words=so&size=20"))
        assert "25 trong 28 người; đang xem 1–20" in page
        assert page.count("Chờ kích hoạt") == 20
        assert 'href="?words=so&amp;size=20&amp;page=2"' in page
        page = text(opened.get(f"{PEOPLE}?words=so&size=20&page=2"))
        assert "đang xem 21–25" in page
        assert 'page=1"' in page
        assert text(opened.get(f"{PEOPLE}?words=so&size=50")).count("Chờ kích hoạt") == 25


def pause(who: Person) -> None:
    """Type wrong passwords until `who` has to wait."""
    typed = {"home": who.home.code, "user": who.user_name, "password": "khác"}
    for _ in range(6):
        answer = browser().post("/dang-nhap", typed)
    check_refused(answer, PausedError)


class TestPerson:
    """One of them."""

    def test_shows_rights_and_masked_numbers(self, cast: Cast) -> None:
        sign_in(cast.officer)
        page = text(sign_in(cast.admin).get(of(cast.officer)))
        for shown in (OFFICER_NAME, "•••••••••001", "Xem lịch sử khám chữa bệnh", "02/03/2026", "1 phiên, 1 đang mở"):
            assert shown in page
        for number in ("099199000001", "0000000101", "9900000101"):
            assert number not in page

    def test_only_what_fits_the_state_is_offered(self, cast: Cast) -> None:
        opened = sign_in(cast.admin)
        page = text(opened.get(of(cast.officer)))
        assert (of(cast.officer, "/khoa") in page, of(cast.officer, "/mo-khoa") in page) == (True, False)
        pause(cast.officer)
        assert of(cast.officer, "/mo-khoa") in text(opened.get(of(cast.officer)))
        opened.post(of(cast.officer, "/khoa"), {"lock-reason": "nghỉ việc"})
        page = text(opened.get(of(cast.officer)))
        assert (f'{of(cast.officer, "/khoa")}"' in page, of(cast.officer, "/mo-khoa") in page) == (False, True)
        assert "nghỉ việc" in page

    def test_a_pause_of_the_history_right_is_shown(self, cast: Cast) -> None:
        request_phone(cast)
        assert "Tạm dừng từ 02/03/2026 07:30" in text(sign_in(cast.admin).get(of(cast.officer)))

    def test_a_locked_person_is_out_until_unlocked(self, cast: Cast) -> None:
        theirs, opened = sign_in(cast.officer), sign_in(cast.admin)
        page = follow(opened, opened.post(of(cast.officer, "/khoa"), {"lock-reason": "nghỉ việc"}))
        assert "Đã khóa." in page
        assert theirs.get(OWN)["Location"].startswith("/dang-nhap")
        typed = {"home": HERE, "user": "kiemthu", "password": PASSWORD}
        check_refused(browser().post("/dang-nhap", typed), PersonLockedError)
        page = follow(opened, opened.post(of(cast.officer, "/mo-khoa"), {"unlock-reason": "trở lại"}))
        assert "Đã mở khóa." in page
        sign_in(cast.officer)

    @pytest.mark.parametrize("act", ["khoa", "mo-khoa"])
    def test_a_unit_leaves_a_lock_of_its_agency_alone(self, cast: Cast, act: str) -> None:
        sign_in(cast.agency_admin).post(of(cast.officer, "/khoa"), {"lock-reason": "đang xác minh"})
        typed = {"lock-reason": "khóa lại", "unlock-reason": "trở lại"}
        check_refused(sign_in(cast.admin).post(of(cast.officer, f"/{act}"), typed), LockedAboveError)
        kept = Person.objects.get(pk=cast.officer.pk)
        assert (kept.locked_reason, kept.locked_by) == ("đang xác minh", f"person:{cast.agency_admin.pk}")
        sign_in(cast.agency_admin).post(of(cast.officer, "/mo-khoa"), typed)
        sign_in(cast.officer)

    def test_unlocking_ends_a_pause(self, cast: Cast) -> None:
        pause(cast.officer)
        sign_in(cast.admin).post(of(cast.officer, "/mo-khoa"), {"unlock-reason": "đã gọi điện"})
        sign_in(cast.officer)

    @pytest.mark.parametrize(
        ("act", "field", "event"),
        [
            ("/khoa", "lock-reason", "accounts:person:lock"),
            ("/mo-khoa", "unlock-reason", "accounts:person:unlock"),
            ("/mat-khau-tam", "reset-reason", "accounts:password:hand_out"),
        ],
    )
    def test_the_record_holds_who_whom_why_and_from_where(self, cast: Cast, act: str, field: str, event: str) -> None:
        answer = sign_in(cast.admin).post(of(cast.officer, act), {field: "theo đơn số 7"})
        entry = Entry.objects.get(event=event)
        assert (entry.actor, entry.object) == (f"person:{cast.admin.pk}", f"person:{cast.officer.pk}")
        assert entry.details == {"reason": "theo đơn số 7"}
        assert (entry.address, entry.reference) == ("127.0.0.1", answer["X-Ma-Tham-Chieu"])

    @pytest.mark.parametrize(
        ("act", "field"),
        [("/khoa", "lock-reason"), ("/mo-khoa", "unlock-reason"), ("/mat-khau-tam", "reset-reason")],
    )
    @pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
    def test_a_reason_is_needed(self, cast: Cast, act: str, field: str, reason: str) -> None:
        answer = sign_in(cast.admin).post(of(cast.officer, act), {field: reason})
        assert answer.status_code == 422
        assert f'id="id_{field}-error"' in text(answer)
        assert ("Ghi lý do; lý do được lưu vào nhật ký." in text(answer)) == (not reason.strip())
        kept = Person.objects.get(pk=cast.officer.pk)
        assert (kept.state, kept.must_change_password) == ("active", False)

    @pytest.mark.parametrize(
        ("act", "field"),
        [("/khoa", "lock-reason"), ("/mo-khoa", "unlock-reason"), ("/mat-khau-tam", "reset-reason")],
    )
    def test_nobody_acts_on_themselves(self, cast: Cast, act: str, field: str) -> None:
        opened = sign_in(cast.admin)
        page = text(opened.get(of(cast.admin)))
        assert "Đây là bạn." in page
        assert field not in page
        answer = opened.post(of(cast.admin, act), {field: "thử"})
        check_refused(answer, OneselfError)
        kept = Person.objects.get(pk=cast.admin.pk)
        assert (kept.state, kept.must_change_password) == ("active", False)

    @pytest.mark.parametrize("act", ["", "/khoa", "/mo-khoa", "/mat-khau-tam"])
    def test_people_of_others_are_as_if_they_were_not(self, cast: Cast, act: str) -> None:
        opened = sign_in(cast.admin)
        ask = opened.post if act else opened.get
        answers = [ask(f"{PEOPLE}/{number}{act}") for number in (cast.other_officer.pk, 0, 10**9, 10**25)]
        for answer in answers:
            check_refused(answer, NotAdministeredError, status=404)
        assert len({anonymous(text(answer)) for answer in answers}) == 1
        assert "BÊN KIA" not in text(answers[0])


def anonymous(page: str) -> str:
    """A page without its reference number and its form's secret."""
    return re.sub(r"(\w{4} ){7}\w{4}|value=\"\w{64}\"", "…", page)


class TestTemporaryPassword:
    """From the administrator's page to the first look-up with an own password."""

    def test_is_shown_once_and_must_be_changed(self, cast: Cast, moving: Moving) -> None:
        old, admin = sign_in(cast.colleague), sign_in(cast.admin)
        moving.move(seconds=1)
        answer = admin.post(of(cast.colleague, "/mat-khau-tam"), {"reset-reason": "quên mật khẩu"})
        found = re.search(r'<span class="secret">([a-z2-9-]{19})</span>', text(answer))
        assert found
        secret = found[1]
        assert "Dùng đến <b>03/03/2026 07:30</b>" in text(answer)
        assert answer["Cache-Control"] == "no-store"
        assert old.get(OWN)["Location"].startswith("/dang-nhap")
        assert secret not in text(admin.get(of(cast.colleague)))
        assert secret not in "".join(cookie.value for cookie in admin.cookies.values())
        assert secret not in json.dumps(list(Entry.objects.values()), default=str)

        opened = sign_in_with(secret, cast.colleague)
        assert "Bạn đang dùng mật khẩu tạm" in follow(opened, opened.get("/"))
        opened.post("/mat-khau", {"current": secret, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
        assert COLLEAGUE_NAME in text(opened.get(OWN))
        typed = {"home": HERE, "user": "khongquyen", "password": secret}
        check_refused(browser().post("/dang-nhap", typed), WrongSignInError)

    def test_lasts_a_day(self, cast: Cast, moving: Moving) -> None:
        secret = hand_out(cast.colleague)
        moving.move(hours=24)
        typed = {"home": HERE, "user": "khongquyen", "password": secret}
        check_refused(browser().post("/dang-nhap", typed), TemporaryPasswordOverError)


class TestPhoneRequests:
    """What approvers decide."""

    def test_nothing_waits(self, cast: Cast) -> None:
        assert "Không có yêu cầu nào đang chờ" in text(sign_in(cast.approver).get(PHONES))

    def test_requests_are_listed_masked(self, cast: Cast) -> None:
        request_phone(cast)
        page = text(sign_in(cast.approver).get(PHONES))
        for shown in (OFFICER_NAME, "01999 Bệnh viện Thử Nghiệm", "•••••••101", "•••••••777", "02/03/2026 07:30"):
            assert shown in page
        assert NEW_PHONE not in page

    @pytest.mark.parametrize(("decision", "told"), [("approve", "Đã duyệt"), ("refuse", "Đã từ chối")])
    def test_one_is_decided(self, cast: Cast, decision: str, told: str) -> None:
        change, opened = request_phone(cast), sign_in(cast.approver)
        page = text(opened.get(f"{PHONES}/{change.pk}"))
        assert "•••••••101" in page
        assert "•••••••777" in page
        answer = opened.post(f"{PHONES}/{change.pk}", {"decision": decision, "reason": "đã gọi đơn vị"})
        page = follow(opened, answer)
        assert told in page
        assert "Không có yêu cầu nào đang chờ" in page
        change.refresh_from_db()
        assert (change.outcome, change.reason) == (f"{decision}d", "đã gọi đơn vị")
        entry = Entry.objects.get(event="accounts:phone:decide")
        assert (entry.actor, entry.address) == (f"person:{cast.approver.pk}", "192.0.2.5")
        phone = "•••••••777" if decision == "approve" else "•••••••101"
        assert phone in text(sign_in(cast.officer).get(OWN))
        check_refused(opened.get(f"{PHONES}/{change.pk}"), NoSuchPageError, status=404)

    def test_decision_and_reason_are_needed(self, cast: Cast) -> None:
        change, opened = request_phone(cast), sign_in(cast.approver)
        for typed in ({}, {"decision": "x", "reason": "lý do"}, {"decision": "approve", "reason": " "}):
            answer = opened.post(f"{PHONES}/{change.pk}", typed)
            assert answer.status_code == 422
            assert "Chưa gửi được" in text(answer)
        change.refresh_from_db()
        assert change.outcome == PhoneChange.Outcome.PENDING

    def test_requests_of_others_are_as_if_they_were_not(self, cast: Cast) -> None:
        change, opened = request_phone(cast), sign_in(cast.far_approver)
        typed = {"decision": "approve", "reason": "lý do"}
        for number in (change.pk, 0, 10**25):
            address = f"{PHONES}/{number}"
            for answer in (opened.get(address), opened.post(address, typed)):
                check_refused(answer, NoSuchPageError, status=404)
                assert "KIỂM THỬ" not in text(answer)
        change.refresh_from_db()
        assert change.outcome == PhoneChange.Outcome.PENDING


class TestMessages:
    """The operators' figures."""

    def test_nothing_was_sent(self, cast: Cast) -> None:
        Message.objects.all().delete()
        assert "Chưa có tin nhắn nào." in text(sign_in(cast.operator).get("/van-hanh/tin-nhan"))

    def test_states_and_delays_without_receivers_and_bodies(self, cast: Cast, moving: Moving) -> None:
        Message.objects.all().delete()
        body, receiver = "CongBHYT: mã 123456", "0000000101"
        taken = queue_sms(purpose="otp:history", receiver=receiver, body=body, at=NOW)
        deliver_message(str(taken.pk), route=over(Way("nha-mang-1")), at=NOW + timedelta(seconds=1.5))
        queue_sms(purpose="khac", receiver=receiver, body=body, at=NOW)
        moving.move(minutes=2)
        page = text(sign_in(cast.operator).get("/van-hanh/tin-nhan"))
        for shown in ("Mã xem lịch sử", "khac", "nha-mang-1", "1,5 giây", "Chờ gửi", "Đã chuyển nhà cung cấp",
                      "1 tin, cũ nhất đã chờ 2 phút 0 giây", "2 tin."):  # fmt: skip
            assert shown in page
        assert body not in page
        assert "123456" not in page
        assert receiver not in page

    def test_as_many_rows_as_asked_for(self, cast: Cast) -> None:
        for _ in range(25):
            queue_sms(purpose="test", receiver="0000000101", body="x", at=NOW)
        opened = sign_in(cast.operator)
        assert "20 tin." in text(opened.get("/van-hanh/tin-nhan?size=x"))
        assert "27 tin." in text(opened.get("/van-hanh/tin-nhan?size=50"))

    @pytest.mark.parametrize(
        ("seconds", "told"), [(None, "—"), (0.04, "0,0 giây"), (59.94, "59,9 giây"), (75, "1 phút 15 giây"),
                              (3600, "1 giờ 0 phút"), (90061, "25 giờ 1 phút")],
    )  # fmt: skip
    def test_lengths_are_said_as_people_say_them(self, seconds: float | None, told: str) -> None:
        assert lasted(seconds) == told


class TestSentMessages:
    """A sandbox's page."""

    def test_is_no_page_elsewhere(self, cast: Cast) -> None:
        install(sandbox=False)
        show(receiver="•••101", body="mã 123456", at=NOW)
        for opened in (browser(), sign_in(cast.operator)):
            answer = opened.get("/thu-nghiem/tin-nhan")
            check_refused(answer, NoSuchPageError, status=404)
            assert "123456" not in text(answer)

    @pytest.mark.usefixtures("cast")
    def test_says_when_nothing_was_sent(self) -> None:
        assert "Chưa có tin nào." in text(browser().get("/thu-nghiem/tin-nhan"))

    @pytest.mark.usefixtures("cast")
    def test_newest_on_top_with_the_code_apart(self) -> None:
        for body in ("mã 123456, hiệu lực", f"không có mã 1234567 {HOSTILE}", "654321"):
            show(receiver="•••••••101", body=body, at=NOW)
        page = text(browser().get("/thu-nghiem/tin-nhan"))
        assert re.findall(r'<b class="sms-code">(\d+)</b>', page) == ["654321", "123456"]
        assert "F5" in page
        assert "<script>alert" not in page


class TestHistory:
    """Opening it."""

    def test_an_unreadable_page_uses_up_no_code(self, cast: Cast) -> None:
        opened, address = sign_in(cast.officer), "/thong-tuyen/quan-ly-thong-tuyen"
        asked = {"card": "9900000001", "name": "AI ĐÓ", "birth": "1980"}
        opened.post(f"{address}/lay-otp", {**asked, "social": cast.officer.social_number})
        typed = {"code": code_sent(Code.Purpose.HISTORY)}
        assert "Kết quả hiện ở đây" in text(opened.post(f"{address}/mo-lich-su", {**asked, **typed, "birth": "x"}))
        assert Session.objects.get().history_opened_at is None
        assert "Kết quả hiện ở đây" not in text(opened.post(f"{address}/mo-lich-su", {**asked, **typed}))
        assert Session.objects.get().history_opened_at == NOW


class TestReport:
    """What the SMS provider tells."""

    @pytest.fixture
    def message(self, cast: Cast) -> Message:  # noqa: ARG002  # it must be there first
        """One that the provider took."""
        queued = queue_sms(purpose="test", receiver="0000000101", body="x", at=NOW)
        deliver_message(str(queued.pk), route=over(Way("nha-mang-1")), at=NOW)
        return queued

    def test_a_delivery_is_noted(self, message: Message) -> None:
        answer = browser(ELSEWHERE).get(f"{report_path(message.pk)}?trang-thai=1")
        assert (answer.status_code, text(answer), answer["Content-Type"]) == (200, "OK", "text/plain; charset=utf-8")
        message.refresh_from_db()
        assert message.state == Message.State.DELIVERED

    def test_looking_at_the_link_changes_nothing(self, message: Message) -> None:
        assert browser().head(f"{report_path(message.pk)}?trang-thai=1").status_code == 200
        assert browser().get(report_path(message.pk)).status_code == 200
        message.refresh_from_db()
        assert message.state == Message.State.SENT

    def test_without_our_mark_it_is_refused(self, message: Message) -> None:
        for path in (f"/sms/bao-phat/{message.pk}/{'0' * 32}", f"/sms/bao-phat/{uuid4()}/é"):
            answer = browser().get(f"{path}?trang-thai=1")
            assert (answer.status_code, text(answer)) == (403, "Báo phát không hợp lệ.")
        message.refresh_from_db()
        assert message.state == Message.State.SENT


class Unconfirmed(Standing):
    """What a portal without its database has in memory."""

    def __init__(self) -> None:
        pass

    @property
    def snapshot(self) -> Snapshot:
        """Nothing that may be used."""
        raise UnconfirmedError


class TestHealth:
    """For whoever watches over the servers."""

    @pytest.mark.usefixtures("cast")
    def test_well(self) -> None:
        answer = browser(ELSEWHERE).get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"trangThai": "Hoạt động bình thường"})

    @pytest.mark.usefixtures("cast")
    def test_without_a_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def lost(*_: object) -> None:
            raise hot.DatabaseError

        monkeypatch.setattr(hot, "one", lost)
        assert browser().get("/healthz").status_code == 503

    @pytest.mark.usefixtures("cast")
    def test_nobody_is_let_in_on_stale_leave(self) -> None:
        state.install(State(Unconfirmed(), read_facts, sandbox=True))
        check_refused(browser().get(OWN), UnavailableError, status=503)
        assert browser().get("/healthz").json() == {"trangThai": "Hoạt động bình thường"}


class TestFooter:
    """What stands under every page."""

    @pytest.mark.usefixtures("cast")
    def test_says_that_all_is_well_only_where_that_is_known(self) -> None:
        well = "Hệ thống hoạt động bình thường"
        assert well in text(browser().get("/tro-giup"))
        state.install(State(Unconfirmed(), read_facts, sandbox=True))
        for address in (OWN, "/khong-co"):
            assert well not in text(browser().get(address))


class TestHelp:
    """Trợ giúp."""

    @pytest.mark.usefixtures("cast")
    def test_explains_every_word_of_a_verdict(self) -> None:
        page = text(browser(ELSEWHERE).get("/tro-giup"))
        for word in verdict_words():
            assert word.word in page
        assert "trong vòng 30 phút" in page
        assert "lâu nhất 4 giờ" in page
        for kind in (WrongSignInError, PausedError, WrongCodeError, PasswordRuleError):
            assert f"<code>{kind.code}</code>" in page

    def test_names_the_agency_s_desk_to_its_people(self, cast: Cast) -> None:
        SupportContact.objects.create(agency=cast.house.agency, subject="Tra cứu thẻ", phone="0000000039")
        assert "0000000039" in text(sign_in(cast.officer).get("/tro-giup"))
        stranger = text(browser().get("/tro-giup"))
        assert "0000000039" not in stranger
        assert "Hỏi quản trị của đơn vị trước" in stranger
        assert "chưa đăng số điện thoại hỗ trợ" in text(sign_in(cast.far_admin).get("/tro-giup"))


class TestHostileText:
    """Names, reasons and browsers that are code."""

    def test_is_shown_as_text(self, cast: Cast) -> None:
        request_phone(cast)
        own, hostile = sign_in(cast.officer), cast.officer
        Person.objects.filter(pk=hostile.pk).update(full_name=HOSTILE, position='"><u>', user_name="'<i>")
        admin, approver = sign_in(cast.admin), sign_in(cast.approver)
        pages = [
            own.get(OWN),
            admin.get(PEOPLE),
            admin.get(of(hostile)),
            admin.post(of(hostile, "/khoa"), {"lock-reason": "\"><script>alert('2')</script>" * 9}),
            admin.post(of(hostile, "/mat-khau-tam"), {"reset-reason": HOSTILE}),
            approver.get(PHONES),
            approver.get(f"{PHONES}/{PhoneChange.objects.get().pk}"),
        ]
        admin.post(of(hostile, "/khoa"), {"lock-reason": HOSTILE})
        pages.append(admin.get(of(hostile)))
        for answer in pages:
            page = text(answer)
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert" in page
            assert '"><u>' not in page
            assert "'<i>" not in page

    @pytest.mark.usefixtures("cast")
    def test_a_browser_s_name_is_never_repeated(self) -> None:
        opened = Client(REMOTE_ADDR="127.0.0.1", HTTP_USER_AGENT=HOSTILE)
        opened.post("/dang-nhap", {"home": HERE, "user": "kiemthu", "password": PASSWORD})
        page = text(opened.get(OWN))
        assert "Không rõ" in page
        assert "script&gt;" not in page


class TestReading:
    """Opening pages changes nothing."""

    def test_writes_nothing(self, cast: Cast) -> None:
        change = request_phone(cast)
        visits = {
            sign_in(cast.officer): ["/", OWN, "/mat-khau", f"{OWN}/dien-thoai", "/tro-giup", "/dang-nhap"],
            sign_in(cast.admin): [PEOPLE, of(cast.officer), f"{PEOPLE}?words=a"],
            sign_in(cast.approver): [PHONES, f"{PHONES}/{change.pk}"],
            sign_in(cast.operator): ["/van-hanh/tin-nhan"],
            browser(): ["/thu-nghiem/tin-nhan", "/healthz", "/tro-giup", "/quen-mat-khau"],
        }
        before = Entry.objects.count(), list(Session.objects.order_by("pk").values())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answers = [opened.get(address) for opened, addresses in visits.items() for address in addresses]
        assert {answer.status_code for answer in answers} == {200, 302}
        written = [query["sql"] for query in asked if not query["sql"].startswith("SELECT")]
        assert written == []
        assert (Entry.objects.count(), list(Session.objects.order_by("pk").values())) == before


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, "Firefox trên Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge trên Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/117.0 Chrome/111.0 Safari/537.36", "Cốc Cốc trên Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome trên Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari trên iPhone"),
        ("curl/8.5", "Không rõ"),
        ("Windows", "Windows"),
        ("", "Không rõ"),
    ],
)
def test_browsers_are_named_shortly(agent: str, told: str) -> None:
    assert browsers.short(agent) == told


def test_sql_and_python_strip_the_same_marks() -> None:
    marked, plain_ones = plain_letters()
    assert len(marked) == len(plain_ones) == 134
    assert plain("Đặng Thị Ngọc Ánh — ỬNG") == "dang thi ngoc anh — ung"
    assert set(plain_ones) == set("adeiouy")


def test_people_registered_without_a_phone_say_so(cast: Cast) -> None:
    someone = person("LÊ KHÔNG SỐ", cast.house.unit, "khongso", 99)
    Person.objects.filter(pk=someone.pk).update(phone_sealed=None, phone_digest=None, social_number="")
    page = text(sign_in(cast.admin).get(of(someone)))
    assert page.count("Chưa đăng ký") == 3


def test_temporary_passwords_are_told_to_the_telephone(cast: Cast) -> None:
    sign_in(cast.admin).post(of(cast.officer, "/mat-khau-tam"), {"reset-reason": "quên"})
    assert [message.receiver for message in sent("notice:password")] == ["0000000101"]
