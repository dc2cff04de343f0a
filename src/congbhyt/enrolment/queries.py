"""Reads of people's lines: who is known already, who approves, and how far reviews have come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Grant, Person
from congbhyt.enrolment.models import Campaign, Confirmation, PersonLine
from congbhyt.registration.models import Request


def of(request: Request) -> list[PersonLine]:
    """The lines of a request, in their order."""
    return list(request.people.select_related("request__unit", "request__agency").order_by("number"))


def known_each(lines: Sequence[PersonLine]) -> dict[int, list[Person]]:
    """Accounts with the CCCD of each of these lines by the line's key, wherever they are, in one query for all."""
    digests = {bytes(line.citizen_digest) for line in lines}
    rows = Person.objects.filter(citizen_digest__in=digests).select_related("unit", "agency").order_by("handle")
    found: dict[bytes, list[Person]] = {}
    for person in rows:
        found.setdefault(bytes(person.citizen_digest or b""), []).append(person)
    return {line.pk: found.get(bytes(line.citizen_digest), []) for line in lines}


def approvers() -> QuerySet[Grant]:
    """Who may approve requests now, with agency, since when and on what basis."""
    rows = Grant.objects.filter(right=Right.APPROVE_REQUESTS, revoked_at=None, person__isnull=False)
    return rows.select_related("person__agency").order_by("person__agency__code", "person__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How far one review has come; `waiting` counts people about whom nothing has been said."""

    campaign: Campaign
    confirmed: int
    left: int
    suspended: int
    waiting: int

    @property
    def total(self) -> int:
        """How many people it is about."""
        return self.confirmed + self.left + self.suspended + self.waiting


def reviews(waiting: int) -> Iterable[Reviewed]:
    """Every review, newest first; `waiting` is how many people wait in the one under way."""
    outcome = Confirmation.Outcome
    rows = Campaign.objects.annotate(
        confirmed=Count("confirmations", filter=Q(confirmations__outcome=outcome.CONFIRMED)),
        left=Count("confirmations", filter=Q(confirmations__outcome=outcome.LEFT)),
        suspended=Count("confirmations", filter=Q(confirmations__outcome=outcome.SUSPENDED)),
    )
    for row in rows.order_by("-opens_at", "-pk"):
        yield Reviewed(row, row.confirmed, row.left, row.suspended, 0 if row.closed_at else waiting)
