"""A draft as the file that a hospital's program would send."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence

from lxml import etree

from congbhyt.sandbox.submissions.draft import Draft, DraftRow
from congbhyt.standards.model import Table


def written(*drafts: Draft) -> bytes:
    """One file with the records of all drafts, which must be of one kind and facility."""
    first = drafts[0]
    if first.kind == "driver":
        return _json(first)
    made = {"claim": _wrapped, "vouchers": _wrapped}.get(first.kind, _rows)(drafts)
    return etree.tostring(made, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _json(draft: Draft) -> bytes:
    """The body of the driver service: one certificate."""
    row = next(iter(draft.tables.values()))[0]
    return json.dumps(row, ensure_ascii=False, indent=1).encode()


def document(table: Table, rows: Sequence[DraftRow]) -> bytes:
    """The document inside NOIDUNGFILE."""
    root = etree.Element(table.root)
    if table.single:
        _fill(root, rows[0])
    else:
        holder = etree.SubElement(root, table.list) if table.list else root
        for row in rows:
            _fill(etree.SubElement(holder, table.row), row)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _fill(element: etree._Element, row: DraftRow) -> None:
    for tag, text in row.items():
        etree.SubElement(element, tag).text = text or None


def _wrapped(drafts: Iterable[Draft]) -> etree._Element:
    drafts = list(drafts)
    root = etree.Element("GIAMDINHHS" if drafts[0].kind == "claim" else "HSCHUNGTU")
    etree.SubElement(etree.SubElement(root, "THONGTINDONVI"), "MACSKCB").text = drafts[0].facility
    around = etree.SubElement(root, "THONGTINHOSO")
    etree.SubElement(around, "NGAYLAP").text = f"{drafts[0].day:%Y%m%d}"
    etree.SubElement(around, "SOLUONGHOSO").text = str(len(drafts))
    holder = etree.SubElement(around, "DANHSACHHOSO")
    for draft in drafts:
        record = etree.SubElement(holder, "HOSO")
        for label, rows in draft.tables.items():
            table = draft.standard.tables[label]
            for content in [document(table, [row]) for row in rows] if table.single else [document(table, rows)]:
                file = etree.SubElement(record, "FILEHOSO")
                etree.SubElement(file, "LOAIHOSO").text = label
                etree.SubElement(file, "NOIDUNGFILE").text = base64.b64encode(content).decode()
    etree.SubElement(root, "CHUKYDONVI")
    return root


def _rows(drafts: Iterable[Draft]) -> etree._Element:
    drafts = list(drafts)
    label = next(iter(drafts[0].tables))
    table = drafts[0].standard.tables[label]
    if drafts[0].kind in ("death", "birth"):
        root = etree.Element({"death": "HSDLGBT", "birth": "HSDLGCS"}[drafts[0].kind])
        holder, name = root, table.root
    else:
        root = etree.Element(table.root)
        holder, name = etree.SubElement(root, table.list), table.row
    for draft in drafts:
        for row in draft.tables[label]:
            _fill(etree.SubElement(holder, name), row)
    etree.SubElement(root, "CHUKYDONVI")
    return root
