"""Sessions that are for registration only: who gets one, from where, and that nothing else opens (decision 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import FailedSignIn, Person
from congbhyt.accounts.refusals import RightHolderError
from congbhyt.otp.models import Code
from congbhyt.signin import actions, queries
from congbhyt.signin.actions import Credentials, Opened
from congbhyt.signin.models import Session
from congbhyt.units.models import Denial
from tests import factories
from tests.factories import BY, NOW, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    INSIDE,
    NOWHERE,
    OTHER_UNIT,
    PASSWORD,
    POLICY,
    code_sent,
    credentials_of,
    give_password,
    policy_with,
    refusal_of,
    register,
    sent,
    visitor,
)

BEFORE = policy_with(portal__shared_accounts=True)
WRONG = "một câu sai, cũng dài"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def people(house: House) -> dict[str, Person]:
    """A registrar, a plain officer, the unit's own account, an approver."""
    return {
        "registrar": register(house.unit, "dangky", Right.USER_ADMINISTRATION, Right.CARD_LOOKUP, number=61),
        "plain": give_password(house.officer),
        "shared": accounts.open_unit_account(
            unit=house.unit, phone="0000000201", by=BY, at=NOW, password=PASSWORD
        ),
        "agency": register(house.agency, "duyet", Right.APPROVE_REQUESTS, number=62),
    }  # fmt: skip


def outcome(person: Person, address: str, *, password: str = PASSWORD, before: bool = False) -> str:
    """What comes of signing in: why not, or which kind of session."""
    found: list[Opened] = []
    policy = BEFORE if before else POLICY

    def act() -> None:
        found.append(actions.sign_in(credentials_of(person, password), visitor=visitor(address), policy=policy, at=NOW))

    told = refusal_of(act)
    if told != "done":
        return told
    session = found[0].session
    kind = "registration" if session.registration_only else "whole"
    return f"{kind}, code" if session.awaits_code else kind


FOREIGN, UNREGISTERED, WRONG_ONE = "SIGN_IN_ADDRESS_FOREIGN", "SIGN_IN_ADDRESS_UNREGISTERED", "SIGN_IN_WRONG"
TABLE = [
    # who, from where, before the end of shared accounts, right password, what comes of it
    ("registrar", INSIDE, False, True, "whole"),
    ("registrar", OTHER_UNIT, False, True, "registration, code"),
    ("registrar", NOWHERE, False, True, "registration, code"),
    ("registrar", AGENCY_DESK, False, True, "registration, code"),
    ("registrar", INSIDE, False, False, WRONG_ONE),
    ("registrar", OTHER_UNIT, False, False, WRONG_ONE),
    ("registrar", NOWHERE, False, False, UNREGISTERED),
    ("plain", INSIDE, False, True, "whole"),
    ("plain", OTHER_UNIT, False, True, FOREIGN),
    ("plain", NOWHERE, False, True, UNREGISTERED),
    ("plain", NOWHERE, False, False, UNREGISTERED),
    ("shared", INSIDE, False, True, "registration, code"),
    ("shared", OTHER_UNIT, False, True, "registration, code"),
    ("shared", NOWHERE, False, True, "registration, code"),
    ("shared", NOWHERE, False, False, UNREGISTERED),
    ("shared", INSIDE, True, True, "whole"),
    ("shared", OTHER_UNIT, True, True, "registration, code"),
    ("agency", AGENCY_DESK, False, True, "whole"),
    ("agency", NOWHERE, False, True, "whole, code"),
    ("agency", NOWHERE, False, False, WRONG_ONE),
]  # fmt: skip


@pytest.mark.parametrize(("who", "address", "before", "right", "expected"), TABLE)
def test_who_gets_which_session(
    people: dict[str, Person], who: str, address: str, before: bool, right: bool, expected: str
) -> None:
    """Everybody, from everywhere, before and after shared accounts ended."""
    password = PASSWORD if right else WRONG
    assert outcome(people[who], address, password=password, before=before) == expected


@pytest.mark.parametrize(
    ("who", "address", "shown"),
    [
        ("registrar", OTHER_UNIT, True),
        ("registrar", NOWHERE, True),
        ("shared", NOWHERE, True),
        ("shared", INSIDE, False),
        ("plain", OTHER_UNIT, True),
        ("plain", NOWHERE, False),
    ],
)
def test_the_unit_is_shown_who_came_from_elsewhere(
    people: dict[str, Person], who: str, address: str, shown: bool
) -> None:
    """Only where right credentials were compared (decision 3), so that the address can be registered."""
    outcome(people[who], address)
    assert Denial.objects.filter(unit_code="01999", address=address).exists() is shown


def test_a_stranger_s_tries_count_alike_for_all_names(people: dict[str, Person]) -> None:
    """Unknown, plain and registering names are paused after the same five, from that address alone."""
    names = [people["registrar"], people["plain"]]
    for person in names:
        assert [outcome(person, NOWHERE, password=WRONG) for _ in range(5)] == [UNREGISTERED] * 5
        assert outcome(person, NOWHERE, password=WRONG) == "SIGN_IN_PAUSED"
    unknown = Credentials("01999", "khongai", WRONG)
    told = [
        refusal_of(lambda: actions.sign_in(unknown, visitor=visitor(NOWHERE), policy=POLICY, at=NOW)) for _ in range(6)
    ]
    assert told == [UNREGISTERED] * 5 + ["SIGN_IN_PAUSED"]
    assert FailedSignIn.objects.filter(address=NOWHERE).count() == 4  # three names, and all together
    assert outcome(people["registrar"], INSIDE) == "whole"


def opened(person: Person, address: str = NOWHERE) -> str:
    """The token of a session for registration, its code typed."""
    done = actions.sign_in(credentials_of(person), visitor=visitor(address), policy=POLICY, at=NOW)
    signed_in = queries.signed_in(done.token, visitor=visitor(address), policy=POLICY, at=NOW)
    actions.confirm(
        code_sent(Code.Purpose.SIGN_IN), signed_in=signed_in, visitor=visitor(address), policy=POLICY, at=NOW
    )
    return done.token


def test_such_a_session_holds_one_right_alone(people: dict[str, Person]) -> None:
    """Whatever the person may do at the unit's own desk."""
    token = opened(people["registrar"])
    signed_in = queries.signed_in(token, visitor=visitor(NOWHERE), policy=POLICY, at=NOW)
    assert {right for right in Right if signed_in.holds(right)} == {Right.USER_ADMINISTRATION}
    assert Right.CARD_LOOKUP in signed_in.rights


def test_before_the_code_it_holds_nothing(people: dict[str, Person]) -> None:
    """The password alone opens only the page of the code."""
    done = actions.sign_in(credentials_of(people["shared"]), visitor=visitor(NOWHERE), policy=POLICY, at=NOW)
    signed_in = queries.signed_in(done.token, visitor=visitor(NOWHERE), policy=POLICY, at=NOW)
    assert not any(signed_in.holds(right) for right in Right)


def test_it_lasts_wherever_its_browser_goes(people: dict[str, Person]) -> None:
    """It is for those who have no network yet; going inside does not widen it."""
    token = opened(people["registrar"])
    for address in (OTHER_UNIT, INSIDE, NOWHERE):
        assert queries.signed_in(token, visitor=visitor(address), policy=POLICY, at=NOW).registration_only


def test_the_code_goes_to_the_unit_s_registered_phone(people: dict[str, Person]) -> None:
    """For the unit's own account; a person gets it where the unit registered that person."""
    outcome(people["shared"], NOWHERE)
    assert sent("otp:sign_in")[-1].receiver == "0000000201"


def test_whoever_loses_the_right_opens_nothing(people: dict[str, Person]) -> None:
    """Rights are read anew for every page."""
    token = opened(people["registrar"])
    accounts.revoke_right(holder=people["registrar"], right=Right.USER_ADMINISTRATION, reason="test", by=BY, at=NOW)
    signed_in = queries.signed_in(token, visitor=visitor(NOWHERE), policy=POLICY, at=NOW)
    assert not any(signed_in.holds(right) for right in Right)


@pytest.mark.parametrize("right", [right for right in Right if right is not Right.USER_ADMINISTRATION])
def test_a_unit_s_own_account_has_one_right(people: dict[str, Person], right: Right) -> None:
    """No look-up in nobody's name."""
    with pytest.raises(RightHolderError):
        accounts.grant_right(holder=people["shared"], right=right, basis="test", by=BY, at=NOW)


def test_a_temporary_password_of_a_registrar_elsewhere_still_needs_both_steps(people: dict[str, Person]) -> None:
    """The code first, then a password of one's own."""
    person = people["registrar"]
    Person.objects.filter(pk=person.pk).update(must_change_password=True, password_set_at=NOW - timedelta(hours=1))
    assert outcome(person, NOWHERE) == "registration, code"
    assert Session.objects.get().awaits_code
