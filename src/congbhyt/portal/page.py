"""One request for a page: who asks, from where, when, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.facts import Reader
from congbhyt.policy.rules import InForce
from congbhyt.portal import refusing
from congbhyt.portal.forms import PageForm
from congbhyt.signin.refusals import SessionEndedError
from congbhyt.signin.visitors import SignedIn, Visitor

_Form = TypeVar("_Form", bound=PageForm)


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
        """The fields of the form that was sent; of repeated ones the last."""
        return self.request.POST

    @property
    def files(self) -> MultiValueDict[str, UploadedFile[bytes]]:
        """The files that were sent. They lie in memory; a route says how large they may be (`Route.most_bytes`)."""
        return self.request.FILES

    def numbers(self, name: str) -> list[int]:
        """The whole numbers that were ticked under this name; anything else is left out."""
        return [int(text) for text in self.request.POST.getlist(name) if text.isdecimal() and len(text) < 16]

    def form(self, kind: type[_Form], /, **more: Any) -> _Form:
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
        told = refusing.shown(refusal, self.visitor.origin, self.at) if refusal else None
        status = 422 if refusal or (form and form.errors) else 200
        held = {"page": self, "form": form, "refusal": told, **(context or {})}
        return render(self.request, f"portal/{template}", held, status=status)

    def tell(self, sentence: str) -> None:
        """Say on the next page that something was done."""
        messages.success(self.request, sentence)
