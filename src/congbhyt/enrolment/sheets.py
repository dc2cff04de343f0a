"""People in Excel: the file to fill in, and lines of a request out of a filled one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.enrolment.actions import add_line
from congbhyt.enrolment.refusals import LineFormError
from congbhyt.enrolment.rules import OFFERED, Applicant
from congbhyt.kernel.dates import read_typed_day
from congbhyt.kernel.names import plain
from congbhyt.kernel.refusal import Refusal
from congbhyt.registration import actions
from congbhyt.registration.models import Request
from congbhyt.registration.performers import Performer
from congbhyt.registration.rules import KINDS, Kind
from congbhyt.spreadsheets import template as sheet_template
from congbhyt.spreadsheets.columns import Column
from congbhyt.spreadsheets.reading import SheetRow, read_rows

MOST_ROWS = 500
SHORT: Mapping[Right, str] = {
    Right.CARD_LOOKUP: "THE",
    Right.HISTORY_LOOKUP: "LS",
    Right.COPAYMENT_LOOKUP: "CCT",
    Right.TEMPORARY_CARD: "TAM",
    Right.CHECK_IN: "CI",
    Right.RECORD_SENDING: "XML",
    Right.RESULT_VIEW: "KQ",
    Right.CATALOGUE_SENDING: "DM",
    Right.CERTIFICATES: "CN",
    Right.MEDICAL_ASSESSMENT: "GDYK",
    Right.SIGNING_CERTIFICATE: "CTS",
    Right.USER_ADMINISTRATION: "QT",
    Right.MANAGEMENT_LOOKUP: "QL",
    Right.HELP_REQUESTS: "HT",
    Right.APPROVE_REQUESTS: "PD",
}
"""What is written in the column of rights instead of the whole name; filled files stay about, so codes never change."""

COLUMNS = (
    Column("full_name", "Họ và tên", required=True, example="NGUYỄN VĂN MẪU", width=28),
    Column("citizen_number", "Số CCCD", required=True, digits=12, example="099000000000", width=16),
    Column("social_number", "Mã số BHXH", digits=10, example="9900000000", width=14),
    Column("phone", "Số điện thoại", required=True, digits=10, example="0000000000", width=14),
    Column("email", "E-mail", example="mau@donvi.vn", width=24),
    Column("position", "Chức danh", example="Nhân viên tiếp đón", width=22),
    Column("department", "Khoa phòng", example="Khoa Khám bệnh", width=22),
    Column("rights", "Quyền", required=True, example="THE; LS", width=24),
    Column("valid_to", "Đến ngày", example="31/12/2027", width=14),
)
_SEPARATORS = re.compile(r"[;\n]")
_RIGHTS_FIELD, _DAY_FIELD = "Quyền", "Đến ngày"


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that was not taken: its number in the sheet, whom it names, and why."""

    number: int
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows became lines, and what came back."""

    kept: int
    faults: tuple[Fault, ...] = ()


def template(kind: Kind) -> bytes:
    """The Excel file that a unit fills in, with the codes of the rights that its form asks for."""
    legend = [("Mã quyền", "Nghĩa. Nhiều quyền cách nhau bằng dấu chấm phẩy; ghi mã hoặc ghi cả tên.")]
    legend += [(SHORT[right], RIGHTS[right].label) for right in OFFERED[kind]]
    return sheet_template.template(COLUMNS, title=f"{KINDS[kind].label} ({KINDS[kind].form})", legend=legend)


@transaction.atomic
def import_lines(*, request: Request, content: bytes, performer: Performer, at: datetime) -> Imported:
    """Add the people of a filled file to a draft; what is wrong with a row keeps none of the others out.

    Raises:
        NotYoursToFileError, NotEditableError: for the request as a whole.
        Refusal: those of `read_rows`: no Excel file, too many rows, headings missing, and so on.
    """
    rows = read_rows(content, columns=COLUMNS, most_rows=MOST_ROWS)
    request = actions.editable(request, performer)
    faults = []
    for row in rows:
        try:
            add_line(request=request, applicant=_applicant(row), performer=performer, at=at)
        except Refusal as refusal:
            faults.append(Fault(row.number, row.cells["full_name"], refusal.sentence))
    return Imported(len(rows) - len(faults), tuple(faults))


def _applicant(row: SheetRow) -> Applicant:
    """Who stands in a row.

    Raises:
        LineFormError: a cell cannot be read, a right has no such name, a day is none.
    """
    if row.fault:
        raise LineFormError(field="Ô trong bảng", wanted=row.fault.rstrip("."))
    cells = row.cells
    return Applicant(
        full_name=cells["full_name"], citizen_number=cells["citizen_number"], phone=cells["phone"],
        rights=read_rights(cells["rights"]), social_number=cells["social_number"], email=cells["email"],
        position=cells["position"], department=cells["department"], valid_to=_day(cells["valid_to"]),
    )  # fmt: skip


def read_rights(text: str) -> tuple[str, ...]:
    """Rights as people write them: codes or names, in any case and with or without marks.

    Raises:
        LineFormError: there is no such right.
    """
    known = {_key(SHORT[right]): right for right in SHORT} | {_key(RIGHTS[right].label): right for right in SHORT}
    whole = known.get(_key(text))  # a name may itself hold a separator of others
    if whole:
        return (whole.value,)
    found = []
    for part in filter(None, map(str.strip, _SEPARATORS.split(text))):
        named = [known.get(_key(part))] if _key(part) in known else [known.get(_key(one)) for one in part.split(",")]
        if None in named:
            raise LineFormError(field=_RIGHTS_FIELD, wanted=f"không có quyền «{part[:60]}»; xem trang Giải thích")
        found += [right.value for right in named if right]
    return tuple(found)


def _key(text: str) -> str:
    return "".join(letter for letter in plain(text) if letter.isalnum())


def _day(text: str) -> date | None:
    if not text:
        return None
    day = read_typed_day(text)
    if day is None:
        raise LineFormError(field=_DAY_FIELD, wanted="cần dạng 31/12/2027")
    return day
