"""Which columns are personal data, said beside the columns (Luật 91/2025/QH15, NĐ 356/2025)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Privacy(StrEnum):
    """Why a column is personal data; NONE when it is not."""

    NONE = "none"
    IDENTITY = "identity"
    CONTACT = "contact"
    HEALTH = "health"
    ACCESS = "access"
    SECRET = "secret"  # noqa: S105  # a class of columns, not a password


def classify(
    *,
    identity: str = "",
    contact: str = "",
    health: str = "",
    access: str = "",
    secret: str = "",
    none: str = "",
) -> Mapping[str, Privacy]:
    """Map each field named (blank-separated) to its class; a test asks that no field is left out.

    identity: who a person is. contact: how to reach them. health: what ails or insures them.
    access: who looked or signed in, from where. secret: what opens something.
    """
    named = {
        Privacy.IDENTITY: identity,
        Privacy.CONTACT: contact,
        Privacy.HEALTH: health,
        Privacy.ACCESS: access,
        Privacy.SECRET: secret,
        Privacy.NONE: none,
    }
    return {field: kind for kind, fields in named.items() for field in fields.split()}
