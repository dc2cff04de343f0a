"""Reports: for people and for programs, the same bytes for the same findings, nothing that steers a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from congbhyt.standards import Checked, Finding, Place, Severity
from congbhyt.standards.reports.as_json import Json
from congbhyt.standards.reports.report import CUT_SHORT, Choice, Line, Report, Tally, as_json, blank, printable
from congbhyt.standards.reports.sarif import Sarif, uri
from congbhyt.standards.reports.text import Text, explained
from congbhyt.standards.rules.every import RULES

AMOUNT = Finding(
    "drug-line-amount", Severity.ERROR, Place(2, "LK-2", "XML2", 5, "THANH_TIEN_BV"), "37100.00",
    "Thành tiền sai.", "must equal",
)  # fmt: skip
TAG = Finding("tag-missing", Severity.WARNING, Place(1, "", "XML1"), "", "Thiếu thẻ.", "missing")
BROKEN = Finding("xml-broken", Severity.ERROR, Place(), "", "XML hỏng.", "not well-formed")
UNSIGNED = Finding("signature-missing", Severity.NOTE, Place(), "", "Tệp chưa ký số.", "empty")
EVIL = "a\x1b[2J\x9b31m\u202eb\u2028\x7f\U000e0041"


def _checked(*findings: Finding, records: int = 2) -> Checked:
    return Checked(kind="claim", facility="01999", records=records, standards=["QD3176"], findings=list(findings))


def _plain(lines: Iterable[Line]) -> str:
    return "".join("".join(text for text, _ in line) + "\n" for line in lines)


def _written(report: Report, *files: tuple[str, Checked], skipped: int = 0) -> str:
    tally, said = Tally(date(2026, 3, 2)), _plain(report.begin())
    for name, checked in files:
        tally.add(checked)
        said += _plain(report.file(name, checked))
    tally.skipped = skipped
    return said + _plain(report.end(tally))


def _json(*files: tuple[str, Checked]) -> dict[str, Any]:
    read = json.loads(_written(Json(), *files))
    assert isinstance(read, dict)
    return read


def _sarif(*files: tuple[str, Checked]) -> dict[str, Any]:
    read = json.loads(_written(Sarif(), *files))
    assert isinstance(read, dict)
    return read


def test_text_groups_findings_by_file_and_record() -> None:
    said = _written(Text(), ("b.xml", _checked()), ("a.xml", _checked(BROKEN, TAG, AMOUNT, UNSIGNED)), skipped=3)
    assert said == (
        "a.xml\n"
        "    LỖI       XML hỏng.\n"
        "              xml-broken · not well-formed\n"
        "  Hồ sơ 1\n"
        "    CẢNH BÁO  XML1: Thiếu thẻ.\n"
        "              tag-missing · missing\n"
        "  Hồ sơ 2 · MA_LK LK-2\n"
        "    LỖI       XML2 dòng 5 THANH_TIEN_BV «37100.00»: Thành tiền sai.\n"
        "              drug-line-amount · must equal\n"
        "\n"
        "Đã kiểm tra 2 tệp, 4 hồ sơ, ngày kiểm tra 02/03/2026: 2 lỗi, 1 cảnh báo.\n"
        "Gặp nhiều nhất:\n"
        f"       1  LỖI       drug-line-amount: {blank(RULES['drug-line-amount'].sentence)}\n"
        f"       1  CẢNH BÁO  tag-missing: {blank(RULES['tag-missing'].sentence)}\n"
        f"       1  LỖI       xml-broken: {blank(RULES['xml-broken'].sentence)}\n"
        "Ghi chú, 1 lần: Tệp chưa ký số. Ký trước khi gửi.\n"
        "Bỏ qua 3 tệp không phải XML, JSON hay ZIP.\n"
    )


def test_a_good_file_is_one_line_in_the_summary() -> None:
    assert _written(Text(), ("a.xml", _checked())) == (
        "Đã kiểm tra 1 tệp, 2 hồ sơ, ngày kiểm tra 02/03/2026: không thấy lỗi.\n"
    )


def test_a_report_of_chosen_findings_says_so() -> None:
    assert "chỉ nêu một phần" in _written(Text(part=True), ("a.xml", _checked()))


def test_the_most_frequent_rules_come_first_and_only_ten_of_them() -> None:
    rules = [rule.id for rule in RULES.values() if rule.severity is Severity.ERROR][:14]
    findings = [
        Finding(id, Severity.ERROR, Place(), "", "s", "d") for count, id in enumerate(rules, 1) for _ in range(count)
    ]
    said = _written(Text(), ("a.xml", _checked(*findings)))
    listed = said.partition("Gặp nhiều nhất:\n")[2].splitlines()
    assert [line.split()[0] for line in listed[:10]] == ["14", "13", "12", "11", "10", "9", "8", "7", "6", "5"]
    assert listed[10].strip() == "và 4 quy tắc khác"


def test_rules_that_rest_are_counted_with_the_catalogues_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(RULES, "tag-missing", replace(RULES["tag-missing"], needs=("icd10", "drugs")))
    checked = Checked(records=1, resting=["tag-missing"])
    assert "1 quy tắc chưa chạy vì thiếu danh mục: drugs, icd10." in _written(Text(), ("a.xml", checked))
    assert _json(("a.xml", checked))["summary"]["resting"] == ["tag-missing"]


def test_json_holds_everything() -> None:
    read = _json(("a.xml", _checked(AMOUNT, UNSIGNED)), ("b.xml", _checked(records=1)))
    assert read["version"] == 1
    assert [file["file"] for file in read["files"]] == ["a.xml", "b.xml"]
    first = read["files"][0]
    assert first["findings"][0] == {
        "rule": "drug-line-amount", "severity": "error", "record": 2, "visit": "LK-2", "table": "XML2", "row": 5,
        "field": "THANH_TIEN_BV", "value": "37100.00", "sentence": "Thành tiền sai.", "detail": "must equal",
    }  # fmt: skip
    assert {key: first[key] for key in ("kind", "facility", "standards", "records", "errors", "warnings", "notes")} == {
        "kind": "claim", "facility": "01999", "standards": ["QD3176"], "records": 2, "errors": 1, "warnings": 0,
        "notes": 1,
    }  # fmt: skip
    assert read["summary"] == {
        "on": "2026-03-02", "files": 2, "skipped": 0, "records": 3, "errors": 1, "warnings": 0, "notes": 1,
        "rules": {"drug-line-amount": 1, "signature-missing": 1}, "resting": [],
    }  # fmt: skip


def test_json_has_a_line_for_each_file() -> None:
    assert len(_written(Json(), *[(f"{number}.xml", _checked()) for number in range(5)]).splitlines()) == 7


def test_sarif_names_each_result_with_its_place() -> None:
    (run,) = _sarif(("thư mục/a.xml", _checked(AMOUNT)))["runs"]
    (result,) = run["results"]
    (location,) = result["locations"]
    assert result["ruleId"] == "drug-line-amount"
    assert result["level"] == "error"
    assert result["message"]["text"] == "Hồ sơ 2, MA_LK LK-2, XML2 dòng 5 THANH_TIEN_BV «37100.00»: Thành tiền sai."
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "th%C6%B0%20m%E1%BB%A5c/a.xml"
    assert location["logicalLocations"] == [
        {"name": "THANH_TIEN_BV", "fullyQualifiedName": "HOSO[2]/XML2[5]/THANH_TIEN_BV", "kind": "field"}
    ]
    assert result["properties"]["visit"] == "LK-2"


@pytest.mark.parametrize(
    ("place", "path", "kind"),
    [
        (Place(2), "HOSO[2]", "record"),
        (Place(2, "LK", "XML2"), "HOSO[2]/XML2", "table"),
        (Place(2, "LK", "XML2", 5), "HOSO[2]/XML2[5]", "row"),
        (Place(2, "LK", "XML2", 0, "STT"), "HOSO[2]/XML2/STT", "field"),
    ],
)
def test_sarif_places_go_as_deep_as_is_known(place: Place, path: str, kind: str) -> None:
    finding = Finding("tag-missing", Severity.WARNING, place, "", "s", "d")
    (logical,) = _sarif(("a.xml", _checked(finding)))["runs"][0]["results"][0]["locations"][0]["logicalLocations"]
    assert (logical["fullyQualifiedName"], logical["kind"]) == (path, kind)
    assert path.endswith(logical["name"])


def test_sarif_explains_the_rules_that_spoke_and_no_others() -> None:
    (run,) = _sarif(("a.xml", _checked(BROKEN, AMOUNT)), ("b.xml", _checked(AMOUNT, TAG)))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {"xml-broken", "drug-line-amount", "tag-missing"}
    for rule in rules:
        assert rule["help"]["text"]
        assert "{" not in rule["shortDescription"]["text"] + rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


def test_sarif_of_a_whole_file_has_no_logical_place() -> None:
    (result,) = _sarif(("a.xml", _checked(BROKEN)))["runs"][0]["results"]
    assert "logicalLocations" not in result["locations"][0]
    assert result["message"]["text"] == "XML hỏng."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a b/c.xml", "a%20b/c.xml"),
        ("a.zip!/b#1.xml", "a.zip!/b%231.xml"),
        ("a:b.xml", "a%3Ab.xml"),
        ("/hồ sơ/a.xml", "file:///h%E1%BB%93%20s%C6%A1/a.xml"),
        ("C:/ho so/a.xml", "file:///C:/ho%20so/a.xml"),
        ("a\x1b\\b.xml", "a%1B%5Cb.xml"),
    ],
)
def test_names_become_uris(name: str, expected: str) -> None:
    assert uri(name) == expected


def test_nothing_in_a_report_steers_a_terminal() -> None:
    finding = Finding("drug-line-amount", Severity.ERROR, Place(1, EVIL, EVIL, 1, EVIL), EVIL, EVIL, EVIL)
    for report in (Text(), Json(), Sarif()):
        said = _written(report, (EVIL, _checked(finding)))
        assert [line for line in said.splitlines() if not line.isprintable()] == []
        assert len(said.splitlines()) == said.count("\n")


def test_escapes_of_json_are_read_as_what_they_were() -> None:
    assert json.loads(as_json({"a": EVIL, "đ": "ữ"})) == {"a": EVIL, "đ": "ữ"}
    assert "ữ" in as_json("ữ")
    assert printable("Nguyễn «Thử»") == "Nguyễn «Thử»"
    assert printable("a\x1bb") == "a\\x1bb"


def test_a_choice_takes_some_rules_and_leaves_others() -> None:
    checked = _checked(AMOUNT, TAG, UNSIGNED)

    def chosen(choice: Choice) -> list[str]:
        return [finding.rule for finding in choice.of(checked).findings]

    assert chosen(Choice()) == ["drug-line-amount", "tag-missing", "signature-missing"]
    assert chosen(Choice(only=frozenset({"tag-missing"}))) == ["tag-missing"]
    assert chosen(Choice(ignored=frozenset({"tag-missing"}))) == ["drug-line-amount", "signature-missing"]
    assert chosen(Choice(errors_only=True)) == ["drug-line-amount"]
    assert len(checked.findings) == 3, "the result itself stays as it is"


def test_choosing_rules_does_not_hide_that_a_file_could_not_be_read() -> None:
    checked = _checked(BROKEN, AMOUNT)
    assert Choice(only=frozenset({"tag-missing"})).of(checked).findings == [BROKEN]
    assert Choice(ignored=frozenset({"xml-broken"})).of(checked).findings == [AMOUNT]


def test_what_cuts_a_check_short_are_errors() -> None:
    assert {id: RULES[id].severity for id in CUT_SHORT} == dict.fromkeys(CUT_SHORT, Severity.ERROR)


def test_every_rule_can_be_explained_and_shown_without_a_case() -> None:
    for rule in RULES.values():
        said = _plain(explained(rule.id))
        assert said.startswith(f"{rule.id}  ")
        assert rule.basis in said
        assert "{" not in blank(rule.sentence) + blank(rule.detail)


def test_the_days_of_a_rule_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    dated = replace(RULES["drug-line-amount"], since=date(2025, 1, 1), until=date(2027, 1, 1), needs=("drugs",))
    monkeypatch.setitem(RULES, dated.id, dated)
    said = _plain(explained(dated.id))
    assert "từ 01/01/2025 trước 01/01/2027" in said
    assert "drugs" in said
