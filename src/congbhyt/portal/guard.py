"""Before every view: a Page is built, and method, session and right are asked; what refuses becomes a page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from psycopg import OperationalError

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.refusals import NotAdministeredError
from congbhyt.audit import actions as audit
from congbhyt.audit.actions import Origin
from congbhyt.kernel import clock
from congbhyt.kernel.addresses import read_address
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal import refusing, state
from congbhyt.portal.cookie import COOKIE
from congbhyt.portal.origin import request_origin
from congbhyt.portal.page import Page
from congbhyt.registration.refusals import NoSuchRequestError
from congbhyt.signin import actions, queries
from congbhyt.signin.refusals import (
    AddressForeignError,
    NotForYouError,
    RegistrationOnlyError,
    SessionEndedError,
)
from congbhyt.signin.visitors import Visitor
from congbhyt.units.in_force import UnconfirmedError

log = logging.getLogger(__name__)
_REACHED_TOO_FAR = (
    NotForYouError, RegistrationOnlyError, NotAdministeredError, AddressForeignError, NoSuchRequestError,
)  # fmt: skip
View = Callable[..., HttpResponse]
"""Takes a Page and what the route's address names."""


@dataclass(frozen=True)
class Access:
    """Who may open a route. Everything is closed to people without a full session unless `open` says otherwise.

    `any_of`: one of these rights suffices.
    `unfinished`: also sessions of which a step of signing in is missing. The page of that step always opens.
    `registration`: also sessions that are for registration only; every other route is closed to them.
    """

    right: Right | None = None
    any_of: frozenset[Right] = frozenset()
    open: bool = False
    unfinished: bool = False
    registration: bool = False


def guarded(view: View, access: Access, methods: frozenset[str], name: str) -> View:
    """The view as Django calls it: method, session and right checked first, refusals made pages."""

    def handle(request: HttpRequest, **named: Any) -> HttpResponse:
        origin = request_origin(request)
        try:
            page = _page(request, origin)
        except Refusal as refusal:
            _record(refusal, str(refusal.facts.get("actor", "")), origin, name)
            return refusing.answer(request, refusal, origin)
        except (UnconfirmedError, OperationalError):
            log.warning("%s the database does not answer", origin.reference)
            return refusing.answer(request, refusing.UnavailableError(), origin)
        if request.method not in methods:
            return _method_refused(page, methods)
        try:
            return _let_in(page, access, name) or view(page, **named)
        except Refusal as refusal:
            _record(refusal, page.known.by if page.known else "", origin, name)
            return refusing.answer(request, refusal, origin, page=page)

    handle.__name__ = view.__name__
    return handle


def _record(refusal: Refusal, actor: str, origin: Origin, name: str) -> None:
    """Put on record who reached for what is not theirs; other refusals are recorded where they are made."""
    if actor and isinstance(refusal, _REACHED_TOO_FAR):
        audit.record(
            "portal:page:refuse", by=actor, at=clock.now(), object=f"page:{name}", outcome=refusal.code, origin=origin
        )


def _page(request: HttpRequest, origin: Origin) -> Page:
    process, at = state.installed(), clock.now()
    snapshot = process.standing.snapshot
    address = read_address(origin.address or "")
    visitor = Visitor(
        origin,
        request.headers.get("User-Agent", ""),
        snapshot.allow_list.owners(address, at) if address else frozenset(),
        snapshot.agency_list.owners(address, at) if address else frozenset(),
    )
    policy = snapshot.policy.at(at)
    page = Page(request, visitor, policy, at, process.read, process.sandbox)
    token = request.COOKIES.get(COOKIE, "")
    return _with_session(page, token) if token else page


def _with_session(page: Page, token: str) -> Page:
    try:
        signed_in = queries.signed_in(token, visitor=page.visitor, policy=page.policy, at=page.at)
    except SessionEndedError as ended:
        return replace(page, session_ended=ended)
    actions.touch(signed_in, at=page.at)
    return replace(page, known=signed_in)


def _method_refused(page: Page, methods: frozenset[str]) -> HttpResponse:
    refused = refusing.answer(page.request, refusing.MethodError(), page.visitor.origin, page=page)
    refused["Allow"] = ", ".join(sorted(methods))
    return refused


def _let_in(page: Page, access: Access, name: str) -> HttpResponse | None:
    """The page to which somebody is sent instead, if a step of signing in is missing; pages have the steps' names.

    Raises:
        SessionEndedError, RegistrationOnlyError, NotForYouError.
    """
    if access.open:
        return None
    step = page.signed_in.unfinished
    if step and step != name and not access.unfinished:
        return redirect(step.value)
    if page.signed_in.registration_only and not access.registration:
        raise RegistrationOnlyError
    if access.right:
        page.signed_in.need(access.right)
    if access.any_of and not any(page.signed_in.holds(right) for right in access.any_of):
        raise NotForYouError(right="» hoặc «".join(RIGHTS[right].label for right in sorted(access.any_of)))
    return None
