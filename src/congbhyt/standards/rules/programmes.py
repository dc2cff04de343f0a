"""Tables of programmes: HIV care (XML6), tuberculosis (XML15), medical assessment (XML12)."""

from __future__ import annotations

from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_COURSES = (
    ("XML6", "NGAY_BAT_DAU_XU_TRI", "NGAY_KET_THUC_XU_TRI"),
    ("XML6", "NGAYBD_DTRI_LAO", "NGAYKT_DTRI_LAO"),
    ("XML15", "NGAYBD_DTRI_LAO", "NGAYKT_DTRI_LAO"),
)
_WITH_TOTAL = ("6", "7", "8")
_DISABLED = "NKT"


@rule(
    "course-order",
    ERROR,
    basis="QĐ 130/QĐ-BYT and QĐ 4750/QĐ-BYT, annex, tables 6 and 15",
    sources=[],
    sentence="{field} ({said}) sớm hơn ngày bắt đầu {began}. Sửa ngày bắt đầu hoặc kết thúc.",
    detail="{field} must not be before the start of the course, {began}.",
    examples=[
        fires("hiv", {"XML6.NGAY_KET_THUC_XU_TRI": "20260901"}),
        fires("tuberculosis", {"XML15.NGAYKT_DTRI_LAO": "20260901"}),
        silent("hiv"),
        silent("tuberculosis", {"XML15.NGAYKT_DTRI_LAO": "20270314"}),
    ],
)
def course_order(record: Record) -> Iterator[Problem]:
    """A course of treatment ends after it began."""
    for table, start, end in _COURSES:
        for row in record.rows(table):
            began, ended = row.day(start), row.day(end)
            if began is not None and ended is not None and ended < began:
                yield row.at(end, began=f"{began:%d/%m/%Y}")


@rule(
    "arv-days",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 6; gateway's workbook of QĐ 4750",
    sources=several("V4750-VAL-090 ANX-077"),
    sentence="Cấp ARV {value} ngày nhưng đợt điều trị chỉ có {most} ngày. Sửa số ngày hoặc ngày kết thúc.",
    detail="No more days than NGAY_KET_THUC_XU_TRI minus NGAY_BAT_DAU_XU_TRI ({most} with both ends).",
    examples=[
        fires("hiv", {"XML6.SO_NGAY_CAP_THUOC_ARV": "32"}),
        silent("hiv", {"XML6.SO_NGAY_CAP_THUOC_ARV": "31"}),
        silent("hiv"),
    ],
)
def arv_days(record: Record) -> Iterator[Problem]:
    """No more days of drugs than the course has; the day on which it begins is counted too, as for leave."""
    for row in record.rows("XML6"):
        days = row.whole("SO_NGAY_CAP_THUOC_ARV")
        began, ended = row.day("NGAY_BAT_DAU_XU_TRI"), row.day("NGAY_KET_THUC_XU_TRI")
        if days is None or began is None or ended is None or ended < began:
            continue
        most = (ended - began).days + 1
        if days > most:
            yield row.at("SO_NGAY_CAP_THUOC_ARV", most=most)


@rule(
    "assessment-day",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 12",
    sources=[],
    sentence="Ngày chứng từ {said} khác ngày họp hội đồng {meeting}. Ghi ngày chứng từ là ngày họp.",
    detail="NGAY_CHUNG_TU equals NGAY_HOP {meeting}.",
    examples=[fires("assessment", {"XML12.NGAY_CHUNG_TU": "20260915"}), silent("assessment")],
)
def assessment_day(record: Record) -> Iterator[Problem]:
    """Minutes bear the day of the meeting."""
    for row in record.rows("XML12"):
        written, met = row.day("NGAY_CHUNG_TU"), row.day("NGAY_HOP")
        if written is not None and met is not None and written != met:
            yield row.at("NGAY_CHUNG_TU", meeting=f"{met:%d/%m/%Y}")


@rule(
    "assessment-total",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, table 12",
    sources=["ANX-071"],
    sentence="Tổng tỷ lệ tổn thương {value}% chỉ có khi giám định bổ sung, vết thương còn sót hoặc tổng hợp. Xem lại.",
    detail="TONG_TYLE_TTCT is for KHAM_GIAM_DINH 6, 7, 8 only; here it is {kind} and TYLE_TTCT_MOI {new}.",
    examples=[
        fires("assessment", {"XML12.TONG_TYLE_TTCT": "45"}),
        silent("assessment", {"XML12.TONG_TYLE_TTCT": "31"}),
        silent("assessment", {"XML12.TONG_TYLE_TTCT": "45", "XML12.KHAM_GIAM_DINH": "8"}),
    ],
)
def assessment_total(record: Record) -> Iterator[Problem]:
    """A total belongs to combined, additional and residual-wound assessments.

    The gateway's workbook always wants one: a total that repeats the new percentage is let pass.
    """
    for row in record.rows("XML12"):
        kind, total, new = row["KHAM_GIAM_DINH"], row.whole("TONG_TYLE_TTCT"), row.whole("TYLE_TTCT_MOI")
        if total is not None and kind and kind not in _WITH_TOTAL and total != new:
            yield row.at("TONG_TYLE_TTCT", kind=kind, new=new if new is not None else "-")


@rule(
    "assessment-disability",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, table 12",
    sources=["ANX-072"],
    sentence="{field} chỉ ghi khi giám định người khuyết tật (NKT). Bỏ trống hoặc sửa MA_DOI_TUONG.",
    detail="{field} is for MA_DOI_TUONG NKT only; here it is {subjects}.",
    examples=[
        fires("assessment", {"XML12.DANG_KHUYETTAT": "1"}),
        silent("assessment"),
        silent("assessment", {"XML12.DANG_KHUYETTAT": "1", "XML12.MA_DOI_TUONG": "BNN;NKT"}),
    ],
)
def assessment_disability(record: Record) -> Iterator[Problem]:
    """Kind and degree of a disability belong to the assessment of disabled people."""
    for row in record.rows("XML12"):
        if row["MA_DOI_TUONG"] and _DISABLED not in row.several("MA_DOI_TUONG"):
            for name in ("DANG_KHUYETTAT", "MUC_DO_KHUYETTAT"):
                if row[name]:
                    yield row.at(name, subjects=row["MA_DOI_TUONG"])
