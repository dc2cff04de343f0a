"""The checker as a library."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import congbhyt.standards
from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards import Catalogues, Checked, Finding, Place, Settings, Severity, check, check_files
from congbhyt.standards.loading import standards

GOOD = written(good("outpatient", "QD3176"))


def _severities(checked: Checked) -> set[Severity]:
    return {finding.severity for finding in checked.findings}


def test_a_good_file_has_no_error_however_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(GOOD)
    with path.open("rb") as file:
        file.read(10)
        results = [check(path), check(str(path)), check(GOOD), check(file)]
        assert not file.closed
    assert all(result == results[0] for result in results)
    assert results[0].records == 1
    assert results[0].standards == ["QD3176"]
    assert _severities(results[0]) <= {Severity.NOTE}


def test_a_finding_says_what_where_and_how_bad() -> None:
    (finding,) = [finding for finding in check(b"<NOTHING/>").findings if finding.rule == "root-unknown"]
    assert isinstance(finding, Finding)
    assert finding.severity is Severity.ERROR
    assert finding.place == Place()
    assert "NOTHING" in finding.sentence


def test_a_standard_can_be_chosen_and_must_exist() -> None:
    for name in standards():
        check(GOOD, standard=name)
    with pytest.raises(ValueError, match="QD3176"):
        check(GOOD, standard="QD9999")
    with pytest.raises(ValueError, match="QD3176"):
        check_files([], standard="QD9999")


def test_the_day_of_checking_can_be_chosen() -> None:
    assert check(GOOD, on=date(2020, 1, 1)).findings != check(GOOD).findings, "a visit in the future"


def test_a_path_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "a.xml")


def test_files_are_given_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(GOOD)
    assert list(check_files([tmp_path], catalogues=Catalogues())) == [(f"{tmp_path}/a.xml", check(GOOD))]


def test_settings_are_exported_for_those_who_check_many_files() -> None:
    assert Settings(date(2026, 1, 1)).standard == ""


def test_names_that_nobody_exports_are_refused() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        getattr(congbhyt.standards, "nothing_like_it")  # noqa: B009  # a type checker knows that it is not there


def test_importing_it_loads_neither_the_checker_nor_a_framework() -> None:
    program = (
        "import sys; from congbhyt.standards import check, check_files;"
        "assert not {'lxml', 'django', 'rich', 'typer'} & set(sys.modules);"
        "check(b'<a/>');"
        "unneeded = {'django', 'rich', 'typer', 'congbhyt.standards.processes'};"
        "assert 'lxml' in sys.modules and not unneeded & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
