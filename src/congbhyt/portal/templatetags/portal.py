"""Components of pages and how they write dates; a component without its arguments fails loudly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, PasswordInput, TextInput
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from congbhyt import __version__
from congbhyt.kernel.clock import VIETNAM, vietnam_day, wire_day
from congbhyt.portal.contacts import contacts_of
from congbhyt.portal.icons import ICONS
from congbhyt.portal.menu import Group, menu_of, waiting_for
from congbhyt.portal.page import Page
from congbhyt.portal.refusing import Shown
from congbhyt.signin.rules import session_end

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """dd/mm/yyyy, of a moment the day in Việt Nam; nothing for none."""
    return wire_day(vietnam_day(value) if isinstance(value, datetime) else value)


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
def in_seconds(length: timedelta) -> str:
    """A short length of time in words."""
    return f"{int(length.total_seconds())} giây"


@register.filter
def grouped(number: str) -> str:
    """A reference number in groups of four, as it is read aloud."""
    return " ".join(number[begin : begin + 4] for begin in range(0, len(number), 4))


@register.filter
def money(value: object) -> str:
    """Đồng with dots between thousands, as the country writes them."""
    return f"{round(float(str(value))):,}".replace(",", ".")


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field of a form: label, control, help, error; as the whole form's summary links to it."""
    name, errors, helped = bound.id_for_label, bound.errors, bound.help_text
    described = [f"{name}-help"] if helped else []
    described += [f"{name}-error"] if errors else []
    attributes = {"class": "form-control is-invalid", "aria-invalid": "true"} if errors else {"class": "form-control"}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return format_html(
        '<div class="{}"><label class="form-label" for="{}">{}</label>{}{}{}</div>',
        "field field-wrong" if errors else "field",
        name,
        bound.label,
        _control(bound, attributes),
        format_html('<p class="form-text" id="{}-help">{}</p>', name, helped) if helped else "",
        format_html('<p class="field-error" id="{}-error">{}</p>', name, _one_below_another(errors)) if errors else "",
    )


def _one_below_another(errors: Iterable[object]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((error,) for error in errors))


@register.simple_tag
def choices(bound: BoundField) -> SafeString:
    """A field of boxes to tick: legend, help and error belong to all of them."""
    name, errors = bound.auto_id, bound.errors
    boxes = format_html_join(
        "", '<div class="tick-box">{}<label for="{}">{}</label></div>', map(_box, bound.subwidgets)
    )
    return format_html(
        '<fieldset class="{}" id="{}"{}><legend class="form-label">{}</legend>{}<div class="tick-boxes">{}</div>{}'
        "</fieldset>",
        "field field-wrong" if errors else "field",
        name,
        format_html(' aria-describedby="{}-error"', name) if errors else "",
        bound.label,
        format_html('<p class="form-text">{}</p>', bound.help_text) if bound.help_text else "",
        boxes,
        format_html('<p class="field-error" id="{}-error">{}</p>', name, " ".join(map(str, errors))) if errors else "",
    )


def _box(box: BoundWidget) -> tuple[SafeString, str, str]:
    """One box, what its label is for, and the label."""
    checked = {"checked": True} if box.data["selected"] else {}
    written = {"type": "checkbox", "class": "form-check-input", "name": box.data["name"], "value": box.data["value"]}
    drawn = format_html("<input{}>", flatatt({**written, "id": box.id_for_label, **checked}))
    return drawn, box.id_for_label or "", str(box.choice_label)


def _control(bound: BoundField, attributes: dict[str, str]) -> SafeString:
    """The field's control. Lines of text, nearly all there are, are written here: Django renders a template for each,
    and together with one for the field that took as long as the look-up itself.
    """
    widget = bound.field.widget
    known = widget.attrs.get("class", "")
    attributes["class"] = f"{attributes['class']} {known}".strip()
    if not isinstance(widget, TextInput):
        return bound.as_widget(attrs=dict(attributes))
    value = bound.value() if not isinstance(widget, PasswordInput) else None
    written = {"type": widget.input_type, "name": bound.html_name, "id": bound.id_for_label, **widget.attrs}
    written |= attributes | ({"value": str(value)} if value not in (None, "") else {})
    return format_html("<input{}>", flatatt(written))


@register.inclusion_tag("portal/_refusal.html")
def refused(refusal: Shown | None) -> dict[str, Any]:
    """A refusal beside what was asked; nothing where there is none."""
    return {"refusal": refusal}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing that repeats what the word beside it says."""
    return ICONS[name]


@register.simple_tag
def menu(page: Page) -> SafeString:
    """What the person may open."""
    match = page.request.resolver_match
    groups = menu_of(page)
    waiting = waiting_for(page) if any(item.counts for group in groups for item in group.items) else 0
    return _menu(groups, match.url_name or "" if match else "", waiting)


@lru_cache(maxsize=1024)
def _menu(groups: tuple[Group, ...], here: str, waiting: int) -> SafeString:
    """Drawn once for these groups, this page and this number: the same for everybody with the same rights."""
    return render_to_string("portal/_menu.html", {"groups": groups, "here": here, "waiting": waiting})


@register.inclusion_tag("portal/_footer.html")
def footer(page: Page | None, *, well: bool) -> dict[str, Any]:
    """State of the system where it is known to be well, version, whom to call, how long the session lasts."""
    known = page.known if page else None
    if page is None or known is None:
        return {"version": __version__, "well": well}
    ends = session_end(known.session.seen_at, known.session.ends_at, page.policy)
    return {
        "version": __version__,
        "well": well,
        "ends": ends,
        "absolute": known.session.ends_at,
        "idle_minutes": int(page.policy.portal_idle.total_seconds() // 60),
        "minutes": int((ends - page.at).total_seconds() // 60),
        "seconds": int((ends - page.at).total_seconds()),
        "contacts": contacts_of(known.person, page.at),
    }
