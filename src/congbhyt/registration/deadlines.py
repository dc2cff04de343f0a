"""Until when a unit must have filed, and until when an agency must have decided."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from congbhyt.kernel.calendar import working_days_after
from congbhyt.kernel.clock import VIETNAM, vietnam_day
from congbhyt.policy import queries as policies
from congbhyt.policy.deadlines import deadline
from congbhyt.policy.rules import InForce
from congbhyt.registration.rules import Kind
from congbhyt.units.models import Agency, Unit
from congbhyt.units.queries import ancestors


def due(kind: Kind, home: Unit | Agency, *, at: datetime) -> datetime | None:
    """The instant from which a request begun at `at` is late, by the campaign running then; None without one."""
    receiving = home.receiving_agency if isinstance(home, Unit) else home
    codes = [agency.code for agency in ancestors(receiving)]
    found = deadline(policies.deadlines(), kind=kind, agencies=codes, at=at)
    return found.due if found else None


def decide_by(kind: Kind, *, policy: InForce, at: datetime) -> datetime:
    """The instant from which a request submitted at `at` is overdue at the agency: the end of its last working day.

    The administrator's account is checked within one working day (TT 12/2026/TT-BTC Đ16).
    """
    days = policy.administrator_days if kind is Kind.ADMINISTRATOR else policy.decision_days
    last = working_days_after(vietnam_day(at), days, policy.holidays)
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=VIETNAM)
