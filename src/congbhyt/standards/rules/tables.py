"""When a table may be sent, and when it is expected: decided by what the visit was."""

from __future__ import annotations

from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import BED_GROUPS, EXAM_GROUPS, SUPPLY_GROUPS, Problem, Record
from congbhyt.standards.rules.rule import ERROR, QD4750, WARNING, rule, several
from congbhyt.standards.rules.totals import countable

_TESTS = frozenset({"1", "2", "3"})
_NO_TESTS = BED_GROUPS | EXAM_GROUPS | SUPPLY_GROUPS | {"12"}
"""Cost groups that never have a result: beds, exams, supplies, transport."""
_WITHOUT_NOTES = ("01", "07")
_WITH_SUMMARY = ("03", "04", "06")
_TB_CODES = (
    "A15", "A16", "A17", "A18", "A19", "B90", "J65", "B20.0", "O98.0", "P37.0", "R76.1", "Z03.0", "Z20.1", "U84.3",
)  # fmt: skip
"""What begins the ICD-10 codes of tuberculosis, and of who is watched or treated because of it."""


def tells_of_tuberculosis(record: Record, *texts: str) -> bool:
    """Whether the diseases of a visit, or the word «lao» in its diagnoses or other texts, tell of tuberculosis."""
    visit = record.visit
    codes = (visit["MA_BENH_CHINH"], *visit.several("MA_BENH_KT"))
    return any(code.startswith(_TB_CODES) for code in codes) or _says_tuberculosis(
        visit["CHAN_DOAN_RV"], visit["CHAN_DOAN_VAO"], visit["LY_DO_VV"], *texts
    )


def _says_tuberculosis(*texts: str) -> bool:
    # «Lao động» is work.
    words = " ".join(texts).casefold().replace("lao động", " ").replace(",", " ").replace(".", " ").split()
    return "lao" in words


@rule(
    "results-unasked",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 4",
    sources=["ANX-056"],
    sentence="Có bảng XML4 nhưng XML3 không có dịch vụ cận lâm sàng nào. Bỏ XML4 hoặc ghi dịch vụ đã làm.",
    detail="XML4 needs a paraclinical service; XML3 holds only exams, beds, supplies and transport.",
    examples=[
        fires("newborn", {"XML3[2].MA_NHOM": "12", "XML3[2].MA_XANG_DAU": "X1"}),
        silent("newborn"),
        silent("outpatient", without=["XML3"]),
    ],
)
def results_unasked(record: Record) -> Iterator[Problem]:
    """XML4 has a service to report on.

    Only exams, beds, supplies and transport surely have no result: endoscopy and biopsy may be billed as procedures.
    """
    if (
        record.has("XML4")
        and record.has("XML1")
        and countable(record)
        and all(line["MA_NHOM"] in _NO_TESTS for line in record.lines)
    ):
        yield record.rows("XML4")[0].at("MA_DICH_VU")


@rule(
    "results-missing",
    WARNING,
    basis="public checkers XML_39 and HC_121",
    sources=several("PCX-028 PCH-046"),
    sentence="Có xét nghiệm, chẩn đoán hình ảnh hay thăm dò chức năng nhưng không có bảng XML4. Gửi kèm kết quả.",
    detail="XML3 has lines of groups 1, 2 or 3 and there is no XML4.",
    examples=[fires("outpatient", without=["XML4"]), silent("outpatient")],
)
def results_missing(record: Record) -> Iterator[Problem]:
    """Tests, imaging and function tests come with XML4; one finding, at the first of them."""
    if "XML4" not in record.tables and record.has("XML1"):
        first = next((line for line in record.lines if line["MA_NHOM"] in _TESTS), None)
        if first is not None:
            yield first.at("MA_DICH_VU")


@rule(
    "notes-unasked",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 5",
    sources=several("ANX-057 PCH-058"),
    sentence="XML5 chỉ gửi khi có điều trị, không gửi cho loại hình {kind} (khám hoặc lĩnh thuốc). Bỏ XML5.",
    detail="XML5 goes with MA_LOAI_KCB 02 to 06, 08 and 09; the visit's is {kind}.",
    examples=[
        fires(
            "outpatient",
            rows=[
                (
                    "XML5",
                    {
                        "MA_LK": "01999.260914.00001", "STT": "1", "DIEN_BIEN_LS": "Đỡ ho",
                        "THOI_DIEM_DBLS": "202609140800", "NGUOI_THUC_HIEN": "000201/GPHN-BYT",
                    },
                )
            ],
        ),
        silent("inpatient"),
        silent("commune-stay"),
    ],
)  # fmt: skip
def notes_unasked(record: Record) -> Iterator[Problem]:
    """XML5 goes with treatment, not with an exam or a pick-up of drugs.

    Kinds of care that are newer than the annex, and «other», are let pass.
    """
    if record.has("XML5") and record.kind in _WITHOUT_NOTES:
        yield record.rows("XML5")[0].at("THOI_DIEM_DBLS", kind=record.kind)


@rule(
    "notes-missing",
    WARNING,
    basis="public checkers XML_19 and HC_171",
    sources=several("PCX-014 PCH-057"),
    sentence="Người bệnh nội trú mà không có bảng XML5 (diễn biến lâm sàng). Bổ sung XML5.",
    detail="MA_LOAI_KCB is 03 and there is no XML5.",
    examples=[fires("inpatient", without=["XML5"]), silent("inpatient"), silent("outpatient")],
)
def notes_missing(record: Record) -> Iterator[Problem]:
    """A stay has clinical notes."""
    if record.kind == "03" and "XML5" not in record.tables and not record.alone:
        yield record.visit.at("MA_LOAI_KCB")


@rule(
    "summary-unasked",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, gateway's workbook and annex, table 8",
    sources=several("V4750-VAL-093 ANX-062"),
    sentence="Tóm tắt hồ sơ bệnh án (XML8) chỉ gửi cho loại hình 03, 04, 06, hồ sơ này là {kind}. Bỏ XML8.",
    detail="XML8 may be sent only when XML1.MA_LOAI_KCB is 03, 04 or 06; it is {kind}.",
    examples=[
        fires(
            "short-stay",
            rows=[
                (
                    "XML8",
                    {
                        "MA_LOAI_KCB": "09", "MA_LK": "01999.260914.00025", "NGAY_VAO": "202609140800",
                        "NGAY_RA": "202609141100", "CHAN_DOAN_VAO": "Ho", "CHAN_DOAN_RV": "Ho", "QT_BENHLY": "Ho",
                        "TOMTAT_KQ": "Không", "PP_DIEUTRI": "Không", "KET_QUA_DTRI": "1", "MA_TTDV": "000001/GPHN-BYT",
                        "NGAY_CT": "20260914",
                    },
                )
            ],
        ),
        silent("inpatient"),
        silent("commune-stay"),
    ],
)  # fmt: skip
def summary_unasked(record: Record) -> Iterator[Problem]:
    """XML8 goes with kinds 03, 04 and 06."""
    if record.has("XML8") and record.kind and record.kind not in _WITH_SUMMARY:
        yield record.rows("XML8")[0].at("MA_LOAI_KCB", kind=record.kind)


@rule(
    "referral-unasked",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 13",
    sources=["ANX-073"],
    sentence="Giấy chuyển tuyến (XML13) chỉ gửi khi chuyển tuyến (MA_LOAI_RV 2 hoặc 5), hồ sơ ghi {left}. Bỏ XML13.",
    detail="XML13 may be sent only when XML1.MA_LOAI_RV is 2 or 5; it is {left}.",
    examples=[
        fires("referral", {"XML1.MA_LOAI_RV": "1", "XML13.MA_LOAI_RV": "1", "XML1.MA_NOI_DEN": ""}),
        silent("referral"),
        silent("referral", {"XML1.MA_LOAI_RV": "5", "XML13.MA_LOAI_RV": "5"}),
    ],
)
def referral_unasked(record: Record) -> Iterator[Problem]:
    """XML13 goes with a patient who is sent on."""
    left = record.visit["MA_LOAI_RV"]
    if record.has("XML13") and left and left not in ("2", "5"):
        yield record.rows("XML13")[0].at("SO_CHUYENTUYEN", left=left)


@rule(
    "tuberculosis-unasked",
    WARNING,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 15",
    sources=["ANX-075"],
    sentence="Có bảng XML15 nhưng mã bệnh và chẩn đoán không nói đến lao. Xem lại mã bệnh hoặc bỏ XML15.",
    detail="XML15 goes with tuberculosis; neither an ICD-10 code of XML1 nor a diagnosis tells of it.",
    examples=[
        fires("tuberculosis", {"XML1.MA_BENH_CHINH": "J18.9", "XML1.CHAN_DOAN_RV": "Viêm phổi"}),
        silent("tuberculosis"),
        silent("tuberculosis", {"XML1.MA_BENH_CHINH": "J18.9", "XML1.CHAN_DOAN_RV": "Lao, viêm phổi"}),
    ],
)
def tuberculosis_unasked(record: Record) -> Iterator[Problem]:
    """XML15 belongs to somebody with tuberculosis; which codes mean it is our reading, so it is only asked."""
    if record.has("XML15") and record.has("XML1") and not tells_of_tuberculosis(record):
        yield record.rows("XML15")[0].at("PHANLOAI_LAO_VITRI")
