"""What there is to check below a path: order, names, and archives that want to do harm."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from congbhyt.standards import check, check_files, files
from congbhyt.standards.checking import Checked
from congbhyt.standards.files import Bounded, Opener, Source, named
from congbhyt.standards.reading.safe import UnreadableError
from congbhyt.standards.rules.every import RULES

XML = b"<NOTHING/>"


def _put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(XML)


def _zip(path: Path, members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _names(*paths: Path) -> list[str]:
    base = paths[0] if paths[0].is_dir() else paths[0].parent
    return [source.name.removeprefix(f"{base.as_posix()}/") for source in named(paths)]


def _only(path: Path) -> Checked:
    """The result of what must be one file."""
    ((_, checked),) = check_files([path])
    return checked


def _rules(checked: Checked) -> list[str]:
    return [finding.rule for finding in checked.findings]


def test_files_of_a_folder_come_in_the_order_of_their_names_whatever_the_disk_says(tmp_path: Path) -> None:
    _put(tmp_path, "b.xml", "a/z.XML", "a/b/c.json", "a.xml", "c/a.xml")
    assert _names(tmp_path) == ["a/b/c.json", "a/z.XML", "a.xml", "b.xml", "c/a.xml"]


def test_paths_come_in_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    _put(tmp_path, "b.xml", "a.xml")
    assert _names(tmp_path / "b.xml", tmp_path / "a.xml") == ["b.xml", "a.xml"]


def test_hidden_files_are_passed_over_and_others_are_counted(tmp_path: Path) -> None:
    _put(tmp_path, "a.xml", ".b.xml", ".git/c.xml", "d.pdf", "e", "f/g.docx")
    found = named([tmp_path])
    assert [source.path.name for source in found] == ["a.xml"]
    assert found.skipped == 3
    assert len(list(found)) == 1
    assert found.skipped == 3, "another look counts anew"


def test_what_is_named_explicitly_is_checked_whatever_its_name_is(tmp_path: Path) -> None:
    _put(tmp_path, "a.txt", ".b")
    assert _names(tmp_path / "a.txt", tmp_path / ".b") == ["a.txt", ".b"]


def test_a_link_to_a_folder_is_not_followed_and_one_to_a_file_is(tmp_path: Path) -> None:
    _put(tmp_path, "a/b.xml")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "c.xml").symlink_to(tmp_path / "a" / "b.xml")
    assert _names(tmp_path) == ["a/b.xml", "a/c.xml"]


def test_a_pipe_in_a_folder_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xml")
    found = named([tmp_path])
    assert list(found) == []
    assert found.skipped == 1


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "gone.xml").symlink_to(tmp_path / "nowhere")
    assert _rules(_only(tmp_path)) == ["file-unreadable"]
    missing = tmp_path / "b.xml"
    with pytest.raises(UnreadableError, match="file-unreadable"), Opener().open(Source("b.xml", missing)):
        pass


def test_a_folder_that_cannot_be_listed_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    (finding,) = _only(tmp_path).findings
    assert finding.rule == "file-unreadable"
    assert "Permission denied" in finding.sentence


def test_a_folder_whose_files_may_not_be_looked_at_gives_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(tmp_path, "a.xml")
    honest = Path.stat

    def refuse(path: Path, **more: bool) -> os.stat_result:
        if path.suffix:
            raise PermissionError(13, "Permission denied")
        return honest(path, **more)

    monkeypatch.setattr(Path, "stat", refuse)
    assert _rules(_only(tmp_path)) == ["file-unreadable"]


def test_a_name_that_is_no_unicode_is_shown_with_its_bytes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"tr\xe1i.xml")).write_bytes(XML)
    assert _names(tmp_path) == ["tr\\udce1i.xml"]


def test_members_of_an_archive_come_in_its_order(tmp_path: Path) -> None:
    rubbish = ["__MACOSX/b.xml", ".c.xml", "e/.f/g.xml", "folder/"]
    path = _zip(tmp_path / "a.zip", dict.fromkeys(["z.xml", *rubbish, "a.JSON", "d.pdf"], XML))
    found = named([path])
    assert [source.name for source in found] == [f"{path}!/z.xml", f"{path}!/a.JSON"]
    assert found.skipped == 1


def test_an_archive_is_recognised_by_its_content_when_it_is_named(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.dat", {"a.xml": XML})
    assert _names(path) == ["a.dat!/a.xml"]
    assert _names(tmp_path) == [], "in a folder only the name counts"


def test_members_are_checked_as_files_are(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.xml": XML, "b.xml": XML})
    assert [checked for _, checked in check_files([path])] == [check(XML), check(XML)]


def test_odd_names_are_only_labels(tmp_path: Path) -> None:
    odd = ["../../a.xml", "/b.xml", "C:\\c.xml", "x" * 500 + ".xml"]
    path = _zip(tmp_path / "a.zip", dict.fromkeys(odd, XML))
    assert [source.name.partition("!/")[2] for source in named([path])] == [*odd[:3], "x" * 200]
    assert all(_rules(checked) == ["root-unknown"] for _, checked in check_files([path]))
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]


def test_an_archive_inside_an_archive_is_refused(tmp_path: Path) -> None:
    assert _rules(_only(_zip(tmp_path / "a.zip", {"b.zip": XML}))) == ["zip-nested"]


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.xml": XML})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert _rules(_only(path)) == ["zip-encrypted"]


def test_a_member_packed_too_tightly_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert _rules(_only(_zip(tmp_path / "a.zip", {"a.xml": b" " * 3_000_000}))) == ["zip-ratio"]
    small = b"<NOTHING>" + b" " * 900_000 + b"</NOTHING>"
    assert _rules(_only(_zip(tmp_path / "b.zip", {"a.xml": small}))) == ["root-unknown"]


def test_an_archive_of_too_many_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_MEMBERS", 3)
    assert len(_names(_zip(tmp_path / "a.zip", dict.fromkeys(["1.xml", "2.xml", "3.xml"], XML)))) == 3
    path = _zip(tmp_path / "b.zip", dict.fromkeys(["1.xml", "2.xml", "3.xml", "4.xml"], XML))
    assert _rules(_only(path)) == ["zip-members"]


def test_an_endless_list_of_members_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MOST_AT_ONCE", 5_000)
    path = _zip(tmp_path / "a.zip", {f"{number}.xml": XML for number in range(200)})
    assert _rules(_only(path)) == ["zip-members"]


def test_members_that_lie_over_one_another_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", os.urandom(10_000))
        archive.filelist += archive.filelist * 2
    (finding,) = _only(path).findings
    assert finding.rule == "zip-broken"
    assert "overlap" in finding.detail


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<xml/>", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_a_finding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert _rules(_only(path)) == ["zip-broken"]


def test_a_damaged_member_is_a_finding_and_its_neighbours_are_checked(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.xml": b"<NOTHING>" * 10, "b.xml": XML}, zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"<NOTHING>", b"<NOTHONG>", 1))
    assert [_rules(checked) for _, checked in check_files([path])] == [["zip-broken"], ["root-unknown"]]


def test_an_archive_packed_in_an_unknown_way_is_a_finding(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.xml": XML}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[8] = 99
    content[content.index(b"PK\x01\x02") + 10] = 99
    path.write_bytes(content)
    assert _rules(_only(path)) == ["zip-broken"]


def test_an_archive_that_changes_meanwhile_is_a_finding(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.xml": XML, "b.xml": XML})
    listed = list(named([path]))
    _zip(path, {"a.xml": XML + b" "})
    opener = Opener()
    for source in listed:
        with pytest.raises(UnreadableError, match="zip-broken"), opener.open(source):
            pass
    opener.close()


def test_a_file_over_the_limit_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 100_000)
    (tmp_path / "a.xml").write_bytes(b"<GIAMDINHHS>" + b" " * 200_000)
    assert "file-large" in _rules(_only(tmp_path / "a.xml"))
    assert _rules(_only(_zip(tmp_path / "b.zip", {"a.xml": b" " * 200_000}))) == ["file-large"]


def test_a_disk_that_fails_while_reading_is_a_finding() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, f"Input/output error in {size} bytes")

    assert _rules(check(Failing())) == ["file-unreadable"]


def test_a_reader_hears_how_much_was_read_once() -> None:
    heard: list[int] = []
    stream = Bounded(io.BytesIO(b"12345"), heard.append)
    assert stream.readable()
    assert stream.read(2) == b"12"
    stream.seek(0)
    assert stream.read() == b"12345"
    assert sum(heard) == 5


def test_a_pipe_can_be_checked() -> None:
    reading, writing = os.pipe()
    os.write(writing, XML)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert _rules(check(cast(BinaryIO, pipe))) == ["root-unknown"]


def test_rules_of_archives_say_what_the_limits_are() -> None:
    assert "{most}" in RULES["zip-ratio"].sentence
    assert "{most}" in RULES["zip-members"].sentence
