"""The good submissions by the names that examples of rules use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from congbhyt.sandbox.submissions import more_visits, old_visits, people_visits, visits
from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.standards.rules.rule import QD130

SCENARIOS: dict[str, Callable[[str, date | None], Draft]] = {
    "outpatient": visits.outpatient,
    "inpatient": visits.inpatient,
    "chronic": more_visits.chronic,
    "day-inpatient": more_visits.day_inpatient,
    "dialysis": more_visits.dialysis,
    "commune-stay": more_visits.commune_stay,
    "short-stay": more_visits.short_stay,
    "outpatient-4210": old_visits.outpatient,
    "inpatient-4210": old_visits.inpatient,
    "child": people_visits.child,
    "newborn": people_visits.newborn,
    "referred": people_visits.referred,
    "emergency": people_visits.emergency,
    "uninsured": people_visits.uninsured,
    "two-cards": people_visits.two_cards,
    "long-stay": people_visits.long_stay,
}
"""Each makes a good submission of a standard, on its own day or another."""

ONLY: dict[str, tuple[str, ...]] = {
    "outpatient-4210": ("QD4210",),
    "inpatient-4210": ("QD4210",),
}
"""The standards of scenarios that are not written in all of QĐ 130, 4750 and 3176."""


def standards_of(scenario: str) -> tuple[str, ...]:
    """The standards that a scenario can be written in, the newest last."""
    return ONLY.get(scenario, QD130)


def good(scenario: str, standard: str, day: date | None = None) -> Draft:
    """A good submission."""
    return SCENARIOS[scenario](standard, day)
