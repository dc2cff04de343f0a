"""Reads of people, API accounts and rights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower

from congbhyt.accounts.models import ApiAccount, Grant, Person
from congbhyt.accounts.refusals import (
    NoSuchAccountError,
    NoSuchPersonError,
    NotAdministeredError,
)
from congbhyt.kernel.identifiers import masked
from congbhyt.kernel.names import plain, plain_letters
from congbhyt.units import queries as units
from congbhyt.units.models import Unit


def person(handle: str) -> Person:
    """The person with this handle, `<unit or agency>/<user name>`.

    Raises:
        NoSuchPersonError: there is none.
    """
    home, _, user_name = handle.strip().partition("/")
    try:
        return Person.objects.select_related("unit", "agency").get(handle=f"{home.upper()}/{user_name.lower()}")
    except Person.DoesNotExist as missing:
        raise NoSuchPersonError(handle=handle) from missing


def named(actors: Iterable[str]) -> dict[str, Person]:
    """The people among those who did something, by how the record names them."""
    keys = {actor.removeprefix("person:") for actor in actors if actor.startswith("person:")}
    people = Person.objects.select_related("unit", "agency").filter(pk__in=[int(key) for key in keys])
    return {person.actor: person for person in people}


def api_account(name: str) -> ApiAccount:
    """The API account with this name, in any case.

    Raises:
        NoSuchAccountError: there is none.
    """
    try:
        return ApiAccount.objects.select_related("unit").get(name=name.strip().upper())
    except ApiAccount.DoesNotExist as missing:
        raise NoSuchAccountError(name=name) from missing


def holder(name: str) -> Person | ApiAccount:
    """A person by handle, or, without a slash, an API account by name.

    Raises:
        NoSuchPersonError, NoSuchAccountError: there is none.
    """
    return person(name) if "/" in name else api_account(name)


def rights_of(held_by: Person | ApiAccount) -> Iterable[Grant]:
    """Grants in force, oldest first."""
    return held_by.grants.filter(revoked_at=None).order_by("granted_at", "right")


def rights_of_each(people: Iterable[Person]) -> dict[int, list[str]]:
    """The rights in force of each of these people, oldest first, in one query."""
    held: dict[int, list[str]] = {}
    rows = Grant.objects.filter(person__in=[person.pk for person in people], revoked_at=None)
    for person, right in rows.order_by("granted_at", "right").values_list("person", "right"):
        held.setdefault(person or 0, []).append(right)
    return held


def grants_of(held_by: Person | ApiAccount) -> Iterable[Grant]:
    """Every grant there ever was, oldest first."""
    return held_by.grants.order_by("granted_at", "right")


def people(home: str = "") -> QuerySet[Person]:
    """People of one unit or agency, or of all, by home and then as names are sorted in Vietnamese.

    Raises:
        NoSuchUnitError: there is no such unit or agency.
    """
    rows = Person.objects.select_related("unit", "agency").order_by("unit__code", "agency__code", "sort_key", "pk")
    if not home:
        return rows
    at = units.home(home)
    return rows.filter(unit=at) if isinstance(at, Unit) else rows.filter(agency=at)


def api_accounts(unit_code: str = "") -> QuerySet[ApiAccount]:
    """API accounts of one unit, or of all, by name, with their secrets.

    Raises:
        NoSuchUnitError: there is no such unit.
    """
    rows = ApiAccount.objects.select_related("unit").prefetch_related("secrets").order_by("name")
    return rows.filter(unit=units.unit(unit_code)) if unit_code else rows


def administered_by(administrator: Person) -> QuerySet[Person]:
    """The people whom somebody with the right to administer may see and act on, as names are sorted.

    A unit's administrator has the people of the unit; an agency's those of the agency and of the units that it
    manages or whose requests it receives.
    """
    rows = Person.objects.select_related("unit", "agency").order_by("unit__code", "sort_key", "pk")
    if administrator.unit_id:
        return rows.filter(unit=administrator.unit_id)
    agency = administrator.agency_id
    served = Unit.objects.filter(Q(managing_agency=agency) | Q(receiving_agency=agency))
    return rows.filter(Q(agency=agency) | Q(unit__in=served))  # an OR across the join would read everybody


def administered(administrator: Person, number: int, *, for_update: bool = False) -> Person:
    """One of the people whom `administrator` may see; with `for_update`, unchanged until the transaction ends.

    Raises:
        NotAdministeredError: nobody has this number, or somebody of others.
    """
    rows = administered_by(administrator)
    if for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotAdministeredError
    return found


def filtered(rows: QuerySet[Person], *, words: str = "", home: str = "", state: str = "") -> QuerySet[Person]:
    """Those of `rows` that fit: words of the name, code of the unit or agency, state; what is empty filters nothing."""
    if words:
        rows = search(rows, words)
    if home:
        rows = rows.filter(Q(unit__code=home.upper()) | Q(agency__code=home.upper()))
    return rows.filter(state=state) if state else rows


def search(rows: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Those of `rows` whose name or user name holds every one of `words`; marks and case do not count."""
    letters, plain_ones = (Value(text) for text in plain_letters())
    spelled = Concat(F("full_name"), Value(" "), F("user_name"))
    translated = Func(spelled, letters, plain_ones, function="translate", output_field=CharField())
    rows = rows.alias(plain_name=Lower(translated))
    for word in plain(words).split():
        rows = rows.filter(plain_name__contains=word)
    return rows


@dataclass(frozen=True, slots=True)
class MaskedNumbers:
    """The last three digits of what is sealed, to tell people apart by; empty when there is none."""

    citizen: str
    phone: str


def masked_numbers(of: Person) -> MaskedNumbers:
    """CCCD and phone of somebody, masked."""
    citizen, phone = (
        masked(settings.KEYS.open(sealed)) if sealed else "" for sealed in (of.citizen_sealed, of.phone_sealed)
    )
    return MaskedNumbers(citizen, phone)
