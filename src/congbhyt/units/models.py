"""Social-insurance agencies, the units they serve, and the networks of both."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import BaseConstraint, F, Q
from django.db.models.fields.related import ForeignKey

from congbhyt.kernel.privacy import classify
from congbhyt.units.fields import CidrField


class Dated(models.Model):
    """Exists from one day to another; an open end lasts."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def lasts_on(self, day: date) -> bool:
        """Whether it exists on that day; the last day counts."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Agency(Dated):
    """A BHXH agency. The tree has no fixed depth and no fixed number of provinces; mergers are successors."""

    class Level(models.TextChoices):
        NATIONAL = "national"
        PROVINCE = "province"
        LOCAL = "local"
        SPECIAL = "special"

    class Duty(models.TextChoices):
        NONE = ""
        OPENS_ADDRESSES = "it_centre"
        APPOINTS_APPROVERS = "assessment_centre"

    PRIVACY = classify(none="id code name level duty parent successor valid_from valid_to")

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=150)
    level = models.CharField(max_length=10, choices=Level)
    duty = models.CharField(max_length=20, choices=Duty, blank=True, default=Duty.NONE)
    parent: ForeignKey[Agency | None, Agency | None] = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    successor: ForeignKey[Agency | None, Agency | None] = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agency_starts_before_it_ends",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="agency_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(valid_to__isnull=False),
                name="agency_with_successor_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SupportContact(models.Model):
    """Whom to call at an agency, and about what."""

    PRIVACY = classify(none="id agency subject hours", contact="phone email")

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="contacts")
    subject = models.CharField(max_length=100)
    phone = models.CharField(max_length=30)
    email = models.EmailField(blank=True, default="")
    hours = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "subject"], name="contact_one_per_subject")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.phone}"


class Unit(Dated):
    """A client of the portal: a facility, a site of one, a commune station, a department, a council."""

    class Kind(models.TextChoices):
        CONTRACTED = "contracted"
        SUBORDINATE = "subordinate"
        COMMUNE_STATION = "commune_station"
        NOT_CONTRACTED = "not_contracted"
        HEALTH_DEPARTMENT = "health_department"
        MEDICAL_ASSESSMENT = "medical_assessment"
        OTHER = "other"

    PRIVACY = classify(
        none="id code name address kind parent managing_agency receiving_agency reveals_disease valid_from valid_to"
    )

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=150)
    address = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=20, choices=Kind)
    parent: ForeignKey[Unit | None, Unit | None] = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="sites"
    )
    managing_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="managed_units")
    receiving_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="received_units")
    reveals_disease = models.BooleanField(
        default=False, help_text="Its speciality alone tells what somebody suffers from; masked in trails."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9A-Z]{5}$"), name="unit_code_has_five_characters"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="unit_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["subordinate", "commune_station"]) | Q(parent__isnull=False),
                name="unit_site_has_a_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Network(models.Model):
    """A network that counts for somebody during a period, until it runs out or is ended."""

    network = CidrField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    basis = models.CharField(max_length=200)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def _network_constraints(prefix: str, owner: str) -> list[BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=[owner, "network"], condition=Q(ended_at=None), name=f"{prefix}_open_once_per_{owner}"
        ),
        models.CheckConstraint(
            condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            name=f"{prefix}_starts_before_it_ends",
        ),
        models.CheckConstraint(
            condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            name=f"{prefix}_ended_by_somebody",
        ),
    ]


class UnitNetwork(Network):
    """A network from which a unit may call, for a period (Mẫu 01/dk-ip-ctn, 02/th-ip-ctn)."""

    PRIVACY = classify(none="id unit network valid_from valid_to basis added_at ended_at", access="added_by ended_by")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="networks")

    class Meta:
        indexes = [GistIndex(fields=["network"], opclasses=["inet_ops"], name="network_overlaps")]
        constraints = _network_constraints("network", "unit")

    def __str__(self) -> str:
        return f"{self.unit} {self.network}"

    @property
    def home(self) -> Unit:
        """Whose it is."""
        return self.unit


class AgencyNetwork(Network):
    """A network from which an agency's officers sign in without a second factor; it lets nobody call the gateway."""

    PRIVACY = classify(none="id agency network valid_from valid_to basis added_at ended_at", access="added_by ended_by")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="networks")

    class Meta:
        constraints = _network_constraints("agency_network", "agency")

    def __str__(self) -> str:
        return f"{self.agency} {self.network}"

    @property
    def home(self) -> Agency:
        """Whose it is."""
        return self.agency


class Denial(models.Model):
    """Calls refused for their address, counted by hour so that a flood stays one row."""

    class Reason(models.TextChoices):
        UNREGISTERED = "unregistered"
        FOREIGN = "foreign"

    PRIVACY = classify(none="id hour reason unit_code times first_at last_at", access="address account_name")

    hour = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=Reason)
    address = models.GenericIPAddressField()
    account_name = models.CharField(max_length=40, blank=True, default="")
    unit_code = models.CharField(max_length=5, blank=True, default="")
    times = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "reason", "address", "account_name"], name="denial_one_row_per_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.reason} {self.times}×"
