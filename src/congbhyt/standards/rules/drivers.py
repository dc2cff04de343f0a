"""The driver's health certificate: its number, its days, and the signed copy inside it."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.reading.drivers import LABEL, signed_fields
from congbhyt.standards.reading.safe import UnreadableError
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule
from congbhyt.standards.values import slashed_day_of

_GKSK = ("GKSK",)
_LETTER = "CV 507/BHXH-CNTT (2023), five vendors' programs"
_UNSIGNED = "test"
"""What one program sends in SIGNDATA when signing is switched off."""
_IN_ORDER = (
    ("NGAYSINH", "NGAYTHANGNAMCAPCMND"), ("NGAYSINH", "NGAYKETLUAN"), ("NGAYTHANGNAMCAPCMND", "NGAYKETLUAN"),
    ("NGAYKETLUAN", "NGAYKHAMLAI"),
)  # fmt: skip
_AROUND = ("SIGNDATA", "STATE")
"""Fields about the sending, not about the certificate."""


def _signed(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


_SAME = _signed("<root><HOTEN>NGUYỄN VĂN THỬ</HOTEN><MATUY>0</MATUY><UUID>a</UUID></root>")
_OTHER = _signed("<GKSK><HOTEN>NGUYỄN VĂN THỬ</HOTEN><MATUY>1</MATUY></GKSK>")


@rule(
    "driver-number-facility",
    WARNING,
    standards=_GKSK,
    basis=_LETTER,
    sources=[],
    sentence="Số giấy {value} mang mã cơ sở khác với IDBENHVIEN {facility}. Xem lại hai ô này.",
    detail="The facility inside SO differs from IDBENHVIEN {facility}.",
    examples=[
        fires("driver", {"GKSK.SO": "00060/GKSKLX/01998/26"}),
        silent("driver"),
    ],
)
def driver_number_facility(record: Record) -> Iterator[Problem]:
    """SO names the facility that issues the certificate."""
    for row in record.rows(LABEL):
        parts, facility = row["SO"].split("/"), row["IDBENHVIEN"]
        if len(parts) == 4 and facility and parts[2] != facility:
            yield row.at("SO", facility=facility)


@rule(
    "driver-days",
    ERROR,
    standards=_GKSK,
    basis=_LETTER,
    sources=[],
    sentence="{field} ({value}) không thể sớm hơn {earlier} ({other}). Xem lại hai ngày này.",
    detail="{field} must not be before {earlier} ({other}).",
    examples=[
        fires("driver", {"GKSK.NGAYTHANGNAMCAPCMND": "15/09/2026"}),
        fires("driver", {"GKSK.KETLUAN": "A0-3", "GKSK.LYDO": "Tăng huyết áp", "GKSK.NGAYKHAMLAI": "13/09/2026"}),
        silent("driver", {"GKSK.KETLUAN": "A0-3", "GKSK.LYDO": "Tăng huyết áp", "GKSK.NGAYKHAMLAI": "14/03/2027"}),
    ],
)
def driver_days(record: Record) -> Iterator[Problem]:
    """Birth, issue of the identity paper, conclusion and re-examination follow one another."""
    for row in record.rows(LABEL):
        for earlier, later in _IN_ORDER:
            before, after = slashed_day_of(row[earlier]), slashed_day_of(row[later])
            if before is not None and after is not None and after < before:
                yield row.at(later, earlier=earlier, other=row[earlier])


@rule(
    "driver-day-future",
    WARNING,
    standards=_GKSK,
    basis=_LETTER,
    sources=[],
    sentence="Ngày kết luận {value} ở tương lai. Xem lại NGAYKETLUAN.",
    detail="NGAYKETLUAN lies after the day of checking.",
    examples=[fires("driver", {"GKSK.NGAYKETLUAN": "14/09/2027"}), silent("driver")],
)
def driver_day_future(record: Record) -> Iterator[Problem]:
    """Nobody concludes tomorrow."""
    for row in record.rows(LABEL):
        day = slashed_day_of(row["NGAYKETLUAN"])
        if day is not None and day > record.today:
            yield row.at("NGAYKETLUAN")


@rule(
    "driver-signature-test",
    ERROR,
    standards=_GKSK,
    basis=_LETTER,
    sources=[],
    sentence="SIGNDATA ghi «test»: phần mềm đang tắt ký số. Bật ký số rồi gửi lại.",
    detail="SIGNDATA is the literal «test» of a program whose signing is switched off.",
    examples=[
        fires("driver", {"GKSK.SIGNDATA": "test"}),
        fires("driver", {"GKSK.SIGNDATA": "TEST"}),
        silent("driver", {"GKSK.SIGNDATA": _SAME}),
    ],
)
def driver_signature_test(record: Record) -> Iterator[Problem]:
    """SIGNDATA is more than the word that one program sends in its place."""
    for row in record.rows(LABEL):
        if row["SIGNDATA"].lower() == _UNSIGNED:
            yield row.at("SIGNDATA")


@rule(
    "driver-signature-unreadable",
    ERROR,
    standards=_GKSK,
    basis=_LETTER,
    sources=[],
    sentence="SIGNDATA không phải base64 của một tệp XML đã ký. Ký lại rồi gửi.",
    detail="SIGNDATA is no base64 of an XML document ({reason}).",
    examples=[
        fires("driver", {"GKSK.SIGNDATA": "PHJvb3Q"}),
        fires("driver", {"GKSK.SIGNDATA": _signed("<!DOCTYPE root><root/>")}),
        silent("driver", {"GKSK.SIGNDATA": _SAME}),
        silent("driver", {"GKSK.SIGNDATA": ""}),
    ],
)
def driver_signature_unreadable(record: Record) -> Iterator[Problem]:
    """SIGNDATA can be read; an empty one is noted like any missing signature."""
    for row in record.rows(LABEL):
        if _signs(row):
            try:
                signed_fields(row["SIGNDATA"])
            except UnreadableError as fault:
                yield row.at("SIGNDATA", reason=fault.rule)


@rule(
    "driver-signature-other",
    ERROR,
    standards=_GKSK,
    basis=_LETTER,
    sources=[],
    sentence="{field} là «{value}» nhưng trong phần đã ký là «{signed}». Ký lại sau khi sửa.",
    detail="{field} is {value!r}, in the signed XML it is {signed!r}.",
    examples=[
        fires("driver", {"GKSK.SIGNDATA": _OTHER}),
        silent("driver", {"GKSK.SIGNDATA": _SAME}),
    ],
)
def driver_signature_other(record: Record) -> Iterator[Problem]:
    """What was signed is what is sent; fields that the signed XML leaves out or has besides are no matter."""
    for row in record.rows(LABEL):
        if not _signs(row):
            continue
        try:
            signed = signed_fields(row["SIGNDATA"])
        except UnreadableError:
            continue
        for name in record.standard.tables[LABEL].tags:
            if name in signed and name not in _AROUND and _normal(signed[name]) != _normal(row[name]):
                yield row.at(name, signed=signed[name][:60])


def _signs(row: Row) -> bool:
    return row["SIGNDATA"].lower() not in ("", _UNSIGNED)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
