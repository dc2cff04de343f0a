"""The card look-up of every generation (Phụ lục 03 CV 1923/BHXH-CNTT; wire-protocol history in docs).

The 2024 function names the officer who looks; the earlier ones, which stop at the moment that their
row in the retirement table says, do not.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from congbhyt.accounts.authz import Right
from congbhyt.gateway.calling import account_of, asker_of
from congbhyt.gateway.reply import CARD_KEYS, Reply
from congbhyt.gateway.request import Request
from congbhyt.gateway.state import State
from congbhyt.kernel.clock import VIETNAM, wire_day, wire_minute
from congbhyt.kernel.result_codes import RESULT_CODES
from congbhyt.lookup import wording
from congbhyt.lookup.actions import Answer, look_up
from congbhyt.lookup.facts import PastCheck, Visit
from congbhyt.lookup.rules import Question

_TWO_DIGITS = {
    "000": "00", "001": "00", "002": "00", "004": "00", "003": "01", "010": "01",
    "050": "05", "051": "05", "052": "05", "053": "05", "110": "05", "120": "05", "121": "05", "122": "05",
    "123": "05", "124": "05", "130": "05", "060": "06", "061": "06", "070": "07", "100": "10", "101": "500",
}  # fmt: skip
"""The codes of 2016 for today's; what has none keeps its own."""


def serve_2024(request: Request, state: State) -> Reply:
    """KQNhanLichSuKCB2024: card, and history where policy and the officer's right let it out."""
    history = request.policy.history_in_2024_function
    answer = answer_for(request, state, names_officer=True, history=history)
    return Reply({**card_body(answer), **_blocks(answer)})


def serve_2018(request: Request, state: State) -> Reply:
    """NhanLichSuKCB2018, KQNhanLichSuKCB2018 and KQNhanLichSuKCB2019 (CV 497/BHXH-CNTT): the same keys as 2024."""
    answer = answer_for(request, state, names_officer=False)
    return Reply({**card_body(answer), **_blocks(answer)})


def serve_595(request: Request, state: State) -> Reply:
    """KQNhanLichSuKCB595: the card's keys and one history list with days instead of minutes."""
    answer = answer_for(request, state, names_officer=False)
    return Reply({**card_body(answer), "dsLichSuKCB": _days(answer)})


def serve_2016(request: Request, state: State) -> Reply:
    """nhanLichSuKCB: two-digit codes and one history list."""
    answer = answer_for(request, state, names_officer=False)
    code = answer.verdict.code
    return Reply({"maKetQua": _TWO_DIGITS.get(code, code), "dsLichSuKCB": _days(answer)})


def answer_for(
    request: Request,
    state: State,
    *,
    names_officer: bool,
    right: Right | None = None,
    history: bool = True,
) -> Answer:
    """Look up what the call asks. The right to look up is a check of the verdict; `right` is one more.

    Without `history` none is released, and the record says so.

    Raises:
        Refusal: no session, no `right`, or the look-up cannot be put on record.
    """
    asker = asker_of(account_of(request, right=right))
    question = Question(
        card=request.text("maThe"),
        name=request.text("hoTen"),
        birth=request.text("ngaySinh"),
        officer_name=request.text("hoTenCb") if names_officer else None,
        officer_citizen=request.text("cccdCb") if names_officer else None,
        names_officer=names_officer,
    )
    answer = look_up(
        question,
        asker=asker if history else replace(asker, may_see_history=False),
        function=request.function,
        policy=request.policy,
        read=state.read,
        origin=request.origin,
        at=request.at,
    )
    if answer.officer_id is not None:
        state.note_officer(answer.officer_id, request.at)
    return answer


def card_body(answer: Answer) -> dict[str, object]:
    """Keys 1 to 20. Facts are text, empty where there is none; without facts they are null."""
    judged, insured, card, new = answer.verdict, answer.insured, answer.verdict.card, answer.verdict.new_card
    if insured is None or card is None:
        return {**dict.fromkeys(CARD_KEYS), "maKetQua": judged.code, "ghiChu": answer.sentence}
    return {
        "maKetQua": judged.code,
        "ghiChu": answer.sentence,
        "maThe": card.number,
        "hoTen": insured.name,
        "ngaySinh": str(insured.birth),
        "gioiTinh": wording.gender(insured.gender),
        "diaChi": insured.address,
        "maDKBD": card.first_registration,
        "cqBHXH": card.agency_name,
        "gtTheTu": wire_day(card.valid_from),
        "gtTheDen": wire_day(card.valid_to),
        "maKV": card.area,
        "ngayDu5Nam": wire_day(card.five_years_on),
        "maSoBHXH": insured.social_number,
        "maTheCu": card.replaces,
        "maTheMoi": new.number if new else "",
        "gtTheTuMoi": wire_day(new.valid_from) if new else "",
        "gtTheDenMoi": wire_day(new.valid_to) if new else "",
        "maDKBDMoi": new.first_registration if new else "",
        "tenDKBDMoi": new.first_registration_name if new else "",
    }


def visit_rows(answer: Answer) -> list[dict[str, object]] | None:
    """`dsLichSuKCB2018`, newest first; null where the reader may not see it. TEMP1–5 stay empty."""
    return None if answer.visits is None else [_visit(visit) for visit in answer.visits]


def _visit(visit: Visit) -> dict[str, object]:
    return {
        "maHoSo": str(visit.record_number),
        "maCSKCB": visit.facility_code,
        "ngayVao": wire_minute(visit.admitted_at),
        "ngayRa": wire_minute(visit.discharged_at),
        "tenBenh": visit.diagnosis,
        "tinhTrang": visit.discharge_status,
        "kqDieuTri": visit.outcome,
        "lyDoVV": visit.admission_reason,
        "TEMP1": "", "TEMP2": "", "TEMP3": "", "TEMP4": "", "TEMP5": "",
    }  # fmt: skip


def _blocks(answer: Answer) -> dict[str, object]:
    checks = None if answer.checks is None else [_check(check) for check in answer.checks]
    return {"dsLichSuKCB2018": visit_rows(answer), "dsLichSuKT2018": checks}


def _check(check: PastCheck) -> dict[str, object]:
    return {
        "userKT": "*****" if check.masked else check.account_name,
        "thoiGianKT": wire_minute(check.checked_at),
        "thongBao": wording.short(check.code, RESULT_CODES[check.code].text),
        "maLoi": check.code,
    }


def _days(answer: Answer) -> list[dict[str, object]] | None:
    """`dsLichSuKCB` of 2016 and 595: the record's number as a number, days as dd/MM/yyyy."""
    if answer.visits is None:
        return None
    return [
        {
            "maHoSo": visit.record_number,
            "maCSKCB": visit.facility_code,
            "tuNgay": _day(visit.admitted_at),
            "denNgay": _day(visit.discharged_at),
            "tenBenh": visit.diagnosis,
            "tinhTrang": visit.discharge_status,
            "kqDieuTri": visit.outcome,
        }
        for visit in answer.visits
    ]


def _day(moment: datetime) -> str:
    return wire_day(moment.astimezone(VIETNAM).date())
