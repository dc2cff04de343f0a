"""The page of what the fund pays by law: card letters, levels, shares by subject of visit, amounts by day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from importlib import resources
from typing import Any

from congbhyt.commands.markdown import table
from congbhyt.commands.standards_words import day
from congbhyt.standards.cards import groups
from congbhyt.standards.loading import amounts

# Any: what tomllib gives; the program reads the same file into types of its own.

_HEAD = """# What the fund pays

What the rules about cards, levels and co-payment go by. The level of a card times the share of the visit's subject is
MUC_HUONG of a line; both change by day.

"""
_SHARES = """
## Shares by subject of visit

MA_DOITUONG_KCB as of NGAY_VAO; the share counts of the card's level. *Small total*: below 15 % of lương cơ sở, or after
the exemption of the year, the fund pays all. Codes that no source explains are missing here, and nothing is checked for
them.

"""


def page() -> str:
    """The whole page."""
    text = (resources.files("congbhyt.standards") / "data" / "benefits.toml").read_text("utf-8")
    facts = tomllib.loads(text)
    parts = [_HEAD + _levels(facts), _letters(), _SHARES.lstrip("\n") + _shares(facts), _amounts(facts["limits"])]
    return "\n".join(parts)


def _levels(facts: Mapping[str, Any]) -> str:
    rows = [(", ".join(row["digits"]), f"{row['percent']} %", "", row["source"]) for row in facts["levels"]]
    rows += [
        (f"cards {', '.join(row['groups'])}", f"{row['percent']} %", f"from {day(row['since'])}", row["source"])
        for row in facts["raised"]
    ]
    return "## Levels\n\n" + table(("Third character of the card", "Level", "When", "Source"), rows)


def _letters() -> str:
    rows = [
        (row.digit, ", ".join(row.letters), f"from {day(row.since)}" if row.since > date.min else "", row.source)
        for row in groups()
    ]
    return "## Letters of cards\n\n" + table(("Digit", "First two characters", "When", "Source"), rows)


def _shares(facts: Mapping[str, Any]) -> str:
    parts = []
    for edition in facts["subjects"]:
        head = " ".join(_period(edition)).capitalize()
        rows = sorted(
            ((code, *_share(share)) for share in edition["shares"] for code in share["codes"]),
            key=lambda row: _order(row[0]),
        )
        parts.append(
            f"{head}, {edition['source']}:\n\n" + table(("Subject", "Share", "Only", "Small total", "Note"), rows)
        )
    return "\n".join(parts)


def _share(share: Mapping[str, Any]) -> Sequence[str]:
    only = [
        {"inpatient": "stays", "outpatient": "visits without a stay"}.get(share.get("care", ""), ""),
        *_period(share),
    ]
    notes = (
        ("whole", "whatever the card says"),
        ("station", "all at a commune station"),
        ("pick_up", "drugs for an earlier visit"),
        ("card_later", "the card may come later"),
    )
    return (
        f"{share['percent']} %",
        ", ".join(words for words in only if words),
        "all" if share.get("on_route") else "",
        ", ".join(words for key, words in notes if share.get(key)),
    )


def _period(row: Mapping[str, Any]) -> Iterable[str]:
    if "since" in row:
        yield f"from {day(row['since'])}"
    if "until" in row:
        yield f"until {day(row['until'] - timedelta(1))}"


def _order(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("."))


def _amounts(limits: Mapping[str, int]) -> str:
    rows = [
        (
            day(row.since),
            _money(row.value),
            _money(row.value * 15 // 100),
            _money(row.value * limits["yearly_months"]),
            _money(row.value * limits["ceiling_months"]),
            row.source,
        )
        for row in amounts("base_salary")
    ]
    columns = (
        "From",
        "Lương cơ sở, đồng",
        "15 %: small total",
        "Most co-payment of a year",
        "Most for a supply package",
        "Source",
    )
    return "## Amounts by day\n\n" + table(columns, rows)


def _money(value: int) -> str:
    return f"{value:,}"
