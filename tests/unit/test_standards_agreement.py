"""Generator and checker agree: what is generated as good is found good, and every single fault of a field is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from congbhyt.sandbox.submissions.draft import DAYS, Draft
from congbhyt.sandbox.submissions.generated import generated
from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.standards.findings import Severity
from congbhyt.standards.loading import code_lists, standards
from congbhyt.standards.model import Field, Kind
from tests.standards import check_draft, spoken

GENERATED = 10_000
_PARTS = 40
_TABLES = [(standard.id, table) for standard in standards().values() for table in standard.tables]
_MONEY = ("T_", "THANH_TIEN")
_UNREADABLE = {
    Kind.WHOLE: "1x", Kind.DECIMAL: "1,5", Kind.DAY: "20260230", Kind.MOMENT: "202602300800",
    Kind.SECOND: "20260230080000",
    Kind.BIRTH: "202602300000", Kind.BIRTH_DAY: "20260230", Kind.BIRTH_YEAR: "20260230", Kind.DAY_OR_MOMENT: "2026",
    Kind.SLASHED_DAY: "30/02/2026",
}  # fmt: skip


@cache
def _scenario_with(standard: str, table: str) -> str | None:
    return next(
        (name for name in SCENARIOS if standard in standards_of(name) and table in good(name, standard).tables), None
    )


@pytest.mark.parametrize("part", range(_PARTS))
def test_ten_thousand_good_submissions_are_found_good(part: int) -> None:
    wrong = {}
    for number in range(part, GENERATED, _PARTS):
        draft = generated(number)
        if found := spoken(check_draft(draft)):
            wrong[number] = (draft.standard.id, list(draft.tables), sorted(found))
    assert wrong == {}


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_every_scenario_is_good_in_each_of_its_standards(name: str) -> None:
    found = {standard: spoken(check_draft(good(name, standard))) for standard in standards_of(name)}
    assert found == {standard: set() for standard in standards_of(name)}


@pytest.mark.parametrize(("standard", "table"), _TABLES)
def test_every_table_of_every_standard_has_a_good_submission(standard: str, table: str) -> None:
    assert _scenario_with(standard, table)


@pytest.mark.parametrize(("standard", "table"), _TABLES)
def test_every_fault_of_a_single_field_is_found(standard: str, table: str) -> None:
    scenario = _scenario_with(standard, table)
    assert scenario
    missed = []
    for field in standards()[standard].tables[table].fields.values():
        for rule, changes in _faults(field, DAYS[standard]):
            draft = good(scenario, standard)
            draft.tables[table][0].update(changes)
            if rule not in spoken(check_draft(draft)):
                missed.append((field.name, rule, changes))
    assert missed == []


def _faults(field: Field, day: date) -> Iterator[tuple[str, dict[str, str]]]:
    """Texts for one field that each break a rule of the field family."""
    name = field.name
    if field.required or (field.required_before and day < field.required_before):
        yield "field-required", {name: ""}
    for other, values in field.required_when.items():
        yield "field-condition", {name: "", other: values[0]}
    written = field.later if field.later and field.later.since <= day else field
    if written.kind in _UNREADABLE:
        numeric = written.kind in (Kind.WHOLE, Kind.DECIMAL)
        yield ("field-number" if numeric else "field-date"), {name: _UNREADABLE[written.kind]}
    if written.length:
        yield "field-length", {name: "1" * (written.length + 1)}
    if written.places:
        yield "field-decimals", {name: "1." + "1" * (written.places + 1)}
    if field.list:
        yield "field-code", {name: _no_code(field, day)}
    if field.pattern:
        yield "field-form", {name: "?"}
    if field.between:
        yield "field-range", {name: str(field.between[1] + 1)}
    if field.most:
        yield "field-items", {name: ";".join(f"A{number:02d}" for number in range(field.most + 1))}
    if field.not_before:
        yield "field-order", {name: "190001010000"[: 8 if field.kind is Kind.DAY else 12]}


def _no_code(field: Field, day: date) -> str:
    codes = code_lists()[field.list].on(day)
    return next(
        code for code in ("9", "8", "7", "5", "99", "98") if code not in codes and len(code) <= (field.length or 9)
    )


@pytest.mark.parametrize("standard", ["QD130", "QD4750", "QD3176"])
@pytest.mark.parametrize("table", ["XML1", "XML2", "XML3"])
def test_every_amount_that_is_wrong_by_itself_is_found(standard: str, table: str) -> None:
    missed = []
    for number, row in enumerate(good("inpatient", standard).tables[table]):
        for name, text in row.items():
            if name.startswith(_MONEY) and text and name != "T_TRANTT":
                draft = good("inpatient", standard)
                draft.tables[table][number][name] = f"{float(text) + 5_000:.2f}"
                if not check_draft(draft).count(Severity.ERROR):
                    missed.append((number, name))
    assert missed == []


def test_the_same_submission_gives_the_same_findings() -> None:
    draft = _broken()
    assert check_draft(draft) == check_draft(draft) == replace(check_draft(draft))


def _broken() -> Draft:
    draft = good("inpatient", "QD3176")
    for row in draft.tables["XML3"]:
        row["MA_NHOM"], row["DON_GIA_BH"], row["NGAY_YL"] = "77", "x", ""
    return draft
