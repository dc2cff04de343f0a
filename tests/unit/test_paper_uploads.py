"""Uploads: what is clearly one readable thing is taken, all else is refused with a sentence and nothing else."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from congbhyt.kernel.refusal import Refusal
from congbhyt.paper import bounded, refusals
from congbhyt.paper.document import Column, Document, Table
from congbhyt.paper.docx import as_docx
from congbhyt.paper.inside import MOST_OBJECTS
from congbhyt.paper.pdf import as_pdf
from congbhyt.paper.pictures import MOST_PIXELS, MOST_SCANS
from congbhyt.paper.uploads import Kind, Upload, judge

LETTER = Document(issuer="Đơn vị Mẫu", title="Đơn", paragraphs=("Kính gửi.",), check_code="0123456789ABCDEF")
LARGE, MANY = 5_000_000, 10


def taken(content: bytes) -> Upload:
    return judge(content, most_bytes=LARGE, most_pages=MANY)


def refusal(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        taken(content)
    return caught.value


@lru_cache
def pdf() -> bytes:
    return as_pdf(LETTER)


@lru_cache
def picture(form: str, *, progressive: bool = False) -> bytes:
    written = io.BytesIO()
    Image.effect_noise((60, 40), 60).convert("RGB").save(written, form, progressive=progressive)
    return written.getvalue()


@lru_cache
def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("a.txt", "a")
    return written.getvalue()


def saved(writer: Any) -> bytes:  # the library's writers are not typed
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def changed(change: Callable[[Any], None]) -> bytes:
    """A PDF that carries `change` as an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf()))
    change(writer)
    return saved(writer)


def with_entry(key: str, value: generic.PdfObject) -> bytes:
    def change(writer: Any) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    return changed(change)


def dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    made: Any = generic.DictionaryObject
    filled: generic.DictionaryObject = made({pdf_name(f"/{key}"): value for key, value in entries.items()})
    return filled


def compact(objects: list[bytes], *, padding: int = 0) -> bytes:
    """A PDF whose objects from number 2 on lie in one object stream behind `padding` others; 2 is the catalogue."""
    places, body = [b"%d 0" % (1_000_000 + number) for number in range(padding)], b""
    for number, text in enumerate(objects, 2):
        places.append(b"%d %d" % (number, len(body)))
        body += text + b" "
    head = b" ".join(places) + b" "
    entries = b"/Type/ObjStm/N %d/First %d" % (padding + len(objects), len(head))
    content = b"%PDF-1.5\n" + stream(1, entries, head + body)
    start, number = len(content), len(objects) + 2
    rows = [(0, 0, 255), (1, 9, 0), *((2, 1, padding + place) for place in range(len(objects))), (1, start, 0)]
    table = b"".join(struct.pack(">BII", *row) for row in rows)
    content += stream(number, b"/Type/XRef/Size %d/W[1 4 4]/Root 2 0 R" % (number + 1), table)
    return content + b"startxref\n%d\n%%%%EOF\n" % start


def stream(number: int, entries: bytes, body: bytes) -> bytes:
    packed = zlib.compress(body)
    head = b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>" % (number, entries, len(packed))
    return head + b"\nstream\n" + packed + b"\nendstream\nendobj\n"


def loose(objects: list[bytes]) -> bytes:
    """A PDF of the oldest kind; object 2 is the catalogue."""
    content, rows = b"%PDF-1.4\n", [b"0000000000 65535 f \n", b"0000000000 00000 f \n"]
    for number, text in enumerate(objects, 2):
        rows.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"xref\n0 %d\n%strailer\n<</Size %d/Root 2 0 R>>\n" % (len(rows), b"".join(rows), len(rows))
    return content + table + b"startxref\n%d\n%%%%EOF\n" % len(content)


CATALOGUE = [b"<</Type/Catalog/Pages 3 0 R>>", b"<</Type/Pages/Count 1/Kids[4 0 R]>>", b"<</Type/Page/Parent 3 0 R>>"]


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *extra: bytes) -> bytes:
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + data + png_chunk(b"IEND", b"")


def samsung(content: bytes, block: bytes = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1") -> bytes:
    directory = b"SEFH" + struct.pack("<IIHHII", 106, 1, 0, 0x0A01, len(block), len(block))
    return content + block + directory + struct.pack("<I", len(directory)) + b"SEFT"


def test_a_form_of_ours_is_taken_and_names_its_code() -> None:
    upload = taken(pdf())
    assert (upload.kind, upload.media_type, upload.pages) == (Kind.PDF, "application/pdf", 1)
    assert upload.check_codes == ("0123-4567-89AB-CDEF",)
    assert len(upload.sha256) == 64
    assert upload.sha256 != taken(as_pdf(replace(LETTER, check_code=""))).sha256


def test_a_long_form_of_ours_is_taken() -> None:
    rows = tuple((str(count), f"user{count}@benhvien.example.vn") for count in range(300))
    upload = taken(as_pdf(replace(LETTER, tables=(Table((Column("STT"), Column("Thư")), rows),))))
    assert 5 < upload.pages <= MANY


def test_keywords_of_somebody_else_are_no_check_code() -> None:
    def change(writer: Any) -> None:
        writer.trailer["/Info"][pdf_name("/Keywords")] = pdf_string("0123-4567-89AB-CDEF, other")
        writer.update_container(writer.trailer["/Info"])

    assert taken(changed(change)).check_codes == ()


def test_old_and_compact_files_are_read() -> None:
    assert taken(compact(CATALOGUE)).pages == 1
    assert taken(loose(CATALOGUE)).pages == 1


@pytest.mark.parametrize(("form", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG)])
def test_pictures_are_taken_as_one_page(form: str, kind: Kind) -> None:
    upload = taken(picture(form))
    assert (upload.kind, upload.media_type, upload.pages) == (kind, f"image/{form.lower()}", 1)
    assert upload.check_codes == ()


@pytest.mark.parametrize(
    "content",
    [
        picture("JPEG", progressive=True),
        picture("JPEG") + b"\0" * 40,
        picture("JPEG") + picture("JPEG"),
        samsung(picture("JPEG")),
    ],
    ids=["progressive", "padded", "gain map", "Samsung's trailer"],
)
def test_what_telephones_write_is_taken(content: bytes) -> None:
    assert taken(content).kind is Kind.JPEG


def test_nothing_and_too_much_are_refused_with_what_to_do() -> None:
    assert isinstance(refusal(b""), refusals.PaperEmptyError)
    with pytest.raises(refusals.PaperTooLargeError, match="lớn hơn 5 MB"):
        judge(b"%PDF-" + b"0" * LARGE, most_bytes=LARGE, most_pages=1)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        archive(),
        as_docx(LETTER),
        b"MZ\x90\0" + b"\0" * 200,
        b"GIF89a\x01\0\x01\0",
        b"II*\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
        b"x" * 1024 + pdf(),
        b"\n" + pdf(),
        b"\xef\xbb\xbf" + pdf(),
        b"plain text",
        b"\0",
    ],
    ids=["html", "svg", "zip", "docx", "exe", "gif", "tiff", "doc", "pdf late", "pdf line", "bom", "text", "nul"],
)
def test_other_kinds_are_refused_whatever_their_name(content: bytes) -> None:
    assert isinstance(refusal(content), refusals.PaperKindError)


@pytest.mark.parametrize(
    "content",
    [
        pdf() + archive(),
        pdf() + b"<script>",
        picture("JPEG") + archive(),
        picture("PNG") + archive(),
        picture("JPEG") + b"<?php ?>",
        picture("JPEG") + pdf(),
        picture("PNG") + b"\0",
        samsung(picture("JPEG"))[:-4] + b"<p>SEFT",
        picture("JPEG") + b"<p>" + samsung(b""),
    ],
    ids=["pdf+zip", "pdf+html", "jpeg+zip", "png+zip", "jpeg+php", "jpeg+pdf", "png+nul", "false trailer", "gap"],
)
def test_two_things_in_one_file_are_refused(content: bytes) -> None:
    assert isinstance(refusal(content), refusals.PaperMixedError)


def test_an_archive_that_ends_like_a_pdf_is_refused() -> None:
    """A ZIP's comment may hold the PDF's end, so that both readers find their own."""
    written = io.BytesIO(pdf())
    with zipfile.ZipFile(written, "a") as packed:
        packed.writestr("a.txt", "a")
        packed.comment = b"%%EOF"
    assert written.getvalue().startswith(b"%PDF-")
    assert isinstance(refusal(written.getvalue()), refusals.PaperMixedError)


@pytest.mark.parametrize("cut", [5, 100, 1000, -7, -200])
def test_a_pdf_that_is_cut_off_is_broken(cut: int) -> None:
    assert isinstance(refusal(pdf()[:cut]), refusals.PaperBrokenError)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("cut", [10, 100, 0.5, 0.9, -1])
def test_a_picture_that_is_cut_off_is_broken(form: str, cut: float) -> None:
    whole = picture(form)
    content = whole[: int(len(whole) * cut) if 0 < cut < 1 else int(cut)]
    assert isinstance(refusal(content), refusals.PaperBrokenError)


@pytest.mark.parametrize("user_password", ["", "open"])
def test_a_locked_pdf_is_refused_even_when_it_opens_without_a_password(user_password: str) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())))
    handler = StandardSecurityHandler.build_from_pw("owner", user_password or "")
    writer._assign_security_handler(handler)
    assert isinstance(refusal(saved(writer)), refusals.PaperEncryptedError)


def test_too_many_pages_are_refused_whatever_the_count_says() -> None:
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + MANY + 1))
    tree = b"<</Type/Pages/Count 1/Kids[%s]>>" % kids
    content = compact([CATALOGUE[0], tree, *[CATALOGUE[2]] * (MANY + 1)])
    assert isinstance(refusal(content), refusals.PaperPagesError)
    assert judge(content, most_bytes=LARGE, most_pages=MANY + 1).pages == MANY + 1
    assert "10 trang" in refusal(content).sentence


@pytest.mark.parametrize(
    "tree",
    [b"<</Type/Pages/Kids[3 0 R]>>", b"<</Type/Pages/Count 0/Kids[]>>", b"<</Type/Pages/Kids[4 0 R 4 0 R]>>", b"7"],
    ids=["itself", "none", "twice", "number"],
)
def test_a_page_tree_without_end_or_pages_is_broken(tree: bytes) -> None:
    assert isinstance(refusal(compact([CATALOGUE[0], tree, CATALOGUE[2]])), refusals.PaperBrokenError)


SCRIPT = dictionary(S=pdf_name("/JavaScript"), JS=pdf_string("app.alert(1)"))
LAUNCH = dictionary(S=pdf_name("/Launch"), F=pdf_string("cmd.exe"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (with_entry("/OpenAction", SCRIPT), refusals.PaperScriptError),
        (with_entry("/OpenAction", LAUNCH), refusals.PaperScriptError),
        (with_entry("/AA", dictionary(WC=dictionary(S=pdf_name("/SubmitForm")))), refusals.PaperScriptError),
        (with_entry("/Names", dictionary(JavaScript=dictionary())), refusals.PaperScriptError),
        (with_entry("/Names", dictionary(EmbeddedFiles=dictionary())), refusals.PaperAttachmentError),
        (with_entry("/Annots", dictionary(Subtype=pdf_name("/RichMedia"))), refusals.PaperAttachmentError),
        (with_entry("/AcroForm", dictionary(XFA=generic.ArrayObject())), refusals.PaperFormError),
        (compact([*CATALOGUE, b"<</S/JavaScript/JS(x)>>"]), refusals.PaperScriptError),
        (compact([*CATALOGUE, b"<</S/Java#53cript>>"]), refusals.PaperScriptError),
        (compact([*CATALOGUE, b"/L#61unch"]), refusals.PaperScriptError),
        (loose([*CATALOGUE, b"<</S/Java#53cript>>"]), refusals.PaperScriptError),
        (loose([*CATALOGUE, b"[[[/Launch]]]"]), refusals.PaperScriptError),
    ],
    ids=[
        "script",
        "launch",
        "submit",
        "named",
        "files",
        "media",
        "xfa",
        "in",
        "in escaped",
        "in name",
        "escaped",
        "deep",
    ],
)
def test_a_pdf_that_acts_or_carries_something_is_refused(content: bytes, expected: type[Refusal]) -> None:
    assert isinstance(refusal(content), expected)


def test_a_pdf_that_promises_objects_without_end_is_refused_before_they_are_counted() -> None:
    """347 bytes of this kind took 24 GB of memory from the library alone."""
    content = compact(CATALOGUE)
    for size in (b"2147483647", b"0/Index[0 99 100 2147483647]", b"0/W[0 0 0]/Index[0 2147483647]"):
        promised = re.sub(rb"/Size \d+", b"/Size " + size, content)
        assert promised != content
        assert isinstance(refusal(promised), refusals.PaperComplexError)


def test_a_pdf_that_hides_its_pages_among_other_objects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [CATALOGUE[0], b"<</Type/Pages/Kids[%s]>>" % b"".join(b"%d 0 R " % page for page in range(4, 13))]
    pages += [CATALOGUE[2]] * 9
    assert taken(compact(pages, padding=200)).pages == 9
    monkeypatch.setattr(bounded, "STEPS", 100_000)
    assert taken(compact(pages, padding=200)).pages == 9
    assert isinstance(refusal(compact(pages, padding=10_000)), refusals.PaperComplexError)


def test_a_pdf_with_more_objects_than_a_letter_is_refused() -> None:
    assert isinstance(refusal(loose([*CATALOGUE, *[b"0"] * MOST_OBJECTS])), refusals.PaperComplexError)


def test_a_pdf_that_unpacks_to_gigabytes_is_refused() -> None:
    content = compact([*CATALOGUE, b"(" + b"a" * 80_000_000 + b")"])
    assert len(content) < 200_000
    assert isinstance(refusal(content), refusals.PaperBrokenError)


@pytest.mark.parametrize(("width", "height"), [(65_000, 65_000), (20_001, 1), (8_000, MOST_PIXELS // 8_000 + 1)])
def test_pictures_that_would_fill_the_memory_are_refused_before_they_are_decoded(width: int, height: int) -> None:
    found = refusal(png(width, height))
    assert isinstance(found, refusals.PaperPictureSizeError)
    assert "50 triệu" in found.sentence


def test_a_jpeg_that_promises_too_much_is_refused() -> None:
    small = picture("JPEG")
    place = small.index(b"\xff\xc0") + 5
    assert small[place : place + 4] == struct.pack(">HH", 40, 60)
    content = small[:place] + struct.pack(">HH", 65_000, 65_000) + small[place + 4 :]
    assert isinstance(refusal(content), refusals.PaperPictureSizeError)


def test_a_jpeg_of_nothing_but_fill_bytes_is_refused_at_once() -> None:
    whole = picture("JPEG")
    assert isinstance(refusal(whole[:-2] + b"\xff" * 4_000_000), refusals.PaperBrokenError)


def test_a_jpeg_with_scans_without_end_is_broken() -> None:
    whole = picture("JPEG", progressive=True)
    start = whole.rindex(b"\xff\xda")
    scan = whole[start:-2]
    assert isinstance(taken(whole[:start] + scan + b"\xff\xd9"), Upload)
    assert isinstance(refusal(whole[:start] + scan * MOST_SCANS + b"\xff\xd9"), refusals.PaperBrokenError)


@pytest.mark.parametrize(
    "content",
    [
        png(10, 10, png_chunk(b"acTL", b"\0" * 8)),
        png(10, 10, png_chunk(b"IHDR", b"\0" * 13)),
        png(0, 10),
        png(100, 100),
        picture("PNG").replace(b"IDAT", b"IDAX", 1),
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IEND", b""),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\0",
    ],
    ids=["moving", "two heads", "flat", "short", "checksum", "no data", "no frame", "no length"],
)
def test_pictures_that_contradict_themselves_are_broken(content: bytes) -> None:
    assert isinstance(refusal(content), refusals.PaperBrokenError)


def test_every_refusal_has_a_code_and_says_what_to_do() -> None:
    kinds = {kind.code: kind for kind in Refusal.__subclasses__() if kind.__module__ == refusals.__name__}
    assert len(kinds) == 12
    for code, kind in kinds.items():
        assert code.startswith("PAPER_")
        sentence = kind(most=7).sentence
        assert "{" not in sentence
        assert any(word in sentence for word in ("chọn", "quét", "Quét", "tách", "Chụp"))


def told(content: bytes) -> None:
    """Judge and let only refusals pass."""
    with suppress(Refusal):
        assert taken(content).sha256


START = st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])


@settings(max_examples=200)
@given(START, st.binary(max_size=400), st.sampled_from([b"", b"\n%%EOF\n", b"startxref\n9\n%%EOF"]))
@example(b"%PDF-1.7\n", b"1 0 obj\n" + b"[" * 5000, b"startxref\n9\n%%EOF")
def test_any_bytes_are_taken_or_refused(start: bytes, middle: bytes, end: bytes) -> None:
    told(start + middle + end)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_good_files_with_changed_bytes_are_taken_or_refused(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([pdf(), compact(CATALOGUE), picture("JPEG"), picture("PNG")]))
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    told(bytes(damaged))
    told(bytes(damaged[: data.draw(st.integers(1, len(good)))]))
