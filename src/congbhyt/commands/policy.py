"""`congbhyt policy …`: what the law and local decisions set, by date."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from congbhyt.commands.listing import AsJson, read_beginning, show
from congbhyt.commands.session import operator, out, work
from congbhyt.kernel.refusal import Refusal

policy_app = typer.Typer(
    no_args_is_help=True, help="Dated parameters, deadlines, and the retirement of gateway functions."
)

Parameter = Annotated[str, typer.Argument(help="See: congbhyt policy list.")]
Source = Annotated[str, typer.Option(help="The letter or decision it rests on; it goes on record.")]

_COLUMNS = {
    "parameter": "Tham số", "value": "Giá trị", "valid_from": "Từ", "source": "Căn cứ", "local": "Của hệ thống này",
}  # fmt: skip
_HISTORY = {
    "valid_from": "Từ", "value": "Giá trị", "source": "Căn cứ", "local": "Của hệ thống này", "in_force": "Hiệu lực",
}  # fmt: skip
_DEADLINES = {
    "campaign": "Đợt", "kind": "Loại", "agency": "Cơ quan", "opens": "Mở từ", "due": "Trước", "ends": "Kết thúc",
    "source": "Căn cứ",
}  # fmt: skip
_RETIREMENTS = {"function": "Hàm", "at": "Ngừng lúc", "successor": "Thay bằng", "source": "Căn cứ"}


class NoSuchFunctionError(Refusal):
    """The gateway has no such function."""

    code = "FUNCTION_UNKNOWN"
    template = "Cổng không có hàm «{function}». Các hàm: {known}."


@policy_app.command("list")
def list_parameters(
    moment: Annotated[
        datetime | None, typer.Option("--at", parser=read_beginning, help="In force when; by default now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The value of every parameter that is in force."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import queries

        show(map(asdict, queries.in_force(moment or clock.now())), _COLUMNS, as_json=as_json)


@policy_app.command("show")
def show_parameter(parameter: Parameter, as_json: AsJson = False) -> None:
    """Every dated value of one parameter."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import queries

        rows = queries.parameter_rows(parameter, clock.now())
        if not as_json:
            out.print(rows[0].meaning, highlight=False, markup=False)
        show(map(asdict, rows), _HISTORY, as_json=as_json)


@policy_app.command("set")
def set_parameter(
    parameter: Parameter,
    value: Annotated[str, typer.Argument(help="""As JSON: true, 15, '["B20", "B21"]'.""")],
    source: Source,
    begins: Annotated[
        datetime | None, typer.Option("--from", parser=read_beginning, help="From when; by default now.")
    ] = None,
) -> None:
    """Set a parameter from a moment on; in force on every process within seconds."""
    try:
        wanted = json.loads(value)
    except ValueError as wrong:
        raise typer.BadParameter(f'{value!r}: viết theo JSON: true, 15, ["B20"]', param_hint="VALUE") from wrong
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import actions

        actions.set_parameter(
            parameter=parameter,
            value=wanted,
            valid_from=begins or clock.now(),
            source=source,
            by=operator(),
            at=clock.now(),
        )
        out.print(f"Đã đặt {parameter} = {value}", highlight=False, markup=False)


@policy_app.command("retire")
def retire(
    function: Annotated[str, typer.Argument(help="The gateway function, for example KQNhanLichSuKCB2019.")],
    successor: Annotated[str, typer.Option(help="The function to call instead.")],
    source: Source,
    moment: Annotated[
        datetime | None, typer.Option("--at", parser=read_beginning, help="When it stops; by default now.")
    ] = None,
) -> None:
    """Stop a gateway function at a moment, or move that moment."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import actions

        old, new = _official_name(function), _official_name(successor)
        actions.retire_function(
            function=old,
            at_moment=moment or clock.now(),
            successor=new,
            source=source,
            by=operator(),
            at=clock.now(),
        )
        out.print(f"{old} ngừng; thay bằng {new}", highlight=False, markup=False)


def _official_name(function: str) -> str:
    """The gateway's spelling of `function`: a slip of the hand would retire nothing and look as if it had."""
    from congbhyt.gateway.functions import FUNCTIONS

    names = {row.name.lower(): row.name for row in FUNCTIONS.values()}
    if function.lower() not in names:
        raise NoSuchFunctionError(function=function, known=", ".join(names.values()))
    return names[function.lower()]


@policy_app.command("retirements")
def list_retirements(as_json: AsJson = False) -> None:
    """Functions with a moment at which they stop or stopped."""
    with work():
        from congbhyt.policy import queries

        show(map(asdict, queries.retirements()), _RETIREMENTS, as_json=as_json)


@policy_app.command("deadline")
def set_deadline(
    kind: Annotated[str, typer.Argument(help="addresses, people, approvers or address_summary.")],
    campaign: Annotated[str, typer.Option(help="The letter that opened it, for example CV 1923/BHXH-CNTT.")],
    opens: Annotated[datetime, typer.Option(parser=read_beginning, help="From when one can register.")],
    due: Annotated[
        datetime, typer.Option(parser=read_beginning, help="Before when; of a day alone its beginning is too late.")
    ],
    ends: Annotated[datetime, typer.Option(parser=read_beginning, help="From when nobody is asked any more.")],
    source: Source,
    agency: Annotated[str, typer.Option(help="Code of the agency whose own it is; by default national.")] = "",
) -> None:
    """Set a campaign's deadline, for the country or for an agency and all below it, or move it."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import actions
        from congbhyt.policy.deadlines import Deadline
        from congbhyt.units.queries import agency as known_agency

        code = known_agency(agency).code if agency else ""
        wanted = Deadline(campaign, kind, code, opens, due, ends, source)
        actions.set_deadline(deadline=wanted, by=operator(), at=clock.now())
        out.print(f"Đã đặt hạn {kind} ({campaign}) cho {code or 'cả nước'}", highlight=False, markup=False)


@policy_app.command("deadlines")
def list_deadlines(as_json: AsJson = False) -> None:
    """Deadlines of every campaign, by their moment."""
    with work():
        from congbhyt.policy import queries

        show(map(asdict, queries.deadlines()), _DEADLINES, as_json=as_json)
