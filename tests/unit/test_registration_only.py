"""Sessions for registration only: what nobody learns on the way to one, how they end, their pages (CV 1923 §2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth import hashers
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from congbhyt.accounts import passwords
from congbhyt.accounts.authz import RIGHTS, Holder, Right
from congbhyt.accounts.models import FailedSignIn, Person, PhoneChange
from congbhyt.audit.models import Entry
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp.models import Code
from congbhyt.policy import actions as policies
from congbhyt.policy import catalogue
from congbhyt.policy.rules import InForce, Policy
from congbhyt.signin import actions, credentials, history, queries
from congbhyt.signin.actions import Credentials
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import RegistrationOnlyError
from congbhyt.units import actions as units
from congbhyt.units.models import Denial
from tests import factories
from tests.factories import BY, NOW, House
from tests.portal import (
    ELSEWHERE,
    Cast,
    browser,
    check_refused,
    follow,
    install,
    open_unit_account,
    sign_in,
    sign_in_to_register,
    text,
)
from tests.unit.portal_people import (
    INSIDE,
    NOWHERE,
    PASSWORD,
    POLICY,
    Desk,
    after,
    another,
    code_sent,
    credentials_of,
    lock,
    outcomes,
    policy_with,
    refusal_of,
    register,
    sent,
    sit_down,
    visitor,
)

pytestmark = pytest.mark.django_db
WRONG = "một câu sai, cũng dài"
SHARING = policy_with(portal__shared_accounts=True)
FREE = policy_with(address__enforced=False)
UNREGISTERED, FOREIGN = "SIGN_IN_ADDRESS_UNREGISTERED", "SIGN_IN_ADDRESS_FOREIGN"
NOTE = "Phiên chỉ để đăng ký."


@pytest.fixture
def house() -> House:
    """Units, people, insured; the agency has a network."""
    built = factories.build()
    units.add_network(home=built.agency, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    return built


@pytest.fixture
def registrar(house: House) -> Person:
    """Who registers for the unit and may do everything else that a unit's people may."""
    rights = sorted(right for right, row in RIGHTS.items() if Holder.UNIT_PERSON in row.holders)
    return register(house.unit, "dangky", *rights, number=51)


def people(house: House) -> dict[str, Person]:
    """One of each kind, each with PASSWORD."""
    return {
        "registrar": register(house.unit, "dangky", Right.USER_ADMINISTRATION, number=51),
        "plain": register(house.unit, "thuong", Right.CARD_LOOKUP, number=52),
        "shared": open_unit_account(house.unit),
        "agency": register(house.agency, "quantinh", Right.USER_ADMINISTRATION, number=53),
    }


def kind_of_session(typed: Credentials, address: str, policy: InForce) -> str:
    """What signing in opens, or why nothing."""
    try:
        session = actions.sign_in(typed, visitor=visitor(address), policy=policy, at=NOW).session
    except Refusal as refusal:
        return refusal.code
    kind = "registration" if session.registration_only else "full"
    return f"{kind}, code" if session.awaits_code else kind


def test_shared_accounts_end_on_the_first_of_august_2024() -> None:
    end = NOW.replace(year=2024, month=8, day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=VIETNAM)
    shipped = Policy(catalogue.parameters(), {}, [])
    assert shipped.at(end.replace(day=1) - (after(seconds=1) - NOW)).shared_accounts
    assert not shipped.at(end).shared_accounts


def test_a_session_of_a_shared_account_does_not_outlive_them(house: House) -> None:
    opened = actions.sign_in(credentials_of(open_unit_account(house.unit)), visitor=visitor(), policy=SHARING, at=NOW)
    assert queries.signed_in(opened.token, visitor=visitor(), policy=SHARING, at=NOW).person.shared
    with pytest.raises(Refusal, match="SESSION_ENDED: Tài khoản dùng chung"):
        queries.signed_in(opened.token, visitor=visitor(), policy=POLICY, at=NOW)


# The code, in any case


def test_a_person_s_code_goes_to_the_phone_that_the_unit_registered_for_them(registrar: Person) -> None:
    sit_down(registrar, address=NOWHERE)
    assert [message.receiver for message in sent("otp:sign_in")] == ["0000000051"]


@pytest.mark.parametrize("handed", [False, True])
def test_without_a_phone_there_is_no_session(house: House, handed: bool) -> None:
    person = register(house.unit, "khongso", Right.USER_ADMINISTRATION, number=54, phone="")
    typed = credentials_of(person)
    if handed:
        typed = credentials_of(person, passwords.hand_out_password(person=person, reason="test", by=BY, at=NOW))
    assert kind_of_session(typed, NOWHERE, POLICY) == "OTP_NO_PHONE"
    assert not Session.objects.exists()


def confirm(desk: Desk) -> None:
    """Type the code."""
    digits = code_sent(Code.Purpose.SIGN_IN)
    actions.confirm(digits, signed_in=desk.at(NOW), visitor=desk.visitor, policy=POLICY, at=NOW)


def registering(registrar: Person, address: str = NOWHERE) -> Desk:
    """A session for registration only, with its code."""
    desk = sit_down(registrar, address=address)
    confirm(desk)
    return desk


# What nobody learns at an address that nobody registered


def refused(typed: Credentials, at: float = 0) -> Refusal:
    """How signing in at nobody's address is refused."""
    with pytest.raises(Refusal) as told:
        actions.sign_in(typed, visitor=visitor(NOWHERE), policy=POLICY, at=after(at))
    return told.value


def those_outside(house: House) -> list[Credentials]:
    """Unknown, known but not registering (right and wrong, locked, without a password), registering but wrong."""
    found = people(house)
    nobody = register(house.unit, "chua", Right.USER_ADMINISTRATION, number=55, password=False)
    gone = register(house.unit, "nghi", number=56)
    lock(gone, at=NOW)
    return [
        Credentials("01999", "khongai", PASSWORD),
        Credentials("77777", "khongai", PASSWORD),
        credentials_of(found["plain"]),
        credentials_of(found["plain"], WRONG),
        credentials_of(gone),
        credentials_of(nobody),
        credentials_of(found["registrar"], WRONG),
        credentials_of(found["shared"], WRONG),
    ]


def test_all_are_told_the_same(house: House) -> None:
    told = [refused(typed) for typed in those_outside(house)]
    assert len({(type(one), one.code, one.sentence, one.detail, str(one), str(one.facts)) for one in told}) == 1
    assert told[0].code == UNREGISTERED
    assert "kiểm tra lại tên đăng nhập và mật khẩu" in told[0].sentence
    assert not Denial.objects.exists()
    assert set(outcomes("signin:session:open")) == {UNREGISTERED}


def test_for_all_the_same_work_is_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def counting(does: Callable[..., object], *typed: object) -> object:
        hashed.append("")
        return does(*typed)

    monkeypatch.setattr(passwords, "make_password", partial(counting, hashers.make_password))
    check = Person.check_password
    monkeypatch.setattr(Person, "check_password", lambda person, typed: counting(check, person, typed))
    each = list({typed.handle: typed for typed in those_outside(house)}.values())
    refused(Credentials("01999", "ai-do", WRONG))
    asked = []
    for typed in each:
        with CaptureQueriesContext(connection) as captured:
            refused(typed)
        asked.append(len(captured))
    assert asked == [asked[0]] * 7
    assert len(hashed) == 1 + 7


def test_all_wait_alike(house: House) -> None:
    for typed in those_outside(house):
        FailedSignIn.objects.all().delete()
        told = [refused(typed) for _ in range(6)]
        assert [one.code for one in told] == [UNREGISTERED] * 5 + ["SIGN_IN_PAUSED"]
        assert len({one.sentence for one in told[:5]}) == 1
        assert sorted(FailedSignIn.objects.values_list("failures", flat=True)) == [5, 6], "the name, and all names"


def test_all_names_together_have_thirty_tries_and_registrars_no_more(registrar: Person) -> None:
    told = [refused(Credentials("01999", f"khongai{number}", WRONG)).code for number in range(31)]
    assert told == [UNREGISTERED] * 30 + ["SIGN_IN_PAUSED"]
    assert refused(credentials_of(registrar)).code == "SIGN_IN_PAUSED"
    assert kind_of_session(credentials_of(registrar), INSIDE, POLICY) == "full", "only at that address"


def test_a_right_password_forgives_the_wrong_ones_before(registrar: Person) -> None:
    for minute in (0, 2):
        assert [refused(credentials_of(registrar, WRONG), minute).code for _ in range(4)] == [UNREGISTERED] * 4
        sit_down(registrar, address=NOWHERE, at=after(minute))


def test_a_forgotten_password_stays_closed_there(house: House) -> None:
    for person in people(house).values():
        code = UNREGISTERED if person.unit else "RECOVERY_ELSEWHERE"
        begin = partial(credentials.begin_recovery, person.handle, visitor=visitor(NOWHERE), policy=POLICY, at=NOW)
        assert refusal_of(begin) == code
    assert not sent("otp:recovery")


# What the unit is shown


def test_the_own_address_is_no_news(house: House) -> None:
    found = people(house)
    for who in ("registrar", "shared"):
        sit_down(found[who])
    assert not Denial.objects.exists()


# What such a session may


def test_it_opens_no_history(registrar: Person) -> None:
    desk = registering(registrar)
    ask = partial(
        history.request_code, registrar.social_number, signed_in=desk.at(NOW), visitor=desk.visitor, policy=POLICY,
        at=NOW,
    )  # fmt: skip
    assert refusal_of(ask) == "RIGHT_NEEDED"
    with pytest.raises(IntegrityError, match="session_for_registration_opens_no_history"), transaction.atomic():
        Session.objects.filter(pk=desk.session).update(history_opened_at=NOW, history_used_at=NOW)


def test_it_ends_as_every_session_does(registrar: Person) -> None:
    desk = registering(registrar)
    lock(registrar, at=after(1))
    assert refusal_of(lambda: desk.at(after(1))) == "SESSION_ENDED"


def test_wrong_codes_open_nothing(registrar: Person) -> None:
    desk = sit_down(registrar, address=NOWHERE)
    typed = another(code_sent(Code.Purpose.SIGN_IN))
    wrong = partial(actions.confirm, typed, signed_in=desk.at(NOW), visitor=desk.visitor, policy=POLICY, at=NOW)
    assert refusal_of(wrong) == "OTP_WRONG"
    assert not desk.at(NOW).holds(Right.USER_ADMINISTRATION)


# The pages


def test_a_registrar_elsewhere_comes_to_the_registration_and_no_further(cast: Cast) -> None:
    opened = browser(ELSEWHERE)
    typed = {"home": "01999", "user": cast.admin.user_name, "password": PASSWORD}
    assert "Bạn đăng nhập từ ngoài mạng của đơn vị" in followed_twice(
        opened, opened.post("/dang-nhap", typed)["Location"]
    )
    opened.post("/dang-nhap/ma-xac-nhan", {"code": code_sent(Code.Purpose.SIGN_IN)})
    assert opened.get("/")["Location"] == "/dang-ky"
    page = text(opened.get("/dang-ky"))
    assert "<h1>Đăng ký của đơn vị</h1>" in page
    assert NOTE in page
    assert NOTE in text(opened.get("/tro-giup"))
    for closed in ("Người sử dụng</a>", "Thông tin và phiên làm việc"):
        assert closed not in page
    answer = opened.get("/quan-tri/nguoi-su-dung")
    check_refused(answer, RegistrationOnlyError, status=403)
    entry = Entry.objects.get(event="portal:page:refuse")
    assert (entry.actor, entry.object, entry.outcome) == (
        cast.admin.actor, "page:people", "SESSION_REGISTRATION_ONLY",
    )  # fmt: skip


def followed_twice(opened: Client, address: str) -> str:
    """The page to which an address leads by way of the missing step."""
    return follow(opened, opened.get(address))


def test_the_unit_account_is_told_that_the_code_went_to_the_unit(cast: Cast) -> None:
    opened = sign_in(open_unit_account(cast.house.unit))
    page = text(opened.get("/dang-nhap/ma-xac-nhan"))
    assert "Đây là tài khoản của đơn vị" in page
    assert "số điện thoại đã đăng ký của đơn vị" in page


def test_whoever_has_no_such_session_reads_no_such_line(cast: Cast) -> None:
    assert NOTE not in text(sign_in(cast.admin).get("/dang-ky"))
    assert NOTE not in text(browser(ELSEWHERE).get("/tro-giup"))


def test_a_password_can_be_changed_and_signing_out_ends_it(cast: Cast) -> None:
    opened = sign_in_to_register(cast.admin)
    new = "trăng rằm soi bến nước"
    assert opened.post("/mat-khau", {"current": PASSWORD, "new": new, "again": new})["Location"] == "/"
    opened.post("/dang-xuat")
    assert opened.get("/dang-ky")["Location"].startswith("/dang-nhap")


def test_whoever_does_not_get_in_there_reads_what_to_do(cast: Cast) -> None:
    for who in (cast.officer.user_name, "khongai"):
        answer = browser(ELSEWHERE).post("/dang-nhap", {"home": "01999", "user": who, "password": PASSWORD})
        assert answer.status_code == 403
        assert f"Mã {UNREGISTERED}" in text(answer)
        assert "Người lập đăng ký của đơn vị đăng nhập được từ đây" in text(answer)


# The unit account's telephone, while accounts were shared


def test_a_new_phone_of_the_unit_account_waits_for_the_agency(cast: Cast) -> None:
    policies.set_parameter(parameter="portal.shared_accounts", value=True, valid_from=NOW, source="test", by=BY, at=NOW)
    install()
    account = open_unit_account(cast.house.unit)
    opened = sign_in(account)
    assert "Đây là tài khoản của đơn vị, nên số mới cần BHXH Thử Nghiệm duyệt" in text(
        opened.get("/tai-khoan/dien-thoai")
    )
    opened.post("/tai-khoan/dien-thoai", {"phone": "0000000777", "password": PASSWORD})
    answer = opened.post("/tai-khoan/dien-thoai/xac-nhan", {"code": code_sent(Code.Purpose.PHONE)})
    page = follow(opened, answer)
    assert "Số mới đang chờ BHXH Thử Nghiệm duyệt. Trong lúc chờ, mã vẫn gửi đến số cũ." in page
    assert "lịch sử" not in page.partition("<main")[2]
    assert "Quyền lịch sử" not in text(sign_in(cast.admin).get(f"/quan-tri/nguoi-su-dung/{account.pk}"))
    change = PhoneChange.objects.get()
    decided = sign_in(cast.approver).post(
        f"/phe-duyet/so-dien-thoai/{change.pk}", {"decision": "approve", "reason": "đã gọi đơn vị"}
    )
    assert decided.status_code == 302
    assert "•••••••777" in text(opened.get("/tai-khoan"))
