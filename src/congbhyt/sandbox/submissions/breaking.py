"""A rule's example carried out: the good submission with its change made."""

from __future__ import annotations

import re

from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.scenarios import good, standards_of
from congbhyt.sandbox.submissions.settling import settle
from congbhyt.standards.examples import Example
from congbhyt.standards.rules.rule import Rule

_PLACE = re.compile(r"(?P<table>[A-Za-z0-9]+)(?:\[(?P<row>\d+|\*)\])?\.(?P<field>\w+)")


def standard_of(rule: Rule, example: Example) -> str:
    """The standard that an example is written in: the newest that both the rule and the scenario know."""
    known = standards_of(example.scenario)
    return example.standard or next((each for each in reversed(rule.standards) if each in known), known[-1])


def carried_out(example: Example, standard: str) -> Draft:
    """The good submission of an example, in a standard, with its change made.

    Raises:
        KeyError: the example names a table, row or field that is not there.
    """
    draft = good(example.scenario, standard, example.day)
    for table in example.without:
        del draft.tables[table]
    for table, values in example.rows:
        copied = draft.tables[table][-1] if draft.tables.get(table) else {}
        draft.fill(table, {**copied, "STT": str(len(draft.tables.get(table, ())) + 1), **values})
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
