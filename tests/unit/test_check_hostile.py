"""Files made to hurt the checker end in a finding; what only looks like them is read; bench/hostile.py measures."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import date

import pytest
from lxml import etree

from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.checking import Checked, Settings, check_stream
from congbhyt.standards.reading import documents, safe
from tests.standards import spoken

_TODAY = date(2026, 9, 24)
_BOMB = '<!DOCTYPE GIAMDINHHS [<!ATTLIST HOSO a CDATA "boom"><!ENTITY e "boom">]>'
_BLANKS = " " * 70_000


def _check(content: bytes) -> Checked:
    return check_stream(io.BytesIO(content), Settings(_TODAY))


def _rules(content: bytes) -> set[str]:
    return {finding.rule for finding in _check(content).findings}


def _good() -> bytes:
    return written(good("outpatient", "QD3176"))


def _contents(work: Callable[[etree._Element], None]) -> bytes:
    """The good file with every NOIDUNGFILE worked over."""
    root = etree.fromstring(_good())
    for content in root.iter("NOIDUNGFILE"):
        work(content)
    return etree.tostring(root, encoding="utf-8")


def _record(*parts: bytes) -> bytes:
    return b"<GIAMDINHHS><HOSO>" + b"".join(parts) + b"</HOSO></GIAMDINHHS>"


def _part(inner: bytes, label: bytes = b"XML2") -> bytes:
    return b"<FILEHOSO><LOAIHOSO>" + label + b"</LOAIHOSO><NOIDUNGFILE>" + inner + b"</NOIDUNGFILE></FILEHOSO>"


def _why(content: bytes) -> str:
    (finding,) = (finding for finding in _check(content).findings if finding.rule == "xml-large")
    return finding.detail


@pytest.mark.parametrize(
    "prolog",
    ["", _BLANKS, "<!-- -->" * 9_000, "<?a " + _BLANKS + "?>", "<!-- " + _BLANKS + "-->", " " * 65_535, " " * 65_534],
    ids=["at once", "blanks", "comments", "instruction", "comment", "cut after <", "cut after <!"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1258"])
def test_a_document_type_is_refused_wherever_it_hides(prolog: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding != "utf-8" else ""
    bomb = f"{declared}{prolog}{_BOMB}<GIAMDINHHS>&e;</GIAMDINHHS>".encode(encoding)
    assert "xml-doctype" in _rules(bomb)
    assert "xml-doctype" in _rules(_record(_part(base64.b64encode(bomb))))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp037", "utf-7"])
def test_an_encoding_without_a_mark_hides_no_document_type(encoding: str) -> None:
    bomb = f'<?xml version="1.0"?>{_BOMB}<GIAMDINHHS>&e;</GIAMDINHHS>'.encode(encoding)
    assert {"xml-broken", "xml-doctype"} & _rules(bomb)


def test_blanks_and_comments_before_the_root_are_read() -> None:
    around = b"<!-- " + b"x" * 40_000 + b" -->" + b"\n" * 20_000
    assert spoken(_check(around + _good().partition(b"?>")[2])) == set()


@pytest.mark.parametrize(
    "name",
    ["utf-7", "idna", "punycode", "base64", "rot13", "zlib", "unicode_escape", "raw_unicode_escape", "undefined", "hz",
     "cp037", "iso2022_jp", "big5", "a" * 40],
)  # fmt: skip
def test_encodings_that_can_hide_a_tag_or_take_for_ever_are_refused(name: str) -> None:
    document = f'<?xml version="1.0" encoding="{name}"?><GIAMDINHHS/>'.encode()
    assert _rules(document) == {"encoding-unknown"}
    assert "encoding-unknown" in _rules(_record(_part(base64.b64encode(document))))


def test_an_encoding_of_windows_is_read_by_any_of_its_names() -> None:
    for name in ("windows-1258", "CP1258", "latin1", "ISO-8859-1", "us-ascii"):
        content = _good().decode().partition("?>")[2].encode("ascii", "xmlcharrefreplace")
        assert spoken(_check(f'<?xml version="1.0" encoding="{name}"?>'.encode() + content)) <= {"encoding-declared"}


def test_content_in_one_long_piece_is_read_however_it_is_marked() -> None:
    """A .NET program marks base64 as CDATA; a piece of it looks like a tag that never ends."""

    def mark(content: etree._Element) -> None:
        inner = base64.b64decode(content.text or "") + b"<!-- " + b"x" * 200_000 + b" -->"
        content.text = etree.CDATA(base64.b64encode(inner).decode())

    assert spoken(_check(_contents(mark))) == set()


@pytest.mark.parametrize(
    "tag",
    [
        b'a="' + b"x" * 20_000 + b'"',
        b'a="' + b">" * 20_000 + b'"',
        b"a='" + b'">' * 20_000 + b"'",
        b" " * 20_000,
        b" ".join(b'a%d=">"' % number for number in range(5_000)),
        b" ".join(b'xmlns:a%d="b"' % number for number in range(5_000)),
    ],
    ids=["value", "value of ends", "value of quotes", "blanks", "attributes", "namespaces"],
)
def test_a_tag_without_end_is_refused(tag: bytes) -> None:
    assert "a tag of more than 8,192 bytes" in _why(b"<GIAMDINHHS " + tag + b"/>")
    inner = b"<A>" + b"<B/>" * 30_000 + b"<CHITIEU_CHITIET_THUOC " + tag + b"/></A>"
    assert "a tag of more than 8,192 bytes" in _why(_record(_part(base64.b64encode(inner))))


def test_a_long_value_between_short_tags_is_read() -> None:
    assert "xml-large" not in _rules(_record(_part(base64.b64encode(b"<A>" + b'"x>' * 90_000 + b"</A>"))))


def test_attributes_count_as_elements_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe, "MOST_TAGS", 10_000)
    tag = b"<THONGTINHOSO " + b" ".join(b'a%d=""' % number for number in range(700)) + b"/>"
    assert "tags" in _why(b"<GIAMDINHHS>" + tag * 20 + b"</GIAMDINHHS>")


def test_the_documents_of_a_record_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe, "MOST_TAGS", 10_000)
    inner = b"<CHITIEU_CHITIET_THUOC>" + b"<A/>" * 4_000 + b"</CHITIEU_CHITIET_THUOC>"
    coded = _part(base64.b64encode(inner))
    assert "xml-large" not in _rules(_record(coded) + b"")
    assert "tags" in _why(_record(coded, coded, coded))
    assert "tags" in _why(_record(_part(inner), _part(inner), _part(inner)))
    several = b"<GIAMDINHHS>" + b"".join(b"<HOSO>" + coded + b"</HOSO>" for _ in range(5)) + b"</GIAMDINHHS>"
    assert "xml-large" not in _rules(several)


def test_a_record_has_so_many_documents_and_bytes_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_MOST_PARTS", 50)
    assert "documents" in _why(_record(_part(b"") * 51))
    monkeypatch.setattr(documents, "_MOST_MEGABYTES", 1)
    assert "1 MB" in _why(_record(*[_part(b"A" * 300_000) for _ in range(5)]))
    small = b"<HOSO>" + _part(base64.b64encode(b"<A>" + b" " * 300_000 + b"</A>")) + b"</HOSO>"
    assert "xml-large" not in _rules(b"<GIAMDINHHS>" + small * 10 + b"</GIAMDINHHS>")


def test_a_facility_is_contradicted_a_few_times_only_and_never_repeated_in_full() -> None:
    checked = _check(
        b"<GIAMDINHHS><MACSKCB>" + b"1" * 9_000 + b"</MACSKCB>" + b"<MACSKCB>2</MACSKCB>" * 99 + b"</GIAMDINHHS>"
    )
    assert sum(finding.rule == "facility-other" for finding in checked.findings) == 20
    assert len(checked.facility) == 200


def test_documents_of_one_table_are_numbered_through() -> None:
    inner = base64.b64encode(
        b"<CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC><CHI_TIET_THUOC/></DSACH_CHI_TIET_THUOC></CHITIEU_CHITIET_THUOC>"
    )
    checked = _check(_record(_part(inner), _part(inner), _part(inner)))
    assert {finding.place.row for finding in checked.findings if finding.rule == "field-required"} == {1, 2, 3}
