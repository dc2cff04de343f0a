"""Loading the sandbox as an operator does: twice, with the wrong seed, into the wrong database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from congbhyt.accounts.models import ApiAccount, Person
from congbhyt.audit.models import Entry
from congbhyt.insured.importing import import_visits
from congbhyt.insured.models import Card, InsuredPerson, Visit
from congbhyt.outbox.models import Message
from congbhyt.policy import queries as policies
from congbhyt.sandbox import generator
from congbhyt.sandbox.loading import load
from congbhyt.sandbox.refusals import NeverRetiredError, NotSandboxError, OtherSeedError
from congbhyt.sandbox.retirements import move_retirement
from congbhyt.units.models import Agency, Unit, UnitNetwork
from congbhyt.units.queries import allow_list

Environment = dict[str, str]
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BY = "operator:test"


def _sandbox(environment: Environment, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "congbhyt.commands", "sandbox", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def _rows(environment: Environment, table: str) -> int:
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # our own names
    return int(counted[0]) if counted else -1


def test_loading_twice_gives_the_promised_numbers_once(fresh_database: Callable[[], Environment]) -> None:
    environment = fresh_database()
    first = _sandbox(environment, "load")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.split() == [
        "units", "30", "people", "122", "insured", "20,000", "cards", first.stdout.split()[7], "visits", "60,000",
        "rejected", "0",
    ]  # fmt: skip
    messages = _rows(environment, "outbox_message")
    again = _sandbox(environment, "load")
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert _rows(environment, "insured_visit") == 60_000
    assert _rows(environment, "outbox_message") == messages

    other = _sandbox(environment, "load", "--seed", "2")
    assert other.returncode == 1
    assert other.stderr.startswith("SANDBOX_SEED ")


def test_a_production_database_is_refused(fresh_database: Callable[[], Environment]) -> None:
    environment = fresh_database()
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        connection.execute("UPDATE installation_installation SET kind = 'production'")
    for arguments in (("load",), ("retirement", "KQNhanLichSuKCB2018", "2030-01-01")):
        refused = _sandbox(environment, *arguments)
        assert refused.returncode == 1
        assert refused.stderr.startswith("SANDBOX_ONLY ")
    assert _rows(environment, "units_unit") == 0


def test_the_cast_needs_no_database() -> None:
    environment = {"PATH": "", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    printed = _sandbox(environment, "cast", "--json")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout.startswith("[")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A province of a size that every test can afford."""
    monkeypatch.setattr(generator, "INSURED", 60)
    monkeypatch.setattr(generator, "VISITS", 120)


@pytest.mark.usefixtures("small")
@pytest.mark.django_db
def test_loading_opens_what_the_cast_promises() -> None:
    loaded = load(at=AT, by=BY)
    assert (loaded.units, loaded.insured, loaded.visits, loaded.rejected) == (30, 60, 120, 0)
    officer = Person.objects.get(handle="01999/kiemthu")
    assert officer.check_password("Kiem-thu-2026!")
    assert not officer.must_change_password
    assert set(officer.grants.values_list("right", flat=True)) == {"card_lookup", "history_lookup"}
    assert Person.objects.get(handle="01999/bikhoa").state == Person.State.LOCKED
    assert ApiAccount.objects.get(name="01999_KHOA").state == ApiAccount.State.LOCKED
    assert Agency.objects.get(code="00CNTT").duty == Agency.Duty.OPENS_ADDRESSES
    assert Unit.objects.filter(reveals_disease=True).count() == 1
    assert "99" in policies.current().at(AT).card_provinces
    assert Message.objects.filter(purpose="grant:history_lookup").count() > 3


@pytest.mark.usefixtures("small")
@pytest.mark.django_db
def test_loading_again_later_brings_back_what_is_missing_and_renews_the_cast() -> None:
    load(at=AT, by=BY)
    unit = Unit.objects.get(code="01999")
    UnitNetwork.objects.filter(unit=unit).update(ended_at=AT, ended_by=BY)
    Person.objects.get(handle="01999/kiemthu").grants.update(revoked_at=AT, revoked_by=BY, revoked_reason="thử")
    cards = Card.objects.count()
    later = AT + timedelta(days=400)
    loaded = load(at=later, by=BY)
    assert (loaded.units, loaded.insured, loaded.cards, loaded.visits) == (30, 60, cards, 120)
    assert UnitNetwork.objects.filter(unit=unit, ended_at=None).count() == 2
    assert Person.objects.get(handle="01999/kiemthu").grants.filter(revoked_at=None).count() == 2
    newest = Visit.objects.filter(card_number="GD4019900000001").latest("admitted_at")
    assert (later - newest.admitted_at).days == 10


@pytest.mark.usefixtures("small")
@pytest.mark.django_db
def test_an_interrupted_load_is_finished_with_the_first_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("congbhyt.sandbox.loading.import_visits", broken)
    with pytest.raises(KeyboardInterrupt):
        load(at=AT, by=BY)
    cards = Card.objects.count()
    monkeypatch.setattr("congbhyt.sandbox.loading.import_visits", import_visits)
    loaded = load(at=AT + timedelta(days=400), by=BY)
    assert (loaded.insured, loaded.cards, loaded.visits, loaded.rejected) == (60, cards, 120, 0)
    assert Entry.objects.filter(event="sandbox:load:done").count() == 1


@pytest.mark.usefixtures("small")
@pytest.mark.django_db
def test_another_seed_is_refused() -> None:
    load(at=AT, by=BY)
    with pytest.raises(OtherSeedError, match="--seed 1"):
        load(at=AT, seed=2, by=BY)


@pytest.mark.django_db
def test_outside_a_sandbox_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("congbhyt.sandbox.loading.is_sandbox", lambda: False)
    monkeypatch.setattr("congbhyt.sandbox.retirements.is_sandbox", lambda: False)
    with pytest.raises(NotSandboxError):
        load(at=AT, by=BY)
    with pytest.raises(NotSandboxError):
        move_retirement(function="KQNhanLichSuKCB2018", moment=AT, by=BY, at=AT)
    assert not InsuredPerson.objects.exists()


@pytest.mark.django_db
def test_a_retirement_moves() -> None:
    later = AT + timedelta(days=30)
    assert move_retirement(function="kqnhanlichsukcb2018", moment=later, by=BY, at=AT) == "KQNhanLichSuKCB2018"
    policy = policies.current()
    assert policy.retirement("KQNhanLichSuKCB2018", AT) is None
    assert policy.retirement("KQNhanLichSuKCB2018", later) is not None
    with pytest.raises(NeverRetiredError, match="KQNhanLichSuKCB2019"):
        move_retirement(function="KQNhanLichSuKCB2024", moment=later, by=BY, at=AT)


def test_the_retirement_command_takes_vietnams_time(fresh_database: Callable[[], Environment]) -> None:
    environment = fresh_database()
    moved = _sandbox(environment, "retirement", "kqnhanlichsukcb2019", "2030-01-01T08:30")
    assert (moved.returncode, moved.stdout) == (0, "KQNhanLichSuKCB2019: 2030-01-01 08:30\n")
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        row = connection.execute("SELECT retires_at FROM policy_retirement").fetchone()
    assert row == (datetime(2030, 1, 1, 1, 30, tzinfo=UTC),)


@pytest.mark.usefixtures("small")
@pytest.mark.django_db
def test_the_sandbox_hospital_may_call_from_this_machine() -> None:
    from congbhyt.kernel.addresses import read_address

    load(at=AT, by=BY)
    owners = allow_list(AT)
    for text, unit in (("127.0.0.1", "01999"), ("::1", "01999"), ("203.0.113.9", "01998")):
        address = read_address(text)
        assert address is not None
        assert owners.owners(address, AT) == {unit}
