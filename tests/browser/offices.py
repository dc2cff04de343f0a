"""Units and agencies around the house: who registers, decides, opens, helps and reviews in journeys."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tests.browser import cast
from tests.browser.cast import Someone

if TYPE_CHECKING:
    from congbhyt.units.models import Agency, Unit
    from tests.factories import House

_SINCE = date(2020, 1, 1)
_HERE = "127.0.0.0/8"
"""Where the browsers stand."""


def furnish(house: House, at: datetime) -> None:
    """Put every office in place; an earlier review is over, so that the calendar opens none of its own."""
    from congbhyt.accounts.authz import Right
    from congbhyt.enrolment.models import Campaign
    from tests.browser.furnish import register
    from tests.factories import BY

    _units(house, at)
    centre = _agency("00CNTT", "Trung tâm CNTT", "special", None, at, duty="it_centre")
    assessment = _agency("00GD", "Trung tâm Giám định BHYT", "special", None, at, duty="assessment_centre")
    elsewhere = _agency("79", "BHXH Nơi Khác", "province", None, at)
    register(house.agency, cast.APPROVER, Right.APPROVE_REQUESTS, at=at)
    register(house.agency, cast.SECOND_APPROVER, Right.APPROVE_REQUESTS, at=at)
    register(centre, cast.OPENER, Right.OPEN_ADDRESSES, at=at)
    register(assessment, cast.APPOINTER, Right.APPOINT_APPROVERS, at=at)
    register(elsewhere, cast.FAR_APPROVER, Right.APPROVE_REQUESTS, at=at)
    due = at - timedelta(days=30)
    Campaign.objects.create(
        name="Đợt trước", opens_at=due - timedelta(days=30), due_at=due, closed_at=due, opened_by=BY
    )  # fmt: skip


def _units(house: House, at: datetime) -> None:
    from congbhyt.accounts.authz import Right
    from tests.browser.furnish import register

    local = _agency("0101", "BHXH cơ sở Thử", "local", house.agency, at)
    register(local, cast.HELPER, Right.HELP_REQUESTS, at=at)
    _unit("01995", "Trạm y tế Thử", local, house.agency, at)
    clinic = _unit("01997", "Phòng khám Tự Quản", house.agency, house.agency, at)
    reviewed = _unit("01996", "Bệnh viện Rà Soát", house.agency, house.agency, at)
    for unit, account in ((house.unit, cast.UNIT_ACCOUNT), (clinic, cast.CLINIC_ACCOUNT)):
        _open_account(unit, account, at)
    register(house.other, cast.REGISTRAR, Right.USER_ADMINISTRATION, at=at)
    register(reviewed, cast.REVIEWER, Right.USER_ADMINISTRATION, at=at)
    for someone in (cast.STAYING, cast.LEFT, cast.OVERLOOKED):
        register(reviewed, someone, Right.CARD_LOOKUP, at=at)


def _unit(code: str, name: str, managing: Agency, receiving: Agency, at: datetime) -> Unit:
    from congbhyt.units import actions
    from congbhyt.units.models import Unit
    from tests.factories import BY

    unit = actions.open_unit(
        code=code, name=name, kind=Unit.Kind.CONTRACTED, managing_agency=managing, receiving_agency=receiving,
        valid_from=_SINCE, by=BY, at=at,
    )  # fmt: skip
    actions.add_network(home=unit, network=_HERE, basis="test", by=BY, at=at)
    return unit


def _agency(code: str, name: str, level: str, parent: Agency | None, at: datetime, *, duty: str = "") -> Agency:
    """With the browsers' address among its networks, so that its people need no second factor."""
    from congbhyt.units import actions
    from tests.factories import BY

    agency = actions.open_agency(
        code=code, name=name, level=level, parent=parent, duty=duty, valid_from=_SINCE, by=BY, at=at
    )
    actions.add_network(home=agency, network=_HERE, basis="test", by=BY, at=at)
    return agency


def _open_account(unit: Unit, account: Someone, at: datetime) -> None:
    from congbhyt.accounts import actions
    from tests.factories import BY

    actions.open_unit_account(unit=unit, phone=account.phone, by=BY, at=at, password=account.password)
