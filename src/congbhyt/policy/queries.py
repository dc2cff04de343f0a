"""The policy of this installation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from congbhyt.policy import catalogue
from congbhyt.policy import deadlines as campaigns
from congbhyt.policy.actions import NoSuchParameterError
from congbhyt.policy.catalogue import RetirementRow, Row, Value
from congbhyt.policy.deadlines import Deadline
from congbhyt.policy.models import LocalDeadline, PolicyRow, RetiredCall, Retirement
from congbhyt.policy.rules import Policy


def current() -> Policy:
    """Shipped rows and those of the database."""
    local: dict[str, list[Row]] = defaultdict(list)
    for row in PolicyRow.objects.order_by("valid_from"):
        local[row.parameter].append(Row(row.valid_from, row.value, row.source))
    return Policy(catalogue.parameters(), local, [*catalogue.retirements(), *_local_retirements()])


def retirements() -> list[RetirementRow]:
    """The row of every function that stops or has stopped, by its moment; a local row replaces the shipped one."""
    rows = {row.function.lower(): row for row in [*catalogue.retirements(), *_local_retirements()]}
    return sorted(rows.values(), key=lambda row: (row.at, row.function))


def _local_retirements() -> list[RetirementRow]:
    rows = Retirement.objects.order_by("function")
    return [RetirementRow(row.function, row.retires_at, row.successor, row.source) for row in rows]


def deadlines() -> list[Deadline]:
    """Every deadline of every campaign, by its moment; a local row replaces the shipped one."""
    local = LocalDeadline.objects.values_list("campaign", "kind", "agency", "opens", "due", "ends", "source")
    return campaigns.merged(campaigns.shipped(), [Deadline(*row) for row in local])


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One row of one parameter: shipped or local, and whether it is the one in force."""

    parameter: str
    meaning: str
    valid_from: datetime
    value: Value
    source: str
    local: bool
    in_force: bool


def parameter_rows(parameter: str, at: datetime) -> list[ParameterRow]:
    """Every row of `parameter`, oldest first; of two rows of one moment the local one stands last and wins.

    Raises:
        NoSuchParameterError: no such parameter.
    """
    known = catalogue.parameters().get(parameter)
    if known is None:
        raise NoSuchParameterError(parameter=parameter)
    own = PolicyRow.objects.filter(parameter=parameter)
    rows = [(row.valid_from, row.value, row.source, False) for row in known.rows]
    rows += [(row.valid_from, row.value, row.source, True) for row in own]
    rows.sort(key=lambda row: (row[0], row[3]))
    current_row = max((number for number, row in enumerate(rows) if row[0] <= at), default=0)
    return [
        ParameterRow(parameter, known.meaning, *row, in_force=number == current_row) for number, row in enumerate(rows)
    ]


def in_force(at: datetime) -> list[ParameterRow]:
    """The row of every parameter that is in force at `at`, by name."""
    return [row for name in sorted(catalogue.parameters()) for row in parameter_rows(name, at) if row.in_force]


def retired_calls(*, since: date) -> QuerySet[RetiredCall]:
    """Who has called retired functions since that day, the most recent first: whom to telephone."""
    return RetiredCall.objects.filter(day__gte=since).order_by("-last_at", "unit_code", "function")
