"""The good submissions by the names that examples of rules use, and examples carried out on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from congbhyt.sandbox.submissions import visits
from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.settling import settle
from congbhyt.standards.examples import Example

SCENARIOS: dict[str, Callable[[str, date | None], Draft]] = {
    "outpatient": visits.outpatient,
    "inpatient": visits.inpatient,
}
"""Each makes a good submission of a standard, on its own day or another."""

_PLACE = re.compile(r"(?P<table>[A-Za-z0-9]+)(?:\[(?P<row>\d+|\*)\])?\.(?P<field>\w+)")


def good(scenario: str, standard: str, day: date | None = None) -> Draft:
    """A good submission."""
    return SCENARIOS[scenario](standard, day)


def carried_out(example: Example, standard: str) -> Draft:
    """The good submission of an example with its change made.

    Raises:
        KeyError: the example names a table, row or field that is not there.
    """
    draft = good(example.scenario, example.standard or standard, example.day)
    for table in example.without:
        del draft.tables[table]
    for table, values in example.rows:
        copied = draft.tables[table][-1] if draft.tables.get(table) else {}
        draft.fill(table, {**copied, **values})
    touched: set[tuple[str, int, str]] = set()
    for place, text in example.values.items():
        touched |= _put(draft, place, text)
    if example.settle:
        settle(draft, lambda table, row, name: (table, row, name) in touched)
    return draft


def _put(draft: Draft, place: str, text: str | None) -> set[tuple[str, int, str]]:
    found = _PLACE.fullmatch(place)
    if found is None:
        raise KeyError(place)
    table, row, name = found["table"], found["row"] or "1", found["field"]
    rows = draft.tables[table]
    numbers = range(len(rows)) if row == "*" else [int(row) - 1]
    for number in numbers:
        if text is None:
            del rows[number][name]
        elif name not in draft.standard.tables[table].fields:
            raise KeyError(place)
        else:
            rows[number][name] = text
    return {(table, number, name) for number in numbers}
