"""What the contract of a facility allows under QĐ 4210; the catalogue of facilities says it (GDH)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from congbhyt.standards.catalogues import Entry
from congbhyt.standards.catalogues.lookups import in_force
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.old_amounts import BASIS, OLD
from congbhyt.standards.rules.old_claims import STAY_KIND
from congbhyt.standards.rules.rule import ERROR, rule, several

_NEEDS = ("facilities",)
_INPATIENT, _OUTPATIENT = "3", ("1", "2")
_FREE_ROUTE = "4"
_CENTRAL, _PROVINCIAL, _DISTRICT = "1", "2", "3"


def _treating(record: Record) -> tuple[Sequence[Entry], date | None]:
    """What the catalogue says of the treating facility, and the day of arrival."""
    return record.catalogues.entries("facilities", record.visit["MA_CSKCB"]), record.visit.day("NGAY_VAO")


def _all_say(found: Sequence[Entry], column: str, value: str) -> bool:
    return bool(found) and all(entry.get(column) == value for entry in found)


def _facility(**facts: str) -> dict[str, list[dict[str, str]]]:
    return {"facilities": [{"code": "01999", **facts}, {"code": "01998", "level": "2"}, {"code": "79998"}]}


@rule(
    "old-contract-ended",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-056"),
    needs=_NEEDS,
    sentence="Hợp đồng KCB BHYT của cơ sở {facility} hết hạn ngày {ended}, trước ngày vào viện. Kiểm tra ngày vào và "
    "hợp đồng.",
    detail="NGAY_VAO is after the last day, {ended}, of the contract of {facility}.",
    examples=[
        fires("outpatient-4210", catalogues=_facility(until="20231231")),
        silent("outpatient-4210", catalogues=_facility(until="20240311")),
    ],
)
def old_contract_ended(record: Record) -> Iterator[Problem]:
    """Nobody arrives after the end of the facility's last contract."""
    found, arrived = _treating(record)
    ends = [entry.get("until", "") for entry in found]
    if arrived and ends and all(ends) and max(ends) < f"{arrived:%Y%m%d}":
        ended = max(ends)
        shown = f"{ended[6:]}/{ended[4:6]}/{ended[:4]}"
        yield record.visit.at("NGAY_VAO", facility=record.visit["MA_CSKCB"], ended=shown)


@rule(
    "old-contract-outpatient",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-011 GDH-057"),
    needs=_NEEDS,
    sentence="Cơ sở {facility} chỉ ký hợp đồng ngoại trú nên không gửi hồ sơ nội trú. Sửa loại hình KCB.",
    detail="MA_LOAI_KCB is 3, but the contract of {facility} covers outpatients only on the day of arrival.",
    examples=[
        fires("inpatient-4210", catalogues=_facility(outpatient_only="1")),
        silent("inpatient-4210", catalogues=_facility()),
        silent("outpatient-4210", catalogues=_facility(outpatient_only="1")),
    ],
)
def old_contract_outpatient(record: Record) -> Iterator[Problem]:
    """A facility with a contract for outpatients only sends no inpatients."""
    found, arrived = _treating(record)
    held = [entry for entry in found if arrived and in_force(entry, arrived)]
    if record.visit["MA_LOAI_KCB"] == _INPATIENT and _all_say(held, "outpatient_only", "1"):
        yield record.visit.at("MA_LOAI_KCB", facility=record.visit["MA_CSKCB"])


@rule(
    "old-free-route",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-059"),
    needs=_NEEDS,
    sentence="Ngoại trú thông tuyến (lý do 4) không áp dụng tại cơ sở tuyến {level} với nơi đăng ký {registered}. Sửa "
    "lý do vào viện.",
    detail="MA_LYDO_VVIEN 4 of an outpatient: the facility is of level {level}, the card of {registered}.",
    examples=[
        fires("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "4"}, catalogues=_facility(level="2")),
        fires("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "4", "XML1.MA_DKBD": "01998"}, catalogues=_facility(level="3")),
        fires("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "4", "XML1.MA_DKBD": "79998"}, catalogues=_facility(level="3")),
        silent("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "4"}, catalogues=_facility(level="3")),
        silent(
            "outpatient-4210", {"XML1.MA_LYDO_VVIEN": "4", "XML1.MA_DKBD": "01998"}, catalogues=_facility(level="4")
        ),
        silent("inpatient-4210", {"XML1.MA_LYDO_VVIEN": "4"}, catalogues=_facility(level="2")),
    ],
)
def old_free_route(record: Record) -> Iterator[Problem]:
    """Free choice holds for outpatients of districts and communes, within the province and below its level.

    With several cards it is enough that one of them allows it.
    """
    visit = record.visit
    if visit["MA_LOAI_KCB"] not in _OUTPATIENT or visit["MA_LYDO_VVIEN"] != _FREE_ROUTE:
        return
    found, _ = _treating(record)
    registered = visit.several("MA_DKBD")
    level = next((each for each in (_CENTRAL, _PROVINCIAL, _DISTRICT) if _all_say(found, "level", each)), "")
    barred = level == _DISTRICT and all(_barred(record, each) for each in registered)
    if registered and (barred or level in (_CENTRAL, _PROVINCIAL)):
        yield visit.at("MA_LYDO_VVIEN", level=level, registered=";".join(registered))


def _barred(record: Record, registered: str) -> bool:
    """Whether a card registered there gives no free choice at a district's facility of this province."""
    found = record.catalogues.entries("facilities", registered)
    elsewhere = registered[:2] != record.visit["MA_CSKCB"][:2]
    return elsewhere or any(_all_say(found, "level", level) for level in (_CENTRAL, _PROVINCIAL))


@rule(
    "old-stay-facility",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-062"),
    needs=_NEEDS,
    sentence="Loại hình KCB 5 (lưu tại trạm y tế, phòng khám khu vực) nhưng cơ sở {facility} không phải nơi như vậy.",
    detail="MA_LOAI_KCB is 5, but the catalogue says that {facility} is no commune station or regional polyclinic.",
    examples=[
        fires("outpatient-4210", {"XML1.MA_LOAI_KCB": "5", "XML3.MA_DICH_VU": "TYT.1925"},
              catalogues=_facility(station="0")),
        silent("outpatient-4210", {"XML1.MA_LOAI_KCB": "5", "XML3.MA_DICH_VU": "TYT.1925"},
               catalogues=_facility(station="1")),
        silent("outpatient-4210", {"XML1.MA_LOAI_KCB": "5", "XML3.MA_DICH_VU": "TYT.1925"}, catalogues=_facility()),
    ],
)  # fmt: skip
def old_stay_facility(record: Record) -> Iterator[Problem]:
    """Only commune stations and regional polyclinics have kind 5; a list that does not say is not believed to."""
    found, _ = _treating(record)
    if record.visit["MA_LOAI_KCB"] == STAY_KIND and _all_say(found, "station", "0"):
        yield record.visit.at("MA_LOAI_KCB", facility=record.visit["MA_CSKCB"])
