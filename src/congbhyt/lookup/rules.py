"""The verdict on a card: a pure function over what was asked and what the registry holds.

The order of the checks is the order of the two tuples below and of nothing else. Codes are those of
Phụ lục 03 CV 1923/BHXH-CNTT §4; where the appendix is silent, `docs/adr/0005-verdict.md` says what
was chosen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec

from congbhyt.insured.statuses import CardStatus
from congbhyt.kernel.dates import BirthDate
from congbhyt.kernel.identifiers import BENEFIT_DIGITS, AskedBy, CardAsk
from congbhyt.kernel.names import same_first_letter, same_name
from congbhyt.kernel.result_codes import RESULT_CODES, ResultCode

NULL_OFFICER = "Null hoTenCb"
"""What the gateway answers when the officer's name is blank; hospital programs look for these words."""
LONGEST_TEXT = 200
"""Characters of a parameter; no name, number or date is longer, and endless strings stop here."""


_STATUS_CODES = {
    CardStatus.ARMY: "001",
    CardStatus.POLICE: "002",
    CardStatus.REVOKED: "110",
    CardStatus.DECREASED: "120",
    CardStatus.MOVED_OUT: "121",
    CardStatus.MOVED_WITHIN: "122",
    CardStatus.RE_ADDED: "123",
    CardStatus.STOPPED: "124",
    CardStatus.CHILD_WITHOUT_CARD: "130",
}
_BLANKS = str.maketrans("\t\r\n\u00a0\u2007\u202f\u3000", "       ")
_WITHDRAWN = frozenset(_STATUS_CODES) - {CardStatus.ARMY, CardStatus.POLICE}


class Registry(StrEnum):
    """How the card registry answered."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    FAULTY = "faulty"


class Question(msgspec.Struct, frozen=True):
    """The parameters of a look-up as they arrived; anything but text is kept as None.

    `officer_name` and `officer_citizen` are None where the function did not ask for an officer
    (functions before CV 1923, and the portal, where the officer is the person signed in). `ask` and `born` are
    what card and birth date mean, None where they mean nothing.
    """

    card: str | None
    name: str | None
    birth: str | None
    officer_name: str | None = None
    officer_citizen: str | None = None
    names_officer: bool = True
    ask: CardAsk | None = None
    born: BirthDate | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "ask", CardAsk.parse(self.card or ""))
        msgspec.structs.force_setattr(self, "born", BirthDate.parse(self.birth or ""))


class Officer(msgspec.Struct, frozen=True, array_like=True):
    """The person of the asking unit whose CCCD was named."""

    person_id: int
    name: str
    sees_history: bool


class Card(msgspec.Struct, frozen=True, array_like=True):
    """One period of one card."""

    number: str
    valid_from: date
    valid_to: date | None
    status: CardStatus
    first_registration: str
    first_registration_name: str
    agency_name: str
    area: str
    five_years_on: date | None
    replaces: str = ""

    def covers(self, day: date) -> bool:
        """Whether its dates include `day`; an open end lasts."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Insured(msgspec.Struct, frozen=True):
    """The person that the number led to, with every card period held."""

    person_id: int
    social_number: str
    name: str
    birth: BirthDate
    gender: int
    address: str
    cards: Sequence[Card]


class Case(msgspec.Struct, frozen=True):
    """Everything a verdict may rest on."""

    question: Question
    today: date
    provinces: Collection[str]
    session_valid: bool = True
    right_held: bool = True
    registry: Registry = Registry.ANSWERED
    officer: Officer | None = None
    insured: Insured | None = None


class Verdict(msgspec.Struct, frozen=True):
    """The result code and what explains it; `reason` replaces the official text where that is too short."""

    code: str
    reason: str = ""
    card: Card | None = None
    new_card: Card | None = None

    @property
    def official(self) -> ResultCode:
        """The code's row in the official table."""
        return RESULT_CODES.get(self.code, _NO_RIGHT)


_NO_RIGHT = ResultCode("403", "Tài khoản không có quyền sử dụng chức năng này", "account lacks the function's right")
Check = Callable[[Case], Verdict | None]


def verdict(case: Case) -> Verdict:
    """Judge the case; every code of the official table is reachable."""
    return form_verdict(case) or fact_verdict(case)


def fact_verdict(case: Case) -> Verdict:
    """Judge what the registry holds, once the form is right; `_validity` always judges."""
    return next(found for check in FACT_CHECKS if (found := check(case)))


def form_verdict(case: Case) -> Verdict | None:
    """Judge what needs no registry: session, right, parameters, form of the number. None: ask the registry."""
    return next((found for check in FORM_CHECKS if (found := check(case))), None)


def chosen_card(case: Case) -> Card | None:
    """The card period asked about.

    By card number: the period of that number. By mã số BHXH or CCCD: any of the person's cards. Among
    several the one valid today that began last, else the one that ended or begins nearest; of equal
    ones the one that lasts longest, then by number, so that the registry's order never decides.
    """
    ask = case.question.ask
    if ask is None or case.insured is None:
        return None
    held = [card for card in case.insured.cards if ask.by is not AskedBy.CARD or card.number == ask.number]
    if ask.by is not AskedBy.CARD:
        held = [card for card in held if card.status not in _WITHDRAWN] or held
    return max(held, key=lambda card: _preference(card, case.today), default=None)


def _preference(card: Card, today: date) -> tuple[int, int, date, str]:
    lasts = card.valid_to or date.max
    if card.covers(today):
        return (2, card.valid_from.toordinal(), lasts, card.number)
    if card.valid_from <= today:
        return (1, lasts.toordinal(), card.valid_from, card.number)
    return (0, -card.valid_from.toordinal(), lasts, card.number)


def successor(case: Case, card: Card) -> Card | None:
    """The person's latest card period that began after `card` and is not withdrawn or over."""
    later = [
        other
        for other in (case.insured.cards if case.insured else ())
        if other.valid_from > card.valid_from
        and other.status not in _WITHDRAWN
        and (other.valid_to is None or other.valid_to >= case.today)
    ]
    return max(later, key=lambda other: (other.valid_from, other.valid_to or date.max, other.number), default=None)


def is_withheld(codes: str, text: str, *, diagnoses: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether a visit's diagnoses are of those that other people may not learn of.

    `codes` are ICD-10 codes, `diagnoses` the beginnings to withhold, both in any punctuation. `text` is
    searched for words that begin with one of `words` too, because a text may name what its code does not;
    full stops in it do not count (`H.I.V`).
    """
    begins = _plain(" ".join(diagnoses))
    if any(code.startswith(begins) for code in _plain(codes)):
        return True
    return bool(text) and bool(_words(words).search(unicodedata.normalize("NFC", text).upper().replace(".", "")))


@lru_cache(maxsize=16)
def _words(words: frozenset[str]) -> re.Pattern[str]:
    """Finds any of `words` where a word begins; a pattern that finds nothing when there are none."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words)))})") if words else re.compile(r"(?!)")


@lru_cache(maxsize=4096)
def _plain(codes: str) -> tuple[str, ...]:
    """ICD-10 codes without dots, in capitals: `B20.1; z21` is B201 and Z21."""
    return tuple(code for code in re.split(r"[;,\s]+", codes.upper().replace(".", "")) if code)


def _session(case: Case) -> Verdict | None:
    return None if case.session_valid else Verdict("401")


def _right(case: Case) -> Verdict | None:
    return None if case.right_held else Verdict("403")


def _parameters(case: Case) -> Verdict | None:
    question = case.question
    named = [("maThe", question.card), ("hoTen", question.name), ("ngaySinh", question.birth)]
    for parameter, value in named:
        if complaint := _complaint(parameter, value):
            return Verdict("205", complaint)
    if case.question.born is None:
        return Verdict("205", "Tham số ngaySinh không phải là ngày: dùng dd/MM/yyyy, ddMMyyyy, MM/yyyy hoặc yyyy")
    return _officer_parameters(question) if question.names_officer else None


def _officer_parameters(question: Question) -> Verdict | None:
    if not (question.officer_name or "").strip():
        return Verdict("205", NULL_OFFICER)
    for parameter, value in (("hoTenCb", question.officer_name), ("cccdCb", question.officer_citizen)):
        if complaint := _complaint(parameter, value):
            return Verdict("205", complaint)
    return None


def _complaint(parameter: str, value: str | None) -> str:
    """What is wrong with a parameter's text; empty when nothing is."""
    if value is None or not value.strip():
        return f"Thiếu tham số {parameter}: gửi dạng chuỗi ký tự, không để trống"
    if len(value) > LONGEST_TEXT:
        return f"Tham số {parameter} dài quá {LONGEST_TEXT} ký tự"
    if not value.translate(_BLANKS).isprintable() or "\ufffd" in value:
        return f"Tham số {parameter} có ký tự không in được: kiểm tra bảng mã UTF-8"
    return ""


def _number_form(case: Case) -> Verdict | None:
    if case.question.ask is None:
        return Verdict("051", "Mã thẻ BHYT không đúng: cần 15 ký tự của thẻ, 10 số của mã số BHXH hoặc 12 số CCCD")
    return None


def _benefit_digit(case: Case) -> Verdict | None:
    ask = case.question.ask
    wrong = ask is not None and ask.by is AskedBy.CARD and ask.benefit_digit not in BENEFIT_DIGITS
    return Verdict("053") if wrong else None


def _province(case: Case) -> Verdict | None:
    ask = case.question.ask
    wrong = ask is not None and ask.by is AskedBy.CARD and ask.province not in case.provinces
    return Verdict("052") if wrong else None


def _registry(case: Case) -> Verdict | None:
    codes = {Registry.UNREACHABLE: "100", Registry.FAULTY: "101"}
    return Verdict(codes[case.registry]) if case.registry in codes else None


def _officer_known(case: Case) -> Verdict | None:
    return Verdict("054") if case.question.names_officer and case.officer is None else None


def _officer_name(case: Case) -> Verdict | None:
    named = case.question.officer_name or ""
    if case.question.names_officer and case.officer and not same_name(named, case.officer.name):
        return Verdict("055")
    return None


def _found(case: Case) -> Verdict | None:
    return Verdict("050") if chosen_card(case) is None else None


def _name(case: Case) -> Verdict | None:
    asked, held = case.question.name or "", case.insured.name if case.insured else ""
    if same_name(asked, held):
        return None
    return Verdict("061" if same_first_letter(asked, held) else "060")


def _birth(case: Case) -> Verdict | None:
    agrees = case.question.born and case.insured and case.question.born.agrees_with(case.insured.birth)
    return None if agrees else Verdict("070")


def _status(case: Case) -> Verdict | None:
    card = chosen_card(case)
    code = _STATUS_CODES.get(card.status) if card else None
    return Verdict(code, card=card) if code else None


def _validity(case: Case) -> Verdict | None:
    card = chosen_card(case)
    if card is None:
        return None
    new = successor(case, card)
    if card.covers(case.today):
        return Verdict("004" if new else "000", card=card, new_card=new)
    if card.valid_from > case.today:
        return Verdict("010", "Thẻ BHYT chưa đến thời hạn sử dụng", card=card)
    return Verdict("003" if new else "010", card=card, new_card=new)


FORM_CHECKS: tuple[Check, ...] = (_session, _right, _parameters, _number_form, _benefit_digit, _province)
FACT_CHECKS: tuple[Check, ...] = (
    _registry, _officer_known, _officer_name, _found, _name, _birth, _status, _validity,
)  # fmt: skip
