"""People, rights, API accounts: who may hold what, what a grant sends, what a lock ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError
from procrastinate.contrib.django.models import ProcrastinateJob

from congbhyt.accounts import actions, queries
from congbhyt.accounts.authz import API_ACCOUNT_RIGHTS, Holder, Right
from congbhyt.accounts.models import ApiAccount, ApiSecret, Grant, Person
from congbhyt.accounts.refusals import (
    AccountExistsError,
    AccountNameError,
    NoSuchAccountError,
    NoSuchPersonError,
    NoSuchSecretError,
    PersonExistsError,
    PersonFormError,
    PhoneMissingError,
    ReasonMissingError,
    RightHeldError,
    RightHolderError,
    RightNotHeldError,
    TwoSecretsError,
)
from congbhyt.accounts.secrets import Verifier, md5
from congbhyt.audit.actions import Origin
from congbhyt.audit.models import Entry
from congbhyt.outbox.actions import deliver_message
from congbhyt.outbox.models import Message
from congbhyt.policy import queries as policy
from congbhyt.tokens import actions as tokens
from congbhyt.tokens.actions import Caller, Credentials, Issued
from congbhyt.tokens.queries import Keys, account_of
from congbhyt.tokens.refusals import AccountLockedError, SessionWrongError, WrongCredentialsError
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Unit
from tests.factories import BY, NOW
from tests.unit.outbox_ways import Way, over

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
CITIZEN = "099199000007"
PHONE = "0000000107"
SECRET = "Mật-khẩu-1"
OFFICIAL_SMS = "Bạn đã được cấp quyền xem lịch sử KCB trên Cổng tiếp nhận Hệ thống thông tin giám định BHYT"


@pytest.fixture
def agency() -> Agency:
    """A province's agency."""
    return units.open_agency(
        code="01", name="BHXH Thử", level=Agency.Level.PROVINCE, valid_from=date(2020, 1, 1), by=BY, at=NOW
    )


@pytest.fixture
def unit(agency: Agency) -> Unit:
    """A hospital under it."""
    return units.open_unit(
        code="01999",
        name="Bệnh viện Thử",
        kind=Unit.Kind.CONTRACTED,
        managing_agency=agency,
        valid_from=date(2020, 1, 1),
        by=BY,
        at=NOW,
    )


def register(home: Unit | Agency, user_name: str = "lan", citizen: str = CITIZEN, phone: str = PHONE) -> Person:
    return actions.register_person(
        full_name="PHẠM THỊ LAN", citizen_number=citizen, user_name=user_name, home=home, phone=phone, by=BY, at=NOW
    )


@pytest.fixture
def lan(unit: Unit) -> Person:
    """An officer of the hospital, with a phone."""
    return register(unit)


@pytest.fixture
def account(unit: Unit) -> ApiAccount:
    """The hospital's API account."""
    return actions.open_api_account(name="01999_BV", unit=unit, secret=SECRET, by=BY, at=NOW)[0]


def grant(holder: Person | ApiAccount, right: Right = Right.HISTORY_LOOKUP) -> Grant:
    return actions.grant_right(holder=holder, right=right, basis="01/dk-ctn", by=BY, at=NOW)


def revoke(holder: Person | ApiAccount, right: Right, reason: str = "chuyển công tác") -> None:
    actions.revoke_right(holder=holder, right=right, reason=reason, by=BY, at=LATER)


def rights(holder: Person | ApiAccount) -> set[str]:
    return {held.right for held in queries.rights_of(holder)}


# Who is registered


def test_a_person_s_numbers_lie_sealed_and_can_be_asked_for(lan: Person) -> None:
    stored = Person.objects.values().get(pk=lan.pk)
    assert CITIZEN not in str(stored)
    assert PHONE not in str(stored)
    assert settings.KEYS.open(lan.citizen_sealed or b"") == CITIZEN
    assert Person.objects.get(citizen_digest=settings.KEYS.digest(CITIZEN)) == lan
    assert Person.objects.get(phone_digest=settings.KEYS.digest(PHONE)) == lan


def test_a_person_without_a_password_cannot_sign_in(lan: Person) -> None:
    assert not lan.has_usable_password()
    assert lan.must_change_password


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"full_name": "  "}, "Họ tên"),
        ({"citizen_number": "09919900000"}, "CCCD"),
        ({"citizen_number": "09919900000x"}, "CCCD"),
        ({"citizen_number": ""}, "CCCD"),
        ({"social_number": "990000010"}, "Mã số BHXH"),
        ({"phone": "12345"}, "Số điện thoại"),
        ({"user_name": " "}, "Tên đăng nhập"),
        ({"user_name": "a/b"}, "Tên đăng nhập"),
        ({"user_name": "phạm lan"}, "Tên đăng nhập"),
        ({"user_name": "x" * 41}, "Tên đăng nhập"),
    ],
)
def test_a_field_without_a_possible_value_is_refused_by_its_name(unit: Unit, wrong: dict[str, str], field: str) -> None:
    facts = {"full_name": "PHẠM THỊ LAN", "citizen_number": CITIZEN, "user_name": "lan", **wrong}
    with pytest.raises(PersonFormError) as refused:
        actions.register_person(home=unit, by=BY, at=NOW, **facts)
    assert refused.value.sentence.startswith(field)
    assert not Person.objects.exists()


def test_a_refusal_of_a_cccd_does_not_repeat_it(unit: Unit, lan: Person) -> None:
    with pytest.raises(PersonExistsError) as refused:
        register(unit, "lan2")
    assert CITIZEN not in str(refused.value)
    assert lan.full_name not in str(refused.value)


def test_a_user_name_is_taken_once_per_unit_in_any_letter_case(unit: Unit, lan: Person) -> None:
    with pytest.raises(PersonExistsError):
        register(unit, lan.user_name.upper(), citizen="099199000008")


def test_one_person_may_be_registered_at_a_unit_and_at_an_agency(agency: Agency, lan: Person) -> None:
    assert register(agency).handle == "01/lan"
    assert lan.handle == "01999/lan"


def test_holders_are_found_by_handle_or_account_name_in_any_letter_case(lan: Person, account: ApiAccount) -> None:
    assert queries.holder(" 01999/LAN ") == lan
    assert queries.holder("01999_bv") == account


def test_unknown_holders_are_refused() -> None:
    with pytest.raises(NoSuchPersonError):
        queries.holder("01999/nobody")
    with pytest.raises(NoSuchAccountError):
        queries.holder("nobody")


def test_people_of_one_home_are_listed_in_vietnamese_order(agency: Agency, unit: Unit) -> None:
    register(agency)
    for number, name in enumerate(["Đào", "Dũng", "Ân", "An"]):
        actions.register_person(
            full_name=name, citizen_number=f"09919900010{number}", user_name=f"u{number}", home=unit, by=BY, at=NOW
        )
    assert [person.full_name for person in queries.people("01999")] == ["An", "Ân", "Dũng", "Đào"]
    assert [person.handle for person in queries.people("01")] == ["01/lan"]
    assert queries.people().count() == 5


def test_masked_numbers_show_three_digits(agency: Agency, lan: Person) -> None:
    silent = register(agency, phone="")
    assert queries.masked_numbers(lan) == queries.MaskedNumbers("•••••••••007", "•••••••107")
    assert queries.masked_numbers(silent).phone == ""


def test_a_locked_person_may_be_unlocked(lan: Person) -> None:
    actions.lock_person(person=lan, reason="nghỉ việc", by=BY, at=NOW)
    assert Person.objects.get(pk=lan.pk).state == Person.State.LOCKED
    actions.unlock_person(person=lan, reason="đã xác minh", by=BY, at=LATER)
    assert Person.objects.get(pk=lan.pk).state == Person.State.ACTIVE


# Rights

UNIT, AGENCY, API = Holder.UNIT_PERSON, Holder.AGENCY_PERSON, Holder.API_ACCOUNT
SHARED = Holder.UNIT_ACCOUNT
MAY_HOLD = {
    "card_lookup": {UNIT, AGENCY, API},
    "history_lookup": {UNIT, AGENCY, API},
    "copayment_lookup": {UNIT, AGENCY, API},
    "temporary_card": {UNIT, API},
    "check_in": {UNIT, API},
    "record_sending": {UNIT, API},
    "result_view": {UNIT, AGENCY, API},
    "catalogue_sending": {UNIT, API},
    "certificates": {UNIT, API},
    "medical_assessment": {UNIT, API},
    "signing_certificate": {UNIT},
    "user_administration": {UNIT, SHARED, AGENCY},
    "management_lookup": {UNIT, AGENCY},
    "help_requests": {AGENCY},
    "approve_requests": {AGENCY},
    "open_addresses": {AGENCY},
    "appoint_approvers": {AGENCY},
    "audit_reading": {AGENCY},
    "operations": {AGENCY},
}


def test_the_truth_table_names_every_right() -> None:
    assert set(MAY_HOLD) == {right.value for right in Right}


def a_holder(kind: Holder, agency: Agency, unit: Unit) -> Person | ApiAccount:
    """Somebody of that kind who holds nothing yet."""
    if kind is API:
        return ApiAccount.objects.create(name="01999_BV", unit=unit, created_at=NOW)
    if kind is SHARED:
        opened = actions.open_unit_account(unit=unit, phone=PHONE, by=BY, at=NOW)
        revoke(opened, Right.USER_ADMINISTRATION)
        return opened
    return register(unit if kind is UNIT else agency)


@pytest.mark.parametrize("kind", list(Holder))
@pytest.mark.parametrize("right", list(Right))
def test_a_right_goes_only_to_its_kinds_of_holder(agency: Agency, unit: Unit, right: Right, kind: Holder) -> None:
    holder = a_holder(kind, agency, unit)
    if kind in MAY_HOLD[right.value]:
        grant(holder, right)
        assert rights(holder) == {right.value}
    else:
        with pytest.raises(RightHolderError):
            grant(holder, right)
        assert rights(holder) == set()


def test_the_history_right_queues_exactly_the_official_sms(lan: Person) -> None:
    grant(lan)
    message = Message.objects.get()
    assert message.receiver_sealed is not None
    assert message.body_sealed is not None
    assert settings.KEYS.open(message.receiver_sealed) == PHONE
    assert settings.KEYS.open(message.body_sealed) == OFFICIAL_SMS
    job = ProcrastinateJob.objects.get(queue_name="outbox")
    assert json.dumps(job.args) == json.dumps({"message_id": str(message.pk)})


def test_that_sms_is_cleared_on_sending(lan: Person) -> None:
    provider = Way()
    grant(lan)
    deliver_message(str(Message.objects.get().pk), route=over(provider), at=LATER)
    message = Message.objects.get()
    assert provider.texts == [(PHONE, OFFICIAL_SMS)]
    assert (message.receiver_sealed, message.body_sealed) == (None, None)


def test_no_other_right_and_no_program_sends_an_sms(lan: Person, account: ApiAccount) -> None:
    grant(lan, Right.CARD_LOOKUP)
    revoke(account, Right.HISTORY_LOOKUP)
    actions.grant_right(holder=account, right=Right.HISTORY_LOOKUP, basis="01/dk-ctn", by=BY, at=LATER)
    assert not Message.objects.exists()


def test_without_a_phone_the_history_right_is_refused_and_nothing_saved(unit: Unit) -> None:
    silent = register(unit, phone="")
    with pytest.raises(PhoneMissingError):
        grant(silent)
    assert rights(silent) == set()
    assert not Message.objects.exists()


def test_without_a_phone_other_rights_are_granted(unit: Unit) -> None:
    silent = register(unit, phone="")
    grant(silent, Right.CARD_LOOKUP)
    assert rights(silent) == {"card_lookup"}


def test_a_right_is_granted_once_and_tells_once(lan: Person) -> None:
    grant(lan)
    with pytest.raises(RightHeldError):
        grant(lan)
    assert Message.objects.count() == 1


def test_a_revoked_right_is_gone_and_its_grant_stays_on_record(lan: Person) -> None:
    held = grant(lan)
    revoke(lan, Right.HISTORY_LOOKUP)
    held.refresh_from_db()
    assert rights(lan) == set()
    assert (held.revoked_at, held.revoked_by, held.revoked_reason) == (LATER, BY, "chuyển công tác")
    assert list(queries.grants_of(lan)) == [held]


def test_a_right_may_be_granted_again_after_it_was_revoked(lan: Person) -> None:
    grant(lan)
    revoke(lan, Right.HISTORY_LOOKUP)
    grant(lan)
    assert rights(lan) == {"history_lookup"}


def test_only_what_is_held_can_be_revoked(lan: Person) -> None:
    with pytest.raises(RightNotHeldError):
        revoke(lan, Right.HISTORY_LOOKUP)


@pytest.mark.parametrize("blank", ["", "   ", "x" * 201])
def test_acts_that_need_a_reason_are_refused_without_one(lan: Person, account: ApiAccount, blank: str) -> None:
    grant(lan)
    acts: list[Callable[[], object]] = [
        lambda: actions.grant_right(holder=lan, right=Right.CARD_LOOKUP, basis=blank, by=BY, at=NOW),
        lambda: revoke(lan, Right.HISTORY_LOOKUP, blank),
        lambda: actions.lock_person(person=lan, reason=blank, by=BY, at=NOW),
        lambda: actions.lock_api_account(account=account, reason=blank, by=BY, at=NOW),
    ]
    for act in acts:
        with pytest.raises(ReasonMissingError):
            act()
    assert rights(lan) == {"history_lookup"}
    assert ApiAccount.objects.get().state == ApiAccount.State.ACTIVE


# API accounts and their secrets


def test_a_new_account_has_the_rights_of_a_facility_s_program(account: ApiAccount) -> None:
    assert rights(account) == {right.value for right in API_ACCOUNT_RIGHTS}


def test_an_account_is_named_in_capitals_and_once(unit: Unit) -> None:
    opened, _ = actions.open_api_account(name=" 01999_bv ", unit=unit, by=BY, at=NOW)
    assert opened.name == "01999_BV"
    with pytest.raises(AccountExistsError):
        actions.open_api_account(name="01999_BV", unit=unit, by=BY, at=NOW)


@pytest.mark.parametrize("name", ["", " ", "01999/BV", "BỆNH_VIỆN", "A" * 41])
def test_an_account_name_that_clients_could_not_send_is_refused(unit: Unit, name: str) -> None:
    with pytest.raises(AccountNameError):
        actions.open_api_account(name=name, unit=unit, by=BY, at=NOW)


def test_a_generated_secret_opens_a_session_and_is_stored_nowhere(unit: Unit) -> None:
    opened, secret = actions.open_api_account(name="01999_BV", unit=unit, by=BY, at=NOW)
    assert take(secret).account_name == opened.name
    stored = str([*ApiSecret.objects.values(), *Entry.objects.values()])
    assert secret not in stored
    assert md5(secret) not in stored.upper()


def take(secret: str = SECRET) -> Issued:
    """Sign in as hospital programs do."""
    return tokens.take(
        Credentials("01999_BV", md5(secret)),
        caller=CALLER,
        verifier=Verifier(),
        policy=policy.current().at(NOW),
        at=NOW,
    )


def use(issued: Issued, secret: str = SECRET) -> str:
    """Call with a session; returns whose it is."""
    keys = Keys(issued.access_token, str(issued.id_token), "01999_BV", md5(secret))
    return account_of(keys, caller=CALLER, policy=policy.current().at(LATER), at=LATER).name


CALLER = Caller(Origin("203.0.113.7", 40000), owners=None)


def test_two_secrets_are_in_force_at_once_for_rotation(account: ApiAccount) -> None:
    second = actions.issue_secret(account=account, by=BY, at=NOW)
    assert take(SECRET).account_name == take(second).account_name == "01999_BV"


def test_a_third_secret_is_refused_until_one_is_retired(account: ApiAccount) -> None:
    actions.issue_secret(account=account, by=BY, at=NOW)
    with pytest.raises(TwoSecretsError):
        actions.issue_secret(account=account, by=BY, at=NOW)
    first = account.secrets.earliest("pk")
    actions.retire_secret(account=account, number=first.pk, by=BY, at=NOW)
    third = actions.issue_secret(account=account, by=BY, at=NOW)
    assert take(third).account_name == "01999_BV"


def test_a_retired_secret_opens_nothing_and_its_sessions_end(account: ApiAccount) -> None:
    issued = take()
    actions.retire_secret(account=account, number=account.secrets.get().pk, by=BY, at=LATER)
    with pytest.raises(WrongCredentialsError):
        take()
    with pytest.raises(SessionWrongError):
        use(issued)


def test_only_a_secret_of_this_account_in_force_can_be_retired(unit: Unit, account: ApiAccount) -> None:
    other, _ = actions.open_api_account(name="01999_HIS", unit=unit, by=BY, at=NOW)
    with pytest.raises(NoSuchSecretError):
        actions.retire_secret(account=account, number=other.secrets.get().pk, by=BY, at=NOW)
    number = account.secrets.get().pk
    actions.retire_secret(account=account, number=number, by=BY, at=NOW)
    with pytest.raises(NoSuchSecretError):
        actions.retire_secret(account=account, number=number, by=BY, at=NOW)


def test_a_session_works_until_its_account_is_locked(account: ApiAccount) -> None:
    issued = take()
    assert use(issued) == "01999_BV"
    actions.lock_api_account(account=account, reason="lộ mật khẩu", by=BY, at=LATER)
    with pytest.raises(SessionWrongError):
        use(issued)
    with pytest.raises(AccountLockedError):
        take()


def test_unlocking_lets_programs_sign_in_anew_and_revives_no_session(account: ApiAccount) -> None:
    issued = take()
    actions.lock_api_account(account=account, reason="lộ mật khẩu", by=BY, at=LATER)
    actions.unlock_api_account(account=account, by=BY, at=LATER)
    with pytest.raises(SessionWrongError):
        use(issued)
    assert take().account_name == "01999_BV"


def test_accounts_are_listed_by_unit(unit: Unit, account: ApiAccount) -> None:
    assert list(queries.api_accounts(unit.code)) == list(queries.api_accounts()) == [account]


# The record


def test_each_write_says_who_did_what_to_whom(lan: Person) -> None:
    grant(lan)
    entry = Entry.objects.latest("pk")
    assert (entry.event, entry.actor, entry.at, entry.object) == ("accounts:right:grant", BY, NOW, f"person:{lan.pk}")
    assert entry.details == {"right": "history_lookup", "basis": "01/dk-ctn"}


def test_the_record_holds_no_cccd_and_no_phone(lan: Person) -> None:
    grant(lan)
    written = str(list(Entry.objects.values()))
    assert CITIZEN not in written
    assert PHONE not in written


WRITES: dict[str, Callable[[Person, ApiAccount], object]] = {
    "register_person": lambda lan, _: register(unit_of(lan), "nam", citizen="099199000008"),
    "lock_person": lambda lan, _: actions.lock_person(person=lan, reason="nghỉ việc", by=BY, at=NOW),
    "unlock_person": lambda lan, _: actions.unlock_person(person=lan, reason="đã xác minh", by=BY, at=NOW),
    "open_api_account": lambda lan, _: actions.open_api_account(name="01999_HIS", unit=unit_of(lan), by=BY, at=NOW),
    "issue_secret": lambda _, account: actions.issue_secret(account=account, by=BY, at=NOW),
    "retire_secret": lambda _, account: actions.retire_secret(
        account=account, number=account.secrets.get().pk, by=BY, at=NOW
    ),
    "lock_api_account": lambda _, account: actions.lock_api_account(account=account, reason="lộ", by=BY, at=NOW),
    "unlock_api_account": lambda _, account: actions.unlock_api_account(account=account, by=BY, at=NOW),
    "grant_right": lambda lan, _: grant(lan),
    "revoke_right": lambda lan, _: revoke(lan, Right.CARD_LOOKUP),
}


def unit_of(person: Person) -> Unit:
    assert person.unit is not None
    return person.unit


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nothing_is_saved_when_the_audit_entry_cannot_be(
    lan: Person, account: ApiAccount, write: Callable[[Person, ApiAccount], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(lan, Right.CARD_LOOKUP)
    kept = (Person, ApiAccount, ApiSecret, Grant, Message, ProcrastinateJob)
    before = [list(model.objects.order_by("pk").values()) for model in kept]

    def fail(**_: object) -> None:
        raise DatabaseError("the record is full")

    monkeypatch.setattr(Entry.objects, "create", fail)
    with pytest.raises(DatabaseError, match="the record is full"):
        write(lan, account)
    assert [list(model.objects.order_by("pk").values()) for model in kept] == before
