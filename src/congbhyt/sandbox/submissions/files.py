"""A folder of synthetic submissions: good ones of every standard, and for each rule one that breaks it.

good/QD3176/outpatient.xml            nothing to find
bad/drug-line-amount.xml              exactly the rule that names the file (and what EXPECTED says it drags along)
needs-catalogue/icd10-unknown/…       the same for rules that rest until a catalogue is loaded, with its CSV
EXPECTED.json                         for each file: the rules that must speak, errors and warnings
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from congbhyt.sandbox.submissions.breaking import carried_out, standard_of
from congbhyt.sandbox.submissions.broken_files import broken_files
from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.findings import Severity
from congbhyt.standards.rules.every import RULES

EXPECTED = "EXPECTED.json"
GOOD, BAD, NEEDS_CATALOGUE = "good", "bad", "needs-catalogue"


@dataclass(frozen=True, slots=True)
class SandboxFile:
    """One file: its path below the folder, what it holds, the rules that must speak, catalogues to check it with."""

    path: str
    content: bytes
    expected: frozenset[str] = frozenset()
    catalogues: Mapping[str, Sequence[Mapping[str, str]]] | None = None


def every_file() -> Iterator[SandboxFile]:
    """All files, made one by one."""
    yield from good_files()
    for name, expected, content in broken_files():
        yield SandboxFile(f"{BAD}/{name}.xml", content, expected)
    yield from _by_example()


def good_files() -> Iterator[SandboxFile]:
    """Every scenario in each of its standards."""
    for name in SCENARIOS:
        for standard in standards_of(name):
            draft = good(name, standard)
            yield SandboxFile(f"{GOOD}/{standard}/{name}{_ending(draft)}", written(draft))


def _by_example() -> Iterator[SandboxFile]:
    """For each rule, the first example that breaks it."""
    for rule in RULES.values():
        example = next((example for example in rule.examples if not example.silent), None)
        if example is None or rule.severity is Severity.NOTE:
            continue
        draft = carried_out(example, standard_of(rule, example))
        folder = f"{NEEDS_CATALOGUE}/{rule.id}" if example.catalogues else BAD
        path = f"{folder}/{rule.id}{_ending(draft)}"
        yield SandboxFile(path, written(draft), frozenset({rule.id, *example.also}), example.catalogues or None)


def _ending(draft: Draft) -> str:
    return ".json" if draft.kind == "driver" else ".xml"


def write_files(folder: Path) -> int:
    """Write every file, the CSV of catalogues beside those that need them, and EXPECTED.json; returns how many.

    Raises:
        OSError: the folder cannot be written.
    """
    expected: dict[str, list[str]] = {}
    for file in every_file():
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        expected[file.path] = sorted(file.expected)
        for kind, rows in (file.catalogues or {}).items():
            _write_catalogue(target.parent / f"{kind}.csv", rows)
    (folder / EXPECTED).write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n", "utf-8")
    return len(expected)


def _write_catalogue(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
