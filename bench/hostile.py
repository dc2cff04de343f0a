"""Hostile files: what each costs the checker in seconds and memory, each in a process of its own.

    python -m bench.hostile

A finding and never a crash, never over 2 s or 200 MB of the whole process.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.settling import settle
from congbhyt.sandbox.submissions.writing import written

MEGABYTE = 1024 * 1024
SECONDS, MEGABYTES = 2.0, 200


def _entities(levels: int = 12) -> bytes:
    defined = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE a [<!ENTITY e0 "boom">{defined}]><GIAMDINHHS>&e{levels - 1};</GIAMDINHHS>'.encode()


def _inside(inner: bytes, label: str = "XML2") -> bytes:
    return (
        b"<GIAMDINHHS><THONGTINDONVI><MACSKCB>01999</MACSKCB></THONGTINDONVI><THONGTINHOSO><NGAYLAP>20260914</NGAYLAP>"
        b"<SOLUONGHOSO>1</SOLUONGHOSO><DANHSACHHOSO><HOSO><FILEHOSO><LOAIHOSO>" + label.encode() + b"</LOAIHOSO>"
        b"<NOIDUNGFILE>" + base64.b64encode(inner) + b"</NOIDUNGFILE></FILEHOSO></HOSO></DANHSACHHOSO></THONGTINHOSO>"
        b"<CHUKYDONVI/></GIAMDINHHS>"
    )


def _rows(row: bytes, count: int) -> bytes:
    return (
        b"<CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC>"
        + row * count
        + b"</DSACH_CHI_TIET_THUOC></CHITIEU_CHITIET_THUOC>"
    )


def _documents(inner: bytes, count: int) -> bytes:
    """A record of so many documents, each as it is given."""
    part = b"<FILEHOSO><LOAIHOSO>XML2</LOAIHOSO><NOIDUNGFILE>" + inner + b"</NOIDUNGFILE></FILEHOSO>"
    return b"<GIAMDINHHS><HOSO>" + part * count + b"</HOSO></GIAMDINHHS>"


def _long_stay(lines: int) -> bytes:
    """A correct claim with so many lines of drugs and services."""
    draft = good("inpatient", "QD3176")
    for table in ("XML2", "XML3"):
        base = draft.tables[table][0]
        for number in range(len(draft.tables[table]) + 1, lines + 1):
            draft.tables[table].append({**base, "STT": str(number)})
    settle(draft)
    return written(draft)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "entity expansion": _entities,
    "entity expansion inside": lambda: _inside(_entities()),
    "quadratic entities": lambda: (
        b'<!DOCTYPE a [<!ENTITY e "' + b"x" * MEGABYTE + b'">]><GIAMDINHHS>' + b"&e;" * 1000 + b"</GIAMDINHHS>"
    ),
    "external entity": lambda: b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><GIAMDINHHS>&e;</GIAMDINHHS>',
    "external DTD": lambda: b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><GIAMDINHHS/>',
    "entities in an attribute": lambda: b'<!DOCTYPE a [<!ENTITY e "b">]><GIAMDINHHS a="&e;"/>',
    "deep nesting": lambda: b"<GIAMDINHHS>" + b"<a>" * 1_000_000 + b"</a>" * 1_000_000 + b"</GIAMDINHHS>",
    "deep nesting inside": lambda: _inside(b"<a>" * 1_000_000 + b"</a>" * 1_000_000),
    "huge attribute": lambda: b'<GIAMDINHHS a="' + b"x" * 100 * MEGABYTE + b'"/>',
    "million attributes": lambda: b"<GIAMDINHHS " + b" ".join(b'a%d="1"' % n for n in range(1_000_000)) + b"/>",
    "100 MB of text": lambda: (
        _inside(b"")[:-1].replace(b"<NOIDUNGFILE>", b"<NOIDUNGFILE>" + b"A" * 99 * MEGABYTE) + b">"
    ),
    "100 MB of text in the root": lambda: b"<GIAMDINHHS>" + b"x" * 99 * MEGABYTE + b"</GIAMDINHHS>",
    "7 MB of text in a field": lambda: _inside(
        _rows(b"<CHI_TIET_THUOC><TEN_THUOC>" + b"x" * 7 * MEGABYTE + b"</TEN_THUOC></CHI_TIET_THUOC>", 1)
    ),
    "100 MB of strange elements": lambda: b"<GIAMDINHHS>" + b"<a/>" * (25 * MEGABYTE) + b"</GIAMDINHHS>",
    "100 MB of comments": lambda: b"<GIAMDINHHS>" + b"<!--xxxxxxxxxxxx-->" * (5 * MEGABYTE) + b"</GIAMDINHHS>",
    "100 MB before the root": lambda: b"<!--" + b"x" * 99 * MEGABYTE + b"--><GIAMDINHHS/>",
    "elements inside": lambda: _inside(b"<a>" + b"<b/>" * 1_500_000 + b"</a>"),
    "rows without fields": lambda: _inside(_rows(b"<CHI_TIET_THUOC/>", 199_000)),
    "one row of strange tags": lambda: _inside(
        _rows(b"<CHI_TIET_THUOC>" + b"<b/>" * 300_000 + b"</CHI_TIET_THUOC>", 1)
    ),
    "rows of strange tags": lambda: _inside(_rows(b"<CHI_TIET_THUOC>" + b"<b/>" * 200 + b"</CHI_TIET_THUOC>", 1_500)),
    "bare rows without end": lambda: _rows(b"<CHI_TIET_THUOC/>", 5_000_000)[:-40],
    "bare table, 100 MB": lambda: _rows(b"<CHI_TIET_THUOC><MA_LK>a</MA_LK></CHI_TIET_THUOC>", 2_000_000),
    "empty records": lambda: b"<GIAMDINHHS>" + b"<HOSO/>" * 5_000_000 + b"</GIAMDINHHS>",
    "check-ins without fields": lambda: (
        b"<CHI_TIEU_TRANG_THAI_KCB>" + b"<TRANG_THAI_KCB/>" * 3_000_000 + b"</CHI_TIEU_TRANG_THAI_KCB>"
    ),
    "truncated base64": lambda: _inside(b"x").replace(b"</NOIDUNGFILE>", b"A</NOIDUNGFILE>"),
    "document of another table": lambda: _inside(b"<TONG_HOP/>"),
    "lying encoding": lambda: b'<?xml version="1.0" encoding="utf-16"?><GIAMDINHHS/>',
    "lying encoding inside": lambda: _inside(b'<?xml version="1.0" encoding="utf-7"?><TONG_HOP/>'),
    "control characters": lambda: _inside(
        _rows(b"<CHI_TIET_THUOC><TEN_THUOC>\x00\x1b</TEN_THUOC></CHI_TIET_THUOC>", 1)
    ),
    "numbers without end": lambda: _inside(
        _rows(b"<CHI_TIET_THUOC><DON_GIA>" + b"9" * MEGABYTE + b"</DON_GIA></CHI_TIET_THUOC>", 3)
    ),
    "exponents": lambda: _inside(_rows(b"<CHI_TIET_THUOC><DON_GIA>1e999999999</DON_GIA></CHI_TIET_THUOC>", 3)),
    "semicolons": lambda: _inside(
        b"<TONG_HOP><MA_THE_BHYT>" + b";" * 2 * MEGABYTE + b"</MA_THE_BHYT></TONG_HOP>", "XML1"
    ),
    "DOCTYPE after blanks": lambda: (
        b" " * 70_000 + b'<!DOCTYPE a [<!ATTLIST b c CDATA "' + b"x" * 60_000 + b'">]><a>' + b"<b/>" * 290_000 + b"</a>"
    ),
    "punycode inside": lambda: _inside(b'<?xml version="1.0" encoding="punycode"?><a>-' + b"zz9" * MEGABYTE),
    "idna": lambda: b'<?xml version="1.0" encoding="idna"?><GIAMDINHHS>' + b"xn--a." * 10 * MEGABYTE,
    "tags of many attributes": lambda: (
        b"<GIAMDINHHS>" + (b"<A " + b" ".join(b'a%d=""' % n for n in range(900)) + b"/>") * 12_000 + b"</GIAMDINHHS>"
    ),
    "a long namespace": lambda: _inside(b'<A xmlns="' + b"x" * 8_000 + b'">' + b"<B/>" * 290_000 + b"</A>"),
    "a million attributes with >": lambda: (
        b"<GIAMDINHHS " + b" ".join(b'a%d=">"' % n for n in range(1_000_000)) + b"/>"
    ),
    "< without end inside": lambda: _inside(b"<a>" + (b"<" * 65_000 + b">") * 9 + b"</a>"),
    "empty documents": lambda: _documents(b"", 1_500_000),
    "small documents": lambda: _documents(base64.b64encode(_rows(b"<CHI_TIET_THUOC/>", 1)), 400_000),
    "large documents": lambda: _documents(base64.b64encode(_rows(b"<CHI_TIET_THUOC/>", 190_000)), 20),
    "large documents in plain XML": lambda: _documents(_rows(b"<CHI_TIET_THUOC/>", 190_000), 20),
    "base64 in lines of 4": lambda: _documents(b"\n".join(b"QUJD" for _ in range(1_900_000)), 10),
    "records of 7 MB in a field": lambda: b"".join(
        [
            b"<GIAMDINHHS>",
            *[
                b"<HOSO><FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>"
                + base64.b64encode(b"<TONG_HOP><MA_LK>%d" % n + b"1" * 7 * MEGABYTE + b"</MA_LK></TONG_HOP>")
                + b"</NOIDUNGFILE></FILEHOSO></HOSO>"
                for n in range(10)
            ],
            b"</GIAMDINHHS>",
        ]
    ),
    "facilities without end": lambda: (
        b"<GIAMDINHHS>" + b"<MACSKCB>1</MACSKCB><MACSKCB>2</MACSKCB>" * 1_000_000 + b"</GIAMDINHHS>"
    ),
    "a correct stay of 2,000 lines": lambda: _long_stay(2_000),
}


def _one(path: str) -> None:
    """Check one hostile file in this process and print what it cost."""
    from congbhyt.standards.checking import Settings, check_stream

    settings = Settings(date(2026, 11, 23))
    check_stream(io.BytesIO(written(good("outpatient", "QD3176"))), settings)
    began = time.process_time()
    with Path(path).open("rb") as file:
        checked = check_stream(file, settings)
    seconds = time.process_time() - began
    # Not getrusage: its maximum begins with what the parent had when it started this process.
    peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    print(
        json.dumps({"seconds": seconds, "peak": peak, "rules": sorted({finding.rule for finding in checked.findings})})
    )


def main() -> int:
    """Print a line for each hostile file; 1 if one crossed a limit."""
    crossed = 0
    for name, make in HOSTILE.items():
        with tempfile.NamedTemporaryFile() as file:
            file.write(make())
            file.flush()
            asked = [sys.executable, "-m", "bench.hostile", file.name]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:<32} CRASHED {done.stderr.strip().splitlines()[-1:]}")
            crossed = 1
            continue
        cost = json.loads(done.stdout)
        over = cost["seconds"] > SECONDS or cost["peak"] > MEGABYTES
        crossed |= over
        print(
            f"{name:<32}{cost['seconds']:7.2f} s {cost['peak']:7.0f} MB {'OVER ' if over else ''}"
            f"{', '.join(cost['rules'][:4])}"
        )
    return int(crossed)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _one(sys.argv[1])
    else:
        sys.exit(main())
