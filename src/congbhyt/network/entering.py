"""Several addresses at once, as they are pasted from a provider's letter: each stands or comes back with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congbhyt.kernel.refusal import Refusal
from congbhyt.network.actions import Typed, add_line
from congbhyt.network.refusals import TooManyAddressesError
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """One address that was not taken, as it was typed, and why."""

    address: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Entered:
    """How many lines stand now, and what came back."""

    kept: int
    refused: tuple[Refused, ...] = ()


@transaction.atomic
def add_lines(
    *, request: Request, typed: Sequence[Typed], performer: Performer, policy: InForce, at: datetime
) -> Entered:
    """Add addresses to a draft; what is wrong with one keeps none of the others out.

    Raises:
        NotYoursToFileError, NotEditableError: for the request as a whole.
        TooManyAddressesError: more than `MOST_AT_ONCE`.
    """
    if len(typed) > MOST_AT_ONCE:
        raise TooManyAddressesError(most=MOST_AT_ONCE)
    request = actions.editable(request, performer)
    refused = []
    for one in typed:
        try:
            add_line(request=request, typed=one, performer=performer, policy=policy, at=at)
        except Refusal as refusal:
            refused.append(Refused(one.address, refusal.sentence))
    return Entered(len(typed) - len(refused), tuple(refused))
