"""Whose address a call comes from (mistakes-of-peers 9–11)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.addresses import Address, Network, caller_address, is_within, read_address

TRUSTED: tuple[Network, ...] = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
OURS = st.sampled_from(["10.0.0.1", "10.255.0.9", "fd00::1", "::ffff:10.0.0.7", " 10.0.0.2 ", "[fd00::2]"])
THEIRS = st.sampled_from(["198.51.100.7", "203.0.113.9", "2001:db8::7", "::ffff:198.51.100.8", "\t192.0.2.1 "])
RUBBISH = st.sampled_from(["", "unknown", "_hidden", "10.0.0", "1.2.3.4:80", "[::1]:443", "for=1.2.3.4", "0x0a000001"])
HOPS = st.lists(OURS | THEIRS | RUBBISH, max_size=8)


def naive(peer: str, hops: list[str]) -> Address | None:
    """The rule, told backwards: drop our own proxies from the right; the next one is the caller."""
    chain = [read_address(hop) for hop in (*hops, peer)]
    proven = chain.pop()
    while chain and proven is not None and any(proven in one for one in TRUSTED if one.version == proven.version):
        last = chain.pop()
        if last is None:
            return proven
        proven = last
    return proven


@given(OURS | THEIRS | RUBBISH, HOPS, st.integers(0, 8))
def test_the_caller_is_the_nearest_hop_that_is_not_our_proxy(peer: str, hops: list[str], cut: int) -> None:
    headers = [",".join(part) for part in (hops[:cut], hops[cut:]) if part]
    assert caller_address(peer, headers, TRUSTED) == naive(peer, hops if headers else [])


@given(THEIRS, HOPS)
def test_a_stranger_cannot_move_his_address_by_any_header(peer: str, hops: list[str]) -> None:
    assert caller_address(peer, [", ".join(hops)], TRUSTED) == read_address(peer)


@given(THEIRS, HOPS, st.lists(OURS, max_size=3))
def test_what_a_stranger_wrote_left_of_himself_never_counts(
    stranger: str, forged: list[str], proxies: list[str]
) -> None:
    hops = [*forged, stranger, *proxies]
    assert caller_address("10.0.0.1", [", ".join(hops)], TRUSTED) == read_address(stranger)


def test_without_trusted_proxies_only_the_socket_counts() -> None:
    assert caller_address("10.0.0.1", ["198.51.100.7"], ()) == IPv4Address("10.0.0.1")


def test_headers_are_one_list_in_the_order_received() -> None:
    assert caller_address("10.0.0.1", ["203.0.113.1", "198.51.100.7"], TRUSTED) == IPv4Address("198.51.100.7")


def test_a_peer_that_has_no_address_is_nobody_whatever_it_forwards() -> None:
    assert caller_address("unix:", ["127.0.0.1"], TRUSTED) is None


@given(st.ip_addresses())
def test_an_address_is_read_back_as_itself_in_every_dress(address: Address) -> None:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    for text in (str(address), f" {address}\t", f"[{address}]", f"{address}%eth0", address.exploded.upper()):
        assert read_address(text) == (mapped or address)


@given(st.ip_addresses(v=4))
def test_ipv4_inside_ipv6_is_that_ipv4(address: IPv4Address) -> None:
    assert read_address(f"::ffff:{address}") == read_address(f"::FFFF:{address}%1") == address
    assert is_within(address, [IPv4Network("0.0.0.0/0")])
    assert not is_within(address, [ip_network("::/0")])


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "localhost", "127.1", "127.0.0.1.", "0127.0.0.1", "127.0.0.1/8", "1.2.3", "256.1.1.1", "1.1.1.1,2.2",

        "::1::", ":::", "12345::", "::ffff:1.2.3", "0x7f.1", "2130706433", "１.0.0.1", "1.0.0.1\0", "-1", "%eth0", "[]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    assert read_address(text) is None


def test_an_empty_list_holds_nobody() -> None:
    assert not is_within(ip_address("127.0.0.1"), [])
