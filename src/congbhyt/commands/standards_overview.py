"""The first page about the data standards: what a file looks like and how values are written in it."""

from __future__ import annotations

from congbhyt.commands.markdown import table
from congbhyt.commands.standards_differences import PAIRS, file_name
from congbhyt.commands.standards_words import in_force
from congbhyt.standards.loading import standards

_NEWEST = "QD3176"
_ALONE = ("QD4210", "CV3220", "GKSK")

_HEAD = """# Data standards

What a hospital sends to the reception portal, table by table, for those who write the software that makes it. The
pages are made from the same tables that `congbhyt check` obeys; what the checker does beyond single fields stands in
[rules](../rules.md). No official text was copied: names of fields are the decisions', words are ours, and where sources
disagree the table says how it was decided.

## Standards

The end of the visit (NGAY_RA) decides which one applies.

"""

_CLAIM = """
## The claim file

One file holds one or more visits, under QĐ 3176 exactly one. Every visit is a HOSO, every table of it a FILEHOSO whose
content is a whole XML document of its own, in base64:

```xml
<?xml version="1.0" encoding="utf-8"?>
<GIAMDINHHS>
  <THONGTINDONVI>
    <MACSKCB>99001</MACSKCB>
  </THONGTINDONVI>
  <THONGTINHOSO>
    <NGAYLAP>20260302</NGAYLAP>
    <SOLUONGHOSO>1</SOLUONGHOSO>
    <DANHSACHHOSO>
      <HOSO>
        <FILEHOSO>
          <LOAIHOSO>XML1</LOAIHOSO>
          <NOIDUNGFILE>PFRPTkdfSE9QPuKApjwvVE9OR19IT1A+</NOIDUNGFILE>
        </FILEHOSO>
      </HOSO>
    </DANHSACHHOSO>
  </THONGTINHOSO>
  <CHUKYDONVI/>
</GIAMDINHHS>
```

- MACSKCB is the facility, the same in every XML1; NGAYLAP is yyyyMMdd; SOLUONGHOSO counts the HOSO.
- XML1 stands in every HOSO, the other tables only when they have rows: leave the FILEHOSO out, or leave its NOIDUNGFILE
  empty. XML0 and XML12 are never part of a claim; each goes out as a file of its own that ends with CHUKYDONVI.
- MA_LK joins the tables of a visit: the same text in every row, used once for each visit of the facility.
- CHUKYDONVI holds the facility's XML signature and is the last child. It is compulsory from 01/01/2026 (NĐ
  188/2025/NĐ-CP); the checker runs before signing and only notes that it is missing.
- The request to the portal carries the whole file once more in base64.

## How values are written

| | |
| --- | --- |
| Encoding | UTF-8; a byte-order mark does no harm |
| Order | fields in the order of the table; unknown fields are ignored with a warning |
| No value | an empty element; a missing one is read as empty |
| Text | escaped or CDATA; lengths count characters, not bytes |
| Numbers | a decimal point, no separators of thousands; at most the decimals and characters that the field names |
| Days | yyyyMMdd |
| Moments | yyyyMMddHHmm, 00:00 to 23:59, time of Việt Nam |
| Birth | yyyyMMddHHmm; 0000 for an unknown time, or month and day; newborns of up to 28 days give all of it |
| Several values | joined by `;`; cards, their facilities and days in the same order and as many of each |
| Money | đồng, up to 2 decimals on amounts and 3 on prices and quantities; sums may differ by 1 đồng through rounding |

## How to read the tables

*Written as* gives kind and greatest length in characters, where several values may stand of all together: text ≤ 100.
*Filled* says when a value must be there; an empty cell means that it may be missing. *Codes or form* names a
[list or form](lists.md), a [catalogue](lists.md#catalogues) that an operator loads, and other fields that it must agree
with. *Decided* counts the notes below the table: how a conflict between sources was settled, with the reason.

"""

_SOURCES = """
## Where this comes from

Rows of the sources have ids; [rules](../rules.md) name the ones that they carry out.

"""
_PREFIXES = (
    (
        "V4750",
        "the gateway's validation workbook for QĐ 4750: what must be filled, under which condition, type and size",
    ),
    ("V130", "the gateway's validation workbook for QĐ 130"),
    ("ANX", "arithmetic and content as the annex workbook of QĐ 130 and QĐ 4750 states them"),
    ("API", "CV 3190/BHXH-CNTT and CV 1245/BHXH-CNTT: envelope and services"),
    ("GDH", "blocking errors of the assessment system under QĐ 4210, with its codes"),
    ("LAW, TT12", "dated law; contents of automatic assessment in TT 12/2026/TT-BTC"),
    ("CARD, CCHK", "results of the card look-up and of checks against it"),
    ("CTDT", "certificates of CV 3220/BHXH-CNTT"),
    ("CV266", "topics of assessment in CV 266/BHXH"),
    ("TRC", "a public checker for QĐ 3176 (tracnn, qlbv_public)"),
    ("PCX, PCH, PCB", "a public checker: data, administration, beds and staff (htthinh28, pccantho-cdss-bhyt)"),
    (
        "EMR, THI, DH",
        "further public checkers (anhtnse1308, emr-validation; thienan204, CHECKBHYT) and a vendor's note",
    ),
)


def page() -> str:
    """The introduction to the standards, with links to every page."""
    every = standards()
    known = (
        (_linked(id), standard.subject, in_force(standard), standard.decided)
        for id, standard in every.items()
    )  # fmt: skip
    text = _HEAD + table(("Standard", "Subject", "For visits that end", "Note"), known)
    links = ", ".join(
        f"[{every[old].title} to {every[new].title}]({file_name(every[old], every[new])})" for old, new in PAIRS
    )
    text += f"\nDifferences: {links}.\n\n"
    text += "Codes and forms: [lists](lists.md). What the fund pays: [levels and shares](benefits.md).\n\n## Tables\n\n"
    text += f"As {every[_NEWEST].title} has them; each page ends with what was different before.\n\n"
    tables = (
        (f"[{label}]({label.lower()}.md)", held.title, held.meaning, len(held.fields))
        for label, held in every[_NEWEST].tables.items()
    )
    text += table(("Table", "Tiếng Việt", "What it holds", "Fields"), tables)
    return text + _CLAIM.rstrip("\n") + "\n" + _SOURCES + table(("Ids", "Source"), _PREFIXES)


def _linked(id: str) -> str:
    standard = standards()[id]
    return f"[{standard.title}]({id.lower()}.md)" if id in _ALONE else standard.title
