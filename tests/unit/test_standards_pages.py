"""The generated pages about the standards hold every table, field, list and rule, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
import typer
from lxml import etree

from congbhyt.commands import docs, reference, standards_pages
from congbhyt.commands.markdown import anchor
from congbhyt.commands.rules_page import ranges
from congbhyt.commands.standards_words import allowed, filled, written
from congbhyt.standards.loading import code_lists, patterns, standards
from congbhyt.standards.model import Field, Kind
from congbhyt.standards.references import left_out, references
from congbhyt.standards.rules.every import RULES

PAGES = standards_pages.pages()
_NEWEST = standards()["QD3176"]
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _prose(name: str) -> str:
    return re.sub(r"^```.*?^```", "", PAGES[name], flags=re.MULTILINE | re.DOTALL)


def test_there_is_a_page_for_every_table_and_every_step_between_standards() -> None:
    tables = {f"standards/xml{number}.md" for number in range(16)}
    others = {"index", "lists", "benefits", "qd4210", "cv3220", "gksk", "qd4210-qd130", "qd130-qd4750", "qd4750-qd3176"}
    assert set(PAGES) == tables | {f"standards/{name}.md" for name in others} | {"rules.md"}


@pytest.mark.parametrize("label", _NEWEST.tables)
def test_a_table_is_shown_in_full_and_in_order(label: str) -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", PAGES[f"standards/{label.lower()}.md"], re.MULTILINE)
    assert rows == [(str(number), name) for number, name in enumerate(_NEWEST.tables[label].fields, 1)]


@pytest.mark.parametrize("name", ["qd4210", "cv3220", "gksk"])
def test_a_standard_with_one_page_shows_all_its_tables(name: str) -> None:
    rows = re.findall(r"^\| \d+ \| (\w+) \|", PAGES[f"standards/{name}.md"], re.MULTILINE)
    assert rows == [field for held in standards()[name.upper()].tables.values() for field in held.fields]


@pytest.mark.parametrize("label", _NEWEST.tables)
def test_outlines_are_documents(label: str) -> None:
    held = _NEWEST.tables[label]
    outline = re.findall(r"^```xml\n(.*?)^```", PAGES[f"standards/{label.lower()}.md"], re.MULTILINE | re.DOTALL)
    root = etree.fromstring(outline[0])
    assert root.tag == held.root
    assert root.xpath("string(.//MA_LK | .//NGUOI_CHU_TRI)") == "…"


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_pages_and_headings(name: str) -> None:
    for link in _LINK.findall(_prose(name)):
        target, _, wanted = link.partition("#")
        parts: list[str] = []
        for part in [*PurePosixPath(name).parent.parts, *PurePosixPath(target).parts] if target else [name]:
            parts = parts[:-1] if part == ".." else [*parts, part]
        there = "/".join(parts)
        assert there in PAGES, link
        assert not wanted or wanted in {anchor(heading) for heading in _HEADING.findall(_prose(there))}, link


def test_headings_that_links_lead_to_stand_once() -> None:
    for name in ("rules.md", "standards/lists.md"):
        headings = [anchor(heading) for heading in _HEADING.findall(PAGES[name])]
        assert len(headings) == len(set(headings))


def test_every_list_form_and_code_is_shown() -> None:
    page = PAGES["standards/lists.md"]
    assert [name for name in (*code_lists(), *patterns()) if f"\n### {name}\n" not in page] == []
    codes = [code for listed in code_lists().values() for edition in listed.editions for code in edition.codes]
    assert [code for code in codes if f"\n| {code} | " not in page] == []


def test_every_rule_has_its_place_with_sources_and_sentence() -> None:
    page = PAGES["rules.md"]
    assert [rule.id for rule in RULES.values() if f"\n### {rule.id}\n" not in page] == []
    assert [rule.id for rule in RULES.values() if rule.sources and f"From {ranges(rule.sources)}." not in page] == []


def test_what_is_left_out_stands_with_its_reason() -> None:
    _, _, section = PAGES["rules.md"].partition("## Not implemented, and why")
    missing = [
        left.ids for left in left_out() if f"| {ranges(left.ids)} | " not in section or left.reason not in section
    ]
    assert missing == []


def test_differences_name_what_changed() -> None:
    page = PAGES["standards/qd4750-qd3176.md"]
    assert "| SO_CCCD | written as | text ≤ 15 | text | XML0, XML1, XML6, XML12, XML15 |" in page
    assert "| MA_NOI_DEN | MA_CSKCB_DEN |" in page
    assert "Gone: TEN_DICH_VU (dịch vụ đã dùng); TEN_THUOC (thuốc đã dùng)." in page
    assert "| NGAY_HEN_KL | written as | yyyyMMddHHmm | yyyyMMdd |" in page
    old = PAGES["standards/qd4210-qd130.md"]
    assert "| T_TONGCHI | T_TONGCHI_BV and T_TONGCHI_BH | tổng chi phí |" in old
    assert "The document begins with CHITIEU_CHITIET_THUOC instead of DSACH_CHI_TIET_THUOC." in old
    assert "| [XML13](xml13.md) | Giấy chuyển tuyến | new table | 39 fields |" in PAGES["standards/qd130-qd4750.md"]


def test_no_page_repeats_a_paragraph_many_times() -> None:
    for name, text in PAGES.items():
        prose = [line for line in text.splitlines() if not line.startswith("|") and " · " not in line]
        long = [line for line in prose if len(line) > 120]
        assert len(long) - len(set(long)) <= 2, name


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field(name="A", kind=Kind.TEXT, vi="", en="", length=9), ("text ≤ 9", "", "")),
        (
            Field(name="A", kind=Kind.DECIMAL, vi="", en="", places=1, length=4, many=True, most=2, required=True),
            ("several (at most 2): number ≤ 4, 1 decimal", "always", ""),
        ),
        (
            Field(name="A", kind=Kind.DAY, vi="", en="", required_when={"B": ("1", "2", "3")}, not_before="C"),
            ("yyyyMMdd", "if B is 1, 2 or 3", "not before C"),
        ),
        (
            Field(name="A", kind=Kind.WHOLE, vi="", en="", required_unless={"B": ("7",)}, between=(0, 9)),
            ("whole number", "unless B is 7", "0 to 9"),
        ),
        (
            Field(
                name="A", kind=Kind.TEXT, vi="", en="", required_without=("B", "C"), list="MA_KHUVUC", same_as="XML1"
            ),
            ("text", "if B and C are empty", "MA_KHUVUC: K1, K2, K3; as in XML1"),
        ),
        (
            Field(name="A", kind=Kind.MOMENT, vi="", en="", required=True, free_outsourced=True),
            ("yyyyMMddHHmm", "always, unless another facility did it (.K.)", ""),
        ),
        (
            Field(name="A", kind=Kind.TEXT, vi="", en="", required_with="B", list="MA_LOAI_KCB", catalogue="icd10"),
            ("text", "if B is filled", "MA_LOAI_KCB; catalogue icd10"),
        ),
    ],
)
def test_facts_in_words(field: Field, words: tuple[str, str, str]) -> None:
    assert (written(field), filled(field), allowed(field, linked=False)) == words


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (["ANX-001"], "ANX-001"),
        (["TRC-003", "TRC-001", "TRC-002", "ANX-009"], "TRC-001 to 003, ANX-009"),
        (["V4750-REQ-001", "V4750-REQ-003"], "V4750-REQ-001, V4750-REQ-003"),
    ],
)
def test_ids_are_written_shortly(ids: list[str], words: str) -> None:
    assert ranges(ids) == words


def test_every_collection_of_sources_is_explained() -> None:
    named = set(re.findall(r"[A-Z]+\d*", PAGES["standards/index.md"].partition("## Where this comes from")[2]))
    assert {row.id.partition("-")[0] for row in references().values()} <= named


def test_pages_are_written_into_folders_and_left_ones_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reference, "pages", lambda: {"a.md": "a", "standards/b.md": "b"})
    docs.docs()
    assert (tmp_path / "docs/reference/standards/b.md").read_text() == "b"
    docs.docs(check=True)
    (tmp_path / "docs/reference/by-hand.md").write_text("a page of its own")
    (tmp_path / "docs/reference/standards/old.md").write_text("nothing makes it")
    with pytest.raises(typer.Exit):
        docs.docs(check=True)
    docs.docs()
    assert {path.name for path in (tmp_path / "docs").rglob("*.md")} == {"a.md", "b.md", "by-hand.md"}
