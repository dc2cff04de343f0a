"""Whose entries are: drugs, services, supplies and staff of this facility, staff that may practise on the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from congbhyt.standards.catalogues.lookups import entries, in_force, of_facility
from congbhyt.standards.examples import Example, fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.catalogue_codes import coded
from congbhyt.standards.rules.rule import WARNING, Check, rule, several

_STAFF = ("000101/GPHN-BYT", "000102/GPHN-BYT", "000201/GPHN-BYT", "000001/GPHN-BYT")
_DAYS = {"NGUOI_THUC_HIEN": ("NGAY_TH_YL", "NGAY_YL", "THOI_DIEM_DBLS")}
"""Where the day stands on which somebody acted; for other fields the order or the result."""
_ORDER = ("NGAY_YL", "NGAY_KQ")


def _elsewhere(record: Record, kind: str) -> Iterator[Problem]:
    facility = record.visit["MA_CSKCB"]
    good: set[str] = set()
    for row, name in coded(record, kind) if facility else ():
        if row[name] in good:
            continue
        items = [item for item in row.several(name) if _of_others(record, kind, item, facility)]
        if not items:
            good.add(row[name])
        for item in items:
            if not _outsourced(row, item):
                yield row.at(name, item=item, facility=facility)


def _of_others(record: Record, kind: str, item: str, facility: str) -> bool:
    found = entries(record.catalogues, kind, item)
    return bool(found) and not of_facility(found, facility)


def _outsourced(row: Row, item: str) -> bool:
    """Whether the line says itself that another facility gave the service, the drug or the contract."""
    return ".K." in row["MA_DICH_VU"] or ".HD." in item or bool(row["MA_CSKCB_THUOC"])


@dataclass(frozen=True, slots=True)
class _Kind:
    """One rule: the catalogue, its id, the word for what it lists, whose rows it answers."""

    kind: str
    id: str
    word: str
    sources: str
    examples: Sequence[Example]


_KINDS = (
    _Kind(
        "drugs", "drug-of-other-facility", "Thuốc", "TT12-003 EMR-013 TRC-077",
        [
            fires("outpatient", catalogues={"drugs": [{"code": "40.154", "facility": "01998"}, {"code": "40.2"}]}),
            silent("outpatient", catalogues={"drugs": [{"code": "40.154", "facility": "01998"}, {"code": "40.2"},
                                                       {"code": "40.154", "facility": "01999"}]}),
        ],
    ),
    _Kind(
        "services", "service-of-other-facility", "Dịch vụ", "TT12-003 TRC-123 PCB-041",
        [
            fires("outpatient", catalogues={"services": [{"code": "02.1896", "facility": "01998"},
                                                         {"code": "18.0119.0028"}, {"code": "22.0120.1370"}]}),
            silent("outpatient", {"XML3.MA_DICH_VU": "02.1896.K.01998"},
                   catalogues={"services": [{"code": "02.1896", "facility": "01998"},
                                            {"code": "18.0119.0028"}, {"code": "22.0120.1370"}]}),
        ],
    ),
    _Kind(
        "supplies", "supply-of-other-facility", "Vật tư", "TT12-003 TRC-120",
        [
            fires("inpatient", catalogues={"supplies": [{"code": "N03.05.010", "facility": "01998"}]}),
            silent("inpatient", catalogues={"supplies": [{"code": "N03.05.010", "facility": "01999"}]}),
        ],
    ),
    _Kind(
        "staff", "staff-of-other-facility", "Người hành nghề", "PCB-043",
        [
            fires("outpatient", catalogues={"staff": [{"code": each, "facility": "01998"} for each in _STAFF]}),
            silent("outpatient", catalogues={"staff": [{"code": each, "facility": "01999"} for each in _STAFF]}),
        ],
    ),
)  # fmt: skip


def _check(kind: str) -> Check:
    def check(record: Record) -> Iterator[Problem]:
        return _elsewhere(record, kind)

    return check


for _each in _KINDS:
    rule(
        _each.id,
        WARNING,
        basis="TT 12/2026/TT-BTC Đ10; public checkers; catalogues as loaded",
        sources=several(_each.sources),
        needs=(_each.kind,),
        sentence=f"{_each.word} «{{item}}» có trong danh mục nhưng không phải của cơ sở {{facility}}. Chọn lại mã.",
        detail=f"The catalogue {_each.kind} has {{item}} for other facilities than MA_CSKCB {{facility}} only.",
        examples=_each.examples,
    )(_check(_each.kind))


@rule(
    "staff-not-in-force",
    WARNING,
    basis="public checkers; the list of practitioners as loaded",
    sources=several("PCB-040"),
    needs=("staff",),
    sentence="Người hành nghề {item} không có hiệu lực trong danh sách ngày {day}: hết hạn, thu hồi hoặc chưa đăng ký. "
    "Kiểm tra lại.",
    detail="{field}: practitioner {item} is listed, but not for {day}.",
    examples=[
        fires("outpatient", catalogues={"staff": [{"code": each, "until": "20260913"} for each in _STAFF]}),
        silent("outpatient", catalogues={"staff": [{"code": each, "until": "20260914"} for each in _STAFF]}),
    ],
)
def staff_not_in_force(record: Record) -> Iterator[Problem]:
    """Whoever orders, acts or signs is listed on that day."""
    for row, name in coded(record, "staff"):
        day = _acted(row, name, record)
        for item in row.several(name):
            found = entries(record.catalogues, "staff", item)
            if found and not any(in_force(entry, day) for entry in found):
                yield row.at(name, item=item, day=f"{day:%d/%m/%Y}")


def _acted(row: Row, name: str, record: Record) -> date:
    days = (row.day(each) for each in _DAYS.get(name, _ORDER))
    return next((day for day in days if day), record.day)
