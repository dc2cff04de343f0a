"""Files that break what reading carries out, each named after the rule that must speak."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date

from lxml import etree

from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.reading.drivers import MOST_MEGABYTES
from congbhyt.standards.reading.safe import MOST_TAGS

_STANDARD = "QD3176"
_MORE_THAN_ANY_ROW = 400
_MORE_THAN_ANY_ENVELOPE = 1_001
_AFTER_4210 = date(2025, 3, 10)


def broken_files() -> Iterator[tuple[str, frozenset[str], bytes]]:
    """A name, the rules that speak, and nothing but them, and the file that makes them speak."""
    return ((rule, frozenset({rule, *_ALSO.get(rule, ())}), make()) for rule, make in _FILES.items())


def _good() -> bytes:
    return written(good("outpatient", _STANDARD))


def _driver() -> bytes:
    return written(good("driver", "GKSK"))


def _swap(old: str, new: str) -> Callable[[], bytes]:
    return lambda: _good().replace(old.encode(), new.encode(), 1)


def _inside(label: str, work: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """The good file with the document of one table worked over."""

    def made() -> bytes:
        root = etree.fromstring(_good())
        for file in root.iter("FILEHOSO"):
            if file.findtext("LOAIHOSO") == label:
                content = _content(file)
                content.text = base64.b64encode(work(base64.b64decode(content.text or ""))).decode()
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    return made


def _reshaped(label: str, work: Callable[[etree._Element], None]) -> Callable[[], bytes]:
    """The good file with the first row of one table reshaped."""

    def reshape(content: bytes) -> bytes:
        root = etree.fromstring(content)
        table = good("outpatient", _STANDARD).standard.tables[label]
        row = root if table.single else next(root.iter(table.row))
        work(row)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    return _inside(label, reshape)


def _enveloped(work: Callable[[etree._Element], None]) -> Callable[[], bytes]:
    def made() -> bytes:
        root = etree.fromstring(_good())
        work(root)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    return made


def _file_of(root: etree._Element, label: str) -> etree._Element:
    return next(file for file in root.iter("FILEHOSO") if file.findtext("LOAIHOSO") == label)


def _content(file: etree._Element) -> etree._Element:
    content = file.find("NOIDUNGFILE")
    if content is None:
        raise LookupError("a FILEHOSO of ours has a NOIDUNGFILE")
    return content


def _field(row: etree._Element, tag: str) -> etree._Element:
    field = row.find(tag)
    if field is None:
        raise LookupError(f"a row of ours has {tag}")
    return field


def _new(tag: str, text: str = "") -> etree._Element:
    element = etree.Element(tag)
    element.text = text or None
    return element


def _add(element: etree._Element, tag: str) -> None:
    element.append(_new(tag))


def _widen(row: etree._Element) -> None:
    for number in range(_MORE_THAN_ANY_ROW):
        _add(row, f"T{number}")


def _cut(root: etree._Element) -> None:
    content = _content(_file_of(root, "XML4"))
    content.text = (content.text or "")[:-3]


def _add_file(root: etree._Element, label: str, like: str = "XML4") -> None:
    copy = deepcopy(_file_of(root, like))
    _field(copy, "LOAIHOSO").text = label
    next(root.iter("HOSO")).append(copy)


def _take_away(root: etree._Element, label: str) -> None:
    next(root.iter("HOSO")).remove(_file_of(root, label))


def _without_records(root: etree._Element) -> None:
    next(root.iter("DANHSACHHOSO")).clear()
    next(root.iter("SOLUONGHOSO")).text = "0"


def _second_record(root: etree._Element) -> None:
    record = next(root.iter("HOSO"))
    copy = deepcopy(record)
    for label in ("XML1", "XML2", "XML3", "XML4"):
        content = _content(_file_of(copy, label))
        content.text = base64.b64encode(base64.b64decode(content.text or "").replace(b".00001<", b".00002<")).decode()
    record.addnext(copy)
    next(root.iter("SOLUONGHOSO")).text = "2"


def _plain(root: etree._Element) -> None:
    file = _file_of(root, "XML2")
    content = _content(file)
    content.text = base64.b64decode(content.text or "").decode().partition("?>")[2].strip()


def _strange(root: etree._Element) -> None:
    for _ in range(_MORE_THAN_ANY_ENVELOPE):
        etree.SubElement(root, "LA")


_FILES: dict[str, Callable[[], bytes]] = {
    "xml-broken": lambda: _good()[:-40],
    "xml-doctype": _swap("<GIAMDINHHS>", '<!DOCTYPE GIAMDINHHS [<!ENTITY a "b">]>\n<GIAMDINHHS>'),
    "xml-large": _inside("XML4", lambda _: b"<A>" + b"<B/>" * MOST_TAGS + b"</A>"),
    "encoding-unknown": _inside(
        "XML4", lambda content: content.decode().replace("utf-8", "tcvn-3").encode("cp1258", "replace")
    ),
    "encoding-wrong": _inside(
        "XML4", lambda content: content.decode().replace("utf-8", "us-ascii").encode("cp1258", "replace")
    ),
    "encoding-declared": _swap("utf-8", "windows-1258"),
    "root-unknown": lambda: b"<HOSOKHAC/>",
    "envelope-tag": _swap("<SOLUONGHOSO>", "<GHICHU>a</GHICHU><SOLUONGHOSO>"),
    "envelope-strange": _enveloped(_strange),
    "envelope-count": _swap("<SOLUONGHOSO>1<", "<SOLUONGHOSO>2<"),
    "envelope-day": _swap("<NGAYLAP>2026", "<NGAYLAP>"),
    "envelope-facility": _swap("<MACSKCB>01999<", "<MACSKCB><"),
    "records-missing": _enveloped(_without_records),
    "records-several": _enveloped(_second_record),
    "kind-unknown": _enveloped(lambda root: _add_file(root, "XML16")),
    "content-not-base64": _enveloped(_plain),
    "base64-broken": _enveloped(_cut),
    "root-other": _enveloped(lambda root: _add_file(root, "XML5")),
    "list-missing": _inside("XML4", lambda _: b"<CHITIEU_CHITIET_DICHVUCANLAMSANG/>"),
    "table-twice": _enveloped(lambda root: _add_file(root, "XML4")),
    "visit-missing": _enveloped(lambda root: _take_away(root, "XML1")),
    "visit-id-twice": lambda: written(good("outpatient", "QD4750"), good("outpatient", "QD4750")),
    "standard-old": lambda: written(good("outpatient-4210", "QD4210", _AFTER_4210)),
    "tag-unknown": _reshaped("XML2", lambda row: _add(row, "MA_HTTT")),
    "tag-missing": _reshaped("XML2", lambda row: row.remove(_field(row, "DU_PHONG"))),
    "tag-repeated": _reshaped("XML2", lambda row: _field(row, "CACH_DUNG").addnext(_new("CACH_DUNG"))),
    "tag-order": _reshaped("XML2", lambda row: row.append(_field(row, "TEN_THUOC"))),
    "tag-nested": _reshaped("XML2", lambda row: _add(_field(row, "CACH_DUNG"), "B")),
    "facility-other": _swap("<FILEHOSO>", "<FILEHOSO><MACSKCB>01998</MACSKCB>"),
    "json-broken": lambda: _driver()[:-1],
    "json-large": lambda: _driver() + b" " * (MOST_MEGABYTES << 20),
    "json-value": lambda: _driver().replace(b'"LYDO": ""', b'"LYDO": []'),
    "row-strange": _reshaped("XML4", _widen),
}
"""By rule: what reading itself finds. `file-large`, `findings-many` and `rule-failed` have no small file."""

_ALSO = {"envelope-strange": ("envelope-tag",)}
"""Rules that the same fault must break."""
