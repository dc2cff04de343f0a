"""Long lists that an operator loads: ICD-10, facilities, departments, drugs, services and others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Entry = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The catalogues at hand: by kind, then by code, the entries of that code (several periods, several tenders)."""

    loaded: Mapping[str, Mapping[str, tuple[Entry, ...]]] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[str]:
        """Which catalogues are loaded."""
        return frozenset(self.loaded)

    def has(self, kind: str) -> bool:
        """Whether the catalogue of that kind is loaded."""
        return kind in self.loaded

    def entries(self, kind: str, code: str) -> tuple[Entry, ...]:
        """What the catalogue says of a code: nothing when it does not know it."""
        return self.loaded.get(kind, {}).get(code, ())
