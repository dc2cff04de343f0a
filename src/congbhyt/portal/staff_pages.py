"""A unit that manages its people itself: registering, rights, leaving, and the half-yearly review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.accounts import queries as accounts
from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.accounts.models import Person
from congbhyt.enrolment import campaigns, staff
from congbhyt.enrolment.staff import Registered
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.forms import SizeForm
from congbhyt.portal.page import Page
from congbhyt.portal.people_pages import person_page, rights_form
from congbhyt.portal.performing import performer_of
from congbhyt.portal.request_forms import LEFT, STAYS, LeaveForm, PersonForm
from congbhyt.portal.requests_pages import own_unit
from congbhyt.registration.rules import Kind


def add(page: Page) -> HttpResponse:
    """Register somebody at once."""
    own_unit(page)
    performer = performer_of(page)
    form, refused = page.form(PersonForm, kind=Kind.PEOPLE, gated=page.policy.approved_rights), None
    if form.is_valid():
        try:
            done = staff.register(applicant=form.applicant(), performer=performer, policy=page.policy, at=page.at)
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell(_told(done))
            if done.request:
                return redirect("request", number=done.request.pk)
            return redirect("person", number=done.person.pk)
    allowed = staff.manages_itself(performer, policy=page.policy)
    return page.show("staff_add.html", {"allowed": allowed}, form=form, refusal=refused)


def _told(done: Registered) -> str:
    said = f"Đã đăng ký {done.person.full_name}, tên đăng nhập {done.person.user_name}. Mã kích hoạt được gửi qua SMS."
    if not done.gated:
        return said
    rights = ", ".join(f"«{RIGHTS[Right(right)].label}»" for right in done.gated)
    if done.request:
        return f"{said} Quyền {rights} cần cơ quan BHXH duyệt: đã ghi vào {done.request.label}, hãy gửi đề nghị này."
    return (
        f"{said} Quyền {rights} cần cơ quan BHXH duyệt, nhưng một đề nghị của đơn vị đang chờ: thêm sau khi có kết quả."
    )


def rights(page: Page, number: int) -> HttpResponse:
    """Give one of the unit's people exactly these rights."""
    person = accounts.administered(page.signed_in.person, number)
    form = rights_form(page, person, page.sent)
    if not form.is_valid():
        return person_page(page, person, form)
    try:
        staff.change_rights(
            number, wanted=form.cleaned_data["rights"], reason=form.cleaned_data["reason"],
            performer=performer_of(page), policy=page.policy, at=page.at,
        )  # fmt: skip
    except Refusal as refusal:
        return person_page(page, person, form, refusal)
    page.tell("Đã đổi quyền. Có hiệu lực ngay.")
    return redirect("person", number=number)


def leave(page: Page, number: int) -> HttpResponse:
    """Take everything back from somebody who leaves."""
    form, person = page.form(LeaveForm), accounts.administered(page.signed_in.person, number)
    if not form.is_valid():
        return person_page(page, person, form)
    try:
        staff.leave(number, reason=form.cleaned_data["reason"], performer=performer_of(page), at=page.at)
    except Refusal as refusal:
        return person_page(page, accounts.administered(page.signed_in.person, number), form, refusal)
    page.tell("Đã thu hồi mọi quyền và khóa tài khoản. Có hiệu lực ngay ở mọi nơi.")
    return redirect("person", number=number)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Somebody to confirm, with what was chosen so far."""

    person: Person
    rights: tuple[str, ...]
    chosen: str
    oneself: bool

    @classmethod
    def all_of(cls, page: Page, people: Iterable[Person]) -> list[ReviewRow]:
        """Rows for a page of the table; `?chon=tat-ca` chooses that all of them stay."""
        found = list(people)
        held = accounts.rights_of_each(found)
        usual = STAYS if page.request.GET.get("chon") == "tat-ca" else ""
        return [
            cls(
                person, tuple(RIGHTS[Right(right)].label for right in held.get(person.pk, ())),
                page.sent.get(f"person-{person.pk}", usual), person.pk == page.signed_in.person.pk,
            )
            for person in found
        ]  # fmt: skip


def review(page: Page) -> HttpResponse:
    """Say of the unit's people who still works there."""
    unit, refused = own_unit(page), None
    if page.is_post:
        try:
            staying, leaving = _said(page, STAYS), _said(page, LEFT)
            campaigns.confirm(
                unit=unit, staying=staying, leaving=leaving, performer=performer_of(page), at=page.at
            )  # fmt: skip
        except Refusal as refusal:
            refused = refusal
        else:
            page.tell(f"Đã ghi nhận: {len(staying)} người vẫn làm việc, {len(leaving)} người đã nghỉ.")
            return redirect("review")
    campaign, form = campaigns.current(at=page.at), SizeForm(page.request.GET)
    if campaign is None:
        return page.show("review.html", {"campaign": None}, refusal=refused)
    waiting = Paginator(campaigns.to_confirm(unit, campaign), form.rows).get_page(page.request.GET.get("page"))
    said, left = campaigns.progress(campaign, unit)
    context = {
        "campaign": campaign, "form": form, "found": waiting, "rows": ReviewRow.all_of(page, waiting.object_list),
        "said": said, "waiting": left, "all": said + left, "stays": STAYS, "left": LEFT,
    }  # fmt: skip
    return page.show("review.html", context, refusal=refused)


def _said(page: Page, outcome: str) -> list[int]:
    """Of whom this was said."""
    names = (name.removeprefix("person-") for name, value in page.sent.items() if value == outcome)
    return [int(name) for name in names if name.isdecimal() and len(name) < 16]
