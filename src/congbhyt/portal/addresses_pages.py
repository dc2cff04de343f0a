"""Địa chỉ kết nối: from where a unit may connect, from where this page was asked, and what was refused lately."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse

from congbhyt.network import queries as network
from congbhyt.portal.exporting import exported
from congbhyt.portal.forms import SizeForm
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.portal.requests_pages import own_unit
from congbhyt.registration import authority, queries
from congbhyt.registration.rules import Kind
from congbhyt.spreadsheets.writing import Sheet, Value
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


_COLUMNS = ("Địa chỉ, mạng", ("Mã đơn vị", 12), ("Tên đơn vị", 40), "Từ", "Đến", ("Căn cứ", 30))


def _cells(networks: QuerySet[UnitNetwork]) -> Iterator[Sequence[Value]]:
    for row in networks.iterator():
        yield str(row.network), row.unit.code, row.unit.name, row.valid_from, row.valid_to, row.basis


def addresses(page: Page) -> HttpResponse:
    """Everything about the unit's addresses."""
    unit, form = own_unit(page), SizeForm(page.request.GET)
    networks = network.networks_of(unit, at=page.at)
    if answer := exported(page, Sheet("Địa chỉ kết nối", _COLUMNS, _cells(networks))):
        return answer
    found = Paginator(networks, form.rows).get_page(page.request.GET.get("page"))
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
