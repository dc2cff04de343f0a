"""What a rule is, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from congbhyt.standards.examples import Example
from congbhyt.standards.findings import Severity
from congbhyt.standards.records import Problem, Record
from congbhyt.standards.values import as_said

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
Check = Callable[[Record], Iterable[Problem]]

QD130 = ("QD130", "QD4750", "QD3176")
"""QĐ 130 and what builds on it."""
QD4750 = ("QD4750", "QD3176")
CLAIMS = ("QD4210", *QD130)
ALL = (*CLAIMS, "CV3220", "GKSK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    `id` is stable and may be tested for. `basis` names the law or other source; `sources` the rows of the reference
    that it covers (data/references.csv). `sentence` (Vietnamese, what is wrong and what to do) and `detail` are
    templates with the facts of the problem, `{field}`, `{value}` and `{said}`. `since` and `until` bound the end of
    the visit. `needs` names catalogues: without them the rule rests. `examples` are what breaks it and what does not.
    `check` is None for what reading and field checks do by themselves.
    """

    id: str
    severity: Severity
    standards: Sequence[str]
    basis: str
    sentence: str
    detail: str
    sources: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    needs: Sequence[str] = ()
    examples: Sequence[Example] = ()
    topic: str = ""
    check: Check | None = None

    def holds(self, standard: str, day: date) -> bool:
        """Whether it applies to a visit of that standard that ends on `day`."""
        return (
            standard in self.standards
            and (self.since is None or self.since <= day)
            and (self.until is None or day < self.until)
        )


RULES: dict[str, Rule] = {}
"""Every rule by its id, in the order of the modules that `rules.every` imports."""


def enter(rule: Rule) -> Rule:
    """Put a rule into the table.

    Raises:
        ValueError: its id is taken.
    """
    if rule.id in RULES:
        raise ValueError(f"two rules are called {rule.id}")
    RULES[rule.id] = rule
    return rule


def rule(
    id: str,
    severity: Severity,
    *,
    standards: Sequence[str] = QD130,
    basis: str,
    sentence: str,
    detail: str,
    sources: Sequence[str],
    examples: Sequence[Example],
    since: date | None = None,
    until: date | None = None,
    needs: Sequence[str] = (),
) -> Callable[[Check], Check]:
    """Make the decorated function a rule: it yields a problem for every place that breaks it."""

    def made(check: Check) -> Check:
        enter(
            Rule(
                id=id,
                severity=severity,
                standards=standards,
                basis=basis,
                sentence=sentence,
                detail=detail,
                sources=tuple(sources),
                since=since,
                until=until,
                needs=tuple(needs),
                examples=tuple(examples),
                topic=check.__module__.rpartition(".")[2],
                check=check,
            )
        )
        return check

    return made


def several(text: str) -> tuple[str, ...]:
    """Reference ids written shortly: `ANX-001 TRC-271..278` is nine of them."""
    ids: list[str] = []
    for part in text.split():
        first, dots, last = part.partition("..")
        if not dots:
            ids.append(part)
            continue
        prefix, _, start = first.rpartition("-")
        ids += [f"{prefix}-{number:0{len(start)}d}" for number in range(int(start), int(last) + 1)]
    return tuple(ids)


def facts_of(problem: Problem) -> Mapping[str, object]:
    """What the templates of a rule may name; `said` is the value as people write days and moments."""
    value = problem.row.get(problem.field, "")
    return {"field": problem.field, "value": value, "said": as_said(value), **problem.facts}
