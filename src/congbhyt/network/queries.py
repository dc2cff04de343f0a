"""Reads of address lines: a unit's own, what others share, and what waits for the national centre."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.db.models import Q, QuerySet

from congbhyt.network.models import AddressLine
from congbhyt.network.refusals import AddressFormError
from congbhyt.network.rules import Network, read_span
from congbhyt.registration.models import Request, Summary
from congbhyt.registration.rules import LineState
from congbhyt.units import queries as units
from congbhyt.units.models import Denial, Unit, UnitNetwork
from congbhyt.units.rules import AllowList, Permission

_LATELY = timedelta(days=7)


def of(request: Request) -> list[AddressLine]:
    """The lines of a request, in their order."""
    rows = request.addresses.select_related("site", "request__unit").order_by("number")
    return list(rows)


def sites_of(unit: Unit) -> QuerySet[Unit]:
    """Subordinate sites and commune stations that a unit's request may name."""
    return unit.sites.filter(valid_to=None).order_by("code")


def networks_of(unit: Unit, *, at: datetime) -> QuerySet[UnitNetwork]:
    """Networks from which programs of the unit and of its sites may call at `at` or later, by unit, oldest first."""
    homes = Unit.objects.filter(Q(pk=unit.pk) | Q(parent=unit))
    rows = UnitNetwork.objects.filter(unit__in=homes, ended_at=None).exclude(valid_to__lte=at)
    return rows.select_related("unit").order_by("unit__code", "valid_from", "pk")


def others_in_force(line: AddressLine) -> list[AddressLine]:
    """Other lines in force of the same unit or site."""
    rows = AddressLine.objects.filter(state=LineState.IN_FORCE, request__unit=line.request.unit_id, site=line.site_id)
    return list(rows.exclude(pk=line.pk).select_related("site", "request__unit"))


def shared_with(line: AddressLine, *, at: datetime) -> list[Unit]:
    """Other units that may call from an address of this line now: allowed, but the approver is told."""
    found = units.networks_of_others(line.span.networks, home=line.home, at=at)
    return list({network.unit_id: network.unit for network in found}.values())


def shared_each(lines: Sequence[AddressLine], *, at: datetime) -> dict[int, list[Unit]]:
    """`shared_with` of each of these lines by its key, in one query for all."""
    wanted = {network for line in lines for network in line.span.networks}
    rows = UnitNetwork.objects.filter(_overlapping(wanted), ended_at=None, valid_from__lte=at)
    found = list(rows.exclude(valid_to__lte=at).select_related("unit").order_by("unit__code", "pk"))
    shared: dict[int, list[Unit]] = {}
    for line in lines:
        others = {row.unit_id: row.unit for row in found if line.span.overlaps(row.network)}
        others.pop(line.home.pk, None)
        shared[line.pk] = list(others.values())
    return shared


def _overlapping(networks: Iterable[Network]) -> Q:
    found = Q(pk__in=[])
    for network in networks:
        found |= Q(network__overlaps=network)
    return found


def refused_lately(unit: Unit, *, at: datetime) -> list[Denial]:
    """Addresses from which somebody with right credentials of this unit was refused within a week and which are not
    the unit's now; to add one means typing it again.
    """
    own = AllowList(
        Permission(unit.code, network.network, network.valid_from, network.valid_to)
        for network in units.networks_in_force(unit, at=at)
    )
    denied = units.denied_lately(unit, since=at - _LATELY)
    latest = {denial.address: denial for denial in reversed(denied)}
    newest_first = sorted(latest.values(), key=lambda denial: denial.last_at, reverse=True)
    return [denial for denial in newest_first if not own.owners(ip_address(denial.address), at)]


def to_open() -> QuerySet[AddressLine]:
    """Approved lines that wait for the national centre, the oldest first."""
    rows = AddressLine.objects.filter(state=LineState.APPROVED)
    return rows.select_related("site", "request__unit__receiving_agency", "request__summary").order_by(
        "decided_at", "request", "number"
    )


def to_open_listed(words: str = "", *, agency: str = "", summary: str = "") -> QuerySet[AddressLine]:
    """Those of `to_open` that a summary holds and that fit, by province, summary and unit.

    Words are found in the unit's code or name, or name an address that a line holds.
    """
    rows = to_open().filter(request__summary__isnull=False)
    for word in words.split():
        rows = rows.filter(_named(word))
    if agency:
        rows = rows.filter(request__unit__receiving_agency__code=agency)
    if digits := summary.strip().upper().removeprefix("TH").lstrip("0"):
        rows = rows.filter(request__summary=int(digits) if digits.isdecimal() and len(digits) < 12 else 0)
    return rows.order_by(
        "request__unit__receiving_agency__code", "request__summary", "request__unit__code", "request", "number"
    )


def _named(word: str) -> Q:
    home = Q(request__unit__code__istartswith=word) | Q(request__unit__name__icontains=word)
    home |= Q(site__code__istartswith=word)
    try:
        span = read_span(word)
    except AddressFormError:
        return home
    return home | Q(first__lte=str(span.last), last__gte=str(span.first))


def agencies_to_open() -> dict[str, str]:
    """Codes and names of the agencies of which compiled lines wait, by code."""
    rows = AddressLine.objects.filter(state=LineState.APPROVED, request__summary__isnull=False)
    fields = ("request__unit__receiving_agency__code", "request__unit__receiving_agency__name")
    return dict(rows.order_by(fields[0]).distinct().values_list(*fields))


def compiled(summary: Summary) -> list[AddressLine]:
    """The lines of Mẫu 02/th-ip-ctn in its order: all that the agency approved, wherever they stand now."""
    refused_by_agency = Q(state=LineState.REFUSED, opened_by="")
    rows = AddressLine.objects.filter(request__summary=summary).exclude(refused_by_agency | Q(state=LineState.WAITING))
    ordered = rows.select_related("site", "request__unit").order_by("request__unit__code", "request", "number")
    return list(ordered)
