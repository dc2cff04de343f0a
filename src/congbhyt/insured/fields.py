"""Reading one field of an import file: its text becomes the text that COPY takes, or a reason why not.

What passes here satisfies every constraint of the tables that looks at one value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.dates import EARLIEST_YEAR, BirthDate
from congbhyt.kernel.identifiers import clean_number, is_card_number, is_unit_code
from congbhyt.kernel.names import tidy

NULL = "\\N"
"""How COPY's text format writes an absent value."""
EARLIEST_VISIT = 1990
"""Health insurance began in 1992; since 1975 Vietnam's clock has been UTC+7 without exception."""

REASONS = {
    "EMPTY": "Thiếu giá trị bắt buộc",
    "UNPRINTABLE": "Có ký tự không in được",
    "TOO_LONG": "Dài quá số ký tự cho phép",
    "SOCIAL_NUMBER_FORM": "Mã số BHXH phải là 10 chữ số",
    "CITIZEN_NUMBER_FORM": "Số CCCD phải là 12 chữ số",
    "CARD_NUMBER_FORM": "Mã thẻ phải gồm 2 chữ cái và 13 chữ số, chữ số đầu từ 1 đến 5",
    "UNIT_CODE_FORM": "Mã cơ sở KCB phải là 5 chữ số hoặc chữ in hoa",
    "BIRTH_FORM": "Ngày sinh không phải là ngày: dùng dd/MM/yyyy, ddMMyyyy, MM/yyyy hoặc yyyy",
    "DATE_FORM": "Không phải là ngày: dùng yyyy-MM-dd hoặc dd/MM/yyyy",
    "MOMENT_FORM": "Không phải là thời điểm từ năm 1990: dùng yyyyMMddHHmm hoặc yyyy-MM-ddTHH:mm",
    "GENDER_UNKNOWN": "Giới tính phải là 1 (nam), 2 (nữ) hoặc 3 (chưa xác định)",
    "AREA_UNKNOWN": "Mã khu vực phải là K1, K2, K3 hoặc để trống",
    "STATUS_UNKNOWN": "Trạng thái thẻ không có trong danh mục",
    "CODE_FORM": "Mã chỉ gồm chữ số, chữ cái không dấu và dấu . - * + ; , /",
    "AMOUNT_FORM": "Số tiền phải là số không âm, tối đa 13 chữ số và 2 chữ số lẻ sau dấu chấm",
    "DATES_ORDER": "Ngày kết thúc trước ngày bắt đầu",
    "FIELD_COUNT": "Số trường của dòng khác số cột của tiêu đề",
    "QUOTES": "Dấu nháy kép không đóng trên cùng một dòng",
    "NOT_UTF8": "Dòng không phải là văn bản UTF-8",
    "LINE_TOO_LONG": "Dòng dài quá 64 KiB",
    "CITIZEN_OF_ANOTHER": "Số CCCD đang thuộc mã số BHXH khác",
    "CARD_OF_ANOTHER": "Thẻ có ngày bắt đầu này đang thuộc mã số BHXH khác",
    "VISIT_OF_ANOTHER": "Lượt KCB này đang thuộc mã số BHXH khác",
    "PERSON_UNKNOWN": "Chưa có người mang mã số BHXH này: nhập tệp thẻ trước",
    "DATABASE": "Cơ sở dữ liệu không nhận dòng này",
}
"""Why a row is rejected, by stable code, in the words for whoever made the file."""


Read = Callable[[str], str]


class WrongValueError(ValueError):
    """One field's text has no meaning; `code` is a key of REASONS."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def social_number(text: str) -> str:
    """A mã số BHXH: ten digits."""
    if _TEN_DIGITS(text):
        return text
    cleaned = _needed(clean_number(text))
    if not _TEN_DIGITS(cleaned):
        raise WrongValueError("SOCIAL_NUMBER_FORM")
    return cleaned


def citizen_number(text: str) -> str:
    """A CCCD of twelve digits, or nothing."""
    if _TWELVE_DIGITS(text):
        return text
    cleaned = clean_number(text)
    if cleaned and not _TWELVE_DIGITS(cleaned):
        raise WrongValueError("CITIZEN_NUMBER_FORM")
    return cleaned


def card_number(text: str) -> str:
    """A card of fifteen characters."""
    if _CARD(text):
        return text
    cleaned = _needed(clean_number(text))
    if not is_card_number(cleaned):
        raise WrongValueError("CARD_NUMBER_FORM")
    return cleaned


def card_number_if_any(text: str) -> str:
    """A card, or nothing."""
    return card_number(text) if text.strip() else ""


def unit_code(text: str) -> str:
    """A facility's five characters."""
    code = _needed(text.strip())
    if not is_unit_code(code):
        raise WrongValueError("UNIT_CODE_FORM")
    return code


def birth(text: str) -> str:
    """A birth date in any of its forms, as first day and precision."""
    birth = BirthDate.parse(_needed(text.strip()))
    if birth is None:
        raise WrongValueError("BIRTH_FORM")
    return f"{birth.first_day.isoformat()}\t{birth.precision}"


def day(text: str) -> str:
    """A day."""
    stripped = _needed(text.strip())
    found = _ISO_DAY(stripped) or _VIETNAMESE_DAY(stripped)
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST_YEAR:
        raise WrongValueError("DATE_FORM")
    return day.isoformat()


def day_if_any(text: str) -> str:
    """A day, or nothing."""
    return day(text) if text.strip() else NULL


def moment(text: str) -> str:
    """A moment, in UTC."""
    stripped = _needed(text.strip())
    found = _COMPACT_MOMENT(stripped) or _ISO_MOMENT(stripped) or _VIETNAMESE_MOMENT(stripped)
    if found is None:
        raise WrongValueError("MOMENT_FORM")
    parts = found.groupdict()
    zone = UTC if parts.pop("zone", None) == "Z" else VIETNAM
    year, month, day, hour, minute, second = (int(parts[part] or 0) for part in _MOMENT_PARTS)
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(VIETNAM)
    except (ValueError, OverflowError):
        raise WrongValueError("MOMENT_FORM") from None
    if local.year < EARLIEST_VISIT:
        raise WrongValueError("MOMENT_FORM")
    return local.isoformat(" ", "seconds")


def one_of(values: Sequence[str], code: str, default: str | None = None) -> Read:
    """A reader that knows these words; an empty field means `default`, or is a fault without one."""

    def read(text: str) -> str:
        word = text.strip()
        if not word and default is not None:
            return default
        if _needed(word) not in values:
            raise WrongValueError(code)
        return word

    return read


def code_of(length: int, *, needed: bool = False) -> Read:
    """A reader of codes of at most `length` characters."""

    def read(text: str) -> str:
        word = _needed(text.strip()) if needed else text.strip()
        if len(word) > length:
            raise WrongValueError("TOO_LONG")
        if not _CODE(word):
            raise WrongValueError("CODE_FORM")
        return word

    return read


def text_of(length: int, *, needed: bool = False) -> Read:
    """A reader of words of at most `length` characters: NFC, single spaces, everything printable."""

    def read(text: str) -> str:
        words = _needed(tidy(text)) if needed else tidy(text)
        if len(words) > length:
            raise WrongValueError("TOO_LONG")
        if not words.isprintable():
            raise WrongValueError("UNPRINTABLE")
        return words.replace("\\", "\\\\")

    return read


def amount(text: str) -> str:
    """An amount of đồng; nothing is 0."""
    amount = text.strip() or "0"
    if not _AMOUNT(amount):
        raise WrongValueError("AMOUNT_FORM")
    return amount


def _needed(text: str) -> str:
    if not text:
        raise WrongValueError("EMPTY")
    return text


_TEN_DIGITS = re.compile(r"[0-9]{10}").fullmatch
_TWELVE_DIGITS = re.compile(r"[0-9]{12}").fullmatch
_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{12}").fullmatch
_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?").fullmatch
_CODE = re.compile(r"[0-9A-Za-z.\-*+;,/†_ ]*").fullmatch
_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})").fullmatch
_VIETNAMESE_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})").fullmatch
_MOMENT_PARTS = ("year", "month", "day", "hour", "minute", "second")
_COMPACT_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
).fullmatch
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
_ISO_MOMENT = re.compile(
    rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})[T ]{_CLOCK}(?P<zone>Z|\+07:00)?"
).fullmatch
_VIETNAMESE_MOMENT = re.compile(
    rf"(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}) {_CLOCK}"
).fullmatch
