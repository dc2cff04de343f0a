"""What every command does around its work: a database, an operator's name, refusals as sentences."""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Iterator

import typer
from rich.console import Console

from congbhyt.kernel.refusal import Refusal

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def operator() -> str:
    """Who runs this command, as the audit record names them."""
    return f"operator:{getpass.getuser()}"


@contextlib.contextmanager
def work() -> Iterator[None]:
    """Provide a configured database; print a refusal with its code and leave with status 1.

    A wrong setting or a database that does not start leaves with status 2.
    """
    from congbhyt.config import bootstrap
    from congbhyt.config.embedded import EmbeddedDatabaseError
    from congbhyt.config.environment import WrongSettingError

    try:
        with bootstrap.database():
            yield
    except Refusal as refusal:
        err.print(f"[bold red]{refusal.code}[/] {refusal.sentence}", highlight=False)
        if refusal.detail:
            err.print(refusal.detail, highlight=False)
        raise typer.Exit(1) from refusal
    except (EmbeddedDatabaseError, WrongSettingError) as wrong:
        err.print(f"[bold red]{type(wrong).__name__}[/] {wrong}", highlight=False)
        raise typer.Exit(2) from wrong
    finally:
        sys.stdout.flush()
