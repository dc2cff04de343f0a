"""Put people who can sign in, and patients, into the database that the environment names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from congbhyt.config import bootstrap
from tests.browser import cast
from tests.browser.cast import Someone

if TYPE_CHECKING:
    from congbhyt.accounts.authz import Right
    from congbhyt.accounts.models import Person
    from congbhyt.units.models import Agency, Unit
    from tests.factories import House


def furnish(at: datetime) -> None:
    """Build the house of tests.factories and what the pages need besides."""
    from congbhyt.accounts.authz import Right
    from tests import factories
    from tests.browser import offices

    house = factories.build(at)
    _let_in(house.officer, cast.OFFICER, Right.CARD_LOOKUP, at=at)
    _let_in(house.colleague, cast.COLLEAGUE, Right.CARD_LOOKUP, at=at)
    _register(house, cast.ADMIN, Right.USER_ADMINISTRATION, at=at)
    _register(house, cast.ASSESSOR, Right.APPROVE_REQUESTS, Right.OPERATIONS, Right.USER_ADMINISTRATION, at=at)
    _register(house, cast.MOVER, Right.CARD_LOOKUP, Right.HISTORY_LOOKUP, at=at)
    for someone in (*cast.FORGETFUL.values(), *cast.SHUT_OUT.values()):
        _register(house, someone, Right.CARD_LOOKUP, at=at)
    _insure(at)
    offices.furnish(house, at)


def _register(house: House, someone: Someone, *rights: Right, at: datetime) -> None:
    register(house.unit if someone.home == house.unit.code else house.agency, someone, *rights, at=at)


def register(home: Unit | Agency, someone: Someone, *rights: Right, at: datetime) -> None:
    """Somebody at `home` who can sign in and holds these rights."""
    from congbhyt.accounts import actions
    from tests.factories import BY

    person = actions.register_person(
        full_name=someone.name, citizen_number=someone.citizen, user_name=someone.user, home=home,
        social_number=someone.social, phone=someone.phone, by=BY, at=at,
    )  # fmt: skip
    _let_in(person, someone, *rights, at=at)


def _let_in(person: Person, someone: Someone, *rights: Right, at: datetime) -> None:
    from congbhyt.accounts import actions, passwords
    from tests.factories import BY

    passwords.set_password(person=person, password=someone.password, by=BY, at=at)
    for right in rights:
        actions.grant_right(holder=person, right=right, basis="02/dk-ctn", by=BY, at=at)


def _insure(at: datetime) -> None:
    from congbhyt.units.models import Agency, SupportContact
    from tests import factories

    other = factories.insure(
        "9900000002", cast.OTHER.name, cast.OTHER.birth, cast.OTHER.card, at=at, citizen=cast.OTHER.citizen
    )
    factories.visit(other, "01998", 21, at=at, code="M54", text=cast.OTHER.diagnosis)
    followed = cast.FOLLOWED
    person = factories.insure(
        "9900000003", followed.name, followed.birth, followed.card, at=at, citizen=followed.citizen, days=(-400, -30)
    )
    factories.insure(
        "9900000003", followed.name, followed.birth, cast.FOLLOWING_CARD, at=at, days=(-29, 336), replaces=followed.card
    )
    factories.visit(person, "01999", 60, at=at, code="I10", text=followed.diagnosis)
    SupportContact.objects.create(agency=Agency.objects.get(code="01"), subject="Kỹ thuật", phone="0000000900")


if __name__ == "__main__":
    with bootstrap.database():
        from congbhyt.kernel import clock

        furnish(clock.now() - timedelta(minutes=1))
