"""One record checked: the standard chosen, the fields judged, the rules asked; findings in a stable order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import BinaryIO

from congbhyt.standards.catalogues import Catalogues
from congbhyt.standards.fields import Fault, judges
from congbhyt.standards.findings import Finding, Place, Severity, shortened
from congbhyt.standards.loading import standards
from congbhyt.standards.model import Standard, Table
from congbhyt.standards.reading.documents import BARE, BIRTH, CLAIM, DEATH, VOUCHERS, Document, Part, Raw
from congbhyt.standards.reading.rows import rows_of
from congbhyt.standards.records import Envelope, Record, Row
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import Rule, facts_of
from congbhyt.standards.values import day_of

MOST_FINDINGS = 10_000
"""So many findings of one file are kept; the rest are counted."""


@dataclass
class Checked:
    """What was found in one file; `left_out` findings were not kept, `resting` rules lacked a catalogue."""

    kind: str = ""
    facility: str = ""
    records: int = 0
    standards: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0
    resting: list[str] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """How many findings of a severity were kept."""
        return sum(finding.severity is severity for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check: a standard for all (empty: each record's own), the day of checking, the catalogues at hand."""

    today: date
    standard: str = ""
    catalogues: Catalogues = field(default_factory=Catalogues)


def check_stream(stream: BinaryIO, settings: Settings) -> Checked:
    """Check every record of a file; nothing that a file holds raises."""
    document, checked = Document(stream), Checked()
    seen: set[str] = set()
    for raw in document:
        record, findings = check_raw(raw, document.envelope, settings)
        checked.records += 1
        if record and record.standard.id not in checked.standards:
            checked.standards.append(record.standard.id)
        if record and (visit := record.visit["MA_LK"]):
            if visit in seen:
                findings.append(_found("visit-id-twice", Place(raw.number, visit, "XML1", 1, "MA_LK"), visit, {}))
            seen.add(visit)
        _keep(checked, findings)
        for id in resting(record, settings) if record else ():
            if id not in checked.resting:
                checked.resting.append(id)
    checked.kind, checked.facility = document.envelope.kind, document.envelope.facility
    whole = [_found(rule, Place(), "", facts) for rule, facts in [*document.faults, *_envelope_faults(document)]]
    checked.findings[:0] = sorted(whole, key=_order)
    return checked


def _keep(checked: Checked, findings: list[Finding]) -> None:
    room = MOST_FINDINGS - len(checked.findings)
    checked.findings += sorted(findings, key=_order)[:room]
    checked.left_out += max(0, len(findings) - room)


def _envelope_faults(document: Document) -> Iterator[Fault]:
    envelope = document.envelope
    if envelope.kind in (CLAIM, VOUCHERS):
        if day_of(envelope.made_on) is None or len(envelope.made_on) != 8:
            yield "envelope-day", {"made_on": envelope.made_on[:20]}
        if not envelope.facility:
            yield "envelope-facility", {}
    if not document.count and not document.faults:
        yield "records-missing", {}
    if envelope.kind and envelope.kind != BARE and not envelope.signed:
        yield "signature-missing", {}


def check_raw(raw: Raw, envelope: Envelope, settings: Settings) -> tuple[Record | None, list[Finding]]:
    """Check one record as it was read; the record is None when no part of it has a table."""
    standard, day, chosen = choose(raw, envelope, settings)
    findings = [_found(rule, Place(raw.number), "", facts) for rule, facts in [*raw.faults, *chosen]]
    tables: dict[str, list[Row]] = {}
    for part in raw.parts:
        place = Place(raw.number, "", part.label[:20])
        findings += [_found(rule, place, "", facts) for rule, facts in part.faults]
        _take(part, standard, raw.number, tables, findings)
    if envelope.kind == CLAIM:
        findings += _whole(raw, tables, standard)
    if not tables:
        return None, findings
    record = Record(standard, tables, day, settings.today, raw.number, envelope, settings.catalogues)
    findings += check_record(record)
    return record, findings


def _take(part: Part, standard: Standard, number: int, tables: dict[str, list[Row]], findings: list[Finding]) -> None:
    """Add a part's rows to `tables`, or say why it has none."""
    place = Place(number, "", part.label[:20])
    table = standard.tables.get(part.label)
    if table is None or part.label in ("XML0", "XML12") and len(tables) > 0:
        findings.append(
            _found("kind-unknown", place, part.label, {"kind": part.label[:20], "standard": standard.title})
        )
        return
    if part.root is None:
        return
    name = str(part.root.tag).rpartition("}")[2]
    if name not in (table.root, table.list, table.row):
        other = standard.by_root.get(name)
        findings.append(
            _found(
                "root-other",
                place,
                name,
                {"root": name[:60], "wanted": table.root, "other": other.label if other else "—"},
            )
        )
        return
    if part.label in tables:
        findings.append(_found("table-twice", place, part.label, {"table": part.label}))
    rows, faults = rows_of(part.root, table)
    for row, tag, (rule, facts) in faults:
        findings.append(_found(rule, Place(number, "", table.label, row.number if row else 0, tag), "", facts))
    if rows:
        tables.setdefault(part.label, []).extend(rows)


def _whole(raw: Raw, tables: dict[str, list[Row]], standard: Standard) -> list[Finding]:
    """What a whole HOSO must have."""
    if any(part.label == "XML1" and (part.root is not None or part.faults) for part in raw.parts):
        return []
    return [_found("visit-missing", Place(raw.number), "", {})]


def choose(raw: Raw, envelope: Envelope, settings: Settings) -> tuple[Standard, date, list[Fault]]:
    """The standard of a record, its day, and what is wrong with the choice.

    The option decides; else what a file can only be (vouchers, driver's certificate); else the end of the visit. A
    file whose tags show another generation than its day is checked as what it is, with one finding for that.
    """
    day = _day(raw, envelope) or settings.today
    if settings.standard:
        return standards()[settings.standard], day, []
    if envelope.kind in (VOUCHERS, DEATH, BIRTH) or all(
        part.label not in standards()["QD3176"].tables for part in raw.parts
    ):
        found = next(
            (each for each in standards().values() if any(part.label in each.tables for part in raw.parts)), None
        )
        return found or standards()["CV3220" if envelope.kind == VOUCHERS else "QD3176"], day, []
    fitting = [each for each in standards().values() if each.in_force(day) and each.id.startswith("QD")]
    by_day = fitting[-1] if fitting else standards()["QD4210"]
    if any(_is_4210(part) for part in raw.parts):
        old = standards()["QD4210"]
        return (
            old,
            day,
            []
            if old in fitting
            else [("standard-old", {"shown": old.title, "wanted": by_day.title, "day": f"{day:%d/%m/%Y}"})],
        )
    if by_day.id == "QD4210":
        by_day = standards()["QD130"]
    return by_day, day, []


def _is_4210(part: Part) -> bool:
    return part.label == "XML1" and part.root is not None and part.root.find("{*}MA_THE") is not None


def _day(raw: Raw, envelope: Envelope) -> date | None:
    for tag in ("NGAY_RA", "NGAY_VAO", "NGAY_HOP", "NGAY_CT", "NGAY_CHUNG_TU", "NGAY_TV", "NGAYKETLUAN"):
        for part in raw.parts:
            if (
                part.root is not None
                and part.label in ("XML1", "XML0")
                or len(raw.parts) == 1
                and part.root is not None
            ):
                if day := day_of((part.root.findtext("{*}" + tag) or part.root.findtext(".//{*}" + tag) or "").strip()):
                    return day
    return day_of(envelope.made_on)


def check_record(record: Record) -> list[Finding]:
    """Judge every field of a record and ask every rule that holds for it."""
    visit = record.visit["MA_LK"] or next((row["MA_LK"] for rows in record.tables.values() for row in rows), "")
    arrival = record.visit.day("NGAY_VAO") or record.day
    findings: list[Finding] = []
    for label, rows in record.tables.items():
        judging = judges(record.standard, label, record.day, arrival)
        for row in rows:
            for name, (rule, facts) in judging.faults(row, record):
                place = Place(record.number, visit[:100], label, row.number, name)
                findings.append(_found(rule, place, row[name], facts))
    for rule in rules_for(record.standard.id, record.day, frozenset(record.catalogues.loaded)):
        for problem in rule.check(record):  # type: ignore[misc]
            place = Place(record.number, visit[:100], problem.row.table, problem.row.number, problem.field)
            findings.append(_made(rule, place, problem.row[problem.field], facts_of(problem)))
    return findings


@lru_cache(4096)
def rules_for(standard: str, day: date, catalogues: frozenset[str]) -> Sequence[Rule]:
    """The rules that hold for a visit and have the catalogues that they need."""
    return tuple(
        rule
        for rule in RULES.values()
        if rule.check and rule.holds(standard, day) and catalogues.issuperset(rule.needs)
    )


def resting(record: Record, settings: Settings) -> list[str]:
    """The rules that would hold but lack a catalogue."""
    return _resting(record.standard.id, record.day, frozenset(settings.catalogues.loaded))


@lru_cache(4096)
def _resting(standard: str, day: date, catalogues: frozenset[str]) -> list[str]:
    return [rule.id for rule in RULES.values() if rule.holds(standard, day) and not catalogues.issuperset(rule.needs)]


def _found(rule: str, place: Place, value: str, facts: object) -> Finding:
    return _made(RULES[rule], place, value, {"field": place.field, "value": shortened(value), **facts})  # type: ignore[dict-item]


def _made(rule: Rule, place: Place, value: str, facts: object) -> Finding:
    return Finding(
        rule.id, rule.severity, place, shortened(value),
        rule.sentence.format_map(facts), rule.detail.format_map(facts),  # type: ignore[arg-type]
    )  # fmt: skip


_TABLE_ORDER: dict[str, int] = {}


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return place.record, _table_place(place.table), place.row, _field_place(place), finding.rule, finding.value


def _table_place(label: str) -> int:
    if not _TABLE_ORDER:
        labels = dict.fromkeys(name for standard in standards().values() for name in standard.tables)
        ordered = sorted(labels, key=lambda name: (int(name[3:]) if name[3:].isdigit() else 99, name))
        _TABLE_ORDER.update({name: place for place, name in enumerate(ordered, 1)})
    return _TABLE_ORDER.get(label, 0)


@lru_cache(8192)
def _place_in(label: str, name: str) -> int:
    tables: list[Table] = [standard.tables[label] for standard in standards().values() if label in standard.tables]
    return min((table.tags.index(name) for table in tables if name in table.fields), default=-1)


def _field_place(place: Place) -> int:
    return _place_in(place.table, place.field)
