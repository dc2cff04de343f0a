"""The two slips that send a patient on: referral (XML13) and re-visit (XML14)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import ERROR, QD4750, WARNING, rule, several
from congbhyt.standards.rules.stay import LONG_ENDED

_3176 = ("QD3176",)
_SLIPS = ("XML13", "XML14")
_WITHOUT_END = ("QN", "CA", "CY")
"""Cards of army, police and cipher staff cannot be looked up: their last day may be unknown."""
_EXPECTED = {
    "XML13": ("MA_CSKCB", "CHAN_DOAN_RV", "MA_BENH_CHINH", "MA_LOAI_RV"),
    "XML14": ("NGAY_VAO", "NGAY_RA", "CHAN_DOAN_RV", "MA_BENH_CHINH", "MA_DOITUONG_KCB"),
}


@rule(
    "referral-treatment",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, gateway's workbook, table 13",
    sources=["V4750-VAL-116"],
    sentence="Phương pháp điều trị trên giấy chuyển tuyến khác với XML1 («{other}»). Ghi cho giống nhau.",
    detail="PP_DIEUTRI must equal XML1.PP_DIEU_TRI, which is {other!r}.",
    examples=[
        fires("referral", {"XML13.PP_DIEUTRI": "Nghỉ ngơi"}),
        silent("referral", {"XML1.PP_DIEU_TRI": "", "XML13.PP_DIEU_TRI": ""}, standard="QD4750"),
        silent("referral", {"XML13.PP_DIEUTRI": ""}),
    ],
)
def referral_treatment(record: Record) -> Iterator[Problem]:
    """PP_DIEUTRI repeats XML1.

    The workbook names a field PP_DIEUTRI of XML1, which calls it PP_DIEU_TRI; an outpatient's may be empty there.
    """
    wanted = record.visit["PP_DIEU_TRI"]
    if wanted:
        for row in record.rows("XML13"):
            if row["PP_DIEUTRI"] and _normal(row["PP_DIEUTRI"]) != _normal(wanted):
                yield row.at("PP_DIEUTRI", other=wanted[:60])


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


@rule(
    "referral-destination",
    ERROR,
    standards=_3176,
    basis="QĐ 4750/QĐ-BYT, gateway's workbook, table 13; QĐ 3176 renames the field",
    sources=["V4750-VAL-101"],
    sentence="Giấy chuyển tuyến ghi nơi chuyển đến {value}, XML1 ghi {other}. Sửa cho giống nhau.",
    detail="MA_CSKCB_DEN must equal XML1.MA_NOI_DEN, which is {other}.",
    examples=[
        fires("referral", {"XML13.MA_CSKCB_DEN": "01997"}),
        silent("referral"),
    ],
)
def referral_destination(record: Record) -> Iterator[Problem]:
    """The slip and XML1 send the patient to one facility."""
    other = record.visit["MA_NOI_DEN"]
    for row in record.rows("XML13") if other else ():
        if row["MA_CSKCB_DEN"] not in ("", other):
            yield row.at("MA_CSKCB_DEN", other=other)


@rule(
    "slip-cards",
    WARNING,
    standards=QD4750,
    basis="public checkers XML13_INFO_ERROR_GT_THE_DEN and …_MISMATCH_COUNT",
    sources=several("TRC-219 TRC-220"),
    sentence="Giấy ghi {cards} thẻ nhưng {ends} ngày hết hạn thẻ. Mỗi thẻ phải có một ngày, theo cùng thứ tự.",
    detail="MA_THE_BHYT has {cards} items, GT_THE_DEN {ends}.",
    examples=[
        fires("re-visit", {"XML14.GT_THE_DEN": ""}),
        fires("referral", {"XML13.GT_THE_DEN": ""}),
        silent("referral"),
        silent("referral", {"XML13.MA_THE_BHYT": "", "XML13.GT_THE_DEN": ""}),
    ],
)
def slip_cards(record: Record) -> Iterator[Problem]:
    """Every card of a slip has its last day, except where it cannot be looked up."""
    for table in _SLIPS:
        for row in record.rows(table):
            cards, ends = row.several("MA_THE_BHYT"), row.several("GT_THE_DEN")
            if len(cards) != len(ends) and not any(card.startswith(_WITHOUT_END) for card in cards):
                yield row.at("GT_THE_DEN", cards=len(cards), ends=len(ends))


@rule(
    "slip-facts",
    WARNING,
    standards=_3176,
    basis="public checker tracnn/qlbv_public; the workbook lets them be empty",
    sources=several("TRC-226 TRC-232 TRC-234 TRC-240 TRC-251 TRC-252 TRC-255 TRC-256 TRC-258"),
    sentence="{slip} thiếu {title}. Điền ô {field} như ở XML1.",
    detail="{field} is empty; the paper slip has it.",
    examples=[
        fires("referral", {"XML13.CHAN_DOAN_RV": ""}),
        fires("re-visit", {"XML14.NGAY_RA": ""}),
        silent("referral"),
        silent("re-visit"),
    ],
)
def slip_facts(record: Record) -> Iterator[Problem]:
    """A slip that the next hospital reads without XML1 tells who sends, when, and with which disease."""
    for table, names in _EXPECTED.items():
        facts = record.standard.tables[table]
        for row in record.rows(table):
            for name in names:
                if not row[name]:
                    yield row.at(name, slip=facts.title, title=facts.fields[name].vi)


@rule(
    "referral-summary",
    WARNING,
    standards=QD4750,
    basis="public checker XML13_INFO_ERROR_TOMTAT_KQ; the workbook lets it be empty",
    sources=["TRC-230"],
    sentence="Chuyển người bệnh nội trú mà giấy chuyển tuyến không tóm tắt kết quả cận lâm sàng. Điền TOMTAT_KQ.",
    detail="TOMTAT_KQ is empty beside NGAY_VAO_NOI_TRU.",
    examples=[
        fires("referral", {
            "XML1.NGAY_VAO_NOI_TRU": "202609140800", "XML13.NGAY_VAO_NOI_TRU": "202609140800", "XML13.TOMTAT_KQ": "",
        }),
        silent("referral", {"XML13.TOMTAT_KQ": ""}),
    ],
)  # fmt: skip
def referral_summary(record: Record) -> Iterator[Problem]:
    """An inpatient is sent on with the results."""
    for row in record.rows("XML13"):
        if row["NGAY_VAO_NOI_TRU"] and not row["TOMTAT_KQ"]:
            yield row.at("TOMTAT_KQ")


@rule(
    "re-visit-same-day",
    WARNING,
    standards=QD4750,
    basis="public checker XML14_INFO_ERROR_NGAY_HEN_KL_SMALLER_NGAY_RA",
    sources=["TRC-254"],
    sentence="Hẹn khám lại ngay trong ngày ra viện ({said}). Xem lại NGAY_HEN_KL.",
    detail="NGAY_HEN_KL is the day of NGAY_RA.",
    examples=[
        fires("re-visit", {"XML14.NGAY_HEN_KL": "20260914"}),
        silent("re-visit"),
        silent("re-visit", {"XML14.NGAY_HEN_KL": "20260914", "XML1.MA_LOAI_KCB": "05"}),
    ],
)
def re_visit_same_day(record: Record) -> Iterator[Problem]:
    """Nobody is asked to come again on the day of leaving; an earlier day the field's order refuses.

    Courses end with the last day of their drugs, on which the patient does come again.
    """
    for row in record.rows("XML14") if record.kind not in LONG_ENDED else ():
        again, left = row.day("NGAY_HEN_KL"), row.day("NGAY_RA") or record.visit.day("NGAY_RA")
        if again is not None and again == left:
            yield row.at("NGAY_HEN_KL")
