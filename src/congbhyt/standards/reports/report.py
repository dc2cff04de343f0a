"""What every report has in common: pieces of text, a choice among findings, a tally for the end."""

from __future__ import annotations

import json
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from congbhyt.standards.checking import Checked
from congbhyt.standards.findings import Finding, Severity
from congbhyt.standards.rules.every import RULES

Line = Sequence[tuple[str, str]]
"""One line without its end: texts, each with the name of a style (empty: plain)."""

CUT_SHORT = frozenset(
    {
        "base64-broken", "encoding-unknown", "encoding-wrong", "envelope-strange", "file-crashed", "file-large",
        "file-unreadable", "findings-many", "root-unknown", "rule-failed", "xml-broken", "xml-doctype", "xml-large",
        "zip-broken", "zip-encrypted", "zip-members", "zip-nested", "zip-ratio",
    }
)  # fmt: skip
"""Rules after which something was not checked: choosing a few rules must not make such a file look good."""


class Report(Protocol):
    """Writes a report: its beginning, each file in turn, its end."""

    def begin(self) -> Iterator[Line]:
        """What stands before the files."""
        ...

    def file(self, name: str, checked: Checked) -> Iterator[Line]:
        """One file."""
        ...

    def end(self, tally: Tally) -> Iterator[Line]:
        """What stands after the files."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which findings are reported: of some rules only (empty: all), not of others, errors only."""

    only: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    errors_only: bool = False

    @property
    def is_part(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.only or self.ignored or self.errors_only)

    def of(self, checked: Checked) -> Checked:
        """The result with the chosen findings."""
        return replace(checked, findings=[finding for finding in checked.findings if self._takes(finding)])

    def _takes(self, finding: Finding) -> bool:
        return (
            (not self.only or finding.rule in self.only or finding.rule in CUT_SHORT)
            and finding.rule not in self.ignored
            and not (self.errors_only and finding.severity is not Severity.ERROR)
        )


@dataclass
class Tally:
    """The sums of a report: it grows with the number of rules, not with that of files."""

    today: date
    files: int = 0
    records: int = 0
    skipped: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    resting: dict[str, None] = field(default_factory=dict)

    def add(self, checked: Checked) -> None:
        """Count one file in."""
        self.files += 1
        self.records += checked.records
        self.severities.update(finding.severity for finding in checked.findings)
        self.rules.update(finding.rule for finding in checked.findings)
        self.resting.update(dict.fromkeys(checked.resting))

    def frequent(self, *severities: Severity) -> list[tuple[str, int]]:
        """The rules of some severities, the most frequent first."""
        counted = [(id, count) for id, count in self.rules.items() if RULES[id].severity in severities]
        return sorted(counted, key=lambda each: (-each[1], each[0]))

    @property
    def missing(self) -> list[str]:
        """The catalogues for want of which rules rested; some of these may be loaded, beside one that is not."""
        return sorted({kind for id in self.resting for kind in RULES[id].needs})


def printable(text: str) -> str:
    """`text` without anything that steers a terminal or hides what it says: such characters stand as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def as_json(value: object) -> str:
    """`value` as JSON on one line, in which letters stand as they are and what is not printable as an escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def blank(template: str) -> str:
    """A rule's sentence without the facts of a case: an ellipsis stands for each."""
    parts = string.Formatter().parse(template)
    return "".join(text + ("…" if name is not None else "") for text, name, _, _ in parts)
