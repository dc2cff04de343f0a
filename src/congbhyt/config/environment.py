"""Typed readers of environment variables; a wrong value stops the start with a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar

T = TypeVar("T")


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


def networks(name: str, meaning: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read a comma-separated list of networks.

    Raises:
        WrongSettingError: an item is no network.
    """
    items = [item.strip() for item in declare(name, meaning, "").split(",") if item.strip()]
    return tuple(_read(name, item, "networks such as 10.0.0.0/8, separated by commas", ip_network) for item in items)


def _read(name: str, value: str, expected: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(value)
    except ValueError as wrong:
        raise WrongSettingError(f"{name}={value!r}: expected {expected}") from wrong
