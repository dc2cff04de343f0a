"""Sealing, comparing and the file that holds the keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.keyring import KeyFileError, KeyRing, create_keys, fingerprint, read_keys

OLD, NEW = b"1" * 32, b"2" * 32
RING = KeyRing({1: OLD, 2: NEW}, b"d" * 32, b"s" * 32, "x" * 50)


@given(st.text())
def test_what_is_sealed_opens_again_and_looks_different_each_time(text: str) -> None:
    first, second = RING.seal(text), RING.seal(text)
    assert RING.open(first) == RING.open(second) == text
    assert first != second
    assert RING.open(memoryview(first)) == text  # as the database driver hands bytes over


@given(st.text(min_size=1), st.data())
def test_a_changed_byte_never_opens(text: str, data: st.DataObject) -> None:
    sealed = bytearray(RING.seal(text))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((InvalidTag, KeyError)):
        RING.open(bytes(sealed))


def test_the_newest_key_seals_and_the_older_still_opens() -> None:
    before = KeyRing({1: OLD}, b"d" * 32, b"s" * 32, "x")
    sealed = before.seal("099199000001")
    assert (sealed[0], RING.seal("a")[0]) == (1, 2)
    assert RING.open(sealed) == "099199000001"
    with pytest.raises(KeyError):
        KeyRing({2: NEW}, b"d" * 32, b"s" * 32, "x").open(sealed)


@given(st.text(), st.text())
def test_digests_are_equal_for_equal_texts_only_and_depend_on_the_key(one: str, other: str) -> None:
    assert (RING.digest(one) == RING.digest(other)) == (one == other)
    assert RING.digest(one) != KeyRing({1: OLD}, b"e" * 32, b"s" * 32, "x").digest(one)
    assert len(RING.digest(one)) == 16
    assert fingerprint(one) != fingerprint(one + "x")


def test_a_session_mac_binds_both_token_and_secret() -> None:
    made = {RING.session_mac(token, secret) for token in ("a", "b") for secret in ("A", "B")}
    assert len(made) == 4


def test_a_created_file_is_private_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "keys.json"
    create_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    ring = read_keys(path)
    assert ring.open(read_keys(path).seal("x")) == "x"
    assert len(ring.django_key) >= 50


def test_two_created_files_share_nothing(tmp_path: Path) -> None:
    create_keys(tmp_path / "a")
    create_keys(tmp_path / "b")
    one, other = read_keys(tmp_path / "a"), read_keys(tmp_path / "b")
    assert one.digest("x") != other.digest("x")
    assert one.session_mac("x", "y") != other.session_mac("x", "y")
    with pytest.raises(InvalidTag):
        other.open(one.seal("x"))


def test_creating_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_keys(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        create_keys(path)
    assert path.read_bytes() == before


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="congbhyt keys create"):
        read_keys(tmp_path / "keys.json")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o666, 0o700 | 0o001])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    create_keys(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_keys(path)


GOOD = {"sealing": {"1": "11" * 32}, "digest": "22" * 32, "session": "33" * 32, "django": "x" * 50}


@pytest.mark.parametrize(
    "content",
    [
        "", "x", "[]", "1", "null", '"text"', "{}", b"\xff\xfe\x00",
        *(json.dumps({name: value for name, value in GOOD.items() if name != left_out}) for left_out in GOOD),
        json.dumps({**GOOD, "sealing": {}}), json.dumps({**GOOD, "sealing": []}),
        json.dumps({**GOOD, "sealing": {"x": "11" * 32}}),
        json.dumps({**GOOD, "sealing": {"1": "zz"}}), json.dumps({**GOOD, "sealing": {"1": "11" * 5}}),
        json.dumps({**GOOD, "sealing": {"1": "11" * 16}}), json.dumps({**GOOD, "sealing": {"256": "11" * 32}}),
        json.dumps({**GOOD, "sealing": {"-1": "11" * 32}}), json.dumps({**GOOD, "sealing": {"1": 7}}),
        json.dumps({**GOOD, "digest": ""}), json.dumps({**GOOD, "session": "33"}), json.dumps({**GOOD, "digest": None}),
        json.dumps({**GOOD, "django": ""}), json.dumps({**GOOD, "django": 5}),
    ],
)  # fmt: skip
def test_what_is_no_key_file_is_refused_without_showing_it(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as refused:
        read_keys(path)
    assert "11" * 5 not in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(KeyFileError):
        read_keys(tmp_path)
