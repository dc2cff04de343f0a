"""What is on file about a person: brought up to date when a form that names them is approved."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from congbhyt.accounts.models import Person
from congbhyt.audit import actions as audit
from congbhyt.kernel.names import sort_key, tidy
from congbhyt.outbox import actions as outbox

_PHONE_REPLACED = "CongBHYT: số điện thoại nhận mã của bạn vừa được đổi theo đăng ký của đơn vị."


@transaction.atomic
def change_details(
    *, person: Person, full_name: str, social_number: str, phone: str, email: str, position: str, by: str, at: datetime
) -> bool:
    """Put what an approved form says on file; what it leaves empty stays. Returns whether the telephone changed.

    The old telephone is told, because codes no longer go there. Forms are checked where they are typed.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    said = {
        "full_name": tidy(full_name), "position": tidy(position), "email": email, "social_number": social_number,
    }  # fmt: skip
    changed = [name for name, new in said.items() if _put(person, name, new)]
    person.sort_key = sort_key(person.full_name)
    digest = settings.KEYS.digest(phone) if phone else None
    moved = digest is not None and (person.phone_digest is None or bytes(person.phone_digest) != digest)
    if moved:
        _tell_old(person, at)
        person.phone_sealed, person.phone_digest = settings.KEYS.seal(phone), digest
        changed.append("phone")
    if changed:
        person.save()
        audit.record("accounts:person:change", by=by, at=at, object=person.actor, details={"fields": sorted(changed)})
    return moved


def _put(person: Person, name: str, new: str) -> bool:
    if not new or getattr(person, name) == new:
        return False
    setattr(person, name, new)
    return True


def _tell_old(person: Person, at: datetime) -> None:
    if person.phone_sealed:
        receiver = settings.KEYS.open(person.phone_sealed)
        outbox.queue_sms(purpose="notice:phone", receiver=receiver, body=_PHONE_REPLACED, at=at)
