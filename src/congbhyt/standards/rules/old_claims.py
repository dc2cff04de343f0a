"""What the assessment side refuses in XML1 and XML3 of QĐ 4210, amounts aside (list of blocking errors, GDH)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from congbhyt.standards.cards import LENGTH, letters_of
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import SUPPLY_GROUPS, Problem, Record
from congbhyt.standards.rules.old_amounts import BASIS, OLD
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_CARD_LISTS = ("MA_DKBD", "GT_THE_TU", "GT_THE_DEN")
_STENT = "N06.02.020"
_MORE_STENTS = frozenset({"CC", "TE", "QN", "CA", "CY"})
"""Card groups whose stents are paid without a limit."""
_STENTS_LIMITED = date(2017, 1, 1)
_SUPPLIES_NAMED = date(2021, 8, 1)
STAY_KIND = "5"
STAY_SERVICES = frozenset({"TYT.1925", "PKKV.1925"})
"""A day's stay at a commune station and at a regional polyclinic."""


@rule(
    "old-off-route-at-home",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-001 GDH-013"),
    sentence="Lý do vào viện là trái tuyến (3) nhưng thẻ đăng ký ngay tại cơ sở này ({facility}). Sửa lý do vào viện.",
    detail="MA_LYDO_VVIEN is 3 (off route) although MA_DKBD is MA_CSKCB, {facility}.",
    examples=[
        fires("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "3"}),
        silent("outpatient-4210", {"XML1.MA_LYDO_VVIEN": "3", "XML1.MA_DKBD": "99002"}),
    ],
)
def old_off_route_at_home(record: Record) -> Iterator[Problem]:
    """Whoever is registered at the treating facility is on route; with several cards, when all are."""
    visit = record.visit
    registered = visit.several("MA_DKBD")
    if visit["MA_LYDO_VVIEN"] == "3" and registered and set(registered) == {visit["MA_CSKCB"]}:
        yield visit.at("MA_LYDO_VVIEN", facility=visit["MA_CSKCB"])


@rule(
    "old-card-lists",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-015 GDH-024"),
    sentence="{field} có {count} giá trị nhưng có {cards} thẻ. Ghi đủ cho từng thẻ, cách nhau bằng dấu chấm phẩy.",
    detail="{field} holds {count} items, MA_THE holds {cards}: one for each card, joined by ';', in the same order.",
    examples=[
        fires("outpatient-4210", {"XML1.GT_THE_TU": "20240101;20240301"}),
        fires("outpatient-4210", {"XML1.MA_DKBD": "99001;99001"}),
        silent("outpatient-4210", {"XML1.GT_THE_DEN": ""}),
    ],
)
def old_card_lists(record: Record) -> Iterator[Problem]:
    """Registration, first and last day stand once for each card; an empty field has a rule of its own."""
    visit = record.visit
    cards = _count(visit["MA_THE"])
    for name in _CARD_LISTS:
        if cards and visit[name] and _count(visit[name]) != cards:
            yield visit.at(name, count=_count(visit[name]), cards=cards)


def _count(text: str) -> int:
    text = text.strip(" ;")
    return text.count(";") + 1 if text else 0


@rule(
    "old-settlement-year",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-034"),
    sentence="Năm quyết toán {value} ở tương lai. Sửa NAM_QT.",
    detail="NAM_QT is after the year of checking, {year}.",
    examples=[
        fires("outpatient-4210", {"XML1.NAM_QT": "2099"}),
        silent("outpatient-4210", {"XML1.NAM_QT": "2024"}),
    ],
)
def old_settlement_year(record: Record) -> Iterator[Problem]:
    """Nothing is settled in a year that has not begun."""
    year = record.visit.whole("NAM_QT")
    if year is not None and year > record.today.year:
        yield record.visit.at("NAM_QT", year=record.today.year)


@rule(
    "old-year-of-leaving",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-061"),
    sentence="Ra viện năm {left} nhưng quyết toán năm {value}: không quyết toán trước năm ra viện. Sửa NAM_QT.",
    detail="NAM_QT is before the year of NGAY_RA, {left}.",
    examples=[
        fires("outpatient-4210", {"XML1.NAM_QT": "2023"}),
        silent("outpatient-4210", {"XML1.NAM_QT": "2024"}),
    ],
)
def old_year_of_leaving(record: Record) -> Iterator[Problem]:
    """A visit is settled in the year in which it ended, or later.

    The list refuses visits that did not end in the current fiscal year; read at the time of sending, which a file
    does not tell, that would accuse every older file.
    """
    year, left = record.visit.whole("NAM_QT"), record.visit.day("NGAY_RA")
    if year is not None and left is not None and year < left.year:
        yield record.visit.at("NAM_QT", left=left.year)


@rule(
    "old-stents",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-010 GDH-018"),
    sentence="Stent động mạch vành {code}: BHYT chỉ thanh toán 1 cái, dòng này ghi {value}.",
    detail="Coronary stent N06.02.020 with SO_LUONG above 1; only cards CC, TE, QN, CA and CY may have more.",
    examples=[
        fires("inpatient-4210", {"XML3[3].MA_VAT_TU": "N06.02.020"}),
        silent("inpatient-4210", {"XML3[3].MA_VAT_TU": "N06.02.020", "XML3[3].SO_LUONG": "1.000"}, settle=True),
        silent("inpatient-4210", {"XML3[3].MA_VAT_TU": "N06.02.020", "XML1.MA_THE": "TE1019900000002"}),
    ],
)
def old_stents(record: Record) -> Iterator[Problem]:
    """One coronary stent is paid, more only for a few card groups, for visits that end from 2017 on."""
    left = record.visit.day("NGAY_RA")
    if left is None or left < _STENTS_LIMITED or any(card[:2] in _MORE_STENTS for card in record.cards):
        return
    for line in record.lines:
        quantity = line.number_of("SO_LUONG")
        if line["MA_VAT_TU"].startswith(_STENT) and quantity is not None and quantity > 1:
            yield line.at("SO_LUONG", code=line["MA_VAT_TU"])


@rule(
    "old-supply-service",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-060"),
    sentence="Vật tư ghi dùng trong dịch vụ {value} nhưng hồ sơ không có dịch vụ đó. Thêm dịch vụ hoặc sửa mã.",
    detail="A supply line (groups 10, 11) names MA_DICH_VU {value}, which no other line of the file bills.",
    examples=[
        fires("inpatient-4210", {"XML3[3].MA_DICH_VU": "03.3327.0687"}),
        silent("inpatient-4210", {"XML3[3].MA_DICH_VU": ""}),
        silent("inpatient-4210", {"XML3[3].MA_DICH_VU": "03.3327.0687"}, day=date(2021, 6, 14)),
    ],
)
def old_supply_service(record: Record) -> Iterator[Problem]:
    """From arrivals on 01/08/2021 on, the service in which a supply was used is billed in the same file."""
    arrived = record.visit.day("NGAY_VAO")
    if arrived is None or arrived < _SUPPLIES_NAMED:
        return
    billed = {line["MA_DICH_VU"] for line in record.services}
    for line in record.lines:
        if line["MA_NHOM"] in SUPPLY_GROUPS and line["MA_DICH_VU"] and line["MA_DICH_VU"] not in billed:
            yield line.at("MA_DICH_VU")


@rule(
    "old-stay-kind",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-063"),
    sentence="Có ngày lưu {value} của trạm y tế, phòng khám khu vực nhưng loại hình KCB là {kind}: phải là 5.",
    detail="A stay {value} is billed, so MA_LOAI_KCB must be 5; it is {kind}.",
    examples=[
        fires("outpatient-4210", {"XML3.MA_DICH_VU": "TYT.1925"}),
        silent("outpatient-4210", {"XML3.MA_DICH_VU": "TYT.1925", "XML1.MA_LOAI_KCB": "5"}),
    ],
)
def old_stay_kind(record: Record) -> Iterator[Problem]:
    """A day's stay at a station is billed in a file of kind 5 only."""
    kind = record.visit["MA_LOAI_KCB"]
    if not kind or kind == STAY_KIND:
        return
    for line in record.lines:
        if line["MA_DICH_VU"] in STAY_SERVICES:
            yield line.at("MA_DICH_VU", kind=kind)


@rule(
    "old-stay-service",
    ERROR,
    standards=OLD,
    basis=BASIS,
    sources=several("GDH-064"),
    sentence="Loại hình KCB là 5 (lưu tại trạm y tế, phòng khám) nhưng không có ngày lưu TYT.1925 hay PKKV.1925. Thêm "
    "dòng này hoặc sửa loại hình.",
    detail="MA_LOAI_KCB is 5 and no line bills TYT.1925 or PKKV.1925.",
    examples=[
        fires("outpatient-4210", {"XML1.MA_LOAI_KCB": "5"}),
        silent("outpatient-4210", {"XML1.MA_LOAI_KCB": "5", "XML3.MA_DICH_VU": "PKKV.1925"}),
    ],
)
def old_stay_service(record: Record) -> Iterator[Problem]:
    """A file of kind 5 bills a day's stay; XML1 sent alone is not judged."""
    if record.visit["MA_LOAI_KCB"] != STAY_KIND or not record.costs:
        return
    if not any(line["MA_DICH_VU"] in STAY_SERVICES for line in record.lines):
        yield record.visit.at("MA_LOAI_KCB")


@rule(
    "old-card-letters",
    WARNING,
    standards=OLD,
    basis="blocking errors of the assessment side (GDH); groups and digits as a public checker reads QĐ 1351/QĐ-BHXH",
    sources=several("GDH-005 GDH-014"),
    sentence="Thẻ {card}: đối tượng {letters} không đi với mức hưởng {digit}. Tra cứu lại thẻ.",
    detail="Card {card}: the group {letters} does not occur with the benefit digit {digit} on that day.",
    examples=[
        fires("outpatient-4210", {"XML1.MA_THE": "TE4019900000001"}),
        silent("outpatient-4210", {"XML1.MA_THE": "HT3019900000001"}),
    ],
)
def old_card_letters(record: Record) -> Iterator[Problem]:
    """The first three characters of a card are one of the groups; only a warning, for its list is second-hand."""
    for card in record.cards:
        if len(card) == LENGTH and (letters := letters_of(card[2], record.day)) and card[:2] not in letters:
            yield record.visit.at("MA_THE", card=card, letters=card[:2], digit=card[2])
