"""The functions of earlier years: as they answered until their moment, and what they say afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from congbhyt.gateway.functions import FUNCTIONS
from congbhyt.gateway.reply import CARD
from congbhyt.gateway.state import State
from congbhyt.insured.models import Visit
from congbhyt.kernel.clock import VIETNAM
from congbhyt.policy import actions as policy
from congbhyt.policy.catalogue import retirements
from congbhyt.policy.models import RetiredCall
from tests import factories
from tests.factories import House
from tests.wire.client import Client, assert_golden
from tests.wire.conftest import Clock

RETIRED = tuple(row.function for row in retirements())
STOPPED = datetime(2024, 8, 1, tzinfo=VIETNAM)
MOVED = datetime(2026, 3, 2, 8, 0, tzinfo=VIETNAM)
"""Half an hour after the tests begin."""


@pytest.fixture(autouse=True)
def known_numbers(house: House) -> None:
    """Give the visits record numbers that a golden answer can hold."""
    for number, visit in enumerate(house.visits, 9000000001):
        Visit.objects.filter(visit_code=visit.visit_code).update(record_number=number)


def move(function: str, state: State, to: datetime = MOVED) -> None:
    """Retire `function` at another moment, as the sandbox switch does."""
    policy.retire_function(
        function=function, at_moment=to, successor="KQNhanLichSuKCB2024", source="CV 1923/BHXH-CNTT §3",
        by="test", at=factories.NOW,
    )  # fmt: skip
    state.standing.refresh()


def test_five_functions_stop_at_the_first_moment_of_august_2024() -> None:
    assert sorted(RETIRED) == [
        "KQNhanLichSuKCB2018", "KQNhanLichSuKCB2019", "KQNhanLichSuKCB595", "NhanLichSuKCB2018", "nhanLichSuKCB",
    ]  # fmt: skip
    assert {row.at for row in retirements()} == {STOPPED}
    assert set(RETIRED) < {row.name for row in FUNCTIONS.values()}


@pytest.mark.parametrize("function", RETIRED)
def test_before_its_moment_it_answers_as_it_always_did(
    client: Client, session: str, state: State, function: str
) -> None:
    move(function, state)
    fields = {"maThe": "GD4019900000001", "hoTen": "NGUYỄN VĂN THỬ", "ngaySinh": "01/01/1980", "gioiTinh": "1"}
    found = client.post(f"/api/egw/{function}", fields, session)
    assert not {"Deprecation", "Sunset", "Link"} & set(found.headers)
    assert_golden(found.raw, f"before_{function}_000.json")
    wrong = client.post(f"/api/egw/{function}", {**fields, "hoTen": "ĐẶNG VĂN THỬ"}, session)
    assert_golden(wrong.raw, f"before_{function}_060.json")
    assert_golden(client.post(f"/api/egw/{function}", fields).raw, f"before_{function}_401.json")


@pytest.mark.parametrize("function", RETIRED)
def test_from_its_moment_it_names_its_successor(client: Client, session: str, function: str) -> None:
    heard = client.ask(session, path=f"/api/egw/{function}")
    assert heard.status == 200
    assert heard.headers["Deprecation"] == f"@{int(STOPPED.timestamp())}"
    assert heard.headers["Sunset"] == "Wed, 31 Jul 2024 17:00:00 GMT"
    assert heard.headers["Link"] == '</api/egw/KQNhanLichSuKCB2024>; rel="successor-version"'
    assert_golden(heard.raw, f"after_{function}_205.json")


def test_it_stops_at_the_very_moment_and_not_a_second_before(
    client: Client, session: str, state: State, moment: Clock
) -> None:
    move("KQNhanLichSuKCB2019", state, factories.NOW + timedelta(minutes=5))
    moment.moment += timedelta(minutes=4, seconds=59)
    assert client.ask(session, path="/api/egw/KQNhanLichSuKCB2019").code == "000"
    moment.moment += timedelta(seconds=1)
    assert client.ask(session, path="/api/egw/KQNhanLichSuKCB2019").code == "205"


def test_a_moment_moved_in_the_database_is_told_in_local_time(client: Client, state: State, moment: Clock) -> None:
    move("KQNhanLichSuKCB595", state)
    moment.moment = MOVED
    assert "đã dừng từ 08:00 ngày 02/03/2026" in client.ask("", path="/api/egw/KQNhanLichSuKCB595").json["ghiChu"]


@pytest.mark.parametrize("function", RETIRED)
def test_a_stopped_function_never_answers_what_makes_programs_loop(client: Client, function: str) -> None:
    heard = [
        client.ask("", path=f"/api/egw/{function}"),
        client.ask("token=stale&id_token=x&username=01999_BV&password=x", path=f"/api/egw/{function.upper()}"),
        client.send(f"/api/egw/{function}", b"{}"),
    ]
    assert {(one.status, one.code) for one in heard} == {(200, "205")}
    assert not any("token" in one.json["ghiChu"].lower() for one in heard)


def test_the_next_function_to_retire_is_one_row(client: Client, session: str, state: State) -> None:
    policy.retire_function(
        function="KQNhanLichSuKCB2024", at_moment=factories.NOW, successor="Lskcb2025", source="CV 9999", by="test",
        at=factories.NOW,
    )  # fmt: skip
    state.standing.refresh()
    heard = client.ask(session)
    assert heard.code == "205"
    assert "Sử dụng chức năng Lskcb2025" in heard.json["ghiChu"]
    assert heard.headers["Link"] == '</api/egw/Lskcb2025>; rel="successor-version"'
    assert set(heard.json) == {"maKetQua", "ghiChu", *CARD.keys}


def test_callers_of_stopped_functions_are_counted_by_the_unit_that_owns_the_address(
    client: Client, state: State
) -> None:
    at_other = Client(client.gateway, "203.0.113.9")
    for caller, name in ((client, "01999_BV"), (client, "01998_BV"), (at_other, "01999_BV"), (client, "")):
        caller.ask(f"username={name}", path="/api/egw/KQNhanLichSuKCB2019")
    state.write_tallies()
    state.write_tallies()
    client.ask("", path="/api/egw/KQNhanLichSuKCB2019")
    state.write_tallies()
    counted = {(row.unit_code, row.function): row.calls for row in RetiredCall.objects.all()}
    assert counted == {("01999", "KQNhanLichSuKCB2019"): 4, ("01998", "KQNhanLichSuKCB2019"): 1}
