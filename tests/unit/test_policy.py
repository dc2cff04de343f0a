"""Policy as dated rows: what is in force when, whose row wins, what no row may say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import cast

import pytest

from congbhyt.accounts.authz import Right
from congbhyt.audit.models import Entry
from congbhyt.installation.queries import revisions
from congbhyt.kernel.clock import VIETNAM, months_before
from congbhyt.policy import actions, catalogue, queries
from congbhyt.policy.actions import NoSuchParameterError, ParameterValueError
from congbhyt.policy.catalogue import LARGEST, Parameter, RetirementRow, Row
from congbhyt.policy.models import PolicyRow, RetiredCall, Retirement
from congbhyt.policy.rules import Policy
from tests.factories import BY, NOW

ENFORCED = datetime(2024, 7, 27, tzinfo=VIETNAM)
RETIRED = datetime(2024, 8, 1, tzinfo=VIETNAM)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def set_parameter(parameter: str, value: object, valid_from: datetime = NOW) -> None:
    actions.set_parameter(parameter=parameter, value=value, valid_from=valid_from, source="QĐ thử", by=BY, at=NOW)


def retire(function: str, moment: datetime) -> None:
    actions.retire_function(
        function=function, at_moment=moment, successor="KQNhanLichSuKCB2024", source="CV thử", by=BY, at=NOW
    )


def row(day: datetime, value: int, source: str = "") -> Row:
    return Row(day, value, source)


def policy(*shipped: Row, local: tuple[Row, ...] = ()) -> Policy:
    return Policy({"a.number": Parameter("a.number", "A number.", shipped)}, {"a.number": local}, [])


@pytest.mark.parametrize(
    ("offset", "value"), [(-9 * DAY, 1), (0 * DAY, 1), (DAY - SECOND, 1), (DAY, 2), (2 * DAY, 3), (99 * DAY, 3)]
)
def test_the_newest_row_that_has_begun_is_in_force(offset: timedelta, value: int) -> None:
    rules = policy(row(NOW, 1), row(NOW + 2 * DAY, 3), local=(row(NOW + DAY, 2),))
    assert rules.value("a.number", NOW + offset) == value


def test_of_two_rows_of_one_moment_the_local_one_wins() -> None:
    assert policy(row(NOW, 1), local=(row(NOW, 2),)).value("a.number", NOW) == 2


def test_a_later_shipped_row_wins_over_an_earlier_local_one() -> None:
    assert policy(row(NOW, 1), row(NOW + DAY, 3), local=(row(NOW, 2),)).value("a.number", NOW + DAY) == 3


def test_a_function_works_until_the_moment_of_its_retirement() -> None:
    rules = Policy({}, {}, [RetirementRow("KQCu", NOW, "KQMoi", "")])
    assert rules.retirement("KQCu", NOW - SECOND) is None
    stopped = rules.retirement("kqcu", NOW)
    assert stopped is not None
    assert stopped.successor == "KQMoi"
    assert rules.retirement("KQMoi", NOW) is None


def test_addresses_are_enforced_from_midnight_in_vietnam_of_the_letter_s_date() -> None:
    rules = Policy(catalogue.parameters(), {}, [])
    assert [rules.at(ENFORCED + offset).address_enforced for offset in (-SECOND, 0 * SECOND)] == [False, True]


DELEGATED = datetime(2026, 2, 10, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "shared", "delegated"),
    [
        (RETIRED - SECOND, True, False),
        (RETIRED, False, False),
        (DELEGATED - SECOND, False, False),
        (DELEGATED, False, True),
    ],
)
def test_who_registers_people_changes_at_midnight_in_vietnam_of_each_text_s_date(
    moment: datetime, shared: bool, delegated: bool
) -> None:
    rules = Policy(catalogue.parameters(), {}, []).at(moment)
    assert (rules.shared_accounts, rules.delegated, rules.administrator_days) == (shared, delegated, 1)


def test_rules_of_registration_have_their_types() -> None:
    rules = Policy(catalogue.parameters(), {}, []).at(NOW)
    assert (rules.widest_v4, rules.widest_v6, rules.summary_needed, rules.paper_needed) == (24, 48, True, True)
    assert (rules.paper_megabytes, rules.paper_pages, rules.decision_days) == (10, 30, 5)
    assert (rules.emergency_length, rules.activation_length) == (DAY, 3 * DAY)
    assert (rules.idle_days, rules.recertify_months, rules.recertify_length) == (45, 6, 30 * DAY)


def test_rights_that_agencies_approve_are_rights() -> None:
    for row in catalogue.parameters()["enrolment.approved_rights"].rows:
        assert set(cast("list[str]", row.value)) <= set(Right)


def test_holidays_are_days_and_new_year_is_among_them() -> None:
    holidays = Policy(catalogue.parameters(), {}, []).at(NOW).holidays
    assert {date(2026, 1, 1), date(2026, 2, 17), date(2027, 2, 6), date(2026, 9, 2)} <= holidays
    assert {day.year for day in holidays} == {2026, 2027}


@pytest.mark.parametrize("function", [shipped.function for shipped in catalogue.retirements()])
def test_the_shipped_retirements_begin_at_midnight_in_vietnam(function: str) -> None:
    rules = Policy({}, {}, catalogue.retirements())
    assert rules.retirement(function, RETIRED - SECOND) is None
    assert rules.retirement(function, RETIRED) is not None


@pytest.mark.parametrize(
    ("parameter", "value", "accepted"),
    [
        ("address.enforced", True, True),
        ("address.enforced", 1, False),
        ("address.enforced", "true", False),
        ("session.minutes", 15, True),
        ("session.minutes", True, False),
        ("session.minutes", "15", False),
        ("session.minutes", 1.5, False),
        ("session.minutes", None, False),
        ("session.minutes", 1, True),
        ("session.minutes", 0, False),
        ("session.minutes", -1, False),
        ("signin.failures_allowed", 1, True),
        ("signin.failures_allowed", 0, False),
        ("signin.pause_minutes", 1, True),
        ("signin.pause_minutes", 0, False),
        ("portal.tries_per_address", 1, True),
        ("portal.tries_per_address", 0, False),
        ("otp.resend_seconds", 0, True),
        ("history.months", LARGEST, True),
        ("history.months", LARGEST + 1, False),
        ("history.withheld_words", ["HIV"], True),
        ("history.withheld_words", [], True),
        ("history.withheld_words", [1], False),
        ("history.withheld_words", "HIV", False),
        ("calendar.holidays", ["2028-01-01"], True),
        ("calendar.holidays", [], True),
        ("calendar.holidays", ["01/01/2028"], False),
        ("calendar.holidays", ["20280101"], False),
        ("calendar.holidays", ["2027-02-29"], False),
        ("calendar.holidays", [20280101], False),
    ],
)
def test_a_value_must_have_the_parameter_s_type_and_a_possible_size(
    parameter: str, value: object, accepted: bool
) -> None:
    assert catalogue.parameters()[parameter].accepts(value) is accepted


def test_the_largest_number_leaves_no_calendar() -> None:
    numbers = {name for name, known in catalogue.parameters().items() if type(known.rows[0].value) is int}
    rules = Policy(catalogue.parameters(), {name: [row(NOW, LARGEST)] for name in numbers}, []).at(NOW)
    reached = [
        months_before(NOW, rules.history_months),
        NOW - rules.trail_window,
        NOW - rules.record_window,
        NOW + rules.session_length,
        NOW + rules.sign_in_pause,
    ]
    assert [moment for moment in reached if not 1000 < moment.year < 9999] == []


@pytest.mark.django_db
def test_a_local_row_is_in_force_from_its_moment() -> None:
    set_parameter("session.minutes", 20, NOW + DAY)
    rules = queries.current()
    assert rules.at(NOW).session_length == timedelta(minutes=10)
    assert rules.at(NOW + DAY).session_length == timedelta(minutes=20)


@pytest.mark.django_db
def test_setting_the_same_moment_again_replaces_the_row() -> None:
    set_parameter("session.minutes", 20)
    set_parameter("session.minutes", 30)
    assert PolicyRow.objects.get().value == 30


@pytest.mark.django_db
def test_a_setting_is_on_record_with_value_moment_and_source() -> None:
    set_parameter("session.minutes", 20)
    entry = Entry.objects.latest("pk")
    assert (entry.event, entry.object, entry.actor) == ("policy:parameter:set", "policy:session.minutes", BY)
    assert entry.details == {"value": 20, "from": NOW.isoformat(), "source": "QĐ thử"}


@pytest.mark.django_db
def test_unknown_parameters_and_wrong_values_save_nothing() -> None:
    with pytest.raises(NoSuchParameterError):
        set_parameter("session.hours", 1)
    with pytest.raises(ParameterValueError):
        set_parameter("session.minutes", "1")
    with pytest.raises(NoSuchParameterError):
        queries.parameter_rows("session.hours", NOW)
    assert not PolicyRow.objects.exists()


@pytest.mark.django_db
def test_rows_and_retirements_raise_the_revision_that_processes_poll() -> None:
    seen = [revisions()["policy"]]
    set_parameter("session.minutes", 20)
    seen.append(revisions()["policy"])
    retire("Lskcb2025", NOW)
    seen.append(revisions()["policy"])
    assert seen == sorted(set(seen))


@pytest.mark.django_db
def test_a_local_retirement_moves_the_shipped_moment() -> None:
    retire("KQNhanLichSuKCB2019", NOW + DAY)
    rules = queries.current()
    assert rules.retirement("KQNhanLichSuKCB2019", NOW) is None
    assert rules.retirement("KQNhanLichSuKCB2019", NOW + DAY) is not None


@pytest.mark.django_db
def test_the_next_function_to_retire_is_one_row() -> None:
    retire("Lskcb2025", NOW)
    assert queries.current().retirement("lskcb2025", NOW) is not None
    assert "Lskcb2025" in {known.function for known in queries.retirements()}


@pytest.mark.django_db
def test_one_function_has_one_row_in_whatever_letter_case_it_is_written() -> None:
    retire("Lskcb2025", NOW)
    retire("LSKCB2025", NOW + DAY)
    assert Retirement.objects.get().retires_at == NOW + DAY


@pytest.mark.django_db
def test_the_history_of_a_parameter_marks_what_is_local_and_what_is_in_force() -> None:
    set_parameter("history.months", 24)
    set_parameter("history.months", 36, NOW + DAY)
    rows = queries.parameter_rows("history.months", NOW)
    assert [(one.value, one.local, one.in_force) for one in rows] == [
        (6, False, False),
        (12, False, False),
        (24, True, True),
        (36, True, False),
    ]


@pytest.mark.django_db
def test_what_is_listed_as_in_force_is_what_the_doors_obey() -> None:
    set_parameter("session.minutes", 20, ENFORCED)
    for moment in (datetime(2010, 1, 1, tzinfo=VIETNAM), ENFORCED, NOW):
        obeyed = {name: queries.current().value(name, moment) for name in catalogue.parameters()}
        assert {one.parameter: one.value for one in queries.in_force(moment)} == obeyed


@pytest.mark.django_db
def test_calls_of_retired_functions_add_up_by_unit_function_and_day() -> None:
    today = NOW.date()
    for _ in range(2):
        actions.count_retired_calls({("01999", "KQNhanLichSuKCB2019", today): 3}, at=NOW)
    actions.count_retired_calls({("01998", "KQNhanLichSuKCB2019", today - DAY): 1}, at=NOW - DAY)
    assert RetiredCall.objects.get(unit_code="01999").calls == 6
    assert [call.unit_code for call in queries.retired_calls(since=today - DAY)] == ["01999", "01998"]
    assert [call.unit_code for call in queries.retired_calls(since=today)] == ["01999"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameter", "value"),
    [("otp.typing_minutes", 0), ("otp.typing_minutes", 31), ("otp.tries", 0), ("portal.idle_minutes", 0),
     ("history.idle_minutes", 31), ("history.most_hours", 25), ("password.least_length", 7),
     ("network.widest_v4", 15), ("network.widest_v4", 33), ("network.widest_v6", 31), ("network.widest_v6", 129),
     ("network.emergency_hours", 0), ("network.emergency_hours", 73), ("registration.paper_megabytes", 21),
     ("registration.decision_days", 0), ("registration.administrator_days", 0), ("enrolment.activation_hours", 169),
     ("enrolment.idle_days", 46), ("enrolment.recertify_months", 7), ("enrolment.recertify_days", 0)],
)  # fmt: skip
def test_what_the_law_or_sense_forbids_cannot_be_set(parameter: str, value: int) -> None:
    with pytest.raises(ParameterValueError, match="ngoài khoảng"):
        set_parameter(parameter, value)


def test_every_shipped_value_is_one_that_may_be_set() -> None:
    assert [
        name for name, known in catalogue.parameters().items() for row in known.rows if not known.accepts(row.value)
    ] == []
