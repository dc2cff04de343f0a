"""`congbhyt check`: a hospital checks its files before it sends them; no database, no network."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from difflib import get_close_matches
from enum import StrEnum
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from congbhyt.commands.listing import read_day
from congbhyt.commands.session import err, out
from congbhyt.kernel.refusal import Refusal

if TYPE_CHECKING:
    from rich.progress import Progress

    from congbhyt.standards.catalogues import Catalogues
    from congbhyt.standards.checking import Settings
    from congbhyt.standards.files import Found, Source
    from congbhyt.standards.reports.report import Choice, Line, Report, Tally

_ERRORS, _NOT_CHECKED, _INTERRUPTED = 1, 2, 130
_SECONDS_BETWEEN_LOOKS = 0.1


class Standard(StrEnum):
    """The standards by the names of their data; tests hold them together."""

    QD4210 = "QD4210"
    QD130 = "QD130"
    QD4750 = "QD4750"
    QD3176 = "QD3176"
    CV3220 = "CV3220"
    GKSK = "GKSK"


def check(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="Files, folders, ZIP archives.")] = None,
    standard: Annotated[
        Standard | None, typer.Option(case_sensitive=False, help="Check every record by this one, whatever its day.")
    ] = None,
    on: Annotated[str, typer.Option(metavar="DAY", help="The day of checking; today in Việt Nam.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON, for programs.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Report as SARIF 2.1.0, for code hosts.")] = False,
    jobs: Annotated[int, typer.Option(min=0, help="How many processes; 0: one for each processor.")] = 0,
    catalogues: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of catalogues; else that of congbhyt catalogue.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Report this rule only; repeatable.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Do not report this rule.")] = None,
    errors_only: Annotated[bool, typer.Option("--errors-only", help="No warnings, no notes.")] = False,
    explain: Annotated[str, typer.Option(metavar="RULE", help="Say what a rule means; checks nothing.")] = "",
    progress: Annotated[bool | None, typer.Option(help="A progress bar; without this only on a terminal.")] = None,
) -> None:
    """Check files of XML 130/4750/3176, QĐ 4210, vouchers and certificates before they are sent.

    Leaves with 0 without errors, 1 with errors, 2 when nothing could be checked. The report holds patients' data.
    """
    from congbhyt.standards import Severity, settings_for
    from congbhyt.standards.files import named
    from congbhyt.standards.reports.report import Choice, Tally

    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # the same bytes on every system
    if explain:
        _explain(explain)
        return
    if as_json and as_sarif:
        raise typer.BadParameter("chọn --json hoặc --sarif, không phải cả hai", param_hint="--sarif")
    if not paths:
        raise typer.BadParameter("ghi tệp hoặc thư mục cần kiểm tra", param_hint="PATH")
    for path in paths:
        if not os.path.lexists(path):  # what may not be looked at is a finding
            raise typer.BadParameter(f"không có tệp hay thư mục {path}", param_hint="PATH")
    day = read_day(on) if on else None
    settings = settings_for(standard=standard.value if standard else "", on=day, catalogues=_loaded(catalogues))
    choice, tally = Choice(_known(only), _known(ignore), errors_only), Tally(settings.today)
    try:
        _run(named(paths), settings, choice, _report(as_json, as_sarif, choice), tally, jobs, progress)
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
    if tally.severities[Severity.ERROR]:
        raise typer.Exit(_ERRORS)


def _run(
    found: Found, settings: Settings, choice: Choice, report: Report, tally: Tally, jobs: int, progress: bool | None
) -> None:
    """Check, and write the report while checking."""
    from congbhyt.standards.parallel import check_sources, processors

    sources = _some(found)
    with (
        _bar(found, progress) as bar,
        closing(check_sources(sources, settings, jobs or processors(), bar.told if bar else None)) as results,
    ):
        _write(report.begin(), bar)
        for source, checked in results:
            chosen = choice.of(checked)
            tally.add(chosen)
            _write(report.file(source.name, chosen), bar)
            if bar:
                bar.one_more()
    tally.skipped = found.skipped
    _write(report.end(tally), None)


def _some(found: Found) -> Iterator[Source]:
    """The sources, of which there must be one."""
    sources = iter(found)
    for first in sources:
        return chain([first], sources)
    skipped = f" (bỏ qua {found.skipped} tệp khác)" if found.skipped else ""
    err.print(f"Không có tệp XML, JSON hay ZIP nào để kiểm tra{skipped}.", highlight=False, markup=False)
    raise typer.Exit(_NOT_CHECKED)


def _report(as_json: bool, as_sarif: bool, choice: Choice) -> Report:
    if as_json:
        from congbhyt.standards.reports.as_json import Json

        return Json()
    if as_sarif:
        from congbhyt.standards.reports.sarif import Sarif

        return Sarif()
    from congbhyt.standards.reports.text import Text

    return Text(part=choice.is_part)


def _loaded(folder: Path | None) -> Catalogues:
    """The catalogues of a folder, without one of the usual folder; only the usual one may be empty."""
    from congbhyt.config import paths
    from congbhyt.standards import Catalogues

    try:
        catalogues = Catalogues.in_folder(folder or paths.catalogues())
    except Refusal as refusal:
        raise typer.BadParameter(refusal.sentence, param_hint="--catalogues") from refusal
    except RuntimeError:  # who runs this has no home, as in some containers: there is no usual folder
        return Catalogues()
    if folder and not catalogues.kinds:
        raise typer.BadParameter(f"chưa có danh mục nào trong {folder}", param_hint="--catalogues")
    return catalogues


def _known(rules: Sequence[str] | None) -> frozenset[str]:
    """The rules that were named, all of which must exist."""
    return frozenset(_rule(name) for name in rules or ())


def _rule(name: str) -> str:
    from congbhyt.standards.rules.every import RULES

    if name in RULES:
        return name
    near = get_close_matches(name, RULES, cutoff=0.5)
    hint = f"; có phải {', '.join(near)}?" if near else ""
    raise typer.BadParameter(f"không có quy tắc {name}{hint}", param_hint="RULE")


def _explain(name: str) -> None:
    from congbhyt.standards.reports.text import explained

    _write(explained(_rule(name)), None)


def _write(lines: Iterable[Line], bar: _Bar | None) -> None:
    """Write to standard output, with colours to a terminal only."""
    written = list(lines)
    if not written:
        return
    if not sys.stdout.isatty():
        sys.stdout.writelines("".join(text for text, _ in line) + "\n" for line in written)
        return
    from rich.text import Text

    with bar.aside() if bar else nullcontext():
        for line in written:
            out.print(Text.assemble(*line))


class _Bar:
    """A progress bar on standard error, drawn when there is news: a thread that draws would not survive forking."""

    def __init__(self, bar: Progress, files: int, size: int) -> None:
        self._bar, self._seen = bar, 0.0
        self._task = bar.add_task("", total=size, done=0, files=files)
        self._done = 0

    def told(self, count: int) -> None:
        """So many more bytes are read."""
        self._bar.advance(self._task, count)
        if time.monotonic() - self._seen > _SECONDS_BETWEEN_LOOKS:
            self._bar.refresh()
            self._seen = time.monotonic()

    def one_more(self) -> None:
        """A file is done."""
        self._done += 1
        self._bar.update(self._task, done=self._done)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Out of the way while something else is written to the same terminal."""
        self._bar.stop()
        yield
        self._bar.start()


@contextmanager
def _bar(found: Found, wanted: bool | None) -> Iterator[_Bar | None]:
    """A progress bar where somebody watches or asked for one."""
    if not (err.is_terminal if wanted is None else wanted):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from congbhyt.standards.files import named

    sizes = [source.size for source in named(found.paths)]
    columns = (BarColumn(), TextColumn("{task.fields[done]}/{task.fields[files]} tệp"), TimeRemainingColumn())
    console = Console(stderr=True, force_terminal=True)
    with Progress(
        *columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        yield _Bar(bar, len(sizes), sum(sizes))
