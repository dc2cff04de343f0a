"""Structure-aware fuzzing: good files cut, doubled, swapped and filled with odd texts give findings, nothing else.

Beside the suite the same mutations run under a coverage-guided fuzzer: `python -m bench.fuzzing`.
"""

from __future__ import annotations

import base64
import io
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.checking import Checked, Settings, check_stream
from congbhyt.standards.loading import code_lists

_TODAY = date(2026, 11, 23)
_CODES = sorted({code for codes in code_lists().values() for edition in codes.editions for code in edition.codes})
_TRICKY = (
    "", " ", "0", "-1", "1e9", "NaN", "9" * 400, "0.0000000001", "-0.00", "١٢", "²", "202602300800", "00000000",
    "99991231", "20240229", "2024022924", ";;;", "A;B;", "K1", "XX000", "\u00a0", "\u0301", "Nguyễn", "{0}", "{field}",
    "%s", "]]>",
)  # fmt: skip
_ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
    st.sampled_from(_TRICKY),
    st.sampled_from(_CODES),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)


def _check(content: bytes) -> Checked:
    checked = check_stream(io.BytesIO(content), Settings(_TODAY))
    assert "rule-failed" not in {finding.rule for finding in checked.findings}, checked.findings
    return checked


@st.composite
def _changed_rows(draw: st.DrawFn) -> bytes:
    """A good submission with fields, rows and tables changed at random; still a file that a program could write."""
    name = draw(st.sampled_from(sorted(SCENARIOS)))
    draft = good(name, draw(st.sampled_from(standards_of(name))))
    for _ in range(draw(st.integers(1, 8))):
        table = draw(st.sampled_from(sorted(draft.tables)))
        rows = draft.tables[table]
        row = draw(st.sampled_from(rows))
        kind = draw(st.sampled_from(["put", "put", "put", "take", "double", "drop", "empty"]))
        if kind == "put" and row:
            row[draw(st.sampled_from(sorted(row)))] = "".join(
                c for c in draw(_ODD) if c >= " " and c not in "\ufffe\uffff"
            )
        elif kind == "take" and row:
            del row[draw(st.sampled_from(sorted(row)))]
        elif kind == "double":
            rows.append(dict(row))
        elif kind == "drop" and len(rows) > 1:
            rows.remove(row)
        elif kind == "empty" and len(draft.tables) > 1:
            del draft.tables[table]
    return written(draft)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(_changed_rows())
def test_changed_submissions_give_findings_and_nothing_else(content: bytes) -> None:
    _check(content)


@st.composite
def _changed_trees(draw: st.DrawFn) -> bytes:
    """A good file whose elements, outside and inside NOIDUNGFILE, are moved, renamed, doubled and filled."""
    root = etree.fromstring(written(good(draw(st.sampled_from(["outpatient", "inpatient"])), "QD3176")))
    contents = list(root.iter("NOIDUNGFILE"))
    inner = draw(st.sampled_from(contents))
    inner_root = etree.fromstring(base64.b64decode(inner.text or ""))
    for tree in (root, inner_root):
        elements = list(tree.iter())
        for _ in range(draw(st.integers(0, 4))):
            one, other = draw(st.sampled_from(elements)), draw(st.sampled_from(elements))
            kind = draw(st.sampled_from(["rename", "fill", "move", "copy"]))
            if kind == "rename":
                one.tag = str(other.tag)
            elif kind == "fill":
                one.text = "".join(c for c in draw(_ODD) if c >= " " and c not in "\ufffe\uffff")
            elif kind == "copy":
                other.append(etree.fromstring(etree.tostring(one)))
            elif one is not tree and one not in other.iterancestors() and one is not other:
                other.append(one)
    inner.text = base64.b64encode(etree.tostring(inner_root)).decode()
    return etree.tostring(root)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(_changed_trees())
def test_changed_trees_give_findings_and_nothing_else(content: bytes) -> None:
    _check(content)


@st.composite
def _changed_bytes(draw: st.DrawFn) -> bytes:
    name = draw(st.sampled_from(sorted(SCENARIOS)))
    content = bytearray(written(good(name, standards_of(name)[-1])))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=8))
    return bytes(content)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(_changed_bytes())
def test_changed_bytes_give_findings_and_nothing_else(content: bytes) -> None:
    _check(content)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_findings_and_nothing_else(content: bytes) -> None:
    assert _check(content).findings
