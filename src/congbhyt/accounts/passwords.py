"""Passwords of people: how they are kept, which are good enough, and those that an administrator hands out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from congbhyt.accounts.actions import need_reason
from congbhyt.accounts.models import Person
from congbhyt.audit import actions as audit
from congbhyt.audit.actions import Origin
from congbhyt.kernel.refusal import Refusal
from congbhyt.outbox import actions as outbox

LONGEST = 200
"""Characters; no person types more, and hashing a megabyte would be a gift to an attacker."""
_HASHING_AT_ONCE = BoundedSemaphore(4)
"""Each takes 19 MiB; a Monday's crowd must not take them all at once."""
HANDED_OUT = "CongBHYT: bạn vừa được cấp mật khẩu tạm. Nếu bạn không yêu cầu, báo ngay cơ quan BHXH."
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for something else when read aloud or from paper."""
_GROUPS, _GROUP_LENGTH = 4, 4


class Hasher(Argon2PasswordHasher):
    """argon2id with memory 19 MiB, time 2, parallelism 1, the same as API secrets have."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1


class PasswordRuleError(Refusal):
    """A new password is too weak."""

    code = "PASSWORD_RULE"
    template = "Mật khẩu mới chưa đạt: {rule}."


class TemporaryPasswordOverError(Refusal):
    """A password that an administrator handed out was not used in time."""

    code = "PASSWORD_TEMPORARY_OVER"
    template = "Mật khẩu tạm đã hết hạn. Nhờ quản trị của đơn vị hoặc cơ quan BHXH cấp lại, hoặc dùng «Quên mật khẩu»."


def matches(person: Person | None, password: str) -> bool:
    """Whether this is the person's password; for nobody it takes as long as for somebody."""
    password = password[:LONGEST]
    if person is not None and person.must_change_password:
        password = _regrouped(password)
    with _HASHING_AT_ONCE:
        if person is None or not person.has_usable_password():
            make_password(password)
            return False
        return person.check_password(password)


def check_new(person: Person, password: str, *, least: int) -> None:
    """Make sure that `password` is fit to be the person's next one.

    Raises:
        PasswordRuleError: too short or long, well known, like the person's name, or the one in force.
    """
    if len(password) < least:
        raise PasswordRuleError(rule=f"cần ít nhất {least} ký tự, ví dụ một câu ngắn dễ nhớ")
    if len(password) > LONGEST:
        raise PasswordRuleError(rule=f"tối đa {LONGEST} ký tự")
    if password.isdigit():
        raise PasswordRuleError(rule="không chỉ gồm chữ số")
    try:
        CommonPasswordValidator().validate(password)
        UserAttributeSimilarityValidator(("user_name", "full_name", "handle", "email")).validate(password, person)
    except ValidationError as weak:
        rules = {"password_too_common": "mật khẩu này quá phổ biến", "password_too_similar": "quá giống tên của bạn"}
        raise PasswordRuleError(rule=rules[weak.code or ""]) from weak
    if matches(person, password):
        raise PasswordRuleError(rule="phải khác mật khẩu đang dùng")


@transaction.atomic
def set_password(*, person: Person, password: str, by: str, at: datetime, origin: Origin | None = None) -> None:
    """Give `person` the password that they chose; `check_new` comes first."""
    _store(person, password, must_change=False, at=at)
    audit.record("accounts:password:set", by=by, at=at, object=person.actor, origin=origin)


@transaction.atomic
def hand_out_password(*, person: Person, reason: str, by: str, at: datetime, origin: Origin | None = None) -> str:
    """Replace the password by a temporary one and return it; it opens only the page that changes it.

    Every session of the person ends, and their telephone tells them, because whoever hands it out could use it.

    Raises:
        ReasonMissingError: no reason.
    """
    need_reason(reason)
    password = generate()
    _store(person, password, must_change=True, at=at)
    person.sessions_valid_from = at
    person.save(update_fields=["sessions_valid_from"])
    if person.phone_sealed:
        outbox.queue_sms(
            purpose="notice:password", receiver=settings.KEYS.open(person.phone_sealed), body=HANDED_OUT, at=at
        )
    audit.record(
        "accounts:password:hand_out", by=by, at=at, object=person.actor, origin=origin,
        details={"reason": reason},
    )  # fmt: skip
    return password


def generate() -> str:
    """A password of 79 random bits in groups that can be read aloud."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _regrouped(typed: str) -> str:
    """A handed-out password as it was written down, however its groups were typed; anything else as it is."""
    letters = "".join(typed.lower().replace("-", "").split())
    if len(letters) != _GROUPS * _GROUP_LENGTH or not set(letters) <= set(_READABLE):
        return typed
    return "-".join(letters[begin : begin + _GROUP_LENGTH] for begin in range(0, len(letters), _GROUP_LENGTH))


def check_temporary(person: Person, *, lasts: timedelta, at: datetime) -> None:
    """Make sure that a password that was handed out is used in time.

    Raises:
        TemporaryPasswordOverError: it was not.
    """
    if person.must_change_password and person.password_set_at and person.password_set_at + lasts <= at:
        raise TemporaryPasswordOverError


def _store(person: Person, password: str, *, must_change: bool, at: datetime) -> None:
    with _HASHING_AT_ONCE:
        person.set_password(password)
    person.must_change_password, person.password_set_at = must_change, at
    person.save(update_fields=["password", "must_change_password", "password_set_at"])
