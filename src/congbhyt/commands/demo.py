"""`congbhyt demo`: the whole system in a sandbox, with one real look-up to show for it."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
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


class DoorDownError(Refusal):
    """The gateway, the portal or the worker did not come up, or ended by itself."""

    code = "DEMO_DOOR_DOWN"
    template = "Tiến trình «{door}» không khởi động được hoặc đã dừng. Xem {log}."


class WrongAnswerError(Refusal):
    """The look-up did not give what the sandbox promises."""

    code = "DEMO_WRONG_ANSWER"
    template = "Tra cứu thử trả về mã {answered}, cần 000 kèm lịch sử."


def demo(
    gateway_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the gateway.")] = 8001,
    portal_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the portal.")] = 8000,
    check: Annotated[bool, typer.Option("--check", help="On free ports: look up once, print the JSON, leave.")] = False,
) -> None:
    """Start everything with synthetic data, print addresses and accounts, stay until Ctrl-C."""
    from congbhyt.config import processes

    processes.treat_termination_as_interrupt()
    ports = {"gateway": gateway_port, "portal": portal_port}
    if check:
        ports = {door: processes.free_port() for door in ports}
    with work(), ExitStack() as stack:
        for door, port in ports.items():
            if not processes.port_is_free(port):
                raise PortTakenError(port=port, other=port + 1000, option=f"--{door}-port")
        load_sandbox()
        children = _start(stack, ports, quiet=check)
        bases = {door: healthy(door, port, children[door]) for door, port in ports.items()}
        answer = _look_up(bases["gateway"])
        if check:
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        _present(bases, answer)
        _stay(children)


def load_sandbox() -> None:
    """Prepare the database, and the synthetic province in it."""
    from congbhyt.config import bootstrap, database
    from congbhyt.kernel.clock import now
    from congbhyt.sandbox.loading import load

    err.print("Chuẩn bị cơ sở dữ liệu và dữ liệu giả lập …", highlight=False)
    database.migrate("sandbox")
    load(at=now(), by=operator())
    bootstrap.close_connections()


def _start(stack: ExitStack, ports: dict[str, int], *, quiet: bool) -> dict[str, Popen[bytes]]:
    """Start both doors and the worker; returns their processes by name."""
    from congbhyt.config import processes

    log_file("").parent.mkdir(exist_ok=True)
    opened = {name: stack.enter_context(log_file(name).open("ab")) for name in (*ports, "worker")}
    children = {
        door: stack.enter_context(
            processes.command("serve", door, "--port", str(port), stdout=opened[door], stderr=opened[door])
        )
        for door, port in ports.items()
    }
    shown = opened["worker"] if quiet else None
    worker = processes.command("serve", "worker", stdout=shown, stderr=opened["worker"])
    return {**children, "worker": stack.enter_context(worker)}


def log_file(name: str) -> Path:
    """Where a process of the demonstration writes its log."""
    return var() / "log" / f"{name}.log"


def healthy(door: str, port: int, child: Popen[bytes]) -> str:
    """The door's address, once it answers.

    Raises:
        DoorDownError: it does not.
    """
    from congbhyt.sandbox.first_look import is_up

    base, deadline = f"http://127.0.0.1:{port}", time.monotonic() + _START_SECONDS
    while not is_up(base):
        if child.poll() is not None or time.monotonic() > deadline:
            raise DoorDownError(door=door, log=_shown(log_file(door)))
        time.sleep(0.1)
    return base


def _look_up(base: str) -> dict[str, Any]:
    from congbhyt.sandbox.first_look import look_up

    answer = look_up(base)
    if answer["maKetQua"] != "000" or not answer["dsLichSuKCB2018"]:
        raise WrongAnswerError(json.dumps(answer, ensure_ascii=False), answered=answer["maKetQua"])
    return answer


def _present(bases: dict[str, str], answer: dict[str, Any]) -> None:
    from congbhyt.sandbox.institutions import ACCOUNTS, API_SECRET, OFFICER
    from congbhyt.sandbox.look_ups import LOOK_UPS

    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    out.print("That was one look-up by a hospital program, made over HTTP just now.\n", highlight=False)
    out.rule("CongBHYT · sandbox")
    out.print(
        f"PORTAL    {bases['portal']}      for people: open it in a browser\n"
        f"          unit {OFFICER.home}   user {OFFICER.user_name}   password {OFFICER.password}\n"
        f"          look up {LOOK_UPS[0].maThe}, {LOOK_UPS[0].hoTen}, {LOOK_UPS[0].ngaySinh}\n"
        f"          history: own mã BHXH {OFFICER.social_number}; SMS code behind the link in the yellow bar\n"
        f"GATEWAY   {bases['gateway']}      for programs: POST /api/token/take · POST /api/egw/KQNhanLichSuKCB2024\n"
        f"          account {ACCOUNTS[0].name}   secret {API_SECRET} (the wire carries its MD5)\n"
        f"          officer {OFFICER.full_name}   CCCD {OFFICER.citizen_number}\n"
        f"More      .venv/bin/congbhyt sandbox cast · docs/guides/sandbox.md · logs in {_shown(var() / 'log')}\n"
        "\nEvery SMS that the worker sends is printed below. Ctrl-C ends everything.",
        highlight=False,
        markup=False,
    )
    sys.stdout.flush()


def _stay(children: dict[str, Popen[bytes]]) -> None:
    """Wait for Ctrl-C.

    Raises:
        DoorDownError: one of the processes ended by itself; the demo is no whole any more.
    """
    try:
        while not (ended := [name for name, child in children.items() if child.poll() is not None]):
            time.sleep(1)
    except KeyboardInterrupt:
        err.print("Đang dừng …", highlight=False)
        return
    raise DoorDownError(door=ended[0], log=_shown(log_file(ended[0])))


def _shown(path: Path) -> str:
    """The path as seen from here, if it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
