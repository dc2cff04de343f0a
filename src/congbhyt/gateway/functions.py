"""The table of functions: one row each, read by the dispatcher, the reference page and the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from congbhyt.accounts.authz import Right
from congbhyt.gateway import card_lookup, facility, history, record_detail, token_take
from congbhyt.gateway.reply import (
    CARD,
    CARD_595,
    CARD_2016,
    FACILITY,
    HISTORY_2025,
    RECORD,
    TOKEN,
    Reply,
    Shape,
)
from congbhyt.gateway.request import Request
from congbhyt.gateway.state import State

Serve = Callable[[Request, State], Reply]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the wire protocol.

    `right` is what the account must hold; None opens the session itself.
    """

    name: str
    path: str
    serve: Serve
    shape: Shape
    right: Right | None
    source: str

    @property
    def open_without_session(self) -> bool:
        """Whether it is called before there is a session."""
        return self.right is None


_EGW = "/api/egw/"
_ROWS = (
    Function("token/take", "/api/token/take", token_take.serve, TOKEN, None, "CV 3190, CV 1245 §I.1"),
    Function(
        "KQNhanLichSuKCB2024", _EGW + "KQNhanLichSuKCB2024", card_lookup.serve_2024, CARD, Right.CARD_LOOKUP,
        "Phụ lục 03 CV 1923/BHXH-CNTT",
    ),
    Function("Lskcb2025", _EGW + "Lskcb2025", history.serve, HISTORY_2025, Right.HISTORY_LOOKUP, "CV 2746/BHXH-CNTT"),
    Function(
        "nhanHoSoKCBChiTiet", _EGW + "nhanHoSoKCBChiTiet", record_detail.serve, RECORD, Right.HISTORY_LOOKUP,
        "QĐ 917/QĐ-BHXH",
    ),
    Function("NhanThongTinCSKCB", _EGW + "NhanThongTinCSKCB", facility.serve, FACILITY, Right.CARD_LOOKUP, "CV 366"),
    Function(
        "nhanLichSuKCB", _EGW + "nhanLichSuKCB", card_lookup.serve_2016, CARD_2016, Right.CARD_LOOKUP, "QĐ 917/QĐ-BHXH"
    ),
    Function(
        "KQNhanLichSuKCB595", _EGW + "KQNhanLichSuKCB595", card_lookup.serve_595, CARD_595, Right.CARD_LOOKUP,
        "QĐ 595/QĐ-BHXH",
    ),
    Function(
        "NhanLichSuKCB2018", _EGW + "NhanLichSuKCB2018", card_lookup.serve_2018, CARD, Right.CARD_LOOKUP, "2018"
    ),
    Function(
        "KQNhanLichSuKCB2018", _EGW + "KQNhanLichSuKCB2018", card_lookup.serve_2018, CARD, Right.CARD_LOOKUP, "2018"
    ),
    Function(
        "KQNhanLichSuKCB2019", _EGW + "KQNhanLichSuKCB2019", card_lookup.serve_2018, CARD, Right.CARD_LOOKUP,
        "CV 497/BHXH-CNTT",
    ),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {row.path.lower(): row for row in _ROWS}
"""By lower-case path: routes count in any letter case."""
