"""The records of a file one by one, whatever envelope they came in; memory holds one record at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from congbhyt.standards.fields import Fault
from congbhyt.standards.loading import standards
from congbhyt.standards.model import Table
from congbhyt.standards.reading import drivers, safe
from congbhyt.standards.reading.safe import UnreadableError
from congbhyt.standards.records import BARE, Envelope

_MOST_STRANGE = 1_000
"""After so many unknown elements outside the records a file is given up: it is something else."""
_MOST_MEGABYTES = 32
"""So much of a file may belong to one record; a stay with thousands of lines has ten."""
_MOST_PARTS = 5_000
"""A record may have so many documents: a claim has at most 14, vouchers of one kind may lie together."""
_MOST_TOLD = 20
"""Faults of one kind around the records are told so many times."""
_LONGEST = 200
"""So many characters of an envelope's value are kept; the longest right one has 14."""
CLAIM, VOUCHERS, CHECK_IN, ASSESSMENT, DEATH, BIRTH, DRIVER = (
    "claim", "vouchers", "check-in", "assessment", "death", "birth", "driver",
)  # fmt: skip
_WRAPPED = {"GIAMDINHHS": CLAIM, "HSCHUNGTU": VOUCHERS}
_ROWS = {
    "CHI_TIEU_TRANG_THAI_KCB": (CHECK_IN, "TRANG_THAI_KCB", "XML0"),
    "CHI_TIEU_GIAM_DINH_YKHOA": (ASSESSMENT, "GIAM_DINH_YKHOA", "XML12"),
    "HSDLGBT": (DEATH, "GIAYBAOTU", "GIAYBAOTU"),
    "HSDLGCS": (BIRTH, "GIAYCHUNGSINH", "GIAYCHUNGSINH"),
}
_SPELLED = {"GIAM_DINH_Y_KHOA": "GIAM_DINH_YKHOA"}
"""One vendor's spelling of a row."""


@dataclass(slots=True)
class Part:
    """One document of a record: the table that LOAIHOSO names, its root (None: unreadable), what is wrong."""

    label: str
    root: etree._Element | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Raw:
    """One record as it was read, before a standard is chosen."""

    number: int
    parts: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Document:
    """A file: iterate it for its records; `envelope` and `faults` are complete afterwards, unless `broken_off`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.envelope = Envelope()
        self.faults: list[Fault] = []
        self.broken_off = False
        self.count = 0
        self._said = ""
        self._strange = self._others = 0
        self._held = 0
        self._before = 0
        self._guard = safe.Guarded(stream)

    def __iter__(self) -> Iterator[Raw]:
        """Give the records; what cannot be read ends the iteration and stands in `faults`."""
        try:
            yield from self._records()
        except etree.XMLSyntaxError as error:
            self._note(safe.broken(error))
        except UnreadableError as fault:
            self._note(fault)
        except UnicodeError:
            self._note(UnreadableError("encoding-wrong", declared="?"))

    def _note(self, fault: UnreadableError) -> None:
        self.faults.append((fault.rule, fault.facts))
        self.broken_off = True

    def _records(self) -> Iterator[Raw]:
        if drivers.begins(self._stream):
            yield self._driver()
            return
        events, self._guard, declared = safe.events(self._stream)
        if declared:
            self.faults.append(("encoding-declared", {"declared": declared}))
        _, root = next(events)
        name = safe.local_name(root)
        if name in _WRAPPED:
            self.envelope.kind = _WRAPPED[name]
            yield from self._wrapped(self._bounded(events))
            self._compare_count()
        elif name in _ROWS:
            self.envelope.kind, row, label = _ROWS[name]
            yield from self._rows(self._bounded(events), row, label)
        elif table := _bare_table(name):
            self.envelope.kind = BARE
            for _ in self._bounded(events):
                pass
            self.count = 1
            yield Raw(1, [Part(table.label, root)])
        else:
            raise UnreadableError("root-unknown", root=name[:60])

    def _driver(self) -> Raw:
        self.envelope.kind = DRIVER
        root, faults = drivers.read(self._stream)
        self.envelope.facility = root.findtext("IDBENHVIEN") or ""
        self.envelope.signed = bool(root.findtext("SIGNDATA"))
        self.count = 1
        return Raw(1, [Part(drivers.LABEL, root, faults)])

    def _bounded(self, events: Iterator[tuple[str, etree._Element]]) -> Iterator[tuple[str, etree._Element]]:
        """The events, until a record takes more memory than any may."""
        for event, element in events:
            if event == "start":
                self._held += 2
            if self._held + 2 * self._guard.attributes > safe.MOST_TAGS:
                raise safe.large(safe.TOO_MANY_TAGS)
            if self._guard.size > _MOST_MEGABYTES * 1024 * 1024:
                raise safe.large(f"a record of more than {_MOST_MEGABYTES} MB")
            yield event, element

    def _begin(self) -> None:
        """Note what is held before a record."""
        self._before = self._held - 2

    def _end(self, element: etree._Element) -> None:
        """Free a record and what stands before it, so that a long file needs no more memory than a short one."""
        self._held = self._before
        self._guard.size = self._guard.attributes = 0
        _free(element)

    def _wrapped(self, events: Iterator[tuple[str, etree._Element]]) -> Iterator[Raw]:
        raw, part, body = Raw(1), Part(""), False
        for event, element in events:
            name = safe.local_name(element)
            if event == "start":
                if name == "HOSO":
                    raw = Raw(self.count + 1)
                    self._begin()
                elif name == "FILEHOSO":
                    part = Part("")
                body = body or name in ("NOIDUNGFILE", "CHUKYDONVI")
                continue
            if name == "CHUKYDONVI":
                self.envelope.signed = len(element) > 0 or bool((element.text or "").strip())
                body = False
                element.clear()
            elif name == "NOIDUNGFILE":
                self._held += _fill(part, element, safe.MOST_TAGS - self._held)
                body = False
            elif body:
                continue
            elif name == "LOAIHOSO":
                part.label = (element.text or "").strip().upper()
            elif name == "FILEHOSO":
                raw.parts.append(part)
                if len(raw.parts) > _MOST_PARTS:
                    raise safe.large(f"more than {_MOST_PARTS:,} documents in a record")
                _free(element)
            elif name == "HOSO":
                self.count += 1
                self._end(element)
                yield raw
            else:
                self._around(name, element)

    def _rows(self, events: Iterator[tuple[str, etree._Element]], row: str, label: str) -> Iterator[Raw]:
        inside = False
        for event, element in events:
            name = safe.local_name(element)
            name = _SPELLED.get(name, name)
            if event == "start":
                inside = inside or name in (row, "CHUKYDONVI")
                if name == row:
                    self._begin()
            elif name == row:
                inside = False
                self.count += 1
                yield Raw(self.count, [Part(label, element)])
                self._end(element)
            elif name == "CHUKYDONVI":
                self.envelope.signed = len(element) > 0 or bool((element.text or "").strip())
                inside = False
            elif not inside:
                self._around(name, element)

    def _around(self, name: str, element: etree._Element) -> None:
        """Take in an element of the envelope, or note that nobody knows it."""
        text = (element.text or "").strip()[:_LONGEST]
        if name == "MACSKCB":
            if self.envelope.facility not in ("", text):
                self._others += 1
                if self._others <= _MOST_TOLD:
                    self.faults.append(("facility-other", {"first": self.envelope.facility[:20], "other": text[:20]}))
            self.envelope.facility = self.envelope.facility or text
        elif name == "NGAYLAP":
            self.envelope.made_on = text
        elif name == "SOLUONGHOSO":
            self._said = text
        elif name not in _ENVELOPE:
            self._strange += 1
            if self._strange <= _MOST_TOLD:
                self.faults.append(("envelope-tag", {"tag": name[:60]}))
            if self._strange > _MOST_STRANGE:
                raise UnreadableError("envelope-strange", most=_MOST_STRANGE)
            _free(element)

    def _compare_count(self) -> None:
        if self._said != str(self.count):
            self.faults.append(("envelope-count", {"said": self._said or "trống", "count": self.count}))


_ENVELOPE = {
    "GIAMDINHHS", "HSCHUNGTU", "THONGTINDONVI", "THONGTINHOSO", "DANHSACHHOSO", "HSDLGBT", "HSDLGCS",
    "CHI_TIEU_TRANG_THAI_KCB", "DSACH_TRANG_THAI_KCB", "CHI_TIEU_GIAM_DINH_YKHOA", "DSACH_GIAM_DINH_YKHOA",
}  # fmt: skip


def _bare_table(name: str) -> Table | None:
    """The table whose document begins with this element, by the newest standard that has one."""
    newest_first = reversed(list(standards().values()))
    return next((standard.by_root[name] for standard in newest_first if name in standard.by_root), None)


def _free(element: etree._Element) -> None:
    """Empty an element and take the ones before it away."""
    element.clear()
    while (previous := element.getprevious()) is not None:
        parent = previous.getparent()
        if parent is None:
            return
        parent.remove(previous)


def _fill(part: Part, element: etree._Element, room: int) -> int:
    """Read what NOIDUNGFILE holds: base64, the document itself as elements or as text, or nothing.

    What is read may weigh as much as there is `room`; its weight is given, without what the element holds itself.
    """
    if len(element):
        part.root = element[0]
        element.remove(element[0])
        part.faults.append(("content-not-base64", {}))
        return 0
    text = element.text or ""
    if not text.strip():
        return 0
    try:
        if text.lstrip().startswith("<"):
            part.faults.append(("content-not-base64", {}))
            content = text.strip().encode()
        else:
            content = safe.decoded(text)
        part.root, declared = safe.parse(content, room)
        if declared:
            part.faults.append(("encoding-declared", {"declared": declared}))
        return safe.weight(content)
    except UnreadableError as fault:
        part.faults.append((fault.rule, fault.facts))
        return 0
