"""Supply lines (MA_NHOM 10, 11) and the services in which they were used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule


def base_code(code: str) -> str:
    """MA_DICH_VU without what a suffix says about the way: _GT, _TB, _TT, .K.facility."""
    return code.partition("_")[0].partition(".K.")[0]


def _services_by_code(record: Record) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for line in record.services:
        if line["MA_DICH_VU"]:
            found.setdefault(base_code(line["MA_DICH_VU"]), []).append(line)
    return found


def _used_in(record: Record) -> Iterator[tuple[Row, str, list[Row]]]:
    """Supply lines that name a service, with each name and the lines of that service."""
    supplies = [line for line in record.supplies if line["MA_DICH_VU"]]
    services = _services_by_code(record) if supplies else {}
    for line in supplies:
        for code in line.several("MA_DICH_VU"):
            yield line, code, services.get(base_code(code), [])


@rule(
    "supply-service",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: MA_DICH_VU of supplies",
    sources=["ANX-054"],
    sentence="Vật tư ghi dùng trong dịch vụ {code} nhưng hồ sơ không có dịch vụ này. Sửa mã, hoặc để trống nếu vật tư "
    "không dùng trong phẫu thuật, thủ thuật.",
    detail="The supply names MA_DICH_VU {code}, which no service line of the record has.",
    examples=[
        fires("inpatient", {"XML3[4].MA_DICH_VU": "03.3327.0999"}),
        silent("inpatient", {"XML3[4].MA_DICH_VU": ""}),
        silent("inpatient", {"XML3[3].MA_DICH_VU": "03.3327.0686_GT", "XML3[3].PP_VO_CAM": "2"}),
    ],
)
def supply_service(record: Record) -> Iterator[Problem]:
    """The service that a supply names is a line of the same record."""
    for line, code, services in _used_in(record):
        if not services:
            yield line.at("MA_DICH_VU", code=code[:60])


@rule(
    "supply-service-day",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: NGAY_YL of supplies is the day of the procedure",
    sources=["TRC-121"],
    sentence="Vật tư ghi ngày {shown} nhưng dịch vụ {code} không làm ngày đó. Ghi ngày thực hiện dịch vụ.",
    detail="NGAY_YL of the supply is {shown}; no line of MA_DICH_VU {code} was ordered, done or finished that day.",
    examples=[
        fires("inpatient", {"XML3[4].NGAY_YL": "202609121730"}),
        silent("inpatient", {"XML3[4].NGAY_YL": "202609101910"}),
    ],
)
def supply_service_day(record: Record) -> Iterator[Problem]:
    """A supply is used on a day of its service; a service without any readable moment excuses it."""
    spans: dict[str, list[tuple[date, date] | None]] = {}
    for line, code, services in _used_in(record):
        day = line.day("NGAY_YL")
        if code not in spans:
            spans[code] = list(dict.fromkeys(_days(each) for each in services))
        if day and spans[code] and not any(span is None or span[0] <= day <= span[1] for span in spans[code]):
            yield line.at("NGAY_YL", shown=f"{day:%d/%m/%Y}", code=code[:60])


def _days(line: Row) -> tuple[date, date] | None:
    """The first and the last day of a service line."""
    days = [day for name in ("NGAY_YL", "NGAY_TH_YL", "NGAY_KQ") if (day := line.day(name))]
    return (min(days), max(days)) if days else None


@rule(
    "package-service",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: GOI_VTYT",
    sources=["ANX-053"],
    sentence="Gói vật tư {value} không ghi ở dòng dịch vụ nào. Ghi GOI_VTYT ở cả dòng dịch vụ dùng gói.",
    detail="GOI_VTYT {value} stands on supply lines only; the service line that goes with the package carries it too.",
    examples=[
        fires("inpatient", {"XML3[4].GOI_VTYT": "G1"}),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[3].GOI_VTYT": "G1"}),
    ],
)
def package_service(record: Record) -> Iterator[Problem]:
    """A package of supplies belongs to a use of a service, so a service line has the same mark."""
    packages: dict[str, Row] = {}
    for line in record.supplies:
        if line["GOI_VTYT"]:
            packages.setdefault(line["GOI_VTYT"], line)
    marked = {line["GOI_VTYT"] for line in record.services} if packages else set()
    for package, line in packages.items():
        if package not in marked:
            yield line.at("GOI_VTYT")
