"""The allow-list against a naive one that asks every permission in turn."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.addresses import read_address
from congbhyt.units.refusals import NetworkFormError
from congbhyt.units.rules import AllowList, Permission, read_network
from tests.factories import NOW

Address = IPv4Address | IPv6Address
HOUR = timedelta(hours=1)

# Networks lie close together, so that they overlap and addresses often stand just inside or outside.
low_addresses: st.SearchStrategy[Address] = st.one_of(
    st.integers(0, 63).map(lambda low: IPv4Address((203 << 24) + low)),
    st.integers(0, 63).map(lambda low: IPv6Address((0x20010DB8 << 96) + low)),
    st.ip_addresses(),
)


@st.composite
def networks(draw: st.DrawFn) -> IPv4Network | IPv6Network:
    """A network of any size around an address."""
    address = draw(low_addresses)
    host_bits = draw(st.one_of(st.integers(0, 7), st.integers(0, address.max_prefixlen)))
    return ip_network((address, address.max_prefixlen - host_bits), strict=False)


moments = st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)
permissions = st.builds(
    Permission, st.sampled_from(["01999", "01998", "01997"]), networks(), moments, st.none() | moments
)


def naive_owners(listed: list[Permission], address: Address) -> set[str]:
    return {
        one.owner
        for one in listed
        if one.network.version == address.version
        and address in one.network
        and one.valid_from <= NOW
        and (one.valid_to is None or one.valid_to > NOW)
    }


@given(st.lists(permissions, max_size=12), low_addresses)
def test_it_agrees_with_asking_every_permission_in_turn(listed: list[Permission], address: Address) -> None:
    assert AllowList(listed).owners(address, NOW) == naive_owners(listed, address)


@given(networks(), st.booleans())
def test_the_edges_of_a_network_are_inside_and_their_neighbours_are_not(
    network: IPv4Network | IPv6Network, first: bool
) -> None:
    allowed = AllowList([Permission("01999", network, NOW)])
    edge = int(network.network_address if first else network.broadcast_address)
    kind = type(network.network_address)
    beyond = edge - 1 if first else edge + 1
    assert allowed.owners(kind(edge), NOW) == {"01999"}
    if 0 <= beyond < 2**network.max_prefixlen:
        assert allowed.owners(kind(beyond), NOW) == frozenset()


@given(low_addresses)
def test_an_empty_list_is_closed(address: Address) -> None:
    assert AllowList([]).owners(address, NOW) == frozenset()


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_network_written_as_mapped_ipv6_lets_in_the_same_callers(address: IPv4Address, prefix: int) -> None:
    plain = ip_network((address, prefix), strict=False)
    assert read_network(f"::ffff:{plain.network_address}/{96 + prefix}") == plain


@given(st.ip_addresses(v=4))
def test_a_caller_seen_as_mapped_ipv6_is_the_ipv4_caller(address: IPv4Address) -> None:
    allowed = AllowList([Permission("01999", read_network(str(address)), NOW)])
    caller = read_address(f"::ffff:{address}")
    assert caller is not None
    assert allowed.owners(caller, NOW) == {"01999"}


def test_one_address_is_a_network_of_its_own() -> None:
    assert read_network(" 203.0.113.7 ") == ip_network("203.0.113.7/32")
    assert read_network("2001:db8::7") == ip_network("2001:db8::7/128")


@pytest.mark.parametrize(
    "text", ["", "8.8.", "203.0.113.7/24", "203.0.113", "::/129", "fe80::1%eth0", "a.b.c.d", "203.0.113.0/-1"]
)
def test_what_is_no_network_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(NetworkFormError) as refused:
        read_network(text)
    assert f"«{text}»" in refused.value.sentence


@pytest.mark.parametrize(("hours", "inside"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_period_holds_its_beginning_and_not_its_end(hours: int, inside: bool) -> None:
    permission = Permission("01999", ip_network("203.0.113.0/24"), NOW, NOW + 2 * HOUR)
    owners = AllowList([permission]).owners(ip_address("203.0.113.7"), NOW + hours * HOUR)
    assert bool(owners) is inside
