"""Addresses that units register: what is read, what nobody has on the Internet, what overlaps."""

from __future__ import annotations

import contextlib
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from congbhyt.kernel.refusal import Refusal
from congbhyt.network.refusals import AddressFormError, AddressReservedError, AddressWideError, AddressWidestError
from congbhyt.network.rules import LONGEST, RESERVED, Reserved, Span, check_span, overlapping, read_span


def span(first: str, last: str = "") -> Span:
    return Span(ip_address(first), ip_address(last or first))


def check(text: str, *, justified: bool = False, sandbox: bool = False) -> None:
    check_span(read_span(text), widest_v4=24, widest_v6=48, justified=justified, sandbox=sandbox)


v4 = st.builds(IPv4Address, st.integers(0, 2**32 - 1))
v6 = st.builds(IPv6Address, st.integers(0, 2**128 - 1)).filter(lambda address: address.ipv4_mapped is None)
spans = st.one_of(
    st.tuples(v4, v4).map(lambda ends: Span(min(ends), max(ends))),
    st.tuples(v6, v6).map(lambda ends: Span(min(ends), max(ends))),
)
near = st.builds(
    lambda family, start, more: Span(family(start), family(start + more)),
    st.sampled_from([IPv4Address, IPv6Address]), st.integers(0, 40), st.integers(0, 12),
)  # fmt: skip
"""Spans so near to each other that they often overlap."""


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("203.0.113.7", "203.0.113.7", ""),
        ("  203.0.113.7. ", "203.0.113.7", ""),
        ("203.0.113.7;", "203.0.113.7", ""),
        ("203 . 0.113. 7", "203.0.113.7", ""),
        ("IP: 203.0.113.7", "203.0.113.7", ""),
        ("ip 203.0.113.7", "203.0.113.7", ""),
        ("IPv4 : 203.0.113.7", "203.0.113.7", ""),
        ("Địa chỉ IP: 203.0.113.7,", "203.0.113.7", ""),
        ("IPv6: 2001:DB8::7", "2001:db8::7", ""),
        ("[2001:db8::7]", "2001:db8::7", ""),
        ("２０３．０．１１３．７", "203.0.113.7", ""),
        ("203.0.113.0/24", "203.0.113.0", "203.0.113.255"),
        ("203.0.113.0 / 24", "203.0.113.0", "203.0.113.255"),
        ("203.0.113.0／２４", "203.0.113.0", "203.0.113.255"),
        ("203.0.113.0/255.255.255.128", "203.0.113.0", "203.0.113.127"),
        ("203.0.113.7/32", "203.0.113.7", ""),
        ("203.0.113.7/255.255.255.255", "203.0.113.7", ""),
        ("203.0.113.5-203.0.113.20", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5 – 203.0.113.20", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5 đến 203.0.113.20", "203.0.113.5", "203.0.113.20"),
        ("Từ 203.0.113.5 ĐẾN 203.0.113.20.", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5 đe\u0302\u0301n 203.0.113.20", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5-20", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5 — 20", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5 đến 20", "203.0.113.5", "203.0.113.20"),
        ("203.0.113.5 - 203.0.113.5", "203.0.113.5", ""),
        ("2001:db8::/48", "2001:db8::", "2001:db8:0:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::1 - 2001:db8::f", "2001:db8::1", "2001:db8::f"),
        ("2001:0db8::0001", "2001:db8::1", ""),
        ("::ffff:203.0.113.7", "203.0.113.7", ""),
        ("::ffff:203.0.113.0/120", "203.0.113.0", "203.0.113.255"),
        ("::ffff:203.0.113.5 - 203.0.113.20", "203.0.113.5", "203.0.113.20"),
    ],
)
def test_addresses_are_read_as_people_write_them(text: str, first: str, last: str) -> None:
    assert read_span(text) == span(first, last)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ADDRESS_EMPTY"),
        (" . ", "ADDRESS_EMPTY"),
        ("IP:", "ADDRESS_EMPTY"),
        ("1" * (LONGEST + 1), "ADDRESS_LONG"),
        ("http://203.0.113.7/", "ADDRESS_LINK"),
        ("https://[2001:db8::1]", "ADDRESS_LINK"),
        ("www.benhvien.vn", "ADDRESS_LINK"),
        ("203.0.113.7:443", "ADDRESS_LINK"),
        ("[2001:db8::1]:443", "ADDRESS_LINK"),
        ("203.0.113.7/", "ADDRESS_LINK"),
        ("203.0.113.7/index.html", "ADDRESS_LINK"),
        ("fe80::1%eth0", "ADDRESS_ZONE"),
        ("203.0.113.7, 203.0.113.9", "ADDRESS_SEVERAL"),
        ("203.0.113.7 203.0.113.9", "ADDRESS_SEVERAL"),
        ("203.0.113.0/25;198.51.100.0/25", "ADDRESS_SEVERAL"),
        ("203.0.113.7\n203.0.113.9", "ADDRESS_SEVERAL"),
        ("203.0.113.1-5, 203.0.113.9-20", "ADDRESS_SEVERAL"),
        ("203.000.113.7", "ADDRESS_ZEROS"),
        ("203.0.113.07", "ADDRESS_ZEROS"),
        ("203.0.113.5-020", "ADDRESS_ZEROS"),
        ("203.0.113.0/024", "ADDRESS_ZEROS"),
        ("::ffff:203.0.113.07", "ADDRESS_ZEROS"),
        ("203.0.113.0/255.255.0.255", "ADDRESS_MASK"),
        ("203.0.113.0/0.0.0.255", "ADDRESS_MASK"),
        ("203.0.113.5/24", "ADDRESS_HOST_BITS"),
        ("203.0.113.5/255.255.255.0", "ADDRESS_HOST_BITS"),
        ("2001:db8::1/48", "ADDRESS_HOST_BITS"),
        ("203.0.113.20-203.0.113.5", "ADDRESS_REVERSED"),
        ("203.0.113.20-5", "ADDRESS_REVERSED"),
        ("203.0.113.5 - 2001:db8::1", "ADDRESS_FAMILIES"),
        ("2001:db8::1 - 203.0.113.5", "ADDRESS_FAMILIES"),
        ("8.8.", "ADDRESS_FORM"),
        ("8.8", "ADDRESS_FORM"),
        ("8.8.*.*", "ADDRESS_FORM"),
        ("203.0.113.256", "ADDRESS_FORM"),
        ("203.0.113.5-256", "ADDRESS_FORM"),
        ("203.0.113.0/33", "ADDRESS_FORM"),
        ("2001:db8::/129", "ADDRESS_FORM"),
        ("2001:db8::/255.255.255.0", "ADDRESS_FORM"),
        ("2001:db8::1-20", "ADDRESS_FORM"),
        ("203.0.113.0-", "ADDRESS_FORM"),
        ("1-2-3", "ADDRESS_FORM"),
        ("203.0.113.0/24-203.0.114.0/24", "ADDRESS_FORM"),
        ("3405803783", "ADDRESS_FORM"),
        ("0x0a.1.1.1", "ADDRESS_FORM"),
        ("٢٠٣.٠.١١٣.٧", "ADDRESS_FORM"),
        ("benhvien.vn", "ADDRESS_FORM"),
        ("::1::", "ADDRESS_FORM"),
    ],
)
def test_whatever_is_no_address_is_refused_with_its_own_sentence(text: str, code: str) -> None:
    with pytest.raises(AddressFormError) as refused:
        read_span(text)
    assert refused.value.code == code


def test_host_bits_are_answered_with_the_network_that_was_meant() -> None:
    with pytest.raises(AddressFormError, match=r"ý bạn là 203\.0\.113\.0/24\?.* 203\.0\.113\.5"):
        read_span("203.0.113.5/24")


def test_a_phone_number_in_the_wrong_box_is_not_repeated() -> None:
    with pytest.raises(AddressFormError) as refused:
        read_span("0000123456")
    assert "0000123456" not in str(refused.value)


def test_a_span_has_one_family_and_one_direction() -> None:
    for first, last in (("203.0.113.5", "2001:db8::1"), ("203.0.113.5", "203.0.113.4")):
        with pytest.raises(ValueError, match="no span"):
            span(first, last)


@given(spans)
def test_a_span_written_is_read_as_the_same(one: Span) -> None:
    assert read_span(str(one)) == one


@given(st.one_of(st.tuples(v4, st.integers(0, 32)), st.tuples(v6, st.integers(0, 95))))
def test_a_network_written_is_read_as_the_same(one: tuple[IPv4Address | IPv6Address, int]) -> None:
    network = ip_network(one, strict=False)
    read = read_span(str(network))
    assert read.networks == (network,)
    assert read_span(str(read)) == read


@given(spans)
def test_the_networks_are_the_span_without_gap_or_overlap(one: Span) -> None:
    next_one = int(one.first)
    for network in one.networks:
        assert int(network.network_address) == next_one
        next_one = int(network.broadcast_address) + 1
    assert next_one == int(one.last) + 1


@given(st.text(max_size=LONGEST + 5))
def test_random_text_is_only_ever_refused(text: str) -> None:
    with contextlib.suppress(Refusal):
        assert read_span(text)


@given(st.text("0123456789abcdef:./-% ,[]IPđến", max_size=45))
def test_text_like_addresses_is_read_or_refused_and_reads_back(text: str) -> None:
    try:
        read = read_span(text)
    except Refusal:
        return
    assert read_span(str(read)) == read


RESERVED_TRUTH = [
    # what people try, whether a sandbox may, a word of the reason
    ("0.0.0.0", False, "mạng này"),  # noqa: S104  # nothing listens on it
    ("0.1.2.3", False, "mạng này"),
    ("10.0.0.1", False, "1918"),
    ("10.255.255.255", False, "1918"),
    ("100.64.0.1", False, "CGNAT"),
    ("100.127.255.255", False, "CGNAT"),
    ("127.0.0.1", True, "loopback"),
    ("127.255.255.254", True, "loopback"),
    ("169.254.169.254", False, "link-local"),
    ("172.16.0.1", False, "1918"),
    ("172.31.255.255", False, "1918"),
    ("192.0.0.8", False, "giao thức"),
    ("192.0.2.1", True, "tài liệu"),
    ("192.88.99.1", False, "6to4"),
    ("192.168.1.1", False, "1918"),
    ("198.18.0.1", False, "đo kiểm"),
    ("198.19.255.255", False, "đo kiểm"),
    ("198.51.100.7", True, "tài liệu"),
    ("203.0.113.7", True, "tài liệu"),
    ("224.0.0.1", False, "multicast"),
    ("239.255.255.255", False, "multicast"),
    ("240.0.0.1", False, "chưa cấp"),
    ("255.255.255.255", False, "broadcast"),
    ("::", False, "trống"),
    ("::1", True, "loopback"),
    ("::2", False, "chưa cấp"),
    ("::8.8.8.8", False, "chưa cấp"),
    ("::ffff:10.0.0.1", False, "1918"),
    ("::ffff:127.0.0.1", True, "loopback"),
    ("64:ff9b::8.8.8.8", False, "chuyển đổi"),
    ("64:ff9b:1::1", False, "chuyển đổi"),
    ("100::1", False, "discard"),
    ("2001::1", False, "Teredo"),
    ("2001:10::1", False, "Teredo"),
    ("2001:20::1", False, "Teredo"),
    ("2001:1ff:ffff::1", False, "Teredo"),
    ("2001:db8::1", True, "tài liệu"),
    ("2001:db8:ffff::1", True, "tài liệu"),
    ("2002:808:808::1", False, "6to4"),
    ("3fff::1", True, "tài liệu"),
    ("3fff:fff::1", True, "tài liệu"),
    ("4000::1", False, "chưa cấp"),
    ("5f00::1", False, "chưa cấp"),
    ("8000::1", False, "chưa cấp"),
    ("fc00::1", False, "ULA"),
    ("fd12:3456::1", False, "ULA"),
    ("fe80::1", False, "link-local"),
    ("fec0::1", False, "site-local"),
    ("ff02::1", False, "multicast"),
    # overlap counts, not only containment
    ("9.255.255.250-10.0.0.5", False, "1918"),
    ("172.32.0.0-172.32.0.5", None, ""),
    ("172.31.255.250-172.32.0.5", False, "1918"),
    ("100.63.255.255-100.64.0.0", False, "CGNAT"),
    ("126.255.255.255-127.0.0.1", False, "loopback"),
    ("203.0.112.255-203.0.113.0", False, "tài liệu"),
    ("0.0.0.0/0", False, "broadcast"),
    ("::/0", False, "trống"),
    ("2000::/3", False, "Teredo"),
    ("2001:db7:ffff::-2001:db8::1", False, "tài liệu"),
    # just outside: somebody's real addresses
    ("1.0.0.0", None, ""),
    ("11.0.0.0", None, ""),
    ("100.63.255.255", None, ""),
    ("100.128.0.0", None, ""),
    ("172.15.255.255", None, ""),
    ("192.0.1.0", None, ""),
    ("198.17.255.255", None, ""),
    ("198.20.0.0", None, ""),
    ("223.255.255.255", None, ""),
    ("8.8.8.0/24", None, ""),
    ("2001:200::1", None, ""),
    ("2001:db9::1", None, ""),
    ("2003::1", None, ""),
    ("2400::1", None, ""),
    ("3ffe::1", None, ""),
    ("2405:4800:1234::/48", None, ""),
]


@pytest.mark.parametrize(("text", "sandbox_may", "reason"), RESERVED_TRUTH)
def test_nobody_registers_what_is_not_internet(text: str, sandbox_may: bool | None, reason: str) -> None:
    if sandbox_may is None:
        check(text)
        check(text, sandbox=True)
        return
    for sandbox in (False, True):
        if sandbox and sandbox_may:
            check(text, sandbox=True)
            continue
        with pytest.raises(AddressReservedError, match=reason):
            check(text, justified=True, sandbox=sandbox)


@pytest.mark.parametrize("row", RESERVED, ids=lambda row: str(row.network))
def test_both_ends_of_every_reserved_network_are_refused(row: Reserved) -> None:
    for end in (row.network.network_address, row.network.broadcast_address):
        with pytest.raises(AddressReservedError):
            check_span(Span(end, end), widest_v4=24, widest_v6=48, justified=True, sandbox=False)


@given(st.one_of(v4, v6))
def test_what_python_calls_not_global_is_refused(address: IPv4Address | IPv6Address) -> None:
    assume(not address.is_global)
    with pytest.raises(AddressReservedError):
        check_span(Span(address, address), widest_v4=24, widest_v6=48, justified=True, sandbox=False)


@pytest.mark.parametrize(
    ("text", "justified", "refused"),
    [
        ("8.8.8.0/24", False, None),
        ("8.8.8.128-8.8.9.127", False, None),
        ("8.8.8.0-8.8.9.0", False, AddressWideError),
        ("8.8.8.0-8.8.9.0", True, None),
        ("8.8.0.0/16", False, AddressWideError),
        ("8.8.0.0/16", True, None),
        ("8.8.0.0-8.9.0.0", True, AddressWidestError),
        ("8.8.0.0/15", False, AddressWidestError),
        ("2405:4800::/48", False, None),
        ("2405:4800::/47", False, AddressWideError),
        ("2405:4800::/32", True, None),
        ("2405:4800::/31", True, AddressWidestError),
    ],
)
def test_many_addresses_need_a_reason_and_too_many_have_none(
    text: str, justified: bool, refused: type[Refusal] | None
) -> None:
    if refused is None:
        check(text, justified=justified)
    else:
        with pytest.raises(refused):
            check(text, justified=justified)


def test_a_looser_policy_lets_no_more_than_the_widest_pass() -> None:
    with pytest.raises(AddressWidestError):
        check_span(read_span("8.8.0.0/15"), widest_v4=8, widest_v6=16, justified=True, sandbox=False)


@given(st.lists(near, max_size=12))
def test_overlaps_are_those_that_comparing_all_with_all_finds(several: list[Span]) -> None:
    found = [
        (one, other)
        for one in range(len(several))
        for other in range(one + 1, len(several))
        if several[one].first.version == several[other].first.version
        and int(several[one].first) <= int(several[other].last)
        and int(several[other].first) <= int(several[one].last)
    ]
    assert overlapping(several) == found


def test_families_never_overlap() -> None:
    assert overlapping([span("0.0.0.1"), span("::1"), span("0.0.0.1")]) == [(0, 2)]
