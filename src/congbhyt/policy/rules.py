"""What is in force at a moment: shipped rows and the installation's own, newest first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from congbhyt.policy.catalogue import Parameter, RetirementRow, Row, Value


class Policy:
    """Every row known, shipped and local."""

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        local: Mapping[str, Iterable[Row]],
        retirements: Iterable[RetirementRow],
    ) -> None:
        self._rows = {
            name: sorted(
                [*parameter.rows, *local.get(name, ())], key=lambda row: row.valid_from
            )  # stable: of two rows of one moment the local one stands last and wins
            for name, parameter in parameters.items()
        }
        self._retirements = {row.function.lower(): row for row in retirements}
        self._changes = sorted({row.valid_from for rows in self._rows.values() for row in rows})
        self._known: dict[int, InForce] = {}

    def value(self, name: str, moment: datetime) -> Value:
        """The value of one parameter at `moment`; before its first row, that row's."""
        rows = self._rows[name]
        return next((row.value for row in reversed(rows) if row.valid_from <= moment), rows[0].value)

    def at(self, moment: datetime) -> InForce:
        """Everything in force at `moment`; the same object until the next change, so its values stay read."""
        period = bisect_right(self._changes, moment)
        if period not in self._known:
            self._known[period] = InForce(self, moment)
        return self._known[period]

    def retirement(self, function: str, moment: datetime) -> RetirementRow | None:
        """The row that has stopped `function` by `moment`, or None while it works."""
        row = self._retirements.get(function.lower())
        return row if row and row.at <= moment else None


@dataclass(frozen=True)
class InForce:
    """The parameters at one moment, by name and type."""

    policy: Policy
    moment: datetime

    def _flag(self, name: str) -> bool:
        return cast(bool, self.policy.value(name, self.moment))

    def _number(self, name: str) -> int:
        return cast(int, self.policy.value(name, self.moment))

    def _texts(self, name: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", self.policy.value(name, self.moment)))

    @cached_property
    def address_enforced(self) -> bool:
        """Only registered addresses connect."""
        return self._flag("address.enforced")

    @cached_property
    def session_length(self) -> timedelta:
        """How long an API session lasts."""
        return timedelta(minutes=self._number("session.minutes"))

    @cached_property
    def session_bound_to_address(self) -> bool:
        """A session counts only from the address that opened it."""
        return self._flag("session.bound_to_address")

    @cached_property
    def failures_allowed(self) -> int:
        """Wrong secrets for one account from one address before a pause."""
        return self._number("signin.failures_allowed")

    @cached_property
    def sign_in_pause(self) -> timedelta:
        """How long that pause lasts, and within how long failures count."""
        return timedelta(minutes=self._number("signin.pause_minutes"))

    @cached_property
    def portal_failures_allowed(self) -> int:
        """Wrong passwords or codes of one person from one address before a pause at the portal."""
        return self._number("portal.failures_allowed")

    @cached_property
    def tries_per_address(self) -> int:
        """Tries for all names together from one address, where names could be tried without end."""
        return self._number("portal.tries_per_address")

    @cached_property
    def portal_idle(self) -> timedelta:
        """A portal session ends after that long without a page."""
        return timedelta(minutes=self._number("portal.idle_minutes"))

    @cached_property
    def portal_session_length(self) -> timedelta:
        """A portal session ends after that long, whatever happens in it."""
        return timedelta(hours=self._number("portal.session_hours"))

    @cached_property
    def password_least_length(self) -> int:
        """Characters that a person's password has at least."""
        return self._number("password.least_length")

    @cached_property
    def temporary_password_length(self) -> timedelta:
        """How long a password that an administrator handed out opens anything."""
        return timedelta(hours=self._number("password.temporary_hours"))

    @cached_property
    def code_typing(self) -> timedelta:
        """How long after its sending a code may be typed."""
        return timedelta(minutes=self._number("otp.typing_minutes"))

    @cached_property
    def code_tries(self) -> int:
        """How often one code may be typed, right or wrong."""
        return self._number("otp.tries")

    @cached_property
    def code_resend(self) -> timedelta:
        """How long a person waits before another code of the same kind is sent."""
        return timedelta(seconds=self._number("otp.resend_seconds"))

    @cached_property
    def codes_per_hour(self) -> int:
        """Codes of one kind sent to one person within an hour at most."""
        return self._number("otp.codes_per_hour")

    @cached_property
    def history_idle(self) -> timedelta:
        """How long history stays open without a look-up."""
        return timedelta(minutes=self._number("history.idle_minutes"))

    @cached_property
    def history_most(self) -> timedelta:
        """How long history stays open at most."""
        return timedelta(hours=self._number("history.most_hours"))

    @cached_property
    def history_months(self) -> int:
        """How many months treatment history reaches back."""
        return self._number("history.months")

    @cached_property
    def history_in_2024_function(self) -> bool:
        """Whether KQNhanLichSuKCB2024 fills its history block."""
        return self._flag("history.in_2024_function")

    @cached_property
    def withheld_diagnoses(self) -> tuple[str, ...]:
        """Beginnings of ICD-10 codes whose visits are not shown."""
        return self._texts("history.withheld_diagnoses")

    @cached_property
    def withheld_words(self) -> frozenset[str]:
        """Words of a diagnosis text that withhold its visit."""
        return frozenset(self._texts("history.withheld_words"))

    @cached_property
    def trail_window(self) -> timedelta:
        """How far back the who-looked trail reaches."""
        return timedelta(days=self._number("trail.days"))

    @cached_property
    def trail_entries(self) -> int:
        """How many look-ups the trail shows."""
        return self._number("trail.entries")

    @cached_property
    def record_window(self) -> timedelta:
        """How long after a look-up the account may fetch that person's visits."""
        return timedelta(minutes=self._number("record.open_minutes"))

    @cached_property
    def card_provinces(self) -> frozenset[str]:
        """Province codes that stand in card numbers."""
        return frozenset(self._texts("card.provinces"))

    @cached_property
    def widest_v4(self) -> int:
        """Prefix length of the widest IPv4 network that needs no reason."""
        return self._number("network.widest_v4")

    @cached_property
    def widest_v6(self) -> int:
        """Prefix length of the widest IPv6 network that needs no reason."""
        return self._number("network.widest_v6")

    @cached_property
    def emergency_length(self) -> timedelta:
        """How long an address is open that an agency lets in at once."""
        return timedelta(hours=self._number("network.emergency_hours"))

    @cached_property
    def summary_needed(self) -> bool:
        """Addresses are opened only from a summary (02/th-ip-ctn)."""
        return self._flag("network.summary_needed")

    @cached_property
    def paper_needed(self) -> bool:
        """A request comes into force only with its signed paper."""
        return self._flag("registration.paper_needed")

    @cached_property
    def paper_megabytes(self) -> int:
        """How large the file of a signed paper may be."""
        return self._number("registration.paper_megabytes")

    @cached_property
    def paper_pages(self) -> int:
        """How many pages a signed paper may have."""
        return self._number("registration.paper_pages")

    @cached_property
    def decision_days(self) -> int:
        """Working days within which an agency decides a request."""
        return self._number("registration.decision_days")

    @cached_property
    def administrator_days(self) -> int:
        """Working days within which an agency checks a unit's administrator."""
        return self._number("registration.administrator_days")

    @cached_property
    def holidays(self) -> frozenset[date]:
        """Days that are no working days, besides Saturdays and Sundays."""
        return frozenset(map(date.fromisoformat, self._texts("calendar.holidays")))

    @cached_property
    def shared_accounts(self) -> bool:
        """A unit's shared account opens the whole portal."""
        return self._flag("portal.shared_accounts")

    @cached_property
    def delegated(self) -> bool:
        """A unit's administrator manages its people."""
        return self._flag("enrolment.delegated")

    @cached_property
    def approved_rights(self) -> frozenset[str]:
        """Rights that the agency approves even then."""
        return frozenset(self._texts("enrolment.approved_rights"))

    @cached_property
    def activation_length(self) -> timedelta:
        """How long a new person may take to open the account."""
        return timedelta(hours=self._number("enrolment.activation_hours"))

    @cached_property
    def idle_days(self) -> int:
        """After so many days without use an account is suspended."""
        return self._number("enrolment.idle_days")

    @cached_property
    def recertify_months(self) -> int:
        """How often a unit confirms its people."""
        return self._number("enrolment.recertify_months")

    @cached_property
    def recertify_length(self) -> timedelta:
        """How long a unit has to confirm its people."""
        return timedelta(days=self._number("enrolment.recertify_days"))
