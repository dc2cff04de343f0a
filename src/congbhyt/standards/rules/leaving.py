"""What a visit says of its admission and of how it ended: reasons, treatment, payment, the day to come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import WARNING, rule, several
from congbhyt.standards.rules.stay import DEAD, LONG_ENDED, longest_prescription, shown
from congbhyt.standards.values import day_of

_ADMITTED = ("03", "04", "09")
_WITH_SLIP = ("03", "04")
_ABSCONDED = "3"
_ADMISSION_FIELDS = ("LY_DO_VNT", "NGAY_VAO_NOI_TRU", "PP_DIEU_TRI")
_COVID, _COVID_CODES = "U07.1", {"U07.1", "U07.2"}


@rule(
    "admission-fields",
    WARNING,
    basis="public checkers; the workbook leaves them open",
    sources=several("TRC-051 TRC-054 TRC-055 PCH-040"),
    sentence="Người bệnh nội trú (loại {kind}) thiếu {title}. Điền ô {field}.",
    detail="{field} is empty although MA_LOAI_KCB is {kind}.",
    examples=[
        fires("inpatient", {"XML1.LY_DO_VNT": ""}),
        fires("inpatient", {"XML1.NGAY_VAO_NOI_TRU": ""}),
        fires("day-inpatient", {"XML1.PP_DIEU_TRI": ""}),
        silent("outpatient"),
        silent("inpatient", {"XML1.MA_LY_DO_VNT": ""}),
    ],
)
def admission_fields(record: Record) -> Iterator[Problem]:
    """Kinds 03, 04 and 09 say why and when the patient was admitted and how treated; the coded reason has no list."""
    if record.kind not in _ADMITTED:
        return
    fields = record.standard.tables["XML1"].fields
    for name in _ADMISSION_FIELDS:
        if not record.visit[name]:
            yield record.visit.at(name, kind=record.kind, title=fields[name].vi)


@rule(
    "discharge-slip-missing",
    WARNING,
    basis="public checker XMLComplete_INFO_ERROR_XML_COMPLETE_MISSING_XML7",
    sources=["TRC-267"],
    sentence="Người bệnh nội trú (loại {kind}) ra viện mà hồ sơ không có giấy ra viện (XML7). Bổ sung bảng XML7.",
    detail="MA_LOAI_KCB {kind} without XML7.",
    examples=[
        fires("inpatient", without=["XML7"]),
        silent("inpatient", {"XML1.MA_LOAI_RV": "3"}, without=["XML7"]),
        silent("outpatient"),
    ],
)
def discharge_slip_missing(record: Record) -> Iterator[Problem]:
    """Kinds 03 and 04 leave with a slip, unless the patient absconded or died (then other papers are written)."""
    visit = record.visit
    if record.kind not in _WITH_SLIP or "XML7" in record.tables or record.alone or not visit["MA_LOAI_RV"]:
        return
    if visit["MA_LOAI_RV"] != _ABSCONDED and visit["KET_QUA_DTRI"] not in DEAD:
        yield visit.at("MA_LOAI_KCB", kind=record.kind)


@rule(
    "paid-before-leaving",
    WARNING,
    basis="public checker XML_80",
    sources=["PCX-061"],
    sentence="Thanh toán lúc {paid}, trước khi ra lúc {left}. Kiểm tra NGAY_TTOAN và NGAY_RA.",
    detail="NGAY_TTOAN is before NGAY_RA.",
    examples=[
        fires("inpatient", {"XML1.NGAY_TTOAN": "202609140929"}),
        silent("inpatient", {"XML1.NGAY_TTOAN": ""}),
        silent("chronic"),
    ],
)
def paid_before_leaving(record: Record) -> Iterator[Problem]:
    """The bill was settled before care ended; courses whose end lies ahead (02, 05, 07, 08) are paid on the way."""
    paid = record.visit.moment("NGAY_TTOAN")
    if paid and record.left and paid < record.left and record.kind not in LONG_ENDED:
        yield record.visit.at("NGAY_TTOAN", paid=shown(paid), left=shown(record.left))


@rule(
    "revisit-before-leaving",
    WARNING,
    basis="public checker HC_190",
    sources=["PCH-061"],
    sentence="Ngày hẹn tái khám {item} sớm hơn ngày kết thúc đợt này. Ghi lại ngày hẹn.",
    detail="NGAY_TAI_KHAM {item} is before the end of the visit (kinds 02, 05, 07, 08: before its beginning).",
    examples=[
        fires("outpatient", {"XML1.NGAY_TAI_KHAM": "20260913"}),
        silent("outpatient", {"XML1.NGAY_TAI_KHAM": "20260928"}),
        silent("chronic", {"XML1.NGAY_TAI_KHAM": "20260911"}),
    ],
)
def revisit_before_leaving(record: Record) -> Iterator[Problem]:
    """A re-visit before the visit ended; of a course with drugs for weeks, before it began."""
    end = record.arrived if record.kind in LONG_ENDED else record.left
    if end is None:
        return
    for item in record.visit.several("NGAY_TAI_KHAM"):
        if (day := day_of(item)) and day < end.date():
            yield record.visit.at("NGAY_TAI_KHAM", item=f"{day:%d/%m/%Y}")


@rule(
    "revisit-far",
    WARNING,
    basis="public checker HC_230; TT 26/2025/TT-BYT from 01/07/2025",
    sources=["PCH-081"],
    sentence="Ngày hẹn tái khám {item} cách ngày ra hơn {most} ngày. Kiểm tra lại ngày hẹn.",
    detail="NGAY_TAI_KHAM {item} is more than {most} days after NGAY_RA.",
    examples=[
        fires("outpatient", {"XML1.NGAY_TAI_KHAM": "20241017"}, standard="QD4750"),
        fires("outpatient", {"XML1.NGAY_TAI_KHAM": "20261214"}),
        silent("outpatient", {"XML1.NGAY_TAI_KHAM": "20261213"}),
    ],
)
def revisit_far(record: Record) -> Iterator[Problem]:
    """A re-visit later than a prescription can last: 30 days after leaving, from 01/07/2025 on 90."""
    most = longest_prescription(record.day)
    if record.left is None:
        return
    for item in record.visit.several("NGAY_TAI_KHAM"):
        if (day := day_of(item)) and day - record.left.date() > timedelta(most):
            yield record.visit.at("NGAY_TAI_KHAM", item=f"{day:%d/%m/%Y}", most=most)


@rule(
    "covid-alone",
    WARNING,
    basis="public checker DL05",
    sources=["EMR-010"],
    sentence="Bệnh chính là U07.1 nhưng không có mã bệnh kèm theo nói rõ biểu hiện. Bổ sung mã bệnh kèm theo.",
    detail="MA_BENH_CHINH is U07.1 and MA_BENH_KT holds nothing but U07.1 and U07.2.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "U07.1", "XML1.MA_BENH_KT": ""}),
        silent("outpatient", {"XML1.MA_BENH_CHINH": "U07.1"}),
        silent("outpatient", {"XML1.MA_BENH_KT": ""}),
    ],
)
def covid_alone(record: Record) -> Iterator[Problem]:
    """COVID-19 as the main disease goes with a code of how it shows."""
    if record.visit["MA_BENH_CHINH"] == _COVID and _COVID_CODES.issuperset(record.visit.several("MA_BENH_KT")):
        yield record.visit.at("MA_BENH_KT")
