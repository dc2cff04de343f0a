"""`congbhyt requests …`: deciding, opening, ending."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from congbhyt.commands.listing import read_day
from congbhyt.commands.requests import Number, acting, found, maker_for, tell
from congbhyt.commands.session import out, work

if TYPE_CHECKING:
    from congbhyt.registration.models import Request

deciding_app = typer.Typer()


def read_lines(text: str) -> frozenset[int]:
    """Numbers of lines, as 1,2.

    Raises:
        typer.BadParameter: something else.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and part.isascii() and len(part) < 6 for part in parts):
        raise typer.BadParameter(f"{text!r}: viết số dòng như 1,2")
    return frozenset(map(int, parts))


Lines = Annotated[
    Any, typer.Option(parser=read_lines, metavar="1,2", help="Only these lines; by default all that wait for it.")
]
Reason = Annotated[str, typer.Option(help="Why; people are told, and it goes on record.")]


def _numbers(request: Request, given: Collection[int] | None, state: str) -> list[int]:
    return sorted(given or request.lines.filter(state=state).values_list("number", flat=True))


@deciding_app.command("note-paper")
def note_paper(
    number: Number,
    paper: Annotated[str, typer.Option("--number", help="The paper's own number.")],
    day: Annotated[date, typer.Option("--date", parser=read_day, help="The day on it.")],
    receiver: Annotated[str, typer.Option(help="Who received it.")],
) -> None:
    """Put on record that the signed paper was received; a change of the request asks for a new one."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.registration import papers
        from congbhyt.registration.papers import Note

        request = found(number)
        papers.note(request=request, said=Note(paper, day, receiver), performer=acting(), at=clock.now())
        out.print(f"Đã ghi nhận bản giấy của {request.label}", highlight=False, markup=False)


@deciding_app.command("send-back")
def send_back(number: Number, reason: Reason) -> None:
    """Return a request for correction."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.registration import actions

        tell(actions.send_back(request=found(number), reason=reason, performer=acting(), at=clock.now()))


@deciding_app.command("approve")
def approve(number: Number, lines: Lines = None, reason: Reason = "") -> None:
    """Approve lines. Addresses then wait for the national centre; people have account and rights at once."""
    with work():
        _decide(number, lines, approve=True, reason=reason)


@deciding_app.command("refuse")
def refuse(number: Number, reason: Reason, lines: Lines = None) -> None:
    """Refuse lines, saying why."""
    with work():
        _decide(number, lines, approve=False, reason=reason)


def _decide(number: int, lines: Collection[int] | None, *, approve: bool, reason: str) -> None:
    from congbhyt.kernel import clock
    from congbhyt.policy import queries as policies
    from congbhyt.portal.request_kinds import acts_of
    from congbhyt.registration.rules import LineState

    request, at = found(number), clock.now()
    tell(
        acts_of(request).decide(
            request=request, numbers=_numbers(request, lines, LineState.WAITING), approve=approve, reason=reason,
            performer=acting(), policy=policies.current().at(at), at=at,
        )
    )  # fmt: skip


@deciding_app.command("summary")
def summary(
    agency: Annotated[str, typer.Argument(help="The agency whose approved requests are compiled.")],
    to: Annotated[Path | None, typer.Option(help="Where to write the form; .pdf or .docx says as what.")] = None,
) -> None:
    """Compile what an agency has approved on Mẫu 02/th-ip-ctn for the national IT centre, and print its number."""
    maker = maker_for(to) if to else None
    with work():
        from congbhyt.kernel import clock
        from congbhyt.network.documents import summary_form
        from congbhyt.network.summaries import compile_summary
        from congbhyt.units import queries

        made = compile_summary(agency=queries.agency(agency), performer=acting(), at=clock.now())
        if to and maker:
            to.write_bytes(maker(summary_form(made)))
        listed = ", ".join(request.label for request in made.requests.order_by("pk"))
        out.print(f"{made.label}: {listed}", highlight=False, markup=False)


@deciding_app.command("open")
def open_lines(number: Number, lines: Lines = None, reason: Reason = "") -> None:
    """Open approved addresses (the national IT centre); in force on every process within seconds."""
    with work():
        _open(number, lines, let=True, reason=reason)


@deciding_app.command("refuse-opening")
def refuse_opening(number: Number, reason: Reason, lines: Lines = None) -> None:
    """Refuse to open approved addresses, saying why."""
    with work():
        _open(number, lines, let=False, reason=reason)


def _open(number: int, lines: Collection[int] | None, *, let: bool, reason: str) -> None:
    from congbhyt.kernel import clock
    from congbhyt.network import actions
    from congbhyt.policy import queries as policies
    from congbhyt.registration.rules import LineState

    request, at = found(number), clock.now()
    tell(
        actions.open_lines(
            request=request, numbers=_numbers(request, lines, LineState.APPROVED), let=let, reason=reason,
            performer=acting(), policy=policies.current().at(at), at=at,
        )
    )  # fmt: skip


@deciding_app.command("revoke")
def revoke(number: Number, reason: Reason, lines: Lines = None) -> None:
    """End lines in force: addresses close everywhere within seconds, people lose what the lines gave them."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.portal.request_kinds import acts_of
        from congbhyt.registration.rules import LineState

        request = found(number)
        numbers = _numbers(request, lines, LineState.IN_FORCE)
        ended = acts_of(request).revoke(
            request=request, numbers=numbers, reason=reason, performer=acting(), at=clock.now()
        )
        tell(ended)


@deciding_app.command("emergency")
def emergency(
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    address: Annotated[str, typer.Argument(help="From where it must call at once.")],
    caller: Annotated[str, typer.Option(help="Who of the unit asked for it.")],
    reason: Reason,
) -> None:
    """Ask for an address that a unit needs at once; when another officer approves, it is open for policy's hours."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.network.emergency import ask
        from congbhyt.policy import queries as policies
        from congbhyt.units import queries

        at = clock.now()
        tell(
            ask(
                unit=queries.unit(unit), address=address, caller=caller, reason=reason, performer=acting(),
                policy=policies.current().at(at), at=at,
            )
        )  # fmt: skip
