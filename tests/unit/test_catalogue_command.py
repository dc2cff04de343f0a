"""`congbhyt catalogue`: what it prints where, how it refuses, where it keeps its lists."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from congbhyt.commands.catalogue import catalogues_in
from congbhyt.commands.root import app
from congbhyt.config import paths

_WITHOUT_SERVER = """
import sys
for name in ("django", "psycopg", "cryptography", "msgspec"):
    sys.modules[name] = None
from congbhyt.commands import main
main()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the environment names."""
    folder = tmp_path / "catalogues"
    monkeypatch.setenv("CONGBHYT_CATALOGUES", str(folder))
    return folder


@pytest.fixture
def icd10(tmp_path: Path) -> Path:
    """A short list as CSV."""
    path = tmp_path / "icd10.csv"
    path.write_text("\ufeffcode;name;not_primary;note\nJ20.9;Viêm phế quản cấp;0;x\nZ76.9;Chưa rõ;1;y\n", "utf-8")
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["catalogue", *map(str, arguments)])


def test_a_list_is_loaded_shown_and_removed(home: Path, icd10: Path) -> None:
    loaded = _run("load", "icd10", icd10)
    assert (loaded.exit_code, loaded.stdout) == (0, f"Mã bệnh ICD-10: đã nạp 2 mã (2 dòng) vào {home}\n")
    assert loaded.stderr == "Bỏ qua cột không biết: note\n"

    shown = json.loads(_run("list", "--json").stdout)
    assert [(row["kind"], row["codes"], row["source"]) for row in shown] == [("icd10", 2, "icd10.csv")]
    assert shown[0]["columns"] == ["name", "not_primary"]
    assert "Mã bệnh ICD-10" in _run("list").stdout
    assert catalogues_in(None).entries("icd10", "Z76.9")[0]["not_primary"] == "1"

    removed = _run("remove", "icd10")
    assert (removed.exit_code, removed.stdout) == (0, "Đã bỏ danh mục icd10.\n")
    assert json.loads(_run("list", "--json").stdout) == []
    assert not catalogues_in(None).kinds


def test_a_faulty_file_leaves_the_list_before(home: Path, icd10: Path) -> None:
    _run("load", "icd10", icd10)
    icd10.write_text("code,not_primary\nJ20.9,0\nJ18.9,có\n", "utf-8")
    refused = _run("load", "icd10", icd10)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("CATALOGUE_FILE Chưa nạp gì từ ")
    assert "- dòng 3: cột not_primary là «có», phải là 1, 0 hoặc để trống" in refused.stderr
    assert catalogues_in(home).entries("icd10", "Z76.9")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["load", "drugz", "x.csv"], 1, "CATALOGUE_KIND Không có loại danh mục «drugz»"),
        (["load", "drugs", "no-such.csv"], 2, "CATALOGUE_UNREADABLE Không đọc hoặc ghi được no-such.csv"),
        (["columns", "drugz"], 1, "CATALOGUE_KIND"),
        (["remove", "drugs"], 1, "CATALOGUE_MISSING Danh mục drugs chưa được nạp"),
        (["remove", "drugz"], 1, "CATALOGUE_KIND"),
    ],
)
@pytest.mark.usefixtures("home")
def test_refusals_have_a_code_and_a_status(arguments: list[str], status: int, told: str) -> None:
    refused = _run(*arguments)
    assert (refused.exit_code, refused.stdout) == (status, "")
    assert refused.stderr.startswith(told)


def test_a_damaged_list_is_told_and_can_be_loaded_again(home: Path, icd10: Path) -> None:
    _run("load", "icd10", icd10)
    (home / "icd10.catalogue").write_text("x")
    assert _run("list").exit_code == 1
    assert "congbhyt catalogue load icd10" in _run("list").stderr
    assert _run("load", "icd10", icd10).exit_code == 0
    assert _run("list").exit_code == 0


def test_the_folder_can_be_named(home: Path, icd10: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert _run("load", "icd10", icd10, "--folder", other).exit_code == 0
    assert not home.exists()
    assert len(json.loads(_run("list", "--json", "--folder", other).stdout)) == 1
    assert _run("remove", "icd10", "--folder", other).exit_code == 0


def test_columns_are_told_with_their_meaning() -> None:
    listed = json.loads(_run("columns", "--json").stdout)
    assert next(row for row in listed if row["kind"] == "chairs")["columns"] == ["code", "from", "until"]
    told = json.loads(_run("columns", "drugs", "--json").stdout)
    assert (told[0]["column"], told[0]["form"]) == ("code", "text")
    assert all(row["meaning"] for row in told)
    assert "số đăng ký" in _run("columns", "drugs").stdout


def test_lists_lie_where_the_system_keeps_a_user_s_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CONGBHYT_CATALOGUES", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert paths.catalogues() == tmp_path / "data" / "congbhyt" / "catalogues"
    for unset in ("", "relative"):
        monkeypatch.setenv("XDG_DATA_HOME", unset)
        assert paths.catalogues() == tmp_path / ".local" / "share" / "congbhyt" / "catalogues"
    monkeypatch.setenv("CONGBHYT_CATALOGUES", "~/lists")
    assert paths.catalogues() == tmp_path / "lists"


def test_neither_django_nor_a_database_is_needed(home: Path, icd10: Path) -> None:
    for arguments in (["load", "icd10", str(icd10)], ["list"], ["columns"], ["remove", "icd10"]):
        done = subprocess.run(
            [sys.executable, "-c", _WITHOUT_SERVER, "catalogue", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == []
