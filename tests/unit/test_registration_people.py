"""People on forms: who is checked how, and what an approval does to accounts, rights and telephones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import HISTORY_GRANTED, Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.refusals import NotAdministeredError, OneselfError, PersonExistsError
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import campaigns, staff, upkeep
from congbhyt.enrolment.models import Confirmation
from congbhyt.enrolment.refusals import (
    ApprovalNeededError,
    CampaignClosedError,
    CampaignOpenError,
    LineFormError,
    NotDelegatedError,
    OneAdministratorError,
    PersonTwiceError,
    RightNotOfferedError,
)
from congbhyt.enrolment.rules import Applicant
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp.models import Code
from congbhyt.outbox.models import Message
from congbhyt.policy import actions as policies
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import NotYoursToDecideError, NotYoursToFileError
from congbhyt.registration.rules import Kind, State
from tests import registration as house
from tests.factories import BY, NOW
from tests.registration import Country, applicant

pytestmark = pytest.mark.django_db
JOB = Performer.operator("job:test")


@pytest.fixture
def country() -> Country:
    """A province, a hospital, the national centres."""
    return house.settle()


def rights_of(person: Person) -> set[str]:
    """What somebody holds now."""
    return set(person.grants.filter(revoked_at=None).values_list("right", flat=True))


def bodies(purpose: str) -> list[str]:
    """What was said by SMS for this purpose, in the clear."""
    rows = Message.objects.filter(purpose=purpose).order_by("queued_at", "pk")
    return [settings.KEYS.open(row.body_sealed or b"") for row in rows]


def enrolled(country: Country, *people: Applicant, kind: Kind = Kind.PEOPLE) -> list[Person]:
    """Approve these people; who came of them, in their order."""
    request = house.approve(country, house.submitted_people(country, *people, kind=kind))
    came = [line.person for line in request.people.select_related("person").order_by("number")]
    return [person for person in came if person]


def came_of(request: Request) -> Person:
    """The account that came of a request's one line."""
    (line,) = request.people.select_related("person")
    assert line.person
    return line.person


def test_an_approval_makes_an_account(country: Country) -> None:
    """With its rights and a code to activate it; no password, no link."""
    (person,) = enrolled(country, applicant(1, Right.CARD_LOOKUP, Right.HISTORY_LOOKUP, name="Phạm Thị Đăng Ký"))
    assert person.handle == "01999/phamthidangky"
    assert rights_of(person) == {Right.CARD_LOOKUP, Right.HISTORY_LOOKUP}
    assert not person.has_usable_password()
    assert Code.objects.filter(person=person, purpose=Code.Purpose.ACTIVATION).count() == 1
    assert bodies("grant:history_lookup")[-1] == HISTORY_GRANTED
    (told,) = bodies("otp:activation")
    assert "01999/phamthidangky" in told
    assert "http" not in told


def test_two_of_one_name_have_two_user_names(country: Country) -> None:
    """The second is numbered."""
    people = enrolled(country, applicant(1, name="LÊ VĂN AN"), applicant(2, name="Lê Văn Ân"))
    assert [person.user_name for person in people] == ["levanan", "levanan2"]


def test_the_same_cccd_brings_an_account_up_to_date(country: Country) -> None:
    """New telephone, further right; the account, its name and its password stay."""
    (person,) = enrolled(country, applicant(1))
    moved = replace(applicant(1, Right.CARD_LOOKUP, Right.CHECK_IN), phone="0000000777", position="Trưởng nhóm")
    (again,) = enrolled(country, moved)
    assert again.pk == person.pk
    assert settings.KEYS.open(again.phone_sealed or b"") == "0000000777"
    assert again.position == "Trưởng nhóm"
    assert rights_of(again) == {Right.CARD_LOOKUP, Right.CHECK_IN}
    assert any("số điện thoại" in body for body in bodies("notice:phone"))


def test_who_left_and_comes_back_works_again(country: Country) -> None:
    """The same account, unlocked by the approval."""
    (person,) = enrolled(country, applicant(1))
    staff.leave(person.pk, reason="nghỉ việc", performer=country.registrar, at=NOW)
    (again,) = enrolled(country, applicant(1))
    assert again.state == Person.State.ACTIVE
    assert rights_of(again) == {Right.CARD_LOOKUP}


def test_part_is_approved(country: Country) -> None:
    """Line by line: who is refused has no account, and the reason stands."""
    request = house.submitted_people(country, applicant(1), applicant(2), applicant(3))
    house.approve(country, request, 1)
    house.refuse(country, request, 2, reason="CCCD không khớp tên")
    request = house.approve(country, request, 3)
    assert request.state == State.IN_FORCE
    assert [line.person is not None for line in request.people.order_by("number")] == [True, False, True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": "  "}, "Họ và tên"),
        ({"citizen_number": "09930000000"}, "CCCD"),
        ({"citizen_number": "09930000000x"}, "CCCD"),
        ({"phone": "12345"}, "điện thoại"),
        ({"phone": ""}, "điện thoại"),
        ({"social_number": "99"}, "Mã số BHXH"),
        ({"social_number": "", "rights": ("history_lookup",)}, "Mã số BHXH"),
        ({"email": "not an address"}, "E-mail"),
        ({"rights": ()}, "Quyền"),
        ({"valid_to": date(2026, 3, 1)}, "Thời hạn"),
        ({"position": "x" * 101}, "Chức danh"),
    ],
)
def test_a_line_with_an_impossible_field(country: Country, changes: dict[str, object], field: str) -> None:
    """The sentence names the field and never repeats a number."""
    request = house.draft_people(country)
    wrong = replace(applicant(1), **changes)  # type: ignore[arg-type]  # one table for all fields
    with pytest.raises(LineFormError, match=field) as refused:
        enrolment.add_line(request=request, applicant=wrong, performer=country.registrar, at=NOW)
    assert applicant(1).citizen_number not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "right", "offered"),
    [
        (Kind.PEOPLE, Right.CARD_LOOKUP, True),
        (Kind.PEOPLE, Right.APPROVE_REQUESTS, False),
        (Kind.PEOPLE, Right.OPEN_ADDRESSES, False),
        (Kind.ADMINISTRATOR, Right.USER_ADMINISTRATION, True),
        (Kind.ADMINISTRATOR, Right.HISTORY_LOOKUP, False),
    ],
)
def test_rights_by_form(country: Country, kind: Kind, right: Right, offered: bool) -> None:
    """No unit asks for an agency's rights; 08/BH asks for administration alone."""
    request = house.draft_people(country, kind=kind)
    if offered:
        enrolment.add_line(request=request, applicant=applicant(1, right), performer=country.registrar, at=NOW)
    else:
        with pytest.raises(RightNotOfferedError):
            enrolment.add_line(request=request, applicant=applicant(1, right), performer=country.registrar, at=NOW)


def test_nobody_twice_in_a_request(country: Country) -> None:
    """The same CCCD in other groups of digits is the same."""
    request = house.draft_people(country, applicant(1))
    twice = replace(applicant(1), citizen_number="099 300 000 001")
    with pytest.raises(PersonTwiceError):
        enrolment.add_line(request=request, applicant=twice, performer=country.registrar, at=NOW)


def test_nobody_decides_about_themselves(country: Country) -> None:
    """Not under another account either: the CCCD tells."""
    oneself = house.person_of(country.approver)
    number = settings.KEYS.open(oneself.citizen_sealed or b"")
    request = house.submitted_people(country, replace(applicant(1), citizen_number=number))
    with pytest.raises(Refusal, match="có tên bạn"):
        house.approve(country, request, by=country.approver)


def test_nobody_decides_for_a_unit_where_they_work(country: Country) -> None:
    """An officer who also has an account at the hospital."""
    oneself = house.person_of(country.approver)
    accounts.register_person(
        full_name=oneself.full_name, citizen_number=settings.KEYS.open(oneself.citizen_sealed or b""),
        user_name="lamthem", home=country.house.unit, by=BY, at=NOW,
    )  # fmt: skip
    with pytest.raises(Refusal, match="người của đơn vị"):
        house.approve(country, house.submitted_people(country, applicant(1)), by=country.approver)


def test_approvers_are_proposed_by_the_province_and_appointed_nationally(country: Country) -> None:
    """02/dk-ctn: the province's own approvers decide nothing about it."""
    proposed = applicant(5, Right.APPROVE_REQUESTS)
    request = house.draft_people(country, proposed, kind=Kind.APPROVERS, by=country.province_admin)
    house.send(country, request, by=country.province_admin)
    with pytest.raises(NotYoursToDecideError):
        house.approve(country, request, by=country.approver)
    policies.set_parameter(
        parameter="registration.paper_needed", value=False, valid_from=NOW, source="test", by=BY, at=NOW
    )
    assert house.approve(country, request, by=country.appointer).state == State.IN_FORCE
    person = Person.objects.get(agency=country.province, full_name=proposed.full_name)
    assert rights_of(person) == {Right.APPROVE_REQUESTS}


def test_no_unit_proposes_approvers(country: Country) -> None:
    """Nor does an approver without the administration of the agency."""
    for performer in (country.registrar, country.approver, country.helper):
        with pytest.raises(NotYoursToFileError):
            house.draft_people(country, kind=Kind.APPROVERS, by=performer)


def declared(country: Country, number: int = 40) -> tuple[Request, Performer]:
    """The unit's administrator, declared on Mẫu 08/BH and accepted."""
    request = house.submitted_people(country, applicant(number, Right.USER_ADMINISTRATION), kind=Kind.ADMINISTRATOR)
    request = house.approve(country, request)
    person = came_of(request)
    return request, Performer(person.actor, person, frozenset({Right.USER_ADMINISTRATION}))


def test_the_declared_administrator_manages_the_unit_s_people(country: Country) -> None:
    """TT 12/2026 Đ16: at once, but history still waits for the agency."""
    _, admin = declared(country)
    done = staff.register(
        applicant=applicant(1, Right.CARD_LOOKUP, Right.HISTORY_LOOKUP), performer=admin, policy=house.policy(), at=NOW
    )
    assert rights_of(done.person) == {Right.CARD_LOOKUP}
    assert done.gated == (Right.HISTORY_LOOKUP,)
    assert done.request is not None
    assert done.request.state == State.DRAFT
    assert done.request.people.get().rights == [Right.HISTORY_LOOKUP]
    assert Code.objects.filter(person=done.person, purpose=Code.Purpose.ACTIVATION).exists()


def test_rights_are_changed_at_once_as_far_as_policy_lets(country: Country) -> None:
    """Giving history is refused; taking it never is."""
    _, admin = declared(country)
    (person,) = enrolled(country, applicant(1, Right.CARD_LOOKUP, Right.HISTORY_LOOKUP))
    staff.change_rights(
        person.pk, wanted=["card_lookup", "check_in"], reason="đổi việc", performer=admin, policy=house.policy(), at=NOW
    )
    assert rights_of(person) == {Right.CARD_LOOKUP, Right.CHECK_IN}
    with pytest.raises(ApprovalNeededError):
        staff.change_rights(
            person.pk, wanted=["history_lookup"], reason="x", performer=admin, policy=house.policy(), at=NOW
        )
    assert rights_of(person) == {Right.CARD_LOOKUP, Right.CHECK_IN}


def test_policy_may_keep_every_right_back(country: Country) -> None:
    """A row of the installation's own names which rights wait."""
    _, admin = declared(country)
    policies.set_parameter(
        parameter="enrolment.approved_rights", value=["card_lookup", "history_lookup"], valid_from=NOW, source="test",
        by=BY, at=NOW,
    )  # fmt: skip
    done = staff.register(applicant=applicant(1), performer=admin, policy=house.policy(), at=NOW)
    assert rights_of(done.person) == set()
    assert done.gated == (Right.CARD_LOOKUP,)


def test_before_the_circular_nobody_manages_themselves(country: Country) -> None:
    """10 February 2026."""
    _, admin = declared(country)
    before = house.later(days=-30)
    assert staff.manages_itself(admin, policy=house.policy())
    assert not staff.manages_itself(admin, policy=house.policy(before))


@pytest.mark.parametrize("who", ["registrar", "other_registrar", "plain", "approver"])
def test_others_do_not_manage_directly(country: Country, who: str) -> None:
    """Neither another administrator of the unit nor anybody else: the declared one alone."""
    declared(country)
    with pytest.raises(NotDelegatedError):
        staff.register(applicant=applicant(1), performer=getattr(country, who), policy=house.policy(), at=NOW)


def test_a_unit_has_one_administrator_account(country: Country) -> None:
    """A second line is refused; a new declaration replaces the former, whose right ends."""
    draft = house.draft_people(country, applicant(40, Right.USER_ADMINISTRATION), kind=Kind.ADMINISTRATOR)
    with pytest.raises(OneAdministratorError):
        enrolment.add_line(
            request=draft, applicant=applicant(41, Right.USER_ADMINISTRATION), performer=country.registrar, at=NOW
        )
    house.with_paper(country, house.send(country, draft))
    house.approve(country, draft)
    former = came_of(draft)
    _, newer = declared(country, 41)
    draft.refresh_from_db()
    assert draft.state == State.REPLACED
    assert rights_of(former) == set()
    assert rights_of(house.person_of(newer)) == {Right.USER_ADMINISTRATION}


def test_the_same_administrator_declared_anew_keeps_the_right(country: Country) -> None:
    """Only the form is new."""
    declared(country, 40)
    _, again = declared(country, 40)
    assert rights_of(house.person_of(again)) == {Right.USER_ADMINISTRATION}


def test_registered_twice_directly(country: Country) -> None:
    """The unit has this CCCD."""
    _, admin = declared(country)
    staff.register(applicant=applicant(1), performer=admin, policy=house.policy(), at=NOW)
    with pytest.raises(PersonExistsError):
        staff.register(applicant=applicant(1), performer=admin, policy=house.policy(), at=NOW)


def test_who_leaves_loses_everything_at_once(country: Country) -> None:
    """Locked, no rights, sessions over; the request's line ended with its reason."""
    (person,) = enrolled(country, applicant(1, Right.CARD_LOOKUP, Right.HISTORY_LOOKUP))
    staff.leave(person.pk, reason="nghỉ việc", performer=country.registrar, at=NOW)
    person.refresh_from_db()
    assert person.state == Person.State.LOCKED
    assert person.sessions_valid_from == NOW
    assert rights_of(person) == set()
    line = person.lines.get()
    assert (line.state, line.end_reason, line.request.state) == ("ended", "nghỉ việc", State.REVOKED)


def test_only_the_own_people_leave(country: Country) -> None:
    """Another unit's number is nobody; oneself stays."""
    (person,) = enrolled(country, applicant(1))
    with pytest.raises(NotAdministeredError):
        staff.leave(person.pk, reason="x", performer=country.other_registrar, at=NOW)
    with pytest.raises(OneselfError):
        staff.leave(house.person_of(country.registrar).pk, reason="x", performer=country.registrar, at=NOW)


def test_a_line_revoked_takes_what_no_other_gives(country: Country) -> None:
    """A right that two requests give stays until the second ends."""
    first = house.approve(country, house.submitted_people(country, applicant(1, Right.CARD_LOOKUP, Right.CHECK_IN)))
    second = house.approve(country, house.submitted_people(country, applicant(1, Right.CARD_LOOKUP)))
    person = came_of(second)
    enrolment.revoke(request=first, numbers=[1], reason="đổi việc", performer=country.registrar, at=NOW)
    assert rights_of(person) == {Right.CARD_LOOKUP}
    enrolment.revoke(request=second, numbers=[1], reason="đổi việc", performer=country.approver, at=NOW)
    person.refresh_from_db()
    assert rights_of(person) == set()
    assert person.state == Person.State.LOCKED


def test_a_period_of_a_person_ends(country: Country) -> None:
    """The day after its last day, in Việt Nam."""
    (person,) = enrolled(country, replace(applicant(1), valid_to=date(2026, 3, 5)))
    assert upkeep.end_periods(performer=JOB, at=house.later(days=3.6)) == 0
    assert upkeep.end_periods(performer=JOB, at=house.later(days=3.7)) == 1
    person.refresh_from_db()
    assert person.state == Person.State.LOCKED


def with_password(person: Person, **dates: object) -> Person:
    """Somebody who can sign in."""
    person.set_password("Kiem-thu-2026!")
    person.password_set_at = NOW
    for name, value in dates.items():
        setattr(person, name, value)
    person.save()
    return person


@pytest.mark.parametrize(
    ("dates", "days", "rests"),
    [
        ({}, 44.9, False),
        ({}, 45.1, True),
        ({"last_login": house.later(days=10)}, 54.9, False),
        ({"last_login": house.later(days=10)}, 55.1, True),
        ({"last_named_at": house.later(days=20)}, 64.9, False),
        ({"last_named_at": house.later(days=20)}, 65.1, True),
    ],
)
def test_who_does_nothing_for_45_days_rests(
    country: Country, dates: dict[str, object], days: float, rests: bool
) -> None:
    """Signing in counts, and being named by the unit's programs too; they are told."""
    (person,) = enrolled(country, applicant(1))
    with_password(person, **dates)
    count = upkeep.suspend_idle(policy=house.policy(), performer=JOB, at=house.later(days=days))
    person.refresh_from_db()
    assert (count, person.state) == ((1, "locked") if rests else (0, "active"))
    assert len(bodies("notice:suspended")) == count


def test_who_is_let_in_again_has_the_same_days_anew(country: Country) -> None:
    """The next night does not lock them again."""
    (person,) = enrolled(country, applicant(1))
    with_password(person)
    upkeep.suspend_idle(policy=house.policy(), performer=JOB, at=house.later(days=46))
    person.refresh_from_db()
    accounts.unlock_person(person=person, reason="còn làm việc", by=BY, at=house.later(days=47))
    assert upkeep.suspend_idle(policy=house.policy(), performer=JOB, at=house.later(days=48)) == 0


def test_a_review_asks_confirms_and_suspends(country: Country) -> None:
    """Confirmed stays, left loses everything, unsaid rests with notice; newcomers are not asked about."""
    staying, leaving, unsaid = enrolled(country, applicant(1), applicant(2), applicant(3))
    at = house.later(days=1)
    campaign = campaigns.open_campaign(name="01/2026", due_at=house.later(days=31), performer=country.appointer, at=at)
    assert bodies("notice:campaign")
    with pytest.raises(CampaignOpenError):
        campaigns.open_campaign(name="again", due_at=house.later(days=40), performer=country.appointer, at=at)
    campaigns.confirm(
        unit=country.house.unit, staying=[staying.pk, house.person_of(country.registrar).pk], leaving=[leaving.pk],
        performer=country.registrar, at=at,
    )  # fmt: skip
    assert unsaid in campaigns.to_confirm(country.house.unit, campaign)
    assert campaigns.close_due(performer=JOB, at=house.later(days=30)) == 0
    assert campaigns.close_due(performer=JOB, at=house.later(days=31)) > 0
    for person, state in ((staying, "active"), (leaving, "locked"), (unsaid, "locked")):
        person.refresh_from_db()
        assert person.state == state
    assert "rà soát 01/2026" in unsaid.locked_reason
    outcomes = dict(Confirmation.objects.filter(campaign=campaign).values_list("person", "outcome"))
    assert (outcomes[staying.pk], outcomes[leaving.pk], outcomes[unsaid.pk]) == ("confirmed", "left", "suspended")
    with pytest.raises(CampaignClosedError):
        campaigns.confirm(
            unit=country.house.unit, staying=[staying.pk], leaving=[], performer=country.registrar,
            at=house.later(days=32),
        )  # fmt: skip


def test_nobody_confirms_others_people(country: Country) -> None:
    """A unit says something about its own; numbers of others change nothing."""
    (person,) = enrolled(country, applicant(1))
    campaigns.open_campaign(name="x", due_at=house.later(days=31), performer=country.appointer, at=house.later(days=1))
    with pytest.raises(NotYoursToFileError):
        campaigns.confirm(
            unit=country.house.unit, staying=[], leaving=[person.pk], performer=country.other_registrar,
            at=house.later(days=1),
        )  # fmt: skip
    with pytest.raises(Refusal, match="NOTHING_CHOSEN"):
        campaigns.confirm(
            unit=country.house.other, staying=[], leaving=[person.pk], performer=country.other_registrar,
            at=house.later(days=1),
        )  # fmt: skip


@pytest.mark.usefixtures("country")
def test_a_review_every_half_year() -> None:
    """Opened by the job when the last began six months ago."""
    assert campaigns.open_if_due(policy=house.policy(), performer=JOB, at=NOW)
    campaigns.close_due(performer=JOB, at=house.later(days=30))
    assert campaigns.open_if_due(policy=house.policy(), performer=JOB, at=house.later(days=170)) is None
    assert campaigns.open_if_due(policy=house.policy(), performer=JOB, at=house.later(days=190))


def test_the_unit_s_own_account_is_not_reviewed(country: Country) -> None:
    """It is nobody."""
    shared = accounts.open_unit_account(unit=country.house.unit, phone="0000000201", by=BY, at=NOW)
    campaign = campaigns.open_campaign(
        name="x", due_at=house.later(days=31), performer=country.appointer, at=house.later(days=1)
    )
    assert shared not in campaigns.to_confirm(country.house.unit, campaign)
