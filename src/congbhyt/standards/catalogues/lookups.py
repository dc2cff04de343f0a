"""Finds what a claim writes in a catalogue: under which codes a list may hold it, and what no list holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from congbhyt.standards.catalogues import Catalogues, Entry
from congbhyt.standards.catalogues.kinds import plain, plain_code

_OXYGEN, _NITRIC_OXIDE, _OUTSIDE_THE_LIST = "40.17", "40.573", "00.0000"
_NO_DRUGS = frozenset({_OXYGEN, _NITRIC_OXIDE, _OUTSIDE_THE_LIST})
_BLOOD_TESTS = (".KTNAT", ".NAT", ".KT")
_SHORTEST_SUPPLY = 3
"""N03.05.010 is the least that names a supply; a size after it may be missing in the list."""
_NO_OCCUPATION = "00000"


def _diseases(code: str) -> Iterator[str]:
    yield code
    if "." not in code and len(code) > 3:
        yield f"{code[:3]}.{code[3:]}"


def _drugs(code: str) -> Iterator[str]:
    yield code
    for ending in _BLOOD_TESTS:
        if code.endswith(ending):
            yield code.removesuffix(ending)
            return


def _services(code: str) -> Iterator[str]:
    """Without `_GT` (local anaesthesia), `_TB` (stopped), `_TT` (in place of another), `.K.` (done elsewhere)."""
    yield code
    if (base := code.partition("_")[0].partition(".K.")[0]) != code:
        yield base


def _supplies(code: str) -> Iterator[str]:
    parts = code.split(".")
    for count in range(len(parts), min(len(parts), _SHORTEST_SUPPLY) - 1, -1):
        yield ".".join(parts[:count])


def _departments(code: str) -> Iterator[str]:
    yield code
    if "." in code:
        yield code.partition(".")[0]


def _staff(code: str) -> Iterator[str]:
    yield code
    if ".HD." in code:
        yield code.partition(".HD.")[0]


_SPELLINGS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "icd10": _diseases,
    "drugs": _drugs,
    "services": _services,
    "supplies": _supplies,
    "departments": _departments,
    "staff": _staff,
}


def in_no_list(kind: str, code: str) -> bool:
    """Whether no list can be expected to hold `code`, though it is right.

    Oxygen, nitric oxide, drugs outside the list, home-made ones (codes joined by `+`), transport and packaging of
    blood; transport of patients and services without a price yet; "no occupation"; social-insurance numbers in place
    of licences.
    """
    if kind == "drugs":
        return code in _NO_DRUGS or "+" in code or code.startswith(("VM.", "BB."))
    if kind == "services":
        return code.startswith("VC.") or code.partition("_")[0].endswith(".0000")
    if kind == "staff":
        return len(code) == 10 and code.isdigit()
    return kind == "occupations" and code == _NO_OCCUPATION


@lru_cache(32_768)
def spellings(kind: str, code: str) -> tuple[str, ...]:
    """The codes under which a list of that kind may hold `code`, the most exact first."""
    written = plain_code(kind, code)
    return tuple(_SPELLINGS[kind](written)) if kind in _SPELLINGS else (written,)


def entries(catalogues: Catalogues, kind: str, code: str) -> tuple[Entry, ...]:
    """What the list says of a code as a claim writes it; nothing when it is not there."""
    for spelling in spellings(kind, code):
        if found := catalogues.entries(kind, spelling):
            return found
    return ()


def in_force(entry: Entry, day: date) -> bool:
    """Whether an entry holds on `day`; without days it always does."""
    begins, ends = entry.get("from", ""), entry.get("until", "")
    if not begins and not ends:
        return True
    written = f"{day:%Y%m%d}"
    return begins <= written and (not ends or written <= ends)


def of_facility(found: Sequence[Entry], facility: str) -> list[Entry]:
    """The entries that hold for a facility: its own, and those of no facility in particular."""
    return [entry for entry in found if entry.get("facility", facility) == facility]


@lru_cache(32_768)
def squeezed(text: str) -> str:
    """A text to compare: one case, no blanks, a point before decimals."""
    return "".join(plain(text).casefold().split()).replace(",", ".")


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same but for blanks and case."""
    return squeezed(one) == squeezed(other)


def alike_names(one: str, other: str) -> bool:
    """Whether one name holds the other: programs add strengths, remarks in brackets and trade names."""
    first, second = squeezed(one.partition("[")[0]), squeezed(other.partition("[")[0])
    return first in second or second in first


def narrowed(found: Sequence[Entry], column: str, text: str) -> Sequence[Entry]:
    """The entries whose column says `text`; all of them when none does, because that has a rule of its own."""
    return [entry for entry in found if alike(entry.get(column, ""), text)] or found


def contradicted(
    found: Sequence[Entry], column: str, text: str, same: Callable[[str, str], bool] = alike
) -> Sequence[str]:
    """What the entries say instead of `text`; nothing when one agrees or says nothing, or `text` is empty."""
    said = [entry.get(column, "") for entry in found]
    if not text or not all(said) or any(same(text, each) for each in said):
        return ()
    return list(dict.fromkeys(said))
