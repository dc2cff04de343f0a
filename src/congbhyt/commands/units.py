"""`congbhyt agencies …` and `congbhyt units …`: social-insurance agencies and the units they serve."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import AsJson, Row, read_day, show
from congbhyt.commands.session import operator, out, work

if TYPE_CHECKING:
    from congbhyt.units.models import Agency, Unit

agencies_app = typer.Typer(no_args_is_help=True, help="BHXH agencies: a tree with successors and support contacts.")
units_app = typer.Typer(no_args_is_help=True, help="Client units: facilities, sites, stations, departments, councils.")


class Level(StrEnum):
    """Where an agency stands; as units.models.Agency.Level, which would load Django for --help."""

    NATIONAL = "national"
    PROVINCE = "province"
    LOCAL = "local"
    SPECIAL = "special"


class Duty(StrEnum):
    """What a national agency decides; as units.models.Agency.Duty."""

    NONE = ""
    OPENS_ADDRESSES = "it_centre"
    APPOINTS_APPROVERS = "assessment_centre"


class UnitKind(StrEnum):
    """What a unit is; as units.models.Unit.Kind."""

    CONTRACTED = "contracted"
    SUBORDINATE = "subordinate"
    COMMUNE_STATION = "commune_station"
    NOT_CONTRACTED = "not_contracted"
    HEALTH_DEPARTMENT = "health_department"
    MEDICAL_ASSESSMENT = "medical_assessment"
    OTHER = "other"


Since = Annotated[date | None, typer.Option("--from", parser=read_day, help="First day; by default today.")]
Code = Annotated[str, typer.Argument(help="Its code.")]
Name = Annotated[str, typer.Option(help="Its full name.")]

_UNIT_COLUMNS = {
    "code": "Mã", "name": "Tên", "kind": "Loại", "parent": "Chủ quản", "managing_agency": "BHXH quản lý",
    "receiving_agency": "BHXH tiếp nhận", "valid_from": "Từ ngày", "valid_to": "Đến ngày",
}  # fmt: skip
_AGENCY_COLUMNS = {
    "code": "Mã", "name": "Tên", "level": "Cấp", "parent": "Cấp trên", "valid_from": "Từ ngày",
    "valid_to": "Đến ngày", "successor": "Kế thừa",
}  # fmt: skip
_CONTACT_COLUMNS = {"subject": "Nội dung", "phone": "Điện thoại", "email": "E-mail", "hours": "Giờ"}


@agencies_app.command("add")
def add_agency(
    code: Code,
    name: Name,
    level: Annotated[Level, typer.Option(help="Where it stands.")],
    parent: Annotated[str, typer.Option(help="Code of the agency above it.")] = "",
    duty: Annotated[Duty, typer.Option(help="What it decides for the whole country.")] = Duty.NONE,
    since: Since = None,
    contact: Annotated[
        list[str] | None, typer.Option(help="Whom to call: 'subject|phone|e-mail'; may be repeated.")
    ] = None,
) -> None:
    """Enter an agency into the tree, with its support contacts."""
    contacts = [_read_contact(text) for text in contact or ()]
    with work():
        from congbhyt.kernel import clock
        from congbhyt.units import actions, queries

        agency = actions.open_agency(
            code=code,
            name=name,
            level=level.value,
            parent=queries.agency(parent) if parent else None,
            duty=duty.value,
            valid_from=since or clock.vietnam_day(clock.now()),
            contacts=contacts,
            by=operator(),
            at=clock.now(),
        )
        out.print(f"Đã thêm cơ quan {agency}", highlight=False, markup=False)


def _read_contact(text: str) -> tuple[str, str, str]:
    subject, phone, email = (*(part.strip() for part in text.split("|")), "", "")[:3]
    if not subject or not phone:
        raise typer.BadParameter(f"{text!r}: viết 'nội dung|điện thoại|e-mail'", param_hint="--contact")
    return subject, phone, email


@agencies_app.command("list")
def list_agencies(as_json: AsJson = False) -> None:
    """Every agency, ended ones too."""
    with work():
        from congbhyt.units import queries

        show(map(_agency_row, queries.agencies()), _AGENCY_COLUMNS, as_json=as_json)


@agencies_app.command("contacts")
def list_contacts(code: Code, as_json: AsJson = False) -> None:
    """Whom to call at an agency, and about what."""
    with work():
        from congbhyt.units import queries

        show(queries.contacts(code).values(*_CONTACT_COLUMNS), _CONTACT_COLUMNS, as_json=as_json)


@units_app.command("add")
def add_unit(
    code: Annotated[str, typer.Argument(help="Its code: five digits or capital letters (MA_CSKCB).")],
    name: Name,
    kind: Annotated[UnitKind, typer.Option(help="What it is.")],
    agency: Annotated[str, typer.Option(help="Code of the agency that manages it.")],
    receiving: Annotated[str, typer.Option(help="Code of the agency that receives its requests, if another.")] = "",
    parent: Annotated[str, typer.Option(help="Code of the unit it belongs to; sites and stations need one.")] = "",
    address: Annotated[str, typer.Option(help="Where it is.")] = "",
    reveals_disease: Annotated[
        bool, typer.Option("--reveals-disease", help="Its speciality alone tells an illness; masked in trails.")
    ] = False,
    since: Since = None,
) -> None:
    """Enter a client unit. It may call only after its networks are added."""
    with work():
        from congbhyt.kernel import clock
        from congbhyt.units import actions, queries

        unit = actions.open_unit(
            code=code.strip().upper(),
            name=name,
            kind=kind.value,
            managing_agency=queries.agency(agency),
            receiving_agency=queries.agency(receiving) if receiving else None,
            parent=queries.unit(parent) if parent else None,
            address=address,
            reveals_disease=reveals_disease,
            valid_from=since or clock.vietnam_day(clock.now()),
            by=operator(),
            at=clock.now(),
        )
        out.print(f"Đã thêm đơn vị {unit}", highlight=False, markup=False)


@units_app.command("list")
def list_units(as_json: AsJson = False) -> None:
    """Every unit, ended ones too."""
    with work():
        from congbhyt.units import queries

        show(map(_unit_row, queries.units()), _UNIT_COLUMNS, as_json=as_json)


@units_app.command("show")
def show_unit(code: Code, as_json: AsJson = False) -> None:
    """One unit."""
    with work():
        from congbhyt.units import queries

        columns = {**_UNIT_COLUMNS, "address": "Địa chỉ", "reveals_disease": "Lộ bệnh"}
        show([_unit_row(queries.unit(code))], columns, as_json=as_json)


def _agency_row(agency: Agency) -> Row:
    return {
        "code": agency.code,
        "name": agency.name,
        "level": agency.level,
        "duty": agency.duty,
        "parent": agency.parent.code if agency.parent else "",
        "valid_from": agency.valid_from,
        "valid_to": agency.valid_to,
        "successor": agency.successor.code if agency.successor else "",
    }


def _unit_row(unit: Unit) -> Row:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent.code if unit.parent else "",
        "managing_agency": unit.managing_agency.code,
        "receiving_agency": unit.receiving_agency.code,
        "address": unit.address,
        "reveals_disease": unit.reveals_disease,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }
