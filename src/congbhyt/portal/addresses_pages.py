"""Địa chỉ kết nối: from where a unit may connect, from where this page was asked, and what was refused lately."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse

from congbhyt.network import queries as network
from congbhyt.portal.forms import SizeForm
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.requests_pages import own_unit
from congbhyt.registration import authority, queries
from congbhyt.registration.rules import Kind
from congbhyt.units.models import UnitNetwork

_BASIS = re.compile(r"DK0*([1-9][0-9]{0,9})\b")
"""How the domain names the request from which a network came."""


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One network in force, and the request from which it came if it is the unit's own."""

    network: UnitNetwork
    request: int | None

    @classmethod
    def all_of(cls, page: Page, networks: Iterable[UnitNetwork]) -> list[NetworkRow]:
        """Rows for some of the table."""
        found = [(network, _BASIS.match(network.basis)) for network in networks]
        named = {int(basis[1]) for _, basis in found if basis}
        own = set(authority.visible(performer_of(page)).filter(pk__in=named).values_list("pk", flat=True))
        return [
            cls(network, int(basis[1]) if basis and int(basis[1]) in own else None) for network, basis in found
        ]  # fmt: skip


def addresses(page: Page) -> HttpResponse:
    """Everything about the unit's addresses."""
    unit, form = own_unit(page), SizeForm(page.request.GET)
    found = Paginator(network.networks_of(unit, at=page.at), form.rows).get_page(page.request.GET.get("page"))
    sites = set(network.sites_of(unit).values_list("code", flat=True))
    context = {
        "form": form,
        "found": found,
        "rows": NetworkRow.all_of(page, found.object_list),
        "here": page.visitor.origin.address,
        "registered": bool(page.visitor.units & {unit.code, *sites}),
        "refused": network.refused_lately(unit, at=page.at),
        "open": queries.open_request(unit, Kind.ADDRESSES),
    }
    return page.show("addresses.html", context)
