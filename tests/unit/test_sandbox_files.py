"""`congbhyt sandbox files`: the checker names exactly the planted errors of the folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from congbhyt.sandbox.submissions.files import BAD, EXPECTED, GOOD, every_file, write_files
from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.standards import check_files
from congbhyt.standards.findings import Severity
from congbhyt.standards.loading import standards
from congbhyt.standards.rules.every import RULES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    assert write_files(made) > len(RULES) / 2
    return made


def test_the_checker_names_exactly_the_planted_errors(folder: Path) -> None:
    expected = json.loads((folder / EXPECTED).read_text())
    found = {}
    for part in (GOOD, BAD):
        for name, checked in check_files([folder / part]):
            rules = {finding.rule for finding in checked.findings if finding.severity is not Severity.NOTE}
            found[f"{part}/{Path(name).relative_to(folder / part)}"] = sorted(rules)
    planted = {path: rules for path, rules in expected.items() if path.startswith((GOOD, BAD))}
    assert {path: rules for path, rules in found.items() if rules != planted[path]} == {}
    assert found == planted


def test_every_rule_that_can_be_broken_in_a_file_has_one() -> None:
    planted = {rule for file in every_file() for rule in file.expected}
    able = {rule.id for rule in RULES.values() if rule.severity is not Severity.NOTE and (rule.check or rule.examples)}
    assert able - planted == set()


def test_every_standard_has_good_files() -> None:
    assert {file.path.split("/")[1] for file in every_file() if file.path.startswith(GOOD)} == set(standards())


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_nobody_in_the_files_can_exist(name: str) -> None:
    draft = good(name, standards_of(name)[-1])
    values = {
        (field, item)
        for rows in draft.tables.values()
        for row in rows
        for field, text in row.items()
        for item in text.split(";")
    }
    citizens = {item for field, item in values if "CCCD" in field and len(item) == 12}
    phones = {item for field, item in values if field == "DIEN_THOAI" and item}
    cards = {item for _, item in values if re.fullmatch(r"[A-Z]{2}[1-5][0-9]{12}", item)}
    assert all(citizen.startswith("099") for citizen in citizens)
    assert all(phone.startswith("0000") for phone in phones)
    assert all("99" in card[3:7] or card[5:7] == "KT" for card in cards)
