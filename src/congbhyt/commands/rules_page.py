"""The page of rules: every one with its origin, what the field families cover, and what is not implemented and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby

from congbhyt.commands.markdown import anchor, escaped, table
from congbhyt.commands.standards_words import day
from congbhyt.standards.findings import Severity
from congbhyt.standards.loading import standards
from congbhyt.standards.references import Left, Reference, answers, left_out, references
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import Rule
from congbhyt.standards.stated import DECIDED

_MANY = 20
"""So many ids of one collection are listed at most."""
_SHOWN = 4
"""So many rows with one reason are told in words; the ids of the others are named."""
_SHORT = 30
"""Words so short say little without the field that they are about."""
_HEAD = """# Rules of the checker

Errors are what the portal refuses or what contradicts itself; warnings ask somebody to look; notes explain. The
sentence is for the person at the counter, the detail for the engineer; words in braces are filled in with what was
found. Ids such as ANX-001 are rows of the sources ([where they come from](standards/index.md#where-this-comes-from)).
A rule that needs a catalogue rests until it is loaded.

"""
_FAMILIES = """
## What the tables themselves check

The rules above whose ids begin with `field-` judge each value by the facts of its field
([tables](standards/index.md#tables)). They answer for these rows of the sources:

"""
_LEFT = """
## Not implemented, and why

"""


def page() -> str:
    """The whole page."""
    text = _HEAD + _summary()
    for topic, rules in groupby(sorted(RULES.values(), key=_topic), key=_topic):
        text += f"\n## {topic}\n" + "".join(_rule(rule) for rule in rules)
    return text + _FAMILIES + _families() + _LEFT + _left()


def _topic(rule: Rule) -> str:
    return f"About {subject(rule.topic)}"


def subject(topic: str) -> str:
    """What the rules of a module are about."""
    words = topic.replace("_", " ")
    return f"{words.removeprefix('old ')} under QĐ 4210" if words.startswith("old ") else words


def _summary() -> str:
    every = sorted(RULES.values(), key=_topic)
    covered = sum(answer.covered for answer in answers().values())
    rows = []
    for topic, rules in groupby(every, key=_topic):
        counted = Counter(rule.severity for rule in rules)
        rows.append(
            (f"[{topic.removeprefix('About ')}](#{anchor(topic)})", *(counted[each] or "" for each in Severity))
        )
    return (
        f"{len(every)} rules answer for {covered:,} of the {len(references()):,} rows that the sources state. Below "
        "them stand [what the tables themselves check](#what-the-tables-themselves-check) and what is "
        "[not implemented](#not-implemented-and-why).\n\n"
    ) + table(("About", "Errors", "Warnings", "Notes"), rows)


def _rule(rule: Rule) -> str:
    facts = [str(rule.severity), _standards(rule), *_period(rule), rule.basis]
    if rule.needs:
        facts.append(f"needs the catalogue{'s' if len(rule.needs) > 1 else ''} {', '.join(rule.needs)}")
    lines = [
        f"\n### {rule.id}\n",
        f"{' · '.join(facts)}\n",
        f"> {escaped(rule.sentence)}\n",
        f"{escaped(rule.detail)}\n",
    ]
    if rule.sources:
        lines.append(f"From {ranges(rule.sources)}.\n")
    return "\n".join(lines)


def _standards(rule: Rule) -> str:
    every = [id for id in standards() if id in rule.standards]
    if len(every) == len(standards()):
        return "every standard"
    titles = [standards()[id].title.partition("/")[0] for id in every]
    return ", ".join(titles)


def _period(rule: Rule) -> list[str]:
    since = f"from {day(rule.since)}" if rule.since else ""
    until = f"until {day(rule.until - timedelta(1))}" if rule.until else ""
    return [f"{since} {until}".strip()] if since or until else []


def ranges(ids: Iterable[str]) -> str:
    """Ids written shortly: ANX-001, TRC-271 to 278."""
    said = []
    for prefix, numbers in _numbered(ids).items():
        runs: list[list[str]] = []
        for number in numbers:
            if runs and int(number) == int(runs[-1][-1]) + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        said += [f"{prefix}-{run[0]}" + (f" to {run[-1]}" if len(run) > 1 else "") for run in runs]
    return ", ".join(said)


def _numbered(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id in dict.fromkeys(ids):
        prefix, _, number = id.rpartition("-")
        found.setdefault(prefix, []).append(number)
    return {prefix: sorted(numbers, key=int) for prefix, numbers in found.items()}


def _families() -> str:
    by_family: dict[str, list[str]] = {}
    for id, answer in answers().items():
        for family in answer.families:
            by_family.setdefault(family, []).append(id)
    order = sorted(by_family, key=lambda family: (family == DECIDED, family))
    rows = [(_named(family), len(by_family[family]), ", ".join(_parts(by_family[family]))) for family in order]
    return table(("Rule", "Rows", "Which"), rows)


def _named(family: str) -> str:
    return "decided otherwise, as the table says" if family == DECIDED else f"[{family}](#{family})"


def _parts(ids: Sequence[str]) -> Iterable[str]:
    """Ids by collection; of many in one collection only how many of it, because they follow its order of fields."""
    whole = Counter(row.prefix for row in references().values())
    for prefix, numbers in _numbered(ids).items():
        if len(numbers) > _MANY:
            yield f"{len(numbers)} of the {whole[prefix]} {prefix}" if len(numbers) < whole[prefix] else f"all {prefix}"
        else:
            yield ranges(f"{prefix}-{number}" for number in numbers)


def _left() -> str:
    left = left_out()
    text = f"{sum(len(each.ids) for each in left)} rows of the sources.\n"
    for subject, rows in groupby(left, key=lambda each: each.subject):
        text += f"\n### {subject}\n\n" + table(("Rows", "What they say", "Why not"), _reasons(list(rows)))
    return text


def _reasons(left: Sequence[Left]) -> Iterable[Sequence[str]]:
    for each in left:
        said = list(dict.fromkeys(_said(references()[id]) for id in each.ids))
        shown = said if len(said) <= _SHOWN else [*said[: _SHOWN - 1], f"and {len(said) - _SHOWN + 1} more"]
        yield ranges(each.ids), escaped("; ".join(shown)), each.reason


def _said(row: Reference) -> str:
    """The words of a row, after the fields that it is about where it names some."""
    named = ", ".join(name for name in row.fields.split("|") if re.fullmatch(r"[A-Z][A-Z0-9_.]*", name))
    return f"{named}: {row.words}" if named and named not in row.words and len(row.words) < _SHORT else row.words
