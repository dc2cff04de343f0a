"""Every row that the sources state is checked by something, or has a reason why not; never both, never neither."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from congbhyt.standards.loading import standards
from congbhyt.standards.model import Field, Kind
from congbhyt.standards.references import answers, left_out, open_ids, references
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.stated import DECIDED, family

# What the collection of sources counted, restated.
_COUNTS = {
    "V4750-REQ": 271,
    "V4750-COND": 36,
    "V4750-VAL": 139,
    "V4750-LIST": 1,
    "V4750-TL": 481,
    "V130-REQ": 231,
    "V130-COND": 29,
    "V130-TL": 370,
    "ANX": 77,
    "API": 16,
    "GDH": 65,
    "TT12": 11,
    "LAW": 17,
    "CARD": 26,
    "CCHK": 12,
    "TRC": 279,
    "PCX": 91,
    "PCH": 89,
    "PCB": 47,
    "CV266": 94,
    "EMR": 63,
    "THI": 7,
    "DH": 3,
    "CTDT": 19,
}


def test_no_stated_row_was_lost() -> None:
    assert Counter(row.prefix for row in references().values()) == _COUNTS
    assert len(references()) == 2474
    assert Counter(row.severity for row in references().values()) == {"reject": 1992, "warn": 482}


def test_every_stated_row_is_covered_or_has_a_reason() -> None:
    rows = [f"{id} ({references()[id].table} {references()[id].fields}: {references()[id].words})" for id in open_ids()]
    assert rows == [], f"{len(rows)} rows are neither covered nor left out:\n" + "\n".join(rows)


def test_no_row_is_both_covered_and_left_out() -> None:
    both = {
        id: (*answer.rules, *answer.families) for id, answer in answers().items() if answer.covered and answer.reason
    }
    assert both == {}


def test_a_row_is_left_out_once_and_exists() -> None:
    ids = Counter(id for left in left_out() for id in left.ids)
    assert {id for id, count in ids.items() if count > 1} == set()
    assert set(ids) - set(references()) == set()
    assert all(left.reason and left.subject for left in left_out())


def test_reasons_name_rules_that_there_are() -> None:
    words = {word for left in left_out() for word in re.findall(r"\b[a-z]+\d*(?:-[a-z]+)+\b", left.reason)}
    assert words - {"check-in", "look-up", "re-visit"} <= set(RULES)


def test_every_source_of_a_rule_exists_and_stands_once() -> None:
    unknown = {rule.id: sorted(set(rule.sources) - set(references())) for rule in RULES.values()}
    assert {id: ids for id, ids in unknown.items() if ids} == {}
    twice = {rule.id for rule in RULES.values() if len(set(rule.sources)) < len(rule.sources)}
    assert twice == set()


def test_families_that_answer_are_rules() -> None:
    named = {family for answer in answers().values() for family in answer.families}
    assert named - {DECIDED} <= set(RULES)


def test_only_the_workbooks_of_the_gateway_are_decided_against() -> None:
    decided = {id for id, answer in answers().items() if DECIDED in answer.families}
    assert {references()[id].standard for id in decided} <= {"QD4750", "QD130"}


@pytest.mark.parametrize(
    ("id", "families"),
    [
        ("V4750-REQ-001", ("field-required",)),
        ("V4750-TL-001", ("field-length",)),
        ("V4750-TL-002", ("field-number",)),
        ("V4750-VAL-013", ("field-date",)),
        ("V4750-COND-01", ("field-condition",)),
        ("V4750-VAL-103", ("field-same",)),
        ("V4750-VAL-005", ("field-form",)),
        ("V4750-VAL-014", ("field-order",)),
        ("V4750-VAL-047", ("field-range",)),
        ("V4750-VAL-060", ("field-decimals",)),
        ("TRC-021", ("field-items",)),
        ("GDH-020", ("field-code",)),
        ("EMR-062", ("field-order",)),
        ("V4750-REQ-225", (DECIDED,)),
        ("ANX-001", ()),
    ],
)
def test_the_facts_of_a_field_answer(id: str, families: tuple[str, ...]) -> None:
    assert answers()[id].families == families


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("filled", True),
        ("filled when MA_NHOM is 7", False),
        ("filled when MA_NHOM is one of 1..3", True),
        ("filled unless MA_NHOM is 7", False),
        ("filled with MA_THUOC", False),
        ("filled when MA_THUOC and MA_VAT_TU are empty", False),
        ("at least one filled", False),
        ("text ≤ 5", False),
        ("text ≤ 4", True),
        ("number ≤ 4", True),
        ("text over 3", False),
        ("more than 12 codes", False),
        ("same as XML1 if filled", False),
        ("not before NGAY_VAO", False),
        ("one of 0..2", False),
        ("one of 0..3", True),
        ("in its list", False),
        ("from 1 to 3", False),
        ("from 0 to 3", True),
        ("form: card", False),
        ("a real day", False),
        ("a number", True),
        ("a number with at most 2 decimals", True),
        ("what no field says", False),
    ],
)
def test_a_field_that_promises_less_than_the_words_does_not_answer(words: str, answered: bool) -> None:
    field = Field(
        name="SO", kind=Kind.WHOLE, vi="", en="", length=4, between=(0, 3), required_when={"MA_NHOM": ("1", "2", "3")}
    )  # fmt: skip
    assert bool(family(words, field)) == answered


def test_lists_with_letters_are_no_numbers() -> None:
    area = standards()["QD3176"].tables["XML1"].fields["MA_KHUVUC"]
    assert family("number ≤ 2", area) == ""
    assert family("text ≤ 2", area) == "field-length"
    assert family("from 1 to 2", standards()["QD3176"].tables["XML2"].fields["MA_NHOM"]) == ""
