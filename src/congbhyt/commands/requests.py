"""`congbhyt requests …`: filing requests from the command line, and reading them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from congbhyt.commands.listing import AsJson, Newest, Row, read_day, show
from congbhyt.commands.session import operator, out, work

if TYPE_CHECKING:
    from congbhyt.registration.models import Request
    from congbhyt.registration.performers import Performer

requests_app = typer.Typer(
    no_args_is_help=True,
    help="Requests of units and agencies: addresses (01/dk-ip-ctn), people (01/dk-ctn), administrators (08/BH), "
    "approvers (02/dk-ctn). An operator may do everything but decide what the same operator filed: then another "
    "operator, or an officer at the portal, decides.",
)


def read_number(text: str) -> int:
    """A request's number, as 12 or DK000012.

    Raises:
        typer.BadParameter: neither.
    """
    digits = text.strip().upper().removeprefix("DK")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 12:
        raise typer.BadParameter(f"{text!r}: viết số đề nghị như 12 hoặc DK000012")
    return int(digits)


Number = Annotated[int, typer.Argument(parser=read_number, metavar="NUMBER", help="The request, as 12 or DK000012.")]
Applying = Annotated[str, typer.Option(help="Code of the unit or agency, or the beginning of it, or part of its name.")]

_COLUMNS = {
    "request": "Đề nghị", "kind": "Loại", "state": "Trạng thái", "home": "Đơn vị", "filed_by": "Người lập",
    "begun_at": "Lập lúc", "submitted_at": "Gửi lúc", "due_at": "Hạn nộp", "decide_by": "Hạn duyệt",
}  # fmt: skip
_LINES = {"number": "Dòng", "what": "Nội dung", "detail": "Chi tiết", "state": "Trạng thái", "reason": "Lý do"}
_STEPS = {"at": "Lúc", "step": "Bước", "by": "Người làm", "to": "Trạng thái", "reason": "Nội dung"}


def acting() -> Performer:
    """Whoever runs the command."""
    from congbhyt.registration.performers import Performer

    return Performer.operator(operator())


def found(number: int) -> Request:
    """The request with this number.

    Raises:
        NoSuchRequestError: there is none.
    """
    from congbhyt.registration import authority

    return authority.get(number, acting())


def tell(request: Request) -> None:
    """Print where a request stands now."""
    from congbhyt.registration.models import Request

    now = Request.objects.get(pk=request.pk)
    out.print(f"{now.label} {now.home.code} {now.row.label}: {now.state_label}", highlight=False, markup=False)


@requests_app.command("list")
def list_requests(
    state: Annotated[str, typer.Option(help="Only in this state, for example submitted.")] = "",
    kind: Annotated[str, typer.Option(help="addresses, emergency, people, administrator or approvers.")] = "",
    unit: Applying = "",
    late: Annotated[bool, typer.Option("--late", help="Only what is past its deadline.")] = False,
    limit: Newest = 100,
    as_json: AsJson = False,
) -> None:
    """Requests, the newest first; those that wait to be decided, the oldest first."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.registration.queries import Sought, listed

        rows = listed(acting(), Sought(words=unit, kind=kind, state=state, late=late), at=clock.now())
        show(map(_row, rows[:limit]), _COLUMNS, as_json=as_json)


@requests_app.command("show")
def show_request(number: Number, as_json: AsJson = False) -> None:
    """One request with its lines and everything that happened to it."""
    with work():
        from congbhyt.registration import queries

        request = found(number)
        steps = map(_step, queries.timeline(request))
        lines = [_line(line) for line in request.lines.order_by("number")]
        if as_json:
            show([{**_row(request), "lines": lines, "steps": [dict(step) for step in steps]}], {}, as_json=True)
            return
        show([_row(request)], _COLUMNS, as_json=False)
        show(lines, _LINES, as_json=False)
        show(steps, _STEPS, as_json=False)


def _row(request: Request) -> Row:
    return {
        "number": request.pk, "request": request.label, "kind": request.kind, "state": request.state,
        "home": request.home.code, "filed_by": request.filed_by, "begun_at": request.begun_at,
        "submitted_at": request.submitted_at, "due_at": request.due_at, "decide_by": request.decide_by,
        "summary": request.summary.label if request.summary else "",
    }  # fmt: skip


def _line(line: Any) -> dict[str, Any]:
    """A line of either kind; of people no numbers."""
    detail = ", ".join(line.rights) if hasattr(line, "rights") else f"{line.line_type} {line.provider}".strip()
    reason = line.end_reason or line.reason
    return {"number": line.number, "what": str(line), "detail": detail, "state": line.state, "reason": reason}


def _step(step: Any) -> Row:
    return {"at": step.at.isoformat(), "step": step.step, "by": step.by, "to": step.to_state, "reason": step.reason}


@requests_app.command("begin")
def begin(
    kind: Annotated[str, typer.Argument(help="addresses, people, administrator or approvers.")],
    home: Annotated[str, typer.Argument(help="Code of the unit; for approvers, of the agency.")],
    purpose: Annotated[
        list[str] | None, typer.Option(help="management, card, history, treatment, …; may be given several times.")
    ] = None,
    replaces: Annotated[bool, typer.Option("--replaces", help="It replaces what the unit has.")] = False,
    begins: Annotated[date | None, typer.Option("--from", parser=read_day, help="First day.")] = None,
    ends: Annotated[date | None, typer.Option("--to", parser=read_day, help="Last day; default: no end.")] = None,
    reason: Annotated[str, typer.Option(help="Why, where something is unusual, such as a wide network.")] = "",
    contact_name: Annotated[str, typer.Option(help="Whom to ask.")] = "",
    contact_phone: Annotated[str, typer.Option(help="Their phone; `-`: the first line of standard input.")] = "",
    contact_email: Annotated[str, typer.Option(help="Their e-mail.")] = "",
    from_paper: Annotated[str, typer.Option(help="Number and date of the unit's paper that it is filed from.")] = "",
) -> None:
    """Begin a request as a draft and print its number; then add lines and submit it."""
    phone = sys.stdin.readline().strip() if contact_phone == "-" else contact_phone
    with work():
        from congbhyt.kernel import clock
        from congbhyt.registration import actions
        from congbhyt.registration.actions import Head
        from congbhyt.registration.models import Request
        from congbhyt.units import queries

        head = Head(
            manner=Request.Manner.REPLACEMENT if replaces else Request.Manner.SUPPLEMENT,
            purposes=tuple(purpose or ()), valid_from=begins, valid_to=ends, justification=reason,
            contact_name=contact_name, contact_phone=phone, contact_email=contact_email, filed_from=from_paper,
        )  # fmt: skip
        tell(
            actions.begin(kind=read_kind(kind), home=queries.home(home), head=head, performer=acting(), at=clock.now())
        )


def read_kind(text: str) -> Any:
    """A kind of request that is begun as a draft.

    Raises:
        typer.BadParameter: none.
    """
    from congbhyt.registration.rules import Kind

    drafted = [kind for kind in Kind if kind is not Kind.EMERGENCY]
    if text not in drafted:
        raise typer.BadParameter(f"{text!r}: chọn một trong {', '.join(drafted)}")
    return Kind(text)


@requests_app.command("add-address")
def add_address(
    number: Number,
    addresses: Annotated[list[str], typer.Argument(help="Addresses, networks or ranges: 203.0.113.7, 2001:db8::/48.")],
    site: Annotated[str, typer.Option(help="Code of the subordinate site that they are for.")] = "",
    provider: Annotated[str, typer.Option(help="Who provides the line.")] = "",
    line_type: Annotated[str, typer.Option("--type", help="static, dynamic, leased or mobile.")] = "static",
) -> None:
    """Add addresses to a draft, all or none."""
    with work():
        from django.db import transaction

        from congbhyt.kernel import clock
        from congbhyt.network import actions
        from congbhyt.network.actions import Typed
        from congbhyt.policy import queries as policies

        request, at = found(number), clock.now()
        with transaction.atomic():
            for address in addresses:
                typed = Typed(address, line_type=line_type, provider=provider, site_code=site)
                actions.add_line(
                    request=request, typed=typed, performer=acting(), policy=policies.current().at(at), at=at
                )  # fmt: skip
        tell(request)


@requests_app.command("add-person")
def add_person(
    number: Number,
    name: Annotated[str, typer.Option(help="Full name as on the CCCD.")],
    right: Annotated[list[str], typer.Option(help="A right, such as card_lookup; may be given several times.")],
    cccd: Annotated[
        str, typer.Option(help="Only `-`: read it from the first line of standard input. Otherwise it is asked for.")
    ] = "",
    phone: Annotated[str, typer.Option(help="Mobile phone, where codes go; `-`: the next line of input.")] = "-",
    social_number: Annotated[str, typer.Option("--bhxh", help="Mã số BHXH, ten digits.")] = "",
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
    position: Annotated[str, typer.Option(help="What they do there.")] = "",
    department: Annotated[str, typer.Option(help="Where they do it.")] = "",
    ends: Annotated[date | None, typer.Option("--to", parser=read_day, help="Last day; default: no end.")] = None,
) -> None:
    """Add somebody to a draft. The CCCD never stands on the command line, where other users could read it."""
    from congbhyt.commands.people import read_citizen_number

    citizen_number = read_citizen_number(cccd)
    phone = sys.stdin.readline().strip() if phone == "-" else phone
    with work():
        from congbhyt.enrolment import actions
        from congbhyt.enrolment.rules import Applicant
        from congbhyt.kernel import clock

        request = found(number)
        applicant = Applicant(
            name, citizen_number, phone, tuple(right), social_number, email, position, department, ends
        )
        actions.add_line(request=request, applicant=applicant, performer=acting(), at=clock.now())
        tell(request)


@requests_app.command("import")
def import_people(
    number: Number, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The filled Excel file.")]
) -> None:
    """Add people from the Excel template to a draft; good rows are kept, each bad one comes back with its reason."""
    with work():
        from congbhyt.enrolment.sheets import import_lines
        from congbhyt.kernel import clock

        request = found(number)
        taken = import_lines(request=request, content=file.read_bytes(), performer=acting(), at=clock.now())
        out.print(f"Đã nhận {taken.kept} dòng, {len(taken.faults)} dòng lỗi", highlight=False)
        for fault in taken.faults:
            out.print(f"  dòng {fault.number} {fault.name}: {fault.sentence}", highlight=False, markup=False)
        if taken.faults:
            raise typer.Exit(1)


@requests_app.command("remove-line")
def remove_line(number: Number, line: Annotated[int, typer.Argument(help="The line's number.")]) -> None:
    """Take a line out of a draft."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.portal.request_kinds import acts_of

        request = found(number)
        acts_of(request).remove_line(request=request, number=line, performer=acting(), at=clock.now())
        tell(request)


@requests_app.command("submit")
def submit(number: Number) -> None:
    """Send a draft, or what was sent back, to the agency that decides."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.policy import queries as policies
        from congbhyt.registration import actions

        at = clock.now()
        tell(actions.submit(request=found(number), performer=acting(), policy=policies.current().at(at), at=at))


@requests_app.command("withdraw")
def withdraw(number: Number) -> None:
    """Take a request back before anything of it is decided."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.registration import actions

        tell(actions.withdraw(request=found(number), performer=acting(), at=clock.now()))


@requests_app.command("form")
def form(
    number: Number, to: Annotated[Path, typer.Option(help="Where to write it; .pdf or .docx says as what.")]
) -> None:
    """Write the request's official form, ready to be signed; people's CCCD stand on it in full."""
    maker = maker_for(to)
    with work():
        from congbhyt.kernel import clock
        from congbhyt.portal.request_kinds import acts_of
        from congbhyt.registration import papers

        request = found(number)
        describe = acts_of(request).form
        if describe is None:
            raise typer.BadParameter(f"{request.label}: loại đề nghị này không có mẫu giấy", param_hint="NUMBER")
        to.write_bytes(maker(describe(request)))
        papers.form_handed_out(request, media=to.suffix[1:].lower(), performer=acting(), at=clock.now())
        out.print(f"Đã ghi {to}", highlight=False, markup=False)


def maker_for(path: Path) -> Any:
    """What makes a paper of the kind that the file's name says.

    Raises:
        typer.BadParameter: another kind.
    """
    from congbhyt.paper.docx import as_docx
    from congbhyt.paper.pdf import as_pdf

    makers = {".pdf": as_pdf, ".docx": as_docx}
    if path.suffix.lower() not in makers:
        raise typer.BadParameter(f"{path.name}: chọn .pdf hoặc .docx", param_hint="--to")
    return makers[path.suffix.lower()]
