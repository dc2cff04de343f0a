"""What this database is, and which of its contents processes keep in memory."""

from __future__ import annotations

from django.db import models

from congbhyt.kernel.privacy import classify


class Installation(models.Model):
    """The one row that says what this database is for; written when it is created, never after."""

    class Kind(models.TextChoices):
        PRODUCTION = "production"
        SANDBOX = "sandbox"

    PRIVACY = classify(none="id kind created_at")

    id = models.SmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=12, choices=Kind)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]

    def __str__(self) -> str:
        return f"{self.kind} since {self.created_at:%Y-%m-%d}"


class Revision(models.Model):
    """A counter per topic that database triggers raise; processes poll it to refresh what they keep."""

    class Topic(models.TextChoices):
        NETWORKS = "networks"
        POLICY = "policy"

    PRIVACY = classify(none="topic number")

    topic = models.CharField(primary_key=True, max_length=12, choices=Topic)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=0), name="revision_not_negative")]

    def __str__(self) -> str:
        return f"{self.topic} {self.number}"
