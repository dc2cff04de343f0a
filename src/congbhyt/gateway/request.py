"""A call as the functions see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from congbhyt.audit.actions import Origin
from congbhyt.policy.rules import InForce
from congbhyt.tokens.actions import Caller


class Call(msgspec.Struct, frozen=True):
    """One call before it is read: nothing of a stranger's body is looked at until the address is known."""

    method: str
    path: str
    query: str
    read_body: Callable[[], bytes]
    origin: Origin
    at: datetime


class Request(msgspec.Struct, frozen=True):
    """One call, bound: the function called, who from, and every parameter by its lower-case name.

    A parameter that is not text (a number, a list, null) is None: present, but nothing to work with.
    """

    function: str
    parameters: Mapping[str, str | None]
    caller: Caller
    policy: InForce
    at: datetime

    @property
    def origin(self) -> Origin:
        """Where the call comes from, and its reference number."""
        return self.caller.origin

    def text(self, name: str) -> str | None:
        """The parameter `name` in whatever case it came, or None."""
        return self.parameters.get(name.lower())
