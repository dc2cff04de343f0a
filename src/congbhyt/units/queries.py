"""Reads of agencies, units and networks."""

from __future__ import annotations

from datetime import datetime

from congbhyt.units.models import Agency, Unit, UnitNetwork
from congbhyt.units.refusals import NoSuchUnitError
from congbhyt.units.rules import AllowList, Permission


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
        return Agency.objects.get(code=code.strip())
    except Agency.DoesNotExist as missing:
        raise NoSuchUnitError(code=code) from missing


def allow_list(at: datetime) -> AllowList:
    """Every permission that is in force at `at` or may come into force later."""
    rows = UnitNetwork.objects.filter(ended_at=None).exclude(valid_to__lte=at)
    return AllowList(
        Permission(code, network, valid_from, valid_to)
        for code, network, valid_from, valid_to in rows.values_list("unit__code", "network", "valid_from", "valid_to")
    )
