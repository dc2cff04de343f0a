"""The who-looked trail that later look-ups show (`dsLichSuKT2018`)."""

from __future__ import annotations

from django.db import models

from congbhyt.insured.models import InsuredPerson
from congbhyt.kernel.privacy import classify


class Check(models.Model):
    """One look-up that found this person: which account, when, with which result."""

    PRIVACY = classify(none="pk reference code history_shown", access="person checked_at account_name unit_code")

    pk = models.CompositePrimaryKey("person_id", "checked_at", "reference")
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, related_name="checks", db_index=False)
    checked_at = models.DateTimeField()
    reference = models.CharField(max_length=32)
    account_name = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=5)
    code = models.CharField(max_length=3)
    history_shown = models.BooleanField(
        help_text="The rights of account and officer let history out; details of visits open only after such a look-up."
    )

    def __str__(self) -> str:
        return f"{self.account_name} {self.checked_at:%Y-%m-%d %H:%M} {self.code}"
