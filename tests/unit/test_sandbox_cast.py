"""The fixed cast: complete, impossible, and giving its codes on any day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from congbhyt.commands.root import app
from congbhyt.insured.statuses import CardStatus
from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.identifiers import AskedBy, CardAsk, clean_number
from congbhyt.kernel.result_codes import RESULT_CODES
from congbhyt.lookup import rules
from congbhyt.lookup.facts import Ask, Facts, RegistryUnreachableError
from congbhyt.policy import catalogue
from congbhyt.policy.rules import Policy
from congbhyt.sandbox import cast, insured_cast
from congbhyt.sandbox.provocations import provoking

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "sandbox.md"
LOADED = date(2026, 11, 23)
SHIPPED = Policy(catalogue.parameters(), {}, ()).at(datetime(2026, 11, 23, tzinfo=UTC))


def _officer(citizen: str) -> rules.Officer | None:
    """Whom the registry of people would name for an officer of unit 01999."""
    found = (
        rules.Officer(place, person.full_name, "history_lookup" in person.rights)
        for place, person in enumerate(cast.PEOPLE)
        if (person.home, person.citizen_number) == ("01999", citizen) and not person.locked_reason
    )
    return next(found, None)


def _insured(ask: CardAsk, loaded: date) -> rules.Insured | None:
    """Whom the registry of cards would find, from the rows that loading imports."""
    rows = insured_cast.cards(loaded)
    asked = {AskedBy.CARD: "card_number", AskedBy.SOCIAL: "social_number", AskedBy.CITIZEN: "citizen_number"}[ask.by]
    found = next((row for row in rows if getattr(row, asked) == ask.number), None)
    birth = BirthDate.parse(found.birth) if found else None
    if found is None or birth is None:
        return None
    held = [
        rules.Card(
            row.card_number, row.valid_from, row.valid_to, CardStatus(row.status), row.first_registration, "", "",
            row.area, row.five_years_on, row.replaces,
        )
        for row in rows
        if row.social_number == found.social_number
    ]  # fmt: skip
    return rules.Insured(1, found.social_number, found.full_name, birth, found.gender, found.address, held)


def _read(ask: Ask) -> Facts:
    return Facts(_officer(ask.officer_citizen or ""), _insured(ask.card, LOADED))


def _answer(entry: cast.LookUp, today: date) -> str:
    """The code that the look-up would give, facts taken from the rows instead of the database."""
    question = rules.Question(entry.maThe, entry.hoTen, entry.ngaySinh, entry.hoTenCb, entry.cccdCb)
    case = rules.Case(question, today, SHIPPED.card_provinces)
    card = CardAsk.parse(entry.maThe)
    if (judged := rules.form_verdict(case)) or card is None:
        return judged.code if judged else "none"
    at = datetime.combine(today, datetime.min.time(), UTC)
    ask = Ask(card, 1, clean_number(entry.cccdCb), at, at, 20)
    registry, facts = rules.Registry.ANSWERED, Facts()
    try:
        facts = provoking(_read)(ask)
    except RegistryUnreachableError:
        registry = rules.Registry.UNREACHABLE
    except RuntimeError:
        registry = rules.Registry.FAULTY
    return rules.verdict(
        rules.Case(question, today, SHIPPED.card_provinces, True, True, registry, facts.officer, facts.insured)
    ).code


def test_every_code_but_401_is_provoked() -> None:
    assert {entry.code for entry in cast.LOOK_UPS} == set(RESULT_CODES) - {"401"}


@pytest.mark.parametrize("days", [0, 1, 400, 3650])
@pytest.mark.parametrize("entry", cast.LOOK_UPS, ids=lambda entry: f"{entry.code} {entry.note}")
def test_an_entry_gives_its_code_on_any_day(entry: cast.LookUp, days: int) -> None:
    assert _answer(entry, LOADED + timedelta(days=days)) == entry.expect


def test_loading_again_later_keeps_every_code() -> None:
    later = LOADED + timedelta(days=3650)
    keys = {(row.card_number, row.valid_from) for row in insured_cast.cards(LOADED)}
    assert keys == {(row.card_number, row.valid_from) for row in insured_cast.cards(later)}


def test_entries_are_texts_in_the_promised_shape_and_differ() -> None:
    sent = [entry.as_sent() for entry in cast.LOOK_UPS]
    assert all(list(entry) == ["code", "maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb", "expect"] for entry in sent)
    assert all(isinstance(text, str) for entry in sent for text in entry.values())
    assert all(entry["code"] == entry["expect"] for entry in sent)
    assert len({tuple(entry.values()) for entry in sent}) == len(sent)


def test_identities_are_impossible() -> None:
    for insured in cast.INSURED:
        assert insured.social_number.startswith("99")
        assert insured.citizen_number.startswith("099")
        assert all(card.number.endswith(insured.social_number) for card in insured.cards)
    for person in cast.PEOPLE:
        assert person.citizen_number.startswith("099")
        assert person.social_number.startswith("99")
        assert person.phone.startswith("0000")
    assert all(phone.startswith("0000") for agency in cast.AGENCIES for _, phone, _ in agency.contacts)
    assert all(email.endswith("@example.vn") for agency in cast.AGENCIES for *_, email in agency.contacts)


def test_nobody_shares_an_identity() -> None:
    people, insured = cast.PEOPLE, cast.INSURED
    citizens = [one.citizen_number for one in people] + [one.citizen_number for one in insured]
    socials = [one.social_number for one in people] + [one.social_number for one in insured]
    assert len(set(citizens)) == len(citizens)
    assert len(set(socials)) == len(socials)
    assert len({person.handle for person in people}) == len(people)
    assert len({person.phone for person in people}) == len(people)


def test_the_promised_cast_is_there() -> None:
    networks = {unit.code: unit.networks for unit in cast.UNITS}
    assert networks["01999"] == ("127.0.0.0/8", "::1/128")
    assert networks["01998"] == ("203.0.113.0/24",)
    officer = cast.OFFICER
    assert (officer.full_name, officer.citizen_number) == ("NGUYỄN THỊ KIỂM THỬ", "099199000001")
    assert (officer.social_number, officer.user_name) == ("9900000101", "kiemthu")
    assert (officer.password, cast.API_SECRET) == ("Kiem-thu-2026!", "Thu@12345")
    rights = {right for person in cast.PEOPLE for right in person.rights}
    assert rights >= {"open_addresses", "appoint_approvers", "approve_requests", "audit_reading", "medical_assessment"}
    assert {agency.duty for agency in cast.AGENCIES} == {"", "it_centre", "assessment_centre"}


def test_the_first_look_up_has_a_history_at_two_facilities_and_nothing_sensitive() -> None:
    first = cast.LOOK_UPS[0]
    assert (first.maThe, first.hoTen, first.ngaySinh) == ("GD4019900000001", "NGUYỄN VĂN THỬ", "01/01/1980")
    visits = [visit for visit in insured_cast.visits(LOADED) if visit.card_number == first.maThe]
    assert len(visits) >= 3
    assert {visit.facility_code for visit in visits} >= {"01999", "01998"}
    assert [visit.admitted_at[:8] for visit in visits[:3]] == ["20261113", "20261014", "20260825"]
    assert not any(_withheld(visit.diagnosis_code, visit.diagnosis) for visit in visits)


def test_the_discreet_person_has_visits_of_both_kinds() -> None:
    number = insured_cast.DISCREET.social_number
    visits = [visit for visit in insured_cast.visits(LOADED) if visit.social_number == number]
    assert sorted(_withheld(visit.diagnosis_code, visit.diagnosis) for visit in visits) == [False, True, True]


def _withheld(code: str, text: str) -> bool:
    return rules.is_withheld(code, text, diagnoses=SHIPPED.withheld_diagnoses, words=SHIPPED.withheld_words)


def test_the_guide_shows_this_cast() -> None:
    section = GUIDE.read_text("utf-8").partition("<!-- cast -->\n")[2].partition("<!-- /cast -->")[0]
    assert section == cast.describe()


def test_tables_show_what_cannot_be_seen() -> None:
    shown = cast.describe()
    assert "*empty*" in shown
    assert "*3 blanks*" in shown
    assert "NGUYỄN\\u0007VĂN THỬ" in shown
    assert all(letter.isprintable() or letter == "\n" for letter in shown)


def test_the_command_prints_only_json() -> None:
    printed = CliRunner().invoke(app, ["sandbox", "cast", "--json"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == [entry.as_sent() for entry in cast.LOOK_UPS]


def test_the_command_prints_tables() -> None:
    printed = CliRunner().invoke(app, ["sandbox", "cast"])
    assert printed.exit_code == 0
    assert all(
        text in printed.stdout for text in ("01999_KHOA", "203.0.113.0/24", "00CNTT/moketnoi", "GD4019900000098")
    )
