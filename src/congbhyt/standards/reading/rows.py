"""From a document's root to rows by field name; tags that are unknown, missing, repeated or misplaced are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from lxml import etree

from congbhyt.standards.fields import Fault
from congbhyt.standards.model import Table
from congbhyt.standards.reading.safe import local_name
from congbhyt.standards.records import Row

_NESTED = etree.XPath("*[*]")
_BEYOND = {"CHUKYDONVI"}
_MOST_TAGS = 300
"""A row with more elements is none: the widest table has 69 fields."""
_MOST_STRANGE = 100
"""So many strange elements between rows are told one by one."""


def rows_of(root: etree._Element, table: Table, most: int) -> tuple[list[Row], list[tuple[Row | None, str, Fault]]]:
    """The rows of a document, and the faults of its structure: row (None: the document), field, fault.

    After `most` faults no more rows are read.
    """
    faults: list[tuple[Row | None, str, Fault]] = []
    rows: list[Row] = []
    for number, element in enumerate(_row_elements(root, table, faults), 1):
        if len(faults) >= most:
            break
        if len(element) > _MOST_TAGS:
            faults.append((None, "", ("row-strange", {"count": len(element)})))
        else:
            rows.append(_row(element, number, table, faults))
    return rows, faults


def _row_elements(
    root: etree._Element, table: Table, faults: list[tuple[Row | None, str, Fault]]
) -> Sequence[etree._Element]:
    name = local_name(root)
    if table.single or name == table.row:
        return [root]
    holder = root
    if name != table.list and table.list:
        lists = [child for child in root if local_name(child) == table.list]
        if not lists:
            faults.append((None, "", ("list-missing", {"list": table.list, "root": table.root})))
            return []
        holder = lists[0]
    found = []
    for child in holder:
        if local_name(child) == table.row:
            found.append(child)
        elif len(faults) < _MOST_STRANGE:
            faults.append((None, "", ("tag-unknown", {"tag": str(child.tag)[:60], "table": table.label})))
    return found


def _row(element: etree._Element, number: int, table: Table, faults: list[tuple[Row | None, str, Fault]]) -> Row:
    children = list(element)
    tags: tuple[str, ...] = tuple([child.tag for child in children])  # type: ignore[misc]  # the parser leaves no comments
    texts = [text.strip() if (text := child.text) else "" for child in children]
    if tags == table.tags:
        row = Row(table.label, number, zip(tags, texts, strict=True))
    else:
        tags = tuple([tag.rpartition("}")[2] for tag in tags])
        row = Row(table.label, number)
        for tag, text in zip(tags, texts, strict=True):
            row.setdefault(tag, text)
        faults.extend((row, tag, (rule, facts)) for rule, tag, facts in _tag_faults(tags, table))
    for child in _NESTED(element):
        name = local_name(child)
        if name in table.fields:
            faults.append((row, name, ("tag-nested", {"tag": name})))
    return row


@lru_cache(2048)
def _tag_faults(tags: tuple[str, ...], table: Table) -> tuple[tuple[str, str, dict[str, object]], ...]:
    """What is wrong with the tags of a row; rows of one program have the same ones, so it is worked out once."""
    found: list[tuple[str, str, dict[str, object]]] = []
    counted = Counter(tags)
    for tag, count in counted.items():
        if tag in _BEYOND:
            continue
        if tag not in table.fields:
            found.append(("tag-unknown", tag[:60], {"tag": tag[:60], "table": table.label}))
        elif count > 1:
            found.append(("tag-repeated", tag, {"tag": tag, "count": count}))
    for name, field in table.fields.items():
        if name not in counted and not field.required and not field.conditional:
            found.append(("tag-missing", name, {"tag": name, "title": field.vi}))
    known = [tag for tag in dict.fromkeys(tags) if tag in table.fields]
    expected = [name for name in table.fields if name in counted]
    if known != expected:
        first = next(tag for tag, wanted in zip(known, expected, strict=True) if tag != wanted)
        found.append(("tag-order", first, {"tag": first}))
    return tuple(found)
