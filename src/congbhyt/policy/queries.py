"""The policy of this installation."""

from __future__ import annotations

from collections import defaultdict

from congbhyt.policy import catalogue
from congbhyt.policy.catalogue import RetirementRow, Row
from congbhyt.policy.models import PolicyRow, Retirement
from congbhyt.policy.rules import Policy


def current() -> Policy:
    """Shipped rows and those of the database."""
    local: dict[str, list[Row]] = defaultdict(list)
    for row in PolicyRow.objects.order_by("valid_from"):
        local[row.parameter].append(Row(row.valid_from, row.value, row.source))
    retirements = [
        *catalogue.retirements(),
        *(RetirementRow(row.function, row.retires_at, row.successor, row.source) for row in Retirement.objects.all()),
    ]
    return Policy(catalogue.parameters(), local, retirements)
