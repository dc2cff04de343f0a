"""Prices, ratios, ceilings and quantities of one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from congbhyt.standards.benefits import limits
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.loading import base_salary
from congbhyt.standards.records import SUPPLY_GROUPS, Problem, Record, Row
from congbhyt.standards.rules.amounts import OUTSIDE_SCOPE, TOLERANCE, differs, packaged
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_ANNEX = "QĐ 130/QĐ-BYT, annex, table 3"
_PRICES = ("DON_GIA_BV", "DON_GIA_BH")
_UNPRICED = "0000"
_STOPPED = "TB"
_LARGE = Decimal(50_000_000)
_FUND = "1"
_ARMY_SCOPE = "3"
_ARMY_DIGIT = "5"
_PLAIN_GROUPS = frozenset({*SUPPLY_GROUPS, "12"})


def unpriced(line: Row) -> bool:
    """Whether the code says that the service is approved without a price (XX.YYYY.0000)."""
    parts = line["MA_DICH_VU"].partition("_")[0].split(".")
    return len(parts) > 2 and parts[2] == _UNPRICED and line["MA_NHOM"] not in SUPPLY_GROUPS


def stopped(line: Row) -> bool:
    """Whether the code says that the service was begun and not finished (_TB), alone or with other suffixes."""
    _, mark, suffixes = line["MA_DICH_VU"].partition("_")
    return bool(mark) and _STOPPED in suffixes.replace(".", "_").split("_") and line["MA_NHOM"] not in SUPPLY_GROUPS


@rule(
    "unpriced-service-price",
    ERROR,
    basis=_ANNEX,
    sources=several("ANX-029"),
    sentence="Dịch vụ {code} chưa có giá (mã tận cùng 0000) nên đơn giá BHYT phải là 0, không phải {value}.",
    detail="MA_DICH_VU {code} ends in .0000, approved without a price: DON_GIA_BH must be 0.",
    examples=[
        fires("inpatient", {"XML3[3].MA_DICH_VU": "03.3327.0000", "XML3[4].MA_DICH_VU": "03.3327.0000"}),
        silent(
            "inpatient",
            {
                "XML3[3].MA_DICH_VU": "03.3327.0000",
                "XML3[4].MA_DICH_VU": "03.3327.0000",
                "XML3[3].DON_GIA_BH": "0.000",
            },
            settle=True,
        ),
    ],
)
def unpriced_service_price(record: Record) -> Iterator[Problem]:
    """A service approved without a price has no insured price."""
    for line in record.lines:
        if unpriced(line) and line.amount("DON_GIA_BH"):
            yield line.at("DON_GIA_BH", code=line["MA_DICH_VU"])


@rule(
    "stopped-service-price",
    ERROR,
    basis=_ANNEX,
    sources=several("ANX-030"),
    sentence="Dịch vụ {code} đã dừng (mã có _TB) nên {field} phải là 0, không phải {value}. Thuốc, vật tư đã dùng "
    "vẫn ghi.",
    detail="MA_DICH_VU {code} was begun and stopped: DON_GIA_BV and DON_GIA_BH must be 0.",
    examples=[
        fires("inpatient", {"XML3[3].MA_DICH_VU": "03.3327.0686_TB", "XML3[4].MA_DICH_VU": "03.3327.0686_TB"}),
        silent(
            "inpatient",
            {
                "XML3[3].MA_DICH_VU": "03.3327.0686_TB",
                "XML3[4].MA_DICH_VU": "03.3327.0686_TB",
                "XML3[3].DON_GIA_BV": "0.000",
                "XML3[3].DON_GIA_BH": "0.000",
            },
            settle=True,
        ),
    ],
)
def stopped_service_price(record: Record) -> Iterator[Problem]:
    """A service that was stopped costs nothing; what was used up in it is listed by itself."""
    for line in record.lines:
        if stopped(line):
            for name in _PRICES:
                if line.amount(name):
                    yield line.at(name, code=line["MA_DICH_VU"])


@rule(
    "reused-supply-prices",
    ERROR,
    basis=_ANNEX,
    sources=several("ANX-032"),
    sentence="Vật tư tái sử dụng: đơn giá BHYT {value} phải bằng đơn giá bệnh viện {price}.",
    detail="With TAI_SU_DUNG 1 DON_GIA_BH must equal DON_GIA_BV {price}.",
    examples=[
        fires("inpatient", {"XML3[4].TAI_SU_DUNG": "1", "XML3[4].DON_GIA_BH": "30000.000"}, settle=True),
        silent("inpatient", {"XML3[4].TAI_SU_DUNG": "1"}),
        silent("inpatient", {"XML3[4].DON_GIA_BH": "30000.000"}, settle=True),
    ],
)
def reused_supply_prices(record: Record) -> Iterator[Problem]:
    """A supply that is used again has one price; outside the scope nothing is said."""
    for line in record.lines:
        if line["TAI_SU_DUNG"] != "1" or line["PHAM_VI"] == OUTSIDE_SCOPE:
            continue
        price, insured = line.number_of("DON_GIA_BV"), line.number_of("DON_GIA_BH")
        if price is not None and insured is not None and differs(price, insured):
            yield line.at("DON_GIA_BH", price=line["DON_GIA_BV"])


@rule(
    "package-ceiling",
    ERROR,
    basis=_ANNEX,
    sources=several("ANX-033"),
    sentence="Trần thanh toán gói vật tư là {value}, phải là 45 tháng lương cơ sở ({expected}); không có trần thì "
    "để trống.",
    detail="T_TRANTT must be 45 × base salary = {expected}, or empty.",
    examples=[
        fires("inpatient", {"XML3[3].GOI_VTYT": "G1", "XML3[4].GOI_VTYT": "G1", "XML3[4].T_TRANTT": "18000000.00"}),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[4].T_TRANTT": "113850000.00"}),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[4].T_TRANTT": "105300000.00"}, standard="QD4750"),
        silent("inpatient", {"XML3[4].GOI_VTYT": "G1", "XML3[4].T_TRANTT": "0.00"}),
    ],
)
def package_ceiling(record: Record) -> Iterator[Problem]:
    """The ceiling of a package is 45 months of base salary, of the first or the last day; 0 passes for none."""
    for line in record.lines:
        if not line["T_TRANTT"] or not (ceiling := line.amount("T_TRANTT")):
            continue
        begun = record.visit.day("NGAY_VAO") or record.day
        right = [Decimal(limits().ceiling_months * base_salary(day)) for day in (record.day, begun)]
        if all(differs(ceiling, each) for each in right):
            yield line.at("T_TRANTT", expected=f"{right[0]:.2f}")


_DEAR_PACKAGE = {
    "XML3[3].GOI_VTYT": "G1", "XML3[4].GOI_VTYT": "G1", "XML3[4].T_TRANTT": "113850000.00",
    "XML3[4].DON_GIA_BV": "3200000.000", "XML3[4].DON_GIA_BH": "3200000.000", "XML3[4].MUC_HUONG": "100",
}  # fmt: skip
"""A supply in a package, of which 35 stay below the ceiling and 36 do not."""


@rule(
    "package-fund-above-ceiling",
    WARNING,
    basis="public checker, XML3_INVALID_T_TRANTT_T_BHTT",
    sources=several("TRC-111"),
    sentence="Quỹ BHYT trả {paid} cho vật tư của gói, nhiều hơn trần thanh toán {ceiling}. Tính lại T_BHTT của gói.",
    detail="T_BHTT of the lines of a package adds up to {paid}, above T_TRANTT {ceiling}.",
    examples=[
        fires("inpatient", {**_DEAR_PACKAGE, "XML3[4].SO_LUONG": "36.000"}, settle=True),
        silent("inpatient", {**_DEAR_PACKAGE, "XML3[4].SO_LUONG": "35.000"}, settle=True),
    ],
)
def package_fund_above_ceiling(record: Record) -> Iterator[Problem]:
    """What the fund pays for a package stays below its ceiling; lines without a package's number stand alone."""
    packages: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for line in record.lines:
        if packaged(line):
            packages[line["GOI_VTYT"], 0 if line["GOI_VTYT"] else line.number].append(line)
    for rows in packages.values():
        capped = next((line for line in rows if line.amount("T_TRANTT") > 0), None)
        if capped is None:
            continue
        paid = sum((line.amount("T_BHTT") for line in rows), Decimal(0))
        if paid > capped.amount("T_TRANTT") + TOLERANCE:
            yield capped.at("T_BHTT", paid=f"{paid:.2f}", ceiling=capped["T_TRANTT"])


@rule(
    "package-price-above-ceiling",
    WARNING,
    basis="public checker anhtnse1308/emr-validation",
    sources=several("EMR-047"),
    sentence="Đơn giá BHYT {value} cao hơn trần thanh toán {ceiling}: ghi đơn giá BHYT bằng trần.",
    detail="DON_GIA_BH exceeds T_TRANTT {ceiling}; an insured price stops at the ceiling.",
    examples=[
        fires("inpatient", {
            "XML3[4].T_TRANTT": "113850000.00", "XML3[4].SO_LUONG": "1.000", "XML3[4].DON_GIA_BV": "120000000.000",
            "XML3[4].DON_GIA_BH": "120000000.000", "XML3[4].MUC_HUONG": "100",
            "XML3[4].THANH_TIEN_BH": "113850000.00",
        }, settle=True),
        silent("inpatient", {
            "XML3[4].T_TRANTT": "113850000.00", "XML3[4].SO_LUONG": "1.000", "XML3[4].DON_GIA_BV": "120000000.000",
            "XML3[4].DON_GIA_BH": "113850000.000",
        }, settle=True),
    ],
)  # fmt: skip
def package_price_above_ceiling(record: Record) -> Iterator[Problem]:
    """The insured price of one piece is no more than the ceiling; a lower one passes, other ceilings may hold."""
    for line in record.lines:
        if not line["T_TRANTT"]:
            continue
        ceiling = line.amount("T_TRANTT")
        if ceiling > 0 and line.amount("DON_GIA_BH") > ceiling + TOLERANCE:
            yield line.at("DON_GIA_BH", ceiling=line["T_TRANTT"])


@rule(
    "outside-scope-ratio",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, tables 2 and 3",
    sources=several("ANX-028 TT12-005"),
    sentence="Dòng ngoài phạm vi BHYT (PHAM_VI 2) nên tỷ lệ thanh toán phải là 0, không phải {value}.",
    detail="With PHAM_VI 2 TYLE_TT_BH must be 0.",
    examples=[
        fires("outpatient", {"XML2.PHAM_VI": "2"}),
        fires("outpatient", {"XML3.PHAM_VI": "2"}),
        silent("outpatient", {"XML2.PHAM_VI": "2", "XML2.TYLE_TT_BH": "0"}, settle=True),
    ],
)
def outside_scope_ratio(record: Record) -> Iterator[Problem]:
    """What is outside the scope is paid at a ratio of 0, so that the fund has no part of it."""
    for line in record.costs:
        if line["PHAM_VI"] == OUTSIDE_SCOPE and line.amount("TYLE_TT_BH"):
            yield line.at("TYLE_TT_BH")


@rule(
    "army-scope",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, PHAM_VI; NĐ 70/2015/NĐ-CP; public checker, XML2_PHAM_VI_INVALID",
    sources=several("TRC-084"),
    sentence="Phạm vi 3 chỉ dành cho thẻ quân đội, công an, cơ yếu (QN, CA, CY). Sửa PHAM_VI hoặc kiểm tra thẻ.",
    detail="PHAM_VI 3 needs a card with benefit digit 5.",
    examples=[
        fires("outpatient", {"XML2.PHAM_VI": "3"}),
        silent("outpatient", {"XML2.PHAM_VI": "3", "XML1.MA_THE_BHYT": "QN5979900000003", "XML2[*].MUC_HUONG": "100",
                              "XML3[*].MUC_HUONG": "100"}, settle=True),
        silent("outpatient", {"XML1.MA_THE_BHYT": "QN5979900000003", "XML2[*].MUC_HUONG": "100",
                              "XML3[*].MUC_HUONG": "100"}, settle=True),
    ],
)  # fmt: skip
def army_scope(record: Record) -> Iterator[Problem]:
    """Scope 3 goes with a card of army, police or cipher staff.

    The public checker wants scope 3 of every drug of such a card; the annex only of what is outside the list.
    """
    if not record.cards or any(card[2:3] == _ARMY_DIGIT for card in record.cards):
        return
    for line in record.costs:
        if line["PHAM_VI"] == _ARMY_SCOPE:
            yield line.at("PHAM_VI")


@rule(
    "price-zero",
    WARNING,
    basis="public checker, XML_26, HC_92",
    sources=several("PCX-020 PCH-038"),
    sentence="{field} là 0. Kiểm tra giá của {item}.",
    detail="{field} is 0 for a drug of the fund, or a service or supply neither stopped (_TB), nor without price "
    "(.0000), nor out of scope.",
    examples=[
        fires("outpatient", {"XML3.DON_GIA_BV": "0.000", "XML3.DON_GIA_BH": "0.000"}, settle=True),
        fires("outpatient", {"XML3.DON_GIA_BH": "0.000"}, settle=True),
        fires("outpatient", {"XML2.DON_GIA": "0.000"}, settle=True),
        silent("outpatient", {"XML2.DON_GIA": "0.000", "XML2.NGUON_CTRA": "2"}, settle=True),
        silent("inpatient", {"XML3[3].MA_DICH_VU": "03.3327.0000", "XML3[4].MA_DICH_VU": "03.3327.0000",
                             "XML3[3].DON_GIA_BV": "0.000", "XML3[3].DON_GIA_BH": "0.000"}, settle=True),
        silent("inpatient", {"XML3[4].DON_GIA_BH": "0.000", "XML3[4].PHAM_VI": "2", "XML3[4].TYLE_TT_BH": "0"},
               settle=True),
    ],
)  # fmt: skip
def price_zero(record: Record) -> Iterator[Problem]:
    """Services and supplies have prices; the code or the scope says where they have none.

    So have drugs that the fund pays for; those of projects and programmes may be given without one.
    """
    for figures in record.figures[: len(record.drugs)]:
        line = figures.row
        if figures.price == 0 and figures.quantity and figures.ratio and line["NGUON_CTRA"] == _FUND:
            yield line.at("DON_GIA", item=line["TEN_THUOC"] or line["MA_THUOC"])
    for figures in record.figures[len(record.drugs) :]:
        name = "DON_GIA_BV" if figures.price == 0 else "DON_GIA_BH" if figures.insured_price == 0 else ""
        line = figures.row
        if not name or not figures.quantity or stopped(line) or unpriced(line):
            continue
        if name == "DON_GIA_BH" and not figures.ratio:
            continue
        yield line.at(name, item=line["TEN_DICH_VU"] or line["TEN_VAT_TU"] or line["MA_DICH_VU"])


@rule(
    "service-price-large",
    WARNING,
    basis="public checker, XML_20",
    sources=several("PCX-015"),
    sentence="Đơn giá {value} trên 50 triệu đồng. Kiểm tra dấu chấm và số 0.",
    detail="DON_GIA_BV of a service exceeds 50,000,000.",
    examples=[
        fires("inpatient", {"XML3[3].DON_GIA_BV": "50000001.000"}, settle=True),
        silent("inpatient", {"XML3[4].DON_GIA_BV": "60000000.000"}, settle=True),
    ],
)
def service_price_large(record: Record) -> Iterator[Problem]:
    """No service costs more than 50 million; supplies may."""
    for line in record.figures[len(record.drugs) :]:
        if line.price and line.price > _LARGE and line.row["MA_NHOM"] not in _PLAIN_GROUPS:
            yield line.row.at("DON_GIA_BV")


@rule(
    "drug-quantity-zero",
    WARNING,
    basis="public checker, XML_95",
    sources=several("PCX-073"),
    sentence="Số lượng thuốc là 0. Ghi số lượng đã dùng, hoặc bỏ dòng này.",
    detail="SO_LUONG of a drug line is 0.",
    examples=[
        fires("outpatient", {"XML2.SO_LUONG": "0.000"}, settle=True),
        silent("outpatient", {"XML2.SO_LUONG": "0.500"}, settle=True),
    ],
)
def drug_quantity_zero(record: Record) -> Iterator[Problem]:
    """A drug line says how much was used."""
    for line in record.drugs:
        if line.number_of("SO_LUONG") == 0:
            yield line.at("SO_LUONG")
