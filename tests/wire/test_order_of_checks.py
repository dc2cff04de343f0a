"""Who is refused, in which order, and what nobody learns (decisions.md 1–3, 6–8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, ip_address
from itertools import pairwise
from typing import Any

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.gateway.functions import FUNCTIONS
from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway
from congbhyt.insured.models import Visit
from congbhyt.kernel.clock import VIETNAM
from congbhyt.lookup.models import Check
from congbhyt.policy import actions as policy
from congbhyt.units import actions as units
from congbhyt.units.models import Denial, Unit
from tests import factories
from tests.factories import COLLEAGUE_CITIZEN, COLLEAGUE_NAME, NOW, OFFICER_CITIZEN, WIRE_SECRET, House
from tests.wire.client import KQ2024, Client, Heard
from tests.wire.conftest import Clock

HISTORY = "/api/egw/Lskcb2025"
RECORD = "/api/egw/nhanHoSoKCBChiTiet"
FACILITY = "/api/egw/NhanThongTinCSKCB"
TAKE = "/api/token/take"
IN_USE = [TAKE, KQ2024, HISTORY, RECORD, FACILITY]
STRANGER, ELSEWHERE = "198.51.100.7", "203.0.113.9"
"""An address of no unit, and one of unit 01998."""


def at(client: Client, address: str) -> Client:
    return Client(client.gateway, address)


def set_policy(state: State, parameter: str, value: object) -> None:
    policy.set_parameter(parameter=parameter, value=value, valid_from=NOW, source="test", by="test", at=NOW)
    state.standing.refresh()


def unretire(state: State) -> None:
    """Let the functions of earlier years work, so that their other checks can be seen."""
    for function in FUNCTIONS.values():
        policy.retire_function(
            function=function.name, at_moment=NOW + timedelta(days=1), successor="KQNhanLichSuKCB2024", source="test",
            by="test", at=NOW,
        )  # fmt: skip
    state.standing.refresh()


def call(client: Client, path: str, session: str, house: House) -> Heard:
    """Call any function with parameters that are right for all of them."""
    return client.ask(session, path=path, maHoSo=str(house.visits[0].record_number), maCSKCB="01999")


# The address


@pytest.mark.parametrize("path", [*FUNCTIONS, "/api/egw/nowhere", "/"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_address_of_no_unit_is_refused_before_anything_else_is_looked_at(
    client: Client, session: str, path: str, method: str
) -> None:
    for body in (b"", b"\xff", b"x" * 300_000, b'{"username":"01999_BV"}'):
        heard = at(client, STRANGER).send(path, body, query=session, method=method)
        assert (heard.status, heard.code) == (403, "403")
        assert STRANGER in heard.json["ghiChu"]
        assert not any(told in heard.raw.decode() for told in ("01999", "01998", "Bệnh viện"))


def test_nobody_at_all_may_call_while_nothing_is_registered(client: Client, house: House, state: State) -> None:
    for network in ("127.0.0.0/8", "::1/128"):
        units.end_network(home=house.unit, network=network, by="test", at=NOW)
    units.end_network(home=house.other, network="203.0.113.0/24", by="test", at=NOW)
    state.standing.refresh()
    assert {at(client, address).take().status for address in ("127.0.0.1", "::1", ELSEWHERE, STRANGER, "")} == {403}


def test_an_agency_s_network_lets_nobody_call(client: Client, house: House, state: State) -> None:
    """Not even where the agency's code reads like a unit's."""
    namesake = units.open_agency(
        code="01999", name="BHXH", level="local", valid_from=NOW.date(), by="test", at=NOW
    )  # fmt: skip
    for agency in (house.agency, namesake):
        units.add_network(home=agency, network="198.51.100.0/24", basis="test", by="test", at=NOW)
        units.add_network(home=agency, network="203.0.113.0/24", basis="test", by="test", at=NOW)
    state.standing.refresh()
    assert state.standing.snapshot.agency_list.owners(ip_address(STRANGER), NOW) == {"01", "01999"}
    assert (at(client, STRANGER).take().status, at(client, ELSEWHERE).take().code) == (403, "403")
    assert at(client, ELSEWHERE).take("01998_BV").code == "200"


def test_a_network_counts_from_its_first_moment_to_its_last(
    client: Client, house: House, state: State, moment: Clock
) -> None:
    units.add_network(
        home=house.unit, network="192.0.2.0/28", basis="test", by="test", at=NOW,
        valid_from=NOW + timedelta(minutes=1), valid_to=NOW + timedelta(minutes=2),
    )  # fmt: skip
    state.standing.refresh()
    heard = []
    for seconds in (59, 60, 119, 120):
        moment.moment = NOW + timedelta(seconds=seconds)
        heard.append(at(client, "192.0.2.15").take().code)
    assert heard == ["403", "200", "200", "403"]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"])
def test_an_address_is_the_same_in_every_spelling(client: Client, address: str) -> None:
    assert at(client, address).take().code == "200"


@pytest.mark.parametrize(
    "address", ["", "localhost", "127.0.0.1.", "127.1", "0x7f000001", "2130706433", "::2", "unix:"]
)
def test_what_is_no_registered_address_is_refused(client: Client, address: str) -> None:
    assert at(client, address).take().status == 403


def test_a_forwarded_address_counts_only_from_our_own_proxy_and_from_the_right(state: State) -> None:
    proxied = Gateway(state, trusted=[IPv4Network("10.0.0.0/8")])
    told = {
        ("10.0.0.1", "127.0.0.1"): 200,
        ("10.0.0.1", f"{STRANGER}, 127.0.0.1"): 200,
        ("10.0.0.1", "127.0.0.1, 10.9.9.9 "): 200,
        ("10.0.0.1", f"127.0.0.1, {STRANGER}"): 403,
        ("10.0.0.1", "127.0.0.1, rubbish"): 403,
        ("10.0.0.1", "127.0.0.1,"): 403,
        ("10.0.0.1", ""): 403,
        (STRANGER, "127.0.0.1"): 403,
        ("127.0.0.1", STRANGER): 200,
    }
    heard = {
        (peer, forwarded): Client(proxied, peer)
        .post("/api/token/take", {"username": "01999_BV", "password": WIRE_SECRET}) if not forwarded
        else Client(proxied, peer).send(
            TAKE, f"username=01999_BV&password={WIRE_SECRET}".encode(), headers={"X-Forwarded-For": forwarded}
        )
        for peer, forwarded in told
    }  # fmt: skip
    assert {key: one.status for key, one in heard.items()} == told


@pytest.mark.parametrize("header", ["X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"])
def test_no_other_header_moves_the_caller(state: State, header: str) -> None:
    proxied = Client(Gateway(state, trusted=[IPv4Network("10.0.0.0/8")]), "10.0.0.1")
    heard = proxied.send(TAKE, b"{}", headers={header: "127.0.0.1"})
    assert heard.status == 403
    assert "10.0.0.1" in heard.json["ghiChu"]


def test_before_27_july_2024_any_address_may_call(client: Client, moment: Clock) -> None:
    enforced = datetime(2024, 7, 27, tzinfo=VIETNAM)
    for before, status in ((1, 200), (0, 403)):
        moment.moment = enforced - timedelta(seconds=before)
        assert at(client, STRANGER).take().status == status


# Credentials


def test_an_unknown_account_and_a_wrong_secret_answer_the_same_bytes(client: Client) -> None:
    unknown, wrong = client.take("09999_BV", "x"), client.take("01999_BV", "x")
    assert unknown.raw == wrong.raw == b'{"maKetQua":"401","APIKey":null}'
    assert set(unknown.headers) == set(wrong.headers)
    assert unknown.status == wrong.status == 200


@pytest.mark.parametrize("name", ["01999_BV", "09999_BV"])
def test_both_are_paused_alike_so_that_the_pause_tells_nothing(client: Client, name: str) -> None:
    heard = [client.take(name, "x").raw for _ in range(12)]
    assert heard == [b'{"maKetQua":"401","APIKey":null}'] * 10 + [b'{"maKetQua":"403","APIKey":null}'] * 2


def test_the_pause_is_for_this_account_from_this_address_only(
    client: Client, house: House, state: State, moment: Clock
) -> None:
    units.add_network(home=house.unit, network="192.0.2.0/28", basis="test", by="test", at=NOW)
    state.standing.refresh()
    for _ in range(10):
        client.take(password="x")
    assert client.take().code == "403"
    assert at(client, "192.0.2.1").take().code == "200"
    assert at(client, "127.0.0.2").take().code == "200"
    moment.moment += timedelta(minutes=14, seconds=59)
    assert client.take().code == "403"
    moment.moment += timedelta(seconds=1)
    assert client.take().code == "200"


def test_a_stranger_guessing_from_elsewhere_never_locks_the_hospital_out(client: Client) -> None:
    for _ in range(30):
        at(client, ELSEWHERE).take(password="x")
    assert client.take().code == "200"


def test_a_pause_ends_no_session(client: Client, session: str) -> None:
    for _ in range(11):
        client.take(password="x")
    assert client.ask(session).code == "000"


def test_a_right_secret_in_between_does_not_reset_the_count(client: Client) -> None:
    for _ in range(9):
        client.take(password="x")
    assert client.take().code == "200"
    client.take(password="x")
    assert client.take().code == "403"


def test_a_locked_account_tells_only_those_who_know_its_secret(client: Client, house: House) -> None:
    accounts.lock_api_account(account=house.account, reason="test", by="test", at=NOW)
    assert client.take().code == "403"
    assert client.take(password="x").code == "401"
    accounts.unlock_api_account(account=house.account, by="test", at=NOW)
    assert client.take().code == "200"


def test_an_account_of_a_unit_that_has_ended_is_locked(client: Client, house: House, moment: Clock) -> None:
    session = client.session()
    Unit.objects.filter(pk=house.unit.pk).update(valid_to=NOW.date())
    assert client.take().code == "200"
    moment.moment = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # midnight in Việt Nam
    assert client.take().code == "403"
    moment.moment -= timedelta(seconds=1)
    assert client.take().code == "200"
    assert client.ask(session).code == "401"  # ten minutes are long over


def test_the_unit_code_is_compared_only_for_right_credentials(client: Client) -> None:
    fields = {"username": "01999_BV", "maCSKCB": "01998"}
    assert client.post(TAKE, {**fields, "password": WIRE_SECRET}).code == "402"
    assert client.post(TAKE, {**fields, "password": "x"}).code == "401"


def test_from_an_address_of_another_unit_only_right_credentials_learn_why(client: Client) -> None:
    foreign = at(client, ELSEWHERE)
    right, wrong, unknown = foreign.take(), foreign.take(password="x"), foreign.take("09999_BV")
    assert (right.status, right.code) == (403, "403")
    assert ELSEWHERE in right.json["ghiChu"]
    assert (wrong.status, wrong.raw) == (200, b'{"maKetQua":"401","APIKey":null}')
    assert unknown.raw == wrong.raw
    assert "01998" not in right.raw.decode()


def test_only_right_credentials_leave_a_denial_that_the_unit_is_shown(client: Client, state: State) -> None:
    session = client.session()
    foreign = at(client, ELSEWHERE)
    foreign.take(password="x")
    foreign.take("09999_BV")
    foreign.take("01999_bv")
    foreign.ask(session)
    at(client, STRANGER).take()
    state.write_tallies()
    rows = {(row.reason, row.address, row.account_name, row.unit_code): row.times for row in Denial.objects.all()}
    assert rows == {
        ("foreign", ELSEWHERE, "01999_BV", "01999"): 2,
        ("unregistered", STRANGER, "", ""): 1,
    }


def test_a_denial_belongs_to_the_unit_of_the_account_whatever_its_name(
    client: Client, house: House, state: State
) -> None:
    accounts.open_api_account(name="01998_HSSK", unit=house.unit, by="test", at=NOW, secret=factories.SECRET)
    at(client, ELSEWHERE).take("01998_HSSK")
    state.write_tallies()
    assert [row.unit_code for row in Denial.objects.all()] == ["01999"]


# The session


def other_parts(session: str, **parts: str) -> str:
    held = dict(part.split("=", 1) for part in session.split("&"))
    return "&".join(f"{name}={value}" for name, value in {**held, **parts}.items())


@pytest.mark.parametrize("path", [path for path in IN_USE if path != TAKE])
def test_a_session_counts_only_with_all_four_of_its_parts(
    client: Client, session: str, house: House, path: str
) -> None:
    second = client.session()
    token, id_token = (part.split("=")[1] for part in second.split("&")[:2])
    assert call(client, path, session, house).code in ("000", "200")
    shouted = session.split("&", maxsplit=1)[0][6:].upper()
    for wrong in (
        "", "token=", other_parts(session, token=""), other_parts(session, id_token=""),
        other_parts(session, username=""), other_parts(session, password=""),
        other_parts(session, token=token), other_parts(session, id_token=id_token),
        other_parts(session, username="01998_BV"), other_parts(session, password="0" * 32),
        other_parts(session, token="' OR 1=1 --"), other_parts(session, id_token="not-a-uuid"),
        other_parts(session, token=shouted), other_parts(session, token="%00"),
    ):  # fmt: skip
        heard = call(client, path, wrong, house)
        assert (heard.status, heard.code) == (200, "401"), wrong
        assert heard.json["ghiChu"].startswith("Token không đúng!")


def test_a_session_lasts_ten_minutes_and_then_says_so(client: Client, session: str, moment: Clock) -> None:
    moment.moment += timedelta(minutes=9, seconds=59)
    assert client.ask(session).code == "000"
    moment.moment += timedelta(seconds=1)
    heard = client.ask(session)
    assert heard.code == "401"
    assert heard.json["ghiChu"].startswith("Token hết hạn!")
    assert client.ask(other_parts(session, password="x")).json["ghiChu"].startswith("Token không đúng!")


def test_a_session_of_another_account_opens_nothing(client: Client, session: str) -> None:
    theirs = at(client, ELSEWHERE).session("01998_BV")
    mixed = other_parts(session, token=theirs.split("&", maxsplit=1)[0][6:])
    assert client.ask(mixed).code == "401"
    assert client.ask(theirs).status == 403


def test_a_lock_ends_sessions_that_were_open(client: Client, house: House, moment: Clock) -> None:
    session = client.session()
    moment.moment += timedelta(seconds=1)
    accounts.lock_api_account(account=house.account, reason="test", by="test", at=moment.moment)
    assert client.ask(session).code in ("401", "403")
    accounts.unlock_api_account(account=house.account, by="test", at=moment.moment)
    assert client.ask(session).code == "401"
    assert client.ask(client.session()).code == "000"


def test_retiring_a_secret_ends_its_sessions_and_it_at_once(client: Client, house: House, moment: Clock) -> None:
    session = client.session()
    accounts.issue_secret(account=house.account, by="test", at=NOW, secret="Moi@67890")
    assert client.take().code == client.take(password="Moi@67890").code == "200"
    moment.moment += timedelta(seconds=1)
    first = house.account.secrets.order_by("pk")[0]
    accounts.retire_secret(account=house.account, number=first.pk, by="test", at=moment.moment)
    assert client.ask(session).code == "401"
    assert client.take().code == "401"
    assert client.take(password="Moi@67890").code == "200"


@pytest.mark.parametrize("bound", [False, True])
def test_a_session_is_bound_to_its_address_only_where_policy_says_so(client: Client, state: State, bound: bool) -> None:
    set_policy(state, "session.bound_to_address", bound)
    session = client.session()
    assert client.ask(session).code == "000"
    assert at(client, "::ffff:127.0.0.1").ask(session).code == "000"
    assert at(client, "127.0.0.2").ask(session).code == ("401" if bound else "000")


# Rights


@pytest.mark.parametrize("path", [path for path, function in FUNCTIONS.items() if function.right])
def test_a_function_whose_right_was_taken_answers_403_before_it_reads_parameters(
    client: Client, session: str, house: House, state: State, path: str
) -> None:
    unretire(state)
    right = FUNCTIONS[path].right
    assert right
    assert call(client, path, session, house).code in ("00", "000", "200")
    accounts.revoke_right(holder=house.account, right=right, reason="test", by="test", at=NOW)
    for heard in (call(client, path, session, house), client.send(path, b"{}", query=session)):
        assert (heard.status, heard.code) == (200, "403")
    assert call(client, path, other_parts(session, password="x"), house).code == "401"


def test_every_function_but_token_take_needs_a_right_and_a_session(client: Client, house: House, state: State) -> None:
    unretire(state)
    assert [path for path, function in FUNCTIONS.items() if function.open_without_session] == [TAKE]
    for path in FUNCTIONS.keys() - {TAKE}:
        assert call(client, path, "", house).code == "401"


def test_checks_come_in_their_declared_order(client: Client, house: House) -> None:
    """Everything is wrong at first; each mended thing lets the next refusal show."""
    accounts.lock_api_account(account=house.account, reason="test", by="test", at=NOW - timedelta(days=1))
    fields = {"username": "01999_BV", "password": "x", "maCSKCB": "01998"}
    heard = [at(client, STRANGER).post(TAKE, fields)]
    foreign = at(client, ELSEWHERE)
    heard.append(foreign.post(TAKE, fields))
    fields["password"] = WIRE_SECRET
    heard.append(foreign.post(TAKE, fields))
    accounts.unlock_api_account(account=house.account, by="test", at=NOW)
    heard.append(foreign.post(TAKE, fields))
    del fields["maCSKCB"]
    heard.append(foreign.post(TAKE, fields))
    heard.append(client.post(TAKE, fields))
    assert [(one.status, one.code) for one in heard] == [
        (403, "403"), (200, "401"), (200, "403"), (200, "402"), (403, "403"), (200, "200"),
    ]  # fmt: skip


# History


def test_an_officer_without_the_history_right_sees_the_card_only(client: Client, session: str) -> None:
    named: dict[str, Any] = {"hoTenCb": COLLEAGUE_NAME, "cccdCb": COLLEAGUE_CITIZEN}
    heard = client.ask(session, **named)
    assert heard.code == "000"
    assert heard.json["hoTen"] == "NGUYỄN VĂN THỬ"
    assert heard.json["dsLichSuKCB2018"] is heard.json["dsLichSuKT2018"] is None
    assert client.ask(session, path=HISTORY, **named).code == "403"


def test_an_account_without_the_history_right_sees_the_card_only(client: Client, session: str, house: House) -> None:
    accounts.revoke_right(holder=house.account, right=Right.HISTORY_LOOKUP, reason="test", by="test", at=NOW)
    heard = client.ask(session)
    assert heard.code == "000"
    assert heard.json["dsLichSuKCB2018"] is heard.json["dsLichSuKT2018"] is None


def test_a_right_taken_from_the_officer_counts_at_the_next_call(client: Client, session: str, house: House) -> None:
    assert client.ask(session, path=HISTORY).code == "000"
    accounts.revoke_right(holder=house.officer, right=Right.HISTORY_LOOKUP, reason="test", by="test", at=NOW)
    assert client.ask(session, path=HISTORY).code == "403"


def test_a_locked_officer_is_nobodys_officer(client: Client, session: str, house: House) -> None:
    accounts.lock_person(person=house.officer, reason="test", by="test", at=NOW)
    assert client.ask(session).code == "054"


def test_an_officer_of_another_unit_is_not_known(client: Client) -> None:
    theirs = at(client, ELSEWHERE)
    session = theirs.session("01998_BV")
    assert theirs.ask(session).code == "054"


def test_a_wrong_name_tells_nothing_whether_the_number_exists_to_an_unknown_officer(
    client: Client, session: str
) -> None:
    unknown: dict[str, Any] = {"cccdCb": "099199009999"}
    assert client.ask(session, **unknown).raw == client.ask(session, maThe="GD4019900009999", **unknown).raw


WITHHELD: list[dict[str, Any]] = [
    {"code": "B20"}, {"code": "B23.1"}, {"code": "Z21"}, {"code": "b24"}, {"others": "K29;B20.1"},
    {"others": "J02, Z21"}, {"others": "i10 o98.7"}, {"text": "Viêm phổi, nhiễm HIV giai đoạn 3"},
    {"text": "theo dõi (aids)"}, {"text": "Đang dùng ARV"}, {"code": "F024"},
]  # fmt: skip


def test_visits_that_reveal_hiv_are_withheld_by_code_second_code_or_text(
    client: Client, session: str, house: House
) -> None:
    for day, facts in enumerate(WITHHELD, 1):
        factories.visit(house.patient, "01998", day, **facts)
    harmless = factories.visit(house.patient, "01998", 1, code="B19", text="Chivas, viêm gan", others="Z20.5;B25")
    shown = [item["maHoSo"] for item in client.ask(session).json["dsLichSuKCB2018"]]
    assert shown == [str(visit.record_number) for visit in (harmless, *house.visits)]
    raw = client.ask(session, path=HISTORY).raw.decode()
    assert not any(word in raw for word in ("HIV", "AIDS", "ARV"))


def test_history_reaches_back_the_months_of_the_policy(client: Client, session: str, house: House) -> None:
    factories.visit(house.patient, "01998", 366, code="A01")
    factories.visit(house.patient, "01998", 365, code="A02")
    assert len(client.ask(session).json["dsLichSuKCB2018"]) == 4


@pytest.mark.parametrize(
    ("code", "asked"), [("010", {"maThe": "GD4019900000005", "hoTen": "HỒ THỊ HẾT"}), ("060", {"hoTen": "Đ"})]
)
def test_no_history_goes_out_with_other_codes(client: Client, session: str, code: str, asked: dict[str, Any]) -> None:
    factories.insure("9900000005", "HỒ THỊ HẾT", "01/01/1980", "GD4019900000005", days=(-700, -1))
    heard = client.ask(session, **asked)
    assert heard.code == code
    assert heard.json["dsLichSuKCB2018"] is heard.json["dsLichSuKT2018"] is None


# The who-looked trail


def test_the_trail_holds_account_moment_and_short_text_never_a_name_or_address(
    client: Client, session: str, moment: Clock
) -> None:
    client.ask(session)
    moment.moment += timedelta(minutes=1)
    client.ask(session, hoTen="NGÔ VĂN SAI")
    moment.moment += timedelta(minutes=1)
    trail = client.ask(session).json["dsLichSuKT2018"]
    assert [list(entry) for entry in trail] == [["userKT", "thoiGianKT", "thongBao", "maLoi"]] * 2
    assert [(entry["maLoi"], entry["thoiGianKT"]) for entry in trail] == [
        ("061", "202603020731"), ("000", "202603020730"),
    ]  # fmt: skip
    told = " ".join(str(entry) for entry in trail)
    assert not any(word in told for word in ("NGUYỄN", "NGÔ", "Phường", "127.0.0.1", "GD4", OFFICER_CITIZEN))


def test_the_trail_masks_units_whose_speciality_reveals_a_disease(client: Client, house: House) -> None:
    theirs = at(client, ELSEWHERE)
    session = theirs.session("01998_BV")
    accounts.register_person(
        full_name="LÊ VĂN BÊN KIA", citizen_number="099199000003", user_name="benkia", home=house.other, by="t", at=NOW
    )
    assert theirs.ask(session, hoTenCb="lê văn bên kia", cccdCb="099199000003").code == "000"
    ours = client.session()
    assert client.ask(ours).json["dsLichSuKT2018"][0]["userKT"] == "01998_BV"
    Unit.objects.filter(pk=house.other.pk).update(reveals_disease=True)
    trail = client.ask(ours).json["dsLichSuKT2018"]
    assert sorted(entry["userKT"] for entry in trail) == ["*****", "01999_BV"]


def test_the_trail_is_as_long_and_as_old_as_policy_lets_it(
    client: Client, house: House, state: State, moment: Clock
) -> None:
    set_policy(state, "trail.entries", 3)
    session = client.session()
    for _ in range(5):
        client.ask(session)
    assert len(client.ask(session).json["dsLichSuKT2018"]) == 3
    moment.moment += timedelta(days=90, seconds=1)
    assert client.ask(client.session()).json["dsLichSuKT2018"] == []
    assert Check.objects.filter(person_id=house.patient.pk).count() == 7


# Details of one visit


def detail(client: Client, session: str, visit: Visit) -> str:
    return client.send(RECORD, b"", query=f"{session}&maHoSo={visit.record_number}").code


def test_a_unit_reads_its_own_visits_without_asking_first(client: Client, session: str, house: House) -> None:
    assert detail(client, session, house.visits[0]) == "200"
    assert detail(client, session, house.visits[2]) == "205"


def test_a_look_up_opens_the_visits_elsewhere_for_30_minutes(
    client: Client, session: str, house: House, moment: Clock
) -> None:
    assert client.ask(session).code == "000"
    moment.moment = NOW + timedelta(minutes=29, seconds=59)
    assert detail(client, client.session(), house.visits[2]) == "200"
    moment.moment = NOW + timedelta(minutes=30)
    assert detail(client, client.session(), house.visits[2]) == "205"
    moment.moment = NOW + timedelta(minutes=30, seconds=1)
    assert detail(client, client.session(), house.visits[2]) == "205"


def test_a_look_up_opens_nothing_of_other_people(client: Client, session: str, house: House) -> None:
    factories.insure("9900000002", "LÊ THỊ MỚI", "1990", "HC4019900000002")
    client.ask(session, maThe="9900000002", hoTen="LÊ THỊ MỚI", ngaySinh="1990")
    assert detail(client, session, house.visits[2]) == "205"


@pytest.mark.parametrize(
    "asked",
    [
        {"hoTen": "NGÔ"},
        {"ngaySinh": "1981"},
        {"hoTenCb": "SAI"},
        {"hoTenCb": COLLEAGUE_NAME, "cccdCb": COLLEAGUE_CITIZEN},
    ],
)
def test_a_look_up_that_showed_no_history_opens_no_visit(
    client: Client, session: str, house: House, asked: dict[str, Any]
) -> None:
    client.ask(session, **asked)
    assert detail(client, session, house.visits[2]) == "205"


def test_the_look_up_of_another_account_opens_nothing(client: Client, session: str, house: House) -> None:
    accounts.open_api_account(name="01999_HSSK", unit=house.unit, by="test", at=NOW, secret=factories.SECRET)
    assert client.ask(client.session("01999_HSSK")).code == "000"
    assert detail(client, session, house.visits[2]) == "205"


def test_a_withheld_visit_opens_only_to_the_unit_that_made_it(client: Client, session: str, house: House) -> None:
    ours = factories.visit(house.patient, "01999", 3, code="B20")
    theirs = factories.visit(house.patient, "01998", 3, code="B20")
    client.ask(session)
    assert [detail(client, session, visit) for visit in (ours, theirs)] == ["200", "205"]


def test_a_record_number_does_not_lead_to_the_next(house: House) -> None:
    numbers = sorted(visit.record_number for visit in house.visits)
    assert all(10**9 <= number < 10**10 for number in numbers)
    assert all(right - left > 1 for left, right in pairwise(numbers))
