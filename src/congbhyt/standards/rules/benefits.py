"""Benefit levels: what card, way to the facility, total and exemptions let the fund pay.

Whether a facility is a commune station, where the fund pays all, only a catalogue knows; whether other visits of the
year used up the co-payment, no file does. What one of them may explain is no error here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from congbhyt.standards.benefits import WHOLE, Share, limits, printed_level, raised_level, shares
from congbhyt.standards.catalogues.lookups import entries, in_force
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.figures import Figures
from congbhyt.standards.loading import base_salary
from congbhyt.standards.records import INPATIENT_KINDS, Problem, Record, Row
from congbhyt.standards.rules.amounts import TOLERANCE, differs
from congbhyt.standards.rules.payers import TRANSPORT
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several
from congbhyt.standards.rules.totals import total

_LAW = "Luật BHYT, điều 22"
_ROUNDED = Decimal("0.5")
"""Percent: programs may still round a level of 47.5, which has been allowed since 01/07/2026 only."""

_FUND = "1"
"""NGUON_CTRA of drugs that the fund pays for."""

_UNINSURED = "9"
_PICK_UP_KIND = "07"
_STAY = "03"
_WOUND = "1"
_NOTHING = Decimal(0)
_LARGE = Decimal(10_000_000)
_UNDER_THRESHOLD = {"XML2[*].SO_LUONG": "1.000", "XML3[2].SO_LUONG": "0.500", "XML3[3].SO_LUONG": "0.500"}
"""Quantities that bring the outpatient below 15 % of lương cơ sở."""


_BEFORE_ADMISSION = (("XML3[1].MUC_HUONG", "0"), ("XML3[2].MUC_HUONG", "0"))
"""The inpatient's exam and test, which off route nobody pays."""


def _all(percent: str, more: Iterable[tuple[str, str]] = (), subject: str = "") -> dict[str, str | None]:
    """Changes for an example: one level on every line, and a subject of somebody registered elsewhere."""
    away = {"XML1.MA_DOITUONG_KCB": subject, "XML1.MA_DKBD": "01998"} if subject else {}
    return {"XML2[*].MUC_HUONG": percent, "XML3[*].MUC_HUONG": percent, **away, **dict(more)}


@dataclass(frozen=True, slots=True)
class _Entitled:
    """The levels of the visit's cards, and the shares that its subject may give of them."""

    levels: frozenset[Decimal]
    shares: Sequence[Share]

    @property
    def on_route(self) -> bool:
        """Whether the visit surely is one where small totals and exemptions are paid wholly."""
        return all(share.on_route for share in self.shares)


def _entitled(record: Record) -> _Entitled | None:
    """None when a card or the subject does not say enough; a card of an uninsured visit is card-uninsured."""
    visit = record.visit
    begun = visit.day("NGAY_VAO")
    if begun is None or not record.cards or visit["MA_DOITUONG_KCB"] == _UNINSURED:
        return None
    levels: set[Decimal] = set()
    for card in record.cards:
        printed = printed_level(card)
        if printed is None:
            return None
        levels.add(printed)
        if (raised := raised_level(card, record.day)) is not None:
            levels.add(raised)
    found = shares(visit["MA_DOITUONG_KCB"], record.kind, begun, record.day)
    return _Entitled(frozenset(levels), found) if found else None


def _thresholds(record: Record) -> tuple[Decimal, Decimal]:
    """15 % of lương cơ sở: the lower and the higher of the first and the last day."""
    first = Decimal(base_salary(record.visit.day("NGAY_VAO") or record.day) * 15) / 100
    return min(first, record.shared_from), max(first, record.shared_from)


def _insured_total(record: Record) -> Decimal | None:
    """T_TONGCHI_BH; None when it is missing or not the sum of the lines, which total-insured says."""
    stated = record.visit.number_of("T_TONGCHI_BH")
    summed = total(line.insured for line in record.figures)
    return None if stated is None or summed is None or differs(stated, summed) else stated


def _explained(record: Record, entitled: _Entitled) -> set[Decimal]:
    """Every level that cards, subject, total and exemption can explain.

    Off route what was done before an admission is not paid (TRC-083, TRC-127), so lines of a stay may be at 0.
    """
    found: set[Decimal] = set()
    for share in entitled.shares:
        if share.whole:
            found.add(WHOLE)
        elif share.percent == WHOLE or record.visit["MA_KHUVUC"]:
            found |= {*entitled.levels, WHOLE}
        if share.percent != WHOLE:
            lifted = [WHOLE] if _lifted(record) else []
            found |= {level * share.percent / WHOLE for level in {*entitled.levels, *lifted}}
        if record.kind in INPATIENT_KINDS and not share.on_route and not share.pick_up:
            found.add(_NOTHING)
    return found


def _lifted(record: Record) -> bool:
    """Whether an exemption or a small total may make the level of a card 100."""
    insured = _insured_total(record)
    return bool(record.visit["NGAY_MIEN_CCT"]) or insured is None or insured < _thresholds(record)[1]


def _leveled(line: Figures) -> bool:
    """Whether the fund pays the line by a level: insured, no transport, no drug of another source."""
    row = line.row
    return bool(line.insured) and row["MA_NHOM"] != TRANSPORT and (not row["NGUON_CTRA"] or row["NGUON_CTRA"] == _FUND)


def _by_level(lines: Iterable[Figures]) -> Iterator[tuple[Row, Decimal, int]]:
    """The first of the lines that are paid by each level, the level, and how many there are."""
    found: dict[str, list[Figures]] = {}
    for line in lines:
        if line.level is not None and _leveled(line):
            found.setdefault(line.row["MUC_HUONG"], []).append(line)
    for same in found.values():
        if (level := same[0].level) is not None:
            yield same[0].row, level, len(same)


def _fits(level: Decimal, explained: Iterable[Decimal]) -> bool:
    return any(abs(level - each) <= _ROUNDED for each in explained)


def _shown(levels: Iterable[Decimal]) -> str:
    return " hoặc ".join(f"{level.normalize():f}" for level in sorted(levels))


@rule(
    "benefit-level",
    ERROR,
    basis=f"{_LAW}; QĐ 130/QĐ-BYT, annex, MUC_HUONG; QĐ 824, QĐ 3276/QĐ-BYT; NĐ 188/2025/NĐ-CP",
    sources=several(
        "ANX-020 ANX-022 ANX-023 LAW-007 LAW-008 LAW-009 LAW-014 TT12-002 PCX-062 PCX-081 PCH-008 PCH-009 PCH-013 "
        "PCH-014 PCH-021 PCH-035 PCH-036 PCH-066 PCH-078 PCH-089"
    ),
    sentence="Mức hưởng {value}% ({lines} dòng) không khớp với thẻ và đối tượng {subject}: phải là {expected}%. Kiểm "
    "tra ký tự thứ 3 của thẻ và MA_DOITUONG_KCB.",
    detail="MUC_HUONG {value} on {lines} lines; the cards and MA_DOITUONG_KCB {subject} explain {expected}.",
    examples=[
        fires("outpatient", _all("95"), settle=True),
        fires("outpatient", {"XML2.MUC_HUONG": "32"}, settle=True),
        fires("child", _all("80"), settle=True),
        fires("outpatient", _all("100", subject="1.13"), settle=True),
        fires("outpatient", _all("40", subject="1.13"), settle=True, day=date(2026, 6, 15)),
        fires("outpatient", _all("0", subject="1.13"), settle=True),
        fires("inpatient", _all("80", _BEFORE_ADMISSION, "3.1"), settle=True),
        fires("outpatient", {"XML1.MA_DOITUONG_KCB": "1.2", "XML1.MA_DKBD": "01998"}, settle=True),
        fires("outpatient", _all("80", [("XML1.MA_THE_BHYT", "HN2019900000001")]), settle=True),
        silent("outpatient", _all("100"), settle=True),
        silent("outpatient", _all("40", subject="1.13"), settle=True),
        silent("outpatient", _all("47.5", [("XML1.MA_THE_BHYT", "HT3019900000001")], "1.13"),
               settle=True),
        silent("outpatient", _all("0", subject="1.13"), settle=True, day=date(2026, 6, 15)),
        silent("inpatient", _all("32", _BEFORE_ADMISSION, "3.1"), settle=True),
        silent("outpatient", {"XML1.MA_DOITUONG_KCB": "1.2", "XML1.MA_DKBD": "01998"}, settle=True, standard="QD4750"),
        silent("outpatient", _all("100", [("XML2.MUC_HUONG", "80")], "1.2"), settle=True),
        silent("outpatient", _all("95", [("XML1.MA_THE_BHYT", "GD4019900000001;HT3019900000001")]), settle=True),
        silent("outpatient", _all("32", subject="3.4"), standard="QD4750", settle=True),
        silent("outpatient", {"XML2.MUC_HUONG": "0", "XML2.PHAM_VI": "2", "XML2.TYLE_TT_BH": "0"}, settle=True),
        silent("outpatient", _all("100", [("XML1.MA_KHUVUC", "K1")], "1.13"), settle=True),
    ],
)  # fmt: skip
def benefit_level(record: Record) -> Iterator[Problem]:
    """MUC_HUONG is the level of a card times the share of the subject, or 100 where the law says so.

    100 is let pass for every visit on route, because a commune station cannot be seen; drugs dispensed at one (1.2)
    may have the card's level (ANX-023). A level is asked for only where something is insured, and not of drugs that
    another source pays, of transport, or of war wounds. Subjects that no source explains (3.4, 3.7, 8) are left
    alone. One finding stands for all lines of a table with the same level.
    """
    entitled = _entitled(record)
    if entitled is None:
        return
    explained = _explained(record, entitled)
    dispensed = explained | entitled.levels if any(share.whole for share in entitled.shares) else explained
    drugs = len(record.drugs)
    for lines, right in ((record.figures[:drugs], dispensed), (record.figures[drugs:], explained)):
        for line, level, count in _by_level(line for line in lines if line.row["VET_THUONG_TP"] != _WOUND):
            if not _fits(level, right):
                subject = record.visit["MA_DOITUONG_KCB"]
                yield line.at("MUC_HUONG", lines=count, subject=subject, expected=_shown(right))


@rule(
    "benefit-level-raised",
    WARNING,
    basis="NQ 261/2025/QH15; CV 38/BYT-BH",
    sources=several("LAW-015 PCH-015 PCH-016"),
    since=date(2026, 1, 1),
    sentence="Thẻ CN, LH được hưởng 100% từ 01/01/2026, không phải {value}% ({lines} dòng).",
    detail="Cards of the groups CN and LH are paid at 100 since 01/01/2026; MUC_HUONG is {value} on {lines} lines.",
    examples=[
        fires("outpatient", _all("95", [("XML1.MA_THE_BHYT", "CN3019900000001")]), settle=True),
        fires("inpatient", {"XML1.MA_THE_BHYT": "LH4019900000002", "XML3.MUC_HUONG": "100"}, settle=True),
        silent("outpatient", _all("100", [("XML1.MA_THE_BHYT", "CN3019900000001")]), settle=True),
        silent("outpatient", _all("95", [("XML1.MA_THE_BHYT", "CN3019900000001")]), standard="QD4750", settle=True),
    ],
)
def benefit_level_raised(record: Record) -> Iterator[Problem]:
    """Near-poor (CN) and LH cards are paid as digit 2, whatever digit is printed, for visits that began since."""
    entitled, begun = _entitled(record), record.visit.day("NGAY_VAO")
    if entitled is None or begun is None or not entitled.on_route:
        return
    if any(raised_level(card, begun) is None for card in record.cards):
        return
    for line, level, count in _by_level(record.figures):
        if level < WHOLE - _ROUNDED and _fits(level, entitled.levels):
            yield line.at("MUC_HUONG", lines=count)


@rule(
    "benefit-level-full",
    WARNING,
    basis=f"{_LAW}; public checker, XML_47, XML_48",
    sources=several("PCX-036 PCX-037"),
    sentence="Quỹ BHYT trả 100% một đợt nội trú, trong khi thẻ chỉ được {level}%. Nếu đã miễn cùng chi trả thì ghi "
    "NGAY_MIEN_CCT.",
    detail="Every insured line has MUC_HUONG 100; the card's digit gives {level}, the total is at or above 15 % of "
    "base salary, NGAY_MIEN_CCT is empty and MA_LOAI_KCB 03 is no commune station.",
    examples=[
        fires("inpatient", _all("100"), settle=True),
        silent("inpatient"),
        silent("inpatient", _all("100", [("XML1.NGAY_MIEN_CCT", "20260101")]), settle=True),
        silent("outpatient", _all("100"), settle=True),
    ],
)
def benefit_level_full(record: Record) -> Iterator[Problem]:
    """A stay paid wholly with a card of 80 or 95 % has a reason that the file shows.

    Only plain stays (03) are asked: communes have 06, and visits without a stay may be at a commune station.
    """
    if record.kind != _STAY or record.visit["NGAY_MIEN_CCT"] or record.visit["MA_KHUVUC"]:
        return
    entitled, insured = _entitled(record), _insured_total(record)
    if entitled is None or insured is None or insured < _thresholds(record)[1] or WHOLE in entitled.levels:
        return
    if not entitled.on_route or any(share.station or share.card_later for share in entitled.shares):
        return
    paid = [line.level == WHOLE and line.row["VET_THUONG_TP"] != _WOUND for line in record.figures if _leveled(line)]
    if paid and all(paid):
        yield record.visit.at("T_BHTT", level=_shown(entitled.levels))


@rule(
    "co-payment-below-threshold",
    ERROR,
    basis=f"{_LAW}: a visit below 15 % of lương cơ sở is paid wholly",
    sources=several("ANX-021 LAW-016 PCX-044 PCH-003"),
    sentence="Tổng chi phí BHYT {insured} thấp hơn 15% lương cơ sở ({least}) nên người bệnh không cùng chi trả "
    "{value}. Ghi mức hưởng 100.",
    detail="T_TONGCHI_BH {insured} is below {least}: MUC_HUONG is 100 and T_BNCCT 0.",
    examples=[
        fires("outpatient", {**_UNDER_THRESHOLD}, settle=True),
        fires("emergency", {**_UNDER_THRESHOLD}, settle=True),
        silent("outpatient", _all("100", _UNDER_THRESHOLD.items()), settle=True),
        silent("outpatient"),
        silent("outpatient", {"XML1.T_TONGCHI_BH": "619.20"}),
        silent("outpatient", _all("40", _UNDER_THRESHOLD.items(), "1.13"), settle=True),
    ],
)  # fmt: skip
def co_payment_below_threshold(record: Record) -> Iterator[Problem]:
    """On route nobody shares the cost of a visit below 15 % of lương cơ sở.

    Off route the share stays (ANX-022). For subjects of which the sources do not say whether they count as on route
    (3.2, 3.3, 3.6) and for drugs picked up (7, 10) nothing is said.
    """
    insured, shared = record.visit.number_of("T_TONGCHI_BH"), record.visit.number_of("T_BNCCT")
    if insured is None or shared is None or shared <= TOLERANCE or not 0 < insured < _thresholds(record)[0]:
        return
    entitled = _entitled(record)
    if entitled is None or not entitled.on_route or record.kind == _PICK_UP_KIND:
        return
    if _insured_total(record) is not None:
        least = _thresholds(record)[0]
        yield record.visit.at("T_BNCCT", insured=record.visit["T_TONGCHI_BH"], least=f"{least.normalize():f}")


@rule(
    "co-payment-after-exemption",
    ERROR,
    basis=f"{_LAW}: no co-payment after the limit of the year",
    sources=several("ANX-021"),
    sentence="Đã miễn cùng chi trả từ {exempt} nên mức hưởng phải là 100, không phải {value} ({lines} dòng).",
    detail="NGAY_MIEN_CCT is {exempt}; lines ordered on later days of that year have MUC_HUONG 100, "
    "{lines} have {value}.",
    examples=[
        fires("outpatient", {"XML1.NGAY_MIEN_CCT": "20260913", "XML1.NAM_NAM_LIEN_TUC": "20250101"}),
        silent("outpatient", _all("100", [("XML1.NGAY_MIEN_CCT", "20260913")]), settle=True),
        silent("outpatient", {"XML1.NGAY_MIEN_CCT": "20260914"}),
        silent("outpatient", {"XML1.NGAY_MIEN_CCT": "20251230"}),
    ],
)
def co_payment_after_exemption(record: Record) -> Iterator[Problem]:
    """From the day after the exemption to the end of its year the fund pays all on route."""
    exempt = record.visit.day("NGAY_MIEN_CCT")
    if exempt is None:
        return
    entitled = _entitled(record)
    if entitled is None or not entitled.on_route:
        return
    later = (
        line for line in record.figures if (day := line.row.day("NGAY_YL")) and day > exempt and day.year == exempt.year
    )
    for line, level, count in _by_level(later):
        if level < WHOLE - _ROUNDED:
            yield line.at("MUC_HUONG", lines=count, exempt=f"{exempt:%d/%m/%Y}")


@rule(
    "co-payment-station",
    WARNING,
    basis=f"{_LAW}: at a commune station the fund pays wholly; public checker, HC_07, HC_08, HC_11",
    sources=several("PCH-004 PCH-005 PCH-006"),
    needs=("facilities",),
    sentence="Khám tại trạm y tế, phòng khám đa khoa khu vực được hưởng 100%, không cùng chi trả {value}. Ghi mức "
    "hưởng 100.",
    detail="The catalogue facilities flags {facility} as a station: visits without a stay have MUC_HUONG 100.",
    examples=[
        fires("outpatient", catalogues={"facilities": [{"code": "01999", "station": "1"}]}),
        silent("outpatient", catalogues={"facilities": [{"code": "01999"}]}),
        silent("outpatient", _all("100"), settle=True, catalogues={"facilities": [{"code": "01999", "station": "1"}]}),
    ],
)  # fmt: skip
def co_payment_station(record: Record) -> Iterator[Problem]:
    """Nobody shares the cost of a visit to a station; stays at a polyclinic are left alone, the list joins both."""
    visit = record.visit
    if record.kind in INPATIENT_KINDS or visit.amount("T_BNCCT") <= TOLERANCE:
        return
    found = entries(record.catalogues, "facilities", visit["MA_CSKCB"])
    if not any(each.get("station") == "1" and in_force(each, record.day) for each in found):
        return
    entitled = _entitled(record)
    if entitled is not None and entitled.on_route:
        yield visit.at("T_BNCCT", facility=visit["MA_CSKCB"])


@rule(
    "co-payment-newborn",
    WARNING,
    basis="public checker, HC_12",
    sources=several("PCH-007"),
    sentence="Trẻ {days} ngày tuổi được hưởng 100%, không cùng chi trả {value}. Ghi mức hưởng 100.",
    detail="The child is {days} days old on arrival; under 60 days the fund pays all.",
    examples=[
        fires(
            "newborn",
            {"XML3[*].MUC_HUONG": "80", "XML1.MA_THE_BHYT": "GD4019900000016", "XML1.NAM_NAM_LIEN_TUC": "20310101"},
            settle=True,
        ),
        silent("newborn"),
    ],
)
def co_payment_newborn(record: Record) -> Iterator[Problem]:
    """A child under 60 days pays nothing on route; a birth date without month and day says nothing."""
    visit = record.visit
    born, begun = visit.birth(), visit.day("NGAY_VAO")
    if born is None or begun is None or visit["NGAY_SINH"][4:8] == "0000":
        return
    days = (begun - born).days
    if not 0 <= days < limits().newborn_days or visit.amount("T_BNCCT") <= TOLERANCE:
        return
    entitled = _entitled(record)
    if entitled is not None and entitled.on_route:
        yield visit.at("T_BNCCT", days=days)


@rule(
    "co-payment-above-yearly-limit",
    WARNING,
    basis=f"{_LAW}: six months of lương cơ sở a year after five continuous years",
    sources=several("LAW-017 PCH-047"),
    sentence="Cùng chi trả {value} vượt 6 tháng lương cơ sở ({most}), mà người bệnh đã đủ 5 năm liên tục từ {since}. "
    "Phần vượt do quỹ trả: xem lại và ghi NGAY_MIEN_CCT.",
    detail="T_BNCCT exceeds {most} and NAM_NAM_LIEN_TUC {since} is reached: what lies above is exempt.",
    examples=[
        fires("inpatient", {"XML3[2].DON_GIA_BV": "49000000", "XML3[2].DON_GIA_BH": "49000000",
                            "XML3[2].SO_LUONG": "2.000", "XML1.NAM_NAM_LIEN_TUC": "20250101"}, settle=True),
        silent("inpatient", {"XML1.NAM_NAM_LIEN_TUC": "20250101"}),
    ],
)  # fmt: skip
def co_payment_above_yearly_limit(record: Record) -> Iterator[Problem]:
    """In one visit nobody with five continuous years shares more than the limit of a whole year."""
    since, shared = record.visit.day("NAM_NAM_LIEN_TUC"), record.visit.number_of("T_BNCCT")
    begun = record.visit.day("NGAY_VAO")
    if since is None or shared is None or begun is None or since > begun:
        return
    most = limits().yearly_months * max(record.base_salary, base_salary(begun))
    if shared <= most + TOLERANCE:
        return
    entitled = _entitled(record)
    if entitled is not None and entitled.on_route:
        yield record.visit.at("T_BNCCT", most=most, since=f"{since:%d/%m/%Y}")


@rule(
    "co-payment-large",
    WARNING,
    basis="public checker, HC_200",
    sources=several("PCH-065"),
    sentence="Cùng chi trả {value} trên 10 triệu đồng. Kiểm tra mức hưởng và số tiền.",
    detail="T_BNCCT exceeds 10,000,000.",
    examples=[
        fires("inpatient", {"XML3[2].DON_GIA_BV": "49000000", "XML3[2].DON_GIA_BH": "49000000",
                            "XML3[2].SO_LUONG": "2.000"}, settle=True),
        silent("inpatient"),
    ],
)  # fmt: skip
def co_payment_large(record: Record) -> Iterator[Problem]:
    """A co-payment above 10 million is rare on route; off route it is not, and after five years the limit speaks."""
    shared = record.visit.number_of("T_BNCCT")
    if shared is None or shared <= _LARGE:
        return
    entitled = _entitled(record)
    if entitled is not None and entitled.on_route and not any(co_payment_above_yearly_limit(record)):
        yield record.visit.at("T_BNCCT")
