"""`congbhyt campaigns …`: half-yearly reviews of who still works at each unit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, Row, read_end, show
from congbhyt.commands.requests import acting
from congbhyt.commands.session import out, work

if TYPE_CHECKING:
    from congbhyt.enrolment.models import Campaign

campaigns_app = typer.Typer(
    no_args_is_help=True,
    help="Reviews in which each unit confirms its people (TCVN 14423:2026: every six months). The worker opens and "
    "closes them by itself; these commands are for one more in between.",
)
_COLUMNS = {
    "name": "Đợt", "opens_at": "Mở lúc", "due_at": "Hạn", "closed_at": "Kết thúc lúc", "opened_by": "Người mở",
    "confirmed": "Vẫn làm việc", "left": "Đã nghỉ", "suspended": "Tạm ngừng",
}  # fmt: skip


@campaigns_app.command("list")
def list_campaigns(as_json: AsJson = False) -> None:
    """Reviews, the newest first, with what was said about how many people."""
    with work():
        from congbhyt.enrolment.models import Campaign

        show(map(_row, Campaign.objects.order_by("-opens_at")), _COLUMNS, as_json=as_json)


def _row(campaign: Campaign) -> Row:
    from congbhyt.enrolment.models import Confirmation

    said = {outcome.value: campaign.confirmations.filter(outcome=outcome).count() for outcome in Confirmation.Outcome}
    return {
        "name": campaign.name, "opens_at": campaign.opens_at, "due_at": campaign.due_at,
        "closed_at": campaign.closed_at, "opened_by": campaign.opened_by, **said,
    }  # fmt: skip


@campaigns_app.command("open")
def open_campaign(
    name: Annotated[str, typer.Argument(help="A name that no review had, for example 07/2027.")],
    due: Annotated[datetime, typer.Option(parser=read_end, help="Last day, or moment as 2027-07-31T17:00.")],
) -> None:
    """Open a review and ask every unit's administrators by SMS; whom nobody confirms by then is suspended."""
    with work():
        from congbhyt.enrolment import campaigns
        from congbhyt.kernel import clock

        opened = campaigns.open_campaign(name=name, due_at=due, performer=acting(), at=clock.now())
        out.print(f"Đã mở đợt rà soát {opened.name}", highlight=False, markup=False)


@campaigns_app.command("close")
def close_campaign() -> None:
    """Close the review whose time is over, as the worker does every hour; whom nobody confirmed is suspended."""
    with work():
        from congbhyt.enrolment import campaigns
        from congbhyt.kernel import clock

        suspended = campaigns.close_due(performer=acting(), at=clock.now())
        out.print(f"Đã tạm ngừng {suspended} người", highlight=False)
