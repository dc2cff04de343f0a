"""A file checked: records assembled, fields judged, rules asked; findings in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import BinaryIO

from congbhyt.standards.assembling import assemble
from congbhyt.standards.catalogues import Catalogues
from congbhyt.standards.choosing import choose
from congbhyt.standards.fields import Fault, judges
from congbhyt.standards.findings import LONGEST_FACT, Finding, Place, Severity, shortened
from congbhyt.standards.ordering import reading_order
from congbhyt.standards.reading.documents import CLAIM, VOUCHERS, Document, Raw
from congbhyt.standards.records import Envelope, Record
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import Rule, facts_of
from congbhyt.standards.values import day_of

MOST_IN_A_RECORD = 2_000
"""A record with so many findings is broken in kind: the rest of it is not judged."""
MOST_IN_A_FILE = 10_000
"""After so many findings a file is not read further."""
_ALONE = "QD3176"
"""The standard under which a file holds one record."""
_SIGNED = {CLAIM, VOUCHERS, "check-in", "assessment", "death", "birth", "driver"}


@dataclass
class Checked:
    """What was found in one file; `resting` are rules that lacked a catalogue."""

    kind: str = ""
    facility: str = ""
    records: int = 0
    standards: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check: the day of checking, a standard for all (empty: each record's own), the catalogues at hand."""

    today: date
    standard: str = ""
    catalogues: Catalogues = field(default_factory=Catalogues)


def check_stream(stream: BinaryIO, settings: Settings) -> Checked:
    """Check every record of a file that can be read from its beginning; nothing that it holds raises."""
    document, checked = Document(stream), Checked()
    seen: set[str] = set()
    for raw in document:
        record, findings = check_raw(raw, document.envelope, settings)
        checked.records += 1
        checked.findings += sorted([*findings, *_twice(record, seen)], key=reading_order)
        if record:
            _note(checked, record, settings)
        if len(checked.findings) >= MOST_IN_A_FILE:
            checked.findings.append(found("findings-many", Place(raw.number), "", {"most": MOST_IN_A_FILE}))
            break
    checked.kind, checked.facility = document.envelope.kind, document.envelope.facility
    around = [found(rule, Place(), "", facts) for rule, facts in [*document.faults, *_envelope_faults(document)]]
    if document.envelope.kind == CLAIM and _ALONE in checked.standards and checked.records > 1:
        around.append(found("records-several", Place(), "", {"count": checked.records}))
    checked.findings[:0] = sorted(around, key=reading_order)
    return checked


def _note(checked: Checked, record: Record, settings: Settings) -> None:
    """Remember which standards were used and which rules rested."""
    if record.standard.id not in checked.standards:
        checked.standards.append(record.standard.id)
    for rule in _resting(record.standard.id, record.day, settings.catalogues.kinds):
        if rule not in checked.resting:
            checked.resting.append(rule)


def _twice(record: Record | None, seen: set[str]) -> Iterator[Finding]:
    """A visit whose MA_LK an earlier record of the file had."""
    visit = record.visit["MA_LK"] if record else ""
    if visit and record and visit in seen:
        yield found("visit-id-twice", Place(record.number, visit[:100], "XML1", 1, "MA_LK"), visit, {})
    if visit:
        seen.add(visit)


def _envelope_faults(document: Document) -> Iterator[Fault]:
    envelope = document.envelope
    if document.broken_off:
        return  # what seems to be missing may stand beyond the fault
    if envelope.kind in (CLAIM, VOUCHERS):
        if day_of(envelope.made_on) is None or len(envelope.made_on) != 8:
            yield "envelope-day", {"made_on": envelope.made_on[:20]}
        if not envelope.facility:
            yield "envelope-facility", {}
    if not document.count and not document.faults:
        yield "records-missing", {}
    if envelope.kind in _SIGNED and not envelope.signed:
        yield "signature-missing", {}


def check_raw(raw: Raw, envelope: Envelope, settings: Settings) -> tuple[Record | None, list[Finding]]:
    """Check one record as it was read; the record is None when none of its documents could be understood."""
    standard, day, chosen = choose(raw, envelope, settings.standard, settings.today)
    tables, told = assemble(raw, standard, envelope.kind, MOST_IN_A_RECORD)
    told[:0] = [(Place(raw.number), fault) for fault in [*raw.faults, *chosen]]
    findings = [found(rule, place, "", facts) for place, (rule, facts) in told[:MOST_IN_A_RECORD]]
    if not any(tables.values()):
        return None, findings
    if len(told) >= MOST_IN_A_RECORD:
        return None, [*findings, found("findings-many", Place(raw.number), "", {"most": MOST_IN_A_RECORD})]
    record = Record(standard, tables, day, settings.today, raw.number, envelope, settings.catalogues)
    for finding in check_record(record):
        findings.append(finding)
        if len(findings) >= MOST_IN_A_RECORD:
            findings.append(found("findings-many", Place(raw.number), "", {"most": MOST_IN_A_RECORD}))
            break
    return record, findings


def check_record(record: Record) -> Iterator[Finding]:
    """Judge every field of a record and ask every rule that holds for it."""
    visit = record.visit["MA_LK"] or next((row["MA_LK"] for rows in record.tables.values() for row in rows), "")
    arrival = record.visit.day("NGAY_VAO") or record.day
    for label, rows in record.tables.items():
        judging = judges(record.standard, label, record.day, arrival)
        for row in rows:
            for name, (rule, facts) in judging.faults(row, record):
                yield found(rule, Place(record.number, visit[:100], label, row.number, name), row[name], facts)
    for each in rules_for(record.standard.id, record.day, record.catalogues.kinds):
        yield from _asked(each, record, visit[:100])


def _asked(rule: Rule, record: Record, visit: str) -> Iterator[Finding]:
    assert rule.check is not None  # noqa: S101  # rules_for gives only those that have one
    try:
        for problem in rule.check(record):
            place = Place(record.number, visit, problem.row.table, problem.row.number, problem.field)
            yield made(rule, place, problem.row[problem.field], facts_of(problem))
    except Exception as failure:  # noqa: BLE001  # our own fault must not cost a hospital the other findings
        facts = {"rule": rule.id, "failure": f"{type(failure).__name__}: {failure}"[:200]}
        yield found("rule-failed", Place(record.number, visit), "", facts)


@lru_cache(4096)
def rules_for(standard: str, day: date, catalogues: frozenset[str]) -> Sequence[Rule]:
    """The rules that hold for a visit of that standard and day and have the catalogues that they need."""
    return tuple(
        rule
        for rule in RULES.values()
        if rule.check and rule.holds(standard, day) and catalogues.issuperset(rule.needs)
    )


@lru_cache(4096)
def _resting(standard: str, day: date, catalogues: frozenset[str]) -> Iterable[str]:
    return tuple(
        rule.id for rule in RULES.values() if rule.holds(standard, day) and not catalogues.issuperset(rule.needs)
    )


def found(rule: str, place: Place, value: str, facts: Mapping[str, object]) -> Finding:
    """A finding of the rule with this id."""
    return made(RULES[rule], place, value, {"field": place.field, "value": shortened(value), **facts})


def made(rule: Rule, place: Place, value: str, facts: Mapping[str, object]) -> Finding:
    """A finding with the rule's sentences, in which `facts` stand."""
    shown = {name: shortened(fact, LONGEST_FACT) if isinstance(fact, str) else fact for name, fact in facts.items()}
    return Finding(
        rule.id, rule.severity, place, shortened(value), rule.sentence.format_map(shown), rule.detail.format_map(shown)
    )
