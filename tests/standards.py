"""Helpers of the tests about the standards: an example checked as a file that a hospital would check."""

from __future__ import annotations

import io
from datetime import timedelta

from congbhyt.sandbox.submissions.breaking import carried_out, standard_of
from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.catalogues import Catalogues
from congbhyt.standards.checking import Checked, Settings, check_stream
from congbhyt.standards.examples import Example
from congbhyt.standards.findings import Severity
from congbhyt.standards.rules.rule import Rule


def check_draft(draft: Draft, catalogues: Catalogues | None = None) -> Checked:
    """Write a draft as a file and check it ten days after its visit."""
    settings = Settings(draft.day + timedelta(10), draft.standard.id, catalogues or Catalogues())
    return check_stream(io.BytesIO(written(draft)), settings)


def spoken(checked: Checked) -> set[str]:
    """The rules that found an error or something to look at."""
    return {finding.rule for finding in checked.findings if finding.severity is not Severity.NOTE}


def example_spoken(rule: Rule, example: Example) -> set[str]:
    """The rules that speak after an example's change."""
    catalogues = Catalogues(
        {
            kind: {code: tuple(row for row in rows if row["code"] == code) for code in {row["code"] for row in rows}}
            for kind, rows in example.catalogues.items()
        }
    )
    return spoken(check_draft(carried_out(example, standard_of(rule, example)), catalogues))
