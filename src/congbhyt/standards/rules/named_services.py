"""Services that the fund pays under conditions, known by their names: codes differ from hospital to hospital."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import WARNING, rule, several


@dataclass(frozen=True, slots=True)
class _Limit:
    """Words that a name holds all of, and how often a day the fund pays for it."""

    words: tuple[str, ...]
    most: int


_LIMITS = (_Limit(("afb", "trực tiếp"), 2), _Limit(("tim thai", "monitor"), 1))
_CONTRAST = ("có tiêm thuốc cản quang", "có tiêm thuốc đối quang")
_COMPUTED = ("cắt lớp vi tính", "clvt")
_CLOSED_SUCTION = ("hút đờm", "thông kín")
_VENTILATION = ("thông khí", "thở máy")


def _name(line: Row) -> str:
    return line["TEN_DICH_VU"].lower()


def _has(name: str, words: tuple[str, ...]) -> bool:
    return all(word in name for word in words)


@rule(
    "service-daily-limit",
    WARNING,
    basis="public checkers S011.1, S016.47; letter 266 of the insurance agency, topics KT184, KT193",
    sources=several("EMR-021 EMR-022 CV266-032 CV266-042"),
    sentence="«{service}» được tính {count} lần trong ngày {day}; quỹ trả nhiều nhất {most} lần một ngày. Kiểm tra các "
    "dòng này.",
    detail="{count} lines of this name on {day}; the fund pays {most} a day.",
    examples=[
        fires("inpatient", {"XML3[2].TEN_DICH_VU": "Theo dõi tim thai bằng monitor (mẫu)"}, rows=[("XML3", {
            "MA_NHOM": "3", "TEN_DICH_VU": "Theo dõi tim thai bằng monitor (mẫu)", "NGAY_YL": "202609102000",
            "MA_DICH_VU": "13.0023.2023", "NGAY_TH_YL": "202609102010", "NGAY_KQ": "202609102040", "MA_GIUONG": "",
            "NGUOI_THUC_HIEN": "000201/GPHN-BYT", "MA_MAY": "ST.1.01", "SO_LUONG": "1.000",
        })], settle=True),
        silent("inpatient", {"XML3[2].TEN_DICH_VU": "Theo dõi tim thai bằng monitor (mẫu)"}),
    ],
)  # fmt: skip
def service_daily_limit(record: Record) -> Iterator[Problem]:
    """Direct smears for tuberculosis more than twice, monitoring of a child's heart more than once a day."""
    counts: Counter[tuple[_Limit, date]] = Counter()
    for line in record.services:
        name = _name(line)
        limit = next((each for each in _LIMITS if _has(name, each.words)), None)
        day = line.day("NGAY_YL") if limit else None
        if limit is None or day is None:
            continue
        counts[limit, day] += 1
        if counts[limit, day] > limit.most:
            facts = {"count": counts[limit, day], "day": f"{day:%d/%m/%Y}", "most": limit.most}
            yield line.at("MA_DICH_VU", service=line["TEN_DICH_VU"][:80], **facts)


@rule(
    "contrast-without-drug",
    WARNING,
    basis="public checker D002.2; letter 266 of the insurance agency, topic KT183",
    sources=several("EMR-023 CV266-031"),
    sentence="«{service}» nhưng hồ sơ không có thuốc cản quang nào trong XML2. Bổ sung thuốc hoặc sửa dịch vụ.",
    detail="A computed tomography with contrast, and no drug line is ordered on that day.",
    examples=[
        fires("outpatient", {"XML3[2].TEN_DICH_VU": "Chụp CLVT lồng ngực có tiêm thuốc cản quang (mẫu)"},
              without=["XML2"], settle=True),
        silent("outpatient", {"XML3[2].TEN_DICH_VU": "Chụp CLVT lồng ngực có tiêm thuốc cản quang (mẫu)"}),
        silent("outpatient", without=["XML2"], settle=True),
    ],
)  # fmt: skip
def contrast_without_drug(record: Record) -> Iterator[Problem]:
    """A CT price with contrast although no drug at all was ordered that day; which drugs are contrast is not asked."""
    pictures = [line for line in record.services if line["MA_NHOM"] == "2" and _contrasted(_name(line))]
    days = {line.day("NGAY_YL") for line in record.drugs} if pictures else set()
    for line in pictures:
        if (day := line.day("NGAY_YL")) and day not in days and line.amount("T_BHTT") > 0:
            yield line.at("TEN_DICH_VU", service=line["TEN_DICH_VU"][:80])


def _contrasted(name: str) -> bool:
    return any(word in name for word in _CONTRAST) and any(word in name for word in _COMPUTED)


@rule(
    "suction-without-ventilation",
    WARNING,
    basis="public checker T001.3; letter 266 of the insurance agency, topic KT166",
    sources=several("EMR-034 CV266-030"),
    sentence="«{service}» chỉ được trả khi người bệnh thở máy, hồ sơ không có dịch vụ thông khí. Kiểm tra lại.",
    detail="Closed suction is billed, and no line of the record names ventilation.",
    examples=[
        fires("inpatient", {"XML3[2].TEN_DICH_VU": "Hút đờm qua ống nội khí quản bằng ống thông kín (mẫu)"}),
        silent("inpatient", {"XML3[2].TEN_DICH_VU": "Hút đờm qua ống nội khí quản bằng ống thông kín (mẫu)",
                             "XML3[3].TEN_DICH_VU": "Thông khí nhân tạo xâm nhập (mẫu)"}),
    ],
)  # fmt: skip
def suction_without_ventilation(record: Record) -> Iterator[Problem]:
    """Suction in a closed circuit needs a patient on a ventilator."""
    found = [line for line in record.services if _has(_name(line), _CLOSED_SUCTION) and line.amount("T_BHTT") > 0]
    if not found or any(word in _name(line) for line in record.services for word in _VENTILATION):
        return
    for line in found:
        yield line.at("TEN_DICH_VU", service=line["TEN_DICH_VU"][:80])
