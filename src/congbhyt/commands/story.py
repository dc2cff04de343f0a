"""`congbhyt sandbox story …`: the system shown at work, step by step; also a test."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from congbhyt.commands.demo import healthy, load_sandbox, log_file
from congbhyt.commands.session import out, work

if TYPE_CHECKING:
    from congbhyt.sandbox.story import Told

story_app = typer.Typer(no_args_is_help=True, help="Stories that show the system at work.")
_GATEWAYS = ("gateway-1", "gateway-2")


@story_app.callback()
def stories() -> None:
    """Stories that show the system at work."""


@story_app.command()
def registration() -> None:
    """Walk an address from the facility over province and national centre to its first look-up, and out again.

    Two gateways run on free ports meanwhile. It leaves with 0 only if every step happened, and can be told again.
    """
    from congbhyt.config import processes

    processes.treat_termination_as_interrupt()
    with work(), ExitStack() as stack:
        load_sandbox()
        from congbhyt.sandbox.story import Registration

        log_file("").parent.mkdir(exist_ok=True)
        bases = [_gateway(stack, name) for name in _GATEWAYS]
        Registration(bases, _tell).play()
        out.print("Xong: mọi bước đã diễn ra đúng.", highlight=False)


def _gateway(stack: ExitStack, name: str) -> str:
    from congbhyt.config import processes

    port = processes.free_port()
    log = stack.enter_context(log_file(name).open("ab"))
    child = stack.enter_context(processes.command("serve", "gateway", "--port", str(port), stdout=log, stderr=log))
    return healthy(name, port, child)


def _tell(step: Told) -> None:
    out.print(str(step), highlight=False, markup=False)
