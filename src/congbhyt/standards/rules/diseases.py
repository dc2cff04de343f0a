"""The disease codes of a visit: one main code, what accompanies it, and what the ICD-10 catalogue says of them.

The catalogue's columns stand in data/catalogues.toml; a code may have several rows, each for a period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from congbhyt.standards.catalogues import Entry
from congbhyt.standards.catalogues.lookups import entries, in_force
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_NEW_LIST = date(2026, 7, 1)
"""From this day (end of the visit) the ICD-10 list of TT 06/2026 holds, whose flags these rules read."""
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?[*†+]?")
"""Letter, digit, letter or digit, then the subdivision with or without its dot; dagger and asterisk may follow."""
_SEXES = {"female_only": ("2", "nữ"), "male_only": ("1", "nam")}
"""Columns of the catalogue, the sex that each wants, and its name."""


def _flags(record: Record) -> Iterator[tuple[Row, Entry]]:
    """The row of the visit with each entry that the catalogue has for its main code on that day."""
    for visit in record.rows("XML1"):
        for entry in entries(record.catalogues, "icd10", visit["MA_BENH_CHINH"]):
            if in_force(entry, record.day):
                yield visit, entry


@rule(
    "main-disease-one",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, MA_BENH_CHINH",
    sources=several("ANX-037"),
    sentence="Mã bệnh chính «{value}» có nhiều mã. Giữ một mã; các mã khác ghi vào MA_BENH_KT.",
    detail="{field} must hold exactly one code.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "J20;R05"}),
        silent("outpatient"),
    ],
)
def main_disease_one(record: Record) -> Iterator[Problem]:
    """MA_BENH_CHINH is one code."""
    for visit in record.rows("XML1"):
        if any(sign in visit["MA_BENH_CHINH"] for sign in ";,"):
            yield visit.at("MA_BENH_CHINH")


@rule(
    "disease-form",
    ERROR,
    basis="gateway workbook of QĐ 4750: codes of the ICD-10 list",
    sources=several("V4750-VAL-029 V4750-VAL-030 PCX-025 PCH-026"),
    sentence="{field} có mã «{code}», không phải mã ICD-10 (một chữ in hoa, hai số, ví dụ J20.9). Chọn lại mã bệnh; "
    "nhiều mã kèm theo cách nhau bằng dấu «;».",
    detail="{field} holds {code!r}, which has not the form of an ICD-10 code.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "J2"}),
        fires("outpatient", {"XML1.MA_BENH_KT": "I10;J 02"}),
        silent("outpatient", {"XML1.MA_BENH_CHINH": "J209"}),
        silent("outpatient", {"XML1.MA_BENH_KT": "G63.2*;U07.1"}),
    ],
)
def disease_form(record: Record) -> Iterator[Problem]:
    """Main and accompanying codes look like codes of ICD-10; several main codes are `main-disease-one`."""
    for visit in record.rows("XML1"):
        main = visit["MA_BENH_CHINH"]
        for name, codes in (("MA_BENH_CHINH", [main] if main else []), ("MA_BENH_KT", visit.several("MA_BENH_KT"))):
            for code in codes:
                if not _ICD10.fullmatch(code) and not (name == "MA_BENH_CHINH" and re.search("[;,]", code)):
                    yield visit.at(name, code=code[:20])


@rule(
    "disease-repeated",
    WARNING,
    basis="public checkers",
    sources=several("PCH-073"),
    sentence="Mã bệnh kèm theo nhắc lại mã bệnh chính {main}. Bỏ mã này khỏi {field}.",
    detail="{field} repeats the main code {main}.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_KT": "I10;J20.9"}),
        silent("outpatient", {"XML1.MA_BENH_KT": "I10;J20.8"}),
    ],
)
def disease_repeated(record: Record) -> Iterator[Problem]:
    """MA_BENH_KT does not repeat MA_BENH_CHINH."""
    for visit in record.rows("XML1"):
        if visit["MA_BENH_CHINH"] and visit["MA_BENH_CHINH"] in visit.several("MA_BENH_KT"):
            yield visit.at("MA_BENH_KT", main=visit["MA_BENH_CHINH"])


@rule(
    "main-disease-asterisk",
    WARNING,
    basis="ICD-10: asterisk codes tell where a disease shows, dagger codes which it is",
    sources=several("PCH-072"),
    sentence="Mã {value} có dấu sao, không làm bệnh chính. Ghi mã nguyên nhân làm bệnh chính, mã này làm kèm theo.",
    detail="{field} is an asterisk code, which ICD-10 allows beside a main code only.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "G63.2*"}),
        silent("outpatient", {"XML1.MA_BENH_KT": "G63.2*"}),
    ],
)
def main_disease_asterisk(record: Record) -> Iterator[Problem]:
    """MA_BENH_CHINH is no asterisk code, where the file writes the asterisk."""
    for visit in record.rows("XML1"):
        if visit["MA_BENH_CHINH"].endswith("*"):
            yield visit.at("MA_BENH_CHINH")


@rule(
    "main-disease-refused",
    ERROR,
    basis="TT 06/2026/TT-BYT, ICD-10 list by the end of the visit",
    sources=several("LAW-010"),
    since=_NEW_LIST,
    needs=("icd10",),
    sentence="Mã {value} không được làm bệnh chính theo danh mục ICD-10 mới. Chọn mã khác làm bệnh chính.",
    detail="The catalogue icd10 flags {value} as not_primary.",
    examples=[
        fires("outpatient", catalogues={"icd10": [{"code": "J20.9", "not_primary": "1"}, {"code": "I10"}]}),
        silent("outpatient", catalogues={"icd10": [{"code": "J20.9"}, {"code": "I10", "not_primary": "1"}]}),
        silent(
            "outpatient",
            catalogues={"icd10": [{"code": "J20.9", "not_primary": "1", "until": "20260831"}, {"code": "I10"}]},
        ),
    ],
)
def main_disease_refused(record: Record) -> Iterator[Problem]:
    """The main code is not one that the list refuses as such."""
    for visit, entry in _flags(record):
        if entry.get("not_primary") == "1":
            yield visit.at("MA_BENH_CHINH")


@rule(
    "main-disease-discouraged",
    WARNING,
    basis="TT 06/2026/TT-BYT, ICD-10 list by the end of the visit",
    sources=several("LAW-012"),
    since=_NEW_LIST,
    needs=("icd10",),
    sentence="Mã {value} không nên làm bệnh chính (đã có mã cụ thể hơn hoặc chỉ để ghi tử vong). Chọn mã phù hợp hơn.",
    detail="The catalogue icd10 flags {value} as discouraged: not as main, too general, or for causes of death only.",
    examples=[
        fires("outpatient", catalogues={"icd10": [{"code": "J20.9", "discouraged": "1"}, {"code": "I10"}]}),
        silent("outpatient", catalogues={"icd10": [{"code": "J20.9"}, {"code": "I10", "discouraged": "1"}]}),
    ],
)
def main_disease_discouraged(record: Record) -> Iterator[Problem]:
    """The main code is not one that the list discourages."""
    for visit, entry in _flags(record):
        if entry.get("discouraged") == "1":
            yield visit.at("MA_BENH_CHINH")


@rule(
    "main-disease-sex",
    WARNING,
    basis="TT 06/2026/TT-BYT, ICD-10 list by the end of the visit",
    sources=several("LAW-011"),
    since=_NEW_LIST,
    needs=("icd10",),
    sentence="Mã {value} chỉ dùng cho bệnh của {sex}, giới tính người bệnh ghi khác. Kiểm tra mã bệnh và giới tính.",
    detail="The catalogue icd10 flags {value} as {flag}; GIOI_TINH is {found}.",
    examples=[
        fires("outpatient", catalogues={"icd10": [{"code": "J20.9", "female_only": "1"}, {"code": "I10"}]}),
        silent("outpatient", catalogues={"icd10": [{"code": "J20.9", "male_only": "1"}, {"code": "I10"}]}),
        silent(
            "outpatient",
            {"XML1.GIOI_TINH": "3"},
            catalogues={"icd10": [{"code": "J20.9", "female_only": "1"}, {"code": "I10"}]},
        ),
    ],
)
def main_disease_sex(record: Record) -> Iterator[Problem]:
    """The main code can occur with the patient's sex; an undetermined sex is not judged."""
    for visit, entry in _flags(record):
        for flag, (sex, name) in _SEXES.items():
            if entry.get(flag) == "1" and visit["GIOI_TINH"] in "12" and visit["GIOI_TINH"] not in ("", sex):
                yield visit.at("MA_BENH_CHINH", sex=name, flag=flag, found=visit["GIOI_TINH"])


@rule(
    "main-disease-traditional",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, MA_BENH_YHCT; public checkers",
    sources=several("TRC-056"),
    needs=("icd-yhct",),
    sentence="Mã {value} là mã bệnh y học cổ truyền. Ghi mã này vào MA_BENH_YHCT, bệnh chính dùng mã ICD-10.",
    detail="{field} holds {value}, which the catalogue icd-yhct knows; it belongs into MA_BENH_YHCT.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "U56.201"}, catalogues={"icd-yhct": [{"code": "U56.201"}]}),
        silent("outpatient", catalogues={"icd-yhct": [{"code": "U56.201"}]}),
        silent("outpatient", catalogues={"icd-yhct": [{"code": "J20.9"}], "icd10": [{"code": "J20.9"}]}),
    ],
)
def main_disease_traditional(record: Record) -> Iterator[Problem]:
    """The main code is none of traditional medicine; what stands in both lists may be either."""
    for visit in record.rows("XML1"):
        code = visit["MA_BENH_CHINH"]
        if entries(record.catalogues, "icd-yhct", code) and not entries(record.catalogues, "icd10", code):
            yield visit.at("MA_BENH_CHINH")
