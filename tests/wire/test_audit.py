"""Every call that reaches a function is on record once, with who asked and nothing that must stay secret."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.audit import actions as audit
from congbhyt.audit.models import Entry
from congbhyt.gateway import application
from congbhyt.gateway.functions import FUNCTIONS
from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway
from congbhyt.installation import hot
from congbhyt.lookup.facts import Ask, Facts, RegistryUnreachableError
from congbhyt.lookup.models import Check
from congbhyt.policy import actions as policy
from tests import factories
from tests.factories import (
    COLLEAGUE_CITIZEN,
    COLLEAGUE_NAME,
    NOW,
    OFFICER_CITIZEN,
    OFFICER_NAME,
    SECRET,
    WIRE_SECRET,
    House,
)
from tests.wire.client import KQ2024, Client, Heard
from tests.wire.conftest import Clock

TAKE = "/api/token/take"
HISTORY = "/api/egw/Lskcb2025"
RECORD = "/api/egw/nhanHoSoKCBChiTiet"
FACILITY = "/api/egw/NhanThongTinCSKCB"
STRANGER, ELSEWHERE = "198.51.100.7", "203.0.113.9"
PATIENT_CITIZEN = "099080000001"
UNKNOWN_CITIZEN = "099199009999"


def entry_of(heard: Heard) -> Entry:
    """The one entry that a call left."""
    return Entry.objects.get(reference=heard.headers["X-Ma-Tham-Chieu"])


def many_calls(client: Client, house: House, clock: Clock) -> dict[str, Heard]:
    """Calls that reach a function, of every outcome that a hospital can bring about."""
    elsewhere = Client(client.gateway, ELSEWHERE)
    session = client.session()
    own, foreign = house.visits[0].record_number, house.visits[2].record_number
    factories.insure("9900000005", "HỒ THỊ HẾT", "1964", "GD4019900000005", days=(-700, -1))
    factories.insure("9900000006", "ĐỖ VĂN THU HỒI", "1964", "GD4019900000006", status="revoked")
    heard = {
        "take": client.take(),
        "take wrong": client.take(password="x"),
        "take unknown": client.take("09999_BV"),
        "take nothing": client.send(TAKE, b"{}"),
        "take unit": client.post(TAKE, {"username": "01999_BV", "password": WIRE_SECRET, "maCSKCB": "01998"}),
        "take foreign": elsewhere.take(),
        "000": client.ask(session),
        "000 by citizen": client.ask(session, maThe=PATIENT_CITIZEN),
        "000 colleague": client.ask(session, hoTenCb=COLLEAGUE_NAME, cccdCb=COLLEAGUE_CITIZEN),
        "010": client.ask(session, maThe="9900000005", hoTen="HỒ THỊ HẾT", ngaySinh="1964"),
        "050": client.ask(session, maThe="GD4019900009999"),
        "050 by citizen": client.ask(session, maThe=UNKNOWN_CITIZEN),
        "051": client.ask(session, maThe="X"),
        "052": client.ask(session, maThe="GD4999900000001"),
        "053": client.ask(session, maThe="GD9019900000001"),
        "054": client.ask(session, cccdCb=UNKNOWN_CITIZEN),
        "055": client.ask(session, hoTenCb="SAI"),
        "060": client.ask(session, hoTen="ĐẶNG"),
        "061": client.ask(session, hoTen="NGÔ"),
        "070": client.ask(session, ngaySinh="1981"),
        "110": client.ask(session, maThe="9900000006", hoTen="ĐỖ VĂN THU HỒI", ngaySinh="1964"),
        "205": client.ask(session, ngaySinh="hôm qua"),
        "205 officer": client.ask(session, hoTenCb=None),
        "401": client.ask(""),
        "401 password": client.ask(session.replace(WIRE_SECRET, "x")),
        "403 foreign": elsewhere.ask(session),
        "history": client.ask(session, path=HISTORY),
        "history 403": client.ask(session, path=HISTORY, hoTenCb=COLLEAGUE_NAME, cccdCb=COLLEAGUE_CITIZEN),
        "history 060": client.ask(session, path=HISTORY, hoTen="ĐẶNG"),
        "record": client.send(RECORD, b"", query=f"{session}&maHoSo={own}"),
        "record opened": client.send(RECORD, b"", query=f"{session}&maHoSo={foreign}"),
        "record unknown": client.send(RECORD, b"", query=f"{session}&maHoSo=1"),
        "record form": client.send(RECORD, b"", query=f"{session}&maHoSo=x"),
        "record 401": client.send(RECORD, b"", query="maHoSo=1"),
        "facility": client.send(FACILITY, b"", query=f"{session}&maCSKCB=01998"),
        "facility unknown": client.send(FACILITY, b"", query=f"{session}&maCSKCB=09999"),
        "facility form": client.send(FACILITY, b"", query=f"{session}&maCSKCB=x"),
        "facility 401": client.send(FACILITY, b"", query="maCSKCB=x"),
    }
    accounts.revoke_right(holder=house.account, right=Right.HISTORY_LOOKUP, reason="test", by="test", at=NOW)
    heard["history without right"] = client.ask(session, path=HISTORY)
    heard["record without right"] = client.send(RECORD, b"", query=f"{session}&maHoSo={own}")
    accounts.revoke_right(holder=house.account, right=Right.CARD_LOOKUP, reason="test", by="test", at=NOW)
    heard["403 right"] = client.ask(session)
    heard["facility without right"] = client.send(FACILITY, b"", query=f"{session}&maCSKCB=01998")
    clock.moment += timedelta(minutes=10)
    heard["401 over"] = client.ask(session)
    accounts.lock_api_account(account=house.account, reason="test", by="test", at=clock.moment)
    heard["take locked"] = client.take()
    return heard


def test_each_call_that_reaches_a_function_leaves_exactly_one_entry(
    client: Client, house: House, moment: Clock
) -> None:
    heard = many_calls(client, house, moment)
    entries = {name: Entry.objects.filter(reference=one.headers["X-Ma-Tham-Chieu"]) for name, one in heard.items()}
    assert {name: rows.count() for name, rows in entries.items()} == dict.fromkeys(heard, 1)
    codes = {name: one.code for name, one in heard.items()}
    assert {code for name, code in codes.items() if name[:3].isdigit()} >= {"000", "010", "050", "060", "205", "401"}
    assert all(code == name[:3] for name, code in codes.items() if name[:3].isdigit())
    for name, rows in entries.items():
        entry = rows.get()
        assert entry.address == (ELSEWHERE if "foreign" in name else "127.0.0.1"), name
        assert entry.at == (moment.moment if name in ("401 over", "take locked") else NOW), name
        if entry.event in ("lookup:card:answer", "gateway:facility:answer"):
            assert entry.outcome == heard[name].code or "403" in name
        else:
            assert entry.event in ("tokens:session:take", "lookup:record:answer", "gateway:call:refuse"), name


def test_what_reaches_no_function_leaves_none(client: Client, session: str, state: State) -> None:
    heard = [
        client.send("/api/no", b"{}"), client.send(KQ2024, method="GET"), client.send(KQ2024, method="OPTIONS"),
        client.send(KQ2024, b"<", query=session), client.send(KQ2024, b"x" * 300_000, query=session),
        client.ask(session, path="/api/egw/KQNhanLichSuKCB2019"), Client(client.gateway, STRANGER).ask(session),
        client.send("/healthz", method="GET"),
    ]  # fmt: skip
    assert [one.status for one in heard] == [404, 405, 204, 200, 413, 200, 403, 200]
    state.write_tallies()
    assert not Entry.objects.filter(reference__in=[one.headers["X-Ma-Tham-Chieu"] for one in heard]).exists()


def test_the_entry_names_account_unit_officer_function_and_person(client: Client, session: str, house: House) -> None:
    entry = entry_of(client.ask(session))
    assert (entry.event, entry.actor, entry.unit_code) == ("lookup:card:answer", "account:01999_BV", "01999")
    assert entry.officer == f"person:{house.officer.pk}"
    assert entry.object == f"insured:{house.patient.pk}"
    assert entry.outcome == "000"
    assert entry.details == {"function": "KQNhanLichSuKCB2024", "visits": 3}


def test_the_entry_says_when_no_history_was_released(client: Client, session: str, house: House) -> None:
    entry = entry_of(client.ask(session, hoTenCb=COLLEAGUE_NAME, cccdCb=COLLEAGUE_CITIZEN))
    assert entry.officer == f"person:{house.colleague.pk}"
    assert entry.details == {"function": "KQNhanLichSuKCB2024", "visits": None}
    assert entry_of(client.ask(session, path=HISTORY)).details == {"function": "Lskcb2025", "visits": 3}


def test_history_that_policy_leaves_out_is_neither_recorded_as_released_nor_opens_details(
    client: Client, session: str, house: House, state: State
) -> None:
    policy.set_parameter(
        parameter="history.in_2024_function", value=False, valid_from=NOW, source="CV 2746", by="test", at=NOW
    )
    state.standing.refresh()
    assert entry_of(client.ask(session)).details == {"function": "KQNhanLichSuKCB2024", "visits": None}
    detail = f"{session}&maHoSo={house.visits[2].record_number}"
    assert client.send(RECORD, b"", query=detail).code == "205"
    assert client.ask(session, path=HISTORY).code == "000"
    assert client.send(RECORD, b"", query=detail).code == "200"


def test_an_unknown_officer_and_person_are_named_by_keyed_digests(client: Client, session: str) -> None:
    entry = entry_of(client.ask(session, cccdCb=UNKNOWN_CITIZEN, maThe="099080009999"))
    assert entry.officer == f"citizen:{settings.KEYS.digest(UNKNOWN_CITIZEN).hex()}"
    assert entry.object == f"citizen:{settings.KEYS.digest('099080009999').hex()}"


def test_a_record_that_was_opened_is_named(client: Client, session: str, house: House) -> None:
    number = house.visits[0].record_number
    entry = entry_of(client.send(RECORD, b"", query=f"{session}&maHoSo={number}"))
    assert (entry.object, entry.outcome) == (f"insured:{house.patient.pk}", "200")
    assert entry.details == {"record": number}


@pytest.mark.parametrize("claimed", ["01999_bv\r\n2026 FORGED\x1b[0m", "a\nb" + "x" * 500, UNKNOWN_CITIZEN, SECRET, ""])
def test_what_cannot_be_an_accounts_name_is_recorded_as_a_digest(client: Client, claimed: str) -> None:
    for entry in (entry_of(client.take(claimed, "x")), entry_of(client.post(KQ2024, {"username": claimed}))):
        assert re.fullmatch(r"account:digest:[0-9a-f]{32}", entry.actor)


def test_a_refused_call_is_recorded_under_the_account_that_it_claims(client: Client) -> None:
    assert entry_of(client.post(KQ2024, {"username": " 01999_bv "})).actor == "account:01999_BV"


def forms(secret: str) -> list[str]:
    return [secret, secret.lower(), secret.upper(), secret.encode().hex()]


def test_no_secret_session_or_citizen_number_reaches_log_or_record(
    client: Client, house: House, state: State, moment: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    taken = client.take().json["APIKey"]
    query = f"token={taken['access_token']}&id_token={taken['id_token']}&username=01999_BV&password={SECRET}"
    assert client.ask(query).code == "000"
    client.ask(query + "x")
    client.send(KQ2024, f"{query}&cccdCb={UNKNOWN_CITIZEN}&maThe={PATIENT_CITIZEN}".encode())
    client.send(f"/api/egw/{PATIENT_CITIZEN}/{SECRET}", b"{}", query=query)
    client.send(KQ2024, f"<{SECRET}>{PATIENT_CITIZEN}".encode(), query=query)
    client.take(password=SECRET)
    many_calls(client, house, moment)
    state.write_tallies()
    said = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    held = "\n".join(str(row) for row in Entry.objects.values()) + "\n".join(str(row) for row in Check.objects.values())
    assert "01999_BV" in held
    assert len(said) > 1000
    secrets = [
        SECRET, WIRE_SECRET, taken["access_token"], taken["id_token"], OFFICER_CITIZEN, COLLEAGUE_CITIZEN,
        PATIENT_CITIZEN, UNKNOWN_CITIZEN,
    ]  # fmt: skip
    for secret in secrets:
        for form in forms(secret):
            assert form not in said
            assert form not in held
    for name in (OFFICER_NAME, house.patient.full_name, house.patient.address):
        assert name not in said
        assert name not in held


# An answer that cannot be put on record is not given


def refuse(_statement: str, _parameters: Mapping[str, object]) -> None:
    raise psycopg.OperationalError("the disk is full")


def lose(*_: object, **__: object) -> None:
    raise DatabaseError("the disk is full")


def without_data(heard: Heard, code: str) -> bool:
    told = heard.raw.decode()
    return (heard.status, heard.code) == (200, code) and not any(
        fact in told for fact in ("NGUYỄN", "Phường", "J02", "Viêm", "Bệnh viện", "access_token", "disk", "psycopg")
    )


@pytest.mark.parametrize("path", [KQ2024, HISTORY])
@pytest.mark.parametrize("asked", [{}, {"hoTen": "ĐẶNG"}, {"maThe": "X"}])
def test_a_look_up_that_cannot_be_recorded_is_refused_without_data(
    client: Client, session: str, monkeypatch: pytest.MonkeyPatch, path: str, asked: dict[str, Any]
) -> None:
    monkeypatch.setattr(hot, "run", refuse)
    heard = client.ask(session, path=path, **asked)
    assert without_data(heard, "101")
    assert "không ghi được nhật ký" in heard.json["ghiChu"]
    assert set(list(heard.json.values())[2:]) == {None}


def test_a_session_that_cannot_be_recorded_is_not_opened(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "run", refuse)
    heard = client.take()
    assert without_data(heard, "500")
    assert heard.json["APIKey"] is None


def test_details_that_cannot_be_recorded_are_refused(
    client: Client, session: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "record", lose)
    heard = client.send(RECORD, b"", query=f"{session}&maHoSo={house.visits[0].record_number}")
    assert without_data(heard, "500")
    assert heard.headers["X-Ma-Tham-Chieu"] in heard.json["ghiChu"]


def test_a_facility_answer_that_cannot_be_recorded_is_refused(
    client: Client, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "record", lose)
    assert without_data(client.send(FACILITY, b"", query=f"{session}&maCSKCB=01998"), "500")


def test_a_refusal_that_cannot_be_recorded_says_only_that_something_broke(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "record", lose)
    assert without_data(client.ask(""), "101")


@pytest.mark.parametrize(
    ("broken", "code"), [(RegistryUnreachableError("gone"), "100"), (ValueError("a row nobody expected"), "101")]
)
def test_a_registry_that_fails_is_told_by_code_recorded_and_never_explained(
    client: Client, monkeypatch: pytest.MonkeyPatch, state: State, broken: Exception, code: str
) -> None:
    session = client.session()

    def read(_ask: Ask) -> Facts:
        raise broken

    monkeypatch.setattr(state, "read", read)
    for path in (KQ2024, HISTORY):
        heard = Client(Gateway(state)).ask(session, path=path)
        assert without_data(heard, code)
        assert not any(told in heard.raw.decode() for told in ("gone", "nobody expected"))
        assert (entry_of(heard).outcome, entry_of(heard).object) == (code, "card:GD4019900000001")


def test_a_fault_anywhere_is_json_of_the_functions_shape_with_a_reference_that_the_log_knows(
    client: Client, session: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(application, "bind", broken)
    for function in FUNCTIONS.values():
        heard = client.ask(session, path=function.path)
        assert heard.code == function.shape.fault_code
        assert set(heard.json) >= set(function.shape.keys)
        assert "secret inside" not in heard.raw.decode()
        reference = heard.headers["X-Ma-Tham-Chieu"]
        assert any(reference in record.getMessage() and record.exc_info for record in caplog.records)
        if function.shape.says_why:
            assert reference in heard.json["ghiChu"]


@pytest.mark.parametrize(
    ("proxy", "told", "recorded"),
    [
        ("127.0.0.1", "40000", 40000),
        ("127.0.0.9", "40000", None),
        ("127.0.0.1", "400000", None),
        ("127.0.0.1", "-1", None),
    ],
)
def test_the_source_port_is_what_our_own_proxy_tells(state: State, proxy: str, told: str, recorded: int | None) -> None:
    through = Client(Gateway(state, trusted=[ip_network("127.0.0.1/32")]), address=proxy)
    headers = {"X-Client-Port": told, "X-Forwarded-For": "127.0.0.9"}
    body = json.dumps({"username": "01999_BV", "password": WIRE_SECRET}).encode()
    assert entry_of(through.send("/api/token/take", body, headers=headers)).port == recorded
