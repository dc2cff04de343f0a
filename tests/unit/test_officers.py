"""Look-ups of people at the portal: rights, the one person shown, details of visits, the day's own list, the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts import administration
from congbhyt.accounts import queries as people
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.refusals import AccountNameError
from congbhyt.audit.actions import Origin
from congbhyt.audit.models import Entry
from congbhyt.insured.models import InsuredPerson, Visit
from congbhyt.kernel.identifiers import is_account_name
from congbhyt.lookup import officers, records
from congbhyt.lookup.actions import Answer, Asker
from congbhyt.lookup.facts import read_facts
from congbhyt.lookup.models import Check
from congbhyt.lookup.officers import Asked
from congbhyt.lookup.queries import looked_up_by, looked_up_today
from congbhyt.signin import history
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Unit
from tests import factories
from tests.factories import BY, CARD, NOW, House
from tests.unit.portal_people import (
    AGENCY_DESK,
    ASKED,
    POLICY,
    Desk,
    after,
    look_up,
    officer_desk,
    open_history,
    policy_with,
    refusal_of,
    register,
    sit_down,
    take_right,
    visitor,
)

OTHER = Asked("GD4019900000002", "TRẦN THỊ HAI", "02/02/1985")
EVENT = "lookup:card:answer"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001  # the database must be there first
    """Units, people, insured."""
    return factories.build()


@pytest.fixture
def desk(house: House) -> Desk:
    """The officer, who may see history; it is closed."""
    return officer_desk(house)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """The officer, who has just opened history."""
    open_history(desk, at=NOW)
    return desk


@pytest.fixture
def second(house: House) -> InsuredPerson:
    """Somebody else who is insured, with one visit."""
    person = factories.insure("9900000002", OTHER.name, OTHER.birth, OTHER.card)
    factories.visit(person, house.unit.code, 20)
    return person


def open_visit(desk: Desk, visit: Visit, *, minutes: float = 0) -> str:
    """Ask for the details of a visit; `done` or why not."""
    signed_in = desk.at(after(minutes))
    return refusal_of(
        lambda: officers.open_visit(
            visit.record_number, signed_in=signed_in, visitor=desk.visitor, policy=POLICY, at=after(minutes)
        )
    )


# The look-up


def test_the_verdict_is_the_one_of_the_wire(desk: Desk) -> None:
    answer = look_up(desk, at=NOW)
    assert (answer.verdict.code, answer.visits, answer.checks) == ("000", None, None)
    assert answer.insured
    assert answer.insured.name == ASKED.name
    assert look_up(desk, at=NOW, asked=Asked(CARD, "TRẦN VĂN KHÁC", ASKED.birth)).verdict.code == "060"
    assert look_up(desk, at=NOW, asked=Asked("GD4019900000009", ASKED.name, ASKED.birth)).verdict.code == "050"
    assert look_up(desk, at=NOW, asked=Asked("", "", "")).verdict.code == "205"


def test_without_the_right_nothing_is_asked(desk: Desk) -> None:
    take_right(desk.person, Right.CARD_LOOKUP, at=NOW)
    assert refusal_of(lambda: look_up(desk, at=NOW)) == "RIGHT_NEEDED"
    assert not Entry.objects.filter(event=EVENT).exists()


def test_open_history_comes_with_the_answer_without_what_is_withheld(house: House, opened: Desk) -> None:
    factories.visit(house.patient, house.other.code, 5, code="B20")
    factories.visit(house.patient, house.unit.code, 6, code="J02", text="Viêm họng ở người HIV")
    factories.visit(house.patient, house.unit.code, 7, others="J02;Z21")
    answer = look_up(opened, at=NOW)
    assert answer.visits is not None
    assert [visit.record_number for visit in answer.visits] == [visit.record_number for visit in house.visits]
    assert answer.checks == ()
    again = look_up(opened, at=after(1))
    assert again.checks
    assert [check.account_name for check in again.checks] == ["01999-WEB"]


def test_the_record_names_the_person_and_the_trail_the_house(house: House, desk: Desk) -> None:
    request = visitor()
    officers.look_up_for(ASKED, signed_in=desk.at(NOW), visitor=request, policy=POLICY, read=read_facts, at=NOW)
    me = f"person:{desk.person.pk}"
    entry = Entry.objects.get(event=EVENT)
    assert (entry.actor, entry.officer, entry.unit_code, entry.outcome, entry.object, entry.reference) == (
        me, me, "01999", "000", f"insured:{house.patient.pk}", request.origin.reference,
    )  # fmt: skip
    assert (entry.address, entry.port, entry.details) == ("127.0.0.1", 40000, {"function": "portal", "visits": None})
    check = Check.objects.get()
    assert (check.account_name, check.unit_code, check.code, check.history_shown) == (
        "01999-WEB",
        "01999",
        "000",
        False,
    )


def test_how_much_history_was_shown_is_on_record(opened: Desk) -> None:
    look_up(opened, at=NOW)
    assert Entry.objects.get(event=EVENT).details == {"function": "portal", "visits": 3}
    assert Check.objects.get().history_shown


def test_people_of_agencies_look_up_in_the_agency_s_name(house: House) -> None:
    units.add_network(home=house.agency, network="192.0.2.0/24", basis="test", by=BY, at=NOW)
    clerk = register(house.agency, "giamdinh", Right.CARD_LOOKUP, Right.HISTORY_LOOKUP, number=41)
    at_agency = sit_down(clerk, address=AGENCY_DESK)
    open_history(at_agency, at=NOW)
    assert look_up(at_agency, at=NOW).visits is not None
    assert (Check.objects.get().account_name, Check.objects.get().unit_code) == ("01-WEB", "")
    assert Entry.objects.get(event=EVENT).actor == f"person:{clerk.pk}"


@pytest.mark.parametrize("name", ["01999-WEB", "01-WEB"])
def test_no_program_can_have_the_portal_s_name(house: House, name: str) -> None:
    assert not is_account_name(name)
    with pytest.raises(AccountNameError):
        accounts.open_api_account(name=name, unit=house.unit, by=BY, at=NOW)


def test_a_look_up_at_the_portal_opens_no_records_to_the_unit_s_programs(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    elsewhere = next(visit for visit in house.visits if visit.facility_code == house.other.code)
    program = Asker(house.unit.pk, "01999", "01999_BV", may_look_up=True, may_see_history=True)
    assert refusal_of(
        lambda: records.open_record(
            elsewhere.record_number, asker=program, policy=POLICY, origin=Origin(), at=after(1)
        )
    ) == "RECORD_UNKNOWN"  # fmt: skip


# The one person shown


def test_the_session_remembers_whose_history_it_showed_last(house: House, opened: Desk, second: InsuredPerson) -> None:
    assert opened.row().shown_insured is None
    look_up(opened, at=NOW)
    assert opened.row().shown_insured == house.patient.pk
    look_up(opened, at=after(1))
    assert opened.row().shown_insured == house.patient.pk
    look_up(opened, at=after(2), asked=OTHER)
    assert opened.row().shown_insured == second.pk


@pytest.mark.parametrize(
    "asked", [Asked(CARD, "TRẦN VĂN KHÁC", ASKED.birth), Asked("GD4019900000009", "X", "2000"), Asked("", "", "")]
)
def test_a_look_up_that_shows_nobody_s_history_forgets_whose_it_was(opened: Desk, asked: Asked) -> None:
    look_up(opened, at=NOW)
    assert look_up(opened, at=after(1), asked=asked).visits is None
    assert opened.row().shown_insured is None


def test_an_expired_card_shows_facts_but_no_history(opened: Desk) -> None:
    factories.insure("9900000003", "LÊ VĂN BA", "1970", "GD4019900000003", days=(-400, -1))
    look_up(opened, at=NOW)
    answer = look_up(opened, at=after(1), asked=Asked("GD4019900000003", "LÊ VĂN BA", "1970"))
    assert (answer.verdict.code, answer.visits) == ("010", None)
    assert answer.insured
    assert opened.row().shown_insured is None


def test_with_history_closed_nobody_is_remembered(desk: Desk) -> None:
    look_up(desk, at=NOW)
    assert desk.row().shown_insured is None


def test_a_look_up_after_the_window_forgets_whose_history_it_was(opened: Desk) -> None:
    look_up(opened, at=NOW)
    look_up(opened, at=after(30))
    assert opened.row().shown_insured is None


# Details of a visit


def test_details_open_of_the_person_shown(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    for visit in house.visits:
        read = officers.open_visit(
            visit.record_number, signed_in=opened.at(NOW), visitor=opened.visitor, policy=POLICY, at=NOW
        )
        assert (read, read.person) == (visit, house.patient)
    me = f"person:{opened.person.pk}"
    rows = Entry.objects.filter(event="lookup:record:answer").order_by("pk")
    assert [(row.actor, row.officer, row.object, row.outcome, row.unit_code, row.details) for row in rows] == [
        (me, me, f"insured:{house.patient.pk}", "200", "01999",
         {"record": visit.record_number, "function": "portal"})
        for visit in house.visits
    ]  # fmt: skip


def refused_on_record() -> list[tuple[str, str]]:
    rows = Entry.objects.filter(event="lookup:record:answer").order_by("pk")
    return [(row.object, row.outcome) for row in rows]


def test_details_of_somebody_else_stay_closed_and_the_try_is_on_record(opened: Desk, second: InsuredPerson) -> None:
    look_up(opened, at=NOW)
    assert open_visit(opened, Visit.objects.get(person=second)) == "RECORD_UNKNOWN"
    assert refused_on_record() == [("", "RECORD_UNKNOWN")]


def test_after_the_next_person_the_first_one_s_details_are_closed(
    house: House, opened: Desk, second: InsuredPerson
) -> None:
    look_up(opened, at=NOW)
    look_up(opened, at=after(1), asked=OTHER)
    assert open_visit(opened, house.visits[0], minutes=1) == "RECORD_UNKNOWN"
    assert open_visit(opened, Visit.objects.get(person=second), minutes=1) == "done"


def test_unknown_and_forbidden_are_one_refusal(house: House, opened: Desk, second: InsuredPerson) -> None:
    look_up(opened, at=NOW)
    hidden = factories.visit(house.patient, house.unit.code, 5, code="B20")
    told = set()
    for number in (hidden.record_number, Visit.objects.get(person=second).record_number, 1, 0, -1, 2**62):
        with pytest.raises(records.NoSuchRecordError) as refused:
            officers.open_visit(number, signed_in=opened.at(NOW), visitor=opened.visitor, policy=POLICY, at=NOW)
        told.add(str(refused.value))
    assert len(told) == 1
    assert len(refused_on_record()) == 6


def test_withheld_visits_stay_closed_even_of_the_own_unit(house: House, opened: Desk) -> None:
    hidden = factories.visit(house.patient, house.unit.code, 5, code="B20")
    look_up(opened, at=NOW)
    assert open_visit(opened, hidden) == "RECORD_UNKNOWN"
    assert refused_on_record() == [(f"insured:{house.patient.pk}", "RECORD_UNKNOWN")]
    told = officers.open_visit(
        hidden.record_number, signed_in=opened.at(NOW), visitor=opened.visitor,
        policy=policy_with(history__withheld_diagnoses=[]), at=NOW,
    )  # fmt: skip
    assert told == hidden


def test_before_any_look_up_no_details(house: House, opened: Desk) -> None:
    assert open_visit(opened, house.visits[0]) == "RECORD_UNKNOWN"


def test_without_history_no_details(house: House, desk: Desk) -> None:
    look_up(desk, at=NOW)
    assert open_visit(desk, house.visits[0]) == "RECORD_UNKNOWN"


@pytest.mark.parametrize(
    ("minutes", "outcome"), [(29 + 59 / 60, "done"), (30, "RECORD_UNKNOWN"), (31, "RECORD_UNKNOWN")]
)
def test_details_close_with_the_window(house: House, opened: Desk, minutes: float, outcome: str) -> None:
    look_up(opened, at=NOW)
    assert open_visit(opened, house.visits[0], minutes=minutes) == outcome
    assert len(refused_on_record()) == 1


def test_another_session_opens_no_details(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    other = sit_down(opened.person)
    assert open_visit(other, house.visits[0]) == "RECORD_UNKNOWN"
    open_history(other, at=after(1))
    assert open_visit(other, house.visits[0], minutes=1) == "RECORD_UNKNOWN", "nobody was looked up there"


def test_history_opened_anew_shows_no_details_before_a_look_up(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    open_history(opened, at=after(31))
    assert opened.row().shown_insured is None
    assert open_visit(opened, house.visits[0], minutes=31) == "RECORD_UNKNOWN"
    look_up(opened, at=after(32))
    assert open_visit(opened, house.visits[0], minutes=32) == "done"


def test_while_history_rests_no_details(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    Person.objects.filter(pk=opened.person.pk).update(history_paused_since=after(1))
    assert open_visit(opened, house.visits[0], minutes=1) == "RECORD_UNKNOWN"


@pytest.mark.parametrize(("days", "outcome"), [(364, "done"), (365, "done"), (366, "RECORD_UNKNOWN")])
def test_details_reach_back_as_far_as_history_does(house: House, opened: Desk, days: int, outcome: str) -> None:
    visit = factories.visit(house.patient, house.other.code, days)
    answer = look_up(opened, at=NOW)
    assert answer.visits is not None
    assert (visit.record_number in {one.record_number for one in answer.visits}) == (outcome == "done")
    assert open_visit(opened, visit) == outcome


def test_who_loses_the_right_reads_no_details(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    take_right(opened.person, Right.HISTORY_LOOKUP, at=after(1))
    assert open_visit(opened, house.visits[0], minutes=1) == "RECORD_UNKNOWN"


def test_closed_by_hand_no_details(house: House, opened: Desk) -> None:
    look_up(opened, at=NOW)
    history.close_history(signed_in=opened.at(NOW), visitor=opened.visitor, at=NOW)
    assert open_visit(opened, house.visits[0]) == "RECORD_UNKNOWN"


# Looked up today


def today(desk: Desk, *, at: datetime = NOW, most: int = 10) -> list[str]:
    """Names on the officer's list."""
    return [row.name for row in looked_up_today(f"person:{desk.person.pk}", at=at, most=most)]


def colleague_desk(house: House, *, at: datetime = NOW) -> Desk:
    """Another officer of the unit."""
    return sit_down(register(house.unit, "lan", Right.CARD_LOOKUP, number=31), at=at)


@pytest.mark.usefixtures("second")
def test_the_list_has_different_people_newest_first(desk: Desk) -> None:
    look_up(desk, at=NOW)
    look_up(desk, at=after(1), asked=OTHER)
    look_up(desk, at=after(2), asked=OTHER)
    assert today(desk, at=after(2)) == [OTHER.name, ASKED.name]
    look_up(desk, at=after(3))
    rows = looked_up_today(f"person:{desk.person.pk}", at=after(3), most=10)
    assert [(row.name, row.birth, row.social_number, row.at) for row in rows] == [
        (ASKED.name, "01/01/1980", "9900000001", after(3)),
        (OTHER.name, "02/02/1985", "9900000002", after(2)),
    ]
    assert today(desk, at=after(3), most=1) == [ASKED.name]


def test_the_list_is_one_s_own(house: House, desk: Desk) -> None:
    look_up(colleague_desk(house), at=NOW)
    assert today(desk) == []


def test_programs_look_ups_are_on_nobody_s_list(house: House, desk: Desk) -> None:
    look_up(desk, at=NOW)
    Entry.objects.create(
        at=after(1), event=EVENT, actor="account:01999_BV", officer=f"person:{desk.person.pk}", outcome="000",
        object=f"insured:{house.patient.pk}", reference="f" * 32,
    )  # fmt: skip
    assert [row.at for row in looked_up_today(f"person:{desk.person.pk}", at=after(2), most=9)] == [NOW]
    assert looked_up_today("account:01999_BV", at=after(2), most=9) == []


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("060", Asked(CARD, "TRẦN VĂN KHÁC", ASKED.birth)),
        ("070", Asked(CARD, ASKED.name, "02/01/1980")),
        ("050", Asked("GD4019900000009", ASKED.name, ASKED.birth)),
        ("051", Asked("GD40199", ASKED.name, ASKED.birth)),
        ("205", Asked("", "", "")),
    ],
)
def test_a_code_that_told_no_name_is_not_on_the_list(desk: Desk, code: str, asked: Asked) -> None:
    assert look_up(desk, at=NOW, asked=asked).verdict.code == code
    assert today(desk) == []


def test_an_expired_card_is_on_the_list(desk: Desk) -> None:
    factories.insure("9900000003", "LÊ VĂN BA", "1970", "GD4019900000003", days=(-400, -1))
    look_up(desk, at=NOW, asked=Asked("GD4019900000003", "LÊ VĂN BA", "1970"))
    rows = looked_up_today(f"person:{desk.person.pk}", at=NOW, most=9)
    assert [(row.name, row.birth) for row in rows] == [("LÊ VĂN BA", "1970")]


def test_the_day_begins_at_midnight_in_vietnam(house: House) -> None:
    before = datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)
    midnight = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    night = officer_desk(house, at=before)
    first = look_up_under(night, before)
    assert today(night, at=before) == [ASKED.name]
    assert today(night, at=midnight) == []
    assert looked_up_by(f"person:{night.person.pk}", reference=first, at=midnight) is None
    look_up_under(night, midnight)
    assert today(night, at=midnight) == [ASKED.name]


def look_up_under(desk: Desk, at: datetime = NOW, asked: Asked = ASKED) -> str:
    """Look somebody up; the reference number."""
    request = visitor()
    officers.look_up_for(asked, signed_in=desk.at(at), visitor=request, policy=POLICY, read=read_facts, at=at)
    return request.origin.reference


def repeat(desk: Desk, reference: str, *, at: datetime = NOW) -> tuple[Asked, Answer]:
    return officers.repeat(
        reference, signed_in=desk.at(at), visitor=desk.visitor, policy=POLICY, read=read_facts, at=at
    )


def test_a_look_up_of_today_can_be_repeated_and_is_recorded_anew(desk: Desk) -> None:
    reference = look_up_under(desk)
    asked, answer = repeat(desk, reference, at=after(1))
    assert (asked, answer.verdict.code) == (Asked("9900000001", ASKED.name, "01/01/1980"), "000")
    assert Entry.objects.filter(event=EVENT, reference=reference).count() == 1
    assert Entry.objects.filter(event=EVENT).count() == Check.objects.count() == 2


def test_a_repeated_look_up_shows_history_only_while_it_is_open(desk: Desk) -> None:
    reference = look_up_under(desk)
    assert repeat(desk, reference)[1].visits is None
    open_history(desk, at=after(1))
    assert repeat(desk, reference, at=after(2))[1].visits is not None
    assert desk.at(after(2)).history_until(POLICY, after(2)) == after(32)


def test_what_was_not_looked_up_by_this_officer_today_is_not_repeated(house: House, desk: Desk) -> None:
    mine, theirs = look_up_under(desk), look_up_under(colleague_desk(house))
    told_nothing = look_up_under(desk, asked=Asked(CARD, "TRẦN VĂN KHÁC", ASKED.birth))
    recorded = Entry.objects.filter(event=EVENT).count()
    for reference in (theirs, told_nothing, "", "f" * 32, mine.upper() + "x"):
        with pytest.raises(records.NoSuchRecordError):
            repeat(desk, reference)
    tomorrow = officer_desk(house, at=after(hours=24))
    with pytest.raises(records.NoSuchRecordError):
        repeat(tomorrow, mine, at=after(hours=24))
    assert Entry.objects.filter(event=EVENT).count() == recorded


# Whom an administrator may see, and act on


def seen_by(person: Person) -> set[str]:
    return {one.user_name for one in people.administered_by(person)}


@pytest.fixture
def province(house: House) -> dict[str, Person]:
    """People of three units and two agencies: 01 manages all units, 02 receives the requests of one."""
    second = units.open_agency(
        code="02", name="BHXH Cơ Sở", level=Agency.Level.LOCAL, valid_from=house.agency.valid_from, by=BY, at=NOW
    )
    third = units.open_agency(
        code="03", name="BHXH Xa", level=Agency.Level.PROVINCE, valid_from=house.agency.valid_from, by=BY, at=NOW
    )
    Unit.objects.filter(pk=house.other.pk).update(receiving_agency=second)
    homes: list[tuple[str, Unit | Agency]] = [
        ("quantri", house.unit), ("bacsi", house.other), ("tinh", house.agency), ("coso", second), ("xa", third),
    ]  # fmt: skip
    return {
        name: register(home, name, Right.USER_ADMINISTRATION, number=51 + number, password=False)
        for number, (name, home) in enumerate(homes)
    }


@pytest.mark.parametrize(
    ("administrator", "seen"),
    [
        ("quantri", {"kiemthu", "khongquyen", "quantri"}),
        ("bacsi", {"bacsi"}),
        ("tinh", {"kiemthu", "khongquyen", "quantri", "bacsi", "tinh"}),
        ("coso", {"bacsi", "coso"}),
        ("xa", {"xa"}),
    ],
)
def test_an_administrator_sees_their_own_and_an_agency_its_units(
    province: dict[str, Person], administrator: str, seen: set[str]
) -> None:
    assert seen_by(province[administrator]) == seen
    assert people.administered_by(province[administrator]).count() == len(seen), "everybody once"


def test_when_the_requests_go_elsewhere_so_do_the_people(house: House, province: dict[str, Person]) -> None:
    Unit.objects.filter(pk=house.other.pk).update(receiving_agency=house.agency)
    assert seen_by(province["coso"]) == {"coso"}


@pytest.mark.parametrize("act", [administration.lock, administration.unlock, administration.hand_out])
def test_nobody_acts_on_their_own_other_account(house: House, act: Callable[..., object]) -> None:
    administrator = register(house.agency, "tinh", Right.USER_ADMINISTRATION, number=51)
    own = register(house.unit, "haiviec", number=51)
    told = [
        refusal_of(
            lambda person=person: act(  # type: ignore[misc]  # the person of this round
                person.pk, administrator=administrator, reason="test", at=NOW, origin=visitor().origin
            )
        )
        for person in (administrator, own, house.officer)
    ]
    assert told == ["PEOPLE_ONESELF", "PEOPLE_ONESELF", "done"]
