"""The cards of a visit: one of everything for each, valid when the patient came, and what their numbers say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from congbhyt.standards.ages import least_years
from congbhyt.standards.benefits import raised_level
from congbhyt.standards.cards import LENGTH, Period, Standing, last_day, letters_of, periods, standing
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_PARTS = ("MA_DKBD", "GT_THE_TU", "GT_THE_DEN")
_ALL = ("MA_THE_BHYT", *_PARTS)
_UNINSURED = "9"
_SERVICES = "5"
"""Benefit digit of army, police and cipher staff, whose cards cannot always be looked up."""
_SHARING = frozenset("34")
"""Benefit digits that share costs: five continuous years matter for them only."""
_STAYS = frozenset({"03", "04", "06", "09"})
_AFTER_EXPIRY = timedelta(days=15)
"""So many days after its last day a card still pays for a stay (NĐ 188/2025/NĐ-CP)."""
_OLDEST_PUPIL = 25


def _rows(record: Record) -> list[Row]:
    """The rows that describe a patient's cards: of the visit and of the check-in."""
    return [*record.rows("XML0"), *record.rows("XML1")]


def _days(row: Row) -> tuple[tuple[Period, ...], date, date] | None:
    """The periods of a row's cards and the first and last day of the visit; None when one is missing or reversed."""
    arrived = row.day("NGAY_VAO")
    if arrived is None or not row["MA_THE_BHYT"] or not (found := periods(row["GT_THE_TU"], row["GT_THE_DEN"])):
        return None
    if any(_reversed(period) for period in found):
        return None
    return found, arrived, row.day("NGAY_RA") or arrived


def _reversed(period: Period) -> bool:
    return period[1] is not None and period[1] < period[0]


def _shown(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "?"


@rule(
    "card-parts-count",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, MA_THE_BHYT",
    sources=several("ANX-039 TRC-041 V4750-VAL-009..011 V4750-VAL-025..027 TT12-001"),
    sentence="{field} có {count} giá trị cho {cards} thẻ. Ghi mỗi thẻ một giá trị, cùng thứ tự, cách nhau dấu «;».",
    detail="{field} holds {count} items for {cards} cards; the four card fields run in parallel.",
    examples=[
        fires("outpatient", {"XML1.MA_DKBD": "01999;01998"}),
        fires("two-cards", {"XML1.GT_THE_DEN": "20261231"}),
        fires("outpatient", {"XML1.MA_THE_BHYT": "", "XML1.GT_THE_TU": "", "XML1.MA_DKBD": ""}, also=["card-expected"]),
        silent("two-cards"),
        silent("two-cards", {"XML1.MA_THE_BHYT": "SV4019900000003,DN4019900000003"}),
    ],
)
def card_parts_count(record: Record) -> Iterator[Problem]:
    """MA_DKBD, GT_THE_TU and GT_THE_DEN have as many items as MA_THE_BHYT has cards.

    An empty one beside a card is `card-parts-expected`, a filled one of an uninsured visit `card-uninsured`; cards
    joined by commas are counted when their form is mended.
    """
    for row in _rows(record):
        if row["MA_DOITUONG_KCB"] == _UNINSURED or "," in row["MA_THE_BHYT"]:
            continue
        cards = len(row.several("MA_THE_BHYT"))
        for name in _PARTS:
            count = len(row.several(name))
            if count and count != cards:
                yield row.at(name, count=count, cards=cards)


@rule(
    "card-parts-expected",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, MA_THE_BHYT: one item for each card",
    sources=several("ANX-039 V4750-VAL-009..011 V4750-VAL-025..027 TRC-042..044 CCHK-012"),
    sentence="Có thẻ BHYT nhưng {field} để trống. Ghi theo kết quả tra cứu thẻ.",
    detail="{field} is empty although MA_THE_BHYT is filled.",
    examples=[
        fires("outpatient", {"XML1.MA_DKBD": ""}),
        fires("outpatient", {"XML1.GT_THE_DEN": ""}),
        silent("outpatient", {"XML1.MA_THE_BHYT": "QN5979900000003", "XML1.GT_THE_DEN": ""}),
        silent("uninsured"),
    ],
)
def card_parts_expected(record: Record) -> Iterator[Problem]:
    """A card comes with its registration and its first and last day.

    The last day of the cards of army, police and cipher staff may be unknown, as the annex says.
    """
    for row in _rows(record):
        if not row["MA_THE_BHYT"]:
            continue
        for name in _PARTS:
            if not row[name] and not (name == "GT_THE_DEN" and row["MA_THE_BHYT"][2:3] == _SERVICES):
                yield row.at(name)


@rule(
    "card-uninsured",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, MA_THE_BHYT",
    sources=several("ANX-040"),
    sentence="Đối tượng 9 (không KCB BHYT) nhưng có ghi {filled}. Bỏ trống, hoặc sửa mã đối tượng.",
    detail="{filled} must be empty when MA_DOITUONG_KCB is 9.",
    examples=[
        fires("uninsured", {"XML1.MA_DKBD": "01999"}),
        fires("uninsured", {"XML1.GT_THE_TU": "20260101", "XML1.GT_THE_DEN": "20261231"}),
        silent("uninsured"),
    ],
)
def card_uninsured(record: Record) -> Iterator[Problem]:
    """A visit that is not insured names no card."""
    for row in _rows(record):
        filled = [name for name in _ALL if row[name]] if row["MA_DOITUONG_KCB"] == _UNINSURED else []
        if filled:
            yield row.at(filled[0], filled=", ".join(filled))


@rule(
    "card-expected",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, MA_THE_BHYT",
    sources=several("CCHK-012 TT12-001 PCX-034"),
    sentence="Quỹ BHYT trả {paid} đồng nhưng không có mã thẻ. Tra cứu và ghi thẻ; trẻ chưa có thẻ thì ghi mã thẻ tạm.",
    detail="T_BHTT is {paid} although {field} is empty.",
    examples=[
        fires("outpatient", dict.fromkeys((f"XML1.{name}" for name in _ALL), "")),
        silent("uninsured"),
    ],
)
def card_expected(record: Record) -> Iterator[Problem]:
    """A visit that the fund pays for names a card, if only the provisional one of a child or donor."""
    for visit in record.rows("XML1"):
        if not visit["MA_THE_BHYT"] and visit["MA_DOITUONG_KCB"] != _UNINSURED and visit.amount("T_BHTT") > 0:
            yield visit.at("MA_THE_BHYT", paid=visit["T_BHTT"])


@rule(
    "uninsured-fund",
    ERROR,
    basis="QĐ 824, QĐ 3276/QĐ-BYT: the fund pays nothing for subject 9",
    sources=several("PCX-034"),
    sentence="Đối tượng 9 (không KCB BHYT) nhưng quỹ BHYT trả {value}. Sửa mã đối tượng, hoặc để người bệnh tự trả.",
    detail="T_BHTT is {value} although MA_DOITUONG_KCB is 9.",
    examples=[
        fires("uninsured", {"XML3[2].PHAM_VI": "1", "XML3[2].TYLE_TT_BH": "100", "XML3[2].MUC_HUONG": "80",
                            "XML3[2].DON_GIA_BH": "280000.000"}, settle=True),
        silent("uninsured"),
    ],
)  # fmt: skip
def uninsured_fund(record: Record) -> Iterator[Problem]:
    """The fund pays nothing of a visit that is not insured; a card beside it is `card-uninsured`."""
    for visit in record.rows("XML1"):
        if visit["MA_DOITUONG_KCB"] == _UNINSURED and not record.cards and visit.amount("T_BHTT") > 1:
            yield visit.at("T_BHTT")


@rule(
    "card-dates-reversed",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, GT_THE_TU and GT_THE_DEN",
    sources=several("PCX-030"),
    sentence="Thẻ có giá trị từ {begins} đến {ended}: ngày cuối sớm hơn ngày đầu. Ghi lại hai ngày theo thẻ.",
    detail="GT_THE_DEN {ended} is before GT_THE_TU {begins} of the same card.",
    examples=[
        fires("outpatient", {"XML1.GT_THE_TU": "20261231", "XML1.GT_THE_DEN": "20260101"}),
        fires("two-cards", {"XML1.GT_THE_TU": "20260913;20260101"}),
        silent("two-cards"),
    ],
)
def card_dates_reversed(record: Record) -> Iterator[Problem]:
    """A card ends on or after its first day; whether it was valid is asked when its days are right."""
    for row in _rows(record):
        for begins, ended in periods(row["GT_THE_TU"], row["GT_THE_DEN"]):
            if _reversed((begins, ended)):
                yield row.at("GT_THE_DEN", begins=_shown(begins), ended=_shown(ended))


@rule(
    "card-expired",
    ERROR,
    basis="Luật BHYT, điều 16: a card pays while it is valid",
    sources=several("CCHK-002 CARD-006 PCB-032 PCX-030 TT12-001"),
    sentence="Thẻ hết hạn ngày {ended}, trước ngày vào {arrived}. Tra cứu lại: có thẻ mới thì ghi thẻ mới.",
    detail="The last card ended on {ended}, before the arrival on {arrived}.",
    examples=[
        fires("outpatient", {"XML1.GT_THE_DEN": "20260913"}),
        silent("outpatient", {"XML1.GT_THE_DEN": "20260914"}),
        silent("two-cards"),
    ],
)
def card_expired(record: Record) -> Iterator[Problem]:
    """No card was valid on the day of arrival, and none began during the visit; the last one had ended before."""
    for row in _rows(record):
        if (found := _days(row)) and standing(*found) is Standing.EXPIRED:
            ended = max(end for begin, end in found[0] if end and begin <= found[1])
            yield row.at("GT_THE_DEN", ended=_shown(ended), arrived=_shown(found[1]))


@rule(
    "card-not-begun",
    ERROR,
    basis="Luật BHYT, điều 16: a card pays while it is valid",
    sources=several("CCHK-003 PCX-030 TT12-001"),
    sentence="Thẻ chỉ có giá trị từ ngày {begins}, sau khi khám chữa bệnh xong. Kiểm tra lại thẻ và ngày.",
    detail="The first card begins on {begins}, after the visit that began on {arrived}.",
    examples=[
        fires("outpatient", {"XML1.GT_THE_TU": "20260915"}),
        silent("outpatient", {"XML1.GT_THE_TU": "20260914"}),
    ],
)
def card_not_begun(record: Record) -> Iterator[Problem]:
    """Every card of the visit begins after its end."""
    for row in _rows(record):
        if (found := _days(row)) and standing(*found) is Standing.BEGINS_LATER:
            begins = min(begin for begin, _ in found[0])
            yield row.at("GT_THE_TU", begins=_shown(begins), arrived=_shown(found[1]))


@rule(
    "card-began-during",
    WARNING,
    basis="card look-up, check code 04",
    sources=several("CCHK-005 PCX-030"),
    sentence="Thẻ có giá trị từ ngày {begins}, sau ngày vào {arrived}. Quỹ chỉ trả từ ngày thẻ có giá trị: xem có thẻ "
    "trước đó không.",
    detail="No card was valid on the arrival {arrived}; the next one begins on {begins}, during the visit.",
    examples=[
        fires("inpatient", {"XML1.GT_THE_TU": "20260912"}),
        silent("inpatient", {"XML1.GT_THE_TU": "20260910"}),
        silent("newborn"),
        silent("two-cards"),
    ],
)
def card_began_during(record: Record) -> Iterator[Problem]:
    """The card became valid between arrival and leaving."""
    for visit in record.rows("XML1"):
        if (found := _days(visit)) and standing(*found) is Standing.BEGAN_DURING:
            begins = min(begin for begin, _ in found[0] if begin > found[1])
            yield visit.at("GT_THE_TU", begins=_shown(begins), arrived=_shown(found[1]))


@rule(
    "card-ended-stay",
    WARNING,
    basis="NĐ 188/2025/NĐ-CP: a card that ends during a stay pays at most 15 more days",
    sources=several("LAW-005 CCHK-004 PCH-012"),
    sentence="Thẻ hết hạn ngày {ended}, ra viện sau đó {days} ngày. Quỹ chỉ trả thêm tối đa 15 ngày. Tra cứu và ghi "
    "thẻ mới.",
    detail="The last card ended on {ended}, {days} days before the discharge; at most 15 are paid.",
    examples=[
        fires("long-stay", {"XML1.GT_THE_DEN": "20260829"}),
        silent("long-stay", {"XML1.GT_THE_DEN": "20260830"}),
        silent("two-cards"),
    ],
)
def card_ended_stay(record: Record) -> Iterator[Problem]:
    """The last card of a stay ended more than 15 days before the discharge.

    Only stays: outpatients with drugs for weeks leave, on paper, with the last of them.
    """
    if record.kind not in _STAYS:
        return
    for visit in record.rows("XML1"):
        if not (found := _days(visit)) or standing(*found) is not Standing.VALID:
            continue
        ended, left = last_day(found[0]), found[2]
        if ended and left - ended > _AFTER_EXPIRY:
            yield visit.at("GT_THE_DEN", ended=_shown(ended), days=(left - ended).days)


@rule(
    "card-letters",
    WARNING,
    basis="QĐ 1351/QĐ-BHXH, as a public checker reads it (data/cards.toml)",
    sources=several("PCH-088"),
    sentence="Thẻ {card}: đối tượng {letters} không đi với mức hưởng {digit}. Tra cứu lại thẻ.",
    detail="Card {card}: the group {letters} does not occur with the benefit digit {digit} on that day.",
    examples=[
        fires("outpatient", {"XML1.MA_THE_BHYT": "TE4019900000001"}),
        fires("child", {"XML1.MA_THE_BHYT": "CN2019900000016"}, standard="QD4750"),
        silent("outpatient", {"XML1.MA_THE_BHYT": "CN3019900000001"}),
        silent("outpatient", {"XML1.MA_THE_BHYT": "CN2019900000001"}),
    ],
)
def card_letters(record: Record) -> Iterator[Problem]:
    """The letters of a card belong to its benefit digit."""
    for card in record.cards:
        letters = letters_of(card[2], record.day) if len(card) == LENGTH and card[:2].isupper() else ()
        if letters and card[:2] not in letters:
            yield record.visit.at("MA_THE_BHYT", card=card, letters=card[:2], digit=card[2])


@rule(
    "card-pupil-age",
    WARNING,
    basis="public checkers",
    sources=several("PCX-056"),
    sentence="Thẻ học sinh {card} nhưng người bệnh đã {age} tuổi. Tra cứu lại thẻ.",
    detail="A pupil's card (HS) of a patient of {age} years; at most {most} are expected.",
    examples=[
        fires("outpatient", {"XML1.MA_THE_BHYT": "HS4019900000001"}),
        silent("outpatient", {"XML1.MA_THE_BHYT": "HS4019900000001", "XML1.NGAY_SINH": "200101010000"}),
    ],
)
def card_pupil_age(record: Record) -> Iterator[Problem]:
    """Nobody above 25 comes with a pupil's card; a student's (SV) has no age."""
    pupils = [card for card in record.cards if card.startswith("HS")]
    if pupils and record.arrived:
        age = least_years(record.visit["NGAY_SINH"], record.arrived.date())
        if age is not None and age > _OLDEST_PUPIL:
            yield record.visit.at("MA_THE_BHYT", card=pupils[0], age=age, most=_OLDEST_PUPIL)


@rule(
    "five-years-expected",
    WARNING,
    basis="public checkers",
    sources=several("PCH-067"),
    sentence="Chưa có thời điểm đủ 5 năm liên tục. Ghi theo thẻ hoặc kết quả tra cứu.",
    detail="{field} is empty although the card shares costs (benefit digit 3 or 4).",
    examples=[
        fires("outpatient", {"XML1.NAM_NAM_LIEN_TUC": ""}),
        silent("child", {"XML1.NAM_NAM_LIEN_TUC": ""}),
        silent("outpatient", {"XML1.NAM_NAM_LIEN_TUC": "", "XML1.MA_THE_BHYT": "CN3019900000001"}),
        silent("uninsured"),
    ],
)
def five_years_expected(record: Record) -> Iterator[Problem]:
    """NAM_NAM_LIEN_TUC is filled when a card shares costs: for the others, CN and LH among them, it changes nothing."""
    sharing = any(
        len(card) == LENGTH and card[2] in _SHARING and raised_level(card, record.day) is None for card in record.cards
    )
    if sharing and not record.visit["NAM_NAM_LIEN_TUC"]:
        yield record.visit.at("NAM_NAM_LIEN_TUC")


@rule(
    "exemption-early",
    WARNING,
    basis="Luật BHYT, điều 22: exemption needs five continuous years",
    sources=several("PCH-068"),
    sentence="Miễn cùng chi trả từ {exempt}, trước thời điểm đủ 5 năm liên tục {complete}. Kiểm tra lại hai ngày.",
    detail="{field} ({exempt}) is before NAM_NAM_LIEN_TUC ({complete}).",
    examples=[
        fires("outpatient", {"XML1.NGAY_MIEN_CCT": "20271231"}),
        silent("outpatient", {"XML1.NGAY_MIEN_CCT": "20280101"}),
    ],
)
def exemption_early(record: Record) -> Iterator[Problem]:
    """Nobody is exempt from sharing before five continuous years are complete."""
    for visit in record.rows("XML1"):
        exempt, complete = visit.day("NGAY_MIEN_CCT"), visit.day("NAM_NAM_LIEN_TUC")
        if exempt and complete and exempt < complete:
            yield visit.at("NGAY_MIEN_CCT", exempt=_shown(exempt), complete=_shown(complete))
