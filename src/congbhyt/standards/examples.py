"""How a rule is tried: a good submission, and what is done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Example:
    """A change of a good submission after which a rule speaks, or, with `silent`, still does not.

    `scenario` names the good submission (sandbox/submissions). `values` maps places to new texts: `XML3.DON_GIA_BH` is
    the first row, `XML3[2].DON_GIA_BH` the second, `XML3[*].MA_LK` every row; None takes the tag away. `rows` adds
    rows, each a copy of the last of its table (or of nothing) with the given values; `without` takes tables away.
    Then, with `settle`, line amounts and totals are worked out anew, except what `values` sets. `also` names other
    rules that the same fault must break, `standard` another one than the rule's last; `day` moves the whole
    submission; `catalogues` are the lists to check with: by kind, rows with a `code`.
    """

    scenario: str = "outpatient"
    values: Mapping[str, str | None] = field(default_factory=dict)
    rows: Sequence[tuple[str, Mapping[str, str]]] = ()
    without: Sequence[str] = ()
    settle: bool = False
    silent: bool = False
    also: Sequence[str] = ()
    standard: str = ""
    day: date | None = None
    catalogues: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)


def fires(scenario: str, values: Mapping[str, str | None] | None = None, **more: object) -> Example:
    """An example after which the rule speaks."""
    return Example(scenario, values or {}, **more)  # type: ignore[arg-type]


def silent(scenario: str, values: Mapping[str, str | None] | None = None, **more: object) -> Example:
    """An example after which the rule stays silent."""
    return Example(scenario, values or {}, silent=True, **more)  # type: ignore[arg-type]
