"""Messages to people, stored in the transaction that causes them and sent afterwards by the worker."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from congbhyt.kernel.privacy import classify


class Message(models.Model):
    """One SMS. Receiver and body lie sealed; both are cleared when it leaves QUEUED, whatever comes of it.

    `settled_at` is the moment when it left QUEUED, `provider` who took it. `report` is the last final code that the
    provider reported (1 delivered, 2 undeliverable, 16 rejected) and `reported_at` when; a report may overtake the
    answer to the hand-over, so a queued message can have one.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Chờ gửi"
        SENT = "sent", "Đã chuyển nhà cung cấp"
        DELIVERED = "delivered", "Đã đến máy nhận"
        FAILED = "failed", "Không gửi được"
        EXPIRED = "expired", "Hết hạn, không gửi"

    PRIVACY = classify(
        none=("id purpose state queued_at expires_at settled_at attempts last_error provider report reported_at"),
        contact="receiver_sealed",
        secret="body_sealed",  # noqa: S106  # names a column
    )

    id = models.UUIDField(primary_key=True, default=uuid4)
    purpose = models.CharField(max_length=40)
    receiver_sealed = models.BinaryField(null=True)
    body_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")
    provider = models.CharField(max_length=80, blank=True, default="")
    report = models.PositiveSmallIntegerField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "queued_at"], name="message_by_state"),
            models.Index(fields=["queued_at"], name="message_by_queueing"),
        ]
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
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sent", "delivered", "failed", "expired"]),
                name="message_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(report=None, reported_at=None)
                | models.Q(report__isnull=False, report__in=[1, 2, 16], reported_at__isnull=False),
                name="message_report_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="delivered") | models.Q(report__isnull=False, report=1),
                name="message_delivered_was_reported",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class ShownMessage(models.Model):
    """What a sandbox's page of sent messages shows; the receiver is masked, and only the last few are kept."""

    PRIVACY = classify(none="id at", contact="receiver", secret="body")  # noqa: S106  # names a column

    id = models.BigAutoField(primary_key=True)
    receiver = models.CharField(max_length=40)
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(receiver__contains="•"), name="shown_message_receiver_is_masked")
        ]

    def __str__(self) -> str:
        return f"{self.receiver} {self.at}"
