"""Several processes: the same results in the same order, and a death among them costs one file."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest

from congbhyt.standards import Checked, Settings, check_files, parallel, processes
from congbhyt.standards.checking import check_stream
from congbhyt.standards.files import Source, named
from congbhyt.standards.parallel import check_sources

SETTINGS = Settings(date(2026, 3, 2))


@pytest.fixture(autouse=True)
def always_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes also for a few small files."""
    monkeypatch.setattr(parallel, "_WORTH_IT", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty files, each of which says its number."""
    for number in range(40):
        (tmp_path / f"{number:02}.xml").write_bytes(f"<N{number:02}/>".encode())
    return tmp_path


def _said(results: Iterator[tuple[Source, Checked]]) -> list[str]:
    return [" ".join([source.path.stem, *(finding.value or finding.rule for finding in checked.findings)])
            for source, checked in results]  # fmt: skip


def _children() -> int:
    return len(multiprocessing.active_children())


def _does(monkeypatch: pytest.MonkeyPatch, content: bytes, act: object) -> None:
    """Let the check of a file with this content do something else."""

    def replaced(stream: BinaryIO, settings: Settings) -> Checked:
        if stream.read() == content:
            act()  # type: ignore[operator]
        stream.seek(0)
        return check_stream(stream, settings)

    monkeypatch.setattr(parallel, "check_stream", replaced)


@pytest.mark.parametrize("jobs", [2, 3, 100])
def test_results_are_the_same_and_in_the_same_order_whatever_the_number_of_processes(folder: Path, jobs: int) -> None:
    alone = list(check_sources(named([folder]), SETTINGS))
    assert [source.path.stem for source, _ in alone] == [f"{number:02}" for number in range(40)]
    assert list(check_sources(named([folder]), SETTINGS, jobs)) == alone
    assert _children() == 0


def test_a_slow_file_holds_back_the_results_after_it_and_few_wait(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _does(monkeypatch, b"<N00/>", lambda: time.sleep(0.5))
    asked = 0

    def counted() -> Iterator[Source]:
        nonlocal asked
        for asked, source in enumerate(named([folder]), 1):  # noqa: B007  # the count is what is wanted
            yield source

    results = check_sources(counted(), SETTINGS, 2)
    first, _ = next(results)
    assert first.path.stem == "00"
    assert asked <= 2 * 8 + 2
    assert len(list(results)) == 39


def test_a_file_that_kills_its_process_is_a_finding_and_the_others_are_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _does(monkeypatch, b"<N07/>", lambda: os.kill(os.getpid(), signal.SIGKILL))
    results = list(check_sources(named([folder]), SETTINGS, 2))
    assert len(results) == 40
    crashed = [(source.path.stem, checked) for source, checked in results if checked.findings[0].rule == "file-crashed"]
    ((stem, checked),) = crashed
    assert stem == "07"
    assert "-9" in checked.findings[0].detail


def test_every_file_may_kill_its_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> Checked:
        os._exit(3)

    monkeypatch.setattr(parallel, "check_stream", die)
    results = list(check_sources(named([folder]), SETTINGS, 2))
    assert {checked.findings[0].rule for _, checked in results} == {"file-crashed"}
    assert len(results) == 40


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_ours_is_a_finding_for_that_file(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    def fail() -> None:
        raise RecursionError("too deep")

    _does(monkeypatch, b"<N07/>", fail)
    results = list(check_sources(named([folder]), SETTINGS, jobs))
    crashed = [(source.path.stem, checked) for source, checked in results if checked.findings[0].rule == "file-crashed"]
    ((stem, checked),) = crashed
    assert stem == "07"
    assert "RecursionError: too deep" in checked.findings[0].detail


def test_a_process_that_dies_while_it_has_nothing_to_do_is_replaced(folder: Path) -> None:
    def killing() -> Iterator[Source]:
        for number, source in enumerate(named([folder])):
            if number == 30:
                time.sleep(0.3)  # until both are idle
                for child in multiprocessing.active_children():
                    child.kill()
                    child.join()
            yield source

    said = _said(check_sources(killing(), SETTINGS, 2))
    assert len(said) == 40
    assert sum("file-crashed" in each for each in said) <= 2


def test_leaving_early_ends_all_processes_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _does(monkeypatch, b"<N01/>", lambda: time.sleep(60))
    results = check_sources(named([folder]), SETTINGS, 2)
    next(results)
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 5
    assert _children() == 0


def test_one_file_needs_no_other_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Pool", None)
    assert len(list(check_sources(named([folder / "00.xml"]), SETTINGS, 8))) == 1
    assert len(list(check_sources(named([folder]), SETTINGS, 1))) == 40


def test_a_few_small_files_are_not_worth_a_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_WORTH_IT", 10_000)
    monkeypatch.setattr(processes, "Pool", None)
    assert len(list(check_sources(named([folder / "00.xml", folder / "01.xml"]), SETTINGS, 8))) == 2


def test_whoever_watches_hears_of_every_byte(folder: Path) -> None:
    for jobs in (1, 2):
        heard: list[int] = []
        list(check_sources(named([folder]), SETTINGS, jobs, heard.append))
        assert sum(heard) == 40 * len(b"<N00/>")


def test_members_of_an_archive_are_checked_side_by_side(folder: Path) -> None:
    import zipfile

    archive = folder / "all.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in sorted(folder.glob("*.xml")):
            made.write(path, path.name)
    loose = [checked for name, checked in check_files([folder]) if "!" not in name]
    assert [checked for _, checked in check_files([archive], jobs=2)] == loose


def test_processes_can_be_started_anew_instead_of_forked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows and macOS."""
    monkeypatch.setattr(processes, "_FORKS", False)
    assert list(check_sources(named([folder]), SETTINGS, 2)) == list(check_sources(named([folder]), SETTINGS))


def test_processors_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parallel.processors() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 500)
    assert parallel.processors() == 60
