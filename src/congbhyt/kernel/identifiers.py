"""Numbers that name people, cards and units: how they are written and what their parts mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_IGNORED = re.compile(r"[\s\-_\u2010-\u2015]+")
_CARD = re.compile(r"[A-Z]{2}[0-9]{13}")
_SOCIAL = re.compile(r"[0-9]{10}")
_CITIZEN = re.compile(r"[0-9]{12}")
_UNIT = re.compile(r"[0-9A-Z]{5}")
_ACCOUNT = re.compile(r"[0-9A-Z]{5}_[0-9A-Z_.-]{1,34}")
_PHONE = re.compile(r"(?:0|84)[0-9]{9}")
BENEFIT_DIGITS = frozenset("12345")


class AskedBy(StrEnum):
    """By which number an insured person is asked for."""

    CARD = "card"
    SOCIAL = "social"
    CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class CardAsk:
    """What stood in `maThe`, cleaned.

    15 characters are a card: two letters of the object group, the benefit digit, two digits of the
    issuing province, ten digits of the mã số BHXH. 17 are a card with two more that are not used
    (CV 2746/BHXH-CNTT). 10 digits are a mã số BHXH, 12 a CCCD.
    """

    number: str
    by: AskedBy

    @classmethod
    def parse(cls, text: str) -> CardAsk | None:
        """Read `maThe` generously; None when it has no possible form (result code 051)."""
        cleaned = clean_number(text)
        if _SOCIAL.fullmatch(cleaned):
            return cls(cleaned, AskedBy.SOCIAL)
        if _CITIZEN.fullmatch(cleaned):
            return cls(cleaned, AskedBy.CITIZEN)
        if len(cleaned) in (15, 17) and _CARD.fullmatch(cleaned[:15]):
            return cls(cleaned[:15], AskedBy.CARD)
        return None

    @property
    def benefit_digit(self) -> str:
        """Third character of a card: 1 to 5 (result code 053); empty for the other numbers."""
        return self.number[2:3] if self.by is AskedBy.CARD else ""

    @property
    def province(self) -> str:
        """Fourth and fifth character of a card: who issued it (result code 052); else empty."""
        return self.number[3:5] if self.by is AskedBy.CARD else ""


def clean_number(text: str) -> str:
    """Upper case, without spaces, dashes and underscores, which people and scanners put in."""
    return _IGNORED.sub("", text).upper()


def clean_typed_number(text: str) -> str:
    """`clean_number` that drops dots too: people group digits with them (GD 4 01.9900.000001); the wire does not."""
    return clean_number(text.replace(".", ""))


def is_card_number(text: str) -> bool:
    """Whether `text` is a full 15-character card number with a possible benefit digit."""
    return bool(_CARD.fullmatch(text)) and text[2] in BENEFIT_DIGITS


def is_social_number(text: str) -> bool:
    """Whether `text` is a mã số BHXH: ten digits."""
    return bool(_SOCIAL.fullmatch(text))


def is_citizen_number(text: str) -> bool:
    """Whether `text` is a CCCD: twelve digits."""
    return bool(_CITIZEN.fullmatch(text))


def is_unit_code(text: str) -> bool:
    """Whether `text` is a unit's code: five digits or capital letters (MA_CSKCB)."""
    return bool(_UNIT.fullmatch(text))


def is_account_name(text: str) -> bool:
    """Whether `text` is named as API accounts are: the unit's code, an underscore, a purpose (CV 1923: xxxxx_BV)."""
    return bool(_ACCOUNT.fullmatch(text))


def tidy_phone(text: str) -> str | None:
    """A Vietnamese mobile number as ten digits from 0, or None; +84 and separators are understood."""
    digits = re.sub(r"[\s.\-()+]", "", text)
    if not _PHONE.fullmatch(digits):
        return None
    return "0" + digits[2:] if digits.startswith("84") and len(digits) == 11 else digits


def masked(number: str) -> str:
    """`number` with all but its last three characters hidden, for messages and logs."""
    return "•" * max(len(number) - 3, 0) + number[-3:]
