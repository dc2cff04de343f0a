"""The documents keep their word: links, commands, targets and files that they name are there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from congbhyt.commands.root import app

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "congbhyt"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
OUR_EXAMPLES = {"example.vn"}
"""The only host names that a document may hold."""

_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_HOST = re.compile(r"(?<![\w.@/-])(?:[a-z0-9-]+\.)+(?:org|com|net|io|dev|vn|cc|app)(?![\w-])")
_MACHINE_PATH = re.compile(r"(?<![\w.:~$}/>-])/(?:tmp|work|home|root|Users)(?:/|\b)")
_NAMED_FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)+\.(?:py|toml|md|in|json)|[\w./-]+/")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _code(text: str) -> Iterator[str]:
    """What stands in code: lines of fenced blocks without their comments, and spans of prose."""
    for block in _FENCE.findall(text):
        for line in block.splitlines():
            yield line.partition(" #")[0]
    yield from _SPAN.findall(_FENCE.sub("", text))


def _anchors(path: Path) -> set[str]:
    """Headings as the usual hosts make anchors of them."""
    headings = _HEADING.findall(_FENCE.sub("", path.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _commands(text: str) -> Iterator[list[str]]:
    """Words after `congbhyt` that could be names of commands."""
    for code in _code(text):
        for words in re.findall(r"(?<![\w/-])(?:\.venv/bin/)?congbhyt((?: [a-z][a-z-]*(?![\w/.=-]))+)", code):
            yield words.split()


def _unknown(words: list[str]) -> str:
    """The first word that names no command, or nothing."""
    here: object = typer.main.get_command(app)
    for word in words:
        children: dict[str, object] = getattr(here, "commands", {})
        if not children:
            return ""  # what follows is an argument
        if word not in children:
            return " ".join(words)
        here = children[word]
    return ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=_named)
def test_links_lead_somewhere(path: Path) -> None:
    lost = []
    for link in _LINK.findall(_FENCE.sub("", path.read_text("utf-8"))):
        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_named)
def test_commands_exist(path: Path) -> None:
    assert [unknown for words in _commands(path.read_text("utf-8")) if (unknown := _unknown(words))] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_named)
def test_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for code in _code(path.read_text("utf-8")) for name in re.findall(r"(?:^|; |&& )make ([a-z]+)", code)}
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=_named)
def test_no_host_and_no_path_of_a_machine_is_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(_HOST.findall(text)) <= OUR_EXAMPLES
    assert _MACHINE_PATH.findall(text) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_named)
def test_named_files_exist(path: Path) -> None:
    """Paths count from the repository, from the package, or from the document."""
    spans = {span for span in _SPAN.findall(_FENCE.sub("", path.read_text("utf-8"))) if _NAMED_FILE.fullmatch(span)}
    made = {"var/", ".venv/", "var/postgres/access.json"}
    routes = {span for span in spans if span.startswith("/")}
    bases = (ROOT, PACKAGE, path.parent)
    assert [span for span in sorted(spans - made - routes) if not any((base / span).exists() for base in bases)] == []


def test_the_first_request_is_the_same_wherever_it_stands() -> None:
    blocks = {
        block
        for path in DOCUMENTS
        for block in re.findall(r"^```sh\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if "curl" in block and "token/take" in block
    }
    assert len(blocks) == 1


def test_architecture_names_every_package() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {package for package in packages if f"`{package}/" not in text} == set()


def test_architecture_draws_the_ladder_that_is_enforced() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    enforced = [rung.split(" | ") for rung in project["tool"]["importlinter"]["contracts"][0]["layers"]]
    _, _, section = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## The ladder")
    drawn = [
        re.findall(r"`(\w+)/`", row) for row in re.findall(r"^\| (`[^|]+) \|", section.partition("\n## ")[0], re.M)
    ]
    assert drawn == enforced


@pytest.mark.parametrize("path", DECISIONS, ids=_named)
def test_a_decision_has_its_three_parts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.startswith(f"# {path.name[:4]} ")


def test_decisions_are_numbered_without_gap_or_double() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_both_readmes_show_the_same_commands() -> None:
    """The Vietnamese page is the same page, not a summary that grows old."""
    english, vietnamese = (
        re.sub(r" +#.*", "", "".join(_FENCE.findall((ROOT / name).read_text("utf-8"))))
        for name in ("README.md", "README.vi.md")
    )
    assert english == vietnamese


def test_every_proof_in_the_threat_model_is_a_test() -> None:
    proofs = set(re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "threat-model.md").read_text("utf-8")))
    assert len(proofs) > 5
    assert all("def test_" in (ROOT / proof).read_text("utf-8") for proof in proofs)
