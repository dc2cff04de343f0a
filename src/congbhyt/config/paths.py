"""Where files of this installation lie; settings and launcher must agree before Django is there."""

from __future__ import annotations

import os
from pathlib import Path

_CLONE = Path(__file__).parents[3]


def var() -> Path:
    """The folder for the embedded database and keys: CONGBHYT_VAR, else `var` in the clone or here."""
    named = os.environ.get("CONGBHYT_VAR")
    home = _CLONE if (_CLONE / "pyproject.toml").exists() else Path.cwd()
    return Path(named).expanduser().absolute() if named else home / "var"


def keys_file() -> Path:
    """The file with the keys: CONGBHYT_KEYS_FILE, else keys.json in `var`."""
    named = os.environ.get("CONGBHYT_KEYS_FILE")
    return Path(named).expanduser().absolute() if named else var() / "keys.json"


def catalogues() -> Path:
    """The folder of catalogues: CONGBHYT_CATALOGUES, else where the system keeps a user's data."""
    if named := os.environ.get("CONGBHYT_CATALOGUES"):
        return Path(named).expanduser().absolute()
    data = os.environ.get("XDG_DATA_HOME", "")
    home = Path(data) if Path(data).is_absolute() else Path.home() / ".local" / "share"  # relative ones do not count
    return home / "congbhyt" / "catalogues"
