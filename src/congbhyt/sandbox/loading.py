"""Loading the sandbox into its database, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from congbhyt.accounts import actions as accounts
from congbhyt.accounts import named
from congbhyt.accounts.models import ApiAccount, Person
from congbhyt.accounts.refusals import RightHeldError
from congbhyt.audit import actions as audit
from congbhyt.audit.models import Entry
from congbhyt.installation.queries import is_sandbox
from congbhyt.insured.importing import import_cards, import_visits
from congbhyt.insured.models import Card, InsuredPerson, Visit
from congbhyt.kernel.clock import vietnam_day
from congbhyt.outbox import actions as outbox
from congbhyt.policy import actions as policy
from congbhyt.policy import queries as policies
from congbhyt.sandbox import generated_units, insured_cast, rows
from congbhyt.sandbox.generator import country
from congbhyt.sandbox.institutions import (
    ACCOUNTS,
    AGENCIES,
    API_SECRET,
    PASSWORD,
    PEOPLE,
    PROVINCIAL,
    UNIT_ACCOUNTS,
    AccountCast,
    AgencyCast,
    PersonCast,
    UnitAccountCast,
    UnitCast,
)
from congbhyt.sandbox.places import PROVINCE_CODE
from congbhyt.sandbox.refusals import NotSandboxError, OtherSeedError
from congbhyt.sandbox.requests import play_requests
from congbhyt.sandbox.rows import CardRow, VisitRow
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, Unit
from congbhyt.units.refusals import NetworkExistsError

BASIS = "môi trường thử nghiệm"
_FOUNDED = date(2020, 1, 1)
_KNOWN_FOR = timedelta(days=60)
"""How long before the first loading people were registered: requests of the weeks before name them."""
_BEGUN, _DONE = "sandbox:load:begin", "sandbox:load:done"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database holds afterwards, and how many of our rows it did not take."""

    units: int
    people: int
    insured: int
    cards: int
    visits: int
    rejected: int


def load(*, at: datetime, seed: int = 1, by: str) -> Loaded:
    """Load the synthetic province and the cast, or bring what is missing of them back.

    The province stays that of the first loading day, so that loading again adds nothing; the cast's
    dates follow the day.

    Raises:
        NotSandboxError: the database was not created as a sandbox.
        OtherSeedError: it holds the province of another seed.
    """
    if not is_sandbox():
        raise NotSandboxError
    first_day = _institutions(seed, by=by, at=at)
    play_requests(by=by, at=at)
    rejected = 0
    if not Entry.objects.filter(event=_DONE).exists():
        province = country(first_day, seed)
        rejected = _import(province.cards, province.visits, by=by, at=at)
        audit.record(_DONE, by=by, at=at, details={"seed": seed})
    today = vietnam_day(at)
    rejected += _import(insured_cast.cards(today), insured_cast.visits(today), by=by, at=at)
    return _held(rejected)


@transaction.atomic
def _institutions(seed: int, *, by: str, at: datetime) -> date:
    """Agencies, units, people, accounts and policy; returns the day of the first loading.

    Each is opened if it is missing and otherwise kept as testers left it. What people were told when they were
    registered lies in the past and is dropped.
    """
    first = not Entry.objects.filter(event=_BEGUN).exists()
    first_day = _first_day(seed, by=by, at=at)
    for agency in AGENCIES:
        _open_agency(agency, by=by, at=at)
    for unit in generated_units.units():
        _open_unit(unit, by=by, at=at)
    registered_at = at - _KNOWN_FOR if first else at
    for person in (*generated_units.officers(seed), *PEOPLE):
        _register(person, by=by, at=registered_at)
    for unit_account in UNIT_ACCOUNTS:
        _open_unit_account(unit_account, by=by, at=registered_at)
    if first:
        outbox.drop_queued(before=at, at=at)
    _wake(by=by, at=at)
    for account in ACCOUNTS:
        _open_account(account, by=by, at=at)
    _allow_province(by=by, at=at)
    return first_day


def _first_day(seed: int, *, by: str, at: datetime) -> date:
    begun = Entry.objects.filter(event=_BEGUN).order_by("at").first()
    if begun is None:
        audit.record(_BEGUN, by=by, at=at, details={"seed": seed})
        return vietnam_day(at)
    if begun.details["seed"] != seed:
        raise OtherSeedError(held=begun.details["seed"])
    return vietnam_day(begun.at)


def _open_agency(cast: AgencyCast, *, by: str, at: datetime) -> None:
    agency = Agency.objects.filter(code=cast.code).first() or units.open_agency(
        code=cast.code,
        name=cast.name,
        level=cast.level,
        duty=cast.duty,
        parent=Agency.objects.filter(code=cast.parent).first(),
        contacts=cast.contacts,
        valid_from=_FOUNDED,
        by=by,
        at=at,
    )
    _add_networks(agency, cast.networks, by=by, at=at)


def _open_unit(cast: UnitCast, *, by: str, at: datetime) -> None:
    unit = Unit.objects.filter(code=cast.code).first() or units.open_unit(
        code=cast.code,
        name=cast.name,
        kind=cast.kind,
        managing_agency=Agency.objects.get(code=cast.agency),
        receiving_agency=Agency.objects.get(code=PROVINCIAL),
        parent=Unit.objects.filter(code=cast.parent).first(),
        address=cast.address,
        reveals_disease=cast.reveals_disease,
        valid_from=_FOUNDED,
        by=by,
        at=at,
    )
    _add_networks(unit, cast.networks, by=by, at=at)


def _add_networks(home: Unit | Agency, networks: Iterable[str], *, by: str, at: datetime) -> None:
    for network in networks:
        with suppress(NetworkExistsError):
            units.add_network(home=home, network=network, basis=BASIS, by=by, at=at)


def _register(cast: PersonCast, *, by: str, at: datetime) -> None:
    person = Person.objects.filter(handle=cast.handle).first() or accounts.register_person(
        full_name=cast.full_name,
        citizen_number=cast.citizen_number,
        user_name=cast.user_name,
        home=_home(cast.home),
        social_number=cast.social_number,
        phone=cast.phone,
        position=cast.position,
        password=cast.password,
        by=by,
        at=at,
    )
    for right in cast.rights:
        with suppress(RightHeldError):
            accounts.grant_right(holder=person, right=right, basis=BASIS, by=by, at=at)
    if cast.locked_reason and person.state == Person.State.ACTIVE:
        accounts.lock_person(person=person, reason=cast.locked_reason, by=by, at=at)


def _open_unit_account(cast: UnitAccountCast, *, by: str, at: datetime) -> None:
    if not Person.objects.filter(handle=cast.handle).exists():
        unit = Unit.objects.get(code=cast.unit)
        accounts.open_unit_account(unit=unit, phone=cast.phone, password=PASSWORD, by=by, at=at)


def _wake(*, by: str, at: datetime) -> None:
    """Let the cast count as used today, and those act again whom a job let rest: the cast is there on any day."""
    cast = Person.objects.filter(handle__in=[person.handle for person in PEOPLE])
    for person in cast.filter(state=Person.State.LOCKED, locked_by__startswith="job:"):
        accounts.unlock_person(person=person, reason=BASIS, by=by, at=at)
    named.note({person.pk for person in cast}, at=at)


def _home(code: str) -> Unit | Agency:
    return Unit.objects.filter(code=code).first() or Agency.objects.get(code=code)


def _open_account(cast: AccountCast, *, by: str, at: datetime) -> None:
    account = ApiAccount.objects.filter(name=cast.name).first()
    if account is None:
        unit = Unit.objects.get(code=cast.unit)
        account, _ = accounts.open_api_account(name=cast.name, unit=unit, secret=API_SECRET, by=by, at=at)
    if cast.locked_reason and account.state == ApiAccount.State.ACTIVE:
        accounts.lock_api_account(account=account, reason=cast.locked_reason, by=by, at=at)


def _allow_province(*, by: str, at: datetime) -> None:
    """Let cards carry the province that does not exist; only sandboxes do."""
    known = policies.current().at(at).card_provinces
    if PROVINCE_CODE not in known:
        policy.set_parameter(
            parameter="card.provinces",
            value=sorted({*known, PROVINCE_CODE}),
            valid_from=at,
            source=BASIS,
            by=by,
            at=at,
        )


def _import(cards: Iterable[CardRow], visits: Iterable[VisitRow], *, by: str, at: datetime) -> int:
    """Hand both files to the bulk importer; returns how many rows it rejected."""
    with TemporaryDirectory(prefix="congbhyt-sandbox-") as folder:
        cards_file, visits_file = Path(folder, "cards.csv"), Path(folder, "visits.csv")
        with cards_file.open("w", encoding="utf-8", newline="") as file:
            rows.write(cards, CardRow, file)
        with visits_file.open("w", encoding="utf-8", newline="") as file:
            rows.write(visits, VisitRow, file)
        reports = import_cards(cards_file, by=by, at=at), import_visits(visits_file, by=by, at=at)
    return sum(report.rejected for report in reports)


def _held(rejected: int) -> Loaded:
    return Loaded(
        Unit.objects.count(),
        Person.objects.count(),
        InsuredPerson.objects.count(),
        Card.objects.count(),
        Visit.objects.count(),
        rejected,
    )
