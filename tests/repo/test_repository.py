"""What the repository promises about itself."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.commands import reference
from congbhyt.gateway.functions import FUNCTIONS
from congbhyt.policy.catalogue import parameters, retirements
from congbhyt.policy.rules import InForce

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_only_token_take_opens_without_a_session() -> None:
    assert [function.path for function in FUNCTIONS.values() if function.open_without_session] == ["/api/token/take"]


def test_every_function_names_a_right_that_api_accounts_can_hold() -> None:
    from congbhyt.accounts.authz import API_ACCOUNT_RIGHTS

    assert {function.right for function in FUNCTIONS.values() if function.right} <= API_ACCOUNT_RIGHTS


def test_every_right_has_its_row() -> None:
    assert set(RIGHTS) == set(Right)


def test_generated_pages_are_what_stands_in_docs() -> None:
    held = {name: (ROOT / "docs" / "reference" / name).read_text("utf-8") for name in reference.pages()}
    assert held == reference.pages()


def test_the_retirement_table_equals_the_reference_page() -> None:
    page = (ROOT / "docs" / "reference" / "functions.md").read_text("utf-8")
    stopped = re.findall(r"`POST /api/egw/(\w+)`[^\n]*stopped (\d\d:\d\d \d\d/\d\d/\d{4}), use (\w+)", page)
    assert set(stopped) == {(row.function, f"{row.at:%H:%M %d/%m/%Y}", row.successor) for row in retirements()}


def test_every_retired_function_and_its_successor_are_served() -> None:
    names = {function.name for function in FUNCTIONS.values()}
    assert {row.function for row in retirements()} | {row.successor for row in retirements()} <= names


def test_every_policy_parameter_is_read_somewhere() -> None:
    source = Path(ROOT / "src/congbhyt/policy/rules.py").read_text("utf-8")
    assert [name for name in parameters() if f'"{name}"' not in source] == []
    assert InForce is not None


def test_every_setting_in_the_environment_is_declared() -> None:
    from congbhyt.config.environment import SETTINGS

    read = {
        name
        for source in SOURCES
        for name in re.findall(r"environ(?:\.get)?[\[(]\"((?:CONGBHYT|DATABASE)_\w+)\"", source.read_text("utf-8"))
    }
    assert read <= set(SETTINGS)


@pytest.mark.parametrize("part", ["server", "dev"])
def test_every_requirement_has_a_hash_and_names_no_host(part: str) -> None:
    lock = (ROOT / "requirements" / f"{part}.txt").read_text()
    pinned = re.findall(r"^[a-z0-9][\w.\-\[\]]*==\S+", lock, re.MULTILINE)
    assert pinned
    assert lock.count("==") >= len(pinned)
    assert len(re.findall(r"^[a-z0-9][^\n]*\\\n\s+--hash=sha256:", lock, re.MULTILINE)) == len(pinned)
    assert "://" not in lock


def test_every_dependency_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    named = tomllib.loads(project)["project"]
    for dependency in [*named["dependencies"], *named["optional-dependencies"]["server"]]:
        assert re.search(rf'"{re.escape(dependency)}",\s+# \S', project), f"{dependency} has no reason beside it"


def test_no_file_names_a_registry_or_a_machine() -> None:
    hosts = re.compile(
        "|".join(["py" + "pi[.]", "pythonhos" + "ted", "registry[.]n" + "pm", "debian" + "[.]org", "jsdel" + "ivr"])
    )
    named = []
    for path in _tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        named += [f"{path.relative_to(ROOT)}: {found[0]}" for found in [hosts.search(text)] if found]
    assert named == []


def test_nothing_postpones_work_in_the_source() -> None:
    markers = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error"]))
    assert [str(path) for path in SOURCES if markers.search(path.read_text("utf-8"))] == []


def test_every_public_function_and_class_says_what_it_is_for() -> None:
    silent = []
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{path.name}: {node.name}")
    assert silent == []


def test_files_have_one_subject_and_stay_short() -> None:
    assert [str(path) for path in SOURCES if len(path.read_text("utf-8").splitlines()) > 450] == []


def test_ci_is_executable_and_runs_what_the_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make check" in script.read_text()
    assert "make test" in script.read_text()
