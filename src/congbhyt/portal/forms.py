"""What pages ask for. Each field is read generously and shown back normalised; sentences say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from congbhyt.kernel.dates import read_typed_birth
from congbhyt.kernel.identifiers import CardAsk, clean_typed_number
from congbhyt.kernel.names import tidy
from congbhyt.kernel.refusal import Refusal
from congbhyt.kernel.scanned import read_scanned
from congbhyt.lookup.officers import Asked
from congbhyt.portal.fields import Text as _Text
from congbhyt.portal.fields import text_box as _widget

_LONGEST_SCAN = 3000
_LONGEST_REASON = 200
_LONGEST_NUMBER = 40
"""Characters typed as a card number, with whatever separates its parts."""


class _Scan(_Text):
    """What a scanner types; its own reader judges what stands between the fields."""

    def validate(self, value: str) -> None:
        """Leave it to the reader."""


def _password(label: str, empty: str, *, autocomplete: str, help_text: str = "") -> _Text:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return _Text(label=label, empty=empty, help_text=help_text, widget=widget, strip=False)


class PageForm(forms.Form):
    """A form of ours: no colons after labels, and the browser leaves the judging to our sentences."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")


class SignInForm(PageForm):
    """Who wants to sign in."""

    home = _Text(
        label="Mã đơn vị hoặc cơ quan BHXH",
        empty="Nhập mã đơn vị, ví dụ 01999.",
        longest=10,
        widget=_widget(autocomplete="organization", autocapitalize="characters"),
    )
    user = _Text(
        label="Tên đăng nhập",
        empty="Nhập tên đăng nhập mà đơn vị đã đăng ký cho bạn.",
        longest=40,
        widget=_widget(autocomplete="username", autocapitalize="none"),
    )
    password = _password("Mật khẩu", "Nhập mật khẩu.", autocomplete="current-password")


class CodeForm(PageForm):
    """A code from an SMS."""

    code = _Text(
        label="Mã trong SMS",
        empty="Nhập mã gồm 6 chữ số trong SMS.",
        longest=40,
        widget=_widget(
            **{"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code-boxes", "data-code": "6"}
        ),
    )


class ForgottenForm(PageForm):
    """Who has forgotten their password."""

    home = SignInForm.base_fields["home"]
    user = SignInForm.base_fields["user"]


class NewPasswordForm(PageForm):
    """A new password, typed twice."""

    new = _password("Mật khẩu mới", "Nhập mật khẩu mới.", autocomplete="new-password")
    again = _password("Nhập lại mật khẩu mới", "Nhập lại mật khẩu mới.", autocomplete="new-password")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None, least: int
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["new"].help_text = f"Ít nhất {least} ký tự; một câu ngắn dễ nhớ là tốt nhất."

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", "Hai lần nhập không giống nhau. Nhập lại.")
        return cleaned


class RecoverForm(NewPasswordForm):
    """A code and a new password."""

    code = CodeForm.base_fields["code"]
    ticket = forms.CharField(widget=forms.HiddenInput)
    field_order = ("code", "new", "again", "ticket")


class ActivationForm(NewPasswordForm):
    """Who begins, the code of the account, and its first password."""

    home = SignInForm.base_fields["home"]
    user = SignInForm.base_fields["user"]
    code = CodeForm.base_fields["code"]
    field_order = ("home", "user", "code", "new", "again")


class ChangePasswordForm(NewPasswordForm):
    """The password in force and the next one."""

    current = _password("Mật khẩu hiện tại", "Nhập mật khẩu hiện tại.", autocomplete="current-password")
    field_order = ("current", "new", "again")


class LookUpForm(PageForm):
    """A card to look up: scanned as a whole, or typed."""

    scan = _Scan(
        label="Quét mã QR của thẻ BHYT hoặc CCCD",
        help_text="Đặt con trỏ vào đây rồi quét; các ô còn lại được điền tự động.",
        longest=_LONGEST_SCAN,
        widget=_widget(autocomplete="off"),
    )
    card = _Scan(
        label="Mã thẻ BHYT, mã số BHXH hoặc số CCCD",
        help_text="15 ký tự của thẻ, 10 số của mã số BHXH hoặc 12 số CCCD.",
        longest=_LONGEST_SCAN,
        widget=_widget(autocomplete="off", autocapitalize="characters"),
    )
    name = _Text(
        label="Họ và tên",
        help_text="Đầy đủ, có dấu.",
        widget=_widget(autocomplete="off", autocapitalize="characters"),
    )
    birth = _Text(
        label="Ngày sinh",
        help_text="Ví dụ 01/01/1980, 01/1980 hoặc 1980.",
        longest=20,
        widget=_widget(autocomplete="off", inputmode="text"),
    )

    def clean(self) -> dict[str, Any]:
        """Fill the fields from a scan, wherever it was scanned to, or judge what was typed."""
        cleaned = super().clean() or {}
        scan, card = cleaned.get("scan", ""), cleaned.get("card", "")
        if self._is_typed_number(scan, card):
            scan, card = "", scan
            self._move_to_card(card)
        scanned = card if "|" in card else scan
        return self._from_scan(scanned) if scanned else self._typed({**cleaned, "card": card})

    @staticmethod
    def _is_typed_number(scan: str, card: str) -> bool:
        """Whether a card's number was typed where the keyboard begins. Beside another number it is not believed: the
        boxes may still hold the patient before.
        """
        number = clean_typed_number(scan)
        return CardAsk.parse(number) is not None and clean_typed_number(card) in ("", number)

    def _move_to_card(self, card: str) -> None:
        """Show the number in its own box."""
        self.data = {**dict(self.data.items()), "scan": "", "card": card}

    def _from_scan(self, text: str) -> dict[str, Any]:
        try:
            read = read_scanned(text)
        except Refusal as refusal:
            self.add_error("scan", refusal.sentence)
            return {}
        return {"card": read.card, "name": read.name, "birth": read.birth}

    def _typed(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        wanted = {
            "card": "Nhập mã thẻ, mã số BHXH hoặc số CCCD, hoặc quét mã QR.",
            "name": "Nhập họ và tên đầy đủ, có dấu.",
            "birth": "Nhập ngày sinh, ví dụ 01/01/1980; nếu chỉ biết năm thì nhập 1980.",
        }
        for name, sentence in wanted.items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if len(cleaned.get("card", "")) > _LONGEST_NUMBER or not cleaned.get("card", "").isprintable():
            self.add_error("card", "Mã thẻ không đúng. Nhập 15 ký tự của thẻ, 10 số mã số BHXH hoặc 12 số CCCD.")
        born = read_typed_birth(cleaned.get("birth", ""))
        if cleaned.get("birth") and born is None:
            self.add_error("birth", "Ngày sinh không đúng. Nhập như 01/01/1980, 01/1980 hoặc 1980.")
        return {
            "card": clean_typed_number(cleaned.get("card", "")),
            "name": tidy(cleaned.get("name", "")).upper(),
            "birth": str(born) if born else "",
        }

    def asked(self) -> Asked:
        """What is looked up, normalised; the form must be valid."""
        held = self.cleaned_data
        return Asked(held["card"], held["name"], held["birth"])


def filled(asked: Asked) -> LookUpForm:
    """The form with what was looked up."""
    return LookUpForm(initial={"card": asked.card, "name": asked.name, "birth": asked.birth})


class SocialNumberForm(PageForm):
    """The officer's own mã số BHXH."""

    social = _Text(
        label="Mã BHXH của bạn",
        empty="Nhập mã số BHXH của chính bạn (10 chữ số).",
        help_text="Mã số BHXH của cán bộ đang đăng nhập, không phải của người bệnh.",
        longest=20,
        widget=_widget(autocomplete="off", inputmode="numeric"),
    )


class ReasonForm(PageForm):
    """Why something is done; it goes on record."""

    reason = _Text(
        label="Lý do", empty="Ghi lý do; lý do được lưu vào nhật ký.", longest=_LONGEST_REASON, widget=_widget()
    )


class PhoneForm(PageForm):
    """A new telephone."""

    phone = _Text(
        label="Số điện thoại mới",
        empty="Nhập số điện thoại di động mới.",
        help_text="10 chữ số, bắt đầu bằng 0. Một mã xác nhận được gửi đến số này.",
        longest=20,
        widget=_widget(autocomplete="tel", inputmode="tel"),
    )
    password = _password("Mật khẩu hiện tại", "Nhập mật khẩu hiện tại.", autocomplete="current-password")


class LockForm(ReasonForm):
    """Why somebody is locked; three forms of this kind stand on one page."""

    prefix = "lock"


class UnlockForm(ReasonForm):
    """Why somebody is let in again."""

    prefix = "unlock"


class HandOutForm(ReasonForm):
    """Why somebody gets a temporary password."""

    prefix = "reset"


class DecisionForm(ReasonForm):
    """Yes or no, and why."""

    decision = forms.ChoiceField(
        label="Quyết định",
        choices=(("", "— Chọn —"), ("approve", "Duyệt số mới"), ("refuse", "Từ chối, giữ số cũ")),
        error_messages={"required": "Chọn duyệt hoặc từ chối.", "invalid_choice": "Chọn duyệt hoặc từ chối."},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field_order = ("decision", "reason")


PAGE_SIZES = (20, 50, 100)


class SizeForm(PageForm):
    """How many rows a table shows."""

    size = forms.ChoiceField(
        label="Số dòng",
        choices=[(str(size), str(size)) for size in PAGE_SIZES],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def chosen(self, name: str) -> str:
        """What the address says, or nothing where it says nonsense: filters refuse nobody."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.chosen("size") or PAGE_SIZES[0])


class PeopleFilterForm(SizeForm):
    """Whom an administrator looks for."""

    words = _Text(label="Tên hoặc tên đăng nhập", longest=100, widget=_widget(autocomplete="off"))
    home = _Text(
        label="Mã đơn vị hoặc cơ quan",
        longest=10,
        widget=_widget(autocomplete="off", autocapitalize="characters"),
    )
    state = forms.ChoiceField(
        label="Trạng thái",
        choices=(("", "Tất cả"), ("active", "Đang hoạt động"), ("locked", "Bị khóa")),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field_order = ("words", "home", "state", "size")
