"""The unit's own account xxxxx_BV at the portal: nobody with a CCCD, one right, the unit's phone."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from congbhyt.accounts import actions, administration, queries
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.refusals import OneselfError, PersonExistsError, PersonFormError, RightHolderError
from congbhyt.audit.actions import Origin
from congbhyt.audit.models import Entry
from congbhyt.kernel.identifiers import CardAsk
from congbhyt.lookup.facts import Ask, read_facts
from congbhyt.units.models import Unit
from tests import factories
from tests.factories import BY, CARD, NOW, OFFICER_CITIZEN, House
from tests.portal import Cast, sign_in, text
from tests.unit.portal_people import PASSWORD

pytestmark = pytest.mark.django_db
UNIT_PHONE = "0000000201"


@pytest.fixture
def house() -> House:
    """Units, people, insured."""
    return factories.build()


def open_account(unit: Unit, phone: str = UNIT_PHONE) -> Person:
    """The unit's own account, which signs in with PASSWORD."""
    return actions.open_unit_account(unit=unit, phone=phone, password=PASSWORD, by=BY, at=NOW)


def test_it_is_the_unit_with_its_phone_and_one_right(house: House) -> None:
    account = open_account(house.unit)
    kept = Person.objects.get(pk=account.pk)
    assert (kept.handle, kept.full_name, kept.home, kept.shared) == (
        "01999/01999_bv", house.unit.name, house.unit, True,
    )  # fmt: skip
    assert (kept.citizen_sealed, kept.citizen_digest, kept.social_number) == (None, None, "")
    assert queries.masked_numbers(kept) == queries.MaskedNumbers("", "•••••••201")
    assert [grant.right for grant in queries.rights_of(kept)] == [Right.USER_ADMINISTRATION]
    assert kept.check_password(PASSWORD)
    events = Entry.objects.filter(object=kept.actor).order_by("pk").values_list("event", "actor")
    assert list(events) == [("accounts:unit_account:open", BY), ("accounts:right:grant", BY)]


def test_without_a_password_nobody_signs_in(house: House) -> None:
    account = actions.open_unit_account(unit=house.unit, phone=UNIT_PHONE, by=BY, at=NOW)
    assert not account.has_usable_password()
    assert (account.must_change_password, account.password_set_at) == (True, None)


@pytest.mark.parametrize("phone", ["", "123", "không"])
def test_the_unit_s_phone_is_needed(house: House, phone: str) -> None:
    with pytest.raises(PersonFormError, match="Số điện thoại"):
        open_account(house.unit, phone)
    assert not Person.objects.filter(shared=True).exists()


def test_a_unit_has_one(house: House) -> None:
    account = open_account(house.unit)
    with pytest.raises(PersonExistsError, match="Tài khoản của đơn vị"):
        open_account(house.unit)
    open_account(house.other)
    with pytest.raises(IntegrityError, match="person_shared_once_per_unit"), transaction.atomic():
        Person.objects.filter(shared=True).update(unit=account.unit)


def test_a_person_s_user_name_is_not_taken_over(house: House) -> None:
    Person.objects.filter(pk=house.officer.pk).update(user_name="01999_bv", handle="01999/01999_bv")
    with pytest.raises(PersonExistsError):
        open_account(house.unit)


@pytest.mark.parametrize("right", sorted(set(Right) - {Right.USER_ADMINISTRATION}))
def test_no_other_right_can_be_granted(house: House, right: Right) -> None:
    with pytest.raises(RightHolderError):
        actions.grant_right(holder=open_account(house.unit), right=right, basis="01/dk-ctn", by=BY, at=NOW)


@pytest.mark.parametrize("named", [None, "", "0", "000000000000", OFFICER_CITIZEN])
def test_it_is_never_the_named_officer(house: House, named: str | None) -> None:
    open_account(house.unit)
    Person.objects.filter(shared=False).update(state=Person.State.LOCKED, locked_reason="x")
    card = CardAsk.parse(CARD)
    assert card
    assert read_facts(Ask(card, house.unit.pk, named, NOW, NOW, 20)).officer is None


def test_administrators_act_on_it_and_never_on_themselves_through_it(house: House) -> None:
    account, another = open_account(house.unit), open_account(house.other)
    assert not account.is_also(another)
    assert not account.is_also(house.officer)
    assert not house.officer.is_also(account)
    administration.lock(account.pk, administrator=house.officer, reason="rò mật khẩu", at=NOW, origin=Origin())
    administration.unlock(account.pk, administrator=house.officer, reason="đã đổi", at=NOW, origin=Origin())
    assert administration.hand_out(house.colleague.pk, administrator=account, reason="x", at=NOW, origin=Origin())[1]
    with pytest.raises(OneselfError):
        administration.hand_out(account.pk, administrator=account, reason="x", at=NOW, origin=Origin())


def test_pages_of_administrators_ask_it_for_no_cccd(cast: Cast) -> None:
    account, opened = open_account(cast.house.unit), sign_in(cast.admin)
    assert "Tài khoản của đơn vị" in text(opened.get("/quan-tri/nguoi-su-dung"))
    page = text(opened.get(f"/quan-tri/nguoi-su-dung/{account.pk}"))
    assert "CCCD" not in page
    assert "Mã số BHXH" not in page
    assert "•••••••201" in page


def test_its_phone_lies_sealed(house: House) -> None:
    account = open_account(house.unit)
    assert settings.KEYS.open(account.phone_sealed or b"") == UNIT_PHONE
    assert UNIT_PHONE not in str(Person.objects.filter(pk=account.pk).values())
