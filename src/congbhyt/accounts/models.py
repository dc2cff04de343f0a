"""People, the API accounts of units, their secrets and their rights."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from congbhyt.accounts.authz import Right
from congbhyt.kernel.privacy import classify
from congbhyt.units.models import Agency, Unit


class Person(AbstractBaseUser):
    """Somebody registered by a unit (Mẫu 01/dk-ctn) or an agency (02/dk-ctn).

    CCCD and phone lie sealed, with a keyed digest for equality. `handle` is `<unit or agency>/<user name>`,
    because user names need be unique only inside a unit.

    One row of a unit may be `shared`: the account `xxxxx_BV` with which the unit registers its users
    (CV 1923/BHXH-CNTT §2). It is nobody, so it has no CCCD and stands in no look-up as the officer; its phone is the
    unit's.
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        LOCKED = "locked"

    PRIVACY = classify(
        identity="full_name sort_key citizen_sealed citizen_digest social_number handle user_name",
        contact="phone_sealed phone_digest email",
        access="last_login last_named_at locked_reason locked_by",
        secret="password",  # noqa: S106  # names a column
        none="id unit agency position state created_at must_change_password password_set_at sessions_valid_from "
        "history_paused_since shared",
    )
    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    full_name = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=400)
    shared = models.BooleanField(default=False, help_text="The unit's own account, not a person.")
    citizen_sealed = models.BinaryField(null=True)
    citizen_digest = models.BinaryField(max_length=16, null=True)
    social_number = models.CharField(max_length=10, blank=True, default="")
    phone_sealed = models.BinaryField(null=True)
    phone_digest = models.BinaryField(max_length=16, null=True)
    email = models.EmailField(blank=True, default="")
    position = models.CharField(max_length=100, blank=True, default="")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="people")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="people")
    user_name = models.CharField(max_length=40)
    handle = models.CharField(max_length=60, unique=True)
    must_change_password = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(null=True, help_text="When the password in force was set; none before.")
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    locked_reason = models.CharField(max_length=200, blank=True, default="")
    locked_by = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    sessions_valid_from = models.DateTimeField(
        null=True, help_text="Portal sessions opened before it are over: set when the person is locked."
    )
    last_named_at = models.DateTimeField(
        null=True, help_text="When a program of the unit last named the person as officer; written once a day."
    )
    history_paused_since = models.DateTimeField(
        null=True, help_text="The history right rests while a new phone waits for approval."
    )

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit=None, agency__isnull=False) | Q(unit__isnull=False, agency=None),
                name="person_belongs_to_unit_or_agency",
            ),
            models.UniqueConstraint(fields=["unit", "citizen_digest"], name="person_once_per_unit"),
            models.UniqueConstraint(fields=["agency", "citizen_digest"], name="person_once_per_agency"),
            models.CheckConstraint(
                condition=Q(shared=True, citizen_sealed=None, citizen_digest=None)
                | Q(shared=False, citizen_sealed__isnull=False, citizen_digest__isnull=False),
                name="person_has_citizen_number_unless_shared",
            ),
            models.CheckConstraint(
                condition=Q(shared=False) | Q(unit__isnull=False), name="person_shared_belongs_to_unit"
            ),
            models.UniqueConstraint(fields=["unit"], condition=Q(shared=True), name="person_shared_once_per_unit"),
            models.CheckConstraint(
                condition=Q(state="active", locked_reason="") | (Q(state="locked") & ~Q(locked_reason="")),
                name="person_locked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.handle})"

    @property
    def actor(self) -> str:
        """How the audit record names the person."""
        return f"person:{self.pk}"

    @property
    def home(self) -> Unit | Agency:
        """The unit or agency that registered the person."""
        home = self.unit or self.agency
        if home is None:
            raise AssertionError("a constraint gives every person a home")
        return home

    def is_also(self, other: Person) -> bool:
        """Whether both rows are the same human being, under whichever account; a unit's own account is only itself."""
        if self.citizen_digest is None or other.citizen_digest is None:
            return self.pk == other.pk
        return bytes(self.citizen_digest) == bytes(other.citizen_digest)

    @property
    def agency_in_charge_id(self) -> int:
        """The agency that receives the requests of the person's unit, or the person's own; its key asks no database."""
        home = self.home
        return home.receiving_agency_id if isinstance(home, Unit) else home.pk


class ApiAccount(models.Model):
    """The account with which a unit's programs call the gateway, usually `<unit>_BV` (CV 1923 §2)."""

    class State(models.TextChoices):
        ACTIVE = "active"
        LOCKED = "locked"

    PRIVACY = classify(none="id name unit state created_at sessions_valid_from", access="locked_reason")

    name = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="api_accounts")
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    locked_reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    sessions_valid_from = models.DateTimeField(
        null=True,
        help_text="Sessions opened before it are over: set when the account is locked or a secret retired.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(name=Upper("name")), name="api_account_upper_case"),
            models.CheckConstraint(
                condition=Q(state="active", locked_reason="") | (Q(state="locked") & ~Q(locked_reason="")),
                name="api_account_locked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """How the audit record names the account."""
        return f"account:{self.name}"


class ApiSecret(models.Model):
    """One secret of an API account: argon2id over the upper-case MD5 that the wire carries.

    Two may be in force at once, so that a hospital can change its programs one after another.
    """

    PRIVACY = classify(
        none="id account created_at retired_at",
        secret="digest",  # noqa: S106  # names a column
        access="created_by retired_by",
    )

    account = models.ForeignKey(ApiAccount, on_delete=models.PROTECT, related_name="secrets")
    digest = models.CharField(max_length=120)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    retired_by = models.CharField(max_length=80, blank=True, default="")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by="") | (Q(retired_at__isnull=False) & ~Q(retired_by="")),
                name="api_secret_retired_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"secret {self.pk} of {self.account_id}"


class Grant(models.Model):
    """A right of one person or one API account, from when, by whom; revoked, never deleted."""

    PRIVACY = classify(
        none="id person account right granted_at basis revoked_at revoked_reason",
        access="granted_by revoked_by",
    )

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="grants")
    account = models.ForeignKey(ApiAccount, null=True, on_delete=models.PROTECT, related_name="grants")
    right = models.CharField(max_length=30, choices=[(right.value, right.value) for right in Right])
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=80)
    basis = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True, default="")
    revoked_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, account__isnull=False) | Q(person__isnull=False, account=None),
                name="grant_to_person_or_account",
            ),
            models.UniqueConstraint(
                fields=["person", "right"], condition=Q(revoked_at=None), name="grant_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["account", "right"], condition=Q(revoked_at=None), name="grant_once_per_account"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by="", revoked_reason="")
                | (
                    Q(revoked_at__isnull=False, revoked_at__gte=F("granted_at"))
                    & ~Q(revoked_by="")
                    & ~Q(revoked_reason="")
                ),
                name="grant_revoked_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} since {self.granted_at:%Y-%m-%d}"


class PhoneChange(models.Model):
    """A new phone of somebody who may see history, or of a unit's own account; an agency decides, because codes go
    to that phone.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    PRIVACY = classify(
        none="id person requested_at outcome decided_at reason",
        contact="phone_sealed phone_digest",
        access="decided_by",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phone_changes")
    phone_sealed = models.BinaryField()
    phone_digest = models.BinaryField(max_length=16)
    requested_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(outcome="pending"), name="phone_change_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(outcome="pending", decided_at=None, decided_by="", reason="")
                | (
                    ~Q(outcome="pending")
                    & Q(decided_at__isnull=False, decided_at__gte=F("requested_at"))
                    & ~Q(decided_by="")
                    & ~Q(reason="")
                ),
                name="phone_change_decided_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"new phone of person {self.person_id}: {self.outcome}"


class FailedSignIn(models.Model):
    """Wrong secrets for one account name from one address; together, so that no stranger locks a hospital out."""

    PRIVACY = classify(none="id failures first_at locked_until", access="account_name address")

    account_name = models.CharField(max_length=60)
    address = models.GenericIPAddressField()
    failures = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_name", "address"], name="failed_sign_in_once_per_pair")]

    def __str__(self) -> str:
        return f"{self.account_name} from {self.address}: {self.failures}"
