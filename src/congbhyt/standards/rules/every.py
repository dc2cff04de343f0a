"""Imports every module of rules, so that the table is complete."""

from __future__ import annotations

from congbhyt.standards.rules import (
    amounts,
    beds,
    benefits,
    cards,
    catalogue_codes,
    deliveries,
    diseases,
    exams,
    families,
    habits,
    leaving,
    old_amounts,
    old_claims,
    old_totals,
    payers,
    people,
    prices,
    stay,
    times,
    totals,
    visits,
)
from congbhyt.standards.rules.rule import RULES

__all__ = [
    "RULES",
    "amounts",
    "beds",
    "benefits",
    "cards",
    "catalogue_codes",
    "deliveries",
    "diseases",
    "exams",
    "families",
    "habits",
    "leaving",
    "old_amounts",
    "old_claims",
    "old_totals",
    "payers",
    "people",
    "prices",
    "stay",
    "times",
    "totals",
    "visits",
]
