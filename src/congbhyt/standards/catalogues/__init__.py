"""Long lists that an operator loads: ICD-10, facilities, departments, drugs, services and others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from congbhyt.standards.catalogues.storing import Entry, stored

__all__ = ["Catalogues", "Entry"]


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The catalogues at hand: by kind, then by code, the entries of that code (several periods, several tenders)."""

    loaded: Mapping[str, Mapping[str, tuple[Entry, ...]]] = field(default_factory=dict)
    kinds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Note the kinds once: every record asks for them."""
        object.__setattr__(self, "kinds", frozenset(self.loaded))

    @classmethod
    def in_folder(cls, folder: Path) -> Catalogues:
        """Every catalogue that was loaded into `folder`; each is read when a rule first asks for it.

        Raises:
            CatalogueDamagedError: a file of the folder was cut or written by something else.
        """
        return cls({each.kind: each for each in stored(folder)})

    @classmethod
    def of(cls, rows: Mapping[str, Iterable[Entry]]) -> Catalogues:
        """Catalogues out of rows with a `code`, by kind."""
        loaded: dict[str, dict[str, tuple[Entry, ...]]] = {}
        for kind, entries in rows.items():
            held = loaded.setdefault(kind, {})
            for entry in entries:
                held[entry["code"]] = (*held.get(entry["code"], ()), entry)
        return cls(loaded)

    def has(self, kind: str) -> bool:
        """Whether the catalogue of that kind is loaded."""
        return kind in self.kinds

    def entries(self, kind: str, code: str) -> tuple[Entry, ...]:
        """What the catalogue says of a code: nothing when it does not know it."""
        return self.loaded.get(kind, {}).get(code, ())
