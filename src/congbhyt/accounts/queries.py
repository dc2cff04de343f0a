"""Reads of people, API accounts and rights."""

from __future__ import annotations

from collections.abc import Iterable

from congbhyt.accounts.models import ApiAccount, Grant, Person
from congbhyt.accounts.refusals import NoSuchAccountError, NoSuchPersonError


def person(handle: str) -> Person:
    """The person with this handle, `<unit or agency>/<user name>`.

    Raises:
        NoSuchPersonError: there is none.
    """
    home, _, user_name = handle.strip().partition("/")
    try:
        return Person.objects.select_related("unit", "agency").get(handle=f"{home.upper()}/{user_name.lower()}")
    except Person.DoesNotExist as missing:
        raise NoSuchPersonError(handle=handle) from missing


def api_account(name: str) -> ApiAccount:
    """The API account with this name, in any case.

    Raises:
        NoSuchAccountError: there is none.
    """
    try:
        return ApiAccount.objects.select_related("unit").get(name=name.strip().upper())
    except ApiAccount.DoesNotExist as missing:
        raise NoSuchAccountError(name=name) from missing


def holder(name: str) -> Person | ApiAccount:
    """A person by handle, or, without a slash, an API account by name.

    Raises:
        NoSuchPersonError, NoSuchAccountError: there is none.
    """
    return person(name) if "/" in name else api_account(name)


def rights_of(held_by: Person | ApiAccount) -> Iterable[Grant]:
    """Grants in force, oldest first."""
    return held_by.grants.filter(revoked_at=None).order_by("granted_at", "right")
