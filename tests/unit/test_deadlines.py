"""Deadlines of registration: to the instant, the nearest agency's first, an installation's own over the shipped."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from congbhyt.audit.models import Entry
from congbhyt.commands.root import app
from congbhyt.config import bootstrap
from congbhyt.kernel.clock import VIETNAM
from congbhyt.policy import actions, queries
from congbhyt.policy.actions import DeadlineKindError, DeadlineOrderError
from congbhyt.policy.deadlines import Deadline, DeadlineKind, deadline, merged, shipped
from congbhyt.policy.models import LocalDeadline
from congbhyt.units.models import Agency
from tests import factories
from tests.factories import BY, NOW

LETTER = "CV 1923/BHXH-CNTT"
MOMENT = timedelta(microseconds=1)
SUMMER = datetime(2024, 7, 3, 9, tzinfo=VIETNAM)
BINH_DINH, HA_NOI = "52", "01"


def midnight(month: int, day: int, year: int = 2024) -> datetime:
    return datetime(year, month, day, tzinfo=VIETNAM)


def row(
    campaign: str = "A", agency: str = "", due: datetime = NOW, *, opens: datetime | None = None, kind: str = "people"
) -> Deadline:
    return Deadline(campaign, kind, agency, opens or due - timedelta(days=30), due, due + timedelta(days=30), "CV thử")


@pytest.mark.parametrize(
    ("kind", "agencies", "due"),
    [
        ("approvers", [BINH_DINH], midnight(7, 1)),
        ("addresses", [HA_NOI], midnight(7, 15)),
        ("addresses", [BINH_DINH], midnight(7, 10)),
        ("addresses", ["5201", BINH_DINH], midnight(7, 10)),
        ("addresses", [], midnight(7, 15)),
        ("people", [HA_NOI], midnight(7, 15)),
        ("people", ["5201", BINH_DINH], midnight(7, 10)),
        ("address_summary", [BINH_DINH], midnight(7, 20)),
    ],
)
def test_the_letter_s_days_end_where_they_begin(kind: str, agencies: list[str], due: datetime) -> None:
    found = deadline(shipped(), kind=kind, agencies=agencies, at=SUMMER)
    assert found is not None
    assert found.due == due
    assert found.due.astimezone(UTC).hour == 17
    assert [found.late(at) for at in (due - MOMENT, due, due + MOMENT)] == [False, True, True]


def test_the_last_instant_before_the_day_is_in_time() -> None:
    found = deadline(shipped(), kind="addresses", agencies=[], at=SUMMER)
    assert found is not None
    assert not found.late(datetime(2024, 7, 14, 23, 59, 59, 999_000, tzinfo=VIETNAM))
    assert found.late(datetime(2024, 7, 15, tzinfo=VIETNAM))


def test_a_campaign_runs_from_its_opening_until_its_end_also_for_those_who_are_late() -> None:
    opens, ends = midnight(6, 20), midnight(8, 1)
    running = [
        deadline(shipped(), kind="people", agencies=[], at=at) is not None
        for at in (opens - MOMENT, opens, midnight(7, 15), ends - MOMENT, ends)
    ]
    assert running == [False, True, True, True, False]


def test_what_has_no_deadline_has_none() -> None:
    assert deadline(shipped(), kind="emergency", agencies=[HA_NOI], at=SUMMER) is None
    assert deadline([], kind="people", agencies=[], at=NOW) is None


def test_every_shipped_deadline_lies_within_its_campaign() -> None:
    assert [row for row in shipped() if not row.opens < row.due <= row.ends or row.kind not in set(DeadlineKind)] == []


def test_the_nearest_agency_s_deadline_counts() -> None:
    rows = [row(), row(agency="52", due=NOW + timedelta(days=1)), row(agency="5201", due=NOW + timedelta(days=2))]
    for agencies, expected in ((["5201", "52"], "5201"), (["5202", "52"], "52"), (["01"], ""), ([], "")):
        found = deadline(rows, kind="people", agencies=agencies, at=NOW)
        assert found is not None
        assert found.agency == expected


def test_the_campaign_that_opened_last_counts_even_if_an_older_one_is_more_local() -> None:
    older = row("A", "52", opens=NOW - timedelta(days=20))
    newer = row("B", "", opens=NOW - timedelta(days=10))
    assert deadline([older, newer], kind="people", agencies=["52"], at=NOW) == newer
    assert deadline([older, newer], kind="people", agencies=["52"], at=NOW - timedelta(days=15)) == older


def test_a_local_row_replaces_the_shipped_one_of_the_same_campaign_kind_and_agency() -> None:
    moved, other = row(due=NOW + timedelta(days=1)), row(agency="52")
    assert merged([row(), other], [moved]) == [other, moved]


def set_deadline(wanted: Deadline) -> None:
    actions.set_deadline(deadline=wanted, by=BY, at=NOW)


@pytest.mark.django_db
def test_a_province_sets_its_own_and_moves_it() -> None:
    set_deadline(row(LETTER, BINH_DINH, midnight(7, 8), kind="addresses"))
    set_deadline(row(LETTER, BINH_DINH, midnight(7, 9), kind="addresses"))
    set_deadline(row(LETTER, HA_NOI, midnight(7, 12), kind="addresses"))
    assert LocalDeadline.objects.count() == 2
    for agency, due in ((BINH_DINH, midnight(7, 9)), (HA_NOI, midnight(7, 12)), ("79", midnight(7, 15))):
        found = deadline(queries.deadlines(), kind="addresses", agencies=[agency], at=SUMMER)
        assert found is not None
        assert found.due == due


@pytest.mark.django_db
def test_a_deadline_set_is_on_record() -> None:
    wanted = row(LETTER, BINH_DINH, midnight(7, 8))
    set_deadline(wanted)
    entry = Entry.objects.latest("pk")
    assert (entry.event, entry.object, entry.actor) == ("policy:deadline:set", "deadline:people", BY)
    assert entry.details == {
        "campaign": LETTER, "agency": BINH_DINH, "opens": wanted.opens.isoformat(), "due": wanted.due.isoformat(),
        "ends": wanted.ends.isoformat(), "source": "CV thử",
    }  # fmt: skip
    assert str(LocalDeadline.objects.get()).startswith(f"people of {LETTER} due 2024-07-")


@pytest.mark.django_db
def test_an_impossible_deadline_saves_nothing() -> None:
    with pytest.raises(DeadlineKindError, match="addresses, people"):
        set_deadline(row(kind="papers"))
    with pytest.raises(DeadlineOrderError):
        set_deadline(row(opens=NOW))
    with pytest.raises(DeadlineOrderError):
        set_deadline(Deadline("A", "people", "", NOW, NOW + 2 * MOMENT, NOW + MOMENT, "x"))
    assert not LocalDeadline.objects.exists()
    assert not Entry.objects.filter(event="policy:deadline:set").exists()


@pytest.fixture
def command(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:  # noqa: ARG001  # must be there first
    """The command line on the test's own database."""
    monkeypatch.setattr(bootstrap, "database", contextlib.nullcontext)
    factories.build()
    return lambda *words: CliRunner().invoke(app, ["policy", *words])


DATES = ("--opens", "2024-06-20", "--due", "08/07/2024", "--ends", "2024-08-01", "--source", "CV thử")


def test_the_command_sets_a_deadline_and_lists_it(command: Callable[..., Result]) -> None:
    agency = Agency.objects.order_by("code")[0].code
    done = command("deadline", "people", "--campaign", LETTER, *DATES, "--agency", agency)
    assert (done.exit_code, done.stderr) == (0, "")
    listed = json.loads(command("deadlines", "--json").stdout)
    own = [datetime.fromisoformat(row["due"]) for row in listed if row["agency"] == agency]
    assert own == [midnight(7, 8)]
    assert len(listed) == len(shipped()) + 1


def test_the_command_refuses_an_unknown_agency_and_kind(command: Callable[..., Result]) -> None:
    for words, code in (
        (("deadline", "people", "--campaign", LETTER, *DATES, "--agency", "00000"), "UNIT_UNKNOWN"),
        (("deadline", "papers", "--campaign", LETTER, *DATES), "DEADLINE_KIND"),
    ):
        refused = command(*words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith(code)
    assert not LocalDeadline.objects.exists()
