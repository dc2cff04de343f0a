"""Who takes a step: a person of a unit or agency with the rights held now, or an operator at the command line."""

from __future__ import annotations

from dataclasses import dataclass

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.audit.actions import Origin


@dataclass(frozen=True, slots=True)
class Performer:
    """`person` is None for operators and jobs, who stand above the doors; `by` names them in the record."""

    by: str
    person: Person | None = None
    rights: frozenset[Right] = frozenset()
    origin: Origin | None = None

    @classmethod
    def operator(cls, by: str) -> Performer:
        """Somebody at the command line, or a job; nothing is closed to them but what they filed themselves."""
        return cls(by)

    @property
    def unit_id(self) -> int | None:
        """The unit where the person works, if it is one."""
        return self.person.unit_id if self.person else None

    @property
    def agency_id(self) -> int | None:
        """The agency where the person works, if it is one."""
        return self.person.agency_id if self.person else None

    def holds(self, right: Right) -> bool:
        """Whether they may do this; operators may."""
        return self.person is None or right in self.rights
