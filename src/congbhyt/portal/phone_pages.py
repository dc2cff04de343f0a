"""Đổi số điện thoại: agencies decide about new telephones of people who may see history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.accounts.models import PhoneChange
from congbhyt.accounts.queries import masked_numbers
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.exporting import exported
from congbhyt.portal.forms import DecisionForm
from congbhyt.portal.page import Page
from congbhyt.portal.refusing import NoSuchPageError
from congbhyt.signin import phones as requests
from congbhyt.spreadsheets.writing import Sheet, Value


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with both numbers, masked."""

    change: PhoneChange
    old: str
    new: str

    @classmethod
    def of(cls, change: PhoneChange) -> RequestRow:
        """Prepare one."""
        return cls(change, masked_numbers(change.person).phone or "chưa có", requests.new_number(change))


def phones(page: Page) -> HttpResponse:
    """What waits for this person's agency, oldest first."""
    rows = [RequestRow.of(change) for change in requests.decidable(page.signed_in)]
    if answer := exported(page, Sheet("Yêu cầu đổi số điện thoại", _COLUMNS, map(_cells, rows))):
        return answer
    return page.show("phones.html", {"rows": rows})


_COLUMNS = (
    ("Họ và tên", 30), ("Mã đơn vị hoặc cơ quan", 12), ("Tên đơn vị hoặc cơ quan", 40), "Số cũ", "Số mới", "Chờ từ",
)  # fmt: skip


def _cells(row: RequestRow) -> Sequence[Value]:
    person = row.change.person
    return (person.full_name, person.home.code, person.home.name, row.old, row.new, row.change.requested_at)


def decide(page: Page, number: int) -> HttpResponse:
    """One request: read it, then approve or refuse with a reason.

    Raises:
        NoSuchPageError: none of those that this person may decide.
    """
    change = requests.decidable(page.signed_in).filter(pk=number).first()
    if change is None:
        raise NoSuchPageError
    form, refused = page.form(DecisionForm), None
    if form.is_valid():
        approve = form.cleaned_data["decision"] == "approve"
        try:
            requests.decide_phone(
                change=change, approve=approve, reason=form.cleaned_data["reason"], signed_in=page.signed_in,
                visitor=page.visitor, at=page.at,
            )  # fmt: skip
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell("Đã duyệt số điện thoại mới." if approve else "Đã từ chối. Số điện thoại cũ vẫn được dùng.")
            return redirect("phones")
    return page.show("phone_decide.html", {"row": RequestRow.of(change)}, form=form, refusal=refused)
