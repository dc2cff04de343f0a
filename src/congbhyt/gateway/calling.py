"""What most functions begin with: whose session, from where, with which right."""

from __future__ import annotations

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.gateway.request import Request
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.actions import Asker
from congbhyt.tokens import queries as tokens
from congbhyt.tokens.queries import Account, Keys


class RightMissingError(Refusal):
    """The account may not use this function."""

    code = "RIGHT_MISSING"
    template = "Tài khoản {account} chưa được cấp quyền «{right}». Liên hệ cơ quan BHXH quản lý để đăng ký quyền."


class ParameterError(Refusal):
    """A parameter is missing or has no possible value."""

    code = "PARAMETER"
    template = "Tham số {parameter} không đúng: cần {wanted}."


def account_of(request: Request, *, right: Right | None = None) -> Account:
    """The account whose session the call names; with `right`, only if it holds that.

    Raises:
        SessionWrongError, SessionOverError, AccountLockedError, ForeignAddressError, RightMissingError.
    """
    keys = Keys(
        token=request.text("token") or request.text("access_token") or "",
        id_token=request.text("id_token") or "",
        username=request.text("username") or "",
        password=request.text("password") or "",
    )
    account = tokens.account_of(keys, caller=request.caller, policy=request.policy, at=request.at)
    if right and not account.holds(right):
        raise RightMissingError(account=account.name, right=RIGHTS[right].label)
    return account


def asker_of(account: Account) -> Asker:
    """The account as the look-up knows it."""
    return Asker(
        unit_id=account.unit_id,
        unit_code=account.unit_code,
        account_name=account.name,
        may_look_up=account.holds(Right.CARD_LOOKUP),
        may_see_history=account.holds(Right.HISTORY_LOOKUP),
    )
