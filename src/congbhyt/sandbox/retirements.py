"""Moving the moment at which a gateway function stops, so that hospitals can rehearse both sides of it."""

from __future__ import annotations

from datetime import UTC, datetime

from congbhyt.installation.queries import is_sandbox
from congbhyt.policy import actions as policy
from congbhyt.policy import catalogue
from congbhyt.policy import queries as policies
from congbhyt.sandbox.refusals import NeverRetiredError, NotSandboxError

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def move_retirement(*, function: str, moment: datetime, by: str, at: datetime) -> str:
    """Let `function`, in any case, stop at `moment`; returns its official name.

    Raises:
        NotSandboxError: elsewhere nothing moves the dates that the law set.
        NeverRetiredError: the function has no such date.
    """
    if not is_sandbox():
        raise NotSandboxError
    row = policies.current().retirement(function, _LAST_MOMENT)
    if row is None:
        known = ", ".join(shipped.function for shipped in catalogue.retirements())
        raise NeverRetiredError(function=function, known=known)
    policy.retire_function(
        function=row.function,
        at_moment=moment,
        successor=row.successor,
        source="môi trường thử nghiệm",
        by=by,
        at=at,
    )
    return row.function
