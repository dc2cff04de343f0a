"""Insured people and their cards, drawn at random: ages, groups, renewals, changes, withdrawals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from congbhyt.insured.statuses import CardStatus
from congbhyt.sandbox.institutions import LOCALS
from congbhyt.sandbox.names import FEMALE, MALE, full_name
from congbhyt.sandbox.places import PROVINCE_CODE, address
from congbhyt.sandbox.rows import CardRow

_FIRST_NUMBER = 1000
_AGE_BANDS = ((0, 5), (6, 17), (18, 22), (23, 39), (40, 59), (60, 74), (75, 97))
_AGE_WEIGHTS = (9, 17, 6, 24, 26, 13, 5)
_GROUPS = (
    (0, 5, ("TE1",), (1,)),
    (6, 17, ("HS4", "HN2", "CN3"), (88, 7, 5)),
    (18, 22, ("SV4", "DN4", "GD4", "HN2"), (50, 28, 17, 5)),
    (23, 59, ("DN4", "GD4", "HC4", "HN2", "CN3", "HX4"), (52, 27, 10, 5, 5, 1)),
    (60, 120, ("HT3", "GD4", "CK2", "BT2", "HN2"), (48, 33, 4, 10, 5)),
)
_BEFORE = {
    "HS4": "HN2",
    "SV4": "HS4",
    "DN4": "GD4",
    "GD4": "DN4",
    "HC4": "DN4",
    "HT3": "DN4",
    "HN2": "GD4",
    "CN3": "HN2",
}
_LASTING = ("HT3", "CK2", "BT2")
_OFTEN_LASTING = ("DN4", "HC4")
_BY_CALENDAR = ("HS4", "SV4", "HN2", "CN3")
_HIV_SHARE = 0.025
_WITHDRAWALS = (
    CardStatus.REVOKED,
    CardStatus.DECREASED,
    CardStatus.MOVED_OUT,
    CardStatus.MOVED_WITHIN,
    CardStatus.RE_ADDED,
    CardStatus.STOPPED,
)


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """A generated person: what visits must fit, and the card periods, oldest first."""

    social_number: str
    gender: int
    born: date
    has_hiv: bool
    cards: tuple[CardRow, ...]

    def age(self, day: date) -> int:
        """Full years lived on `day`."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def days_insured(self, day: date, most: int) -> range:
        """How many days before `day`, from 1 to `most`, the first card had begun and the last had not ended."""
        ends = [card.valid_to or day for card in self.cards]
        return range(max(1, (day - max(ends)).days), min(most, (day - self.cards[0].valid_from).days) + 1)

    def card_on(self, day: date) -> CardRow:
        """The card that was presented on `day`: the one in force, else the last before."""
        begun = [card for card in self.cards if card.valid_from <= day]
        return next((card for card in reversed(begun) if card.covers(day)), begun[-1])


def inhabitants(day: date, seed: int, count: int, facilities: tuple[str, ...]) -> list[Inhabitant]:
    """`count` people as they are on `day`; `facilities` are those where one may register."""
    random = Random(f"{seed}:people")
    return [_inhabitant(random, day, serial, facilities) for serial in range(_FIRST_NUMBER, _FIRST_NUMBER + count)]


def _inhabitant(random: Random, day: date, serial: int, facilities: tuple[str, ...]) -> Inhabitant:
    low, high = random.choices(_AGE_BANDS, _AGE_WEIGHTS)[0]
    age = random.randint(low, high)
    gender = MALE if random.random() < (0.5 if age < 60 else 0.43) else FEMALE
    born = _years_before(day, age) - timedelta(days=random.randint(1, 364))
    place, area = address(random)
    person = CardRow(
        f"99{serial:08d}", _citizen(random, gender, born, serial), full_name(random, gender), _birth(random, born, age),
        gender, place, "", day, None, random.choice(facilities), area,
        agency_code=random.choice(LOCALS),
    )  # fmt: skip
    has_hiv = 18 <= age <= 70 and random.random() < _HIV_SHARE
    return Inhabitant(person.social_number, gender, born, has_hiv, _cards(random, person, born, age, day))


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


def _citizen(random: Random, gender: int, born: date, serial: int) -> str:
    """A CCCD built as real ones are, of a province that does not exist; some people have none."""
    if random.random() < 0.06:
        return ""
    century = 0 if born.year < 2000 else 2
    return f"099{century + gender - 1}{born.year % 100:02d}{serial:06d}"


def _birth(random: Random, born: date, age: int) -> str:
    """The birth date as exactly as the registry knows it; often only the year of the old."""
    drawn = random.random()
    if age >= 65 and drawn < 0.15:
        return f"{born.year}"
    if age >= 65 and drawn < 0.18:
        return f"{born:%m/%Y}"
    return f"{born:%d/%m/%Y}"


def _cards(random: Random, person: CardRow, born: date, age: int, day: date) -> tuple[CardRow, ...]:
    """The person's periods, oldest first: the current one and, for some, what was before it."""
    low, _, groups, weights = next(row for row in _GROUPS if row[0] <= age <= row[1])
    group = random.choices(groups, weights)[0]
    begins, ends = _period(random, group, born, day)
    current = replace(
        person,
        card_number=_number(group, person),
        valid_from=begins,
        valid_to=ends,
        five_years_on=date(random.randint(2018, 2029), 1, 1) if low >= 18 and random.random() < 0.7 else None,
    )
    if group == "TE1":
        return (current,)
    return _fate(random, current, group, day)


def _number(group: str, person: CardRow) -> str:
    return f"{group}{PROVINCE_CODE}{person.social_number}"


def _period(random: Random, group: str, born: date, day: date) -> tuple[date, date | None]:
    """First and last day of the current period, as each group's cards run."""
    if group == "TE1":
        sixth = _years_before(born, -6)
        return born, max(sixth, date(sixth.year, 9, 30))
    if group in _LASTING or (group in _OFTEN_LASTING and random.random() < 0.6):
        return date(random.randint(2016, day.year - 1), random.randint(1, 12), 1), None
    if group in _BY_CALENDAR:
        return date(day.year, 1, 1), date(day.year + (day.month > 6), 12, 31)
    begins = _month(day, -random.randint(0, 11))
    return begins, _month(begins, 12) - timedelta(days=1)


def _month(day: date, months: int) -> date:
    """The first day of the month that lies `months` from `day`'s."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _fate(random: Random, current: CardRow, group: str, day: date) -> tuple[CardRow, ...]:
    """What has become of the card: lapsed, withdrawn, changed, renewed, or nothing."""
    drawn = random.random()
    if drawn < 0.03:
        ended = day - timedelta(days=random.randint(20, 400))
        return (replace(current, valid_from=_years_before(ended, 1), valid_to=ended),)
    if drawn < 0.05:
        ended = max(current.valid_from, day - timedelta(days=random.randint(5, 120)))
        return (replace(current, valid_to=ended, status=str(random.choice(_WITHDRAWALS))),)
    before = replace(
        current, valid_from=_years_before(current.valid_from, 1), valid_to=current.valid_from - timedelta(days=1)
    )
    if drawn < 0.13 and group in _BEFORE:
        return _changed(random, current, before, _BEFORE[group])
    return (before, current) if drawn < 0.45 and current.valid_to else (current,)


def _changed(random: Random, current: CardRow, before: CardRow, old_group: str) -> tuple[CardRow, ...]:
    """An old card under another number; one in eight has not run out yet."""
    number = _number(old_group, current)
    overlaps = random.random() < 0.125
    old = replace(before, card_number=number, valid_to=before.valid_to if not overlaps else current.valid_to)
    return old, replace(current, replaces=number)
