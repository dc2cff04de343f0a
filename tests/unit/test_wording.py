"""What a verdict says in words."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from congbhyt.kernel.result_codes import RESULT_CODES
from congbhyt.lookup.rules import Verdict, verdict
from congbhyt.lookup.wording import gender, sentence, short
from tests.unit.test_verdict import GOOD, NEWER, TABLE, card, holding, insured

PERSONAL = ("NGUYỄN VĂN THỬ", "01/01/1980", "Phường", "GD4", "DN4", "01999")


@pytest.mark.parametrize("code", RESULT_CODES)
def test_every_code_has_a_sentence_and_only_some_tell_facts(code: str) -> None:
    for _, _, case in (row for row in TABLE if row[0] == code):
        judged = verdict(case)
        said = sentence(judged, case.insured)
        assert said
        assert said.isprintable()
        assert any(fact in said for fact in PERSONAL) is judged.official.facts


def test_the_sentence_of_a_valid_card_is_the_official_one() -> None:
    held = msgspec.structs.replace(card(), five_years_on=date(2020, 1, 1))
    person = insured(held)
    assert sentence(Verdict("000", card=held), person) == (
        "Thẻ còn giá trị sử dụng! Họ tên : NGUYỄN VĂN THỬ, Ngày sinh: 01/01/1980, Giới tính : Nam! "
        "(ĐC: Phường Thử Nghiệm; Nơi KCBBĐ: 01999; Hạn thẻ: 14/08/2025 - 18/09/2026; "
        "Thời điểm đủ 5 năm liên tục: 01/01/2020)."
    )


@pytest.mark.parametrize("code", ["003", "004"])
def test_a_new_card_is_told_after_a_full_stop_because_programs_split_there(code: str) -> None:
    old, new = card(-300, -1 if code == "003" else 5), card(6, None, number=NEWER)
    case = holding(old, new)
    judged = verdict(case)
    assert judged.code == code
    first, second, rest = sentence(judged, case.insured).split(".")
    assert NEWER not in first
    assert second == f" Thẻ mới: {NEWER}, hạn thẻ: 08/03/2026 - không thời hạn, nơi KCBBĐ: 01999"
    assert rest == ""


def test_a_card_that_has_not_begun_says_so() -> None:
    case = holding(card(1, 300))
    assert sentence(verdict(case), case.insured).startswith("Thẻ BHYT chưa đến thời hạn sử dụng! Họ tên :")


def test_a_reason_is_said_as_it_stands() -> None:
    judged = verdict(replace(GOOD, question=replace(GOOD.question, officer_name="")))
    assert sentence(judged, GOOD.insured) == "Null hoTenCb"


@pytest.mark.parametrize("code", RESULT_CODES)
def test_the_trail_says_the_codes_text_without_facts(code: str) -> None:
    said = short(code, RESULT_CODES[code].text)
    assert said.endswith("!")
    assert said.strip("!") in (RESULT_CODES[code].text, "Thẻ còn giá trị sử dụng")
    assert not any(fact in said for fact in PERSONAL)


def test_gender_is_said_as_the_wire_says_it() -> None:
    assert [gender(code) for code in (1, 2, 3)] == ["Nam", "Nữ", "Chưa xác định"]
