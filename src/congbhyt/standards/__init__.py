"""The data standards as dated data, and one checker for portal and hospitals.

    from congbhyt.standards import check

    for finding in check("ho-so.xml").findings:
        print(finding.severity, finding.place, finding.sentence)

Importing this loads nothing else; the checker is loaded when it is first used. It needs lxml and no framework.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from congbhyt.standards.catalogues import Catalogues
    from congbhyt.standards.checking import Checked, Settings
    from congbhyt.standards.findings import Finding, Place, Severity

__all__ = ["Catalogues", "Checked", "Finding", "Place", "Settings", "Severity", "check", "check_files"]

_HOMES = {
    "Catalogues": "catalogues",
    "Checked": "checking",
    "Settings": "checking",
    "Finding": "findings",
    "Place": "findings",
    "Severity": "findings",
}

if not TYPE_CHECKING:  # for a type checker every name is above, and any other is a mistake

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def check(
    source: str | Path | bytes | BinaryIO,
    *,
    standard: str = "",
    on: date | None = None,
    catalogues: Catalogues | None = None,
) -> Checked:
    """Check one file: its path, its bytes, or an open binary file, which is read from its beginning and left open.

    Without `standard` (QD4210, QD130, QD4750, QD3176, CV3220, GKSK) each record is checked by the one that its day
    and its tags ask for. `on` is the day of checking, today in Việt Nam without it. Nothing that the file holds
    raises: what cannot be read is a finding. A ZIP archive is no file of records here; see `check_files`.

    Raises:
        OSError: the path cannot be opened.
        ValueError: no standard is called `standard`.
    """
    from congbhyt.standards.checking import check_stream
    from congbhyt.standards.files import bounded

    settings = settings_for(standard=standard, on=on, catalogues=catalogues)
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return check_stream(bounded(file), settings)
    return check_stream(bounded(io.BytesIO(source) if isinstance(source, bytes) else source), settings)


def check_files(
    paths: Iterable[str | Path],
    *,
    standard: str = "",
    on: date | None = None,
    catalogues: Catalogues | None = None,
    jobs: int = 1,
) -> Iterator[tuple[str, Checked]]:
    """Check files, folders and ZIP archives: the name and the result of each file in them, in a stable order.

    Memory holds few results at a time. With `jobs` above 1 so many processes work; elsewhere than on Linux they import
    the caller's main module, which must then guard itself with `if __name__ == "__main__"`.

    Raises:
        ValueError: no standard is called `standard`.
    """
    from congbhyt.standards.files import named
    from congbhyt.standards.parallel import check_sources

    settings = settings_for(standard=standard, on=on, catalogues=catalogues)
    return ((source.name, checked) for source, checked in check_sources(named(paths), settings, jobs))


def settings_for(*, standard: str, on: date | None, catalogues: Catalogues | None) -> Settings:
    """Settings with what was not given filled in.

    Raises:
        ValueError: no standard is called `standard`.
    """
    from congbhyt.kernel.clock import now, vietnam_day
    from congbhyt.standards.catalogues import Catalogues
    from congbhyt.standards.checking import Settings
    from congbhyt.standards.loading import standards

    if standard and standard not in standards():
        raise ValueError(f"{standard!r} is no standard; there are {', '.join(standards())}")
    return Settings(on or vietnam_day(now()), standard, catalogues or Catalogues())
