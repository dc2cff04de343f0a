"""`congbhyt accounts …`: API accounts of units and their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, Row, show
from congbhyt.commands.session import err, operator, out, work

if TYPE_CHECKING:
    from congbhyt.accounts.models import ApiAccount

accounts_app = typer.Typer(no_args_is_help=True, help="API accounts with which hospital programs sign in.")

Name = Annotated[str, typer.Argument(help="The account, for example 01999_BV.")]

_COLUMNS = {
    "name": "Tài khoản", "unit": "Đơn vị", "state": "Trạng thái", "locked_reason": "Lý do khóa",
    "secrets": "Mật khẩu hiệu lực (số)", "created_at": "Mở lúc",
}  # fmt: skip


@accounts_app.command("open")
def open_account(
    unit: Annotated[str, typer.Option(help="Code of the unit whose programs use it.")],
    name: Annotated[str, typer.Argument(help="Its name; by default <unit>_BV.")] = "",
) -> None:
    """Open an API account; its secret is printed once, alone on standard output."""
    with work():
        from congbhyt.accounts import actions
        from congbhyt.kernel import clock
        from congbhyt.units import queries

        owner = queries.unit(unit)
        account, secret = actions.open_api_account(
            name=name or f"{owner.code}_BV", unit=owner, by=operator(), at=clock.now()
        )
        _print_secret(account.name, secret)


@accounts_app.command("secret-issue")
def issue_secret(name: Name) -> None:
    """Give an account one more secret, printed once; the older one works until it is retired."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        account = queries.api_account(name)
        secret = actions.issue_secret(account=account, by=operator(), at=clock.now())
        _print_secret(account.name, secret)


def _print_secret(name: str, secret: str) -> None:
    err.print(
        f"Mật khẩu API của {name}, chỉ hiện một lần này; phần mềm gửi MD5 chữ hoa của nó:",
        highlight=False,
        markup=False,
    )
    typer.echo(secret)


@accounts_app.command("secret-retire")
def retire_secret(
    name: Name, number: Annotated[int, typer.Argument(help="The secret's number, as `accounts list` shows it.")]
) -> None:
    """Stop one secret; open sessions of the account end, and its programs sign in anew."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        account = queries.api_account(name)
        actions.retire_secret(account=account, number=number, by=operator(), at=clock.now())
        out.print(f"Đã thu hồi mật khẩu số {number} của {account}", highlight=False, markup=False)


@accounts_app.command("lock")
def lock(name: Name, reason: Annotated[str, typer.Option(help="Why; it goes on record.")]) -> None:
    """Stop an account at once; its sessions end."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        account = queries.api_account(name)
        actions.lock_api_account(account=account, reason=reason, by=operator(), at=clock.now())
        out.print(f"Đã khóa {account}", highlight=False, markup=False)


@accounts_app.command("unlock")
def unlock(name: Name) -> None:
    """Let an account sign in again."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        account = queries.api_account(name)
        actions.unlock_api_account(account=account, by=operator(), at=clock.now())
        out.print(f"Đã mở khóa {account}", highlight=False, markup=False)


@accounts_app.command("list")
def list_accounts(
    unit: Annotated[str, typer.Option(help="Only those of this unit.")] = "", as_json: AsJson = False
) -> None:
    """Every account with the numbers of its secrets in force."""
    with work():
        from congbhyt.accounts import queries

        show(map(_row, queries.api_accounts(unit)), _COLUMNS, as_json=as_json)


def _row(account: ApiAccount) -> Row:
    return {
        "name": account.name,
        "unit": account.unit.code,
        "state": account.state,
        "locked_reason": account.locked_reason,
        "secrets": [secret.pk for secret in account.secrets.all() if secret.retired_at is None],
        "created_at": account.created_at,
    }
