"""Export: what it writes is what import reads, and no CCCD leaves unasked."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from congbhyt.audit.models import Entry
from congbhyt.insured import exporting, importing, streams
from congbhyt.insured.formats import CARDS, VISITS
from congbhyt.insured.models import Card, InsuredPerson, Visit
from congbhyt.insured.refusals import FileUnusableError
from tests.unit.test_import import card, text, visit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
ADDRESS = "Số 1 “ngõ” \\N\\. Thử"
ROUND_TRIP_CARDS = [
    card(1, address=ADDRESS),
    card(1, address=ADDRESS, valid_from="2027-01-01", valid_to="", status="army", replaces="GD4999900000001"),
    card(2, citizen_number="", birth="1980", area="", five_years_on="", agency_code=""),
    card(3, birth="03/1980", gender="3", address=""),
]
ROUND_TRIP_VISITS = [
    visit(1, "A-1", total_cost="120000.50", other_codes="", diagnosis=""),
    visit(1, "A-2", admitted_at="2026-01-05T08:00:07", discharged_at="2026-01-05T08:00:07"),
    visit(3, "A 1", facility_code="99BV1"),
]


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A folder, after some cards and visits were imported."""
    load(tmp_path)
    return tmp_path


def load(folder: Path) -> None:
    for function, rows in (
        (importing.import_cards, ROUND_TRIP_CARDS),
        (importing.import_visits, ROUND_TRIP_VISITS),
    ):
        path = folder / "in.csv"
        path.write_text(text(rows), encoding="utf-8")
        assert function(path, by="operator:test", at=AT).rejected == 0


def export_cards(path: Path, *, clear: bool = True) -> int:
    return exporting.export_cards(path, by="operator:test", at=AT, with_citizen_numbers=clear)


def export_visits(path: Path) -> int:
    return exporting.export_visits(path, by="operator:test", at=AT)


def empty_tables() -> None:
    for model in (Visit, Card, InsuredPerson):
        model.objects.all().delete()


def test_rows_stand_in_order_with_the_format_s_columns(held: Path) -> None:
    assert export_cards(held / "cards.csv") == 4
    assert export_visits(held / "visits.csv") == 3
    cards = list(csv.DictReader(io.StringIO((held / "cards.csv").read_text(encoding="utf-8"))))
    visits = list(csv.DictReader(io.StringIO((held / "visits.csv").read_text(encoding="utf-8"))))
    assert list(cards[0]) == [column.name for column in CARDS.columns]
    assert list(visits[0]) == [column.name for column in VISITS.columns]
    assert cards == ROUND_TRIP_CARDS
    assert [row["admitted_at"] for row in visits[:2]] == ["2026-01-05T08:00:00", "2026-01-05T08:00:07"]
    assert [row["total_cost"] for row in visits] == ["120000.50", "120000.00", "120000.00"]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "csv.zst"])
def test_the_round_trip_is_exact(held: Path, ending: str) -> None:
    files = [held / f"{name}.{ending}" for name in ("cards1", "visits1", "cards2", "visits2")]
    export_cards(files[0]), export_visits(files[1])
    empty_tables()
    importing.import_cards(files[0], by="operator:test", at=AT)
    importing.import_visits(files[1], by="operator:test", at=AT)
    export_cards(files[2]), export_visits(files[3])
    assert files[0].read_bytes() == files[2].read_bytes()
    assert files[1].read_bytes() == files[3].read_bytes()


def test_importing_an_export_changes_nothing(held: Path) -> None:
    export_cards(held / "cards.csv"), export_visits(held / "visits.csv")
    again = [
        importing.import_cards(held / "cards.csv", by="operator:test", at=AT),
        importing.import_visits(held / "visits.csv", by="operator:test", at=AT),
    ]
    assert [(report.stored.total(), report.rejected) for report in again] == [(0, 0), (0, 0)]


def test_citizen_numbers_stay_sealed_unless_asked(held: Path) -> None:
    export_cards(held / "cards.csv", clear=False)
    assert "099000" not in (held / "cards.csv").read_text(encoding="utf-8")
    export_cards(held / "clear.csv")
    sealed = (held / "clear.csv").read_text(encoding="utf-8")
    for number in ("099000000001", "099000000003"):
        sealed = sealed.replace(number, "")
    assert sealed == (held / "cards.csv").read_text(encoding="utf-8")
    report = importing.import_cards(held / "cards.csv", by="operator:test", at=AT)
    assert report.stored.total() == 0


def test_endings_compress_and_files_are_private(held: Path) -> None:
    for ending, unpack in (("gz", gzip.decompress), ("zst", lambda data: zstandard.decompress(data, 1 << 20))):
        export_visits(held / f"v.{ending}")
        assert unpack((held / f"v.{ending}").read_bytes()).startswith(b"social_number,")
    assert (held / "v.gz").stat().st_mode & 0o777 == 0o600


def test_one_audit_entry_with_hash_and_count(held: Path) -> None:
    before = Entry.objects.count()
    export_cards(held / "cards.csv.gz")
    entry = Entry.objects.latest("id")
    assert Entry.objects.count() == before + 1
    assert (entry.event, entry.object) == ("insured:cards:export", "file:cards.csv.gz")
    digest = hashlib.sha256((held / "cards.csv.gz").read_bytes()).hexdigest()
    assert entry.details == {"sha256": digest, "rows": 4, "citizen_numbers": True}


@pytest.mark.parametrize("name", ["nowhere/cards.csv", "folder"])
def test_a_place_that_cannot_be_written(held: Path, name: str) -> None:
    (held / "folder").mkdir()
    before = Entry.objects.count()
    with pytest.raises(FileUnusableError):
        export_cards(held / name)
    assert sorted(path.name for path in held.iterdir()) == ["folder", "in.csv"]
    assert Entry.objects.count() >= before


def test_a_failure_leaves_the_earlier_file(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError("No space left on device")

    (held / "cards.csv").write_text("earlier")
    before = Entry.objects.count()
    monkeypatch.setattr(streams._Hashed, "write", full)
    with pytest.raises(FileUnusableError):
        export_cards(held / "cards.csv")
    assert (held / "cards.csv").read_text() == "earlier"
    assert len(list(held.iterdir())) == 2
    assert Entry.objects.count() == before


def test_line_breaks_held_in_words_do_not_break_rows(held: Path) -> None:
    InsuredPerson.objects.filter(social_number="9900000003").update(address="Thôn 1\r\nXã\tThử")
    export_cards(held / "cards.csv")
    report = importing.import_cards(held / "cards.csv", by="operator:test", at=AT)
    assert report.rejected == 0
    assert InsuredPerson.objects.get(social_number="9900000003").address == "Thôn 1 Xã Thử"
