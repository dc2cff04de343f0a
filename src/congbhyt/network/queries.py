"""Reads of address lines: a unit's own, what others share, and what waits for the national centre."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address

from django.db.models import QuerySet

from congbhyt.network.models import AddressLine
from congbhyt.registration.models import Request
from congbhyt.registration.rules import LineState
from congbhyt.units import queries as units
from congbhyt.units.models import Denial, Unit
from congbhyt.units.rules import AllowList, Permission

_LATELY = timedelta(days=7)


def of(request: Request) -> list[AddressLine]:
    """The lines of a request, in their order."""
    rows = request.addresses.select_related("site", "request__unit").order_by("number")
    return list(rows)


def others_in_force(line: AddressLine) -> list[AddressLine]:
    """Other lines in force of the same unit or site."""
    rows = AddressLine.objects.filter(state=LineState.IN_FORCE, request__unit=line.request.unit_id, site=line.site_id)
    return list(rows.exclude(pk=line.pk).select_related("site", "request__unit"))


def shared_with(line: AddressLine, *, at: datetime) -> list[Unit]:
    """Other units that may call from an address of this line now: allowed, but the approver is told."""
    found = units.networks_of_others(line.span.networks, home=line.home, at=at)
    return list({network.unit_id: network.unit for network in found}.values())


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
