"""POST /api/egw/NhanThongTinCSKCB: what a facility is called and who looks after it."""

from __future__ import annotations

from congbhyt.accounts.authz import Right
from congbhyt.audit import actions as audit
from congbhyt.gateway.calling import ParameterError, account_of
from congbhyt.gateway.reply import Reply
from congbhyt.gateway.request import Request
from congbhyt.gateway.state import State
from congbhyt.kernel.identifiers import is_unit_code
from congbhyt.units import queries as units
from congbhyt.units.refusals import NoSuchUnitError


def serve(request: Request, _state: State) -> Reply:
    """Answer with the facility's name, address, parent and agency: nothing personal.

    Raises:
        Refusal: no session, or no such unit.
    """
    account = account_of(request, right=Right.CARD_LOOKUP)
    code = (request.text("maCSKCB") or "").strip().upper()
    if not is_unit_code(code):
        raise ParameterError(parameter="maCSKCB", wanted="mã cơ sở 5 ký tự")
    try:
        unit = units.unit(code)
    except NoSuchUnitError as missing:
        raise ParameterError(parameter="maCSKCB", wanted="mã của một cơ sở đã đăng ký") from missing
    audit.record(
        "gateway:facility:answer",
        by=f"account:{account.name}",
        at=request.at,
        object=f"unit:{code}",
        outcome="200",
        unit_code=account.unit_code,
        origin=request.origin,
    )
    return Reply(
        {
            "maKetQua": "200",
            "ghiChu": "Thành công!",
            "maCSKCB": unit.code,
            "tenCSKCB": unit.name,
            "diaChi": unit.address,
            "maCSKCBCha": unit.parent.code if unit.parent else "",
            "cqBHXH": unit.managing_agency.name,
        }
    )
