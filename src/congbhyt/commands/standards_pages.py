"""The pages about the data standards, made from the tables that the checker obeys: docs/reference/standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from congbhyt.commands import rules_page, standards_benefits, standards_differences, standards_lists, standards_overview
from congbhyt.commands.markdown import escaped, table
from congbhyt.commands.standards_words import allowed, filled, in_force, meaning, written
from congbhyt.standards.loading import standards
from congbhyt.standards.model import Field, Standard, Table
from congbhyt.standards.references import references
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import ERROR, Rule

FOLDER = "standards"
NEWEST = "QD3176"
_SHOWN = 3
"""So many fields of a row stand in the skeleton of a document."""
_ALONE = {
    "QD4210": (
        "Claims of visits that end up to 30/06/2024. An inner document of XML2 to XML5 begins with its list; there is "
        "no wrapper around it. What became of each field: [QĐ 4210 to QĐ 130](qd4210-qd130.md)."
    ),
    "CV3220": (
        "Certificates that are sent alone. The package HSCHUNGTU is built like a claim, its NOIDUNGFILE holds one "
        "certificate in base64, and LOAIHOSO names the kind, which is not always the root of the document. A death or "
        "birth certificate is not wrapped: HSDLGBT or HSDLGCS holds it as it is, then CHUKYDONVI."
    ),
    "GKSK": (
        "The driver's health certificate goes out as JSON with these keys; SIGNDATA is the base64 of an XML document "
        "with the same fields below one root. Days are written dd/MM/yyyy, unlike in every other document."
    ),
}
"""The standards that have one page each, and how that begins."""


def pages() -> dict[str, str]:
    """Every page by its file name below docs/reference."""
    every = standards()
    made = {"index.md": standards_overview.page(), "lists.md": standards_lists.page()}
    made["benefits.md"] = standards_benefits.page()
    made |= {f"{label.lower()}.md": _table_page(held) for label, held in every[NEWEST].tables.items()}
    made |= {f"{id.lower()}.md": _alone(every[id], words) for id, words in _ALONE.items()}
    for old, new in standards_differences.PAIRS:
        made[standards_differences.file_name(every[old], every[new])] = standards_differences.page(
            every[old], every[new]
        )
    return {f"{FOLDER}/{name}": text for name, text in made.items()} | {"rules.md": rules_page.page()}


def _table_page(held: Table) -> str:
    newest = standards()[NEWEST]
    lines = [
        f"# {held.label} {held.title}\n",
        f"{_sentence(held.meaning)} {_rows_of(held)} {len(held.fields)} fields, as {newest.title} has them for visits "
        f"that end {in_force(newest)}. How values are written and what the envelope looks like: "
        "[introduction](index.md).\n",
        skeleton(held),
        fields(held),
        _rules(held.label),
        _earlier(held.label),
    ]
    return "\n".join(line for line in lines if line)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _rows_of(held: Table) -> str:
    return "One row in a document." if held.single else f"Any number of rows {held.row}."


def _alone(standard: Standard, words: str) -> str:
    lines = [f"# {standard.title}: {standard.subject}\n", f"{words}\n"]
    if standard.decided:
        lines.append(f"In force {in_force(standard)}: {standard.decided}.\n")
    for label, held in standard.tables.items():
        name = label if label == held.root or held.row else f"{label} (root {held.root})"
        lines += [f"## {name} {held.title}\n", f"{_sentence(held.meaning)} {len(held.fields)} fields.\n"]
        outline = keys(held) if standard.id == "GKSK" else skeleton(held)
        lines += [outline, fields(held, "###"), _rules(label, "###", standard.id)]
    return "\n".join(line for line in lines if line)


def skeleton(held: Table) -> str:
    """The outline of a document of the table."""
    below = [each for each in ((held.list, held.row) if held.row else ()) if each and each != held.root]
    names = [held.root, *below]
    lines = [f"{'  ' * depth}<{name}>" for depth, name in enumerate(names)]
    inside = "  " * len(names)
    lines += [f"{inside}<{tag}>…</{tag}>" for tag in held.tags[:_SHOWN]]
    lines.append(f"{inside}<!-- and {len(held.tags) - _SHOWN} more, in the order below -->")
    lines += [f"{'  ' * depth}</{name}>" for depth, name in reversed(list(enumerate(names)))]
    return "```xml\n" + "\n".join(lines) + "\n```\n"


def keys(held: Table) -> str:
    """The outline of a certificate that goes out as JSON."""
    shown = "\n".join(f'  "{tag}": "…",' for tag in held.tags[:_SHOWN])
    return f"```json\n{{\n{shown}\n  …\n}}\n```\n"


def fields(held: Table, heading: str = "##") -> str:
    """The fields of a table with all that is known of them, and below it how conflicts were decided."""
    notes: dict[str, int] = {}
    for field in held.fields.values():
        if field.decided:
            notes.setdefault(field.decided, len(notes) + 1)
    columns = ("№", "Field", "Written as", "Filled", "Codes or form", "Meaning", *(("Decided",) if notes else ()))
    rows = [
        (number, field.name, written(field), filled(field), allowed(field), meaning(field), *_noted(field, notes))
        for number, field in enumerate(held.fields.values(), 1)
    ]
    text = f"{heading} Fields\n\n" + table(columns, rows)
    if notes:
        text += f"\n{heading} Decided\n\nWhere sources disagree or say little:\n\n"
        text += "".join(f"{number}. {escaped(_decided(note))}\n" for note, number in notes.items())
    return text


def _noted(field: Field, notes: Mapping[str, int]) -> Sequence[object]:
    return ((notes[field.decided] if field.decided else ""),) if notes else ()


def _decided(note: str) -> str:
    return note if note.endswith(".") else f"{note}."


def _rules(label: str, heading: str = "##", standard: str = NEWEST) -> str:
    """Links to the rules that look at a table."""
    looking = [rule for rule in RULES.values() if standard in rule.standards and label in looked_at()[rule.id]]
    if not looking:
        return ""
    topics = dict.fromkeys(sorted(rule.topic for rule in looking))
    rows = (
        (
            rules_page.subject(topic),
            *(", ".join(map(_link, _of(looking, topic, errors=errors))) for errors in (True, False)),
        )
        for topic in topics
    )
    words = "What is checked beside each field's own row; rules in italics need a catalogue.\n"
    return "\n".join([f"{heading} Rules\n", words, table(("About", "Errors", "Warnings and notes"), rows)])


def _of(rules: Iterable[Rule], topic: str, *, errors: bool) -> list[Rule]:
    return [rule for rule in rules if rule.topic == topic and (rule.severity is ERROR) is errors]


def _link(rule: Rule) -> str:
    link = f"[{rule.id}](../rules.md#{rule.id})"
    return f"*{link}*" if rule.needs else link


@cache
def looked_at() -> Mapping[str, frozenset[str]]:
    """The tables that each rule looks at: those of its stated rows and of its examples."""
    known = {label: label for standard in standards().values() for label in standard.tables}
    known |= {held.root: label for standard in standards().values() for label, held in standard.tables.items()}
    return {
        rule.id: frozenset(known[name] for name in _named(rule) if name in known) if rule.check else frozenset()
        for rule in RULES.values()
    }


def _named(rule: Rule) -> Iterable[str]:
    for id in rule.sources:
        if id in references():
            named = references()[id].tables
            yield from standards()["CV3220"].tables if "all certificates" in named else named
    for example in rule.examples:
        if not example.silent:
            yield from (place.partition(".")[0].partition("[")[0] for place in example.values)
            yield from (name for name, _ in example.rows)


def _earlier(label: str) -> str:
    """What is different in the standards before the newest, step by step."""
    every, said = standards(), []
    for old, new in reversed(standards_differences.PAIRS):
        if label not in every[old].tables:
            said.append(f"{every[old].title} has no such table.\n")
            break
        if old == "QD4210":
            said.append("QĐ 4210/QĐ-BYT: [its own table](qd4210.md) and [what became of it](qd4210-qd130.md).\n")
            break
        changes = standards_differences.between(every[old], every[new], label)
        said.append(f"### {every[old].title}, before {every[new].title}\n")
        said += changes or ["The same.\n"]
    return "## In earlier standards\n\n" + "\n".join(said)
