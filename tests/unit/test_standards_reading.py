"""What hospitals' programs write is read: encodings, base64 variants, bare and wrapped documents, odd tags."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import date

import pytest
from lxml import etree

from congbhyt.sandbox.submissions.broken_files import broken_files
from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.writing import document, written
from congbhyt.standards.checking import MOST_IN_A_FILE, MOST_IN_A_RECORD, Checked, Settings, check_stream
from congbhyt.standards.findings import Severity
from congbhyt.standards.reading import safe
from congbhyt.standards.reading.documents import Document
from congbhyt.standards.records import Problem
from congbhyt.standards.rules import rule as rules
from congbhyt.standards.rules.every import RULES
from tests.standards import spoken

_TODAY = date(2026, 9, 24)
_WITHOUT_A_SMALL_FILE = {"findings-many", "rule-failed", "signature-missing"}
_OF_FILES = ("file-", "zip-", "json-", "facility-")
"""What the command finds before anything is read, and the driver's JSON; their own tests break these."""


def _check(content: bytes, standard: str = "") -> Checked:
    return check_stream(io.BytesIO(content), Settings(_TODAY, standard))


def _good() -> bytes:
    return written(good("outpatient", "QD3176"))


def _contents(work: Callable[[str], str]) -> bytes:
    """The good file with the text of every NOIDUNGFILE worked over."""
    root = etree.fromstring(_good())
    for content in root.iter("NOIDUNGFILE"):
        content.text = work(content.text or "")
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _documents(work: Callable[[bytes], bytes]) -> bytes:
    return _contents(lambda text: base64.b64encode(work(base64.b64decode(text))).decode())


def _wrapped_lines(text: str) -> str:
    return "\r\n" + "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76)) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: b"\xef\xbb\xbf" + _good(), id="mark outside"),
        pytest.param(lambda: _documents(lambda inner: b"\xef\xbb\xbf" + inner), id="mark inside"),
        pytest.param(lambda: _contents(_wrapped_lines), id="base64 in lines"),
        pytest.param(lambda: _contents(lambda text: text.replace("+", " ")), id="plus turned into a blank"),
        pytest.param(
            lambda: _contents(lambda text: text.replace("+", "-").replace("/", "_")), id="base64 for addresses"
        ),
        pytest.param(
            lambda: _documents(lambda inner: inner.replace("Ho, sốt 3 ngày".encode(), "<![CDATA[Ho & sốt]]>".encode())),
            id="CDATA",
        ),
        pytest.param(lambda: _documents(lambda inner: inner.partition(b"?>")[2].strip()), id="no declaration inside"),
        pytest.param(
            lambda: _good().replace(b"<?xml version='1.0' encoding='utf-8'?>", b""), id="no declaration outside"
        ),
        pytest.param(
            lambda: _good().replace(
                b"<GIAMDINHHS>", b'<GIAMDINHHS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            ),
            id="unused namespaces",
        ),
        pytest.param(
            lambda: _documents(lambda inner: inner.replace(b"<TONG_HOP>", b'<TONG_HOP xmlns="urn:bhyt">')),
            id="default namespace",
        ),
        pytest.param(
            lambda: _good().replace(
                b"</HOSO>", b"<FILEHOSO><LOAIHOSO>XML5</LOAIHOSO><NOIDUNGFILE></NOIDUNGFILE></FILEHOSO></HOSO>"
            ),
            id="empty document",
        ),
        pytest.param(lambda: _good().replace(b"<LOAIHOSO>XML2<", b"<LOAIHOSO> xml2 <"), id="kind in small letters"),
    ],
)
def test_ways_of_writing_a_good_file_are_all_good(content: Callable[[], bytes]) -> None:
    checked = _check(content())
    assert (checked.records, checked.standards, spoken(checked)) == (1, ["QD3176"], set())


def test_utf_16_is_read_and_told() -> None:
    content = _good().decode().replace("utf-8", "utf-16").encode("utf-16")
    assert spoken(_check(content)) == {"encoding-declared"}


def test_a_windows_encoding_is_read_and_told() -> None:
    text = etree.fromstring(_good())
    content = etree.tostring(text, encoding="windows-1252", xml_declaration=True)
    assert spoken(_check(content)) == {"encoding-declared"}


@pytest.mark.parametrize("label", ["XML2", "XML3", "XML4"])
def test_a_bare_document_is_checked_as_its_table(label: str) -> None:
    draft = good("outpatient", "QD3176")
    checked = _check(document(draft.standard.tables[label], draft.tables[label]))
    assert (checked.kind, checked.records, spoken(checked)) == ("table", 1, set())


def test_a_document_may_begin_with_its_list() -> None:
    def bare(inner: bytes) -> bytes:
        root = etree.fromstring(inner)
        return etree.tostring(root[0] if root.tag == "CHITIEU_CHITIET_THUOC" else root, encoding="utf-8")

    assert spoken(_check(_documents(bare))) == set()


def test_many_records_in_one_file_are_each_checked() -> None:
    drafts = [good("outpatient", "QD4750") for _ in range(3)]
    for number, draft in enumerate(drafts):
        for rows in draft.tables.values():
            for row in rows:
                row["MA_LK"] = f"LK{number}"
    drafts[1].tables["XML1"][0]["GIOI_TINH"] = "8"
    checked = _check(written(*drafts))
    wrong = [finding for finding in checked.findings if finding.severity is Severity.ERROR]
    assert checked.records == 3
    assert [(finding.rule, finding.place.record, finding.place.visit) for finding in wrong] == [
        ("field-code", 2, "LK1")
    ]


@pytest.mark.parametrize(
    ("rules_spoken", "content"), [pytest.param(also, file, id=name) for name, also, file in broken_files()]
)
def test_a_broken_file_breaks_exactly_the_rule_it_is_named_after(rules_spoken: frozenset[str], content: bytes) -> None:
    assert spoken(_check(content)) == rules_spoken


def test_every_rule_of_reading_has_a_broken_file() -> None:
    named = {name for name, _, _ in broken_files()}
    reading = {rule.id for rule in RULES.values() if rule.check is None and rule.topic == "reading"}
    assert {id for id in reading - named if not id.startswith(_OF_FILES)} == _WITHOUT_A_SMALL_FILE


def test_a_file_without_a_signature_is_only_noted() -> None:
    assert [(finding.rule, finding.severity) for finding in _check(_good()).findings] == [
        ("signature-missing", Severity.NOTE)
    ]
    signed = _good().replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI><Signature><A>b</A></Signature></CHUKYDONVI>")
    assert _check(signed).findings == []


def test_an_option_decides_the_standard() -> None:
    assert _check(_good(), "QD4750").standards == ["QD4750"]


def test_so_many_findings_end_the_judging_of_a_record() -> None:
    draft = good("outpatient", "QD3176")
    draft.tables["XML2"] *= MOST_IN_A_RECORD
    for row in draft.tables["XML2"]:
        row["PHAM_VI"] = "9"
    findings = _check(written(draft)).findings
    assert len(findings) <= MOST_IN_A_RECORD + 5
    assert "findings-many" in {finding.rule for finding in findings}


def test_so_many_findings_end_the_reading_of_a_file() -> None:
    drafts = [good("outpatient", "QD4750") for _ in range(40)]
    for draft in drafts:
        draft.tables["XML2"] = [{**row, "PHAM_VI": "9"} for row in draft.tables["XML2"] * 300]
    checked = _check(written(*drafts))
    assert len(checked.findings) <= MOST_IN_A_FILE + MOST_IN_A_RECORD + 5
    assert checked.records < 40


def test_a_rule_that_fails_costs_no_other_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    from congbhyt.standards import checking

    def failing(record: object) -> list[Problem]:
        raise ZeroDivisionError(record)

    broken = rules.Rule(
        id="sick", severity=Severity.ERROR, standards=("QD3176",), basis="", sentence="", detail="", check=failing
    )  # fmt: skip
    monkeypatch.setattr(checking, "rules_for", lambda *_: (broken,))
    findings = _check(_good().replace(b"<NGAYLAP>2026", b"<NGAYLAP>")).findings
    assert [finding.rule for finding in findings] == ["envelope-day", "signature-missing", "rule-failed"]
    assert "sick" in findings[-1].sentence


def test_memory_is_freed_between_records() -> None:
    file = Document(io.BytesIO(written(*[good("outpatient", "QD4750") for _ in range(4)])))
    held = [
        len(list(raw.parts[0].root.getroottree().getroot().iter("HOSO")))
        for raw in file
        if raw.parts[0].root is not None
    ]
    assert max(held) <= 1


@pytest.mark.parametrize("text", ["", "A", "AAA", "!!!!", "QUJD=QUJD", "QUJ"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    if text:
        with pytest.raises(safe.UnreadableError):
            safe.decoded(text)
    else:
        assert safe.decoded(text) == b""
