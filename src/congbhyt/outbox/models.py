"""Messages to people, stored in the transaction that causes them and sent afterwards by the worker."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from congbhyt.kernel.privacy import classify


class Message(models.Model):
    """One SMS. Receiver and body lie sealed; both are cleared when it is sent or dropped."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        EXPIRED = "expired"

    PRIVACY = classify(
        none="id purpose state queued_at expires_at settled_at attempts last_error",
        contact="receiver_sealed",
        secret="body_sealed",  # noqa: S106  # names a column
    )

    id = models.UUIDField(primary_key=True, default=uuid4)
    purpose = models.CharField(max_length=40)
    receiver_sealed = models.BinaryField(null=True)
    body_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["state", "queued_at"], name="message_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state="queued", settled_at=None, body_sealed__isnull=False, receiver_sealed__isnull=False
                )
                | (
                    ~models.Q(state="queued")
                    & models.Q(settled_at__isnull=False, body_sealed=None, receiver_sealed=None)
                ),
                name="message_settled_is_cleared",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"
