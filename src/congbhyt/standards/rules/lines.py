"""Drug, service and supply lines as such: their numbers, how many there are, and what stands twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import BED_GROUPS, EXAM_GROUPS, INPATIENT_KINDS, Problem, Record
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several
from congbhyt.standards.rules.stay import EXAM_KINDS, longest_prescription
from congbhyt.standards.rules.totals import countable

_NUMBERED = ("XML0", "XML1", "XML2", "XML3")
_MOST_LINES = 20
_MOST_A_DAY = 2
_MOST_TESTS_A_DAY = 3
_MEASURED_GROUPS = BED_GROUPS | {"12"}
_MEASURED = frozenset({"lít", "l", "ml", "g", "gam", "gram", "mg", "mcg", "ui", "iu", "đơn vị", "mbq", "mci", "km"})
"""Units that are no pieces."""
_LARGE = {"XML2": Decimal(100), "XML3": Decimal(50)}
_OFF_ROUTE = ("3.1", "3.2")
_EXAM_DEPARTMENT = "K01"


@rule(
    "line-numbers",
    ERROR,
    basis="QĐ 4210/QĐ-BYT, kept by QĐ 4750: STT",
    sources=several("V4750-VAL-002 V4750-VAL-018 V4750-VAL-054 V4750-VAL-068"),
    sentence="Số thứ tự là {value}, phải lớn hơn {before}. Đánh lại STT tăng dần từ 1.",
    detail="STT must be a whole number from 1, greater than in the row before ({before}).",
    examples=[
        fires("outpatient", {"XML3[2].STT": "1"}),
        fires("outpatient", {"XML1.STT": "0"}),
        silent("outpatient", {"XML3[1].STT": "4", "XML3[2].STT": "5", "XML3[3].STT": "6"}),
        silent("outpatient", {"XML1.STT": ""}),
    ],
)
def line_numbers(record: Record) -> Iterator[Problem]:
    """STT begins at 1 or above and increases; numbers may go on from visit to visit of one file, so gaps pass."""
    for label in _NUMBERED:
        before = 0
        for row in record.rows(label):
            number = row.whole("STT")
            if number is None:
                continue
            if number <= before:
                yield row.at("STT", before=before)
            before = max(before, number)


@rule(
    "costs-missing",
    WARNING,
    basis="public checker XML_32",
    sources=["PCX-023"],
    sentence="Hồ sơ không có dòng thuốc, dịch vụ hay vật tư nào. Kiểm tra đã xuất đủ XML2 và XML3 chưa.",
    detail="The record holds neither XML2 nor XML3.",
    examples=[
        fires("outpatient", without=["XML2", "XML3", "XML4"], settle=True),
        silent("outpatient", without=["XML2"], settle=True),
        silent("outpatient", without=["XML2", "XML3", "XML4"]),
    ],
)
def costs_missing(record: Record) -> Iterator[Problem]:
    """A visit without any line; if it costs something, lines-missing says more."""
    if record.has("XML1") and not record.costs and countable(record):
        yield record.visit.at("T_TONGCHI_BV")


@rule(
    "services-many",
    WARNING,
    basis="public checkers XML_67, XML_72",
    sources=several("PCX-050 PCX-054"),
    sentence="Lần khám có {count} dòng dịch vụ, nhiều hơn {most}. Kiểm tra các chỉ định.",
    detail="{count} service lines on a visit of MA_LOAI_KCB 01.",
    examples=[
        fires(
            "outpatient",
            rows=[
                ("XML3", {"MA_DICH_VU": f"22.{number:04d}.1370", "TEN_DICH_VU": f"Xét nghiệm {number} (mẫu)"})
                for number in range(200, 218)
            ],
            settle=True,
        ),
        silent("outpatient"),
        silent("inpatient", rows=[("XML3", {"MA_NHOM": "19"})] * 20, settle=True),
    ],
)
def services_many(record: Record) -> Iterator[Problem]:
    """More than twenty service lines on an exam visit; the public checker does not say that stays are longer."""
    if record.kind in EXAM_KINDS and len(record.services) > _MOST_LINES:
        yield record.services[-1].at("STT", count=len(record.services), most=_MOST_LINES)


@rule(
    "service-same-moment",
    WARNING,
    basis="public checkers XML_116, CK_14",
    sources=several("PCX-084 PCB-019"),
    sentence="Dịch vụ {value} có hai dòng giống nhau cùng lúc y lệnh. Gộp số lượng hoặc bỏ dòng thừa.",
    detail="MA_DICH_VU {value} stands twice with the same name, price and NGAY_YL.",
    examples=[
        fires("outpatient", rows=[("XML3", {})], settle=True),
        silent("outpatient", rows=[("XML3", {"TEN_DICH_VU": "Tổng phân tích tế bào máu [lần 2]"})], settle=True),
    ],
)
def service_same_moment(record: Record) -> Iterator[Problem]:
    """One service twice in one minute; another name (left, right) or price makes another line."""
    seen: set[tuple[str, ...]] = set()
    for line in record.services:
        key = tuple(line[name] for name in ("MA_DICH_VU", "TEN_DICH_VU", "NGAY_YL", "DON_GIA_BV", "PHAM_VI"))
        if key[0] and key[2] and key in seen:
            yield line.at("MA_DICH_VU")
        seen.add(key)


@rule(
    "service-repeated",
    WARNING,
    basis="public checkers: a service is rarely repeated at an exam",
    sources=several("EMR-024 PCX-086 PCX-088"),
    sentence="Dịch vụ {value} được chỉ định {count} lần trong ngày {day}. Kiểm tra các dòng trùng.",
    detail="MA_DICH_VU {value} is ordered {count} times on {day} on a visit of MA_LOAI_KCB 01.",
    examples=[
        fires(
            "outpatient",
            rows=[
                ("XML3", {"NGAY_YL": f"2026091408{minute}", "MA_NHOM": "2", "MA_DICH_VU": "18.0119.0028"})
                for minute in ("04", "06")
            ],
            settle=True,
        ),
        silent("outpatient", rows=[("XML3", {"NGAY_YL": f"2026091408{minute}"}) for minute in ("04", "06")],
               settle=True),
        silent("inpatient"),
    ],
)  # fmt: skip
def service_repeated(record: Record) -> Iterator[Problem]:
    """A service more than twice a day on an exam visit, a laboratory test more than three times."""
    if record.kind not in EXAM_KINDS:
        return
    counts: Counter[tuple[str, date | None]] = Counter()
    for line in record.services:
        code, day = line["MA_DICH_VU"], line.day("NGAY_YL")
        if not code or day is None or line["MA_NHOM"] in EXAM_GROUPS | BED_GROUPS:
            continue
        counts[code, day] += 1
        if counts[code, day] == (_MOST_TESTS_A_DAY if line["MA_NHOM"] == "1" else _MOST_A_DAY) + 1:
            yield line.at("MA_DICH_VU", count=counts[code, day], day=f"{day:%d/%m/%Y}")


@rule(
    "quantity-large",
    WARNING,
    basis="public checkers XML_75, XML_76; TT 26/2025/TT-BYT from 01/07/2025",
    sources=several("PCX-057 PCX-058"),
    sentence="Số lượng {value} là bất thường (trên {most}). Kiểm tra đơn vị tính và số lượng.",
    detail="SO_LUONG is above {most} in {table}.",
    examples=[
        fires("inpatient", {"XML2.SO_LUONG": "100.500"}, settle=True),
        fires("outpatient", {"XML2.SO_LUONG": "300.500"}, settle=True),
        fires("outpatient", {"XML2.SO_LUONG": "100.500"}, settle=True, standard="QD4750"),
        fires("inpatient", {"XML3[4].SO_LUONG": "51.000"}, settle=True),
        silent("outpatient", {"XML2.SO_LUONG": "300.000"}, settle=True),
        silent(
            "inpatient", {"XML2.SO_LUONG": "2880.000", "XML2.MA_THUOC": "40.17", "XML2.DON_VI_TINH": "Lít"}, settle=True
        ),
        silent("chronic", {"XML2.SO_LUONG": "900.000", "XML2.DON_VI_TINH": "UI"}, settle=True),
        silent("inpatient", {"XML3[5].SO_LUONG": "60.000"}, settle=True),
    ],
)
def quantity_large(record: Record) -> Iterator[Problem]:
    """More than 100 pieces of a drug, more than 50 of a service or supply.

    Whoever goes home with drugs for 90 days may get three times as many. What is measured (litres of oxygen, units of
    insulin, kilometres) has no such bound, and the days of beds are compared with the stay.
    """
    at_home = record.kind and record.kind not in INPATIENT_KINDS
    most = {**_LARGE, "XML2": _LARGE["XML2"] * (longest_prescription(record.day) // 30 if at_home else 1)}
    for line in record.costs:
        if line.amount("SO_LUONG") <= most[line.table] or line["MA_NHOM"] in _MEASURED_GROUPS:
            continue
        if line["DON_VI_TINH"].lower() not in _MEASURED:
            yield line.at("SO_LUONG", most=most[line.table], table=line.table)


@rule(
    "service-code-of-drug",
    WARNING,
    basis="public checker HC_176",
    sources=["PCH-059"],
    sentence="Mã dịch vụ {value} trùng với mã một thuốc trong XML2. Kiểm tra bảng và mã.",
    detail="MA_DICH_VU {value} is a MA_THUOC of the same record.",
    examples=[
        fires("outpatient", {"XML3[3].MA_DICH_VU": "40.154", "XML4[2].MA_DICH_VU": "40.154"}),
        silent("outpatient"),
    ],
)
def service_code_of_drug(record: Record) -> Iterator[Problem]:
    """A service is written with the code of a drug."""
    drugs = {line["MA_THUOC"] for line in record.drugs} - {""}
    for line in record.services if drugs else ():
        if line["MA_DICH_VU"] in drugs:
            yield line.at("MA_DICH_VU")


@rule(
    "exam-department-off-route",
    WARNING,
    basis="public checkers XML2_MA_KHOA_REQ_INVALID, XML3_MA_KHOA_REQ_INVALID",
    sources=several("TRC-083 TRC-127"),
    sentence="Nội trú trái tuyến ({subject}) nhưng quỹ trả cho chỉ định của khoa khám bệnh K01. Kiểm tra lại.",
    detail="MA_DOITUONG_KCB {subject} is paid as an inpatient only; the line is of department K01 and claims T_BHTT.",
    examples=[
        fires("inpatient", {"XML1.MA_DOITUONG_KCB": "3.2", "XML1.MA_DKBD": "01998"}),
        silent("inpatient"),
    ],
)
def exam_department_off_route(record: Record) -> Iterator[Problem]:
    """What the outpatient department ordered before an off-route admission (3.1, 3.2) is not the fund's to pay."""
    subject = record.visit["MA_DOITUONG_KCB"]
    if record.kind != "03" or subject not in _OFF_ROUTE:
        return
    for line in record.costs:
        if line["MA_KHOA"].startswith(_EXAM_DEPARTMENT) and line.amount("T_BHTT") > 0:
            yield line.at("MA_KHOA", subject=subject)
