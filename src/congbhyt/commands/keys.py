"""`congbhyt keys …`: the file with the keys that seal personal numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from congbhyt.commands.session import err, out

keys_app = typer.Typer(no_args_is_help=True, help="The key file; without it sealed numbers cannot be read again.")


@keys_app.callback()
def group() -> None:
    """Keep `create` a word of its own while it is the only command."""


@keys_app.command("create")
def create(path: Annotated[Path, typer.Argument(help="Where to write it; nothing is ever overwritten.")]) -> None:
    """Write a new random key file that only its owner can read; no database is needed for it."""
    from congbhyt.kernel.keyring import create_keys

    try:
        create_keys(path)
    except OSError as refused:
        err.print(f"KEYS_NOT_CREATED Không tạo được {path}: {refused.strerror}", highlight=False, markup=False)
        raise typer.Exit(1) from refused
    out.print(
        f"Đã tạo {path}. Sao lưu ở nơi an toàn: mất khóa là mất số CCCD đã niêm phong.", highlight=False, markup=False
    )
