"""Writes on agencies, units and their networks; each leaves an audit entry in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db import transaction

from congbhyt.audit import actions as audit
from congbhyt.installation.queries import is_sandbox
from congbhyt.kernel.identifiers import is_unit_code
from congbhyt.kernel.names import tidy
from congbhyt.units.models import Agency, AgencyNetwork, SupportContact, Unit, UnitNetwork
from congbhyt.units.refusals import (
    AgencyCodeError,
    NetworkExistsError,
    NetworkPeriodError,
    NoSuchNetworkError,
    ParentNeededError,
    SandboxNetworkError,
    UnitCodeError,
    UnitExistsError,
)
from congbhyt.units.rules import read_network

_SITES = {Unit.Kind.SUBORDINATE, Unit.Kind.COMMUNE_STATION}
_AGENCY_CODE = re.compile(r"[0-9A-Z]{1,10}")
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@transaction.atomic
def open_agency(
    *,
    code: str,
    name: str,
    level: str,
    valid_from: date,
    by: str,
    at: datetime,
    parent: Agency | None = None,
    duty: str = "",
    contacts: Iterable[tuple[str, str, str]] = (),
) -> Agency:
    """Enter an agency into the tree with its support contacts (subject, phone, e-mail).

    Raises:
        AgencyCodeError: the code has no possible form.
        UnitExistsError: the code is taken.
    """
    code = code.strip().upper()
    if not _AGENCY_CODE.fullmatch(code):
        raise AgencyCodeError(code=code)
    if Agency.objects.filter(code=code).exists():
        raise UnitExistsError(code=code)
    agency = Agency.objects.create(
        code=code, name=tidy(name), level=level, duty=duty, parent=parent, valid_from=valid_from
    )
    for subject, phone, email in contacts:
        SupportContact.objects.create(agency=agency, subject=subject, phone=phone, email=email)
    audit.record("units:agency:open", by=by, at=at, object=f"agency:{code}")
    return agency


@transaction.atomic
def succeed_agency(*, agency: Agency, successor: Agency, last_day: date, by: str, at: datetime) -> None:
    """End `agency` on `last_day`; its units go to `successor` (mergers of provinces, new local agencies)."""
    agency.valid_to, agency.successor = last_day, successor
    agency.save(update_fields=["valid_to", "successor"])
    Unit.objects.filter(managing_agency=agency).update(managing_agency=successor)
    Unit.objects.filter(receiving_agency=agency).update(receiving_agency=successor)
    audit.record(
        "units:agency:succeed",
        by=by,
        at=at,
        object=f"agency:{agency.code}",
        details={"successor": successor.code},
    )


@transaction.atomic
def open_unit(
    *,
    code: str,
    name: str,
    kind: str,
    managing_agency: Agency,
    valid_from: date,
    by: str,
    at: datetime,
    receiving_agency: Agency | None = None,
    parent: Unit | None = None,
    address: str = "",
    reveals_disease: bool = False,
) -> Unit:
    """Enter a client unit. Its requests go to `receiving_agency`, by default the managing one.

    Raises:
        UnitCodeError: the code has not five characters.
        UnitExistsError: the code is taken.
        ParentNeededError: a site or commune station without its parent.
    """
    if not is_unit_code(code):
        raise UnitCodeError(code=code)
    if Unit.objects.filter(code=code).exists():
        raise UnitExistsError(code=code)
    if kind in _SITES and parent is None:
        raise ParentNeededError(code=code)
    unit = Unit.objects.create(
        code=code,
        name=tidy(name),
        address=address,
        kind=kind,
        parent=parent,
        managing_agency=managing_agency,
        receiving_agency=receiving_agency or managing_agency,
        reveals_disease=reveals_disease,
        valid_from=valid_from,
    )
    audit.record("units:unit:open", by=by, at=at, object=f"unit:{code}", unit_code=code)
    return unit


@transaction.atomic
def add_network(
    *,
    home: Unit | Agency,
    network: str | IPv4Network | IPv6Network,
    basis: str,
    by: str,
    at: datetime,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> UnitNetwork | AgencyNetwork:
    """Register `network`: a unit may call from it, an agency's officers sign in from it.

    In force on every process within its polling interval.

    Raises:
        NetworkFormError: no network, or one that only a sandbox may hold.
        NetworkPeriodError: the period ends before it begins.
        NetworkExistsError: `home` has it already.
    """
    wanted, begins = _admissible(str(network)), valid_from or at
    if valid_to is not None and valid_to <= begins:
        raise NetworkPeriodError
    held = home.networks.filter(network=wanted, ended_at=None)
    held.filter(valid_to__lte=at).update(ended_at=at, ended_by=by)  # what has run out may be registered anew
    if held.exists():
        raise NetworkExistsError(unit=home.code, network=wanted)
    added = home.networks.create(
        network=wanted,
        valid_from=begins,
        valid_to=valid_to,
        basis=basis,
        added_by=by,
        added_at=at,
    )
    _record("units:network:add", home, wanted, by=by, at=at)
    return added


def _admissible(text: str) -> IPv4Network | IPv6Network:
    """The network in `text`, unless it holds this machine's own addresses and this is no sandbox."""
    wanted = read_network(text)
    if any(wanted.overlaps(own) for own in _LOOPBACK if own.version == wanted.version) and not is_sandbox():
        raise SandboxNetworkError(network=wanted)
    return wanted


@transaction.atomic
def end_network(*, home: Unit | Agency, network: str, by: str, at: datetime) -> None:
    """End what `network` lets `home` do, now.

    Raises:
        NetworkFormError: no network.
        NoSuchNetworkError: `home` has no such network in force.
    """
    wanted = read_network(network)
    ended = home.networks.filter(network=wanted, ended_at=None).update(ended_at=at, ended_by=by)
    if not ended:
        raise NoSuchNetworkError(unit=home.code, network=wanted)
    _record("units:network:end", home, wanted, by=by, at=at)


def _record(event: str, home: Unit | Agency, network: IPv4Network | IPv6Network, *, by: str, at: datetime) -> None:
    kind, unit_code = ("unit", home.code) if isinstance(home, Unit) else ("agency", "")
    audit.record(
        event,
        by=by,
        at=at,
        object=f"{kind}:{home.code}",
        unit_code=unit_code,
        details={"network": str(network)},
    )
