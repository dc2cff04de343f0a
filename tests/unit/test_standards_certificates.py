"""Certificates on ways of their own: the driver's JSON, vouchers, several slips of one visit."""

from __future__ import annotations

import base64
import io
import json
from datetime import date

import pytest

from congbhyt.sandbox.submissions.draft import DraftRow
from congbhyt.sandbox.submissions.scenarios import good
from congbhyt.sandbox.submissions.writing import written
from congbhyt.standards.checking import Checked, Settings, check_stream
from congbhyt.standards.findings import Severity
from congbhyt.standards.loading import standards
from congbhyt.standards.reading.drivers import signed_fields
from tests.standards import check_draft, spoken

_TODAY = date(2026, 9, 24)


def _check(content: bytes) -> Checked:
    return check_stream(io.BytesIO(content), Settings(_TODAY))


def _driver() -> DraftRow:
    return good("driver", "GKSK").tables["GKSK"][0]


def _body(**changed: object) -> bytes:
    return json.dumps({**_driver(), **changed}, ensure_ascii=False).encode()


def test_a_drivers_certificate_is_known_by_its_first_byte() -> None:
    checked = _check(b"\xef\xbb\xbf \r\n" + _body())
    assert (checked.kind, checked.facility, checked.records, checked.standards) == ("driver", "01999", 1, ["GKSK"])
    assert [(finding.rule, finding.severity) for finding in checked.findings] == [("signature-missing", Severity.NOTE)]


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({"NONGDOCON": 0, "MATUY": 0}, set()),
        ({"TINHTRANGBENH": None}, set()),
        ({"STATE": True}, {"json-value", "field-required"}),
        ({"STATE": {"a": "ADD"}}, {"json-value", "field-required"}),
        ({"HOTEN": "A\u0001"}, {"json-value", "field-required"}),
        ({"NGAYKHAM": "14/09/2026"}, {"tag-unknown"}),
        ({"Ngày khám": "14/09/2026"}, {"tag-unknown"}),
        ({"\ud800": "a"}, {"tag-unknown"}),
        ({"hoten": "LÊ VĂN HAI"}, {"tag-repeated"}),
    ],
)
def test_values_of_a_drivers_certificate_are_texts_or_numbers(changed: dict[str, object], rules: set[str]) -> None:
    content = json.dumps({**_driver(), **changed}).encode()
    assert spoken(_check(content)) == rules


def test_keys_of_a_drivers_certificate_may_be_small_and_empty_ones_left_out() -> None:
    row = {key.lower(): text for key, text in _driver().items() if text}
    assert spoken(_check(json.dumps(row).encode())) == set()


@pytest.mark.parametrize("content", [b"{", b"{}x", b'{"a":' + b"[" * 100_000, b'{"a":' * 50_000, b'{"a": NaN}]'])
def test_a_body_that_is_no_json_is_a_finding(content: bytes) -> None:
    assert spoken(_check(content)) == {"json-broken"}


def test_a_body_that_is_not_utf_8_is_a_finding() -> None:
    assert spoken(_check(b'{"SO": "\xff"}')) == {"encoding-wrong"}


def test_a_certificate_as_bare_xml_is_checked_alike() -> None:
    fields = "".join(f"<{tag}>{text}</{tag}>" for tag, text in _driver().items())
    checked = _check(f"<GKSK>{fields}</GKSK>".encode())
    assert (checked.standards, spoken(checked)) == (["GKSK"], set())


def test_the_signed_copy_is_read_whatever_its_root() -> None:
    content = "<root xmlns='urn:a'><HOTEN> A </HOTEN><!-- b --><MATUY/></root>".encode("utf-16")
    assert signed_fields(base64.b64encode(content).decode()) == {"HOTEN": "A", "MATUY": ""}


@pytest.mark.parametrize(("day", "rules"), [("28/02/2025", {"field-required"}), ("14/09/2026", set())])
def test_the_day_of_a_drivers_certificate_is_its_conclusion(day: str, rules: set[str]) -> None:
    assert spoken(_check(_body(NGAYKETLUAN=day, MAHUYEN_THUONGTRU=""))) == rules


@pytest.mark.parametrize("label", list(standards()["CV3220"].tables))
def test_a_voucher_is_known_without_an_option(label: str) -> None:
    scenario = {
        "CT03": "discharge-voucher", "CT04": "summary-voucher", "CT06": "pregnancy-rest-voucher",
        "CT07": "sick-leave-voucher", "GIAYDIEUTRINOITRU": "inpatient-voucher",
        "GIAYDIEUTRIVOSINH": "infertility-voucher", "GIAYSUCKHOEME": "mothers-health-voucher",
        "GIAYBAOTU": "death", "GIAYCHUNGSINH": "birth",
    }[label]  # fmt: skip
    checked = _check(written(good(scenario, "CV3220")))
    assert (checked.standards, checked.records, spoken(checked)) == (["CV3220"], 1, set())


def test_a_package_may_hold_two_vouchers_of_one_kind() -> None:
    draft = good("sick-leave-voucher", "CV3220")
    draft.fill("CT07", {**draft.tables["CT07"][0], "TEKT": "5"})
    findings = [finding for finding in check_draft(draft).findings if finding.severity is not Severity.NOTE]
    assert [(finding.rule, finding.place.row) for finding in findings] == [("voucher-flag", 2)]


def test_a_visit_may_hold_a_discharge_slip_for_each_newborn() -> None:
    draft = good("newborn", "QD3176")
    draft.fill("XML7", draft.tables["XML7"][0])
    assert spoken(check_draft(draft)) == set()


def test_a_bare_inner_file_is_not_judged_by_what_only_the_visit_tells() -> None:
    for scenario, label in (("sick-leave", "XML11"), ("referral", "XML13"), ("inpatient", "XML8"), ("hiv", "XML6")):
        root = written(good(scenario, "QD3176"))
        content = base64.b64decode(root.split(label.encode() + b"</LOAIHOSO>")[1].split(b">")[1].split(b"<")[0])
        checked = _check(content)
        assert (checked.kind, checked.standards, spoken(checked)) == ("table", ["QD3176"], set())
