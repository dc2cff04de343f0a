"""The insured, their cards and their visits: the big tables, each led by the person's key.

The person's key stands first in every primary key, so that it can be the distribution column when
one server no longer suffices. Overlapping card periods are legal (result code 004 needs them).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Func

from congbhyt.kernel.privacy import classify


class InsuredPerson(models.Model):
    """Somebody with a mã số BHXH. The CCCD lies sealed, with a keyed digest for equality."""

    class Gender(models.IntegerChoices):
        MALE = 1, "Nam"
        FEMALE = 2, "Nữ"
        UNKNOWN = 3, "Chưa xác định"

    PRIVACY = classify(
        identity="social_number full_name birth_day birth_precision gender citizen_sealed citizen_digest",
        contact="address",
        none="id",
    )

    id = models.BigAutoField(primary_key=True)
    social_number = models.CharField(max_length=10, unique=True)
    full_name = models.CharField(max_length=100)
    birth_day = models.DateField(help_text="First possible day when only month or year is known.")
    birth_precision = models.CharField(max_length=1, choices=[("D", "day"), ("M", "month"), ("Y", "year")])
    gender = models.PositiveSmallIntegerField(choices=Gender)
    address = models.CharField(max_length=200, blank=True, default="")
    citizen_sealed = models.BinaryField(null=True)
    citizen_digest = models.BinaryField(max_length=16, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(social_number__regex=r"^[0-9]{10}$"), name="insured_social_number_form"),
            models.CheckConstraint(
                condition=Q(citizen_sealed=None, citizen_digest=None)
                | Q(citizen_sealed__isnull=False, citizen_digest__isnull=False),
                name="insured_citizen_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.social_number})"


class Card(models.Model):
    """One period of one card. Group letters, benefit digit and province are parts of the number."""

    PRIVACY = classify(
        none="pk valid_from valid_to agency_code",
        identity="person number replaces",
        health="first_registration area five_years_on status",
    )

    pk = models.CompositePrimaryKey("person_id", "number", "valid_from")
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, related_name="cards", db_index=False)
    number = models.CharField(max_length=15)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    first_registration = models.CharField(max_length=5)
    area = models.CharField(max_length=2, blank=True, default="")
    five_years_on = models.DateField(null=True)
    status = models.CharField(max_length=20, default="valid")
    agency_code = models.CharField(max_length=10, blank=True, default="")
    replaces = models.CharField(max_length=15, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "valid_from"], name="card_one_row_per_start"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="card_starts_before_it_ends"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[A-Z]{2}[0-9]{13}$"), name="card_number_form"),
            models.CheckConstraint(condition=Q(area__in=["", "K1", "K2", "K3"]), name="card_area_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.valid_from}"


class Visit(models.Model):
    """One completed visit, as its record reported it.

    `record_number` is the wire's `maHoSo`: ten digits that the database draws at random, so that no
    number leads to the next. `visit_code` is the facility's own (MA_LK).
    """

    PRIVACY = classify(
        none="pk record_number facility_code visit_code total_cost insurer_paid patient_paid",
        identity="person card_number",
        health="admitted_at discharged_at diagnosis_code other_codes diagnosis discharge_status outcome "
        "admission_reason",
    )

    pk = models.CompositePrimaryKey("person_id", "record_number")
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, related_name="visits", db_index=False)
    record_number = models.BigIntegerField(
        db_default=Func(function="fresh_record_number", output_field=models.BigIntegerField()), unique=True
    )
    facility_code = models.CharField(max_length=5)
    visit_code = models.CharField(max_length=100)
    card_number = models.CharField(max_length=15)
    admitted_at = models.DateTimeField()
    discharged_at = models.DateTimeField()
    diagnosis_code = models.CharField(max_length=7)
    other_codes = models.CharField(max_length=150, blank=True, default="")
    diagnosis = models.CharField(max_length=500, blank=True, default="")
    discharge_status = models.CharField(max_length=2)
    outcome = models.CharField(max_length=2)
    admission_reason = models.CharField(max_length=5)
    total_cost = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    insurer_paid = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    patient_paid = models.DecimalField(max_digits=15, decimal_places=2, default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "-admitted_at"], name="visit_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["facility_code", "visit_code"], name="visit_one_per_facility_code"),
            models.CheckConstraint(condition=Q(discharged_at__gte=F("admitted_at")), name="visit_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.record_number} at {self.facility_code}"
