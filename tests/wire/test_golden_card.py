"""The bytes of KQNhanLichSuKCB2024: 22 keys in the order of Phụ lục 03 CV 1923/BHXH-CNTT §3."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.gateway.reply import CARD
from congbhyt.gateway.state import State
from congbhyt.insured.models import InsuredPerson, Visit
from congbhyt.policy import actions as policy
from tests import factories
from tests.factories import COLLEAGUE_CITIZEN, COLLEAGUE_NAME, House
from tests.wire.client import KQ2024, Client, assert_golden
from tests.wire.conftest import Clock

OFFICIAL_KEYS = [
    "maKetQua", "ghiChu", "maThe", "hoTen", "ngaySinh", "gioiTinh", "diaChi", "maDKBD", "cqBHXH", "gtTheTu", "gtTheDen",
    "maKV", "ngayDu5Nam", "maSoBHXH", "maTheCu", "maTheMoi", "gtTheTuMoi", "gtTheDenMoi", "maDKBDMoi", "tenDKBDMoi",
    "dsLichSuKCB2018", "dsLichSuKT2018",
]  # fmt: skip


@pytest.fixture(autouse=True)
def known_numbers(house: House) -> None:
    """Give the visits record numbers that a golden answer can hold."""
    for number, visit in enumerate(house.visits, 9000000001):
        Visit.objects.filter(visit_code=visit.visit_code).update(record_number=number)


def test_a_valid_card_with_history_and_trail(client: Client, session: str, moment: Clock) -> None:
    assert_golden(client.ask(session).raw, "kq2024_000.json")
    moment.moment += timedelta(minutes=5)
    assert_golden(client.ask(session).raw, "kq2024_000_second.json")


def test_an_officer_without_the_history_right_gets_the_card_and_null_blocks(client: Client, session: str) -> None:
    heard = client.ask(session, hoTenCb=COLLEAGUE_NAME, cccdCb=COLLEAGUE_CITIZEN)
    assert_golden(heard.raw, "kq2024_000_without_history.json")


def test_policy_can_empty_the_history_blocks_as_after_cv_2746(client: Client, session: str, state: State) -> None:
    policy.set_parameter(
        parameter="history.in_2024_function", value=False, valid_from=factories.NOW, source="CV 2746",
        by="test", at=factories.NOW,
    )  # fmt: skip
    state.standing.refresh()
    assert_golden(client.ask(session).raw, "kq2024_000_without_history.json")


def test_a_person_without_visits_has_empty_lists_not_null(client: Client, session: str) -> None:
    factories.insure("9900000002", "LÊ THỊ MỚI", "05/1990", "HC4019900000002", days=(0, None))
    heard = client.ask(session, maThe="HC4019900000002", hoTen="LÊ THỊ MỚI", ngaySinh="1990")
    assert_golden(heard.raw, "kq2024_000_without_visits.json")


def test_an_old_card_over_and_its_new_one(client: Client, session: str) -> None:
    factories.insure("9900000003", "PHẠM VĂN ĐỔI", "02/02/1975", "GD4019900000003", days=(-700, -10))
    factories.insure("9900000003", "", "1975", "DN4019900000003", days=(-9, 300), replaces="GD4019900000003")
    heard = client.ask(session, maThe="GD4019900000003", hoTen="PHẠM VĂN ĐỔI", ngaySinh="02/02/1975")
    assert_golden(heard.raw, "kq2024_003.json")


@pytest.mark.parametrize("status", ["army", "police"])
def test_cards_of_army_and_police_keep_the_official_sentence(client: Client, session: str, status: str) -> None:
    factories.insure("9900000004", "VŨ VĂN QUÂN", "03/03/1983", "QN5979900000004", status=status)
    heard = client.ask(session, maThe="QN5979900000004", hoTen="VŨ VĂN QUÂN", ngaySinh="03/03/1983")
    assert_golden(heard.raw, f"kq2024_{status}.json")


def test_an_expired_card_has_facts_but_no_history(client: Client, session: str) -> None:
    factories.insure("9900000005", "HỒ THỊ HẾT", "04/04/1964", "GD4019900000005", days=(-700, -1))
    heard = client.ask(session, maThe="GD4019900000005", hoTen="HỒ THỊ HẾT", ngaySinh="04/04/1964")
    assert_golden(heard.raw, "kq2024_010.json")


WRONG: dict[str, dict[str, Any]] = {
    "050": {"maThe": "GD4019900009999"},
    "051": {"maThe": "GD40199"},
    "052": {"maThe": "GD4999900000001"},
    "053": {"maThe": "GD9019900000001"},
    "054": {"cccdCb": "099199009999"},
    "055": {"hoTenCb": "NGUYỄN THỊ KHÁC"},
    "060": {"hoTen": "ĐẶNG VĂN THỬ"},
    "061": {"hoTen": "NGÔ VĂN THỬ"},
    "070": {"ngaySinh": "02/01/1980"},
    "205": {"ngaySinh": "31/02/1980"},
    "205_null_officer": {"hoTenCb": ""},
}


@pytest.mark.parametrize("code", WRONG)
def test_an_error_has_every_key_and_no_fact(client: Client, session: str, code: str) -> None:
    heard = client.ask(session, **WRONG[code])
    assert heard.status == 200
    assert_golden(heard.raw, f"kq2024_{code}.json")


def test_a_missing_session(client: Client) -> None:
    heard = client.ask("")
    assert heard.status == 200
    assert_golden(heard.raw, "kq2024_401_wrong.json")


def test_a_session_past_its_end(client: Client, session: str, moment: Clock) -> None:
    moment.moment += timedelta(minutes=10)
    heard = client.ask(session)
    assert heard.status == 200
    assert_golden(heard.raw, "kq2024_401_over.json")


def test_an_account_without_the_right(client: Client, session: str, house: House) -> None:
    accounts.revoke_right(holder=house.account, right=Right.CARD_LOOKUP, reason="test", by="test", at=factories.NOW)
    heard = client.ask(session)
    assert heard.status == 200
    assert_golden(heard.raw, "kq2024_403.json")


def test_an_address_of_no_unit(client: Client, session: str) -> None:
    heard = Client(client.gateway, "2001:db8::7").ask(session)
    assert heard.status == 403
    assert_golden(heard.raw, "kq2024_403_unregistered.json")


def test_a_session_used_from_the_address_of_another_unit(client: Client, session: str) -> None:
    heard = Client(client.gateway, "203.0.113.9").ask(session)
    assert heard.status == 403
    assert_golden(heard.raw, "kq2024_403_foreign.json")


def test_an_unreadable_body(client: Client, session: str) -> None:
    heard = client.send(KQ2024, b"[1,2]", query=session)
    assert heard.status == 200
    assert_golden(heard.raw, "kq2024_205_unreadable.json")


def test_every_answer_has_the_22_official_keys_in_order(client: Client, session: str) -> None:
    assert ["maKetQua", "ghiChu", *CARD.keys[2:]] == OFFICIAL_KEYS
    for heard in (client.ask(session), client.ask(session, hoTen="X"), client.ask(""), client.send(KQ2024, b"<")):
        assert list(heard.json) == OFFICIAL_KEYS


def test_the_house_is_the_one_of_the_golden_answers(client: Client, session: str, house: House) -> None:
    """Facts leave exactly as the registry holds them."""
    answer = json.loads(client.ask(session).raw)
    held = InsuredPerson.objects.get(pk=house.patient.pk)
    assert (answer["hoTen"], answer["diaChi"], answer["maSoBHXH"]) == (held.full_name, held.address, held.social_number)
