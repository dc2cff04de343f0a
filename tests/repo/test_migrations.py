"""Models and migrations agree."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db(databases=["default", "owner"])
def test_makemigrations_finds_nothing_to_do() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
