"""The command line: `congbhyt …`. Commands parse, call one domain function, print."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from congbhyt.commands.root import app

    app()
