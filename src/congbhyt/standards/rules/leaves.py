"""Days of leave: after discharge (XML7), to protect a pregnancy (XML10), for an illness (XML11)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date

from congbhyt.standards.ages import years_between
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several
from congbhyt.standards.rules.tables import tells_of_tuberculosis

_LEAVES = {
    "XML7": ("SO_NGAY_NGHI", "NGOAITRU_TUNGAY", "NGOAITRU_DENNGAY"),
    "XML10": ("SO_NGAY", "TU_NGAY", "DEN_NGAY"),
    "XML11": ("SO_NGAY_NGHI", "TU_NGAY", "DEN_NGAY"),
}
"""By table: the fields of the count, the first and the last day."""
_MOST, _MOST_AFTER_MISCARRIAGE, _MOST_OF_TUBERCULOSIS = 30, 50, 180
_WEEKS_OF_MISCARRIAGE = 13
_MOST_OF_PREGNANCY = 180
_CHILD_YEARS = 7


def _spans(record: Record) -> Iterator[tuple[Row, date, date]]:
    """Every leave whose days can be read: row, first and last day."""
    for table, (_, first, last) in _LEAVES.items():
        for row in record.rows(table):
            begins, ends = row.day(first), row.day(last)
            if begins is not None and ends is not None:
                yield row, begins, ends


@rule(
    "leave-order",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 7, 10, 11",
    sources=["TRC-211"],
    sentence="Nghỉ đến ngày {said}, sớm hơn ngày bắt đầu nghỉ {begins}. Sửa lại.",
    detail="The last day of leave must not be before the first, {begins}.",
    examples=[
        fires("sick-leave", {"XML11.DEN_NGAY": "20260910"}),
        fires("pregnancy-leave", {"XML10.DEN_NGAY": "20260910"}),
        silent("sick-leave"),
    ],
)
def leave_order(record: Record) -> Iterator[Problem]:
    """Leave ends after it begins."""
    for row, begins, ends in _spans(record):
        if ends < begins:
            yield row.at(_LEAVES[row.table][2], begins=f"{begins:%d/%m/%Y}")


@rule(
    "leave-days",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 10",
    sources=several("ANX-066 EMR-054 EMR-058"),
    sentence="Số ngày nghỉ là {value} nhưng từ ngày đến ngày có {expected} ngày. Sửa số ngày hoặc ngày nghỉ.",
    detail="{field} is {value}; both ends counted it is {expected}, end minus start one less.",
    examples=[
        fires("pregnancy-leave", {"XML10.SO_NGAY": "20"}),
        fires("sick-leave", {"XML11.SO_NGAY_NGHI": "5"}),
        fires("inpatient", {
            "XML7.SO_NGAY_NGHI": "9", "XML7.NGOAITRU_TUNGAY": "20260914", "XML7.NGOAITRU_DENNGAY": "20260920",
        }),
        silent("pregnancy-leave"),
        silent("pregnancy-leave", {"XML10.SO_NGAY": "13"}),
    ],
)  # fmt: skip
def leave_days(record: Record) -> Iterator[Problem]:
    """The count fits the days.

    The annex writes end minus start, its example counts both ends, and the public checker adds one: either is taken.
    """
    for row, begins, ends in _spans(record):
        name = _LEAVES[row.table][0]
        days, difference = row.whole(name), (ends - begins).days
        if days is not None and difference >= 0 and days not in (difference, difference + 1):
            yield row.at(name, expected=difference + 1)


@rule(
    "leave-start",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 10 and 11",
    sources=several("ANX-067 TRC-205 TRC-208"),
    sentence="Nghỉ từ ngày {said}, không phải ngày khám (đợt khám từ {arrived} đến {left}). Sửa TU_NGAY.",
    detail="TU_NGAY must be a day of the visit, {arrived} to {left}.",
    examples=[
        fires("sick-leave", {"XML11.TU_NGAY": "20260913", "XML11.SO_NGAY_NGHI": "4"}),
        fires("pregnancy-leave", {"XML10.TU_NGAY": "20260915", "XML10.SO_NGAY": "13"}),
        silent("sick-leave"),
    ],
)
def leave_start(record: Record) -> Iterator[Problem]:
    """Leave starts on the day of the examination; of a visit of several days it may be any of them."""
    came, gone = record.bounds
    if came is None or gone is None:
        return
    arrived, left = came.date(), gone.date()
    for table in ("XML10", "XML11"):
        for row in record.rows(table):
            begins = row.day("TU_NGAY")
            if begins is not None and not arrived <= begins <= left:
                yield row.at("TU_NGAY", arrived=f"{arrived:%d/%m/%Y}", left=f"{left:%d/%m/%Y}")


@rule(
    "discharge-leave-parts",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, gateway's workbook, table 7",
    sources=["V4750-VAL-092"],
    sentence="Nghỉ sau ra viện phải ghi đủ số ngày, từ ngày, đến ngày hoặc để trống cả ba; còn thiếu {missing}.",
    detail="SO_NGAY_NGHI, NGOAITRU_TUNGAY, NGOAITRU_DENNGAY are filled together or not at all; missing: {missing}.",
    examples=[
        fires("inpatient", {"XML7.SO_NGAY_NGHI": "7"}),
        silent("inpatient"),
        silent("inpatient", {
            "XML7.SO_NGAY_NGHI": "7", "XML7.NGOAITRU_TUNGAY": "20260914", "XML7.NGOAITRU_DENNGAY": "20260920",
        }),
    ],
)  # fmt: skip
def discharge_leave_parts(record: Record) -> Iterator[Problem]:
    """Leave after discharge has its count and both days, or nothing."""
    for row in record.rows("XML7"):
        missing = [name for name in _LEAVES["XML7"] if not row[name]]
        if missing and len(missing) < len(_LEAVES["XML7"]):
            yield row.at(missing[0], missing=", ".join(missing))


@rule(
    "discharge-leave-early",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-054"],
    sentence="Nghỉ sau ra viện từ {said}, sớm hơn ngày ra viện {left}. Xem lại.",
    detail="NGOAITRU_TUNGAY lies before the discharge day {left}.",
    examples=[
        fires("inpatient", {
            "XML7.SO_NGAY_NGHI": "7", "XML7.NGOAITRU_TUNGAY": "20260913", "XML7.NGOAITRU_DENNGAY": "20260919",
        }),
        silent("inpatient", {
            "XML7.SO_NGAY_NGHI": "7", "XML7.NGOAITRU_TUNGAY": "20260914", "XML7.NGOAITRU_DENNGAY": "20260920",
        }),
    ],
)  # fmt: skip
def discharge_leave_early(record: Record) -> Iterator[Problem]:
    """Leave after discharge does not begin before it."""
    for row in record.rows("XML7"):
        begins, left = row.day("NGOAITRU_TUNGAY"), row.day("NGAY_RA")
        if begins is not None and left is not None and begins < left:
            yield row.at("NGOAITRU_TUNGAY", left=f"{left:%d/%m/%Y}")


@rule(
    "pregnancy-leave-words",
    ERROR,
    standards=("QD3176",),
    basis="QĐ 130/QĐ-BYT, annex, table 10; a rule since QĐ 3176/QĐ-BYT",
    sources=[],
    sentence="Chẩn đoán của giấy nghỉ dưỡng thai phải có chữ «dưỡng thai». Bổ sung vào CHAN_DOAN_RV.",
    detail="CHAN_DOAN_RV must contain «dưỡng thai».",
    examples=[
        fires("pregnancy-leave", {"XML10.CHAN_DOAN_RV": "Dọa sảy thai"}),
        silent("pregnancy-leave", {"XML10.CHAN_DOAN_RV": "Dọa sảy thai, Nghỉ DƯỠNG THAI"}),
    ],
)
def pregnancy_leave_words(record: Record) -> Iterator[Problem]:
    """The diagnosis says what the leave is for."""
    for row in record.rows("XML10"):
        diagnosis = unicodedata.normalize("NFC", row["CHAN_DOAN_RV"]).casefold()
        if diagnosis and "dưỡng thai" not in " ".join(diagnosis.split()):
            yield row.at("CHAN_DOAN_RV")


@rule(
    "pregnancy-leave-long",
    WARNING,
    basis="public checker XML10_INFO_ERROR_SO_NGAY_EXCEEDS",
    sources=["TRC-186"],
    sentence="Nghỉ dưỡng thai {value} ngày, hơn 180 ngày. Xem lại SO_NGAY.",
    detail="SO_NGAY is above 180.",
    examples=[
        fires("pregnancy-leave", {"XML10.SO_NGAY": "182", "XML10.DEN_NGAY": "20270314"}),
        silent("pregnancy-leave", {"XML10.SO_NGAY": "180", "XML10.DEN_NGAY": "20270312"}),
    ],
)
def pregnancy_leave_long(record: Record) -> Iterator[Problem]:
    """No leave to protect a pregnancy is longer than about half a year."""
    for row in record.rows("XML10"):
        days = row.whole("SO_NGAY")
        if days is not None and days > _MOST_OF_PREGNANCY:
            yield row.at("SO_NGAY")


@rule(
    "sick-leave-long",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 11",
    sources=["ANX-068"],
    sentence="Nghỉ {value} ngày, một giấy chỉ được {most} ngày (30; lao 180; sảy thai từ 13 tuần 50). Sửa số ngày.",
    detail="SO_NGAY_NGHI is above {most}: 30, 180 for tuberculosis, 50 for a pregnancy ended at 13 weeks or more.",
    examples=[
        fires("sick-leave", {"XML11.SO_NGAY_NGHI": "31", "XML11.DEN_NGAY": "20261014"}),
        silent("sick-leave", {"XML11.SO_NGAY_NGHI": "30", "XML11.DEN_NGAY": "20261013"}),
        silent("sick-leave", {
            "XML11.SO_NGAY_NGHI": "90", "XML11.DEN_NGAY": "20261212", "XML1.MA_BENH_CHINH": "A15.0",
        }),
        silent("sick-leave", {
            "XML11.SO_NGAY_NGHI": "50", "XML11.DEN_NGAY": "20261102", "XML11.MA_DINH_CHI_THAI": "1",
            "XML11.NGUYENNHAN_DINHCHI": "Sảy thai", "XML11.TUOI_THAI": "14",
        }),
    ],
)  # fmt: skip
def sick_leave_long(record: Record) -> Iterator[Problem]:
    """One certificate gives so many days; whether a patient is in the TB programme is read from the diagnosis."""
    for row in record.rows("XML11"):
        days, weeks = row.whole("SO_NGAY_NGHI"), row.whole("TUOI_THAI")
        if days is None or days <= _MOST:
            continue
        most = _MOST_AFTER_MISCARRIAGE if weeks is not None and weeks >= _WEEKS_OF_MISCARRIAGE else _MOST
        if tells_of_tuberculosis(record, row["CHAN_DOAN_RV"], row["PP_DIEUTRI"]):
            most = _MOST_OF_TUBERCULOSIS
        if days > most:
            yield row.at("SO_NGAY_NGHI", most=most)


@rule(
    "sick-leave-none",
    WARNING,
    basis="public checker XML11_INFO_ERROR_SO_NGAY_NGHI_NOT_INT",
    sources=["TRC-203"],
    sentence="Số ngày nghỉ là {value}; giấy nghỉ việc phải cho ít nhất 1 ngày. Sửa SO_NGAY_NGHI.",
    detail="SO_NGAY_NGHI must be at least 1.",
    examples=[
        fires("sick-leave", {"XML11.SO_NGAY_NGHI": "0", "XML11.DEN_NGAY": "20260914"}),
        silent("sick-leave", {"XML11.SO_NGAY_NGHI": "1", "XML11.DEN_NGAY": "20260914"}),
    ],
)
def sick_leave_none(record: Record) -> Iterator[Problem]:
    """A certificate gives at least a day."""
    for row in record.rows("XML11"):
        days = row.whole("SO_NGAY_NGHI")
        if days is not None and days < 1:
            yield row.at("SO_NGAY_NGHI")


@rule(
    "sick-leave-parents",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, table 11",
    sources=["ANX-069"],
    sentence="Người bệnh dưới 7 tuổi, giấy nghỉ việc là của cha mẹ. Ghi họ tên cha hoặc mẹ.",
    detail="HO_TEN_CHA and HO_TEN_ME are empty although the patient is under 7.",
    examples=[
        fires("sick-leave", {"XML1.NGAY_SINH": "202101010000"}),
        silent("sick-leave", {"XML1.NGAY_SINH": "202101010000", "XML11.HO_TEN_ME": "NGUYỄN THỊ MẸ MẪU"}),
        silent("sick-leave"),
    ],
)
def sick_leave_parents(record: Record) -> Iterator[Problem]:
    """Leave for a small child's illness names a parent."""
    birth = record.visit.birth()
    if birth is not None and 0 <= years_between(birth, record.day) < _CHILD_YEARS:
        for row in record.rows("XML11"):
            if not row["HO_TEN_CHA"] and not row["HO_TEN_ME"]:
                yield row.at("HO_TEN_ME")


@rule(
    "sick-leave-issued",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-059"],
    sentence="Ngày cấp giấy {said} nằm ngoài thời gian nghỉ ({begins} đến {ends}). Xem lại NGAY_CT.",
    detail="NGAY_CT must lie between TU_NGAY {begins} and DEN_NGAY {ends}.",
    examples=[
        fires("sick-leave", {"XML11.NGAY_CT": "20260920"}),
        silent("sick-leave", {"XML11.NGAY_CT": "20260915"}),
    ],
)
def sick_leave_issued(record: Record) -> Iterator[Problem]:
    """The certificate is issued while it is in force; one that begins after the visit is leave-start."""
    for row, begins, ends in _spans(record):
        issued, left = row.day("NGAY_CT"), record.visit.day("NGAY_RA")
        if row.table != "XML11" or issued is None or ends < begins or (left and begins > left):
            continue
        if not begins <= issued <= ends:
            yield row.at("NGAY_CT", begins=f"{begins:%d/%m/%Y}", ends=f"{ends:%d/%m/%Y}")
