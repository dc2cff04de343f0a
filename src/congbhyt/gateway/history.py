"""POST /api/egw/Lskcb2025: treatment history by itself (CV 2746/BHXH-CNTT)."""

from __future__ import annotations

from congbhyt.accounts.authz import Right
from congbhyt.gateway.card_lookup import answer_for, visit_rows
from congbhyt.gateway.reply import HISTORY_2025, Reply
from congbhyt.gateway.request import Request
from congbhyt.gateway.state import State
from congbhyt.lookup import wording

_NO_RIGHT = (
    "Cán bộ tra cứu chưa được cấp quyền xem lịch sử KCB. Đăng ký quyền theo Mẫu 01/dk-ctn với cơ quan BHXH quản lý."
)


def serve(request: Request, state: State) -> Reply:
    """Answer with the history; 403 with a sentence when account or named officer may not see it."""
    answer = answer_for(request, state, right=Right.HISTORY_LOOKUP, names_officer=True)
    if not answer.verdict.official.history:
        return Reply(HISTORY_2025.refusal(answer.verdict.code, answer.sentence))
    visits = visit_rows(answer)
    if visits is None:
        return Reply(HISTORY_2025.refusal("403", _NO_RIGHT))
    code = answer.verdict.code
    said = "Thành công!" if code == "000" else wording.short(code, answer.verdict.official.text)
    return Reply({"maKetQua": code, "ghiChu": said, "dsLichSuKCB2025": visits or None})
