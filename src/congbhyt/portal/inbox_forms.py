"""What officers type and choose when they work on requests of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congbhyt.portal.fields import Choice, Day, Text, text_box
from congbhyt.portal.forms import PageForm, SizeForm
from congbhyt.registration.rules import KINDS, REASON_LENGTH, STATE_LABELS, Kind

_ANY = ("", "Tất cả")
WAITING, LATE, ALL = "waiting", "late", "all"
_SHOWS = {WAITING: "Đang chờ tôi", LATE: "Trễ hạn", ALL: "Tất cả"}
_ORDERS = (
    ("", "Thông thường"),
    ("oldest", "Gửi lâu nhất trước"),
    ("newest", "Lập mới nhất trước"),
    ("home", "Mã đơn vị"),
)


class InboxFilterForm(SizeForm):
    """Which requests an officer looks at. `decides`: what waits for them is shown first, else everything."""

    words = Text(
        label="Số đề nghị, mã hoặc tên đơn vị", longest=100, widget=text_box(autocomplete="off")
    )  # fmt: skip
    kind = Choice(label="Loại", choices=[_ANY, *((kind.value, row.label) for kind, row in KINDS.items())])
    state = Choice(label="Trạng thái", choices=[_ANY, *((state.value, label) for state, label in STATE_LABELS.items())])
    show = Choice(label="Hiện", choices=())
    order = Choice(label="Sắp xếp", choices=_ORDERS)
    field_order = ("words", "kind", "state", "show", "order", "size")

    def __init__(self, data: Mapping[str, Any] | None = None, *, decides: bool) -> None:
        super().__init__(data)
        first = WAITING if decides else ALL
        names = [first, *(name for name in _SHOWS if name != first)]
        show = self.fields["show"]
        if isinstance(show, Choice):
            show.choices = [(name, _SHOWS[name]) for name in names]
        self._first = first

    @property
    def shown(self) -> str:
        """What is asked for, or what is shown first."""
        return self.chosen("show") or self._first


class DecideForm(PageForm):
    """Why lines that were ticked are approved or refused; only no needs a reason."""

    prefix = "decide"
    reason = Text(
        label="Lý do hoặc ghi chú", help_text="Bắt buộc khi từ chối; đơn vị đọc được.", longest=REASON_LENGTH,
        widget=text_box(),
    )  # fmt: skip


class OpenForm(PageForm):
    """Why lines that were ticked are opened or not; only no needs a reason."""

    prefix = "open"
    reason = Text(
        label="Lý do hoặc ghi chú", help_text="Bắt buộc khi không mở; đơn vị đọc được.", longest=REASON_LENGTH,
        widget=text_box(),
    )  # fmt: skip


class SendBackForm(PageForm):
    """What must be corrected."""

    prefix = "back"
    reason = Text(
        label="Cần sửa gì", empty="Ghi rõ cần sửa gì; đơn vị đọc được.", longest=REASON_LENGTH, widget=text_box()
    )


class RevokeForm(PageForm):
    """Why lines in force end."""

    prefix = "revoke"
    reason = Text(
        label="Lý do thu hồi", empty="Ghi lý do thu hồi; đơn vị đọc được.", longest=REASON_LENGTH, widget=text_box()
    )


class PaperNoteForm(PageForm):
    """«Đã nhận bản giấy»."""

    prefix = "note"
    number = Text(label="Số văn bản", empty="Ghi số văn bản của đơn vị.", longest=60, widget=text_box())
    day = Day(label="Ngày văn bản", empty="Ghi ngày văn bản, ví dụ 31/12/2026.")
    receiver = Text(label="Người nhận", empty="Ghi tên người đã nhận bản giấy.", longest=100, widget=text_box())


class ToOpenFilterForm(SizeForm):
    """Which approved lines the national centre looks at."""

    words = Text(label="Mã hoặc tên đơn vị, địa chỉ IP", longest=100, widget=text_box(autocomplete="off"))
    agency = Choice(label="BHXH tỉnh", choices=())
    summary = Text(label="Bảng tổng hợp", longest=20, widget=text_box(autocomplete="off"))
    field_order = ("words", "agency", "summary", "size")

    def __init__(self, data: Mapping[str, Any] | None = None, *, agencies: Mapping[str, str]) -> None:
        super().__init__(data)
        chosen = self.fields["agency"]
        if isinstance(chosen, Choice):
            chosen.choices = [_ANY, *((code, f"{code} {name}") for code, name in agencies.items())]


class EmergencyForm(PageForm):
    """An address that must be let in at once."""

    unit = Text(
        label="Mã đơn vị", empty="Nhập mã đơn vị, ví dụ 01999.", longest=10,
        widget=text_box(autocomplete="off", autocapitalize="characters"),
    )  # fmt: skip
    address = Text(
        label="Địa chỉ IP", empty="Nhập địa chỉ IP mà đơn vị đọc qua điện thoại.", longest=100,
        help_text="Địa chỉ IP Internet của đơn vị, ví dụ như đơn vị thấy trên trang đăng nhập.",
        widget=text_box(autocomplete="off"),
    )  # fmt: skip
    caller = Text(
        label="Ai báo", empty="Ghi người báo và cách bạn đã xác minh.", longest=200,
        help_text="Họ tên, chức danh; bạn đã gọi lại số nào của đơn vị.", widget=text_box(),
    )  # fmt: skip
    reason = Text(
        label="Sự cố", empty="Ghi sự cố làm đơn vị mất địa chỉ đã đăng ký.", longest=REASON_LENGTH, widget=text_box()
    )


class FileForForm(PageForm):
    """For which unit an officer files, and what."""

    unit = EmergencyForm.base_fields["unit"]
    kind = Choice(
        label="Loại đề nghị",
        choices=[("", "— Chọn —"), *((kind.value, KINDS[kind].label) for kind in Kind if KINDS[kind].filed_by_unit)],
        empty="Chọn loại đề nghị.",
    )


class CampaignForm(PageForm):
    """A review to open."""

    name = Text(label="Tên đợt", empty="Đặt tên, ví dụ 09/2026.", longest=60, widget=text_box(autocomplete="off"))
    due = Day(label="Hạn (hết ngày)", empty="Nhập ngày cuối cùng, ví dụ 31/12/2026.")
