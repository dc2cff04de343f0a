"""When two spellings are one name, and in which order names stand."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.names import name_key, same_first_letter, same_name, sort_key, tidy

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: list[Form] = ["NFC", "NFD", "NFKC", "NFKD"]
TONES = "\u0300\u0309\u0303\u0301\u0323"
ONSETS = ["", "b", "ch", "đ", "g", "kh", "l", "ngh", "nh", "qu", "t", "tr", "v", "x"]
CODAS = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"]
NUCLEI = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "oa", "oe", "uy", "uê", "ươ", "iê", "yê", "uya"]


@st.composite
def syllables(draw: st.DrawFn) -> tuple[str, str]:
    """One syllable written twice, its tone on two letters of the same nucleus."""
    onset, nucleus, coda = (draw(st.sampled_from(parts)) for parts in (ONSETS, NUCLEI, CODAS))
    tone = draw(st.sampled_from(["", *TONES]))
    places = st.integers(1, len(nucleus))
    spellings = [
        unicodedata.normalize("NFC", onset + nucleus[:place] + tone + nucleus[place:] + coda)
        for place in (draw(places), draw(places))
    ]
    return spellings[0], spellings[1]


NAMES = st.lists(syllables(), min_size=1, max_size=5)


@given(NAMES)
def test_the_place_of_the_tone_mark_does_not_count(words: list[tuple[str, str]]) -> None:
    assert same_name(" ".join(one for one, _ in words), " ".join(other for _, other in words))


@given(NAMES, st.sampled_from(FORMS))
def test_neither_unicode_form_nor_case_nor_spaces_count(words: list[tuple[str, str]], form: Form) -> None:
    name = " ".join(one for one, _ in words)
    for other in (
        unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name).upper(), name.title(),
        f"\t {name.replace(' ', '   ')}\u00a0\n", unicodedata.normalize(form, name.upper()),
    ):  # fmt: skip
        assert same_name(name, other)
        assert tidy(other).count(" ") == len(words) - 1


@given(NAMES, NAMES)
def test_same_name_is_symmetric_and_follows_the_key(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    first, second = " ".join(word for word, _ in one), " ".join(word for word, _ in other)
    assert same_name(first, second) == same_name(second, first) == (name_key(first) == name_key(second))


@given(syllables(), st.sampled_from(TONES), st.sampled_from(TONES))
def test_another_tone_is_another_name(word: tuple[str, str], tone: str, other: str) -> None:
    bare = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", word[0]) if c not in TONES))
    assert same_name(bare + tone, bare + other) == (tone == other)
    assert not same_name(bare, bare + tone)


@given(st.text())
def test_any_text_has_a_stable_key_and_place(text: str) -> None:
    assert name_key(text) == name_key(unicodedata.normalize("NFD", text)) == name_key(tidy(text))
    assert same_name(text, text)
    assert sort_key(text).isascii()
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HÒA", "hoà"), ("Thúy", "Thuý"), ("NGUYỄN VĂN THỦY", "Nguyễn Văn Thuỷ"), ("Khỏe", "Khoẻ"), ("Quý", "Qúy"),
        ("  Trần   Thị  B ", "TRẦN THỊ B"), ("Đặng", "ĐẶNG"), ("ƯỜN", "ườn"), ("Hoàn", "Hòan"),
    ],
)  # fmt: skip
def test_these_are_one_name(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đặng", "Dặng"), ("Hoa", "Hoà"), ("Hòa", "Hóa"), ("Tuấn", "Tuân"), ("Văn An", "Vă nAn"), ("An Ba", "Ba An"),
        ("Nguyễn", "Nguyen"), ("Thu", "Thư"), ("An", "Ân"), ("An", "An An"), ("", "A"),
    ],
)  # fmt: skip
def test_these_are_two_names(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("NGUYỄN", "ngô", True), ("ĐẶNG", "DẶNG", False), ("Án", "an", True), ("Ân", "An", False), ("", "", False),
        ("Ô", "Ồ", True), (" Lê", "LƯU", True), ("", "A", False),
    ],
)  # fmt: skip
def test_the_first_letter_counts_without_its_tone(one: str, other: str, same: bool) -> None:
    assert same_first_letter(one, other) is same
    assert same_first_letter(other, one) is same


def test_names_stand_in_dictionary_order() -> None:
    ordered = [
        "An", "Án", "An Bình", "An Bính", "Án Bính", "An Cao", "Ăn", "Ân", "Bá", "Cao", "Dung", "Đa", "Đặng", "Em",
        "Hoa", "Hoà", "Hoả", "Hoã", "Hoá", "Hoạ", "Hoan", "Lê", "Ly", "Nga", "Ngân", "Ngọc", "Nguyên", "Nguyễn", "Nhi",
        "Ô", "Ơ", "Thu", "Thư", "Ư", "Xuân", "Ý",
    ]  # fmt: skip
    assert sorted(set(ordered), key=sort_key) == ordered
    assert sorted(ordered, key=lambda name: sort_key(name.upper())) == ordered


@given(NAMES)
def test_two_spellings_of_one_name_stand_together(words: list[tuple[str, str]]) -> None:
    assert sort_key(" ".join(one for one, _ in words)) == sort_key(" ".join(other for _, other in words))
