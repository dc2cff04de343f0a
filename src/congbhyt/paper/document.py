"""One official letter or form, described once for every file format (thể thức: NĐ 30/2020, Phụ lục I)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from congbhyt.kernel.clock import VIETNAM

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
MAKER = "CongBHYT"
CODE_LENGTH = 16
"""Signs of a check code without its dashes."""

_NO_DAY = datetime(2026, 1, 1, tzinfo=VIETNAM)
_BLANK = "……"
_CODE = re.compile(r"[0-9A-Z]{16}")
_KEYWORD = re.compile(rf"(?<![\w-]){MAKER}-([0-9A-Z]{{4}}(?:-[0-9A-Z]{{4}}){{3}})(?![\w-])")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


class Align(StrEnum):
    """Where text stands in a column."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


def plain(text: str) -> str:
    """Give `text` as it can be printed: NFC, line ends as `\\n`, control characters and hidden marks left out.

    Hidden marks (category Cf: direction overrides, joiners) would let paper and electronic data look alike and differ.
    """
    lined = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    kept = (sign for sign in lined if sign == "\n" or unicodedata.category(sign) not in _UNPRINTABLE)
    return unicodedata.normalize("NFC", "".join(kept))


def grouped(code: str) -> str:
    """Write a check code as people compare it, `9F3A-0C7E-51B2-D804`; dashes, spaces and small letters do not matter.

    Raises:
        ValueError: `code` is not sixteen digits or Latin letters.
    """
    signs = re.sub(r"[\s-]", "", code).upper()
    if not _CODE.fullmatch(signs):
        raise ValueError(f"a check code has {CODE_LENGTH} digits or Latin letters")
    return "-".join(signs[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def keyword(code: str) -> str:
    """Write a check code as our files carry it among their keywords."""
    return f"{MAKER}-{grouped(code)}"


def codes_in(keywords: str) -> tuple[str, ...]:
    """Find the check codes of our making among a file's keywords; each in groups of four, in order, once."""
    return tuple(dict.fromkeys(_KEYWORD.findall(keywords)))


class _Printable:
    """Fields hold only what can be printed, from the moment that the object is made."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            object.__setattr__(self, field.name, _printable(getattr(self, field.name)))


def _printable(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_printable(part) for part in value)
    return plain(value) if type(value) is str else value


@dataclass(frozen=True, slots=True)
class Column(_Printable):
    """One column of a table; `width` is its share of the table's width in relation to the other columns."""

    heading: str
    width: float = 1.0
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table(_Printable):
    """A table whose heading row is repeated on every page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        """Refuse a table that cannot be drawn.

        Raises:
            ValueError: no column, a width that is not positive, or a row with more or fewer cells than columns.
        """
        _Printable.__post_init__(self)
        if not self.columns or any(column.width <= 0 for column in self.columns):
            raise ValueError("a table has columns, and their widths are positive")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row has one cell for each column")

    @property
    def shares(self) -> tuple[float, ...]:
        """Each column's part of the whole width; the parts add up to 1."""
        whole = sum(column.width for column in self.columns)
        return tuple(column.width / whole for column in self.columns)


@dataclass(frozen=True, slots=True)
class SignatureBlock(_Printable):
    """Where somebody signs: in what capacity, how, and the printed name (empty: written by hand)."""

    capacity: str
    note: str = "(Ký, ghi rõ họ tên, đóng dấu)"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document(_Printable):
    """A letter or form.

    `number` None leaves the line "Số: …" out, "" leaves it to be filled in by hand; so do `place` "" and
    `dated` None. `check_code` ties the paper to the electronic data: sixteen signs, or "" for a blank form.
    Order on the page: `paragraphs`, `tables`, `closing`, then signatures and "Nơi nhận".
    """

    issuer: str
    title: str
    superior: str = ""
    form_mark: str = ""
    number: str | None = None
    place: str = ""
    dated: date | None = None
    subtitle: str = ""
    addressees: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    closing: tuple[str, ...] = ()
    signatures: tuple[SignatureBlock, ...] = ()
    recipients: tuple[str, ...] = ()
    check_code: str = ""
    landscape: bool = False

    def __post_init__(self) -> None:
        """Bring the check code into groups.

        Raises:
            ValueError: the check code is none.
        """
        _Printable.__post_init__(self)
        if self.check_code:
            object.__setattr__(self, "check_code", grouped(self.check_code))

    @property
    def made_at(self) -> datetime:
        """The moment that files name as that of their making, a fixed one without a date: bytes ask no clock."""
        return datetime.combine(self.dated, time(), tzinfo=VIETNAM) if self.dated else _NO_DAY

    @property
    def number_line(self) -> str:
        """The line "Số: …" or nothing (NĐ 30/2020 Phụ lục I, mục II.3)."""
        return "" if self.number is None else f"Số: {self.number or f'{_BLANK}/{_BLANK}'}"

    @property
    def place_and_date(self) -> str:
        """Place and date; days below 10 and months 1 and 2 bear a zero (NĐ 30/2020 Phụ lục I, mục II.4)."""
        day, month, year = _BLANK, _BLANK, _BLANK
        if self.dated:
            day, year = f"{self.dated:%d}", str(self.dated.year)
            month = f"{self.dated:%m}" if self.dated.month <= 2 else str(self.dated.month)
        return f"{self.place or _BLANK * 2}, ngày {day} tháng {month} năm {year}"

    @property
    def addressee_lines(self) -> tuple[str, ...]:
        """Say "Kính gửi" on one line with one addressee, on several lines with several."""
        if len(self.addressees) < 2:
            return tuple(f"Kính gửi: {name}" for name in self.addressees)
        return ("Kính gửi:", *_listed(self.addressees))

    @property
    def recipient_lines(self) -> tuple[str, ...]:
        """What stands under "Nơi nhận:"."""
        return _listed(self.recipients)

    @property
    def code_line(self) -> str:
        """The left side of every page's foot."""
        return f"Mã đối chiếu: {self.check_code}" if self.check_code else ""

    @property
    def keywords(self) -> tuple[str, ...]:
        """What the file carries so that an upload is recognised without reading its picture."""
        return (keyword(self.check_code),) if self.check_code else ()


def _listed(names: tuple[str, ...]) -> tuple[str, ...]:
    ends = [";"] * (len(names) - 1) + ["."]
    return tuple(f"- {name.rstrip('.; ')}{end}" for name, end in zip(names, ends, strict=False))
