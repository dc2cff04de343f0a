"""Who sees, files and decides what: one table of people and requests, and guessed numbers."""

from __future__ import annotations

import pytest

from congbhyt.accounts.authz import Right
from congbhyt.network import summaries
from congbhyt.registration import actions, authority, queries
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.queries import Sought
from congbhyt.registration.refusals import (
    NoSuchRequestError,
    NotYoursToDecideError,
    NotYoursToFileError,
    OwnRequestError,
)
from congbhyt.registration.rules import Kind, State
from congbhyt.units import queries as units
from tests import registration as house
from tests.factories import NOW
from tests.registration import Country, applicant

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "registrar", "other_registrar", "approver", "second_approver", "far_approver", "helper", "opener", "appointer",
    "province_admin", "plain",
)  # fmt: skip


@pytest.fixture
def country() -> Country:
    """A province, a hospital, the national centres."""
    return house.settle()


def requests_of(country: Country) -> dict[str, Request]:
    """One of each kind and place that matters."""
    site = Performer("operator:x")
    of_site = actions.begin(kind=Kind.PEOPLE, home=country.site, head=Head(), performer=site, at=NOW)
    return {
        "draft": house.draft_people(country, applicant(1)),
        "submitted": house.submitted_addresses(country),
        "other unit": house.draft_addresses(country, by=country.other_registrar),
        "site": of_site,
        "approvers": house.draft_people(
            country, applicant(5, Right.APPROVE_REQUESTS), kind=Kind.APPROVERS, by=country.province_admin
        ),
    }


SEEN = {
    "registrar": {"draft", "submitted"},
    "other_registrar": {"other unit"},
    "approver": {"draft", "submitted", "other unit", "site"},
    "second_approver": {"draft", "submitted", "other unit", "site"},
    "far_approver": set(),
    "helper": {"site"},
    "opener": {"submitted"},
    "appointer": set(),
    "province_admin": {"approvers"},
    "plain": set(),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sees_what(country: Country, who: str) -> None:
    """The list, and every number guessed: what is not in the list does not exist for them."""
    requests = requests_of(country)
    performer: Performer = getattr(country, who)
    seen = set()
    for name, request in requests.items():
        try:
            assert authority.get(request.pk, performer) == request
            seen.add(name)
        except NoSuchRequestError:
            continue
    assert seen == SEEN[who]
    listed = set(queries.listed(performer, Sought(), at=NOW).values_list("pk", flat=True))
    assert listed == {requests[name].pk for name in seen}


MAY_FILE = {
    ("registrar", Kind.ADDRESSES): True,
    ("registrar", Kind.PEOPLE): True,
    ("registrar", Kind.ADMINISTRATOR): True,
    ("registrar", Kind.EMERGENCY): False,
    ("registrar", Kind.APPROVERS): False,
    ("other_registrar", Kind.ADDRESSES): False,
    ("plain", Kind.ADDRESSES): False,
    ("approver", Kind.ADDRESSES): True,
    ("approver", Kind.EMERGENCY): True,
    ("far_approver", Kind.ADDRESSES): False,
    ("far_approver", Kind.EMERGENCY): False,
    ("helper", Kind.ADDRESSES): False,
    ("opener", Kind.EMERGENCY): True,
    ("opener", Kind.ADDRESSES): False,
    ("appointer", Kind.PEOPLE): False,
    ("province_admin", Kind.PEOPLE): False,
}


@pytest.mark.parametrize(("who", "kind"), list(MAY_FILE))
def test_who_files_for_the_hospital(country: Country, who: str, kind: Kind) -> None:
    """For the unit that its province manages and receives itself."""
    assert authority.may_file(getattr(country, who), country.house.unit, kind) is MAY_FILE[who, kind]


def test_a_district_s_officer_files_for_units_of_the_district(country: Country) -> None:
    """And does not decide what was filed."""
    assert authority.may_file(country.helper, country.site, Kind.PEOPLE)
    request = actions.begin(
        kind=Kind.PEOPLE, home=country.site, head=house.FROM_PAPER, performer=country.helper, at=NOW
    )
    with pytest.raises(NotYoursToDecideError):
        authority.need_decider(country.helper, request)


DECIDERS = {"approver", "second_approver"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_decides_for_the_hospital(country: Country, who: str) -> None:
    """The receiving agency's approvers and nobody else; whoever tries is told who does."""
    request = house.submitted_addresses(country)
    if who in DECIDERS:
        authority.need_decider(getattr(country, who), request)
    else:
        with pytest.raises(NotYoursToDecideError, match="BHXH Thử Nghiệm"):
            authority.need_decider(getattr(country, who), request)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_opens(country: Country, who: str) -> None:
    """The national IT centre alone."""
    request = house.approved_addresses(country)
    if who == "opener":
        authority.need_opener(country.opener, request)
    else:
        with pytest.raises(NotYoursToDecideError):
            authority.need_opener(getattr(country, who), request)


def test_a_right_without_the_agency_decides_nothing(country: Country) -> None:
    """Rights are held at a place: the same right at another agency or at a unit opens nothing here."""
    stray = house.performer(country.house.other, "lac", 33)
    stray = Performer(stray.by, stray.person, frozenset({Right.APPROVE_REQUESTS, Right.OPEN_ADDRESSES}))
    request = house.submitted_addresses(country)
    with pytest.raises(NotYoursToDecideError):
        authority.need_decider(stray, request)
    assert not authority.visible(stray).exists()


def test_an_operator_decides_what_others_filed(country: Country) -> None:
    """First set-up from the command line; but nobody both files and decides."""
    operator, another = Performer.operator("operator:lan"), Performer.operator("operator:minh")
    request = actions.begin(kind=Kind.PEOPLE, home=country.house.unit, head=Head(), performer=operator, at=NOW)
    authority.need_decider(another, request)
    with pytest.raises(OwnRequestError):
        authority.need_decider(operator, request)


def test_withdrawn_rights_stop_a_draft(country: Country) -> None:
    """Rights are asked at every step, not only at the first."""
    request = house.draft_addresses(country)
    without = Performer(country.registrar.by, country.registrar.person, frozenset())
    with pytest.raises(NotYoursToFileError):
        house.send(country, request, by=without)


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(kind="addresses"), {"submitted", "other unit"}),
        (Sought(state="draft"), {"draft", "other unit", "site"}),
        (Sought(waiting=True), {"submitted"}),
        (Sought(words="01998"), {"other unit"}),
        (Sought(words="trạm"), {"site"}),
        (Sought(words="không có"), set()),
        (Sought(late=True), set()),
    ],
)
def test_an_inbox_is_narrowed(country: Country, sought: Sought, expected: set[str]) -> None:
    """By kind, state, words, and what waits for oneself."""
    requests = requests_of(country)
    listed = set(queries.listed(country.approver, sought, at=NOW).values_list("pk", flat=True))
    assert listed == {requests[name].pk for name in expected}


def test_a_request_is_found_by_its_label(country: Country) -> None:
    """DK000012, dk12 or 12."""
    request = house.draft_addresses(country)
    for words in (request.label, f"dk{request.pk}", str(request.pk)):
        assert request in queries.listed(country.approver, Sought(words=words), at=NOW)


def test_what_is_undecided_too_long_is_late(country: Country) -> None:
    """Five working days: submitted on Monday 2 March, overdue from Tuesday 10 March 00:00."""
    house.submitted_addresses(country)
    before, after = house.later(days=7.6), house.later(days=7.7)
    assert not queries.listed(country.approver, Sought(late=True), at=before).exists()
    assert queries.listed(country.approver, Sought(late=True), at=after).exists()


def test_an_administrator_s_account_is_checked_within_one_working_day(country: Country) -> None:
    """TT 12/2026 Đ16: Monday's by the end of Tuesday, Friday's by the end of Monday."""
    monday = house.submitted_people(country, applicant(1, Right.USER_ADMINISTRATION), kind=Kind.ADMINISTRATOR)
    assert monday.decide_by
    assert (monday.decide_by - NOW).total_seconds() / 3600 == pytest.approx(40.5)
    actions.withdraw(request=monday, performer=country.registrar, at=NOW)
    friday = house.later(days=4)
    again = house.submitted_people(country, applicant(1, Right.USER_ADMINISTRATION), kind=Kind.ADMINISTRATOR, at=friday)
    assert again.decide_by
    assert (again.decide_by - friday).total_seconds() / 3600 == pytest.approx(40.5 + 48)


def test_lines_are_counted_by_state(country: Country) -> None:
    """Of many requests in one query for each kind of line."""
    first = house.submitted_addresses(country, "198.51.100.1", "198.51.100.2", "198.51.100.3")
    house.refuse(country, first, 3)
    people = house.draft_people(country, applicant(1))
    counts = queries.line_counts([first, people])
    assert (counts[first.pk].total, counts[first.pk].waiting, counts[first.pk].refused) == (3, 2, 1)
    assert counts[people.pk].total == 1


def test_progress_counts_units_by_province(country: Country) -> None:
    """Connected, asked, with people: per receiving agency."""
    house.opened_addresses(country)
    (found,) = [row for row in queries.progress(at=NOW) if row.agency == country.province]
    assert (found.units, found.connected, found.asked) == (3, 2, 1)


def test_summaries_are_seen_by_their_province_and_the_centre(country: Country) -> None:
    """Others have none."""
    house.approved_addresses(country)
    assert summaries.visible(country.approver).count() == 1
    assert summaries.visible(country.opener).count() == 1
    for other in (country.far_approver, country.helper, country.registrar, country.appointer):
        assert not summaries.visible(other).exists()


def test_the_tree_of_agencies(country: Country) -> None:
    """Everything below, itself included."""
    assert units.subtree(country.province.pk) == {country.province.pk, country.local.pk}
    assert [agency.code for agency in units.ancestors(country.local)] == ["0101", "01", "00"]


def test_a_state_has_words_on_every_request(country: Country) -> None:
    """What pages show."""
    request = house.draft_addresses(country)
    assert (request.state_label, State(request.state)) == ("Đang soạn", State.DRAFT)
