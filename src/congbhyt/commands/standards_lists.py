"""The page of code lists, forms and catalogues that fields name."""

from __future__ import annotations

from datetime import timedelta

from congbhyt.commands.markdown import escaped, table
from congbhyt.commands.standards_words import day
from congbhyt.standards.catalogues.kinds import kinds
from congbhyt.standards.loading import code_lists, patterns, standards
from congbhyt.standards.model import CodeList, Edition, Pattern, Table


def page() -> str:
    """Lists with their editions, forms, and which fields use them."""
    lines = [
        "# Code lists and forms\n",
        "Short lists are part of the program. Long ones (ICD-10, facilities, drugs, services, …) are "
        "[catalogues](#catalogues) that an operator loads. Meanings are in the words of the portal's users.\n",
        "## Lists\n",
    ]
    lines += [_list(codes) for codes in code_lists().values()]
    lines += ["## Forms\n", "The whole value, or each value of a list, has the form.\n"]
    lines += [_form(form) for form in patterns().values()]
    lines += [
        "## Catalogues\n",
        "CSV files with these columns, of which only `code` is required: `congbhyt catalogue load`. Rules that need "
        "one rest until it is loaded.\n",
        _catalogues(),
    ]
    return "\n".join(lines)


def _form(form: Pattern) -> str:
    words = f"{_capital(form.en)}. *{_capital(form.vi)}.* Source: {form.source}."
    return f"### {form.name}\n\n{words} {_users('pattern', form.name)}\n"


def _list(codes: CodeList) -> str:
    lines = [f"### {codes.name}\n", _users("list", codes.name) + "\n"]
    if len(codes.editions) > 1:
        decides = f"{codes.by}, the beginning of the visit," if codes.by else "the end of the visit"
        lines.append(f"Which edition counts is decided by {decides.rstrip(',')}.\n")
    lines += [_edition(edition) for edition in codes.editions]
    return "\n".join(lines)


def _edition(edition: Edition) -> str:
    period = " ".join(
        words
        for words in (
            f"from {day(edition.since)}" if edition.since else "",
            f"until {day(edition.until - timedelta(1))}" if edition.until else "",
        )
        if words
    )
    head = f"{_capital(period)}. " if period else ""
    note = f" Decided: {edition.decided}." if edition.decided else ""
    return f"{head}Source: {edition.source}.{note}\n\n" + table(
        ("Code", "Meaning"), ((code, escaped(text)) for code, text in edition.codes.items())
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _users(fact: str, name: str) -> str:
    """The fields that use a list or a form: by name, with the tables where they do."""
    found: dict[str, list[str]] = {}
    for label, held in _tables():
        for field in held.fields.values():
            if getattr(field, fact) == name and label not in found.setdefault(field.name, []):
                found[field.name].append(label)
    users = "; ".join(f"{name} ({', '.join(labels)})" for name, labels in found.items() if labels)
    return f"Used by {users}." if users else ""


def _tables() -> list[tuple[str, Table]]:
    """Every table of every standard by its label, XML0 to XML15 in their order before the certificates."""
    every = [(label, held) for standard in standards().values() for label, held in standard.tables.items()]
    return sorted(every, key=lambda each: int(each[0][3:]) if each[0][3:].isdigit() else 99)


def _catalogues() -> str:
    return "\n".join(
        f"### {kind.name}\n\n{kind.vi}: {kind.origin}. {_users('catalogue', kind.name)}\n\n"
        + table(("Column", "Meaning"), ((column.name, column.vi) for column in kind.columns.values()))
        for kind in kinds().values()
    )
