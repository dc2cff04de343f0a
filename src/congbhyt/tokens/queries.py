"""Who calls: the session that a call names, checked."""

from __future__ import annotations

import hmac
from datetime import datetime

import msgspec
from django.conf import settings

from congbhyt.accounts.authz import Right
from congbhyt.accounts.secrets import wire_form
from congbhyt.installation import hot
from congbhyt.kernel.clock import vietnam_day
from congbhyt.kernel.keyring import fingerprint
from congbhyt.policy.rules import InForce
from congbhyt.tokens.actions import Caller
from congbhyt.tokens.refusals import (
    AccountLockedError,
    ForeignAddressError,
    SessionOverError,
    SessionWrongError,
)

FIND_SESSION = """
SELECT a.id, a.name, u.id, u.code,
       a.state = 'active' AND u.valid_from <= %(today)s AND coalesce(u.valid_to >= %(today)s, true),
       s.id_token::text, s.password_mac, host(s.address), s.expires_at,
       coalesce(s.issued_at >= a.sessions_valid_from, true),
       ARRAY(SELECT g.right FROM accounts_grant g WHERE g.account_id = a.id AND g.revoked_at IS NULL)
FROM tokens_apisession s
JOIN accounts_apiaccount a ON a.id = s.account_id
JOIN units_unit u ON u.id = a.unit_id
WHERE s.token_digest = %(token_digest)s
"""


class Keys(msgspec.Struct, frozen=True):
    """The four things every call repeats (wire-protocol §1.2)."""

    token: str
    id_token: str
    username: str
    password: str


class Account(msgspec.Struct, frozen=True):
    """The account behind a valid session."""

    account_id: int
    name: str
    unit_id: int
    unit_code: str
    rights: frozenset[str]

    def holds(self, right: Right) -> bool:
        """Whether the account may use functions of `right`."""
        return right.value in self.rights


def account_of(keys: Keys, *, caller: Caller, policy: InForce, at: datetime) -> Account:
    """The account whose session the call names.

    Raises:
        SessionWrongError: unknown, another account's, another password, or another address where bound.
        SessionOverError: past its end.
        AccountLockedError: locked since.
        ForeignAddressError: from an address that is not the unit's.
    """
    token = keys.token.strip().replace(" ", "+")
    found = hot.one(FIND_SESSION, {"token_digest": fingerprint(token), "today": vietnam_day(at)}) if token else None
    if found is None:
        raise SessionWrongError
    account_id, name, unit_id, unit_code, active, id_token, mac, address, expires_at, counts, rights = found
    expected = settings.KEYS.session_mac(token, wire_form(keys.password))
    same = (
        hmac.compare_digest(bytes(mac), expected)
        and keys.id_token.strip().lower() == id_token
        and keys.username.strip().upper() == name
    )
    if not same or not counts or (policy.session_bound_to_address and address != caller.origin.address):
        raise SessionWrongError
    if expires_at <= at:
        raise SessionOverError
    if not active:
        raise AccountLockedError
    if not caller.may_act_for(unit_code):
        raise ForeignAddressError(address=caller.origin.address, unit_code=unit_code)
    return Account(account_id, name, unit_id, unit_code, frozenset(rights))
