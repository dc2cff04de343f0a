"""Requests of the sandbox: each scene is played through the real actions, at moments that lie in the past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from congbhyt.accounts.authz import Right
from congbhyt.accounts.models import Person
from congbhyt.accounts.queries import rights_of
from congbhyt.audit import actions as audit
from congbhyt.audit.models import Entry
from congbhyt.enrolment import actions as enrolment
from congbhyt.enrolment import campaigns, upkeep
from congbhyt.enrolment.models import Campaign
from congbhyt.kernel.clock import VIETNAM, vietnam_day
from congbhyt.network import actions as network
from congbhyt.network.actions import Typed
from congbhyt.network.summaries import compile_summary
from congbhyt.outbox import actions as outbox
from congbhyt.policy import queries as policies
from congbhyt.policy.rules import InForce, Policy
from congbhyt.registration import actions, authority, papers
from congbhyt.registration.actions import Head
from congbhyt.registration.models import Request
from congbhyt.registration.papers import Note
from congbhyt.registration.performers import Performer
from congbhyt.registration.refusals import OpenRequestError
from congbhyt.registration.rules import Kind
from congbhyt.sandbox.institutions import ASSESSMENT_CENTRE, HOSPITAL, IT_CENTRE, OFFICER, PROVINCIAL
from congbhyt.sandbox.request_cast import SCENES, Scene
from congbhyt.units import queries as units
from congbhyt.units.models import Agency, Unit

_DONE = "sandbox:requests:done"
_A_STEP = timedelta(hours=6)
"""Between two steps of a scene, where there is so much time."""
_A_MOMENT = timedelta(minutes=1)
_REVIEWED, _REVIEW_LASTS = timedelta(days=5), timedelta(days=30)
_FROM_PAPER = "Công văn đề nghị của đơn vị (thử nghiệm)"


_CLERK, _APPROVER = f"{PROVINCIAL}/tiepnhan", f"{PROVINCIAL}/pheduyet"
_APPOINTER, _OPENER = f"{ASSESSMENT_CENTRE}/phanquyen", f"{IT_CENTRE}/moketnoi"


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays, under which law, at which moment."""

    operator: Performer
    officers: Mapping[str, Performer]
    filer: Performer
    policy: Policy
    at: datetime

    @property
    def law(self) -> InForce:
        """What is in force at the moment."""
        return self.policy.at(self.at)


@transaction.atomic
def play_requests(*, by: str, at: datetime) -> None:
    """Bring requests of every kind into every state, once in the life of a sandbox.

    What they tell by SMS lies in the past and is dropped: nobody's screen fills with messages of weeks ago.
    """
    if Entry.objects.filter(event=_DONE).exists():
        return
    operator = Performer.operator(by)
    officers = {handle: performer(handle) for handle in (_CLERK, _APPROVER, _APPOINTER, _OPENER)}
    stage = Stage(operator, officers, operator, policies.current(), at)
    for scene in SCENES:
        with suppress(OpenRequestError):  # a tester was faster
            _play(scene, stage)
    network.expire(performer=Performer.operator("job:network"), at=at - _A_MOMENT)
    upkeep.end_periods(performer=Performer.operator("job:enrolment"), at=at - _A_MOMENT)
    _review(stage)
    outbox.drop_queued(before=at, at=at)
    audit.record(_DONE, by=by, at=at)


def performer(handle: str) -> Performer:
    """Somebody of the sandbox, with the rights held now."""
    person = Person.objects.select_related("unit", "agency").get(handle=handle)
    return Performer(person.actor, person, frozenset(Right(grant.right) for grant in rights_of(person)))


def _play(scene: Scene, stage: Stage) -> None:
    steps, home = scene.steps.split(), units.home(scene.home)
    pace = min(_A_STEP, scene.ago / (len(steps) + 1))
    stage = replace(stage, at=stage.at - scene.ago, filer=_filer(home, scene.kind, stage))
    request = _begun(scene, home, stage)
    for number, step in enumerate(steps, 1):
        STEPS[step](request, replace(stage, at=stage.at + number * pace))


def _begun(scene: Scene, home: Unit | Agency, stage: Stage) -> Request:
    last_day = vietnam_day(stage.at) + timedelta(days=scene.lasts) if scene.lasts else None
    head = Head(
        manner=Request.Manner.REPLACEMENT if scene.replaces else Request.Manner.SUPPLEMENT,
        purposes=("card", "history", "treatment") if scene.kind is Kind.ADDRESSES else (),
        valid_to=last_day if scene.addresses else None,
        justification=scene.reason,
        contact_name="NGUYỄN VĂN LIÊN HỆ",
        filed_from=_FROM_PAPER if stage.filer.agency_id and isinstance(home, Unit) else "",
    )
    request = actions.begin(kind=scene.kind, home=home, head=head, performer=stage.filer, at=stage.at)
    _add_lines(scene, request, last_day, stage)
    return request


def _add_lines(scene: Scene, request: Request, last_day: date | None, stage: Stage) -> None:
    for address in scene.addresses:
        network.add_line(
            request=request, typed=Typed(address, provider="Nhà mạng Thử"), performer=stage.filer, policy=stage.law,
            at=stage.at,
        )  # fmt: skip
    for someone in scene.people:
        applicant = replace(someone, valid_to=last_day)
        enrolment.add_line(request=request, applicant=applicant, performer=stage.filer, at=stage.at)


def _filer(home: Unit | Agency, kind: Kind, stage: Stage) -> Performer:
    """The home's own administrator, else the province's officer for units, else the operator."""
    at_home = {"unit": home} if isinstance(home, Unit) else {"agency": home}
    own = Person.objects.filter(
        grants__right=Right.USER_ADMINISTRATION, grants__revoked_at=None, state=Person.State.ACTIVE, **at_home
    )
    first = [performer(handle) for handle in own.order_by("pk").values_list("handle", flat=True)[:1]]
    everybody = [*first, stage.officers[_CLERK], stage.operator]
    return next(one for one in everybody if authority.may_file(one, home, kind))


def _decider(request: Request, stage: Stage) -> Performer:
    """Who decides it; the operator where a tester has moved the unit to another agency."""
    officer = stage.officers[_APPOINTER if request.kind == Kind.APPROVERS else _APPROVER]
    decides = request.unit is None or request.unit.receiving_agency_id == officer.agency_id
    return officer if decides else stage.operator


def _submit(request: Request, stage: Stage) -> None:
    actions.submit(request=request, performer=stage.filer, policy=stage.law, at=stage.at)


def _withdraw(request: Request, stage: Stage) -> None:
    actions.withdraw(request=request, performer=stage.filer, at=stage.at)


def _send_back(request: Request, stage: Stage) -> None:
    reason = "bản ký thiếu dấu của đơn vị, đề nghị bổ sung"
    actions.send_back(request=request, reason=reason, performer=_decider(request, stage), at=stage.at)


def _note(request: Request, stage: Stage) -> None:
    said = Note(f"{request.pk}/CV-TN", vietnam_day(stage.at), "Văn thư BHXH tỉnh")
    papers.note(request=request, said=said, performer=_decider(request, stage), at=stage.at)


def _decide(request: Request, stage: Stage, numbers: list[int], *, approve: bool) -> None:
    decide = enrolment.decide if request.row.lines == "people" else network.decide
    decide(
        request=request, numbers=numbers, approve=approve, reason="" if approve else "thông tin chưa khớp với hồ sơ",
        performer=_decider(request, stage), policy=stage.law, at=stage.at,
    )  # fmt: skip


def _numbers(request: Request) -> list[int]:
    return list(request.lines.order_by("number").values_list("number", flat=True))


def _approve(request: Request, stage: Stage) -> None:
    _decide(request, stage, _numbers(request), approve=True)


def _refuse(request: Request, stage: Stage) -> None:
    _decide(request, stage, _numbers(request), approve=False)


def _approve_first(request: Request, stage: Stage) -> None:
    first, *others = _numbers(request)
    _decide(request, stage, [first], approve=True)
    _decide(request, stage, others, approve=False)


def _summary(request: Request, stage: Stage) -> None:
    if request.unit:
        compile_summary(agency=request.unit.receiving_agency, performer=_decider(request, stage), at=stage.at)


def _open(request: Request, stage: Stage) -> None:
    _let(request, stage, _numbers(request))


def _open_first(request: Request, stage: Stage) -> None:
    _let(request, stage, _numbers(request)[:1])


def _let(request: Request, stage: Stage, numbers: list[int]) -> None:
    network.open_lines(
        request=request, numbers=numbers, let=True, performer=stage.officers[_OPENER], policy=stage.law, at=stage.at
    )  # fmt: skip


def _revoke(request: Request, stage: Stage) -> None:
    revoke = enrolment.revoke if request.row.lines == "people" else network.revoke
    revoke(
        request=request, numbers=_numbers(request), reason="không còn sử dụng", performer=_decider(request, stage),
        at=stage.at,
    )  # fmt: skip


STEPS: Mapping[str, Callable[[Request, Stage], None]] = {
    "submit": _submit, "withdraw": _withdraw, "send_back": _send_back, "note": _note, "approve": _approve,
    "approve_first": _approve_first, "refuse": _refuse, "summary": _summary, "open": _open, "open_first": _open_first,
    "revoke": _revoke,
}  # fmt: skip
"""What may happen in a scene."""


def _review(stage: Stage) -> None:
    """One review of people that is over, and one that is under way and of which a unit has done a part."""
    last, opened = stage.at - timedelta(days=200), stage.at - _REVIEWED
    if Campaign.objects.exists():
        return
    for moment in (last, opened):
        name = f"{moment.astimezone(VIETNAM):%m/%Y}"
        campaigns.open_campaign(name=name, due_at=moment + _REVIEW_LASTS, performer=stage.operator, at=moment)
        campaigns.close_due(performer=stage.operator, at=last + _REVIEW_LASTS)
    officer = Person.objects.get(handle=OFFICER.handle)
    campaigns.confirm(
        unit=units.unit(HOSPITAL), staying=[officer.pk], leaving=[], performer=performer(f"{HOSPITAL}/quantri"),
        at=opened + timedelta(days=1),
    )  # fmt: skip
