"""Numbers of people, cards and units, as people and scanners type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.identifiers import (
    AskedBy,
    CardAsk,
    clean_number,
    clean_typed_number,
    is_card_number,
    is_citizen_number,
    is_social_number,
    is_unit_code,
    masked,
    tidy_phone,
)

CARDS = st.from_regex(r"[A-Z]{2}[1-5][0-9]{2}[0-9]{10}", fullmatch=True)
SOCIALS = st.from_regex(r"[0-9]{10}", fullmatch=True)
CITIZENS = st.from_regex(r"[0-9]{12}", fullmatch=True)
NOISE = st.lists(st.sampled_from([" ", "-", "_", "\t", "\u00a0", "\u2013", "\r\n", ""]), min_size=20, max_size=20)


def noisy(number: str, noise: list[str]) -> str:
    return "".join(between + sign for between, sign in zip(noise, number, strict=False)) + noise[-1]


@given(CARDS, NOISE, st.from_regex(r"[0-9A-Za-z]{2}", fullmatch=True))
def test_a_card_is_read_through_spaces_dashes_and_case_with_or_without_two_more(
    number: str, noise: list[str], more: str
) -> None:
    ask = CardAsk(number, AskedBy.CARD)
    assert CardAsk.parse(noisy(number, noise)) == CardAsk.parse(number.lower()) == CardAsk.parse(number + more) == ask
    assert CardAsk.parse(noisy(number + more, noise)) == ask
    assert (ask.benefit_digit, ask.province) == (number[2], number[3:5])
    assert is_card_number(number)


@given(SOCIALS, CITIZENS, NOISE)
def test_ten_digits_are_a_social_number_and_twelve_a_citizens(social: str, citizen: str, noise: list[str]) -> None:
    assert CardAsk.parse(noisy(social, noise)) == CardAsk(social, AskedBy.SOCIAL)
    assert CardAsk.parse(noisy(citizen, noise)) == CardAsk(citizen, AskedBy.CITIZEN)
    assert CardAsk(social, AskedBy.SOCIAL).province == CardAsk(citizen, AskedBy.CITIZEN).benefit_digit == ""
    assert is_social_number(social)
    assert is_citizen_number(citizen)


@given(st.text(max_size=20) | st.from_regex(r"[A-Z0-9 -]{8,19}", fullmatch=True))
def test_whatever_is_read_has_one_of_the_three_forms(text: str) -> None:
    ask = CardAsk.parse(text)
    forms = {AskedBy.CARD: 15, AskedBy.SOCIAL: 10, AskedBy.CITIZEN: 12}
    if ask:
        assert len(ask.number) == forms[ask.by]
        assert ask.number.isascii()
        assert ask.number.isalnum()
        assert CardAsk.parse(ask.number) == ask


@given(st.integers(0, 30).filter(lambda size: size not in (10, 12)))
def test_digits_of_another_length_are_nothing(size: int) -> None:
    assert CardAsk.parse("9" * size) is None


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "GD401990000001", "GD40199000000011", "GD401990000000112", "G14019900000001", "ĐD4019900000001",
        "GD4019900000O01", "٩٩٠٠٠٠٠٠٠١", "９９００００００01", "GD4.019900000001", "GD4019900000001'",
        "'GD4019900000001",
        "GD4019900000001\0", "99000000０1", "GD4019900000001\u200b",
    ],
)  # fmt: skip
def test_these_have_no_possible_form(text: str) -> None:
    expected = CardAsk("GD4019900000001", AskedBy.CARD) if text == "GD401990000000112" else None
    assert CardAsk.parse(text) == expected


def test_a_benefit_digit_of_9_has_a_cards_form_but_is_no_card_number() -> None:
    assert CardAsk.parse("GD9019900000001") == CardAsk("GD9019900000001", AskedBy.CARD)
    assert not is_card_number("GD9019900000001")


@given(st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_number(clean_number(text)) == clean_number(text)


@pytest.mark.parametrize(("typed", "number"), [
    ("GD 4 01.9900.000001", "GD4019900000001"), ("gd-4-01-99-000-00001", "GD4019900000001"),
    ("GD.4.01.99.0000.0001.", "GD4019900000001"), ("99.0000.0001", "9900000001"), ("9900000001", "9900000001"),
    ("099 000.000_001", "099000000001"), ("\t099.000000001\r\n", "099000000001"), ("...", ""), ("", ""),
    ("9900000001\u3002", "9900000001\u3002"), ("99,00000001", "99,00000001"),
])  # fmt: skip
def test_dots_that_people_type_are_dropped_besides_what_the_wire_drops(typed: str, number: str) -> None:
    assert clean_typed_number(typed) == number


def test_the_wire_keeps_refusing_dots() -> None:
    assert clean_number("GD 4 01.9900.000001") == "GD401.9900.000001"
    assert CardAsk.parse("GD 4 01.9900.000001") is None
    assert CardAsk.parse(clean_typed_number("GD 4 01.9900.000001")) == CardAsk("GD4019900000001", AskedBy.CARD)


@given(st.text(max_size=40))
def test_typed_numbers_differ_from_the_wires_in_dots_alone(text: str) -> None:
    assert clean_typed_number(text) == clean_number(text).replace(".", "")
    assert clean_typed_number(clean_typed_number(text)) == clean_typed_number(text)


@pytest.mark.parametrize(("code", "good"), [
    ("01999", True), ("A1B2C", True), ("0199", False), ("019999", False), ("0199a", False), ("01 99", False),
    ("01999\n", False), ("٠١٩٩٩", False), ("", False),
])  # fmt: skip
def test_a_unit_code_has_five_digits_or_capitals(code: str, good: bool) -> None:
    assert is_unit_code(code) is good


@pytest.mark.parametrize(("text", "phone"), [
    ("0000000101", "0000000101"), ("+84 000 000 101", "0000000101"), ("84000000101", "0000000101"),
    ("(000) 000-0101", "0000000101"), ("000.000.0101", "0000000101"), ("8400000010", None), ("000000010", None),
    ("00000001011", None), ("abc", None), ("", None), ("1000000101", None), ("٠٠٠٠٠٠٠١٠١", None),
])  # fmt: skip
def test_a_phone_is_ten_digits_from_zero(text: str, phone: str | None) -> None:
    assert tidy_phone(text) == phone


@given(st.text(max_size=20))
def test_a_masked_number_shows_its_last_three_signs_and_its_length(text: str) -> None:
    assert len(masked(text)) == len(text)
    assert masked(text)[-3:] == text[-3:]
    assert set(masked(text)[:-3]) <= {"•"}
