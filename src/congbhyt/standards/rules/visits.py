"""The codes of a visit: whose it is, how the patient came, by whom sent, how and whereto the patient left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from congbhyt.standards.ages import NEWBORN_DAYS, days_of_life
from congbhyt.standards.examples import fires, silent
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.rules.rule import ERROR, WARNING, rule, several

_REGISTERED = "1.1"
_NEWBORN = "1.7"
_BY_SLIP = frozenset({"1.3", "1.5"})
"""Subjects that come with a slip of another facility: a referral, a re-visit."""
_OWN_SLIP_RULE = _BY_SLIP | {"2", "7", "7.1", "7.2", "7.3", "7.4", "10"}
"""Not asked for the number beside MA_NOI_DI: emergencies and those who fetch drugs may come without a slip."""
_OUTPATIENTS = frozenset({"1.12", "1.13", "1.14", "1.18", "3.5"})
_INPATIENTS = frozenset({"1.15", "3.2"})
_ELSEWHERE = frozenset({"1.12", "1.13", "1.14", "1.15", "1.18"})
"""Subjects, beside 3.…, that only somebody registered elsewhere can have."""
_STAYS = frozenset({"03", "04", "09"})
_VISITS = frozenset({"01", "02", "05", "07", "08"})
_SENT_ON = frozenset({"2", "5"})
_NOT_AFTER_DEATH = frozenset({"2", "3", "5"})
_DIED = "5"
_MONTHS = 12


@rule(
    "visit-id-same",
    ERROR,
    basis="QĐ 130/QĐ-BYT, annex, MA_LK",
    sources=several("V4750-VAL-001 V4750-VAL-017 V4750-VAL-053 V4750-VAL-067 PCX-029 PCX-089"),
    sentence="{count} dòng của bảng này có MA_LK «{value}», khác với XML1 («{expected}»). Bỏ dòng của hồ sơ khác, hoặc "
    "sửa MA_LK.",
    detail="MA_LK must equal XML1.MA_LK, {expected!r}; {count} rows of the table have {value!r}.",
    examples=[
        fires("outpatient", {"XML2[2].MA_LK": "01999.260914.00009"}),
        fires("inpatient", {"XML5[*].MA_LK": "01999.260914.00009"}),
        silent("inpatient"),
    ],
)
def visit_id_same(record: Record) -> Iterator[Problem]:
    """MA_LK is the same in every row of every table; where it is empty the field's facts speak.

    One finding stands for all rows of a table with the same other MA_LK.
    """
    expected = record.visit["MA_LK"]
    if not expected:
        return
    for rows in record.tables.values():
        strange = [row for row in rows if row["MA_LK"] != expected and row["MA_LK"]]
        counts = Counter(row["MA_LK"] for row in strange)
        first = {row["MA_LK"]: row for row in reversed(strange)}
        for value, row in sorted(first.items(), key=lambda item: item[1].number):
            yield row.at("MA_LK", expected=expected[:60], count=counts[value])


@rule(
    "visit-id-blank",
    WARNING,
    basis="public checkers",
    sources=several("PCH-062"),
    sentence="MA_LK «{value}» có khoảng trắng. Phần mềm phải bỏ khoảng trắng trong mã.",
    detail="{field} contains white space.",
    examples=[
        fires("outpatient", {f"XML{number}[*].MA_LK": "01999 260914 00001" for number in (1, 2, 3, 4)}),
        silent("outpatient"),
    ],
)
def visit_id_blank(record: Record) -> Iterator[Problem]:
    """MA_LK has no blank."""
    if any(sign.isspace() for sign in record.visit["MA_LK"]):
        yield record.visit.at("MA_LK")


@rule(
    "facility-same",
    ERROR,
    basis="CV 3190/BHXH-CNTT; reply code 10073",
    sources=several("API-001 V4750-VAL-015 V4750-VAL-048"),
    sentence="Mã cơ sở «{value}» khác với {where} («{expected}»). Gửi hồ sơ bằng đúng mã của cơ sở khám chữa bệnh.",
    detail="{field} must equal {origin}, {expected!r}.",
    examples=[
        fires("outpatient", {"XML1.MA_CSKCB": "01998"}),
        silent("outpatient"),
    ],
)
def facility_same(record: Record) -> Iterator[Problem]:
    """MA_CSKCB of the visit and of its slips is the facility of the envelope.

    XML6, XML13 and XML15 repeat XML1 by the facts of the field; a check-in has no envelope of its own.
    """
    sender, treating = record.envelope.facility, record.visit["MA_CSKCB"]
    if sender and treating and treating != sender:
        yield record.visit.at("MA_CSKCB", expected=sender[:20], where="MACSKCB của tệp", origin="THONGTINDONVI/MACSKCB")
    for slip in record.rows("XML14"):
        if treating and slip["MA_CSKCB"] and slip["MA_CSKCB"] != treating:
            yield slip.at("MA_CSKCB", expected=treating[:20], where="bảng XML1", origin="XML1.MA_CSKCB")


@rule(
    "settlement-year",
    ERROR,
    basis="gateway workbook of QĐ 4750, as under QĐ 4210",
    sources=several("V4750-VAL-046"),
    sentence="Năm quyết toán {value} ở tương lai. Ghi năm đề nghị quyết toán, không sau {year}.",
    detail="{field} must not be after the year of checking, {year}.",
    examples=[
        fires("outpatient", {"XML1.NAM_QT": "2027"}),
        silent("outpatient", {"XML1.NAM_QT": "2026"}),
    ],
)
def settlement_year(record: Record) -> Iterator[Problem]:
    """NAM_QT is at most the year of checking."""
    for visit in record.rows("XML1"):
        year = visit.whole("NAM_QT")
        if year is not None and year > record.today.year:
            yield visit.at("NAM_QT", year=record.today.year)


@rule(
    "settlement-before-visit",
    WARNING,
    basis="own reading: nobody settles a visit that has not begun",
    sources=[],
    sentence="Quyết toán tháng {month} nhưng người bệnh vào ngày {arrived}. Ghi tháng, năm đề nghị quyết toán.",
    detail="THANG_QT and NAM_QT are {month}, before the month of NGAY_VAO {arrived}.",
    examples=[
        fires("outpatient", {"XML1.THANG_QT": "08"}),
        fires("outpatient", {"XML1.NAM_QT": "2025"}),
        silent("outpatient", {"XML1.THANG_QT": "9"}),
        silent("chronic", {"XML1.THANG_QT": "08"}),
        silent("inpatient", {"XML1.NAM_QT": "2026", "XML1.THANG_QT": "01"}, day=date(2025, 12, 31)),
    ],
)
def settlement_before_visit(record: Record) -> Iterator[Problem]:
    """THANG_QT and NAM_QT are not before the month of arrival; courses may be settled before they end."""
    arrived = record.visit.day("NGAY_VAO")
    year, month = record.visit.whole("NAM_QT"), record.visit.whole("THANG_QT")
    if arrived is None or year is None or month is None or not 1 <= month <= _MONTHS:
        return
    if (year, month) < (arrived.year, arrived.month):
        name = "NAM_QT" if year < arrived.year else "THANG_QT"
        yield record.visit.at(name, month=f"{month:02d}/{year}", arrived=f"{arrived:%d/%m/%Y}")


@rule(
    "payment-future",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, NGAY_TTOAN; public checkers",
    sources=several("ANX-042 PCH-079"),
    sentence="Thời điểm thanh toán {said} ở tương lai. Ghi đúng lúc người bệnh thanh toán.",
    detail="{field} is after the day of checking, {today}.",
    examples=[
        fires("outpatient", {"XML1.NGAY_TTOAN": "209909250800"}),
        silent("outpatient", {"XML1.NGAY_TTOAN": "202609240800"}),
        silent("outpatient", {"XML1.NGAY_TTOAN": ""}),
    ],
)
def payment_future(record: Record) -> Iterator[Problem]:
    """NGAY_TTOAN is not after the day of checking; empty it may be until the patient has paid."""
    for visit in record.rows("XML1"):
        paid = visit.day("NGAY_TTOAN")
        if paid and paid > record.today:
            yield visit.at("NGAY_TTOAN", today=f"{record.today:%Y%m%d}")


@rule(
    "subject-kind",
    WARNING,
    basis="QĐ 3276/QĐ-BYT (2025), before it QĐ 824/QĐ-BYT: subjects named ngoại trú or nội trú; public checkers",
    sources=several("EMR-001 EMR-002"),
    sentence="Đối tượng {value} chỉ dùng cho {wanted}, nhưng loại hình KCB ghi «{kind}». Sửa một trong hai mã.",
    detail="{field} {value} is for {wanted_en}; MA_LOAI_KCB is {kind}.",
    examples=[
        fires("inpatient", {"XML1.MA_DOITUONG_KCB": "1.12", "XML1.MA_DKBD": "01998"}),
        fires("outpatient", {"XML1.MA_DOITUONG_KCB": "1.15", "XML1.MA_DKBD": "01998"}),
        silent("inpatient", {"XML1.MA_DOITUONG_KCB": "1.15", "XML1.MA_DKBD": "01998"}),
    ],
)
def subject_kind(record: Record) -> Iterator[Problem]:
    """Subjects for outpatients do not stay, those for inpatients do; short stays (04, 09) count as stays."""
    for visit in record.rows("XML1"):
        subject = visit["MA_DOITUONG_KCB"]
        if subject in _OUTPATIENTS and record.kind in _STAYS:
            yield visit.at("MA_DOITUONG_KCB", wanted="ngoại trú", wanted_en="outpatients", kind=record.kind)
        elif subject in _INPATIENTS and record.kind in _VISITS:
            yield visit.at("MA_DOITUONG_KCB", wanted="nội trú", wanted_en="inpatients", kind=record.kind)


@rule(
    "subject-registered-here",
    WARNING,
    basis="QĐ 3276/QĐ-BYT (2025), before it QĐ 824/QĐ-BYT; public checkers",
    sources=several("TRC-023 TRC-046 EMR-003"),
    sentence="Thẻ đăng ký tại chính cơ sở này nhưng đối tượng ghi «{value}». Thường là 1.1, cấp cứu là 2: kiểm lại.",
    detail="MA_DKBD is MA_CSKCB ({facility}), yet {field} {value} is for patients registered elsewhere.",
    examples=[
        fires("outpatient", {"XML1.MA_DOITUONG_KCB": "3.3"}),
        fires("inpatient", {"XML1.MA_DOITUONG_KCB": "1.15"}),
        silent("outpatient", {"XML1.MA_DOITUONG_KCB": "3.3", "XML1.MA_DKBD": "01998"}),
        silent("outpatient", {"XML1.MA_DOITUONG_KCB": "1.9"}),
    ],
)
def subject_registered_here(record: Record) -> Iterator[Problem]:
    """A patient registered at the treating facility is not off-route, nor self-referred to another facility.

    Only these subjects are judged: an illness, an age or a slip can give many others to somebody registered here.
    With several cards all must be registered here.
    """
    for visit in record.rows("XML1"):
        subject, facility = visit["MA_DOITUONG_KCB"], visit["MA_CSKCB"]
        if (subject in _ELSEWHERE or subject.startswith("3.")) and {*visit.several("MA_DKBD")} == {facility}:
            yield visit.at("MA_DOITUONG_KCB", facility=facility)


@rule(
    "subject-registered-elsewhere",
    WARNING,
    basis="QĐ 3276/QĐ-BYT (2025), before it QĐ 824/QĐ-BYT; public checkers",
    sources=several("TRC-047 TRC-048"),
    sentence="Đối tượng 1.1 nhưng thẻ đăng ký tại {registered}, không có nơi chuyển. Sửa mã đối tượng hoặc MA_DKBD.",
    detail="{field} is 1.1, MA_DKBD is {registered}, not MA_CSKCB ({facility}), and MA_NOI_DI is empty.",
    examples=[
        fires("outpatient", {"XML1.MA_DKBD": "01998"}),
        silent("outpatient", {"XML1.MA_DKBD": "01000"}),
        silent("two-cards", {"XML1.MA_DKBD": "01998;01999"}),
        silent("emergency"),
    ],
)
def subject_registered_elsewhere(record: Record) -> Iterator[Problem]:
    """Subject 1.1 comes with a card that is registered at the treating facility.

    One of several cards is enough; provisional cards, registered at province + 000, are not judged.
    """
    for visit in record.rows("XML1"):
        registered, facility = visit.several("MA_DKBD"), visit["MA_CSKCB"]
        if visit["MA_DOITUONG_KCB"] != _REGISTERED or visit["MA_NOI_DI"] or not registered or not facility:
            continue
        if record.envelope.facility not in ("", facility):
            continue  # facility-same says that MA_CSKCB itself is another one
        if not any(code == facility or code.endswith("000") for code in registered):
            yield visit.at("MA_DOITUONG_KCB", registered=", ".join(registered)[:60], facility=facility)


@rule(
    "subject-newborn",
    WARNING,
    basis="QĐ 3276/QĐ-BYT (2025), before it QĐ 824/QĐ-BYT: 1.7 is treated right after birth; public checkers",
    sources=several("EMR-005"),
    sentence="Đối tượng 1.7 (trẻ sơ sinh) nhưng trẻ đã {days} ngày tuổi khi vào. Kiểm tra mã đối tượng, ngày sinh.",
    detail="{field} is 1.7, the patient arrived {days} days after birth; at most {most} are expected.",
    examples=[
        fires("newborn", {"XML1.NGAY_SINH": "202608141320"}),
        silent("newborn", {"XML1.NGAY_SINH": "202608151320"}),
        silent("newborn"),
    ],
)
def subject_newborn(record: Record) -> Iterator[Problem]:
    """Subject 1.7 is a newborn. The source says 5 days, one hospital's habit; up to 28 a child is called newborn."""
    if record.arrived is None:
        return
    for visit in record.rows("XML1"):
        if visit["MA_DOITUONG_KCB"] == _NEWBORN:
            days = days_of_life(visit["NGAY_SINH"], record.arrived.date())
            if days is not None and days > NEWBORN_DAYS:
                yield visit.at("MA_DOITUONG_KCB", days=days, most=NEWBORN_DAYS)


@rule(
    "slip-expected",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, MA_NOI_DI and GIAY_CHUYEN_TUYEN",
    sources=several("ANX-043 PCH-010 EMR-004"),
    sentence="Đối tượng {subject} đến theo giấy chuyển hoặc giấy hẹn nhưng {field} để trống. Ghi theo giấy.",
    detail="MA_DOITUONG_KCB is {subject}; {field} must be filled from the slip.",
    examples=[
        fires("referred", {"XML1.GIAY_CHUYEN_TUYEN": ""}),
        fires("referred", {"XML1.MA_NOI_DI": ""}),
        silent("referred"),
        silent("outpatient"),
    ],
)
def slip_expected(record: Record) -> Iterator[Problem]:
    """Subjects 1.3 and 1.5 name the facility that wrote the slip, and the slip's number."""
    for visit in record.rows("XML1"):
        if visit["MA_DOITUONG_KCB"] in _BY_SLIP:
            for name in ("MA_NOI_DI", "GIAY_CHUYEN_TUYEN"):
                if not visit[name]:
                    yield visit.at(name, subject=visit["MA_DOITUONG_KCB"])


@rule(
    "slip-number-expected",
    WARNING,
    basis="public checkers",
    sources=several("TRC-037"),
    sentence="Có nơi chuyển đến {sender} nhưng thiếu số giấy chuyển. Ghi số giấy, hoặc bỏ MA_NOI_DI nếu không có giấy.",
    detail="MA_NOI_DI is {sender}, {field} is empty.",
    examples=[
        fires("referred", {"XML1.GIAY_CHUYEN_TUYEN": "", "XML1.MA_DOITUONG_KCB": "1.17"}),
        silent("emergency", {"XML1.MA_NOI_DI": "01998"}),
        silent("referred"),
    ],
)
def slip_number_expected(record: Record) -> Iterator[Problem]:
    """MA_NOI_DI comes with the number of a slip.

    Emergencies may be brought without one, and drugs are fetched without one; subjects that need a slip have their
    own rule.
    """
    for visit in record.rows("XML1"):
        if visit["MA_DOITUONG_KCB"] in _OWN_SLIP_RULE or visit["GIAY_CHUYEN_TUYEN"]:
            continue
        if visit["MA_NOI_DI"]:
            yield visit.at("GIAY_CHUYEN_TUYEN", sender=visit["MA_NOI_DI"])


@rule(
    "receiver-expected",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, MA_NOI_DEN; public checkers",
    sources=several("PCH-055"),
    sentence="Người bệnh được chuyển đi (loại ra viện {leaving}) nhưng chưa ghi nơi chuyển đến. Điền {field}.",
    detail="MA_LOAI_RV is {leaving}, a transfer; {field} is empty.",
    examples=[
        fires("outpatient", {"XML1.MA_LOAI_RV": "2"}),
        silent("outpatient", {"XML1.MA_LOAI_RV": "2", "XML1.MA_NOI_DEN": "01998"}),
        silent("outpatient", {"XML1.MA_LOAI_RV": "4"}),
    ],
)
def receiver_expected(record: Record) -> Iterator[Problem]:
    """A transferred patient has a receiving facility."""
    for visit in record.rows("XML1"):
        if visit["MA_LOAI_RV"] in _SENT_ON and not visit["MA_NOI_DEN"]:
            yield visit.at("MA_NOI_DEN", leaving=visit["MA_LOAI_RV"])


@rule(
    "receiver-unexpected",
    WARNING,
    basis="QĐ 130/QĐ-BYT, annex, MA_NOI_DEN; public checkers",
    sources=several("PCH-083"),
    sentence="Có nơi chuyển đến «{value}» nhưng loại ra viện ghi «{leaving}». Chuyển đi thì ghi 2 hoặc 5.",
    detail="{field} is filled, MA_LOAI_RV is {leaving}, which is no transfer.",
    examples=[
        fires("outpatient", {"XML1.MA_NOI_DEN": "01998"}),
        silent("outpatient", {"XML1.MA_NOI_DEN": "01998", "XML1.MA_LOAI_RV": "5"}),
    ],
)
def receiver_unexpected(record: Record) -> Iterator[Problem]:
    """A patient with a receiving facility was transferred."""
    for visit in record.rows("XML1"):
        if visit["MA_NOI_DEN"] and visit["MA_LOAI_RV"] and visit["MA_LOAI_RV"] not in _SENT_ON:
            yield visit.at("MA_NOI_DEN", leaving=visit["MA_LOAI_RV"])


@rule(
    "death-leaving",
    WARNING,
    basis="public checkers",
    sources=several("PCH-075"),
    sentence="Kết quả điều trị là tử vong nhưng loại ra viện ghi «{value}». Kiểm tra lại hai mã.",
    detail="KET_QUA_DTRI is 5 (died), {field} is {value}: transferred or absconded.",
    examples=[
        fires("outpatient", {"XML1.KET_QUA_DTRI": "5", "XML1.MA_LOAI_RV": "3"}),
        silent("outpatient", {"XML1.KET_QUA_DTRI": "5"}),
        silent("outpatient", {"XML1.MA_LOAI_RV": "3"}),
    ],
)
def death_leaving(record: Record) -> Iterator[Problem]:
    """Who died was neither transferred nor absconded; asking to leave while dying is possible."""
    for visit in record.rows("XML1"):
        if visit["KET_QUA_DTRI"] == _DIED and visit["MA_LOAI_RV"] in _NOT_AFTER_DEATH:
            yield visit.at("MA_LOAI_RV")


@rule(
    "head-expected",
    WARNING,
    basis="public checkers",
    sources=several("TRC-039"),
    sentence="Chưa ghi mã thủ trưởng đơn vị hoặc người được ủy quyền. Điền {field}.",
    detail="{field} is empty.",
    examples=[
        fires("outpatient", {"XML1.MA_TTDV": ""}),
        silent("outpatient"),
    ],
)
def head_expected(record: Record) -> Iterator[Problem]:
    """MA_TTDV is filled, although the tables leave it open."""
    for visit in record.rows("XML1"):
        if not visit["MA_TTDV"]:
            yield visit.at("MA_TTDV")


@rule(
    "head-licence",
    WARNING,
    standards=("QD3176",),
    basis="QĐ 3176/QĐ-BYT, as public programs read it",
    sources=several("PCH-030"),
    sentence="MA_TTDV «{value}» không giống số giấy phép hành nghề (như 000001/GPHN-BYT). Ghi lại theo giấy phép.",
    detail="{field} must be a practising-licence number, digits before a slash; it is {value!r}.",
    examples=[
        fires("outpatient", {"XML1.MA_TTDV": "9900000901"}),
        silent("outpatient", {"XML1.MA_TTDV": "000001/BYT-CCHN"}),
    ],
)
def head_licence(record: Record) -> Iterator[Problem]:
    """MA_TTDV is a licence number: digits, a slash, the office. Until QĐ 4750 it was a social-insurance number."""
    for visit in record.rows("XML1"):
        number, slash, _ = visit["MA_TTDV"].partition("/")
        if visit["MA_TTDV"] and not (slash and number[:1].isdigit()):
            yield visit.at("MA_TTDV")
