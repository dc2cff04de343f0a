"""Birth dates known to the day, the month or the year."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.dates import EARLIEST_YEAR, BirthDate

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
