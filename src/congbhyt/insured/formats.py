"""The two file formats, cards and visits: one list of columns for import, export and documentation."""

from __future__ import annotations

from congbhyt.insured.fields import (
    REASONS,
    amount,
    birth,
    card_number,
    card_number_if_any,
    citizen_number,
    code_of,
    day,
    day_if_any,
    moment,
    one_of,
    social_number,
    text_of,
    unit_code,
)  # fmt: skip
from congbhyt.insured.rows import Column, Format
from congbhyt.insured.statuses import CardStatus

_DAY_FORM = "`yyyy-MM-dd` or `dd/MM/yyyy`"
_MOMENT_FORM = "`yyyyMMddHHmm`, `yyyy-MM-ddTHH:mm[:ss]` or `dd/MM/yyyy HH:mm`, Vietnam time; a final `Z` means UTC"
_AMOUNT_FORM = "đồng, at most 13 digits and two after a point; empty is 0"
_STATUS_VALUES = [str(status) for status in CardStatus]

_STATUS_FORM = ", ".join(f"`{word}`" for word in _STATUS_VALUES)

_SOCIAL_NUMBER = Column(
    "social_number",
    "Mã số BHXH of the insured person",
    "ten digits",
    ["social_number varchar(10)"],
    social_number,
    required=True,
    varied=True,
)

CARDS = Format(
    "cards",
    "`card_number` with `valid_from`; the person's fields by `social_number`",
    [
        _SOCIAL_NUMBER,
        Column(
            "citizen_number",
            "CCCD; stored sealed. Empty leaves a CCCD that is held as it is",
            "twelve digits or empty",
            ["citizen_sealed bytea", "citizen_digest bytea"],
            citizen_number,
            varied=True,
            sealed=True,
        ),
        Column(
            "full_name",
            "Full name",
            "at most 100 characters",
            ["full_name varchar(100)"],
            text_of(100, needed=True),
            required=True,
            varied=True,
        ),
        Column(
            "birth",
            "Birth date, as exactly as it is known",
            "`dd/MM/yyyy`, `ddMMyyyy`, `MM/yyyy` or `yyyy`",
            ["birth_day date", "birth_precision varchar(1)"],
            birth,
            required=True,
        ),
        Column(
            "gender",
            "Gender",
            "`1` male, `2` female, `3` not known",
            ["gender smallint"],
            one_of(("1", "2", "3"), "GENDER_UNKNOWN"),
            required=True,
        ),
        Column("address", "Address", "at most 200 characters", ["address varchar(200)"], text_of(200), varied=True),
        Column(
            "card_number",
            "Card number",
            "two letters and thirteen digits, the first of them 1 to 5",
            ["number varchar(15)"],
            card_number,
            required=True,
            varied=True,
        ),
        Column("valid_from", "First day of this card period", _DAY_FORM, ["valid_from date"], day, required=True),
        Column(
            "valid_to",
            "Last day, not before the first; empty: open",
            _DAY_FORM,
            ["valid_to date"],
            day_if_any,
        ),
        Column(
            "first_registration",
            "Facility of first registration (MA_DKBD)",
            "five digits or capital letters",
            ["first_registration varchar(5)"],
            unit_code,
            required=True,
        ),
        Column(
            "area",
            "Area of residence (mã khu vực)",
            "`K1`, `K2`, `K3` or empty",
            ["area varchar(2)"],
            one_of(("K1", "K2", "K3"), "AREA_UNKNOWN", ""),
        ),
        Column(
            "five_years_on",
            "Day on which five years in a row are reached",
            f"{_DAY_FORM}, or empty",
            ["five_years_on date"],
            day_if_any,
        ),
        Column(
            "status",
            "What the registry says of the card; empty is `valid`",
            _STATUS_FORM,
            ["status varchar(20)"],
            one_of(_STATUS_VALUES, "STATUS_UNKNOWN", str(CardStatus.VALID)),
        ),
        Column(
            "agency_code",
            "BHXH agency that manages it",
            "at most 10 characters",
            ["agency_code varchar(10)"],
            code_of(10),
        ),
        Column(
            "replaces",
            "Number of the card that it replaces",
            "a card number or empty",
            ["replaces varchar(15)"],
            card_number_if_any,
            varied=True,
        ),
    ],
    begins="valid_from",
    ends="valid_to",
    owner_width=6,
)
"""One row is one period of one card, with the fields of the person who holds it."""

VISITS = Format(
    "visits",
    "`facility_code` with `visit_code`",
    [
        _SOCIAL_NUMBER,
        Column(
            "facility_code",
            "Facility (MA_CSKCB)",
            "five digits or capital letters",
            ["facility_code varchar(5)"],
            unit_code,
            required=True,
        ),
        Column(
            "visit_code",
            "The facility's own code of the visit (MA_LK)",
            "at most 100 characters",
            ["visit_code varchar(100)"],
            text_of(100, needed=True),
            required=True,
            varied=True,
        ),
        Column(
            "card_number",
            "Card that was presented",
            "two letters and thirteen digits, the first of them 1 to 5",
            ["card_number varchar(15)"],
            card_number,
            required=True,
            varied=True,
        ),
        Column(
            "admitted_at",
            "Beginning",
            _MOMENT_FORM,
            ["admitted_at timestamptz"],
            moment,
            required=True,
            varied=True,
        ),
        Column(
            "discharged_at",
            "End, not before the beginning",
            _MOMENT_FORM,
            ["discharged_at timestamptz"],
            moment,
            required=True,
            varied=True,
        ),
        Column(
            "diagnosis_code",
            "Main diagnosis, ICD-10",
            "at most 7 characters",
            ["diagnosis_code varchar(7)"],
            code_of(7, needed=True),
            required=True,
        ),
        Column(
            "other_codes",
            "Further diagnoses, ICD-10",
            "at most 150 characters",
            ["other_codes varchar(150)"],
            code_of(150),
        ),
        Column(
            "diagnosis",
            "Diagnosis in words",
            "at most 500 characters",
            ["diagnosis varchar(500)"],
            text_of(500),
        ),
        Column(
            "discharge_status",
            "How the person left (MA_LOAI_RV)",
            "at most 2 characters",
            ["discharge_status varchar(2)"],
            code_of(2, needed=True),
            required=True,
        ),
        Column(
            "outcome",
            "Result of treatment (KET_QUA_DTRI)",
            "at most 2 characters",
            ["outcome varchar(2)"],
            code_of(2, needed=True),
            required=True,
        ),
        Column(
            "admission_reason",
            "Reason of admission (MA_DOITUONG_KCB)",
            "at most 5 characters",
            ["admission_reason varchar(5)"],
            code_of(5, needed=True),
            required=True,
        ),
        Column("total_cost", "Total cost", _AMOUNT_FORM, ["total_cost numeric(15,2)"], amount, varied=True),
        Column(
            "insurer_paid",
            "Paid by the fund",
            _AMOUNT_FORM,
            ["insurer_paid numeric(15,2)"],
            amount,
            varied=True,
        ),
        Column(
            "patient_paid",
            "Paid by the patient",
            _AMOUNT_FORM,
            ["patient_paid numeric(15,2)"],
            amount,
            varied=True,
        ),
    ],
    begins="admitted_at",
    ends="discharged_at",
    owner_width=1,
)
"""One row is one completed visit of a person who is held already."""


def describe() -> str:
    """Both formats and the reasons of rejects as Markdown tables, for docs/guides/import.md."""
    return "\n".join([*_format_table(CARDS), *_format_table(VISITS), *_reason_table()])


def _format_table(form: Format) -> list[str]:
    rows = [
        f"| `{column.name}` | {'yes' if column.required else ''} | {column.meaning} | {column.form} |"
        for column in form.columns
    ]
    head = ["| Column | Required | Meaning | Form |", "|---|---|---|---|"]
    return [f"### {form.name.capitalize()}", "", f"Key: {form.key}.", "", *head, *rows, ""]


def _reason_table() -> list[str]:
    rows = [f"| `{code}` | {reason} |" for code, reason in REASONS.items()]
    return ["### Reasons of rejects", "", "| Code | Reason |", "|---|---|", *rows, ""]
