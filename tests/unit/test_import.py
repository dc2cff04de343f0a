"""Import: deltas, clashes, hostile files; a bad row costs itself and nothing else."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
import zstandard
from django.conf import settings
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner, Result

from congbhyt.audit.models import Entry
from congbhyt.commands import exchange
from congbhyt.insured import batches, importing, storing, streams
from congbhyt.insured.importing import Report
from congbhyt.insured.models import Card, InsuredPerson, Visit
from congbhyt.insured.refusals import (
    FileBrokenError,
    FileEmptyError,
    FileEncodingError,
    FileUnusableError,
    HeaderError,
    ImportStoppedError,
)
from tests.unit.test_formats import CARD, VISIT

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
Rows = list[dict[str, str]]


def card(number: int, **changes: str) -> dict[str, str]:
    """The card of impossible person `number`, whose CCCD has the same number."""
    own = {
        "social_number": f"99{number:08d}",
        "citizen_number": f"099{number:09d}",
        "card_number": f"GD49999{number:08d}",
    }
    return {**CARD, **own, **changes}


def visit(number: int, code: str, **changes: str) -> dict[str, str]:
    """A visit of person `number`."""
    return {**VISIT, "social_number": f"99{number:08d}", "visit_code": code, **changes}


def text(rows: Rows, delimiter: str = ",") -> str:
    """Rows as CSV with a header."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(delimiter.join(line) + "\n" for line in lines)


@pytest.fixture
def cards(tmp_path: Path) -> Callable[..., Report]:
    """Import cards given as rows, text or bytes."""
    return lambda content, **options: _import(importing.import_cards, tmp_path / "cards.csv", content, options)


@pytest.fixture
def visits(tmp_path: Path) -> Callable[..., Report]:
    """Import visits given as rows, text or bytes."""
    return lambda content, **options: _import(importing.import_visits, tmp_path / "visits.csv", content, options)


def _import(
    function: Callable[..., Report], path: Path, content: Rows | str | bytes, options: dict[str, object]
) -> Report:
    content = text(content) if isinstance(content, list) else content
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return function(path, by="operator:test", at=AT, **options)


def rejects(report: Report) -> list[tuple[int, str, str]]:
    """Line, field and code of what was rejected; every line has a reason."""
    if not report.rejects.exists():
        return []
    with report.rejects.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["reason"] for row in rows)
    return [(int(row["line"]), row["field"], row["code"]) for row in rows]


def held(model: type[InsuredPerson] | type[Card] | type[Visit]) -> list[tuple[object, ...]]:
    """Every row of a table, binaries as bytes."""
    return sorted(
        (tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in model.objects.values_list()),
        key=str,
    )


def opened(person: InsuredPerson) -> str:
    """The CCCD of a person in clear."""
    assert person.citizen_sealed is not None
    return settings.KEYS.open(person.citizen_sealed)


def state() -> list[list[tuple[object, ...]]]:
    """Everything that imports write, but the audit record."""
    return [held(InsuredPerson), held(Card), held(Visit)]


class TestStoring:
    def test_a_row_becomes_a_person_and_a_card(self, cards: Callable[..., Report]) -> None:
        report = cards([card(1)])
        person = InsuredPerson.objects.get()
        assert (person.full_name, str(person.birth_day), person.birth_precision) == (
            "Nguyễn Văn Thử",
            "1980-02-01",
            "D",
        )
        assert opened(person) == "099000000001"
        assert bytes(person.citizen_digest or b"") == settings.KEYS.digest("099000000001")
        held_card = Card.objects.get()
        assert (held_card.person_id, held_card.number, held_card.area) == (person.id, "GD4999900000001", "K1")
        assert (report.rows, report.accepted, report.stored["added"], report.stored["people_added"]) == (1, 1, 1, 1)
        assert not report.rejects.exists()

    def test_a_second_run_changes_nothing(self, cards: Callable[..., Report], visits: Callable[..., Report]) -> None:
        people = [card(n) for n in range(5)] + [card(2, valid_from="2025-01-01", valid_to="2025-12-31")]
        stays = [visit(n, f"V{n}") for n in range(5)]
        cards(people), visits(stays)
        before = state()
        again = [cards(people), visits(stays)]
        assert state() == before
        assert [report.stored.total() for report in again] == [0, 0]
        assert [report.accepted for report in again] == [6, 5]

    def test_a_changed_row_changes_what_is_held(self, cards: Callable[..., Report]) -> None:
        cards([card(1), card(2)])
        report = cards([card(1, full_name="Trần Thử"), card(2, area="K2"), card(3)])
        assert dict(report.stored) == {"people_changed": 1, "people_added": 1, "changed": 1, "added": 1}
        assert InsuredPerson.objects.get(social_number="9900000001").full_name == "Trần Thử"
        assert Card.objects.get(person__social_number="9900000002").area == "K2"

    def test_a_visit_keeps_its_record_number(self, cards: Callable[..., Report], visits: Callable[..., Report]) -> None:
        cards([card(1)])
        visits([visit(1, "V1")])
        before = Visit.objects.get().record_number
        report = visits([visit(1, "V1", outcome="5", total_cost="7.25")])
        after = Visit.objects.get()
        assert (after.record_number, after.outcome, str(after.total_cost)) == (before, "5", "7.25")
        assert dict(report.stored) == {"changed": 1, "added": 0}

    def test_the_last_row_of_a_key_wins(self, cards: Callable[..., Report], visits: Callable[..., Report]) -> None:
        for _ in range(2):  # for new rows, then for held ones
            cards([card(1, full_name="Một", area="K1"), card(1, full_name="Hai", area="K2")])
            assert InsuredPerson.objects.get().full_name == "Hai"
            assert Card.objects.get().area == "K2"
        visits([visit(1, "V", outcome="1"), visit(1, "V", outcome="3")])
        assert Visit.objects.get().outcome == "3"

    def test_new_cards_of_one_person(self, cards: Callable[..., Report]) -> None:
        cards([card(1), card(1, valid_from="2027-01-01", valid_to=""), card(1, card_number="TE1990000000001")])
        assert (InsuredPerson.objects.count(), Card.objects.count()) == (1, 3)

    def test_absent_columns_leave_what_is_held(self, cards: Callable[..., Report]) -> None:
        cards([card(1, status="army", area="K3")])
        few = ("social_number", "full_name", "birth", "gender", "card_number", "valid_from", "first_registration")
        before = state()
        cards([{name: card(1)[name] for name in few}])
        assert state() == before
        cards([{name: card(2)[name] for name in few}])
        new = Card.objects.get(person__social_number="9900000002")
        assert (new.status, new.valid_to, new.area) == ("valid", None, "")


class TestCitizenNumbers:
    @pytest.mark.parametrize("first", ["", "099000000001"])
    def test_an_empty_one_erases_nothing(self, cards: Callable[..., Report], first: str) -> None:
        cards([card(1, citizen_number=first)])
        cards([card(1), card(1, valid_from="2025-01-01", citizen_number="")])
        cards([card(1, full_name="Khác", citizen_number="")])
        person = InsuredPerson.objects.get()
        assert opened(person) == "099000000001"
        assert person.full_name == "Khác"

    def test_a_new_person_keeps_the_one_of_an_earlier_row(self, cards: Callable[..., Report]) -> None:
        cards([card(1), card(1, valid_from="2025-01-01", citizen_number="")])
        assert opened(InsuredPerson.objects.get()) == "099000000001"

    def test_one_held_by_another_is_rejected(self, cards: Callable[..., Report]) -> None:
        cards([card(1)])
        before = state()
        report = cards([card(2, citizen_number="099000000001"), card(3)])
        assert rejects(report) == [(2, "citizen_number", "CITIZEN_OF_ANOTHER")]
        assert not InsuredPerson.objects.filter(social_number="9900000002").exists()
        assert InsuredPerson.objects.filter(social_number="9900000003").exists()
        assert held(InsuredPerson)[0] == before[0][0]

    def test_the_first_claim_of_a_file_counts(self, cards: Callable[..., Report]) -> None:
        report = cards([card(1), card(2, citizen_number="099000000001"), card(3)])
        assert rejects(report) == [(3, "citizen_number", "CITIZEN_OF_ANOTHER")]
        assert InsuredPerson.objects.count() == 2

    def test_it_may_change(self, cards: Callable[..., Report]) -> None:
        cards([card(1)])
        cards([card(1, citizen_number="099000000009")])
        cards([card(2, citizen_number="099000000001")])
        numbers = {p.social_number: opened(p) for p in InsuredPerson.objects.all()}
        assert numbers == {"9900000001": "099000000009", "9900000002": "099000000001"}

    def test_it_is_never_shown(self, cards: Callable[..., Report]) -> None:
        cards([card(1)])
        report = cards(
            [
                card(2, citizen_number="099000000001"),
                card(3, citizen_number="0990000000013"),
                card(4, valid_from="099000000001"),
                card(5, card_number="099 000 000 001"),
                card(6, first_registration="099000000001"),
            ]
        )
        written = report.rejects.read_text(encoding="utf-8")
        assert report.rejected == 5
        assert "099" not in written
        assert "•" in written
        assert not [entry for entry in Entry.objects.all() if "0990000" in f"{entry.details}{entry.object}"]


class TestRejects:
    CLASHES = [
        ([card(2, card_number="GD4999900000001")], [(2, "card_number", "CARD_OF_ANOTHER")]),
        ([card(3), card(4, card_number="GD4999900000003")], [(3, "card_number", "CARD_OF_ANOTHER")]),
        ([card(3, area="K7"), card(4, birth="never", gender="9")],
         [(2, "area", "AREA_UNKNOWN"), (3, "birth", "BIRTH_FORM"), (3, "gender", "GENDER_UNKNOWN")]),
        ([card(3, valid_to="2025-01-01")], [(2, "valid_to", "DATES_ORDER")]),
    ]  # fmt: skip

    @pytest.mark.parametrize(("rows", "expected"), CLASHES)
    def test_cards(self, cards: Callable[..., Report], rows: Rows, expected: list[tuple[int, str, str]]) -> None:
        cards([card(1)])
        report = cards([*rows, card(9)])
        assert rejects(report) == expected
        assert report.rejected == len({line for line, _, _ in expected})
        assert InsuredPerson.objects.filter(social_number="9900000009").exists()
        assert Card.objects.get(number="GD4999900000001").person.social_number == "9900000001"

    VISIT_CLASHES = [
        ([visit(7, "V7")], [(2, "social_number", "PERSON_UNKNOWN")]),
        ([visit(2, "HELD")], [(2, "visit_code", "VISIT_OF_ANOTHER")]),
        ([visit(1, "N"), visit(2, "N")], [(3, "visit_code", "VISIT_OF_ANOTHER")]),
        ([visit(1, "N", discharged_at="202601050759")], [(2, "discharged_at", "DATES_ORDER")]),
    ]

    @pytest.mark.parametrize(("rows", "expected"), VISIT_CLASHES)
    def test_visits(
        self, cards: Callable[..., Report], visits: Callable[..., Report], rows: Rows,
        expected: list[tuple[int, str, str]],
    ) -> None:  # fmt: skip
        cards([card(1), card(2)])
        visits([visit(1, "HELD")])
        report = visits([*rows, visit(2, "GOOD")])
        assert rejects(report) == expected
        assert Visit.objects.filter(visit_code="GOOD").exists()
        assert Visit.objects.get(visit_code="HELD").person.social_number == "9900000001"

    LINES = [
        (b"a,b", "FIELD_COUNT"),
        (b'9900000002,"0990', "QUOTES"),
        (b"\xff\xfe", "NOT_UTF8"),
        (b"\x00", "FIELD_COUNT"),
        (b"x" * (streams.LONGEST_LINE + 1), "LINE_TOO_LONG"),
        (b"x" * (3 * streams.LONGEST_LINE + (1 << 19)), "LINE_TOO_LONG"),
    ]

    @pytest.mark.parametrize(("line", "code"), LINES)
    def test_lines_that_are_no_rows(self, cards: Callable[..., Report], line: bytes, code: str) -> None:
        head, good = text([card(1)]).encode().split(b"\n", 1)
        report = cards(head + b"\n\n" + line + b"\n" + good)
        assert rejects(report) == [(3, "", code)]
        assert Card.objects.count() == 1
        endless = cards(head + b"\n" + good + line)
        assert rejects(endless) == [(3, "", code)]

    def test_the_file_is_private_and_goes_with_its_reason(self, cards: Callable[..., Report]) -> None:
        first = cards([card(1, address="=1+1\x07"), card(2)])
        assert first.rejects.stat().st_mode & 0o777 == 0o600
        assert ",'=1+1" in first.rejects.read_text(encoding="utf-8")
        assert not cards([card(1)]).rejects.exists()

    def test_a_stranger_of_that_name_stays(self, cards: Callable[..., Report], tmp_path: Path) -> None:
        mine = tmp_path / "cards.csv.rejects.csv"
        mine.write_text("my notes")
        cards([card(1)])
        assert mine.read_text() == "my notes"

    def test_another_place(self, cards: Callable[..., Report], tmp_path: Path) -> None:
        report = cards([card(1, area="x")], rejects=tmp_path / "why.csv")
        assert rejects(report) == [(2, "area", "AREA_UNKNOWN")]
        assert report.rejects.name == "why.csv"
        with pytest.raises(FileUnusableError):
            cards([card(1, area="x")], rejects=tmp_path / "nowhere" / "why.csv")
        with pytest.raises(FileUnusableError):
            cards([card(1)], rejects=tmp_path / "cards.csv")

    def test_what_no_check_foresaw_costs_one_row(
        self, cards: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refusing(cursor: object, plan: object, rows: list[batches.Row], done: object) -> storing.Faults:
            if any(row.social_number == "9900000003" for row in rows):
                raise IntegrityError("another program was faster")
            return real(cursor, plan, rows, done)  # type: ignore[arg-type]

        real = storing._upsert
        cards([card(n) for n in range(1, 6)])
        monkeypatch.setattr(storing, "_upsert", refusing)
        report = cards([card(n, area="K2") for n in range(1, 6)])
        assert rejects(report) == [(4, "", "DATABASE")]
        assert Card.objects.filter(area="K2").count() == 4
        assert report.stored["changed"] == 4


class TestFiles:
    def test_shapes_of_one_file(self, cards: Callable[..., Report]) -> None:
        plain = text([card(1, address="Thôn 1 Xã Thử"), card(2)]).encode()
        cards(plain)
        before = state()
        shapes = [
            b"\xef\xbb\xbf" + plain,
            plain.replace(b",", b";"),
            plain.replace(b"\n", b"\r\n"),
            plain.rstrip(b"\n"),
            plain.upper().replace(b"VALID,99", b"valid,99")[: plain.index(b"\n")] + plain[plain.index(b"\n") :],
            gzip.compress(plain),
            gzip.compress(plain[:400]) + gzip.compress(plain[400:]),
            zstandard.compress(plain),
            zstandard.compress(plain[:400]) + zstandard.compress(plain[400:]),
        ]
        for shape in shapes:
            report = cards(shape)
            assert (report.accepted, report.rejected, report.stored.total()) == (2, 0, 0)
        assert state() == before

    def test_quotes_and_unknown_columns(self, cards: Callable[..., Report]) -> None:
        row = card(1, address='"Số 1, ""ngõ"" Thử"')
        report = cards([{"note": "x", **row}])
        assert report.unknown_columns == ["note"]
        assert InsuredPerson.objects.get().address == 'Số 1, "ngõ" Thử'

    REFUSED = [
        (b"", FileEmptyError),
        (b"\n \n", FileEmptyError),
        (b"\xef\xbb\xbf", FileEmptyError),
        ("số,tên\n".encode("utf-16"), FileEncodingError),
        (b"social_number,full_name\n", HeaderError),
        (text([card(1)]).replace("area", "gender", 1).encode(), HeaderError),
        (b'"social_number' + b"x" * 200_000, HeaderError),
        (b"social_number\rfull_name\n", HeaderError),
        (gzip.compress(b"", mtime=0)[:5], FileBrokenError),
        (b"\x1f\x8bnot gzip", FileBrokenError),
        (b"\x28\xb5\x2f\xfd????????", FileBrokenError),
    ]

    @pytest.mark.parametrize(("content", "refusal"), REFUSED)
    def test_files_without_a_usable_header(
        self, cards: Callable[..., Report], content: bytes, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            cards(content)
        assert not Entry.objects.exists()

    def test_missing_files_and_folders(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.csv", tmp_path):
            with pytest.raises(FileUnusableError):
                importing.import_cards(path, by="operator:test", at=AT)

    @pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
    def test_a_file_that_was_cut_off_keeps_what_was_read(
        self, cards: Callable[..., Report], compress: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "BATCH_ROWS", 50)
        words = [os.urandom(40).hex() for _ in range(2000)]
        whole = compress(text([card(n, address=word) for n, word in enumerate(words)]).encode())
        with pytest.raises(FileBrokenError) as broken:
            cards(whole[: len(whole) // 2] if compress is gzip.compress else whole[:-3])
        assert 0 < Card.objects.count() < 2000 or compress is zstandard.compress
        assert "Traceback" not in broken.value.sentence
        entry = Entry.objects.get()
        assert (entry.outcome, entry.details["rows"]) == ("broken", Card.objects.count())

    def test_a_device_that_fails_is_a_broken_file(self) -> None:
        class Failing(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, _: object) -> int:
                if told:
                    raise OSError("Input/output error")
                told.append(1)
                return 0

        told: list[int] = []
        source = streams.Source(io.BufferedReader(Failing()), lambda _: None)
        with pytest.raises(streams.BrokenStreamError):
            list(source.lines())

    def test_a_disk_that_fails(self, cards: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
        def failing(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
            yield from real(chunks)
            raise streams.BrokenStreamError("OSError")

        real = streams._lines
        monkeypatch.setattr(streams, "_lines", failing)
        with pytest.raises(FileBrokenError):
            cards([card(1)])
        assert Card.objects.count() == 1


class TestStopping:
    def test_finished_batches_are_kept(self, cards: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*arguments: object) -> storing.Faults:
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return real(*arguments)  # type: ignore[arg-type]

        calls: list[int] = []
        real = storing.store
        monkeypatch.setattr(batches, "BATCH_ROWS", 2)
        monkeypatch.setattr(importing, "store", interrupted)
        rows = [card(n) for n in range(20)]
        with pytest.raises(ImportStoppedError) as stopped:
            cards(rows)
        assert stopped.value.facts == {"stored": 4}
        assert Card.objects.count() == 4
        assert Entry.objects.get().outcome == "stopped"
        monkeypatch.setattr(importing, "store", real)
        assert cards(rows).stored["added"] == 16

    def test_batches_also_end_by_size(self, cards: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batches, "_BATCH_BYTES", 300)
        assert cards([card(n) for n in range(9)]).stored["added"] == 9


def test_the_audit_entry_names_the_file_and_counts(cards: Callable[..., Report]) -> None:
    seen: list[int] = []
    report = cards([card(1), card(2, area="x")], progress=seen.append)
    entry = Entry.objects.get()
    assert (entry.event, entry.actor, entry.at, entry.object) == (
        "insured:cards:import",
        "operator:test",
        AT,
        "file:cards.csv",
    )
    assert entry.details == {
        "sha256": report.sha256, "rows": 2, "rejected": 1,
        "people_added": 1, "added": 1,
    }  # fmt: skip
    assert sum(seen) == (report.rejects.parent / "cards.csv").stat().st_size


PIECES = st.sampled_from(
    [*CARD.values(), *VISIT.values(), ",", ";", '"', "\n", "\r", "\x00", "\\N", "\\.", "\\", "\t", "\ufeff", "9" * 400]
)
JUNK = st.one_of(st.text(max_size=20), PIECES)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 3), st.dictionaries(st.sampled_from(sorted(CARD)), JUNK, max_size=3)), max_size=8
    ),
    tail=st.binary(max_size=60),
)
def test_hostile_cards_never_break_the_run(
    cards: Callable[..., Report], changes: list[tuple[int, dict[str, str]]], tail: bytes
) -> None:
    InsuredPerson.objects.filter(cards=None).delete()
    rows = [card(1), *(card(n, **change) for n, change in changes), card(8)]
    report = cards(text(rows).encode() + tail)
    assert InsuredPerson.objects.filter(social_number="9900000008").exists()
    assert report.accepted + report.rejected == report.rows
    assert len({line for line, _, _ in rejects(report)}) == report.rejected
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from(sorted(VISIT)), JUNK, max_size=3), max_size=6))
def test_hostile_visits_never_break_the_run(
    cards: Callable[..., Report], visits: Callable[..., Report], changes: list[dict[str, str]]
) -> None:
    cards([card(1), card(2)])
    report = visits([visit(1, "FIRST"), *({**visit(2, "X"), **change} for change in changes), visit(1, "LAST")])
    assert Visit.objects.filter(visit_code="LAST").exists()
    assert len({line for line, _, _ in rejects(report)}) == report.rejected


def test_the_commands_tell_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(app: typer.Typer, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, catch_exceptions=False)

    monkeypatch.setattr(exchange, "work", contextlib.nullcontext)  # the test's own transaction
    out, err = Console(soft_wrap=True), Console(soft_wrap=True, force_terminal=True)
    monkeypatch.setattr(exchange, "out", out)
    monkeypatch.setattr(exchange, "err", err)
    path = tmp_path / "cards.csv"
    path.write_text(text([{"note": "", **card(1)}, {"note": "", **card(2)}]))
    with monkeypatch.context() as patch:
        lines: list[str] = []
        patch.setattr(out, "print", lambda words, **_: lines.append(words))
        patch.setattr(err, "print", lambda *words, **_: lines.extend(map(str, words)))
        assert run(exchange.import_app, "cards", str(path)).exit_code == 0
        path.write_text(text([card(1), card(3, area="K9")]))
        assert run(exchange.import_app, "cards", str(path)).exit_code == 1
        path.write_text(text([visit(1, "V1")]))
        assert run(exchange.import_app, "visits", str(path)).exit_code == 0
        assert run(exchange.export_app, "visits", str(tmp_path / "v.csv")).exit_code == 0
        assert run(exchange.export_app, "cards", str(tmp_path / "c.csv")).exit_code == 0
        assert run(exchange.export_app, "cards", str(tmp_path / "clear.csv"), "--with-cccd").exit_code == 0
    said = "\n".join(lines)
    for sentence in (
        "Bỏ qua cột không biết: note",
        "Nhận 2/2 dòng: thêm 2, đổi 0; người: thêm 2, đổi 0",
        "Từ chối 1 dòng",
        "Nhận 1/1 dòng: thêm 1, đổi 0\n",
        "1 dòng →",
    ):
        assert sentence in said + "\n"
    assert "099000000001" not in (tmp_path / "c.csv").read_text()
    assert "099000000001" in (tmp_path / "clear.csv").read_text()


def test_the_command_commits_reports_and_tells_by_its_status(
    fresh_database: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    environment, path = fresh_database(), tmp_path / "cards.csv"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = "from congbhyt.commands import exchange as e; import typer; a = typer.Typer()\n"
        command += "a.add_typer(e.import_app, name='import'); a.add_typer(e.export_app, name='export'); a()"
        done = subprocess.run(
            [sys.executable, "-c", command, *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done

    path.write_text(text([{"note": "", **card(1)}, {"note": "", **card(2)}]))
    first = run("import", "cards", str(path))
    assert (first.returncode, "Nhận 2/2 dòng: thêm 2" in first.stdout) == (0, True)
    assert "note" in first.stderr
    path.write_text(text([card(1), card(3, area="K9")]))
    second = run("import", "cards", str(path))
    assert (second.returncode, "Từ chối 1 dòng" in second.stderr) == (1, True)
    path.write_text(text([visit(1, "V1")]))
    assert run("import", "visits", str(path)).returncode == 0
    assert run("export", "visits", str(tmp_path / "visits.csv")).stdout.startswith("1 dòng")
    assert run("export", "cards", str(tmp_path / "out.csv.gz"), "--with-cccd").stdout.startswith("2 dòng")
    missing = run("import", "cards", str(tmp_path / "none.csv"))
    assert (missing.returncode, "FILE_UNUSABLE" in missing.stderr) == (1, True)
