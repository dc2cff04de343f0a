"""The fixed cast, part two: insured people whose cards provoke the result codes, and their visits.

A card period is found again by its number and first day, so first days are fixed; only last days and
visits follow the day of loading. Ends lie decades ahead or in the past, so that every card keeps its
code whatever the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from congbhyt.insured.statuses import CardStatus
from congbhyt.sandbox.diagnoses import by_code
from congbhyt.sandbox.institutions import HOSPITAL, LOCALS, SECOND_HOSPITAL
from congbhyt.sandbox.rows import CardRow, VisitRow, minute, split_cost

_YEARS_AHEAD = 20
_BEGAN = date(2024, 1, 1)
_FIVE_YEARS = date(2020, 1, 1)
_OLD_BEGAN, _OLD_ENDED = date(2020, 1, 1), date(2023, 12, 31)
_FAR_AWAY = date(2099, 1, 1)
_LATER = date(2040, 1, 1)


@dataclass(frozen=True, slots=True)
class CardCast:
    """A card period; with neither `ended` nor `open_end` it lasts twenty years from the loading."""

    number: str
    began: date = _BEGAN
    ended: date | None = None
    open_end: bool = False
    status: CardStatus = CardStatus.VALID
    replaces: str = ""

    def last_day(self, day: date) -> date | None:
        """Its last day when loaded on `day`."""
        if self.open_end:
            return None
        return self.ended or date(day.year + _YEARS_AHEAD, 12, 31)


@dataclass(frozen=True, slots=True)
class InsuredCast:
    """An insured person with every card period."""

    social_number: str
    citizen_number: str
    full_name: str
    birth: str
    gender: int
    cards: tuple[CardCast, ...]


@dataclass(frozen=True, slots=True)
class VisitCast:
    """A visit so many days before the loading; `nights` 0 is an hour and a half at the clinic."""

    social_number: str
    days_ago: int
    facility: str
    diagnosis: str
    cost: int
    nights: int = 0


def _one(
    serial: int, citizen: str, name: str, birth: str, gender: int, kind: str, status: CardStatus = CardStatus.VALID
) -> InsuredCast:
    """Somebody with a single card; `kind` is group, benefit digit and province."""
    number = f"99000000{serial:02d}"
    return InsuredCast(number, citizen, name, birth, gender, (CardCast(f"{kind}{number}", status=status),))


MAN = _one(1, "099080000101", "NGUYỄN VĂN THỬ", "01/01/1980", 1, "GD401")
TONES = _one(2, "099192000102", "HOÀNG THÚY HÒA", "15/08/1992", 2, "DN401")
ARMY = _one(3, "099085000103", "LÊ QUÂN ĐỘI THỬ", "22/12/1985", 1, "QN597", CardStatus.ARMY)
POLICE = _one(4, "099190000104", "PHẠM CÔNG AN THỬ", "19/08/1990", 2, "CA598", CardStatus.POLICE)
CHANGED = InsuredCast(
    "9900000005", "099201000105", "TRẦN THỊ ĐỔI THẺ", "05/09/2001", 2,
    (
        CardCast("SV4019900000005", _OLD_BEGAN, _OLD_ENDED),
        CardCast("DN4019900000005", open_end=True, replaces="SV4019900000005"),
    ),
)  # fmt: skip
TWO_CARDS = InsuredCast(
    "9900000006", "099075000106", "VŨ VĂN HAI THẺ", "30/04/1975", 1,
    (
        CardCast("GD4019900000006", _OLD_BEGAN),
        CardCast("HN2019900000006", open_end=True, replaces="GD4019900000006"),
    ),
)  # fmt: skip
NEXT_CARD = InsuredCast(
    "9900000007", "099168000107", "ĐỖ THỊ THẺ SAU", "08/03/1968", 2,
    (
        CardCast("GD4019900000007", open_end=True),
        CardCast("HT3019900000007", _LATER, open_end=True, replaces="GD4019900000007"),
    ),
)  # fmt: skip
EXPIRED = InsuredCast(
    "9900000008", "099072000108", "BÙI VĂN HẾT HẠN", "12/12/1972", 1,
    (CardCast("GD4019900000008", _OLD_BEGAN, _OLD_ENDED),),
)  # fmt: skip
NOT_YET = InsuredCast(
    "9900000009", "099195000109", "NGÔ THỊ CHƯA ĐẾN", "10/10/1995", 2,
    (CardCast("GD4019900000009", _FAR_AWAY, open_end=True),),
)  # fmt: skip
REVOKED = _one(10, "099078000110", "DƯƠNG VĂN THU HỒI", "02/09/1978", 1, "DN401", CardStatus.REVOKED)
DECREASED = _one(11, "099181000111", "LÝ THỊ BÁO GIẢM", "11/11/1981", 2, "DN401", CardStatus.DECREASED)
MOVED_OUT = _one(12, "099087000112", "HỒ VĂN NGOẠI TỈNH", "20/02/1987", 1, "DN401", CardStatus.MOVED_OUT)
MOVED_WITHIN = _one(13, "099193000113", "PHAN THỊ NỘI TỈNH", "14/07/1993", 2, "DN401", CardStatus.MOVED_WITHIN)
RE_ADDED = _one(14, "099089000114", "VÕ VĂN TĂNG LẠI", "25/05/1989", 1, "DN401", CardStatus.RE_ADDED)
STOPPED = _one(15, "099174000115", "ĐẶNG THỊ NGỪNG", "17/03/1974", 2, "GD401", CardStatus.STOPPED)
CHILD = _one(16, "099225000116", "MAI AN BÉ", "20/10/2025", 1, "TE101", CardStatus.CHILD_WITHOUT_CARD)
YEAR_ONLY = _one(17, "099150000117", "CAO THỊ NĂM SINH", "1950", 2, "HT301")
MONTH_ONLY = _one(18, "099045000118", "ĐINH VĂN THÁNG SINH", "06/1945", 1, "HT301")
DISCREET = _one(19, "099091000119", "TẠ VĂN KÍN ĐÁO", "24/04/1991", 1, "GD401")

INSURED = (
    MAN, TONES, ARMY, POLICE, CHANGED, TWO_CARDS, NEXT_CARD, EXPIRED, NOT_YET, REVOKED, DECREASED, MOVED_OUT,
    MOVED_WITHIN, RE_ADDED, STOPPED, CHILD, YEAR_ONLY, MONTH_ONLY, DISCREET,
)  # fmt: skip

_TOWN_HOSPITAL = "99001"
VISITS = (
    VisitCast(MAN.social_number, 10, HOSPITAL, "J02.9", 180_000),
    VisitCast(MAN.social_number, 40, SECOND_HOSPITAL, "I10", 320_000),
    VisitCast(MAN.social_number, 90, HOSPITAL, "J20.9", 2_450_000, nights=4),
    VisitCast(MAN.social_number, 200, _TOWN_HOSPITAL, "K29.7", 410_000),
    VisitCast(TONES.social_number, 10, HOSPITAL, "Z34.9", 250_000),
    VisitCast(TONES.social_number, 40, SECOND_HOSPITAL, "D50.9", 210_000),
    VisitCast(ARMY.social_number, 40, HOSPITAL, "S93.4", 390_000),
    VisitCast(POLICE.social_number, 90, HOSPITAL, "J30.4", 160_000),
    VisitCast(CHANGED.social_number, 40, HOSPITAL, "R51", 140_000),
    VisitCast(TWO_CARDS.social_number, 10, SECOND_HOSPITAL, "M54.5", 275_000),
    VisitCast(NEXT_CARD.social_number, 90, HOSPITAL, "E11.9", 520_000),
    VisitCast(YEAR_ONLY.social_number, 40, HOSPITAL, "H25.9", 6_800_000, nights=2),
    VisitCast(DISCREET.social_number, 10, HOSPITAL, "B24", 640_000),
    VisitCast(DISCREET.social_number, 40, SECOND_HOSPITAL, "Z21", 330_000),
    VisitCast(DISCREET.social_number, 90, HOSPITAL, "J03.9", 195_000),
)


def cards(day: date) -> list[CardRow]:
    """Every card period of the cast, loaded on `day`."""
    return [
        CardRow(
            person.social_number, person.citizen_number, person.full_name, person.birth, person.gender,
            "Phường Thử Nghiệm, TP Thử", card.number, card.began, card.last_day(day), HOSPITAL, "",
            _FIVE_YEARS if card.status is CardStatus.VALID and card.began == _BEGAN else None,
            str(card.status), LOCALS[0], card.replaces,
        )
        for person in INSURED
        for card in person.cards
    ]  # fmt: skip


def visits(day: date) -> list[VisitRow]:
    """Every visit of the cast, loaded on `day`."""
    latest = {person.social_number: person.cards[-1].number for person in INSURED}
    latest[NEXT_CARD.social_number] = NEXT_CARD.cards[0].number
    return [_visit(serial, visit, latest[visit.social_number], day) for serial, visit in enumerate(VISITS, 1)]


def _visit(serial: int, visit: VisitCast, card: str, day: date) -> VisitRow:
    admitted = datetime.combine(day - timedelta(days=visit.days_ago), datetime.min.time()).replace(hour=8)
    stayed = timedelta(days=visit.nights, hours=2) if visit.nights else timedelta(minutes=90)
    diagnosis = by_code(visit.diagnosis)
    paid, own = split_cost(visit.cost, card)
    return VisitRow(
        visit.social_number, visit.facility, f"THU{serial:04d}", card, minute(admitted), minute(admitted + stayed),
        diagnosis.code, "", diagnosis.text, "1", "2" if visit.nights else "1", "1", visit.cost, paid, own,
    )  # fmt: skip
