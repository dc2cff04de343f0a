"""The person of a visit: name, identity number, address, telephone, weight, birth."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from congbhyt.standards.ages import NEWBORN_DAYS, days_of_life, least_years
from congbhyt.standards.cards import LENGTH
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record, Row
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_HEAVIEST = 200
"""Kilograms: more is grams written as kilograms, or a slip of the pen."""
_FROM_14 = 14
_VIETNAMESE = "000"
_EMERGENCY = "2"
_MALE, _FEMALE = "1", "2"
_INFANT_DAYS = 366

_MIDDLE_NAMES = {"VĂN": (_FEMALE, "nam"), "THỊ": (_MALE, "nữ")}
"""A middle name, the sex that it does not go with, and the sex that it goes with."""


def _arrived_days(record: Record, visit: Row) -> int | None:
    """Days from the birth to the arrival."""
    return days_of_life(visit["NGAY_SINH"], record.arrived.date()) if record.arrived else None


@rule(
    "identity-expected",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, SO_CCCD; public checkers",
    sources=several("TRC-009 PCX-049"),
    sentence="Người bệnh từ 14 tuổi nhưng chưa có số CCCD/định danh. Hỏi người bệnh và điền {field}.",
    detail="{field} is empty although the patient is at least 14 years old ({age}).",
    examples=[
        fires("outpatient", {"XML1.SO_CCCD": ""}),
        silent("child", {"XML1.SO_CCCD": ""}),
        silent("emergency", {"XML1.SO_CCCD": ""}),
    ],
)
def identity_expected(record: Record) -> Iterator[Problem]:
    """SO_CCCD is filled from 14 years on, the age from which everybody holds an identity card.

    Emergencies are left out: they may come without papers.
    """
    if record.arrived is None:
        return
    for visit in record.rows("XML1"):
        if visit["SO_CCCD"] or visit["MA_DOITUONG_KCB"] == _EMERGENCY:
            continue
        age = least_years(visit["NGAY_SINH"], record.arrived.date())
        if age is not None and age >= _FROM_14:
            yield visit.at("SO_CCCD", age=age)


@rule(
    "identity-form",
    WARNING,
    standards=("QD3176",),
    basis="Luật Căn cước 2023, điều 46: nine-digit identity cards ended on 31/12/2024",
    sources=several("PCH-033"),
    sentence="SO_CCCD «{value}» không đủ 12 chữ số. Ghi lại theo thẻ căn cước.",
    detail="{field} of a Vietnamese patient is a number of {length} digits, expected 12.",
    examples=[
        fires("outpatient", {"XML1.SO_CCCD": "09908000010"}),
        silent("outpatient", {"XML1.SO_CCCD": "C1234567"}),
        silent("outpatient", {"XML1.SO_CCCD": "123456789", "XML1.MA_QUOCTICH": "840"}),
    ],
)
def identity_form(record: Record) -> Iterator[Problem]:
    """A Vietnamese patient's SO_CCCD that is a number has 12 digits.

    QĐ 3176 lifted the form because passports and account names stand there too; those are not judged.
    """
    for visit in record.rows("XML1"):
        number = visit["SO_CCCD"]
        if number.isdigit() and len(number) != 12 and visit["MA_QUOCTICH"] == _VIETNAMESE:
            yield visit.at("SO_CCCD", length=len(number))


@rule(
    "identity-card-tail",
    WARNING,
    basis="public checkers",
    sources=several("PCH-053"),
    sentence="SO_CCCD «{value}» lại là phần số của thẻ BHYT. Ghi số trên thẻ căn cước.",
    detail="{field} repeats the last digits of the card {card}.",
    examples=[
        fires("outpatient", {"XML1.SO_CCCD": "019900000001"}),
        silent("outpatient", {"XML1.SO_CCCD": "019900000002"}),
    ],
)
def identity_card_tail(record: Record) -> Iterator[Problem]:
    """SO_CCCD is not the card's last 10 or 12 digits: then somebody copied the card instead of the identity card."""
    number = record.visit["SO_CCCD"]
    for card in record.cards:
        if number and len(card) == LENGTH and number in (card[3:], card[5:]):
            yield record.visit.at("SO_CCCD", card=card)
            return


@rule(
    "name-short",
    WARNING,
    basis="public checkers",
    sources=several("PCH-017"),
    sentence="Họ tên «{value}» quá ngắn. Ghi đủ họ, chữ đệm và tên như trên giấy tờ.",
    detail="{field} is one word of less than 5 letters.",
    examples=[
        fires("outpatient", {"XML1.HO_TEN": "THỬ"}),
        silent("outpatient", {"XML1.HO_TEN": "Y NA"}),
        silent("outpatient", {"XML1.HO_TEN": "SUE", "XML1.MA_QUOCTICH": "840"}),
    ],
)
def name_short(record: Record) -> Iterator[Problem]:
    """HO_TEN is more than one short word. Two short words (Y Na) are a real name, and foreign names may be short."""
    for visit in record.rows("XML1"):
        name = visit["HO_TEN"].strip() if visit["MA_QUOCTICH"] == _VIETNAMESE else ""
        if name and len(name) < 5 and " " not in name:
            yield visit.at("HO_TEN")


@rule(
    "name-sex",
    WARNING,
    basis="public checkers",
    sources=several("PCH-019 PCH-020"),
    sentence="Chữ đệm «{middle}» thường của {sex} nhưng giới tính ghi «{value}». Đối chiếu giấy tờ của người bệnh.",
    detail="The middle name {middle} is seldom borne with {field} {value}.",
    examples=[
        fires("outpatient", {"XML1.GIOI_TINH": "2"}),
        fires("outpatient", {"XML1.HO_TEN": "TRẦN THỊ MẪU"}),
        silent("outpatient", {"XML1.HO_TEN": "VĂN THỬ", "XML1.GIOI_TINH": "2"}),
        silent("newborn", {"XML1.HO_TEN": "TRẦN THỊ MẪU"}),
    ],
)
def name_sex(record: Record) -> Iterator[Problem]:
    """VĂN as second of three or more words goes with a male, THỊ with a female.

    Only the second word counts, and not when both occur: VĂN is also a family name and part of given names. Children
    in their first year are left out: they may still bear a parent's name.
    """
    for visit in record.rows("XML1"):
        words = unicodedata.normalize("NFC", visit["HO_TEN"]).upper().split()
        if len(words) < 3 or words[1] not in _MIDDLE_NAMES or _MIDDLE_NAMES.keys() <= set(words):
            continue
        other, sex = _MIDDLE_NAMES[words[1]]
        days = _arrived_days(record, visit)
        if visit["GIOI_TINH"] == other and (days is None or days > _INFANT_DAYS):
            yield visit.at("GIOI_TINH", middle=words[1], sex=sex)


@rule(
    "address-parts",
    WARNING,
    basis="public checkers",
    sources=several("PCH-018"),
    sentence="Địa chỉ «{value}» chỉ có một phần. Ghi đủ số nhà hoặc thôn, xã (phường), tỉnh, cách nhau bằng dấu phẩy.",
    detail="{field} has no comma: the commune or province seems to be missing.",
    examples=[
        fires("outpatient", {"XML1.DIA_CHI": "Phường An Thử"}),
        silent("outpatient", {"XML1.DIA_CHI": "Phường An Thử - tỉnh Thử Nghiệm"}),
    ],
)
def address_parts(record: Record) -> Iterator[Problem]:
    """DIA_CHI has several parts; a dash or semicolon parts them as well as the comma of the source."""
    for visit in record.rows("XML1"):
        address = visit["DIA_CHI"]
        if address and not any(sign in address for sign in ",;-–"):
            yield visit.at("DIA_CHI")


@rule(
    "commune-form",
    WARNING,
    basis="public checkers",
    sources=several("PCH-054"),
    sentence="Mã xã «{value}» không đủ 5 ký tự. Chọn lại xã (phường) trong danh mục.",
    detail="{field} must have 5 characters.",
    examples=[
        fires("outpatient", {"XML1.MAXA_CU_TRU": "9999"}),
        silent("outpatient", {"XML1.MAXA_CU_TRU": "99998"}),
    ],
)
def commune_form(record: Record) -> Iterator[Problem]:
    """MAXA_CU_TRU has five characters; more than five the field's length refuses."""
    for visit in record.rows("XML1"):
        if visit["MAXA_CU_TRU"] and len(visit["MAXA_CU_TRU"]) < 5:
            yield visit.at("MAXA_CU_TRU")


@rule(
    "phone-expected",
    WARNING,
    basis="public checkers",
    sources=several("PCH-032"),
    sentence="Chưa có số điện thoại của người bệnh hoặc người nhà. Hỏi và điền {field}, nếu họ cung cấp.",
    detail="{field} is empty. The annex asks for it only if the patient gives it.",
    examples=[
        fires("outpatient", {"XML1.DIEN_THOAI": ""}),
        silent("outpatient", {"XML1.DIEN_THOAI": "0000000109"}),
        silent("emergency", {"XML1.DIEN_THOAI": ""}),
    ],
)
def phone_expected(record: Record) -> Iterator[Problem]:
    """DIEN_THOAI is filled, except of emergencies: they may come without anybody to ask."""
    for visit in record.rows("XML1"):
        if not visit["DIEN_THOAI"] and visit["MA_DOITUONG_KCB"] != _EMERGENCY:
            yield visit.at("DIEN_THOAI")


@rule(
    "phone-short",
    WARNING,
    basis="public checkers",
    sources=several("PCH-063"),
    sentence="Số điện thoại «{value}» chưa đủ 10 chữ số. Ghi lại.",
    detail="{field} has {digits} digits, expected 10 or more.",
    examples=[
        fires("outpatient", {"XML1.DIEN_THOAI": "000000109"}),
        silent("outpatient", {"XML1.DIEN_THOAI": "+84 000 000 109"}),
    ],
)
def phone_short(record: Record) -> Iterator[Problem]:
    """DIEN_THOAI has at least ten digits."""
    for visit in record.rows("XML1"):
        digits = sum(sign.isdigit() for sign in visit["DIEN_THOAI"])
        if visit["DIEN_THOAI"] and digits < 10:
            yield visit.at("DIEN_THOAI", digits=digits)


@rule(
    "weight-high",
    WARNING,
    basis="public checkers",
    sources=several("TRC-006"),
    sentence="Cân nặng {value} kg lớn hơn {most} kg. Kiểm tra đã ghi bằng ki-lô-gam chưa.",
    detail="{field} is above {most}; the unit is kilogram.",
    examples=[
        fires("newborn", {"XML1.CAN_NANG": "3200"}),
        silent("outpatient", {"XML1.CAN_NANG": "199.50"}),
    ],
)
def weight_high(record: Record) -> Iterator[Problem]:
    """CAN_NANG is at most 200 kg."""
    for visit in record.rows("XML1"):
        if visit.amount("CAN_NANG") > _HEAVIEST:
            yield visit.at("CAN_NANG", most=_HEAVIEST)


@rule(
    "birth-after-visit",
    ERROR,
    basis="the file contradicts itself: nobody is treated before birth",
    sources=several("PCH-056"),
    sentence="Ngày sinh {said} sau ngày {day}, khi đợt khám chữa bệnh đã xong. Sửa NGAY_SINH hoặc ngày vào, ngày ra.",
    detail="NGAY_SINH {value} is after the end of the visit, {day}.",
    examples=[
        fires("outpatient", {"XML1.NGAY_SINH": "202701010000"}),
        fires("outpatient", {"XML1.NGAY_SINH": "202700000000"}),
        silent("newborn"),
        silent("outpatient", {"XML1.NGAY_SINH": "202600000000"}),
    ],
)
def birth_after_visit(record: Record) -> Iterator[Problem]:
    """The patient was born by the day of leaving; of an unknown day the first of its year is taken."""
    ended = record.left or record.arrived
    for visit in record.rows("XML1") if ended else ():
        birth = visit.birth()
        if birth is not None and ended is not None and birth > ended.date():
            yield visit.at("NGAY_SINH", day=f"{ended:%d/%m/%Y}")


@rule(
    "newborn-weight",
    WARNING,
    basis="public checkers",
    sources=several("PCX-019 PCX-082"),
    sentence="Trẻ dưới 30 ngày tuổi mà cân nặng ghi {value}. Ghi cân nặng thật, tính bằng ki-lô-gam.",
    detail="{field} is 0 for a child of {days} days.",
    examples=[
        fires("newborn", {"XML1.CAN_NANG": "0"}),
        silent("newborn", {"XML1.CAN_NANG": "2.85"}),
        silent("child", {"XML1.CAN_NANG": "0"}),
    ],
)
def newborn_weight(record: Record) -> Iterator[Problem]:
    """CAN_NANG of a child under 30 days is more than 0; that it is there at all the field's facts say."""
    for visit in record.rows("XML1"):
        weight, days = visit.number_of("CAN_NANG"), _arrived_days(record, visit)
        if weight is not None and weight <= 0 and days is not None and days < 30:
            yield visit.at("CAN_NANG", days=days)


@rule(
    "newborn-birth-time",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, NGAY_SINH",
    sources=several("ANX-041"),
    sentence="Trẻ {days} ngày tuổi: ghi cả giờ, phút sinh trong {field}, nếu biết.",
    detail="{field} of a child of {most} days or less should hold hour and minute, not 0000.",
    examples=[
        fires("newborn", {"XML1.NGAY_SINH": "202609120000"}),
        silent("newborn", {"XML1.NGAY_SINH": "202609120001"}),
        silent("child"),
    ],
)
def newborn_birth_time(record: Record) -> Iterator[Problem]:
    """NGAY_SINH of a newborn tells hour and minute."""
    for visit in record.rows("XML1"):
        days = _arrived_days(record, visit)
        if days is not None and days <= NEWBORN_DAYS and visit["NGAY_SINH"][8:] == "0000":
            yield visit.at("NGAY_SINH", days=days, most=NEWBORN_DAYS)
