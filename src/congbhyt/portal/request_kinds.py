"""What each kind of request does, as its own package does it: one table instead of questions on every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import documents as people_documents
from congbhyt.network import actions as network
from congbhyt.network import documents as address_documents
from congbhyt.paper.document import Document
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import Kind


@dataclass(frozen=True, slots=True)
class KindActs:
    """The actions of a kind; all take `request`, `performer` and what their docstrings say."""

    decide: Callable[..., Request]
    revoke: Callable[..., Request]
    may_revoke: Callable[[Request, Performer], bool]
    remove_line: Callable[..., None]
    form: Callable[[Request], Document] | None
    line_template: str
    """The part of a page that shows one of its lines."""


_ADDRESSES: dict[str, Any] = {
    "decide": network.decide, "revoke": network.revoke, "may_revoke": network.may_revoke,
    "remove_line": network.remove_line, "line_template": "portal/_address_line.html",
}  # fmt: skip
_PEOPLE = KindActs(
    enrolment.decide, enrolment.revoke, enrolment.may_revoke, enrolment.remove_line, people_documents.request_form,
    "portal/_person_line.html",
)  # fmt: skip

ACTS: Mapping[Kind, KindActs] = {
    Kind.ADDRESSES: KindActs(**_ADDRESSES, form=address_documents.request_form),
    Kind.EMERGENCY: KindActs(**_ADDRESSES, form=None),
    Kind.PEOPLE: _PEOPLE,
    Kind.ADMINISTRATOR: _PEOPLE,
    Kind.APPROVERS: _PEOPLE,
}


def acts_of(request: Request) -> KindActs:
    """What the kind of this request does."""
    return ACTS[Kind(request.kind)]
