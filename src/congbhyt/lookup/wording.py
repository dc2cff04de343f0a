"""What a verdict says in words (`ghiChu`): for the person at the counter, without revealing what was not proven."""

from __future__ import annotations

from congbhyt.insured.models import InsuredPerson
from congbhyt.kernel.clock import wire_day
from congbhyt.lookup.rules import Card, Insured, Verdict

_GENDERS = {kind.value: str(kind.label) for kind in InsuredPerson.Gender}
_OPENING = {
    "000": "Thẻ còn giá trị sử dụng!",
    "003": "Thẻ BHYT cũ hết giá trị sử dụng, được cấp thẻ mới!",
    "004": "Thẻ BHYT cũ còn giá trị sử dụng, được cấp thẻ mới!",
    "010": "Thẻ BHYT hết giá trị sử dụng!",
}


def sentence(verdict: Verdict, insured: Insured | None) -> str:
    """The sentence of `verdict`; with the facts of the card where the code lets them out.

    The form for 000 is that of Phụ lục 03 CV 1923/BHXH-CNTT §3; a new card follows after a full
    stop, because programs split there.
    """
    opening = f"{verdict.reason}!" if verdict.reason else _OPENING.get(verdict.code, f"{verdict.official.text}!")
    if not verdict.official.facts or insured is None or verdict.card is None:
        return verdict.reason or opening
    told = f"{opening} {_person(insured)} ({_card(verdict.card, insured)})."
    new = verdict.new_card
    if new is None:
        return told
    return f"{told} Thẻ mới: {new.number}, hạn thẻ: {_period(new)}, nơi KCBBĐ: {new.first_registration}."


def short(code: str, official_text: str) -> str:
    """What the who-looked trail says of a past look-up: the code's text, never a name or address."""
    return _OPENING.get(code, f"{official_text}!")


def _person(insured: Insured) -> str:
    return f"Họ tên : {insured.name}, Ngày sinh: {insured.birth}, Giới tính : {gender(insured.gender)}!"


def gender(code: int) -> str:
    """`gioiTinh` as the wire says it: Nam, Nữ or Chưa xác định."""
    return _GENDERS[code]


def _card(card: Card, insured: Insured) -> str:
    parts = [
        f"ĐC: {insured.address}",
        f"Nơi KCBBĐ: {card.first_registration}",
        f"Hạn thẻ: {_period(card)}",
    ]
    if card.five_years_on:
        parts.append(f"Thời điểm đủ 5 năm liên tục: {wire_day(card.five_years_on)}")
    return "; ".join(parts)


def _period(card: Card) -> str:
    return f"{wire_day(card.valid_from)} - {wire_day(card.valid_to) or 'không thời hạn'}"
