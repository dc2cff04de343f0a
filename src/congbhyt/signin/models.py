"""Sessions of people at the portal."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import F, Q

from congbhyt.accounts.models import Person
from congbhyt.kernel.privacy import classify

HISTORY_CLOSED: Mapping[str, None] = {"history_opened_at": None, "history_used_at": None, "shown_insured": None}
"""What a session's row holds while treatment history is closed."""


class Session(models.Model):
    """One person signed in with one browser. The cookie's token is kept only as its SHA-256.

    What a session may do beyond the person's rights stands in its own row, so that it cannot outlive it:
    `history_opened_at` and `history_used_at` are the window that an SMS code opened (CV 1232/BHXH-CNTT),
    `shown_insured` is the one insured person whose history the last look-up showed.
    """

    PRIVACY = classify(
        none="id opened_at seen_at ends_at awaits_code trusted_network history_opened_at history_used_at ended_at "
        "ended_why registration_only",
        access="person address agent shown_insured",
        secret="token_digest",  # noqa: S106  # names a column
    )

    token_digest = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True, default="")
    trusted_network = models.BooleanField(help_text="Opened from a registered network of the person's unit or agency.")
    awaits_code = models.BooleanField(help_text="The second factor is missing; only its page opens.")
    registration_only = models.BooleanField(
        default=False,
        help_text="Opens only the unit's own requests: from an unregistered address, or a shared account.",
    )
    history_opened_at = models.DateTimeField(null=True)
    history_used_at = models.DateTimeField(null=True)
    shown_insured = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["person", "-opened_at"], name="session_newest_first")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="session_ends_after_it_opens"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="session_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(history_opened_at=None, history_used_at=None, shown_insured=None)
                | Q(
                    history_opened_at__isnull=False,  # a comparison with nothing would pass as a check
                    history_used_at__isnull=False,
                    history_used_at__gte=F("history_opened_at"),
                    ended_at=None,
                    awaits_code=False,
                ),
                name="session_history_only_while_it_lasts",
            ),
            models.CheckConstraint(
                condition=Q(registration_only=False) | Q(history_opened_at=None),
                name="session_for_registration_opens_no_history",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk} of person {self.person_id}"

    @property
    def name(self) -> str:
        """How codes and the audit record name it."""
        return f"session:{self.pk}"
