"""The checker against bare lxml: parsing and checking a realistic record of about 100 KB, all rules on.

    python -m bench.checking [RECORDS]

Prints the time of parsing the same bytes with lxml and decoding their base64, of the whole check, and their ratio
(at least 0.15), interleaved in one process; then how long the command takes for RECORDS (1,000) such records in a
folder over all cores. The records are different ones, so that nothing is remembered from the last but what a month
of one hospital repeats.
"""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from lxml import etree

from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.settling import settle
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.checking import Settings, check_stream
from congbhyt.standards.findings import Severity

RECORDS, ROUNDS, IN_A_ROUND = 1_000, 15, 12
LEAST = 0.15
_TESTS, _DRUGS = 21, 14
_TODAY = date(2026, 11, 23)


def record(number: int) -> bytes:
    """A stay of five days with tests, their results and drugs: about 100 KB, without an error or a warning."""
    draft = good("inpatient", "QD3176")
    for place in range(_TESTS):
        _add_test(draft, number, place)
    for place in range(_DRUGS):
        drug = draft.tables["XML2"][place % 4]
        copied = {
            **drug,
            "MA_THUOC": f"40.{200 + place + number % 50}",
            "DON_GIA": f"{900 + (number * 37 + place * 91) % 9000}.000",
        }
        draft.tables["XML2"].append({**copied, "STT": str(len(draft.tables["XML2"]) + 1)})
    for rows in draft.tables.values():
        for row in rows:
            row["MA_LK"] = f"01999.{number:08d}"
    settle(draft)
    return written(draft)


def _add_test(draft: Draft, number: int, place: int) -> None:
    """A blood test of its own code on one of the mornings, with its result in XML4."""
    test = next(row for row in draft.tables["XML3"] if row["MA_NHOM"] == "1")
    day = f"{draft.day - timedelta(1 + place % 3):%Y%m%d}"
    code = f"22.{place + 200:04d}.1{number % 400:03d}"
    minute = place // 3 * 7
    moments = {
        "NGAY_YL": f"{day}08{minute:02d}",
        "NGAY_TH_YL": f"{day}09{minute:02d}",
        "NGAY_KQ": f"{day}10{minute:02d}",
    }
    named = {
        "MA_DICH_VU": code,
        "TEN_DICH_VU": f"Xét nghiệm máu số {place} (mẫu)",
        "DON_GIA_BV": f"{40_000 + place * 100}.000",
    }
    named["DON_GIA_BH"] = named["DON_GIA_BV"]
    draft.tables["XML3"].append({**test, **moments, **named, "STT": str(len(draft.tables["XML3"]) + 1)})
    result = draft.tables["XML4"][0]
    told = {
        "MA_DICH_VU": code,
        "MA_CHI_SO": f"CS{place}",
        "GIA_TRI": f"{(number * place) % 100}.1",
        "NGAY_KQ": moments["NGAY_KQ"],
    }
    draft.tables["XML4"].append({**result, **told, "STT": str(len(draft.tables["XML4"]) + 1)})


def bare(content: bytes) -> None:
    """What no reader can do without: parse the file, decode each document, parse it."""
    for document in etree.fromstring(content).iter("NOIDUNGFILE"):
        etree.fromstring(base64.b64decode(document.text or ""))


def checked(content: bytes) -> None:
    """The whole check."""
    check_stream(io.BytesIO(content), Settings(_TODAY))


def ratio() -> float:
    """Print both times for one record and return bare / checked, the median of the rounds."""
    files = [record(number) for number in range(ROUNDS * IN_A_ROUND)]
    found = check_stream(io.BytesIO(files[0]), Settings(_TODAY)).findings
    if loud := [finding for finding in found if finding.severity is not Severity.NOTE]:
        raise SystemExit(f"the record is not a good one: {loud[:3]}")
    for content in files[:IN_A_ROUND]:
        bare(content)
        checked(content)
    rounds = []
    for place in range(1, ROUNDS):
        some = files[place * IN_A_ROUND : (place + 1) * IN_A_ROUND]
        rounds.append((_timed(bare, some), _timed(checked, some)))
    alone, whole = (median(times) / IN_A_ROUND * 1000 for times in zip(*rounds, strict=True))
    reached = median(one / other for one, other in rounds)
    print(f"a record of {len(files[0]) / 1000:.0f} kB: bare {alone:.2f} ms, checked {whole:.2f} ms")
    print(f"ratio {reached:.2f} (≥ {LEAST})")
    return reached


def _timed(work: Callable[[bytes], None], files: list[bytes]) -> float:
    began = time.perf_counter()
    for content in files:
        work(content)
    return time.perf_counter() - began


def folder(count: int) -> None:
    """Print how long the command takes for a folder of so many records, with one process and with all."""
    with tempfile.TemporaryDirectory() as name:
        for number in range(count):
            Path(name, f"{number:05d}.xml").write_bytes(record(number))
        for jobs in dict.fromkeys(("1", str(os.cpu_count()))):
            began = time.perf_counter()
            asked = [str(Path(sys.executable).with_name("congbhyt")), "check", name, "--jobs", jobs]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - began
            speed = f"{seconds:.1f} s, {count / seconds:,.0f} a second"
            print(f"{count:,} records, {jobs} processes: {speed}, exit {done.returncode}")


if __name__ == "__main__":
    reached = ratio()
    folder(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
    sys.exit(reached < LEAST)
