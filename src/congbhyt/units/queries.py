"""Reads of agencies, units and networks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from congbhyt.units.models import Agency, Denial, SupportContact, Unit, UnitNetwork
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


def contacts(code: str) -> QuerySet[SupportContact]:
    """Whom to call at the agency with this code.

    Raises:
        NoSuchUnitError: there is none.
    """
    return SupportContact.objects.filter(agency=agency(code)).order_by("subject")


def units() -> QuerySet[Unit]:
    """Every unit by code, ended ones too, with its agencies and parent."""
    return Unit.objects.select_related("managing_agency", "receiving_agency", "parent").order_by("code")


def networks(code: str = "") -> QuerySet[UnitNetwork]:
    """Networks of the unit with this code, or of all, oldest first and ended ones too.

    Raises:
        NoSuchUnitError: there is no such unit.
    """
    rows = UnitNetwork.objects.select_related("unit").order_by("unit__code", "valid_from", "pk")
    return rows.filter(unit=unit(code)) if code else rows


def denials(*, newest: int) -> QuerySet[Denial]:
    """Calls refused for their address, by the hour of their last one, newest first."""
    return Denial.objects.order_by("-last_at", "-pk")[:newest]


def allow_list(at: datetime) -> AllowList:
    """Every permission that is in force at `at` or may come into force later."""
    rows = UnitNetwork.objects.filter(ended_at=None).exclude(valid_to__lte=at)
    return AllowList(
        Permission(code, network, valid_from, valid_to)
        for code, network, valid_from, valid_to in rows.values_list("unit__code", "network", "valid_from", "valid_to")
    )
