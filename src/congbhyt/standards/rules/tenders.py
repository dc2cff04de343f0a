"""TT_THAU: decision, package, group and year of the tender that a drug or supply was bought in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, rule, several

HOME_MADE = ("HD.", "CP.", "VT.")
"""What the registration number, and often the code, of a product of the facility's own pharmacy begins with."""
HERBAL = ("05V", "05C")
"""Herbal ingredients and packs."""
_PARTS = (
    ("số quyết định", "the decision", re.compile(r".*\S.*", re.DOTALL)),
    ("gói thầu (G và số)", "the package, G and a number", re.compile(r"G[0-9]{1,2}(\.[0-9A-Za-z]+)?")),
    ("nhóm thầu (N và số)", "the group, N and a number", re.compile(r"N[0-9]{1,2}(\.[0-9A-Za-z]+)?")),
    ("năm (4 chữ số)", "the year, four digits", re.compile(r"[0-9]{4}")),
)
_YEAR = _PARTS[3][2]
_OUTSIDE = "2"
_GIVEN = ("2", "3", "4")
"""NGUON_CTRA of drugs from a project, a programme or another source, which no tender of the facility bought."""
_LONGEST = 100
"""So many characters the field takes at most; of longer texts its length is said."""

Wrong = tuple[int, str, str]
"""The part that is wrong (from 1), and what it must be, for the counter and for the engineer."""


@lru_cache(8192)
def _wrong(text: str, least: int) -> Wrong | None:
    """The first wrong part of a tender's text; with `least` 2 or 3, documents of fewer parts that end in a year pass.

    Parts after the fourth are free: programs put the winner or the unit there.
    """
    parts = [part.strip() for part in text.split(";")]
    if least <= len(parts) < len(_PARTS) and all(parts) and _YEAR.fullmatch(parts[-1]):
        return None
    for number, (vi, en, form) in enumerate(_PARTS, 1):
        if number > len(parts) or not form.fullmatch(parts[number - 1]):
            return number, vi, en
    return None


def _faults(lines: Sequence[Row], *, shortest: int) -> Iterator[Problem]:
    for line in lines:
        text = line["TT_THAU"]
        if not text or len(text) > _LONGEST or line["PHAM_VI"] == _OUTSIDE or line["NGUON_CTRA"] in _GIVEN:
            continue
        if wrong := _wrong(text, 2 if home_made(line) else shortest):
            yield line.at("TT_THAU", part=wrong[0], wanted=wrong[1], wanted_en=wrong[2])


def home_made(line: Row) -> bool:
    """Whether the facility made it itself, or it is herbal: its tender is a document and a year."""
    return line["MA_THUOC"].startswith(HOME_MADE + HERBAL) or line["SO_DANG_KY"].startswith(HOME_MADE)


@rule(
    "drug-tender-form",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, annex, table 2: TT_THAU",
    sources=several("ANX-045 TRC-064..066 TRC-076"),
    sentence="Thông tin thầu «{value}» sai ở phần {part}: phải là {wanted}. Ghi: số quyết định;G1;N1;năm.",
    detail="Part {part} of TT_THAU must be {wanted_en}: decision;Gx[.YY];Nx;year, home-made drugs: document;year.",
    examples=[
        fires("outpatient", {"XML2.TT_THAU": "099;1;N1;2025"}),
        fires("outpatient", {"XML2.TT_THAU": "099;G1;N1"}),
        fires("outpatient", {"XML2.TT_THAU": ";G1;N1;2025"}),
        fires("outpatient", {"XML2.TT_THAU": "099;G1;N1;25"}),
        silent("outpatient", {"XML2.TT_THAU": "099/QĐ-BV.00;G1.02;N1;2025;CT01"}),
        silent("outpatient", {"XML2.TT_THAU": "CTMTQG lao", "XML2.NGUON_CTRA": "3"}),
        silent("outpatient", {"XML2.TT_THAU": "12/BBHĐ;2025", "XML2.SO_DANG_KY": "CP.01999.26.0001"}),
    ],
)
def drug_tender_form(record: Record) -> Iterator[Problem]:
    """Tender of a drug: decision, package, group, year; of a home-made one: document, year.

    Lines that the fund does not pay (PHAM_VI 2, NGUON_CTRA 2 to 4) pass, for they may come without a tender; so does
    blood.
    """
    return _faults([line for line in record.drugs if line["MA_NHOM"] not in ("7", "17")], shortest=4)


@rule(
    "supply-tender-form",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: TT_THAU",
    sources=several("ANX-046 TRC-085..087 TRC-117"),
    sentence="Thông tin thầu «{value}» sai ở phần {part}: phải là {wanted}. Ghi: số quyết định;G1;N1;năm.",
    detail="Part {part} of TT_THAU must be {wanted_en}: decision[.unit];Gx;Nx;year, or decision.unit;Gx;year.",
    examples=[
        fires("inpatient", {"XML3[4].TT_THAU": "099;G2;3;2025"}),
        fires("inpatient", {"XML3[4].TT_THAU": "099;2025"}),
        silent("inpatient", {"XML3[4].TT_THAU": "099.79001;G2;N0;2025"}),
        silent("inpatient", {"XML3[4].TT_THAU": "099.01;G2;2019"}),
    ],
)
def supply_tender_form(record: Record) -> Iterator[Problem]:
    """Tender of a supply; before TT 14/2020/TT-BYT it had no group, and stocks of that time may still be used."""
    return _faults(record.supplies, shortest=3)
