"""How long a visit lasts, and how its days are counted for each kind of care (MA_LOAI_KCB)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import SUPPLY_GROUPS, Problem, Record
from congbhyt.standards.rules.rule import ERROR, QD4750, WARNING, rule, several

EXAM_KINDS = ("01",)
WITHOUT_DAYS = ("01", "07", "09")
"""Kinds whose SO_NGAY_DTRI is 0: an exam, drugs picked up, up to four hours in bed."""
BY_CALENDAR = ("02", "03", "04", "06")
"""Kinds whose SO_NGAY_DTRI counts the calendar's days, the first and the last among them."""
PICK_UP = "07"
"""The kind of visit at which drugs of an earlier one are picked up."""
DRUG_COURSE, SERVICE_COURSE = "05", "08"
"""Kinds of chronic outpatients: counted by days of drugs, by days with a service."""
COURSES = ("02", DRUG_COURSE, SERVICE_COURSE)
ENDS_AT_MIDNIGHT = ("02", DRUG_COURSE, PICK_UP)
"""Kinds whose NGAY_RA is the last minute of the last day of drugs or services."""
LONG_ENDED = frozenset({*COURSES, *ENDS_AT_MIDNIGHT})
"""Kinds whose NGAY_RA lies days or weeks after the patient was at the hospital."""
DEAD = ("5", "8")
LONGER_PRESCRIPTIONS = date(2025, 7, 1)
"""From this day drugs may be prescribed for 90 days instead of 30 (TT 26/2025/TT-BYT)."""
_LONGEST_PRESCRIPTION = (30, 90)
_LONGEST_COURSE = 30
_LONGEST_STAY = 90
_SHORTEST_CHRONIC = 20
_INPATIENT_AFTER = timedelta(hours=4)
_ONE_DAY = timedelta(days=1)


def longest_prescription(day: date) -> int:
    """The most days that a prescription may cover on `day`."""
    return _LONGEST_PRESCRIPTION[day >= LONGER_PRESCRIPTIONS]


def shown(moment: datetime) -> str:
    """A moment as people write it."""
    return f"{moment:%d/%m/%Y %H:%M}"


def calendar_days(record: Record) -> int | None:
    """The day of leaving minus the day of arrival; None when one is unknown or they are reversed."""
    if record.arrived is None or record.left is None or record.left < record.arrived:
        return None
    return (record.left.date() - record.arrived.date()).days


@rule(
    "treatment-days",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, annex, table 1: SO_NGAY_DTRI",
    sources=several("V4750-VAL-037 ANX-036 TRC-063 EMR-007 EMR-009 PCX-059 PCH-024"),
    sentence="Số ngày điều trị là {value}; loại hình khám chữa bệnh {kind} phải ghi {expected} ({way}).",
    detail="SO_NGAY_DTRI must be {expected} for MA_LOAI_KCB {kind}: {way_en}.",
    examples=[
        fires("inpatient", {"XML1.SO_NGAY_DTRI": "4"}),
        fires("outpatient", {"XML1.SO_NGAY_DTRI": "1"}),
        fires("chronic", {"XML1.SO_NGAY_DTRI": "29"}),
        fires("dialysis", {"XML1.SO_NGAY_DTRI": "0"}),
        silent("dialysis", {"XML1.SO_NGAY_DTRI": "5"}),
        silent("dialysis", without=["XML2", "XML3", "XML4"]),
        silent("inpatient", {"XML1.SO_NGAY_DTRI": ""}),
    ],
)
def treatment_days(record: Record) -> Iterator[Problem]:
    """SO_NGAY_DTRI counts as its kind of care says.

    Days of drugs (05) and of services (08) stand nowhere by themselves: any number passes that is above 0 and that
    the days between arrival and leaving, or the lines, can hold. Kinds from 10 on have no stated way.
    """
    days, passed = record.visit.whole("SO_NGAY_DTRI"), calendar_days(record)
    if days is None or passed is None:
        return
    least, most, way, way_en = _counted(record, passed)
    if most is not None and not least <= days <= most:
        expected = str(least) if least == most else f"{least}–{most}"
        yield record.visit.at("SO_NGAY_DTRI", kind=record.kind, expected=expected, way=way, way_en=way_en)


def _counted(record: Record, passed: int) -> tuple[int, int | None, str, str]:
    """The least and most treatment days, and how they are counted; no most where nothing is stated."""
    if record.kind in WITHOUT_DAYS:
        return 0, 0, "loại này không tính ngày", "this kind has no treatment days"
    if record.kind in BY_CALENDAR:
        return passed + 1, passed + 1, "ngày ra − ngày vào + 1", "day of leaving − day of arrival + 1"
    if record.kind == DRUG_COURSE:
        return int(bool(record.drugs)), passed + 1, "số ngày dùng thuốc", "days of drugs"
    if record.kind == SERVICE_COURSE and record.costs:
        most = _service_days(record)
        return min(1, most), most, "số ngày có dịch vụ", "days with a service"
    return 0, None, "", ""


def _service_days(record: Record) -> int:
    """The most days with a service that the lines can mean: one line may stand for several sessions."""
    days = {line.day("NGAY_TH_YL") or line.day("NGAY_YL") for line in record.costs}
    sessions = sum(line.amount("SO_LUONG") for line in record.lines if line["MA_NHOM"] not in SUPPLY_GROUPS)
    return max(len(days - {None}), int(sessions))


@rule(
    "leaving-last-minute",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 1: NGAY_RA",
    sources=["ANX-034"],
    sentence="Loại hình {kind} kết thúc lúc 23:59 của ngày dùng thuốc hoặc dịch vụ cuối cùng; NGAY_RA đang ghi {time}. "
    "Sửa giờ phút thành 2359.",
    detail="NGAY_RA of MA_LOAI_KCB {kind} must end in 2359, it ends in {clock}.",
    examples=[
        fires("chronic", {"XML1.NGAY_RA": "202609141630"}),
        silent("outpatient"),
        silent("chronic", {"XML1.NGAY_RA": "202609141630", "XML1.MA_LOAI_RV": "4"}),
    ],
)
def leaving_last_minute(record: Record) -> Iterator[Problem]:
    """Kinds 02, 05 and 07 end with their last day; whoever dies, is referred or goes away does so at a moment."""
    visit, left = record.visit, record.left
    if record.kind not in ENDS_AT_MIDNIGHT or left is None or visit["MA_LOAI_RV"] != "1":
        return
    if visit["KET_QUA_DTRI"] not in DEAD and (left.hour, left.minute) != (23, 59):
        yield visit.at("NGAY_RA", kind=record.kind, time=f"{left:%H:%M}", clock=f"{left:%H%M}")


@rule(
    "leaving-last-service",
    WARNING,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 1: NGAY_RA",
    sources=["ANX-035"],
    sentence="Loại hình 08 kết thúc vào ngày điều trị cuối cùng là {last}, nhưng NGAY_RA là {shown}. Kiểm tra lại.",
    detail="NGAY_RA of MA_LOAI_KCB 08 is the last day with a service or drug, which is {last}.",
    examples=[
        fires("dialysis", {"XML1.NGAY_RA": "202609152359", "XML1.NGAY_TTOAN": "202609160800"}),
        silent("dialysis"),
        silent("chronic"),
    ],
)
def leaving_last_service(record: Record) -> Iterator[Problem]:
    """A course with services ends on the day of the last line."""
    if record.kind != SERVICE_COURSE or record.left is None:
        return
    days = [day for line in record.costs if (day := line.day("NGAY_TH_YL") or line.day("NGAY_YL"))]
    if days and max(days) < record.left.date():
        yield record.visit.at("NGAY_RA", last=f"{max(days):%d/%m/%Y}", shown=f"{record.left:%d/%m/%Y}")


@rule(
    "course-long",
    WARNING,
    basis="public checkers: long courses and stays are looked at",
    sources=several("PCX-018 PCH-071"),
    sentence="{value} ngày điều trị là nhiều hơn {most} ngày. Kiểm tra ngày vào, ngày ra.",
    detail="SO_NGAY_DTRI is above {most} for MA_LOAI_KCB {kind}.",
    examples=[
        fires(
            "chronic",
            {"XML1.SO_NGAY_DTRI": "31", "XML1.NGAY_VAO": "202408160735"},
            standard="QD4750",
        ),
        silent("chronic", {"XML1.SO_NGAY_DTRI": "31", "XML1.NGAY_VAO": "202608150735"}),
        silent("chronic"),
    ],
)
def course_long(record: Record) -> Iterator[Problem]:
    """Outpatient courses above 30 days, stays above 90.

    Kind 05 lasts as long as its drugs, for which TT 26/2025/TT-BYT allows 90 days from 01/07/2025.
    """
    days = record.visit.whole("SO_NGAY_DTRI")
    most = _LONGEST_COURSE if record.kind in COURSES else _LONGEST_STAY
    if record.kind == DRUG_COURSE:
        most = longest_prescription(record.day)
    if days is not None and days > most:
        yield record.visit.at("SO_NGAY_DTRI", most=most, kind=record.kind)


@rule(
    "chronic-course-short",
    WARNING,
    basis="public checker XML_07",
    sources=["PCX-005"],
    sentence="Đợt ngoại trú bệnh mạn tính chỉ có {value} ngày thuốc (dưới {least} ngày). Kiểm tra loại hình khám chữa "
    "bệnh và số ngày.",
    detail="SO_NGAY_DTRI of MA_LOAI_KCB 05 is below {least}.",
    examples=[
        fires("chronic", {"XML1.SO_NGAY_DTRI": "19"}),
        silent("chronic", {"XML1.SO_NGAY_DTRI": "20"}),
        silent("chronic", {"XML1.SO_NGAY_DTRI": "7", "XML1.MA_LOAI_RV": "4"}),
    ],
)
def chronic_course_short(record: Record) -> Iterator[Problem]:
    """Drugs for a chronic disease cover less than twenty days although the patient was not sent elsewhere."""
    days = record.visit.whole("SO_NGAY_DTRI")
    if record.kind == DRUG_COURSE and record.visit["MA_LOAI_RV"] == "1" and days and 0 < days < _SHORTEST_CHRONIC:
        yield record.visit.at("SO_NGAY_DTRI", least=_SHORTEST_CHRONIC)


@rule(
    "exam-visit-long",
    WARNING,
    basis="public checkers: an exam ends within a day",
    sources=several("TRC-049 PCH-025 PCB-028"),
    sentence="Lần khám (loại 01) kéo dài {hours} giờ. Kiểm tra ngày vào, ngày ra hoặc loại hình khám chữa bệnh.",
    detail="A visit of MA_LOAI_KCB 01 lasts {hours} hours, more than 24.",
    examples=[
        fires("outpatient", {"XML1.NGAY_VAO": "202609130735"}),
        silent("outpatient"),
        silent("inpatient"),
    ],
)
def exam_visit_long(record: Record) -> Iterator[Problem]:
    """An exam visit of more than 24 hours; one that only crosses midnight passes."""
    if record.kind not in EXAM_KINDS or record.arrived is None or record.left is None:
        return
    if (lasted := record.left - record.arrived) > _ONE_DAY:
        yield record.visit.at("NGAY_RA", hours=int(lasted.total_seconds() // 3600))


@rule(
    "visit-without-time",
    WARNING,
    basis="public checker HC_210",
    sources=["PCH-069"],
    sentence="Giờ vào và giờ ra trùng nhau. Ghi lại giờ ra thực tế.",
    detail="NGAY_RA equals NGAY_VAO: a visit of 0 minutes.",
    examples=[
        fires("outpatient", {"XML1.NGAY_RA": "202609140735"}, also=("order-outside-stay", "done-outside-stay")),
        silent("outpatient"),
    ],
)
def visit_without_time(record: Record) -> Iterator[Problem]:
    """Arrival and leaving are the same minute."""
    if record.arrived is not None and record.arrived == record.left:
        yield record.visit.at("NGAY_RA")


@rule(
    "inpatient-short",
    WARNING,
    basis="QĐ 824/QĐ-BYT: kind 09 is up to four hours",
    sources=several("EMR-008 PCH-039"),
    sentence="Nội trú (loại 03) chỉ {minutes} phút, chưa đến 4 giờ. Kiểm tra giờ vào, giờ ra; loại hình có thể là 09.",
    detail="A visit of MA_LOAI_KCB 03 lasts {minutes} minutes; below four hours kind 09 is expected.",
    examples=[
        fires("short-stay", {"XML1.MA_LOAI_KCB": "03", "XML1.SO_NGAY_DTRI": "1"}),
        silent("short-stay"),
        silent("inpatient"),
    ],
)
def inpatient_short(record: Record) -> Iterator[Problem]:
    """An inpatient of kind 03 left before four hours had passed since arrival, the earliest moment to count from."""
    if record.kind not in ("03",) or record.arrived is None or record.left is None:
        return
    lasted = record.left - record.arrived
    if timedelta(0) <= lasted < _INPATIENT_AFTER:
        yield record.visit.at("MA_LOAI_KCB", minutes=int(lasted.total_seconds() // 60))
