"""Catalogues: a CSV is read whole or not at all, stored at one stroke, and found again code by code."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.standards.catalogues import Catalogues, Entry
from congbhyt.standards.catalogues.kinds import CODE, kinds
from congbhyt.standards.catalogues.lookups import alike_names, contradicted, entries, in_force, in_no_list
from congbhyt.standards.catalogues.reading import MOST_PROBLEMS, kind_called, read_csv
from congbhyt.standards.catalogues.refusals import (
    CatalogueDamagedError,
    CatalogueFileError,
    CatalogueKindError,
    CatalogueMissingError,
    CatalogueUnreadableError,
)
from congbhyt.standards.catalogues.storing import Stored, remove, store, stored
from congbhyt.standards.loading import standards
from congbhyt.standards.rules.every import RULES
from tests.standards import check_draft, spoken

AT = datetime(2026, 9, 14, 1, 30, tzinfo=UTC)
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a CSV and give its path."""

    def written(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "list.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def _read(path: Path, kind: str = "drugs") -> list[dict[str, str]]:
    return read_csv(path, kind_called(kind)).rows


def _problems(path: Path, kind: str = "drugs") -> list[str]:
    with pytest.raises(CatalogueFileError) as refused:
        read_csv(path, kind_called(kind))
    return [line.removeprefix("- ") for line in str(refused.value.facts["problems"]).splitlines()]


def _store(folder: Path, kind: str, rows: Iterable[Entry]) -> Stored:
    return store(folder, kind_called(kind), rows, source="list.csv", at=AT)


# Which kinds there are.


def test_every_catalogue_that_a_field_names_can_be_loaded() -> None:
    named = {
        field.catalogue
        for standard in standards().values()
        for table in standard.tables.values()
        for field in table.fields.values()
        if field.catalogue
    }
    assert named <= set(kinds())


def test_every_catalogue_that_a_rule_needs_can_be_loaded() -> None:
    assert {kind for rule in RULES.values() for kind in rule.needs} == set(kinds())


def test_examples_of_rules_use_only_columns_that_a_catalogue_has() -> None:
    strange = {
        (rule.id, kind, column)
        for rule in RULES.values()
        for example in rule.examples
        for kind, rows in example.catalogues.items()
        for row in rows
        for column in row
        if column not in kinds()[kind].columns
    }
    assert strange == set()


def test_a_kind_that_nobody_knows_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(CatalogueKindError, match=r"«drugz».*icd10, icd9cm"):
        kind_called("drugz")


# Reading.


@pytest.mark.parametrize(
    "text",
    [
        "code,name,price\n40.2,Paracetamol,480\n",
        "\ufeffcode;name;price\r\n40.2;Paracetamol;480\r\n",
        '"code"\t"price"\t"name"\n"40.2"\t"480"\t"Paracetamol"\n',
        "Code , NAME,price,,\n\n 40.2 ,Paracetamol,480,,\n,,,,\n",
    ],
)
def test_comma_semicolon_or_tab_with_or_without_bom(write: Write, text: str) -> None:
    assert _read(write(text)) == [{"code": "40.2", "name": "Paracetamol", "price": "480"}]


@pytest.mark.parametrize("written", ["20260701", "2026-07-01", "01/07/2026", "1/7/2026"])
def test_days_are_stored_as_documents_write_them(write: Write, written: str) -> None:
    assert _read(write(f"code,from\n40.2,{written}\n")) == [{"code": "40.2", "from": "20260701"}]


def test_a_cell_may_hold_delimiters_and_lines_between_quotes(write: Write) -> None:
    assert _read(write('code,name\n40.2,"Para,\ncetamol ""mẫu"""\n'))[0]["name"] == 'Para, cetamol "mẫu"'


def test_headings_that_nobody_asked_for_are_ignored_and_named(write: Write) -> None:
    sheet = read_csv(write("code,note,name,note\n40.2,x,Paracetamol,y\n"), kind_called("drugs"))
    assert (sheet.rows, sheet.ignored) == ([{"code": "40.2", "name": "Paracetamol"}], ["note", "note"])


def test_icd10_is_looked_up_without_its_marks(write: Write) -> None:
    assert [row["code"] for row in _read(write("code\nA17.0†\nG01*\n"), "icd10")] == ["A17.0", "G01"]


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("drugs", "", "dòng 1: thiếu cột code"),
        ("drugs", "name,price\nx,1\n", "dòng 1: thiếu cột code"),
        ("drugs", "code,name,name\nx,1,2\n", "dòng 1: cột name có hai lần"),
        ("drugs", "code,name\n", "không có dòng dữ liệu"),
        ("drugs", "code,name\n40.2,a\n,b\n", "dòng 3: thiếu mã"),
        ("drugs", "code,name\n40.2,a,b\n", "dòng 2: có 3 ô, tiêu đề chỉ có 2"),
        ("drugs", "code,price\n40.2,1.850.000\n", "cột price là «1.850.000», phải là số tiền"),
        ("drugs", "code,price\n40.2,-1\n", "cột price"),
        ("drugs", "code,from\n40.2,30/02/2026\n", "cột from là «30/02/2026», phải là ngày"),
        ("drugs", "code,from,until\n40.2,20260701,20260630\n", "until sớm hơn from"),
        ("drugs", 'code,name\n40.2,"a"b\n', "dòng 2: dấu nháy kép"),
        ("drugs", 'code,name\n40.2,"never closed\n', "dấu nháy kép"),
        ("drugs", "code,name\n40.2,a\x00b\n", "không có ký tự điều khiển"),
        ("icd10", "code,not_primary\nA00,có\n", "cột not_primary là «có», phải là 1, 0 hoặc để trống"),
        ("facilities", "code\n1001\n", "có thể Excel đã bỏ số 0 ở đầu"),
        ("provinces", "code\n1\n", "mã «1» không đúng 2 chữ số"),
    ],
)
def test_a_faulty_file_is_refused_with_the_line_and_what_is_wanted(
    write: Write, kind: str, text: str, problem: str
) -> None:
    assert problem in _problems(write(text), kind)[0]


def test_all_faulty_lines_are_told_at_once_up_to_a_limit(write: Write) -> None:
    faulty = "".join(f"40.{number},x\n" for number in range(MOST_PROBLEMS + 3))
    problems = _problems(write("code,price\n40.2,1\n" + faulty))
    assert problems[0].startswith("dòng 3: ")
    assert problems[MOST_PROBLEMS:] == ["và 3 dòng sai khác"]


def test_another_encoding_is_refused_with_what_to_do_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("code,name\n40.2,thuốc\n".encode("utf-16"))
    assert "CSV UTF-8" in _problems(path)[-1]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnreadableError):
        read_csv(tmp_path / "none.csv", kind_called("drugs"))


# Storing and finding.

_CODES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)
_ROWS = st.lists(st.fixed_dictionaries({CODE: _CODES}, optional={"name": _CODES, "price": _CODES}), max_size=30)


@given(rows=_ROWS, asked=_CODES)
def test_every_code_is_found_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], asked: str
) -> None:
    folder = tmp_path_factory.mktemp("catalogues")
    _store(folder, "drugs", rows)
    catalogues, wanted = Catalogues.in_folder(folder), Catalogues.of({"drugs": rows})
    held = wanted.loaded["drugs"]
    for code in {*held, asked}:
        assert list(catalogues.entries("drugs", code)) == _different(held.get(code, ()))
    assert sorted(catalogues.loaded["drugs"]) == sorted(held)
    assert len(catalogues.loaded["drugs"]) == len(held)


def _different(rows: Iterable[Entry]) -> list[Entry]:
    kept: list[Entry] = []
    return [row for row in rows if row not in kept and not kept.append(row)]  # type: ignore[func-returns-value]


def test_a_code_keeps_its_rows_in_their_order_and_each_once(tmp_path: Path) -> None:
    rows = [{"code": "40.2", "price": price} for price in ("480", "490", "480")]
    held = _store(tmp_path, "drugs", rows)
    assert held["40.2"] == ({"code": "40.2", "price": "480"}, {"code": "40.2", "price": "490"})
    assert (held.header.codes, held.header.rows, held.header.columns) == (1, 2, ["price"])
    assert (held.header.source, held.header.loaded) == ("list.csv", "2026-09-14T01:30Z")


def test_without_a_folder_nothing_is_loaded(tmp_path: Path) -> None:
    catalogues = Catalogues.in_folder(tmp_path / "none")
    assert (catalogues.kinds, catalogues.has("drugs"), catalogues.entries("drugs", "40.2")) == (frozenset(), False, ())


def test_loading_again_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    _store(tmp_path, "drugs", [{"code": "40.2"}])
    before = Catalogues.in_folder(tmp_path)
    _store(tmp_path, "drugs", [{"code": "40.154"}])
    assert Catalogues.in_folder(tmp_path).entries("drugs", "40.154")
    assert before.entries("drugs", "40.154"), "a file that was not read yet is read as it is now"
    assert [path.name for path in tmp_path.iterdir()] == ["drugs.catalogue"]


def test_a_list_that_was_read_stays_as_it_was(tmp_path: Path) -> None:
    _store(tmp_path, "drugs", [{"code": "40.2"}])
    before = Catalogues.in_folder(tmp_path)
    assert before.entries("drugs", "40.2")
    _store(tmp_path, "drugs", [{"code": "40.154"}])
    assert before.entries("drugs", "40.2")
    assert not before.entries("drugs", "40.154")


def test_what_cannot_be_written_leaves_the_list_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    _store(tmp_path, "drugs", [{"code": "40.2"}])
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CatalogueUnreadableError, match="No space left"):
        _store(tmp_path, "drugs", [{"code": "40.154"}])
    assert [path.name for path in tmp_path.iterdir()] == ["drugs.catalogue"]
    assert Catalogues.in_folder(tmp_path).entries("drugs", "40.2")


def test_another_process_gets_the_place_and_not_the_content(tmp_path: Path) -> None:
    _store(tmp_path, "drugs", [{"code": f"40.{number}", "name": "x" * 50} for number in range(1000)])
    catalogues = Catalogues.in_folder(tmp_path)
    assert catalogues.entries("drugs", "40.7")
    sent = pickle.dumps(catalogues)
    assert len(sent) < 1_000
    assert pickle.loads(sent).entries("drugs", "40.7") == catalogues.entries("drugs", "40.7")  # noqa: S301  # our own


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-5],
        lambda text: text + b"x",
        lambda text: text.replace(b'"drugs"', b'"icd10"'),
        lambda text: b"[1]\n" + text,
        lambda text: b"code,name\n40.2,Paracetamol\n",  # noqa: ARG005
        lambda text: b"",  # noqa: ARG005
    ],
)
def test_a_damaged_list_is_refused_when_it_is_opened(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    _store(tmp_path, "drugs", [{"code": "40.2", "name": "Paracetamol"}])
    path = tmp_path / "drugs.catalogue"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CatalogueDamagedError, match="congbhyt catalogue load drugs"):
        Catalogues.in_folder(tmp_path)


@pytest.mark.parametrize(("one", "other"), [(b"\t", b" "), (b"[", b"("), (b"\n", b" ")])
def test_a_list_that_was_changed_within_is_refused_when_it_is_read(tmp_path: Path, one: bytes, other: bytes) -> None:
    _store(tmp_path, "drugs", [{"code": "40.2", "name": "Paracetamol"}])
    path = tmp_path / "drugs.catalogue"
    header, line = path.read_bytes().split(b"\n", 1)
    path.write_bytes(header + b"\n" + line.replace(one, other))
    with pytest.raises(CatalogueDamagedError):
        Catalogues.in_folder(tmp_path).entries("drugs", "40.2")


def test_a_list_that_went_away_is_refused_when_it_is_read(tmp_path: Path) -> None:
    _store(tmp_path, "drugs", [{"code": "40.2"}])
    catalogues = Catalogues.in_folder(tmp_path)
    remove(tmp_path, kind_called("drugs"))
    with pytest.raises(CatalogueUnreadableError):
        catalogues.entries("drugs", "40.2")
    with pytest.raises(CatalogueMissingError):
        remove(tmp_path, kind_called("drugs"))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CatalogueUnreadableError):
        _store(tmp_path / "file", "drugs", [{"code": "40.2"}])
    with pytest.raises(CatalogueUnreadableError):
        remove(tmp_path / "file", kind_called("drugs"))
    with pytest.raises(CatalogueUnreadableError):
        Stored(tmp_path)


def test_lists_come_in_the_order_of_their_kinds(tmp_path: Path) -> None:
    for kind in ("staff", "icd10", "drugs"):
        _store(tmp_path, kind, [{"code": "x"}])
    assert [each.kind for each in stored(tmp_path)] == ["icd10", "drugs", "staff"]


# Looking up.


@pytest.mark.parametrize(
    ("kind", "written", "listed"),
    [
        ("icd10", "J209", "J20.9"), ("icd10", "G63.2*", "G63.2"), ("drugs", "40.2.KTNAT", "40.2"),
        ("services", "02.1896_GT", "02.1896"), ("services", "02.1896_GT.TB", "02.1896"),
        ("services", "02.1896.K.01998", "02.1896"), ("services", "02.1896.K.01998_GT", "02.1896"),
        ("supplies", "N03.05.010.0001.123", "N03.05.010"), ("departments", "K19.1", "K19"),
        ("staff", "000101/GPHN-BYT.HD.01998", "000101/GPHN-BYT"), ("chairs", "Lê  Mẫu", "LÊ MẪU"),
    ],
)  # fmt: skip
def test_a_code_is_found_under_what_a_list_calls_it(kind: str, written: str, listed: str) -> None:
    catalogues = Catalogues.of({kind: [{"code": listed}, {"code": "other"}]})
    assert entries(catalogues, kind, written) == ({"code": listed},)
    exact = Catalogues.of({kind: [{"code": listed}, {"code": written, "name": "exact"}]})
    assert kind in ("icd10", "chairs") or entries(exact, kind, written)[0].get("name") == "exact"


@pytest.mark.parametrize(("kind", "written"), [("supplies", "N03.05"), ("icd10", "J20"), ("drugs", "40.2.XX")])
def test_a_code_is_not_found_under_something_wider(kind: str, written: str) -> None:
    assert not entries(Catalogues.of({kind: [{"code": "N03"}, {"code": "J20.9"}, {"code": "40.2"}]}), kind, written)


@pytest.mark.parametrize(
    ("kind", "code", "excused"),
    [
        ("drugs", "40.17", True), ("drugs", "40.573", True), ("drugs", "00.0000", True), ("drugs", "VM.01998", True),
        ("drugs", "BB.01998", True), ("drugs", "05C.1+05C.2", True), ("drugs", "40.2", False),
        ("services", "VC.01998", True), ("services", "22.0120.0000", True), ("services", "22.0120.0000_GT", True),
        ("services", "22.0120.1370", False), ("staff", "0123456789", True), ("staff", "000101/GPHN-BYT", False),
        ("occupations", "00000", True), ("icd10", "00000", False),
    ],
)  # fmt: skip
def test_what_no_list_can_hold_is_not_asked_for(kind: str, code: str, excused: bool) -> None:
    assert in_no_list(kind, code) is excused


def test_an_entry_holds_from_its_first_to_its_last_day() -> None:
    entry = {"code": "x", "from": "20260701", "until": "20260731"}
    assert [in_force(entry, date(2026, month, day)) for month, day in ((6, 30), (7, 1), (7, 31), (8, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert in_force({"code": "x"}, date.min)


def test_entries_contradict_only_when_all_say_something_else() -> None:
    said = [{"code": "x", "name": "Amoxicilin"}, {"code": "x", "name": "Ampicilin"}]
    assert contradicted(said, "name", "Cefalexin") == ["Amoxicilin", "Ampicilin"]
    assert not contradicted(said, "name", "AMPI CILIN")
    assert not contradicted([*said, {"code": "x"}], "name", "Cefalexin")
    assert not contradicted(said, "name", "")
    assert alike_names("Amoxicilin 500mg [viên]", "amoxicilin")


# The rules with lists of what a submission itself says.

_FACTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "drugs": {"name": ("TEN_THUOC",), "strength": ("HAM_LUONG",), "registration": ("SO_DANG_KY",),
              "tender": ("TT_THAU",), "route": ("DUONG_DUNG",), "price": ("DON_GIA",)},
    "services": {"name": ("TEN_DICH_VU",), "price": ("DON_GIA_BH", "DON_GIA")},
    "supplies": {"name": ("TEN_VAT_TU",), "tender": ("TT_THAU",), "price": ("DON_GIA_BH", "DON_GIA")},
}  # fmt: skip


def _own_lists(draft: Draft) -> Catalogues:
    """Catalogues that hold exactly what a submission says."""
    rows: dict[str, list[Entry]] = {kind: [{"code": "01" if kind == "provinces" else "-"}] for kind in kinds()}
    for label, held in draft.tables.items():
        coded = [field for field in draft.standard.tables[label].fields.values() if field.catalogue]
        for row in held:
            for field in coded:
                facts = {
                    column: next((row[name] for name in names if row.get(name)), "")
                    for column, names in _FACTS.get(field.catalogue, {}).items()
                    if label in ("XML2", "XML3") and field.name in ("MA_THUOC", "MA_DICH_VU", "MA_VAT_TU")
                }
                if field.name == "MA_DICH_VU" and (row.get("MA_VAT_TU") or label == "XML2"):
                    continue
                for code in row.get(field.name, "").split(";"):
                    written = code.strip().upper() if field.catalogue == "chairs" else code.strip()
                    rows[field.catalogue].append(
                        {"code": written, **{key: fact for key, fact in facts.items() if fact}}
                    )
    return Catalogues.of(rows)


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_good_submission_is_good_beside_lists_that_say_the_same(name: str) -> None:
    for standard in standards_of(name):
        draft = good(name, standard)
        assert spoken(check_draft(draft, _own_lists(draft))) == set()


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_rules_survive_any_text_in_any_field(name: str) -> None:
    standard = standards_of(name)[-1]
    lists = _own_lists(good(name, standard))
    for text in ("", "-", ";;", "�", "0" * 300, "NaN", "-1", "99999999", ".K.", "†", "_GT", "+"):
        draft = good(name, standard)
        for rows in draft.tables.values():
            for row in rows:
                row.update({field: text for field in row if not field.startswith("MA_LK")})
        assert "rule-failed" not in spoken(check_draft(draft, lists))
