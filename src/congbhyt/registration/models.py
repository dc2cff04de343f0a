"""Requests of units and agencies, their timelines, their paper, and what a line of any kind has."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from django.db import models
from django.db.models import BaseConstraint, F, Q, QuerySet
from django.db.models.fields.related import ForeignKey

from congbhyt.accounts.models import Person
from congbhyt.kernel.privacy import classify
from congbhyt.registration.rules import (
    EDITABLE_STATES,
    KINDS,
    LINE_LABELS,
    OPEN_STATES,
    REASON_LENGTH,
    STATE_LABELS,
    STEPS,
    Kind,
    KindRow,
    LineState,
    State,
    Step,
)
from congbhyt.units.models import Agency, Unit

PURPOSES = {
    "management": "Tra cứu phục vụ quản lý",
    "card": "Tra cứu thẻ BHYT",
    "history": "Tra cứu lịch sử khám chữa bệnh",
    "treatment": "Liên thông dữ liệu khám chữa bệnh",
    "health_certificate": "Liên thông giấy khám sức khỏe",
    "medical_assessment": "Liên thông biên bản giám định y khoa",
    "other": "Chức năng khác",
}
"""For what a unit connects (the list of CV 1923/BHXH-CNTT)."""


_OPEN = sorted(state.value for state in OPEN_STATES)
_REASONED = sorted(step.value for step, row in STEPS.items() if row.reason)


def _choices(names: type[StrEnum]) -> list[tuple[str, str]]:
    return [(name.value, name.value) for name in names]


class Summary(models.Model):
    """Mẫu 02/th-ip-ctn: what a province has approved and sends to the national centre to be opened."""

    PRIVACY = classify(none="id agency made_at", access="made_by")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="summaries")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "summaries"
        indexes = [models.Index(fields=["agency", "-made_at"], name="summary_newest_first")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How people name it."""
        return f"TH{self.pk:05d}"


class Request(models.Model):
    """What a unit, or an agency for its approvers, asks for on one official form.

    `agency` is set where an agency asks (02/dk-ctn), else `unit`. Who decides follows from the unit's receiving
    agency of the day, so that requests follow when agencies merge. `filed_from` names the paper from which an
    officer filed for a unit.
    """

    class Manner(models.TextChoices):
        SUPPLEMENT = "supplement", "Bổ sung"
        REPLACEMENT = "replacement", "Thay toàn bộ danh sách đang có"

    PRIVACY = classify(
        none="id kind state unit agency manner purposes valid_from valid_to justification filed_from begun_at "
        "submitted_at settled_at due_at decide_by summary",
        identity="contact_name",
        contact="contact_phone_sealed contact_email",
        access="filed_by filer",
    )

    kind = models.CharField(max_length=15, choices=_choices(Kind))
    state = models.CharField(max_length=10, choices=_choices(State), default=State.DRAFT.value)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="requests")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="requests")
    manner = models.CharField(max_length=12, choices=Manner, default=Manner.SUPPLEMENT)
    purposes = models.JSONField(default=list)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    justification = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    contact_name = models.CharField(max_length=100, blank=True, default="")
    contact_phone_sealed = models.BinaryField(null=True)
    contact_email = models.EmailField(blank=True, default="")
    filed_by = models.CharField(max_length=80)
    filer: ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="requests"
    )
    filed_from = models.CharField(max_length=200, blank=True, default="")
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, help_text="The last time; a request may be sent back.")
    settled_at = models.DateTimeField(null=True, help_text="When its last line was decided, or it was withdrawn.")
    due_at = models.DateTimeField(null=True, help_text="Late when submitted from this moment on.")
    decide_by = models.DateTimeField(null=True, help_text="Overdue at the agency when undecided from this moment on.")
    summary = models.ForeignKey(Summary, null=True, on_delete=models.PROTECT, related_name="requests")

    class Meta:
        indexes = [
            models.Index(fields=["state", "kind", "submitted_at"], name="request_inbox"),
            models.Index(fields=["unit", "-begun_at"], name="request_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit=None, agency__isnull=False) | Q(unit__isnull=False, agency=None),
                name="request_of_unit_or_agency",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(state__in=_OPEN) & ~Q(kind=Kind.EMERGENCY.value),
                name="request_one_open_per_unit_and_kind",
            ),
            models.UniqueConstraint(
                fields=["agency", "kind"],
                condition=Q(state__in=_OPEN),
                name="request_one_open_per_agency_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="request_submitted_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(submitted_at__gte=F("begun_at")),
                name="request_begins_before_it_is_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "returned", "approved"], settled_at=None)
                | (~Q(state__in=["draft", "submitted", "returned", "approved"]) & Q(settled_at__isnull=False)),
                name="request_settled_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="request_period_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.EMERGENCY.value) | ~Q(justification=""), name="request_emergency_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.kind} {self.state}"

    @property
    def label(self) -> str:
        """How people name it."""
        return f"DK{self.pk:06d}"

    @property
    def home(self) -> Unit | Agency:
        """Who asks."""
        home = self.unit or self.agency
        if home is None:
            raise AssertionError("a constraint gives every request a home")
        return home

    @property
    def row(self) -> KindRow:
        """What its kind entails."""
        return KINDS[Kind(self.kind)]

    @property
    def state_label(self) -> str:
        """Its state in words."""
        return STATE_LABELS[State(self.state)]

    @property
    def lines(self) -> QuerySet[Any]:
        """Its lines, whatever their kind."""
        rows: QuerySet[Any] = getattr(self, self.row.lines).all()
        return rows

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.state in OPEN_STATES

    @property
    def is_editable(self) -> bool:
        """Whether its lines may still change."""
        return self.state in EDITABLE_STATES

    @property
    def is_late(self) -> bool:
        """Whether it was submitted at its deadline or after it."""
        return bool(self.due_at and self.submitted_at and self.submitted_at >= self.due_at)


class StepTaken(models.Model):
    """One line of a request's timeline; only ever added to."""

    PRIVACY = classify(none="id request step from_state to_state at reason lines", access="by person")

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10, choices=_choices(Step))
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    person: ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    lines = models.JSONField(default=list, help_text="Numbers of the lines concerned; empty: the whole request.")

    class Meta:
        verbose_name_plural = "steps taken"
        indexes = [models.Index(fields=["request", "at"], name="step_timeline")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(step__in=_REASONED) | ~Q(reason=""),
                name="step_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} of request {self.request_id} by {self.by}"

    @property
    def label(self) -> str:
        """The step in words."""
        return STEPS[Step(self.step)].label


class Line(models.Model):
    """One line of a request: an address, or a person."""

    LINE_PRIVACY: ClassVar[str] = "id request number state decided_at reason in_force_at ended_at end_reason"
    """Columns of every line that are no personal data."""
    LINE_ACCESS: ClassVar[str] = "decided_by opened_by ended_by"

    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=_choices(LineState), default=LineState.WAITING.value)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=80, blank=True, default="")
    in_force_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def state_label(self) -> str:
        """Its state in words."""
        return LINE_LABELS[LineState(self.state)]


def line_constraints(prefix: str) -> list[BaseConstraint]:
    """What every table of lines refuses; constraints need names of their own in each."""
    return [
        models.UniqueConstraint(fields=["request", "number"], name=f"{prefix}_number_once"),
        models.CheckConstraint(
            condition=Q(state="waiting", decided_at=None, decided_by="")
            | (~Q(state="waiting") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
            name=f"{prefix}_decided_by_somebody",
        ),
        models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name=f"{prefix}_refused_for_a_reason"),
        models.CheckConstraint(
            condition=Q(state__in=["in_force", "ended"], in_force_at__isnull=False)
            | Q(state__in=["waiting", "approved", "refused"], in_force_at=None),
            name=f"{prefix}_in_force_since",
        ),
        models.CheckConstraint(
            condition=Q(state="ended", ended_at__isnull=False, ended_at__gte=F("in_force_at"))
            & ~Q(ended_by="")
            & ~Q(end_reason="")
            | ~Q(state="ended") & Q(ended_at=None, ended_by="", end_reason=""),
            name=f"{prefix}_ended_by_somebody_for_a_reason",
        ),
    ]


class Paper(models.Model):
    """The signed paper of a request: an uploaded scan or signed PDF, or the note that paper was received.

    `check_code` is the request's code when the paper came; a request that changed since needs a new one. Files lie
    sealed in the database: one backup, nothing beside the web root.
    """

    class Kind(models.TextChoices):
        UPLOAD = "upload"
        NOTE = "note"

    class Outcome(models.TextChoices):
        NONE = ""
        VALID = "valid"
        UNPROVEN = "unproven"

    PRIVACY = classify(
        none="id request kind check_code media_type pages sha256 size outcome added_at note_number note_date",
        identity="content_sealed findings note_receiver",
        access="added_by",
    )

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=6, choices=Kind)
    check_code = models.CharField(max_length=16)
    content_sealed = models.BinaryField(null=True)
    media_type = models.CharField(max_length=20, blank=True, default="")
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.NONE)
    findings = models.JSONField(default=list, help_text="What the verification of each signature found, in words.")
    note_number = models.CharField(max_length=60, blank=True, default="")
    note_date = models.DateField(null=True)
    note_receiver = models.CharField(max_length=100, blank=True, default="")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "-added_at"], name="paper_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="upload", content_sealed__isnull=False, note_date=None, note_number="")
                & ~Q(media_type="")
                & ~Q(sha256="")
                | Q(kind="note", content_sealed=None, note_date__isnull=False, media_type="")
                & ~Q(note_number="")
                & ~Q(note_receiver=""),
                name="paper_is_a_file_or_a_note",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for request {self.request_id}"

    @property
    def proves(self) -> bool:
        """Whether it can stand for the signed paper."""
        return self.kind == self.Kind.NOTE or self.outcome == self.Outcome.VALID
