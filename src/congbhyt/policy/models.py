"""Law and local decisions as effective-dated rows, on top of those that the product ships."""

from __future__ import annotations

from django.db import models

from congbhyt.kernel.privacy import classify
from congbhyt.policy.deadlines import DeadlineKind


class Decided(models.Model):
    """Who set a row, when and on which basis."""

    source = models.CharField(max_length=200)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()

    class Meta:
        abstract = True


class PolicyRow(Decided):
    """The value of one parameter from one moment on; wins over a shipped row of the same moment."""

    PRIVACY = classify(none="id parameter valid_from value source decided_at", access="decided_by")

    parameter = models.CharField(max_length=60)
    valid_from = models.DateTimeField()
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parameter", "valid_from"], name="policy_one_value_per_moment")]

    def __str__(self) -> str:
        return f"{self.parameter} = {self.value} from {self.valid_from:%Y-%m-%d %H:%M}"


class Retirement(Decided):
    """The moment at which a gateway function stops; wins over the shipped row of that function."""

    PRIVACY = classify(none="function retires_at successor source decided_at", access="decided_by")

    function = models.CharField(primary_key=True, max_length=60)
    retires_at = models.DateTimeField()
    successor = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.function} until {self.retires_at:%Y-%m-%d %H:%M}, then {self.successor}"


class LocalDeadline(Decided):
    """Until when somebody must have filed; wins over the shipped row of that campaign, kind and agency."""

    PRIVACY = classify(none="id campaign kind agency opens due ends source decided_at", access="decided_by")

    campaign = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in DeadlineKind])
    agency = models.CharField(max_length=10, blank=True)  # a code: agencies stand above policy; "" is national
    opens = models.DateTimeField()
    due = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        db_table = "policy_deadline"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "agency"], name="deadline_one_per_campaign_and_agency"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in DeadlineKind]), name="deadline_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("due"), due__lte=models.F("ends")),
                name="deadline_lies_within_its_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.campaign} due {self.due:%Y-%m-%d %H:%M} for {self.agency or 'everybody'}"


class RetiredCall(models.Model):
    """How often a unit still called a retired function on one day: whom to telephone."""

    PRIVACY = classify(none="id unit_code function day calls last_at")

    unit_code = models.CharField(max_length=5)
    function = models.CharField(max_length=60)
    day = models.DateField()
    calls = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_code", "function", "day"], name="retired_call_one_row_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.unit_code} called {self.function} {self.calls} times on {self.day}"
