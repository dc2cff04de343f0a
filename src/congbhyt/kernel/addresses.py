"""Whose address a call comes from: proxies, forwarded headers, IPv4 inside IPv6."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOWHERE = "0.0.0.0"  # noqa: S104  # stands for an address that could not be read; nothing listens on it


@lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """The address in `text`, IPv4-mapped IPv6 read as the IPv4 it is; None when there is none.

    A zone (`fe80::1%eth0`) is dropped: it names an interface of one machine, not a caller.
    """
    bare = text.strip().strip("[]").partition("%")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def sign_in_origin(address: str | None) -> str:
    """The address under which wrong secrets are counted: an IPv6 line is one caller, whichever of its /64 it uses."""
    read = read_address(address or "")
    if read is None or read.version == 4:
        return str(read or NOWHERE)
    return str(IPv6Network((read, 64), strict=False).network_address)


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """Whether one of `networks` holds `address`; families never mix."""
    return any(address.version == network.version and address in network for network in networks)


def caller_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """The caller's address: the nearest hop that is not one of our own proxies.

    `forwarded` holds the X-Forwarded-For headers in the order received. They count only when the
    socket peer is a trusted proxy, and from the right: everything left of the first stranger was
    written by that stranger. An unreadable hop ends the walk at the last proven address.
    """
    here = read_address(peer)
    if here is None or not is_within(here, trusted):
        return here
    hops = [hop for header in forwarded for hop in header.split(",")]
    for hop in reversed(hops):
        address = read_address(hop)
        if address is None:
            return here
        here = address
        if not is_within(here, trusted):
            return here
    return here
