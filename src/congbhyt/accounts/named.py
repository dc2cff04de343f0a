"""When programs last named somebody as the officer of a look-up: what keeps an account from resting unused."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from django.db.models import Q

from congbhyt.accounts.models import Person
from congbhyt.kernel.clock import VIETNAM, vietnam_day


def note(people: Collection[int], *, at: datetime) -> None:
    """Say of these people that they were named at `at`, in one statement; each row changes once a day at most."""
    if not people:
        return
    today = datetime.combine(vietnam_day(at), time(), tzinfo=VIETNAM)
    not_today = Q(last_named_at=None) | Q(last_named_at__lt=today)
    Person.objects.filter(not_today, pk__in=people).update(last_named_at=at)
