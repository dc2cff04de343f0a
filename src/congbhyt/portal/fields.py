"""Kinds of fields: lines and blocks of text, days, choices, files; each with its own sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from congbhyt.kernel.dates import read_typed_day

_UNPRINTABLE = "Có ký tự không in được. Xóa đi và nhập lại."


class Text(forms.CharField):
    """A line of text with its own sentence for being empty."""

    def __init__(self, *, label: str, empty: str = "", help_text: str = "", longest: int = 200, **more: Any) -> None:
        messages = {
            "required": empty,
            "max_length": f"Tối đa {longest} ký tự.",
            "null_characters_not_allowed": _UNPRINTABLE,
        }
        super().__init__(
            label=label, help_text=help_text, max_length=longest, required=bool(empty), error_messages=messages, **more
        )

    def validate(self, value: str) -> None:
        """Refuse what no keyboard writes and no page shows."""
        super().validate(value)
        if not value.isprintable():
            raise forms.ValidationError(_UNPRINTABLE)


def text_box(**attributes: str) -> forms.TextInput:
    """The control of a line of text."""
    return forms.TextInput(attrs={"spellcheck": "false", **attributes})


class Block(Text):
    """Several lines of text."""

    def __init__(self, *, rows: int = 5, **more: Any) -> None:
        widget = forms.Textarea(attrs={"rows": str(rows), "spellcheck": "false", "autocomplete": "off"})
        super().__init__(widget=widget, **more)

    def validate(self, value: str) -> None:
        """Line ends and tabs are no keyboard's fault."""
        super().validate(re.sub(r"[\r\n\t]", " ", value))

    def lines(self, value: str) -> list[str]:
        """The lines that hold something."""
        return [line.strip() for line in value.splitlines() if line.strip()]


class Day(Text):
    """A day, typed in any order of separators; None when nothing stands there."""

    def __init__(self, *, label: str, empty: str = "", help_text: str = "Ví dụ 31/12/2027.") -> None:
        super().__init__(
            label=label, empty=empty, help_text=help_text, longest=20,
            widget=text_box(autocomplete="off", inputmode="text"),
        )  # fmt: skip

    def clean(self, value: str) -> date | None:
        """Read it.

        Raises:
            ValidationError: no day of any calendar.
        """
        typed = str(super().clean(value))
        if not typed:
            return None
        day = read_typed_day(typed)
        if day is None:
            raise forms.ValidationError("Ngày không đúng. Nhập như 31/12/2027.")
        return day

    def prepare_value(self, value: object) -> object:
        """A day shown as people write it."""
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


class Choice(forms.ChoiceField):
    """One of a few, from a list that drops down."""

    def __init__(self, *, label: str, choices: Iterable[tuple[str, str]], empty: str = "", **more: Any) -> None:
        wrong = empty or "Chọn một giá trị trong danh sách."
        super().__init__(
            label=label, choices=list(choices), required=bool(empty),
            error_messages={"required": wrong, "invalid_choice": "Chọn một giá trị trong danh sách."},
            widget=forms.Select(attrs={"class": "form-select"}), **more,
        )  # fmt: skip


class Choices(forms.MultipleChoiceField):
    """Any number of a few, each with its box; placed by the tag `choices`."""

    def __init__(self, *, label: str, choices: Iterable[tuple[str, str]], empty: str = "", **more: Any) -> None:
        super().__init__(
            label=label, choices=list(choices), required=bool(empty),
            error_messages={"required": empty, "invalid_choice": "Có lựa chọn không thuộc danh sách."},
            widget=forms.CheckboxSelectMultiple, **more,
        )  # fmt: skip


class Upload(forms.FileField):
    """A file; what it holds, the domain judges."""

    def __init__(self, *, label: str, empty: str, accept: str, help_text: str = "") -> None:
        super().__init__(
            label=label, help_text=help_text, allow_empty_file=True,
            error_messages=dict.fromkeys(("required", "missing", "invalid"), empty),
            widget=forms.FileInput(attrs={"accept": accept}),
        )  # fmt: skip
