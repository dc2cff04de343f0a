"""What the card registry says of a card; stored, imported, exported and judged by the same words."""

from __future__ import annotations

from enum import StrEnum


class CardStatus(StrEnum):
    """What the registry says of a card, beside its dates. The value is stored."""

    VALID = "valid"
    ARMY = "army"
    POLICE = "police"
    REVOKED = "revoked"
    DECREASED = "decreased"
    MOVED_OUT = "moved_out"
    MOVED_WITHIN = "moved_within"
    RE_ADDED = "re_added"
    STOPPED = "stopped"
    CHILD_WITHOUT_CARD = "child_without_card"
