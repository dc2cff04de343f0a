"""The fixed cast, part three: look-ups that provoke every result code except 401.

Sent with a valid session of 01999_BV, each answers its code on any day. 401 has no entry, because it
judges the session and not the look-up.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from unicodedata import normalize

from congbhyt.sandbox.institutions import FOREIGN_OFFICER, LOCKED_OFFICER, OFFICER, OFFICER_WITHOUT_HISTORY
from congbhyt.sandbox.insured_cast import (
    ARMY,
    CHANGED,
    CHILD,
    DECREASED,
    DISCREET,
    EXPIRED,
    MAN,
    MONTH_ONLY,
    MOVED_OUT,
    MOVED_WITHIN,
    NEXT_CARD,
    NOT_YET,
    POLICE,
    RE_ADDED,
    REVOKED,
    STOPPED,
    TONES,
    TWO_CARDS,
    YEAR_ONLY,
    InsuredCast,
)

UNREACHABLE_CARD = "GD4019900000098"
FAULTY_CARD = "GD4019900000099"


@dataclass(frozen=True, slots=True)
class LookUp:
    """The five parameters of a look-up as sent, "" meaning sent empty, and the code that must come back."""

    code: str
    maThe: str = MAN.cards[0].number  # noqa: N815  # the wire's own names
    hoTen: str = MAN.full_name  # noqa: N815
    ngaySinh: str = MAN.birth  # noqa: N815
    hoTenCb: str = OFFICER.full_name  # noqa: N815
    cccdCb: str = OFFICER.citizen_number  # noqa: N815
    note: str = ""

    @property
    def expect(self) -> str:
        """The `maKetQua` that must come back."""
        return self.code

    def as_sent(self) -> dict[str, str]:
        """The entry as `congbhyt sandbox cast --json` prints it."""
        said = {field.name: str(getattr(self, field.name)) for field in fields(self) if field.name != "note"}
        return {**said, "expect": self.expect}


def _of(person: InsuredCast, code: str, note: str, maThe: str = "") -> LookUp:  # noqa: N803
    """Ask for somebody by the first of their cards unless another number is given."""
    return LookUp(code, maThe or person.cards[0].number, person.full_name, person.birth, note=note)


_VALID = (
    LookUp("000", note="valid card, history at three facilities"),
    LookUp("000", hoTen="  nguyễn văn   thử ", note="lower case and stray spaces"),
    LookUp("000", hoTen=normalize("NFD", MAN.full_name), note="letters and tones as separate characters (NFD)"),
    LookUp("000", ngaySinh="01011980", note="eight digits"),
    LookUp("000", ngaySinh="01/1980", note="only month and year"),
    LookUp("000", ngaySinh="1980", note="only the year"),
    LookUp("000", maThe=MAN.social_number, note="asked by mã số BHXH, 10 digits"),
    LookUp("000", maThe=MAN.citizen_number, note="asked by CCCD, 12 digits"),
    LookUp("000", maThe="GD401990000000100", note="17 characters, the last two do not count"),
    LookUp("000", maThe="gd 4 01-99000 00001", note="lower case, spaces and dashes"),
    LookUp(
        "000",
        hoTenCb=OFFICER_WITHOUT_HISTORY.full_name,
        cccdCb=OFFICER_WITHOUT_HISTORY.citizen_number,
        note="officer without the history right: dsLichSuKCB2018 is null",
    ),
    LookUp("000", TONES.cards[0].number, "HOÀNG THUÝ HOÀ", TONES.birth, note="tone marks on the other vowel"),
    _of(YEAR_ONLY, "000", "registry knows only the year of birth"),
    LookUp("000", YEAR_ONLY.cards[0].number, YEAR_ONLY.full_name, "07/05/1950", note="asked with a full date"),
    _of(MONTH_ONLY, "000", "registry knows only month and year of birth"),
    _of(DISCREET, "000", "two of the three visits are withheld (HIV)"),
    _of(CHANGED, "000", "the new card of the entry 003", CHANGED.cards[1].number),
    _of(CHANGED, "000", "several cards, asked by mã số BHXH: the valid one", CHANGED.social_number),
)
_JUDGED = (
    _of(ARMY, "001", "managed by the army"),
    _of(POLICE, "002", "managed by the police"),
    _of(CHANGED, "003", "old card over, new one issued"),
    _of(TWO_CARDS, "004", "old card valid, new one valid too"),
    _of(NEXT_CARD, "004", "old card valid, new one begins in 2040"),
    _of(EXPIRED, "010", "over, no new card"),
    _of(NOT_YET, "010", "begins in 2099"),
    _of(REVOKED, "110", "revoked"),
    _of(DECREASED, "120", "reported ended"),
    _of(MOVED_OUT, "121", "moved to another province"),
    _of(MOVED_WITHIN, "122", "moved inside the province"),
    _of(RE_ADDED, "123", "added again at the same employer"),
    _of(STOPPED, "124", "stopped taking part"),
    _of(CHILD, "130", "child without a card"),
)
_NUMBERS = (
    LookUp("050", maThe="GD4019999999999", note="no such card"),
    LookUp("050", maThe="9999999999", note="no such mã số BHXH"),
    LookUp("050", maThe="099999999999", note="no such CCCD"),
    LookUp("050", maThe="DN4019900000001", note="the person exists, this card does not"),
    LookUp("051", maThe="GD401990000001", note="14 characters"),
    LookUp("051", maThe="GD40199000000012", note="16 characters"),
    LookUp("051", maThe="GDX019900000001", note="a letter where the benefit digit stands"),
    LookUp("051", maThe="4G0199000000012", note="does not begin with two letters"),
    LookUp("051", maThe="99000000010", note="11 digits"),
    LookUp("052", maThe="GD4009900000001", note="province 00"),
    LookUp("052", maThe="GD4039900000001", note="province 03"),
    LookUp("053", maThe="GD0019900000001", note="benefit digit 0"),
    LookUp("053", maThe="GD9019900000001", note="benefit digit 9"),
)
_OFFICERS = (
    LookUp("054", cccdCb="099199999999", note="nobody registered it"),
    LookUp("054", cccdCb="09919900000", note="11 digits"),
    LookUp(
        "054",
        hoTenCb=FOREIGN_OFFICER.full_name,
        cccdCb=FOREIGN_OFFICER.citizen_number,
        note="officer of another unit",
    ),
    LookUp("054", hoTenCb=LOCKED_OFFICER.full_name, cccdCb=LOCKED_OFFICER.citizen_number, note="officer is locked"),
    LookUp("055", hoTenCb="NGUYỄN THỊ KIỂM", note="the CCCD belongs to a longer name"),
    LookUp("055", hoTenCb=OFFICER_WITHOUT_HISTORY.full_name, note="name of a colleague"),
)
_PERSON = (
    LookUp("060", hoTen="TRẦN VĂN THỬ", note="another first letter"),
    LookUp("061", hoTen="NGUYỄN VĂN THU", note="without its tone mark, first letter agrees"),
    LookUp("061", hoTen="NGÔ VĂN THỬ", note="another name, first letter agrees"),
    LookUp("070", ngaySinh="02/01/1980", note="another day"),
    LookUp("070", ngaySinh="1981", note="another year"),
    LookUp("070", ngaySinh="02/1980", note="another month"),
)
_FAULTS = (
    LookUp("100", maThe=UNREACHABLE_CARD, note="the registry does not answer"),
    LookUp("101", maThe=FAULTY_CARD, note="our own fault"),
)
_PARAMETERS = (
    LookUp("205", maThe="", note="maThe empty"),
    LookUp("205", hoTen="", note="hoTen empty"),
    LookUp("205", ngaySinh="", note="ngaySinh empty"),
    LookUp("205", hoTenCb="", note='hoTenCb empty: "Null hoTenCb"'),
    LookUp("205", hoTenCb="   ", note='hoTenCb blank: "Null hoTenCb"'),
    LookUp("205", cccdCb="", note="cccdCb empty"),
    LookUp("205", ngaySinh="31/02/1980", note="no such day"),
    LookUp("205", ngaySinh="1980-01-01", note="ISO date"),
    LookUp("205", ngaySinh="01/01/80", note="two-digit year"),
    LookUp("205", hoTen="NGUYỄN\u0007VĂN THỬ", note="control character in the name"),
    LookUp("205", hoTen="NGUY\ufffdN V\ufffdN TH\ufffd", note="name broken by a wrong encoding"),
    LookUp("205", hoTen="THỬ " * 60, note="240 characters"),
)

LOOK_UPS = (*_VALID, *_JUDGED, *_NUMBERS, *_OFFICERS, *_PERSON, *_FAULTS, *_PARAMETERS)
"""Every entry, the first of each code being the plainest."""
