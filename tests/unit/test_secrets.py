"""API secrets: what the wire carries, what is stored, what is remembered."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from congbhyt.accounts import secrets
from congbhyt.accounts.secrets import Verifier

MD5_OF_ABC = "900150983CD24FB0D6963F7D28E17F72"  # RFC 1321, appendix A.5
STORED = secrets.digest("abc")
OTHER = secrets.digest("another")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stored digests against which argon2 was run, in order."""
    ran: list[str] = []
    real = secrets._verify

    def noting(stored: str, wire: str) -> bool:
        ran.append(stored)
        return real(stored, wire)

    monkeypatch.setattr(secrets, "_verify", noting)
    return ran


@pytest.mark.parametrize("sent", [MD5_OF_ABC, MD5_OF_ABC.lower(), f" {MD5_OF_ABC} ", "abc"])
def test_every_way_in_which_programs_send_a_secret_is_one_wire_form(sent: str) -> None:
    assert secrets.wire_form(sent) == MD5_OF_ABC


def test_a_clear_secret_counts_to_the_letter() -> None:
    assert secrets.wire_form("Abc") != MD5_OF_ABC


def test_the_stored_form_is_argon2id_as_decided_and_holds_no_md5() -> None:
    chosen = extract_parameters(STORED)
    assert (chosen.type, chosen.memory_cost, chosen.time_cost, chosen.parallelism) == (Type.ID, 19456, 2, 1)
    assert MD5_OF_ABC not in STORED.upper()


def test_one_secret_is_stored_differently_each_time() -> None:
    assert secrets.digest("abc") != STORED


def test_generated_secrets_differ_and_are_long() -> None:
    generated = {secrets.generate() for _ in range(50)}
    assert len(generated) == 50
    assert min(map(len, generated)) >= 27


def test_a_right_secret_matches_and_a_wrong_one_does_not() -> None:
    assert Verifier().matches(MD5_OF_ABC, [STORED])
    assert not Verifier().matches(MD5_OF_ABC, [OTHER])


def test_either_of_two_secrets_matches() -> None:
    assert Verifier().matches(MD5_OF_ABC, [OTHER, STORED])


def test_a_verified_secret_is_hashed_once(hashed: list[str]) -> None:
    verifier = Verifier()
    assert [verifier.matches(MD5_OF_ABC, [STORED]) for _ in range(5)] == [True] * 5
    assert hashed == [STORED]


def test_a_wrong_secret_is_hashed_every_time(hashed: list[str]) -> None:
    verifier = Verifier()
    assert [verifier.matches(MD5_OF_ABC, [OTHER]) for _ in range(2)] == [False, False]
    assert hashed == [OTHER, OTHER]


def test_an_unknown_account_is_hashed_like_a_wrong_secret(hashed: list[str]) -> None:
    assert not Verifier().matches(MD5_OF_ABC, [])
    assert len(hashed) == 1


def test_a_remembered_secret_that_was_retired_no_longer_matches() -> None:
    verifier = Verifier()
    assert verifier.matches(MD5_OF_ABC, [STORED])
    assert not verifier.matches(MD5_OF_ABC, [OTHER])


def test_what_one_process_remembers_another_does_not(hashed: list[str]) -> None:
    assert Verifier().matches(MD5_OF_ABC, [STORED])
    assert Verifier().matches(MD5_OF_ABC, [STORED])
    assert hashed == [STORED, STORED]


def test_the_longest_unused_secret_is_forgotten_first(hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_REMEMBERED", 1)
    verifier = Verifier()
    for wire, stored in ((MD5_OF_ABC, STORED), (secrets.md5("another"), OTHER), (MD5_OF_ABC, STORED)):
        assert verifier.matches(wire, [stored])
    assert hashed == [STORED, OTHER, STORED]


def test_a_damaged_digest_matches_nothing() -> None:
    assert not Verifier().matches(MD5_OF_ABC, ["damaged"])
