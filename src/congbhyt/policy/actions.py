"""Changing policy rows; each change is dated, attributed and in force on all processes within seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from congbhyt.audit import actions as audit
from congbhyt.kernel.refusal import Refusal
from congbhyt.policy import catalogue
from congbhyt.policy.deadlines import Deadline, DeadlineKind
from congbhyt.policy.models import LocalDeadline, PolicyRow, RetiredCall, Retirement


class NoSuchParameterError(Refusal):
    """No parameter has this name."""

    code = "POLICY_UNKNOWN"
    template = "Không có tham số «{parameter}». Xem danh sách: congbhyt policy list."


class ParameterValueError(Refusal):
    """The value has another type than the parameter, or is no possible number."""

    code = "POLICY_VALUE"
    template = "Giá trị của «{parameter}» không đúng kiểu hoặc ngoài khoảng {least}–{most}; ví dụ đúng: {example}."


class DeadlineKindError(Refusal):
    """Nothing of this kind has a deadline."""

    code = "DEADLINE_KIND"
    template = "Không có loại đăng ký «{kind}». Các loại: {known}."


class DeadlineOrderError(Refusal):
    """The deadline does not lie within its campaign."""

    code = "DEADLINE_ORDER"
    template = "Thời hạn không đúng: đợt đăng ký phải mở trước hạn, và hạn không được sau khi đợt đăng ký kết thúc."


@transaction.atomic
def set_parameter(*, parameter: str, value: object, valid_from: datetime, source: str, by: str, at: datetime) -> None:
    """Set `parameter` from `valid_from` on, replacing a local row of that very moment.

    Raises:
        NoSuchParameterError: no such parameter.
        ParameterValueError: another type, or out of range.
    """
    known = catalogue.parameters().get(parameter)
    if known is None:
        raise NoSuchParameterError(parameter=parameter)
    if not known.accepts(value):
        raise ParameterValueError(parameter=parameter, least=known.least, most=known.most, example=known.rows[-1].value)
    PolicyRow.objects.update_or_create(
        parameter=parameter,
        valid_from=valid_from,
        defaults={"value": value, "source": source, "decided_by": by, "decided_at": at},
    )
    audit.record(
        "policy:parameter:set", by=by, at=at, object=f"policy:{parameter}",
        details={"value": value, "from": valid_from.isoformat(), "source": source},
    )  # fmt: skip


@transaction.atomic
def retire_function(*, function: str, at_moment: datetime, successor: str, source: str, by: str, at: datetime) -> None:
    """Stop a gateway function at `at_moment`, or move the moment of one that has a row."""
    known = Retirement.objects.filter(function__iexact=function).first()  # callers' letter case never counts
    Retirement.objects.update_or_create(
        function=known.function if known else function,
        defaults={
            "retires_at": at_moment, "successor": successor, "source": source, "decided_by": by, "decided_at": at,
        },
    )  # fmt: skip
    audit.record(
        "policy:function:retire", by=by, at=at, object=f"function:{function}",
        details={"at": at_moment.isoformat(), "successor": successor, "source": source},
    )  # fmt: skip


@transaction.atomic
def set_deadline(*, deadline: Deadline, by: str, at: datetime) -> None:
    """Set the deadline of a campaign for an agency and all below it, or move the one that there is.

    Raises:
        DeadlineKindError: nothing of this kind is registered by deadlines.
        DeadlineOrderError: it does not lie within its campaign.
    """
    if deadline.kind not in set(DeadlineKind):
        raise DeadlineKindError(kind=deadline.kind, known=", ".join(DeadlineKind))
    if not deadline.opens < deadline.due <= deadline.ends:
        raise DeadlineOrderError()
    LocalDeadline.objects.update_or_create(
        campaign=deadline.campaign, kind=deadline.kind, agency=deadline.agency,
        defaults={
            "opens": deadline.opens, "due": deadline.due, "ends": deadline.ends, "source": deadline.source,
            "decided_by": by, "decided_at": at,
        },
    )  # fmt: skip
    audit.record(
        "policy:deadline:set", by=by, at=at, object=f"deadline:{deadline.kind}",
        details={
            "campaign": deadline.campaign, "agency": deadline.agency, "opens": deadline.opens.isoformat(),
            "due": deadline.due.isoformat(), "ends": deadline.ends.isoformat(), "source": deadline.source,
        },
    )  # fmt: skip


def count_retired_calls(counts: Mapping[tuple[str, str, date], int], *, at: datetime) -> None:
    """Add calls of retired functions, by unit code, function and day."""
    for (unit_code, function, day), calls in counts.items():
        row, new = RetiredCall.objects.get_or_create(
            unit_code=unit_code, function=function, day=day, defaults={"calls": calls, "last_at": at}
        )
        if not new:
            RetiredCall.objects.filter(pk=row.pk).update(calls=F("calls") + calls, last_at=at)
