"""The command line: `congbhyt …`. Commands parse, call one domain function, print."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; a command whose packages are not installed says so and leaves with status 2."""
    from congbhyt.commands.root import app

    try:
        app()
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in ("", "congbhyt"):
            raise
        print(  # noqa: T201  # the last word of a program
            f'Lệnh này cần phần máy chủ (thiếu {package}). Cài bằng: pip install "congbhyt[server]"', file=sys.stderr
        )
        sys.exit(2)
