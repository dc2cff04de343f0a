"""`congbhyt networks …`, `denials`, `retired-callers`: who may come from where, who was refused, who is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, Newest, Row, read_beginning, read_end, show
from congbhyt.commands.session import operator, out, work

if TYPE_CHECKING:
    from congbhyt.units.models import AgencyNetwork, UnitNetwork

networks_app = typer.Typer(no_args_is_help=True, help="Networks of units and agencies (Mẫu 01/dk-ip-ctn).")

HomeCode = Annotated[str, typer.Argument(help="The code of the unit or agency.")]
NetworkText = Annotated[str, typer.Argument(help="An address or network: 203.0.113.7, 203.0.113.0/24, 2001:db8::/48.")]

_COLUMNS = {
    "unit": "Đơn vị", "network": "Địa chỉ", "valid_from": "Từ", "valid_to": "Đến", "basis": "Căn cứ",
    "added_by": "Người thêm", "ended_at": "Ngừng lúc", "ended_by": "Người ngừng",
}  # fmt: skip
_DENIALS = {
    "last_at": "Lần cuối", "address": "Địa chỉ", "reason": "Lý do", "account_name": "Tài khoản",
    "unit_code": "Đơn vị", "times": "Số lần", "first_at": "Lần đầu",
}  # fmt: skip
_CALLERS = {"unit_code": "Đơn vị", "function": "Hàm", "day": "Ngày", "calls": "Số lần", "last_at": "Lần cuối"}


@networks_app.command("add")
def add(
    home: HomeCode,
    network: NetworkText,
    basis: Annotated[str, typer.Option(help="The form or decision it rests on; it goes on record.")],
    begins: Annotated[
        datetime | None,
        typer.Option("--from", parser=read_beginning, help="First day, or moment as 2026-03-31T07:30; default: now."),
    ] = None,
    ends: Annotated[
        datetime | None, typer.Option("--to", parser=read_end, help="Last day, or moment; default: no end.")
    ] = None,
) -> None:
    """Let a unit call, or an agency's officers sign in, from a network; in force everywhere within seconds."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.units import actions, queries

        added = actions.add_network(
            home=queries.home(home),
            network=network,
            basis=basis,
            valid_from=begins,
            valid_to=ends,
            by=operator(),
            at=clock.now(),
        )
        out.print(f"Đã mở {added}", highlight=False, markup=False)


@networks_app.command("end")
def end(home: HomeCode, network: NetworkText) -> None:
    """End a network of a unit or agency, now."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.units import actions, queries

        actions.end_network(home=queries.home(home), network=network, by=operator(), at=clock.now())
        out.print(f"Đã ngừng {network} của {home}", highlight=False, markup=False)


@networks_app.command("list")
def list_networks(
    home: Annotated[str, typer.Argument(help="Only of this unit or agency; by default all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Networks with their periods, ended ones too."""
    with work():
        from congbhyt.units import queries

        show(map(_row, queries.networks(home)), _COLUMNS, as_json=as_json)


def _row(network: UnitNetwork | AgencyNetwork) -> Row:
    return {
        "unit": network.home.code,
        "network": str(network.network),
        "valid_from": network.valid_from,
        "valid_to": network.valid_to,
        "basis": network.basis,
        "added_by": network.added_by,
        "added_at": network.added_at,
        "ended_at": network.ended_at,
        "ended_by": network.ended_by,
    }


def denials(limit: Newest = 100, as_json: AsJson = False) -> None:
    """Calls refused for their address, newest first, counted by the hour."""
    with work():
        from congbhyt.units import queries

        show(queries.denials(newest=limit).values(*_DENIALS), _DENIALS, as_json=as_json)


def retired_callers(
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days back.")] = 30, as_json: AsJson = False
) -> None:
    """Units that still call retired functions, the most recent first: whom to telephone."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import queries

        since = clock.vietnam_day(clock.now()) - timedelta(days=days - 1)
        show(queries.retired_calls(since=since).values(*_CALLERS), _CALLERS, as_json=as_json)
