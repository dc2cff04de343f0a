"""`congbhyt rights …`: who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.commands.listing import AsJson, Row, show
from congbhyt.commands.session import operator, out, work

if TYPE_CHECKING:
    from congbhyt.accounts.models import Grant

rights_app = typer.Typer(no_args_is_help=True, help="Rights of people and API accounts.")

HolderName = Annotated[str, typer.Argument(help="A person, <unit>/<user name>, or an API account such as 01999_BV.")]
RightName = Annotated[Right, typer.Argument(help="See: congbhyt rights catalogue.")]

_COLUMNS = {
    "right": "Quyền", "label": "Nội dung", "granted_at": "Cấp lúc", "granted_by": "Người cấp", "basis": "Căn cứ",
    "revoked_at": "Thu hồi lúc", "revoked_by": "Người thu hồi", "revoked_reason": "Lý do",
}  # fmt: skip
_CATALOGUE = {"right": "Quyền", "label": "Nội dung", "holders": "Cấp cho", "sends_sms": "Gửi SMS"}


@rights_app.command("grant")
def grant(
    holder: HolderName,
    right: RightName,
    basis: Annotated[str, typer.Option(help="The form or decision it rests on; it goes on record.")],
) -> None:
    """Grant a right; the history right tells the person by SMS."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        held_by = queries.holder(holder)
        actions.grant_right(holder=held_by, right=right, basis=basis, by=operator(), at=clock.now())
        out.print(f"Đã cấp quyền «{RIGHTS[right].label}» cho {held_by}", highlight=False, markup=False)


@rights_app.command("revoke")
def revoke(
    holder: HolderName,
    right: RightName,
    reason: Annotated[str, typer.Option(help="Why; it goes on record.")],
) -> None:
    """Take a right back, at once and everywhere."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        held_by = queries.holder(holder)
        actions.revoke_right(holder=held_by, right=right, reason=reason, by=operator(), at=clock.now())
        out.print(f"Đã thu hồi quyền «{RIGHTS[right].label}» của {held_by}", highlight=False, markup=False)


@rights_app.command("list")
def list_rights(
    holder: HolderName,
    everything: Annotated[bool, typer.Option("--all", help="Revoked ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """What somebody holds, since when, by whom."""
    with work():
        from congbhyt.accounts import queries

        held_by = queries.holder(holder)
        grants = queries.grants_of(held_by) if everything else queries.rights_of(held_by)
        show(map(_row, grants), _COLUMNS, as_json=as_json)


@rights_app.command("catalogue")
def catalogue(as_json: AsJson = False) -> None:
    """Every right there is and who may hold it; no database is needed for it."""
    rows = [
        {
            "right": right.value,
            "label": row.label,
            "holders": sorted(holder.value for holder in row.holders),
            "sends_sms": bool(row.grant_message),
        }
        for right, row in RIGHTS.items()
    ]
    show(rows, _CATALOGUE, as_json=as_json)


def _row(grant: Grant) -> Row:
    return {
        "right": grant.right,
        "label": RIGHTS[Right(grant.right)].label,
        "granted_at": grant.granted_at,
        "granted_by": grant.granted_by,
        "basis": grant.basis,
        "revoked_at": grant.revoked_at,
        "revoked_by": grant.revoked_by,
        "revoked_reason": grant.revoked_reason,
    }
