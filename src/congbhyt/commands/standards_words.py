"""What a field's facts say, in the words of the reference pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from congbhyt.commands.markdown import anchor, escaped
from congbhyt.standards.loading import code_lists
from congbhyt.standards.model import Field, Kind, Standard

KINDS: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.WHOLE: "whole number",
    Kind.DECIMAL: "number",
    Kind.DAY: "yyyyMMdd",
    Kind.MOMENT: "yyyyMMddHHmm",
    Kind.SECOND: "yyyyMMddHHmmss",
    Kind.BIRTH: "birth, yyyyMMddHHmm",
    Kind.BIRTH_DAY: "birth, yyyyMMdd",
    Kind.BIRTH_YEAR: "birth, yyyy or yyyyMMdd",
    Kind.DAY_OR_MOMENT: "yyyyMMdd or yyyyMMddHHmm",
    Kind.SLASHED_DAY: "dd/MM/yyyy",
}
_FEW = 4
"""Lists with so many codes at most are shown where they are used, not only linked."""


def day(value: date) -> str:
    """A day as the pages write it."""
    return f"{value:%d/%m/%Y}"


def written(field: Field) -> str:
    """Kind, decimals, length, and whether several values may stand in it."""
    text = _kind(field.kind, field.length, field.places)
    if field.many:
        text = f"several{f' (at most {field.most})' if field.most else ''}: {text}"
    if field.later:
        text += f"; from {day(field.later.since)}: {_kind(field.later.kind, field.later.length, field.later.places)}"
    return text


def _kind(kind: Kind, length: int | None, places: int | None) -> str:
    text = KINDS[kind] + (f" ≤ {length}" if length else "")
    return text + (f", {places} decimal{'s' if places > 1 else ''}" if places else "")


def filled(field: Field) -> str:
    """When it must be filled; an empty text when it never must."""
    return _filled(field) + (", unless another facility did it (.K.)" if field.free_outsourced else "")


def _filled(field: Field) -> str:
    if field.required:
        return "always"
    if field.required_before:
        return f"until {day(field.required_before - timedelta(1))}"
    said = [f"if {other} is {_either(values)}" for other, values in field.required_when.items()]
    said += [f"unless {other} is {_either(values)}" for other, values in field.required_unless.items()]
    if field.required_with:
        said.append(f"if {field.required_with} is filled")
    if field.required_without:
        said.append(f"if {_joined(field.required_without, 'and')} are empty")
    return "; ".join(said)


def _either(values: Sequence[str]) -> str:
    return _joined(values, "or")


def _joined(values: Sequence[str], word: str) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} {word} {values[-1]}"


def allowed(field: Field, *, linked: bool = True) -> str:
    """Its codes, form or catalogue, and what it must agree with."""
    said = []
    if field.list:
        codes = dict.fromkeys(code for edition in code_lists()[field.list].editions for code in edition.codes)
        named = _link(field.list, linked)
        said.append(f"{named}: {', '.join(codes)}" if len(codes) <= _FEW else named)
    if field.pattern:
        said.append(_link(field.pattern, linked))
    if field.catalogue:
        said.append(f"catalogue {_link(field.catalogue, linked)}")
    if field.between:
        said.append(f"{field.between[0]} to {field.between[1]}")
    if field.same_as:
        said.append(f"as in {field.same_as}")
    if field.not_before:
        said.append(f"not before {field.not_before}")
    return "; ".join(said)


def _link(name: str, linked: bool) -> str:
    return f"[{name}](lists.md#{anchor(name)})" if linked else name


def meaning(field: Field) -> str:
    """The Vietnamese name and the English sentence."""
    return f"*{field.vi}*: {escaped(field.en)}" if field.en else f"*{field.vi}*"


def in_force(standard: Standard) -> str:
    """The visits that a standard is for."""
    until = f" to {day(standard.until - timedelta(1))}" if standard.until else " on"
    return f"from {day(standard.since)}{until}"


def facts(field: Field) -> tuple[str, str, str]:
    """What two standards may say differently of a field."""
    return written(field), filled(field) or "may be empty", allowed(field, linked=False)
