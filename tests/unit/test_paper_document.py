"""Official forms: the same content and the same bytes as DOCX and PDF, whatever text a unit typed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Length, Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.content_stream_parser import parse_content_stream
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from congbhyt.paper.document import (
    Align,
    Column,
    Document,
    SignatureBlock,
    Table,
    codes_in,
    grouped,
    keyword,
    plain,
)
from congbhyt.paper.docx import as_docx
from congbhyt.paper.pdf import as_pdf

ROOT = Path(__file__).parents[2]
CODE = "0123456789ABCDEF"
SHOWN = "0123-4567-89AB-CDEF"
VIETNAMESE = (
    "Đặng Thị Ngọc Ưởng ở Huế aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
FORM = Document(
    superior="Sở Y tế tỉnh Mẫu",
    issuer="Bệnh viện Ưởng Ngọc",
    form_mark="Mẫu 01/dk-ip-ctn",
    number="12/CV-BV",
    place="Huế",
    dated=date(2026, 2, 5),
    title="Đăng ký địa chỉ IP",
    subtitle="Kết nối Cổng tiếp nhận dữ liệu",
    addressees=("Bảo hiểm xã hội thành phố Huế",),
    paragraphs=("Bệnh viện đăng ký các địa chỉ IP Internet đang sử dụng.",),
    tables=(
        Table(
            columns=(Column("STT", 1, Align.CENTER), Column("Địa chỉ IP", 4), Column("Ghi chú", 3, Align.RIGHT)),
            rows=(("1", "203.0.113.7", "đường riêng"), ("2", "2001:db8::7", VIETNAMESE)),
            caption="Danh sách",
        ),
    ),
    closing=("Đơn vị cam kết đúng.",),
    signatures=(SignatureBlock("Thủ trưởng đơn vị", name="Nguyễn Thị Mẫu"),),
    recipients=("Như trên", "Lưu: VT"),
    check_code=CODE,
)
HOSTILE = [
    '#eval("1+1") #panic("x")',
    "$ x^2 ]] [[ #[ ) } \\ */ //",
    '"quoted" \\u{41} <label> @cite = heading',
    "before\x00\x01\x0b\x1fafter",
    "\ud800 \ufffe \U0010ffff alone",
    "<w:t>&amp;]]></w:t>",
]


def pages_of(content: bytes) -> list[DictionaryObject]:
    kids = PdfFileReader(io.BytesIO(content)).root["/Pages"]["/Kids"]
    return [kids[place] for place in range(len(kids))]


def pdf_text(content: bytes) -> list[str]:
    """Each page's text as its fonts' ToUnicode tables tell it, without white space (line breaks eat it)."""
    pages = []
    for page in pages_of(content):
        listed = page["/Resources"].get("/Font", {})
        fonts = {name: _letters(listed[name]) for name in listed}
        pages.append(re.sub(r"\s", "", "".join(_shown(page["/Contents"], fonts))))
    return pages


def _shown(contents: StreamObject, fonts: dict[str, dict[bytes, str]]) -> Iterator[str]:
    """Letters in the order of the page; where several glyphs make one letter, the file says which (/ActualText)."""
    font: dict[bytes, str] = {}
    marked: list[str | None] = []
    for step in parse_content_stream([contents]):
        if step.op == "BDC":
            said = step.args[1].get("/ActualText") if isinstance(step.args[1], DictionaryObject) else None
            marked.append(said)
            yield said or ""
        elif step.op == "EMC":
            marked.pop()
        elif step.op == "Tf":
            font = fonts[step.args[0]]
        elif step.op in ("Tj", "TJ") and not any(marked):
            parts = step.args[0] if step.op == "TJ" else step.args
            glyphs = b"".join(part.original_bytes for part in parts if hasattr(part, "original_bytes"))
            yield from (font.get(glyphs[at : at + 2], "") for at in range(0, len(glyphs), 2))


def _letters(font: DictionaryObject) -> dict[bytes, str]:
    table = font["/ToUnicode"].data.decode()
    return {
        bytes.fromhex(glyph): bytes.fromhex(letter).decode("utf-16-be")
        for glyph, letter in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table.partition("endcodespacerange")[2])
    }


def word_text(content: bytes) -> str:
    word = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)


def millimetres(*lengths: Length | None) -> list[int]:
    return [round(length / Mm(1)) for length in lengths if length]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("code", [CODE, "0123 4567 89ab cdef", SHOWN])
def test_a_check_code_is_shown_in_groups_of_four(code: str) -> None:
    assert grouped(code) == SHOWN
    assert codes_in(f"x, {keyword(code)}, y") == (SHOWN,)


@pytest.mark.parametrize("code", ["", "012345678", CODE + "0", "0123-4567-89AB-CDEÉ"])
def test_what_is_no_check_code_is_not_printed_as_one(code: str) -> None:
    with pytest.raises(ValueError, match="check code"):
        grouped(code)
    assert codes_in(f"CongBHYT-{code}") == ()


@pytest.mark.parametrize("keywords", [f"Other-{SHOWN}", SHOWN, f"CongBHYT-{SHOWN}-9999", f"XCongBHYT-{SHOWN}"])
def test_keywords_of_other_makers_give_no_check_code(keywords: str) -> None:
    assert codes_in(keywords) == ()


def test_text_keeps_its_letters_and_loses_what_no_printer_shows() -> None:
    assert plain("a\u0302\u0301 \u202eb\u200bc\x00d\x0be\tf\r\ng") == "ấ bcd\ne f\ng"


def test_hidden_marks_leave_every_part_of_a_document() -> None:
    table = Table((Column("A\x00"),), (("\u202eb",),), caption="c\x07")
    document = Document(issuer="d\x01", title="e", tables=(table,), signatures=(SignatureBlock("f\u200b"),))
    assert (document.issuer, document.signatures[0].capacity) == ("d", "f")
    assert (table.columns[0].heading, table.rows, table.caption) == ("A", (("b",),), "c")


def test_blanks_are_dotted_and_small_days_bear_a_zero() -> None:
    assert FORM.place_and_date == "Huế, ngày 05 tháng 02 năm 2026"
    assert replace(FORM, dated=date(2026, 11, 30)).place_and_date == "Huế, ngày 30 tháng 11 năm 2026"
    assert replace(FORM, dated=None, place="").place_and_date == "…………, ngày …… tháng …… năm ……"
    assert [replace(FORM, number=number).number_line for number in (None, "")] == ["", "Số: ……/……"]


def test_one_addressee_stands_on_the_line_and_several_below_it() -> None:
    assert FORM.addressee_lines == ("Kính gửi: Bảo hiểm xã hội thành phố Huế",)
    assert replace(FORM, addressees=("A", "B.")).addressee_lines == ("Kính gửi:", "- A;", "- B.")
    assert FORM.recipient_lines == ("- Như trên;", "- Lưu: VT.")
    assert replace(FORM, recipients=()).recipient_lines == ()


@pytest.mark.parametrize(
    ("columns", "rows"),
    [((), ()), ((Column("A", 0),), ()), ((Column("A"),), (("1", "2"),)), ((Column("A"), Column("B")), (("1",),))],
)
def test_a_table_that_cannot_be_drawn_is_not_made(columns: tuple[Column, ...], rows: tuple[tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="column"):
        Table(columns, rows)


def test_word_file_has_the_parts_of_the_form() -> None:
    word = docx.Document(io.BytesIO(as_docx(FORM)))
    head, data, signing = word.tables
    left, right = (cell.text.split("\n") for cell in head.rows[0].cells)
    assert left == ["SỞ Y TẾ TỈNH MẪU", "BỆNH VIỆN ƯỞNG NGỌC", "", "Số: 12/CV-BV"]
    assert right[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert right[-1] == "Huế, ngày 05 tháng 02 năm 2026"
    assert [[cell.text for cell in row.cells] for row in data.rows] == [
        ["STT", "Địa chỉ IP", "Ghi chú"],
        ["1", "203.0.113.7", "đường riêng"],
        ["2", "2001:db8::7", VIETNAMESE],
    ]
    received, signed = (cell.text.split("\n") for cell in signing.rows[0].cells)
    assert received == ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
    assert signed[:2] == ["THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"]
    assert signed[-1] == "Nguyễn Thị Mẫu"
    texts = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert texts[:2] == ["Mẫu 01/dk-ip-ctn", "ĐĂNG KÝ ĐỊA CHỈ IP"]
    assert texts[-1] == "Đơn vị cam kết đúng."


def test_word_file_repeats_the_heading_row_and_carries_the_code_on_each_page() -> None:
    content = as_docx(FORM)
    word = docx.Document(io.BytesIO(content))
    headings = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in word.tables[1].rows]
    foot = word.sections[0].footer.paragraphs[0]
    assert headings == [True, False, False]
    assert foot.text == f"Mã đối chiếu: {SHOWN}\tTrang /"
    assert [field.text for field in foot._p.xpath(".//w:instrText")] == ["PAGE", "NUMPAGES"]
    assert codes_in(word.core_properties.keywords) == (SHOWN,)


def test_word_file_keeps_the_statutory_page() -> None:
    upright, lying = (docx.Document(io.BytesIO(as_docx(replace(FORM, landscape=way)))) for way in (False, True))
    page = upright.sections[0]
    assert millimetres(page.page_width, page.page_height) == [210, 297]
    assert millimetres(page.top_margin, page.bottom_margin, page.left_margin, page.right_margin) == [20, 25, 30, 20]
    assert lying.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert millimetres(lying.sections[0].page_width, lying.sections[0].page_height) == [297, 210]
    assert upright.styles["Normal"].font.name == "Times New Roman"
    widths = [cell.width for cell in upright.tables[1].rows[1].cells]
    assert [round(width / Mm(160) * 8) for width in widths if width] == [1, 4, 3]


def test_tables_never_touch_in_a_word_file_because_word_would_join_them() -> None:
    two = replace(FORM, tables=FORM.tables * 2, closing=(), signatures=FORM.signatures * 2)
    for document in (FORM, two, replace(two, recipients=())):
        body = docx.Document(io.BytesIO(as_docx(document))).element.body
        names = [child.tag.rpartition("}")[2] for child in body]
        assert ("tbl", "tbl") not in list(pairwise(names))
        assert names[-2:] == ["p", "sectPr"]


def test_pdf_has_the_parts_of_the_form_in_order() -> None:
    (page,) = pdf_text(as_pdf(FORM))
    parts = [
        "Mẫu 01/dk-ip-ctn",
        "SỞ Y TẾ TỈNH MẪU",
        "BỆNH VIỆN ƯỞNG NGỌC",
        "Số: 12/CV-BV",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Huế, ngày 05 tháng 02 năm 2026",
        "ĐĂNG KÝ ĐỊA CHỈ IP",
        "Kết nối Cổng tiếp nhận dữ liệu",
        "Kính gửi: Bảo hiểm xã hội thành phố Huế",
        "STTĐịa chỉ IPGhi chú",
        "1203.0.113.7đường riêng",
        VIETNAMESE,
        "Đơn vị cam kết đúng.",
        "- Như trên;- Lưu: VT.",
        "THỦ TRƯỞNG ĐƠN VỊ(Ký, ghi rõ họ tên, đóng dấu)Nguyễn Thị Mẫu",
        f"Mã đối chiếu: {SHOWN}Trang 1/1",
    ]
    places = [page.find(squeezed(part)) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_pdf_embeds_one_family_that_has_every_vietnamese_letter() -> None:
    listed = pages_of(as_pdf(FORM))[0]["/Resources"]["/Font"]
    fonts = [listed[name] for name in listed]
    assert {re.sub(r"/[A-Z]{6}\+(\w+)-.*", r"\1", font["/BaseFont"]) for font in fonts} == {"LibertinusSerif"}
    for font in fonts:
        described = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(described)


def test_pdf_names_its_code_its_maker_and_the_day_of_the_document() -> None:
    about = PdfFileReader(io.BytesIO(as_pdf(FORM))).trailer["/Info"]
    assert codes_in(about["/Keywords"]) == (SHOWN,)
    assert about["/Author"] == "CongBHYT"
    assert about["/CreationDate"] == "D:20260204170000Z"


def test_pdf_lies_down_for_wide_tables() -> None:
    boxes = [pages_of(as_pdf(replace(FORM, landscape=way)))[0]["/MediaBox"] for way in (False, True)]
    assert [box[2] < box[3] for box in boxes] == [True, False]


def test_a_blank_form_has_no_code_and_still_counts_its_pages() -> None:
    blank = Document(issuer="Đơn vị", title="Đơn")
    assert pdf_text(as_pdf(blank))[0].endswith("ĐƠNTrang1/1")
    assert "/Keywords" not in PdfFileReader(io.BytesIO(as_pdf(blank))).trailer["/Info"]
    assert docx.Document(io.BytesIO(as_docx(blank))).sections[0].footer.paragraphs[0].text == "\tTrang /"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_users_is_printed_and_never_obeyed(text: str) -> None:
    table = Table((Column(text), Column("B")), ((text, "x"),), caption=text)
    signed = (SignatureBlock(text, text, text),)
    document = Document(
        issuer=text, title=text, subtitle=text, place=text, number=text, form_mark=text, superior=text,
        addressees=(text, text), paragraphs=(text,), tables=(table,), closing=(text,), signatures=signed,
        recipients=(text,),
    )  # fmt: skip
    expected = squeezed(plain(text)).upper()
    assert "".join(pdf_text(as_pdf(document))).upper().count(expected) == 18
    assert squeezed(word_text(as_docx(document))).upper().count(expected) == 18


def test_a_cell_of_five_thousand_letters_stays_inside_its_column() -> None:
    rows = (("1", "w" * 5000, "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),)
    content = as_pdf(replace(FORM, tables=(Table(FORM.tables[0].columns, rows),)))
    pages = pdf_text(content)
    assert len(pages) > 1
    assert sum(page.count("w") for page in pages) == 5000
    assert "2001:0db8:85a3:0000:0000:8a2e:0370:7334" in "".join(pages)
    assert word_text(as_docx(replace(FORM, tables=(Table(FORM.tables[0].columns, rows),)))).count("w") == 5000


def test_four_hundred_rows_run_over_pages_that_all_have_heading_and_code() -> None:
    rows = tuple((str(count), f"Nguyễn Thị Mẫu {count}.", "thêm") for count in range(1, 401))
    long = replace(FORM, tables=(Table(FORM.tables[0].columns, rows),))
    pages = pdf_text(as_pdf(long))
    assert len(pages) > 8
    for place, page in enumerate(pages, 1):
        assert page.endswith(squeezed(f"Mã đối chiếu: {SHOWN} Trang {place}/{len(pages)}"))
    in_table = [page for page in pages if "thêm" in page]
    assert len(in_table) > 8
    assert all("STTĐịachỉIPGhichú" in page for page in in_table)
    assert all(f"NguyễnThịMẫu{count}." in "".join(pages) for count in range(1, 401))
    assert len(docx.Document(io.BytesIO(as_docx(long))).tables[1].rows) == 401


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_any_text_makes_both_files(text: str) -> None:
    document = Document(
        issuer=text, title=text, paragraphs=(text,), tables=(Table((Column(text),), ((text,),)),), closing=(text,)
    )
    assert pdf_text(as_pdf(document))
    assert squeezed(plain(text)) in squeezed(word_text(as_docx(document)))


def test_the_same_document_gives_the_same_bytes_in_another_process_and_another_year() -> None:
    program = (
        "import hashlib\nfrom tests.unit.test_paper_document import FORM, as_docx, as_pdf\n"
        "print(hashlib.sha256(as_pdf(FORM) + as_docx(FORM)).hexdigest())"
    )
    moved = "import time; real = time.time; time.time = lambda: real() + 4e8\n"
    ran = [
        subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True, cwd=ROOT).stdout
        for text in (program, moved + program)
    ]
    assert ran[0] == ran[1]
    assert as_pdf(FORM) == as_pdf(replace(FORM))
    assert as_pdf(FORM) != as_pdf(replace(FORM, check_code=CODE[::-1]))


def test_no_part_of_a_word_file_tells_when_it_was_packed() -> None:
    with zipfile.ZipFile(io.BytesIO(as_docx(FORM))) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.testzip() is None
