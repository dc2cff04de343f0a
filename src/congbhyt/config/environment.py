"""Typed readers of environment variables; a wrong value stops the start with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")
"""A host's name or address as `urlsplit` gives it; no wildcard and no leading dot, which would answer to others."""


class WrongSettingError(Exception):
    """A setting has no possible value; the message names it and says what is expected."""


@dataclass(frozen=True)
class Setting:
    """One documented setting; the list of them becomes docs/reference/settings.md."""

    name: str
    meaning: str
    default: str


SETTINGS: dict[str, Setting] = {}
"""Every setting that was declared, in order."""


def declare(name: str, meaning: str, default: str) -> str:
    """Note a setting for the reference page and return what the environment says, or nothing."""
    SETTINGS[name] = Setting(name, meaning, default)
    return os.environ.get(name, "")


def text(name: str, meaning: str, default: str = "") -> str:
    """Read a text."""
    return declare(name, meaning, default) or default


def number(name: str, meaning: str, default: int, *, least: int = 0) -> int:
    """Read a whole number.

    Raises:
        WrongSettingError: not a number, or below `least`.
    """
    return _read(
        name,
        declare(name, meaning, str(default)) or str(default),
        f"a whole number from {least}",
        _at_least(least),
    )


def _at_least(least: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if int(value) < least:
            raise ValueError(value)
        return int(value)

    return parse


def one_of(name: str, meaning: str, choices: Collection[str], default: str) -> str:
    """Read one of `choices`, in capitals.

    Raises:
        WrongSettingError: something else.
    """
    chosen = (declare(name, meaning, default) or default).upper()
    if chosen not in choices:
        raise WrongSettingError(f"{name}={chosen!r}: expected one of {', '.join(choices)}")
    return chosen


def web_address(name: str, meaning: str, default: str) -> str:
    """Read the address of a site, without a path.

    Raises:
        WrongSettingError: no http or https, or no host that a browser could ask for.
    """
    value = declare(name, meaning, default) or default
    return _read(name, value, "an address such as https://cong.example.vn", _site)


def _site(value: str) -> str:
    parts = urlsplit(value)
    plain = parts.scheme in ("http", "https") and parts.path in ("", "/") and not parts.query and not parts.fragment
    if not plain or parts.username or not _HOST.fullmatch(parts.hostname or ""):
        raise ValueError(value)
    _ = parts.port  # raises ValueError when it is none
    return value.rstrip("/")


def networks(name: str, meaning: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read a comma-separated list of networks.

    Raises:
        WrongSettingError: an item is no network, or everybody's.
    """
    items = [item.strip() for item in declare(name, meaning, "").split(",") if item.strip()]
    return tuple(_read(name, item, "networks such as 10.0.0.0/8, separated by commas", _network) for item in items)


def _network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text)
    if network.prefixlen == 0:
        raise ValueError("the whole world")
    return network


def _read(name: str, value: str, expected: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(value)
    except ValueError as wrong:
        raise WrongSettingError(f"{name}={value!r}: expected {expected}") from wrong
