"""What the look-up form makes of what was typed or scanned, wherever it landed."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from congbhyt.lookup.officers import Asked
from congbhyt.portal.forms import LookUpForm

NAME, BIRTH, CARD = "nguyễn văn thử", "1.1.1980", "gd 4 01.99000 00001"
SCAN = "099080000101||NGUYỄN VĂN THỬ|01011980|Nam|Phường Thử Nghiệm|01012021"
ASKED = Asked("GD4019900000001", "NGUYỄN VĂN THỬ", "01/01/1980")


@pytest.mark.parametrize(
    "sent",
    [
        {"card": CARD, "name": NAME, "birth": BIRTH},
        {"scan": CARD, "name": NAME, "birth": BIRTH},
        {"scan": CARD, "card": "GD4019900000001", "name": NAME, "birth": BIRTH},
    ],
    ids=["typed", "number in the scanner's box", "the same number in both"],
)
def test_complete_fields_are_looked_up(sent: dict[str, str]) -> None:
    form = LookUpForm(sent)
    assert form.is_valid()
    assert form.asked() == ASKED


@pytest.mark.parametrize("scan", ["khong doc duoc", "9900000002"])
def test_what_the_patient_before_left_never_stands_in_for_the_scan(scan: str) -> None:
    before = {"card": CARD, "name": NAME, "birth": BIRTH}
    assert set(LookUpForm({**before, "scan": scan}).errors) == {"scan"}
    assert LookUpForm({**before, "scan": SCAN}).is_valid()


def test_a_scan_wins_over_the_patient_before() -> None:
    form = LookUpForm({"card": CARD, "name": NAME, "birth": BIRTH, "scan": SCAN})
    assert form.is_valid()
    assert form.asked().card == "099080000101"


@pytest.mark.parametrize("box", ["scan", "card"])
def test_a_scan_counts_in_either_box(box: str) -> None:
    form = LookUpForm({box: SCAN})
    assert form.is_valid()
    assert form.asked() == Asked("099080000101", "NGUYỄN VĂN THỬ", "01/01/1980")


def test_a_number_in_the_scanner_s_box_is_shown_in_its_own() -> None:
    form = LookUpForm({"scan": CARD})
    assert set(form.errors) == {"name", "birth"}
    assert (form["scan"].value(), form["card"].value()) == ("", CARD)


def test_an_unreadable_scan_alone_is_told_at_its_box() -> None:
    assert set(LookUpForm({"scan": "khong doc duoc"}).errors) == {"scan"}


def test_a_number_moved_to_its_own_box_leaves_the_others_as_they_were_typed() -> None:
    form = LookUpForm(QueryDict("scan=GD4019900000001&name=Nguy%E1%BB%85n+Th%E1%BB%AD&birth="))
    assert not form.is_valid()
    assert (form["card"].value(), form["name"].value()) == ("GD4019900000001", "Nguyễn Thử")
