"""Addresses from draft to allow-list: each step, each refusal, and what is in force at the gateway's list."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from ipaddress import ip_address

import pytest
from PIL import Image

from congbhyt.audit.models import Entry
from congbhyt.kernel.refusal import Refusal
from congbhyt.network import actions as network
from congbhyt.network import queries
from congbhyt.network.actions import Typed
from congbhyt.network.refusals import AddressInForceError, AddressTwiceError, NotYourSiteError
from congbhyt.network.summaries import compile_summary, waiting
from congbhyt.otp.models import Code
from congbhyt.outbox.models import Message
from congbhyt.policy import actions as policies
from congbhyt.registration import actions, papers
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import (
    EmptyRequestError,
    FieldError,
    LineDecidedError,
    NotEditableError,
    NothingChosenError,
    NothingToSummariseError,
    NotYoursToDecideError,
    NotYoursToFileError,
    OpenRequestError,
    PaperMissingError,
    PapersManyError,
    PartlyDecidedError,
    StepError,
    SummaryMissingError,
)
from congbhyt.registration.rules import Kind, LineState, State, Step
from congbhyt.units import actions as units
from congbhyt.units import denials
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Denial, Unit, UnitNetwork
from congbhyt.units.queries import allow_list
from tests import registration as house
from tests.factories import BY, NOW
from tests.registration import FROM_PAPER, HEAD, Country

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Country:
    """A province, a hospital, the national centres."""
    return house.settle()


def may_call(unit: Unit, address: str, *, days: float = 0) -> bool:
    """Whether the allow-list lets the unit call from there at that time."""
    at = NOW + timedelta(days=days)
    return unit.code in allow_list(at).owners(ip_address(address), at)


def states(request: Request) -> list[str]:
    """The lines' states in order."""
    return list(request.lines.order_by("number").values_list("state", flat=True))


def test_an_address_goes_from_draft_into_force(country: Country) -> None:
    """Unit, province, national centre; in force only at the end, and every step is on record."""
    request = house.draft_addresses(country, "198.51.100.20")
    house.with_paper(country, house.send(country, request))
    assert not may_call(country.house.unit, "198.51.100.20")
    assert house.approve(country, request).state == State.APPROVED
    compile_summary(agency=country.province, performer=country.approver, at=NOW)
    assert not may_call(country.house.unit, "198.51.100.20")
    assert house.open_all(country, request).state == State.IN_FORCE
    assert may_call(country.house.unit, "198.51.100.20")
    assert [step.step for step in request.steps.order_by("pk")] == [Step.BEGIN, Step.SUBMIT, Step.DECIDE, Step.OPEN]
    events = set(Entry.objects.filter(object=f"request:{request.pk}").values_list("event", flat=True))
    assert {f"registration:addresses:{step}" for step in ("begin", "submit", "decide", "open")} <= events


def test_a_range_is_in_force_as_its_networks(country: Country) -> None:
    """From the first to the last address, and not one beyond."""
    house.opened_addresses(country, "198.51.100.5 - 198.51.100.20")
    assert [may_call(country.house.unit, f"198.51.100.{last}") for last in (4, 5, 20, 21)] == [False, True, True, False]


def test_a_parent_asks_for_the_sites_that_it_names(country: Country) -> None:
    """The line of a site counts for the site alone."""
    request = house.draft_addresses(country)
    network.add_line(
        request=request, typed=Typed("198.51.100.9", site_code="01995"), performer=country.registrar,
        policy=house.policy(), at=NOW,
    )  # fmt: skip
    house.with_paper(country, house.send(country, request))
    house.approve(country, request)
    compile_summary(agency=country.province, performer=country.approver, at=NOW)
    house.open_all(country, request)
    assert may_call(country.site, "198.51.100.9")
    assert not may_call(country.house.unit, "198.51.100.9")


def test_no_site_of_others(country: Country) -> None:
    """A code that is no site of the unit is refused by name."""
    request = house.draft_addresses(country)
    with pytest.raises(NotYourSiteError):
        network.add_line(
            request=request, typed=Typed("198.51.100.9", site_code="01998"), performer=country.registrar,
            policy=house.policy(), at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("typed", ["203.0.113.7", "203.0.113.0/28", "203.0.113.1-203.0.113.9"])
def test_the_same_address_twice(country: Country, typed: str) -> None:
    """Also inside a range of another line."""
    request = house.draft_addresses(country, "203.0.113.7")
    with pytest.raises(AddressTwiceError, match="dòng 1"):
        network.add_line(
            request=request, typed=Typed(typed), performer=country.registrar, policy=house.policy(), at=NOW
        )


def test_what_is_in_force_is_not_asked_for_again(country: Country) -> None:
    """Except by a list that replaces the whole."""
    house.opened_addresses(country, "198.51.100.20")
    request = actions.begin(
        kind=Kind.ADDRESSES, home=country.house.unit, head=HEAD, performer=country.registrar, at=NOW
    )
    with pytest.raises(AddressInForceError):
        network.add_line(
            request=request, typed=Typed("198.51.100.20"), performer=country.registrar, policy=house.policy(), at=NOW
        )


def test_a_new_list_replaces_the_old(country: Country) -> None:
    """What both hold stays without a gap; what only the old one held ends; the old request says so."""
    old = house.opened_addresses(country, "198.51.100.20", "198.51.100.21")
    kept = UnitNetwork.objects.get(unit=country.house.unit, network="198.51.100.21/32")
    head = Head(manner=Request.Manner.REPLACEMENT, purposes=("card",), contact_phone="0000000301")
    house.opened_addresses(country, "198.51.100.21", "198.51.100.22", head=head)
    old.refresh_from_db()
    kept.refresh_from_db()
    assert old.state == State.REPLACED
    assert kept.ended_at is None
    assert [may_call(country.house.unit, f"198.51.100.{last}") for last in (20, 21, 22)] == [False, True, True]


def test_a_longer_period_leaves_no_gap(country: Country) -> None:
    """What is in force until the end of the month stays so, though its renewal says from the first of the next."""
    today = NOW.date()
    house.opened_addresses(country, "198.51.100.20", head=replace(HEAD, valid_to=today + timedelta(days=29)))
    house.opened_addresses(country, "198.51.100.20", head=replace(HEAD, valid_from=today + timedelta(days=30)))
    network_now = UnitNetwork.objects.get(unit=country.house.unit, network="198.51.100.20/32", ended_at=None)
    assert (network_now.valid_from, network_now.valid_to) == (NOW, None)


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, manner=Request.Manner.REPLACEMENT, valid_from=NOW.date() + timedelta(days=1)),
        replace(HEAD, valid_to=NOW.date() - timedelta(days=1)),
    ],
)
def test_a_period_that_would_cut_the_unit_off_is_refused(country: Country, head: Head) -> None:
    """A new list that begins later than the old one ends, and a period that is over."""
    with pytest.raises(FieldError):
        actions.begin(kind=Kind.ADDRESSES, home=country.house.unit, head=head, performer=country.registrar, at=NOW)


def test_one_open_request_of_a_kind(country: Country) -> None:
    """A unit's second draft is refused; another unit's is not."""
    house.draft_addresses(country)
    with pytest.raises(OpenRequestError):
        house.draft_addresses(country)
    house.draft_addresses(country, by=country.other_registrar)


def test_an_empty_request_is_not_sent(country: Country) -> None:
    """It asks for nothing."""
    request = actions.begin(
        kind=Kind.ADDRESSES, home=country.house.unit, head=HEAD, performer=country.registrar, at=NOW
    )
    with pytest.raises(EmptyRequestError):
        house.send(country, request)


def test_what_is_sent_is_not_edited(country: Country) -> None:
    """Until it is sent back, which says why, and the unit is told."""
    request = house.submitted_addresses(country)
    with pytest.raises(NotEditableError):
        network.remove_line(request=request, number=1, performer=country.registrar, at=NOW)
    told = Message.objects.filter(purpose="notice:request").count()
    actions.send_back(request=request, reason="thiếu nhà cung cấp", performer=country.approver, at=NOW)
    assert Message.objects.filter(purpose="notice:request").count() == told + 1
    network.remove_line(request=request, number=1, performer=country.registrar, at=NOW)
    assert not request.lines.exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_sending_back_says_why(country: Country, reason: str) -> None:
    """In words that the record holds."""
    request = house.submitted_addresses(country)
    with pytest.raises(FieldError):
        actions.send_back(request=request, reason=reason, performer=country.approver, at=NOW)


def test_lines_are_decided_one_by_one(country: Country) -> None:
    """The request waits until the last is decided; refused ones keep their reason."""
    request = house.submitted_addresses(country, "198.51.100.20", "198.51.100.21", "198.51.100.22")
    assert house.approve(country, request, 1).state == State.SUBMITTED
    assert house.refuse(country, request, 2, reason="của nhà mạng khác").state == State.SUBMITTED
    assert house.approve(country, request, 3).state == State.APPROVED
    assert states(request) == [LineState.APPROVED, LineState.REFUSED, LineState.APPROVED]
    assert request.lines.get(number=2).reason == "của nhà mạng khác"


def test_all_refused_is_a_refusal(country: Country) -> None:
    """And a new request may be begun."""
    request = house.refuse(country, house.submitted_addresses(country))
    assert request.state == State.REFUSED
    assert house.draft_addresses(country).pk != request.pk


def test_the_centre_opens_some_lines(country: Country) -> None:
    """What it does not open says why; the rest is in force."""
    request = house.approved_addresses(country, "198.51.100.20", "198.51.100.21")
    assert house.open_all(country, request, 1).state == State.APPROVED
    assert house.open_all(country, request, 2, let=False).state == State.IN_FORCE
    assert may_call(country.house.unit, "198.51.100.20")
    assert not may_call(country.house.unit, "198.51.100.21")


def test_a_decided_line_is_not_decided_again(country: Country) -> None:
    """Whoever comes second learns it, and nothing of theirs is done."""
    request = house.submitted_addresses(country, "198.51.100.20", "198.51.100.21")
    house.approve(country, request, 1)
    with pytest.raises(LineDecidedError, match="1"):
        house.refuse(country, request, 1, 2)
    assert states(request) == [LineState.APPROVED, LineState.WAITING]


def test_nothing_chosen(country: Country) -> None:
    """Neither is an empty choice a choice of all."""
    request = house.submitted_addresses(country)
    with pytest.raises(NothingChosenError):
        network.decide(
            request=request, numbers=[], approve=True, performer=country.approver, policy=house.policy(), at=NOW
        )


def test_what_is_partly_decided_is_neither_withdrawn_nor_sent_back(country: Country) -> None:
    """The rest must be decided."""
    request = house.submitted_addresses(country, "198.51.100.20", "198.51.100.21")
    house.approve(country, request, 1)
    with pytest.raises(PartlyDecidedError):
        actions.withdraw(request=request, performer=country.registrar, at=NOW)
    with pytest.raises(PartlyDecidedError):
        actions.send_back(request=request, reason="sai", performer=country.approver, at=NOW)


def test_withdrawn_is_over(country: Country) -> None:
    """No step leads on."""
    request = actions.withdraw(request=house.submitted_addresses(country), performer=country.registrar, at=NOW)
    assert request.state == State.WITHDRAWN
    with pytest.raises(StepError):
        house.send(country, request)


def test_approval_needs_paper(country: Country) -> None:
    """None at all, then a note, then a change after it."""
    request = house.send(country, house.draft_addresses(country))
    with pytest.raises(PaperMissingError, match="chưa có bản giấy"):
        house.approve(country, request)
    house.with_paper(country, request)
    actions.send_back(request=request, reason="thêm địa chỉ", performer=country.approver, at=NOW)
    network.add_line(
        request=request, typed=Typed("198.51.100.77"), performer=country.registrar, policy=house.policy(), at=NOW
    )
    house.send(country, request)
    with pytest.raises(PaperMissingError, match="thay đổi sau khi ký"):
        house.approve(country, request)
    house.with_paper(country, request)
    assert house.approve(country, request).state == State.APPROVED


def test_refusing_needs_no_paper(country: Country) -> None:
    """Only leave is tied to a signature."""
    request = house.send(country, house.draft_addresses(country))
    assert house.refuse(country, request).state == State.REFUSED


def test_policy_may_do_without_paper(country: Country) -> None:
    """A dated row of the installation's own."""
    request = house.send(country, house.draft_addresses(country))
    policies.set_parameter(
        parameter="registration.paper_needed", value=False, valid_from=NOW, source="test", by=BY, at=NOW
    )
    assert house.approve(country, request).state == State.APPROVED


@pytest.mark.parametrize(
    "head",
    [
        Head(contact_phone="12"),
        Head(valid_from=date(2026, 5, 1), valid_to=date(2026, 4, 30)),
        Head(purposes=("dancing",)),
        Head(justification="x" * 301),
    ],
)
def test_a_head_with_impossible_fields(country: Country, head: Head) -> None:
    """Each names its field."""
    with pytest.raises(FieldError):
        house.draft_addresses(country, head=head)


def test_the_centre_needs_the_summary(country: Country) -> None:
    """02/th-ip-ctn first; a summary holds what waits, once."""
    request = house.approve(country, house.submitted_addresses(country))
    with pytest.raises(SummaryMissingError):
        house.open_all(country, request)
    summary = compile_summary(agency=country.province, performer=country.approver, at=NOW)
    assert list(summary.requests.all()) == [request]
    assert not waiting(country.province).exists()
    with pytest.raises(NothingToSummariseError):
        compile_summary(agency=country.province, performer=country.approver, at=NOW)


def test_a_summary_is_the_own_province_s(country: Country) -> None:
    """Nobody compiles for others."""
    with pytest.raises(NotYoursToDecideError):
        compile_summary(agency=country.province, performer=country.far_approver, at=NOW)


def test_a_period_begins_and_ends_by_itself(country: Country) -> None:
    """From midnight of its first day to midnight after its last, in Việt Nam; the job only tidies up."""
    head = Head(valid_from=date(2026, 3, 10), valid_to=date(2026, 3, 11), contact_phone="0000000301")
    request = house.opened_addresses(country, "198.51.100.20", head=head)
    begins = [(7.6, False), (7.8, True), (9.6, True), (9.8, False)]  # NOW is 07:30 on 2 March in Việt Nam
    assert [may_call(country.house.unit, "198.51.100.20", days=days) for days, _ in begins] == [
        expected for _, expected in begins
    ]
    assert network.expire(at=house.later(days=9.6), performer=Performer.operator("job:test")) == 0
    assert network.expire(at=house.later(days=9.8), performer=Performer.operator("job:test")) == 1
    request.refresh_from_db()
    assert request.state == State.EXPIRED


def emergency(country: Country, by: Performer, address: str = "198.51.100.99") -> Request:
    """An emergency address, asked for by an officer."""
    head = Head(justification="Đứt cáp, bệnh viện gọi lúc 7:15", filed_from="điện thoại")
    request = actions.begin(kind=Kind.EMERGENCY, home=country.house.unit, head=head, performer=by, at=NOW)
    network.add_line(request=request, typed=Typed(address), performer=by, policy=house.policy(), at=NOW)
    return house.send(country, request, by=by)


def test_an_emergency_address_takes_two_officers_and_ends_by_itself(country: Country) -> None:
    """No paper, no centre; in force at once for 24 hours."""
    request = emergency(country, country.approver)
    with pytest.raises(Refusal, match="REQUEST_OWN"):
        house.approve(country, request, by=country.approver)
    assert house.approve(country, request, by=country.second_approver).state == State.IN_FORCE
    assert may_call(country.house.unit, "198.51.100.99", days=0.999)
    assert not may_call(country.house.unit, "198.51.100.99", days=1)
    assert network.expire(at=house.later(days=1), performer=Performer.operator("job:test")) == 1
    request.refresh_from_db()
    assert request.state == State.EXPIRED


def test_an_emergency_has_a_reason_and_is_no_unit_s_to_ask(country: Country) -> None:
    """The unit telephones; officers write down what it said."""
    with pytest.raises(NotYoursToFileError):
        emergency(country, country.registrar)
    with pytest.raises(FieldError):
        actions.begin(
            kind=Kind.EMERGENCY, home=country.house.unit, head=Head(filed_from="điện thoại"),
            performer=country.approver, at=NOW,
        )  # fmt: skip


def test_several_emergencies_at_once(country: Country) -> None:
    """The one kind of which a unit may have more than one."""
    emergency(country, country.approver)
    emergency(country, country.approver, "198.51.100.98")


@pytest.mark.parametrize("who", ["registrar", "approver", "opener"])
def test_addresses_end_at_once(country: Country, who: str) -> None:
    """The unit its own, the agency, the centre; for a reason."""
    request = house.opened_addresses(country, "198.51.100.20", "198.51.100.21")
    by: Performer = getattr(country, who)
    network.revoke(request=request, numbers=[1], reason="đổi nhà mạng", performer=by, at=house.later(hours=1))
    assert not may_call(country.house.unit, "198.51.100.20", days=0.1)
    assert may_call(country.house.unit, "198.51.100.21", days=0.1)
    network.revoke(request=request, numbers=[2], reason="đổi nhà mạng", performer=by, at=house.later(hours=1))
    request.refresh_from_db()
    assert request.state == State.REVOKED


@pytest.mark.parametrize("who", ["other_registrar", "far_approver", "helper", "plain", "appointer"])
def test_others_end_nothing(country: Country, who: str) -> None:
    """Neither other units nor other provinces nor helpers."""
    request = house.opened_addresses(country, "198.51.100.20")
    with pytest.raises(NotYoursToDecideError):
        network.revoke(request=request, numbers=[1], reason="x", performer=getattr(country, who), at=NOW)
    assert may_call(country.house.unit, "198.51.100.20")


def test_what_another_line_holds_stays_open(country: Country) -> None:
    """An emergency address that was registered meanwhile survives the emergency."""
    urgent = emergency(country, country.approver, "198.51.100.20")
    house.approve(country, urgent, by=country.second_approver)
    head = Head(manner=Request.Manner.REPLACEMENT, contact_phone="0000000301")
    house.opened_addresses(country, "198.51.100.20", head=head)
    network.revoke(request=urgent, numbers=[1], reason="xong", performer=country.approver, at=house.later(hours=1))
    assert may_call(country.house.unit, "198.51.100.20", days=0.1)
    assert may_call(country.house.unit, "198.51.100.20", days=30)


def test_an_officer_files_from_paper_and_another_decides(country: Country) -> None:
    """The paper is named; whoever filed does not decide."""
    with pytest.raises(FieldError, match="Văn bản"):
        actions.begin(kind=Kind.ADDRESSES, home=country.house.unit, head=HEAD, performer=country.approver, at=NOW)
    request = actions.begin(
        kind=Kind.ADDRESSES, home=country.house.unit, head=FROM_PAPER, performer=country.approver, at=NOW
    )
    network.add_line(
        request=request, typed=Typed("198.51.100.20"), performer=country.approver, policy=house.policy(), at=NOW
    )
    house.with_paper(country, house.send(country, request, by=country.approver))
    with pytest.raises(Refusal, match="REQUEST_OWN"):
        house.approve(country, request, by=country.approver)
    assert house.approve(country, request, by=country.second_approver).state == State.APPROVED


def test_the_approver_is_told_who_shares_an_address(country: Country) -> None:
    """Allowed, with a warning: sites share lines."""
    request = house.draft_addresses(country, "203.0.113.7", "198.51.100.1")
    shared, alone = queries.of(request)
    assert queries.shared_with(shared, at=NOW) == [country.house.other]
    assert queries.shared_with(alone, at=NOW) == []


def test_addresses_refused_lately_are_the_unit_s_own(country: Country) -> None:
    """Only denials with right credentials, of this unit, of this week, of addresses that it still lacks."""
    unit, hour = country.house.unit, NOW
    for address, code, reason in (
        ("198.51.100.20", unit.code, Denial.Reason.FOREIGN),
        ("198.51.100.21", "01998", Denial.Reason.FOREIGN),
        ("198.51.100.22", unit.code, Denial.Reason.UNREGISTERED),
        ("127.0.0.9", unit.code, Denial.Reason.FOREIGN),
    ):
        denials.add({DenialKey.of(reason, address, hour, "01999_BV", code): 1}, at=hour)
    assert [denial.address for denial in queries.refused_lately(unit, at=NOW)] == ["198.51.100.20"]
    assert queries.refused_lately(unit, at=house.later(days=8)) == []


def test_an_agency_that_merges_hands_its_requests_on(country: Country) -> None:
    """Who decides follows the unit's receiving agency of the day."""
    request = house.submitted_addresses(country)
    units.succeed_agency(agency=country.province, successor=country.elsewhere, last_day=date(2026, 3, 2), by=BY, at=NOW)
    with pytest.raises(NotYoursToDecideError):
        house.approve(country, request, by=country.approver)
    assert house.approve(country, request, by=country.far_approver).state == State.APPROVED


def test_a_note_of_paper_is_complete(country: Country) -> None:
    """Number, day, receiver; not of tomorrow; only by who decides."""
    request = house.send(country, house.draft_addresses(country))
    for note in (
        papers.Note("", NOW.date(), "A"),
        papers.Note("1", NOW.date(), " "),
        papers.Note("1", date(2026, 3, 3), "A"),
    ):
        with pytest.raises(FieldError):
            papers.note(request=request, said=note, performer=country.approver, at=NOW)
    with pytest.raises(NotYoursToDecideError):
        papers.note(request=request, said=papers.Note("1", NOW.date(), "A"), performer=country.helper, at=NOW)


def test_no_sms_holds_a_code_or_an_address(country: Country) -> None:
    """What people are told names the request, never what it holds; nobody gets a code for addresses."""
    house.opened_addresses(country, "198.51.100.20")
    assert not Code.objects.exists()
    assert Message.objects.filter(purpose="notice:request").count() >= 3


def test_what_is_over_takes_no_paper(country: Country) -> None:
    """Neither a note nor a file."""
    request = house.refuse(country, house.submitted_addresses(country))
    with pytest.raises(StepError):
        house.with_paper(country, request)
    with pytest.raises(StepError):
        papers.upload(request=request, content=b"x", performer=country.registrar, policy=house.policy(), at=NOW)


def test_a_request_is_no_store_for_files(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many uploads and no more; the same one again is the same one."""
    monkeypatch.setattr(papers, "MOST_UPLOADS", 2)
    request = house.draft_addresses(country)

    def upload(colour: int) -> object:
        picture = io.BytesIO()
        Image.new("RGB", (40, 40), (colour, 0, 0)).save(picture, "PNG")
        return papers.upload(
            request=request, content=picture.getvalue(), performer=country.registrar, policy=house.policy(), at=NOW
        )

    assert upload(1) == upload(1)
    upload(2)
    with pytest.raises(PapersManyError):
        upload(3)


def test_who_changes_a_draft_is_on_record(country: Country) -> None:
    """Each line and the head, with who."""
    request = house.draft_addresses(country)
    network.remove_line(request=request, number=1, performer=country.registrar, at=NOW)
    actions.fill_head(request=request, head=HEAD, performer=country.registrar, at=NOW)
    entries = Entry.objects.filter(event="registration:draft:change", actor=country.registrar.by).order_by("pk")
    assert [entry.details["what"] for entry in entries] == ["line:add", "line:remove", "head"]
