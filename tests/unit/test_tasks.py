"""The worker's tasks: what they call, and that a silent worker's jobs are taken up again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from congbhyt.accounts.models import FailedSignIn
from congbhyt.kernel import clock
from congbhyt.outbox import tasks
from congbhyt.tokens.models import ApiSession
from congbhyt.tokens.tasks import forget
from tests import factories


class _Manager:
    """Stands for procrastinate's job manager: knows two stalled jobs, notes which are put back."""

    def __init__(self) -> None:
        self.put_back: list[str] = []

    async def get_stalled_jobs(self, *, seconds_since_heartbeat: float) -> list[str]:
        """The jobs of a worker that was silent for longer than a minute."""
        return ["one", "two"] if seconds_since_heartbeat > 60 else []

    async def retry_job(self, job: str) -> None:
        """Put one back."""
        self.put_back.append(job)


def test_jobs_of_a_silent_worker_are_put_back() -> None:
    manager = _Manager()
    context: Any = SimpleNamespace(app=SimpleNamespace(job_manager=manager))
    asyncio.run(tasks.retry_stalled.func(context, timestamp=0))
    assert manager.put_back == ["one", "two"]


@pytest.mark.django_db
def test_sessions_that_are_over_for_an_hour_are_forgotten() -> None:
    now = clock.now()
    account = factories.build(now).account
    for name, ended in ((b"old", timedelta(minutes=61)), (b"new", timedelta(minutes=59))):
        ApiSession.objects.create(
            token_digest=name.ljust(32),
            id_token="11111111-2222-4333-8444-555555555555",
            account=account,
            password_mac=bytes(32),
            address="127.0.0.1",
            issued_at=now - timedelta(hours=2),
            expires_at=now - ended,
        )
    forget.func(timestamp=0)
    assert [bytes(session.token_digest).strip() for session in ApiSession.objects.all()] == [b"new"]


@pytest.mark.django_db
def test_yesterdays_wrong_secrets_are_forgotten() -> None:
    now = clock.now()
    for days, name in ((2, "01999_BV"), (0, "01998_BV")):
        FailedSignIn.objects.create(
            account_name=name, address="127.0.0.1", failures=1, first_at=now - timedelta(days=days)
        )
    forget.func(timestamp=0)
    assert [failed.account_name for failed in FailedSignIn.objects.all()] == ["01998_BV"]
