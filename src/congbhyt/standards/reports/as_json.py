"""The report for programs: one JSON object, one line for each file; docs/guides/check.md describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from congbhyt import __version__
from congbhyt.standards.checking import Checked
from congbhyt.standards.findings import Finding, Severity
from congbhyt.standards.reports.report import Line, Tally, as_json


class Json:
    """The report as one JSON object: `files` in their order, then `summary`."""

    def __init__(self) -> None:
        self._started = False

    def begin(self) -> Iterator[Line]:
        """The object and its list open."""
        yield [(f'{{"version":1,"checker":{as_json(f"congbhyt {__version__}")},"files":[', "")]

    def file(self, name: str, checked: Checked) -> Iterator[Line]:
        """A file with all its findings, those without included."""
        comma = "," if self._started else ""
        self._started = True
        yield [(comma + as_json(_file(name, checked)), "")]

    def end(self, tally: Tally) -> Iterator[Line]:
        """The list closes; the sums follow."""
        summary = {
            "on": tally.today.isoformat(),
            "files": tally.files,
            "skipped": tally.skipped,
            "records": tally.records,
            **{_plural(severity): tally.severities[severity] for severity in Severity},
            "rules": dict(tally.frequent(*Severity)),
            "resting": sorted(tally.resting),
        }
        yield [(f'],"summary":{as_json(summary)}}}', "")]


def _plural(severity: Severity) -> str:
    return f"{severity.value}s"


def _file(name: str, checked: Checked) -> dict[str, Any]:
    return {
        "file": name,
        "kind": checked.kind,
        "facility": checked.facility,
        "standards": checked.standards,
        "records": checked.records,
        **{_plural(severity): checked.count(severity) for severity in Severity},
        "findings": [finding_facts(finding) for finding in checked.findings],
    }


def finding_facts(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it; `record` 0 is the file itself, `row` 0 a whole table."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "record": finding.place.record,
        "visit": finding.place.visit,
        "table": finding.place.table,
        "row": finding.place.row,
        "field": finding.place.field,
        "value": finding.value,
        "sentence": finding.sentence,
        "detail": finding.detail,
    }
