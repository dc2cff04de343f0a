"""Codes that the loaded catalogues must know; each kind of catalogue is one rule over every field that names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from congbhyt.standards.catalogues.lookups import entries, in_force, in_no_list
from congbhyt.standards.examples import Example, fires, silent
from congbhyt.standards.findings import Severity
from congbhyt.standards.loading import standards
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import CLAIMS, ERROR, WARNING, Check, rule, several

_DATED = frozenset(
    {"icd10", "icd9cm", "icd-yhct", "provinces", "communes", "occupations", "routes", "fuels", "indices", "chairs"}
)
"""Kinds whose codes count only while they hold; for the others that has a rule of its own (catalogue_facts)."""
_LABORATORIES = frozenset({"NOI_LAY_MAU_XN", "NOI_XN_KD"})
"""Fields of facilities that may name a preventive centre, which treats nobody and stands in no list."""
_PROVISIONAL = "000"
"""A provisional card is registered at its province: code of the province and three zeros (GDH-9)."""


@lru_cache(256)
def _fields(standard: str, kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The fields of a standard that hold codes of a kind, by table."""
    tables = standards()[standard].tables.values()
    found = (
        (table.label, tuple(name for name, each in table.fields.items() if each.catalogue == kind)) for table in tables
    )
    return tuple((label, names) for label, names in found if names)


def coded(record: Record, kind: str) -> Iterator[tuple[Row, str]]:
    """Every filled field that holds codes of a kind, and its row."""
    for label, names in _fields(record.standard.id, kind):
        for row in record.rows(label):
            for name in names:
                if row[name]:
                    yield row, name


def _unknown(record: Record, kind: str) -> Iterator[Problem]:
    good: set[str] = set()
    for row, name in coded(record, kind):
        if row[name] in good:
            continue
        wrong = {item: why for item in row.several(name) if (why := _why(record, kind, item))}
        if not wrong:
            good.add(row[name])
        for item, why in wrong.items():
            if not _excused(record, kind, name, item):
                yield row.at(name, item=item, why=_WORDS[why], fault=why)


_WORDS = {"unknown": "không có trong danh mục", "not in force": "không còn (hoặc chưa) hiệu lực trong danh mục"}


def _why(record: Record, kind: str, item: str) -> str:
    if in_no_list(kind, item):
        return ""
    found = entries(record.catalogues, kind, item)
    if not found:
        return "unknown"
    return "not in force" if kind in _DATED and not any(in_force(entry, record.day) for entry in found) else ""


def _excused(record: Record, kind: str, name: str, item: str) -> bool:
    if kind == "facilities":
        provisional = item.endswith(_PROVISIONAL) or any(card[5:7] == "KT" for card in record.cards)
        return name in _LABORATORIES or (name == "MA_DKBD" and provisional)
    # A code of traditional medicine in an ICD-10 field has rules of its own.
    return kind == "icd10" and bool(entries(record.catalogues, "icd-yhct", item))


@dataclass(frozen=True, slots=True)
class _Kind:
    """One rule: the catalogue, the word for its codes, and what the rule needs besides."""

    kind: str
    id: str
    severity: Severity
    word: str
    sources: str
    examples: Sequence[Example]


def _listed(kind: str, *codes: str) -> dict[str, list[dict[str, str]]]:
    return {kind: [{"code": code} for code in codes]}


_STAFF = ("000101/GPHN-BYT", "000102/GPHN-BYT", "000201/GPHN-BYT", "000001/GPHN-BYT")
_SERVICES = ("02.1896", "18.0119.0028", "22.0120.1370")

_KINDS = (
    _Kind(
        "facilities", "facility-unknown", ERROR, "mã cơ sở KCB",
        "V4750-VAL-009 V4750-VAL-025 V4750-VAL-032 V4750-VAL-033 GDH-006 GDH-007 GDH-015 GDH-016 TRC-033..036 TRC-227 "
        "TRC-229",
        [
            fires("outpatient", catalogues=_listed("facilities", "01998")),
            fires("outpatient-4210", {"XML1.MA_DKBD": "01777"}, catalogues=_listed("facilities", "01999")),
            silent("outpatient", {"XML1.MA_DKBD": "01000"}, catalogues=_listed("facilities", "01999")),
            silent("hiv", {"XML6.NOI_XN_KD": "01777"}, catalogues=_listed("facilities", "01999")),
        ],
    ),
    _Kind(
        "icd10", "icd10-unknown", ERROR, "mã ICD-10",
        "V4750-VAL-029 V4750-VAL-030 TRC-057 TRC-059 TRC-098 TRC-235 TRC-237 PCH-026",
        [
            fires("outpatient", {"XML1.MA_BENH_KT": "I11"}, catalogues=_listed("icd10", "J20.9", "I10")),
            fires("outpatient", catalogues={"icd10": [{"code": "J20.9"}, {"code": "I10", "until": "20260630"}]}),
            silent("outpatient", {"XML1.MA_BENH_KT": "I10;J209"}, catalogues=_listed("icd10", "J20.9", "I10")),
            silent("outpatient-4210", catalogues=_listed("icd10", "J20.9", "I10")),
        ],
    ),
    _Kind(
        "icd9cm", "icd9cm-unknown", ERROR, "mã ICD-9-CM",
        "V4750-VAL-031",
        [
            fires("inpatient", catalogues=_listed("icd9cm", "47.09")),
            silent("inpatient", catalogues=_listed("icd9cm", "47.01")),
        ],
    ),
    _Kind(
        "icd-yhct", "icd-yhct-unknown", WARNING, "mã bệnh YHCT",
        "V4750-VAL-077 TRC-060 TRC-100 TRC-238",
        [
            fires("outpatient", {"XML1.MA_BENH_YHCT": "U56.201"}, catalogues=_listed("icd-yhct", "U56.202")),
            silent("outpatient", {"XML1.MA_BENH_YHCT": "U56.202"}, catalogues=_listed("icd-yhct", "U56.202")),
        ],
    ),
    _Kind(
        "departments", "department-unknown", ERROR, "mã khoa",
        "V4750-VAL-076",
        [
            fires("inpatient", catalogues=_listed("departments", "K19")),
            silent("inpatient", {"XML3[5].MA_KHOA": "K19.1"}, catalogues=_listed("departments", "K01", "K19")),
        ],
    ),
    _Kind(
        "drugs", "drug-unknown", ERROR, "mã thuốc",
        "V4750-VAL-055 TRC-077 EMR-013 TT12-003",
        [
            fires("outpatient", catalogues=_listed("drugs", "40.154")),
            silent("outpatient", {"XML2.MA_THUOC": "40.17"}, catalogues=_listed("drugs", "40.2")),
            silent("outpatient", {"XML2.MA_THUOC": "05C.1+05C.2"}, catalogues=_listed("drugs", "40.2")),
        ],
    ),
    _Kind(
        "services", "service-unknown", ERROR, "mã dịch vụ",
        "V4750-VAL-064 V4750-VAL-069 TRC-123 TRC-131 TT12-003 PCB-041",
        [
            fires("outpatient", catalogues=_listed("services", "02.1896", "18.0119.0028")),
            silent("outpatient", catalogues=_listed("services", *_SERVICES)),
            silent("outpatient", {"XML3.MA_DICH_VU": "02.1896.K.99002"}, catalogues=_listed("services", *_SERVICES)),
            silent("outpatient", {"XML3.MA_DICH_VU": "VC.99002"}, catalogues=_listed("services", *_SERVICES)),
        ],
    ),
    _Kind(
        "supplies", "supply-unknown", ERROR, "mã vật tư",
        "V4750-VAL-070 TRC-120 TT12-003",
        [
            fires("inpatient", catalogues=_listed("supplies", "N03.05.011")),
            silent("inpatient", {"XML3[4].MA_VAT_TU": "N03.05.010.7"}, catalogues=_listed("supplies", "N03.05.010")),
        ],
    ),
    _Kind(
        "staff", "staff-unknown", WARNING, "mã người hành nghề",
        "TRC-040 TRC-070 TRC-089 TRC-092 TRC-140 TRC-145 TRC-148 TRC-150 TRC-156 TRC-182 TRC-192 TRC-214 TRC-216 "
        "TRC-246 TRC-248 TRC-260 TRC-262 PCB-025 PCB-036",
        [
            fires("outpatient", catalogues=_listed("staff", *_STAFF[1:])),
            silent("outpatient", catalogues=_listed("staff", *_STAFF)),
            silent("outpatient", catalogues=_listed("staff", *_STAFF), standard="QD4750"),
        ],
    ),
    _Kind(
        "indices", "index-unknown", WARNING, "mã chỉ số",
        "",
        [
            fires("outpatient", catalogues=_listed("indices", "CDHA")),
            silent("outpatient", catalogues=_listed("indices", "CDHA", "WBC")),
        ],
    ),
    _Kind(
        "provinces", "province-unknown", WARNING, "mã tỉnh",
        "TRC-011",
        [
            fires("outpatient", {"XML1.MATINH_CU_TRU": "98"}, catalogues=_listed("provinces", "99", "01")),
            silent("outpatient", catalogues=_listed("provinces", "99", "01")),
        ],
    ),
    _Kind(
        "communes", "commune-unknown", WARNING, "mã xã",
        "TRC-013",
        [
            fires("outpatient", catalogues={"communes": [{"code": "99999", "until": "20250630"}]}),
            silent("outpatient", catalogues={"communes": [{"code": "99999", "from": "20250701"}]}),
        ],
    ),
    _Kind(
        "routes", "route-unknown", WARNING, "mã đường dùng",
        "",
        [
            fires("outpatient", catalogues=_listed("routes", "2.10")),
            silent("outpatient", catalogues=_listed("routes", "1.01")),
        ],
    ),
    _Kind(
        "fuels", "fuel-unknown", ERROR, "mã xăng dầu",
        "V4750-LIST-01",
        [
            fires("outpatient", {"XML3.MA_XANG_DAU": "X1"}, catalogues=_listed("fuels", "X2")),
            silent("outpatient", {"XML3.MA_XANG_DAU": "X2"}, catalogues=_listed("fuels", "X2")),
        ],
    ),
    _Kind(
        "machines", "machine-unknown", WARNING, "mã máy",
        "TRC-102",
        [
            fires("outpatient", catalogues=_listed("machines", "XQ.1.01")),
            silent("outpatient", catalogues=_listed("machines", "XQ.1.01", "HH.1.01")),
        ],
    ),
    _Kind(
        "occupations", "occupation-unknown", WARNING, "mã nghề nghiệp",
        "TRC-017",
        [
            fires("outpatient", {"XML1.MA_NGHE_NGHIEP": "11111"}, catalogues=_listed("occupations", "22222")),
            silent("outpatient", catalogues=_listed("occupations", "22222")),
        ],
    ),
    _Kind(
        "chairs", "chair-unknown", ERROR, "người chủ trì",
        "ANX-070",
        [
            fires("assessment", {"XML12.NGUOI_CHU_TRI": "TRẦN MẪU"}, catalogues=_listed("chairs", "LÊ MẪU")),
            silent("assessment", {"XML12.NGUOI_CHU_TRI": "Lê  Mẫu"}, catalogues=_listed("chairs", "LÊ MẪU")),
        ],
    ),
)  # fmt: skip


def _check(kind: str) -> Check:
    def check(record: Record) -> Iterator[Problem]:
        return _unknown(record, kind)

    return check


for _each in _KINDS:
    rule(
        _each.id,
        _each.severity,
        standards=CLAIMS,
        basis="shared code lists of the Ministry of Health and of VSS, as loaded (congbhyt catalogue)",
        sources=several(_each.sources),
        needs=(_each.kind,),
        sentence=f"{{field}}: {_each.word} «{{item}}» {{why}} đã nạp. Sửa mã, hoặc nạp danh mục mới hơn.",
        detail=f"{{field}} holds {{item!r}}, {{fault}} in the catalogue {_each.kind}.",
        examples=_each.examples,
    )(_check(_each.kind))
