"""Agencies, units and their networks: what clerks may enter, and what stays on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from django.db import DatabaseError

from congbhyt.audit.models import Entry
from congbhyt.installation.queries import revisions
from congbhyt.kernel.refusal import Refusal
from congbhyt.units import actions, denials, queries
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Agency, AgencyNetwork, Denial, SupportContact, Unit, UnitNetwork
from congbhyt.units.refusals import (
    AgencyCodeError,
    NetworkExistsError,
    NetworkFormError,
    NetworkPeriodError,
    NoSuchNetworkError,
    NoSuchUnitError,
    ParentNeededError,
    SandboxNetworkError,
    UnitCodeError,
    UnitExistsError,
)
from tests.factories import BY, NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OFFICE = "203.0.113.0/24"
INSIDE = ip_address("203.0.113.7")


def open_agency(code: str = "01") -> Agency:
    return actions.open_agency(
        code=code, name=f"BHXH {code}", level=Agency.Level.PROVINCE, valid_from=date(2020, 1, 1), by=BY, at=NOW
    )


def open_unit(
    agency: Agency, code: str = "01999", kind: str = Unit.Kind.CONTRACTED, parent: Unit | None = None
) -> Unit:
    return actions.open_unit(
        code=code,
        name="Bệnh viện Thử Nghiệm",
        kind=kind,
        managing_agency=agency,
        parent=parent,
        valid_from=date(2020, 1, 1),
        by=BY,
        at=NOW,
    )


def add_network(
    home: Unit | Agency,
    network: str = OFFICE,
    *,
    at: datetime = NOW,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> UnitNetwork | AgencyNetwork:
    return actions.add_network(
        home=home, network=network, basis="01/dk-ip-ctn", by=BY, at=at, valid_from=valid_from, valid_to=valid_to
    )


@pytest.fixture
def agency() -> Agency:
    """A province's agency."""
    return open_agency()


@pytest.fixture
def unit(agency: Agency) -> Unit:
    """A hospital under it."""
    return open_unit(agency)


def last_entry() -> Entry:
    return Entry.objects.latest("pk")


def test_an_agency_is_entered_with_its_support_contacts() -> None:
    agency = actions.open_agency(
        code="hn",
        name="BHXH  Thử",
        level=Agency.Level.PROVINCE,
        valid_from=date(2020, 1, 1),
        contacts=[("Kết nối", "0000000001", "ketnoi@example.vn")],
        by=BY,
        at=NOW,
    )
    contact = SupportContact.objects.get(agency=agency)
    assert (agency.code, agency.name) == ("HN", "BHXH Thử")
    assert (contact.subject, contact.phone, contact.email) == ("Kết nối", "0000000001", "ketnoi@example.vn")
    assert list(queries.contacts("hn")) == [contact]


def test_an_agency_code_is_taken_once(agency: Agency) -> None:
    with pytest.raises(UnitExistsError):
        open_agency(agency.code)


@pytest.mark.parametrize("code", ["", " ", "01/2", "12345678901", "Đ1"])
def test_an_agency_code_that_no_handle_could_hold_is_refused(code: str) -> None:
    with pytest.raises(AgencyCodeError):
        open_agency(code)


def test_a_merged_agency_hands_its_units_to_its_successor(agency: Agency, unit: Unit) -> None:
    successor = open_agency("02")
    actions.succeed_agency(agency=agency, successor=successor, last_day=date(2026, 2, 28), by=BY, at=NOW)
    unit.refresh_from_db()
    agency.refresh_from_db()
    assert (unit.managing_agency, unit.receiving_agency) == (successor, successor)
    assert (agency.successor, agency.valid_to) == (successor, date(2026, 2, 28))


def test_a_unit_sends_its_requests_to_the_agency_that_manages_it(agency: Agency, unit: Unit) -> None:
    assert unit.receiving_agency == agency


@pytest.mark.parametrize("code", ["1999", "019999", "01-99", "0199a", "0199Đ", ""])
def test_a_unit_code_has_five_digits_or_capital_letters(agency: Agency, code: str) -> None:
    with pytest.raises(UnitCodeError):
        open_unit(agency, code)


def test_a_unit_code_is_taken_once(agency: Agency, unit: Unit) -> None:
    with pytest.raises(UnitExistsError):
        open_unit(agency, unit.code)


@pytest.mark.parametrize("kind", [Unit.Kind.SUBORDINATE, Unit.Kind.COMMUNE_STATION])
def test_a_site_needs_its_parent(agency: Agency, unit: Unit, kind: str) -> None:
    with pytest.raises(ParentNeededError):
        open_unit(agency, "01A01", kind)
    assert open_unit(agency, "01A01", kind, parent=unit).parent == unit


@pytest.mark.parametrize("find", [queries.unit, queries.agency, queries.home])
def test_an_unknown_code_is_refused_by_name(find: Callable[[str], object]) -> None:
    with pytest.raises(NoSuchUnitError, match="«99999»"):
        find("99999")


def test_a_home_is_a_unit_or_an_agency_in_any_letter_case(unit: Unit) -> None:
    abc = open_agency("abc")
    assert queries.home(" 01999 ") == unit
    assert queries.home("aBc") == abc


def test_a_network_lets_its_unit_in_at_once(unit: Unit) -> None:
    add_network(unit)
    assert queries.allow_list(NOW).owners(INSIDE, NOW) == {"01999"}


def test_a_network_opens_and_closes_at_its_moments(unit: Unit) -> None:
    add_network(unit, valid_from=NOW + DAY, valid_to=NOW + 2 * DAY)
    allowed = queries.allow_list(NOW)
    moments = (NOW, NOW + DAY, NOW + 2 * DAY - timedelta(seconds=1), NOW + 2 * DAY)
    assert [bool(allowed.owners(INSIDE, moment)) for moment in moments] == [False, True, True, False]


def test_an_ended_network_is_closed_and_stays_on_record(unit: Unit) -> None:
    added = add_network(unit)
    actions.end_network(home=unit, network=OFFICE, by="operator:lan", at=NOW + DAY)
    added.refresh_from_db()
    assert queries.allow_list(NOW + DAY).owners(INSIDE, NOW + DAY) == frozenset()
    assert (added.ended_by, added.ended_at) == ("operator:lan", NOW + DAY)
    assert queries.networks("01999") == [added]


@pytest.mark.parametrize("code", ["01", "01999"])
@pytest.mark.parametrize("change", ["add", "end"])
@pytest.mark.usefixtures("unit")
def test_a_change_of_networks_raises_the_revision_that_processes_poll(code: str, change: str) -> None:
    home = queries.home(code)
    if change == "end":
        add_network(home)
    before = revisions()["networks"]
    if change == "add":
        add_network(home)
    else:
        actions.end_network(home=home, network=OFFICE, by=BY, at=NOW + DAY)
    assert revisions()["networks"] > before


def test_a_unit_and_an_agency_may_hold_the_same_network_and_neither_lends_it_to_the_other(
    agency: Agency, unit: Unit
) -> None:
    add_network(agency)
    add_network(unit, "203.0.113.0/28")
    only_the_agency_s = ip_address("203.0.113.200")
    units, agencies = queries.allow_list(NOW), queries.agency_list(NOW)
    assert [units.owners(one, NOW) for one in (INSIDE, only_the_agency_s)] == [{"01999"}, set()]
    assert [agencies.owners(one, NOW) for one in (INSIDE, only_the_agency_s)] == [{"01"}, {"01"}]


def test_an_agency_s_network_opens_and_closes_at_its_moments(agency: Agency) -> None:
    add_network(agency, valid_from=NOW + DAY, valid_to=NOW + 2 * DAY)
    listed = queries.agency_list(NOW)
    moments = (NOW, NOW + DAY, NOW + 2 * DAY - timedelta(seconds=1), NOW + 2 * DAY)
    assert [bool(listed.owners(INSIDE, moment)) for moment in moments] == [False, True, True, False]


def test_ending_a_unit_s_network_leaves_the_same_one_of_its_agency(agency: Agency, unit: Unit) -> None:
    for home in (agency, unit):
        add_network(home)
    actions.end_network(home=unit, network=OFFICE, by=BY, at=NOW)
    assert queries.allow_list(NOW).owners(INSIDE, NOW) == frozenset()
    assert queries.agency_list(NOW).owners(INSIDE, NOW) == {"01"}


def test_an_ended_network_of_an_agency_is_closed_and_stays_on_record(agency: Agency) -> None:
    added = add_network(agency)
    with pytest.raises(NetworkExistsError):
        add_network(agency)
    actions.end_network(home=agency, network=OFFICE, by="operator:lan", at=NOW + DAY)
    added.refresh_from_db()
    assert queries.agency_list(NOW + DAY).owners(INSIDE, NOW + DAY) == frozenset()
    assert (added.ended_by, added.ended_at) == ("operator:lan", NOW + DAY)
    assert queries.networks("01") == [added]
    with pytest.raises(NoSuchNetworkError):
        actions.end_network(home=agency, network=OFFICE, by=BY, at=NOW + DAY)


def test_networks_of_all_are_listed_under_their_own_codes(agency: Agency, unit: Unit) -> None:
    added = [add_network(agency), add_network(unit), add_network(unit, "198.51.100.0/24")]
    assert queries.networks() == added
    assert [network.home for network in added] == [agency, unit, unit]
    assert [str(network) for network in added[:2]] == [f"{agency} {OFFICE}", f"{unit} {OFFICE}"]


def test_a_network_is_registered_once_per_unit_but_two_units_may_share_it(agency: Agency, unit: Unit) -> None:
    add_network(unit)
    with pytest.raises(NetworkExistsError):
        add_network(unit)
    add_network(open_unit(agency, "01998"))
    assert queries.allow_list(NOW).owners(INSIDE, NOW) == {"01999", "01998"}


def test_a_network_that_was_ended_may_be_registered_anew(unit: Unit) -> None:
    add_network(unit)
    actions.end_network(home=unit, network=OFFICE, by=BY, at=NOW)
    add_network(unit)
    assert queries.allow_list(NOW).owners(INSIDE, NOW) == {"01999"}


def test_a_network_whose_period_has_run_out_may_be_registered_anew(unit: Unit) -> None:
    add_network(unit, valid_to=NOW + DAY)
    add_network(unit, at=NOW + DAY)
    assert queries.allow_list(NOW + DAY).owners(INSIDE, NOW + DAY) == {"01999"}


@pytest.mark.parametrize("ends", [NOW, NOW - DAY])
def test_a_period_that_ends_before_it_begins_is_refused(unit: Unit, ends: datetime) -> None:
    with pytest.raises(NetworkPeriodError):
        add_network(unit, valid_to=ends)


@pytest.mark.parametrize(
    "text", ["", "office", "8.8.", "203.0.113.7/24", "203.0.113.0/33", "fe80::1%eth0", "10.0.0.1-9"]
)
def test_what_is_no_network_is_refused(unit: Unit, text: str) -> None:
    with pytest.raises(NetworkFormError):
        add_network(unit, text)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.0/8", "::1", "::ffff:127.0.0.1", "0.0.0.0/0", "::/0"])
def test_this_machine_s_own_addresses_are_registered_only_in_a_sandbox(
    unit: Unit, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "is_sandbox", lambda: False)
    with pytest.raises(SandboxNetworkError):
        add_network(unit, text)


def test_a_mapped_network_is_stored_as_the_ipv4_that_it_is(unit: Unit) -> None:
    assert add_network(unit, "::ffff:203.0.113.0/120").network == ip_network(OFFICE)


def test_only_a_network_in_force_can_be_ended(agency: Agency, unit: Unit) -> None:
    add_network(open_unit(agency, "01998"))
    with pytest.raises(NoSuchNetworkError):
        actions.end_network(home=unit, network=OFFICE, by=BY, at=NOW)


def test_each_write_says_who_did_what_to_what_and_when(unit: Unit) -> None:
    add_network(unit)
    entry = last_entry()
    assert (entry.event, entry.actor, entry.at) == ("units:network:add", BY, NOW)
    assert (entry.object, entry.unit_code, entry.details) == ("unit:01999", "01999", {"network": OFFICE})


def test_an_agency_s_network_is_on_record_under_the_agency(agency: Agency) -> None:
    add_network(agency)
    actions.end_network(home=agency, network=OFFICE, by=BY, at=NOW)
    entries = Entry.objects.order_by("-pk")[:2]
    assert [(entry.event, entry.object, entry.unit_code, entry.details) for entry in entries] == [
        ("units:network:end", "agency:01", "", {"network": OFFICE}),
        ("units:network:add", "agency:01", "", {"network": OFFICE}),
    ]


def test_a_refusal_leaves_no_entry(unit: Unit) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refusal):
        add_network(unit, "office")
    assert Entry.objects.count() == before


def _succeed(unit: Unit) -> object:
    successor = Agency.objects.exclude(pk=unit.managing_agency_id).get()
    return actions.succeed_agency(
        agency=unit.managing_agency, successor=successor, last_day=date(2026, 2, 28), by=BY, at=NOW
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda unit: open_agency("03"),  # noqa: ARG005  # all take the unit
        _succeed,
        lambda unit: open_unit(unit.managing_agency, "01997"),
        lambda unit: add_network(unit, "198.51.100.0/24"),
        lambda unit: actions.end_network(home=unit, network=OFFICE, by=BY, at=NOW),
    ],
    ids=["open_agency", "succeed_agency", "open_unit", "add_network", "end_network"],
)
def test_nothing_is_saved_when_the_audit_entry_cannot_be(
    unit: Unit, write: Callable[[Unit], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_agency("02")
    add_network(unit)
    kept = (Agency, Unit, UnitNetwork)
    before = [list(model.objects.order_by("pk").values()) for model in kept]

    def fail(**_: object) -> None:
        raise DatabaseError("the record is full")

    monkeypatch.setattr(Entry.objects, "create", fail)
    with pytest.raises(DatabaseError, match="the record is full"):
        write(unit)
    assert [list(model.objects.order_by("pk").values()) for model in kept] == before


def test_denials_of_one_hour_are_one_row() -> None:
    late = datetime(2026, 3, 2, 1, 59, tzinfo=UTC)
    for moment, times in ((datetime(2026, 3, 2, 1, 1, tzinfo=UTC), 2), (late, 3)):
        denials.add({DenialKey.of("foreign", "198.51.100.9", moment, "01999_BV", "01999"): times}, at=moment)
    row = Denial.objects.get()
    assert (row.times, row.last_at, row.unit_code) == (5, late, "01999")


def test_denials_are_read_newest_first() -> None:
    for hours, address in ((0, "198.51.100.1"), (2, "198.51.100.2"), (1, "198.51.100.3")):
        moment = NOW + timedelta(hours=hours)
        denials.add({DenialKey.of("unregistered", address, moment): 1}, at=moment)
    assert [row.address for row in queries.denials(newest=2)] == ["198.51.100.2", "198.51.100.3"]
