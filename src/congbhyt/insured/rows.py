"""Reading one row of an import file: every field by its column, every fault of a row at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from congbhyt.insured.fields import NULL, Read, WrongValueError
from congbhyt.kernel.identifiers import is_card_number, masked

_REMEMBERED = 100_000
"""Different values of one column that a reader keeps; days, units and codes repeat endlessly."""
Seal = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of one row; `field` is empty when it is the row as a whole.

    `value` may be shown: a CCCD in it is masked.
    """

    field: str
    code: str
    value: str = ""


class WrongRowError(ValueError):
    """A row that is rejected, with every fault found in it."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(", ".join(fault.code for fault in faults))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file and where its value lies.

    `stored` lists the database columns with their types; `read` gives their COPY texts, joined by
    tabs. `required` means that the header must have it and no row may leave it empty.
    `varied` columns hardly repeat, so remembering their values would only cost. `sealed` is a CCCD.
    """

    name: str
    meaning: str
    form: str
    stored: Sequence[str]
    read: Read
    required: bool = False
    varied: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. The first `owner_width` columns are the person's, then those of the key follow.

    `begins` and `ends` name two columns in order of time.
    """

    name: str
    key: str
    columns: Sequence[Column]
    begins: str
    ends: str
    owner_width: int

    @property
    def brings_people(self) -> bool:
        """Whether a row says more of its person than the number."""
        return self.owner_width > 1


class _Remembering(dict[str, str]):
    """A reader that remembers what it read: looking up beats parsing for days, units and codes."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def __missing__(self, text: str) -> str:
        value = self._read(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


class RowReader:
    """Turns the fields of a row into COPY texts, in the order of the format's columns.

    `header` holds the file's column names in the file's order; `seal` turns a CCCD into the COPY
    texts of ciphertext and digest.
    """

    def __init__(self, form: Format, header: Sequence[str], seal: Seal) -> None:
        self._columns = form.columns
        self._width = len(header)
        self._places = [header.index(column.name) if column.name in header else self._width for column in form.columns]
        self._pick = itemgetter(*self._places)
        self._readers = [_reader(column, seal) for column in form.columns]
        names = [column.name for column in form.columns]
        self._begins, self._ends = names.index(form.begins), names.index(form.ends)

    def read(self, fields: list[str]) -> list[str]:
        """The COPY texts of one row.

        Raises:
            WrongRowError: at least one field is wrong; all of them are named.
        """
        if len(fields) != self._width:
            raise WrongRowError(Fault("", "FIELD_COUNT", str(len(fields))))
        fields.append("")
        try:
            values = [read(text) for read, text in zip(self._readers, self._pick(fields), strict=True)]
        except WrongValueError:
            raise WrongRowError(*self._faults(fields)) from None
        if values[self._ends] < values[self._begins]:  # ISO texts sort by time; an absent end sorts last
            column = self._columns[self._ends]
            raise WrongRowError(Fault(column.name, "DATES_ORDER", shown(column, fields[self._places[self._ends]])))
        return values

    def _faults(self, fields: list[str]) -> list[Fault]:
        faults = []
        for column, read, place in zip(self._columns, self._readers, self._places, strict=True):
            try:
                read(fields[place])
            except WrongValueError as wrong:
                faults.append(Fault(column.name, wrong.code, shown(column, fields[place])))
        return faults


def _reader(column: Column, seal: Seal) -> Read:
    read = column.read
    if column.sealed:
        return lambda text: seal(number) if (number := read(text)) else _ABSENT_PAIR
    return read if column.varied else _Remembering(read).__getitem__


_ABSENT_PAIR = f"{NULL}\t{NULL}"
_LONG_NUMBER = re.compile(r"\d(?:[\s.\-_]?\d){11,}")
_LONGEST_SHOWN = 100


def shown(column: Column, text: str) -> str:
    """`text` as a report may show it: no CCCD in clear, whichever column it strayed into."""
    return masked(text.strip())[-_LONGEST_SHOWN:] if column.sealed else without_citizen_numbers(text)[:_LONGEST_SHOWN]


def without_citizen_numbers(text: str) -> str:
    """`text` with every number of twelve digits or more masked, unless it is just a card number."""
    return text if is_card_number(text) else _LONG_NUMBER.sub(lambda found: masked(found[0]), text)
