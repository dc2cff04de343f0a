"""What a counter's scanner types: the QR code of a BHYT card or of a citizen's card (CCCD).

A BHYT card holds `card|name|birth|sex|address|facility|from|to|…$`: the card in 15 characters or the
mã số BHXH in 10, name and address as hexadecimal digits of their UTF-8, the birth date as dd/MM/yyyy,
ddMMyyyy, MM/yyyy or yyyy. A CCCD holds `number|old CMND or nothing|name|ddMMyyyy|sex|address|issued`,
newer ones more. No official text describes either; this is what cards show and hospital programs read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.identifiers import AskedBy, CardAsk, is_citizen_number
from congbhyt.kernel.names import tidy
from congbhyt.kernel.refusal import Refusal

LONGEST_SCAN = 3000
"""Characters of a scan; a QR code holds at most 2953 bytes (ISO/IEC 18004, version 40-L), the rest is line ends."""

_SYMBOLOGY = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424: some scanners type what kind of code it was
_ENDS = re.compile(r"[\r\n$]+")
_LOST_LETTERS = ("?", "\ufffd")


class ScanSource(StrEnum):
    """Whose code was scanned."""

    BHYT = "bhyt"
    CCCD = "cccd"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a look-up needs from a scan.

    `card` is what `maThe` takes (15 characters, 10 or 12 digits), `name` is in NFC, `birth` is dd/MM/yyyy,
    MM/yyyy or yyyy.
    """

    card: str
    name: str
    birth: str
    source: ScanSource


class ScanUnreadableError(Refusal):
    """The scan is empty, cut off, damaged or longer than any code."""

    code = "SCAN_UNREADABLE"
    template = (
        "Không đọc được mã vừa quét. Xóa ô rồi quét lại; nếu vẫn không được, nhập tay mã thẻ, họ tên và ngày sinh."
    )


class ScanOtherCodeError(Refusal):
    """The scan begins with no number of a card or a person, or holds the number alone."""

    code = "SCAN_OTHER_CODE"
    template = (
        "Mã vừa quét không phải mã QR của thẻ BHYT hoặc CCCD. Quét mã QR trên thẻ, "
        "hoặc nhập tay mã thẻ, họ tên và ngày sinh."
    )


class ScanNameError(Refusal):
    """The name lost letters on the way, is not UTF-8 or is no name."""

    code = "SCAN_NAME"
    template = (
        "Họ tên trong mã vừa quét bị lỗi chữ. Nhập tay mã thẻ, họ tên và ngày sinh; "
        "nếu lỗi lặp lại với thẻ khác, cài máy quét ở chế độ Unicode (UTF-8)."
    )


class ScanSeveralError(Refusal):
    """Two different codes stand in the scan; taking one of them could show another person's data."""

    code = "SCAN_SEVERAL"
    template = "Ô quét đang có nhiều hơn một mã. Xóa ô rồi quét lại một mã duy nhất."


def read_scanned(text: str) -> Scanned:
    """Read one code as a scanner typed it.

    White space around it, line ends, tabs instead of `|`, a missing `$` and the same code twice are understood.

    Raises:
        ScanUnreadableError: empty, cut off, too long, or with control characters.
        ScanOtherCodeError: a code of another kind.
        ScanNameError: the name is damaged.
        ScanSeveralError: more than one code.
    """
    fields = _fields(_only_code(text))
    ask = CardAsk.parse(fields[0])
    if ask is None or len(fields) == 1:
        raise ScanOtherCodeError(f"{len(fields)} fields, the first names nobody or stands alone")
    name, birth, source = _person(fields, ask)
    return Scanned(card=ask.number, name=name, birth=str(birth), source=source)


def _only_code(text: str) -> str:
    if len(text) > LONGEST_SCAN:
        raise ScanUnreadableError(f"{len(text)} characters, at most {LONGEST_SCAN} are read")
    if not _is_legible(_ENDS.sub("", text).replace("\t", "")):
        raise ScanUnreadableError("control characters")
    codes = {code for part in _ENDS.split(text) if (code := _SYMBOLOGY.sub("", part.strip()).strip())}
    if not codes:
        raise ScanUnreadableError("nothing was typed")
    if len(codes) > 1:
        raise ScanSeveralError(f"{len(codes)} codes")
    return codes.pop()


def _fields(code: str) -> list[str]:
    plain = code.replace("\t", " " if "|" in code else "|")
    return [field.strip() for field in plain.split("|")]


def _is_legible(text: str) -> bool:
    return all(sign.isprintable() or unicodedata.category(sign) == "Zs" for sign in text)


def _person(fields: list[str], ask: CardAsk) -> tuple[str, BirthDate, ScanSource]:
    """Name, birth date and source; where the date stands tells the kinds apart when both begin with 12 digits."""
    _, first, second, third, *_ = [*fields, "", "", ""]
    if birth := BirthDate.parse(second):
        return _name(_from_hex(first)), birth, ScanSource.BHYT
    birth = BirthDate.parse(third) if ask.by is AskedBy.CITIZEN else None
    if birth is None:
        raise ScanUnreadableError(f"no birth date among {len(fields)} fields")
    if _runs_into_another(fields):
        raise ScanSeveralError("a second citizen number behind the first code")
    return _name(second), birth, ScanSource.CCCD


def _runs_into_another(fields: list[str]) -> bool:
    """Whether a second CCCD was typed right behind the first; this code has no `$` that would part them."""
    behind = zip_longest(fields[1:], fields[4:], fillvalue="")
    return any(is_citizen_number(field[-12:]) and BirthDate.parse(birth) for field, birth in behind)


def _from_hex(digits: str) -> str:
    try:
        return bytes.fromhex(digits).decode("utf-8")
    except ValueError:  # which carries the name's bytes, and refusals are logged
        raise ScanNameError("the name is no UTF-8 in hexadecimal digits") from None


def _name(text: str) -> str:
    """`text` as names are stored; refused where it cannot be one, because the look-up would blame the patient."""
    name = tidy(text) if _is_legible(text) else ""
    lost = any(sign in name for sign in _LOST_LETTERS)
    if lost or not name[:1].isalpha() or any(sign.isdigit() for sign in name):
        raise ScanNameError("the name holds signs that no name has")
    return name
