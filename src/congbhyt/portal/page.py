"""One request for a page: who asks, from where, when, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from congbhyt.accounts.authz import Right
from congbhyt.audit.actions import Origin
from congbhyt.kernel import clock
from congbhyt.kernel.addresses import read_address
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.facts import Reader
from congbhyt.policy.rules import InForce
from congbhyt.portal import refusing, state
from congbhyt.portal.cookie import COOKIE
from congbhyt.portal.forms import PageForm
from congbhyt.portal.origin import request_origin
from congbhyt.signin import actions, queries
from congbhyt.signin.refusals import SessionEndedError
from congbhyt.signin.visitors import SignedIn, Visitor
from congbhyt.units.in_force import UnconfirmedError

_Form = TypeVar("_Form", bound=PageForm)
_UNTOUCHED_SECONDS = 5
"""A session seen that recently is not written again: a page and its next click cost one write."""


@dataclass(frozen=True)
class Page:
    """What every view gets."""

    request: HttpRequest
    visitor: Visitor
    policy: InForce
    at: datetime
    read: Reader
    sandbox: bool
    session_ended: SessionEndedError | None = None
    known: SignedIn | None = None

    @property
    def signed_in(self) -> SignedIn:
        """The person who asks.

        Raises:
            SessionEndedError: nobody is signed in; it says why.
        """
        if self.known is None:
            raise self.session_ended or SessionEndedError(why="Bạn chưa đăng nhập.")
        return self.known

    @property
    def is_post(self) -> bool:
        """Whether something was sent, rather than a page asked for."""
        return self.request.method == "POST"

    @property
    def sent(self) -> Mapping[str, str]:
        """The fields of the form that was sent; files and repeated fields do not occur."""
        return self.request.POST

    def form(self, kind: type[_Form], **more: Any) -> _Form:
        """The form as it was sent; empty when the page was only asked for, and then never valid."""
        return kind(self.sent if self.is_post else None, **more)

    def show(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        form: PageForm | None = None,
        refusal: Refusal | None = None,
    ) -> HttpResponse:
        """Answer with a page of ours; 422 when what `form` brought was not taken, by its own fields or by `refusal`.

        Raises:
            Refusal: `refusal` itself, where nothing on the form would help and it takes a whole page.
        """
        if refusal and refusing.takes_whole_page(refusal):
            raise refusal
        told = refusing.shown(refusal, self) if refusal else None
        status = 422 if refusal or (form and form.errors) else 200
        held = {"page": self, "form": form, "refusal": told, **(context or {})}
        return render(self.request, f"portal/{template}", held, status=status)

    def tell(self, sentence: str) -> None:
        """Say on the next page that something was done."""
        messages.success(self.request, sentence)


View = Callable[..., HttpResponse]
"""Takes a Page and what the route's address names."""


@dataclass(frozen=True)
class Access:
    """Who may open a route. Everything is closed to people without a full session unless `open` says otherwise.

    `unfinished`: also sessions that lack their second factor or still have a temporary password.
    """

    right: Right | None = None
    open: bool = False
    unfinished: bool = False


def guarded(view: View, access: Access, methods: frozenset[str]) -> View:
    """The view as Django calls it: method, session and right checked first, refusals made pages."""

    def handle(request: HttpRequest, **named: Any) -> HttpResponse:
        origin = request_origin(request)
        try:
            page = _page(request, origin)
        except Refusal as refusal:
            return refusing.answer(request, refusal, origin)
        except UnconfirmedError:
            return refusing.answer(request, refusing.UnavailableError(), origin)
        try:
            if request.method not in methods:
                return refusing.method_not_allowed(page, methods)
            return _let_in(page, access) or view(page, **named)
        except Refusal as refusal:
            return refusing.answer(request, refusal, origin, page=page)

    handle.__name__ = view.__name__
    return handle


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
    if (page.at - signed_in.session.seen_at).total_seconds() > _UNTOUCHED_SECONDS:
        actions.touch(signed_in.session, at=page.at)
        signed_in.session.seen_at = page.at
    return replace(page, known=signed_in)


def _let_in(page: Page, access: Access) -> HttpResponse | None:
    """The page to which somebody is sent instead, if their session is not ready for this one.

    Raises:
        SessionEndedError, NotForYouError.
    """
    if access.open:
        return None
    signed_in = page.signed_in
    if not access.unfinished:
        if signed_in.session.awaits_code:
            return refusing.redirect("second-factor")
        if signed_in.person.must_change_password:
            return refusing.redirect("password")
    if access.right:
        signed_in.need(access.right)
    return None
