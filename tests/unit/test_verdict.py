"""The verdict: one table over all 26 official codes, and which of two wrong things is told."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from congbhyt.insured.statuses import CardStatus
from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.result_codes import RESULT_CODES
from congbhyt.lookup.rules import (
    NULL_OFFICER,
    Card,
    Case,
    Insured,
    Officer,
    Question,
    Registry,
    Verdict,
    form_verdict,
    is_withheld,
    verdict,
)

TODAY = date(2026, 3, 2)
NUMBER = "GD4019900000001"
NEWER = "DN4019900000001"


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def card(begins: int = -200, ends: int | None = 200, *, number: str = NUMBER, status: str = "valid") -> Card:
    """A card period given in days from today."""
    return Card(
        number, day(begins), None if ends is None else day(ends), CardStatus(status), "01999", "Bệnh viện", "BHXH", "",
        None,
    )  # fmt: skip


def insured(*cards: Card, name: str = "NGUYỄN VĂN THỬ", birth: str = "01/01/1980") -> Insured:
    born = BirthDate.parse(birth)
    assert born
    return Insured(1, "9900000001", name, born, 1, "Phường Thử Nghiệm", cards)


GOOD = Case(
    Question(NUMBER, "NGUYỄN VĂN THỬ", "01/01/1980", "NGUYỄN THỊ KIỂM THỬ", "099199000001"),
    TODAY,
    frozenset({"01", "97"}),
    officer=Officer(7, "Nguyễn Thị Kiểm Thử", sees_history=True),
    insured=insured(card()),
)


def asking(**changed: str | None) -> Case:
    return replace(GOOD, question=replace(GOOD.question, **changed))


def holding(*cards: Card) -> Case:
    return replace(GOOD, insured=insured(*cards))


TABLE: list[tuple[str, str, Case]] = [
    # code, what it shows, case
    ("000", "a card valid today", GOOD),
    ("000", "its first day", holding(card(0, 1))),
    ("000", "its last day", holding(card(-1, 0))),
    ("000", "an open end", holding(card(-1, None))),
    ("000", "an earlier card does not count", holding(card(), card(-900, -201, number=NEWER))),
    ("000", "a later card that was revoked", holding(card(), card(1, 300, number=NEWER, status="revoked"))),
    ("000", "only the year is known", replace(GOOD, insured=insured(card(), birth="1980"))),
    ("000", "only the year is asked", asking(birth="1980")),
    ("000", "the month is asked", asking(birth="01/1980")),
    ("000", "eight digits", asking(birth="01011980")),
    ("000", "by social number", asking(card="9900000001")),
    ("000", "by citizen number", asking(card="099080000001")),
    ("000", "seventeen characters", asking(card=NUMBER + "01")),
    ("000", "card in another dress", asking(card="gd 4-01-9900 000001")),
    ("000", "names in another dress", asking(name=" nguyễn  văn thử", officer_name="NGUYỄN THỊ KIỂM THỬ ")),
    ("000", "no officer is asked", replace(
        GOOD, officer=None,
        question=replace(GOOD.question, officer_name=None, officer_citizen=None, names_officer=False),
    )),
    ("000", "of two periods the one valid today", holding(card(-900, -300), card(-10, 10))),
    ("000", "by person, a revoked card beside a good one", replace(
        asking(card="9900000001"), insured=insured(card(-5, 5, status="revoked"), card(-9, 9, number=NEWER))
    )),
    ("001", "army", holding(card(status="army"))),
    ("001", "army, even when over", holding(card(-9, -1, status="army"))),
    ("002", "police", holding(card(status="police"))),
    ("003", "over, a new card in force", holding(card(-300, -1), card(0, 300, number=NEWER))),
    ("003", "over, a new card later", holding(card(-300, -1), card(9, 300, number=NEWER))),
    ("003", "over, the same number again later", holding(card(-300, -1), card(9, 300))),
    ("004", "valid, a new card later", holding(card(-300, 5), card(6, 300, number=NEWER))),
    ("004", "valid, a new card overlaps", holding(card(-300, 50), card(-5, 300, number=NEWER))),
    ("010", "over yesterday", holding(card(-300, -1))),
    ("010", "begins tomorrow", holding(card(1, 300))),
    ("010", "over, the next is over too", holding(card(-300, -100), card(-99, -1, number=NEWER))),
    ("010", "over, the next was withdrawn", holding(card(-300, -1), card(0, 300, number=NEWER, status="stopped"))),
    ("010", "over, an older one still runs", holding(card(-30, -1), card(-300, 300, number=NEWER))),
    ("050", "nobody", replace(GOOD, insured=None)),
    ("050", "a person without this card", holding(card(number=NEWER))),
    ("050", "a person without any card", replace(asking(card="9900000001"), insured=insured())),
    ("051", "too short", asking(card="GD40199")),
    ("051", "eleven digits", asking(card="99000000011")),
    ("051", "sixteen characters", asking(card=NUMBER + "0")),
    ("051", "letters where digits stand", asking(card="GD40199000000O1")),
    ("051", "only dashes", asking(card="--- ---")),
    ("052", "no such province", asking(card="GD4999900000001")),
    ("053", "benefit digit 0", asking(card="GD0019900000001")),
    ("053", "benefit digit 6", asking(card="GD6019900000001")),
    ("054", "officer unknown", replace(GOOD, officer=None)),
    ("054", "officer's number of no form", replace(asking(officer_citizen="x"), officer=None)),
    ("055", "officer's name differs", asking(officer_name="NGUYỄN THỊ KIỂM")),
    ("060", "another name", asking(name="ĐẶNG VĂN THỬ")),
    ("060", "D is not Đ", replace(asking(name="DẶNG"), insured=insured(card(), name="ĐẶNG"))),
    ("061", "another name, first letter agrees", asking(name="NGÔ VĂN THỬ")),
    ("061", "a letter missing", asking(name="NGUYỄN VĂN TH")),
    ("061", "without tones", asking(name="NGUYEN VAN THU")),
    ("070", "another day", asking(birth="02/01/1980")),
    ("070", "another month", asking(birth="02/1980")),
    ("070", "another year", asking(birth="1981")),
    ("070", "day asked, month known differs", replace(
        asking(birth="05/02/1980"), insured=insured(card(), birth="01/1980")
    )),
    ("100", "registry unreachable", replace(GOOD, registry=Registry.UNREACHABLE, officer=None, insured=None)),
    ("101", "registry faulty", replace(GOOD, registry=Registry.FAULTY, officer=None, insured=None)),
    ("110", "revoked", holding(card(status="revoked"))),
    ("110", "by person, nothing but a revoked card", replace(
        asking(card="9900000001"), insured=insured(card(status="revoked"))
    )),
    ("120", "decreased", holding(card(status="decreased"))),
    ("121", "moved out", holding(card(status="moved_out"))),
    ("122", "moved within", holding(card(status="moved_within"))),
    ("123", "re-added", holding(card(status="re_added"))),
    ("124", "stopped", holding(card(status="stopped"))),
    ("130", "child without card", holding(card(status="child_without_card"))),
    ("205", "no card number", asking(card=None)),
    ("205", "empty card number", asking(card="")),
    ("205", "blank name", asking(name=" \t")),
    ("205", "no birth date", asking(birth=None)),
    ("205", "a date that is none", asking(birth="31/02/1980")),
    ("205", "month 00", asking(birth="00/1980")),
    ("205", "day and month 00", asking(birth="00/00/1980")),
    ("205", "no officer's name", asking(officer_name=None)),
    ("205", "no officer's number", asking(officer_citizen="")),
    ("205", "not printable", asking(name="NGUYỄN\x07VĂN")),
    ("205", "written from the right", asking(name="NGUYỄN\u202eVĂN")),
    ("205", "bytes that were no UTF-8", asking(name="NGUY\ufffdN")),
    ("205", "201 characters", asking(name="N" * 201)),
    ("401", "no session", replace(GOOD, session_valid=False)),
    ("403", "no right", replace(GOOD, right_held=False)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "case"), [(code, case) for code, _, case in TABLE], ids=[f"{c} {w}" for c, w, _ in TABLE]
)
def test_the_table(code: str, case: Case) -> None:
    assert verdict(case).code == code


def test_the_table_has_every_official_code_and_one_more() -> None:
    assert {code for code, _, _ in TABLE} == set(RESULT_CODES) | {"403"}
    assert len(RESULT_CODES) == 26


WRONG_TOGETHER: list[tuple[str, Case]] = [
    ("401", replace(GOOD, session_valid=False)),
    ("403", replace(GOOD, right_held=False)),
    ("205", asking(birth="x")),
    ("051", asking(card="GD4")),
    ("053", asking(card="GD9019900000001")),
    ("052", asking(card="GD4999900000001")),
    ("100", replace(GOOD, registry=Registry.UNREACHABLE)),
    ("054", replace(GOOD, officer=None)),
    ("055", asking(officer_name="KHÁC")),
    ("050", replace(GOOD, insured=None)),
    ("060", asking(name="ĐẶNG")),
    ("070", asking(birth="1999")),
    ("110", holding(card(status="revoked"))),
    ("010", holding(card(-9, -1))),
]
"""In the order of decisions: each case fails one check."""


def both(first: Case, second: Case) -> Case:
    """A case with what is wrong in either; where both change one thing, the first's value stays."""
    question = {
        name: getattr(
            (second if getattr(first.question, name) == getattr(GOOD.question, name) else first).question, name
        )
        for name in ("card", "name", "birth", "officer_name", "officer_citizen")
    }
    rest = {
        name: getattr(second if getattr(first, name) == getattr(GOOD, name) else first, name)
        for name in ("session_valid", "right_held", "registry", "officer", "insured")
    }
    return replace(GOOD, question=Question(**question), **rest)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [pytest.param(one, other, id=f"{one[0]} before {other[0]}") for one, other in combinations(WRONG_TOGETHER, 2)],
)
def test_of_two_wrong_things_the_earlier_is_told(earlier: tuple[str, Case], later: tuple[str, Case]) -> None:
    assert verdict(both(earlier[1], later[1])).code == earlier[0]


def test_of_two_things_wrong_in_one_number_the_benefit_digit_is_told_before_the_province() -> None:
    assert verdict(asking(card="GD9999900000001")).code == "053"


def test_of_two_wrong_parameters_the_first_named_is_told() -> None:
    assert "maThe" in verdict(asking(card="", name="", officer_name="")).reason
    assert "hoTen" in verdict(asking(name="", birth="", officer_name="")).reason
    assert verdict(asking(officer_name=" ", officer_citizen="")).reason == NULL_OFFICER == "Null hoTenCb"


def test_an_army_card_under_a_wrong_name_is_a_wrong_name() -> None:
    case = replace(asking(name="ĐẶNG"), insured=insured(card(status="army")))
    assert verdict(case).code == "060"


@pytest.mark.parametrize("code", ["401", "403", "205", "051", "052", "053"])
def test_the_form_is_judged_without_the_registry(code: str) -> None:
    for _, _, case in (row for row in TABLE if row[0] == code):
        judged = form_verdict(replace(case, registry=Registry.FAULTY, officer=None, insured=None))
        assert judged
        assert judged.code == code


def test_facts_and_history_go_out_with_these_codes_only() -> None:
    assert {code for code, row in RESULT_CODES.items() if row.facts} == {"000", "001", "002", "003", "004", "010"}
    assert {code for code, row in RESULT_CODES.items() if row.history} == {"000", "001", "002", "003", "004"}
    assert not Verdict("403").official.facts


def test_the_new_card_is_named_with_003_and_004_only() -> None:
    for code, _, case in TABLE:
        judged = verdict(case)
        assert (judged.new_card is not None) == (code in ("003", "004"))
        assert (judged.card is not None) or not judged.official.facts


def test_the_successor_is_the_latest_card() -> None:
    judged = verdict(holding(card(-300, -1), card(0, 9, number=NEWER), card(10, 99, number="HC4019900000001")))
    assert judged.new_card
    assert judged.new_card.number == "HC4019900000001"


PERIODS = st.tuples(
    st.integers(-400, 400) | st.just(0),
    st.integers(0, 400) | st.none(),
    st.sampled_from([NUMBER, NEWER]),
    st.sampled_from(list(CardStatus)),
)


@given(
    st.lists(PERIODS, min_size=1, max_size=6, unique_by=lambda period: (period[0], period[2])),
    st.sampled_from([NUMBER, "9900000001"]),
)
def test_any_cards_get_a_verdict_that_their_dates_bear_out(
    periods: list[tuple[int, int | None, str, CardStatus]], asked: str
) -> None:
    cards = [
        card(first, None if length is None else first + length, number=number, status=status)
        for first, length, number, status in periods
    ]
    judged = verdict(replace(asking(card=asked), insured=insured(*cards)))
    again = verdict(replace(asking(card=asked), insured=insured(*reversed(cards))))
    assert (again.code, again.card, again.new_card) == (judged.code, judged.card, judged.new_card)
    if judged.code == "050":
        assert asked not in [one.number for one in cards]
        return
    chosen = judged.card
    assert chosen in cards
    assert chosen
    if judged.code in ("000", "004"):
        assert chosen.covers(TODAY)
    if judged.code in ("003", "010"):
        assert not chosen.covers(TODAY)
    if judged.new_card:
        assert judged.new_card.valid_from > chosen.valid_from
    if any(one.covers(TODAY) for one in cards if one.number == asked):
        assert chosen.covers(TODAY)


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_any_text_gets_an_official_code(number: str, name: str, birth: str, officer: str, citizen: str) -> None:
    case = replace(GOOD, question=Question(number, name, birth, officer, citizen))
    assert verdict(case).code in RESULT_CODES
    assert verdict(replace(case, question=replace(case.question, card=NUMBER))).code in RESULT_CODES


DIAGNOSES = ("B20", "F02.4", "Z21")
WORDS = frozenset({"HIV", "AIDS"})


@pytest.mark.parametrize(
    ("codes", "text", "withheld"),
    [
        ("B20", "", True), ("b20.1", "", True), ("B201", "", True), ("J02;B20", "", True), ("J02 , z21", "", True),
        ("J02\nB20", "", True), ("F02.4", "", True), ("F024", "", True), ("F02.40", "", True), ("F02", "", False),
        ("F02.3", "", False), ("AB20", "", False), ("J02", "nhiễm HIV", True), ("J02", "hiv/aids", True),
        ("J02", "(HIV+)", True), ("J02", "Chivas", False), ("J02", "ARCHIVE", False), ("", "", False),
        (";, ", "-", False),
    ],
)  # fmt: skip
def test_a_visit_is_withheld_by_any_of_its_codes_or_a_word(codes: str, text: str, withheld: bool) -> None:
    assert is_withheld(codes, text, diagnoses=DIAGNOSES, words=WORDS) is withheld


@given(st.lists(st.from_regex(r"[A-Z][0-9]{2}(\.[0-9])?", fullmatch=True), max_size=5), st.integers(0, 5))
def test_a_withheld_code_counts_in_any_place(codes: list[str], place: int) -> None:
    joined = ";".join([*codes[:place], "Z21", *codes[place:]])
    assert is_withheld(joined, "", diagnoses=DIAGNOSES, words=WORDS)
    assert is_withheld(";".join(codes), "", diagnoses=(), words=WORDS) is False
