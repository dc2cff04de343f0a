"""`congbhyt people …`: persons registered by units and agencies."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, Row, show
from congbhyt.commands.session import operator, out, work

if TYPE_CHECKING:
    from congbhyt.accounts.models import Person

people_app = typer.Typer(
    no_args_is_help=True, help="People registered by units and agencies (Mẫu 01/dk-ctn, 02/dk-ctn)."
)

Handle = Annotated[str, typer.Argument(help="<unit or agency>/<user name>, for example 01999/kiemthu.")]

_COLUMNS = {"handle": "Tên đăng nhập", "full_name": "Họ tên", "position": "Chức vụ", "state": "Trạng thái"}
_DETAILS = {
    **_COLUMNS, "social_number": "Mã BHXH", "citizen": "CCCD", "phone": "Điện thoại", "email": "E-mail",
    "locked_reason": "Lý do khóa", "rights": "Quyền", "created_at": "Đăng ký lúc",
}  # fmt: skip


@people_app.command("register")
def register(
    handle: Handle,
    name: Annotated[str, typer.Option(help="Full name as on the CCCD.")],
    cccd: Annotated[
        str, typer.Option(help="Only `-`: read it from the first line of standard input. Otherwise it is asked for.")
    ] = "",
    social_number: Annotated[str, typer.Option("--bhxh", help="Mã số BHXH, ten digits.")] = "",
    phone: Annotated[
        str, typer.Option(help="Mobile phone, which the history right needs; `-`: the next line of standard input.")
    ] = "",
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
    position: Annotated[str, typer.Option(help="What they do there.")] = "",
) -> None:
    """Register somebody. The CCCD never stands on the command line, where other users could read it."""
    citizen_number = read_citizen_number(cccd)
    phone = sys.stdin.readline().strip() if phone == "-" else phone
    home, _, user_name = handle.partition("/")
    with work():
        from congbhyt.accounts import actions
        from congbhyt.kernel import clock
        from congbhyt.units import queries

        person = actions.register_person(
            full_name=name,
            citizen_number=citizen_number,
            user_name=user_name,
            home=queries.home(home),
            social_number=social_number,
            phone=phone,
            email=email,
            position=position,
            by=operator(),
            at=clock.now(),
        )
        out.print(f"Đã đăng ký {person}", highlight=False, markup=False)


def read_citizen_number(given: str) -> str:
    """The CCCD from a hidden prompt or standard input; given on the command line it is refused unread."""
    if given not in {"", "-"}:
        raise typer.BadParameter(
            "không ghi số CCCD trên dòng lệnh; bỏ trống để nhập ẩn, hoặc «-» để đọc từ đầu vào chuẩn",
            param_hint="--cccd",
        )
    return (sys.stdin.readline() if given else str(typer.prompt("CCCD", hide_input=True))).strip()


@people_app.command("unit-account")
def unit_account(
    unit: Annotated[str, typer.Argument(help="Code of the unit, for example 01999.")],
    phone: Annotated[
        str, typer.Option(help="The unit's registered mobile phone; `-`: the first line of standard input.")
    ],
) -> None:
    """Open the account xxxxx_BV with which a unit registers its users at the portal (CV 1923/BHXH-CNTT).

    Its temporary password is printed this once.
    """
    phone = sys.stdin.readline().strip() if phone == "-" else phone
    with work():
        from congbhyt.accounts import actions, passwords
        from congbhyt.kernel import clock
        from congbhyt.units import queries

        by, at = operator(), clock.now()
        account = actions.open_unit_account(unit=queries.unit(unit), phone=phone, by=by, at=at)
        temporary = passwords.hand_out_password(person=account, reason="mở tài khoản đơn vị", by=by, at=at)
        out.print(f"{account.handle} {temporary}", highlight=False, markup=False)


@people_app.command("list")
def list_people(
    home: Annotated[str, typer.Option(help="Only those of this unit or agency.")] = "", as_json: AsJson = False
) -> None:
    """People by home and name, without their numbers."""
    with work():
        from congbhyt.accounts import queries

        show(map(_row, queries.people(home)), _COLUMNS, as_json=as_json)


@people_app.command("show")
def show_person(handle: Handle, as_json: AsJson = False) -> None:
    """One person with rights; CCCD and phone are masked."""
    with work():
        from congbhyt.accounts import queries

        show([_detailed_row(queries.person(handle))], _DETAILS, as_json=as_json)


@people_app.command("lock")
def lock(
    handle: Handle, reason: Annotated[str, typer.Option(help="Why; it is shown to them and goes on record.")]
) -> None:
    """Stop somebody at once: at the portal and as the named officer of look-ups."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        person = queries.person(handle)
        actions.lock_person(person=person, reason=reason, by=operator(), at=clock.now())
        out.print(f"Đã khóa {person}", highlight=False, markup=False)


@people_app.command("unlock")
def unlock(handle: Handle, reason: Annotated[str, typer.Option(help="Why; it goes on record.")]) -> None:
    """Let somebody act again, also where wrong passwords had made them wait."""
    with work():
        from congbhyt.accounts import actions, queries
        from congbhyt.kernel import clock

        person = queries.person(handle)
        actions.unlock_person(person=person, reason=reason, by=operator(), at=clock.now())
        out.print(f"Đã mở khóa {person}", highlight=False, markup=False)


@people_app.command("password")
def password(handle: Handle, reason: Annotated[str, typer.Option(help="Why; it goes on record.")]) -> None:
    """Hand out a temporary password, which the first sign-in at the portal replaces; it is printed this once."""
    with work():
        from congbhyt.accounts import passwords, queries
        from congbhyt.kernel import clock

        person = queries.person(handle)
        temporary = passwords.hand_out_password(person=person, reason=reason, by=operator(), at=clock.now())
        out.print(f"{person.handle} {temporary}", highlight=False, markup=False)


def _row(person: Person) -> Row:
    return {
        "handle": person.handle,
        "full_name": person.full_name,
        "position": person.position,
        "state": person.state,
    }


def _detailed_row(person: Person) -> Row:
    from congbhyt.accounts import queries

    masked = queries.masked_numbers(person)
    return {
        **_row(person),
        "social_number": person.social_number,
        "citizen": masked.citizen,
        "phone": masked.phone,
        "email": person.email,
        "locked_reason": person.locked_reason,
        "rights": [grant.right for grant in queries.rights_of(person)],
        "created_at": person.created_at,
    }
