"""What assessors ask about out of habit: check-ups that look like care, and codes that say little."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import WARNING, rule, several

_WATCHED = ("Z00", "R53")
_CHECK_UPS = ("Z00", "Z02", "Z10", "Z11", "Z12", "Z13")
"""Check-ups, certificates, screenings: chapters of ICD-10 that describe no illness and no follow-up of one."""
_TESTS = frozenset({"1", "2", "3"})
_PREVENTION = frozenset({"15", "16"})
"""MA_LOAI_KCB of periodic check-ups and screenings (QĐ 1804/QĐ-BYT of 2026)."""
_WORDS = ("khám sức khỏe", "kiểm tra sức khỏe", "khám tổng quát", "khám theo yêu cầu")


def _claimed(record: Record) -> bool:
    """Whether the fund is asked for money for something that is not prevention by its kind."""
    return record.visit.amount("T_BHTT") > 0 and record.kind not in _PREVENTION


@rule(
    "disease-watched",
    WARNING,
    basis="public checkers",
    sources=several("TRC-061 TRC-062"),
    sentence="Mã {code} không nói lên bệnh cụ thể nên hay bị hỏi khi giám định. Chọn mã cụ thể hơn nếu có.",
    detail="{field} holds {code}, a code that assessors watch (check-up, tiredness).",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "R53"}),
        fires("outpatient", {"XML1.MA_BENH_KT": "I10;Z00.0"}),
        silent("outpatient", {"XML1.MA_BENH_CHINH": "Z01.0"}),
        silent("uninsured", {"XML1.MA_BENH_CHINH": "R53"}),
    ],
)
def disease_watched(record: Record) -> Iterator[Problem]:
    """Neither main nor accompanying code of a paid visit says "check-up" or "tiredness"."""
    if not _claimed(record):
        return
    visit = record.visit
    for name in ("MA_BENH_CHINH", "MA_BENH_KT"):
        for code in visit.several(name):
            if code.startswith(_WATCHED):
                yield visit.at(name, code=code[:20])


@rule(
    "check-up-claimed",
    WARNING,
    basis="Luật BHYT, điều 23: check-ups are not paid; public checkers",
    sources=several("PCH-001"),
    sentence="Bệnh chính {value}, có cận lâm sàng, không có thuốc: giống khám sức khỏe, BHYT không trả. Kiểm tra lại.",
    detail="Main code {value}, tests but no drug, T_BHTT above 0: this looks like a check-up.",
    examples=[
        fires("outpatient", {"XML1.MA_BENH_CHINH": "Z02.8"}, without=["XML2"], settle=True),
        silent("outpatient", {"XML1.MA_BENH_CHINH": "Z02.8"}),
        silent("outpatient", {"XML1.MA_BENH_CHINH": "Z09.8"}, without=["XML2"], settle=True),
    ],
)
def check_up_claimed(record: Record) -> Iterator[Problem]:
    """A visit for check-up, certificate or screening, with tests and without drugs, asks for money.

    The source takes every Z code. Here only those count that describe no illness: follow-ups, pregnancies, dialysis
    and the like are care.
    """
    if not record.visit["MA_BENH_CHINH"].startswith(_CHECK_UPS) or record.drugs or not _claimed(record):
        return
    if any(line["MA_NHOM"] in _TESTS for line in record.lines):
        yield record.visit.at("MA_BENH_CHINH")


@rule(
    "check-up-words",
    WARNING,
    basis="Luật BHYT, điều 23: check-ups are not paid; public checkers",
    sources=several("PCB-026 PCB-044"),
    sentence="{field} ghi «{words}»: BHYT không trả trường hợp này. Nếu là khám bệnh thì ghi lại lý do, chẩn đoán.",
    detail="{field} contains {words!r} although T_BHTT is above 0.",
    examples=[
        fires("outpatient", {"XML1.LY_DO_VV": "Khám sức khoẻ định kỳ"}),
        fires("outpatient", {"XML1.CHAN_DOAN_VAO": "Khám tổng quát"}),
        silent("outpatient", {"XML1.LY_DO_VV": "Sức khỏe giảm sút"}),
        silent("uninsured", {"XML1.LY_DO_VV": "Khám sức khỏe"}),
    ],
)
def check_up_words(record: Record) -> Iterator[Problem]:
    """Reason and first diagnosis of a paid visit do not speak of a check-up or of care on request."""
    if not _claimed(record):
        return
    for name in ("LY_DO_VV", "CHAN_DOAN_VAO"):
        text = unicodedata.normalize("NFC", record.visit[name]).lower().replace("khoẻ", "khỏe")
        for words in _WORDS:
            if words in text:
                yield record.visit.at(name, words=words)
                break
