"""The formats: what each field takes, what it refuses, and that no CCCD is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.insured.fields import NULL, REASONS
from congbhyt.insured.formats import CARDS, VISITS, describe
from congbhyt.insured.rows import Format, RowReader, WrongRowError, shown, without_citizen_numbers

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "import.md"
CARD = {
    "social_number": "9900000001",
    "citizen_number": "099000000001",
    "full_name": "Nguyễn Văn Thử",
    "birth": "01/02/1980",
    "gender": "1",
    "address": "Phường Thử Nghiệm",
    "card_number": "GD4999900000001",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "first_registration": "99001",
    "area": "K1",
    "five_years_on": "2030-01-01",
    "status": "valid",
    "agency_code": "99001",
    "replaces": "",
}
VISIT = {
    "social_number": "9900000001",
    "facility_code": "99001",
    "visit_code": "THU-1",
    "card_number": "GD4999900000001",
    "admitted_at": "202601050800",
    "discharged_at": "202601050930",
    "diagnosis_code": "J02",
    "other_codes": "J03;K29",
    "diagnosis": "Viêm họng cấp",
    "discharge_status": "1",
    "outcome": "2",
    "admission_reason": "1.1",
    "total_cost": "120000",
    "insurer_paid": "96000.50",
    "patient_paid": "",
}


def read(form: Format, row: dict[str, str], **changes: str) -> dict[str, str]:
    """The COPY texts of `row` with `changes`, by column."""
    fields = {**row, **changes}
    reader = RowReader(form, list(fields), lambda number: f"sealed {number}\tdigest {number}")
    values = reader.read(list(fields.values()))
    return dict(zip((column.name for column in form.columns), values, strict=True))


def faults(form: Format, row: dict[str, str], **changes: str) -> list[tuple[str, str]]:
    """Field and code of every fault of `row` with `changes`."""
    with pytest.raises(WrongRowError) as refused:
        read(form, row, **changes)
    assert all(fault.code in REASONS for fault in refused.value.faults)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_samples_cover_every_column() -> None:
    assert list(CARD) == [column.name for column in CARDS.columns]
    assert list(VISIT) == [column.name for column in VISITS.columns]


CARD_READINGS = [
    ("social_number", " 99 0000 0001 ", "9900000001"),
    ("citizen_number", "099-000-000-001", "sealed 099000000001\tdigest 099000000001"),
    ("citizen_number", "  ", f"{NULL}\t{NULL}"),
    ("full_name", "  Nguyễn \u00a0 Thử ", "Nguyễn Thử"),
    ("full_name", "Nguye\u0302\u0303n Thử", "Nguyễn Thử"),
    ("full_name", "T" * 100, "T" * 100),
    ("birth", "1/2/1980", "1980-02-01\tD"),
    ("birth", "01021980", "1980-02-01\tD"),
    ("birth", "02/1980", "1980-02-01\tM"),
    ("birth", " 1980 ", "1980-01-01\tY"),
    ("gender", " 3", "3"),
    ("address", "Thôn 1\\2", "Thôn 1\\\\2"),
    ("card_number", "gd 4 99 99000 00001", "GD4999900000001"),
    ("valid_from", "01/03/2026", "2026-03-01"),
    ("valid_to", "", NULL),
    ("valid_to", "2026-01-01", "2026-01-01"),
    ("area", " ", ""),
    ("five_years_on", " ", NULL),
    ("status", "", "valid"),
    ("status", "child_without_card", "child_without_card"),
    ("replaces", "GD4999900000002", "GD4999900000002"),
]


@pytest.mark.parametrize(("field", "text", "stored"), CARD_READINGS)
def test_card_fields_are_read_generously(field: str, text: str, stored: str) -> None:
    assert read(CARDS, CARD, **{field: text})[field] == stored


CARD_FAULTS = [
    ("social_number", "", "EMPTY"),
    ("social_number", "990000001", "SOCIAL_NUMBER_FORM"),
    ("social_number", "٩٩٠٠٠٠٠٠٠١", "SOCIAL_NUMBER_FORM"),
    ("citizen_number", "09900000001", "CITIZEN_NUMBER_FORM"),
    ("full_name", " \u00a0 ", "EMPTY"),
    ("full_name", "Thử\x00", "UNPRINTABLE"),
    ("full_name", "Thử\u202e", "UNPRINTABLE"),
    ("full_name", "T" * 101, "TOO_LONG"),
    ("birth", "", "EMPTY"),
    ("birth", "31/02/1980", "BIRTH_FORM"),
    ("birth", "1980-02-01", "BIRTH_FORM"),
    ("gender", "", "EMPTY"),
    ("gender", "0", "GENDER_UNKNOWN"),
    ("address", "T" * 201, "TOO_LONG"),
    ("address", "a\x7fb", "UNPRINTABLE"),
    ("card_number", "GD4 0000", "CARD_NUMBER_FORM"),
    ("card_number", "GD9999900000001", "CARD_NUMBER_FORM"),
    ("card_number", "", "EMPTY"),
    ("valid_from", "", "EMPTY"),
    ("valid_from", "20260101", "DATE_FORM"),
    ("valid_from", "2026-02-30", "DATE_FORM"),
    ("valid_from", "1026-02-03", "DATE_FORM"),
    ("valid_to", "2025-12-31", "DATES_ORDER"),
    ("valid_to", "soon", "DATE_FORM"),
    ("first_registration", "9901", "UNIT_CODE_FORM"),
    ("first_registration", "", "EMPTY"),
    ("area", "K4", "AREA_UNKNOWN"),
    ("five_years_on", "x", "DATE_FORM"),
    ("status", "VALID", "STATUS_UNKNOWN"),
    ("agency_code", "9" * 11, "TOO_LONG"),
    ("agency_code", "a'b", "CODE_FORM"),
    ("replaces", "old", "CARD_NUMBER_FORM"),
]


@pytest.mark.parametrize(("field", "text", "code"), CARD_FAULTS)
def test_card_fields_refuse(field: str, text: str, code: str) -> None:
    assert faults(CARDS, CARD, **{field: text}) == [(field, code)]


VISIT_READINGS = [
    ("admitted_at", "20260105080059", "2026-01-05 08:00:59+07:00"),
    ("admitted_at", "2026-01-05T08:00", "2026-01-05 08:00:00+07:00"),
    ("admitted_at", "2026-01-05 08:00:30+07:00", "2026-01-05 08:00:30+07:00"),
    ("admitted_at", "2026-01-05T01:00:00Z", "2026-01-05 08:00:00+07:00"),
    ("admitted_at", "5/1/2026 08:00", "2026-01-05 08:00:00+07:00"),
    ("discharged_at", "202601050800", "2026-01-05 08:00:00+07:00"),
    ("total_cost", "", "0"),
    ("total_cost", "9999999999999.99", "9999999999999.99"),
]


@pytest.mark.parametrize(("field", "text", "stored"), VISIT_READINGS)
def test_visit_fields_are_read_generously(field: str, text: str, stored: str) -> None:
    assert read(VISITS, VISIT, **{field: text})[field] == stored


VISIT_FAULTS = [
    ("facility_code", "9900", "UNIT_CODE_FORM"),
    ("visit_code", "", "EMPTY"),
    ("visit_code", "v" * 101, "TOO_LONG"),
    ("card_number", "x", "CARD_NUMBER_FORM"),
    ("admitted_at", "", "EMPTY"),
    ("admitted_at", "202613050800", "MOMENT_FORM"),
    ("admitted_at", "2026-01-05", "MOMENT_FORM"),
    ("admitted_at", "197001010000", "MOMENT_FORM"),
    ("admitted_at", "9999-12-31T23:59:59Z", "MOMENT_FORM"),
    ("discharged_at", "202601050759", "DATES_ORDER"),
    ("diagnosis_code", "", "EMPTY"),
    ("diagnosis_code", "J02.12345", "TOO_LONG"),
    ("other_codes", "J" * 151, "TOO_LONG"),
    ("diagnosis", "v" * 501, "TOO_LONG"),
    ("discharge_status", "123", "TOO_LONG"),
    ("outcome", "", "EMPTY"),
    ("admission_reason", "1.1.1.1", "TOO_LONG"),
    ("total_cost", "-1", "AMOUNT_FORM"),
    ("insurer_paid", "1,5", "AMOUNT_FORM"),
    ("patient_paid", "10000000000000", "AMOUNT_FORM"),
    ("patient_paid", "NaN", "AMOUNT_FORM"),
]


@pytest.mark.parametrize(("field", "text", "code"), VISIT_FAULTS)
def test_visit_fields_refuse(field: str, text: str, code: str) -> None:
    assert faults(VISITS, VISIT, **{field: text}) == [(field, code)]


def test_every_fault_of_a_row_is_named() -> None:
    found = faults(CARDS, CARD, social_number="1", birth="x", area="K9")
    assert found == [
        ("social_number", "SOCIAL_NUMBER_FORM"),
        ("birth", "BIRTH_FORM"),
        ("area", "AREA_UNKNOWN"),
    ]


def test_a_row_has_as_many_fields_as_the_header() -> None:
    reader = RowReader(CARDS, list(CARD), str)
    with pytest.raises(WrongRowError) as refused:
        reader.read(["9900000001"])
    assert [fault.code for fault in refused.value.faults] == ["FIELD_COUNT"]


def test_columns_stand_in_any_order_and_optional_ones_may_be_absent() -> None:
    reader = RowReader(CARDS, list(reversed(CARD)), lambda number: number)
    assert reader.read(list(reversed(CARD.values())))[0] == "9900000001"
    needed = {column.name: CARD[column.name] for column in CARDS.columns if column.required}
    values = read(CARDS, needed)
    assert values["valid_to"] == NULL
    assert values["status"] == "valid"


COLUMNS = {column.name: column for column in CARDS.columns}
MASKINGS = [
    ("citizen_number", "0990000000019", "••••••••••019"),
    ("citizen_number", "abc", "abc"),
    ("address", "nhà 099000000001", "nhà •••••••••001"),
    ("full_name", "099 000 000 001", "••••••••••••001"),
    ("card_number", "099.000-000_001x", "••••••••••••001x"),
    ("card_number", "GD4999900000001", "GD4999900000001"),
    ("valid_from", "٠٩٩٠٠٠٠٠٠٠٠١", "•••••••••٠٠١"),
]


@pytest.mark.parametrize(("field", "text", "seen"), MASKINGS)
def test_what_is_shown_hides_citizen_numbers(field: str, text: str, seen: str) -> None:
    assert shown(COLUMNS[field], text) == seen


@given(st.text(alphabet=" -_.,;ab09٣", max_size=30), st.sampled_from(sorted(COLUMNS)))
def test_no_citizen_number_survives(text: str, field: str) -> None:
    assert "099000000001" not in shown(COLUMNS[field], f"{text} 099000000001 {text}")
    assert "099000000001" not in without_citizen_numbers(f"{text}099000000001{text}")


def test_the_guide_holds_the_tables() -> None:
    assert describe() in GUIDE.read_text(encoding="utf-8")
