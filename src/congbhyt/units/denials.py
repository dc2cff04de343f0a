"""Recording calls that were refused for their address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from congbhyt.units.models import Denial


@dataclass(frozen=True, slots=True)
class DenialKey:
    """What is counted together: one hour, reason, address and account."""

    hour: datetime
    reason: str
    address: str
    account_name: str
    unit_code: str

    @classmethod
    def of(cls, reason: str, address: str, at: datetime, account_name: str = "", unit_code: str = "") -> DenialKey:
        """The key for a refusal at `at`."""
        return cls(at.replace(minute=0, second=0, microsecond=0), reason, address, account_name[:40], unit_code)


def add(counts: Mapping[DenialKey, int], *, at: datetime) -> None:
    """Add refusals to their hour's rows, all or none."""
    with transaction.atomic():
        for key, times in counts.items():
            row, new = Denial.objects.get_or_create(
                hour=key.hour,
                reason=key.reason,
                address=key.address,
                account_name=key.account_name,
                defaults={"unit_code": key.unit_code, "times": times, "first_at": at, "last_at": at},
            )
            if not new:
                Denial.objects.filter(pk=row.pk).update(times=F("times") + times, last_at=at)
