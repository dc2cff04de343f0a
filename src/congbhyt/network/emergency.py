"""The emergency address: asked for by one officer, let in by another, gone after its hours."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congbhyt.network import actions as network
from congbhyt.network.actions import Typed
from congbhyt.policy.rules import InForce
from congbhyt.registration import actions
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import Kind
from congbhyt.units.models import Unit


@transaction.atomic
def ask(
    *, unit: Unit, address: str, caller: str, reason: str, performer: Performer, policy: InForce, at: datetime
) -> Request:
    """Ask for an address that the unit needs at once; another officer decides, and nothing is open until then.

    Raises:
        NotYoursToFileError, FieldError: see `registration.actions.begin`; `caller` and `reason` are needed.
        Refusal: those of `network.actions.add_line`.
    """
    head = Head(justification=actions.need_reason(reason), filed_from=caller)
    request = actions.begin(kind=Kind.EMERGENCY, home=unit, head=head, performer=performer, at=at)
    network.add_line(request=request, typed=Typed(address), performer=performer, policy=policy, at=at)
    return actions.submit(request=request, performer=performer, policy=policy, at=at)
