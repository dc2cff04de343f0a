"""The report as SARIF 2.1.0 (OASIS), which code hosts and editors show; docs/guides/check.md says what stands where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from congbhyt import __version__
from congbhyt.standards.checking import Checked
from congbhyt.standards.findings import Finding, Place
from congbhyt.standards.reports.report import Line, Tally, as_json, blank
from congbhyt.standards.reports.text import where
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Sarif:
    """The report as one run: its results while files are checked, then the tool with the rules that spoke."""

    def __init__(self) -> None:
        self._started = False

    def begin(self) -> Iterator[Line]:
        """The log, its run and the list of results open."""
        yield [(f'{{"$schema":{as_json(_SCHEMA)},"version":"2.1.0","runs":[{{"results":[', "")]

    def file(self, name: str, checked: Checked) -> Iterator[Line]:
        """The results of a file, one on a line."""
        artifact = uri(name)
        for finding in checked.findings:
            comma = "," if self._started else ""
            self._started = True
            yield [(comma + as_json(_result(artifact, finding)), "")]

    def end(self, tally: Tally) -> Iterator[Line]:
        """The results close; tool and rules follow, because only now it is known which."""
        driver = {
            "name": "CongBHYT",
            "semanticVersion": __version__,
            "rules": [_rule(rule) for rule in RULES.values() if rule.id in tally.rules],
        }
        properties = {"on": tally.today.isoformat(), "files": tally.files, "records": tally.records}
        yield [(f'],"tool":{as_json({"driver": driver})},"properties":{as_json(properties)}}}]}}', "")]


def uri(name: str) -> str:
    """The name of a file as a URI: relative as it was given, or with the scheme `file` when it is absolute."""
    if drive := re.match(r"[A-Za-z]:/", name):
        return f"file:///{drive[0]}{quote(name[3:])}"
    return f"file://{quote(name)}" if name.startswith("/") else quote(name, safe="/!")


def _result(artifact: str, finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": artifact}}}
    if logical := _logical(finding.place):
        location["logicalLocations"] = [logical]
    place, value = finding.place, f" «{finding.value}»" if finding.value else ""
    record = f"Hồ sơ {place.record}" if place.record else ""
    visit = f"MA_LK {place.visit}" if place.visit else ""
    said = ", ".join(part for part in (record, visit, (where(place) + value).strip()) if part)
    return {
        "ruleId": finding.rule,
        "level": finding.severity.value,
        "message": {"text": f"{said}: {finding.sentence}" if said else finding.sentence},
        "locations": [location],
        "properties": {
            "record": place.record, "visit": place.visit, "table": place.table, "row": place.row,
            "field": place.field, "value": finding.value, "detail": finding.detail,
        },
    }  # fmt: skip


def _logical(place: Place) -> dict[str, str]:
    """The place as a path: HOSO[3]/XML2[5]/DON_GIA."""
    steps = [
        (f"HOSO[{place.record}]" if place.record else "", "record"),
        (place.table + (f"[{place.row}]" if place.row else ""), "row" if place.row else "table"),
        (place.field, "field"),
    ]
    taken = [(step, kind) for step, kind in steps if step]
    if not taken:
        return {}
    path = "/".join(step for step, _ in taken)
    return {"name": taken[-1][0], "fullyQualifiedName": path, "kind": taken[-1][1]}


def _rule(rule: Rule) -> dict[str, Any]:
    dates = "".join(
        f" {word} {day.isoformat()}." for word, day in (("Since", rule.since), ("Until", rule.until)) if day
    )
    return {
        "id": rule.id,
        "shortDescription": {"text": blank(rule.sentence)},
        "fullDescription": {"text": blank(rule.detail)},
        "help": {"text": f"{blank(rule.sentence)}\n{blank(rule.detail)}\nBasis: {rule.basis}.{dates}"},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"standards": list(rule.standards), "sources": list(rule.sources), "tags": [rule.topic]},
    }
