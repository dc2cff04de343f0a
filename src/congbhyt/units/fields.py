"""A column for networks, which Django lacks."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]  # generic for the type checker only
else:
    _Field = models.Field


class CidrField(_Field):
    """PostgreSQL's `cidr`: a network without host bits, IPv4 or IPv6, as Python's ip_network."""

    description = "A network"

    def db_type(self, connection: object) -> str:  # noqa: ARG002  # Django's signature
        """The column's type."""
        return "cidr"

    def to_python(self, value: object) -> IPv4Network | IPv6Network | None:
        """Read what a form or a fixture gives.

        Raises:
            ValueError: no network, or an address with host bits set.
        """
        if value is None or isinstance(value, IPv4Network | IPv6Network):
            return value
        return ip_network(str(value))

    def from_db_value(self, value: str | None, *_: object) -> IPv4Network | IPv6Network | None:
        """Django has psycopg hand networks over as text."""
        return self.to_python(value)

    def get_prep_value(self, value: object) -> IPv4Network | IPv6Network | None:
        """Hand psycopg a network, which it knows how to write."""
        return self.to_python(value)
