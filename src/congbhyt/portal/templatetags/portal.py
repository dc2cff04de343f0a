"""Components of pages and how they write dates; a component without its arguments fails loudly."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField

from congbhyt import __version__
from congbhyt.kernel.clock import VIETNAM, wire_day
from congbhyt.portal.menu import menu_of
from congbhyt.portal.page import Page
from congbhyt.portal.refusing import Shown
from congbhyt.signin.rules import session_end
from congbhyt.units.models import SupportContact

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """dd/mm/yyyy; nothing for no date."""
    return wire_day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """dd/mm/yyyy hh:mm in Việt Nam; nothing for none."""
    return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """hh:mm in Việt Nam."""
    return f"{value.astimezone(VIETNAM):%H:%M}" if value else ""


@register.filter
def exact(value: datetime | None) -> str:
    """dd/mm/yyyy hh:mm:ss in Việt Nam."""
    return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}" if value else ""


@register.filter
def grouped(number: str) -> str:
    """A reference number in groups of four, as it is read aloud."""
    return " ".join(number[begin : begin + 4] for begin in range(0, len(number), 4))


@register.filter
def money(value: object) -> str:
    """Đồng with dots between thousands, as the country writes them."""
    return f"{round(float(str(value))):,}".replace(",", ".")


@register.inclusion_tag("portal/_field.html")
def field(bound: BoundField, *, wide: bool = True) -> dict[str, Any]:
    """One field of a form: label, help, control, error; as the whole form's summary links to it."""
    described = [f"{bound.id_for_label}-help"] if bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    attributes: dict[str, str | bool] = {"class": "form-control is-invalid" if bound.errors else "form-control"}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    known = bound.field.widget.attrs.get("class", "")
    attributes["class"] = f"{attributes['class']} {known}".strip()
    return {"bound": bound, "control": bound.as_widget(attrs=attributes), "wide": wide}


@register.inclusion_tag("portal/_refusal.html")
def refused(refusal: Shown | None) -> dict[str, Any]:
    """A refusal beside what was asked; nothing where there is none."""
    return {"refusal": refusal}


@register.inclusion_tag("portal/_icon.html")
def icon(name: str) -> dict[str, str]:
    """A small drawing that repeats what the word beside it says."""
    return {"name": name}


@register.inclusion_tag("portal/_menu.html")
def menu(page: Page) -> dict[str, Any]:
    """What the person may open."""
    match = page.request.resolver_match
    return {"groups": menu_of(page), "here": match.url_name if match else ""}


@register.inclusion_tag("portal/_footer.html")
def footer(page: Page | None) -> dict[str, Any]:
    """State of the system, version, whom to call, how long the session lasts."""
    known = page.known if page else None
    if page is None or known is None:
        return {"version": __version__, "sandbox": page.sandbox if page else False}
    ends = session_end(known.session.seen_at, known.session.ends_at, page.policy)
    unit, agency = known.person.unit, known.person.agency
    contacts = SupportContact.objects.filter(agency=unit.receiving_agency_id if unit else agency)
    return {
        "version": __version__,
        "sandbox": page.sandbox,
        "ends": ends,
        "absolute": known.session.ends_at,
        "idle_minutes": int(page.policy.portal_idle.total_seconds() // 60),
        "minutes": int((ends - page.at).total_seconds() // 60),
        "seconds": int((ends - page.at).total_seconds()),
        "contacts": contacts.order_by("subject"),
    }
