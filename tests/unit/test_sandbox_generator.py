"""The generated province: the same twice, as large as promised, plausible, and impossible."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from datetime import date, datetime

import pytest

from congbhyt.insured.formats import CARDS, VISITS
from congbhyt.insured.rows import RowReader
from congbhyt.insured.statuses import CardStatus
from congbhyt.sandbox import generator, rows
from congbhyt.sandbox.diagnoses import by_code, diagnoses
from congbhyt.sandbox.generator import Country, country
from congbhyt.sandbox.institutions import PEOPLE, UNIT_ACCOUNTS
from congbhyt.sandbox.rows import CardRow, VisitRow

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def made() -> Country:
    return country(DAY, 1)


def _written(made: Country) -> tuple[str, str]:
    cards, visits = io.StringIO(), io.StringIO()
    rows.write(made.cards, CardRow, cards)
    rows.write(made.visits, VisitRow, visits)
    return cards.getvalue(), visits.getvalue()


def test_the_same_seed_and_day_give_the_same_bytes(made: Country) -> None:
    again = country(DAY, 1)
    assert _written(again) == _written(made)
    assert (again.units, again.officers) == (made.units, made.officers)


def test_another_seed_gives_other_people(made: Country) -> None:
    other = country(DAY, 2)
    assert _written(other) != _written(made)
    assert other.officers != made.officers


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31), date(2027, 7, 1)])
def test_any_day_can_be_the_first(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "INSURED", 1_000)
    monkeypatch.setattr(generator, "VISITS", 3_000)
    made = country(day, 1)
    assert len(made.visits) == 3_000
    assert all(row.valid_to is None or row.valid_from <= row.valid_to for row in made.cards)
    assert max(row.discharged_at for row in made.visits)[:8] < f"{day:%Y%m%d}"


def test_there_are_as_many_as_promised(made: Country) -> None:
    assert len(made.units) == 30
    homes = {unit.code for unit in made.units}
    assert len(made.officers) + sum(person.home in homes for person in PEOPLE) == 100
    assert len({row.social_number for row in made.cards}) == 20_000
    assert len(made.visits) == 60_000


def test_nothing_is_doubled(made: Country) -> None:
    assert len({(row.card_number, row.valid_from) for row in made.cards}) == len(made.cards)
    assert len({(row.facility_code, row.visit_code) for row in made.visits}) == len(made.visits)
    citizens = {row.citizen_number: row.social_number for row in made.cards if row.citizen_number}
    assert all(citizens[row.citizen_number] == row.social_number for row in made.cards if row.citizen_number)
    people = [*made.officers, *PEOPLE]
    assert len({person.citizen_number for person in people} | set(citizens)) == len(people) + len(citizens)
    phones = [person.phone for person in people] + [account.phone for account in UNIT_ACCOUNTS]
    assert len(set(phones)) == len(phones)
    assert len({unit.code for unit in made.units}) == 30


def test_everybody_is_impossible(made: Country) -> None:
    assert all(row.social_number.startswith("99") for row in made.cards)
    assert all(row.citizen_number[:3] in ("", "099") for row in made.cards)
    assert all(row.card_number[5:] == row.social_number for row in made.cards)
    assert all(person.phone.startswith("0000") and person.password is None for person in made.officers)


def test_units_are_of_every_kind_and_stand_below_their_parents(made: Country) -> None:
    kinds = Counter(unit.kind for unit in made.units)
    assert set(kinds) == {
        "contracted", "subordinate", "commune_station", "not_contracted", "health_department",
        "medical_assessment", "other",
    }  # fmt: skip
    seen: set[str] = set()
    for unit in made.units:
        assert unit.parent == "" or unit.parent in seen
        assert (unit.parent != "") == (unit.kind in ("subordinate", "commune_station"))
        seen.add(unit.code)
    assert [unit.code for unit in made.units if unit.reveals_disease] == ["99007"]


def test_the_importer_takes_every_row(made: Country) -> None:
    cards = RowReader(CARDS, [column.name for column in CARDS.columns], lambda number: f"{number}\t{number}")
    visits = RowReader(VISITS, [column.name for column in VISITS.columns], str)
    for row in made.cards:
        cards.read(_fields(row))
    for visit in made.visits:
        visits.read(_fields(visit))


def _fields(row: CardRow | VisitRow) -> list[str]:
    return ["" if value is None else str(value) for value in (getattr(row, name) for name in row.__slots__)]


def test_columns_stand_in_the_importers_order() -> None:
    assert list(CardRow.__slots__) == [column.name for column in CARDS.columns]
    assert list(VisitRow.__slots__) == [column.name for column in VISITS.columns]


def test_cards_have_every_fate(made: Country) -> None:
    assert {row.status for row in made.cards} == {str(status) for status in CardStatus}
    groups = Counter(row.card_number[:2] for row in made.cards)
    assert all(groups[group] > 100 for group in ("DN", "HC", "TE", "GD", "HT", "HS", "SV", "HN", "CN", "BT"))
    numbers = {row.card_number for row in made.cards}
    replaced = [row for row in made.cards if row.replaces]
    assert len(replaced) > 500
    assert all(row.replaces in numbers and row.replaces[5:] == row.card_number[5:] for row in replaced)
    held = defaultdict(list)
    for row in made.cards:
        held[row.social_number].append(row)
    assert sum(any(row.covers(DAY) for row in rows) for rows in held.values()) > 0.9 * len(held)
    assert sum(sum(row.covers(DAY) for row in rows) > 1 for rows in held.values()) > 20


def test_groups_fit_ages(made: Country) -> None:
    for row in made.cards:
        age = DAY.year - int(row.birth[-4:])
        if row.card_number.startswith("TE") and row.status != CardStatus.CHILD_WITHOUT_CARD:
            assert age <= 7
        if row.card_number.startswith("HT3999"):
            assert age >= 60


def test_citizen_numbers_tell_gender_and_year_of_birth(made: Country) -> None:
    for row in made.cards:
        if row.citizen_number and row.card_number[3:5] == "99":
            century, year = divmod(int(row.birth[-4:]), 100)
            assert row.citizen_number[3:6] == f"{(century - 19) * 2 + row.gender - 1}{year:02d}"


def test_visits_fit_the_person_the_card_and_the_place(made: Country) -> None:
    holders = {row.card_number: row for row in made.cards}
    begins: dict[str, date] = {}
    for row in made.cards:
        begins[row.card_number] = min(row.valid_from, begins.get(row.card_number, date.max))
    facilities = {unit.code for unit in made.units}
    for visit in made.visits:
        holder, found = holders[visit.card_number], by_code(visit.diagnosis_code)
        admitted = datetime.strptime(visit.admitted_at, "%Y%m%d%H%M").date()  # noqa: DTZ007
        assert holder.social_number == visit.social_number
        assert holder.gender in found.genders
        assert begins[visit.card_number] <= admitted < DAY
        assert visit.admitted_at < visit.discharged_at
        assert visit.facility_code in facilities
        assert visit.insurer_paid + visit.patient_paid == visit.total_cost


def test_visits_of_one_person_do_not_overlap(made: Country) -> None:
    last: dict[str, str] = {}
    for visit in sorted(made.visits, key=lambda visit: (visit.social_number, visit.admitted_at)):
        assert visit.admitted_at >= last.get(visit.social_number, "")
        last[visit.social_number] = visit.discharged_at


def test_a_few_percent_of_visits_tell_of_hiv_and_most_of_them_at_the_clinic(made: Country) -> None:
    hiv = [visit for visit in made.visits if by_code(visit.diagnosis_code).is_hiv]
    assert 0.02 < len(hiv) / len(made.visits) < 0.06
    assert sum(visit.facility_code == "99007" for visit in hiv) > len(hiv) / 2


def test_diagnoses_are_many_and_their_codes_differ() -> None:
    codes = [one.code for one in diagnoses()]
    assert len(codes) >= 80
    assert len(set(codes)) == len(codes)
    assert all(one.weight == 0 for one in diagnoses() if one.is_hiv)
