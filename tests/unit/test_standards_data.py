"""The data files of the standards: nothing names what is not there, and they say what the sources said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields as attributes
from datetime import date
from itertools import pairwise

import pytest

from congbhyt.standards.catalogues.kinds import kinds
from congbhyt.standards.loading import code_lists, patterns, standards
from congbhyt.standards.model import CodeList, Field, Kind, Standard, Table
from congbhyt.standards.references import Reference, references
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.stated import DECIDED, family

_CLAIMS = ("QD130", "QD4750", "QD3176")
# Fields of the tables XML0 to XML15, restated from the collection of sources; QĐ 130 from its workbook's rows.
_SIZES = {
    "QD4210": (None, 40, 27, 29, 10, 6),
    "QD130": (18, 65, 38, 47, 12, 9, 31, 25, 22, 34, 12, 22, 35),
    "QD4750": (26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 39, 22, 20),
    "QD3176": (26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 37, 22, 20),
}
_VOUCHERS = {
    "CT03": 33,
    "CT04": 45,
    "CT06": 24,
    "CT07": 27,
    "GIAYDIEUTRINOITRU": 36,
    "GIAYDIEUTRIVOSINH": 29,
    "GIAYSUCKHOEME": 29,
    "GIAYBAOTU": 38,
    "GIAYCHUNGSINH": 69,
}
# Rows of QĐ 3176 that the sources mark as changed against QĐ 4750; its one decision of 2026 comes to them.
_CHANGED = {
    "XML0": "SO_CCCD",
    "XML1": "SO_CCCD MA_BENH_YHCT MA_TAI_NAN KET_QUA_DTRI MA_LOAI_RV MA_TTDV",
    "XML3": "MA_DICH_VU THANH_TIEN_BV THANH_TIEN_BH MA_BENH_YHCT MA_MAY",
    "XML4": "MA_CHI_SO GIA_TRI MA_BS_DOC_KQ MA_DICH_VU",
    "XML6": "SO_CCCD",
    "XML7": "MA_TTDV MA_BS SO_NGAY_NGHI",
    "XML8": "MA_TTDV",
    "XML9": "SO_CCCD_NND MA_TTDV",
    "XML10": "CHAN_DOAN_RV MA_TTDV MA_BS",
    "XML11": "MA_TTDV MA_BS",
    "XML12": "SO_CCCD",
    "XML13": "MA_CSKCB_DI MA_CSKCB_DEN NGAY_VAO NGAY_RA TINH_TRANG_CT MA_BAC_SI MA_TTDV DU_PHONG",
    "XML14": "NGAY_HEN_KL MA_BAC_SI MA_TTDV DU_PHONG",
    "XML15": "SO_CCCD",
}
_RULE_ONLY = {
    ("XML3", "MA_DICH_VU"),
    ("XML3", "THANH_TIEN_BV"),
    ("XML3", "THANH_TIEN_BH"),
    ("XML3", "MA_MAY"),
    ("XML4", "MA_DICH_VU"),
    ("XML4", "MA_BS_DOC_KQ"),
    ("XML10", "CHAN_DOAN_RV"),
    ("XML13", "MA_BAC_SI"),
    ("XML13", "DU_PHONG"),
    ("XML14", "MA_BAC_SI"),
    ("XML14", "DU_PHONG"),
}
"""Rows that change a rule or the content and leave the form of the field as it was."""


def _every() -> Iterator[tuple[Standard, Table, Field]]:
    for standard in standards().values():
        for table in standard.tables.values():
            for field in table.fields.values():
                yield standard, table, field


def _named(standard: Standard, table: Table, field: Field) -> str:
    return f"{standard.id} {table.label}.{field.name}"


@pytest.mark.parametrize("id", _SIZES)
def test_tables_have_as_many_fields_as_the_sources_count(id: str) -> None:
    held = standards()[id].tables
    wanted = {f"XML{number}": size for number, size in enumerate(_SIZES[id]) if size}
    assert {label: len(table.fields) for label, table in held.items()} == wanted


def test_certificates_have_as_many_fields_as_the_sources_count() -> None:
    assert {label: len(table.fields) for label, table in standards()["CV3220"].tables.items()} == _VOUCHERS
    assert [len(table.fields) for table in standards()["GKSK"].tables.values()] == [25]


def test_lists_and_forms_that_fields_name_exist_and_are_used() -> None:
    assert {field.list for *_, field in _every() if field.list} == set(code_lists())
    assert {field.pattern for *_, field in _every() if field.pattern} == set(patterns())


def test_catalogues_that_fields_and_rules_name_can_be_loaded() -> None:
    named = {field.catalogue for *_, field in _every() if field.catalogue}
    assert named | {need for rule in RULES.values() for need in rule.needs} <= set(kinds())


def test_fields_name_fields_that_are_there() -> None:
    lost = []
    for standard, table, field in _every():
        others = {*field.required_when, *field.required_unless, *field.required_without, field.required_with} - {""}
        visit = standard.tables.get("XML1")
        near = set(table.fields) | set(visit.fields if visit else ())
        if not others <= set(table.fields) or field.not_before not in near | {""}:
            lost.append(_named(standard, table, field))
        if field.same_as and field.name not in standard.tables[field.same_as].fields:
            lost.append(_named(standard, table, field))
    assert lost == []


def test_every_field_has_a_name_in_vietnamese_and_a_sentence_in_english() -> None:
    assert [_named(*each) for each in _every() if not each[2].vi or not each[2].en] == []
    assert [_named(*each) for each in _every() if not re.fullmatch(r"[A-Z][A-Z0-9_]*", each[2].name)] == []


def test_only_numbers_have_decimals_and_bounds() -> None:
    numbers = (Kind.WHOLE, Kind.DECIMAL)
    assert [_named(*each) for each in _every() if each[2].places is not None and each[2].kind is not Kind.DECIMAL] == []
    assert [_named(*each) for each in _every() if each[2].between and each[2].kind not in numbers] == []
    assert [_named(*each) for each in _every() if each[2].most and not each[2].many] == []


def test_documents_of_a_standard_can_be_told_apart() -> None:
    for standard in standards().values():
        roots = [table.root for table in standard.tables.values()]
        assert len(roots) == len(set(roots)), standard.id
        assert all(bool(table.row) >= bool(table.list) for table in standard.tables.values()), standard.id


def test_a_standard_ends_when_the_next_begins() -> None:
    every = standards()
    assert every["QD130"].until == every["QD4210"].until == every["QD4750"].since
    assert every["QD4750"].until == every["QD3176"].since
    assert every["QD3176"].until is None
    assert all(standard.until is None or standard.since < standard.until for standard in every.values())


@pytest.mark.parametrize("codes", code_lists().values(), ids=lambda codes: codes.name)
def test_a_list_has_codes_on_every_day_since_its_first(codes: CodeList) -> None:
    days = {edition.until for edition in codes.editions if edition.until} | {
        edition.since for edition in codes.editions if edition.since
    }
    assert all(codes.on(day) for day in days | {date(2026, 1, 1)})
    assert all(edition.source and edition.codes for edition in codes.editions)
    assert all(
        edition.since is None or edition.until is None or edition.since < edition.until for edition in codes.editions
    )


def test_codes_fit_the_fields_that_take_them() -> None:
    lost = []
    for standard, table, field in _every():
        if field.list:
            codes = [code for edition in code_lists()[field.list].editions for code in edition.codes]
            long = [code for code in codes if field.length and not field.many and len(code) > field.length]
            letters = [code for code in codes if field.kind is Kind.WHOLE and not code.isdigit()]
            if long or letters:
                lost.append(f"{_named(standard, table, field)}: {long or letters}")
    assert lost == []


def _workbook_rows(prefix: str) -> list[Reference]:
    return [row for row in references().values() if row.prefix == prefix]


@pytest.mark.parametrize(("prefix", "id"), [("V4750", "QD4750"), ("V130", "QD130")])
def test_a_workbook_knows_the_same_fields(prefix: str, id: str) -> None:
    held = {(table.label, name) for table in standards()[id].tables.values() for name in table.fields}
    assert {(row.table, row.fields) for row in _workbook_rows(f"{prefix}-TL")} == held


@pytest.mark.parametrize(("prefix", "id"), [("V4750", "QD4750"), ("V130", "QD130")])
@pytest.mark.parametrize("kind", ["REQ", "TL"])
def test_fields_are_as_the_workbook_says_unless_a_decision_stands_beside_them(prefix: str, id: str, kind: str) -> None:
    other = []
    for row in _workbook_rows(f"{prefix}-{kind}"):
        field = standards()[id].tables[row.table].fields[row.fields]
        answer = family(row.words, field)
        if not answer or (answer == DECIDED and not field.decided):
            other.append(f"{row.id} {row.table}.{row.fields}: {row.words}")
    assert other == []


@pytest.mark.parametrize(("prefix", "id"), [("V4750", "QD4750"), ("V130", "QD130")])
def test_nothing_is_required_that_the_workbook_does_not_require(prefix: str, id: str) -> None:
    required = {(row.table, row.fields) for row in _workbook_rows(f"{prefix}-REQ")}
    more = [
        field
        for table in standards()[id].tables.values()
        for field in table.fields.values()
        if field.required and (table.label, field.name) not in required
    ]
    assert [(field.name, bool(field.decided)) for field in more] == [("MA_BAC_SI", True)]


def _facts(field: Field) -> tuple[object, ...]:
    return tuple(
        getattr(field, each.name) for each in attributes(field) if each.name not in ("decided", "later", "vi", "en")
    )


def test_qd_3176_differs_from_qd_4750_in_the_rows_that_the_sources_mark() -> None:
    before, after = standards()["QD4750"].tables, standards()["QD3176"].tables
    differing = {
        (label, field.name)
        for label, table in after.items()
        for field in table.fields.values()
        if field.name not in before[label].fields or _facts(field) != _facts(before[label].fields[field.name])
    }
    marked = {(label, name) for label, names in _CHANGED.items() for name in names.split()}
    assert len(marked) == 42
    assert differing == marked - _RULE_ONLY


def test_what_only_changes_a_rule_says_so_beside_the_field() -> None:
    tables = standards()["QD3176"].tables
    silent = {(label, name) for label, name in _RULE_ONLY if not tables[label].fields[name].decided}
    assert silent <= {("XML4", "MA_DICH_VU")}  # the annex of QĐ 4750 and its workbook disagreed; QĐ 3176 follows one


def test_qd_3176_drops_five_fields_of_the_referral_slip() -> None:
    before, after = standards()["QD4750"].tables, standards()["QD3176"].tables
    gone = [
        (label, name) for label, table in before.items() for name in table.fields if name not in after[label].fields
    ]
    assert gone == [("XML13", name) for name in ("MA_NOI_DI", "MA_NOI_DEN", "TEN_DICH_VU", "TEN_THUOC", "PP_DIEU_TRI")]


def test_unchanged_fields_keep_their_place() -> None:
    for old, new in pairwise(_CLAIMS):
        for label, table in standards()[old].tables.items():
            kept = [name for name in table.fields if name in standards()[new].tables[label].fields]
            assert kept == [name for name in standards()[new].tables[label].fields if name in table.fields]
