"""The bytes of token/take."""

from __future__ import annotations

import pytest

from congbhyt.accounts import actions as accounts
from tests import factories
from tests.factories import House
from tests.wire.client import Client, Heard, assert_golden


def settled(heard: Heard) -> bytes:
    """The answer with the two random numbers of its session replaced."""
    key = heard.json["APIKey"]
    token, id_token = str(key["access_token"]), str(key["id_token"])
    assert len(token) == 64
    raw = heard.raw.replace(token.encode(), b"0" * 64)
    return raw.replace(id_token.encode(), b"11111111-2222-4333-8444-555555555555")


def test_a_session(client: Client) -> None:
    heard = client.take()
    assert heard.status == 200
    assert heard.headers["Content-Type"] == "application/json; charset=utf-8"
    assert heard.headers["Cache-Control"] == "no-store"
    assert_golden(settled(heard), "token_take_200.json")


def test_the_account_is_echoed_as_registered_whatever_case_was_sent(client: Client) -> None:
    assert_golden(settled(client.take("01999_bv")), "token_take_200.json")


@pytest.mark.parametrize(
    ("username", "password"),
    [("01999_BV", "0" * 32), ("01000_BV", "0" * 32), ("", ""), ("01999_BV", ""), ("01999_BV", "\N{FIRE}" * 9)],
)
def test_wrong_or_unknown_credentials(client: Client, username: str, password: str) -> None:
    heard = client.take(username, password)
    assert heard.status == 200
    assert_golden(heard.raw, "token_take_401.json")


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"username":1,"password":["x"]}', b"username="])
def test_credentials_that_are_not_there(client: Client, body: bytes) -> None:
    assert_golden(client.send("/api/token/take", body).raw, "token_take_401.json")


def test_a_facility_code_that_is_not_the_accounts(client: Client) -> None:
    fields = {"username": "01999_BV", "password": factories.WIRE_SECRET, "maCSKCB": "01998"}
    heard = client.post("/api/token/take", fields)
    assert heard.status == 200
    assert_golden(heard.raw, "token_take_402.json")


def test_a_locked_account(client: Client, house: House) -> None:
    accounts.lock_api_account(account=house.account, reason="test", by="test", at=factories.NOW)
    heard = client.take()
    assert heard.status == 200
    assert_golden(heard.raw, "token_take_403_locked.json")


def test_right_credentials_from_an_address_of_another_unit(client: Client) -> None:
    heard = Client(client.gateway, "203.0.113.9").take()
    assert heard.status == 403
    assert_golden(heard.raw, "token_take_403_foreign.json")


def test_an_address_of_no_unit(client: Client) -> None:
    heard = Client(client.gateway, "198.51.100.7").take()
    assert heard.status == 403
    assert_golden(heard.raw, "token_take_403_unregistered.json")


def test_an_unreadable_body(client: Client) -> None:
    heard = client.send("/api/token/take", b"<xml/>")
    assert heard.status == 200
    assert_golden(heard.raw, "token_take_205.json")


def test_a_body_too_large(client: Client) -> None:
    heard = client.send("/api/token/take", b"x" * 300_000)
    assert heard.status == 413
    assert_golden(heard.raw, "token_take_413.json")
