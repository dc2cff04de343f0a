"""Common ICD-10 diagnoses with whom they befall and how often they keep somebody in hospital."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from congbhyt.sandbox.names import FEMALE, MALE

_SEXES = {"": frozenset({MALE, FEMALE}), "M": frozenset({MALE}), "F": frozenset({FEMALE})}
_HIV = ("B20", "B22", "B24", "Z21")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of diagnoses.csv.

    `weight` is its share among visits (0: never by chance); `stay` the percentage of its visits that
    are nights in hospital.
    """

    code: str
    text: str
    genders: frozenset[int]
    from_age: int
    to_age: int
    weight: int
    stay: int

    def befalls(self, gender: int, age: int) -> bool:
        """Whether somebody of this gender and age may have it."""
        return gender in self.genders and self.from_age <= age <= self.to_age

    @property
    def is_hiv(self) -> bool:
        """Whether it tells of HIV, so that the look-up withholds its visits."""
        return self.code.startswith(_HIV)


@cache
def diagnoses() -> tuple[Diagnosis, ...]:
    """Every line of the file."""
    text = resources.files("congbhyt.sandbox").joinpath("diagnoses.csv").read_text("utf-8")
    return tuple(
        Diagnosis(
            row["code"],
            row["text"],
            _SEXES[row["sex"]],
            int(row["from_age"]),
            int(row["to_age"]),
            int(row["weight"]),
            int(row["stay"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def usual(gender: int, age: int) -> tuple[tuple[Diagnosis, ...], tuple[int, ...]]:
    """What befalls somebody of this gender and age, with weights; never HIV."""
    fitting = tuple(one for one in diagnoses() if one.weight and one.befalls(gender, age))
    return fitting, tuple(one.weight for one in fitting)


@cache
def hiv() -> tuple[Diagnosis, ...]:
    """The diagnoses that tell of HIV."""
    return tuple(one for one in diagnoses() if one.is_hiv)


@cache
def by_code(code: str) -> Diagnosis:
    """One diagnosis by its ICD-10 code."""
    return next(one for one in diagnoses() if one.code == code)
