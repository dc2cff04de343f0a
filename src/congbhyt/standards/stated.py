"""Which field family judges what a source states of a field: worked out from the facts in the tables, not written down.

The rows of references.csv that a field's facts can answer are worded in the few forms at the end of this file. A form
asks the field; a field that promises less than the words gives an empty text, and the row needs a rule or a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from congbhyt.standards.loading import code_lists, patterns
from congbhyt.standards.model import Field, Kind

DECIDED = "decided"
"""Stands in the place of a rule where a field's `decided` answers: the sources disagree and another was followed."""

Ask = Callable[[Field, re.Match[str]], str]

_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)
_WIDTHS = {
    Kind.DAY: 8,
    Kind.BIRTH_DAY: 8,
    Kind.BIRTH_YEAR: 8,
    Kind.SLASHED_DAY: 10,
    Kind.MOMENT: 12,
    Kind.BIRTH: 12,
    Kind.DAY_OR_MOMENT: 12,
    Kind.SECOND: 14,
}
"""The longest text of a kind whose length is fixed."""


def family(words: str, field: Field) -> str:
    """The family that makes sure of what `words` say of a field; DECIDED or an empty text when none does."""
    for pattern, ask in _FORMS:
        if match := re.fullmatch(pattern, words):
            return ask(field, match)
    return ""


def _filled(field: Field, _: re.Match[str]) -> str:
    if field.required or field.required_before:
        return "field-required"
    return "field-condition" if field.conditional else _decided(field)


def _decided(field: Field) -> str:
    return DECIDED if field.decided else ""


def _optional(field: Field, _: re.Match[str]) -> str:
    return "" if field.required else _decided(field)


def _when(field: Field, match: re.Match[str]) -> str:
    return "field-condition" if _codes(match[2]) == set(field.required_when.get(match[1], ())) else ""


def _unless(field: Field, match: re.Match[str]) -> str:
    return "field-condition" if _codes(match[2]) == set(field.required_unless.get(match[1], ())) else ""


def _beside(field: Field, match: re.Match[str]) -> str:
    if field.required_with == match[1]:
        return "field-condition"
    return "field-required" if field.required else ""


def _without(field: Field, match: re.Match[str]) -> str:
    return "field-condition" if set(field.required_without) == {match[1], match[2]} else ""


def _alternatives(field: Field, _: re.Match[str]) -> str:
    return "field-condition" if field.required_without else ""


def _written(field: Field, match: re.Match[str]) -> str:
    """A type and a size: what the field's kind, list or form, and its length make sure of."""
    most = int(match[2]) if match[2] else None
    if match[1] == "number" and not _digits_only(field):
        return _decided(field)
    if most != (field.length or (None if field.many else _WIDTHS.get(field.kind))):
        return _decided(field)
    return "field-number" if field.kind in _NUMBERS else "field-date" if field.kind in _WIDTHS else "field-length"


def _digits_only(field: Field) -> bool:
    if field.kind is not Kind.TEXT:
        return True
    if field.list:
        return all(code.isdigit() for code in _listed_codes(field))
    return bool(field.pattern) and not re.search("[A-Za-z]", patterns()[field.pattern].regex.pattern)


def _short(field: Field, match: re.Match[str]) -> str:
    return "field-length" if field.length is not None and field.length <= int(match[1]) else ""


def _items(field: Field, match: re.Match[str]) -> str:
    return "field-items" if field.most is not None and field.most <= int(match[1]) else ""


def _same(field: Field, _: re.Match[str]) -> str:
    return "field-same" if field.same_as == "XML1" else ""


def _after(field: Field, match: re.Match[str]) -> str:
    return "field-order" if field.not_before == match[1] else ""


def _ordered(field: Field, _: re.Match[str]) -> str:
    return "field-order" if field.not_before else ""


def _listed(field: Field, match: re.Match[str]) -> str:
    """One of some codes: the field's list, or its least and most, lets no other pass."""
    allowed = _codes(match[1])
    if field.list:
        return "field-code" if set(_listed_codes(field)) <= allowed else ""
    if field.between:
        return (
            "field-range"
            if {str(number) for number in range(field.between[0], field.between[1] + 1)} <= allowed
            else ""
        )
    return ""


def _known(field: Field, _: re.Match[str]) -> str:
    return "field-code" if field.list else ""


def _ranged(field: Field, match: re.Match[str]) -> str:
    least, most = int(match[1]), int(match[2])
    if field.list:
        return "field-code" if set(_listed_codes(field)) <= {str(number) for number in range(least, most + 1)} else ""
    return "field-range" if field.between and least <= field.between[0] <= field.between[1] <= most else ""


def _formed(field: Field, match: re.Match[str]) -> str:
    return "field-form" if field.pattern == match[1] else ""


def _dated(field: Field, _: re.Match[str]) -> str:
    return "field-date" if field.kind in _WIDTHS else ""


def _numeric(field: Field, _: re.Match[str]) -> str:
    return "field-number" if field.kind in _NUMBERS else ""


def _decimals(field: Field, match: re.Match[str]) -> str:
    exact = field.kind is Kind.WHOLE or (field.places is not None and field.places <= int(match[1]))
    return "field-decimals" if field.kind in _NUMBERS and exact else ""


def _later(field: Field, match: re.Match[str]) -> str:
    places, day, month, year = map(int, match.groups())
    later = field.later
    return "field-decimals" if later and (later.places, later.since) == (places, date(year, month, day)) else ""


def _listed_codes(field: Field) -> list[str]:
    return [code for edition in code_lists()[field.list].editions for code in edition.codes]


def _codes(text: str) -> set[str]:
    """The codes of a list such as `1..3,5,K1`; a first code with a leading zero keeps the width: `01..16`."""
    codes: set[str] = set()
    for part in text.split(","):
        first, dots, last = part.partition("..")
        codes |= {f"{code:0{len(first)}d}" for code in range(int(first), int(last) + 1)} if dots else {first}
    return codes


_FORMS: Sequence[tuple[str, Ask]] = (
    (r"(?:filled|empty)(?: \(.+\))?|all empty", _filled),
    (r"may be empty", _optional),
    (r"filled when (\w+) (?:is|has|is one of) ([\w,.]+)", _when),
    (r"filled unless (\w+) (?:is|is one of) ([\w,.]+)", _unless),
    (r"(?:filled with|empty beside) (\w+)", _beside),
    (r"filled when (\w+) and (\w+) are empty", _without),
    (r"at least one filled", _alternatives),
    (r"(text|number)(?: ≤ (\d+)|, any length)", _written),
    (r"text over (\d+)", _short),
    (r"more than (\d+) codes", _items),
    (r"same as XML1 if filled", _same),
    (r"(?:not before|earlier than) (\w+)", _after),
    (r"earlier than its beginning \(.+\)", _ordered),
    (r"(?:not )?one of ([\w,.]+)", _listed),
    (r"in its list", _known),
    (r"(?:not )?from (\d+) to (\d+)", _ranged),
    (r"(?:not of the )?form: ([\w-]+)(?: \(.+\))?", _formed),
    (r"(?:a real|no real) (?:day|moment|day or moment|day \w+)|a birth date", _dated),
    (r"(?:a|not a) number", _numeric),
    (r"(\d+) decimals? from (\d\d)/(\d\d)/(\d{4})", _later),
    (r"(?:a number with at most|more than) (\d+) decimals", _decimals),
)
"""Words of rows and how they ask a field: what must hold, or the fault that a checker names."""
