"""`congbhyt audit …`: reading the record of who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, Newest, Row, show
from congbhyt.commands.session import operator, work

if TYPE_CHECKING:
    from congbhyt.audit.models import Entry

audit_app = typer.Typer(no_args_is_help=True, help="The record of who did what; reading it is on record too.")

_COLUMNS = {
    "at": "Lúc", "event": "Việc", "actor": "Ai", "officer": "Cán bộ", "unit_code": "Đơn vị", "address": "Địa chỉ",
    "object": "Đối tượng", "outcome": "Kết quả", "reference": "Tham chiếu",
}  # fmt: skip


@audit_app.callback()
def group() -> None:
    """Keep `find` a word of its own while it is the only command."""


@audit_app.command("find")
def find(
    object_: Annotated[str, typer.Option("--object", help="What was touched: insured:17, unit:01999, person:4.")] = "",
    reference: Annotated[str, typer.Option(help="The reference number of an answer.")] = "",
    actor: Annotated[str, typer.Option(help="Who: person:4, account:01999_BV, operator:root.")] = "",
    limit: Newest = 100,
    as_json: AsJson = False,
) -> None:
    """Entries that agree with every criterion, newest first."""
    with work():
        from congbhyt.audit import actions
        from congbhyt.audit.queries import Sought
        from congbhyt.kernel import clock

        sought = Sought(object_, reference, actor)
        found = actions.consult(sought, by=operator(), at=clock.now(), newest=limit)
        show(map(_row, found), _COLUMNS, as_json=as_json)


def _row(entry: Entry) -> Row:
    return {
        "at": entry.at,
        "event": entry.event,
        "actor": entry.actor,
        "officer": entry.officer,
        "unit_code": entry.unit_code,
        "address": entry.address,
        "port": entry.port,
        "object": entry.object,
        "outcome": entry.outcome,
        "reference": entry.reference,
        "details": entry.details,
    }
