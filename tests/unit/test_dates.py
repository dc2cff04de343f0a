"""Birth dates known to the day, the month or the year."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.dates import EARLIEST_YEAR, BirthDate, read_typed_birth

DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(2100, 12, 31))


@st.composite
def births(draw: st.DrawFn) -> BirthDate:
    day = draw(DAYS)
    return BirthDate.of(day, draw(st.sampled_from("DMY")))


@given(births())
def test_what_is_written_is_read_back(birth: BirthDate) -> None:
    assert BirthDate.parse(str(birth)) == birth
    assert BirthDate.of(birth.first_day, birth.precision) == birth


@given(DAYS)
def test_every_accepted_form_of_a_day_is_that_day(day: date) -> None:
    forms = [
        f"{day:%d/%m/%Y}", f"{day:%d%m%Y}", f"{day.day}/{day.month}/{day.year}", f" {day:%d/%m/%Y}\n",
    ]  # fmt: skip
    assert {BirthDate.parse(form) for form in forms} == {BirthDate(day.year, day.month, day.day)}
    assert BirthDate.parse(f"{day:%m/%Y}") == BirthDate(day.year, day.month)
    assert BirthDate.parse(f"{day:%Y}") == BirthDate(day.year)


@given(births(), births())
def test_agreement_is_mutual_and_never_across_years(one: BirthDate, other: BirthDate) -> None:
    assert one.agrees_with(other) == other.agrees_with(one)
    assert one.agrees_with(one)
    assert not (one.agrees_with(other) and one.year != other.year)


@given(births(), DAYS)
def test_agreement_asks_exactly_what_both_know(one: BirthDate, day: date) -> None:
    full = BirthDate(day.year, day.month, day.day)
    naive = all(known in (None, asked) for known, asked in zip((one.year, one.month, one.day), (
        day.year, day.month, day.day), strict=True))  # fmt: skip
    assert one.agrees_with(full) is naive


@given(st.text(max_size=12) | st.from_regex(r"[0-9/]{0,10}", fullmatch=True))
def test_any_text_is_a_possible_date_or_none(text: str) -> None:
    read = BirthDate.parse(text)
    if read is not None:
        assert read.first_day.year >= EARLIEST_YEAR
        assert BirthDate.parse(str(read)) == read


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1/1/80", "31/02/1980", "29/02/1981", "00/01/1980", "01/00/1980", "00/00/1980", "00/1980", "13/1980",
        "00001980", "32011980", "1849", "0000", "10000", "01-01-1980", "1980-01-01", "01/01/1980 00:00", "01.01.1980",
        "0101198", "010119800", "19800101x", "01/01/1980/", "/1980", "１９８０", "٠١/٠١/١٩٨٠", "1e3", "+1980",
        "-980", "NaN",        "01/01/1980\0", "ba mươi", "1980.0", "29/02/1900",
    ],
)  # fmt: skip
def test_these_are_no_dates(text: str) -> None:
    assert BirthDate.parse(text) is None


def test_a_leap_day_is_one() -> None:
    assert BirthDate.parse("29/02/2000") == BirthDate(2000, 2, 29)


@pytest.mark.parametrize("parts", [(1980, None, 1), (1980, 0, 1), (1980, 1, 0), (1980, 2, 30), (0, 1, 1), (1980, 13)])
def test_what_no_calendar_holds_cannot_be_made(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        BirthDate(*parts)


@pytest.mark.parametrize(("typed", "birth"), [
    ("1.1.1980", "01/01/1980"), ("01.02.1980", "01/02/1980"), ("01-02-1980", "01/02/1980"), ("1-2-1980", "01/02/1980"),
    ("1 2 1980", "01/02/1980"), ("1  2\u00a01980", "01/02/1980"), ("01 / 02 / 1980", "01/02/1980"),
    ("1 . 2 . 1980", "01/02/1980"), ("01 – 02 – 1980", "01/02/1980"), ("1/2.1980", "01/02/1980"),
    ("1980-02-01", "01/02/1980"), ("1980-2-1", "01/02/1980"), ("1980/02/01", "01/02/1980"), ("1980-02", "02/1980"),
    ("01 / 1980", "01/1980"), ("1.1980", "01/1980"), ("1-1980", "01/1980"), ("1 1980", "01/1980"),
    (" 1980\r\n", "1980"), ("01021980", "01/02/1980"), ("29.02.2000", "29/02/2000"), ("31-12-1980", "31/12/1980"),
])  # fmt: skip
def test_what_people_type_is_read(typed: str, birth: str) -> None:
    read = read_typed_birth(typed)
    assert str(read) == birth
    assert read == BirthDate.parse(birth)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", ".", "--", "1.1.80", "1-1-80", "80", "80-01-01", "1 1 80", "1.80", "01.01.1980.", ".01.01.1980",
        "1..1980", "1//1980", "1/ /1980", "1.1.1980 08:00", "1980-01-01T00:00", "1980-13-01", "1980-02-30",
        "1980-31-12", "31.02.1980", "12-31-1980", "13 1980", "0.0.1980", "1.1.0980", "1.1.19800", "1 1 1 1980",
        "1980 1980", "1980-01-01-", "1_1_1980", "1,1,1980", "0101 1980", "1.1.198O", "١.١.١٩٨٠", "1.1.１９８０",
        "1.1.1980\0", "19800101", "-1980",
    ],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_not_guessed(typed: str) -> None:
    assert read_typed_birth(typed) is None


@pytest.mark.parametrize("unit", ["1", " ", ".", ". ", "1 ", " .1", "\u2013", "1980-"])
def test_endless_typing_is_no_date_at_once(unit: str) -> None:
    started = time.process_time()
    assert read_typed_birth("1" + unit * 1_000_000 + "x") is None
    assert time.process_time() - started < 1


@given(st.text(max_size=12) | st.from_regex(r"[0-9/]{0,10}", fullmatch=True) | births().map(str))
def test_typing_reads_at_least_what_the_wire_reads(text: str) -> None:
    wire = BirthDate.parse(text)
    assert wire is None or read_typed_birth(text) == wire


@given(DAYS, st.sampled_from([".", "-", " ", "/", " / ", "\u2013", ". "]))
def test_every_typed_form_of_a_day_is_that_day(day: date, between: str) -> None:
    forms = [f"{day:%d}{between}{day:%m}{between}{day:%Y}", f"{day.day}{between}{day.month}{between}{day.year}"]
    assert {read_typed_birth(form) for form in [*forms, f"{day:%Y-%m-%d}"]} == {BirthDate(day.year, day.month, day.day)}
