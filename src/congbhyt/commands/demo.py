"""`congbhyt demo`: the whole system in a sandbox, with one real look-up to show for it."""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from congbhyt.commands.session import err, operator, out, work
from congbhyt.config.paths import var
from congbhyt.kernel.refusal import Refusal

_START_SECONDS = 60


class PortTakenError(Refusal):
    """Somebody listens on the port already."""

    code = "DEMO_PORT_TAKEN"
    template = 'Cổng {port} đang có chương trình khác dùng. Chọn cổng khác: make demo ARGS="{option} {other}".'


class GatewayDownError(Refusal):
    """The gateway did not come up."""

    code = "DEMO_GATEWAY_DOWN"
    template = "Cổng kết nối (gateway) không khởi động được. Xem {log}."


class WrongAnswerError(Refusal):
    """The look-up did not give what the sandbox promises."""

    code = "DEMO_WRONG_ANSWER"
    template = "Tra cứu thử trả về mã {answered}, cần 000 kèm lịch sử."


def demo(
    gateway_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the gateway.")] = 8001,
    portal_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port kept for the portal, which is not part of this version.")
    ] = 8000,
    check: Annotated[bool, typer.Option("--check", help="On free ports: look up once, print the JSON, leave.")] = False,
) -> None:
    """Start everything with synthetic data, print addresses and accounts, stay until Ctrl-C."""
    from congbhyt.config import processes

    processes.treat_termination_as_interrupt()
    port = processes.free_port() if check else gateway_port
    with work(), ExitStack() as stack:
        if not processes.port_is_free(port):
            raise PortTakenError(port=port, other=port + 1000, option="--gateway-port")
        _load()
        base = _start(stack, port, quiet=check)
        answer = _look_up(base)
        if check:
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        _present(base, answer, portal_port)
        _stay()


def _load() -> None:
    from congbhyt.config import bootstrap, database
    from congbhyt.kernel.clock import now
    from congbhyt.sandbox.loading import load

    err.print("Chuẩn bị cơ sở dữ liệu và dữ liệu giả lập …", highlight=False)
    database.migrate("sandbox")
    load(at=now(), by=operator())
    bootstrap.close_connections()


def _start(stack: ExitStack, port: int, *, quiet: bool) -> str:
    """Start gateway and worker; returns the gateway's address once it is healthy.

    Raises:
        GatewayDownError: it does not become healthy.
    """
    from congbhyt.config import processes
    from congbhyt.sandbox.first_look import is_up

    logs = var() / "log"
    logs.mkdir(exist_ok=True)
    gateway_log = stack.enter_context((logs / "gateway.log").open("ab"))
    worker_log = stack.enter_context((logs / "worker.log").open("ab"))
    gateway = stack.enter_context(
        processes.command("serve", "gateway", "--port", str(port), stdout=gateway_log, stderr=gateway_log)
    )
    stack.enter_context(processes.command("serve", "worker", stdout=worker_log if quiet else None, stderr=worker_log))
    base, deadline = f"http://127.0.0.1:{port}", time.monotonic() + _START_SECONDS
    while not is_up(base):
        if gateway.poll() is not None or time.monotonic() > deadline:
            raise GatewayDownError(log=_shown(logs / "gateway.log"))
        time.sleep(0.1)
    return base


def _look_up(base: str) -> dict[str, Any]:
    from congbhyt.sandbox.first_look import look_up

    answer = look_up(base)
    if answer["maKetQua"] != "000" or not answer["dsLichSuKCB2018"]:
        raise WrongAnswerError(json.dumps(answer, ensure_ascii=False), answered=answer["maKetQua"])
    return answer


def _present(base: str, answer: dict[str, Any], portal_port: int) -> None:
    from congbhyt.sandbox.institutions import ACCOUNTS, API_SECRET, OFFICER

    out.rule("CongBHYT · sandbox")
    out.print(
        f"Gateway   {base}      /healthz · POST /api/token/take · POST /api/egw/KQNhanLichSuKCB2024\n"
        f"Portal    (port {portal_port} is kept for it; not part of this version)\n"
        f"Account   {ACCOUNTS[0].name}   secret {API_SECRET} (the wire carries its MD5)\n"
        f"Officer   {OFFICER.full_name}   CCCD {OFFICER.citizen_number}   holds the history right\n"
        f"More      congbhyt sandbox cast · docs/guides/sandbox.md · logs in {_shown(var() / 'log')}\n",
        highlight=False,
        markup=False,
    )
    out.print("One look-up, just made over HTTP:", highlight=False)
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    out.print("\nCtrl-C ends everything.", highlight=False)
    sys.stdout.flush()


def _stay() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        err.print("Đang dừng …", highlight=False)


def _shown(path: Path) -> str:
    """The path as seen from here, if it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
