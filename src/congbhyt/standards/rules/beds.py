"""Bed lines (MA_NHOM 14, 15, 16): how many days, where, shared by how many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, QD4750, WARNING, rule, several
from congbhyt.standards.rules.stay import DEAD, calendar_days, shown

_BEDDED = ("03", "04", "06", "09")
_NO_BED_DAY = timedelta(hours=4)
_ONE_BED_DAY = timedelta(hours=24)
_GONE_RESULTS = (*DEAD, "6")
_GONE_WAYS = ("2", "3", "4", "5")
"""MA_LOAI_RV of those who were referred, absconded or asked to leave."""
_EXAM_ONLY = ("01", "07")
_OUTPATIENT = ("02", "05", "08")
_STAY_BEDS = ("15", "16")
_DAY_BED = "14"
_SHARES = {"100", "50", "33"}
_DAY_BED_SHARES = {*_SHARES, "30"}
_ONE = Decimal(1)


@rule(
    "bed-days-of-stay",
    WARNING,
    basis="the price list's rule on bed days (VBHN 17), secondary summary",
    sources=several(
        "TRC-050 TRC-268 TRC-269 TRC-270 PCX-051 PCH-045 PCH-049 PCB-010 PCB-011 PCB-016 CV266-045",
    ),
    sentence="Tổng {total} ngày giường, nhiều hơn {most} ngày được tính cho đợt này ({way}). Kiểm tra số lượng.",
    detail="Bed lines add up to {total} days, the stay allows {most}: {way_en}.",
    examples=[
        fires("inpatient", {"XML3[5].SO_LUONG": "5.000"}, settle=True),
        fires(
            "short-stay",
            rows=[
                (
                    "XML3",
                    {
                        "MA_NHOM": "15",
                        "MA_DICH_VU": "K03.1918",
                        "TEN_DICH_VU": "Giường Nội khoa (mẫu)",
                        "NGAY_YL": "202609140930",
                        "NGAY_TH_YL": "",
                        "NGAY_KQ": "202609141100",
                        "NGUOI_THUC_HIEN": "",
                        "MA_MAY": "",
                        "MA_KHOA": "K03",
                        "MA_GIUONG": "H001",
                    },
                )
            ],
            settle=True,
        ),
        silent("inpatient", {"XML3[5].SO_LUONG": "5.000", "XML1.MA_LOAI_RV": "4"}, settle=True),
        silent("day-inpatient"),
    ],
)
def bed_days_of_stay(record: Record) -> Iterator[Problem]:
    """All bed days together against what the stay allows.

    Up to four hours none, up to a day one, otherwise the calendar's days without the day of leaving; that day counts
    too for who died, was referred or went away, and for day beds (04) and commune stations (06), where some count so.
    """
    beds, passed = record.beds, calendar_days(record)
    if not beds or passed is None or record.kind not in _BEDDED:
        return
    most, way, way_en = _allowed(record, passed)
    total = sum((bed.amount("SO_LUONG") for bed in beds), Decimal(0))
    if total > most:
        yield beds[-1].at("SO_LUONG", total=f"{total.normalize():f}", most=most, way=way, way_en=way_en)


def _allowed(record: Record, passed: int) -> tuple[int, str, str]:
    """The bed days of a stay, and how they are counted."""
    visit = record.visit
    lasted = record.left - record.arrived if record.left and record.arrived else _ONE_BED_DAY
    if record.kind in ("04", "06"):
        return passed + 1, "ngày ra − ngày vào + 1", "day of leaving − day of arrival + 1"
    if lasted <= _NO_BED_DAY:
        return 0, "đến 4 giờ không tính ngày giường", "up to four hours count nothing"
    if lasted < _ONE_BED_DAY:
        return 1, "trên 4 giờ đến dưới 24 giờ tính 1 ngày", "more than four hours, less than a day, count one"
    if visit["KET_QUA_DTRI"] in _GONE_RESULTS or visit["MA_LOAI_RV"] in _GONE_WAYS:
        return passed + 1, "ngày ra − ngày vào + 1", "day of leaving − day of arrival + 1: died, referred or gone"
    return passed, "ngày ra − ngày vào", "day of leaving − day of arrival"


@rule(
    "bed-line-quantity",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: a bed line lasts from NGAY_YL to NGAY_KQ",
    sources=["TRC-112"],
    sentence="Dòng giường ghi {value} ngày nhưng chỉ dùng từ {begun} đến {ended}. Kiểm tra số lượng và thời gian.",
    detail="SO_LUONG of the bed line is more than the {most} days from NGAY_YL to NGAY_KQ, both counted.",
    examples=[
        fires("inpatient", {"XML3[5].NGAY_YL": "202609121930"}),
        silent("inpatient", {"XML3[5].NGAY_YL": "202609111930"}),
        silent("inpatient", {"XML3[5].NGAY_YL": "202609121930", "XML3[5].NGAY_KQ": ""}),
    ],
)
def bed_line_quantity(record: Record) -> Iterator[Problem]:
    """More days than the line's own time holds.

    The public checker wants one line for every day; the annex wants a new line only when the bed changes, so a line
    of several days passes.
    """
    for bed in record.beds:
        begun, ended, quantity = bed.moment("NGAY_YL"), bed.moment("NGAY_KQ"), bed.number_of("SO_LUONG")
        if begun is None or ended is None or quantity is None or ended < begun:
            continue
        most = (ended.date() - begun.date()).days + 1
        if quantity > most:
            yield bed.at("SO_LUONG", begun=shown(begun), ended=shown(ended), most=most)


@rule(
    "bed-overlap",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: NGAY_YL of a bed is its start or its change",
    sources=["ANX-048"],
    sentence="Dòng giường bắt đầu {begun} khi giường trước chưa kết thúc ({ended}). Sửa thời gian các dòng giường.",
    detail="The bed line begins before another one of the record has ended.",
    examples=[
        fires("day-inpatient", {"XML3[7].NGAY_KQ": "202609141245"}),
        silent("day-inpatient", {"XML3[7].NGAY_KQ": "202609141230"}),
        silent("inpatient"),
    ],
)
def bed_overlap(record: Record) -> Iterator[Problem]:
    """Two bed lines at one time: a line ends where the next one begins, at every change of bed, price or department.

    Only a warning, for the annex says it of the beginning and the end is worked out.
    """
    timed = [
        (begun, ended, bed)
        for bed in record.beds
        if (begun := bed.moment("NGAY_YL")) and (ended := bed.moment("NGAY_KQ")) and bed.amount("SO_LUONG")
    ]
    last = None
    for begun, ended, bed in sorted(timed, key=lambda item: item[:2]):
        if last is not None and begun < last:
            yield bed.at("NGAY_YL", begun=shown(begun), ended=shown(last))
        last = ended if last is None else max(last, ended)


def _beds_by_day(record: Record) -> dict[date, list[Row]]:
    """Bed lines that lie within one day, by that day; a line without an end does when it counts at most one day."""
    found: dict[date, list[Row]] = {}
    for bed in record.beds:
        begun, ended = bed.day("NGAY_YL"), bed.day("NGAY_KQ")
        if begun and (ended == begun or (not bed["NGAY_KQ"] and bed.amount("SO_LUONG") <= _ONE)):
            found.setdefault(begun, []).append(bed)
    return {day: beds for day, beds in found.items() if len(beds) > 1}


def _above_one(record: Record, *, moved: bool) -> Iterator[Problem]:
    for day, beds in _beds_by_day(record).items():
        total = sum((bed.amount("SO_LUONG") for bed in beds), Decimal(0))
        if total > _ONE and (len({bed["MA_KHOA"] for bed in beds}) > 1) is moved:
            yield beds[-1].at("SO_LUONG", day=f"{day:%d/%m/%Y}", total=f"{total.normalize():f}")


_HALF_DAYS = {"XML3[5].SO_LUONG": "0.500", "XML3[7].SO_LUONG": "0.500"}
_SECOND_BED = {
    "MA_DICH_VU": "K03.2021", "MA_KHOA": "K03", "NGAY_YL": "202609140800", "NGAY_KQ": "202609141200",
    "SO_LUONG": "1.000",
}  # fmt: skip


@rule(
    "bed-departments-of-day",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: TYLE_TT_DV and SO_LUONG of beds",
    sources=several("ANX-026 PCB-014"),
    sentence="Ngày {day} nằm ở nhiều khoa nhưng tính {total} ngày giường. Khoa giá cao nhất và khoa giá thấp nhất mỗi "
    "khoa 0,5 ngày, khoa khác ghi 0.",
    detail="Bed lines of several departments on {day} add up to {total}; they share one day, 0.5 each for the dearest "
    "and the cheapest.",
    examples=[
        fires("day-inpatient", _HALF_DAYS, rows=[("XML3", _SECOND_BED)], settle=True),
        silent(
            "day-inpatient",
            {"XML3[9].SO_LUONG": "0.500"},
            rows=[("XML3", {**_SECOND_BED, "SO_LUONG": "0.500"})],
            settle=True,
        ),
    ],
)
def bed_departments_of_day(record: Record) -> Iterator[Problem]:
    """Who changes the department has one bed day on that day; only lines that lie within the day show it."""
    return _above_one(record, moved=True)


@rule(
    "bed-kinds-of-day",
    WARNING,
    basis="public checkers: one bed a day",
    sources=several("EMR-012 PCB-012"),
    sentence="Ngày {day} có nhiều dòng giường, cộng lại {total} ngày. Mỗi ngày chỉ tính một ngày giường: sửa số lượng.",
    detail="Bed lines of one department on {day} add up to {total}.",
    examples=[
        fires(
            "day-inpatient",
            _HALF_DAYS,
            rows=[("XML3", {**_SECOND_BED, "MA_KHOA": "K31", "MA_DICH_VU": "K31.2022"})],
            settle=True,
        ),
        silent("day-inpatient"),
    ],
)
def bed_kinds_of_day(record: Record) -> Iterator[Problem]:
    """Two beds of one department within a day count more than a day."""
    return _above_one(record, moved=False)


@rule(
    "bed-ratio",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: TYLE_TT_DV of beds",
    sources=several("ANX-027 PCB-005 PCB-006"),
    sentence="Tỷ lệ thanh toán giường là {value}. Nằm một người ghi 100, nằm ghép 2 người ghi 50, từ 3 người ghi 33.",
    detail="TYLE_TT_DV of a bed line must be 100, 50 (two in a bed) or 33 (three or more).",
    examples=[
        fires("inpatient", {"XML3[5].TYLE_TT_DV": "80"}, settle=True),
        silent("inpatient", {"XML3[5].TYLE_TT_DV": "50"}, settle=True),
        silent("day-inpatient", {"XML3[5].TYLE_TT_DV": "30"}, settle=True),
    ],
)
def bed_ratio(record: Record) -> Iterator[Problem]:
    """A bed for one, two or more; day beds may also carry their 30 %, and a line that counts no day anything."""
    for bed in record.beds:
        by_day = bed["MA_NHOM"] == _DAY_BED or record.kind == "04"
        shares = _DAY_BED_SHARES if by_day else _SHARES
        if bed["TYLE_TT_DV"] and bed["TYLE_TT_DV"] not in shares and bed.amount("SO_LUONG"):
            yield bed.at("TYLE_TT_DV")


@rule(
    "bed-code-missing",
    WARNING,
    basis="public checker GB_46",
    sources=["PCB-002"],
    sentence="Dòng giường chưa có mã giường. Ghi mã giường người bệnh đã nằm (H, T, C hoặc K và 3 chữ số).",
    detail="MA_GIUONG is empty on a bed line of an inpatient or day inpatient.",
    examples=[
        fires("inpatient", {"XML3[5].MA_GIUONG": ""}),
        silent("commune-stay", {"XML3[4].MA_GIUONG": ""}),
    ],
)
def bed_code_missing(record: Record) -> Iterator[Problem]:
    """Bed lines of kinds 03 and 04 name the bed."""
    if record.kind in ("03", "04"):
        for bed in record.beds:
            if not bed["MA_GIUONG"]:
                yield bed.at("MA_GIUONG")


@rule(
    "bed-department",
    WARNING,
    basis="public checker XML3_INVALID_DEPARTMENT_CODE",
    sources=several("TRC-109 PCB-007"),
    sentence="Mã giường dịch vụ {code} của khoa {named} nhưng dòng này ghi khoa {department}. Kiểm tra mã khoa.",
    detail="MA_DICH_VU {code} of the bed begins with {named}, MA_KHOA is {department}.",
    examples=[
        fires("inpatient", {"XML3[5].MA_DICH_VU": "K03.1918"}),
        silent("inpatient", {"XML3[5].MA_DICH_VU": "TYT.1925"}),
        silent("inpatient", {"XML3[5].MA_KHOA": "K19.1"}),
    ],
)
def bed_department(record: Record) -> Iterator[Problem]:
    """Codes of beds begin with the department (K19.1918); it is the one where the patient lay."""
    for bed in record.beds:
        code, department = bed["MA_DICH_VU"], bed["MA_KHOA"]
        named = code[:3]
        if department and len(named) == 3 and named[0] == "K" and named[1:].isdigit() and department[:3] != named:
            yield bed.at("MA_KHOA", code=code[:20], named=named, department=department[:20])


@rule(
    "bed-of-outpatient",
    WARNING,
    basis="public checkers: who comes for an exam has no bed",
    sources=several("TRC-105 PCH-048 PCB-001 PCB-015"),
    sentence="Ngoại trú (loại {kind}) mà có dòng giường nhóm {group}. Kiểm tra loại hình hoặc bỏ dòng giường.",
    detail="A bed line of MA_NHOM {group} on a visit of MA_LOAI_KCB {kind}.",
    examples=[
        fires("dialysis", {"XML3[9].MA_NHOM": "15", "XML3[9].NGUOI_THUC_HIEN": ""}),
        silent("dialysis", {"XML3[9].MA_NHOM": "14"}),
        silent("inpatient"),
    ],
)
def bed_of_outpatient(record: Record) -> Iterator[Problem]:
    """Kinds 01 and 07 have no bed at all; courses (02, 05, 08) none of an inpatient, but may have a day bed."""
    groups = (_DAY_BED, *_STAY_BEDS) if record.kind in _EXAM_ONLY else _STAY_BEDS if record.kind in _OUTPATIENT else ()
    for bed in record.beds if groups else ():
        if bed["MA_NHOM"] in groups:
            yield bed.at("MA_NHOM", kind=record.kind, group=bed["MA_NHOM"])


@rule(
    "inpatient-without-bed",
    WARNING,
    basis="public checker HC_212",
    sources=["PCH-070"],
    sentence="Người bệnh nội trú hơn 4 giờ mà không có dòng giường nào. Bổ sung ngày giường.",
    detail="MA_LOAI_KCB 03, more than four hours, no line of MA_NHOM 14, 15 or 16.",
    examples=[
        fires("inpatient", {"XML3[5].MA_NHOM": "19"}),
        silent("short-stay", {"XML1.MA_LOAI_KCB": "03"}),
        silent("outpatient"),
        silent("inpatient", without=["XML3"]),
    ],
)
def inpatient_without_bed(record: Record) -> Iterator[Problem]:
    """An inpatient of more than four hours lay somewhere; a missing XML3 is lines-missing."""
    if record.kind != "03" or record.beds or not record.lines or record.arrived is None or record.left is None:
        return
    if record.left - record.arrived > _NO_BED_DAY:
        yield record.visit.at("MA_LOAI_KCB")
