"""Who stands at the portal's door: an address, a browser, and after sign-in a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.audit.actions import Origin
from congbhyt.policy.rules import InForce
from congbhyt.signin.models import Session
from congbhyt.signin.refusals import NotForYouError
from congbhyt.signin.rules import history_end
from congbhyt.units.models import Agency, Unit


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a page is asked from. `units` and `agencies` are codes of those who registered the address."""

    origin: Origin
    agent: str
    units: frozenset[str]
    agencies: frozenset[str]

    def is_at(self, home: Unit | Agency) -> bool:
        """Whether the address is a registered one of this unit or agency."""
        return home.code in (self.units if isinstance(home, Unit) else self.agencies)


class Unfinished(StrEnum):
    """What somebody who signed in must do before anything else opens."""

    SECOND_FACTOR = "second-factor"
    PASSWORD = "password"  # noqa: S105  # names a step


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person in a session that lasts, with the rights held now and since when."""

    person: Person
    session: Session
    rights: Mapping[Right, datetime]

    @property
    def by(self) -> str:
        """How the audit record names the person."""
        return self.person.actor

    @property
    def unit_code(self) -> str:
        """The unit's code for the audit record; empty for people of agencies."""
        return self.person.unit.code if self.person.unit else ""

    @property
    def unfinished(self) -> Unfinished | None:
        """The next step of signing in: the code by SMS, then a password of one's own; None when nothing is missing."""
        if self.session.awaits_code:
            return Unfinished.SECOND_FACTOR
        return Unfinished.PASSWORD if self.person.must_change_password else None

    @property
    def registration_only(self) -> bool:
        """Whether this session opens only the unit's own requests."""
        return self.session.registration_only

    def holds(self, right: Right) -> bool:
        """Whether the person may do this here; nothing while the second factor is missing."""
        if self.session.awaits_code or (self.registration_only and right is not Right.USER_ADMINISTRATION):
            return False
        return right in self.rights

    def need(self, right: Right) -> None:
        """Make sure that the person may do this.

        Raises:
            NotForYouError: no such right.
        """
        if not self.holds(right):
            raise NotForYouError(right=RIGHTS[right].label)

    def history_until(self, policy: InForce, at: datetime) -> datetime | None:
        """Until when history stays open without another look-up; None when it is closed.

        What was opened under a right since revoked stays closed when the right is granted anew.
        """
        session, since = self.session, self.rights.get(Right.HISTORY_LOOKUP)
        if since is None or session.history_opened_at is None or session.history_used_at is None:
            return None
        if session.history_opened_at < since:
            return None
        end = history_end(session.history_opened_at, session.history_used_at, policy)
        return end if at < end else None
