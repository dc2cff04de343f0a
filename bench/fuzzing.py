"""The checker under a coverage-guided fuzzer; atheris is not among the project's packages.

    pip install atheris && python -m bench.fuzzing [-max_total_time=300] [-atheris_runs=100000]

Each input becomes a file in one of three ways: bytes as they are, bytes as the document inside NOIDUNGFILE, or a good
submission of which some fields are replaced. Whatever comes out must be findings; an exception or a rule that
failed ends the run with the input that did it.
"""

from __future__ import annotations

import base64
import io
import sys
from datetime import date
from typing import Any

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

with atheris.instrument_imports(include=["congbhyt.standards"]):
    from congbhyt.standards.checking import Settings, check_stream

from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.sandbox.submissions.writing import written

_TODAY = date(2026, 11, 23)
_LABELS = [f"XML{number}" for number in range(16)] + ["CT03", "CT07", "GIAYBAOTU"]
_NAMES = sorted(SCENARIOS)
_AROUND = (
    "<GIAMDINHHS><THONGTINDONVI><MACSKCB>01999</MACSKCB></THONGTINDONVI><THONGTINHOSO><NGAYLAP>20260914</NGAYLAP>"
    "<SOLUONGHOSO>1</SOLUONGHOSO><DANHSACHHOSO><HOSO><FILEHOSO><LOAIHOSO>{}</LOAIHOSO><NOIDUNGFILE>{}</NOIDUNGFILE>"
    "</FILEHOSO></HOSO></DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>"
)


def _file(data: Any) -> bytes:  # Any: atheris' provider has no types
    way = data.ConsumeIntInRange(0, 2)
    if way == 0:
        return bytes(data.ConsumeBytes(1 << 16))
    if way == 1:
        label = _LABELS[data.ConsumeIntInRange(0, len(_LABELS) - 1)]
        return _AROUND.format(label, base64.b64encode(data.ConsumeBytes(1 << 16)).decode()).encode()
    name = _NAMES[data.ConsumeIntInRange(0, len(_NAMES) - 1)]
    draft = good(name, standards_of(name)[-1])
    for _ in range(data.ConsumeIntInRange(1, 6)):
        _replace(data, draft)
    return written(draft)


def _replace(data: Any, draft: Draft) -> None:
    tables = sorted(draft.tables)
    rows = draft.tables[tables[data.ConsumeIntInRange(0, len(tables) - 1)]]
    row = rows[data.ConsumeIntInRange(0, len(rows) - 1)]
    tags = sorted(row)
    text = data.ConsumeUnicodeNoSurrogates(60)
    row[tags[data.ConsumeIntInRange(0, len(tags) - 1)]] = "".join(
        c for c in text if c >= " " and c not in "\ufffe\uffff"
    )


def one_input(content: bytes) -> None:
    """Check the file that an input becomes.

    Raises:
        AssertionError: a rule failed.
    """
    checked = check_stream(io.BytesIO(_file(atheris.FuzzedDataProvider(content))), Settings(_TODAY))
    if failed := [finding.detail for finding in checked.findings if finding.rule == "rule-failed"]:
        raise AssertionError(failed)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
