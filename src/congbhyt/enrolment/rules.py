"""Which rights each form of people asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from congbhyt.accounts.authz import RIGHTS, Holder, Right
from congbhyt.enrolment.refusals import LineFormError, RightNotOfferedError
from congbhyt.kernel.identifiers import is_citizen_number, is_social_number, tidy_phone
from congbhyt.kernel.names import plain, tidy
from congbhyt.registration.rules import Kind

OFFERED: Mapping[Kind, tuple[Right, ...]] = {
    Kind.PEOPLE: tuple(right for right, row in RIGHTS.items() if Holder.UNIT_PERSON in row.holders),
    Kind.ADMINISTRATOR: (Right.USER_ADMINISTRATION,),
    Kind.APPROVERS: (Right.APPROVE_REQUESTS, Right.HELP_REQUESTS),
}
"""Rights that a line may name, by form: 01/dk-ctn, 08/BH, 02/dk-ctn."""

_LONGEST = 100
_LONGEST_USER_NAME = 36


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person as typed, on a page or in a spreadsheet."""

    full_name: str
    citizen_number: str = field(repr=False)
    phone: str = field(repr=False)
    rights: tuple[str, ...]
    social_number: str = field(default="", repr=False)
    email: str = ""
    position: str = ""
    department: str = ""
    valid_to: date | None = None


def checked(applicant: Applicant, kind: Kind, *, today: date) -> Applicant:
    """The same person, normalised.

    A telephone is needed because codes go there; whoever is to see history needs a mã số BHXH too, which the page
    asks for (CV 1232/BHXH-CNTT).

    Raises:
        LineFormError: a field has no possible value; it names the field, never the value.
        RightNotOfferedError: a right that this form does not ask for.
    """
    phone = tidy_phone(applicant.phone)
    number, social = _digits(applicant.citizen_number), _digits(applicant.social_number)
    rights = tuple(sorted(set(applicant.rights)))
    faults = (
        (not tidy(applicant.full_name), "Họ và tên", "không để trống"),
        (len(applicant.full_name) > _LONGEST, "Họ và tên", f"tối đa {_LONGEST} ký tự"),
        (not _is_printable(applicant), "Họ tên, e-mail, chức danh, khoa phòng", "có ký tự không in được"),
        (not is_citizen_number(number), "Số CCCD", "cần 12 chữ số"),
        (phone is None, "Số điện thoại", "cần 10 chữ số, bắt đầu bằng 0"),
        (bool(social) and not is_social_number(social), "Mã số BHXH", "cần 10 chữ số"),
        (not social and Right.HISTORY_LOOKUP in rights, "Mã số BHXH", "cần có để xem lịch sử khám chữa bệnh"),
        (bool(applicant.email) and not _is_email(applicant.email), "E-mail", "chưa đúng dạng ten@donvi.vn"),
        (max(len(applicant.position), len(applicant.department)) > _LONGEST, "Chức danh, khoa phòng", "quá dài"),
        (not rights, "Quyền", "chọn ít nhất một quyền"),
        (bool(applicant.valid_to and applicant.valid_to < today), "Thời hạn", "đã qua"),
    )
    for wrong, name, wanted in faults:
        if wrong:
            raise LineFormError(field=name, wanted=wanted)
    _check_offered(rights, kind)
    return Applicant(
        tidy(applicant.full_name), number, phone or "", rights, social, applicant.email.strip(),
        tidy(applicant.position), tidy(applicant.department), applicant.valid_to,
    )  # fmt: skip


def _check_offered(rights: Iterable[str], kind: Kind) -> None:
    for right in rights:
        if right not in set(OFFERED[kind]):
            label = RIGHTS[Right(right)].label if right in set(Right) else right
            raise RightNotOfferedError(right=label)


def _digits(number: str) -> str:
    """A number without the blanks and dots with which people group it."""
    return "".join(number.replace(".", "").split())


def _is_email(text: str) -> bool:
    local, at, domain = text.strip().rpartition("@")
    plausible = at and local and "." in domain.strip(".") and len(text) <= _LONGEST
    return bool(plausible and text.isascii() and " " not in text.strip())


def _is_printable(applicant: Applicant) -> bool:
    texts = (applicant.full_name, applicant.email, applicant.position, applicant.department)
    return all(tidy(text).isprintable() for text in texts)


def user_names(full_name: str) -> Iterable[str]:
    """Possible user names for somebody, the plainest first: nguyenvanan, nguyenvanan2, …"""
    base = "".join(letter for letter in plain(full_name) if letter.isascii() and letter.isalnum())[:_LONGEST_USER_NAME]
    yield base or "nguoidung"
    for number in range(2, 1000):
        yield f"{base or 'nguoidung'}{number}"


def needing_approval(rights: Iterable[str], gated: Iterable[str]) -> tuple[str, ...]:
    """Those of `rights` that the agency approves even in delegated mode (policy `enrolment.approved_rights`).

    A name there that is no right is a slip of the hand, which must not lift the duty: then every right is approved.
    """
    kept_back = set(gated)
    return tuple(sorted(set(rights) & kept_back if kept_back <= set(Right) else set(rights)))
