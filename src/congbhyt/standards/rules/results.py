"""Results of tests and imaging (XML4): what a row of them must tell."""

from __future__ import annotations

from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import WARNING, rule, several

_3176 = ("QD3176",)
_TEXTS = ("GIA_TRI", "MO_TA", "KET_LUAN")
_IMAGING = "2"


@rule(
    "result-empty",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-048"],
    sentence="Đã ghi giờ có kết quả nhưng GIA_TRI, MO_TA và KET_LUAN đều trống. Điền kết quả.",
    detail="NGAY_KQ is filled while GIA_TRI, MO_TA and KET_LUAN are empty.",
    examples=[
        fires("outpatient", {"XML4[2].GIA_TRI": ""}),
        silent("outpatient", {"XML4[2].GIA_TRI": "", "XML4[2].NGAY_KQ": ""}),
    ],
)
def result_empty(record: Record) -> Iterator[Problem]:
    """A row with the moment of its result has one; a late result may still be empty altogether."""
    for row in record.rows("XML4"):
        if row["NGAY_KQ"] and not any(row[name] for name in _TEXTS):
            yield row.at("GIA_TRI")


@rule(
    "result-index-spaces",
    WARNING,
    standards=_3176,
    basis="public checker emr-validation",
    sources=["EMR-049"],
    sentence="Mã chỉ số «{value}» có dấu cách. Viết liền, không dấu.",
    detail="MA_CHI_SO must not hold blanks.",
    examples=[
        fires("outpatient", {"XML4[2].MA_CHI_SO": "BACH CAU"}),
        silent("outpatient", {"XML4[2].MA_CHI_SO": "BACHCAU"}),
    ],
)
def result_index_spaces(record: Record) -> Iterator[Problem]:
    """MA_CHI_SO is one word."""
    for row in record.rows("XML4"):
        if " " in row["MA_CHI_SO"]:
            yield row.at("MA_CHI_SO")


@rule(
    "result-imaging-texts",
    WARNING,
    basis="public checker XML4_INFO_ERROR_MO_TA_EMPTY",
    sources=several("TRC-132 TRC-133"),
    sentence="Kết quả chẩn đoán hình ảnh thiếu {title}. Điền ô {field}.",
    detail="{field} is empty although MA_DICH_VU is a service of group 2 and has a result.",
    examples=[
        fires("outpatient", {"XML4[1].MO_TA": ""}),
        fires("outpatient", {"XML4[1].KET_LUAN": ""}),
        silent("outpatient", {"XML4[1].MO_TA": "", "XML4[1].KET_LUAN": "", "XML4[1].NGAY_KQ": ""}),
        silent("outpatient", {"XML4[1].KET_LUAN": "", "XML4[1].GIA_TRI": "12"}),
    ],
)
def result_imaging_texts(record: Record) -> Iterator[Problem]:
    """An image is described and concluded, unless the result is late or a measured value."""
    rows = record.rows("XML4")
    imaging = {line["MA_DICH_VU"] for line in record.lines if line["MA_NHOM"] == _IMAGING} if rows else set()
    for row in rows:
        if row["MA_DICH_VU"] in imaging and row["NGAY_KQ"] and not row["GIA_TRI"]:
            missing = [name for name in ("MO_TA", "KET_LUAN") if not row[name]]
            if len(missing) == 1:  # both: result-empty says it
                yield row.at(missing[0], title=record.standard.tables["XML4"].fields[missing[0]].vi)


@rule(
    "result-service-missing",
    WARNING,
    standards=_3176,
    basis="public checker XML4_INFO_ERROR_MA_DICH_VU",
    sources=["TRC-129"],
    sentence="Dòng kết quả không ghi mã dịch vụ nên không biết của chỉ định nào. Điền MA_DICH_VU.",
    detail="MA_DICH_VU of a result is empty; the workbook lets it be so.",
    examples=[fires("outpatient", {"XML4[2].MA_DICH_VU": ""}), silent("outpatient")],
)
def result_service_missing(record: Record) -> Iterator[Problem]:
    """A result names its service."""
    for row in record.rows("XML4"):
        if not row["MA_DICH_VU"]:
            yield row.at("MA_DICH_VU")


@rule(
    "result-reader-missing",
    WARNING,
    standards=_3176,
    basis="public checker XML4_INFO_ERROR_MA_BS_DOC_KQ",
    sources=["TRC-139"],
    sentence="Kết quả không ghi người đọc hoặc duyệt. Điền MA_BS_DOC_KQ.",
    detail="MA_BS_DOC_KQ is empty beside a result; the workbook lets it be so.",
    examples=[
        fires("outpatient", {"XML4[2].MA_BS_DOC_KQ": ""}),
        silent("outpatient", {"XML4[2].MA_BS_DOC_KQ": "", "XML4[2].GIA_TRI": "", "XML4[2].NGAY_KQ": ""}),
    ],
)
def result_reader_missing(record: Record) -> Iterator[Problem]:
    """Somebody read or approved a result that is there."""
    for row in record.rows("XML4"):
        if not row["MA_BS_DOC_KQ"] and any(row[name] for name in _TEXTS):
            yield row.at("MA_BS_DOC_KQ")


@rule(
    "result-conclusion-beside",
    WARNING,
    standards=_3176,
    basis="QĐ 3176/QĐ-BYT, as two public programs read it",
    sources=[],
    sentence="Kết quả vừa có GIA_TRI vừa có KET_LUAN. Khi đã ghi giá trị thì để trống KET_LUAN.",
    detail="When GIA_TRI is filled KET_LUAN stays empty.",
    examples=[
        fires("outpatient", {"XML4[2].KET_LUAN": "Tăng"}),
        silent("outpatient"),
        silent("outpatient", {"XML4[2].KET_LUAN": "Tăng"}, standard="QD4750"),
    ],
)
def result_conclusion_beside(record: Record) -> Iterator[Problem]:
    """A measured value stands without a conclusion; the decision's text was not available."""
    for row in record.rows("XML4"):
        if row["GIA_TRI"] and row["KET_LUAN"]:
            yield row.at("KET_LUAN")
