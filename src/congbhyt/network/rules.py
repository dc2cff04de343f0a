"""What a unit types as an Internet address on Mẫu 01/dk-ip-ctn, and which addresses it may register.

The letter says only “địa chỉ IP Internet đang sử dụng” (CV 1923/BHXH-CNTT §1): forms and widths are our choice.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)
from typing import cast

from congbhyt.network.refusals import (
    AddressEmptyError,
    AddressFamiliesError,
    AddressFormError,
    AddressHostBitsError,
    AddressLinkError,
    AddressLongError,
    AddressMaskError,
    AddressReservedError,
    AddressReversedError,
    AddressSeveralError,
    AddressWideError,
    AddressWidestError,
    AddressZerosError,
    AddressZoneError,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST = 100
"""Characters: two IPv6 addresses with words between them need fewer."""
WIDEST_V4, WIDEST_V6 = 16, 32
"""No unit may register more than such a network holds, whatever its reason."""

_LABEL = re.compile(r"^(?:(?:địa chỉ|ip(?:v[46])?)\b\s*[:=]?\s*)*(?:từ\s+)?", re.IGNORECASE)
_DASHES = re.compile(r"[\u2010-\u2015\u2212~]")
_UNTIL = re.compile(r"\s*-\s*|\s+(?:đến|tới|den|toi|to)\s+", re.IGNORECASE)
_BLANK_WITHIN = re.compile(r"\s*([./:])\s*")
_SHORT_END = re.compile(r"[0-9]{1,3}")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_LINK = re.compile(r"[a-z]+://|^www\.|^[0-9.]+:[0-9]+$|\]:[0-9]+$|^[0-9.]+/[^0-9]|^[0-9.]+/$", re.IGNORECASE)
_ADDRESS_LIKE = re.compile(r"[^\s,;]*[.:][^\s,;]*")
_LONG_NUMBER = re.compile(r"[0-9]{7,}")


@dataclass(frozen=True)
class Span:
    """All addresses from `first` to `last`, both of one family."""

    first: Address
    last: Address

    def __post_init__(self) -> None:
        """Refuse what is no span.

        Raises:
            ValueError: two families, or the end before the beginning.
        """
        if self.first.version != self.last.version or int(self.first) > int(self.last):
            raise ValueError(f"{self.first} to {self.last} is no span of addresses")

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """The fewest networks that hold exactly these addresses, in order."""
        if isinstance(self.first, IPv4Address) and isinstance(self.last, IPv4Address):
            return tuple(summarize_address_range(self.first, self.last))
        return tuple(summarize_address_range(cast(IPv6Address, self.first), cast(IPv6Address, self.last)))

    @property
    def count(self) -> int:
        """How many addresses these are."""
        return int(self.last) - int(self.first) + 1

    def overlaps(self, network: Network) -> bool:
        """Whether at least one address lies in `network`; families never mix."""
        return (
            self.first.version == network.version
            and int(self.first) <= int(network.broadcast_address)
            and int(network.network_address) <= int(self.last)
        )

    def within(self, network: Network) -> bool:
        """Whether every address lies in `network`."""
        return self.first.version == network.version and self.first in network and self.last in network

    def __str__(self) -> str:
        """An address, a network in CIDR if it is exactly one, or “first - last”; `read_span` reads it back."""
        if self.first == self.last:
            return str(self.first)
        return str(self.networks[0]) if len(self.networks) == 1 else f"{self.first} - {self.last}"


def read_span(text: str) -> Span:
    """The addresses that somebody typed: one, a network (CIDR or netmask) or a range; IPv4-mapped IPv6 is IPv4.

    Raises:
        AddressFormError: it is none of these, several, or could be read in two ways; subclasses say which.
    """
    if len(text) > LONGEST:
        raise AddressLongError(most=LONGEST)
    typed = _tidied(text)
    if not typed:
        raise AddressEmptyError()
    shown = _LONG_NUMBER.sub("…", typed)  # refusals are logged, and a phone or CCCD may stand in the wrong box
    _refuse_other_things(typed, shown)
    first, *rest = _UNTIL.split(typed)
    found = [len(_ADDRESS_LIKE.findall(part)) for part in (first, *rest)]
    if max(found) > 1 or (len(rest) > 1 and sum(found) > 1):
        raise AddressSeveralError(text=shown)
    if len(rest) > 1:
        raise AddressFormError(text=shown)
    return _read_range(first, rest[0], shown) if rest else _read_network(first, shown)


def _tidied(text: str) -> str:
    """Full-width characters as plain ones, dashes as one dash, without a label before and punctuation after."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()
    return _BLANK_WITHIN.sub(r"\1", _LABEL.sub("", plain)).rstrip(" \t\r\n.,;")


def _refuse_other_things(typed: str, shown: str) -> None:
    """Tell apart what people put into the box that is no address.

    Raises:
        AddressLinkError: a link or a port.
        AddressZoneError: a zone index.
    """
    if _LINK.search(typed):
        raise AddressLinkError(text=shown)
    if "%" in typed:
        raise AddressZoneError(text=shown)


def _read_range(first: str, last: str, shown: str) -> Span:
    begin = _address(first, shown)
    if _SHORT_END.fullmatch(last) and begin.version == 4:
        last = f"{str(begin).rpartition('.')[0]}.{last}"
    end = _address(last, shown)
    if begin.version != end.version:
        raise AddressFamiliesError(text=shown)
    if int(begin) > int(end):
        raise AddressReversedError(text=shown)
    return Span(begin, end)


def _read_network(typed: str, shown: str) -> Span:
    bare, slash, size = typed.partition("/")
    if not slash:
        address = _address(bare, shown)
        return Span(address, address)
    start = _parsed(bare, shown)
    prefix = _prefix(size, start, shown)
    network = ip_network((start, prefix), strict=False)
    if network.network_address != start:
        meant, alone = _unmapped(network), _address(bare, shown)
        raise AddressHostBitsError(text=shown, network=meant, address=alone)
    plain = _unmapped(network)
    return Span(plain.network_address, plain.broadcast_address)


def _prefix(size: str, start: Address, shown: str) -> int:
    """The length of the network part, from digits or a netmask.

    Raises:
        AddressMaskError: a netmask with gaps, or turned round.
        AddressZerosError: leading zeros.
        AddressFormError: neither, or longer than an address.
    """
    if start.version == 4 and _DOTTED.fullmatch(size):
        mask = int(_address(size, shown)) ^ 0xFFFFFFFF
        if mask & (mask + 1):
            raise AddressMaskError(text=shown)
        return 32 - mask.bit_length()
    if not _SHORT_END.fullmatch(size) or int(size) > start.max_prefixlen:
        raise AddressFormError(text=shown)
    if size != str(int(size)):
        raise AddressZerosError(text=shown)
    return int(size)


def _address(text: str, shown: str) -> Address:
    """One address, IPv4-mapped IPv6 as the IPv4 that it is."""
    address = _parsed(text, shown)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _parsed(text: str, shown: str) -> Address:
    """One address as it is written; [2001:db8::1] as in links.

    Raises:
        AddressZerosError: leading zeros in a dotted part.
        AddressFormError: none.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    dotted = bare.rpartition(":")[2]
    if _DOTTED.fullmatch(dotted) and any(octet != "0" and octet.startswith("0") for octet in dotted.split(".")):
        raise AddressZerosError(text=shown)
    try:
        return ip_address(bare)
    except ValueError as wrong:
        raise AddressFormError(text=shown) from wrong


def _unmapped(network: Network) -> Network:
    """`network`, as the IPv4 network that it is when all its addresses are IPv4-mapped."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return IPv4Network((mapped, network.prefixlen - 96)) if mapped and network.prefixlen >= 96 else network


@dataclass(frozen=True, slots=True)
class Reserved:
    """A network of which nobody has an address on the Internet, and why; some may be registered in a sandbox."""

    network: Network
    reason: str
    sandbox: bool = False


def _reserved(text: str, reason: str, *, sandbox: bool = False) -> Reserved:
    return Reserved(ip_network(text), reason, sandbox)


_PRIVATE = "mạng riêng trong nội bộ đơn vị (RFC 1918)"
_LOOPBACK = "địa chỉ nội bộ của máy (loopback)"
_SAMPLE = "địa chỉ chỉ dùng trong tài liệu hướng dẫn"
_LINK_LOCAL = "địa chỉ tự đặt trong một mạng (link-local)"
_MULTICAST = "địa chỉ gửi cho nhiều máy (multicast)"
_TEST = "địa chỉ dùng đo kiểm thiết bị mạng"
_PROTOCOL = "địa chỉ dành cho giao thức mạng"
_RELAY = "địa chỉ trung chuyển 6to4 không còn dùng"
_TRANSLATED = "địa chỉ chuyển đổi giữa IPv4 và IPv6"
_UNASSIGNED = "vùng chưa cấp cho Internet"

RESERVED: Sequence[Reserved] = (
    _reserved("255.255.255.255/32", "địa chỉ gửi cho cả mạng (broadcast)"),
    _reserved("0.0.0.0/8", "địa chỉ «mạng này», không phải của một đường truyền"),
    _reserved("10.0.0.0/8", _PRIVATE),
    _reserved("100.64.0.0/10", "địa chỉ dùng chung của nhà mạng (CGNAT)"),
    _reserved("127.0.0.0/8", _LOOPBACK, sandbox=True),
    _reserved("169.254.0.0/16", _LINK_LOCAL),
    _reserved("172.16.0.0/12", _PRIVATE),
    _reserved("192.0.0.0/24", _PROTOCOL),
    _reserved("192.0.2.0/24", _SAMPLE, sandbox=True),
    _reserved("192.88.99.0/24", _RELAY),
    _reserved("192.168.0.0/16", _PRIVATE),
    _reserved("198.18.0.0/15", _TEST),
    _reserved("198.51.100.0/24", _SAMPLE, sandbox=True),
    _reserved("203.0.113.0/24", _SAMPLE, sandbox=True),
    _reserved("224.0.0.0/4", _MULTICAST),
    _reserved("240.0.0.0/4", _UNASSIGNED),
    _reserved("::/128", "địa chỉ trống"),
    _reserved("::1/128", _LOOPBACK, sandbox=True),
    _reserved("64:ff9b::/96", _TRANSLATED),
    _reserved("64:ff9b:1::/48", _TRANSLATED),
    _reserved("100::/64", "địa chỉ bỏ đi (discard)"),
    _reserved("2001::/23", "địa chỉ dành cho giao thức mạng (Teredo và tương tự)"),
    _reserved("2001:db8::/32", _SAMPLE, sandbox=True),
    _reserved("2002::/16", "địa chỉ 6to4, không phải của một đường truyền cố định"),
    _reserved("3fff::/20", _SAMPLE, sandbox=True),
    _reserved("fc00::/7", "mạng riêng trong nội bộ đơn vị (ULA)"),
    _reserved("fe80::/10", _LINK_LOCAL),
    _reserved("fec0::/10", "mạng riêng kiểu cũ (site-local)"),
    _reserved("ff00::/8", _MULTICAST),
    # Only 2000::/3 is Internet: these three are everything else.
    _reserved("::/3", _UNASSIGNED),
    _reserved("4000::/2", _UNASSIGNED),
    _reserved("8000::/1", _UNASSIGNED),
)
"""Special-purpose registries of IANA (RFC 6890); of two rows that overlap, the one that says more stands first."""


def check_span(span: Span, *, widest_v4: int, widest_v6: int, justified: bool, sandbox: bool) -> None:
    """Let `span` pass if a unit may register it; one address in reserved space refuses the whole.

    Raises:
        AddressReservedError: nobody has such addresses on the Internet; a sandbox may use those of documents
            and of the machine itself.
        AddressWidestError: more addresses than any unit may have.
        AddressWideError: more than a /`widest_v4` or /`widest_v6` holds, and nobody said why.
    """
    spared = sandbox and any(row.sandbox and span.within(row.network) for row in RESERVED)
    held = None if spared else next((row for row in RESERVED if span.overlaps(row.network)), None)
    if held:
        raise AddressReservedError(span=span, network=held.network, reason=held.reason)
    own, most = (widest_v4, WIDEST_V4) if span.first.version == 4 else (widest_v6, WIDEST_V6)
    if _wider(span, most):
        raise AddressWidestError(span=span, widest=most)
    if _wider(span, own) and not justified:
        raise AddressWideError(span=span, widest=own)


def is_wide(span: Span, *, widest_v4: int, widest_v6: int) -> bool:
    """Whether a unit must say why it needs so many addresses."""
    return _wider(span, widest_v4 if span.first.version == 4 else widest_v6)


def _wider(span: Span, prefix: int) -> bool:
    return span.count > 1 << (span.first.max_prefixlen - prefix)


def overlapping(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Pairs of positions, the smaller first, in order, whose spans share an address; families stay apart.

    One sweep in the order of first addresses: what has ended leaves, and everything left overlaps.
    """
    order = sorted(range(len(spans)), key=lambda one: (spans[one].first.version, int(spans[one].first)))
    pairs: list[tuple[int, int]] = []
    open_ones: list[tuple[int, int, int]] = []
    for here in order:
        family, first, last = spans[here].first.version, int(spans[here].first), int(spans[here].last)
        while open_ones and open_ones[0][:2] < (family, first):
            heapq.heappop(open_ones)
        pairs += [(min(here, other), max(here, other)) for _, _, other in open_ones]
        heapq.heappush(open_ones, (family, last, here))
    return sorted(pairs)
