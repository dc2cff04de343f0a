"""Mẫu 01/dk-ip-ctn of a unit and Mẫu 02/th-ip-ctn of a province as official papers."""

from __future__ import annotations

from collections.abc import Iterable

from congbhyt.kernel.clock import vietnam_day, wire_day
from congbhyt.network import queries
from congbhyt.network.models import AddressLine
from congbhyt.paper.document import Align, Column, Document, SignatureBlock, Table
from congbhyt.registration.documents import form
from congbhyt.registration.models import PURPOSES, Request, Summary

_NUMBER = Column("STT", 0.5, Align.CENTER)


def request_form(request: Request) -> Document:
    """Mẫu 01/dk-ip-ctn: the Internet addresses from which a unit connects (CV 1923/BHXH-CNTT §1)."""
    columns = (
        _NUMBER, Column("Địa chỉ IP Internet", 2.2), Column("Loại đường truyền", 1.2),
        Column("Nhà cung cấp", 1.3), Column("Dùng cho", 2.2),
    )  # fmt: skip
    rows = tuple(
        (str(line.number), str(line.span), line.get_line_type_display(), line.provider, str(line.home))
        for line in queries.of(request)
    )
    title = "Đăng ký địa chỉ IP kết nối Cổng tiếp nhận dữ liệu Hệ thống thông tin giám định BHYT"
    return form(request, title=title, table=Table(columns, rows))


def summary_columns() -> tuple[Column, ...]:
    """One row for each unit and address (Mẫu 02/th-ip-ctn)."""
    return (
        _NUMBER, Column("Mã đơn vị", 0.9), Column("Tên đơn vị", 2.2), Column("Địa chỉ IP Internet", 1.8),
        Column("Loại đường truyền", 1.1), Column("Nhà cung cấp", 1.1), Column("Mục đích", 2), Column("Đề nghị", 1),
        Column("Ngày duyệt", 1),
    )  # fmt: skip


def summary_rows(summary: Summary) -> list[tuple[str, ...]]:
    """The compiled lines, unit by unit."""
    return [(str(number), *_cells(line)) for number, line in enumerate(queries.compiled(summary), 1)]


def _cells(line: AddressLine) -> Iterable[str]:
    purposes = "; ".join(PURPOSES[purpose] for purpose in line.request.purposes)
    decided = wire_day(vietnam_day(line.decided_at)) if line.decided_at else ""
    return (
        line.home.code, line.home.name, str(line.span), line.get_line_type_display(), line.provider, purposes,
        line.request.label, decided,
    )  # fmt: skip


def summary_form(summary: Summary) -> Document:
    """Mẫu 02/th-ip-ctn: what a province asks the national IT centre to open."""
    return Document(
        issuer=summary.agency.name,
        superior=summary.agency.parent.name if summary.agency.parent else "",
        form_mark="Mẫu 02/th-ip-ctn",
        number="",
        dated=vietnam_day(summary.made_at),
        title="Tổng hợp địa chỉ IP đề nghị mở kết nối Cổng tiếp nhận dữ liệu",
        subtitle=f"({summary.label})",
        addressees=("Trung tâm Công nghệ thông tin",),
        tables=(Table(summary_columns(), tuple(summary_rows(summary))),),
        signatures=(SignatureBlock("Giám đốc"),),
        recipients=("Như trên", "Lưu: VT"),
        landscape=True,
    )
