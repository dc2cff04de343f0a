"""Where a call came from: what a proxy adds is believed only when it is ours."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from congbhyt.audit.origins import origin_of

OURS, THEIRS = "10.0.0.1", "198.51.100.7"
TRUSTED = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "address", "port"), [(OURS, "203.0.113.9", 40123), (THEIRS, THEIRS, None), ("", None, None)]
)
def test_a_proxy_tells_address_and_port_and_a_stranger_neither(
    peer: str, address: str | None, port: int | None
) -> None:
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_CLIENT_PORT": "40123"}
    origin = origin_of(environ, TRUSTED)
    assert (origin.address, origin.port) == (address, port)


@pytest.mark.parametrize("told", ["", "-1", "4 0", "123456", "٤٠", "http"])
def test_what_is_no_port_is_none(told: str) -> None:
    assert origin_of({"REMOTE_ADDR": OURS, "HTTP_X_CLIENT_PORT": told}, TRUSTED).port is None


def test_each_call_has_a_reference_of_its_own_and_may_come_from_nowhere() -> None:
    first, second = origin_of({}, TRUSTED), origin_of({}, TRUSTED)
    assert (first.address, first.port) == (None, None)
    assert first.reference != second.reference
