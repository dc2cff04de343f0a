"""What the pages of requests ask for: a request's head, its lines, files, and reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from congbhyt.accounts.authz import RIGHTS, Right
from congbhyt.enrolment.models import Confirmation
from congbhyt.enrolment.rules import OFFERED, Applicant
from congbhyt.network.actions import Typed
from congbhyt.network.models import AddressLine
from congbhyt.portal.fields import Block, Choice, Choices, Day, Text, Upload, text_box
from congbhyt.portal.forms import PageForm, ReasonForm, SizeForm
from congbhyt.registration.actions import Head
from congbhyt.registration.models import PURPOSES, Request
from congbhyt.registration.rules import KINDS, REASON_LENGTH, STATE_LABELS, Kind
from congbhyt.units.models import Unit

Files: TypeAlias = "MultiValueDict[str, UploadedFile[bytes]]"
_CONTACT = ("contact_name", "contact_phone", "contact_email")
_HEADS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ADDRESSES: ("manner", "purposes", "valid_from", "valid_to", *_CONTACT, "justification"),
    Kind.EMERGENCY: ("justification",),
    Kind.PEOPLE: _CONTACT,
    Kind.ADMINISTRATOR: _CONTACT,
    Kind.APPROVERS: _CONTACT,
}
"""What stands above the lines of each form."""


class HeadForm(PageForm):
    """What stands above the lines of a request; each kind asks for its own part."""

    filed_from = Text(
        label="Văn bản của đơn vị (số, ngày)",
        empty="Ghi số và ngày văn bản của đơn vị mà bạn lập thay.",
        help_text="Ví dụ: 125/BV-KHTH ngày 02/03/2026.",
        widget=text_box(autocomplete="off"),
    )
    manner = Choice(label="Đăng ký", choices=Request.Manner.choices, empty="Chọn bổ sung hay thay toàn bộ.")
    purposes = Choices(label="Kết nối để làm gì", choices=PURPOSES.items(), empty="Chọn ít nhất một mục đích.")
    valid_from = Day(label="Dùng từ ngày", help_text="Để trống: ngay khi được mở. Ví dụ 01/04/2026.")
    valid_to = Day(label="Đến ngày", help_text="Để trống: cho đến khi đơn vị báo ngừng. Ví dụ 31/12/2027.")
    contact_name = Text(
        label="Người liên hệ", help_text="Người biết rõ nội dung đăng ký.", longest=100,
        widget=text_box(autocomplete="off"),
    )  # fmt: skip
    contact_phone = Text(
        label="Điện thoại liên hệ", help_text="Nhận SMS khi đề nghị được xử lý. Để trống: SMS gửi cho người lập.",
        longest=20, widget=text_box(autocomplete="off", inputmode="tel"),
    )  # fmt: skip
    contact_email = Text(label="E-mail liên hệ", longest=100, widget=text_box(autocomplete="off", inputmode="email"))
    justification = Block(
        label="Lý do",
        help_text="Cần khi đăng ký nhiều địa chỉ hơn một mạng /24 (IPv4) hoặc /48 (IPv6), hoặc trường hợp đặc biệt.",
        longest=REASON_LENGTH,
        rows=3,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        kind: Kind,
        for_unit: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        wanted = {*_HEADS[kind], *(["filed_from"] if for_unit else [])}
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        if kind is Kind.EMERGENCY:
            self.fields["justification"].help_text = "Sự cố gì, ai báo, lúc nào."

    def head(self) -> Head:
        """What was entered; the form must be valid."""
        held = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "purposes" in held:
            held["purposes"] = tuple(held["purposes"])
        if "justification" in held:
            held["justification"] = " ".join(held["justification"].split())
        return Head(**held)


class AddressLinesForm(PageForm):
    """Addresses of one kind of line, one on each line of the box."""

    prefix = "line"
    addresses = Block(
        label="Địa chỉ IP Internet",
        empty="Nhập ít nhất một địa chỉ.",
        help_text="Mỗi dòng một địa chỉ (203.0.113.7), một mạng (203.0.113.0/24) hoặc một dải "
        "(203.0.113.5 - 203.0.113.20); IPv6 cũng vậy.",
        longest=20_000,
        rows=4,
    )
    line_type = Choice(label="Loại đường truyền", choices=AddressLine.LineType.choices, empty="Chọn loại đường truyền.")
    provider = Text(label="Nhà cung cấp", help_text="Ví dụ VNPT, Viettel, FPT.", longest=60, widget=text_box())
    site = Choice(label="Dùng cho", choices=())

    def __init__(self, data: Mapping[str, Any] | None = None, *, unit: Unit, sites: Iterable[Unit]) -> None:
        super().__init__(data)
        choices = [("", f"{unit} (đơn vị lập)"), *((site.code, str(site)) for site in sites)]
        if len(choices) > 1:
            self.fields["site"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["site"]

    def typed(self) -> list[Typed]:
        """One for each address; the form must be valid."""
        held = self.cleaned_data
        lines = [line.strip() for line in held["addresses"].splitlines()]
        return [Typed(line, held["line_type"], held["provider"], held.get("site", "")) for line in lines if line]

    def keep_only(self, addresses: Iterable[str], reasons: Iterable[str]) -> None:
        """Leave in the box what was not taken, to be mended there, with the reasons beside it."""
        for reason in reasons:
            self.add_error("addresses", reason)
        self.data = {**dict(self.data.items()), self.add_prefix("addresses"): "\n".join(addresses)}


class PersonForm(PageForm):
    """One person with the rights asked for."""

    prefix = "line"
    full_name = Text(label="Họ và tên", empty="Nhập họ và tên đầy đủ, có dấu.", longest=100, widget=text_box())
    citizen_number = Text(
        label="Số CCCD", empty="Nhập số CCCD gồm 12 chữ số.", longest=30,
        widget=text_box(autocomplete="off", inputmode="numeric"),
    )  # fmt: skip
    social_number = Text(
        label="Mã số BHXH", help_text="10 chữ số. Cần có nếu đăng ký quyền xem lịch sử khám chữa bệnh.", longest=30,
        widget=text_box(autocomplete="off", inputmode="numeric"),
    )  # fmt: skip
    phone = Text(
        label="Số điện thoại", empty="Nhập số điện thoại di động của chính người này.",
        help_text="Mã kích hoạt và mã OTP được gửi đến số này.", longest=20,
        widget=text_box(autocomplete="off", inputmode="tel"),
    )  # fmt: skip
    email = Text(label="E-mail", longest=100, widget=text_box(autocomplete="off", inputmode="email"))
    position = Text(label="Chức danh", longest=100, widget=text_box())
    department = Text(label="Khoa phòng", longest=100, widget=text_box())
    rights = Choices(label="Quyền", choices=(), empty="Chọn ít nhất một quyền.")
    valid_to = Day(label="Đến ngày", help_text="Để trống: cho đến khi đơn vị báo ngừng. Ví dụ 31/12/2027.")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, kind: Kind, gated: Collection[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"rights": list(OFFERED[kind]) if len(OFFERED[kind]) == 1 else []})
        self.fields["rights"].choices = rights_offered(kind, gated)  # type: ignore[attr-defined]  # a ChoiceField

    def applicant(self) -> Applicant:
        """Who was entered; the form must be valid."""
        return Applicant(**{**self.cleaned_data, "rights": tuple(self.cleaned_data["rights"])})


def rights_offered(kind: Kind, gated: Collection[str] = ()) -> list[tuple[str, str]]:
    """The rights that a form asks for; those of `gated` say that the agency approves them."""
    return [
        (right.value, RIGHTS[right].label + (" (cần cơ quan BHXH duyệt)" if right in gated else ""))
        for right in OFFERED[kind]
    ]


class FileForm(PageForm):
    """A form that sends a file."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, files: Files | None = None) -> None:
        super().__init__(data)
        self.files = MultiValueDict() if files is None else files

    @property
    def content(self) -> bytes:
        """The file; the form must be valid."""
        return bytes(self.cleaned_data["file"].read())


class ImportForm(FileForm):
    """A filled Excel file."""

    prefix = "import"
    file = Upload(
        label="Tệp Excel (.xlsx)", empty="Chọn tệp Excel đã điền theo mẫu.",
        accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip


class PaperForm(FileForm):
    """A signed scan, or a digitally signed PDF."""

    prefix = "paper"
    file = Upload(
        label="Bản ký số (PDF) hoặc bản quét có chữ ký, con dấu",
        empty="Chọn tệp PDF, JPEG hoặc PNG.",
        accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png",
    )


class EndLinesForm(ReasonForm):
    """Why a unit ends lines of its own."""

    prefix = "end"


class RequestFilterForm(SizeForm):
    """Which of the unit's requests are looked for."""

    kind = Choice(label="Loại", choices=[("", "Tất cả"), *((kind.value, row.label) for kind, row in KINDS.items())])
    state = Choice(
        label="Trạng thái", choices=[("", "Tất cả"), *((state.value, label) for state, label in STATE_LABELS.items())]
    )
    field_order = ("kind", "state", "size")


class LeaveForm(ReasonForm):
    """Why somebody leaves."""

    prefix = "leave"


class RightsForm(ReasonForm):
    """Which rights somebody is to have, and why."""

    prefix = "rights"
    rights = Choices(label="Quyền", choices=())
    field_order = ("rights", "reason")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, held: Collection[str] = (), gated: Collection[str] = ()
    ) -> None:
        super().__init__(data, initial={"rights": list(held)})
        choices = rights_offered(Kind.PEOPLE, gated)
        known = {name for name, _ in choices}
        choices += [(right, RIGHTS[Right(right)].label) for right in held if right not in known]
        self.fields["rights"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


STAYS, LEFT = Confirmation.Outcome.CONFIRMED.value, Confirmation.Outcome.LEFT.value
"""What a unit says of somebody in a review."""
