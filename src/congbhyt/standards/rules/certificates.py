"""Certificates that end a stay or a birth: discharge slip (XML7), summary (XML8), birth certificate (XML9)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from congbhyt.standards.ages import years_between
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import ERROR, QD130, WARNING, rule, several
from congbhyt.standards.rules.stay import LONG_ENDED, shown
from congbhyt.standards.values import as_said

_PARENTS = ("MA_CHA", "MA_ME", "HO_TEN_CHA", "HO_TEN_ME")
_MINOR_YEARS = 16
_DEAD_CHILD = ("NGAY_SINHCON", "NGAY_CONCHET", "SO_CONCHET")
_BIRTH_NOTES = (("SINHCON_PHAUTHUAT", "phẫu thuật"), ("SINHCON_DUOI32TUAN", "32 tuần"))
"""By flag: the words that GHI_CHU has when it is 1."""
_BIRTH_NUMBERS = ("SO_CON", "LAN_SINH", "CAN_NANG_CON")


@rule(
    "discharge-slip-day",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 7",
    sources=["ANX-060"],
    sentence="Ngày chứng từ của giấy ra viện là {said}, phải là ngày ra viện {left}. Sửa NGAY_CT.",
    detail="NGAY_CT must equal the day of NGAY_RA, {left}.",
    examples=[fires("inpatient", {"XML7.NGAY_CT": "20260915"}), silent("inpatient")],
)
def discharge_slip_day(record: Record) -> Iterator[Problem]:
    """A discharge slip is dated on the day of the discharge."""
    for row in record.rows("XML7"):
        written, left = row.day("NGAY_CT"), row.day("NGAY_RA")
        if written is not None and left is not None and written != left:
            yield row.at("NGAY_CT", left=f"{left:%d/%m/%Y}")


_STAYS = {"XML7": ("NGAY_RA",), "XML8": ("NGAY_VAO", "NGAY_RA")}
"""Days of a certificate that XML1 tells too; a slip may be a newborn's, who arrived by being born."""


@rule(
    "certificate-stay-other",
    WARNING,
    basis="the file contradicts itself: one stay, told twice",
    sources=[],
    sentence="{field} của {table} là {said}, XML1 ghi {other}. Ghi cho giống nhau.",
    detail="{field} of {table} is on another day than XML1.{field}, {other}.",
    examples=[
        fires("inpatient", {"XML8.NGAY_VAO": "202609091410"}),
        fires("inpatient", {"XML7.NGAY_RA": "202609130930", "XML7.NGAY_CT": "20260913"}),
        silent("inpatient", {"XML7.NGAY_RA": "202609141000"}),
        silent("newborn"),
    ],
)
def certificate_stay_other(record: Record) -> Iterator[Problem]:
    """Discharge slip and summary tell the days of XML1; the hour may differ, and so may a course's (02, 05, 07, 08)."""
    visit = record.visit
    for table, names in _STAYS.items() if record.kind not in LONG_ENDED else ():
        for row in record.rows(table):
            for name in names:
                own, other = row.day(name), visit.day(name)
                if own and other and own != other:
                    yield row.at(name, table=record.standard.tables[table].title, other=as_said(visit[name]))


@rule(
    "discharge-slip-parents",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, table 7",
    sources=["ANX-061"],
    sentence="Người bệnh dưới 16 tuổi: giấy ra viện phải ghi họ tên hoặc mã BHXH của cha, mẹ.",
    detail="MA_CHA, MA_ME, HO_TEN_CHA and HO_TEN_ME are empty although the patient is under 16.",
    examples=[
        fires("newborn", {"XML7.HO_TEN_ME": ""}),
        silent("newborn"),
        silent("inpatient"),
    ],
)
def discharge_slip_parents(record: Record) -> Iterator[Problem]:
    """The slip of a child names a parent; without XML1 nobody knows the age."""
    birth = record.visit.birth()
    if birth is not None and 0 <= years_between(birth, record.day) < _MINOR_YEARS:
        for row in record.rows("XML7"):
            if not any(row[name] for name in _PARENTS):
                yield row.at("HO_TEN_ME")


@rule(
    "termination-outside-stay",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-053"],
    sentence="Thời điểm đình chỉ thai {said} nằm ngoài đợt điều trị ({arrived} đến {left}). Xem lại.",
    detail="THOIGIAN_DINHCHI must lie between NGAY_VAO {arrived} and NGAY_RA {left} of the slip.",
    examples=[
        fires("inpatient", {
            "XML7.MA_DINH_CHI_THAI": "1", "XML7.NGUYENNHAN_DINHCHI": "Thai lưu", "XML7.TUOI_THAI": "9",
            "XML7.THOIGIAN_DINHCHI": "202609011000",
        }),
        silent("inpatient", {
            "XML7.MA_DINH_CHI_THAI": "1", "XML7.NGUYENNHAN_DINHCHI": "Thai lưu", "XML7.TUOI_THAI": "9",
            "XML7.THOIGIAN_DINHCHI": "202609121000",
        }),
    ],
)  # fmt: skip
def termination_outside_stay(record: Record) -> Iterator[Problem]:
    """A pregnancy that a discharge slip says was ended was ended during the stay."""
    for row in record.rows("XML7"):
        moment, arrived, left = row.moment("THOIGIAN_DINHCHI"), row.moment("NGAY_VAO"), row.moment("NGAY_RA")
        if moment is not None and arrived is not None and left is not None and not arrived <= moment <= left:
            yield row.at("THOIGIAN_DINHCHI", arrived=shown(arrived), left=shown(left))


@rule(
    "dead-child-parts",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 8",
    sources=["ANX-063"],
    sentence="Con chết sau sinh phải ghi đủ ngày sinh, ngày chết, số con chết; còn thiếu {missing}.",
    detail="NGAY_SINHCON, NGAY_CONCHET and SO_CONCHET are filled together or not at all; missing: {missing}.",
    examples=[
        fires("inpatient", {"XML8.NGAY_SINHCON": "20260911", "XML8.NGAY_CONCHET": "20260912"}),
        silent("inpatient"),
        silent("inpatient", {
            "XML8.NGAY_SINHCON": "20260911", "XML8.NGAY_CONCHET": "20260912", "XML8.SO_CONCHET": "1",
        }),
        silent("inpatient", {"XML8.SO_CONCHET": "0"}),
    ],
)  # fmt: skip
def dead_child_parts(record: Record) -> Iterator[Problem]:
    """A child that died after birth has its two days and its count; a count of 0 means that none died."""
    for row in record.rows("XML8"):
        missing = [name for name in _DEAD_CHILD if not row[name] or row.whole(name) == 0]
        if missing and len(missing) < len(_DEAD_CHILD):
            yield row.at(missing[0], missing=", ".join(missing))


@rule(
    "dead-child-order",
    ERROR,
    standards=(*QD130, "CV3220"),
    basis="QĐ 130/QĐ-BYT, annex, table 8; CV 3220/BHXH-CNTT, CT04",
    sources=["EMR-055"],
    sentence="Ngày con chết {said} sớm hơn ngày sinh con {born}. Sửa lại.",
    detail="{field} must not be before NGAY_SINHCON {born}.",
    examples=[
        fires("inpatient", {
            "XML8.NGAY_SINHCON": "20260912", "XML8.NGAY_CONCHET": "20260911", "XML8.SO_CONCHET": "1",
        }),
        fires("summary-voucher", {"CT04.NGAY_SINHCON": "20260912", "CT04.NGAY_CHETCON": "20260911"}),
        silent("summary-voucher", {"CT04.NGAY_SINHCON": "20260912", "CT04.NGAY_CHETCON": "20260912"}),
    ],
)  # fmt: skip
def dead_child_order(record: Record) -> Iterator[Problem]:
    """Nobody dies before being born."""
    for table, death in (("XML8", "NGAY_CONCHET"), ("CT04", "NGAY_CHETCON")):
        for row in record.rows(table):
            born, died = row.day("NGAY_SINHCON"), row.day(death)
            if born is not None and died is not None and died < born:
                yield row.at(death, born=f"{born:%d/%m/%Y}")


@rule(
    "dead-child-outside-stay",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-055"],
    sentence="Ngày sinh con {said} nằm ngoài đợt điều trị ({arrived} đến {left}). Xem lại.",
    detail="NGAY_SINHCON must lie between NGAY_VAO {arrived} and NGAY_RA {left} of the summary.",
    examples=[
        fires("inpatient", {
            "XML8.NGAY_SINHCON": "20260901", "XML8.NGAY_CONCHET": "20260902", "XML8.SO_CONCHET": "1",
        }),
        silent("inpatient", {
            "XML8.NGAY_SINHCON": "20260911", "XML8.NGAY_CONCHET": "20260912", "XML8.SO_CONCHET": "1",
        }),
    ],
)  # fmt: skip
def dead_child_outside_stay(record: Record) -> Iterator[Problem]:
    """A child whose death the summary tells was born during the stay."""
    for row in record.rows("XML8"):
        born, arrived, left = row.day("NGAY_SINHCON"), row.day("NGAY_VAO"), row.day("NGAY_RA")
        if born is not None and arrived is not None and left is not None and not arrived <= born <= left:
            yield row.at("NGAY_SINHCON", arrived=f"{arrived:%d/%m/%Y}", left=f"{left:%d/%m/%Y}")


@rule(
    "document-before-discharge",
    WARNING,
    basis="public checker emr-validation",
    sources=several("EMR-056 EMR-063"),
    sentence="Ngày chứng từ {said} sớm hơn ngày ra viện {left}. Xem lại NGAY_CT.",
    detail="NGAY_CT must not be before the day of NGAY_RA, {left}.",
    examples=[
        fires("inpatient", {"XML8.NGAY_CT": "20260913"}),
        fires("long-stay", {"XML8.NGAY_CT": "20260913"}),
        silent("inpatient", {"XML8.NGAY_CT": "20260915"}),
        silent("re-visit"),
        silent("re-visit", {
            "XML1.MA_LOAI_KCB": "05", "XML1.NGAY_RA": "202610112359", "XML14.NGAY_RA": "202610112359",
            "XML14.NGAY_HEN_KL": "20261012",
        }),
    ],
)  # fmt: skip
def document_before_discharge(record: Record) -> Iterator[Problem]:
    """Summary and re-visit slip are written when the patient leaves, or later; slips of a course while it runs."""
    for table in ("XML8", "XML14") if record.kind not in LONG_ENDED else ():
        for row in record.rows(table):
            written, left = row.day("NGAY_CT"), row.day("NGAY_RA") or record.visit.day("NGAY_RA")
            if written is not None and left is not None and written < left:
                yield row.at("NGAY_CT", left=f"{left:%d/%m/%Y}")


@rule(
    "birth-certificates-many",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 9",
    sources=["ANX-064"],
    sentence="Có {count} giấy chứng sinh nhưng SO_CON chỉ ghi {value} con. Sửa số con hoặc bỏ giấy thừa.",
    detail="XML9 has {count} rows, SO_CON says {value} children.",
    examples=[
        fires("birth-certificate", rows=[("XML9", {"HO_TEN_CON": "NGUYỄN MẪU HAI"})]),
        silent("birth-certificate", {"XML9[*].SO_CON": "2"}, rows=[("XML9", {"HO_TEN_CON": "NGUYỄN MẪU HAI"})]),
    ],
)
def birth_certificates_many(record: Record) -> Iterator[Problem]:
    """No more certificates than children of the delivery."""
    rows = record.rows("XML9")
    children = rows[0].whole("SO_CON") if rows else None
    if children is not None and 1 <= children < len(rows):
        yield rows[children].at("SO_CON", count=len(rows))


@rule(
    "birth-certificates-few",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, table 9",
    sources=["ANX-064"],
    sentence="Lần sinh này có {value} con nhưng chỉ có {count} giấy chứng sinh. Mỗi con sống cần một giấy: bổ sung "
    "hoặc sửa số con.",
    detail="XML9 has {count} rows, SO_CON says {value} children; a stillborn child has none.",
    examples=[
        fires("birth-certificate", {"XML9.SO_CON": "2"}),
        silent("birth-certificate"),
    ],
)
def birth_certificates_few(record: Record) -> Iterator[Problem]:
    """A certificate for each child; only asked, because a stillborn child gets none."""
    rows = record.rows("XML9")
    children = rows[0].whole("SO_CON") if rows else None
    if children is not None and children > len(rows):
        yield rows[0].at("SO_CON", count=len(rows))


@rule(
    "birth-note",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, table 9",
    sources=["ANX-065"],
    sentence="{flag} là {given} nhưng ghi chú giấy chứng sinh là «{value}». Sửa ghi chú hoặc {flag}.",
    detail="GHI_CHU names «{words}» exactly when {flag} is 1; {flag} is {given}.",
    examples=[
        fires("birth-certificate", {"XML9.GHI_CHU": "Sinh thường"}),
        fires("birth-certificate", {"XML9.SINHCON_PHAUTHUAT": "0"}),
        fires("birth-certificate", {"XML9.SINHCON_DUOI32TUAN": "1"}),
        silent("birth-certificate", {
            "XML9.SINHCON_DUOI32TUAN": "1", "XML9.GHI_CHU": "PHẪU THUẬT, sinh con dưới 32 tuần tuổi",
        }),
        silent("birth-certificate", {"XML9.SINHCON_PHAUTHUAT": "0", "XML9.GHI_CHU": "Không phẫu thuật"}),
    ],
)  # fmt: skip
def birth_note(record: Record) -> Iterator[Problem]:
    """GHI_CHU says what the two flags say.

    Its wording is fixed, but was not available in full: the words that no wording can do without are looked for.
    """
    for row in record.rows("XML9"):
        note = " ".join(unicodedata.normalize("NFC", row["GHI_CHU"]).casefold().split())
        for flag, words in _BIRTH_NOTES if note else ():
            said = words in note
            if (row[flag] == "1" and not said) or (row[flag] == "0" and said and "không" not in note):
                yield row.at("GHI_CHU", flag=flag, given=row[flag], words=words)


@rule(
    "birth-numbers",
    WARNING,
    basis="public checker emr-validation",
    sources=["EMR-057"],
    sentence="{field} của giấy chứng sinh là {value}, phải lớn hơn 0. Sửa lại.",
    detail="{field} must be above 0.",
    examples=[
        fires("birth-certificate", {"XML9.SO_CON": "0"}),
        fires("birth-certificate", {"XML9.CAN_NANG_CON": "0"}),
        silent("birth-certificate"),
    ],
)
def birth_numbers(record: Record) -> Iterator[Problem]:
    """At least one child, one delivery, some weight."""
    for row in record.rows("XML9"):
        for name in _BIRTH_NUMBERS:
            number = row.whole(name)
            if number is not None and number < 1:
                yield row.at(name)


@rule(
    "birth-identity-future",
    WARNING,
    basis="public checker XML9_INFO_ERROR_NGAYCAP_CCCD_NND_FUTURE_DATE",
    sources=["TRC-169"],
    sentence="Ngày cấp CCCD của mẹ {said} ở tương lai. Xem lại NGAYCAP_CCCD_NND.",
    detail="NGAYCAP_CCCD_NND lies after the day of checking.",
    examples=[
        fires("birth-certificate", {"XML9.NGAYCAP_CCCD_NND": "20310510"}),
        silent("birth-certificate"),
    ],
)
def birth_identity_future(record: Record) -> Iterator[Problem]:
    """An identity paper was issued before it is written down."""
    for row in record.rows("XML9"):
        issued = row.day("NGAYCAP_CCCD_NND")
        if issued is not None and issued > record.today:
            yield row.at("NGAYCAP_CCCD_NND")


@rule(
    "birth-place-codes",
    WARNING,
    basis="public checkers XML9_INFO_ERROR_INVALID_MATINH_CU_TRU and …_MAXA_CU_TRU",
    sources=several("TRC-175 TRC-177"),
    sentence="{field} của mẹ là «{value}», phải có {digits} chữ số. Xem lại mã nơi cư trú.",
    detail="{field} must have {digits} digits.",
    examples=[
        fires("birth-certificate", {"XML9.MATINH_CU_TRU": "9"}),
        fires("birth-certificate", {"XML9.MAXA_CU_TRU": "9999"}),
        silent("birth-certificate"),
    ],
)
def birth_place_codes(record: Record) -> Iterator[Problem]:
    """The mother's province has two digits and her commune five."""
    for row in record.rows("XML9"):
        for name, digits in (("MATINH_CU_TRU", 2), ("MAXA_CU_TRU", 5)):
            code = row[name]
            if code and not (len(code) == digits and code.isascii() and code.isdigit()):
                yield row.at(name, digits=digits)
