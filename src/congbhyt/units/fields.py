"""A column for networks, which Django lacks."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]  # generic for the type checker only
    _Lookup = models.Lookup[bool]
else:
    _Field, _Lookup = models.Field, models.Lookup


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


@CidrField.register_lookup
class Overlaps(_Lookup):
    """`network__overlaps`: the two networks share an address (PostgreSQL's `&&`, which a GiST index answers)."""

    lookup_name = "overlaps"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The comparison."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} && {right}", (*left_values, *right_values)
