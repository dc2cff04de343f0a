"""Details of one past visit, for those who may read them."""

from __future__ import annotations

from datetime import datetime

from congbhyt.audit import actions as audit
from congbhyt.audit.actions import Origin
from congbhyt.insured.models import Visit
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.actions import Asker, withheld
from congbhyt.lookup.models import Check
from congbhyt.policy.rules import InForce


class NoSuchRecordError(Refusal):
    """No such visit, or none that this account may read; nobody is told which."""

    code = "RECORD_UNKNOWN"
    template = "Không có hồ sơ này, hoặc cần tra cứu thẻ của người bệnh trước khi xem chi tiết."


def open_record(record_number: int, *, asker: Asker, policy: InForce, origin: Origin, at: datetime) -> Visit:
    """Read one visit with its person; the audit entry is committed on return, refused or not.

    A unit reads its own visits; those of others only of a person whose history was opened for this
    account within the policy's window, and never withheld diagnoses.

    Raises:
        NoSuchRecordError: not there, or not to be read.
    """
    visit = Visit.objects.select_related("person").filter(record_number=record_number).first()
    readable = visit is not None and _may_read(visit, asker, policy, at)
    audit.record(
        "lookup:record:answer",
        by=asker.actor,
        at=at,
        object=f"insured:{visit.person_id}" if visit else "",
        outcome="200" if readable else NoSuchRecordError.code,
        unit_code=asker.unit_code,
        origin=origin,
        details={"record": record_number},
    )
    if visit is None or not readable:
        raise NoSuchRecordError
    return visit


def _may_read(visit: Visit, asker: Asker, policy: InForce, at: datetime) -> bool:
    if visit.facility_code == asker.unit_code:
        return True
    if withheld(visit, policy):
        return False
    return Check.objects.filter(
        person_id=visit.person_id,
        account_name=asker.account_name,
        history_shown=True,
        checked_at__gt=at - policy.record_window,
        checked_at__lte=at,
    ).exists()
