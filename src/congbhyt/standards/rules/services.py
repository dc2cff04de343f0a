"""Operations, procedures, machines, transport: what a service line must say beside its time and price."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from congbhyt.standards.ages import least_years
from congbhyt.standards.benefits import WHOLE, raised_level
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import OUTSOURCED, SURGERY_GROUPS, Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, QD4750, WARNING, rule, several

_SURGERY = "8"
_TRANSPORT = "12"
_FULL = Decimal(100)
_STOPPED = "_TB"
_LOCAL = "_GT"
_LOCAL_WORDS = "[gây tê]"
_MOVED_DIGITS = ("1", "2", "5")
"""Benefit digits of cards that pay for transport."""
_PICTURES = ("2", "3")
_ALWAYS = ("MA_BAC_SI", "NGAY_YL")
_PERFORMED = ("1", "2", "3", "8", "18")
"""Groups of services whose performer and time the workbook wants."""
_MACHINE = re.compile(r"[A-ZĐ]{1,4}\.[123]\.\S.*", re.DOTALL)
_LICENCE = re.compile(r"[0-9]{1,10}/\S.*", re.DOTALL)
_OUTPATIENT_CARE = ("tiêm bắp", "tiêm (bắp", "tiêm dưới da", "tiêm trong da", "tiêm tĩnh mạch", "truyền tĩnh mạch")
_CHILD, _GROWN = "trẻ em", "người lớn"
_CHILD_UNTIL = 16
_MOST_COMPARED = 200
"""So many procedures of a record are compared with one another; a stay of months has fewer."""


@rule(
    "surgery-quantity",
    WARNING,
    basis="public checker XML3_INFO_ERROR_SO_LUONG_INVALID",
    sources=["TRC-093"],
    sentence="Dòng phẫu thuật có số lượng {value}. Mỗi lần phẫu thuật ghi một dòng, số lượng 1.",
    detail="SO_LUONG of a line of MA_NHOM 8 is above 1.",
    examples=[
        fires("inpatient", {"XML3[3].SO_LUONG": "2.000"}, settle=True),
        silent("inpatient", {"XML3[4].SO_LUONG": "3.000"}, settle=True),
    ],
)
def surgery_quantity(record: Record) -> Iterator[Problem]:
    """An operation is counted once on each line."""
    for line in record.services:
        if line["MA_NHOM"] == _SURGERY and line.amount("SO_LUONG") > 1:
            yield line.at("SO_LUONG")


def _span(line: Row) -> tuple[datetime, datetime] | None:
    begun, ended = line.moment("NGAY_TH_YL"), line.moment("NGAY_KQ")
    return (begun, ended) if begun and ended and begun < ended else None


def _at_full_price(record: Record) -> list[tuple[tuple[datetime, datetime], frozenset[str], Row]]:
    """Operations and procedures paid in full, with their time and who carried them out."""
    found = []
    for line in record.services:
        if line["MA_NHOM"] not in SURGERY_GROUPS or line.number_of("TYLE_TT_DV") != _FULL:
            continue
        span, team = _span(line), frozenset(line.several("NGUOI_THUC_HIEN"))
        if span and team and line.amount("THANH_TIEN_BH") > 0:
            found.append((span, team, line))
    return found[:_MOST_COMPARED]


_SECOND_OPERATION = {
    "MA_NHOM": "8", "MA_DICH_VU": "10.0567.0491", "TEN_DICH_VU": "Phẫu thuật thăm dò (mẫu)", "MA_PTTT_QT": "54.11",
    "SO_LUONG": "1.000", "DON_GIA_BV": "2000000.000", "DON_GIA_BH": "2000000.000", "NGAY_YL": "202609101735",
    "NGAY_TH_YL": "202609101800", "NGAY_KQ": "202609101910", "PP_VO_CAM": "1", "MA_GIUONG": "",
    "NGUOI_THUC_HIEN": "000102/GPHN-BYT;000101/GPHN-BYT",
}  # fmt: skip


@rule(
    "surgery-ratio",
    ERROR,
    standards=QD4750,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: TYLE_TT_DV of operations",
    sources=several("ANX-025 CV266-020"),
    sentence="Hai phẫu thuật {other} và {code} cùng giờ, cùng ê-kíp đều tính 100%. Từ phẫu thuật thứ hai của một cuộc "
    "mổ ghi 50.",
    detail="Two lines of MA_NHOM 8 have the same NGAY_TH_YL, NGAY_KQ and NGUOI_THUC_HIEN and TYLE_TT_DV 100; from the "
    "second intervention of an operation on it is 50.",
    examples=[
        fires("inpatient", rows=[("XML3", _SECOND_OPERATION)], settle=True),
        silent("inpatient", rows=[("XML3", {**_SECOND_OPERATION, "TYLE_TT_DV": "50"})], settle=True),
        silent("inpatient", rows=[("XML3", {**_SECOND_OPERATION, "NGAY_KQ": "202609101930"})], settle=True),
    ],
)
def surgery_ratio(record: Record) -> Iterator[Problem]:
    """One team cannot do two operations in the same minutes, so the second belongs to the first and is paid at 50 %.

    Other shares (another team 80 %, an added procedure 80 %) cannot be told from the times alone.
    """
    first: dict[object, Row] = {}
    for span, team, line in _at_full_price(record):
        if line["MA_NHOM"] == _SURGERY:
            other = first.setdefault((span, team), line)
            if other is not line:
                yield line.at("TYLE_TT_DV", other=other["MA_DICH_VU"][:60], code=line["MA_DICH_VU"][:60])


@rule(
    "procedures-overlap",
    WARNING,
    basis="public checkers XML3_SERVICE_GROUP_PTTT_DUPLICATE, NS_10",
    sources=several("TRC-128 PCB-038"),
    sentence="{person} làm hai phẫu thuật, thủ thuật {other} và {code} trùng giờ trên cùng người bệnh. Kiểm tra giờ "
    "thực hiện và tỷ lệ thanh toán.",
    detail="{other} and {code} overlap in time, share the performer {person} and are both paid at 100 percent.",
    examples=[
        fires("inpatient", rows=[("XML3", {**_SECOND_OPERATION, "NGAY_KQ": "202609101930"})], settle=True),
        silent("inpatient", rows=[("XML3", {**_SECOND_OPERATION, "NGAY_TH_YL": "202609101910",
                                            "NGAY_KQ": "202609101950"})], settle=True),
        silent("inpatient", rows=[("XML3", {**_SECOND_OPERATION, "TYLE_TT_DV": "80", "NGAY_KQ": "202609101930"})],
               settle=True),
    ],
)  # fmt: skip
def procedures_overlap(record: Record) -> Iterator[Problem]:
    """One person at two operations or procedures of the patient at a time, without the lower share of an added one.

    Two operations with the same times and team are left to surgery-ratio; other patients' records are not seen.
    """
    timed = sorted(_at_full_price(record), key=lambda item: item[0])
    for number, (one, team, line) in enumerate(timed):
        for other, others, later in timed[number + 1 :]:
            if other[0] >= one[1]:
                break
            both = team & others
            if both and not (one == other and team == others and line["MA_NHOM"] == later["MA_NHOM"] == _SURGERY):
                yield later.at(
                    "NGAY_TH_YL", person=min(both)[:60], other=line["MA_DICH_VU"][:60], code=later["MA_DICH_VU"][:60]
                )


def _is_local(line: Row) -> bool:
    return line["MA_DICH_VU"].endswith(_LOCAL) or _LOCAL_WORDS in line["TEN_DICH_VU"].lower()


@rule(
    "anaesthesia-named",
    ERROR,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: PP_VO_CAM",
    sources=["ANX-055"],
    sentence="Dịch vụ «{service}» làm dưới gây tê nhưng thiếu phương pháp vô cảm. Ghi PP_VO_CAM.",
    detail="The code (_GT) or the name ([gây tê]) says local anaesthesia; PP_VO_CAM is empty.",
    examples=[
        fires("inpatient", {"XML3[3].TEN_DICH_VU": "Cắt u nhỏ [gây tê] (mẫu)", "XML3[3].PP_VO_CAM": ""}),
        silent("inpatient", {"XML3[3].TEN_DICH_VU": "Cắt u nhỏ [gây tê] (mẫu)", "XML3[3].PP_VO_CAM": "2"}),
    ],
)
def anaesthesia_named(record: Record) -> Iterator[Problem]:
    """A service that says itself that it was done under local anaesthesia has the method."""
    for line in record.services:
        if not line["PP_VO_CAM"] and _is_local(line):
            yield line.at("PP_VO_CAM", service=line["TEN_DICH_VU"][:80])


@rule(
    "surgery-anaesthesia",
    WARNING,
    basis="public checker XML3_INFO_ERROR_PP_VO_CAM_EMPTY",
    sources=["TRC-094"],
    sentence="Phẫu thuật «{service}» thiếu phương pháp vô cảm. Ghi PP_VO_CAM từ 1 đến 4.",
    detail="PP_VO_CAM is empty on a line of MA_NHOM 8.",
    examples=[
        fires("inpatient", {"XML3[3].PP_VO_CAM": ""}),
        silent("inpatient", {"XML3[3].PP_VO_CAM": "4"}),
    ],
)
def surgery_anaesthesia(record: Record) -> Iterator[Problem]:
    """An operation has a method of anaesthesia; one that was stopped (_TB) may have had none."""
    for line in record.services:
        if line["MA_NHOM"] != _SURGERY or line["PP_VO_CAM"] or _STOPPED in line["MA_DICH_VU"] or _is_local(line):
            continue
        yield line.at("PP_VO_CAM", service=line["TEN_DICH_VU"][:80])


@rule(
    "machine-missing",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: MA_MAY; public checkers",
    sources=several("ANX-051 TRC-090 PCH-074"),
    sentence="Dịch vụ «{service}» thiếu mã máy. Ghi MA_MAY của thiết bị đã dùng.",
    detail="MA_MAY is empty on a line of MA_NHOM {group}.",
    examples=[
        fires("outpatient", {"XML3[2].MA_MAY": ""}),
        silent("outpatient", {"XML3[2].MA_MAY": "", "XML3[2].MA_DICH_VU": "18.0119.0028.K.99002"}),
        silent("outpatient", {"XML3[3].MA_MAY": ""}),
    ],
)
def machine_missing(record: Record) -> Iterator[Problem]:
    """Imaging and function tests need a machine; laboratory tests may do without, and so does what is sent away."""
    for line in record.services:
        if line["MA_NHOM"] in _PICTURES and not line["MA_MAY"] and OUTSOURCED not in line["MA_DICH_VU"]:
            yield line.at("MA_MAY", service=line["TEN_DICH_VU"][:80], group=line["MA_NHOM"])


@rule(
    "machine-form",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3: MA_MAY; QĐ 3176",
    sources=["ANX-051"],
    sentence="Mã máy «{value}» sai dạng. Ghi nhóm máy, nguồn kinh phí (1, 2, 3) và số máy, ví dụ XQ.1.0123.",
    detail="MA_MAY is XX.n.serial (QĐ 3176) or XX.n.facility.serial, n from 1 to 3; further serials after semicolons.",
    examples=[
        fires("outpatient", {"XML3[2].MA_MAY": "XQ-0123"}),
        fires("outpatient", {"XML3[2].MA_MAY": "XQ.4.0123"}),
        silent("outpatient", {"XML3[2].MA_MAY": "XQ.1.01999.0123;XQ.2.01999.0124"}),
        silent("outpatient", {"XML3[2].MA_MAY": "ĐT.1.AB-0123;AB-0124"}),
    ],
)
def machine_form(record: Record) -> Iterator[Problem]:
    """The first machine has its group and funding; those after it may be serials only."""
    for line in record.services:
        machines = line.several("MA_MAY")
        if machines and not _MACHINE.fullmatch(machines[0]):
            yield line.at("MA_MAY")


_FREE = {"XML3[3].MA_DICH_VU": "22.0120.1370.K.01998", "XML4[2].MA_DICH_VU": "22.0120.1370.K.01998"}


@rule(
    "outsourced-line-fields",
    WARNING,
    basis="QĐ 4750/QĐ-BYT, annex, table 3, against the gateway's workbook",
    sources=["ANX-052"],
    sentence="Dịch vụ làm ở cơ sở khác để trống {fields}: phụ lục cho phép, nhưng cổng có thể vẫn đòi. Nên ghi nếu có.",
    detail="{fields} empty on a service carried out elsewhere (.K.): the annex allows it, the workbook does not.",
    examples=[
        fires(
            "outpatient", {**_FREE, "XML3[3].NGUOI_THUC_HIEN": "", "XML3[3].NGAY_TH_YL": "", "XML3[3].MA_BAC_SI": ""}
        ),
        silent("outpatient", _FREE),
        silent("outpatient"),
    ],
)
def outsourced_line_fields(record: Record) -> Iterator[Problem]:
    """Who ordered and who carried out a laboratory test elsewhere, and when, may be left empty."""
    fields = record.standard.tables["XML3"].fields.values()
    names = [field.name for field in fields if field.free_outsourced]
    for line in record.services:
        if OUTSOURCED in line["MA_DICH_VU"]:
            empty = [name for name in names if not line[name] and (name in _ALWAYS or line["MA_NHOM"] in _PERFORMED)]
            if empty:
                yield line.at(empty[0], fields=", ".join(empty))


@rule(
    "performer-form",
    WARNING,
    basis="public checker HC_245",
    sources=["PCH-085"],
    sentence="Người thực hiện «{item}» không giống số giấy phép hành nghề. Ghi số đầy đủ, ví dụ 000123/GPHN-BYT.",
    detail="NGUOI_THUC_HIEN holds {item}, which is no licence number (digits, a slash, who issued it).",
    examples=[
        fires("outpatient", {"XML3[2].NGUOI_THUC_HIEN": "NV0012"}),
        silent("outpatient", {"XML3[2].NGUOI_THUC_HIEN": "0012345/BYT-CCHN;000101/GPHN-BYT"}),
    ],
)
def performer_form(record: Record) -> Iterator[Problem]:
    """Everybody who carried out a service is named by the number of the licence or certificate."""
    for line in record.services:
        for item in line.several("NGUOI_THUC_HIEN"):
            if not _LICENCE.fullmatch(item):
                yield line.at("NGUOI_THUC_HIEN", item=item[:60])
                break


@rule(
    "transport-right",
    WARNING,
    basis="QĐ 1351/QĐ-BHXH: benefit digits",
    sources=["PCH-011"],
    sentence="Thẻ có mức hưởng {digits} không được quỹ trả chi phí vận chuyển. Kiểm tra dòng vận chuyển.",
    detail="A transport line (MA_NHOM 12) claims T_BHTT; the cards' digits {digits} do not pay transport.",
    examples=[
        fires("inpatient", rows=[("XML3", {
            "MA_NHOM": "12", "MA_DICH_VU": "VC.01998", "TEN_DICH_VU": "Vận chuyển người bệnh (mẫu)", "MA_GIUONG": "",
            "MA_XANG_DAU": "XD01", "NGAY_KQ": "", "NGAY_YL": "202609140900",
        })], settle=True),
        silent("inpatient", {"XML1.MA_THE_BHYT": "CN3019900000002", "XML3[6].MUC_HUONG": "100"}, rows=[("XML3", {
            "MA_NHOM": "12", "MA_DICH_VU": "VC.01998", "TEN_DICH_VU": "Vận chuyển người bệnh (mẫu)", "MA_GIUONG": "",
            "MA_XANG_DAU": "XD01", "NGAY_KQ": "", "NGAY_YL": "202609140900",
        })], settle=True),
        silent("outpatient"),
    ],
)  # fmt: skip
def transport_right(record: Record) -> Iterator[Problem]:
    """Only cards of digits 1, 2 and 5 pay for transport, and those that the law treats as digit 2 (CN, LH)."""
    digits = {card[2] for card in record.cards if len(card) > 2}
    raised = any(raised_level(card, record.day) == WHOLE for card in record.cards)
    if raised or not digits or digits.intersection(_MOVED_DIGITS):
        return
    for line in record.services:
        if line["MA_NHOM"] == _TRANSPORT and line.amount("T_BHTT") > 0:
            yield line.at("MA_NHOM", digits=", ".join(sorted(digits)))


@rule(
    "inpatient-injection",
    WARNING,
    basis="public checker S018.4; letter 266 of the insurance agency, topic KT144",
    sources=several("EMR-032 CV266-027"),
    sentence="«{service}» không tính riêng cho người bệnh nội trú: đã có trong tiền giường. Bỏ dòng này.",
    detail="An injection or infusion is billed on a stay (MA_LOAI_KCB {kind}); the bed's price holds it.",
    examples=[
        fires("inpatient", {"XML3[2].TEN_DICH_VU": "Tiêm tĩnh mạch (mẫu)"}),
        silent("outpatient", {"XML3[2].TEN_DICH_VU": "Tiêm tĩnh mạch (mẫu)"}),
    ],
)
def inpatient_injection(record: Record) -> Iterator[Problem]:
    """Injections and infusions by name; dressings and stitches have exceptions that the file does not show."""
    if record.kind != "03":
        return
    for line in record.services:
        if line["TEN_DICH_VU"].lower().startswith(_OUTPATIENT_CARE) and line.amount("T_BHTT") > 0:
            yield line.at("TEN_DICH_VU", service=line["TEN_DICH_VU"][:80], kind=record.kind)


@rule(
    "child-service",
    WARNING,
    basis="public checker D011.1",
    sources=["EMR-027"],
    sentence="«{service}» dành cho trẻ em nhưng người bệnh {years} tuổi. Kiểm tra mã dịch vụ hoặc ngày sinh.",
    detail="The service's name says children; the patient is {years}.",
    examples=[
        fires("outpatient", {"XML3[2].TEN_DICH_VU": "Nội soi phế quản ở trẻ em (mẫu)"}),
        silent("outpatient", {"XML3[2].TEN_DICH_VU": "Nội soi ở trẻ em và người lớn (mẫu)"}),
        silent("child", {"XML3[2].TEN_DICH_VU": "Nội soi phế quản ở trẻ em (mẫu)"}),
    ],
)
def child_service(record: Record) -> Iterator[Problem]:
    """A service named for children at a patient above sixteen."""
    years = least_years(record.visit["NGAY_SINH"], record.day)
    if years is None or years <= _CHILD_UNTIL:
        return
    for line in record.services:
        name = line["TEN_DICH_VU"].lower()
        if _CHILD in name and _GROWN not in name:
            yield line.at("TEN_DICH_VU", service=line["TEN_DICH_VU"][:80], years=years)
