"""Opening API sessions (token/take) and forgetting them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.db import transaction

from congbhyt.accounts import failures
from congbhyt.accounts.secrets import Verifier, wire_form
from congbhyt.audit import actions as audit
from congbhyt.audit.actions import Origin
from congbhyt.installation import hot
from congbhyt.kernel.addresses import sign_in_origin
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.identifiers import is_account_name
from congbhyt.kernel.keyring import fingerprint
from congbhyt.kernel.refusal import Refusal
from congbhyt.policy.rules import InForce
from congbhyt.tokens.models import ApiSession
from congbhyt.tokens.refusals import (
    AccountLockedError,
    ForeignAddressError,
    UnitMismatchError,
    WrongCredentialsError,
)

FORGET_AFTER = timedelta(hours=1)
LONGEST_NAME = 40

FIND_ACCOUNT = """
SELECT a.id, a.state = 'active' AND u.valid_from <= %(today)s AND coalesce(u.valid_to >= %(today)s, true),
       u.code, ARRAY(SELECT s.digest FROM accounts_apisecret s WHERE s.account_id = a.id AND s.retired_at IS NULL),
       EXISTS (SELECT FROM accounts_failedsignin f
               WHERE f.account_name = %(name)s AND f.address = %(address)s::inet AND f.locked_until > %(at)s)
FROM (VALUES (1)) AS always (there)
LEFT JOIN accounts_apiaccount a ON a.name = %(name)s
LEFT JOIN units_unit u ON u.id = a.unit_id
"""

OPEN_SESSION = """
WITH opened AS (
    INSERT INTO tokens_apisession (token_digest, id_token, account_id, password_mac, address, issued_at, expires_at)
    VALUES (%(token_digest)s, %(id_token)s, %(account_id)s, %(password_mac)s, %(address)s::inet, %(at)s, %(expires_at)s)
)
INSERT INTO audit_entry (at, event, actor, unit_code, address, port, outcome, reference)
VALUES (%(at)s, 'tokens:session:take', %(actor)s, %(unit_code)s, %(address)s::inet, %(port)s, '200', %(reference)s)
"""


class Credentials(msgspec.Struct, frozen=True):
    """What token/take was sent: account name, secret in its wire form, and the unit's code if any."""

    name: str
    password: str
    unit_code: str = ""


class Caller(msgspec.Struct, frozen=True):
    """Where a call comes from: its origin and the units that own the address; None when nobody asks."""

    origin: Origin
    owners: frozenset[str] | None

    def may_act_for(self, unit_code: str) -> bool:
        """Whether the address is the unit's, or addresses are not enforced yet."""
        return self.owners is None or unit_code in self.owners


class Issued(msgspec.Struct, frozen=True):
    """A session just opened; the token is shown this once."""

    access_token: str
    id_token: UUID
    account_name: str
    expires_at: datetime


def account_name(sent: str) -> str:
    """`sent` as accounts are named; what cannot be an account's name becomes a keyed digest.

    It is put on record before anybody knows whose it is, and people type passwords and CCCD into the
    wrong box; the digest still shows that the same text came twice.
    """
    name = sent.strip()[:LONGEST_NAME].upper()
    return name if is_account_name(name) else f"digest:{settings.KEYS.digest(name).hex()}"


def take(credentials: Credentials, *, caller: Caller, verifier: Verifier, policy: InForce, at: datetime) -> Issued:
    """Open a session. Checks in this order: pause, secret, account, unit code, address.

    Raises:
        WrongCredentialsError, AccountLockedError, UnitMismatchError, ForeignAddressError: on record each.
    """
    name = account_name(credentials.name)
    wire = wire_form(credentials.password)
    found = hot.one(
        FIND_ACCOUNT,
        {"name": name, "address": sign_in_origin(caller.origin.address), "at": at, "today": vietnam_day(at)},
    )
    account_id, active, unit_code, digests, paused = found or (None, False, "", [], False)
    try:
        if paused:
            raise AccountLockedError("too many wrong secrets from this address; wait")
        if not verifier.matches(wire, digests):
            raise WrongCredentialsError
        _check_account(credentials, unit_code, caller, active=active)
    except Refusal as refusal:
        _record_refusal(refusal, name, unit_code or "", caller, policy, at)
        raise
    return _open(account_id, name, unit_code, wire, caller.origin, at, at + policy.session_length)


def _check_account(credentials: Credentials, unit_code: str, caller: Caller, *, active: bool) -> None:
    if not active:
        raise AccountLockedError
    if credentials.unit_code and credentials.unit_code.strip().upper() != unit_code:
        raise UnitMismatchError
    if not caller.may_act_for(unit_code):
        raise ForeignAddressError(address=caller.origin.address, unit_code=unit_code)


def _open(
    account_id: int, name: str, unit_code: str, wire: str, origin: Origin, at: datetime, expires_at: datetime
) -> Issued:
    """Store session and audit entry in one statement and one commit."""
    issued = Issued(secrets.token_hex(32), uuid4(), name, expires_at)
    hot.run(
        OPEN_SESSION,
        {
            "token_digest": fingerprint(issued.access_token),
            "id_token": issued.id_token,
            "account_id": account_id,
            "password_mac": settings.KEYS.session_mac(issued.access_token, wire),
            "address": origin.address,
            "port": origin.port,
            "at": at,
            "expires_at": expires_at,
            "actor": f"account:{name}",
            "unit_code": unit_code,
            "reference": origin.reference,
        },
    )
    return issued


@transaction.atomic
def _record_refusal(refusal: Refusal, name: str, unit_code: str, caller: Caller, policy: InForce, at: datetime) -> None:
    """Put a refused sign-in on record; a wrong secret also counts towards the pause of name and address."""
    if isinstance(refusal, WrongCredentialsError):
        failures.count(name, caller.origin.address, allowed=policy.failures_allowed, pause=policy.sign_in_pause, at=at)
    audit.record(
        "tokens:session:take",
        by=f"account:{name}",
        at=at,
        outcome=refusal.code,
        unit_code=unit_code,
        origin=caller.origin,
    )


def forget_expired(*, at: datetime) -> None:
    """Remove sessions that ended an hour ago and sign-in failures of yesterday; the audit record keeps both."""
    ApiSession.objects.filter(expires_at__lt=at - FORGET_AFTER).delete()
    failures.forget(before=at - timedelta(days=1))
