"""The lines of 01/dk-ctn, 02/dk-ctn and 08/BH, which are people, and the campaigns that confirm them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from congbhyt.accounts.models import Person
from congbhyt.kernel.privacy import classify
from congbhyt.registration.models import Line, Request, line_constraints
from congbhyt.units.models import Unit


class PersonLine(Line):
    """Somebody whom a unit or agency registers, with the rights asked for.

    `person` is who came of it: an account that was created or brought up to date.
    """

    PRIVACY = classify(
        none=f"{Line.LINE_PRIVACY} rights valid_to",
        identity="full_name citizen_sealed citizen_digest social_number position department",
        contact="phone_sealed email",
        access=f"{Line.LINE_ACCESS} person",
    )

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="people")
    full_name = models.CharField(max_length=100)
    citizen_sealed = models.BinaryField()
    citizen_digest = models.BinaryField(max_length=16)
    social_number = models.CharField(max_length=10, blank=True, default="")
    phone_sealed = models.BinaryField()
    email = models.EmailField(blank=True, default="")
    position = models.CharField(max_length=100, blank=True, default="")
    department = models.CharField(max_length=100, blank=True, default="")
    rights = models.JSONField(default=list)
    valid_to = models.DateField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="lines")

    class Meta:
        indexes = [models.Index(fields=["state", "request"], name="person_line_by_state")]
        constraints = [
            *line_constraints("person_line"),
            models.UniqueConstraint(fields=["request", "citizen_digest"], name="person_line_once_per_request"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "refused"]) | Q(person__isnull=False),
                name="person_line_in_force_names_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def citizen_number(self) -> str:
        """The CCCD in the clear: on the signed form only, pages show it masked."""
        return settings.KEYS.open(self.citizen_sealed)

    @property
    def phone(self) -> str:
        """The telephone in the clear."""
        return settings.KEYS.open(self.phone_sealed)

    def content(self) -> list[str]:
        """What is asked for, in a fixed order: what the paper's check code is made from."""
        until = self.valid_to.isoformat() if self.valid_to else ""
        return [
            self.full_name, self.citizen_number, self.social_number, self.phone, self.email, self.position,
            self.department, *sorted(self.rights), until,
        ]  # fmt: skip


class Campaign(models.Model):
    """A half-yearly review: every unit confirms who still works there (TCVN 14423:2026: review every six months)."""

    PRIVACY = classify(none="id name opens_at due_at closed_at", access="opened_by")

    name = models.CharField(max_length=60, unique=True)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("opens_at")), name="campaign_opens_before_it_is_due"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("due_at")), name="campaign_closes_after_it_is_due"
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(closed_at=None), name="campaign_one_open",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Confirmation(models.Model):
    """One person of a unit in one campaign: still there, or left."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "Vẫn làm việc"
        LEFT = "left", "Đã nghỉ, thu hồi"
        SUSPENDED = "suspended", "Không xác nhận, tạm ngừng"

    PRIVACY = classify(none="id campaign unit outcome at", access="person by")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="confirmations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="confirmations")
    outcome = models.CharField(max_length=10, choices=Outcome)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "unit"], name="confirmation_of_unit")]
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="confirmation_once_per_campaign")]

    def __str__(self) -> str:
        return f"{self.outcome} person {self.person_id} in campaign {self.campaign_id}"
