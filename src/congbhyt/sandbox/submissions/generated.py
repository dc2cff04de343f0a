"""Good submissions at random: the scenarios with other days, lines, prices, sources and texts.

Only what no rule compares with something else is drawn freely; amounts are worked out afterwards. The same number
gives the same submission.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from congbhyt.sandbox.submissions.draft import DAYS, Draft, DraftRow
from congbhyt.sandbox.submissions.scenarios import SCENARIOS, good, standards_of
from congbhyt.sandbox.submissions.settling import settle
from congbhyt.standards.model import Field, Kind

_WORDS = (
    "sốt", "ho", "đau", "bụng", "ngực", "nhẹ", "vừa", "tỉnh", "tiếp xúc tốt", "da niêm hồng", "ổn định", "“mẫu”", "&",
    "<38°C", "Đặng", "khô", "êm", "rõ", "kháng sinh", "theo dõi", "3 ngày", "50%", "(trái)", "phải;", "nghỉ ngơi",
)  # fmt: skip
_FREE_TEXTS = ("LY_DO_VV", "CHAN_DOAN_VAO", "GHI_CHU", "DIEN_BIEN_LS", "HOI_CHAN", "CACH_DUNG", "QT_BENHLY")
"""Texts that no rule reads."""
_READ = {("XML9", "GHI_CHU")}
"""The same names where a rule reads them: the remark on a birth has a fixed wording."""
_SHIFT = 20
"""Days by which a submission is moved at most; the calendar's turning points lie farther from the scenarios' days."""
_SOURCES = ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_CL")


def generated(number: int) -> Draft:
    """The good submission with this number."""
    random = Random(number)
    scenario = random.choice(list(SCENARIOS))
    standard = random.choice(standards_of(scenario))
    draft = good(scenario, standard, _day(random, standard))
    for table, rows in draft.tables.items():
        for row in rows:
            _write_texts(random, draft, table, row)
    for row in [*draft.tables.get("XML2", ()), *draft.tables.get("XML3", ())]:
        _draw_price(random, row)
    settle(draft)
    return draft


def _day(random: Random, standard: str) -> date:
    return DAYS[standard] + timedelta(random.randint(-_SHIFT // 2, _SHIFT // 2))


def _write_texts(random: Random, draft: Draft, table: str, row: DraftRow) -> None:
    fields = draft.standard.tables[table].fields
    for name in _FREE_TEXTS:
        if row.get(name) and fields[name].kind is Kind.TEXT and (table, name) not in _READ:
            row[name] = _text(random, fields[name])


def _text(random: Random, field: Field) -> str:
    text = " ".join(random.choices(_WORDS, k=random.randint(1, 40)))
    return text[: field.length].strip() or "ho"


def _draw_price(random: Random, row: DraftRow) -> None:
    """A dearer line, never a cheaper one: the 15 % line is crossed upwards only."""
    factor = random.randint(1000, 1999)
    for name in ("DON_GIA", "DON_GIA_BV", "DON_GIA_BH"):
        if row.get(name) and "MA_NHOM" in row and row["MA_NHOM"] in ("1", "2", "3", "4", "10"):
            row[name] = f"{float(row[name]) * factor / 1000:.3f}"
    if row.get("T_NGUONKHAC_NSNN") == "0.00" and random.random() < 0.05:
        row[random.choice(_SOURCES)] = f"{random.randint(1, 300)}.{random.randint(0, 99):02d}"
