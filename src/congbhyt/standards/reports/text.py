"""The report that people read: what is wrong, where, and what to do, in Vietnamese; the engineer's line is dimmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from congbhyt.standards.checking import Checked
from congbhyt.standards.findings import Finding, Place, Severity
from congbhyt.standards.reports.report import Line, Tally, blank, printable
from congbhyt.standards.rules.every import RULES

_LEVELS = {
    Severity.ERROR: ("LỖI", "bold red"),
    Severity.WARNING: ("CẢNH BÁO", "yellow"),
    Severity.NOTE: ("GHI CHÚ", "cyan"),
}
_WIDTH = max(len(word) for word, _ in _LEVELS.values()) + 2
_MOST_FREQUENT = 10


def where(place: Place) -> str:
    """Table, row and field of a place; nothing for a whole record."""
    row = f" dòng {place.row}" if place.row else ""
    return f"{place.table}{row} {place.field}".strip()


class Text:
    """The report in Vietnamese. Notes are the same for most files: they stand once, at the end.

    `part` says so when not all findings are reported.
    """

    def __init__(self, *, part: bool = False) -> None:
        self._part = part

    def begin(self) -> Iterator[Line]:
        """Nothing: the first file is the first line."""
        yield from ()

    def file(self, name: str, checked: Checked) -> Iterator[Line]:
        """A file with its findings by record; nothing for a file without."""
        told = [finding for finding in checked.findings if finding.severity is not Severity.NOTE]
        if not told:
            return
        yield [(printable(name), "bold")]
        for record, findings in groupby(told, key=lambda finding: finding.place.record):
            yield from self._record(record, list(findings))
        yield []

    def _record(self, record: int, findings: list[Finding]) -> Iterator[Line]:
        visit = next((finding.place.visit for finding in findings if finding.place.visit), "")
        if record:
            yield [(f"  Hồ sơ {record}" + (f" · MA_LK {printable(visit)}" if visit else ""), "bold")]
        for finding in findings:
            yield from self._finding(finding)

    def _finding(self, finding: Finding) -> Iterator[Line]:
        level, style = _LEVELS[finding.severity]
        value = f" «{finding.value}»" if finding.value else ""
        place = printable(where(finding.place) + value)
        yield [
            (f"    {level:<{_WIDTH}}", style),
            (f"{place}: " if place else "", "bold"),
            (printable(finding.sentence), ""),
        ]
        yield [(f"    {'':<{_WIDTH}}{finding.rule} · {printable(finding.detail)}", "dim")]

    def end(self, tally: Tally) -> Iterator[Line]:
        """What was checked, how much is wrong, and what rested."""
        errors, warnings = tally.severities[Severity.ERROR], tally.severities[Severity.WARNING]
        verdict = f"{errors} lỗi, {warnings} cảnh báo" if errors or warnings else "không thấy lỗi"
        style = "bold red" if errors else "bold green"
        yield [
            (f"Đã kiểm tra {tally.files} tệp, {tally.records} hồ sơ, ngày kiểm tra {tally.today:%d/%m/%Y}: ", "bold"),
            (f"{verdict}.", style),
        ]
        if self._part:
            yield [("Theo tùy chọn, báo cáo này chỉ nêu một phần lỗi và cảnh báo.", "")]
        yield from self._frequent(tally.frequent(Severity.ERROR, Severity.WARNING))
        for id, count in tally.frequent(Severity.NOTE):
            yield [(f"Ghi chú, {count} lần: {blank(RULES[id].sentence)}", "")]
        if tally.skipped:
            yield [(f"Bỏ qua {tally.skipped} tệp không phải XML, JSON hay ZIP.", "")]
        if tally.resting:
            yield [
                (f"{len(tally.resting)} quy tắc chưa chạy vì thiếu danh mục: {', '.join(tally.missing)}.", ""),
                (" Nạp bằng congbhyt catalogue load.", "dim"),
            ]

    def _frequent(self, counted: list[tuple[str, int]]) -> Iterator[Line]:
        if len(counted) < 2:
            return
        yield [("Gặp nhiều nhất:", "")]
        for id, count in counted[:_MOST_FREQUENT]:
            level, style = _LEVELS[RULES[id].severity]
            yield [(f"{count:>8}  ", ""), (f"{level:<{_WIDTH}}", style), (f"{id}: {blank(RULES[id].sentence)}", "")]
        if len(counted) > _MOST_FREQUENT:
            yield [(f"{'':>8}  và {len(counted) - _MOST_FREQUENT} quy tắc khác", "")]


def explained(id: str) -> Iterator[Line]:
    """A rule in full: what it says, to whom it applies, where it comes from."""
    rule = RULES[id]
    level, style = _LEVELS[rule.severity]
    yield [(id, "bold"), ("  ", ""), (level, style)]
    since = f" từ {rule.since:%d/%m/%Y}" if rule.since else ""
    until = f" trước {rule.until:%d/%m/%Y}" if rule.until else ""
    facts = (
        ("Nội dung", blank(rule.sentence)),
        ("Detail", blank(rule.detail)),
        ("Căn cứ", rule.basis),
        ("Áp dụng", ", ".join(rule.standards) + (f"; ngày ra viện{since}{until}" if since or until else "")),
        ("Danh mục cần", _joined(rule.needs)),
        ("Nguồn", _joined(rule.sources)),
    )
    for title, fact in facts:
        if fact:
            yield [(f"  {title + ':':<14}", "dim"), (fact, "")]


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)
