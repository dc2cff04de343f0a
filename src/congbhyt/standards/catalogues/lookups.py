"""Finds what a claim writes in a catalogue: under which codes a list may hold it, and what no list holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from congbhyt.standards.catalogues import Catalogues, Entry
from congbhyt.standards.catalogues.kinds import plain_code

_OXYGEN, _NITRIC_OXIDE, _OUTSIDE_THE_LIST = "40.17", "40.573", "00.0000"
_NO_DRUGS = frozenset({_OXYGEN, _NITRIC_OXIDE, _OUTSIDE_THE_LIST})
_BLOOD_TESTS = (".KTNAT", ".NAT", ".KT")
_SERVICE_ENDINGS = ("_GT", "_TB", "_TT")
"""Local anaesthesia, begun and stopped, in place of another (QĐ 3176): the service is the one before."""
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
    yield code
    plain = code.partition(".K.")[0]
    for ending in _SERVICE_ENDINGS:
        plain = plain.removesuffix(ending)
    if plain != code:
        yield plain


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
        return code.startswith("VC.") or code.endswith(".0000")
    if kind == "staff":
        return len(code) == 10 and code.isdigit()
    return kind == "occupations" and code == _NO_OCCUPATION


@lru_cache(32_768)
def spellings(kind: str, code: str) -> tuple[str, ...]:
    """The codes under which a list of that kind may hold `code`, the most exact first."""
    plain = plain_code(kind, code)
    return tuple(_SPELLINGS[kind](plain)) if kind in _SPELLINGS else (plain,)


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
