"""Reads of agencies, units and networks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from congbhyt.units.models import Agency, AgencyNetwork, Denial, SupportContact, Unit, UnitNetwork
from congbhyt.units.refusals import NoSuchUnitError
from congbhyt.units.rules import AllowList, Permission

IPNetwork = IPv4Network | IPv6Network


def unit(code: str) -> Unit:
    """The unit with this code.

    Raises:
        NoSuchUnitError: there is none.
    """
    try:
        return Unit.objects.select_related("managing_agency", "receiving_agency", "parent").get(
            code=code.strip().upper()
        )
    except Unit.DoesNotExist as missing:
        raise NoSuchUnitError(code=code) from missing


def agency(code: str) -> Agency:
    """The agency with this code.

    Raises:
        NoSuchUnitError: there is none.
    """
    try:
        return Agency.objects.get(code=code.strip().upper())
    except Agency.DoesNotExist as missing:
        raise NoSuchUnitError(code=code) from missing


def home(code: str) -> Unit | Agency:
    """Where somebody may be registered: the unit with this code, else the agency.

    Raises:
        NoSuchUnitError: neither.
    """
    return Unit.objects.filter(code=code.strip().upper()).first() or agency(code)


def agencies() -> QuerySet[Agency]:
    """Every agency by code, ended ones too, with parent and successor."""
    return Agency.objects.select_related("parent", "successor").order_by("code")


def subtree(agency: int) -> frozenset[int]:
    """Keys of this agency and of everything below it in the tree, whatever its depth; there are some hundreds."""
    children: dict[int | None, list[int]] = {}
    for key, parent in Agency.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(key)
    found, waiting = set(), [agency]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(children.get(key, ()))
    return frozenset(found)


def ancestors(agency: Agency) -> list[Agency]:
    """This agency, its parent, and so on up to the root."""
    found = [agency]
    while (above := found[-1].parent) is not None and above not in found:
        found.append(above)
    return found


def contacts(code: str) -> QuerySet[SupportContact]:
    """Whom to call at the agency with this code.

    Raises:
        NoSuchUnitError: there is none.
    """
    return contacts_of(agency(code).pk)


def contacts_of(agency: int) -> QuerySet[SupportContact]:
    """Whom to call at the agency with this key."""
    return SupportContact.objects.filter(agency=agency).order_by("subject")


def names(codes: Iterable[str]) -> dict[str, str]:
    """The names of those units among `codes` that are known."""
    return dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "name"))


def units() -> QuerySet[Unit]:
    """Every unit by code, ended ones too, with its agencies and parent."""
    return Unit.objects.select_related("managing_agency", "receiving_agency", "parent").order_by("code")


def networks(code: str = "") -> list[UnitNetwork | AgencyNetwork]:
    """Networks of the unit or agency with this code, or of all, agencies first; ended ones too.

    Raises:
        NoSuchUnitError: there is neither.
    """
    if code:
        return list(home(code).networks.order_by("valid_from", "pk"))
    of_agencies = AgencyNetwork.objects.select_related("agency").order_by("agency__code", "valid_from", "pk")
    of_units = UnitNetwork.objects.select_related("unit").order_by("unit__code", "valid_from", "pk")
    return [*of_agencies, *of_units]


def networks_in_force(of: Unit | Agency, *, at: datetime) -> list[UnitNetwork | AgencyNetwork]:
    """The networks from which the unit's or agency's people and programs connect at `at`, oldest first."""
    rows: QuerySet[UnitNetwork] | QuerySet[AgencyNetwork] = of.networks.filter(ended_at=None, valid_from__lte=at)
    return list(rows.exclude(valid_to__lte=at).order_by("valid_from", "pk"))


def networks_of_others(networks: Iterable[IPNetwork], *, home: Unit, at: datetime) -> list[UnitNetwork]:
    """Networks in force of other units that share an address with one of these: sites share lines."""
    overlapping = Q(pk__in=[])
    for network in networks:
        overlapping |= Q(network__overlaps=network)
    rows = UnitNetwork.objects.filter(overlapping, ended_at=None, valid_from__lte=at).exclude(valid_to__lte=at)
    return list(rows.exclude(unit=home).select_related("unit").order_by("unit__code", "pk"))


def denied_lately(unit: Unit, *, since: datetime) -> list[Denial]:
    """Addresses from which somebody with right credentials of this unit was refused, the latest first."""
    rows = Denial.objects.filter(unit_code=unit.code, reason=Denial.Reason.FOREIGN, last_at__gte=since)
    return list(rows.order_by("-last_at", "-pk"))


def denials(*, newest: int) -> QuerySet[Denial]:
    """Calls refused for their address, by the hour of their last one, newest first."""
    return Denial.objects.order_by("-last_at", "-pk")[:newest]


def allow_list(at: datetime) -> AllowList:
    """Whose programs may call from where: every unit's network in force at `at` or later."""
    return _permissions(UnitNetwork.objects.all(), "unit__code", at)


def agency_list(at: datetime) -> AllowList:
    """Which agencies' officers are at work where: every agency's network in force at `at` or later."""
    return _permissions(AgencyNetwork.objects.all(), "agency__code", at)


def _permissions(rows: QuerySet[UnitNetwork] | QuerySet[AgencyNetwork], code: str, at: datetime) -> AllowList:
    lasting = rows.filter(ended_at=None).exclude(valid_to__lte=at).annotate(written=Cast("network", TextField()))
    return AllowList(
        Permission(owner, _read(written), valid_from, valid_to)
        for owner, written, valid_from, valid_to in lasting.values_list(code, "written", "valid_from", "valid_to")
    )


@lru_cache(maxsize=200_000)
def _read(written: str) -> IPNetwork:
    """The network that the database wrote; remembered, because at each change all but one are those of before."""
    return ip_network(written)
