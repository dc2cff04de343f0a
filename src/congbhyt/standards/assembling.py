"""From the documents of a record to its tables; what has no place in them is told."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from congbhyt.standards.fields import Fault
from congbhyt.standards.findings import Place
from congbhyt.standards.model import Standard, Table
from congbhyt.standards.reading.documents import CLAIM, VOUCHERS, Part, Raw
from congbhyt.standards.reading.rows import rows_of
from congbhyt.standards.reading.safe import local_name
from congbhyt.standards.records import Row

_FILES_OF_THEIR_OWN = ("XML0", "XML12")
_SEVERAL = ("XML7",)
"""Documents of one row that may stand several times: a slip for each newborn of a multiple birth (QĐ 130, annex)."""
Told = tuple[Place, Fault]


def assemble(raw: Raw, standard: Standard, kind: str, most: int) -> tuple[Mapping[str, Sequence[Row]], list[Told]]:
    """The tables of a record by label, and what is wrong with its documents; `kind` is the envelope's.

    A document of which nothing could be read leaves its table empty, so that no rule calls it missing besides. After
    `most` faults nothing more is read.
    """
    tables: dict[str, list[Row]] = {}
    told: list[Told] = []
    for part in raw.parts:
        if len(told) >= most:
            break
        place = Place(raw.number, "", part.label[:20])
        told += [(place, fault) for fault in part.faults]
        told += [(place, fault) for fault in _misplaced(part, standard, kind, tables)]
        table = standard.tables.get(part.label)
        if part.root is None or table is None or not _fits(part, table):
            if table is not None and (part.root is not None or part.faults):
                tables.setdefault(part.label, [])
            continue
        rows, faults = rows_of(part.root, table, most)
        before = len(tables.get(part.label, ()))
        for row in rows:
            row.number += before
        told += [
            (Place(raw.number, "", table.label, row.number if row else 0, tag), fault) for row, tag, fault in faults
        ]
        if rows or faults:
            tables.setdefault(part.label, []).extend(rows)
    if kind == CLAIM and not any(part.label == "XML1" and (part.root is not None or part.faults) for part in raw.parts):
        told.append((Place(raw.number), ("visit-missing", {})))
    return tables, told


def _root(part: Part) -> str:
    return local_name(part.root) if part.root is not None else ""


def _fits(part: Part, table: Table) -> bool:
    return _root(part) in (table.root, table.list, table.row)


def _misplaced(part: Part, standard: Standard, kind: str, tables: Container[str]) -> Iterator[Fault]:
    table = standard.tables.get(part.label)
    if table is None or (kind == CLAIM and part.label in _FILES_OF_THEIR_OWN):
        yield "kind-unknown", {"kind": part.label[:20], "standard": standard.title}
    elif part.root is not None and not _fits(part, table):
        other = standard.by_root.get(_root(part))
        yield (
            "root-other",
            {"root": _root(part)[:60], "wanted": table.root, "other": other.label if other else "no table"},
        )
    elif part.label in tables and kind != VOUCHERS and part.label not in _SEVERAL:
        yield "table-twice", {"table": part.label}
