"""Who takes a step of a request: the person of a page, with the rights held now."""

from __future__ import annotations

from congbhyt.portal.page import Page
from congbhyt.registration.performers import Performer


def performer_of(page: Page) -> Performer:
    """The person who asks for the page; in a session for registration only, with that right alone."""
    signed_in = page.signed_in
    rights = frozenset(right for right in signed_in.rights if signed_in.holds(right))
    return Performer(signed_in.by, signed_in.person, rights, page.visitor.origin)
