"""A scanner is a fast keyboard that ends with Enter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cast import COLLEAGUE, OTHER, PATIENT, Patient
from tests.browser.desk import LOOK_UP, Desk

pytestmark = pytest.mark.xdist_group("browser")
SCAN_BOX = "Quét mã QR của thẻ BHYT hoặc CCCD"
CARD_BOX = "Mã thẻ BHYT, mã số BHXH hoặc số CCCD"


def card_code(patient: Patient) -> str:
    """What the QR code of a BHYT card holds."""
    name, address = (text.encode().hex() for text in (patient.name, "Phường Thử Nghiệm"))
    return f"{patient.card}|{name}|{patient.birth}|1|{address}|01 - 999|01/01/2026|-|01/01/2026|{'0' * 15}|4|-|1|0|$"


def citizen_code(patient: Patient) -> str:
    """What the QR code of a CCCD holds."""
    born = patient.birth.replace("/", "")
    return f"{patient.citizen}||{patient.name}|{born}|Nam|Phường Thử Nghiệm, TP Thử|01012022"


def scan(desk: Desk, text: str) -> None:
    """Type as a scanner does, wherever the cursor stands."""
    with desk.turning():
        desk.page.keyboard.type(text)
        desk.page.keyboard.press("Enter")


@pytest.fixture
def counter(desk: Desk) -> Desk:
    """Somebody before the empty look-up page."""
    desk.sign_in(COLLEAGUE)
    assert desk.page.url.endswith(LOOK_UP)
    return desk


@pytest.mark.parametrize("code", [card_code, citizen_code], ids=["card", "cccd"])
def test_a_scan_looks_up_without_the_mouse_and_so_does_the_next_one(
    counter: Desk, code: Callable[[Patient], str]
) -> None:
    for patient in (PATIENT, OTHER):
        expect(counter.field(SCAN_BOX)).to_be_focused()
        scan(counter, code(patient))
        counter.sees("Thẻ dùng được", patient.name, patient.card)
    counter.misses(PATIENT.card)


@pytest.mark.parametrize("code", [card_code, citizen_code], ids=["card", "cccd"])
def test_a_scan_into_the_card_s_box_is_understood_as_well(counter: Desk, code: Callable[[Patient], str]) -> None:
    counter.field(CARD_BOX).click()
    scan(counter, code(PATIENT))
    counter.sees("Thẻ dùng được", PATIENT.name, PATIENT.card)
    expect(counter.field("Họ và tên")).to_have_value(PATIENT.name)


def test_a_damaged_scan_says_what_to_do_and_the_next_one_works(counter: Desk) -> None:
    scan(counter, card_code(PATIENT)[:40])
    counter.sees("Chưa gửi được.")
    expect(counter.field(SCAN_BOX)).to_have_attribute("aria-invalid", "true")
    counter.field(SCAN_BOX).fill("")
    scan(counter, card_code(PATIENT))
    counter.sees("Thẻ dùng được")


def test_another_kind_of_code_is_named_as_such(counter: Desk) -> None:
    scan(counter, "8936012345678|sữa")
    counter.sees("Mã vừa quét không phải mã QR của thẻ BHYT hoặc CCCD.")


def test_what_was_typed_before_the_scan_does_not_count(counter: Desk) -> None:
    counter.fill(CARD_BOX, OTHER.card)
    counter.fill("Họ và tên", OTHER.name)
    counter.fill("Ngày sinh", OTHER.birth)
    counter.field(SCAN_BOX).click()
    scan(counter, card_code(PATIENT))
    counter.sees("Thẻ dùng được", PATIENT.card)
    counter.misses(OTHER.card)
