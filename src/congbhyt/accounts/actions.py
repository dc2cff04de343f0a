"""Writes on people, API accounts and rights; each leaves an audit entry in the same transaction."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from congbhyt.accounts import failures, secrets
from congbhyt.accounts.authz import API_ACCOUNT_RIGHTS, RIGHTS, Holder, Right
from congbhyt.accounts.models import ApiAccount, ApiSecret, Grant, Person
from congbhyt.accounts.refusals import (
    AccountExistsError,
    AccountNameError,
    NoSuchSecretError,
    PersonExistsError,
    PersonFormError,
    PhoneMissingError,
    ReasonMissingError,
    RightHeldError,
    RightHolderError,
    RightNotHeldError,
    TwoSecretsError,
)
from congbhyt.audit import actions as audit
from congbhyt.audit.actions import Origin
from congbhyt.kernel.identifiers import is_account_name, is_citizen_number, is_social_number, tidy_phone
from congbhyt.kernel.names import sort_key, tidy
from congbhyt.outbox import actions as outbox
from congbhyt.units.models import Agency, Unit

_SECRETS_AT_ONCE = 2
LONGEST_REASON = 200
_LONGEST_NAME = 100
_USER_NAME = re.compile(r"[^\s/]{1,40}")


@transaction.atomic
def register_person(
    *,
    full_name: str,
    citizen_number: str,
    user_name: str,
    home: Unit | Agency,
    by: str,
    at: datetime,
    social_number: str = "",
    phone: str = "",
    email: str = "",
    position: str = "",
    password: str | None = None,
) -> Person:
    """Register somebody at a unit or agency. Without `password` no sign-in is possible until one is set.

    Raises:
        PersonFormError: CCCD, mã số BHXH, phone or user name has no possible form, or the name is blank.
        PersonExistsError: the unit has this CCCD or user name already.
    """
    user_name = user_name.strip().lower()
    tidy_number = _checked_form(full_name, citizen_number, user_name, social_number, phone)
    digest = settings.KEYS.digest(citizen_number)
    handle = f"{home.code}/{user_name}"
    _check_free(home, digest, handle)
    person = Person(
        full_name=tidy(full_name),
        citizen_sealed=settings.KEYS.seal(citizen_number),
        citizen_digest=digest,
        social_number=social_number,
        email=email,
        position=tidy(position),
        user_name=user_name,
        handle=handle,
    )
    _put(person, home, phone=tidy_number, password=password, at=at)
    audit.record("accounts:person:register", by=by, at=at, object=person.actor, unit_code=_unit_code(home))
    return person


@transaction.atomic
def open_unit_account(*, unit: Unit, phone: str, by: str, at: datetime, password: str | None = None) -> Person:
    """Open the account `xxxxx_BV` with which a unit registers its users (CV 1923/BHXH-CNTT §2), with the right to.

    Its phone is the unit's registered one. Without `password` no sign-in is possible until one is set.

    Raises:
        PersonFormError: the phone is missing or has no possible form.
        PersonExistsError: the unit has one, or a person who took its user name.
    """
    number = tidy_phone(phone)
    if number is None:
        raise PersonFormError(field="Số điện thoại", wanted="cần 10 chữ số, bắt đầu bằng 0")
    user_name = f"{unit.code}_bv".lower()
    handle = f"{unit.code}/{user_name}"
    if Person.objects.filter(Q(unit=unit, shared=True) | Q(handle=handle)).exists():
        raise PersonExistsError(field="Tài khoản của đơn vị", home=unit.code)
    account = Person(
        shared=True, full_name=unit.name[:_LONGEST_NAME], position="Tài khoản của đơn vị", user_name=user_name,
        handle=handle,
    )  # fmt: skip
    _put(account, unit, phone=number, password=password, at=at)
    audit.record("accounts:unit_account:open", by=by, at=at, object=account.actor, unit_code=unit.code)
    grant_right(holder=account, right=Right.USER_ADMINISTRATION, basis="tài khoản đơn vị", by=by, at=at)
    return account


def _put(person: Person, home: Unit | Agency, *, phone: str, password: str | None, at: datetime) -> None:
    """Store somebody new at their home; `phone` may be empty."""
    person.unit = home if isinstance(home, Unit) else None
    person.agency = home if isinstance(home, Agency) else None
    person.sort_key, person.created_at = sort_key(person.full_name), at
    person.phone_sealed = settings.KEYS.seal(phone) if phone else None
    person.phone_digest = settings.KEYS.digest(phone) if phone else None
    person.must_change_password, person.password_set_at = password is None, at if password else None
    person.set_password(password)
    person.save()


def _checked_form(full_name: str, citizen_number: str, user_name: str, social_number: str, phone: str) -> str:
    """The phone, tidied, or a refusal that names the wrong field."""
    if not full_name.strip():
        raise PersonFormError(field="Họ tên", wanted="không để trống")
    if not is_citizen_number(citizen_number):
        raise PersonFormError(field="CCCD", wanted="cần 12 chữ số")
    if not _USER_NAME.fullmatch(user_name):
        raise PersonFormError(field="Tên đăng nhập", wanted="cần 1 đến 40 ký tự, không có khoảng trắng và dấu «/»")
    if social_number and not is_social_number(social_number):
        raise PersonFormError(field="Mã số BHXH", wanted="cần 10 chữ số")
    number = tidy_phone(phone) if phone else ""
    if number is None:
        raise PersonFormError(field="Số điện thoại", wanted="cần 10 chữ số, bắt đầu bằng 0")
    return number


def _check_free(home: Unit | Agency, digest: bytes, handle: str) -> None:
    at_home = {"unit": home} if isinstance(home, Unit) else {"agency": home}
    if Person.objects.filter(citizen_digest=digest, **at_home).exists():
        raise PersonExistsError(field="Số CCCD này", home=home.code)
    if Person.objects.filter(handle=handle).exists():
        raise PersonExistsError(field="Tên đăng nhập", home=home.code)


def hold_home(home: Unit | Agency) -> None:
    """Let one transaction at a time look for free names and numbers at a unit or agency, until it ends."""
    type(home)._default_manager.select_for_update(no_key=True).get(pk=home.pk)


def _unit_code(home: Unit | Agency) -> str:
    return home.code if isinstance(home, Unit) else ""


@transaction.atomic
def lock_person(*, person: Person, reason: str, by: str, at: datetime, origin: Origin | None = None) -> None:
    """Stop `person` acting anywhere, at once: not at the portal, not as named officer of a look-up.

    Raises:
        ReasonMissingError: no reason.
    """
    need_reason(reason)
    person.state, person.locked_reason, person.locked_by = Person.State.LOCKED, reason, by
    person.sessions_valid_from = at
    person.save(update_fields=["state", "locked_reason", "locked_by", "sessions_valid_from"])
    audit.record(
        "accounts:person:lock", by=by, at=at, object=person.actor, origin=origin,
        details={"reason": reason},
    )  # fmt: skip


@transaction.atomic
def unlock_person(*, person: Person, reason: str, by: str, at: datetime, origin: Origin | None = None) -> None:
    """Let `person` act again, also where wrong passwords had made them wait.

    Raises:
        ReasonMissingError: no reason.
    """
    need_reason(reason)
    person.state, person.locked_reason, person.locked_by = Person.State.ACTIVE, "", ""
    person.save(update_fields=["state", "locked_reason", "locked_by"])
    failures.forgive_everywhere(person.handle)
    audit.record(
        "accounts:person:unlock", by=by, at=at, object=person.actor, origin=origin,
        details={"reason": reason},
    )  # fmt: skip


@transaction.atomic
def open_api_account(
    *, name: str, unit: Unit, by: str, at: datetime, secret: str | None = None
) -> tuple[ApiAccount, str]:
    """Open an API account with the rights of a facility's program; returns it with its clear secret.

    The secret is generated unless given, and cannot be read again.

    Raises:
        AccountNameError: the name has no possible form.
        AccountExistsError: the name is taken.
    """
    name = name.strip().upper()
    if not is_account_name(name):
        raise AccountNameError(name=name)
    if ApiAccount.objects.filter(name=name).exists():
        raise AccountExistsError(name=name)
    account = ApiAccount.objects.create(name=name, unit=unit, created_at=at)
    audit.record("accounts:api_account:open", by=by, at=at, object=account.actor, unit_code=unit.code)
    for right in sorted(API_ACCOUNT_RIGHTS):
        grant_right(holder=account, right=right, basis="tài khoản đơn vị", by=by, at=at)
    return account, issue_secret(account=account, by=by, at=at, secret=secret)


@transaction.atomic
def issue_secret(*, account: ApiAccount, by: str, at: datetime, secret: str | None = None) -> str:
    """Give `account` one more secret and return it; the older one works until it is retired.

    Raises:
        TwoSecretsError: two are in force.
    """
    account = ApiAccount.objects.select_for_update().get(pk=account.pk)
    if account.secrets.filter(retired_at=None).count() >= _SECRETS_AT_ONCE:
        raise TwoSecretsError(name=account.name)
    clear = secret or secrets.generate()
    issued = ApiSecret.objects.create(account=account, digest=secrets.digest(clear), created_by=by, created_at=at)
    audit.record(
        "accounts:api_secret:issue",
        by=by,
        at=at,
        object=account.actor,
        details={"number": issued.pk},
    )
    return clear


@transaction.atomic
def retire_secret(*, account: ApiAccount, number: int, by: str, at: datetime) -> None:
    """Stop one secret; sessions that it opened end too.

    Raises:
        NoSuchSecretError: not in force.
    """
    retired = account.secrets.filter(pk=number, retired_at=None).update(retired_at=at, retired_by=by)
    if not retired:
        raise NoSuchSecretError(name=account.name, number=number)
    _end_sessions(account, at)
    audit.record(
        "accounts:api_secret:retire",
        by=by,
        at=at,
        object=account.actor,
        details={"number": number},
    )


@transaction.atomic
def lock_api_account(*, account: ApiAccount, reason: str, by: str, at: datetime) -> None:
    """Stop `account` at once; its sessions end.

    Raises:
        ReasonMissingError: no reason.
    """
    need_reason(reason)
    account.state, account.locked_reason = ApiAccount.State.LOCKED, reason
    account.save(update_fields=["state", "locked_reason"])
    _end_sessions(account, at)
    audit.record(
        "accounts:api_account:lock",
        by=by,
        at=at,
        object=account.actor,
        details={"reason": reason},
    )


@transaction.atomic
def unlock_api_account(*, account: ApiAccount, by: str, at: datetime) -> None:
    """Let `account` sign in again."""
    account.state, account.locked_reason = ApiAccount.State.ACTIVE, ""
    account.save(update_fields=["state", "locked_reason"])
    audit.record("accounts:api_account:unlock", by=by, at=at, object=account.actor)


def _end_sessions(account: ApiAccount, at: datetime) -> None:
    """Sessions opened before this moment no longer count (tokens stand above accounts in the ladder)."""
    ApiAccount.objects.filter(pk=account.pk).update(sessions_valid_from=at)


@transaction.atomic
def grant_right(*, holder: Person | ApiAccount, right: Right, basis: str, by: str, at: datetime) -> Grant:
    """Grant a right; the history right tells the person by the official SMS.

    Raises:
        ReasonMissingError: no basis.
        RightHolderError: this kind of holder cannot have it.
        RightHeldError: held already.
        PhoneMissingError: its SMS has nowhere to go.
    """
    need_reason(basis)
    row = RIGHTS[right]
    if _kind(holder) not in row.holders:
        raise RightHolderError(right=row.label, holder=str(holder))
    if _held(holder, right).exists():
        raise RightHeldError(right=row.label, holder=str(holder))
    person = holder if isinstance(holder, Person) else None
    account = holder if isinstance(holder, ApiAccount) else None
    grant = Grant.objects.create(person=person, account=account, right=right, granted_at=at, granted_by=by, basis=basis)
    if person and row.grant_message:
        if person.phone_sealed is None:
            raise PhoneMissingError(right=row.label, holder=str(holder))
        outbox.queue_sms(
            purpose=f"grant:{right}",
            receiver=settings.KEYS.open(person.phone_sealed),
            body=row.grant_message,
            at=at,
        )
    audit.record(
        "accounts:right:grant",
        by=by,
        at=at,
        object=holder.actor,
        details={"right": right, "basis": basis},
    )
    return grant


@transaction.atomic
def revoke_right(*, holder: Person | ApiAccount, right: Right, reason: str, by: str, at: datetime) -> None:
    """Take a right back, at once and everywhere; the grant stays on record.

    Raises:
        ReasonMissingError: no reason.
        RightNotHeldError: not held.
    """
    need_reason(reason)
    if not _held(holder, right).update(revoked_at=at, revoked_by=by, revoked_reason=reason):
        raise RightNotHeldError(right=RIGHTS[right].label, holder=str(holder))
    audit.record(
        "accounts:right:revoke",
        by=by,
        at=at,
        object=holder.actor,
        details={"right": right, "reason": reason},
    )


def need_reason(reason: str) -> None:
    """Make sure that an act says why.

    Raises:
        ReasonMissingError: nothing said, or more than the record holds.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ReasonMissingError


def _held(holder: Person | ApiAccount, right: Right) -> QuerySet[Grant]:
    return holder.grants.filter(right=right, revoked_at=None)


def _kind(holder: Person | ApiAccount) -> Holder:
    if isinstance(holder, ApiAccount):
        return Holder.API_ACCOUNT
    if holder.shared:
        return Holder.UNIT_ACCOUNT
    return Holder.UNIT_PERSON if holder.unit_id else Holder.AGENCY_PERSON
