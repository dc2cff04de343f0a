"""Until when somebody must have registered: campaigns as dated rows, a province's own before the national one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources

from congbhyt.kernel.clock import VIETNAM

NATIONAL = ""
"""Stands where a row's agency would: it counts for everybody whose agencies set none."""


class DeadlineKind(StrEnum):
    """What must have been filed; the value is stored."""

    ADDRESSES = "addresses"
    PEOPLE = "people"
    APPROVERS = "approvers"
    ADDRESS_SUMMARY = "address_summary"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline of one campaign, for the agency with this code and all below it, or for the whole country."""

    campaign: str
    kind: str
    agency: str
    opens: datetime
    due: datetime
    ends: datetime
    source: str

    def running(self, at: datetime) -> bool:
        """Whether the campaign runs at `at`; its end is outside, and those who are late are within."""
        return self.opens <= at < self.ends

    def late(self, at: datetime) -> bool:
        """Whether `at` is too late: “before 15/7” is over as that day begins."""
        return self.due <= at


def deadline(rows: Iterable[Deadline], *, kind: str, agencies: Sequence[str], at: datetime) -> Deadline | None:
    """The deadline for somebody below `agencies` (the own one first, then its parents) in the campaign at `at`.

    Of several campaigns that run, the one that opened last counts; in it the row of the nearest agency, else the
    national one. None when no campaign runs.
    """
    nearness = {code: place for place, code in reversed(list(enumerate((*agencies, NATIONAL))))}
    running = [row for row in rows if row.kind == kind and row.agency in nearness and row.running(at)]
    if not running:
        return None
    newest = max(running, key=lambda row: (row.opens, row.campaign)).campaign
    return min((row for row in running if row.campaign == newest), key=lambda row: nearness[row.agency])


def merged(shipped: Iterable[Deadline], local: Iterable[Deadline]) -> list[Deadline]:
    """Every deadline by its moment; a local row replaces the shipped one of that campaign, kind and agency."""
    rows = {(row.campaign, row.kind, row.agency): row for row in [*shipped, *local]}
    return sorted(rows.values(), key=lambda row: (row.due, row.kind, row.agency))


@cache
def shipped() -> tuple[Deadline, ...]:
    """Every deadline that the product brings."""
    read = tomllib.loads(resources.files("congbhyt.policy").joinpath("deadlines.toml").read_text("utf-8"))
    return tuple(
        Deadline(
            campaign=row["campaign"],
            kind=DeadlineKind(row["kind"]),
            agency=row["agency"],
            opens=row["opens"].replace(tzinfo=VIETNAM),
            due=row["due"].replace(tzinfo=VIETNAM),
            ends=row["ends"].replace(tzinfo=VIETNAM),
            source=row["source"],
        )
        for row in read["deadline"]
    )
