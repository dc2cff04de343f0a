"""The synthetic province: the same seed and day give the same rows, byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from congbhyt.sandbox import generated_units, insured_cast
from congbhyt.sandbox.diagnoses import Diagnosis, hiv, usual
from congbhyt.sandbox.institutions import PersonCast, UnitCast
from congbhyt.sandbox.population import Inhabitant, inhabitants
from congbhyt.sandbox.rows import CardRow, VisitRow, minute, split_cost

INSURED = 20_000
VISITS = 60_000
_DAYS_BACK = 730
_MOST_VISITS = 40
_TREATING = {"contracted": 10, "subordinate": 5, "commune_station": 3, "not_contracted": 1}
_REGISTERING = ("contracted", "subordinate", "commune_station")
_COMPANIONS = ("I10", "E11.9", "E78.5", "M17.9", "K21.9")


@dataclass(frozen=True, slots=True)
class Country:
    """Everything that a sandbox holds, without the cast's people and agencies."""

    units: Sequence[UnitCast]
    officers: Sequence[PersonCast]
    cards: Sequence[CardRow]
    visits: Sequence[VisitRow]


def country(day: date, seed: int) -> Country:
    """The province as it stands on `day`; cards and visits of the cast come first and count."""
    units = generated_units.units()
    open_to_all = tuple(unit.code for unit in units if unit.kind in _REGISTERING and not unit.reveals_disease)
    people = inhabitants(day, seed, INSURED - len(insured_cast.INSURED), open_to_all)
    cards = [*insured_cast.cards(day), *(card for person in people for card in person.cards)]
    return Country(units, generated_units.officers(seed), cards, _visits(day, seed, people, units))


def _visits(day: date, seed: int, people: Sequence[Inhabitant], units: Sequence[UnitCast]) -> list[VisitRow]:
    of_cast = insured_cast.visits(day)
    random = Random(f"{seed}:visits")
    maker = _VisitMaker(random, day, units)
    times = _how_often(random, day, people, VISITS - len(of_cast))
    made = (row for place in sorted(times) for row in maker.visits(people[place], times[place]))
    return [*of_cast, *made]


def _how_often(random: Random, day: date, people: Sequence[Inhabitant], total: int) -> Counter[int]:
    """How many visits each person had: few have many, the old and the small more than others."""
    weights = list(accumulate(_frailty(random, person, day) for person in people))
    room = [min(_MOST_VISITS, len(person.days_insured(day, _DAYS_BACK))) for person in people]
    times: Counter[int] = Counter()
    while (left := total - times.total()) > 0:
        for place in random.choices(range(len(people)), cum_weights=weights, k=left):
            if times[place] < room[place]:
                times[place] += 1
    return times


def _frailty(random: Random, person: Inhabitant, day: date) -> float:
    age = person.age(day)
    base = 1.8 if age < 6 else 0.7 if age < 40 else 1.3 if age < 60 else 2.2
    return base * random.expovariate(1.0) * (3.0 if person.has_hiv else 1.0)


class _VisitMaker:
    """Draws visits one after another; codes count up over all facilities."""

    def __init__(self, random: Random, day: date, units: Sequence[UnitCast]) -> None:
        self._random = random
        self._day = day
        self._serial = 0
        treating = [unit for unit in units if unit.kind in _TREATING and not unit.reveals_disease]
        self._facilities = [unit.code for unit in treating]
        self._weights = list(accumulate(_TREATING[unit.kind] for unit in treating))
        self._hospitals = [unit.code for unit in treating if unit.kind == "contracted"]

    def visits(self, person: Inhabitant, times: int) -> list[VisitRow]:
        """`times` visits of one person on different days, none ending after the next begins."""
        days = sorted(self._random.sample(person.days_insured(self._day, _DAYS_BACK), times), reverse=True)
        gaps = [days[place] - days[place + 1] for place in range(times - 1)] + [days[-1]]
        return [
            self._visit(person, self._day - timedelta(days=ago), gap - 1) for ago, gap in zip(days, gaps, strict=True)
        ]

    def _visit(self, person: Inhabitant, day: date, most_nights: int) -> VisitRow:
        self._serial += 1
        card = person.card_on(day)
        found = self._diagnosis(person, person.age(day))
        nights = min(self._nights(found), most_nights)
        facility = self._facility(card, found, nights)
        admitted, discharged = self._stay(day, nights)
        total = self._cost(nights)
        insurer, patient = split_cost(total, card.card_number)
        return VisitRow(
            person.social_number, facility, f"{facility}{self._serial:07d}", card.card_number,
            minute(admitted), minute(discharged), found.code, self._companions(person, found, day), found.text,
            *self._course(nights), self._reason(facility, card), total, insurer, patient,
        )  # fmt: skip

    def _diagnosis(self, person: Inhabitant, age: int) -> Diagnosis:
        if person.has_hiv and self._random.random() < 0.75:
            return self._random.choice(hiv())
        fitting, weights = usual(person.gender, age)
        return self._random.choices(fitting, weights)[0]

    def _nights(self, found: Diagnosis) -> int:
        return self._random.randint(2, 9) if self._random.random() * 100 < found.stay else 0

    def _facility(self, card: CardRow, found: Diagnosis, nights: int) -> str:
        if found.is_hiv and self._random.random() < 0.8:
            return generated_units.CLINIC
        if nights:
            return self._random.choice(self._hospitals)
        if self._random.random() < 0.55:
            return card.first_registration
        return self._random.choices(self._facilities, cum_weights=self._weights)[0]

    def _stay(self, day: date, nights: int) -> tuple[datetime, datetime]:
        """Beginning and end in local time: clinics by day, admissions at any hour, discharges by day."""
        start = datetime.combine(day, time())  # local time, as files write it
        if not nights:
            admitted = start + timedelta(minutes=self._random.randint(7 * 60, 16 * 60))
            return admitted, admitted + timedelta(minutes=self._random.randint(35, 200))
        admitted = start + timedelta(minutes=self._random.randint(0, 1439))
        return admitted, start + timedelta(days=nights, minutes=self._random.randint(8 * 60, 17 * 60))

    def _cost(self, nights: int) -> int:
        """Đồng, in thousands."""
        if nights:
            return 1000 * (nights * self._random.randint(350, 1600) + self._random.randint(200, 3000))
        return 1000 * self._random.randint(45, 650)

    def _companions(self, person: Inhabitant, found: Diagnosis, day: date) -> str:
        """Further diagnoses of the elder, separated by semicolons."""
        if person.age(day) < 50 or self._random.random() < 0.7:
            return ""
        drawn = self._random.sample(_COMPANIONS, self._random.randint(1, 2))
        return ";".join(code for code in drawn if code != found.code)

    def _course(self, nights: int) -> tuple[str, str]:
        """How the person left (tinhTrang) and with which result (kqDieuTri)."""
        if not nights:
            return "1", self._random.choices(("1", "2", "3"), (45, 45, 10))[0]
        left = self._random.choices(("1", "2", "3", "4"), (90, 6, 1, 3))[0]
        return left, self._random.choices(("1", "2", "3", "4"), (45, 45, 7, 3))[0]

    def _reason(self, facility: str, card: CardRow) -> str:
        """Why the fund pays here (lyDoVV): right facility, emergency, outside, or free within the province."""
        if facility == card.first_registration:
            return "1"
        return self._random.choices(("1", "2", "3", "4"), (15, 12, 8, 65))[0]
