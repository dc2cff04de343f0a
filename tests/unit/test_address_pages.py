"""Địa chỉ kết nối: what is in force, from where the page is asked, what was refused lately."""

from __future__ import annotations

from datetime import timedelta

import pytest

from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.signin.refusals import NotForYouError
from congbhyt.units import actions as units
from congbhyt.units.models import Denial, Unit
from tests.factories import BY, NOW
from tests.portal import Cast, check_refused, sign_in, text

pytestmark = pytest.mark.django_db
PAGE = "/dang-ky/dia-chi"


def deny(address: str, *, days_ago: float = 1, unit: str = "01999") -> None:
    """Somebody with right credentials of the unit was refused from there."""
    at = NOW - timedelta(days=days_ago)
    Denial.objects.create(
        hour=at.replace(minute=0), reason=Denial.Reason.FOREIGN, address=address, account_name=f"{unit}_BV",
        unit_code=unit, times=3, first_at=at, last_at=at,
    )  # fmt: skip


def test_the_own_address_and_what_is_in_force(cast: Cast) -> None:
    page = text(sign_in(cast.admin).get(PAGE))
    assert "127.0.0.1</b>: đã đăng ký cho đơn vị" in page
    for shown in ("127.0.0.0/8", "::1/128", "khi báo ngừng", "/dang-ky/moi/addresses"):
        assert shown in page
    assert "203.0.113.0/24" not in page


def test_networks_of_the_units_sites_are_among_them(cast: Cast) -> None:
    site = units.open_unit(
        code="01995", name="Trạm y tế Thử", kind=Unit.Kind.COMMUNE_STATION, managing_agency=cast.house.agency,
        parent=cast.house.unit, valid_from=NOW.date(), by=BY, at=NOW,
    )  # fmt: skip
    units.add_network(home=site, network="198.51.100.0/28", basis="test", by=BY, at=NOW)
    page = text(sign_in(cast.admin).get(PAGE))
    assert "198.51.100.0/28" in page
    assert "01995 Trạm y tế Thử" in page


def test_refused_addresses_are_shown_to_be_typed_again(cast: Cast) -> None:
    """Decision 3: no button copies such an address into a request."""
    deny("198.51.100.9")
    deny("198.51.100.10", days_ago=8)
    deny("198.51.100.11", unit="01998")
    deny("127.0.0.9")
    page = text(sign_in(cast.admin).get(PAGE))
    assert "198.51.100.9<" in page
    for hidden in ("198.51.100.10", "198.51.100.11", "127.0.0.9<"):
        assert hidden not in page
    assert 'value="198.51.100.9"' not in page
    assert "198.51.100.9" not in "".join(part for part in page.split('"') if part.startswith("/"))


def test_nothing_in_force_says_what_would_be_here(cast: Cast) -> None:
    for network in cast.house.other.networks.all():
        units.end_network(home=cast.house.other, network=str(network.network), by=BY, at=NOW)
    units.add_network(home=cast.house.other, network="203.0.113.0/24", basis="test", by=BY, at=NOW)
    assert "203.0.113.0/24" in text(sign_in(cast.other_admin).get(PAGE))


def test_it_is_no_page_of_officers_and_needs_its_right(cast: Cast) -> None:
    check_refused(sign_in(cast.agency_admin).get(PAGE), NoSuchPageError, status=404)
    check_refused(sign_in(cast.officer).get(PAGE), NotForYouError, status=403)


def test_the_list_goes_out_as_a_file(cast: Cast) -> None:
    answer = sign_in(cast.admin).get(f"{PAGE}?xuat=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "127.0.0.0/8" in b"".join(answer).decode("utf-8-sig")
