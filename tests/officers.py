"""Officers and units of a small country, signed in at the portal, for tests of the pages of registration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.test import Client

from congbhyt.enrolment.rules import Applicant
from congbhyt.registration.checkcode import check_code
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.units import actions as units
from tests import portal, registration
from tests.factories import BY, NOW
from tests.portal import Answer
from tests.registration import Country, person_of
from tests.unit.portal_people import AGENCY_DESK, INSIDE, OTHER_UNIT, give_password

_AGENCIES = "192.0.2.0/24"


@dataclass
class Offices:
    """The country with a portal over it."""

    country: Country

    def desk(self, who: Performer) -> Client:
        """A browser in which they are signed in, from their own network."""
        person = person_of(who)
        address = AGENCY_DESK
        if person.unit:
            address = INSIDE if person.unit == self.country.house.unit else OTHER_UNIT
        return portal.sign_in(give_password(person), address=address)


def settle() -> Offices:
    """Put everybody in place and let agencies' networks in."""
    country = registration.settle()
    agencies = (
        country.province, country.elsewhere, country.local, country.it_centre, country.assessment,
    )  # fmt: skip
    for agency in agencies:
        units.add_network(home=agency, network=_AGENCIES, basis="test", by=BY, at=NOW - timedelta(days=1))
    portal.install()
    return Offices(country)


def decide(
    opened: Client, request: Request, *numbers: int, verdict: str = "approve", reason: str = "", seen: str = ""
) -> Answer:
    """Send the form that decides lines."""
    typed: Mapping[str, object] = {
        "seen": seen or check_code(request), "lines": list(numbers), "verdict": verdict, "decide-reason": reason,
    }  # fmt: skip
    return opened.post(f"/de-nghi/{request.pk}/duyet", typed)


def renamed(number: int, name: str) -> Applicant:
    """The applicant of that number under another name."""
    return registration.applicant(number, name=name)
