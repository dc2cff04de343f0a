"""Allow-lists: which units, or which agencies, own an address at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from congbhyt.units.refusals import NetworkFormError


def read_network(text: str) -> IPv4Network | IPv6Network:
    """The network in `text`: an address or CIDR, IPv4-mapped IPv6 read as IPv4.

    Raises:
        NetworkFormError: neither, or host bits set, where the wish is not clear, or a zone (`%eth0`),
            which names an interface of one machine and which the database cannot hold.
    """
    if "%" in text:
        raise NetworkFormError("a zone index is no part of a network", network=text)
    try:
        network = ip_network(text.strip())
    except ValueError as wrong:
        raise NetworkFormError(str(wrong), network=text) from wrong
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped and network.prefixlen >= 96:
        return IPv4Network((mapped, network.prefixlen - 96))
    return network


@dataclass(frozen=True, slots=True)
class Permission:
    """The leave of one unit or agency, named by its code, for one network during one period; an open end lasts."""

    owner: str
    network: IPv4Network | IPv6Network
    valid_from: datetime
    valid_to: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether `at` lies in the period; its end is outside."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class AllowList:
    """A snapshot of all permissions, fast to ask: one dictionary look-up per prefix length in use.

    Nothing registered means nobody owns any address.
    """

    def __init__(self, permissions: Iterable[Permission]) -> None:
        self._by_prefix: dict[tuple[int, int], dict[int, list[Permission]]] = {}
        for permission in permissions:
            network = permission.network
            group = self._by_prefix.setdefault((network.version, network.max_prefixlen - network.prefixlen), {})
            group.setdefault(int(network.network_address) >> (network.max_prefixlen - network.prefixlen), []).append(
                permission
            )

    def owners(self, address: IPv4Address | IPv6Address, at: datetime) -> frozenset[str]:
        """Codes of the units or agencies that own `address` at that moment."""
        number = int(address)
        return frozenset(
            permission.owner
            for (version, host_bits), group in self._by_prefix.items()
            if version == address.version
            for permission in group.get(number >> host_bits, ())
            if permission.in_force(at)
        )
