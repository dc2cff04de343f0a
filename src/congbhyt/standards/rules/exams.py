"""Exam lines (MA_NHOM 13): what each of a day pays, how many, by whom, for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import EXAM_GROUPS, Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, QD4750, WARNING, rule, several

RATIOS = (100, 30, 30, 30, 10)
"""TYLE_TT_DV of the exams of one day, the dearest first; from the sixth on 0."""
_STAYS = ("03", "04", "09")
_SOON = 15
_MALE, _FEMALE = "1", "2"
_WOMEN = ("sản khoa", "phụ sản", "phụ khoa")
_MEN = ("nam khoa",)
_EXAM = {
    "MA_DICH_VU": "03.1896", "TEN_DICH_VU": "Khám Ngoại (mẫu)", "MA_NHOM": "13", "NGAY_YL": "202609140805",
    "NGAY_TH_YL": "202609140810", "NGAY_KQ": "", "MA_MAY": "", "MA_BAC_SI": "000103/GPHN-BYT",
    "DON_GIA_BV": "45000.000", "DON_GIA_BH": "45000.000", "TYLE_TT_DV": "30",
}  # fmt: skip


def exams(record: Record) -> list[Row]:
    """The exam lines of a record."""
    return [line for line in record.lines if line["MA_NHOM"] in EXAM_GROUPS]


def _by_day(lines: Sequence[Row]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = {}
    for line in lines:
        if day := line.day("NGAY_YL"):
            found.setdefault(day, []).append(line)
    return found


@rule(
    "exam-ratio",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: TYLE_TT_DV of exams",
    sources=several("ANX-024 PCB-027 PCX-085 PCH-042"),
    sentence="Lần khám thứ {order} trong ngày {day} chỉ được tính {most}% nhưng ghi {value}%. Sửa tỷ lệ thanh toán.",
    detail="The exams of a day pay 100, 30, 30, 30, 10 and then 0 percent; this one is number {order}, at most {most}.",
    examples=[
        fires("outpatient", rows=[("XML3", {**_EXAM, "TYLE_TT_DV": "100"})], settle=True),
        silent("outpatient", rows=[("XML3", _EXAM)], settle=True),
        silent(
            "outpatient",
            rows=[("XML3", {**_EXAM, "TYLE_TT_DV": "100", "TYLE_TT_BH": "0", "PHAM_VI": "2"})],
            settle=True,
        ),
    ],
)
def exam_ratio(record: Record) -> Iterator[Problem]:
    """The second to fourth exam of a day pay 30 %, the fifth 10 %, later ones nothing.

    The highest ratio is taken for the first exam, whichever line it is on, and lower ones than allowed pass: earlier
    exams of the day may stand in another visit. Exams that the fund does not pay do not count.
    """
    insured = [line for line in exams(record) if line.amount("THANH_TIEN_BH") > 0]
    for day, lines in _by_day(insured).items() if len(insured) > 1 else ():
        ranked = sorted(lines, key=lambda line: -line.amount("TYLE_TT_DV"))
        for order, line in enumerate(ranked, 1):
            most = RATIOS[order - 1] if order <= len(RATIOS) else 0
            if line.amount("TYLE_TT_DV") > most:
                yield line.at("TYLE_TT_DV", order=order, day=f"{day:%d/%m/%Y}", most=most)


@rule(
    "inpatient-exams",
    WARNING,
    basis="public checker XMLComplete_ERROR_MULTIPLE_EXAMINATION_FEES_INPATIENT",
    sources=["TRC-264"],
    sentence="Người bệnh nội trú (loại {kind}) có {count} công khám. Kiểm tra, thường chỉ tính một công khám.",
    detail="{count} exam lines on a visit of MA_LOAI_KCB {kind}.",
    examples=[
        fires("inpatient", rows=[("XML3", {**_EXAM, "NGAY_YL": "202609101425", "NGAY_TH_YL": "202609101430",
                                           "MA_GIUONG": ""})], settle=True),
        silent("inpatient"),
        silent("outpatient", rows=[("XML3", _EXAM)], settle=True),
    ],
)  # fmt: skip
def inpatient_exams(record: Record) -> Iterator[Problem]:
    """Two or more exams that the fund pays on an inpatient's visit."""
    if record.kind not in _STAYS:
        return
    insured = [line for line in exams(record) if line.amount("THANH_TIEN_BH") > 0]
    if len(insured) > 1:
        yield insured[-1].at("MA_NHOM", kind=record.kind, count=len(insured))


@rule(
    "exam-twice",
    WARNING,
    basis="public checker CK_32",
    sources=["PCB-024"],
    sentence="Công khám {value} được tính hai lần trong ngày {day}. Bỏ dòng thừa hoặc kiểm tra mã chuyên khoa.",
    detail="The exam code {value} stands on two lines of {day}.",
    examples=[
        fires("outpatient", rows=[("XML3", {**_EXAM, "MA_DICH_VU": "02.1896"})], settle=True),
        silent("outpatient", rows=[("XML3", _EXAM)], settle=True),
    ],
)
def exam_twice(record: Record) -> Iterator[Problem]:
    """The same exam twice on one day."""
    for day, lines in _by_day(exams(record)).items():
        seen: set[str] = set()
        for line in lines:
            if line["MA_DICH_VU"] and line["MA_DICH_VU"] in seen:
                yield line.at("MA_DICH_VU", day=f"{day:%d/%m/%Y}")
            seen.add(line["MA_DICH_VU"])


@rule(
    "exams-of-one-doctor",
    WARNING,
    basis="public checkers CK_22, CK_59",
    sources=several("PCB-020 PCB-034"),
    sentence="Bác sĩ {value} khám hai chuyên khoa ({first} và {second}) trong cùng ngày{soon}. Kiểm tra mã bác sĩ.",
    detail="MA_BAC_SI {value} stands on exams {first} and {second} of one day, {minutes} minutes apart.",
    examples=[
        fires("outpatient", rows=[("XML3", {**_EXAM, "MA_BAC_SI": "000101/GPHN-BYT"})], settle=True),
        silent("outpatient", rows=[("XML3", _EXAM)], settle=True),
    ],
)
def exams_of_one_doctor(record: Record) -> Iterator[Problem]:
    """One doctor with two different exams of a patient on one day; other patients' files are not seen here."""
    for lines in _by_day(exams(record)).values():
        earlier: dict[str, Row] = {}
        for line in lines:
            doctor = line["MA_BAC_SI"]
            first = earlier.setdefault(doctor, line)
            if doctor and first["MA_DICH_VU"] != line["MA_DICH_VU"]:
                yield line.at("MA_BAC_SI", **_apart(first, line))


def _apart(first: Row, second: Row) -> dict[str, object]:
    one, other = first.moment("NGAY_YL"), second.moment("NGAY_YL")
    minutes = int(abs((other - one).total_seconds()) // 60) if one and other else 0
    soon = f", chỉ cách nhau {minutes} phút" if minutes < _SOON else ""
    return {"first": first["MA_DICH_VU"][:20], "second": second["MA_DICH_VU"][:20], "soon": soon, "minutes": minutes}


@rule(
    "exam-of-other-sex",
    WARNING,
    basis="public checkers CK_43, CK_44",
    sources=several("PCB-029 PCB-030"),
    sentence="Công khám «{exam}» không hợp với giới tính {sex} của người bệnh. Kiểm tra giới tính hoặc chuyên khoa.",
    detail="GIOI_TINH is {code}, the exam's name is {exam}.",
    examples=[
        fires("outpatient", {"XML3.TEN_DICH_VU": "Khám Phụ sản (mẫu)"}),
        fires("inpatient", {"XML3.TEN_DICH_VU": "Khám Nam khoa (mẫu)"}),
        silent("inpatient", {"XML3.TEN_DICH_VU": "Khám Phụ sản (mẫu)"}),
    ],
)
def exam_of_other_sex(record: Record) -> Iterator[Problem]:
    """An exam whose name speaks of women for a man, or of men for a woman."""
    code = record.visit["GIOI_TINH"]
    if code not in (_MALE, _FEMALE):
        return
    words, sex = (_WOMEN, "nam") if code == _MALE else (_MEN, "nữ")
    for line in exams(record):
        name = line["TEN_DICH_VU"].lower()
        if any(word in name for word in words):
            yield line.at("TEN_DICH_VU", exam=line["TEN_DICH_VU"][:80], sex=sex, code=code)


@rule(
    "exam-alone",
    WARNING,
    basis="public checker DL01",
    sources=["EMR-006"],
    sentence="Lần khám chỉ có tiền khám, không có thuốc và dịch vụ nào. Kiểm tra đã gửi đủ XML2, XML3 chưa.",
    detail="A visit of MA_LOAI_KCB 01 holds exam lines only, without a referral or an admission.",
    examples=[
        fires(
            "outpatient",
            {
                "XML3[2].MA_NHOM": "13", "XML3[2].TYLE_TT_DV": "30", "XML3[2].MA_BAC_SI": "000103/GPHN-BYT",
                "XML3[3].MA_NHOM": "13", "XML3[3].TYLE_TT_DV": "30", "XML3[3].MA_BAC_SI": "000104/GPHN-BYT",
                "XML3[1].DON_GIA_BV": "400000.000", "XML3[1].DON_GIA_BH": "400000.000",
            },
            without=["XML2", "XML4"],
            settle=True,
        ),
        silent("outpatient", without=["XML2"], settle=True),
    ],
)  # fmt: skip
def exam_alone(record: Record) -> Iterator[Problem]:
    """An exam visit with nothing but the fee of the exam, although the patient was neither referred nor admitted."""
    visit = record.visit
    if record.kind != "01" or record.drugs or visit["MA_LOAI_RV"] != "1" or visit["NGAY_VAO_NOI_TRU"]:
        return
    if record.lines and len(exams(record)) == len(record.lines):
        yield record.lines[0].at("MA_NHOM")
