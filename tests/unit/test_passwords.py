"""Passwords of people: how they are kept, which are good enough, who may change them, and those handed out."""

from __future__ import annotations

import re
from functools import partial
from math import log2

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from congbhyt.accounts import passwords
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.passwords import Hasher, PasswordRuleError, TemporaryPasswordOverError
from congbhyt.accounts.refusals import ReasonMissingError
from congbhyt.audit.models import Entry
from congbhyt.otp.models import Code
from congbhyt.signin import actions, credentials
from congbhyt.signin.visitors import Unfinished
from congbhyt.units import actions as units
from tests import factories
from tests.factories import BY, NOW, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    INSIDE,
    PASSWORD,
    PHONE,
    POLICY,
    Desk,
    after,
    code_sent,
    credentials_of,
    give_password,
    give_right,
    lock,
    outcomes,
    policy_with,
    refusal_of,
    register,
    sent,
    sit_down,
    unlock,
    visitor,
)

NEW = "một câu khác, dài hơn"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def officer(house: House) -> Person:
    """Somebody with a password."""
    return give_password(house.officer)


def stored(person: Person) -> str:
    return Person.objects.get(pk=person.pk).password


def change(desk: Desk, current: str = PASSWORD, new: str = NEW, *, minutes: float = 0) -> str:
    at = after(minutes)
    return refusal_of(
        lambda: credentials.change_password(
            current, new, signed_in=desk.at(at), visitor=desk.visitor, policy=POLICY, at=at
        )
    )


def try_password(person: Person, password: str, *, minutes: float = 0) -> str:
    return refusal_of(
        lambda: actions.sign_in(credentials_of(person, password), visitor=visitor(), policy=POLICY, at=after(minutes))
    )


# How they are kept


def test_passwords_are_kept_as_argon2id_of_19_mib(officer: Person) -> None:
    passwords.set_password(person=officer, password=NEW, by=BY, at=NOW)
    assert stored(officer).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert NEW not in stored(officer)


def test_two_people_with_one_password_have_different_hashes(house: House) -> None:
    for person in (house.officer, house.colleague):
        passwords.set_password(person=person, password=NEW, by=BY, at=NOW)
    assert stored(house.officer) != stored(house.colleague)


def test_an_older_hash_is_made_anew_at_the_next_right_sign_in(officer: Person) -> None:
    older = Argon2PasswordHasher().encode(PASSWORD, "muối của ngày xưa")
    assert "m=19456" not in older
    Person.objects.filter(pk=officer.pk).update(password=older)
    assert try_password(officer, "một câu sai, cũng dài") == "SIGN_IN_WRONG"
    assert stored(officer) == older
    assert try_password(officer, PASSWORD) == "done"
    assert "m=19456,t=2,p=1" in stored(officer)
    assert try_password(officer, PASSWORD) == "done"


def test_a_hash_in_force_is_left_alone(officer: Person) -> None:
    before = stored(officer)
    assert passwords.matches(officer, PASSWORD)
    assert stored(officer) == before


def test_the_same_work_for_nobody_for_no_password_and_for_a_wrong_one(
    house: House, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    encode, verify = Hasher.encode, Hasher.verify

    def counted_encode(hasher: Hasher, password: str, salt: str) -> str:
        worked.append("argon2")
        return encode(hasher, password, salt)

    def counted_verify(hasher: Hasher, password: str, encoded: str) -> bool:
        worked.append("argon2")
        return verify(hasher, password, encoded)

    monkeypatch.setattr(Hasher, "encode", counted_encode)
    monkeypatch.setattr(Hasher, "verify", counted_verify)
    for person in (None, house.colleague, officer):
        worked.clear()
        assert not passwords.matches(person, "một câu sai, cũng dài")
        assert worked == ["argon2"]


@pytest.mark.parametrize("typed", ["", " ", "!", PASSWORD.upper(), f" {PASSWORD}", PASSWORD[:-1]])
def test_only_the_password_itself_matches(house: House, officer: Person, typed: str) -> None:
    assert not passwords.matches(officer, typed)
    assert not passwords.matches(house.colleague, typed), "who has none"
    assert not passwords.matches(None, typed)


def test_a_megabyte_is_not_hashed_whole(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[int] = []
    verify = Hasher.verify

    def measured(hasher: Hasher, password: str, encoded: str) -> bool:
        hashed.append(len(password))
        return verify(hasher, password, encoded)

    monkeypatch.setattr(Hasher, "verify", measured)
    assert not passwords.matches(officer, "x" * 1_000_000)
    assert hashed == [passwords.LONGEST]


# Which are good enough


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("", "ít nhất 14"),
        ("mười ba ký tự", "ít nhất 14"),
        ("x" * 201, "tối đa 200"),
        ("12345678901234", "chữ số"),
        ("１２３４５６７８９０１２３４", "chữ số"),
        ("nguyễn thị kiểm thử", "giống tên"),
        ("NGUYEN THI KIEM THU", "giống tên"),
        ("01999/kiemthu1", "giống tên"),
        ("kiemthu.nguyen@", "giống tên"),
        (PASSWORD, "khác mật khẩu"),
    ],
)
def test_a_weak_password_is_refused_by_its_rule(officer: Person, password: str, rule: str) -> None:
    officer.email = "kiemthu.nguyen@example.vn"
    with pytest.raises(PasswordRuleError, match=rule) as refused:
        passwords.check_new(officer, password, least=14)
    assert not password or password not in str(refused.value)


def test_a_well_known_password_is_refused_whatever_its_length(officer: Person) -> None:
    with pytest.raises(PasswordRuleError, match="phổ biến"):
        passwords.check_new(officer, "Trustno1", least=8)


@pytest.mark.parametrize("password", ["mười bốn ký tự", "x" * 200, NEW, "correct horse battery", "đậu-hũ-rán-giòn"])
def test_a_long_sentence_will_do(officer: Person, password: str) -> None:
    passwords.check_new(officer, password, least=14)


def test_policy_sets_the_least_length(officer: Person) -> None:
    desk, strict = sit_down(officer), policy_with(password__least_length=30)
    with pytest.raises(PasswordRuleError, match="ít nhất 30"):
        credentials.change_password(PASSWORD, NEW, signed_in=desk.at(NOW), visitor=desk.visitor, policy=strict, at=NOW)


# Changing one's own


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(officer: Person, house: House) -> None:
    here, there, colleague = sit_down(officer), sit_down(officer), sit_down(give_password(house.colleague))
    assert change(here, minutes=1) == "done"
    assert here.at(after(2)).person == officer
    assert refusal_of(lambda: there.at(after(2))) == "SESSION_ENDED"
    assert (there.row().ended_at, there.row().ended_why) == (after(1), "password")
    assert colleague.at(after(2)).person == house.colleague
    assert try_password(officer, PASSWORD, minutes=2) == "SIGN_IN_WRONG"
    assert try_password(officer, NEW, minutes=2) == "done"
    assert Entry.objects.get(event="accounts:password:set").actor == f"person:{officer.pk}"


def test_the_password_in_force_is_asked_and_wrong_ones_count(officer: Person) -> None:
    desk = sit_down(officer)
    told = [change(desk, "một câu sai, cũng dài") for _ in range(6)]
    assert told == ["PASSWORD_WRONG"] * 5 + ["SIGN_IN_PAUSED"]
    assert outcomes("signin:password:check") == ["PASSWORD_WRONG"] * 5
    assert change(desk) == "SIGN_IN_PAUSED", "the right one too"
    assert try_password(officer, PASSWORD) == "done", "what is asked inside stops no sign-in"
    assert change(sit_down(officer)) == "SIGN_IN_PAUSED", "and a right sign-in forgives nothing of it"
    assert change(desk, minutes=15) == "done"


def test_the_right_one_costs_no_try_and_forgives_no_wrong_one(officer: Person) -> None:
    desk = sit_down(officer)
    for _ in range(4):
        assert change(desk, "một câu sai, cũng dài") == "PASSWORD_WRONG"
        assert [change(desk, new="ngắn") for _ in range(3)] == ["PASSWORD_RULE"] * 3
    assert change(desk, "một câu sai, cũng dài") == "PASSWORD_WRONG"
    assert change(desk, new="ngắn") == "SIGN_IN_PAUSED"


def test_a_weak_new_password_changes_nothing(officer: Person) -> None:
    here, there, before = sit_down(officer), sit_down(officer), stored(officer)
    assert change(here, new="ngắn") == "PASSWORD_RULE"
    assert change(here, new=PASSWORD) == "PASSWORD_RULE"
    assert stored(officer) == before
    assert there.at(NOW).person == officer
    assert not Entry.objects.filter(event="accounts:password:set").exists()


def test_a_password_set_meanwhile_does_not_revive_sessions_that_a_lock_ended(officer: Person) -> None:
    here, there = sit_down(officer), sit_down(officer)
    loaded_before = here.at(after(1))
    lock(Person.objects.get(pk=officer.pk), at=after(2))
    credentials.change_password(
        PASSWORD, NEW, signed_in=loaded_before, visitor=here.visitor, policy=POLICY, at=after(2)
    )
    officer.refresh_from_db()
    assert (officer.state, officer.sessions_valid_from) == (Person.State.LOCKED, after(2))
    unlock(officer, at=after(3))
    for desk in (here, there):
        assert refusal_of(partial(desk.at, after(4))) == "SESSION_ENDED"


# Handed out by an administrator


def test_a_generated_password_is_long_random_and_can_be_read_aloud() -> None:
    many = [passwords.generate() for _ in range(500)]
    assert all(re.fullmatch(r"([a-hj-kmnp-z2-9]{4}-){3}[a-hj-kmnp-z2-9]{4}", one) for one in many)
    assert len(set(many)) == 500
    letters = set("".join(many)) - {"-"}
    assert not letters & set("il1o0")
    assert 16 * log2(len(letters)) >= 79, "every letter of the alphabet occurs in 8000"


def test_a_generated_password_passes_our_own_rules(officer: Person) -> None:
    for _ in range(20):
        passwords.check_new(officer, passwords.generate(), least=14)


def hand_out(person: Person, *, minutes: float = 0) -> str:
    return passwords.hand_out_password(person=person, reason="quên mật khẩu", by=BY, at=after(minutes))


def test_a_password_handed_out_must_be_changed_and_ends_every_session(officer: Person) -> None:
    desk = sit_down(officer)
    handed = hand_out(officer, minutes=1)
    officer.refresh_from_db()
    assert officer.must_change_password
    assert refusal_of(lambda: desk.at(after(1))) == "SESSION_ENDED"
    assert try_password(officer, PASSWORD, minutes=2) == "SIGN_IN_WRONG"
    opened = actions.sign_in(credentials_of(officer, handed), visitor=visitor(), policy=POLICY, at=after(2))
    again = Desk(officer, opened.session.pk, opened.token, "127.0.0.1")
    assert again.at(after(2)).unfinished == Unfinished.SECOND_FACTOR
    confirm(again, minutes=2)
    assert again.at(after(2)).unfinished == Unfinished.PASSWORD
    assert change(again, current=handed, minutes=3) == "done"
    assert again.at(after(3)).unfinished is None


def confirm(desk: Desk, *, minutes: float) -> None:
    at = after(minutes)
    digits = code_sent(Code.Purpose.SIGN_IN)
    actions.confirm(digits, signed_in=desk.at(at), visitor=desk.visitor, policy=POLICY, at=at)


def test_whoever_knows_a_password_handed_out_needs_the_telephone_too_even_inside(house: House, officer: Person) -> None:
    units.add_network(home=house.agency, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    give_right(officer, Right.CARD_LOOKUP)
    approver = register(house.agency, "duyet", Right.APPROVE_REQUESTS, number=41)
    for person, address in ((officer, INSIDE), (approver, AGENCY_DESK)):
        handed = hand_out(person)
        typed = credentials_of(person, handed)
        opened = actions.sign_in(typed, visitor=visitor(address), policy=POLICY, at=after(1))
        desk = Desk(person, opened.session.pk, opened.token, address)
        assert desk.at(after(1)).unfinished == Unfinished.SECOND_FACTOR
        assert not [right for right in Right if desk.at(after(1)).holds(right)]
        assert outcomes("signin:session:open")[-1] == "code_sent"
        confirm(desk, minutes=1)
        assert desk.at(after(1)).unfinished == Unfinished.PASSWORD
    assert [message.receiver for message in sent("otp:sign_in")] == [PHONE, "0000000041"]


def test_without_a_telephone_a_password_handed_out_opens_the_page_that_changes_it(house: House) -> None:
    phoneless = register(house.unit, "khongso", number=31, phone="")
    handed = hand_out(phoneless)
    typed = credentials_of(phoneless, handed)
    opened = actions.sign_in(typed, visitor=visitor(), policy=POLICY, at=after(1))
    desk = Desk(phoneless, opened.session.pk, opened.token, INSIDE)
    assert desk.at(after(1)).unfinished == Unfinished.PASSWORD


def test_a_password_of_one_s_own_needs_no_telephone_inside(officer: Person) -> None:
    assert sit_down(officer).at(NOW).unfinished is None
    assert not sent("otp:sign_in")


def test_handing_out_is_on_record_with_its_reason_and_without_the_password(officer: Person) -> None:
    handed = hand_out(officer)
    entry = Entry.objects.get(event="accounts:password:hand_out")
    assert (entry.actor, entry.object, entry.details) == (BY, f"person:{officer.pk}", {"reason": "quên mật khẩu"})
    assert handed not in str(Entry.objects.values())
    assert handed not in stored(officer)


def test_no_password_is_handed_out_without_a_reason(officer: Person) -> None:
    before = stored(officer)
    with pytest.raises(ReasonMissingError):
        passwords.hand_out_password(person=officer, reason=" ", by=BY, at=NOW)
    assert stored(officer) == before


@pytest.mark.parametrize(
    ("hours", "seconds", "outcome"),
    [(23, 59 * 60 + 59, "done"), (24, 0, "PASSWORD_TEMPORARY_OVER"), (24, 1, "PASSWORD_TEMPORARY_OVER")],
)
def test_a_password_handed_out_opens_for_a_day(officer: Person, hours: int, seconds: int, outcome: str) -> None:
    handed = hand_out(officer)
    assert try_password(officer, handed, minutes=hours * 60 + seconds / 60) == outcome


def test_what_the_person_chose_does_not_run_out(officer: Person) -> None:
    passwords.check_temporary(officer, lasts=POLICY.temporary_password_length, at=after(hours=24 * 365))
    officer.must_change_password = True
    with pytest.raises(TemporaryPasswordOverError):
        passwords.check_temporary(officer, lasts=POLICY.temporary_password_length, at=after(hours=24))
    officer.password_set_at = None
    passwords.check_temporary(officer, lasts=POLICY.temporary_password_length, at=after(hours=24))


@pytest.mark.django_db
def test_a_handed_out_password_opens_however_its_groups_were_typed() -> None:
    officer = factories.build().officer
    secret = passwords.hand_out_password(person=officer, reason="quên mật khẩu", by=BY, at=NOW)
    letters = secret.replace("-", "")
    assert all(passwords.matches(officer, typed) for typed in (secret, letters, letters.upper(), f" {letters} "))
    assert not passwords.matches(officer, letters[:-1])
    passwords.set_password(person=officer, password="câu-ngắn-dễ-nhớ", by=BY, at=NOW)
    assert not passwords.matches(officer, "câu ngắn dễ nhớ")
