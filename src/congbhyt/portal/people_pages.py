"""Người sử dụng: administrators see their people, lock and unlock them and hand out temporary passwords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from congbhyt.accounts import administration, failures
from congbhyt.accounts import queries as accounts
from congbhyt.accounts.models import Person
from congbhyt.enrolment import staff
from congbhyt.kernel.refusal import Refusal
from congbhyt.portal.exporting import exported
from congbhyt.portal.forms import HandOutForm, LockForm, PeopleFilterForm, ReasonForm, UnlockForm
from congbhyt.portal.page import Page
from congbhyt.portal.people_presenters import COLUMNS, PersonRow, cells_of, facts_of, rights_of
from congbhyt.portal.performing import performer_of
from congbhyt.portal.request_forms import LeaveForm, RightsForm
from congbhyt.signin.queries import sessions_of
from congbhyt.spreadsheets.writing import Sheet

_Done = TypeVar("_Done")


def people(page: Page) -> HttpResponse:
    """Everybody whom the person administers, filtered by what stands in the address."""
    form = PeopleFilterForm(page.request.GET)
    if page.signed_in.person.unit_id:
        del form.fields["home"]
    everybody = accounts.administered_by(page.signed_in.person)
    filters = {name: form.chosen(name) for name in ("words", "home", "state")}
    chosen = accounts.filtered(everybody, **filters)
    if answer := exported(page, Sheet("Người sử dụng", COLUMNS, cells_of(chosen))):
        return answer
    found = Paginator(chosen, form.rows).get_page(page.request.GET.get("page"))
    filtered = any(page.request.GET.get(name) for name in form.fields)
    context = {
        "form": form,
        "found": found,
        "rows": PersonRow.all_of(found.object_list, at=page.at),
        "total": everybody.count() if filtered else found.paginator.count,
        "filtered": filtered,
    }
    return page.show("people.html", context)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that an administrator can do to somebody: a form with its own reason."""

    title: str
    says: str
    route: str
    button: str
    form: ReasonForm


_ACTS: Mapping[type[ReasonForm], tuple[str, str, str, str]] = {
    LockForm: (
        "Khóa tài khoản",
        "Mọi phiên kết thúc ngay; người này không đăng nhập và không đứng tên tra cứu được cho đến khi mở khóa.",
        "person-lock",
        "Khóa",
    ),
    UnlockForm: (
        "Mở khóa",
        "Người này đăng nhập lại được ngay, kể cả khi đang phải chờ vì nhập sai mật khẩu.",
        "person-unlock",
        "Mở khóa",
    ),
    RightsForm: (
        "Đổi quyền",
        "Đơn vị tự quản lý người sử dụng (TT 12/2026 Đ16): quyền bỏ dấu bị thu hồi ngay, quyền đánh dấu có ngay. Quyền "
        "cần cơ quan BHXH duyệt thì lập đề nghị theo Mẫu 01/dk-ctn.",
        "person-rights",
        "Lưu quyền",
    ),
    LeaveForm: (
        "Thôi sử dụng",
        "Dùng khi người này nghỉ việc hoặc chuyển đi: thu hồi ngay mọi quyền ở mọi nơi và khóa tài khoản. Muốn dùng "
        "lại phải đăng ký lại.",
        "person-leave",
        "Thu hồi và khóa",
    ),
    HandOutForm: (
        "Cấp mật khẩu tạm",
        "Mật khẩu cũ mất hiệu lực, mọi phiên kết thúc. Mật khẩu tạm hiện một lần trên trang tiếp theo để bạn giao tận "
        "tay; người nhận phải đổi ngay khi đăng nhập.",
        "person-hand-out",
        "Cấp mật khẩu tạm",
    ),
}
"""Title, what it does, route, button."""


def person(page: Page, number: int) -> HttpResponse:
    """One of them."""
    return person_page(page, accounts.administered(page.signed_in.person, number))


def person_page(
    page: Page, person: Person, sent: ReasonForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    """The page of somebody; `sent` is the form that was not taken, by itself or by `refusal`."""
    found = sessions_of(person, policy=page.policy, at=page.at)
    context = {
        "person": person,
        "row": PersonRow.all_of([person], at=page.at)[0],
        "facts": facts_of(person),
        "rights": rights_of(person),
        "sessions": len(found),
        "lasting": sum(lasts for _, lasts in found),
        "acts": _acts(page, person, sent),
        "oneself": person.pk == page.signed_in.person.pk,
    }
    return page.show("person.html", context, form=sent, refusal=refusal)


def _acts(page: Page, person: Person, sent: ReasonForm | None) -> list[Act]:
    """What fits the person's state, and in any case what was just refused."""
    fitting = _fitting(page, person)
    forms = {kind: _form(page, person, kind, sent) for kind in _ACTS if kind in fitting or type(sent) is kind}
    return [Act(*_ACTS[kind], form) for kind, form in forms.items()]


def _fitting(page: Page, person: Person) -> set[type[ReasonForm]]:
    if person.pk == page.signed_in.person.pk:
        return set()
    fitting: set[type[ReasonForm]] = {HandOutForm, LockForm if person.state == Person.State.ACTIVE else UnlockForm}
    if failures.waiting([person.handle], at=page.at):
        fitting.add(UnlockForm)
    if not person.shared and (person.state == Person.State.ACTIVE or person.grants.filter(revoked_at=None).exists()):
        fitting.add(LeaveForm)
    if not person.shared and staff.manages_itself(performer_of(page), policy=page.policy):
        fitting.add(RightsForm)
    return fitting


def _form(page: Page, person: Person, kind: type[ReasonForm], sent: ReasonForm | None) -> ReasonForm:
    if sent is not None and type(sent) is kind:
        return sent
    return rights_form(page, person) if kind is RightsForm else kind()


def rights_form(page: Page, person: Person, data: Mapping[str, Any] | None = None) -> RightsForm:
    """Which rights somebody has, to be changed."""
    held = [grant.right for grant in accounts.rights_of(person)]
    return RightsForm(data, held=held, gated=page.policy.approved_rights)


def lock(page: Page, number: int) -> HttpResponse:
    """Stop somebody at once."""
    return _acted(page, number, page.form(LockForm), administration.lock, _locked)


def _locked(page: Page, person: Person) -> HttpResponse:
    page.tell("Đã khóa. Mọi phiên của người này đã kết thúc.")
    return redirect("person", number=person.pk)


def unlock(page: Page, number: int) -> HttpResponse:
    """Let somebody in again."""
    return _acted(page, number, page.form(UnlockForm), administration.unlock, _unlocked)


def _unlocked(page: Page, person: Person) -> HttpResponse:
    page.tell("Đã mở khóa. Người này đăng nhập lại được ngay.")
    return redirect("person", number=person.pk)


def hand_out(page: Page, number: int) -> HttpResponse:
    """Hand out a temporary password; it stands on this answer and nowhere else."""
    return _acted(page, number, page.form(HandOutForm), administration.hand_out, _handed_out)


def _handed_out(page: Page, done: tuple[Person, str]) -> HttpResponse:
    person, secret = done
    until = page.at + page.policy.temporary_password_length
    return page.show("handed_out.html", {"person": person, "secret": secret, "until": until})


def _acted(
    page: Page,
    number: int,
    form: ReasonForm,
    act: Callable[..., _Done],
    then: Callable[[Page, _Done], HttpResponse],
) -> HttpResponse:
    administrator = page.signed_in.person
    if not form.is_valid():
        return person_page(page, accounts.administered(administrator, number), form)
    try:
        done = act(
            number, administrator=administrator, reason=form.cleaned_data["reason"], at=page.at,
            origin=page.visitor.origin,
        )  # fmt: skip
    except Refusal as refusal:
        return person_page(page, accounts.administered(administrator, number), form, refusal)
    return then(page, done)
