"""The record of who did what; only ever added to."""

from __future__ import annotations

from django.db import models

from congbhyt.kernel.privacy import classify


class Entry(models.Model):
    """One act or one read, as strings without foreign keys, so that nothing deleted elsewhere is lost here.

    The database refuses UPDATE, DELETE and TRUNCATE of this table to everybody (migration 0002).
    `object` names what was touched (`insured:17`, `card:GD4…`, `unit:01999`); a CCCD appears only as
    its keyed digest.
    """

    PRIVACY = classify(
        none="id at event unit_code outcome reference details", access="actor officer address port object"
    )

    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    officer = models.CharField(max_length=80, blank=True, default="", db_default="")
    unit_code = models.CharField(max_length=5, blank=True, default="", db_default="")
    address = models.GenericIPAddressField(null=True)
    port = models.PositiveIntegerField(null=True)
    object = models.CharField(max_length=80, blank=True, default="", db_default="")
    outcome = models.CharField(max_length=40)
    reference = models.CharField(max_length=32)
    details = models.JSONField(default=dict, db_default={})

    class Meta:
        indexes = [
            models.Index(fields=["object", "at"], name="audit_by_object"),
            models.Index(fields=["reference"], name="audit_by_reference"),
            # Only people's own look-ups, so that those of programs, a thousand times as many, pay nothing for it.
            models.Index(
                fields=["actor", "-at"],
                condition=models.Q(event="lookup:card:answer", actor__startswith="person:"),
                name="audit_look_ups_of_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.event} {self.object} {self.outcome}"
