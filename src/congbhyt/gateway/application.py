"""From a bound call to a reply: route, address, retirement, function, refusals."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from congbhyt.audit import actions as audit
from congbhyt.gateway.binding import TooLargeError, UnreadableBodyError, bind
from congbhyt.gateway.calling import ParameterError, RightMissingError
from congbhyt.gateway.functions import FUNCTIONS, Function
from congbhyt.gateway.reply import PLAIN, Reply, Shape
from congbhyt.gateway.request import Call, Request
from congbhyt.gateway.state import FOLDED, State
from congbhyt.kernel.addresses import read_address
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.refusal import Refusal
from congbhyt.lookup.actions import NotRecordedError
from congbhyt.lookup.records import NoSuchRecordError
from congbhyt.policy.catalogue import RetirementRow
from congbhyt.policy.rules import InForce
from congbhyt.tokens.actions import Caller, account_name
from congbhyt.tokens.refusals import (
    AccountLockedError,
    ForeignAddressError,
    SessionOverError,
    SessionWrongError,
    UnitMismatchError,
    WrongCredentialsError,
)
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Denial

log = logging.getLogger(__name__)
_GMT = ZoneInfo("GMT")

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, accessToken, tokenId, passwordHash",
    "Access-Control-Max-Age": "86400",
}


class UnregisteredAddressError(Refusal):
    """No unit has registered this address."""

    code = "ADDRESS_UNREGISTERED"
    template = (
        "Địa chỉ {address} chưa được đăng ký kết nối. Đơn vị đăng ký địa chỉ IP theo Mẫu 01/dk-ip-ctn "
        "với cơ quan BHXH tiếp nhận (CV 1923/BHXH-CNTT)."
    )


CODES: Mapping[type[Refusal], str] = {
    WrongCredentialsError: "401",
    UnitMismatchError: "402",
    AccountLockedError: "403",
    ForeignAddressError: "403",
    RightMissingError: "403",
    SessionWrongError: "401",
    SessionOverError: "401",
    NoSuchRecordError: "205",
    UnregisteredAddressError: "403",
    ParameterError: "205",
    UnreadableBodyError: "205",
    TooLargeError: "205",
}
"""The wire's code for each refusal; one that is not here is our own fault."""

STATUSES: Mapping[type[Refusal], int] = {
    UnregisteredAddressError: 403,
    ForeignAddressError: 403,
    TooLargeError: 413,
}
"""HTTP statuses other than 200 (decision: programs read the body only at 200, so these are few)."""

RECORDED = (NotRecordedError, NoSuchRecordError)
"""Refusals that are on record already, or cannot be."""

_NO_FUNCTION = "Không có chức năng này. Xem danh sách chức năng trong tài liệu kết nối."
_LONGEST_KNOWN_PATH = 200
"""Characters; a longer path is no function's and is not remembered."""
_ONLY_POST = "Chức năng này chỉ nhận phương thức POST."


def route(path: str, prefix: str = "") -> str:
    """The path as the function table knows it: lower case, without doubled slashes, stray spaces and mount prefix."""
    return _route(path, prefix) if len(path) <= _LONGEST_KNOWN_PATH else "/"


@lru_cache(maxsize=1024)
def _route(path: str, prefix: str) -> str:
    bare = "/" + "/".join(bare for part in path.lower().split("/") if (bare := part.strip()))
    mounted = "/" + prefix.strip("/").lower() if prefix.strip("/") else ""
    if mounted and bare.startswith(mounted + "/"):
        bare = bare.removeprefix(mounted)
    return bare.replace("/api/egw/api/egw/", "/api/egw/")


def answer(call: Call, state: State) -> Reply:
    """Answer one call; whatever goes wrong inside becomes JSON of the function's shape."""
    if call.method == "OPTIONS":
        return Reply(None, 204, CORS)
    function = FUNCTIONS.get(call.path)
    shape = function.shape if function else PLAIN
    try:
        policy = state.standing.snapshot.policy.at(call.at)
        caller = Caller(call.origin, _owners(call, state, policy))
        if function is None:
            return Reply(shape.refusal("404", _NO_FUNCTION), 404)
        if call.method != "POST":
            return Reply(shape.refusal("405", _ONLY_POST, ghiChu=_ONLY_POST), 405, {"Allow": "POST, OPTIONS"})
        request = Request(function.name, bind(call.query, call.read_body()), caller, policy, call.at)
        return _served(request, state, function)
    except Refusal as refusal:
        return _refused(refusal, call, state, shape)
    except Exception:
        log.exception("%s fault in %s", call.origin.reference, function.name if function else "no function")
        return fault(shape, call.origin.reference)


def _owners(call: Call, state: State, policy: InForce) -> frozenset[str] | None:
    """The units that own the caller's address; None before addresses are enforced (CV 1923: 27/07/2024).

    Raises:
        UnregisteredAddressError: no unit does.
    """
    address = read_address(call.origin.address or "")
    if address and not policy.address_enforced:
        return None
    owners = state.standing.snapshot.allow_list.owners(address, call.at) if address else frozenset()
    if not owners:
        raise UnregisteredAddressError(address=call.origin.address)
    return owners


def _served(request: Request, state: State, function: Function) -> Reply:
    """What the function answers, or that it has stopped. A refused call is put on record before it is answered."""
    retired = request.policy.policy.retirement(function.name, request.at)
    if retired:
        return _retired(request, state, function, retired)
    try:
        return function.serve(request, state)
    except Refusal as refusal:
        if isinstance(refusal, ForeignAddressError):
            _count_foreign(refusal, request, state)
        if not function.open_without_session and not isinstance(refusal, RECORDED):
            _record(refusal, request, function)
        raise


def _record(refusal: Refusal, request: Request, function: Function) -> None:
    name = account_name(request.text("username") or "")
    audit.record(
        "gateway:call:refuse", by=f"account:{name}", at=request.at, object=f"function:{function.name}",
        outcome=refusal.code, origin=request.origin,
    )  # fmt: skip


def fault(shape: Shape, reference: str) -> Reply:
    """Our own fault: the function's code for it and a reference number, nothing about the inside."""
    return Reply(shape.refusal(shape.fault_code, f"Lỗi hệ thống. Mã tham chiếu: {reference}. Vui lòng thử lại sau."))


def _retired(request: Request, state: State, function: Function, row: RetirementRow) -> Reply:
    """205 that names the successor, on the shape of the function's own generation; counted per unit."""
    owners = request.caller.owners or frozenset()
    named = (request.text("username") or "")[:5].upper()
    unit_code = named if named in owners else min(owners, default="")
    state.count_retired(unit_code, function.name, request.at)
    sentence = (
        f"Chức năng {function.name} đã dừng từ {row.at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y} ({row.source}). "
        f"Sử dụng chức năng {row.successor}."
    )
    successor = next((other.path for other in FUNCTIONS.values() if other.name == row.successor), "")
    headers = {
        "Deprecation": f"@{int(row.at.timestamp())}",
        "Sunset": row.at.astimezone(_GMT).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "Link": f'<{successor}>; rel="successor-version"',
    }
    return Reply(function.shape.refusal("205", sentence), 200, headers)


def _count_foreign(refusal: ForeignAddressError, request: Request, state: State) -> None:
    """Right credentials from an address that is not the unit's: the one denial that the unit is shown."""
    name, unit_code = account_name(request.text("username") or ""), str(refusal.facts["unit_code"])
    address = request.origin.address or FOLDED
    state.count_denial(DenialKey.of(Denial.Reason.FOREIGN, address, request.at, name, unit_code))


def _refused(refusal: Refusal, call: Call, state: State, shape: Shape) -> Reply:
    """The reply for a refusal; those with a status of their own and for unreadable bodies always say why."""
    log.info("%s refused %s %s", call.origin.reference, refusal.code, refusal.detail)
    if isinstance(refusal, UnregisteredAddressError):
        state.count_denial(DenialKey.of(Denial.Reason.UNREGISTERED, call.origin.address or FOLDED, call.at))
    code = CODES.get(type(refusal), shape.fault_code)
    status = STATUSES.get(type(refusal), 200)
    always = {"ghiChu": refusal.sentence} if status != 200 or isinstance(refusal, UnreadableBodyError) else {}
    return Reply(shape.refusal(code, refusal.sentence, **always), status)
