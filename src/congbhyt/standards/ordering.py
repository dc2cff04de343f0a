"""The order of findings: as one reads a file, and always the same."""

from __future__ import annotations

from functools import cache, lru_cache

from congbhyt.standards.findings import Finding
from congbhyt.standards.loading import standards


def reading_order(finding: Finding) -> tuple[object, ...]:
    """A sort key: record, table, row, field in the order of the annex, then rule and value."""
    place = finding.place
    return (
        place.record, _table_places().get(place.table, 0), place.table, place.row,
        _field_place(place.table, place.field), place.field, finding.rule, finding.value, finding.detail,
    )  # fmt: skip


@cache
def _table_places() -> dict[str, int]:
    labels = dict.fromkeys(label for standard in standards().values() for label in standard.tables)
    return {label: place for place, label in enumerate(labels, 1)}


@lru_cache(8192)
def _field_place(label: str, name: str) -> int:
    for standard in reversed(list(standards().values())):
        if label in standard.tables and name in standard.tables[label].fields:
            return standard.tables[label].tags.index(name)
    return -1
