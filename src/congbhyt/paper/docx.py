"""A document as DOCX, for units that change a sentence before they print; same document, same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC

import docx
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph

from congbhyt.paper.document import COUNTRY, MAKER, MOTTO, Align, Document, SignatureBlock, Table

FONT = "Times New Roman"  # NĐ 30/2020 Phụ lục I, mục I.2
BODY, CELLS, SMALL = Pt(13), Pt(11), Pt(12)
SHORT, LONG = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(25), Mm(30), Mm(20)  # NĐ 30/2020 Phụ lục I, mục I.4
_CELL_STYLE = "Bảng"
_ALIGNMENTS = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold


def as_docx(document: Document) -> bytes:
    """Write `document` as a Word file on A4 with the layout of its PDF."""
    word = docx.Document()
    _set_properties(word, document)
    _set_page(word, landscape=document.landscape)
    _set_styles(word)
    _add_head(word, document)
    _add_title(word, document)
    _add_paragraphs(word, document.paragraphs)
    for table in document.tables:
        _add_table(word, table)
    _add_paragraphs(word, document.closing)
    _add_signatures(word, document)
    _add_foot(word, document)
    written = io.BytesIO()
    word.save(written)
    return _without_moments(written.getvalue())


def _without_moments(archive: bytes) -> bytes:
    """Pack the same parts anew: a zip keeps the clock's time of each part, and the check code must not depend on it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _ZIP_MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return packed.getvalue()


def _set_properties(word: WordFile, document: Document) -> None:
    about = word.core_properties
    about.title, about.subject = document.title[:255], document.form_mark[:255]
    about.author = about.last_modified_by = MAKER
    about.keywords, about.comments, about.language = ", ".join(document.keywords), "", "vi-VN"
    about.created = about.modified = document.made_at.astimezone(UTC).replace(tzinfo=None)
    about.revision = 1


def _set_page(word: WordFile, *, landscape: bool) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = TOP, BOTTOM, LEFT, RIGHT
    page.footer_distance = Mm(10)


def _room(word: WordFile) -> int:
    """Width between the margins, in English metric units."""
    return (word.sections[0].page_width or SHORT) - LEFT - RIGHT


def _set_styles(word: WordFile) -> None:
    normal = word.styles["Normal"]
    cells = word.styles.add_style(_CELL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    for style, size in ((normal, BODY), (cells, CELLS)):
        if not isinstance(style, ParagraphStyle):
            raise TypeError(f"{style.name} is a paragraph style")
        style.font.name, style.font.size = FONT, size
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn(script), FONT)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.0
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        style.element.get_or_add_rPr().append(language)


def _add_head(word: WordFile, document: Document) -> None:
    if document.form_mark:
        mark = word.add_paragraph()
        mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(mark, document.form_mark, size=CELLS, bold=True)
    room = _room(word)
    left, right = _columns(word, [room * 2 // 5, room * 3 // 5])
    _line(left, document.superior.upper(), size=SMALL)
    _line(left, document.issuer.upper(), size=SMALL, bold=True)
    _rule(left, Length(room * 2 // 5), part=0.3)
    _line(left, document.number_line)
    _line(right, COUNTRY, size=SMALL, bold=True)
    _line(right, MOTTO, bold=True)
    _rule(right, Length(room * 3 // 5), part=0.5)
    _line(right, document.place_and_date, italic=True)
    _part(word)


def _columns(word: WordFile, widths: list[int]) -> list[Cell]:
    """Cells beside each other without borders; each begins with an empty paragraph that `_line` takes first."""
    table = word.add_table(rows=1, cols=len(widths))
    cells = list(table.rows[0].cells)
    _fix_widths(table, widths)
    return cells


def _part(word: WordFile) -> None:
    """Put a paragraph of no height behind a table: Word joins tables that touch, and wants one at the very end."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(1)


def _fix_widths(table: WordTable, widths: Iterable[int]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
        for cell in column.cells:
            cell.width = Length(width)


def _line(cell: Cell, text: str, *, size: Length = BODY, bold: bool = False, italic: bool = False) -> None:
    """Add a centred line; nothing for no text."""
    if text:
        paragraph = _next_paragraph(cell)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, text, size=size, bold=bold, italic=italic)


def _next_paragraph(cell: Cell) -> Paragraph:
    first = cell.paragraphs[0]
    unused = len(cell.paragraphs) == 1 and not first.runs and first.paragraph_format.left_indent is None
    added: Paragraph = first if unused else cell.add_paragraph()
    return added


def _rule(cell: Cell, room: Length, *, part: float) -> None:
    """Draw a line as wide as `part` of `room`: the border of an empty paragraph, because Word has no plain line."""
    paragraph = _next_paragraph(cell)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Length(
        int(room * (1 - part) / 2)
    )
    paragraph.paragraph_format.line_spacing = Pt(3)
    paragraph.paragraph_format.space_after = Pt(6)
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")  # type: ignore[arg-type]  # it is of python-docx's own class


def _write(paragraph: Paragraph, text: str, *, size: Length, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = size, bold or None, italic or None


def _add_title(word: WordFile, document: Document) -> None:
    for text, size, before in ((document.title.upper(), Pt(14), Pt(14)), (document.subtitle, BODY, Pt(0))):
        if text:
            paragraph = word.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_before = before
            _write(paragraph, text, size=size, bold=True)
    lines = document.addressee_lines
    for place, text in enumerate(lines):
        paragraph = word.add_paragraph(text)
        paragraph.paragraph_format.space_before = Pt(0 if place else 8)
        if len(lines) == 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            paragraph.paragraph_format.left_indent = Length(_room(word) // 4)


def _add_paragraphs(word: WordFile, texts: Iterable[str]) -> None:
    for text in texts:
        paragraph = word.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
        paragraph.paragraph_format.space_before = Pt(6)


def _add_table(word: WordFile, table: Table) -> None:
    if table.caption:
        caption = word.add_paragraph()
        caption.paragraph_format.space_before, caption.paragraph_format.keep_with_next = Pt(8), True
        _write(caption, table.caption, size=BODY, bold=True)
    drawn = word.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Table Grid")
    _fix_widths(drawn, [int(_room(word) * share) for share in table.shares])
    style = word.styles[_CELL_STYLE]
    contents = [tuple(column.heading for column in table.columns), *table.rows]
    for place, (row, texts) in enumerate(zip(drawn.rows, contents, strict=True)):
        for cell, column, text in zip(row.cells, table.columns, texts, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = style
            paragraph.alignment = _ALIGNMENTS[column.align] if place else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(text).bold = None if place else True
        _mark_row(row._tr.get_or_add_trPr(), "w:cantSplit", *(() if place else ("w:tblHeader",)))
    _part(word)


def _mark_row(properties: object, *names: str) -> None:
    """Keep a row on one page; repeat the heading row on every page."""
    for name in names:
        properties.append(OxmlElement(name))  # type: ignore[attr-defined]  # an element of the library's own making


def _add_signatures(word: WordFile, document: Document) -> None:
    room = _room(word)
    if len(document.signatures) == 1:
        left, right = _columns(word, [room // 2, room - room // 2])
        _sign(right, document.signatures[0])
        _receive(left, document.recipient_lines)
        _part(word)
        return
    if document.signatures:
        count = len(document.signatures)
        for cell, block in zip(_columns(word, [room // count] * count), document.signatures, strict=True):
            _sign(cell, block)
        _part(word)
    if document.recipients:
        _receive(_columns(word, [room])[0], document.recipient_lines)
        _part(word)


def _sign(cell: Cell, block: SignatureBlock) -> None:
    cell.paragraphs[0].paragraph_format.space_before = Pt(10)
    _line(cell, block.capacity.upper(), bold=True)
    _line(cell, block.note, size=SMALL, italic=True)
    for _ in range(4):
        cell.add_paragraph()
    _line(cell, block.name, bold=True)


def _receive(cell: Cell, lines: tuple[str, ...]) -> None:
    if lines:
        cell.paragraphs[0].paragraph_format.space_before = Pt(10)
        _write(cell.paragraphs[0], "Nơi nhận:", size=SMALL, bold=True, italic=True)
        for line in lines:
            _write(cell.add_paragraph(), line, size=CELLS)


def _add_foot(word: WordFile, document: Document) -> None:
    foot = word.sections[0].footer.paragraphs[0]
    foot.style = word.styles["Normal"]
    foot.paragraph_format.tab_stops.add_tab_stop(Length(_room(word)), WD_TAB_ALIGNMENT.RIGHT)
    _write(foot, f"{document.code_line}\tTrang ", size=Pt(10))
    _add_field(foot, "PAGE")
    _write(foot, "/", size=Pt(10))
    _add_field(foot, "NUMPAGES")


def _add_field(paragraph: Paragraph, name: str) -> None:
    """Add a field that the word processor fills in."""
    run = paragraph.add_run()
    run.font.size = Pt(10)
    instruction = OxmlElement("w:instrText")
    instruction.text = name
    for kind in ("begin", None, "end"):
        if kind is None:
            run._r.append(instruction)  # type: ignore[arg-type]  # it is of python-docx's own class
            continue
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)  # type: ignore[arg-type]  # it is of python-docx's own class
