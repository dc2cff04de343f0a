"""Half-yearly reviews: each unit confirms who still works there; whoever is not confirmed is suspended with notice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Grant, Person
from congbhyt.accounts.refusals import OneselfError
from congbhyt.audit import actions as audit
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment.models import Campaign, Confirmation
from congbhyt.enrolment.refusals import CampaignClosedError, CampaignOpenError, CampaignPeriodError
from congbhyt.kernel.clock import VIETNAM, months_before
from congbhyt.kernel.names import tidy
from congbhyt.outbox import actions as outbox
from congbhyt.policy.rules import InForce
from congbhyt.registration import authority
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import NothingChosenError, NotYoursToFileError
from congbhyt.registration.rules import Kind
from congbhyt.units.models import Unit

SUSPENDED = "không được đơn vị xác nhận trong đợt rà soát {name}"
_ASKED = (
    "CongBHYT: đợt rà soát {name}: xác nhận người sử dụng của {unit} trước {due}. Ai không được xác nhận sẽ tạm ngừng."
)
_TOLD = "CongBHYT: tài khoản của bạn tạm ngừng vì {why}. Liên hệ quản trị của đơn vị."


def current(*, at: datetime) -> Campaign | None:
    """The review under way; from its due moment on nothing is said any more, though the job closes it later."""
    return Campaign.objects.filter(closed_at=None, opens_at__lte=at, due_at__gt=at).first()


@transaction.atomic
def open_campaign(*, name: str, due_at: datetime, performer: Performer, at: datetime) -> Campaign:
    """Open a review and ask every unit's administrators by SMS.

    Raises:
        NotYoursToFileError: only who appoints approvers, or an operator.
        CampaignOpenError: one is under way.
        CampaignPeriodError: no name of its own, or due before it opens.
    """
    if not performer.holds(Right.APPOINT_APPROVERS):
        raise NotYoursToFileError(home="cả nước")
    name = tidy(name)
    if running := Campaign.objects.filter(closed_at=None).first():
        raise CampaignOpenError(name=running.name)
    if not name or due_at <= at or Campaign.objects.filter(name=name).exists():
        raise CampaignPeriodError
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(name=name, opens_at=at, due_at=due_at, opened_by=performer.by)
    except IntegrityError as faster:
        raise CampaignOpenError(name=name) from faster
    for administrator in _administrators():
        _ask(campaign, administrator, at)
    audit.record(
        "enrolment:campaign:open", by=performer.by, at=at, object=f"campaign:{campaign.pk}", origin=performer.origin
    )
    return campaign


def _administrators() -> QuerySet[Person]:
    holds = Grant.objects.filter(person=OuterRef("pk"), right=Right.USER_ADMINISTRATION, revoked_at=None)
    people = Person.objects.filter(Exists(holds), unit__isnull=False, state=Person.State.ACTIVE)
    return people.exclude(phone_sealed=None).select_related("unit")


def _ask(campaign: Campaign, administrator: Person, at: datetime) -> None:
    due = campaign.due_at.astimezone(VIETNAM)
    body = _ASKED.format(name=campaign.name, unit=administrator.home.code, due=f"{due:%H:%M %d/%m/%Y}")
    outbox.queue_sms(
        purpose="notice:campaign", receiver=settings.KEYS.open(administrator.phone_sealed or b""), body=body, at=at
    )


def to_confirm(unit: Unit, campaign: Campaign) -> QuerySet[Person]:
    """People of the unit who were there when the review opened and about whom it has not said anything."""
    said = Confirmation.objects.filter(campaign=campaign, person=OuterRef("pk"))
    return _reviewed(campaign).filter(~Exists(said), unit=unit).order_by("sort_key", "pk")


def _reviewed(campaign: Campaign) -> QuerySet[Person]:
    return Person.objects.select_related("unit").filter(
        unit__isnull=False, shared=False, state=Person.State.ACTIVE, created_at__lt=campaign.opens_at
    )


@transaction.atomic
def confirm(
    *, unit: Unit, staying: Collection[int], leaving: Collection[int], performer: Performer, at: datetime
) -> Campaign:
    """Say of people of the unit that they still work there, or have left; who left loses everything at once.

    Raises:
        NotYoursToFileError, CampaignClosedError, NothingChosenError.
        OneselfError: nobody says of themselves that they have left.
    """
    authority.need_filer(performer, unit, Kind.PEOPLE)
    campaign = current(at=at)
    if campaign is None:
        raise CampaignClosedError
    enrolment.hold_requests_of(leaving)
    waiting = _held_waiting(unit, campaign)
    if not waiting.keys() & (set(staying) | set(leaving)):
        raise NothingChosenError
    if performer.person and performer.person.pk in leaving:
        raise OneselfError
    for number, person in waiting.items():
        if number in leaving:
            _say(campaign, person, Confirmation.Outcome.LEFT, performer.by, at)
            enrolment.leave(person=person, reason=f"đã nghỉ việc, rà soát {campaign.name}", performer=performer, at=at)
        elif number in staying:
            _say(campaign, person, Confirmation.Outcome.CONFIRMED, performer.by, at)
    said = {"staying": sorted(waiting.keys() & set(staying)), "leaving": sorted(waiting.keys() & set(leaving))}
    audit.record(
        "enrolment:campaign:confirm", by=performer.by, at=at, object=f"campaign:{campaign.pk}", unit_code=unit.code,
        origin=performer.origin, details=said,
    )  # fmt: skip
    return campaign


def _held_waiting(unit: Unit, campaign: Campaign) -> dict[int, Person]:
    """People to confirm, kept from changing. Asked anew once they are held: of two who press the button at once, or
    of unit and calendar, the second finds nobody waiting.
    """
    held = to_confirm(unit, campaign).select_for_update(of=("self",), no_key=True)
    found = {person.pk: person for person in held}
    said = set(campaign.confirmations.filter(person__in=found).values_list("person", flat=True))
    return {number: person for number, person in found.items() if number not in said}


def _say(campaign: Campaign, person: Person, outcome: str, by: str, at: datetime) -> None:
    if person.unit is None:
        raise AssertionError("only people of units are reviewed")
    Confirmation.objects.create(campaign=campaign, unit=person.unit, person=person, outcome=outcome, by=by, at=at)


def close_due(*, performer: Performer, at: datetime) -> int:
    """Close the review whose time is over and suspend whom no unit confirmed; returns how many."""
    campaign = Campaign.objects.filter(closed_at=None, due_at__lte=at).first()
    if campaign is None:
        return 0
    said = Confirmation.objects.filter(campaign=campaign, person=OuterRef("pk"))
    count = 0
    for person in _reviewed(campaign).filter(~Exists(said)).iterator():
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
            if campaign.confirmations.filter(person=person).exists():
                continue  # the unit has just said so
            _say(campaign, person, Confirmation.Outcome.SUSPENDED, performer.by, at)
            suspend(person, SUSPENDED.format(name=campaign.name), by=performer.by, at=at)
        count += 1
    campaign.closed_at = at
    campaign.save(update_fields=["closed_at"])
    audit.record(
        "enrolment:campaign:close", by=performer.by, at=at, object=f"campaign:{campaign.pk}",
        details={"suspended": count},
    )  # fmt: skip
    return count


def suspend(person: Person, why: str, *, by: str, at: datetime) -> None:
    """Lock somebody for a reason of the calendar, and tell them."""
    accounts.lock_person(person=person, reason=why, by=by, at=at)
    if person.phone_sealed:
        outbox.queue_sms(
            purpose="notice:suspended", receiver=settings.KEYS.open(person.phone_sealed), body=_TOLD.format(why=why),
            at=at,
        )  # fmt: skip


def open_if_due(*, policy: InForce, performer: Performer, at: datetime) -> Campaign | None:
    """Open the half-yearly review when the last one began long enough ago (policy `enrolment.recertify_months`)."""
    last = Campaign.objects.order_by("-opens_at").first()
    if last and (last.closed_at is None or last.opens_at > months_before(at, policy.recertify_months)):
        return None
    name = f"{at.astimezone(VIETNAM):%m/%Y}"
    return open_campaign(name=name, due_at=at + policy.recertify_length, performer=performer, at=at)


def progress(campaign: Campaign, unit: Unit) -> tuple[int, int]:
    """How many people of the unit something was said about, and how many wait."""
    return campaign.confirmations.filter(unit=unit).count(), to_confirm(unit, campaign).count()


def waiting_count(campaign: Campaign) -> int:
    """How many people of all units nothing was said about."""
    said = Confirmation.objects.filter(campaign=campaign, person=OuterRef("pk"))
    return _reviewed(campaign).filter(~Exists(said)).count()
