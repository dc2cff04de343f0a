"""Lists in Excel: what is read, what strangers' files cannot do, what is written."""

from __future__ import annotations

import contextlib
import csv
import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.refusal import Refusal
from congbhyt.spreadsheets.columns import Column, heading_key
from congbhyt.spreadsheets.reading import LAST_ROW, SheetRow, read_rows
from congbhyt.spreadsheets.template import FILLED_ROWS, template
from congbhyt.spreadsheets.writing import Sheet, as_csv, as_xlsx, sheet_title

NAME = Column("name", "Họ và tên", required=True, example="NGUYỄN THỊ VÍ DỤ")
CITIZEN = Column("citizen", "Số CCCD", required=True, digits=12, example="099199000999")
PHONE = Column("phone", "Số điện thoại", digits=10)
ROLE = Column("role", "Chức vụ", choices=("Bác sĩ", "Điều dưỡng", "Kế toán, tài chính"))
SINCE = Column("since", "Từ ngày")
COLUMNS = (NAME, CITIZEN, PHONE, ROLE, SINCE)
HEADINGS = [column.heading for column in COLUMNS]


def book(*rows: Sequence[Any]) -> bytes:
    """An Excel file with these rows, as another program would write it."""
    made = openpyxl.Workbook()
    page = made.worksheets[0]
    for row in rows:
        page.append(list(row))
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(content: bytes, new: Mapping[str, bytes | None], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """`content` with some members replaced, added or (None) left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", method) as archive:
        for name in [*old.namelist(), *(name for name in new if name not in old.namelist())]:
            member = new.get(name, old.read(name) if name in old.namelist() else None)
            if member is not None:
                archive.writestr(name, member)
    return buffer.getvalue()


def member(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def sheet_xml(rows: str, head: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        f'2006/main">{head}<sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def texts(*cells: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)


def with_sheet(rows: str, head: str = "") -> bytes:
    return changed(book(HEADINGS), {"xl/worksheets/sheet1.xml": sheet_xml(rows, head)})


def read(content: bytes, most_rows: int = 100) -> list[SheetRow]:
    return read_rows(content, columns=COLUMNS, most_rows=most_rows)


def one_cell(value: object, column: int = 1) -> SheetRow:
    cells: list[object] = ["Tên", None, None, None, None]
    cells[column] = value
    return read(book(HEADINGS, cells))[0]


def refused(content: bytes, most_rows: int = 100) -> str:
    with pytest.raises(Refusal) as refusal:
        read(content, most_rows)
    return refusal.value.code


# Reading


def test_rows_come_with_their_number_and_text_by_name() -> None:
    rows = read(book(HEADINGS, ["AN", "099199000001", "0000000101", "Bác sĩ", "2026-03-02"], [], ["BÌNH"]))
    assert rows[0] == SheetRow(
        2,
        {"name": "AN", "citizen": "099199000001", "phone": "0000000101", "role": "Bác sĩ", "since": "2026-03-02"},
    )
    assert [(row.number, row.cells["name"], row.cells["phone"]) for row in rows] == [
        (2, "AN", "0000000101"),
        (4, "BÌNH", ""),
    ]


@pytest.mark.parametrize("above", [0, 1, 14])
def test_headings_are_found_below_a_title(above: int) -> None:
    rows = read(book(*[["DANH SÁCH NGƯỜI DÙNG"]] * above, HEADINGS, ["AN", "099199000001"]))
    assert [row.number for row in rows] == [above + 2]


def test_headings_too_far_down_are_not_found() -> None:
    assert refused(book(*[["DANH SÁCH"]] * 15, HEADINGS, ["AN"])) == "SHEET_HEADING"


def test_headings_count_in_any_spelling_and_order_and_others_are_ignored() -> None:
    rows = read(book(["STT", "SO  CCCD (*)", "Ghi chú", "ho va tên *"], [1, "099199000001", "x", "AN"]))
    assert dict(rows[0].cells) == {"name": "AN", "citizen": "099199000001", "phone": "", "role": "", "since": ""}


@pytest.mark.parametrize(
    ("one", "other"), [("Số điện thoại *", "so dien thoai"), ("ĐỊA CHỈ", "dia_chi"), ("Họ tên", "Ho\u0323 tên")]
)
def test_marks_case_and_signs_of_a_heading_do_not_count(one: str, other: str) -> None:
    assert heading_key(one) == heading_key(other)


def test_a_missing_required_heading_is_named() -> None:
    with pytest.raises(Refusal, match="«Số CCCD»") as refusal:
        read(book(["Họ và tên", "Chức vụ"], ["AN"]))
    assert refusal.value.code == "SHEET_HEADING"
    assert "«Họ và tên»" not in refusal.value.sentence


def test_a_heading_that_stands_twice_is_refused() -> None:
    assert refused(book([*HEADINGS, "SỐ CCCD"], ["AN"])) == "SHEET_HEADING_TWICE"


def test_an_empty_workbook_lacks_its_headings() -> None:
    assert refused(book()) == "SHEET_HEADING"


def test_the_first_visible_sheet_with_the_headings_is_read() -> None:
    made = openpyxl.Workbook()
    hidden, guide, people = made.worksheets[0], made.create_sheet("Hướng dẫn"), made.create_sheet("Danh sách")
    hidden.sheet_state = "hidden"
    for page, name in ((hidden, "ẨN"), (people, "AN")):
        page.append(HEADINGS)
        page.append([name])
    guide.append(["Cách điền"])
    made.active = 1
    assert [row.cells["name"] for row in read(saved(made))] == ["AN"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (99199000001, "099199000001"),
        (99199000001.0, "099199000001"),
        (199199000001, "199199000001"),
        (9919900001, "9919900001"),
        ("99199000001", "99199000001"),
        (-9919900001, "-9919900001"),
        (1.5, "1.5"),
        (True, "TRUE"),
        ("  099199000001\u00a0", "099199000001"),
        ("0991\u200b99000001", "099199000001"),
        ("e\u0302", "ê"),
        ("hai\ndòng", "hai dòng"),
        (datetime(2026, 3, 2), "2026-03-02"),  # noqa: DTZ001
        (datetime(2026, 3, 2, 7, 30), "2026-03-02 07:30"),  # noqa: DTZ001
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_a_cell_is_read_as_the_text_that_was_meant(value: object, text: str) -> None:
    assert one_cell(value).cells["citizen"] == text
    assert one_cell(value).fault == ""


def test_a_phone_gets_its_one_lost_zero_back_and_other_columns_get_none() -> None:
    assert one_cell(901234567, column=2).cells["phone"] == "0901234567"
    assert one_cell(90123456, column=2).cells["phone"] == "90123456"
    assert one_cell(901234567, column=3).cells["role"] == "901234567"


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("=1+1", "công thức"),
        ("#N/A", "lỗi"),
        (1234567890123456, "làm tròn"),
        (1e300, "làm tròn"),
        ("x" * 1001, "1000 ký tự"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_in_its_row(value: object, fault: str) -> None:
    row = one_cell(value)
    assert fault in row.fault
    assert row.fault.startswith("Cột «Số CCCD»: ")
    assert row.cells == {"name": "Tên", "citizen": "", "phone": "", "role": "", "since": ""}


def test_a_formula_with_its_value_is_read_as_the_value() -> None:
    head = f"<row>{texts(*HEADINGS)}</row>"
    content = with_sheet(f"{head}<row>{texts('AN')}<c><f>1+1</f><v>2</v></c><c t='str'><f>A1</f><v></v></c></row>")
    assert [(row.cells["citizen"], row.cells["phone"], row.fault) for row in read(content)] == [("2", "", "")]


def test_a_row_of_nothing_but_uncalculated_formulas_is_told_and_not_passed_over() -> None:
    assert "công thức" in read(book(HEADINGS, ["=A1", "=B1"]))[0].fault


def test_more_rows_than_asked_for_are_refused() -> None:
    rows = [["AN"], ["BÌNH"], ["CHI"]]
    assert len(read(book(HEADINGS, *rows), most_rows=3)) == 3
    assert refused(book(HEADINGS, *rows), most_rows=2) == "SHEET_TOO_MANY_ROWS"


# Hostile files


def test_other_kinds_of_files_are_refused_whatever_they_are_called() -> None:
    html = b"<html><table><tr><td>x</td></tr></table></html>"
    for content in (b"", b"Ho va ten,So CCCD\r\nAN,1\r\n", html, b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"):
        assert refused(content) == "SHEET_KIND"
    assert refused(changed(book(HEADINGS), {"xl/workbook.xml": None})) == "SHEET_KIND"
    assert refused(changed(book(HEADINGS), {"[Content_Types].xml": None})) == "SHEET_KIND"


def test_a_file_with_a_password_is_told_apart() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    assert refused(ole) == "SHEET_ENCRYPTED"


def test_an_archive_with_a_password_is_told_apart() -> None:
    content = bytearray(book(HEADINGS))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert refused(bytes(content)) == "SHEET_ENCRYPTED"


@pytest.mark.parametrize(
    "name",
    ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/externalLinks/externalLink1.xml", "xl/macrosheets/sheet1.xml",
     "xl/connections.xml", "xl/embeddings/oleObject1.bin"],
)  # fmt: skip
def test_what_runs_or_fetches_is_refused(name: str) -> None:
    assert refused(changed(book(HEADINGS), {name: b"<x/>"})) == "SHEET_ACTIVE"


def test_bombs_are_not_inflated() -> None:
    for inflated in (30 * 1024 * 1024, 15 * 1024 * 1024):
        content = changed(book(HEADINGS), {"xl/worksheets/sheet1.xml": bytes(inflated)})
        assert len(content) < 100_000
        assert refused(content) == "SHEET_TOO_LARGE"
    many = {f"xl/media/{number}.xml": b"<x/>" for number in range(600)}
    assert refused(changed(book(HEADINGS), many)) == "SHEET_TOO_LARGE"


def test_a_member_that_lies_about_its_size_is_not_inflated_past_it() -> None:
    content = changed(book(HEADINGS), {"xl/worksheets/sheet1.xml": b"<x>" + bytes(50 * 1024 * 1024)})
    lying = bytearray(content)
    start = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert lying[start : start + 4] == b"PK\x01\x02"
    lying[start + 24 : start + 28] = (1000).to_bytes(4, "little")
    assert refused(bytes(lying)) == "SHEET_BROKEN"


def test_a_sheet_of_millions_of_empty_cells_is_refused() -> None:
    assert refused(changed(with_sheet("<row>" + "<c/>" * 700_000 + "</row>"), {}, method=0)) == "SHEET_TOO_LARGE"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_are_refused_wherever_they_stand(part: str, encoding: str) -> None:
    entities = "".join(f'<!ENTITY e{level + 1} "{f"&e{level};" * 10}">' for level in range(9))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE sst [<!ENTITY e0 "lol">{entities}]><sst>&e9;</sst>'
    named = member(book(HEADINGS), "[Content_Types].xml").replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.sharedStrings+xml"/></Types>',
    )
    assert (
        refused(changed(book(HEADINGS), {"[Content_Types].xml": named, part: bomb.encode(encoding)})) == "SHEET_BROKEN"
    )


def test_an_encoding_that_hides_a_document_type_is_refused() -> None:
    hidden = '<?xml version="1.0" encoding="cp037"?><!DOCTYPE x []><x/>'.encode("cp037")
    assert refused(changed(book(HEADINGS), {"xl/workbook.xml": hidden})) == "SHEET_BROKEN"
    odd = b'<?xml version="1.0" encoding="utf-7"?><x/>'
    assert refused(changed(book(HEADINGS), {"xl/workbook.xml": odd})) == "SHEET_BROKEN"


def test_a_claim_of_a_million_rows_costs_nothing() -> None:
    rows = f"<row>{texts(*HEADINGS)}</row><row>{texts('AN')}</row>"
    started = time.monotonic()
    found = read(with_sheet(rows, '<dimension ref="A1:XFD1048576"/>'))
    assert [row.cells["name"] for row in found] == ["AN"]
    assert time.monotonic() - started < 5


def test_a_row_beyond_the_last_possible_one_ends_the_reading() -> None:
    rows = f'<row>{texts(*HEADINGS)}</row><row r="2000000000">{texts("AN")}</row>'
    with patch("congbhyt.spreadsheets.reading.LAST_ROW", LAST_ROW // 100):
        assert refused(with_sheet(rows)) == "SHEET_BROKEN"


def test_many_sheets_out_of_one_member_are_refused() -> None:
    content = book(HEADINGS)
    one = member(content, "xl/workbook.xml")
    sheet = one[one.index(b"<sheet ") : one.index(b"</sheets>")]
    filler = b"<!--" + b"x" * 1_000_000 + b"-->"
    large = member(content, "xl/worksheets/sheet1.xml").replace(b"<sheetData>", filler + b"<sheetData>")
    repeated = changed(
        content,
        {"xl/workbook.xml": one.replace(sheet, sheet * 1000), "xl/worksheets/sheet1.xml": large},
        method=zipfile.ZIP_STORED,
    )
    assert refused(repeated) == "SHEET_TOO_LARGE"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused(share: float) -> None:
    content = book(HEADINGS, ["AN"])
    assert refused(content[: int(len(content) * share)]) == "SHEET_BROKEN"


@pytest.mark.parametrize(
    "rows",
    ["<row r='x'/>", "<row><c r='1A'/></row>", "<row><c t='s'><v>9999</v></c></row>", "<row><c><v>9x</v></c></row>",
     "<row><c><v>" + "9" * 5000 + "</v></c></row>", "<row><c r='A-1'><v>1</v></c></row>", "<row>"],
)  # fmt: skip
def test_a_sheet_that_makes_no_sense_is_refused(rows: str) -> None:
    assert refused(with_sheet(rows)) == "SHEET_BROKEN"


@given(st.binary(max_size=300))
def test_random_bytes_are_only_ever_refused(noise: bytes) -> None:
    for content in (noise, b"PK\x03\x04" + noise):
        assert refused(content).startswith("SHEET_")


SOUND = book(HEADINGS, ["AN", "099199000001"])


@given(st.integers(0, len(SOUND) - 1), st.integers(0, 255))
def test_one_changed_byte_is_read_or_refused(place: int, byte: int) -> None:
    with contextlib.suppress(Refusal):
        assert read(SOUND[:place] + bytes([byte]) + SOUND[place + 1 :]) is not None


@given(
    st.sampled_from(["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]), st.data()
)
def test_damaged_xml_is_read_or_refused(name: str, data: st.DataObject) -> None:
    sound = member(SOUND, name)
    place = data.draw(st.integers(0, len(sound)))
    cut = data.draw(st.integers(0, 30))
    new = data.draw(st.sampled_from([b"", b"<", b">", b"\xff", b"9" * 400, b"-1", b"&x;"]))
    with contextlib.suppress(Refusal):
        assert read(changed(SOUND, {name: sound[:place] + new + sound[place + cut :]})) is not None


# Template


def fill(content: bytes, *rows: Sequence[Any]) -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(content))
    page = made.worksheets[0]
    for number, row in enumerate(rows, 5):
        for place, value in enumerate(row, 1):
            page.cell(number, place).value = value
    return saved(made)


def test_a_template_filled_in_is_read_and_its_example_is_not() -> None:
    blank = template(COLUMNS, title="Danh sách người sử dụng (01/dk-ctn)")
    assert read(blank) == []
    rows = read(fill(blank, ["AN", "099199000001", "0000000101", "Bác sĩ"], [], ["BÌNH", "099199000002"]))
    assert [(row.number, row.cells["citizen"]) for row in rows] == [(5, "099199000001"), (7, "099199000002")]


def test_the_example_is_passed_over_when_an_optional_column_was_deleted() -> None:
    columns = (NAME, CITIZEN, Column("note", "Ghi chú", example="ví dụ"))
    made = openpyxl.load_workbook(io.BytesIO(template(columns, title="x")))
    made.worksheets[0].delete_cols(3)
    assert read_rows(saved(made), columns=columns, most_rows=9) == []


def test_an_example_that_somebody_changed_is_a_row() -> None:
    made = openpyxl.load_workbook(io.BytesIO(template(COLUMNS, title="x")))
    made.worksheets[0]["A4"].value = "NGUYỄN THỊ THẬT"
    assert [row.number for row in read(saved(made))] == [4]


def test_a_template_keeps_zeros_offers_choices_and_marks_what_is_required() -> None:
    made = openpyxl.load_workbook(io.BytesIO(template(COLUMNS, title="Danh sách")))
    page = made.worksheets[0]
    assert [cell.value for cell in page[3]] == ["Họ và tên *", "Số CCCD *", "Số điện thoại", "Chức vụ", "Từ ngày"]
    assert {page.cell(row, 2).number_format for row in range(4, 5 + FILLED_ROWS)} == {"@"}
    assert page.cell(10, 1).number_format == "General"
    offered = page.data_validations.dataValidation[0]
    assert (offered.formula1, str(offered.sqref)) == ("'Danh mục'!$D$1:$D$3", f"D4:D{4 + FILLED_ROWS}")
    lists = made.worksheets[1]
    assert lists.sheet_state == "hidden"
    assert [lists.cell(row, 4).value for row in (1, 2, 3)] == list(ROLE.choices)


def test_a_template_without_choices_has_one_sheet() -> None:
    made = openpyxl.load_workbook(io.BytesIO(template((NAME, CITIZEN), title="x")))
    assert len(made.worksheets) == 1


# Writing

INJECTIONS = [
    "=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "'=1", '"=1', "“=1",
    "＝1", "＋1", "－1", "＠x", "−1", "\u200b=1", "\ufeff=1", "\x00=1", " ' \" =1", "=cmd|' /C calc'!A0", "\tx",
]  # fmt: skip
HARMLESS = ["", "AN", "a=b", "1-2", "x@y.vn", "(=1)", "'AN'", "#N/A", "  ", "Đặng"]


@pytest.mark.parametrize("text", [*INJECTIONS, *HARMLESS])
def test_no_text_becomes_a_formula_in_excel(text: str) -> None:
    content = as_xlsx(Sheet("x", ["A"], [[text]]))
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert cell.data_type == ("s" if text else "n")
    assert b"<f>" not in member(content, "xl/worksheets/sheet1.xml")
    assert cell.quotePrefix is (text in INJECTIONS)


@pytest.mark.parametrize("text", [*INJECTIONS, *HARMLESS])
def test_what_could_be_a_formula_has_an_apostrophe_in_csv(text: str) -> None:
    [[_], [written]] = csv.reader(io.StringIO(as_csv(Sheet("x", ["A"], [[text]])).decode("utf-8-sig"), newline=""))
    assert written == ("'" if text in INJECTIONS else "") + text.replace("\x00", "")


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_can_be_written_and_starts_no_formula(cells: list[str]) -> None:
    sheet = Sheet("x", ["A"] * len(cells), [cells])
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet))).worksheets[0]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    for row in list(csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig"), newline="")))[1:]:
        assert not [cell for cell in row if cell.lstrip()[:1] in {"=", "+", "-", "@"}]


def test_days_are_days_and_moments_those_of_vietnam() -> None:
    moment = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    sheet = Sheet("x", ["Ngày", "Lúc", "Xưa", "Số"], [[date(2026, 3, 2), moment, date(1850, 1, 2), 7], [None] * 4])
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet))).worksheets[0]
    assert [cell.value for cell in page[2]] == [
        datetime(2026, 3, 2),  # noqa: DTZ001
        datetime(2026, 3, 2, 3, 30),  # noqa: DTZ001
        "1850-01-02",
        7,
    ]
    assert (page["A2"].number_format, page["B2"].number_format) == ("dd/mm/yyyy", "dd/mm/yyyy hh:mm")
    assert as_csv(sheet).decode("utf-8-sig") == (
        "Ngày,Lúc,Xưa,Số\r\n2026-03-02,2026-03-02 03:30:00,1850-01-02,7\r\n,,,\r\n"
    )


def test_long_numbers_keep_their_digits() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(Sheet("x", ["A"], [[12345678901234567890]])))).worksheets[0]
    assert page["A2"].value == "12345678901234567890"


def test_headings_stay_in_sight_filter_and_have_their_widths() -> None:
    page = openpyxl.load_workbook(
        io.BytesIO(as_xlsx(Sheet("Địa chỉ", ["Mã", ("Tên", 44)], [["a", "b"], ["c", "d"]])))
    ).worksheets[0]
    assert (page.title, page.freeze_panes, page.auto_filter.ref) == ("Địa chỉ", "A2", "A1:B3")
    assert (page.column_dimensions["A"].width, page.column_dimensions["B"].width) == (20, 44)
    assert page["A1"].font.bold


@pytest.mark.parametrize(
    ("title", "named"),
    [("01/dk-ctn: [x]?", "01 dk-ctn   x"), ("a" * 40, "a" * 31), ("'", "Danh sách"), ("\x00", "Danh sách")],
)  # fmt: skip
def test_a_title_becomes_a_possible_name_of_a_sheet(title: str, named: str) -> None:
    assert sheet_title(title) == named
    assert openpyxl.load_workbook(io.BytesIO(as_xlsx(Sheet(title, ["A"], [])))).sheetnames == [named]


def test_csv_begins_with_the_mark_by_which_excel_knows_utf8() -> None:
    assert as_csv(Sheet("x", ["Họ"], [])) == b"\xef\xbb\xbf" + "Họ\r\n".encode()


def test_equal_lists_are_equal_bytes_at_any_time() -> None:
    sheet = Sheet("x", ["A", ("B", 9)], [["=1", date(2026, 3, 2)]])
    before = as_xlsx(sheet), template(COLUMNS, title="x")
    with patch("time.time", return_value=2_000_000_000.0), patch("time.localtime", return_value=time.gmtime(2e9)):
        assert (as_xlsx(sheet), template(COLUMNS, title="x")) == before


def test_what_is_written_is_read_again() -> None:
    sheet = Sheet("x", HEADINGS, [["AN", "099199000001", "0000000101", "Bác sĩ", date(2026, 3, 2)]])
    assert list(read(as_xlsx(sheet))[0].cells.values()) == ["AN", "099199000001", "0000000101", "Bác sĩ", "2026-03-02"]
