"""What catalogues say of a visit: the province of its card, traditional medicine among other codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from congbhyt.standards.catalogues.lookups import entries
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import CLAIMS, ERROR, WARNING, rule, several

_FORCES = frozenset({"97", "98"})
"""The agencies of the army and of the police, which are no provinces."""
_OTHER_DISEASES = (("XML1", "MA_BENH_KT"), ("XML3", "MA_BENH"), ("XML13", "MA_BENH_KT"), ("XML14", "MA_BENH_KT"))
_MERGED = date(2025, 7, 1)
"""From this day lists of provinces hold 34; cards keep the codes of 63, and which lists name both is unknown."""


@rule(
    "card-province-unknown",
    ERROR,
    standards=CLAIMS,
    basis="blocking errors of the assessment side (GDH-8); list of provinces as loaded",
    sources=several("GDH-005 GDH-014"),
    until=_MERGED,
    needs=("provinces",),
    sentence="Thẻ {card}: ký tự 4–5 «{province}» không phải mã tỉnh. Tra cứu lại thẻ.",
    detail="Card {card}: characters 4 and 5, {province}, are no code of the catalogue provinces.",
    examples=[
        fires("outpatient", standard="QD4750", catalogues={"provinces": [{"code": "79"}, {"code": "99"}]}),
        fires("outpatient-4210", catalogues={"provinces": [{"code": "79"}, {"code": "99"}]}),
        silent("outpatient-4210", catalogues={"provinces": [{"code": "01"}, {"code": "99"}]}),
        silent("outpatient-4210", {"XML1.MA_THE": "QN5979900000001"}, catalogues={"provinces": [{"code": "99"}]}),
        silent("outpatient", catalogues={"provinces": [{"code": "79"}, {"code": "99"}]}),
    ],
)
def card_province_unknown(record: Record) -> Iterator[Problem]:
    """Characters 4 and 5 of a card are a province, past ones included: a card outlives its province."""
    name = "MA_THE" if record.standard.id == "QD4210" else "MA_THE_BHYT"
    for card in record.cards:
        province = card[3:5]
        if len(card) == 15 and province not in _FORCES and not record.catalogues.entries("provinces", province):
            yield record.visit.at(name, card=card, province=province)


@rule(
    "other-disease-traditional",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, MA_BENH_YHCT; public checkers",
    sources=several("TRC-058 TRC-097"),
    needs=("icd-yhct",),
    sentence="{field} có mã bệnh y học cổ truyền {code}. Ghi mã này vào MA_BENH_YHCT, ở đây dùng mã ICD-10.",
    detail="{field} holds {code}, which the catalogue icd-yhct knows; it belongs into MA_BENH_YHCT.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_KT": "I10;U56.201"}, catalogues={"icd-yhct": [{"code": "U56.201"}]}),
        fires("outpatient", {"XML3.MA_BENH": "U56.201"}, catalogues={"icd-yhct": [{"code": "U56.201"}]}),
        silent("outpatient", {"XML1.MA_BENH_YHCT": "U56.201"}, catalogues={"icd-yhct": [{"code": "U56.201"}]}),
        silent("outpatient", {"XML1.MA_BENH_KT": "U56.201"},
               catalogues={"icd-yhct": [{"code": "U56.201"}], "icd10": [{"code": "U56.201"}]}),
    ],
)  # fmt: skip
def other_disease_traditional(record: Record) -> Iterator[Problem]:
    """Accompanying codes and those of lines are none of traditional medicine; the main code has a rule of its own."""
    for table, name in _OTHER_DISEASES:
        for row in record.rows(table):
            for code in row.several(name):
                if record.catalogues.entries("icd-yhct", code) and not entries(record.catalogues, "icd10", code):
                    yield row.at(name, code=code)
