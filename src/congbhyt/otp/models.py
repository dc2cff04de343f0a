"""Codes that are sent to a person's telephone and typed once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congbhyt.accounts.models import Person
from congbhyt.kernel.privacy import classify


class Code(models.Model):
    """One six-digit code. Only its keyed digest is kept; of one purpose and binding the newest counts.

    `bound_to` names what it opens (`session:17`), so that a code asked for in one session opens nothing in
    another. `carried_sealed` is what the code confirms, for example a new phone.
    """

    class Purpose(models.TextChoices):
        HISTORY = "history"
        SIGN_IN = "sign_in"
        RECOVERY = "recovery"
        PHONE = "phone"
        ACTIVATION = "activation"

    PRIVACY = classify(
        none="id person purpose bound_to sent_at expires_at tries consumed_at",
        secret="digest",  # noqa: S106  # names a column
        contact="carried_sealed",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="codes")
    purpose = models.CharField(max_length=10, choices=Purpose)
    bound_to = models.CharField(max_length=40, blank=True, default="")
    digest = models.BinaryField(max_length=16)
    carried_sealed = models.BinaryField(null=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-sent_at"], name="code_newest_first")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="code_expires_after_sending"),
            models.CheckConstraint(
                condition=Q(consumed_at=None) | (Q(consumed_at__gte=F("sent_at")) & Q(consumed_at__lt=F("expires_at"))),
                name="code_consumed_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} code of person {self.person_id}"
