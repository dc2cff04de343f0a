"""The database itself refuses nonsense: one row of the table below per CheckConstraint."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models
from django.db.models import F, Subquery
from psycopg.errors import CheckViolation

from congbhyt.accounts.models import ApiAccount, ApiSecret, Grant, Person, PhoneChange
from congbhyt.enrolment.models import Campaign, PersonLine
from congbhyt.insured.models import Card, InsuredPerson, Visit
from congbhyt.network.models import AddressLine
from congbhyt.otp.models import Code
from congbhyt.outbox.console import show
from congbhyt.outbox.models import Message, ShownMessage
from congbhyt.policy.models import LocalDeadline
from congbhyt.registration.models import Paper, Request, StepTaken
from congbhyt.signin.models import Session
from congbhyt.units import actions as units
from congbhyt.units.models import Agency, AgencyNetwork, Unit, UnitNetwork
from tests import factories
from tests.factories import NOW, House

EARLY = date(2000, 1, 1)
ANY_AGENCY = Subquery(Agency.objects.order_by("pk").values("pk")[:1])
DECIDED = {"decided_at": NOW, "decided_by": factories.BY}


def _lines_nonsense(prefix: str, model: type[models.Model]) -> dict[str, tuple[type[models.Model], dict[str, Any]]]:
    """What every table of lines refuses, whose lines wait in a sound row."""
    return {
        f"{prefix}_decided_by_somebody": (model, {"decided_at": NOW}),
        f"{prefix}_refused_for_a_reason": (model, {"state": "refused", **DECIDED}),
        f"{prefix}_in_force_since": (model, {"in_force_at": NOW}),
        f"{prefix}_ended_by_somebody_for_a_reason": (model, {"ended_by": factories.BY}),
    }


NONSENSE: dict[str, tuple[type[models.Model], dict[str, Any]]] = {
    "agency_starts_before_it_ends": (Agency, {"valid_to": EARLY}),
    "agency_not_its_own_parent": (Agency, {"parent": F("id")}),
    "agency_with_successor_has_ended": (Agency, {"successor": F("id")}),
    "unit_code_has_five_characters": (Unit, {"code": "1999"}),
    "unit_starts_before_it_ends": (Unit, {"valid_to": EARLY}),
    "unit_site_has_a_parent": (Unit, {"kind": Unit.Kind.COMMUNE_STATION}),
    "unit_not_its_own_parent": (Unit, {"parent": F("id")}),
    "network_starts_before_it_ends": (UnitNetwork, {"valid_to": NOW - timedelta(days=900)}),
    "network_ended_by_somebody": (UnitNetwork, {"ended_at": NOW}),
    "agency_network_starts_before_it_ends": (AgencyNetwork, {"valid_to": NOW - timedelta(days=900)}),
    "agency_network_ended_by_somebody": (AgencyNetwork, {"ended_at": NOW}),
    "person_belongs_to_unit_or_agency": (Person, {"unit": None}),
    "person_locked_for_a_reason": (Person, {"state": Person.State.LOCKED}),
    "person_has_citizen_number_unless_shared": (Person, {"shared": True}),
    "person_shared_belongs_to_unit": (
        Person,
        {"shared": True, "citizen_sealed": None, "citizen_digest": None, "unit": None, "agency": ANY_AGENCY},
    ),
    "api_account_upper_case": (ApiAccount, {"name": "01999_bv"}),
    "api_account_locked_for_a_reason": (ApiAccount, {"state": ApiAccount.State.LOCKED}),
    "api_secret_retired_by_somebody": (ApiSecret, {"retired_at": NOW}),
    "grant_to_person_or_account": (Grant, {"person": None, "account": None}),
    "grant_revoked_by_somebody_for_a_reason": (Grant, {"revoked_at": NOW, "revoked_by": factories.BY}),
    "message_settled_is_cleared": (Message, {"state": Message.State.SENT, "settled_at": NOW}),
    "message_state_is_known": (
        Message,
        {"state": "lost", "settled_at": NOW, "receiver_sealed": None, "body_sealed": None},
    ),
    "message_report_has_its_moment": (Message, {"report": 1}),
    "message_delivered_was_reported": (
        Message,
        {"state": "delivered", "settled_at": NOW, "receiver_sealed": None, "body_sealed": None},
    ),
    "shown_message_receiver_is_masked": (ShownMessage, {"receiver": "0000000101"}),
    "phone_change_decided_by_somebody_for_a_reason": (PhoneChange, {"outcome": PhoneChange.Outcome.APPROVED}),
    "code_expires_after_sending": (Code, {"expires_at": F("sent_at")}),
    "code_consumed_in_time": (Code, {"consumed_at": F("expires_at")}),
    "session_ends_after_it_opens": (Session, {"ends_at": F("opened_at")}),
    "session_ended_for_a_reason": (Session, {"ended_at": NOW}),
    "session_history_only_while_it_lasts": (Session, {"history_opened_at": NOW}),
    "session_for_registration_opens_no_history": (
        Session,
        {"registration_only": True, "history_opened_at": NOW, "history_used_at": NOW},
    ),
    "insured_social_number_form": (InsuredPerson, {"social_number": "99"}),
    "insured_citizen_pair": (InsuredPerson, {"citizen_sealed": None}),
    "card_starts_before_it_ends": (Card, {"valid_to": EARLY}),
    "card_number_form": (Card, {"number": "GD40199000000"}),
    "card_area_known": (Card, {"area": "K4"}),
    "deadline_kind_is_known": (LocalDeadline, {"kind": "papers"}),
    "deadline_lies_within_its_campaign": (LocalDeadline, {"ends": F("opens")}),
    "request_of_unit_or_agency": (Request, {"unit": None}),
    "request_submitted_has_its_moment": (Request, {"state": "submitted"}),
    "request_begins_before_it_is_submitted": (Request, {"submitted_at": NOW - timedelta(days=1)}),
    "request_settled_has_its_moment": (Request, {"settled_at": NOW}),
    "request_period_starts_before_it_ends": (Request, {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1)}),
    "request_emergency_has_a_reason": (Request, {"kind": "emergency"}),
    "step_says_why": (StepTaken, {"step": "revoke"}),
    "paper_is_a_file_or_a_note": (Paper, {"note_number": ""}),
    **_lines_nonsense("address_line", AddressLine),
    "address_line_first_before_last": (AddressLine, {"last": "203.0.113.1"}),
    **_lines_nonsense("person_line", PersonLine),
    "person_line_in_force_names_somebody": (PersonLine, {"state": "in_force", **DECIDED, "in_force_at": NOW}),
    "campaign_opens_before_it_is_due": (Campaign, {"due_at": F("opens_at")}),
    "campaign_closes_after_it_is_due": (Campaign, {"closed_at": F("opens_at")}),
    "visit_ends_after_it_begins": (Visit, {"discharged_at": NOW - timedelta(days=9000)}),
}
OWNERS_NONSENSE = {
    "installation_one_row": "INSERT INTO installation_installation (id, kind, created_at) VALUES (2, 'sandbox', now())",
    "revision_not_negative": "UPDATE installation_revision SET number = -1",
}
"""Tables that only the owner writes."""


def test_every_check_constraint_has_its_row() -> None:
    declared = {
        constraint.name
        for config in apps.get_app_configs()
        if config.name.startswith("congbhyt.")
        for model in config.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert declared == NONSENSE.keys() | OWNERS_NONSENSE.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("constraint", NONSENSE)
def test_the_database_refuses_nonsense(constraint: str) -> None:
    _furnish(factories.build())
    model, wrong = NONSENSE[constraint]
    sound = model._default_manager.order_by("pk").first()
    assert sound is not None
    with pytest.raises(IntegrityError, match=f'violates check constraint "{constraint}"'):
        model._default_manager.filter(pk=sound.pk).update(**wrong)


def _furnish(house: House) -> None:
    """One sound row of every table that the house itself leaves empty."""
    units.add_network(home=house.agency, network="192.0.2.0/24", basis="test", by=factories.BY, at=NOW)
    show(receiver="•••••••101", body="x", at=NOW)
    person, later = house.officer, NOW + timedelta(hours=1)
    LocalDeadline.objects.create(
        campaign="test", kind="people", opens=NOW, due=later, ends=later, decided_by=factories.BY, decided_at=NOW
    )
    _furnish_requests(house, later)
    PhoneChange.objects.create(person=person, phone_sealed=b"x", phone_digest=b"x", requested_at=NOW)
    Code.objects.create(person=person, purpose=Code.Purpose.HISTORY, digest=b"x", sent_at=NOW, expires_at=later)
    Session.objects.create(
        token_digest=b"x", person=person, opened_at=NOW, seen_at=NOW, ends_at=later, trusted_network=True,
        awaits_code=False,
    )  # fmt: skip


def _furnish_requests(house: House, later: datetime) -> None:
    request = Request.objects.create(kind="addresses", unit=house.unit, begun_at=NOW, filed_by=factories.BY)
    StepTaken.objects.create(request=request, step="begin", to_state="draft", by=factories.BY, at=NOW)
    Paper.objects.create(
        request=request, kind="note", check_code="0" * 16, note_number="1", note_date=EARLY, note_receiver="x",
        added_by=factories.BY, added_at=NOW,
    )  # fmt: skip
    AddressLine.objects.create(request=request, number=1, first="203.0.113.7", last="203.0.113.9")
    PersonLine.objects.create(
        request=request, number=1, full_name="x", citizen_sealed=b"x", citizen_digest=b"x", phone_sealed=b"x"
    )
    Campaign.objects.create(name="x", opens_at=NOW, due_at=later, opened_by=factories.BY)


@pytest.mark.parametrize("constraint", OWNERS_NONSENSE)
def test_the_database_refuses_the_owner_s_nonsense_too(constraint: str) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        with pytest.raises(CheckViolation, match=constraint):
            owner.execute(OWNERS_NONSENSE[constraint].encode())
        owner.rollback()
