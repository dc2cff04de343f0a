"""Moments of drug, service and result lines: inside the visit, and one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import (
    BED_GROUPS,
    EXAM_GROUPS,
    INPATIENT_KINDS,
    OUTSOURCED,
    SUPPLY_GROUPS,
    SURGERY_GROUPS,
    Problem,
    Record,
    Row,
)
from congbhyt.standards.rules.rule import WARNING, rule, several
from congbhyt.standards.rules.stay import PICK_UP, shown

TEST_GROUPS = frozenset({"1", "2", "3"})
"""Laboratory, imaging, function tests."""
MEASURED_GROUPS = TEST_GROUPS | SURGERY_GROUPS
"""Services that take time and end in a result: tests, surgery, procedures."""
_ENDS_WITH_THE_STAY = SURGERY_GROUPS | BED_GROUPS | EXAM_GROUPS
_LATE_RESULTS = {"QD130": timedelta(days=30)}
_LATE_RESULTS_LATER = timedelta(days=60)
_SHORTEST_SURGERY = timedelta(minutes=15)
_TAKES_TIME = (
    (TEST_GROUPS, "NGAY_YL", "NGAY_TH_YL"),
    (TEST_GROUPS | {"8"}, "NGAY_TH_YL", "NGAY_KQ"),
    (TEST_GROUPS | EXAM_GROUPS | {"8", "15"}, "NGAY_YL", "NGAY_KQ"),
)
"""Groups of which two moments cannot be one."""


def _outside(record: Record, rows: Iterable[Row], name: str) -> Iterator[Problem]:
    """Moments of the field `name` before arrival or after leaving; supplies are looked at by the day.

    So are drugs handed out to outpatients, who fetch them when the doctor has let them go.
    """
    fetched = name == "NGAY_TH_YL" and record.kind not in INPATIENT_KINDS
    came, left = record.bounds
    for row in rows:
        moment = row.moment(name)
        if moment is None:
            continue
        if row["MA_NHOM"] in SUPPLY_GROUPS or (fetched and row.table == "XML2"):
            moment = _nearest(moment, came, left)
        if came and moment < came:
            yield row.at(name, what="trước khi vào", bound=shown(came), shown=shown(moment), what_en="before NGAY_VAO")
        elif left and moment > left:
            yield row.at(name, what="sau khi ra", bound=shown(left), shown=shown(moment), what_en="after NGAY_RA")


def _nearest(moment: datetime, *bounds: datetime | None) -> datetime:
    """The bound of the same day, if there is one: an order that names only its day."""
    return next((bound for bound in bounds if bound and bound.date() == moment.date()), moment)


@rule(
    "order-outside-stay",
    WARNING,
    basis="public checkers: orders belong to the visit",
    sources=several("TRC-068 TRC-110 PCX-012 PCX-013 PCX-048 PCX-071 PCX-072 PCH-031 PCB-013"),
    sentence="Y lệnh lúc {shown}, {what} ({bound}). Kiểm tra ngày y lệnh, ngày vào và ngày ra.",
    detail="NGAY_YL is {what_en}.",
    examples=[
        fires("outpatient", {"XML2.NGAY_YL": "202609140734"}),
        fires("inpatient", {"XML3.NGAY_YL": "202609100800"}),
        fires("inpatient", {"XML2[4].NGAY_YL": "202609140931", "XML2[4].NGAY_TH_YL": ""}),
        silent("inpatient", {"XML3[4].NGAY_YL": "202609100000"}),
        silent("inpatient", {"XML1.NGAY_RA": "202609010930"}),
        silent("chronic", {"XML1.MA_LOAI_KCB": "07", "XML1.SO_NGAY_DTRI": "0", "XML2[*].NGAY_YL": "202608100800"},
               without=["XML3", "XML4"], settle=True),
        silent("outpatient", {"XML2.NGAY_YL": "202609140735"}),
    ],
)  # fmt: skip
def order_outside_stay(record: Record) -> Iterator[Problem]:
    """NGAY_YL of a drug, service or supply before arrival (so also before birth) or after leaving.

    Drugs that are only picked up (kind 07) were ordered at an earlier visit.
    """
    return _outside(record, record.lines if record.kind == PICK_UP else record.costs, "NGAY_YL")


@rule(
    "done-outside-stay",
    WARNING,
    basis="public checkers: what is done belongs to the visit",
    sources=several("PCX-013 PCH-031 PCB-013"),
    sentence="Thực hiện y lệnh lúc {shown}, {what} ({bound}). Kiểm tra ngày thực hiện, ngày vào và ngày ra.",
    detail="NGAY_TH_YL is {what_en}.",
    examples=[
        fires("outpatient", {"XML2.NGAY_TH_YL": "202609150800"}),
        fires("outpatient", {"XML3[1].NGAY_TH_YL": "202609141041"}),
        fires("inpatient", {"XML2[4].NGAY_TH_YL": "202609140931"}),
        silent("outpatient", {"XML2.NGAY_TH_YL": "202609141055"}),
    ],
)
def done_outside_stay(record: Record) -> Iterator[Problem]:
    """NGAY_TH_YL of a drug, service or supply before arrival or after leaving."""
    return _outside(record, record.costs, "NGAY_TH_YL")


@rule(
    "result-outside-stay",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, tables 3 and 4: late results",
    sources=several("ANX-049 TRC-113 THI-002 PCX-026 PCH-031"),
    sentence="Kết quả hoặc kết thúc lúc {shown}, {what} ({bound}). Kiểm tra ngày kết quả, ngày vào và ngày ra.",
    detail="NGAY_KQ is {what_en}; results of tests may be up to {days} days late.",
    examples=[
        fires("inpatient", {"XML3[3].NGAY_KQ": "202609140931"}),
        fires("outpatient", {"XML4[2].NGAY_KQ": "202611140900"}),
        fires("inpatient", {"XML4.NGAY_KQ": "202609101400"}),
        silent("outpatient", {"XML4[2].NGAY_KQ": "202609200900", "XML3[3].NGAY_KQ": "202609200900"}),
    ],
)
def result_outside_stay(record: Record) -> Iterator[Problem]:
    """NGAY_KQ before arrival or too late.

    An operation, an exam and a bed end before the patient leaves. Results of tests may come later: the annex gives
    them 60 days (QĐ 130: 30), so earlier ones pass, although some public checkers want them before leaving.
    """
    came, left = record.bounds
    late = _LATE_RESULTS.get(record.standard.id, _LATE_RESULTS_LATER)
    for row in (*record.services, *record.rows("XML4")):
        moment = row.moment("NGAY_KQ")
        if moment is None:
            continue
        if came and moment < came:
            facts = {"what": "trước khi vào", "bound": shown(came), "what_en": "before NGAY_VAO"}
        elif left and moment - left > (timedelta(0) if row["MA_NHOM"] in _ENDS_WITH_THE_STAY else late):
            facts = {"what": "sau khi ra", "bound": shown(left), "what_en": "after NGAY_RA"}
        else:
            continue
        yield row.at("NGAY_KQ", **facts, shown=shown(moment), days=late.days)


@rule(
    "result-before-done",
    WARNING,
    basis="public checker of QĐ 4750",
    sources=["THI-001"],
    sentence="Có kết quả lúc {shown}, trước khi thực hiện lúc {done}. Ghi lại NGAY_TH_YL hoặc NGAY_KQ.",
    detail="NGAY_KQ is before NGAY_TH_YL.",
    examples=[
        fires("outpatient", {"XML3[2].NGAY_KQ": "202609140810"}),
        silent("outpatient", {"XML3[2].NGAY_KQ": "202609140821"}),
        silent("outpatient", {"XML3[2].NGAY_KQ": "202609140759"}),
    ],
)
def result_before_done(record: Record) -> Iterator[Problem]:
    """A service whose result came before it was carried out; before it was ordered, field-order says it."""
    for line in record.services:
        done, result = line.moment("NGAY_TH_YL"), line.moment("NGAY_KQ")
        if done and result and result < done and not _before_order(line, result):
            yield line.at("NGAY_KQ", shown=shown(result), done=shown(done))


def _before_order(line: Row, result: datetime) -> bool:
    ordered = line.moment("NGAY_YL")
    return ordered is not None and result < ordered


@rule(
    "service-without-duration",
    WARNING,
    basis="public checker of QĐ 4750",
    sources=several("THI-001 THI-005 THI-007"),
    sentence="{earlier} và {field} cùng là {shown}; hai việc này không thể cùng lúc. Ghi giờ thực tế.",
    detail="{field} equals {earlier} on a line of MA_NHOM {group}.",
    examples=[
        fires("outpatient", {"XML3[2].NGAY_TH_YL": "202609140800"}),
        fires("outpatient", {"XML3[3].NGAY_TH_YL": "202609140910"}),
        fires("outpatient", {"XML3[1].NGAY_KQ": "202609140740", "XML3[1].NGAY_TH_YL": ""}),
        silent("outpatient", {"XML3[1].NGAY_TH_YL": "202609140740"}),
    ],
)
def service_without_duration(record: Record) -> Iterator[Problem]:
    """Ordered, carried out and finished in one minute, for groups of which that cannot be."""
    for line in record.services:
        group = line["MA_NHOM"]
        for groups, earlier, later in _TAKES_TIME:
            if group in groups and line[later] and line[earlier] == line[later] and (moment := line.moment(later)):
                yield line.at(later, earlier=earlier, shown=shown(moment), group=group)
                break


@rule(
    "surgery-short",
    WARNING,
    basis="public checker XML_90",
    sources=["PCX-069"],
    sentence="Từ y lệnh đến kết thúc phẫu thuật chỉ {minutes} phút (dưới 15 phút). Kiểm tra giờ.",
    detail="A line of MA_NHOM 8 has {minutes} minutes between NGAY_YL and NGAY_KQ.",
    examples=[
        fires("inpatient", {"XML3[3].NGAY_KQ": "202609101744", "XML3[3].NGAY_TH_YL": "202609101735"}),
        silent("inpatient", {"XML3[3].NGAY_KQ": "202609101745", "XML3[3].NGAY_TH_YL": "202609101735"}),
        silent("outpatient", {"XML3[2].NGAY_KQ": "202609140814", "XML3[2].NGAY_TH_YL": "202609140805"}),
    ],
)
def surgery_short(record: Record) -> Iterator[Problem]:
    """From the order to the end of an operation pass less than fifteen minutes."""
    for line in record.services:
        if line["MA_NHOM"] != "8":
            continue
        ordered, ended = line.moment("NGAY_YL"), line.moment("NGAY_KQ")
        if ordered and ended and ordered < ended and ended - ordered < _SHORTEST_SURGERY:
            yield line.at("NGAY_KQ", minutes=int((ended - ordered).total_seconds() // 60))


@rule(
    "result-time-missing",
    WARNING,
    basis="public checker XML_115; the annex lets late results be completed afterwards",
    sources=["PCX-083"],
    sentence="Dịch vụ «{service}» chưa có thời điểm kết quả. Bổ sung NGAY_KQ trước khi đề nghị thanh toán.",
    detail="NGAY_KQ is empty on a line of MA_NHOM {group}.",
    examples=[
        fires("outpatient", {"XML3[2].NGAY_KQ": ""}),
        silent("outpatient", {"XML3[2].NGAY_KQ": "", "XML3[2].MA_DICH_VU": "18.0119.0028.K.99002"}),
        silent("outpatient"),
    ],
)
def result_time_missing(record: Record) -> Iterator[Problem]:
    """Tests, operations and procedures without an end; those that another facility carried out pass."""
    for line in record.services:
        if line["MA_NHOM"] in MEASURED_GROUPS and not line["NGAY_KQ"] and OUTSOURCED not in line["MA_DICH_VU"]:
            yield line.at("NGAY_KQ", service=(line["TEN_DICH_VU"] or line["MA_DICH_VU"])[:80], group=line["MA_NHOM"])
